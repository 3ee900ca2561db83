/*
 * tconv_rows_fine.h: the activations of float64 that work on a row, the last axis of a
 * tensor, in lanes of double and pairs of them (tconv_pair.h). tconv_rows.h is float32's,
 * and tells the same contract and formulas; sparsemax is within 2 ulp and (n + 5) 2^-96.
 */
#ifndef TCONV_ROWS_FINE_H
#define TCONV_ROWS_FINE_H

#include <stddef.h>

#include "tconv_fine.h"

enum { TCONV_FINE_LANES = sizeof(tconv_lanes_f64) / sizeof(double) };

/* Elements i to i + lanes of a row of n; `beyond` for those past its end. */
static inline tconv_lanes_f64 tconv_fine_part(const double *row, size_t i, size_t n,
                                              double beyond)
{
    tconv_lanes_f64 part = tconv_all_f64(beyond);
    if (n - i >= TCONV_FINE_LANES)
        memcpy(&part, row + i, sizeof part);
    else
        memcpy(&part, row + i, (n - i) * sizeof *row);
    return part;
}

/* Writes them where they lie in the row, `step` apart. */
static inline void tconv_fine_store(tconv_lanes_f64 part, double *row, size_t i, size_t n,
                                    size_t step)
{
    double numbers[TCONV_FINE_LANES];
    memcpy(numbers, &part, sizeof numbers);
    if (n - i >= TCONV_FINE_LANES && step == 1)
        memcpy(row + i, numbers, sizeof numbers);
    else
        for (size_t k = 0; k < TCONV_FINE_LANES && k < n - i; k++)
            row[(i + k) * step] = numbers[k];
}

/* The sum of all lanes, in every lane. */
static inline struct tconv_pair tconv_fine_total(struct tconv_pair parts)
{
    double numbers[TCONV_FINE_LANES], rests[TCONV_FINE_LANES], sum = 0, rest = 0;
    memcpy(numbers, &parts.high, sizeof numbers);
    memcpy(rests, &parts.low, sizeof rests);
    for (size_t k = 0; k < TCONV_FINE_LANES; k++) {
        const double next = sum + numbers[k], most = next - sum;
        rest += (sum - (next - most)) + (numbers[k] - most) + rests[k];
        sum = next;
    }
    return tconv_pair_ordered(tconv_all_f64(sum), tconv_all_f64(rest));
}

/* The sum with one more part, whose rests are only gathered. */
static inline struct tconv_pair tconv_fine_gathered(struct tconv_pair sums,
                                                    struct tconv_pair part)
{
    const struct tconv_pair next = tconv_pair_added(sums.high, part.high);
    return (struct tconv_pair){next.high, sums.low + (next.low + part.low)};
}

/* -INFINITY where nothing compares. */
static inline double tconv_fine_largest(const double *row, size_t n)
{
    tconv_lanes_f64 largest = tconv_all_f64(-INFINITY);
    for (size_t i = 0; i < n; i += TCONV_FINE_LANES) {
        const tconv_lanes_f64 part = tconv_fine_part(row, i, n, -INFINITY);
        largest = tconv_where_f64(part > largest, part, largest);
    }
    double numbers[TCONV_FINE_LANES], most = -INFINITY;
    memcpy(numbers, &largest, sizeof numbers);
    for (size_t k = 0; k < TCONV_FINE_LANES; k++)
        most = numbers[k] > most ? numbers[k] : most;
    return most;
}

/* Elements of z less the largest; -INFINITY past the row's end, as z may have it. */
static inline struct tconv_pair tconv_fine_below(const double *z, size_t i, size_t n,
                                                 double largest)
{
    struct tconv_pair below =
        tconv_pair_added(tconv_fine_part(z, i, n, -INFINITY), tconv_all_f64(-largest));
    below.low = tconv_where_f64(below.high > -INFINITY, below.low, tconv_all_f64(0));
    return below;
}

/* e^z of z <= 0. */
static inline struct tconv_pair tconv_fine_row_exp(struct tconv_pair z)
{
    tconv_lane_bits_f64 k;
    const struct tconv_pair e = tconv_pair_exp(z, &k);
    return tconv_pair_scaled(e, k);
}

static inline void tconv_softmax_f64(const double *z, double *y, size_t n)
{
    const double largest = tconv_fine_largest(z, n);
    struct tconv_pair sums = tconv_pair_of(tconv_all_f64(0));
    for (size_t i = 0; i < n; i += TCONV_FINE_LANES) {
        const struct tconv_pair term =
            tconv_fine_row_exp(tconv_fine_below(z, i, n, largest));
        sums = tconv_fine_gathered(sums, term);
        tconv_fine_store(tconv_pair_rounded(term), y, i, n, 1);
    }
    const struct tconv_pair sum = tconv_fine_total(sums);
    for (size_t i = 0; i < n; i += TCONV_FINE_LANES) {
        const struct tconv_pair term = tconv_pair_of(tconv_fine_part(y, i, n, 0));
        tconv_fine_store(tconv_pair_rounded(tconv_pair_quotient(term, sum)), y, i, n, 1);
    }
}

/* dz = y (dy - sum of dy*y) */
static inline void tconv_softmax_backward_f64(const double *y, const double *dy,
                                              double *dz, size_t n, size_t step)
{
    struct tconv_pair sums = tconv_pair_of(tconv_all_f64(0));
    for (size_t i = 0; i < n; i += TCONV_FINE_LANES)
        sums = tconv_fine_gathered(
            sums, tconv_pair_product(tconv_pair_of(tconv_fine_part(dy, i, n, 0)),
                                     tconv_pair_of(tconv_fine_part(y, i, n, 0))));
    const struct tconv_pair less = tconv_pair_negative(tconv_fine_total(sums));
    for (size_t i = 0; i < n; i += TCONV_FINE_LANES) {
        const struct tconv_pair rest =
            tconv_pair_sum(tconv_pair_of(tconv_fine_part(dy, i, n, 0)), less);
        const struct tconv_pair part = tconv_pair_of(tconv_fine_part(y, i, n, 0));
        tconv_fine_store(tconv_pair_rounded(tconv_pair_product(part, rest)), dz, i, n,
                         step);
    }
}

/* The log of the sum of e^(z - largest). */
static inline double tconv_fine_log_sum(const double *z, size_t n, double largest)
{
    const struct tconv_pair none = tconv_pair_of(tconv_all_f64(0));
    struct tconv_pair ones = none, others = none;
    for (size_t i = 0; i < n; i += TCONV_FINE_LANES) {
        const struct tconv_pair below = tconv_fine_below(z, i, n, largest);
        const struct tconv_pair term = tconv_fine_row_exp(below);
        const tconv_lane_tests_f64 is_one = below.high == 0;
        ones.high += tconv_where_f64(is_one, term.high, none.high);
        others = tconv_fine_gathered(others, tconv_pair_where(is_one, none, term));
    }
    const struct tconv_pair more = tconv_pair_sum(
        tconv_pair_sum(tconv_fine_total(ones), tconv_pair_of(tconv_all_f64(-1))),
        tconv_fine_total(others));
    double numbers[TCONV_FINE_LANES], rests[TCONV_FINE_LANES];
    memcpy(numbers, &more.high, sizeof numbers);
    memcpy(rests, &more.low, sizeof rests);
    return log1p(numbers[0]) + rests[0] / (1 + numbers[0]);
}

static inline void tconv_log_softmax_f64(const double *z, double *y, size_t n)
{
    const double largest = tconv_fine_largest(z, n);
    const double log_sum = tconv_fine_log_sum(z, n, largest);
    for (size_t i = 0; i < n; i += TCONV_FINE_LANES) {
        const struct tconv_pair below = tconv_fine_below(z, i, n, largest);
        tconv_fine_store((below.high - log_sum) + below.low, y, i, n, 1);
    }
}

/* dz = dy - e^y (sum of dy) */
static inline void tconv_log_softmax_backward_f64(const double *y, const double *dy,
                                                  double *dz, size_t n, size_t step)
{
    struct tconv_pair sums = tconv_pair_of(tconv_all_f64(0));
    for (size_t i = 0; i < n; i += TCONV_FINE_LANES)
        sums = tconv_fine_gathered(sums, tconv_pair_of(tconv_fine_part(dy, i, n, 0)));
    const struct tconv_pair less = tconv_pair_negative(tconv_fine_total(sums));
    for (size_t i = 0; i < n; i += TCONV_FINE_LANES) {
        const struct tconv_pair share =
            tconv_fine_row_exp(tconv_pair_of(tconv_fine_part(y, i, n, 0)));
        const struct tconv_pair part = tconv_pair_of(tconv_fine_part(dy, i, n, 0));
        tconv_fine_store(
            tconv_pair_rounded(tconv_pair_sum(part, tconv_pair_product(share, less))), dz,
            i, n, step);
    }
}

static inline tconv_lane_tests_f64 tconv_fine_at_most(struct tconv_pair a,
                                                      struct tconv_pair b)
{
    return (a.high < b.high) | ((a.high == b.high) & (a.low <= b.low));
}

static inline struct tconv_pair tconv_fine_threshold(const double *z, size_t n,
                                                     double largest)
{
    const struct tconv_pair none = tconv_pair_of(tconv_all_f64(0));
    const struct tconv_pair less = tconv_pair_of(tconv_all_f64(-1));
    struct tconv_pair tau = less;
    size_t count = n + 1;
    for (;;) {
        struct tconv_pair sums = none, counts = none;
        for (size_t i = 0; i < n; i += TCONV_FINE_LANES) {
            const struct tconv_pair part = tconv_fine_below(z, i, n, largest);
            const tconv_lane_tests_f64 is_out = tconv_fine_at_most(part, tau);
            sums = tconv_fine_gathered(sums, tconv_pair_where(is_out, none, part));
            counts.high += tconv_where_f64(is_out, none.high, -less.high);
        }
        const size_t before = count;
        counts = tconv_fine_total(counts);
        double numbers[TCONV_FINE_LANES];
        memcpy(numbers, &counts.high, sizeof numbers);
        count = (size_t)numbers[0];
        if (count >= before)
            return tau;
        tau = tconv_pair_quotient(tconv_pair_sum(tconv_fine_total(sums), less), counts);
    }
}

/* Without a tau, where Keras divides by 0, z + INFINITY. */
static inline void tconv_sparsemax_f64(const double *z, double *y, size_t n)
{
    const tconv_lanes_f64 none = tconv_all_f64(0);
    const double largest = tconv_fine_largest(z, n);
    const struct tconv_pair tau = tconv_fine_threshold(z, n, largest);
    const struct tconv_pair less = tconv_pair_negative(tau);
    for (size_t i = 0; i < n; i += TCONV_FINE_LANES) {
        const struct tconv_pair below = tconv_fine_below(z, i, n, largest);
        const tconv_lanes_f64 above = tconv_pair_rounded(tconv_pair_sum(below, less));
        const tconv_lanes_f64 limited =
            tconv_where_f64(tconv_fine_at_most(below, tau), none, above);
        const tconv_lanes_f64 whole = tconv_fine_part(z, i, n, 0) + INFINITY;
        tconv_fine_store(
            tconv_where_f64(tau.high == tau.high, limited, tconv_at_least_f64(whole, 0)),
            y, i, n, 1);
    }
}

static inline void tconv_sparsemax_backward_f64(const double *y, const double *dy,
                                                double *dz, size_t n, size_t step)
{
    const struct tconv_pair none = tconv_pair_of(tconv_all_f64(0));
    struct tconv_pair sums = none, counts = none;
    for (size_t i = 0; i < n; i += TCONV_FINE_LANES) {
        const tconv_lane_tests_f64 is_in = tconv_fine_part(y, i, n, 0) > 0;
        const struct tconv_pair part = tconv_pair_of(tconv_fine_part(dy, i, n, 0));
        sums = tconv_fine_gathered(sums, tconv_pair_where(is_in, part, none));
        counts.high += tconv_where_f64(is_in, tconv_all_f64(1), none.high);
    }
    const struct tconv_pair mean =
        tconv_pair_quotient(tconv_fine_total(sums), tconv_fine_total(counts));
    for (size_t i = 0; i < n; i += TCONV_FINE_LANES) {
        const tconv_lane_tests_f64 is_in = tconv_fine_part(y, i, n, 0) > 0;
        const struct tconv_pair part = tconv_pair_of(tconv_fine_part(dy, i, n, 0));
        const struct tconv_pair rest = tconv_pair_sum(part, tconv_pair_negative(mean));
        tconv_fine_store(tconv_where_f64(is_in, tconv_pair_rounded(rest), none.high), dz,
                         i, n, step);
    }
}

static inline void tconv_glu_f64(const double *z, double *y, size_t n)
{
    const size_t half = n / 2;
    for (size_t i = 0; i < half; i += TCONV_FINE_LANES) {
        const tconv_lanes_f64 a = tconv_fine_part(z, i, half, 0);
        const tconv_lanes_f64 b = tconv_fine_part(z + half, i, half, 0);
        tconv_fine_store(tconv_fine_share(a, b), y, i, half, 1);
    }
}

static inline void tconv_glu_backward_f64(const double *z, const double *dy, double *dz,
                                          size_t n, size_t step)
{
    const size_t half = n / 2;
    for (size_t i = 0; i < half; i += TCONV_FINE_LANES) {
        const tconv_lanes_f64 a = tconv_fine_part(z, i, half, 0);
        const tconv_lanes_f64 b = tconv_fine_part(z + half, i, half, 0);
        const tconv_lanes_f64 share = tconv_fine_part(dy, i, half, 0);
        const struct tconv_fine_exp exp = tconv_fine_exp_below(b);
        const struct tconv_pair one = tconv_fine_one_and(exp.m);
        const struct tconv_pair slope =
            tconv_pair_quotient(exp.e, tconv_pair_product(one, one));
        const struct tconv_pair product =
            tconv_pair_product(tconv_pair_of(share), tconv_pair_of(a));
        const tconv_lanes_f64 db = tconv_pair_rounded(tconv_pair_product(product, slope));
        tconv_fine_store(tconv_fine_share(share, b), dz, i, half, step);
        tconv_fine_store(tconv_scaled_f64(db, exp.k), dz + half * step, i, half, step);
    }
}

#endif
