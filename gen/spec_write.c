/*
 * The way back: a spec as the record that Keras 3 would write.
 */
#include "spec.h"
#include "spec_reader.h"

static void write_key(const char *key, struct text *out)
{
    text_print(out, ", \"%s\": ", key);
}

static void write_flag(const char *key, bool flag, struct text *out)
{
    write_key(key, out);
    text_put(out, flag ? "true" : "false");
}

static void write_pair(const char *key, const size_t pair[2], struct text *out)
{
    write_key(key, out);
    text_print(out, "[%zu, %zu]", pair[0], pair[1]);
}

static void write_wrapped(const char *module, const char *class_name, const char *config,
                          struct text *out)
{
    text_print(out, "{\"module\": \"%s\", \"class_name\": \"%s\", \"config\": ", module,
               class_name);
    text_put(out, config);
    text_put(out, ", \"registered_name\": null}");
}

void spec_write_object(const char *module, const struct tconv_spec_object *object,
                       struct text *out)
{
    if (object->class_name == NULL)
        text_put(out, "null");
    else
        write_wrapped(module, object->class_name, object->config, out);
}

void spec_write_activation(const struct tconv_spec *s, struct text *out)
{
    if (s->activation_object.class_name != NULL)
        spec_write_object("keras.layers", &s->activation_object, out);
    else
        json_write_string(s->activation_name, out);
}

void spec_write_type(enum tconv_type type, struct text *out)
{
    text_print(out,
               "{\"module\": \"keras\", \"class_name\": \"DTypePolicy\", \"config\": "
               "{\"name\": \"%s\"}, \"registered_name\": null}",
               spec_type_name(type));
}

static void write_regularizer(const char *key, const struct tconv_spec_object *object,
                              struct text *out)
{
    write_key(key, out);
    spec_write_object("keras.regularizers", object, out);
}

static void write_layer_keys(const struct tconv_spec *s, struct text *out)
{
    text_put(out, "{\"name\": ");
    json_write_string(s->name, out);
    write_flag("trainable", s->trainable, out);
    write_key("dtype", out);
    spec_write_type(s->type, out);
    if (s->activity_regularizer.class_name != NULL)
        write_regularizer("activity_regularizer", &s->activity_regularizer, out);
}

static void write_geometry_keys(const struct tconv_spec *s, struct text *out)
{
    write_key("filters", out);
    text_print(out, "%zu", s->filters);
    write_pair("kernel_size", s->kernel, out);
    write_pair("strides", s->stride, out);
    write_key("padding", out);
    text_put(out, s->padding == TCONV_PADDING_SAME ? "\"same\"" : "\"valid\"");
    if (s->has_output_padding)
        write_pair("output_padding", s->output_padding, out);
    else
        text_put(out, ", \"output_padding\": null");
    write_key("data_format", out);
    text_put(out, s->channels_first ? "\"channels_first\"" : "\"channels_last\"");
    write_pair("dilation_rate", s->dilation, out);
}

/* The hard_sigmoid of TensorFlow is another function in Keras 3, and some objects are
 * none there; "groups" is TensorFlow's mark, which spec_read understands and at which
 * Keras 3 stops instead of computing something else. */
static void write_activation(const struct tconv_spec *s, struct text *out)
{
    if (s->activation.function == TCONV_HARD_SIGMOID_TF || s->needs_tf)
        text_put(out, ", \"groups\": 1");
    write_key("activation", out);
    spec_write_activation(s, out);
}

static void write_weight_keys(const struct tconv_spec *s, struct text *out)
{
    write_flag("use_bias", s->use_bias, out);
    write_key("kernel_initializer", out);
    spec_write_object("keras.initializers", &s->kernel_initializer, out);
    write_key("bias_initializer", out);
    spec_write_object("keras.initializers", &s->bias_initializer, out);
    write_regularizer("kernel_regularizer", &s->kernel_regularizer, out);
    write_regularizer("bias_regularizer", &s->bias_regularizer, out);
    if (s->activity_regularizer.class_name == NULL)
        write_regularizer("activity_regularizer", &s->activity_regularizer, out);
    write_key("kernel_constraint", out);
    spec_write_object("keras.constraints", &s->kernel_constraint, out);
    write_key("bias_constraint", out);
    spec_write_object("keras.constraints", &s->bias_constraint, out);
    text_put(out, "}");
}

static void write_build_config(const struct tconv_spec *s, struct text *out)
{
    const size_t last[] = {s->in[0], s->in[1], s->in_c},
                 first[] = {s->in_c, s->in[0], s->in[1]};
    const size_t *shape = s->channels_first ? first : last;
    text_print(out, ", \"build_config\": {\"input_shape\": [null, %zu, %zu, %zu]}",
               shape[0], shape[1], shape[2]);
}

void spec_write(const struct tconv_spec *spec, struct text *out)
{
    text_put(out, "{\"module\": \"keras.layers\", \"class_name\": \"Conv2DTranspose\", "
                  "\"config\": ");
    write_layer_keys(spec, out);
    write_geometry_keys(spec, out);
    write_activation(spec, out);
    write_weight_keys(spec, out);
    text_put(out, ", \"registered_name\": null");
    if (spec->has_input)
        write_build_config(spec, out);
    text_put(out, "}");
}
