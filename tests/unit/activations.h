/*
 * activations.h: what the tests of the activations share.
 */
#ifndef TCONV_TESTS_ACTIVATIONS_H
#define TCONV_TESTS_ACTIVATIONS_H

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "tconv_activation.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static const char *const names[] = {
    [TCONV_LINEAR] = "linear",
    [TCONV_RELU] = "relu",
    [TCONV_ELU] = "elu",
    [TCONV_SELU] = "selu",
    [TCONV_SIGMOID] = "sigmoid",
    [TCONV_TANH] = "tanh",
    [TCONV_SOFTPLUS] = "softplus",
    [TCONV_SOFTSIGN] = "softsign",
    [TCONV_HARD_SIGMOID_TF] = "hard_sigmoid_tf",
    [TCONV_HARD_SIGMOID_KERAS3] = "hard_sigmoid_keras3",
    [TCONV_EXPONENTIAL] = "exponential",
    [TCONV_SILU] = "silu",
    [TCONV_GELU] = "gelu",
    [TCONV_MISH] = "mish",
    [TCONV_HARD_SILU] = "hard_silu",
    [TCONV_HARD_TANH] = "hard_tanh",
    [TCONV_HARD_SHRINK] = "hard_shrink",
    [TCONV_SOFT_SHRINK] = "soft_shrink",
    [TCONV_TANH_SHRINK] = "tanh_shrink",
    [TCONV_LOG_SIGMOID] = "log_sigmoid",
    [TCONV_SQUAREPLUS] = "squareplus",
    [TCONV_SPARSE_PLUS] = "sparse_plus",
    [TCONV_SPARSE_SIGMOID] = "sparse_sigmoid",
};

/* The function with the parameters that its name alone implies. */
static inline struct tconv_activation by_name(enum tconv_function function)
{
    return (struct tconv_activation){function, function == TCONV_ELU ? 1 : 0, INFINITY,
                                     0};
}

/* How many representable numbers lie between; huge when only one of them is NaN. */
static inline int64_t steps_f32(float a, float b)
{
    int32_t i, j;
    if (isnan(a) || isnan(b))
        return isnan(a) && isnan(b) ? 0 : INT64_MAX;
    memcpy(&i, &a, sizeof i);
    memcpy(&j, &b, sizeof j);
    const int64_t p = i < 0 ? -(int64_t)(i & INT32_MAX) : i;
    const int64_t q = j < 0 ? -(int64_t)(j & INT32_MAX) : j;
    return p < q ? q - p : p - q;
}

static inline int64_t steps_f64(double a, double b)
{
    int64_t i, j;
    if (isnan(a) || isnan(b))
        return isnan(a) && isnan(b) ? 0 : INT64_MAX;
    memcpy(&i, &a, sizeof i);
    memcpy(&j, &b, sizeof j);
    const int64_t p = i < 0 ? -(i & INT64_MAX) : i, q = j < 0 ? -(j & INT64_MAX) : j;
    if ((p < 0) != (q < 0))
        return (p < 0 ? -p : p) > INT64_MAX / 2 || (q < 0 ? -q : q) > INT64_MAX / 2
                   ? INT64_MAX
                   : (p < 0 ? q - p : p - q);
    return p < q ? q - p : p - q;
}

#endif
