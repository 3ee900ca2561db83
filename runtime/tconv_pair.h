/*
 * tconv_pair.h: numbers of about 100 bits as sums of two doubles, in lanes
 * (tconv_lanes.h): what the activations of float64 compute with where terms cancel or
 * roundings add up. tconv_fine.h and tconv_rows_fine.h are written in it.
 *
 * Products are made of factors of 26 bits, so that they are exact whether or not the
 * compiler fuses multiply-adds; no sum relies on a product that was rounded. A pair of
 * what is not finite has no meaning but that its rounded value is not finite either.
 */
#ifndef TCONV_PAIR_H
#define TCONV_PAIR_H

#undef TCONV_BITS
#define TCONV_BITS 64
#include "tconv_exp.h"

/* high + low, low no more than some roundings of high. */
struct tconv_pair {
    tconv_lanes_f64 high, low;
};

static inline struct tconv_pair tconv_pair_of(tconv_lanes_f64 a)
{
    return (struct tconv_pair){a, tconv_all_f64(0)};
}

static inline tconv_lanes_f64 tconv_pair_rounded(struct tconv_pair a)
{
    return a.high + a.low;
}

/* a + b of |a| >= |b|, or of a 0. */
static inline struct tconv_pair tconv_pair_ordered(tconv_lanes_f64 a, tconv_lanes_f64 b)
{
    const tconv_lanes_f64 sum = a + b;
    return (struct tconv_pair){sum, b - (sum - a)};
}

/* a + b of any two, exactly. */
static inline struct tconv_pair tconv_pair_added(tconv_lanes_f64 a, tconv_lanes_f64 b)
{
    const tconv_lanes_f64 sum = a + b, most = sum - a;
    return (struct tconv_pair){sum, (a - (sum - most)) + (b - most)};
}

static inline struct tconv_pair tconv_pair_sum(struct tconv_pair a, struct tconv_pair b)
{
    const struct tconv_pair sum = tconv_pair_added(a.high, b.high);
    return tconv_pair_ordered(sum.high, sum.low + (a.low + b.low));
}

static inline struct tconv_pair tconv_pair_negative(struct tconv_pair a)
{
    return (struct tconv_pair){-a.high, -a.low};
}

/* The first 26 bits. */
static inline tconv_lanes_f64 tconv_pair_head(tconv_lanes_f64 a)
{
    return tconv_of_bits_f64(tconv_bits_f64(a) & ~(uint64_t)0x7ffffff);
}

static inline struct tconv_pair tconv_pair_product(struct tconv_pair a,
                                                   struct tconv_pair b)
{
    const tconv_lanes_f64 a_head = tconv_pair_head(a.high), a_tail = a.high - a_head;
    const tconv_lanes_f64 b_head = tconv_pair_head(b.high), b_tail = b.high - b_head;
    const tconv_lanes_f64 little = a.high * b.low + a.low * b.high;
    const tconv_lanes_f64 middle = a_head * b_tail + a_tail * b_head;
    return tconv_pair_ordered(a_head * b_head, middle + (a_tail * b_tail + little));
}

/* By one division of doubles and what it left; not where a or b's reciprocal overflows.
 */
static inline struct tconv_pair tconv_pair_quotient(struct tconv_pair a,
                                                    struct tconv_pair b)
{
    const tconv_lanes_f64 inverse = 1 / b.high, high = a.high * inverse;
    const tconv_lanes_f64 head = tconv_pair_head(high), tail = high - head;
    const tconv_lanes_f64 b_head = tconv_pair_head(b.high), b_tail = b.high - b_head;
    const tconv_lanes_f64 first = (a.high - head * b_head) - head * b_tail;
    const tconv_lanes_f64 left = (first - tail * b_head) - tail * b_tail;
    return (struct tconv_pair){high, (left + (a.low - high * b.low)) * inverse};
}

static inline struct tconv_pair tconv_pair_where(tconv_lane_tests_f64 test,
                                                 struct tconv_pair a, struct tconv_pair b)
{
    return (struct tconv_pair){tconv_where_f64(test, a.high, b.high),
                               tconv_where_f64(test, a.low, b.low)};
}

/* a * 2^k, its parts rounded where they leave the normal numbers. */
static inline struct tconv_pair tconv_pair_scaled(struct tconv_pair a,
                                                  tconv_lane_bits_f64 k)
{
    return (struct tconv_pair){tconv_scaled_f64(a.high, k), tconv_scaled_f64(a.low, k)};
}

/* e^z = result * 2^k, to some 2^-55; z.high is limited to what has an exponential. */
static inline struct tconv_pair tconv_pair_exp(struct tconv_pair z,
                                               tconv_lane_bits_f64 *k)
{
    tconv_lanes_f64 rest;
    const tconv_lanes_f64 e =
        tconv_exp_parts_f64(tconv_exp_limited_f64(z.high), &rest, k);
    return (struct tconv_pair){e, rest + e * z.low};
}

#endif
