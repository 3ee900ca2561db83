/*
 * tconv_rows.h: the activations of float32 that work on a row, the last axis of a tensor:
 * softmax and its gradient, in lanes of double (tconv_wide.h), within 2 ulp.
 *
 * Lanes are summed in one order, whatever the machine. tconv_rows_libm.h is float64's.
 */
#ifndef TCONV_ROWS_H
#define TCONV_ROWS_H

#include <stddef.h>

#include "tconv_wide.h"

#ifdef TCONV_LANES
enum { TCONV_ROW_LANES = TCONV_LANES };
#else
enum { TCONV_ROW_LANES = 1 };
#endif

/* Elements i to i + lanes of a row of n; `beyond` for those past its end. */
static inline TCONV_WIDE tconv_row_part(const float *row, size_t i, size_t n,
                                        float beyond)
{
    TCONV_NARROW part = tconv_all_f32(beyond);
    if (n - i >= TCONV_ROW_LANES)
        memcpy(&part, row + i, sizeof part);
    else
        memcpy(&part, row + i, (n - i) * sizeof *row);
    return tconv_wide(part);
}

/* Writes them where they lie in the row, `step` apart. */
static inline void tconv_row_store(TCONV_WIDE part, float *row, size_t i, size_t n,
                                   size_t step)
{
    const TCONV_NARROW rounded = tconv_narrow(part);
    float numbers[TCONV_ROW_LANES];
    memcpy(numbers, &rounded, sizeof numbers);
    if (n - i >= TCONV_ROW_LANES && step == 1)
        memcpy(row + i, numbers, sizeof numbers);
    else
        for (size_t k = 0; k < TCONV_ROW_LANES && k < n - i; k++)
            row[(i + k) * step] = numbers[k];
}

static inline double tconv_sum_of_lanes(TCONV_WIDE parts)
{
    double numbers[TCONV_ROW_LANES], sum = 0;
    memcpy(numbers, &parts, sizeof numbers);
    for (size_t k = 0; k < TCONV_ROW_LANES; k++)
        sum += numbers[k];
    return sum;
}

/* -INFINITY where nothing compares. */
static inline double tconv_row_largest(const float *row, size_t n)
{
    TCONV_WIDE largest = tconv_all_f64(-INFINITY);
    for (size_t i = 0; i < n; i += TCONV_ROW_LANES) {
        const TCONV_WIDE part = tconv_row_part(row, i, n, -INFINITY);
        largest = tconv_where_f64(part > largest, part, largest);
    }
    double numbers[TCONV_ROW_LANES], most = -INFINITY;
    memcpy(numbers, &largest, sizeof numbers);
    for (size_t k = 0; k < TCONV_ROW_LANES; k++)
        most = numbers[k] > most ? numbers[k] : most;
    return most;
}

/* z in, y out, in place. A row with INFINITY, NaN, or nothing but -INFINITY becomes NaN
 * everywhere. */
static inline void tconv_softmax_f32(float *y, size_t n)
{
    const double largest = tconv_row_largest(y, n);
    TCONV_WIDE sums = tconv_all_f64(0);
    for (size_t i = 0; i < n; i += TCONV_ROW_LANES) {
        const TCONV_WIDE part = tconv_row_part(y, i, n, -INFINITY);
        const TCONV_WIDE term = tconv_exponential_f64(part - largest);
        sums += term;
        tconv_row_store(term, y, i, n, 1);
    }
    const double sum = tconv_sum_of_lanes(sums);
    for (size_t i = 0; i < n; i += TCONV_ROW_LANES)
        tconv_row_store(tconv_row_part(y, i, n, 0) / sum, y, i, n, 1);
}

/* dz = y (dy - sum of dy*y); dz lies `step` apart, as kernels stage it in a layout of
 * their own, and may be dy where the step is 1. */
static inline void tconv_softmax_backward_f32(const float *y, const float *dy, float *dz,
                                              size_t n, size_t step)
{
    TCONV_WIDE sums = tconv_all_f64(0);
    for (size_t i = 0; i < n; i += TCONV_ROW_LANES)
        sums += tconv_row_part(dy, i, n, 0) * tconv_row_part(y, i, n, 0);
    const double sum = tconv_sum_of_lanes(sums);
    for (size_t i = 0; i < n; i += TCONV_ROW_LANES) {
        const TCONV_WIDE rest = tconv_row_part(dy, i, n, 0) - sum;
        tconv_row_store(tconv_row_part(y, i, n, 0) * rest, dz, i, n, step);
    }
}

#endif
