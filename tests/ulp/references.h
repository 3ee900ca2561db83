/*
 * references.h: what the formulas of activations should give, in long double.
 */
#ifndef TCONV_TESTS_ULP_REFERENCES_H
#define TCONV_TESTS_ULP_REFERENCES_H

#include <math.h>

#define SELU_SCALE 1.0507009873554804934L
#define SELU_ALPHA 1.6732632423543772848L
#define DENSITY_AT_0 0.3989422804014326779399460599343818684759L

static inline long double clip(long double x, long double low, long double high)
{
    return x < low ? low : x > high ? high : x;
}

static inline long double square(long double x)
{
    return x * x;
}

static inline long double sigmoid(long double x)
{
    return x < 0 ? expl(x) / (1 + expl(x)) : 1 / (1 + expl(-x));
}

static inline long double softplus(long double x)
{
    return (x > 0 ? x : 0) + log1pl(expl(-fabsl(x)));
}

/* Phi(x). In the lower tail, where erfcl would magnify the rounding of its argument, by a
 * continued fraction and e^(-x^2 / 2) of x in two parts, whose products are exact. */
static inline long double area(long double x)
{
    if (!(x < -6 && x > -60))
        return erfcl(-x * sqrtl(0.5L)) / 2;
    const long double head = rintl(x * 256) / 256, tail = x - head;
    long double fraction = -x;
    for (int i = 60; i > 0; i--)
        fraction = i / fraction - x;
    return DENSITY_AT_0 * expl(-head * head / 2) * expl(-tail * (x + head) / 2) /
           fraction;
}

static inline long double density(long double x)
{
    const long double head = rintl(x * 256) / 256;
    if (!(fabsl(x) < 60))
        return DENSITY_AT_0 * expl(-x * x / 2);
    return DENSITY_AT_0 * expl(-head * head / 2) * expl(-(x - head) * (x + head) / 2);
}

/* With s = sigmoid and T = tanh(softplus): T + x s (1 - T^2); far below, where 1 - T^2 is
 * 1 and T no more than e^x, it is e^x (1 + x). */
static inline long double mish_slope(long double x)
{
    const long double t = tanhl(softplus(x));
    return t + x * sigmoid(x) * (1 - t) * (1 + t);
}

/* x - tanh x; near 0 the sum of x^(2k+1) 2k / (2k+1)! over cosh x, whose terms have one
 * sign. */
static inline long double tanh_shrink(long double x)
{
    long double term = x, sum = 0;
    if (!(fabsl(x) < 1))
        return x - tanhl(x);
    for (int k = 1; k < 14; k++) {
        term *= x * x / ((2 * k) * (2 * k + 1));
        sum += 2 * k * term;
    }
    return sum / coshl(x);
}

static inline long double squareplus_slope(long double x)
{
    const long double root = sqrtl(x * x + 4);
    return x < 0 ? 2 / (root * (root - x)) : (1 + x / root) / 2;
}

#endif
