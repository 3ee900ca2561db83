/* What the tests of the layer object share: layers from a few words of JSON. */
#ifndef TCONV_TESTS_LAYER_MAKING_H
#define TCONV_TESTS_LAYER_MAKING_H

#include <criterion/criterion.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tconv_keras.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])
#define NONE TCONV_KERAS_NONE

static struct tconv_keras_error error;

/* The three generations, whose constant order the tests' tables follow. */
static const enum tconv_dialect dialects[] = {TCONV_TF1, TCONV_TF2, TCONV_KERAS3};

/* A layer named "up" with 2 filters, a kernel of 3 and what `more` says. */
static inline struct tconv_keras_layer *make(enum tconv_dialect dialect, const char *more)
{
    char config[1024];
    snprintf(config, sizeof config,
             "{\"name\": \"up\", \"filters\": 2, \"kernel_size\": 3%s%s}",
             *more == '\0' ? "" : ", ", more);
    struct tconv_keras_layer *layer =
        tconv_keras_create_as(NULL, dialect, config, &error);
    cr_assert(layer != NULL, "%s", error.message);
    return layer;
}

static inline struct tconv_keras_shape shape4(int64_t a, int64_t b, int64_t c, int64_t d)
{
    return (struct tconv_keras_shape){4, {a, b, c, d}};
}

static inline void expect_shape(struct tconv_keras_shape got, size_t rank,
                                const int64_t size[])
{
    cr_assert_eq(got.rank, rank);
    for (size_t a = 0; a < rank; a++)
        cr_expect_eq(got.size[a], size[a], "axis %zu: got %lld, expected %lld", a,
                     (long long)got.size[a], (long long)size[a]);
}
#define EXPECT_SHAPE(got, ...)                                                           \
    expect_shape(got, sizeof((int64_t[]){__VA_ARGS__}) / sizeof(int64_t),                \
                 (int64_t[]){__VA_ARGS__})

/* The last failure: its name, the exception and the message. */
static inline void expect_failure(bool ok, enum tconv_keras_failure failure,
                                  const char *exception, const char *message)
{
    cr_assert(!ok, "expected %s", tconv_keras_failure_name(failure));
    cr_expect_str_eq(tconv_keras_failure_name(error.failure),
                     tconv_keras_failure_name(failure));
    cr_expect_str_eq(error.exception, exception);
    cr_expect_str_eq(error.message, message);
}

static inline void build(struct tconv_keras_layer *layer, int64_t channels)
{
    const struct tconv_keras_shape shape = shape4(NONE, 4, 4, channels);
    cr_assert(tconv_keras_build(layer, &shape, &error), "%s", error.message);
}

/* All weights as one value each. */
static inline void set_all(struct tconv_keras_layer *layer, float kernel, float bias)
{
    struct tconv_keras_variable own[2];
    struct tconv_keras_tensor values[2];
    const size_t n = tconv_keras_weights(layer, own);
    for (size_t i = 0; i < n; i++) {
        size_t elements = 1;
        for (size_t a = 0; a < own[i].shape.rank; a++)
            elements *= (size_t)own[i].shape.size[a];
        float *floats = malloc(elements * sizeof *floats);
        for (size_t e = 0; e < elements; e++)
            floats[e] = i == 0 ? kernel : bias;
        values[i] = (struct tconv_keras_tensor){TCONV_FLOAT32, own[i].shape, floats};
    }
    cr_assert(tconv_keras_set_weights(layer, n, values, &error), "%s", error.message);
    for (size_t i = 0; i < n; i++)
        free(values[i].values);
}

static inline size_t n_losses(const struct tconv_keras_layer *layer,
                              struct tconv_keras_loss losses[8])
{
    size_t n;
    cr_assert(tconv_keras_losses(layer, 8, losses, &n, &error), "%s", error.message);
    return n;
}

#endif
