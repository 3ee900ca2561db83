/*
 * tconv_activation.h: every activation and its derivative, once in the whole tree.
 *
 * Header-only; used by emitted code and by the generic kernel alike. For a function NAME:
 *
 *     tconv_NAME_f32, tconv_NAME_f64              y from the pre-activation z
 *     tconv_NAME_slope_f32, tconv_NAME_slope_f64  dy/dz from y, or from z: tconv_keeps_z
 *
 * Parameters have the layer's type. Formulas: the specification's D.2 and D.3; kinks, NaN
 * and infinities as in Keras (slopes of silu, gelu and mish are NaN at the infinities).
 *
 * Accuracy: for all arguments within 2 ulp of the correctly rounded result, softmax
 * included. The slopes of silu, gelu and mish cross zero (near -1.28, -0.75, -1.19); in
 * float64, within 1/2 of there, it is 2 ulp of 1/16.
 *
 * How: plain arithmetic stays in the type and selects between values. What libm gives
 * directly is computed in double. Silu, gelu, mish and softmax, whose terms cancel,
 * underflow early or amplify the rounding of an argument, are computed in the next wider
 * type: long double for float64. (Where long double is no wider than double, expect some
 * ulps more, and hundreds in the last tail of gelu, below -10.)
 *
 * This file includes itself twice, once per type, so that each formula stands once. Read
 * "float" for TCONV_REAL, "double" for TCONV_WIDE, the next wider type.
 */
#ifndef TCONV_ACTIVATION_H
#define TCONV_ACTIVATION_H

#include <math.h>

#include "tconv.h"

/* Keras's scale and scale * alpha of selu; the product as a sum of two doubles. */
#define TCONV_SELU_SCALE 1.0507009873554804934
#define TCONV_SELU_PRODUCT 1.7580993408473768
#define TCONV_SELU_PRODUCT_REST 1.4103259771722635e-17

#define TCONV_SQRT_HALF 0.707106781186547524400844362104849039284L
#define TCONV_1_OVER_SQRT_2PI 0.3989422804014326779399460599343818684759L

/*
 * Whether dy/dz needs z (1), or y alone tells it (0). The one slope function of relu
 * takes either: with no threshold and a slope >= 0, y and z lie on the same side of 0 and
 * of the ceiling. elu has a function for each. Softmax works from y.
 */
static inline int tconv_keeps_z(const struct tconv_activation *a)
{
    switch (a->function) {
    case TCONV_RELU:
        return !(a->slope >= 0 && a->threshold == 0 && a->ceiling > 0);
    case TCONV_ELU:
        return !(a->slope > 0);
    case TCONV_SOFTSIGN:
    case TCONV_SILU:
    case TCONV_GELU:
    case TCONV_MISH:
        return 1;
    default:
        return 0;
    }
}

#define TCONV_REAL float
#define TCONV_WIDE double
#define TCONV_FN(name) tconv_##name##_f32
#define TCONV_LIBM(name) name
#include "tconv_activation.h"
#undef TCONV_REAL
#undef TCONV_WIDE
#undef TCONV_FN
#undef TCONV_LIBM

#define TCONV_REAL double
#define TCONV_WIDE long double
#define TCONV_FN(name) tconv_##name##_f64
#define TCONV_LIBM(name) name##l
#include "tconv_activation.h"
#undef TCONV_REAL
#undef TCONV_WIDE
#undef TCONV_FN
#undef TCONV_LIBM

#elif defined TCONV_REAL

/* Plain arithmetic: in the type, by selection between values. */

static inline TCONV_REAL TCONV_FN(linear)(TCONV_REAL z)
{
    return z;
}

static inline TCONV_REAL TCONV_FN(linear_slope)(TCONV_REAL y)
{
    (void)y;
    return 1;
}

/* Keras 3's selection: above the threshold z itself, at most the ceiling (INFINITY:
 * none); else slope * (z - threshold), and 0 without a slope, also at -INFINITY.
 * Parameters are literals in emitted code: what remains there is one minimum or maximum
 * that keeps NaN. */
static inline TCONV_REAL TCONV_FN(relu)(TCONV_REAL z, TCONV_REAL slope,
                                        TCONV_REAL ceiling, TCONV_REAL threshold)
{
    const TCONV_REAL above = ceiling != INFINITY && z > ceiling ? ceiling : z;
    if (slope == 0 && threshold == 0)
        return above < 0 ? 0 : above;
    if (slope == 0)
        return z <= threshold ? 0 : above;
    const TCONV_REAL below = slope * (z - threshold);
    if (slope <= 1 && threshold == 0 && ceiling == INFINITY)
        return below > z ? below : z;
    return z <= threshold ? below : above;
}

/* From z, or from y when tconv_keeps_z is 0. */
static inline TCONV_REAL TCONV_FN(relu_slope)(TCONV_REAL z, TCONV_REAL slope,
                                              TCONV_REAL ceiling, TCONV_REAL threshold)
{
    const TCONV_REAL above = z < ceiling || ceiling == INFINITY ? 1 : 0;
    return z > threshold ? above : slope;
}

static inline TCONV_REAL TCONV_FN(softsign)(TCONV_REAL z)
{
    return z / (1 + (TCONV_REAL)fabs((double)z));
}

/* clip(0.2 z + 0.5, 0, 1), with no rounded 0.2 and no cancellation near -2.5. */
static inline TCONV_REAL TCONV_FN(hard_sigmoid_tf)(TCONV_REAL z)
{
    const TCONV_REAL t = z + (TCONV_REAL)2.5;
    const TCONV_REAL low = t < 0 ? 0 : t;
    return (low > 5 ? 5 : low) / 5;
}

static inline TCONV_REAL TCONV_FN(hard_sigmoid_tf_slope)(TCONV_REAL y)
{
    const TCONV_REAL below_one = y < 1 ? (TCONV_REAL)0.2 : 0;
    return y > 0 ? below_one : 0;
}

static inline TCONV_REAL TCONV_FN(hard_sigmoid_keras3)(TCONV_REAL z)
{
    const TCONV_REAL t = z + 3;
    const TCONV_REAL low = t < 0 ? 0 : t;
    return (low > 6 ? 6 : low) / 6;
}

static inline TCONV_REAL TCONV_FN(hard_sigmoid_keras3_slope)(TCONV_REAL y)
{
    const TCONV_REAL below_one = y < 1 ? 1 / (TCONV_REAL)6 : 0;
    return y > 0 ? below_one : 0;
}

/* What libm gives directly: in double, rounded once. */

static inline TCONV_REAL TCONV_FN(exponential)(TCONV_REAL z)
{
    return (TCONV_REAL)exp((double)z);
}

static inline TCONV_REAL TCONV_FN(exponential_slope)(TCONV_REAL y)
{
    return y;
}

static inline TCONV_REAL TCONV_FN(elu)(TCONV_REAL z, TCONV_REAL alpha)
{
    return z >= 0 ? z : (TCONV_REAL)((double)alpha * expm1((double)z));
}

/* From y: for alpha > 0. */
static inline TCONV_REAL TCONV_FN(elu_slope)(TCONV_REAL y, TCONV_REAL alpha)
{
    const TCONV_REAL below = y + alpha;
    return y >= 0 ? 1 : below;
}

/* From z: for any alpha. */
static inline TCONV_REAL TCONV_FN(elu_slope_of_z)(TCONV_REAL z, TCONV_REAL alpha)
{
    return z >= 0 ? 1 : (TCONV_REAL)((double)alpha * exp((double)z));
}

static inline TCONV_REAL TCONV_FN(selu)(TCONV_REAL z)
{
    return (TCONV_REAL)(z >= 0 ? TCONV_SELU_SCALE * (double)z
                               : TCONV_SELU_PRODUCT * expm1((double)z));
}

static inline TCONV_REAL TCONV_FN(selu_slope)(TCONV_REAL y)
{
    const double below = (double)y + TCONV_SELU_PRODUCT + TCONV_SELU_PRODUCT_REST;
    return (TCONV_REAL)(y >= 0 ? TCONV_SELU_SCALE : below);
}

/* By the exponential that does not overflow, so that both tails keep their digits. */
static inline TCONV_REAL TCONV_FN(sigmoid)(TCONV_REAL z)
{
    const double m = exp(-fabs((double)z));
    return (TCONV_REAL)((z < 0 ? m : 1) / (1 + m));
}

static inline TCONV_REAL TCONV_FN(sigmoid_slope)(TCONV_REAL y)
{
    return y * (1 - y);
}

static inline TCONV_REAL TCONV_FN(tanh)(TCONV_REAL z)
{
    return (TCONV_REAL)tanh((double)z);
}

static inline TCONV_REAL TCONV_FN(tanh_slope)(TCONV_REAL y)
{
    return (1 - y) * (1 + y);
}

static inline TCONV_REAL TCONV_FN(softplus)(TCONV_REAL z)
{
    const double x = (double)z;
    return (TCONV_REAL)((x > 0 ? x : 0) + log1p(exp(-fabs(x))));
}

/* From y: sigmoid(z) = 1 - e^-y. */
static inline TCONV_REAL TCONV_FN(softplus_slope)(TCONV_REAL y)
{
    return (TCONV_REAL)-expm1(-(double)y);
}

/* In the next wider type, rounded once; all slopes from z. */

static inline TCONV_REAL TCONV_FN(softsign_slope)(TCONV_REAL z)
{
    const TCONV_WIDE x = z, s = 1 + (x < 0 ? -x : x);
    return (TCONV_REAL)(1 / (s * s));
}

static inline TCONV_REAL TCONV_FN(silu)(TCONV_REAL z)
{
    const TCONV_WIDE x = z;
    return (TCONV_REAL)(x / (1 + TCONV_LIBM(exp)(-x)));
}

/* s (1 + x (1 - s)) with s = sigmoid(x), multiplied out with m = e^-|x|. */
static inline TCONV_REAL TCONV_FN(silu_slope)(TCONV_REAL z)
{
    const TCONV_WIDE x = z, m = TCONV_LIBM(exp)(x < 0 ? x : -x);
    const TCONV_WIDE top = x < 0 ? m * (1 + m + x) : 1 + m * (1 + x);
    return (TCONV_REAL)(top / ((1 + m) * (1 + m)));
}

/* x * Phi(x), the exact gelu, Phi by the erfc that keeps its digits in the negative tail.
 */
static inline TCONV_REAL TCONV_FN(gelu)(TCONV_REAL z)
{
    const TCONV_WIDE x = z, half_root = (TCONV_WIDE)TCONV_SQRT_HALF;
    return (TCONV_REAL)(x / 2 * TCONV_LIBM(erfc)(-x * half_root));
}

/* Phi(x) + x phi(x). */
static inline TCONV_REAL TCONV_FN(gelu_slope)(TCONV_REAL z)
{
    const TCONV_WIDE x = z, half_root = (TCONV_WIDE)TCONV_SQRT_HALF;
    const TCONV_WIDE area = TCONV_LIBM(erfc)(-x * half_root) / 2;
    const TCONV_WIDE density =
        (TCONV_WIDE)TCONV_1_OVER_SQRT_2PI * TCONV_LIBM(exp)(-x * x / 2);
    return (TCONV_REAL)(area + x * density);
}

/* x tanh(log(1 + e^x)), multiplied out with m = e^-|x|. */
static inline TCONV_REAL TCONV_FN(mish)(TCONV_REAL z)
{
    const TCONV_WIDE x = z, m = TCONV_LIBM(exp)(x < 0 ? x : -x);
    const TCONV_WIDE top = x < 0 ? m * (m + 2) : 1 + 2 * m;
    const TCONV_WIDE rest = x < 0 ? 2 : 2 * m * m;
    return (TCONV_REAL)(x * (top / (top + rest)));
}

/* T + x s (1 - T^2) with T = mish(x) / x and s = sigmoid(x), multiplied out likewise. */
static inline TCONV_REAL TCONV_FN(mish_slope)(TCONV_REAL z)
{
    const TCONV_WIDE x = z, m = TCONV_LIBM(exp)(x < 0 ? x : -x);
    const TCONV_WIDE below = m * (4 * (x + 1) + m * (4 * x + 6 + m * (4 + m)));
    const TCONV_WIDE above = 1 + m * (4 + m * (4 * x + 6) + 4 * m * m * (x + 1));
    const TCONV_WIDE bottom = x < 0 ? m * (m + 2) + 2 : 1 + 2 * m * (1 + m);
    return (TCONV_REAL)((x < 0 ? below : above) / (bottom * bottom));
}

/* z in, y out, in place, over n elements `step` apart. A row with INFINITY, NaN, or
 * nothing but -INFINITY becomes NaN everywhere. */
static inline void TCONV_FN(softmax)(TCONV_REAL *y, size_t n, size_t step)
{
    TCONV_WIDE largest = -INFINITY, sum = 0;
    for (size_t i = 0; i < n; i++)
        largest = y[i * step] > largest ? y[i * step] : largest;
    for (size_t i = 0; i < n; i++) {
        const TCONV_WIDE term = TCONV_LIBM(exp)(y[i * step] - largest);
        sum += term;
        y[i * step] = (TCONV_REAL)term;
    }
    for (size_t i = 0; i < n; i++)
        y[i * step] = (TCONV_REAL)(y[i * step] / sum);
}

/* dz = y (dy - sum of dy*y) over n elements: `step` apart in y and dy, dz_step in dz, as
 * kernels stage dz in a layout of their own. dz may be dy where the steps are equal. */
static inline void TCONV_FN(softmax_backward)(const TCONV_REAL *y, const TCONV_REAL *dy,
                                              TCONV_REAL *dz, size_t n, size_t step,
                                              size_t dz_step)
{
    TCONV_WIDE sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += (TCONV_WIDE)dy[i * step] * y[i * step];
    for (size_t i = 0; i < n; i++)
        dz[i * dz_step] = (TCONV_REAL)(y[i * step] * (dy[i * step] - sum));
}

/* y by table, for code that learns the activation at run time. Softmax is not
 * elementwise: z passes unchanged, ready for tconv_softmax. */
static inline TCONV_REAL TCONV_FN(activate)(const struct tconv_activation *a,
                                            TCONV_REAL z)
{
    switch (a->function) {
    case TCONV_LINEAR:
    case TCONV_SOFTMAX:
        return TCONV_FN(linear)(z);
    case TCONV_RELU:
        return TCONV_FN(relu)(z, (TCONV_REAL)a->slope, (TCONV_REAL)a->ceiling,
                              (TCONV_REAL)a->threshold);
    case TCONV_ELU:
        return TCONV_FN(elu)(z, (TCONV_REAL)a->slope);
    case TCONV_SELU:
        return TCONV_FN(selu)(z);
    case TCONV_SIGMOID:
        return TCONV_FN(sigmoid)(z);
    case TCONV_TANH:
        return TCONV_FN(tanh)(z);
    case TCONV_SOFTPLUS:
        return TCONV_FN(softplus)(z);
    case TCONV_SOFTSIGN:
        return TCONV_FN(softsign)(z);
    case TCONV_HARD_SIGMOID_TF:
        return TCONV_FN(hard_sigmoid_tf)(z);
    case TCONV_HARD_SIGMOID_KERAS3:
        return TCONV_FN(hard_sigmoid_keras3)(z);
    case TCONV_EXPONENTIAL:
        return TCONV_FN(exponential)(z);
    case TCONV_SILU:
        return TCONV_FN(silu)(z);
    case TCONV_GELU:
        return TCONV_FN(gelu)(z);
    case TCONV_MISH:
        return TCONV_FN(mish)(z);
    }
    return z;
}

/* dy/dz by table; z is not looked at (give y) when tconv_keeps_z is 0. For softmax 1. */
static inline TCONV_REAL TCONV_FN(activation_slope)(const struct tconv_activation *a,
                                                    TCONV_REAL y, TCONV_REAL z)
{
    const int keeps_z = tconv_keeps_z(a);
    switch (a->function) {
    case TCONV_LINEAR:
    case TCONV_SOFTMAX:
        return TCONV_FN(linear_slope)(y);
    case TCONV_RELU:
        return TCONV_FN(relu_slope)(keeps_z ? z : y, (TCONV_REAL)a->slope,
                                    (TCONV_REAL)a->ceiling, (TCONV_REAL)a->threshold);
    case TCONV_ELU:
        return keeps_z ? TCONV_FN(elu_slope_of_z)(z, (TCONV_REAL)a->slope)
                       : TCONV_FN(elu_slope)(y, (TCONV_REAL)a->slope);
    case TCONV_SELU:
        return TCONV_FN(selu_slope)(y);
    case TCONV_SIGMOID:
        return TCONV_FN(sigmoid_slope)(y);
    case TCONV_TANH:
        return TCONV_FN(tanh_slope)(y);
    case TCONV_SOFTPLUS:
        return TCONV_FN(softplus_slope)(y);
    case TCONV_SOFTSIGN:
        return TCONV_FN(softsign_slope)(z);
    case TCONV_HARD_SIGMOID_TF:
        return TCONV_FN(hard_sigmoid_tf_slope)(y);
    case TCONV_HARD_SIGMOID_KERAS3:
        return TCONV_FN(hard_sigmoid_keras3_slope)(y);
    case TCONV_EXPONENTIAL:
        return TCONV_FN(exponential_slope)(y);
    case TCONV_SILU:
        return TCONV_FN(silu_slope)(z);
    case TCONV_GELU:
        return TCONV_FN(gelu_slope)(z);
    case TCONV_MISH:
        return TCONV_FN(mish_slope)(z);
    }
    return 1;
}

#endif
