/*
 * tconv_rows_libm.h: the activations of float64 that work on a row, the last axis of a
 * tensor: softmax and its gradient, in long double by libm, within 2 ulp. tconv_rows.h is
 * float32's, and tells the same contract.
 */
#ifndef TCONV_ROWS_LIBM_H
#define TCONV_ROWS_LIBM_H

#include <math.h>
#include <stddef.h>

static inline void tconv_softmax_f64(double *y, size_t n)
{
    long double largest = -INFINITY, sum = 0;
    for (size_t i = 0; i < n; i++)
        largest = y[i] > largest ? y[i] : largest;
    for (size_t i = 0; i < n; i++) {
        const long double term = expl(y[i] - largest);
        sum += term;
        y[i] = (double)term;
    }
    for (size_t i = 0; i < n; i++)
        y[i] = (double)(y[i] / sum);
}

static inline void tconv_softmax_backward_f64(const double *y, const double *dy,
                                              double *dz, size_t n, size_t step)
{
    long double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += (long double)dy[i] * y[i];
    for (size_t i = 0; i < n; i++)
        dz[i * step] = (double)(y[i] * (dy[i] - sum));
}

#endif
