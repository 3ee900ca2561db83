/*
 * tconv_lanes.h: what the branch-free formulas of activations are written in, for float
 * (TCONV_BITS 32) or double (64).
 *
 * A lane type is one number or, where TCONV_LANES is defined, a vector of so many, by the
 * extensions of GCC and Clang. +, -, *, /, comparisons and & between comparisons work
 * alike on both; what does not stands here. So each formula stands once, and its bits do
 * not depend on where in a vector a number lies.
 *
 * Files of formulas include this one each time anew: after it TCONV_V is the lane type of
 * TCONV_BITS and TCONV_FN(name) the name of a function on it.
 */
#undef TCONV_REAL
#undef TCONV_FN
#undef TCONV_V
#undef TCONV_U
#undef TCONV_TEST
#if TCONV_BITS == 32
#define TCONV_REAL float
#define TCONV_FN(name) tconv_##name##_f32
#else
#define TCONV_REAL double
#define TCONV_FN(name) tconv_##name##_f64
#endif
#define TCONV_V TCONV_FN(lanes)
#define TCONV_U TCONV_FN(lane_bits)
#define TCONV_TEST TCONV_FN(lane_tests)

#if TCONV_BITS == 32 && !defined TCONV_HAS_F32 ||                                        \
    TCONV_BITS == 64 && !defined TCONV_HAS_F64

#include <math.h>
#include <stdint.h>
#include <string.h>

#undef TCONV_WORD
#undef TCONV_FRACTION
#undef TCONV_BIAS
#undef TCONV_SHIFTER
#if TCONV_BITS == 32
#define TCONV_HAS_F32
#define TCONV_WORD uint32_t
#define TCONV_FRACTION 23
#define TCONV_BIAS 127u
#define TCONV_SHIFTER 12582912.0f /* 1.5 * 2^23 */
#else
#define TCONV_HAS_F64
#define TCONV_WORD uint64_t
#define TCONV_FRACTION 52
#define TCONV_BIAS 1023u
#define TCONV_SHIFTER 6755399441055744.0 /* 1.5 * 2^52 */
#endif

#ifdef TCONV_LANES

typedef TCONV_REAL TCONV_V __attribute__((vector_size(TCONV_BITS / 8 * TCONV_LANES)));
typedef TCONV_WORD TCONV_U __attribute__((vector_size(TCONV_BITS / 8 * TCONV_LANES)));
#if TCONV_BITS == 32
typedef int32_t TCONV_TEST __attribute__((vector_size(TCONV_BITS / 8 * TCONV_LANES)));
#else
typedef int64_t TCONV_TEST __attribute__((vector_size(TCONV_BITS / 8 * TCONV_LANES)));
#endif

static inline TCONV_U TCONV_FN(bits)(TCONV_V a)
{
    return (TCONV_U)a;
}

static inline TCONV_V TCONV_FN(of_bits)(TCONV_U bits)
{
    return (TCONV_V)bits;
}

static inline TCONV_V TCONV_FN(where)(TCONV_TEST test, TCONV_V a, TCONV_V b)
{
    return (TCONV_V)(((TCONV_U)test & (TCONV_U)a) | (~(TCONV_U)test & (TCONV_U)b));
}

#else

typedef TCONV_REAL TCONV_V;
typedef TCONV_WORD TCONV_U;
typedef int TCONV_TEST;

static inline TCONV_U TCONV_FN(bits)(TCONV_V a)
{
    TCONV_U bits;
    memcpy(&bits, &a, sizeof bits);
    return bits;
}

static inline TCONV_V TCONV_FN(of_bits)(TCONV_U bits)
{
    TCONV_V a;
    memcpy(&a, &bits, sizeof a);
    return a;
}

/* a where the test holds, else b. Both are computed. */
static inline TCONV_V TCONV_FN(where)(TCONV_TEST test, TCONV_V a, TCONV_V b)
{
    return test ? a : b;
}

#endif

/* The number everywhere. */
static inline TCONV_V TCONV_FN(all)(TCONV_REAL a)
{
    return a - (TCONV_V){0};
}

static inline TCONV_V TCONV_FN(size)(TCONV_V a)
{
    return TCONV_FN(of_bits)(TCONV_FN(bits)(a) & ((TCONV_WORD)-1 >> 1));
}

/* The size of a with the sign of b. */
static inline TCONV_V TCONV_FN(with_sign)(TCONV_V a, TCONV_V b)
{
    const TCONV_WORD sizes = (TCONV_WORD)-1 >> 1;
    return TCONV_FN(of_bits)((TCONV_FN(bits)(a) & sizes) | (TCONV_FN(bits)(b) & ~sizes));
}

/* At least and at most; NaN stays NaN. */
static inline TCONV_V TCONV_FN(at_least)(TCONV_V a, TCONV_REAL low)
{
    return TCONV_FN(where)(a < low, TCONV_FN(all)(low), a);
}

static inline TCONV_V TCONV_FN(at_most)(TCONV_V a, TCONV_REAL high)
{
    return TCONV_FN(where)(a > high, TCONV_FN(all)(high), a);
}

/* The nearest whole number, also as k modulo 2^bits: a small number plus 1.5 * 2^fraction
 * has it in its low bits. */
static inline TCONV_V TCONV_FN(whole)(TCONV_V a, TCONV_U *k)
{
    const TCONV_V shifted = a + TCONV_SHIFTER;
    *k = TCONV_FN(bits)(shifted) - TCONV_FN(bits)(TCONV_FN(all)(TCONV_SHIFTER));
    return shifted - TCONV_SHIFTER;
}

/* 2^k, a normal number. */
static inline TCONV_V TCONV_FN(power)(TCONV_U k)
{
    return TCONV_FN(of_bits)((k + TCONV_BIAS) << TCONV_FRACTION);
}

/* a * 2^k for |k| < 2 * bias - 2, rounded once, as by ldexp: in two steps, of which only
 * the last can leave the normal numbers when a is near 1. */
static inline TCONV_V TCONV_FN(scaled)(TCONV_V a, TCONV_U k)
{
    const TCONV_U both = k + 2 * TCONV_BIAS, first = both >> 1;
    return a * TCONV_FN(of_bits)(first << TCONV_FRACTION) *
           TCONV_FN(of_bits)((both - first) << TCONV_FRACTION);
}

#endif
