/*
 * tconv_rows_libm.h: the activations of float64 that work on a row, the last axis of a
 * tensor, in long double by libm. tconv_rows.h is float32's, and tells the same contract
 * and formulas; sparsemax is within 2 ulp and (n + 5) LDBL_EPSILON.
 */
#ifndef TCONV_ROWS_LIBM_H
#define TCONV_ROWS_LIBM_H

#include <math.h>
#include <stddef.h>

static inline long double tconv_row_largest_f64(const double *row, size_t n)
{
    double largest = -INFINITY;
    for (size_t i = 0; i < n; i++)
        largest = row[i] > largest ? row[i] : largest;
    return largest;
}

static inline void tconv_softmax_f64(const double *z, double *y, size_t n)
{
    const long double largest = tconv_row_largest_f64(z, n);
    long double sum = 0;
    for (size_t i = 0; i < n; i++) {
        const long double term = expl(z[i] - largest);
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

static inline void tconv_log_softmax_f64(const double *z, double *y, size_t n)
{
    const long double largest = tconv_row_largest_f64(z, n);
    long double ones = 0, others = 0;
    for (size_t i = 0; i < n; i++) {
        const long double term = expl(z[i] - largest);
        *(z[i] == largest ? &ones : &others) += term;
    }
    const long double log_sum = log1pl(others + (ones - 1));
    for (size_t i = 0; i < n; i++)
        y[i] = (double)((z[i] - largest) - log_sum);
}

static inline void tconv_log_softmax_backward_f64(const double *y, const double *dy,
                                                  double *dz, size_t n, size_t step)
{
    long double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += dy[i];
    for (size_t i = 0; i < n; i++)
        dz[i * step] = (double)(dy[i] - expl(y[i]) * sum);
}

static inline long double tconv_row_threshold_f64(const double *z, size_t n,
                                                  long double largest)
{
    long double tau = -1;
    size_t count = n + 1;
    for (;;) {
        const size_t before = count;
        long double sum = 0;
        count = 0;
        for (size_t i = 0; i < n; i++) {
            const long double part = z[i] - largest;
            sum += part <= tau ? 0 : part;
            count += part <= tau ? 0 : 1;
        }
        if (count >= before)
            return tau;
        tau = (sum - 1) / (long double)count;
    }
}

static inline void tconv_sparsemax_f64(const double *z, double *y, size_t n)
{
    const long double largest = tconv_row_largest_f64(z, n);
    const long double tau = tconv_row_threshold_f64(z, n, largest);
    const long double first = isnan(tau) ? -INFINITY : largest;
    for (size_t i = 0; i < n; i++) {
        const long double above = (z[i] - first) - (isnan(tau) ? 0 : tau);
        y[i] = above < 0 ? 0 : (double)above;
    }
}

static inline void tconv_sparsemax_backward_f64(const double *y, const double *dy,
                                                double *dz, size_t n, size_t step)
{
    long double sum = 0, count = 0;
    for (size_t i = 0; i < n; i++) {
        sum += y[i] > 0 ? dy[i] : 0;
        count += y[i] > 0 ? 1 : 0;
    }
    for (size_t i = 0; i < n; i++)
        dz[i * step] = y[i] > 0 ? (double)(dy[i] - sum / count) : 0;
}

static inline void tconv_glu_f64(const double *z, double *y, size_t n)
{
    const size_t half = n / 2;
    for (size_t i = 0; i < half; i++)
        y[i] = (double)(z[i] / (1 + expl(-(long double)z[half + i])));
}

static inline void tconv_glu_backward_f64(const double *z, const double *dy, double *dz,
                                          size_t n, size_t step)
{
    const size_t half = n / 2;
    for (size_t i = 0; i < half; i++) {
        const long double b = z[half + i], m = expl(-fabsl(b)), share = dy[i];
        dz[i * step] = (double)(share * ((b < 0 ? m : 1) / (1 + m)));
        dz[(half + i) * step] = (double)(share * (z[i] * (m / ((1 + m) * (1 + m)))));
    }
}

#endif
