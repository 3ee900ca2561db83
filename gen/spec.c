/*
 * The walk over the config: one table of keys, in the order in which Keras 3 looks at
 * them, and then what two keys must agree on.
 */
#include "spec.h"

#include <math.h>
#include <string.h>

#include "spec_fields.h"
#include "spec_reader.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

#define INITIAL_CONFIG "{\"seed\": null, \"input_axes\": null, \"output_axes\": null}"

static const struct tconv_spec defaults = {
    .dialect = TCONV_KERAS3,
    .name = "conv2d_transpose",
    .trainable = true,
    .type = TCONV_FLOAT32,
    .stride = {1, 1},
    .dilation = {1, 1},
    .padding = TCONV_PADDING_VALID,
    .activation = {.function = TCONV_LINEAR, .ceiling = INFINITY},
    .activation_name = "linear",
    .use_bias = true,
    .kernel_initializer = {"GlorotUniform", INITIAL_CONFIG},
    .bias_initializer = {"Zeros", "{}"},
};

struct key {
    const char *name;
    bool (*read)(struct spec_reader *r,
                 struct json_value value); /* value may be absent */
};

/* The keys of get_config() and of the constructor, first what Keras 3 refuses first.
 * Those without a reader are read by spec_shape.c. */
static const struct key keys[] = {
    {"name", spec_read_name},
    {"trainable", spec_read_trainable},
    {"dtype", spec_read_dtype},
    {"activity_regularizer", spec_read_activity_regularizer},
    {"kernel_size", spec_read_kernel_size},
    {"strides", spec_read_strides},
    {"dilation_rate", spec_read_dilation_rate},
    {"padding", spec_read_padding},
    {"output_padding", spec_read_output_padding},
    {"data_format", spec_read_data_format},
    {"activation", spec_read_activation},
    {"use_bias", spec_read_use_bias},
    {"kernel_initializer", spec_read_kernel_initializer},
    {"bias_initializer", spec_read_bias_initializer},
    {"kernel_regularizer", spec_read_kernel_regularizer},
    {"bias_regularizer", spec_read_bias_regularizer},
    {"kernel_constraint", spec_read_kernel_constraint},
    {"bias_constraint", spec_read_bias_constraint},
    {"filters", spec_read_filters},
    {"groups", spec_read_groups},
    {"batch_input_shape", NULL},
    {"batch_shape", NULL},
    {"input_shape", NULL},
};

/* Says which key was refused; false. */
static bool blame(const struct spec_reader *r, const char *key)
{
    r->err->subject = key;
    return false;
}

static bool check_keys(const struct spec_reader *r)
{
    const char *names[COUNT(keys)];
    for (size_t i = 0; i < COUNT(keys); i++)
        names[i] = keys[i].name;
    return json_check_keys(r->config, names, COUNT(names), r->err) ||
           blame(r, SPEC_UNKNOWN_KEY);
}

static bool read_key(struct spec_reader *r, const struct key *key)
{
    return key->read == NULL || key->read(r, json_member(r->config, key->name)) ||
           blame(r, key->name);
}

static bool read_keys(struct spec_reader *r)
{
    for (size_t i = 0; i < COUNT(keys); i++)
        if (!read_key(r, &keys[i]))
            return false;
    return true;
}

/* Member `index` of a pair as the config gives it: an item of two, or the one integer. */
static struct json_value pair_item(struct json_value pair, size_t index)
{
    return json_kind(pair) == JSON_ARRAY ? json_item(pair, index) : pair;
}

static bool check_output_padding(const struct spec_reader *r)
{
    const struct tconv_spec *s = r->spec;
    for (size_t i = 0; s->has_output_padding && i < 2; i++)
        if (s->output_padding[i] >= s->stride[i])
            return json_fault(pair_item(json_member(r->config, "output_padding"), i),
                              r->err,
                              "got %zu with strides [%zu, %zu]; expected less than the "
                              "stride, as in Keras",
                              s->output_padding[i], s->stride[0], s->stride[1]);
    return true;
}

static bool check_dilation(const struct spec_reader *r)
{
    const size_t *s = r->spec->stride, *d = r->spec->dilation;
    if ((s[0] == 1 && s[1] == 1) || (d[0] == 1 && d[1] == 1))
        return true;
    return json_fault(
        json_member(r->config, "dilation_rate"), r->err,
        "got [%zu, %zu] with strides [%zu, %zu]; one of them must be 1, as in "
        "Keras",
        d[0], d[1], s[0], s[1]);
}

/* What two keys must agree on. */
static bool check_pairs(const struct spec_reader *r)
{
    if (!check_output_padding(r))
        return blame(r, "output_padding");
    return check_dilation(r) || blame(r, "dilation_rate");
}

static void warn_of_old_keras3(struct spec_reader *r)
{
    const struct json_value value = json_member(r->config, "output_padding");
    const bool is_whole = json_is_present(json_member(r->config, "dilation_rate"));
    if (r->is_from_keras3 && is_whole && !json_is_present(value))
        spec_warn(r, value,
                  "got nothing, as Keras 3 before 3.15 writes even where there was "
                  "one; taken as null");
}

static bool read_config(struct spec_reader *r, const struct spec_given *given)
{
    if (!json_need_object(r->config, "an object: the config of a Conv2DTranspose layer",
                          r->err))
        return false;
    spec_derive_dialect(r, given->dialect);
    if (!check_keys(r))
        return false;
    warn_of_old_keras3(r);
    return read_keys(r) && check_pairs(r) &&
           (spec_read_shape(r, given->input_shape) || blame(r, "input_shape"));
}

/* Opens the record around the config where there is one. */
static bool open_record(struct spec_reader *r, struct json_value root)
{
    r->config = root;
    r->record = (struct json_value){.json = root.json};
    if (!json_is_present(json_member(root, "class_name")) &&
        !json_is_present(json_member(root, "config")))
        return true;
    struct spec_wrapped layer;
    if (!spec_read_wrapped(r, root, "the config of a Conv2DTranspose layer", &layer))
        return false;
    if (strcmp(layer.class_name, "Conv2DTranspose") != 0 &&
        strcmp(layer.class_name, "Convolution2DTranspose") != 0)
        return json_refuse(json_member(root, "class_name"), r->err,
                           "\"Conv2DTranspose\": one layer, not a model");
    r->record = root;
    r->config = layer.config;
    return true;
}

bool spec_read(struct tconv_spec *spec, const char *place, const char *json,
               size_t length, const struct spec_given *given, struct text *warnings,
               struct arena *arena, struct error *err)
{
    static const struct spec_given nothing = {0};
    struct text told = {0};
    struct spec_reader r = {.spec = spec, .warnings = &told, .arena = arena, .err = err};
    *spec = defaults;
    spec->place = place;
    struct json *document = NULL;
    struct json_value root;
    if (!json_open(&document, &root, place, json, length, err))
        return false;
    const bool ok = open_record(&r, root) &&
                    read_config(&r, given != NULL ? given : &nothing) &&
                    text_ok(&told, err);
    if (ok)
        text_put(warnings, text_string(&told));
    text_free(&told);
    json_close(document);
    return ok;
}

static const struct key *find_key(const char *name)
{
    for (size_t i = 0; i < COUNT(keys); i++)
        if (keys[i].read != NULL && strcmp(keys[i].name, name) == 0)
            return &keys[i];
    return NULL;
}

bool spec_is_argument(const char *key)
{
    return find_key(key) != NULL;
}

/* The reader of activations leaves what is there at null. */
static void forget_activation(struct tconv_spec *spec)
{
    spec->activation = defaults.activation;
    spec->activation_name = defaults.activation_name;
    spec->activation_object = defaults.activation_object;
}

bool spec_set(struct tconv_spec *spec, const char *key, const char *json,
              struct arena *arena, struct error *err)
{
    struct text text = {0}, told = {0};
    struct spec_reader r = {.spec = spec, .warnings = &told, .arena = arena, .err = err};
    struct json *document;
    if (strcmp(key, "activation") == 0)
        forget_activation(spec);
    text_print(&text, "{\"%s\": ", key);
    text_put(&text, json);
    text_put(&text, "}");
    bool ok = text_ok(&text, err) && json_open(&document, &r.config, spec->place,
                                               text_string(&text), text.length, err);
    if (ok) {
        ok = (json_count(r.config) == 1 ||
              json_fault(r.config, err, "%s: got more than one value", key)) &&
             read_key(&r, find_key(key)) && check_pairs(&r) && text_ok(&told, err);
        json_close(document);
    }
    text_free(&text);
    text_free(&told);
    return ok;
}
