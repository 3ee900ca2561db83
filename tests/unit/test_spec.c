/*
 * gen/spec: the forms in which each generation writes a config, defaults, the way back.
 * What is refused is in test_spec_refusals.c and tests/error.
 */
#include <criterion/criterion.h>
#include <stdint.h>
#include <string.h>

#include "spec_reading.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static void expect_warnings(const struct reading *r, const char *lines)
{
    cr_expect_str_eq(text_string(&r->warnings), lines);
}

Test(spec, a_minimal_config_gets_every_default)
{
    struct reading r;
    read_ok(&r, "{\"filters\": 4, \"kernel_size\": 3}");
    const struct tconv_spec *s = &r.spec;
    cr_expect_eq(s->dialect, TCONV_KERAS3);
    cr_expect_str_eq(s->name, "conv2d_transpose");
    cr_expect(s->trainable && s->use_bias && !s->channels_first &&
              !s->has_output_padding);
    cr_expect_eq(s->type, TCONV_FLOAT32);
    cr_expect_eq(s->filters, 4);
    cr_expect(s->kernel[0] == 3 && s->kernel[1] == 3);
    cr_expect(s->stride[0] == 1 && s->stride[1] == 1);
    cr_expect(s->dilation[0] == 1 && s->dilation[1] == 1);
    cr_expect_eq(s->padding, TCONV_PADDING_VALID);
    cr_expect_eq(s->activation.function, TCONV_LINEAR);
    cr_expect_str_eq(s->activation_name, "linear");
    cr_expect_null(s->activation_object.class_name);
    cr_expect_str_eq(s->kernel_initializer.class_name, "GlorotUniform");
    cr_expect_str_eq(s->bias_initializer.class_name, "Zeros");
    cr_expect_null(s->kernel_regularizer.class_name);
    cr_expect_null(s->bias_regularizer.class_name);
    cr_expect_null(s->activity_regularizer.class_name);
    cr_expect_null(s->kernel_constraint.class_name);
    cr_expect_null(s->bias_constraint.class_name);
    cr_expect(!s->has_input && s->in_c == 0);
    expect_warnings(&r, "");
    drop(&r);
}

Test(spec, reads_a_tf1_config)
{
    struct reading r;
    read_ok(
        &r,
        "{\"name\": \"up1\", \"trainable\": true, \"batch_input_shape\": [null, 8, 6, 3],"
        " \"dtype\": \"float32\", \"filters\": 16, \"kernel_size\": [3, 5],"
        " \"strides\": [2, 3], \"padding\": \"same\", \"data_format\": \"channels_last\","
        " \"dilation_rate\": [1, 1], \"activation\": \"hard_sigmoid\", \"use_bias\": "
        "true,"
        " \"kernel_initializer\": {\"class_name\": \"VarianceScaling\", \"config\":"
        "  {\"scale\": 2.0, \"mode\": \"fan_in\", \"distribution\": \"normal\","
        "   \"seed\": null, \"dtype\": \"float32\"}},"
        " \"bias_initializer\": {\"class_name\": \"Zeros\","
        "  \"config\": {\"dtype\": \"float32\"}},"
        " \"kernel_regularizer\": {\"class_name\": \"L1L2\", \"config\":"
        "  {\"l1\": 0.0, \"l2\": 0.009999999776482582}},"
        " \"bias_regularizer\": null, \"activity_regularizer\": null,"
        " \"kernel_constraint\": {\"class_name\": \"MaxNorm\","
        "  \"config\": {\"max_value\": 2, \"axis\": [0, 1, 3]}},"
        " \"bias_constraint\": null, \"output_padding\": null}");
    const struct tconv_spec *s = &r.spec;
    cr_expect_eq(s->dialect, TCONV_TF1);
    cr_expect_str_eq(s->name, "up1");
    cr_expect(s->kernel[0] == 3 && s->kernel[1] == 5);
    cr_expect(s->stride[0] == 2 && s->stride[1] == 3);
    cr_expect_eq(s->activation.function, TCONV_HARD_SIGMOID_TF);
    cr_expect(s->has_input && s->in[0] == 8 && s->in[1] == 6 && s->in_c == 3);
    cr_expect_str_eq(
        s->kernel_initializer.config,
        "{\"seed\": null, \"scale\": 2.0, \"mode\": \"fan_in\", \"distribution\": "
        "\"truncated_normal\", \"input_axes\": null, \"output_axes\": null}");
    cr_expect_str_eq(s->kernel_regularizer.config,
                     "{\"l1\": 0.0, \"l2\": 0.009999999776482582}");
    cr_expect_str_eq(s->kernel_constraint.config,
                     "{\"max_value\": 2, \"axis\": [0, 1, 3]}");
    expect_warnings(&r,
                    "c.json: kernel_initializer.config.dtype: got a dtype, as TensorFlow "
                    "1 writes; ignored\n"
                    "c.json: bias_initializer.config.dtype: got a dtype, as TensorFlow "
                    "1 writes; ignored\n");
    drop(&r);
}

Test(spec, reads_a_tf2_record_of_a_functional_model)
{
    struct reading r;
    read_ok(
        &r,
        "{\"class_name\": \"Conv2DTranspose\", \"config\": {\"name\": \"up\","
        " \"trainable\": false, \"dtype\": {\"class_name\": \"Policy\","
        "  \"config\": {\"name\": \"float64\"}}, \"filters\": 2,"
        " \"kernel_size\": [2, 2], \"strides\": [2, 2], \"padding\": \"valid\","
        " \"data_format\": \"channels_first\", \"dilation_rate\": [1, 1], \"groups\": 1,"
        " \"activation\": {\"class_name\": \"LeakyReLU\", \"config\": {\"name\": \"a\","
        "  \"trainable\": true, \"dtype\": \"float64\", \"alpha\": 0.125}},"
        " \"use_bias\": false,"
        " \"kernel_initializer\": {\"class_name\": \"HeNormal\","
        "  \"config\": {\"seed\": 7}},"
        " \"bias_initializer\": {\"class_name\": \"Zeros\", \"config\": {}},"
        " \"kernel_regularizer\": \"l1_l2\", \"bias_regularizer\": null,"
        " \"activity_regularizer\": null, \"kernel_constraint\": \"maxnorm\","
        " \"bias_constraint\": \"nonneg\", \"output_padding\": [1, 0]},"
        " \"name\": \"up\", \"inbound_nodes\": [[[\"inp\", 0, 0, {}]]]}");
    const struct tconv_spec *s = &r.spec;
    cr_expect_eq(s->dialect, TCONV_TF2);
    cr_expect(!s->trainable && !s->use_bias && s->channels_first);
    cr_expect_eq(s->type, TCONV_FLOAT64);
    cr_expect(s->has_output_padding && s->output_padding[0] == 1 &&
              s->output_padding[1] == 0);
    cr_expect_eq(s->activation.function, TCONV_RELU);
    cr_expect_eq(s->activation.slope, 0.125);
    cr_expect_str_eq(s->activation_object.class_name, "LeakyReLU");
    cr_expect_str_eq(s->kernel_regularizer.class_name, "L1L2");
    cr_expect_str_eq(s->kernel_regularizer.config,
                     "{\"l1\": 0.009999999776482582, \"l2\": 0.009999999776482582}");
    cr_expect_str_eq(s->kernel_constraint.class_name, "MaxNorm");
    cr_expect_str_eq(s->bias_constraint.class_name, "NonNeg");
    cr_expect(!s->has_input);
    expect_warnings(&r, "c.json: config.groups: got 1, which Keras 3 does not know; "
                        "ignored\n");
    drop(&r);
}

/* What tf_keras 2.12 and later write into a .keras archive: modules, and groups. */
Test(spec, reads_a_tf_keras_record)
{
    struct reading r;
    read_ok(&r,
            "{\"module\": \"keras.layers\", \"class_name\": \"Conv2DTranspose\","
            " \"config\": {\"name\": \"up\", \"trainable\": true, \"dtype\": \"float32\","
            "  \"filters\": 2, \"kernel_size\": [2, 2], \"strides\": [2, 2],"
            "  \"padding\": \"same\", \"data_format\": \"channels_last\","
            "  \"dilation_rate\": [1, 1], \"groups\": 1,"
            "  \"activation\": \"hard_sigmoid\", \"use_bias\": true,"
            "  \"kernel_initializer\": {\"module\": \"keras.initializers\","
            "   \"class_name\": \"GlorotUniform\", \"config\": {\"seed\": null},"
            "   \"registered_name\": null},"
            "  \"bias_initializer\": {\"module\": \"keras.initializers\","
            "   \"class_name\": \"Zeros\", \"config\": {}, \"registered_name\": null},"
            "  \"output_padding\": null}, \"registered_name\": null,"
            " \"build_config\": {\"input_shape\": [null, 4, 4, 2]}}");
    cr_expect_eq(r.spec.dialect, TCONV_TF2);
    cr_expect_eq(r.spec.activation.function, TCONV_HARD_SIGMOID_TF);
    cr_expect(r.spec.has_input && r.spec.in_c == 2);
    drop(&r);
}

/* As Keras 3.15.1 wrote it. */
static const char keras3[] =
    "{\"module\": \"keras.layers\", \"class_name\": \"Conv2DTranspose\", \"config\": "
    "{\"name\":"
    " \"conv2d_transpose\", \"trainable\": true, \"dtype\": {\"module\": \"keras\","
    " \"class_name\": \"DTypePolicy\", \"config\": {\"name\": \"float32\"},"
    " \"registered_name\": null}, \"activity_regularizer\": {\"module\":"
    " \"keras.regularizers\", \"class_name\": \"L1\", \"config\": {\"l1\":"
    " 0.009999999776482582}, \"registered_name\": null}, \"filters\": 4, "
    "\"kernel_size\": [3,"
    " 3], \"strides\": [1, 1], \"padding\": \"valid\", \"output_padding\": null,"
    " \"data_format\": \"channels_last\", \"dilation_rate\": [1, 1], \"activation\":"
    " {\"module\": \"keras.layers\", \"class_name\": \"LeakyReLU\", \"config\": "
    "{\"name\":"
    " \"leaky_re_lu\", \"trainable\": true, \"dtype\": {\"module\": \"keras\", "
    "\"class_name\":"
    " \"DTypePolicy\", \"config\": {\"name\": \"float32\"}, \"registered_name\": null},"
    " \"negative_slope\": 0.3}, \"registered_name\": null}, \"use_bias\": true,"
    " \"kernel_initializer\": {\"module\": \"keras.initializers\", \"class_name\":"
    " \"GlorotUniform\", \"config\": {\"seed\": null, \"input_axes\": null, "
    "\"output_axes\":"
    " null}, \"registered_name\": null}, \"bias_initializer\": {\"module\":"
    " \"keras.initializers\", \"class_name\": \"Zeros\", \"config\": {}, "
    "\"registered_name\":"
    " null}, \"kernel_regularizer\": {\"module\": \"keras.regularizers\", \"class_name\":"
    " \"L2\", \"config\": {\"l2\": 0.01}, \"registered_name\": null}, "
    "\"bias_regularizer\":"
    " null, \"kernel_constraint\": null, \"bias_constraint\": {\"module\":"
    " \"keras.constraints\", \"class_name\": \"MaxNorm\", \"config\": {\"max_value\": 2,"
    " \"axis\": 0}, \"registered_name\": null}}, \"registered_name\": null, "
    "\"build_config\":"
    " {\"input_shape\": [null, 8, 8, 3]}}";

Test(spec, a_keras3_record_is_written_back_byte_by_byte)
{
    struct reading r;
    struct text out = {0};
    read_ok(&r, keras3);
    expect_warnings(&r, "");
    cr_expect_eq(r.spec.dialect, TCONV_KERAS3);
    spec_write(&r.spec, &out);
    cr_expect_str_eq(text_string(&out), keras3);
    text_free(&out);
    drop(&r);
}

Test(spec, warns_of_keras3_that_drops_output_padding)
{
    struct reading r;
    read_ok(&r, "{\"module\": \"keras.layers\", \"class_name\": \"Conv2DTranspose\","
                " \"config\": {\"filters\": 1, \"kernel_size\": [2, 2], "
                "\"dilation_rate\": [1, 1]}}");
    cr_expect_eq(r.spec.dialect, TCONV_KERAS3);
    expect_warnings(&r,
                    "c.json: config.output_padding: got nothing, as Keras 3 before 3.15 "
                    "writes even where there was one; taken as null\n");
    drop(&r);
}

static void expect_generation(const char *more, enum tconv_dialect generation)
{
    struct reading r;
    struct text json = {0};
    text_print(&json, "{\"filters\": 4, \"kernel_size\": 3%s}", more);
    read_ok(&r, text_string(&json));
    cr_expect_eq(r.spec.dialect, generation, "%s", text_string(&json));
    text_free(&json);
    drop(&r);
}

Test(spec, tells_the_generation_by_its_marks)
{
    expect_generation("", TCONV_KERAS3);
    expect_generation(", \"activation\": \"relu\"", TCONV_KERAS3);
    expect_generation(", \"groups\": 1", TCONV_TF2);
    expect_generation(", \"batch_input_shape\": [null, 8, 8, 3]", TCONV_TF2);
    expect_generation(", \"batch_shape\": [null, 8, 8, 3]", TCONV_KERAS3);
    expect_generation(", \"kernel_regularizer\": {\"class_name\": \"L2\"}", TCONV_TF2);
    expect_generation(
        ", \"dtype\": {\"class_name\": \"DTypePolicy\", \"config\": {\"name\": "
        "\"float32\"}}",
        TCONV_KERAS3);
    expect_generation(", \"bias_initializer\": {\"class_name\": \"Ones\", \"config\": "
                      "{\"dtype\": \"float32\"}}",
                      TCONV_TF1);
    expect_generation(", \"bias_initializer\": {\"module\": \"keras.initializers\", "
                      "\"class_name\": \"Ones\", \"config\": {}}",
                      TCONV_KERAS3);
}

Test(spec, input_shapes_and_which_wins)
{
    static const char *const record =
        "{\"class_name\": \"Conv2DTranspose\", \"config\": {\"filters\": 4, "
        "\"kernel_size\": 3,"
        " \"data_format\": \"Channels_First\", \"batch_input_shape\": [2, 3, null, 9]},"
        " \"build_config\": {\"input_shape\": [null, 5, 6, 7]}}";
    struct reading r;
    read_ok(&r, record);
    cr_expect(r.spec.in_c == 5 && r.spec.in[0] == 6 && r.spec.in[1] == 7);
    drop(&r);
    read_into(&r, record, "10,11,12");
    cr_assert(r.ok);
    cr_expect(r.spec.in_c == 10 && r.spec.in[0] == 11 && r.spec.in[1] == 12);
    drop(&r);
    read_ok(&r, "{\"filters\": 4, \"kernel_size\": 3, \"input_shape\": [null, 8, 3]}");
    cr_expect(!r.spec.has_input && r.spec.in_c == 3);
    cr_expect_not(spec_require_input(&r.spec, &r.err));
    drop(&r);
    read_into(&r,
              "{\"filters\": 4, \"kernel_size\": 3, \"batch_shape\": [0, 8, 8, null]}",
              "8,8,3");
    cr_expect(r.ok && r.spec.has_input && spec_require_input(&r.spec, &r.err));
    drop(&r);
}

static void expect_set_input(size_t rows, size_t columns, size_t channels,
                             const char *message)
{
    struct reading r;
    read_ok(&r, "{\"filters\": 4, \"kernel_size\": 3, \"input_shape\": [null, 8, 3]}");
    const size_t in[] = {rows, columns};
    const bool ok = spec_set_input(&r.spec, in, channels, &r.err);
    cr_expect_eq(ok, message == NULL);
    cr_expect_eq(r.spec.has_input, ok);
    if (message != NULL)
        cr_expect_str_eq(r.err.message, message);
    drop(&r);
}

Test(spec, the_input_can_come_from_an_array)
{
    expect_set_input(5, 9, 3, NULL);
    expect_set_input(1, SPEC_LARGEST_SIZE, 3, NULL);
    expect_set_input(5, 9, 4, "c.json: input: got 4 channels; expected 3, as it has");
    expect_set_input(0, 9, 3,
                     "c.json: input: got 0 rows, 9 columns, 3 channels; expected "
                     "each from 1 to 1048576");
    expect_set_input(
        5, SIZE_MAX, 3,
        "c.json: input: got 5 rows, 18446744073709551615 columns, 3 channels; "
        "expected each from 1 to 1048576");
}

/* read -> write -> read -> write: the second text is the first, and so is the meaning. */
static void expect_fixed_point(const char *more)
{
    struct reading first, second;
    struct text json = {0}, once = {0}, twice = {0};
    text_print(&json, "{\"filters\": 4, \"kernel_size\": [3, 2]%s}", more);
    read_ok(&first, text_string(&json));
    spec_write(&first.spec, &once);
    read_ok(&second, text_string(&once));
    spec_write(&second.spec, &twice);
    cr_expect_str_eq(text_string(&once), text_string(&twice));
    cr_expect_eq(first.spec.activation.function, second.spec.activation.function, "%s",
                 more);
    text_free(&json);
    text_free(&once);
    text_free(&twice);
    drop(&first);
    drop(&second);
}

Test(spec, writing_is_a_fixed_point)
{
    static const char *const more[] = {
        "",
        ", \"name\": \"a \\\"b\\\" \\u00e9\\n\", \"trainable\": false, \"use_bias\": "
        "false",
        ", \"dtype\": \"float64\", \"padding\": \"SAME\", \"strides\": [2, 1]",
        ", \"strides\": 3, \"output_padding\": [2, 0], \"data_format\": "
        "\"channels_first\"",
        ", \"input_shape\": [5, 6, 7], \"dilation_rate\": [1, 4]",
        ", \"groups\": 1, \"activation\": \"hard_sigmoid\"",
        ", \"activation\": \"hard_sigmoid\"",
        ", \"activation\": {\"class_name\": \"ReLU\", \"config\": {\"max_value\": 0.1}}",
        ", \"activation\": {\"class_name\": \"Softmax\", \"config\": {\"axis\": 3}}",
        ", \"groups\": 1, \"activation\": {\"class_name\": \"Activation\", \"config\": "
        "{\"activation\": \"hard_sigmoid\"}}",
        ", \"activation\": {\"class_name\": \"Activation\", \"config\": {\"activation\": "
        "{\"class_name\": \"ReLU\"}}}",
        ", \"kernel_initializer\": null, \"bias_initializer\": \"uniform\"",
        ", \"groups\": 1, \"kernel_constraint\": \"radial_constraint\"",
        ", \"groups\": 1, \"bias_regularizer\": {\"class_name\": \"L1\", \"config\": "
        "{\"l1\": -0.5}}",
        ", \"kernel_initializer\": {\"class_name\": \"HeUniform\", \"config\": {\"seed\":"
        " {\"class_name\": \"SeedGenerator\", \"config\": {\"seed\": 3}}}}",
        ", \"kernel_regularizer\": \"l1\", \"activity_regularizer\": {\"class_name\": "
        "\"L2\", \"config\": {\"l2\": null}}",
        ", \"bias_constraint\": {\"class_name\": \"MinMaxNorm\", \"config\": {\"axis\": "
        "null, \"rate\": 1e-3}}",
    };
    for (size_t i = 0; i < COUNT(more); i++)
        expect_fixed_point(more[i]);
}

Test(spec, the_dump_has_one_line_for_each_fact)
{
    struct reading r;
    struct text out = {0};
    read_ok(&r, keras3);
    spec_dump(&r.spec, &out);
    cr_expect_not_null(strstr(text_string(&out), "written by: Keras 3\n"));
    cr_expect_not_null(strstr(text_string(&out), "kernel_size: 3, 3\n"));
    cr_expect_not_null(strstr(text_string(&out),
                              "activation: LeakyReLU, slope 0.3, ceiling "
                              "none, threshold 0\n"));
    cr_expect_not_null(strstr(
        text_string(&out), "bias_constraint: MaxNorm {\"max_value\": 2, \"axis\": 0}\n"));
    cr_expect_not_null(
        strstr(text_string(&out), "input: 8 rows, 8 columns, 3 channels\n"));
    text_free(&out);
    drop(&r);
}
