/*
 * tconv_gelu.h: gelu of float64 and its slope, by the tail of the normal distribution, in
 * lanes of double and pairs of them. tconv_fine.h includes it, and tells the accuracy.
 */
#ifndef TCONV_GELU_H
#define TCONV_GELU_H

#include "tconv_pair.h"

/* tail(x) (x + 5/4) for x from 0 to 39, where e^(-x^2 / 2) leaves double, is c0 + t * (c1
 * + t * this), a polynomial in t = (x - 5) / (x + 5), to 2^-58; tests/ulp/fit.py made it.
 * With the factor it is nearly flat, so that c0 bears the digits. */
static inline tconv_lanes_f64 tconv_gelu_rest(tconv_lanes_f64 t)
{
    const tconv_lanes_f64 high =
        0x1.925c21a25ec2bp-23 +
        t * (-0x1.de1fefa2e64edp-26 +
             t * (-0x1.00f639902285ap-25 +
                  t * (0x1.b7599836360dap-29 +
                       t * (0x1.1fc273345c7d7p-28 +
                            t * (-0x1.1620b4a3d362cp-34 + t * -0x1.3b87d0f343275p-32)))));
    const tconv_lanes_f64 middle =
        0x1.5af5bcbcd5876p-15 +
        t * (0x1.5eb377300591cp-13 +
             t * (-0x1.bfadaaec55ef1p-15 +
                  t * (-0x1.1452e348df6aep-17 +
                       t * (0x1.255bff10d4964p-17 +
                            t * (-0x1.005442c961537p-22 +
                                 t * (-0x1.4eddafb651823p-20 +
                                      t * (0x1.3a16ff77ae868p-23 + t * high)))))));
    return 0x1.ebe8e26b6714ap-5 +
           t * (-0x1.4ed7f8c39be5ep-7 +
                t * (-0x1.d9140d6f74765p-7 +
                     t * (0x1.321c3a9d69af5p-6 +
                          t * (-0x1.a77265b3fb909p-7 +
                               t * (0x1.84736adfb96f3p-8 +
                                    t * (-0x1.a8fbdc61c9663p-10 + t * middle))))));
}

/* tail(x) = e^(x^2 / 2) * Phi(-x), for x from 0 to 39. */
static inline struct tconv_pair tconv_gelu_tail(tconv_lanes_f64 x)
{
    const struct tconv_pair t = tconv_pair_quotient(
        tconv_pair_added(x, tconv_all_f64(-5)), tconv_pair_added(x, tconv_all_f64(5)));
    const struct tconv_pair c0 = {tconv_all_f64(0x1.ec4896da77b19p-2),
                                  tconv_all_f64(0x1.4c8a8d04abe7fp-56)};
    const struct tconv_pair more = tconv_pair_ordered(
        tconv_all_f64(-0x1.04f3080b418b7p-3), t.high * tconv_gelu_rest(t.high));
    const struct tconv_pair flat = tconv_pair_sum(c0, tconv_pair_product(t, more));
    return tconv_pair_quotient(flat, tconv_pair_added(x, tconv_all_f64(1.25)));
}

/* e^(-x^2 / 2) = result * 2^k. The square's own rounding would be magnified. */
static inline struct tconv_pair tconv_gelu_exp(tconv_lanes_f64 x, tconv_lane_bits_f64 *k)
{
    const struct tconv_pair square =
        tconv_pair_product(tconv_pair_of(x), tconv_pair_of(x));
    return tconv_pair_exp((struct tconv_pair){-0.5 * square.high, -0.5 * square.low}, k);
}

/* 1 - a * 2^k. */
static inline struct tconv_pair tconv_gelu_rest_of_one(struct tconv_pair a,
                                                       tconv_lane_bits_f64 k)
{
    return tconv_pair_sum(tconv_pair_of(tconv_all_f64(1)),
                          tconv_pair_negative(tconv_pair_scaled(a, k)));
}

/* z * Phi(z), the exact gelu. */
static inline tconv_lanes_f64 tconv_gelu_f64(tconv_lanes_f64 z)
{
    tconv_lane_bits_f64 k;
    const tconv_lanes_f64 x = tconv_at_most_f64(tconv_size_f64(z), 39);
    const struct tconv_pair e = tconv_gelu_exp(x, &k);
    const struct tconv_pair area = tconv_pair_product(e, tconv_gelu_tail(x));
    const struct tconv_pair phi =
        tconv_pair_where(z < 0, area, tconv_gelu_rest_of_one(area, k));
    const tconv_lanes_f64 size =
        tconv_pair_rounded(tconv_pair_product(phi, tconv_pair_of(x)));
    const tconv_lanes_f64 y = tconv_where_f64(z < 0, tconv_scaled_f64(size, k), size);
    return tconv_where_f64(z > 9, z, tconv_with_sign_f64(y, z) + 0 * z);
}

/* Phi(z) + z phi(z): m (tail - x / sqrt(2 pi)) below 0, else 1 - that, x = |z|. */
static inline tconv_lanes_f64 tconv_gelu_slope_f64(tconv_lanes_f64 z)
{
    tconv_lane_bits_f64 k;
    const tconv_lanes_f64 x = tconv_at_most_f64(tconv_size_f64(z), 39);
    const struct tconv_pair density = {tconv_all_f64(-0x1.9884533d43651p-2),
                                       tconv_all_f64(0x1.cbc0d30ebfd15p-56)};
    const struct tconv_pair sum =
        tconv_pair_sum(tconv_gelu_tail(x), tconv_pair_product(density, tconv_pair_of(x)));
    const struct tconv_pair e = tconv_gelu_exp(x, &k);
    const struct tconv_pair below = tconv_pair_product(e, sum);
    const tconv_lanes_f64 above = tconv_pair_rounded(tconv_gelu_rest_of_one(below, k));
    const tconv_lanes_f64 y = tconv_pair_rounded(below);
    return tconv_where_f64(z < 0, tconv_scaled_f64(y, k), above) + 0 * z;
}

#endif
