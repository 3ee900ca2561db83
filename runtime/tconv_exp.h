/*
 * tconv_exp.h: the activations that are one exponential away, in lanes of TCONV_BITS
 * (tconv_lanes.h): exponential, sigmoid, tanh, elu, selu and their slopes.
 *
 * Accuracy: 2 ulp for all arguments, in float32 below 1.5 (tests/ulp can try every one).
 *
 * How: e^r - 1 by a polynomial on half an octave, all sums kept with what rounding took
 * from them, so that only the last operations round. No formula cancels and no branch is
 * taken; NaN passes through, as no comparison holds for it.
 */
#include "tconv_lanes.h"

#if TCONV_BITS == 32 && !defined TCONV_EXP_F32 ||                                        \
    TCONV_BITS == 64 && !defined TCONV_EXP_F64

#undef TCONV_LN2
#undef TCONV_LN2_REST
#undef TCONV_EXP_LEAST
#undef TCONV_EXP_MOST
#undef TCONV_NEARLY_ONE
#undef TCONV_SELU_SCALE
#undef TCONV_SELU_SCALE_REST
#undef TCONV_SELU_PRODUCT
#undef TCONV_SELU_PRODUCT_REST
#if TCONV_BITS == 32
#define TCONV_EXP_F32
#define TCONV_LN2 0x1.62e4p-1f /* short: its multiples are exact */
#define TCONV_LN2_REST 0x1.7f7d1cp-20f
#define TCONV_EXP_LEAST -170.0f /* e to it is 0, to the other infinite */
#define TCONV_EXP_MOST 89.0f
#define TCONV_NEARLY_ONE 20.0f          /* 1 - e^-it is 1 */
#define TCONV_SELU_SCALE 0x1.0cfabcp+0f /* Keras's, and times its alpha, in two parts */
#define TCONV_SELU_SCALE_REST 0x1.6a9114p-24f
#define TCONV_SELU_PRODUCT 0x1.c212ccp+0f
#define TCONV_SELU_PRODUCT_REST 0x1.903c0cp-26f
#else
#define TCONV_EXP_F64
#define TCONV_LN2 0x1.62e42feep-1
#define TCONV_LN2_REST 0x1.a39ef35793c76p-33
#define TCONV_EXP_LEAST -1400.0
#define TCONV_EXP_MOST 710.0
#define TCONV_NEARLY_ONE 40.0
#define TCONV_SELU_SCALE 0x1.0cfabd6a91132p+0
#define TCONV_SELU_SCALE_REST 0x1.6f9a2b2ae3d88p-55
#define TCONV_SELU_PRODUCT 0x1.c212cc640f031p+0
#define TCONV_SELU_PRODUCT_REST 0x1.0428c2e0f6ed7p-56
#endif

/* (e^r - 1 - r) / r^2 on |r| <= ln(2) / 2; tests/ulp/fit.py made it. */
static inline TCONV_V TCONV_FN(exp_rest)(TCONV_V r)
{
#if TCONV_BITS == 32
    return 0.5f + r * (0x1.55548ep-3f +
                       r * (0x1.55545cp-5f + r * (0x1.123b56p-7f + r * 0x1.6db4d4p-10f)));
#else
    const TCONV_V high =
        0x1.6c16c185a74f1p-10 +
        r * (0x1.a01a01baed115p-13 +
             r * (0x1.a0199693a6f33p-16 +
                  r * (0x1.71dddfb4ea1afp-19 +
                       r * (0x1.28b0493ee36abp-22 + r * 0x1.af85a9a38f246p-26))));
    return 0x1.000000000000bp-1 +
           r * (0x1.5555555555561p-3 +
                r * (0x1.5555555550030p-5 + r * (0x1.111111110d61ap-7 + r * high)));
#endif
}

/* e^z = (result + rest) * 2^k; the result is in 0.7 to 1.42. For z as far as exponents
 * reach. */
static inline TCONV_V TCONV_FN(exp_parts)(TCONV_V z, TCONV_V *rest, TCONV_U *k)
{
    const TCONV_V n = TCONV_FN(whole)(z * (TCONV_REAL)1.4426950408889634, k);
    const TCONV_V exact = z - n * TCONV_LN2, little = n * TCONV_LN2_REST;
    const TCONV_V r = exact - little, r_rest = (exact - r) - little;
    const TCONV_V more = r * r * TCONV_FN(exp_rest)(r);
    const TCONV_V sum = 1 + r, e = sum + more;
    *rest = ((sum - e) + more) + ((1 - sum) + r) + r_rest;
    return e;
}

/* e^z - 1 = result + rest for z <= 0. */
static inline TCONV_V TCONV_FN(expm1_parts)(TCONV_V z, TCONV_V *rest)
{
    TCONV_V e_rest;
    TCONV_U k;
    const TCONV_V e = TCONV_FN(exp_parts)(
        TCONV_FN(at_least)(TCONV_FN(at_most)(z, 0), -TCONV_NEARLY_ONE), &e_rest, &k);
    const TCONV_V unit = TCONV_FN(power)(k), difference = unit * e - 1;
    *rest = (unit * e - (difference + 1)) + unit * e_rest;
    return difference;
}

/* z where e^z is neither 0 nor infinite, else one that makes it so. */
static inline TCONV_V TCONV_FN(exp_limited)(TCONV_V z)
{
    return TCONV_FN(at_least)(TCONV_FN(at_most)(z, TCONV_EXP_MOST), TCONV_EXP_LEAST);
}

static inline TCONV_V TCONV_FN(exponential)(TCONV_V z)
{
    TCONV_V rest;
    TCONV_U k;
    const TCONV_V e = TCONV_FN(exp_parts)(TCONV_FN(exp_limited)(z), &rest, &k);
    return TCONV_FN(scaled)(e + rest, k);
}

static inline TCONV_V TCONV_FN(exponential_slope)(TCONV_V y)
{
    return y;
}

/* With m = e^-|z|: m / (1 + m) below 0, else 1 / (1 + m), each in two parts. */
static inline TCONV_V TCONV_FN(sigmoid)(TCONV_V z)
{
    TCONV_V m_rest;
    TCONV_U k;
    const TCONV_V below = TCONV_FN(at_least)(-TCONV_FN(size)(z), TCONV_EXP_LEAST);
    const TCONV_V e = TCONV_FN(exp_parts)(below, &m_rest, &k);
    const TCONV_V m = TCONV_FN(scaled)(e, k), one = TCONV_FN(all)(1);
    m_rest = TCONV_FN(scaled)(m_rest, k);
    const TCONV_V bottom = 1 + m, bottom_rest = (m - (bottom - 1)) + m_rest;
    const TCONV_V y = TCONV_FN(where)(z < 0, m, one) / bottom;
    const TCONV_V top_rest = TCONV_FN(where)(z < 0, m_rest, TCONV_FN(all)(0));
    /* 1 / (1 + m) once more, well enough for the correction: */
    const TCONV_V inverse = TCONV_FN(where)(z < 0, 1 - y, y);
    return y + (top_rest - y * bottom_rest) * inverse;
}

static inline TCONV_V TCONV_FN(sigmoid_slope)(TCONV_V y)
{
    return y * (1 - y);
}

/* With t = e^(-2|z|) - 1: -t / (t + 2), and the sign of z. */
static inline TCONV_V TCONV_FN(tanh)(TCONV_V z)
{
    TCONV_V rest;
    const TCONV_V t = TCONV_FN(expm1_parts)(-2 * TCONV_FN(size)(z), &rest);
    const TCONV_V bottom = 2 + t, bottom_rest = (t - (bottom - 2)) + rest;
    const TCONV_V y = t / bottom; /* and (1 - y) / 2 = 1 / bottom */
    const TCONV_V inverse = (TCONV_REAL)0.5 - (TCONV_REAL)0.5 * y;
    return TCONV_FN(with_sign)(y + (rest - y * bottom_rest) * inverse, z);
}

static inline TCONV_V TCONV_FN(tanh_slope)(TCONV_V y)
{
    return (1 - y) * (1 + y);
}

static inline TCONV_V TCONV_FN(elu)(TCONV_V z, TCONV_REAL alpha)
{
    TCONV_V rest;
    const TCONV_V e = TCONV_FN(expm1_parts)(z, &rest);
    return TCONV_FN(where)(z >= 0, z, alpha * e + alpha * rest);
}

/* From y: for alpha > 0. */
static inline TCONV_V TCONV_FN(elu_slope)(TCONV_V y, TCONV_REAL alpha)
{
    return TCONV_FN(where)(y >= 0, TCONV_FN(all)(1), y + alpha);
}

/* From z: for any alpha. The product comes before the scale, which may underflow. */
static inline TCONV_V TCONV_FN(elu_slope_of_z)(TCONV_V z, TCONV_REAL alpha)
{
    TCONV_V rest;
    TCONV_U k;
    const TCONV_V limited = TCONV_FN(at_least)(TCONV_FN(at_most)(z, 0), TCONV_EXP_LEAST);
    const TCONV_V e = TCONV_FN(exp_parts)(limited, &rest, &k);
    return TCONV_FN(where)(z >= 0, TCONV_FN(all)(1),
                           TCONV_FN(scaled)(alpha * (e + rest), k));
}

static inline TCONV_V TCONV_FN(selu)(TCONV_V z)
{
    TCONV_V rest;
    const TCONV_V e = TCONV_FN(expm1_parts)(z, &rest);
    const TCONV_V below = TCONV_SELU_PRODUCT * e +
                          (TCONV_SELU_PRODUCT * rest + TCONV_SELU_PRODUCT_REST * e);
    return TCONV_FN(where)(z >= 0, TCONV_SELU_SCALE * z + TCONV_SELU_SCALE_REST * z,
                           below);
}

static inline TCONV_V TCONV_FN(selu_slope)(TCONV_V y)
{
    const TCONV_V below = y + TCONV_SELU_PRODUCT + TCONV_SELU_PRODUCT_REST;
    return TCONV_FN(where)(y >= 0, TCONV_FN(all)(TCONV_SELU_SCALE), below);
}

#endif
