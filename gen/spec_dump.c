/*
 * A spec for a person to read.
 */
#include <math.h>

#include "spec.h"
#include "spec_reader.h"

static void dump_object(const char *key, const struct tconv_spec_object *object,
                        struct text *out)
{
    if (object->class_name == NULL)
        text_print(out, "%s: none\n", key);
    else
        text_print(out, "%s: %s %s\n", key, object->class_name, object->config);
}

static void dump_number(const char *before, double number, struct text *out)
{
    text_put(out, before);
    if (isinf(number))
        text_put(out, "none");
    else
        json_write_number(number, out);
}

static void dump_activation(const struct tconv_spec *s, struct text *out)
{
    const struct tconv_activation *a = &s->activation;
    text_print(out, "activation: %s", s->activation_name);
    if (a->function == TCONV_RELU) {
        dump_number(", slope ", a->slope, out);
        dump_number(", ceiling ", a->ceiling, out);
        dump_number(", threshold ", a->threshold, out);
    } else if (a->function == TCONV_ELU)
        dump_number(", slope ", a->slope, out);
    else if (a->function == TCONV_HARD_SIGMOID_TF)
        text_put(out, " of TensorFlow");
    text_put(out, "\n");
}

static void dump_geometry(const struct tconv_spec *s, struct text *out)
{
    text_print(out, "filters: %zu\n", s->filters);
    text_print(out, "kernel_size: %zu, %zu\n", s->kernel[0], s->kernel[1]);
    text_print(out, "strides: %zu, %zu\n", s->stride[0], s->stride[1]);
    text_print(out, "dilation_rate: %zu, %zu\n", s->dilation[0], s->dilation[1]);
    text_print(out, "padding: %s\n", s->padding == TCONV_PADDING_SAME ? "same" : "valid");
    if (s->has_output_padding)
        text_print(out, "output_padding: %zu, %zu\n", s->output_padding[0],
                   s->output_padding[1]);
    else
        text_put(out, "output_padding: none\n");
    text_print(out, "data_format: %s\n",
               s->channels_first ? "channels_first" : "channels_last");
}

static void dump_input(const struct tconv_spec *s, struct text *out)
{
    if (s->has_input)
        text_print(out, "input: %zu rows, %zu columns, %zu channels\n", s->in[0],
                   s->in[1], s->in_c);
    else
        text_put(out, "input: not known\n");
}

void spec_dump(const struct tconv_spec *spec, struct text *out)
{
    text_print(out, "written by: %s\n", spec_dialect_title(spec->dialect));
    text_put(out, "name: ");
    json_write_string(spec->name, out);
    text_print(out, "\ntrainable: %s\n", spec->trainable ? "true" : "false");
    text_print(out, "dtype: %s\n", spec_type_name(spec->type));
    dump_geometry(spec, out);
    dump_activation(spec, out);
    text_print(out, "use_bias: %s\n", spec->use_bias ? "true" : "false");
    dump_object("kernel_initializer", &spec->kernel_initializer, out);
    dump_object("bias_initializer", &spec->bias_initializer, out);
    dump_object("kernel_regularizer", &spec->kernel_regularizer, out);
    dump_object("bias_regularizer", &spec->bias_regularizer, out);
    dump_object("activity_regularizer", &spec->activity_regularizer, out);
    dump_object("kernel_constraint", &spec->kernel_constraint, out);
    dump_object("bias_constraint", &spec->bias_constraint, out);
    dump_input(spec, out);
}
