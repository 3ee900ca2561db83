/*
 * The way back: a spec as the config that each generation writes. The order of the keys
 * is a table for each; nested objects are spec_write_objects.c's.
 */
#include "spec.h"
#include "spec_reader.h"
#include "spec_writer.h"

/* What is written, and how. */
struct layer {
    const struct tconv_spec *spec;
    enum tconv_dialect dialect;
    bool is_marked; /* with "groups", TensorFlow's mark, in a config of Keras 3 */
};

static void write_flag(bool flag, struct text *out)
{
    text_put(out, flag ? "true" : "false");
}

static void write_pair(const size_t pair[2], struct text *out)
{
    text_print(out, "[%zu, %zu]", pair[0], pair[1]);
}

static void write_name(const struct layer *l, struct text *out)
{
    json_write_string(l->spec->name, out);
}

static void write_trainable(const struct layer *l, struct text *out)
{
    write_flag(l->spec->trainable, out);
}

static void write_dtype(const struct layer *l, struct text *out)
{
    spec_write_dtype(l->spec, l->dialect, out);
}

static void write_batch_input_shape(const struct layer *l, struct text *out)
{
    text_put(out, l->spec->batch_input_shape);
}

static void write_filters(const struct layer *l, struct text *out)
{
    text_print(out, "%zu", l->spec->filters);
}

static void write_kernel_size(const struct layer *l, struct text *out)
{
    write_pair(l->spec->kernel, out);
}

static void write_strides(const struct layer *l, struct text *out)
{
    write_pair(l->spec->stride, out);
}

static void write_padding(const struct layer *l, struct text *out)
{
    text_put(out, l->spec->padding == TCONV_PADDING_SAME ? "\"same\"" : "\"valid\"");
}

static void write_output_padding(const struct layer *l, struct text *out)
{
    if (l->spec->has_output_padding)
        write_pair(l->spec->output_padding, out);
    else
        text_put(out, "null");
}

static void write_data_format(const struct layer *l, struct text *out)
{
    text_put(out, l->spec->channels_first ? "\"channels_first\"" : "\"channels_last\"");
}

static void write_dilation_rate(const struct layer *l, struct text *out)
{
    write_pair(l->spec->dilation, out);
}

static void write_groups(const struct layer *l, struct text *out)
{
    (void)l;
    text_put(out, "1");
}

static void write_activation(const struct layer *l, struct text *out)
{
    spec_write_activation(l->spec, l->dialect, out);
}

static void write_use_bias(const struct layer *l, struct text *out)
{
    write_flag(l->spec->use_bias, out);
}

static void write_kernel_initializer(const struct layer *l, struct text *out)
{
    spec_write_initializer(&l->spec->kernel_initializer, l->dialect, out);
}

static void write_bias_initializer(const struct layer *l, struct text *out)
{
    spec_write_initializer(&l->spec->bias_initializer, l->dialect, out);
}

static void write_kernel_regularizer(const struct layer *l, struct text *out)
{
    spec_write_regularizer(&l->spec->kernel_regularizer, l->dialect, out);
}

static void write_bias_regularizer(const struct layer *l, struct text *out)
{
    spec_write_regularizer(&l->spec->bias_regularizer, l->dialect, out);
}

static void write_activity_regularizer(const struct layer *l, struct text *out)
{
    spec_write_regularizer(&l->spec->activity_regularizer, l->dialect, out);
}

static void write_kernel_constraint(const struct layer *l, struct text *out)
{
    spec_write_constraint(&l->spec->kernel_constraint, l->dialect, out);
}

static void write_bias_constraint(const struct layer *l, struct text *out)
{
    spec_write_constraint(&l->spec->bias_constraint, l->dialect, out);
}

static bool has_batch_input_shape(const struct layer *l)
{
    return l->spec->batch_input_shape != NULL;
}

static bool is_marked(const struct layer *l)
{
    return l->is_marked;
}

static bool has_activity_regularizer(const struct layer *l)
{
    return l->spec->activity_regularizer.class_name != NULL;
}

static bool has_no_activity_regularizer(const struct layer *l)
{
    return !has_activity_regularizer(l);
}

struct key {
    const char *name;
    void (*write)(const struct layer *l, struct text *out);
    bool (*is_written)(const struct layer *l); /* NULL: always */
};

/* clang-format off */
#define BATCH_INPUT_SHAPE                                                                \
    {"batch_input_shape", write_batch_input_shape, has_batch_input_shape}
#define DTYPE {"dtype", write_dtype, NULL}
#define SHAPE_OF_KERNEL                                                                  \
    {"filters", write_filters, NULL}, {"kernel_size", write_kernel_size, NULL},          \
    {"strides", write_strides, NULL}, {"padding", write_padding, NULL}
#define OUTPUT_PADDING {"output_padding", write_output_padding, NULL}
#define DATA_FORMAT                                                                      \
    {"data_format", write_data_format, NULL}, {"dilation_rate", write_dilation_rate, NULL}
#define FUNCTIONS                                                                        \
    {"activation", write_activation, NULL}, {"use_bias", write_use_bias, NULL},          \
    {"kernel_initializer", write_kernel_initializer, NULL},                              \
    {"bias_initializer", write_bias_initializer, NULL},                                  \
    {"kernel_regularizer", write_kernel_regularizer, NULL},                              \
    {"bias_regularizer", write_bias_regularizer, NULL}
#define ACTIVITY_REGULARIZER(is_written)                                                 \
    {"activity_regularizer", write_activity_regularizer, is_written}
#define CONSTRAINTS                                                                      \
    {"kernel_constraint", write_kernel_constraint, NULL},                                \
    {"bias_constraint", write_bias_constraint, NULL}
#define LAYER {"name", write_name, NULL}, {"trainable", write_trainable, NULL}

/* The specification's A.4; tf_keras 2.19.0 and Keras 3.15.1 as they are. */
static const struct key tf1[] = {
    LAYER, BATCH_INPUT_SHAPE, DTYPE, SHAPE_OF_KERNEL, DATA_FORMAT, FUNCTIONS,
    ACTIVITY_REGULARIZER(NULL), CONSTRAINTS, OUTPUT_PADDING, {0}
};
static const struct key tf2[] = {
    LAYER, DTYPE, BATCH_INPUT_SHAPE, SHAPE_OF_KERNEL, DATA_FORMAT,
    {"groups", write_groups, NULL}, FUNCTIONS, ACTIVITY_REGULARIZER(NULL), CONSTRAINTS,
    OUTPUT_PADDING, {0}
};
static const struct key keras3[] = {
    LAYER, DTYPE, ACTIVITY_REGULARIZER(has_activity_regularizer), SHAPE_OF_KERNEL,
    OUTPUT_PADDING, DATA_FORMAT, {"groups", write_groups, is_marked}, FUNCTIONS,
    ACTIVITY_REGULARIZER(has_no_activity_regularizer), CONSTRAINTS, {0}
};
/* clang-format on */

static const struct key *const orders[] = {
    [TCONV_TF1] = tf1, [TCONV_TF2] = tf2, [TCONV_KERAS3] = keras3};

static void write_config(const struct layer *l, struct text *out)
{
    struct text config = {0};
    for (const struct key *key = orders[l->dialect]; key->name != NULL; key++) {
        if (key->is_written != NULL && !key->is_written(l))
            continue;
        text_print(&config, "%s\"%s\": ", config.length == 0 ? "{" : ", ", key->name);
        key->write(l, &config);
    }
    text_put(&config, "}");
    json_write_ascii(text_string(&config), out);
    out->failed |= config.failed;
    text_free(&config);
}

bool spec_write_config(const struct tconv_spec *spec, enum tconv_dialect dialect,
                       struct text *out, struct error *err)
{
    const struct layer layer = {.spec = spec, .dialect = dialect};
    if (!spec_check_expressible(spec, dialect, err))
        return false;
    write_config(&layer, out);
    return text_ok(out, err);
}

static void write_build_config(const struct tconv_spec *s, struct text *out)
{
    const size_t last[] = {s->in[0], s->in[1], s->in_c},
                 first[] = {s->in_c, s->in[0], s->in[1]};
    const size_t *shape = s->channels_first ? first : last;
    text_print(out, ", \"build_config\": {\"input_shape\": [null, %zu, %zu, %zu]}",
               shape[0], shape[1], shape[2]);
}

/* The hard_sigmoid of TensorFlow is another function in Keras 3, and some objects are
 * none there; "groups" is TensorFlow's mark, which spec_read understands and at which
 * Keras 3 stops instead of computing something else. */
void spec_write(const struct tconv_spec *spec, struct text *out)
{
    const struct layer layer = {spec, TCONV_KERAS3,
                                spec->needs_tf ||
                                    spec->activation.function == TCONV_HARD_SIGMOID_TF};
    text_put(out, "{\"module\": \"keras.layers\", \"class_name\": \"Conv2DTranspose\", "
                  "\"config\": ");
    write_config(&layer, out);
    text_put(out, ", \"registered_name\": null");
    if (spec->has_input)
        write_build_config(spec, out);
    text_put(out, "}");
}
