/*
 * tconv_rows.h: the activations of float32 that work on a row, the last axis of a tensor:
 * softmax, log_softmax, sparsemax, glu and their gradients, in lanes of double
 * (tconv_wide.h).
 *
 *     tconv_NAME_f32(z, y, n)                      y, which may be z, of a row of n
 *     tconv_NAME_backward_f32(y, dy, dz, n, step)  dz, its elements `step` apart, as
 *                                                  kernels stage it in their own layout;
 *                                                  it may be dy where the step is 1
 *
 * Glu's y and dy have n / 2, apart from z and dz, and its gradient is told z, not y.
 *
 * Within 2 ulp; sparsemax, a difference, within 2 ulp and (n + 5) 2^-52. In softmax and
 * log_softmax a row with INFINITY, NaN, or nothing but -INFINITY becomes NaN everywhere;
 * sparsemax is told below. Lanes are summed in one order, whatever the machine.
 * tconv_rows_fine.h is float64's.
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

static inline void tconv_softmax_f32(const float *z, float *y, size_t n)
{
    const double largest = tconv_row_largest(z, n);
    TCONV_WIDE sums = tconv_all_f64(0);
    for (size_t i = 0; i < n; i += TCONV_ROW_LANES) {
        const TCONV_WIDE part = tconv_row_part(z, i, n, -INFINITY);
        const TCONV_WIDE term = tconv_exponential_f64(part - largest);
        sums += term;
        tconv_row_store(term, y, i, n, 1);
    }
    const double sum = tconv_sum_of_lanes(sums);
    for (size_t i = 0; i < n; i += TCONV_ROW_LANES)
        tconv_row_store(tconv_row_part(y, i, n, 0) / sum, y, i, n, 1);
}

/* dz = y (dy - sum of dy*y) */
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

/* y = (z - m) - log of the sum of e^(z - m), m the largest z. Both are of one sign. The
 * terms that are 1 are counted apart, as the others may be far below 1's rounding. */
static inline void tconv_log_softmax_f32(const float *z, float *y, size_t n)
{
    const double largest = tconv_row_largest(z, n);
    TCONV_WIDE ones = tconv_all_f64(0), others = tconv_all_f64(0);
    for (size_t i = 0; i < n; i += TCONV_ROW_LANES) {
        const TCONV_WIDE part = tconv_row_part(z, i, n, -INFINITY);
        const TCONV_WIDE term = tconv_exponential_f64(part - largest);
        ones += tconv_where_f64(part == largest, term, tconv_all_f64(0));
        others += tconv_where_f64(part == largest, tconv_all_f64(0), term);
    }
    const double log_sum =
        log1p(tconv_sum_of_lanes(others) + (tconv_sum_of_lanes(ones) - 1));
    for (size_t i = 0; i < n; i += TCONV_ROW_LANES)
        tconv_row_store((tconv_row_part(z, i, n, 0) - largest) - log_sum, y, i, n, 1);
}

/* dz = dy - e^y (sum of dy) */
static inline void tconv_log_softmax_backward_f32(const float *y, const float *dy,
                                                  float *dz, size_t n, size_t step)
{
    TCONV_WIDE sums = tconv_all_f64(0);
    for (size_t i = 0; i < n; i += TCONV_ROW_LANES)
        sums += tconv_row_part(dy, i, n, 0);
    const double sum = tconv_sum_of_lanes(sums);
    for (size_t i = 0; i < n; i += TCONV_ROW_LANES) {
        const TCONV_WIDE share = tconv_exponential_f64(tconv_row_part(y, i, n, 0));
        tconv_row_store(tconv_row_part(dy, i, n, 0) - share * sum, dz, i, n, step);
    }
}

/*
 * The tau of sparsemax, less the largest z: the sum of z - tau over the z above tau is 1.
 * Michelot's algorithm, which needs no sorting: from the z that can be above it (as none
 * is more than 1 above) the set shrinks until tau does not change it. NaN where
 * INFINITY, NaN or nothing but -INFINITY leaves no such set.
 */
static inline double tconv_row_threshold(const float *z, size_t n, double largest)
{
    double tau = -1, count = INFINITY;
    for (;;) {
        TCONV_WIDE sums = tconv_all_f64(0), counts = tconv_all_f64(0);
        for (size_t i = 0; i < n; i += TCONV_ROW_LANES) {
            const TCONV_WIDE part = tconv_row_part(z, i, n, -INFINITY) - largest;
            sums += tconv_where_f64(part <= tau, tconv_all_f64(0), part);
            counts += tconv_where_f64(part <= tau, tconv_all_f64(0), tconv_all_f64(1));
        }
        const double before = count;
        count = tconv_sum_of_lanes(counts);
        if (!(count < before))
            return tau;
        tau = (tconv_sum_of_lanes(sums) - 1) / count;
    }
}

/* y = max(z - tau, 0). Keras divides by 0 where there is no tau: z + INFINITY, then. */
static inline void tconv_sparsemax_f32(const float *z, float *y, size_t n)
{
    const double largest = tconv_row_largest(z, n);
    const double tau = tconv_row_threshold(z, n, largest);
    const double first = isnan(tau) ? -INFINITY : largest, second = isnan(tau) ? 0 : tau;
    for (size_t i = 0; i < n; i += TCONV_ROW_LANES) {
        const TCONV_WIDE above = (tconv_row_part(z, i, n, 0) - first) - second;
        tconv_row_store(tconv_at_least_f64(above, 0), y, i, n, 1);
    }
}

/* dz = dy - mean of dy over the row's y above 0; 0 for the others. */
static inline void tconv_sparsemax_backward_f32(const float *y, const float *dy,
                                                float *dz, size_t n, size_t step)
{
    const TCONV_WIDE none = tconv_all_f64(0), one = tconv_all_f64(1);
    TCONV_WIDE sums = none, counts = none;
    for (size_t i = 0; i < n; i += TCONV_ROW_LANES) {
        const TCONV_WIDE part = tconv_row_part(y, i, n, 0);
        sums += tconv_where_f64(part > 0, tconv_row_part(dy, i, n, 0), none);
        counts += tconv_where_f64(part > 0, one, none);
    }
    const double mean = tconv_sum_of_lanes(sums) / tconv_sum_of_lanes(counts);
    for (size_t i = 0; i < n; i += TCONV_ROW_LANES) {
        const TCONV_WIDE rest = tconv_row_part(dy, i, n, 0) - mean;
        const TCONV_WIDE part = tconv_row_part(y, i, n, 0);
        tconv_row_store(tconv_where_f64(part > 0, rest, none), dz, i, n, step);
    }
}

/* y = a sigmoid(b): z has a, then b, each as long as y. */
static inline void tconv_glu_f32(const float *z, float *y, size_t n)
{
    const size_t half = n / 2;
    for (size_t i = 0; i < half; i += TCONV_ROW_LANES) {
        const TCONV_WIDE a = tconv_row_part(z, i, half, 0);
        const TCONV_WIDE b = tconv_row_part(z + half, i, half, 0);
        tconv_row_store(a / (1 + tconv_exponential_f64(-b)), y, i, half, 1);
    }
}

/* From z: da = dy s, db = dy a s (1 - s) with s = sigmoid(b), by m = e^-|b|. */
static inline void tconv_glu_backward_f32(const float *z, const float *dy, float *dz,
                                          size_t n, size_t step)
{
    const size_t half = n / 2;
    for (size_t i = 0; i < half; i += TCONV_ROW_LANES) {
        const TCONV_WIDE a = tconv_row_part(z, i, half, 0);
        const TCONV_WIDE b = tconv_row_part(z + half, i, half, 0);
        const TCONV_WIDE share = tconv_row_part(dy, i, half, 0);
        const TCONV_WIDE m = tconv_exponential_f64(-tconv_size_f64(b));
        const TCONV_WIDE top = tconv_where_f64(b < 0, m, tconv_all_f64(1));
        tconv_row_store(share * (top / (1 + m)), dz, i, half, step);
        tconv_row_store(share * (a * (m / ((1 + m) * (1 + m)))), dz + half * step, i,
                        half, step);
    }
}

#endif
