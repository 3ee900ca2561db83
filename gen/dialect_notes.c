/* The differences as one table: a question of the spec, and the sentence if it is so. */
#include "dialect_notes.h"

#include <assert.h>
#include <string.h>

#include "tconv_initializer.h"
#include "tconv_length.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static bool is_called(const struct tconv_spec_object *object, const char *name)
{
    return object->class_name != NULL && strcmp(object->class_name, name) == 0;
}

static bool has_initializer(const struct tconv_spec *s, const char *name)
{
    return is_called(&s->kernel_initializer, name) ||
           (s->use_bias && is_called(&s->bias_initializer, name));
}

static bool has_regularizer(const struct tconv_spec *s, const char *name)
{
    return is_called(&s->kernel_regularizer, name) ||
           is_called(&s->bias_regularizer, name) ||
           is_called(&s->activity_regularizer, name);
}

static bool has_constraint(const struct tconv_spec *s, const char *name)
{
    return is_called(&s->kernel_constraint, name) || is_called(&s->bias_constraint, name);
}

static bool is_hard_sigmoid_of_tf(const struct tconv_spec *s)
{
    return s->activation.function == TCONV_HARD_SIGMOID_TF;
}

static bool is_hard_sigmoid_of_keras3(const struct tconv_spec *s)
{
    return s->activation.function == TCONV_HARD_SIGMOID_KERAS3;
}

static bool knows_activation(const struct tconv_spec *s, enum tconv_dialect dialect)
{
    return s->activation_object.class_name != NULL ||
           spec_knows_activation(s->activation_name, dialect);
}

static bool is_unknown_to_tf1_alone(const struct tconv_spec *s)
{
    return !knows_activation(s, TCONV_TF1) && knows_activation(s, TCONV_TF2);
}

static bool is_unknown_to_tf(const struct tconv_spec *s)
{
    return !knows_activation(s, TCONV_TF2);
}

static bool is_silu(const struct tconv_spec *s)
{
    return strcmp(s->activation_name, "silu") == 0;
}

static bool is_leaky_relu(const struct tconv_spec *s)
{
    return is_called(&s->activation_object, "LeakyReLU");
}

static bool is_thresholded_relu(const struct tconv_spec *s)
{
    return is_called(&s->activation_object, "ThresholdedReLU");
}

static bool has_threshold(const struct tconv_spec *s)
{
    return s->activation.function == TCONV_RELU && s->activation.threshold != 0;
}

static bool has_odd_padding(const struct tconv_spec *s)
{
    return tconv_total_padding(s, 0, s->in[0]) % 2 != 0 ||
           tconv_total_padding(s, 1, s->in[1]) % 2 != 0;
}

/* PyTorch's own output_padding would be its stride. */
static bool is_too_short_for_torch(const struct tconv_spec *s)
{
    for (int a = 0; a < 2; a++)
        if (s->padding == TCONV_PADDING_SAME && !s->has_output_padding &&
            s->stride[a] == 1 && tconv_effective_kernel(s, a) % 2 == 0)
            return true;
    return false;
}

static bool has_output_padding(const struct tconv_spec *s)
{
    return s->has_output_padding;
}

static bool has_zero_output_padding(const struct tconv_spec *s)
{
    return s->has_output_padding &&
           (s->output_padding[0] == 0 || s->output_padding[1] == 0);
}

static bool is_dilated(const struct tconv_spec *s)
{
    return s->dilation[0] > 1 || s->dilation[1] > 1;
}

static bool is_dilated_unevenly(const struct tconv_spec *s)
{
    return s->dilation[0] != s->dilation[1];
}

static bool is_channels_first(const struct tconv_spec *s)
{
    return s->channels_first;
}

static bool is_drawn(const struct tconv_spec_object *object)
{
    struct tconv_initializer made;
    return object->class_name != NULL &&
           tconv_initializer_named(object->class_name, &made) &&
           tconv_initializer_is_random(&made);
}

static bool is_random(const struct tconv_spec *s)
{
    return is_drawn(&s->kernel_initializer) ||
           (s->use_bias && is_drawn(&s->bias_initializer));
}

static bool has_function_of_tf1(const struct tconv_spec *s)
{
    return has_initializer(s, "HeNormal") || has_initializer(s, "HeUniform") ||
           has_initializer(s, "LecunNormal") || has_initializer(s, "LecunUniform");
}

static bool has_activity_regularizer(const struct tconv_spec *s)
{
    return s->activity_regularizer.class_name != NULL;
}

static bool has_frozen_regularizer(const struct tconv_spec *s)
{
    return !s->trainable && (s->kernel_regularizer.class_name != NULL ||
                             s->bias_regularizer.class_name != NULL);
}

static bool has_l1l2(const struct tconv_spec *s)
{
    return has_regularizer(s, "L1L2");
}

static bool has_l1_or_l2(const struct tconv_spec *s)
{
    return has_regularizer(s, "L1") || has_regularizer(s, "L2");
}

static bool has_rounding(const struct tconv_spec *s)
{
    return has_regularizer(s, "L2") || has_regularizer(s, "L1L2");
}

static bool has_orthogonal_regularizer(const struct tconv_spec *s)
{
    return has_regularizer(s, "OrthogonalRegularizer");
}

static bool has_radial(const struct tconv_spec *s)
{
    return has_constraint(s, "RadialConstraint");
}

static bool has_non_neg(const struct tconv_spec *s)
{
    return has_constraint(s, "NonNeg");
}

/* The specification's sections A.4, A.5, B.5, B.6, D, E.4, F and G.12. */
static const struct {
    bool (*touches)(const struct tconv_spec *spec);
    const char *sentence;
} notes_of[] = {
    {is_hard_sigmoid_of_tf,
     "hard_sigmoid: clip(0.2 x + 0.5, 0, 1), as in TF 1 and TF 2; in Keras 3 the name "
     "means clip(x / 6 + 0.5, 0, 1)"},
    {is_hard_sigmoid_of_keras3,
     "hard_sigmoid: clip(x / 6 + 0.5, 0, 1), as in Keras 3; in TF 1 and TF 2 the name "
     "means clip(0.2 x + 0.5, 0, 1)"},
    {is_unknown_to_tf1_alone, "activation: TF 1 does not know it"},
    {is_unknown_to_tf, "activation: Keras 3 alone knows it"},
    {is_silu, "silu: TF 2 writes it back as swish"},
    {is_leaky_relu, "LeakyReLU: its slope is alpha in TF 1 and TF 2, negative_slope in "
                    "Keras 3; TensorFlow keeps it as a float32"},
    {is_thresholded_relu, "ThresholdedReLU: Keras 3 does not have it"},
    {has_threshold,
     "threshold: TensorFlow multiplies by the mask, so that an input of -inf gives NaN; "
     "Keras 3 selects"},
    {has_odd_padding,
     "padding \"same\": Keras 3.0 to 3.14 on PyTorch crop the odd element before the "
     "output, not after it, which shifts it by one"},
    {has_odd_padding,
     "padding \"same\": Keras 3 on OpenVINO crops the odd element before the output too"},
    {is_too_short_for_torch,
     "padding \"same\" with stride 1 and an even kernel: Keras 3.0 to 3.12 on PyTorch "
     "refuse it, 3.13 and 3.14 give an output one shorter"},
    {has_output_padding,
     "output_padding: Keras 3.0 to 3.14 leave it out of the config, so that their saved "
     "layer comes back without it"},
    {has_zero_output_padding, "output_padding 0: Keras 3.0 to 3.10 refuse it"},
    {is_dilated, "dilation_rate: Keras 3 on TensorFlow fails on a CPU without XLA; TF 1 "
                 "and TF 2 do not"},
    {is_dilated_unevenly,
     "dilation_rate: TF 1 and TF 2 fail where it differs by axis, when called"},
    {is_channels_first, "channels_first: Keras 3 on TensorFlow fails on a CPU without "
                        "XLA; TF 1 and TF 2 transpose"},
    {is_random, "seeds: one seed draws other weights in TF 1 than in TF 2 and Keras 3 on "
                "TensorFlow, and others on every other backend"},
    {has_function_of_tf1,
     "he_ and lecun_ initializers: TF 1 and TF 2.0 write them as VarianceScaling"},
    {has_activity_regularizer,
     "activity_regularizer: divided by the batch size; Keras 3.0 to 3.13 do not divide, "
     "and no config says which wrote it"},
    {has_frozen_regularizer,
     "regularizers with trainable false: Keras 3 leaves them out of the loss, TensorFlow "
     "does not"},
    {has_l1l2, "L1L2: the name l1_l2 is of TF 1 and TF 2 alone"},
    {has_l1_or_l2, "L1 and L2: TF 1 and TF 2 before 2.3 write them as L1L2"},
    {has_rounding,
     "regularizers: TensorFlow keeps their numbers as float32 (0.1 comes back as "
     "0.10000000149011612), Keras 3 those of L2 and L1L2 as given"},
    {has_orthogonal_regularizer, "OrthogonalRegularizer: TF 1 does not have it"},
    {has_radial, "RadialConstraint: Keras 3 and TF before 1.14 do not have it"},
    {has_non_neg,
     "NonNeg: TensorFlow multiplies by the mask, so that -inf becomes NaN and -0.0 "
     "stays; Keras 3 takes the maximum with 0"},
};

static_assert(COUNT(notes_of) <= DIALECT_MOST_NOTES, "too many rows");

size_t dialect_find_notes(const struct tconv_spec *spec,
                          const char *notes[DIALECT_MOST_NOTES])
{
    size_t n = 0;
    for (size_t i = 0; i < COUNT(notes_of); i++)
        if (notes_of[i].touches(spec))
            notes[n++] = notes_of[i].sentence;
    return n;
}
