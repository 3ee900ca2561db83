/*
 * Every argument of the constructor, each by what it does to the layer object. What it
 * may be, and what is refused, is tested in tests/unit/test_spec*.c and tests/error.
 */
#include "making.h"

static struct tconv_keras_shape output_shape(const char *more)
{
    struct tconv_keras_layer *layer = make(TCONV_KERAS3, more);
    const struct tconv_keras_shape in = shape4(NONE, 4, 5, 6);
    struct tconv_keras_shape out;
    cr_assert(tconv_keras_compute_output_shape(layer, &in, &out, &error));
    tconv_keras_free(layer);
    return out;
}

/* Weight number `index` of a layer of this argument, built for 3 channels. */
static struct tconv_keras_layer *built(const char *more, size_t index,
                                       struct tconv_keras_variable *weight)
{
    struct tconv_keras_variable w[2];
    struct tconv_keras_layer *layer = make(TCONV_KERAS3, more);
    build(layer, 3);
    cr_assert_gt(tconv_keras_weights(layer, w), index);
    *weight = w[index];
    return layer;
}

/* The one output of a kernel of 0 and a bias of -1. */
static float call(const char *more)
{
    struct tconv_keras_layer *layer = make(TCONV_KERAS3, more);
    float x[1] = {1}, y[18];
    const struct tconv_keras_tensor in = {TCONV_FLOAT32, shape4(1, 1, 1, 1), x};
    struct tconv_keras_tensor out = {.values = y};
    build(layer, 1);
    set_all(layer, 0, -1);
    cr_assert(tconv_keras_call(layer, &in, &out, &error), "%s", error.message);
    tconv_keras_free(layer);
    return y[0];
}

/* What one step without a gradient makes of weights of -1. */
static float step(const char *more, size_t index)
{
    const struct tconv_optimizer sgd = {.kind = TCONV_SGD, .learning_rate = 1};
    struct tconv_keras_variable weight;
    struct tconv_keras_layer *layer = built(more, index, &weight);
    set_all(layer, -1, -1);
    cr_assert(tconv_keras_step(layer, &sgd, &error), "%s", error.message);
    const float value = ((const float *)weight.value)[0];
    tconv_keras_free(layer);
    return value;
}

Test(argument, filters)
{
    struct tconv_keras_variable kernel;
    struct tconv_keras_layer *layer = built("", 0, &kernel);
    EXPECT_SHAPE(kernel.shape, 3, 3, 2, 3);
    tconv_keras_free(layer);
    EXPECT_SHAPE(output_shape(""), NONE, 6, 7, 2);
}

Test(argument, kernel_size)
{
    struct tconv_keras_layer *layer =
        tconv_keras_create(NULL, "{\"filters\": 2, \"kernel_size\": [2, 4]}", &error);
    struct tconv_keras_variable w[2];
    build(layer, 3);
    tconv_keras_weights(layer, w);
    EXPECT_SHAPE(w[0].shape, 2, 4, 2, 3);
    tconv_keras_free(layer);
}

Test(argument, strides)
{
    EXPECT_SHAPE(output_shape("\"strides\": 2"), NONE, 9, 11, 2);
    EXPECT_SHAPE(output_shape("\"strides\": [1, 4]"), NONE, 6, 20, 2);
}

Test(argument, padding)
{
    EXPECT_SHAPE(output_shape("\"padding\": \"valid\""), NONE, 6, 7, 2);
    EXPECT_SHAPE(output_shape("\"padding\": \"SAME\""), NONE, 4, 5, 2);
}

Test(argument, output_padding)
{
    EXPECT_SHAPE(output_shape("\"strides\": 3, \"output_padding\": [0, 2]"), NONE, 12, 17,
                 2);
    EXPECT_SHAPE(output_shape("\"strides\": 3, \"output_padding\": null"), NONE, 12, 15,
                 2);
}

Test(argument, data_format)
{
    EXPECT_SHAPE(output_shape("\"data_format\": \"channels_first\""), NONE, 2, 7, 8);
    EXPECT_SHAPE(output_shape("\"data_format\": null"), NONE, 6, 7, 2);
}

Test(argument, dilation_rate)
{
    EXPECT_SHAPE(output_shape("\"dilation_rate\": [2, 3]"), NONE, 8, 11, 2);
}

Test(argument, activation)
{
    cr_expect_eq(call(""), -1);
    cr_expect_eq(call("\"activation\": \"relu\""), 0);
    cr_expect_float_eq(call("\"activation\": {\"class_name\": \"LeakyReLU\", \"config\": "
                            "{\"negative_slope\": 0.25}}"),
                       -0.25, 1e-7);
}

Test(argument, use_bias)
{
    struct tconv_keras_layer *layer = make(TCONV_KERAS3, "\"use_bias\": false");
    struct tconv_keras_variable w[2];
    build(layer, 3);
    cr_expect_eq(tconv_keras_weights(layer, w), 1);
    tconv_keras_free(layer);
    cr_expect_eq(call("\"use_bias\": false"), 0);
}

Test(argument, kernel_initializer)
{
    struct tconv_keras_variable kernel;
    struct tconv_keras_layer *layer = built("\"kernel_initializer\": {\"class_name\": "
                                            "\"Constant\", \"config\": {\"value\": 3}}",
                                            0, &kernel);
    cr_expect_eq(((const float *)kernel.value)[53], 3);
    tconv_keras_free(layer);
}

Test(argument, bias_initializer)
{
    struct tconv_keras_variable bias;
    struct tconv_keras_layer *layer = built("\"bias_initializer\": \"ones\"", 1, &bias);
    cr_expect_eq(((const float *)bias.value)[1], 1);
    tconv_keras_free(layer);
}

Test(argument, kernel_regularizer)
{
    cr_expect_eq(step("\"kernel_regularizer\": {\"class_name\": \"L1\", \"config\": "
                      "{\"l1\": 0.5}}",
                      0),
                 -0.5f);
}

Test(argument, bias_regularizer)
{
    cr_expect_eq(step("\"bias_regularizer\": {\"class_name\": \"L2\", \"config\": "
                      "{\"l2\": 0.25}}",
                      1),
                 -0.5f);
}

Test(argument, activity_regularizer)
{
    struct tconv_keras_layer *layer =
        make(TCONV_KERAS3, "\"activity_regularizer\": \"l1\"");
    float x[1] = {0}, y[18];
    const struct tconv_keras_tensor in = {TCONV_FLOAT32, shape4(1, 1, 1, 1), x};
    struct tconv_keras_tensor out = {.values = y};
    struct tconv_keras_loss losses[8];
    build(layer, 1);
    set_all(layer, 0, -1);
    cr_assert(tconv_keras_call(layer, &in, &out, &error));
    cr_assert_eq(n_losses(layer, losses), 1);
    cr_expect_float_eq(losses[0].value, 0.18, 1e-6);
    tconv_keras_free(layer);
}

Test(argument, kernel_constraint)
{
    cr_expect_eq(step("\"kernel_constraint\": \"non_neg\"", 0), 0);
}

Test(argument, bias_constraint)
{
    cr_expect_float_eq(step("\"bias_constraint\": \"unit_norm\"", 1), -1 / sqrt(2), 1e-6);
}

Test(argument, name)
{
    struct tconv_keras_layer *layer = make(TCONV_KERAS3, "");
    cr_expect_str_eq(tconv_keras_name(layer), "up");
    tconv_keras_free(layer);
}

Test(argument, trainable)
{
    cr_expect_eq(step("\"kernel_regularizer\": \"l1\", \"trainable\": false", 0), -1);
}

Test(argument, dtype)
{
    struct tconv_keras_variable kernel;
    struct tconv_keras_layer *layer = built("\"dtype\": \"float64\"", 0, &kernel);
    cr_expect_eq(kernel.type, TCONV_FLOAT64);
    tconv_keras_free(layer);
}

Test(argument, input_shape)
{
    struct tconv_keras_layer *layer =
        make(TCONV_TF2, "\"batch_input_shape\": [null, 8, 8, 3]");
    char *config = tconv_keras_get_config(layer, TCONV_TF2, &error);
    cr_assert(config != NULL, "%s", error.message);
    cr_expect(strstr(config, "\"batch_input_shape\": [null, 8, 8, 3]") != NULL, "%s",
              config);
    cr_expect_not(tconv_keras_is_built(layer));
    free(config);
    tconv_keras_free(layer);
}
