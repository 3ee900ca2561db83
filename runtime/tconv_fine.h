/*
 * tconv_fine.h: the activations of float64 whose terms cancel, underflow early or amplify
 * the rounding of an argument, in lanes of double and where needed in pairs of them
 * (tconv_pair.h), rounded once: softplus, log_sigmoid, softsign, silu, mish, hard_silu,
 * squareplus, tanh_shrink and their slopes; tconv_gelu.h has gelu. tconv_wide.h is
 * float32's.
 *
 * Accuracy: 2 ulp for all arguments (tests/ulp). The slopes of silu, gelu and mish cross
 * zero (near -1.28, -0.75, -1.19); within 1/2 of there it is 2 ulp of 1/16. Branch-free;
 * kinks, infinities and NaN as in Keras.
 */
#ifndef TCONV_FINE_H
#define TCONV_FINE_H

#include "tconv_gelu.h"
#include "tconv_pair.h"

/* m = e^-|z|, both as e * 2^k and, where it may underflow, as it is. */
struct tconv_fine_exp {
    struct tconv_pair e, m;
    tconv_lane_bits_f64 k;
};

static inline struct tconv_fine_exp tconv_fine_exp_below(tconv_lanes_f64 z)
{
    struct tconv_fine_exp below;
    below.e = tconv_pair_exp(tconv_pair_of(-tconv_size_f64(z)), &below.k);
    below.m = tconv_pair_scaled(below.e, below.k);
    return below;
}

/* What no activation tells from its limit is limited, so that no product overflows. */
static inline tconv_lanes_f64 tconv_fine_limited(tconv_lanes_f64 z)
{
    return tconv_at_most_f64(tconv_at_least_f64(z, -1000), 1000);
}

/* 1 + m. */
static inline struct tconv_pair tconv_fine_one_and(struct tconv_pair m)
{
    return tconv_pair_sum(tconv_pair_of(tconv_all_f64(1)), m);
}

/* 2 artanh(s / 2) / s - 1 for s = S from 0 to 2/3, to 2^-59; tests/ulp/fit.py made it. */
static inline tconv_lanes_f64 tconv_fine_artanh_rest(tconv_lanes_f64 s)
{
    const tconv_lanes_f64 u = s * s * 0.25;
    const tconv_lanes_f64 high =
        0x1.3b1de32a56a06p-4 +
        u * (0x1.10676834fdaefp-4 +
             u * (0x1.efdd8a40581f5p-5 +
                  u * (0x1.559c2e6bd404ep-5 + u * 0x1.5c8a77f31344cp-4)));
    return u * (0x1.5555555555535p-2 +
                u * (0x1.99999999a083fp-3 +
                     u * (0x1.2492492085792p-3 +
                          u * (0x1.c71c741f8cb55p-4 +
                               u * (0x1.745cb39b39cbap-4 + u * high)))));
}

/* max(z, 0) + log(1 + m); log(1 + m) = 2 artanh(m / (2 + m)). */
static inline tconv_lanes_f64 tconv_softplus_f64(tconv_lanes_f64 z)
{
    const struct tconv_fine_exp exp = tconv_fine_exp_below(z);
    const struct tconv_pair top = {2 * exp.e.high, 2 * exp.e.low};
    const struct tconv_pair bottom =
        tconv_pair_sum(tconv_pair_of(tconv_all_f64(2)), exp.m);
    const struct tconv_pair s = tconv_pair_quotient(top, bottom);
    const tconv_lanes_f64 rest = tconv_fine_artanh_rest(tconv_scaled_f64(s.high, exp.k));
    const tconv_lanes_f64 log_sum =
        tconv_scaled_f64(s.high + (s.low + s.high * rest), exp.k);
    return tconv_at_least_f64(z, 0) + log_sum;
}

/* From y: sigmoid(z) = 1 - e^-y. */
static inline tconv_lanes_f64 tconv_softplus_slope_f64(tconv_lanes_f64 y)
{
    tconv_lanes_f64 rest;
    const tconv_lanes_f64 e = tconv_expm1_parts_f64(-y, &rest);
    return -(e + rest);
}

/* By the sums that do not cancel. */
static inline tconv_lanes_f64 tconv_log_sigmoid_f64(tconv_lanes_f64 z)
{
    return -tconv_softplus_f64(-z);
}

/* From y: 1 - sigmoid(z) = 1 - e^y. */
static inline tconv_lanes_f64 tconv_log_sigmoid_slope_f64(tconv_lanes_f64 y)
{
    return tconv_softplus_slope_f64(-y);
}

static inline tconv_lanes_f64 tconv_softsign_f64(tconv_lanes_f64 z)
{
    return z / (1 + tconv_size_f64(z));
}

/* The square of 1 / (1 + |z|), which is 0 long before the limit. */
static inline tconv_lanes_f64 tconv_softsign_slope_f64(tconv_lanes_f64 z)
{
    const tconv_lanes_f64 one = tconv_all_f64(1);
    const tconv_lanes_f64 size = tconv_at_most_f64(tconv_size_f64(z), 0x1p600);
    const struct tconv_pair root =
        tconv_pair_quotient(tconv_pair_of(one), tconv_pair_added(one, size));
    return tconv_pair_rounded(tconv_pair_product(root, root));
}

/* a * sigmoid(b), 0 for b below -1400, where the exponential is limited. Halves, as e may
 * be more than 1 and a the largest number. */
static inline tconv_lanes_f64 tconv_fine_share(tconv_lanes_f64 a, tconv_lanes_f64 b)
{
    const struct tconv_fine_exp exp = tconv_fine_exp_below(b);
    const struct tconv_pair half = {0.5 * exp.e.high, 0.5 * exp.e.low};
    const struct tconv_pair top =
        tconv_pair_where(b < 0, half, tconv_pair_of(tconv_all_f64(0.5)));
    const struct tconv_pair share = tconv_pair_quotient(top, tconv_fine_one_and(exp.m));
    const tconv_lanes_f64 y =
        tconv_pair_rounded(tconv_pair_product(share, tconv_pair_of(a)));
    const tconv_lanes_f64 whole =
        tconv_where_f64(b < 0, tconv_scaled_f64(y, exp.k + 1), 2 * y);
    const tconv_lanes_f64 limited = tconv_where_f64(b < -1400, 0 * a, whole);
    return tconv_where_f64((tconv_size_f64(a) == INFINITY) & (b > -INFINITY), a,
                           tconv_with_sign_f64(limited, a));
}

static inline tconv_lanes_f64 tconv_silu_f64(tconv_lanes_f64 z)
{
    return tconv_fine_share(z, z);
}

/* s (1 + x (1 - s)) with s = sigmoid(x), multiplied out with m = e^-|x|: m (1 + m + x)
 * below 0, else 1 + m (1 + x), over (1 + m)^2. */
static inline tconv_lanes_f64 tconv_silu_slope_f64(tconv_lanes_f64 z)
{
    const tconv_lanes_f64 x = tconv_fine_limited(z);
    const struct tconv_fine_exp exp = tconv_fine_exp_below(x);
    const struct tconv_pair none = tconv_pair_of(tconv_all_f64(0));
    const struct tconv_pair sum = tconv_pair_sum(tconv_pair_added(tconv_all_f64(1), x),
                                                 tconv_pair_where(x < 0, exp.m, none));
    const struct tconv_pair product =
        tconv_pair_product(tconv_pair_where(x < 0, exp.e, exp.m), sum);
    const struct tconv_pair top =
        tconv_pair_where(x < 0, product, tconv_fine_one_and(product));
    const struct tconv_pair one = tconv_fine_one_and(exp.m);
    const tconv_lanes_f64 y =
        tconv_pair_rounded(tconv_pair_quotient(top, tconv_pair_product(one, one)));
    return tconv_where_f64(x < 0, tconv_scaled_f64(y, exp.k), y) + 0 * z;
}

/* x tanh(log(1 + e^x)), multiplied out with m = e^-|x|: the tanh is t / (2 + t) with
 * t = m (m + 2) below 0, else (1 + 2 m) / (1 + 2 m + 2 m^2). */
static inline tconv_lanes_f64 tconv_mish_f64(tconv_lanes_f64 z)
{
    const tconv_lanes_f64 x = tconv_fine_limited(z), two = tconv_all_f64(2);
    const struct tconv_fine_exp exp = tconv_fine_exp_below(x);
    const struct tconv_pair twice = {2 * exp.m.high, 2 * exp.m.low};
    const struct tconv_pair factor =
        tconv_pair_where(x < 0, tconv_pair_sum(tconv_pair_of(two), exp.m), twice);
    const struct tconv_pair product =
        tconv_pair_product(tconv_pair_where(x < 0, exp.e, exp.m), factor);
    const struct tconv_pair above = tconv_fine_one_and(twice);
    const struct tconv_pair bottom = tconv_pair_sum(
        tconv_pair_where(x < 0, tconv_pair_of(two), above),
        tconv_pair_where(x < 0, tconv_pair_scaled(product, exp.k), product));
    const struct tconv_pair t =
        tconv_pair_quotient(tconv_pair_where(x < 0, product, above), bottom);
    const tconv_lanes_f64 y = tconv_pair_rounded(tconv_pair_product(t, tconv_pair_of(x)));
    const tconv_lanes_f64 inside = tconv_where_f64(x < 0, tconv_scaled_f64(y, exp.k), y);
    return tconv_where_f64(z > 40, z, tconv_with_sign_f64(inside, z) + 0 * z);
}

/* T + x s (1 - T^2) with T = mish(x) / x and s = sigmoid(x), multiplied out likewise:
 * m (4 x + 4 + m (4 x + 6 + m (4 + m))) / (2 + m (2 + m))^2 below 0, else
 * (1 + m (4 + m (4 x + 6 + m (4 x + 4)))) / (1 + m (2 + 2 m))^2. */
static inline tconv_lanes_f64 tconv_mish_slope_f64(tconv_lanes_f64 z)
{
    const tconv_lanes_f64 x = tconv_fine_limited(z), one = tconv_all_f64(1);
    const struct tconv_fine_exp exp = tconv_fine_exp_below(x);
    const struct tconv_pair m = exp.m, twice = {2 * m.high, 2 * m.low};
    const struct tconv_pair none = tconv_pair_of(0 * one), four = tconv_pair_of(4 * one);
    const struct tconv_pair near = tconv_pair_added(4 * x, 4 * one);
    const struct tconv_pair third = tconv_pair_sum(tconv_pair_where(x < 0, four, near),
                                                   tconv_pair_where(x < 0, m, none));
    const struct tconv_pair second =
        tconv_pair_sum(tconv_pair_added(4 * x, 6 * one), tconv_pair_product(m, third));
    const struct tconv_pair first = tconv_pair_sum(tconv_pair_where(x < 0, near, four),
                                                   tconv_pair_product(m, second));
    const struct tconv_pair product =
        tconv_pair_product(tconv_pair_where(x < 0, exp.e, m), first);
    const struct tconv_pair top =
        tconv_pair_where(x < 0, product, tconv_fine_one_and(product));
    const struct tconv_pair factor =
        tconv_pair_sum(tconv_pair_of(2 * one), tconv_pair_where(x < 0, m, twice));
    const struct tconv_pair root =
        tconv_pair_sum(tconv_pair_of(tconv_where_f64(x < 0, 2 * one, one)),
                       tconv_pair_product(m, factor));
    const tconv_lanes_f64 y =
        tconv_pair_rounded(tconv_pair_quotient(top, tconv_pair_product(root, root)));
    return tconv_where_f64(x < 0, tconv_scaled_f64(y, exp.k), y) + 0 * z;
}

static inline tconv_lanes_f64 tconv_hard_silu_f64(tconv_lanes_f64 z)
{
    const struct tconv_pair sum = tconv_pair_added(z, tconv_all_f64(3));
    const struct tconv_pair product = tconv_pair_product(sum, tconv_pair_of(z));
    const tconv_lanes_f64 inside = product.high / 6 + product.low * (1.0 / 6);
    const tconv_lanes_f64 below_three =
        tconv_where_f64(z <= -3, 0 * z, tconv_with_sign_f64(inside, z));
    return tconv_where_f64(z >= 3, z, below_three);
}

static inline tconv_lanes_f64 tconv_hard_silu_slope_f64(tconv_lanes_f64 z)
{
    const tconv_lanes_f64 inside = tconv_where_f64(z >= 3, tconv_all_f64(6), 2 * z + 3);
    return tconv_where_f64(z <= -3, tconv_all_f64(0), inside) / 6;
}

static inline tconv_lanes_f64 tconv_fine_root(tconv_lanes_f64 a)
{
#ifdef TCONV_LANES
    for (size_t k = 0; k < TCONV_LANES; k++)
        a[k] = sqrt(a[k]);
    return a;
#else
    return sqrt(a);
#endif
}

/* sqrt(a^2 + 4), which far out is a, and half of its sum with a; for a >= 0. */
struct tconv_fine_roots {
    struct tconv_pair root, half;
};

static inline struct tconv_fine_roots tconv_fine_roots(tconv_lanes_f64 a)
{
    const struct tconv_pair near = tconv_pair_of(tconv_at_most_f64(a, 0x1p40));
    const struct tconv_pair square =
        tconv_pair_sum(tconv_pair_product(near, near), tconv_pair_of(tconv_all_f64(4)));
    const tconv_lanes_f64 high = tconv_fine_root(square.high);
    const struct tconv_pair less =
        tconv_pair_negative(tconv_pair_product(tconv_pair_of(high), tconv_pair_of(high)));
    const struct tconv_pair root = {
        high, tconv_pair_rounded(tconv_pair_sum(square, less)) / (2 * high)};
    struct tconv_fine_roots roots;
    roots.root = tconv_pair_where(a > 0x1p40, tconv_pair_of(a), root);
    roots.half = tconv_pair_added(0.5 * roots.root.high, 0.5 * a);
    roots.half.low += 0.5 * roots.root.low;
    return roots;
}

/* (x + r) / 2 with r = sqrt(x^2 + 4); below 0 that is 2 / (r - x). NaN at -INFINITY, as
 * in Keras. */
static inline tconv_lanes_f64 tconv_squareplus_f64(tconv_lanes_f64 z)
{
    const struct tconv_pair half = tconv_fine_roots(tconv_size_f64(z)).half;
    const struct tconv_pair one = tconv_pair_of(tconv_all_f64(1));
    const tconv_lanes_f64 below = tconv_pair_rounded(tconv_pair_quotient(one, half));
    const tconv_lanes_f64 above =
        tconv_where_f64(z > 0x1p60, z, tconv_pair_rounded(half));
    return tconv_where_f64(z < 0, below + 0 * z, above);
}

/* (1 + x / r) / 2; below 0 that is 2 / (r (r - x)). NaN at INFINITY. */
static inline tconv_lanes_f64 tconv_squareplus_slope_f64(tconv_lanes_f64 z)
{
    const tconv_lanes_f64 size = tconv_at_most_f64(tconv_size_f64(z), 0x1p600);
    const struct tconv_fine_roots roots = tconv_fine_roots(size);
    const struct tconv_pair one = tconv_pair_of(tconv_all_f64(1));
    const struct tconv_pair inverse = tconv_pair_quotient(one, roots.root);
    const struct tconv_pair factor =
        tconv_pair_where(z < 0, tconv_pair_quotient(one, roots.half), roots.half);
    const tconv_lanes_f64 y = tconv_pair_rounded(tconv_pair_product(factor, inverse));
    return tconv_where_f64(z < 0, y, y + 0 * z);
}

/* (x - tanh x) / x^3 less 1/3 for u = x^2 up to 1, to 2^-56; fit.py made it. */
static inline tconv_lanes_f64 tconv_fine_tanh_rest(tconv_lanes_f64 u)
{
    const tconv_lanes_f64 high =
        -0x1.94985ccda675ep-14 +
        u * (0x1.4209ca9f52e04p-15 +
             u * (-0x1.ea1ce3fba3d29p-17 +
                  u * (0x1.4ebdd66d80138p-18 +
                       u * (-0x1.72421a1b90d99p-20 +
                            u * (0x1.1ac4ab6de31f0p-22 + u * -0x1.b040c69908400p-26)))));
    return u *
           (-0x1.11111111110bap-3 +
            u * (0x1.ba1ba1ba14573p-5 +
                 u * (-0x1.664f4880d3631p-6 +
                      u * (0x1.226e35199d2acp-7 +
                           u * (-0x1.d6d3c53c19e85p-9 +
                                u * (0x1.7da2bdeb6e1a0p-10 +
                                     u * (-0x1.3551af7ba6369p-11 +
                                          u * (0x1.f5212618c7620p-13 + u * high))))))));
}

/* x - tanh x: near 0 a polynomial, else x - 1 + 2 m / (1 + m) with m = e^-2x, where no
 * terms cancel. */
static inline tconv_lanes_f64 tconv_tanh_shrink_f64(tconv_lanes_f64 z)
{
    const tconv_lanes_f64 size = tconv_size_f64(z);
    const struct tconv_pair x = tconv_pair_of(size);
    const struct tconv_pair u = tconv_pair_product(x, x);
    struct tconv_pair factor = tconv_pair_ordered(
        tconv_all_f64(1.0 / 3), tconv_fine_tanh_rest(tconv_at_most_f64(u.high, 1)));
    factor.low += 0x1.5555555555555p-56;
    const struct tconv_pair near = tconv_pair_product(tconv_pair_product(x, u), factor);
    const struct tconv_pair m = tconv_fine_exp_below(2 * size).m;
    const struct tconv_pair twice = {2 * m.high, 2 * m.low};
    const struct tconv_pair far =
        tconv_pair_sum(tconv_pair_added(size, tconv_all_f64(-1)),
                       tconv_pair_quotient(twice, tconv_fine_one_and(m)));
    const tconv_lanes_f64 y = tconv_pair_rounded(tconv_pair_where(size < 1, near, far));
    return tconv_where_f64(size > 0x1p60, z, tconv_with_sign_f64(y, z));
}

/* tanh(x)^2, with tanh of the size -t / (2 + t), t = e^-2|x| - 1. */
static inline tconv_lanes_f64 tconv_tanh_shrink_slope_f64(tconv_lanes_f64 z)
{
    tconv_lanes_f64 rest;
    const tconv_lanes_f64 e = tconv_expm1_parts_f64(-2 * tconv_size_f64(z), &rest);
    const struct tconv_pair t = tconv_pair_ordered(e, rest);
    const struct tconv_pair bottom = tconv_pair_sum(tconv_pair_of(tconv_all_f64(2)), t);
    const struct tconv_pair tanh = tconv_pair_quotient(t, bottom);
    return tconv_pair_rounded(tconv_pair_product(tanh, tanh));
}

#endif
