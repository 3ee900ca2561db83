/*
 * The layer object's training: recorded calls, their gradients, steps. What the formulas
 * give is tested with those (tests/unit, tests/training); here it is who calls them,
 * when.
 */
#include "making.h"

#include "layer_up.h"

/* x and y of one call on images of 4 x 4 x 3, of which `up` makes 8 x 8 x 2. */
struct images {
    float x[4 * 4 * 3], y[8 * 8 * 2], dx[4 * 4 * 3];
};

#define UP "\"strides\": 2, \"padding\": \"same\", \"activation\": \"relu\""

static void record(struct tconv_keras_layer *layer, struct images *images, int start)
{
    for (size_t i = 0; i < COUNT(images->x); i++)
        images->x[i] = (float)((int)(i * 7 + (size_t)start) % 5 - 2);
    const struct tconv_keras_tensor in = {TCONV_FLOAT32, shape4(1, 4, 4, 3), images->x};
    struct tconv_keras_tensor out = {.values = images->y};
    cr_assert(tconv_keras_call_recorded(layer, &in, &out, &error), "%s", error.message);
}

/* A built layer with whole-number weights: gradients of whole numbers are exact. */
static struct tconv_keras_layer *make_built(enum tconv_dialect dialect, const char *more)
{
    struct tconv_keras_layer *layer = make(dialect, more);
    build(layer, 3);
    set_all(layer, 1, 0.5f);
    return layer;
}

static float gradient(const struct tconv_keras_layer *layer, size_t weight, size_t at)
{
    struct tconv_keras_variable w[2];
    cr_assert(tconv_keras_weights(layer, w) > weight);
    return ((const float *)w[weight].gradient)[at];
}

Test(layer, backward)
{
    struct tconv_keras_layer *emitted = make_built(TCONV_KERAS3, UP),
                             *generic = make_built(TCONV_KERAS3, UP);
    struct images a, b;
    float dy[8 * 8 * 2];
    cr_assert(tconv_keras_register(emitted, &layer_up_kernel, &error));
    for (size_t i = 0; i < COUNT(dy); i++)
        dy[i] = (float)(i % 3) - 1;
    record(emitted, &a, 1);
    record(generic, &b, 1);
    cr_assert(tconv_keras_backward(emitted, dy, a.dx, &error), "%s", error.message);
    cr_assert(tconv_keras_backward(generic, dy, b.dx, &error), "%s", error.message);
    cr_expect_arr_eq(a.dx, b.dx, sizeof a.dx);
    float sum = 0;
    for (size_t i = 0; i < 54; i++) {
        cr_expect_eq(gradient(emitted, 0, i), gradient(generic, 0, i));
        sum += fabsf(gradient(emitted, 0, i));
    }
    cr_expect_gt(sum, 0);
    float db = 0;
    for (size_t i = 0; i < COUNT(dy); i += 2)
        db += b.y[i] > 0 ? dy[i] : 0;
    cr_expect_eq(gradient(generic, 1, 0), db);
    cr_expect_eq(gradient(emitted, 1, 0), db);
    tconv_keras_free(emitted);
    tconv_keras_free(generic);
}

Test(layer, backward_of_a_shared_layer)
{
    struct tconv_keras_layer *once = make_built(TCONV_KERAS3, UP),
                             *twice = make_built(TCONV_KERAS3, UP);
    struct images a, b, alone;
    float dy[8 * 8 * 2], sum[54];
    for (size_t i = 0; i < COUNT(dy); i++)
        dy[i] = 1;
    record(twice, &a, 1);
    record(twice, &b, 3);
    cr_assert(tconv_keras_backward(twice, dy, b.dx, &error)); /* the latest first */
    record(once, &alone, 3);
    cr_assert(tconv_keras_backward(once, dy, alone.dx, &error));
    for (size_t i = 0; i < 54; i++)
        sum[i] = gradient(once, 0, i);
    cr_expect_arr_eq(b.dx, alone.dx, sizeof b.dx);
    cr_assert(tconv_keras_backward(twice, dy, NULL, &error));
    record(once, &alone, 1);
    cr_assert(tconv_keras_backward(once, dy, NULL, &error));
    for (size_t i = 0; i < 54; i++) {
        cr_expect_eq(gradient(twice, 0, i), gradient(once, 0, i));
        cr_expect(i != 0 || gradient(twice, 0, i) != sum[i]);
    }
    tconv_keras_free(once);
    tconv_keras_free(twice);
}

Test(layer, backward_adds_the_activity_regularizer)
{
    struct tconv_keras_layer *layer = make_built(
        TCONV_KERAS3, UP ", \"activity_regularizer\": {\"class_name\": \"L1\", "
                         "\"config\": {\"l1\": 0.5}}");
    struct images images;
    float dy[8 * 8 * 2] = {0};
    size_t positive = 0;
    record(layer, &images, 1);
    for (size_t i = 0; i < COUNT(images.y); i += 2)
        positive += images.y[i] > 0;
    cr_assert(tconv_keras_backward(layer, dy, NULL, &error));
    cr_expect_float_eq(gradient(layer, 1, 0), 0.5 * (double)positive, 1e-5);
    cr_expect_eq(dy[0], 0, "the caller's gradient is left alone");
    tconv_keras_free(layer);
}

Test(layer, backward_needs_a_record)
{
    struct tconv_keras_layer *layer = make_built(TCONV_KERAS3, UP);
    struct images images;
    float dy[8 * 8 * 2] = {0};
    cr_expect_not(tconv_keras_backward(layer, dy, NULL, &error));
    cr_expect_eq(error.failure, TCONV_KERAS_NO_RECORD);
    record(layer, &images, 1);
    tconv_keras_forget(layer);
    cr_expect_not(tconv_keras_backward(layer, dy, NULL, &error));
    tconv_keras_free(layer);
}

Test(layer, step)
{
    const struct tconv_optimizer sgd = {.kind = TCONV_SGD, .learning_rate = 0.5};
    struct tconv_keras_layer *layer = make_built(
        TCONV_KERAS3, UP ", \"bias_constraint\": \"non_neg\", \"bias_regularizer\": "
                         "{\"class_name\": \"L2\", \"config\": {\"l2\": 0.25}}");
    struct tconv_keras_variable w[2];
    struct images images;
    float dy[8 * 8 * 2] = {0};
    record(layer, &images, 1);
    cr_assert(tconv_keras_backward(layer, dy, NULL, &error));
    cr_assert(tconv_keras_step(layer, &sgd, &error), "%s", error.message);
    tconv_keras_weights(layer, w);
    cr_expect_eq(((const float *)w[0].value)[0], 1);
    cr_expect_eq(((const float *)w[1].value)[0], 0.5f - 0.5f * 2 * 0.25f * 0.5f);

    for (size_t i = 0; i < COUNT(dy); i++)
        dy[i] = 1;
    record(layer, &images, 1);
    cr_assert(tconv_keras_backward(layer, dy, NULL, &error));
    cr_expect_neq(gradient(layer, 1, 0), 0);
    cr_assert(tconv_keras_step(layer, &sgd, &error));
    cr_expect_eq(((const float *)w[1].value)[0], 0, "below zero but for the constraint");
    cr_expect_eq(gradient(layer, 1, 0), 0);
    tconv_keras_free(layer);
}

Test(layer, step_with_kernels_packs_anew)
{
    const struct tconv_optimizer sgd = {.kind = TCONV_SGD, .learning_rate = 1};
    struct tconv_keras_layer *emitted = make_built(TCONV_KERAS3, UP),
                             *generic = make_built(TCONV_KERAS3, UP);
    struct images a, b;
    float dy[8 * 8 * 2];
    for (size_t i = 0; i < COUNT(dy); i++)
        dy[i] = i % 2 == 0 ? 1 : -1;
    cr_assert(tconv_keras_register(emitted, &layer_up_kernel, &error));
    for (int step = 0; step < 3; step++) {
        record(emitted, &a, step);
        record(generic, &b, step);
        cr_expect_arr_eq(a.y, b.y, sizeof a.y, "step %d", step);
        cr_assert(tconv_keras_backward(emitted, dy, NULL, &error));
        cr_assert(tconv_keras_backward(generic, dy, NULL, &error));
        cr_assert(tconv_keras_step(emitted, &sgd, &error));
        cr_assert(tconv_keras_step(generic, &sgd, &error));
    }
    tconv_keras_free(emitted);
    tconv_keras_free(generic);
}

Test(layer, step_leaves_frozen_weights)
{
    const struct tconv_optimizer adam = TCONV_ADAM_DEFAULT;
    struct tconv_keras_layer *layer = make_built(TCONV_KERAS3, UP);
    struct tconv_keras_variable w[2];
    struct images images;
    float dy[8 * 8 * 2];
    for (size_t i = 0; i < COUNT(dy); i++)
        dy[i] = 1;
    tconv_keras_set_trainable(layer, false);
    record(layer, &images, 1);
    cr_assert(tconv_keras_backward(layer, dy, images.dx, &error));
    cr_expect_eq(gradient(layer, 0, 0), 0);
    cr_assert(tconv_keras_step(layer, &adam, &error));
    tconv_keras_weights(layer, w);
    cr_expect_eq(((const float *)w[0].value)[0], 1);
    tconv_keras_free(layer);
}

Test(layer, step_changes_nothing_when_keras_refuses)
{
    const struct tconv_optimizer sgd = TCONV_SGD_DEFAULT;
    struct tconv_keras_layer *layer =
        make_built(TCONV_TF2, "\"bias_constraint\": \"radial_constraint\"");
    cr_expect_not(tconv_keras_step(layer, &sgd, &error));
    cr_expect_eq(error.failure, TCONV_KERAS_BAD_CONSTRAINT);
    cr_expect_str_eq(error.exception, "ValueError");
    tconv_keras_free(layer);
}
