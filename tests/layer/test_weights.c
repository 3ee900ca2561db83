/*
 * The layer object's weights: how they come to be, the lists, values in and out (the
 * specification's G.3, G.7, G.8, G.10).
 */
#include "making.h"

Test(layer, build)
{
    for (size_t d = 0; d < COUNT(dialects); d++) {
        struct tconv_keras_layer *layer =
            make(dialects[d], "\"bias_initializer\": \"ones\"");
        struct tconv_keras_variable w[2];
        cr_expect_not(tconv_keras_is_built(layer));
        cr_expect_eq(tconv_keras_weights(layer, w), 0);
        build(layer, 5);
        cr_expect(tconv_keras_is_built(layer));
        cr_assert_eq(tconv_keras_weights(layer, w), 2);
        EXPECT_SHAPE(w[0].shape, 3, 3, 2, 5);
        EXPECT_SHAPE(w[1].shape, 2);
        cr_expect_str_eq(w[0].name, "kernel");
        cr_expect_str_eq(w[1].path,
                         dialects[d] == TCONV_KERAS3 ? "up/bias" : "up/bias:0");
        cr_expect_eq(((const float *)w[1].value)[1], 1);
        tconv_keras_free(layer);
    }
}

Test(layer, build_takes_the_seed_of_the_config_before_that_of_the_session)
{
    struct tconv_keras_session session = {.seed = 42};
    const char *seeded =
        "{\"filters\": 2, \"kernel_size\": 3, \"kernel_initializer\": {\"class_name\": "
        "\"GlorotUniform\", \"config\": {\"seed\": 42}}}";
    const char *plain = "{\"filters\": 2, \"kernel_size\": 3}";
    struct tconv_keras_variable a[2], b[2], c[2];
    struct tconv_keras_layer *layers[] = {
        tconv_keras_create_as(NULL, TCONV_KERAS3, seeded, &error),
        tconv_keras_create_as(&session, TCONV_KERAS3, plain, &error),
        tconv_keras_create_as(NULL, TCONV_KERAS3, plain, &error)};
    for (size_t i = 0; i < 3; i++)
        build(layers[i], 5);
    tconv_keras_weights(layers[0], a);
    tconv_keras_weights(layers[1], b);
    tconv_keras_weights(layers[2], c);
    cr_expect_arr_eq(a[0].value, b[0].value, 90 * sizeof(float));
    cr_expect_arr_neq(a[0].value, c[0].value, 90 * sizeof(float));
    for (size_t i = 0; i < 3; i++)
        tconv_keras_free(layers[i]);
}

Test(layer, build_refuses_ranks)
{
    static const char *const messages[] = {
        [TCONV_TF1] = "Inputs should have rank 4. Received input shape: (None, 4, 3)",
        [TCONV_TF2] = "Inputs should have rank 4. Received input_shape=(None, 4, 3)."};
    const struct tconv_keras_shape shape = {3, {NONE, 4, 3}};
    for (size_t d = 0; d < 2; d++) {
        struct tconv_keras_layer *layer = make(dialects[d], "");
        expect_failure(tconv_keras_build(layer, &shape, &error), TCONV_KERAS_BAD_RANK,
                       "ValueError", messages[dialects[d]]);
        tconv_keras_free(layer);
    }
    struct tconv_keras_layer *layer = make(TCONV_KERAS3, ""); /* which does not look */
    struct tconv_keras_variable w[2];
    cr_assert(tconv_keras_build(layer, &shape, &error));
    tconv_keras_weights(layer, w);
    EXPECT_SHAPE(w[0].shape, 3, 3, 2, 3);
    tconv_keras_free(layer);
}

Test(layer, build_refuses_unknown_channels)
{
    static const char *const messages[] = {
        [TCONV_TF1] =
            "The channel dimension of the inputs should be defined. Found `None`.",
        [TCONV_TF2] =
            "The channel dimension of the inputs to `Conv2DTranspose` should be "
            "defined. The input_shape received is (None, 4, 4, None), where axis "
            "-1 (0-based) is the channel dimension, which found to be `None`.",
        [TCONV_KERAS3] =
            ("Shapes used to initialize variables must be fully-defined (no `None` "
             "dimensions). Received: shape=(3, 3, 2, None) for variable "
             "path='up/kernel'")};
    const struct tconv_keras_shape shape = shape4(NONE, 4, 4, NONE);
    for (size_t d = 0; d < COUNT(dialects); d++) {
        struct tconv_keras_layer *layer = make(dialects[d], "");
        expect_failure(tconv_keras_build(layer, &shape, &error), TCONV_KERAS_NO_CHANNELS,
                       "ValueError", messages[dialects[d]]);
        tconv_keras_free(layer);
    }
}

Test(layer, build_twice)
{
    struct tconv_keras_loss losses[8];
    const char *regularized = "\"kernel_regularizer\": \"l1\"";
    struct tconv_keras_layer *old = make(TCONV_TF2, regularized);
    build(old, 3);
    build(old, 4);
    struct tconv_keras_variable w[2];
    tconv_keras_weights(old, w);
    EXPECT_SHAPE(w[0].shape, 3, 3, 2, 4);
    cr_expect_eq(n_losses(old, losses), 2, "the first kernel's term stays");
    tconv_keras_free(old);

    struct tconv_keras_layer *layer = make(TCONV_KERAS3, regularized);
    const struct tconv_keras_shape shape = shape4(NONE, 4, 4, 3);
    build(layer, 3);
    expect_failure(
        tconv_keras_build(layer, &shape, &error), TCONV_KERAS_LOCKED, "ValueError",
        "You cannot add new elements of state (variables or sub-layers) to a layer that "
        "is "
        "already built. All state must be created in the `__init__()` method or in the "
        "`build()` method.");
    tconv_keras_free(layer);
}

Test(layer, build_refuses_initializers_of_matrices)
{
    struct tconv_keras_layer *layer =
        make(TCONV_TF2, "\"kernel_initializer\": {\"class_name\": \"Orthogonal\", "
                        "\"config\": {}}, \"bias_initializer\": null");
    build(layer, 3);
    tconv_keras_free(layer);
}

Test(layer, count_params)
{
    size_t n;
    static const char *const messages[] = {
        [TCONV_TF1] =
            "You tried to call `count_params` on up, but the layer isn't built. "
            "You can build it manually via: `up.build(batch_input_shape)`.",
        [TCONV_TF2] = "You tried to call `count_params` on layer up, but the layer isn't "
                      "built. You can build it manually via: "
                      "`up.build(batch_input_shape)`.",
        [TCONV_KERAS3] =
            "You tried to call `count_params` on layer 'up', but the layer isn't built. "
            "You can build it manually via: `layer.build(input_shape)`."};
    for (size_t d = 0; d < COUNT(dialects); d++) {
        struct tconv_keras_layer *layer = make(dialects[d], "");
        expect_failure(tconv_keras_count_params(layer, &n, &error), TCONV_KERAS_UNBUILT,
                       "ValueError", messages[dialects[d]]);
        build(layer, 5);
        cr_assert(tconv_keras_count_params(layer, &n, &error));
        cr_expect_eq(n, 3 * 3 * 2 * 5 + 2);
        tconv_keras_free(layer);
    }
    struct tconv_keras_layer *layer = make(TCONV_KERAS3, "\"use_bias\": false");
    build(layer, 5);
    cr_assert(tconv_keras_count_params(layer, &n, &error));
    cr_expect_eq(n, 3 * 3 * 2 * 5);
    tconv_keras_free(layer);
}

/* A list of variables: empty before the build, then by the trainable flag. */
static void check_list(size_t list(const struct tconv_keras_layer *,
                                   struct tconv_keras_variable[2]),
                       size_t n_trainable, size_t n_frozen)
{
    struct tconv_keras_variable w[2];
    struct tconv_keras_layer *layer = make(TCONV_TF2, "");
    cr_expect_eq(list(layer, w), 0);
    build(layer, 3);
    cr_assert_eq(list(layer, w), n_trainable);
    cr_expect(n_trainable == 0 || w[0].is_trainable);
    tconv_keras_set_trainable(layer, false);
    cr_assert_eq(list(layer, w), n_frozen);
    if (n_frozen > 0) {
        cr_expect_str_eq(w[0].name, "kernel");
        cr_expect_str_eq(w[1].name, "bias");
        cr_expect_not(w[0].is_trainable);
    }
    tconv_keras_free(layer);
}

Test(layer, weights)
{
    check_list(tconv_keras_weights, 2, 2);
}

Test(layer, variables)
{
    check_list(tconv_keras_variables, 2, 2);
}

Test(layer, trainable_weights)
{
    check_list(tconv_keras_trainable_weights, 2, 0);
}

Test(layer, trainable_variables)
{
    check_list(tconv_keras_trainable_variables, 2, 0);
}

Test(layer, non_trainable_weights)
{
    check_list(tconv_keras_non_trainable_weights, 0, 2);
}

Test(layer, non_trainable_variables)
{
    check_list(tconv_keras_non_trainable_variables, 0, 2);
}

Test(layer, get_weights)
{
    float kernel[3 * 3 * 2 * 3], bias[2];
    struct tconv_keras_tensor got[2] = {{.values = kernel}, {.values = bias}};
    struct tconv_keras_layer *layer = make(TCONV_KERAS3, "");
    cr_expect_eq(tconv_keras_get_weights(layer, got), 0);
    build(layer, 3);
    set_all(layer, 0.5f, -2);
    cr_assert_eq(tconv_keras_get_weights(layer, got), 2);
    EXPECT_SHAPE(got[0].shape, 3, 3, 2, 3);
    cr_expect_eq(got[1].type, TCONV_FLOAT32);
    cr_expect_eq(kernel[53], 0.5f);
    cr_expect_eq(bias[1], -2);
    got[0].values = NULL; /* shapes alone */
    cr_expect_eq(tconv_keras_get_weights(layer, got), 2);
    tconv_keras_free(layer);
}

Test(layer, set_weights)
{
    double kernel[3 * 3 * 2 * 3] = {0.1}, bias[2] = {0, 7};
    struct tconv_keras_tensor given[2] = {{TCONV_FLOAT64, shape4(3, 3, 2, 3), kernel},
                                          {TCONV_FLOAT64, {1, {2}}, bias}};
    struct tconv_keras_layer *layer =
        make(TCONV_TF2, "\"kernel_constraint\": \"non_neg\"");
    struct tconv_keras_variable w[2];
    build(layer, 3);
    kernel[1] = -1; /* constraints are not applied */
    cr_assert(tconv_keras_set_weights(layer, 2, given, &error), "%s", error.message);
    tconv_keras_weights(layer, w);
    cr_expect_eq(((const float *)w[0].value)[0], 0.1f);
    cr_expect_eq(((const float *)w[0].value)[1], -1);
    cr_expect_eq(((const float *)w[1].value)[1], 7);
    tconv_keras_free(layer);
}

Test(layer, set_weights_refuses_counts)
{
    static const char *const messages[] = {
        [TCONV_TF1] = "You called `set_weights(weights)` on layer \"up\" with a  weight "
                      "list of length 1, but the layer was expecting 0 weights.",
        [TCONV_TF2] =
            "You called `set_weights(weights)` on layer \"up\" with a weight list "
            "of length 1, but the layer was expecting 0 weights.",
        [TCONV_KERAS3] = "You called `set_weights(weights)` on layer 'up' with a weight "
                         "list of length 1, but the layer was expecting 0 weights."};
    float bias[2] = {0};
    const struct tconv_keras_tensor given = {TCONV_FLOAT32, {1, {2}}, bias};
    for (size_t d = 0; d < COUNT(dialects); d++) {
        struct tconv_keras_layer *layer = make(dialects[d], "");
        cr_expect(tconv_keras_set_weights(layer, 0, NULL, &error));
        expect_failure(tconv_keras_set_weights(layer, 1, &given, &error),
                       TCONV_KERAS_COUNT_MISMATCH, "ValueError", messages[dialects[d]]);
        tconv_keras_free(layer);
    }
}

Test(layer, set_weights_refuses_shapes_and_changes_nothing)
{
    static const char *const messages[] = {
        [TCONV_TF1] = "Layer weight shape (2,) not compatible with provided weight shape "
                      "(3,)",
        [TCONV_TF2] = "Layer up weight shape (2,) is not compatible with provided weight "
                      "shape (3,).",
        [TCONV_KERAS3] = "Layer up weight shape (2,) is not compatible with provided "
                         "weight shape (3,)."};
    float kernel[3 * 3 * 2 * 3] = {0}, bias[3] = {0};
    const struct tconv_keras_tensor given[2] = {
        {TCONV_FLOAT32, shape4(3, 3, 2, 3), kernel}, {TCONV_FLOAT32, {1, {3}}, bias}};
    for (size_t d = 0; d < COUNT(dialects); d++) {
        struct tconv_keras_layer *layer = make(dialects[d], "");
        struct tconv_keras_variable w[2];
        build(layer, 3);
        set_all(layer, 4, 5);
        expect_failure(tconv_keras_set_weights(layer, 2, given, &error),
                       TCONV_KERAS_SHAPE_MISMATCH, "ValueError", messages[dialects[d]]);
        tconv_keras_weights(layer, w);
        cr_expect_eq(((const float *)w[0].value)[0], 4);
        tconv_keras_free(layer);
    }
}
