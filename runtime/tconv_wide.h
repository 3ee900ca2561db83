/*
 * tconv_wide.h: the activations of float32 whose terms cancel, underflow early or amplify
 * the rounding of an argument. They are computed in lanes of double and rounded once:
 * softplus, log_sigmoid, softsign, silu, hard_silu, gelu, mish, squareplus, tanh_shrink
 * and their slopes.
 *
 * Accuracy: 2 ulp for all arguments; 1.5 for softsign, which stays in float, and about
 * 0.5 for the others (tests/ulp can try every argument). Branch-free; kinks, infinities
 * and NaN as in Keras.
 */
#ifndef TCONV_WIDE_H
#define TCONV_WIDE_H

#undef TCONV_BITS
#define TCONV_BITS 32
#include "tconv_lanes.h"
#undef TCONV_BITS
#define TCONV_BITS 64
#include "tconv_exp.h"

#define TCONV_NARROW tconv_lanes_f32
#define TCONV_WIDE tconv_lanes_f64

static inline TCONV_WIDE tconv_wide(TCONV_NARROW a)
{
#ifdef TCONV_LANES
    return __builtin_convertvector(a, TCONV_WIDE);
#else
    return (double)a;
#endif
}

static inline TCONV_NARROW tconv_narrow(TCONV_WIDE a)
{
#ifdef TCONV_LANES
    return __builtin_convertvector(a, TCONV_NARROW);
#else
    return (float)a;
#endif
}

/* log(1 + m) for m from 0 to 1: 2 artanh(s), s = m / (2 + m); to 2^-43. fit.py made it.
 */
static inline TCONV_WIDE tconv_log1p_wide(TCONV_WIDE m)
{
    const TCONV_WIDE s = m / (2 + m), u = s * s;
    const TCONV_WIDE high = 0x1.c6fa73f3922e8p-4 +
                            u * (0x1.76e938ed3f08ep-4 +
                                 u * (0x1.20a003c2d1a5ep-4 + u * 0x1.99ef899705e1cp-4));
    const TCONV_WIDE rest =
        0x1.5555555638d61p-2 +
        u * (0x1.99999806c1c2ap-3 + u * (0x1.2492c18b8350bp-3 + u * high));
    return 2 * s + 2 * s * (u * rest);
}

/* e^(x^2 / 2) * Phi(-x), for x from 0 to 14.5, where e^(-x^2 / 2) * it leaves float; a
 * polynomial in (x - 4) / (x + 4). fit.py made it. */
static inline TCONV_WIDE tconv_tail_wide(TCONV_WIDE x)
{
    const TCONV_WIDE t = (x - 4) / (x + 4);
    const TCONV_WIDE high =
        0x1.623afadf772d7p-21 +
        t * (0x1.bb548b07088d2p-23 +
             t * (-0x1.851628dac6e6ap-24 +
                  t * (-0x1.be3add9924e02p-25 +
                       t * (0x1.6aa95ca671781p-28 +
                            t * (0x1.3f9f140e9cd6cp-27 + t * 0x1.0e37e0fa6c933p-29)))));
    const TCONV_WIDE middle =
        0x1.4eec24f126a1ep-11 +
        t * (-0x1.888dc8af27473p-13 +
             t * (-0x1.7e2476c346060p-15 +
                  t * (0x1.e0a35283d4c13p-16 +
                       t * (0x1.36d488ce4d6b5p-18 +
                            t * (-0x1.20c62831768b4p-18 +
                                 t * (-0x1.bd898b8ecf7e4p-21 + t * high))))));
    return 0x1.82b4bb8c94dcep-4 +
           t * (-0x1.5cf97b0ae882dp-3 +
                t * (0x1.fd751a1fba3c8p-4 +
                     t * (-0x1.25b6aa965814dp-4 +
                          t * (0x1.f9b05f0efd47fp-6 +
                               t * (-0x1.1644dc2f82479p-7 +
                                    t * (0x1.0a1bd414086c2p-11 + t * middle))))));
}

static inline TCONV_NARROW tconv_softplus_f32(TCONV_NARROW z)
{
    const TCONV_WIDE x = tconv_wide(z);
    const TCONV_WIDE m = tconv_exponential_f64(-tconv_size_f64(x));
    return tconv_narrow(tconv_at_least_f64(x, 0) + tconv_log1p_wide(m));
}

/* From y: sigmoid(z) = 1 - e^-y. */
static inline TCONV_NARROW tconv_softplus_slope_f32(TCONV_NARROW y)
{
    TCONV_WIDE rest;
    const TCONV_WIDE e = tconv_expm1_parts_f64(-tconv_wide(y), &rest);
    return tconv_narrow(-(e + rest));
}

static inline TCONV_NARROW tconv_softsign_f32(TCONV_NARROW z)
{
    return z / (1 + tconv_size_f32(z));
}

static inline TCONV_NARROW tconv_softsign_slope_f32(TCONV_NARROW z)
{
    const TCONV_WIDE s = 1 + tconv_size_f64(tconv_wide(z));
    return tconv_narrow(1 / (s * s));
}

static inline TCONV_NARROW tconv_silu_f32(TCONV_NARROW z)
{
    const TCONV_WIDE x = tconv_wide(z);
    return tconv_narrow(x / (1 + tconv_exponential_f64(-x)));
}

/* s (1 + x (1 - s)) with s = sigmoid(x), multiplied out with m = e^-|x|. */
static inline TCONV_NARROW tconv_silu_slope_f32(TCONV_NARROW z)
{
    const TCONV_WIDE x = tconv_wide(z), m = tconv_exponential_f64(-tconv_size_f64(x));
    const TCONV_WIDE top = tconv_where_f64(x < 0, m * (1 + m + x), 1 + m * (1 + x));
    return tconv_narrow(top / ((1 + m) * (1 + m)));
}

/* x * Phi(x), the exact gelu. */
static inline TCONV_NARROW tconv_gelu_f32(TCONV_NARROW z)
{
    const TCONV_WIDE x = tconv_wide(z), m = tconv_exponential_f64(-0.5 * (x * x));
    const TCONV_WIDE area = m * tconv_tail_wide(tconv_at_most_f64(tconv_size_f64(x), 15));
    return tconv_narrow(x * tconv_where_f64(x < 0, area, 1 - area));
}

/* Phi(x) + x phi(x). */
static inline TCONV_NARROW tconv_gelu_slope_f32(TCONV_NARROW z)
{
    const TCONV_WIDE x = tconv_wide(z), size = tconv_size_f64(x);
    const TCONV_WIDE m = tconv_exponential_f64(-0.5 * (x * x));
    const TCONV_WIDE tail = tconv_tail_wide(tconv_at_most_f64(size, 15));
    const TCONV_WIDE below = m * (tail - size * 0.39894228040143267794);
    return tconv_narrow(tconv_where_f64(x < 0, below, 1 - below));
}

/* x tanh(log(1 + e^x)), multiplied out with m = e^-|x|. */
static inline TCONV_NARROW tconv_mish_f32(TCONV_NARROW z)
{
    const TCONV_WIDE x = tconv_wide(z), m = tconv_exponential_f64(-tconv_size_f64(x));
    const TCONV_WIDE top = tconv_where_f64(x < 0, m * (m + 2), 1 + 2 * m);
    const TCONV_WIDE rest = tconv_where_f64(x < 0, tconv_all_f64(2), 2 * m * m);
    return tconv_narrow(x * (top / (top + rest)));
}

/* T + x s (1 - T^2) with T = mish(x) / x and s = sigmoid(x), multiplied out likewise. */
static inline TCONV_NARROW tconv_mish_slope_f32(TCONV_NARROW z)
{
    const TCONV_WIDE x = tconv_wide(z), m = tconv_exponential_f64(-tconv_size_f64(x));
    const TCONV_WIDE below = m * (4 * (x + 1) + m * (4 * x + 6 + m * (4 + m)));
    const TCONV_WIDE above = 1 + m * (4 + m * (4 * x + 6) + 4 * m * m * (x + 1));
    const TCONV_WIDE bottom =
        tconv_where_f64(x < 0, m * (m + 2) + 2, 1 + 2 * m * (1 + m));
    return tconv_narrow(tconv_where_f64(x < 0, below, above) / (bottom * bottom));
}

/* By the sums that do not cancel. */
static inline TCONV_NARROW tconv_log_sigmoid_f32(TCONV_NARROW z)
{
    return -tconv_softplus_f32(-z);
}

/* From y: 1 - sigmoid(z) = 1 - e^y. */
static inline TCONV_NARROW tconv_log_sigmoid_slope_f32(TCONV_NARROW y)
{
    return tconv_softplus_slope_f32(-y);
}

static inline TCONV_NARROW tconv_hard_silu_f32(TCONV_NARROW z)
{
    const TCONV_WIDE x = tconv_wide(z);
    return tconv_narrow(x * tconv_at_most_f64(tconv_at_least_f64(x + 3, 0), 6) / 6);
}

static inline TCONV_NARROW tconv_hard_silu_slope_f32(TCONV_NARROW z)
{
    const TCONV_WIDE x = tconv_wide(z), above = tconv_all_f64(6);
    const TCONV_WIDE inside = tconv_where_f64(x >= 3, above, 2 * x + 3);
    return tconv_narrow(tconv_where_f64(x <= -3, tconv_all_f64(0), inside) / 6);
}

static inline TCONV_WIDE tconv_root_wide(TCONV_WIDE a)
{
#ifdef TCONV_LANES
    for (size_t k = 0; k < TCONV_LANES; k++)
        a[k] = sqrt(a[k]);
    return a;
#else
    return sqrt(a);
#endif
}

/* (x + r) / 2 with r = sqrt(x^2 + 4); below 0 that is 2 / (r - x). NaN at -INFINITY, as
 * in Keras. */
static inline TCONV_NARROW tconv_squareplus_f32(TCONV_NARROW z)
{
    const TCONV_WIDE x = tconv_wide(z),
                     sum = tconv_root_wide(x * x + 4) + tconv_size_f64(x);
    return tconv_narrow(tconv_where_f64(x < 0, 2 / sum + 0 * x, sum / 2));
}

/* (1 + x / r) / 2 = (r + x) / (2 r). */
static inline TCONV_NARROW tconv_squareplus_slope_f32(TCONV_NARROW z)
{
    const TCONV_WIDE x = tconv_wide(z), root = tconv_root_wide(x * x + 4);
    const TCONV_WIDE sum = root + tconv_size_f64(x);
    return tconv_narrow(tconv_where_f64(x < 0, 2 / (sum * root), sum / (2 * root)));
}

/* x - tanh x; near 0 its series, x^3/3 - 2 x^5/15 + 17 x^7/315. */
static inline TCONV_NARROW tconv_tanh_shrink_f32(TCONV_NARROW z)
{
    const TCONV_WIDE x = tconv_wide(z), u = x * x;
    const TCONV_WIDE near = x * u * (1.0 / 3 - u * (2.0 / 15 - u * (17.0 / 315)));
    return tconv_narrow(
        tconv_where_f64(tconv_size_f64(x) < 0.01, near, x - tconv_tanh_f64(x)));
}

static inline TCONV_NARROW tconv_tanh_shrink_slope_f32(TCONV_NARROW z)
{
    const TCONV_WIDE t = tconv_tanh_f64(tconv_wide(z));
    return tconv_narrow(t * t);
}

#endif
