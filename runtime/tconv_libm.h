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

static inline double tconv_log_sigmoid_f64(double z)
{
    return -tconv_softplus_f64(-z);
}

/* From y: 1 - sigmoid(z) = 1 - e^y. */
static inline double tconv_log_sigmoid_slope_f64(double y)
{
    return -expm1(y);
}

static inline double tconv_hard_silu_f64(double z)
{
    const long double x = z, low = x + 3 < 0 ? 0 : x + 3;
    return (double)(x * (low > 6 ? 6 : low) / 6);
}

static inline double tconv_hard_silu_slope_f64(double z)
{
    const long double x = z, inside = x >= 3 ? 6 : 2 * x + 3;
    return (double)((x <= -3 ? 0 : inside) / 6);
}

static inline double tconv_squareplus_f64(double z)
{
    const long double x = z, sum = sqrtl(x * x + 4) + fabsl(x);
    return (double)(x < 0 ? 2 / sum + 0 * x : sum / 2);
}

static inline double tconv_squareplus_slope_f64(double z)
{
    const long double x = z, root = sqrtl(x * x + 4), sum = root + fabsl(x);
    return (double)(x < 0 ? 2 / (sum * root) : sum / (2 * root));
}

/* Below 1/8 its series, whose next term is 2^-66 of the first. */
static inline double tconv_tanh_shrink_f64(double z)
{
    static const long double factors[] = {1.0L / 3,
                                          -2.0L / 15,
                                          17.0L / 315,
                                          -62.0L / 2835,
                                          1382.0L / 155925,
                                          -21844.0L / 6081075,
                                          929569.0L / 638512875,
                                          -6404582.0L / 10854718875};
    const long double x = z, u = x * x;
    if (!(fabsl(x) < 0.125L))
        return (double)(x - tanhl(x));
    long double sum = 0;
    for (int i = (int)(sizeof factors / sizeof factors[0]); i-- > 0;)
        sum = sum * u + factors[i];
    return (double)(x * u * sum);
}

static inline double tconv_tanh_shrink_slope_f64(double z)
{
    const long double t = tanhl(z);
    return (double)(t * t);
}

#endif
