/*
 * The layer object's calls: shapes, failures, and which kernel computes (the
 * specification's A.3, B.4, G.1, G.2, G.6). layer_up and layer_wide are emitted by
 * CMakeLists.txt.
 */
#include "making.h"

#include "layer_up.h"
#include "layer_wide.h"

#define UP "\"strides\": 2, \"padding\": \"same\", \"activation\": \"relu\""

/* A layer with whole-number weights, for which every order of the sums is exact. */
static struct tconv_keras_layer *make_whole(const char *more, int64_t channels)
{
    struct tconv_keras_layer *layer = make(TCONV_KERAS3, more);
    struct tconv_keras_variable w[2];
    build(layer, channels);
    tconv_keras_weights(layer, w);
    float kernel[3 * 3 * 2 * 3], bias[2] = {1, -2};
    for (size_t i = 0; i < COUNT(kernel); i++)
        kernel[i] = (float)(i % 7) - 3;
    const struct tconv_keras_tensor values[2] = {{TCONV_FLOAT32, w[0].shape, kernel},
                                                 {TCONV_FLOAT32, w[1].shape, bias}};
    cr_assert(tconv_keras_set_weights(layer, 2, values, &error), "%s", error.message);
    return layer;
}

static void fill(float *x, size_t n)
{
    for (size_t i = 0; i < n; i++)
        x[i] = (float)(i % 5) - 2;
}

Test(layer, call)
{
    /* the specification's example: x = [[1, 2], [3, 4]], w[p][q] = 3p + q + 1 */
    static const float expected[25] = {1,  2,  5,  4,  6,  4,  5,  14, 10, 12, 10, 14, 36,
                                       24, 30, 12, 15, 34, 20, 24, 21, 24, 55, 32, 36};
    struct tconv_keras_layer *layer = make(TCONV_TF2, "\"strides\": 2");
    double x[4] = {1, 2, 3, 4};
    float y[25], kernel[9];
    cr_assert(tconv_keras_setattr(layer, "filters", "1", &error));
    build(layer, 1);
    for (size_t i = 0; i < 9; i++)
        kernel[i] = (float)i + 1;
    float bias[1] = {0};
    const struct tconv_keras_tensor w[2] = {{TCONV_FLOAT32, shape4(3, 3, 1, 1), kernel},
                                            {TCONV_FLOAT32, {1, {1}}, bias}};
    cr_assert(tconv_keras_set_weights(layer, 2, w, &error), "%s", error.message);
    const struct tconv_keras_tensor in = {TCONV_FLOAT64, shape4(1, 2, 2, 1), x};
    struct tconv_keras_tensor out = {.values = y};
    cr_assert(tconv_keras_call(layer, &in, &out, &error), "%s", error.message);
    cr_expect_eq(out.type, TCONV_FLOAT32);
    EXPECT_SHAPE(out.shape, 1, 5, 5, 1);
    cr_expect_arr_eq(y, expected, sizeof y);
    tconv_keras_free(layer);
}

Test(layer, call_of_no_images_and_of_no_pixels)
{
    struct tconv_keras_layer *layer = make_whole("", 3);
    float x[1] = {0}, y[2 * 6 * 2];
    const struct tconv_keras_tensor none = {TCONV_FLOAT32, shape4(0, 4, 4, 3), x},
                                    empty = {TCONV_FLOAT32, shape4(1, 0, 4, 3), x};
    struct tconv_keras_tensor out = {.values = y};
    cr_assert(tconv_keras_call(layer, &none, &out, &error), "%s", error.message);
    EXPECT_SHAPE(out.shape, 0, 6, 6, 2);
    cr_assert(tconv_keras_call(layer, &empty, &out, &error), "%s", error.message);
    EXPECT_SHAPE(out.shape, 1, 2, 6, 2);
    for (size_t i = 0; i < 24; i++)
        cr_expect_eq(y[i], i % 2 == 0 ? 1 : -2, "holes have the bias");
    tconv_keras_free(layer);
}

Test(layer, call_with_glu_gives_half)
{
    float x[3] = {0}, y[3 * 3];
    const struct tconv_keras_tensor in = {TCONV_FLOAT32, shape4(1, 1, 1, 3), x};
    struct tconv_keras_tensor out = {.values = y};
    struct tconv_keras_layer *layer = make_whole("\"activation\": \"glu\"", 3);
    cr_assert(tconv_keras_call_recorded(layer, &in, &out, &error), "%s", error.message);
    EXPECT_SHAPE(out.shape, 1, 3, 3, 1);
    cr_expect_float_eq(y[8], 1 / (1 + exp(2)), 1e-6, "1 * sigmoid(-2)");
    float dy[9] = {1};
    cr_assert(tconv_keras_backward(layer, dy, NULL, &error));
    tconv_keras_free(layer);

    struct tconv_keras_layer *odd = make(TCONV_KERAS3, "\"activation\": \"glu\"");
    cr_assert(tconv_keras_setattr(odd, "filters", "3", &error));
    expect_failure(tconv_keras_call(odd, &in, &out, &error), TCONV_KERAS_BAD_ACTIVATION,
                   "ValueError",
                   "axis size must be divisible by 2. Received: last axis of 3");
    tconv_keras_free(odd);
}

Test(layer, call_refuses_ranks)
{
    static const char *const unbuilt[] = {
        [TCONV_TF1] =
            "Input 0 of layer up is incompatible with the layer: expected ndim=4, "
            "found ndim=3. Full shape received: [2, 4, 3]",
        [TCONV_TF2] = "Input 0 of layer \"up\" is incompatible with the layer: expected "
                      "min_ndim=4, found ndim=3. Full shape received: (2, 4, 3)",
        [TCONV_KERAS3] =
            "Input 0 with name 'None' of layer 'up' is incompatible with the "
            "layer: expected min_ndim=4, found ndim=3. Full shape received: "
            "(2, 4, 3)"};
    float x[24], y[1];
    const struct tconv_keras_tensor in = {TCONV_FLOAT32, {3, {2, 4, 3}}, x};
    struct tconv_keras_tensor out = {.values = y};
    for (size_t d = 0; d < COUNT(dialects); d++) {
        struct tconv_keras_layer *layer = make(dialects[d], "");
        expect_failure(tconv_keras_call(layer, &in, &out, &error), TCONV_KERAS_BAD_RANK,
                       "ValueError", unbuilt[dialects[d]]);
        cr_expect_not(tconv_keras_is_built(layer));
        tconv_keras_free(layer);
    }
    struct tconv_keras_layer *built = make(TCONV_TF2, "");
    build(built, 3);
    expect_failure(tconv_keras_call(built, &in, &out, &error), TCONV_KERAS_BAD_RANK,
                   "ValueError",
                   "Input 0 of layer \"up\" is incompatible with the layer: expected "
                   "ndim=4, found ndim=3. Full shape received: (2, 4, 3)");
    tconv_keras_free(built);
}

Test(layer, call_refuses_channels)
{
    static const char *const messages[] = {
        [TCONV_TF1] =
            "Input 0 of layer up is incompatible with the layer: expected axis 1 "
            "of input shape to have value 3 but received input with shape [1, 5, "
            "2, 2]",
        [TCONV_TF2] = "Input 0 of layer \"up\" is incompatible with the layer: expected "
                      "axis -3 of input shape to have value 3, but received input with "
                      "shape (1, 5, 2, 2)",
        [TCONV_KERAS3] =
            "Input 0 with name 'None' of layer 'up' is incompatible with the "
            "layer: expected axis 1 of input shape to have value 3, but "
            "received input with shape (1, 5, 2, 2)"};
    const struct tconv_keras_shape shape = shape4(1, 3, 4, 4);
    float x[20], y[1];
    const struct tconv_keras_tensor in = {TCONV_FLOAT32, shape4(1, 5, 2, 2), x};
    struct tconv_keras_tensor out = {.values = y};
    for (size_t d = 0; d < COUNT(dialects); d++) {
        struct tconv_keras_layer *layer =
            make(dialects[d], "\"data_format\": \"channels_first\"");
        cr_assert(tconv_keras_build(layer, &shape, &error), "%s", error.message);
        expect_failure(tconv_keras_call(layer, &in, &out, &error),
                       TCONV_KERAS_CHANNEL_MISMATCH, "ValueError", messages[dialects[d]]);
        tconv_keras_free(layer);
    }
}

Test(layer, call_refuses_lengths_and_stays_built)
{
    struct tconv_keras_layer *layer = make(
        TCONV_KERAS3, "\"strides\": 2, \"padding\": \"same\", \"output_padding\": 0");
    cr_assert(tconv_keras_setattr(layer, "kernel_size", "2", &error), "%s",
              error.message);
    float x[9], y[1];
    const struct tconv_keras_tensor in = {TCONV_FLOAT32, shape4(1, 3, 3, 1), x};
    struct tconv_keras_tensor out = {.values = y};
    expect_failure(
        tconv_keras_call(layer, &in, &out, &error), TCONV_KERAS_OUTPUT_MISMATCH,
        "InvalidArgumentError",
        "Conv2DCustomBackpropInput: Size of out_backprop doesn't match computed: "
        "actual = 3, computed = 2 spatial_dim: 1 input: 4 filter: 2 output: 3 "
        "stride: 2 dilation: 1");
    cr_expect(tconv_keras_is_built(layer));
    tconv_keras_free(layer);
}

Test(layer, call_refuses_weights_that_no_longer_fit)
{
    struct tconv_keras_layer *layer = make_whole("", 3);
    cr_assert(tconv_keras_setattr(layer, "filters", "7", &error));
    float x[3], y[1];
    const struct tconv_keras_tensor in = {TCONV_FLOAT32, shape4(1, 1, 1, 3), x};
    struct tconv_keras_tensor out = {.values = y};
    cr_expect_not(tconv_keras_call(layer, &in, &out, &error));
    cr_expect_eq(error.failure, TCONV_KERAS_SHAPE_MISMATCH);
    tconv_keras_free(layer);
}

/* Without a bias Keras 3 looks at the kernel alone, TF at its attributes too. */
Test(layer, call_after_filters_were_set)
{
    float x[3] = {0}, y[2 * 9];
    const struct tconv_keras_tensor in = {TCONV_FLOAT32, shape4(1, 1, 1, 3), x};
    struct tconv_keras_tensor out = {.values = y};
    for (size_t d = 0; d < COUNT(dialects); d++) {
        struct tconv_keras_layer *layer = make(dialects[d], "\"use_bias\": false");
        build(layer, 3);
        cr_assert(tconv_keras_setattr(layer, "filters", "7", &error));
        cr_assert(tconv_keras_setattr(layer, "kernel_size", "1", &error));
        cr_expect_eq(tconv_keras_call(layer, &in, &out, &error),
                     dialects[d] == TCONV_KERAS3);
        if (dialects[d] == TCONV_KERAS3)
            EXPECT_SHAPE(out.shape, 1, 3, 3, 2);
        tconv_keras_free(layer);
    }
}

Test(layer, apply)
{
    for (size_t d = 0; d < COUNT(dialects); d++) {
        struct tconv_keras_layer *layer = make(dialects[d], "");
        float x[3] = {0}, y[3 * 3 * 2];
        const struct tconv_keras_tensor in = {TCONV_FLOAT32, shape4(1, 1, 1, 3), x};
        struct tconv_keras_tensor out = {.values = y};
        cr_assert(tconv_keras_apply(layer, &in, &out, &error), "%s", error.message);
        EXPECT_SHAPE(out.shape, 1, 3, 3, 2);
        cr_expect_eq(*tconv_keras_warning(layer) != '\0', dialects[d] != TCONV_TF1);
        tconv_keras_free(layer);
    }
}

/* The emitted kernels of two shapes, and the generic one of a third, all exact. */
static void check_call(struct tconv_keras_layer *layer, struct tconv_keras_layer *generic,
                       struct tconv_keras_shape shape,
                       const struct tconv_kernel *expected)
{
    static float x[2 * 9 * 9 * 3], y[2][2 * 18 * 18 * 2];
    const struct tconv_keras_tensor in = {TCONV_FLOAT32, shape, x};
    struct tconv_keras_tensor out[2] = {{.values = y[0]}, {.values = y[1]}};
    fill(x, COUNT(x));
    memset(y, 0, sizeof y);
    cr_expect_eq(tconv_keras_kernel_for(layer, &shape), expected);
    cr_assert(tconv_keras_call(layer, &in, &out[0], &error), "%s", error.message);
    cr_assert(tconv_keras_call(generic, &in, &out[1], &error), "%s", error.message);
    cr_expect_arr_eq(y[0], y[1], sizeof y[0]);
}

Test(layer, kernels_of_several_shapes)
{
    struct tconv_keras_layer *layer = make_whole(UP, 3), *generic = make_whole(UP, 3);
    cr_assert(tconv_keras_register(layer, &layer_up_kernel, &error), "%s", error.message);
    cr_assert(tconv_keras_register(layer, &layer_wide_kernel, &error));
    check_call(layer, generic, shape4(2, 4, 4, 3), &layer_up_kernel);
    check_call(layer, generic, shape4(2, 4, 9, 3), &layer_wide_kernel);
    check_call(layer, generic, shape4(2, 9, 9, 3), NULL);
    set_all(layer, 2, -1); /* packed anew */
    set_all(generic, 2, -1);
    check_call(layer, generic, shape4(2, 4, 4, 3), &layer_up_kernel);
    cr_assert(tconv_keras_setattr(layer, "activation", "null", &error));
    cr_assert(tconv_keras_setattr(generic, "activation", "null", &error));
    check_call(layer, generic, shape4(2, 4, 4, 3), NULL);
    tconv_keras_free(layer);
    tconv_keras_free(generic);
}

Test(layer, register_refuses_kernels_of_other_layers)
{
    static const struct {
        const char *more, *difference;
    } rows[] = {
        {"\"strides\": 2, \"padding\": \"same\"", "activation"},
        {"\"strides\": 2, \"activation\": \"relu\"",
         "input shape, kernel_size, strides, padding or dilation_rate"},
        {UP ", \"use_bias\": false", "use_bias"},
        {UP ", \"dtype\": \"float64\"", "dtype"},
        {UP ", \"data_format\": \"channels_first\"", "data_format"},
    };
    char message[200];
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct tconv_keras_layer *layer = make(TCONV_KERAS3, rows[i].more);
        snprintf(message, sizeof message,
                 "kernel layer_up: got one of another layer; expected the %s of layer up",
                 rows[i].difference);
        expect_failure(tconv_keras_register(layer, &layer_up_kernel, &error),
                       TCONV_KERAS_BAD_KERNEL, "ValueError", message);
        tconv_keras_free(layer);
    }
    struct tconv_kernel old = layer_up_kernel;
    struct tconv_keras_layer *layer = make(TCONV_KERAS3, UP);
    old.abi = 1;
    cr_expect_not(tconv_keras_register(layer, &old, &error));
    build(layer, 4);
    cr_expect_not(tconv_keras_register(layer, &layer_up_kernel, &error));
    tconv_keras_free(layer);
}

Test(layer, compute_output_shape)
{
    struct tconv_keras_shape out;
    const struct tconv_keras_shape in[] = {shape4(NONE, NONE, 4, 3),
                                           shape4(2, 0, 1, NONE)};
    for (size_t d = 0; d < COUNT(dialects); d++) {
        struct tconv_keras_layer *layer = make(dialects[d], "\"strides\": 2");
        cr_assert(tconv_keras_compute_output_shape(layer, &in[0], &out, &error));
        EXPECT_SHAPE(out, NONE, NONE, 9, 2);
        cr_assert(tconv_keras_compute_output_shape(layer, &in[1], &out, &error));
        EXPECT_SHAPE(out, 2, 1, 3, 2);
        cr_expect_not(tconv_keras_is_built(layer));
        tconv_keras_free(layer);
    }
    struct tconv_keras_layer *first =
        make(TCONV_TF2,
             "\"strides\": [2, 3], \"padding\": \"same\", \"output_padding\": [1, 2], "
             "\"data_format\": \"channels_first\"");
    const struct tconv_keras_shape x = shape4(7, 3, 5, 8);
    cr_assert(tconv_keras_compute_output_shape(first, &x, &out, &error));
    EXPECT_SHAPE(out, 7, 2, 10, 24);
    tconv_keras_free(first);
}

Test(layer, compute_output_shape_of_other_ranks)
{
    const struct tconv_keras_shape three = {3, {4, 4, 3}}, five = {5, {NONE, 4, 4, 4, 3}};
    struct tconv_keras_shape out;
    struct tconv_keras_layer *tf = make(TCONV_TF2, "\"strides\": 2"),
                             *keras3 = make(TCONV_KERAS3, "\"strides\": 2");
    expect_failure(tconv_keras_compute_output_shape(tf, &three, &out, &error),
                   TCONV_KERAS_BAD_RANK, "IndexError",
                   "list assignment index out of range");
    cr_assert(tconv_keras_compute_output_shape(tf, &five, &out, &error));
    EXPECT_SHAPE(out, NONE, 9, 9, 2, 3);
    cr_assert(tconv_keras_compute_output_shape(keras3, &three, &out, &error));
    EXPECT_SHAPE(out, 4, 9, 2);
    expect_failure(tconv_keras_compute_output_shape(keras3, &five, &out, &error),
                   TCONV_KERAS_BAD_RANK, "IndexError", "tuple index out of range");
    tconv_keras_free(tf);
    tconv_keras_free(keras3);
}
