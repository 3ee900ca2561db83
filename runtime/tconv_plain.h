/*
 * tconv_plain.h: the activations that are plain arithmetic, in lanes of TCONV_BITS
 * (tconv_lanes.h): linear, relu with its parameters, hard_sigmoid, hard_tanh,
 * hard_shrink, soft_shrink, sparse_plus, sparse_sigmoid, and their slopes.
 *
 * All select between values; what is left after rounding is within 2 ulp.
 */
#include "tconv_lanes.h"

#if TCONV_BITS == 32 && !defined TCONV_PLAIN_F32 ||                                      \
    TCONV_BITS == 64 && !defined TCONV_PLAIN_F64
#if TCONV_BITS == 32
#define TCONV_PLAIN_F32
#else
#define TCONV_PLAIN_F64
#endif

static inline TCONV_V TCONV_FN(linear)(TCONV_V z)
{
    return z;
}

static inline TCONV_V TCONV_FN(linear_slope)(TCONV_V y)
{
    (void)y;
    return TCONV_FN(all)(1);
}

/* Keras 3's selection: above the threshold z itself, at most the ceiling (INFINITY:
 * none); else slope * (z - threshold), and 0 without a slope, also at -INFINITY.
 * Parameters are literals in emitted code: what remains there is one minimum or maximum
 * that keeps NaN. */
static inline TCONV_V TCONV_FN(relu)(TCONV_V z, TCONV_REAL slope, TCONV_REAL ceiling,
                                     TCONV_REAL threshold)
{
    const TCONV_V above = ceiling == INFINITY ? z : TCONV_FN(at_most)(z, ceiling);
    if (slope == 0 && threshold == 0)
        return TCONV_FN(at_least)(above, 0);
    if (slope == 0)
        return TCONV_FN(where)(z <= threshold, TCONV_FN(all)(0), above);
    const TCONV_V below = slope * (z - threshold);
    if (slope <= 1 && threshold == 0 && ceiling == INFINITY)
        return TCONV_FN(where)(below > z, below, z);
    return TCONV_FN(where)(z <= threshold, below, above);
}

/* From z, or from y when tconv_keeps_z is 0. */
static inline TCONV_V TCONV_FN(relu_slope)(TCONV_V z, TCONV_REAL slope,
                                           TCONV_REAL ceiling, TCONV_REAL threshold)
{
    const TCONV_V one = TCONV_FN(all)(1), below = TCONV_FN(all)(slope);
    const TCONV_V above =
        ceiling == INFINITY ? one : TCONV_FN(where)(z < ceiling, one, TCONV_FN(all)(0));
    return TCONV_FN(where)(z > threshold, above, below);
}

/* `inside` for low < y < high, else 0. */
static inline TCONV_V TCONV_FN(between)(TCONV_V y, TCONV_REAL low, TCONV_REAL high,
                                        TCONV_REAL inside)
{
    return TCONV_FN(where)((y > low) & (y < high), TCONV_FN(all)(inside),
                           TCONV_FN(all)(0));
}

/* clip(0.2 z + 0.5, 0, 1), with no rounded 0.2 and no cancellation near -2.5. */
static inline TCONV_V TCONV_FN(hard_sigmoid_tf)(TCONV_V z)
{
    return TCONV_FN(at_most)(TCONV_FN(at_least)(z + (TCONV_REAL)2.5, 0), 5) / 5;
}

static inline TCONV_V TCONV_FN(hard_sigmoid_tf_slope)(TCONV_V y)
{
    return TCONV_FN(between)(y, 0, 1, (TCONV_REAL)0.2);
}

static inline TCONV_V TCONV_FN(hard_sigmoid_keras3)(TCONV_V z)
{
    return TCONV_FN(at_most)(TCONV_FN(at_least)(z + 3, 0), 6) / 6;
}

static inline TCONV_V TCONV_FN(hard_sigmoid_keras3_slope)(TCONV_V y)
{
    return TCONV_FN(between)(y, 0, 1, 1 / (TCONV_REAL)6);
}

static inline TCONV_V TCONV_FN(hard_tanh)(TCONV_V z)
{
    return TCONV_FN(at_most)(TCONV_FN(at_least)(z, -1), 1);
}

static inline TCONV_V TCONV_FN(hard_tanh_slope)(TCONV_V y)
{
    return TCONV_FN(between)(y, -1, 1, 1);
}

/* By name Keras shrinks by one half. NaN becomes 0, as there. */
static inline TCONV_V TCONV_FN(hard_shrink)(TCONV_V z)
{
    return TCONV_FN(where)(TCONV_FN(size)(z) > (TCONV_REAL)0.5, z, TCONV_FN(all)(0));
}

/* What is not shrunk to 0 passes. */
static inline TCONV_V TCONV_FN(hard_shrink_slope)(TCONV_V y)
{
    return TCONV_FN(where)(y == 0, TCONV_FN(all)(0), TCONV_FN(all)(1));
}

static inline TCONV_V TCONV_FN(soft_shrink)(TCONV_V z)
{
    const TCONV_V shrunk = TCONV_FN(with_sign)(TCONV_FN(size)(z) - (TCONV_REAL)0.5, z);
    return TCONV_FN(where)(TCONV_FN(size)(z) > (TCONV_REAL)0.5, shrunk, TCONV_FN(all)(0));
}

static inline TCONV_V TCONV_FN(soft_shrink_slope)(TCONV_V y)
{
    return TCONV_FN(hard_shrink_slope)(y);
}

/* (z + 1)^2 / 4 from -1 to 1, with what rounding took from z + 1. */
static inline TCONV_V TCONV_FN(sparse_plus)(TCONV_V z)
{
    const TCONV_V s = 1 + z, rest = z - (s - 1);
    const TCONV_V inside = (TCONV_REAL)0.25 * (s * s + 2 * s * rest);
    const TCONV_V below_one = TCONV_FN(where)(z <= -1, TCONV_FN(all)(0), inside);
    return TCONV_FN(where)(z < 1, below_one, z);
}

/* From z. */
static inline TCONV_V TCONV_FN(sparse_plus_slope)(TCONV_V z)
{
    return TCONV_FN(at_most)(TCONV_FN(at_least)(z + 1, 0), 2) * (TCONV_REAL)0.5;
}

static inline TCONV_V TCONV_FN(sparse_sigmoid)(TCONV_V z)
{
    return TCONV_FN(sparse_plus_slope)(z);
}

static inline TCONV_V TCONV_FN(sparse_sigmoid_slope)(TCONV_V y)
{
    return TCONV_FN(between)(y, 0, 1, (TCONV_REAL)0.5);
}

#endif
