/*
 * The layer object's beginning and its attributes: __init__, from_config, get_config,
 * __setattr__ and the plain properties (the specification's A, G.4, G.9, G.11, G.15).
 */
#include "making.h"

Test(layer, init)
{
    const char *record =
        "{\"module\": \"keras.layers\", \"class_name\": \"Conv2DTranspose\", \"config\": "
        "{\"name\": \"up\", \"filters\": 5, \"kernel_size\": [3, 4], \"strides\": 2}, "
        "\"registered_name\": null}";
    struct tconv_keras_layer *layer = tconv_keras_create(NULL, record, &error);
    cr_assert(layer != NULL, "%s", error.message);
    cr_expect_eq(tconv_keras_dialect(layer), TCONV_KERAS3);
    cr_expect_str_eq(tconv_keras_name(layer), "up");
    cr_expect(tconv_keras_trainable(layer));
    cr_expect_not(tconv_keras_is_built(layer));
    tconv_keras_free(layer);
    tconv_keras_free(NULL);
}

static void expect_refused(const char *config, enum tconv_keras_failure failure)
{
    struct tconv_keras_layer *layer = tconv_keras_create(NULL, config, &error);
    cr_expect_null(layer);
    cr_expect_str_eq(tconv_keras_failure_name(error.failure),
                     tconv_keras_failure_name(failure), "%s: %s", config, error.message);
    cr_expect_neq(error.message[0], '\0');
    tconv_keras_free(layer);
}

Test(layer, init_names_each_refusal)
{
    static const struct {
        const char *more;
        enum tconv_keras_failure failure;
    } rows[] = {
        {"\"filters\": 0", TCONV_KERAS_BAD_FILTERS},
        {"\"filters\": 2, \"foo\": 1", TCONV_KERAS_UNKNOWN_ARGUMENT},
        {"\"filters\": 2, \"name\": \"a/b\"", TCONV_KERAS_BAD_NAME},
        {"\"filters\": 2, \"trainable\": 1", TCONV_KERAS_BAD_TRAINABLE},
        {"\"filters\": 2, \"dtype\": \"foo\"", TCONV_KERAS_BAD_DTYPE},
        {"\"filters\": 2, \"strides\": 0", TCONV_KERAS_BAD_STRIDES},
        {"\"filters\": 2, \"padding\": \"full\"", TCONV_KERAS_BAD_PADDING},
        {"\"filters\": 2, \"output_padding\": 1", TCONV_KERAS_BAD_OUTPUT_PADDING},
        {"\"filters\": 2, \"output_padding\": -1", TCONV_KERAS_BAD_OUTPUT_PADDING},
        {"\"filters\": 2, \"data_format\": \"x\"", TCONV_KERAS_BAD_DATA_FORMAT},
        {"\"filters\": 2, \"dilation_rate\": [2]", TCONV_KERAS_BAD_DILATION_RATE},
        {"\"filters\": 2, \"strides\": 2, \"dilation_rate\": 2",
         TCONV_KERAS_BAD_DILATION_RATE},
        {"\"filters\": 2, \"groups\": 2", TCONV_KERAS_BAD_GROUPS},
        {"\"filters\": 2, \"activation\": \"foo\"", TCONV_KERAS_BAD_ACTIVATION},
        {"\"filters\": 2, \"use_bias\": \"yes\"", TCONV_KERAS_BAD_USE_BIAS},
        {"\"filters\": 2, \"kernel_initializer\": \"foo\"", TCONV_KERAS_BAD_INITIALIZER},
        {"\"filters\": 2, \"bias_regularizer\": \"foo\"", TCONV_KERAS_BAD_REGULARIZER},
        {"\"filters\": 2, \"kernel_constraint\": \"foo\"", TCONV_KERAS_BAD_CONSTRAINT},
        {"\"filters\": 2, \"batch_input_shape\": [1, 2]", TCONV_KERAS_BAD_INPUT_SHAPE},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        char config[200];
        snprintf(config, sizeof config, "{\"kernel_size\": 3, %s}", rows[i].more);
        expect_refused(config, rows[i].failure);
    }
    expect_refused("{\"filters\": 2, \"kernel_size\": -1}", TCONV_KERAS_BAD_KERNEL_SIZE);
    expect_refused("{\"filters\": 2", TCONV_KERAS_BAD_CONFIG);
    expect_refused("[]", TCONV_KERAS_BAD_CONFIG);
}

Test(layer, from_config)
{
    const char *config = "{\"name\": \"up\", \"filters\": 5, \"kernel_size\": 3}";
    const char *bad = "{\"name\": \"up\", \"filters\": 0, \"kernel_size\": 3}";
    struct tconv_keras_layer *layer = tconv_keras_from_config(NULL, config, &error);
    cr_assert(layer != NULL, "%s", error.message);
    cr_expect_str_eq(tconv_keras_name(layer), "up");
    cr_expect_not(tconv_keras_is_built(layer));
    tconv_keras_free(layer);
    cr_expect_null(tconv_keras_create(NULL, bad, &error));
    cr_expect_str_eq(error.exception, "ValueError");
    cr_expect_null(tconv_keras_from_config(NULL, bad, &error));
    cr_expect_str_eq(error.exception, "TypeError");
    cr_expect_eq(error.failure, TCONV_KERAS_BAD_FILTERS);
    const char *tf2 = "{\"filters\": 2, \"kernel_size\": 3, \"groups\": 1, \"foo\": 1}";
    cr_expect_null(tconv_keras_create(NULL, tf2, &error));
    cr_expect_str_eq(error.exception, "TypeError");
    cr_expect_null(tconv_keras_from_config(NULL, "{", &error));
    cr_expect_str_eq(error.exception, "TypeError");
}

Test(layer, get_config)
{
    for (size_t d = 0; d < COUNT(dialects); d++) {
        struct tconv_keras_layer *layer =
            make(dialects[d], "\"strides\": [2, 3], \"activation\": \"tanh\", "
                              "\"kernel_regularizer\": \"l2\", \"trainable\": false");
        char *config = tconv_keras_get_config(layer, dialects[d], &error);
        cr_assert(config != NULL, "%s", error.message);
        struct tconv_keras_layer *again =
            tconv_keras_create_as(NULL, dialects[d], config, &error);
        cr_assert(again != NULL, "%s: %s", config, error.message);
        char *config_again = tconv_keras_get_config(again, dialects[d], &error);
        cr_expect_str_eq(config, config_again);
        cr_expect(strstr(config, "\"strides\": [2, 3]") != NULL, "%s", config);
        cr_expect(strstr(config, "\"trainable\": false") != NULL, "%s", config);
        cr_expect_eq(strstr(config, "\"groups\"") != NULL, dialects[d] == TCONV_TF2);
        cr_expect_eq(strstr(config, "DTypePolicy") != NULL, dialects[d] == TCONV_KERAS3);
        free(config);
        free(config_again);
        tconv_keras_free(layer);
        tconv_keras_free(again);
    }
}

Test(layer, get_config_refuses_what_the_dialect_cannot_say)
{
    struct tconv_keras_layer *layer = make(TCONV_TF2, "\"activation\": \"hard_sigmoid\"");
    cr_expect_null(tconv_keras_get_config(layer, TCONV_KERAS3, &error));
    cr_expect_eq(error.failure, TCONV_KERAS_NOT_IN_DIALECT);
    tconv_keras_free(layer);
}

Test(layer, get_config_says_what_was_set)
{
    struct tconv_keras_layer *layer = make(TCONV_TF2, "");
    cr_assert(tconv_keras_setattr(layer, "filters", "7", &error), "%s", error.message);
    tconv_keras_set_trainable(layer, false);
    char *config = tconv_keras_get_config(layer, TCONV_TF2, &error);
    cr_assert(config != NULL);
    cr_expect(strstr(config, "\"filters\": 7") != NULL, "%s", config);
    cr_expect(strstr(config, "\"trainable\": false") != NULL, "%s", config);
    free(config);
    tconv_keras_free(layer);
}

Test(layer, setattr)
{
    struct tconv_keras_layer *layer = make(TCONV_KERAS3, "\"activation\": \"relu\"");
    const struct tconv_keras_shape in = shape4(NONE, 4, 4, 3);
    struct tconv_keras_shape out;
    cr_assert(tconv_keras_setattr(layer, "strides", "[2, 3]", &error), "%s",
              error.message);
    cr_assert(tconv_keras_setattr(layer, "output_padding", "[1, 2]", &error));
    cr_assert(tconv_keras_compute_output_shape(layer, &in, &out, &error));
    EXPECT_SHAPE(out, NONE, 10, 14, 2);
    cr_assert(tconv_keras_setattr(layer, "output_padding", "null", &error));
    cr_assert(tconv_keras_setattr(layer, "activation", "null", &error));
    cr_assert(tconv_keras_compute_output_shape(layer, &in, &out, &error));
    EXPECT_SHAPE(out, NONE, 9, 12, 2);
    char *config = tconv_keras_get_config(layer, TCONV_KERAS3, &error);
    cr_expect(strstr(config, "\"activation\": \"linear\"") != NULL, "%s", config);
    free(config);
    cr_expect_not(tconv_keras_setattr(layer, "strides", "0", &error));
    cr_expect_eq(error.failure, TCONV_KERAS_BAD_STRIDES);
    cr_expect_not(tconv_keras_setattr(layer, "strides", "1, \"filters\": 9", &error));
    cr_expect_not(tconv_keras_setattr(layer, "strides", "{", &error));
    cr_assert(tconv_keras_compute_output_shape(layer, &in, &out, &error));
    EXPECT_SHAPE(out, NONE, 9, 12, 2);
    tconv_keras_free(layer);
}

Test(layer, setattr_refuses_read_only_properties)
{
    static const char *const properties[] = {"dtype",
                                             "input",
                                             "output",
                                             "input_mask",
                                             "output_mask",
                                             "losses",
                                             "input_shape",
                                             "updates",
                                             "trainable_weights",
                                             "non_trainable_weights",
                                             "weights",
                                             "output_shape",
                                             "variables"};
    for (size_t d = 0; d < COUNT(dialects); d++) {
        struct tconv_keras_layer *layer = make(dialects[d], "");
        for (size_t i = 0; i < COUNT(properties); i++) {
            cr_expect_not(tconv_keras_setattr(layer, properties[i], "1", &error));
            cr_expect_eq(error.failure, TCONV_KERAS_READ_ONLY, "%s", properties[i]);
        }
        tconv_keras_free(layer);
    }
    struct tconv_keras_layer *layer = make(TCONV_TF2, "");
    expect_failure(
        tconv_keras_setattr(layer, "input", "3", &error), TCONV_KERAS_READ_ONLY,
        "AttributeError",
        "Can't set the attribute \"input\", likely because it conflicts with an "
        "existing read-only @property of the object. Please choose a different "
        "name.");
    tconv_keras_free(layer);
}

Test(layer, setattr_refuses_state_and_foreign_names)
{
    struct tconv_keras_layer *layer = make(TCONV_KERAS3, "");
    cr_expect_not(tconv_keras_setattr(layer, "foo", "1", &error));
    cr_expect_eq(error.failure, TCONV_KERAS_NO_ATTRIBUTE);
    cr_expect_not(tconv_keras_setattr(layer, "kernel", "1", &error));
    cr_expect_eq(error.failure, TCONV_KERAS_NO_ATTRIBUTE);
    build(layer, 3);
    cr_expect_not(tconv_keras_setattr(layer, "kernel", "1", &error));
    cr_expect_eq(error.failure, TCONV_KERAS_LOCKED);
    tconv_keras_free(layer);
}

Test(layer, name)
{
    struct tconv_keras_session session = {.seed = 0};
    const char *plain = "{\"filters\": 2, \"kernel_size\": 3, \"name\": null}";
    const char *named =
        "{\"filters\": 2, \"kernel_size\": 3, \"name\": \"conv2d_transpose_1\"}";
    static const char *const expected[] = {"conv2d_transpose", "conv2d_transpose_1",
                                           "conv2d_transpose_1", "conv2d_transpose_2"};
    for (size_t i = 0; i < 4; i++) {
        struct tconv_keras_layer *layer =
            tconv_keras_create(&session, i == 1 ? named : plain, &error);
        cr_expect_str_eq(tconv_keras_name(layer), expected[i]);
        tconv_keras_free(layer);
    }
    session = (struct tconv_keras_session){.seed = 0}; /* clear_session() */
    struct tconv_keras_layer *layer = tconv_keras_create(&session, plain, &error);
    cr_expect_str_eq(tconv_keras_name(layer), "conv2d_transpose");
    tconv_keras_free(layer);
}

Test(layer, name_is_read_only_but_in_keras3)
{
    for (size_t d = 0; d < COUNT(dialects); d++) {
        struct tconv_keras_layer *layer = make(dialects[d], "");
        struct tconv_keras_variable w[2];
        const bool is_keras3 = dialects[d] == TCONV_KERAS3;
        cr_expect_eq(tconv_keras_setattr(layer, "name", "\"down\"", &error), is_keras3);
        cr_expect_str_eq(tconv_keras_name(layer), is_keras3 ? "down" : "up");
        build(layer, 3);
        tconv_keras_weights(layer, w);
        cr_expect_str_eq(w[0].path, is_keras3 ? "down/kernel" : "up/kernel:0");
        tconv_keras_free(layer);
    }
}

Test(layer, dtype)
{
    struct tconv_keras_layer *layer = make(TCONV_KERAS3, "\"dtype\": \"float64\"");
    cr_expect_str_eq(tconv_keras_dtype(layer), "float64");
    tconv_keras_free(layer);
    layer = make(TCONV_TF2, "");
    cr_expect_str_eq(tconv_keras_dtype(layer), "float32");
    tconv_keras_free(layer);

    layer = make(TCONV_TF1, ""); /* which takes that of its first input */
    cr_expect_null(tconv_keras_dtype(layer));
    const struct tconv_keras_symbol x = {.shape = shape4(NONE, 4, 4, 3),
                                         .type = TCONV_FLOAT64};
    struct tconv_keras_variable w[2];
    cr_assert(tconv_keras_call_symbolic(layer, &x, &error) != NULL);
    cr_expect_str_eq(tconv_keras_dtype(layer), "float64");
    tconv_keras_weights(layer, w);
    cr_expect_eq(w[0].type, TCONV_FLOAT64);
    tconv_keras_free(layer);
}

Test(layer, trainable)
{
    struct tconv_keras_layer *layer = make(TCONV_KERAS3, "\"trainable\": false");
    cr_expect_not(tconv_keras_trainable(layer));
    tconv_keras_set_trainable(layer, true);
    cr_expect(tconv_keras_trainable(layer));
    cr_assert(tconv_keras_setattr(layer, "trainable", "false", &error));
    cr_expect_not(tconv_keras_trainable(layer));
    tconv_keras_free(layer);
}

Test(layer, activity_regularizer)
{
    struct tconv_keras_layer *layer = make(TCONV_KERAS3, "");
    cr_expect_null(tconv_keras_activity_regularizer(layer));
    cr_assert(tconv_keras_set_activity_regularizer(
                  layer, "{\"class_name\": \"L1\", \"config\": {\"l1\": 0.5}}", &error),
              "%s", error.message);
    cr_expect_str_eq(tconv_keras_activity_regularizer(layer),
                     "{\"class_name\": \"L1\", \"config\": {\"l1\": 0.5}}");

    float x[1] = {0}, y[3 * 3 * 2];
    const struct tconv_keras_tensor in = {TCONV_FLOAT32, shape4(1, 1, 1, 1), x};
    struct tconv_keras_tensor out = {.values = y};
    struct tconv_keras_loss losses[8];
    build(layer, 1);
    set_all(layer, 0, 1);
    cr_assert(tconv_keras_call(layer, &in, &out, &error));
    cr_assert_eq(n_losses(layer, losses), 1);
    cr_expect_float_eq(losses[0].value, 9, 1e-6);
    cr_assert(tconv_keras_set_activity_regularizer(layer, NULL, &error));
    cr_expect_null(tconv_keras_activity_regularizer(layer));
    tconv_keras_free(layer);
}
