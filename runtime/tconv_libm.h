/*
 * tconv_libm.h: the activations of float64 whose terms cancel, underflow early or amplify
 * the rounding of an argument, one number at a time, by libm in long double, rounded
 * once: softplus, softsign, silu, gelu, mish and their slopes. tconv_wide.h is float32's.
 *
 * Accuracy: 2 ulp for all arguments. The slopes of silu, gelu and mish cross zero (near
 * -1.28, -0.75, -1.19); within 1/2 of there it is 2 ulp of 1/16. (Where long double is no
 * wider than double, expect some ulps more, and hundreds in the last tail of gelu, below
 * -10.)
 */
#ifndef TCONV_LIBM_H
#define TCONV_LIBM_H

#include <math.h>

#define TCONV_SQRT_HALF 0.707106781186547524400844362104849039284L
#define TCONV_1_OVER_SQRT_2PI 0.3989422804014326779399460599343818684759L

static inline double tconv_softplus_f64(double z)
{
    return (z > 0 ? z : 0) + log1p(exp(-fabs(z)));
}

/* From y: sigmoid(z) = 1 - e^-y. */
static inline double tconv_softplus_slope_f64(double y)
{
    return -expm1(-y);
}

static inline double tconv_softsign_f64(double z)
{
    return z / (1 + fabs(z));
}

static inline double tconv_softsign_slope_f64(double z)
{
    const long double s = 1 + fabsl(z);
    return (double)(1 / (s * s));
}

static inline double tconv_silu_f64(double z)
{
    const long double x = z;
    return (double)(x / (1 + expl(-x)));
}

/* s (1 + x (1 - s)) with s = sigmoid(x), multiplied out with m = e^-|x|. */
static inline double tconv_silu_slope_f64(double z)
{
    const long double x = z, m = expl(-fabsl(x));
    const long double top = x < 0 ? m * (1 + m + x) : 1 + m * (1 + x);
    return (double)(top / ((1 + m) * (1 + m)));
}

/* x * Phi(x), the exact gelu, Phi by the erfc that keeps its digits in the negative tail.
 */
static inline double tconv_gelu_f64(double z)
{
    const long double x = z;
    return (double)(x / 2 * erfcl(-x * TCONV_SQRT_HALF));
}

/* Phi(x) + x phi(x). */
static inline double tconv_gelu_slope_f64(double z)
{
    const long double x = z, area = erfcl(-x * TCONV_SQRT_HALF) / 2;
    return (double)(area + x * (TCONV_1_OVER_SQRT_2PI * expl(-x * x / 2)));
}

/* x tanh(log(1 + e^x)), multiplied out with m = e^-|x|. */
static inline double tconv_mish_f64(double z)
{
    const long double x = z, m = expl(-fabsl(x));
    const long double top = x < 0 ? m * (m + 2) : 1 + 2 * m;
    const long double rest = x < 0 ? 2 : 2 * m * m;
    return (double)(x * (top / (top + rest)));
}

/* T + x s (1 - T^2) with T = mish(x) / x and s = sigmoid(x), multiplied out likewise. */
static inline double tconv_mish_slope_f64(double z)
{
    const long double x = z, m = expl(-fabsl(x));
    const long double below = m * (4 * (x + 1) + m * (4 * x + 6 + m * (4 + m)));
    const long double above = 1 + m * (4 + m * (4 * x + 6) + 4 * m * m * (x + 1));
    const long double bottom = x < 0 ? m * (m + 2) + 2 : 1 + 2 * m * (1 + m);
    return (double)((x < 0 ? below : above) / (bottom * bottom));
}

#endif
