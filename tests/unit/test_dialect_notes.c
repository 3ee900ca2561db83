/*
 * gen/dialect: each difference is told of a layer that it touches, and of no other.
 */
#include "dialect_notes.h"

#include "spec_reading.h"

/* Whether a note on the layer with these keys begins with `start`. */
static bool is_noted_of(const char *kernel, const char *more, const char *start)
{
    struct reading r;
    struct text json = {0};
    const char *notes[DIALECT_MOST_NOTES];
    bool found = false;
    text_print(&json,
               "{\"filters\": 4, \"kernel_size\": %s, \"input_shape\": [5, 6, 3]%s}",
               kernel, more);
    read_ok(&r, text_string(&json));
    const size_t n = dialect_find_notes(&r.spec, notes);
    for (size_t i = 0; i < n; i++)
        found = found || strncmp(notes[i], start, strlen(start)) == 0;
    text_free(&json);
    drop(&r);
    return found;
}

static bool is_noted(const char *more, const char *start)
{
    return is_noted_of("3", more, start);
}

static void expect_noted(const char *more, const char *start)
{
    cr_expect(is_noted(more, start), "%s: %s", more, start);
    cr_expect_not(is_noted(", \"kernel_initializer\": \"zeros\"", start), "%s", start);
}

Test(dialect_notes, a_plain_layer_has_none)
{
    cr_expect_not(is_noted(", \"kernel_initializer\": \"ones\", \"strides\": 2", ""));
    cr_expect_not(
        is_noted(", \"kernel_initializer\": \"ones\", \"activation\": \"relu\", "
                 "\"padding\": \"same\", \"strides\": 1",
                 ""));
}

Test(dialect_notes, activations)
{
    expect_noted(", \"activation\": \"hard_sigmoid\"",
                 "hard_sigmoid: clip(x / 6 + 0.5, 0, 1), as in Keras 3");
    expect_noted(", \"activation\": \"hard_sigmoid\", \"groups\": 1",
                 "hard_sigmoid: clip(0.2 x + 0.5, 0, 1), as in TF 1");
    expect_noted(", \"activation\": \"silu\"", "silu: ");
    expect_noted(", \"activation\": \"gelu\"", "activation: TF 1 ");
    expect_noted(", \"activation\": \"celu\"", "activation: Keras 3 alone");
    cr_expect_not(is_noted(", \"activation\": \"celu\"", "activation: TF 1 "));
    expect_noted(", \"activation\": {\"class_name\": \"LeakyReLU\"}", "LeakyReLU: ");
    expect_noted(
        ", \"activation\": {\"class_name\": \"ReLU\", \"config\": {\"threshold\": "
        "1}}",
        "threshold: ");
    expect_noted(", \"activation\": {\"class_name\": \"ThresholdedReLU\"}",
                 "ThresholdedReLU: ");
}

Test(dialect_notes, geometry)
{
    expect_noted(", \"padding\": \"same\", \"strides\": 2",
                 "padding \"same\": Keras 3.0 to 3.14 on PyTorch");
    expect_noted(", \"padding\": \"same\", \"strides\": [1, 2]",
                 "padding \"same\": Keras 3 on OpenVINO");
    cr_expect_not(is_noted(", \"padding\": \"same\"", "padding"));
    cr_expect_not(is_noted(", \"padding\": \"same\", \"strides\": 2, "
                           "\"output_padding\": 0",
                           "padding"));
    const char *const short_for_torch =
        "padding \"same\" with stride 1 and an even kernel";
    cr_expect(is_noted_of("[3, 4]", ", \"padding\": \"same\"", short_for_torch));
    cr_expect_not(
        is_noted_of("4", ", \"padding\": \"same\", \"strides\": 2", short_for_torch));
    expect_noted(", \"strides\": 2, \"output_padding\": 1",
                 "output_padding: Keras 3.0 to "
                 "3.14");
    cr_expect_not(
        is_noted(", \"strides\": 2, \"output_padding\": 1", "output_padding 0"));
    expect_noted(", \"strides\": 2, \"output_padding\": [1, 0]", "output_padding 0");
    expect_noted(", \"dilation_rate\": 2", "dilation_rate: Keras 3");
    cr_expect_not(is_noted(", \"dilation_rate\": 2", "dilation_rate: TF 1"));
    expect_noted(", \"dilation_rate\": [1, 2]", "dilation_rate: TF 1");
    expect_noted(", \"data_format\": \"channels_first\"", "channels_first: ");
}

Test(dialect_notes, weights_and_training)
{
    expect_noted("", "seeds: ");
    expect_noted(", \"kernel_initializer\": \"he_normal\"", "he_ and lecun_");
    cr_expect_not(is_noted(", \"kernel_initializer\": \"ones\", \"use_bias\": false, "
                           "\"bias_initializer\": \"lecun_normal\"",
                           ""));
    expect_noted(", \"activity_regularizer\": \"l1\"", "activity_regularizer: ");
    expect_noted(", \"bias_regularizer\": \"l1\", \"trainable\": false",
                 "regularizers with trainable false");
    expect_noted(", \"bias_regularizer\": \"L1L2\"", "L1L2: ");
    expect_noted(", \"bias_regularizer\": \"l1\"", "L1 and L2: ");
    expect_noted(", \"bias_regularizer\": \"l2\"", "regularizers: TensorFlow keeps");
    cr_expect_not(is_noted(", \"bias_regularizer\": \"l1\"", "regularizers: "));
    expect_noted(", \"kernel_regularizer\": \"OrthogonalRegularizer\"",
                 "OrthogonalRegularizer: ");
    expect_noted(", \"groups\": 1, \"bias_constraint\": \"radial_constraint\"",
                 "RadialConstraint: ");
    expect_noted(", \"kernel_constraint\": \"non_neg\"", "NonNeg: ");
}
