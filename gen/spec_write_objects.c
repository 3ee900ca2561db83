/*
 * Nested objects as each generation serialises them. A spec carries them as Keras 3
 * writes them, so that TensorFlow's forms are made of those.
 */
#include <string.h>

#include "spec_reader.h"
#include "spec_writer.h"
#include "tconv_initializer.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

/* {"class_name": ..., "config": CONFIG}, with a module and a registered name from TF 2
 * on; what is between the two is the config. */
static void open_object(const char *module, const char *class_name,
                        enum tconv_dialect dialect, struct text *out)
{
    text_put(out, "{");
    if (dialect != TCONV_TF1)
        text_print(out, "\"module\": \"%s\", ", module);
    text_print(out, "\"class_name\": \"%s\", \"config\": ", class_name);
}

static void close_object(enum tconv_dialect dialect, struct text *out)
{
    text_put(out, dialect == TCONV_TF1 ? "}" : ", \"registered_name\": null}");
}

/* Writes an object whose config all generations write alike; null when there is none. */
static void write_same(const char *module, const struct tconv_spec_object *object,
                       enum tconv_dialect dialect, struct text *out)
{
    if (object->class_name == NULL) {
        text_put(out, "null");
        return;
    }
    open_object(module, object->class_name, dialect, out);
    text_put(out, object->config);
    close_object(dialect, out);
}

void spec_write_type(enum tconv_type type, struct text *out)
{
    open_object("keras", "DTypePolicy", TCONV_KERAS3, out);
    text_print(out, "{\"name\": \"%s\"}", spec_type_name(type));
    close_object(TCONV_KERAS3, out);
}

void spec_write_dtype(const struct tconv_spec *spec, enum tconv_dialect dialect,
                      struct text *out)
{
    if (dialect == TCONV_KERAS3)
        spec_write_type(spec->type, out);
    else if (dialect == TCONV_TF1 && !spec->has_type)
        text_put(out, "null");
    else
        text_print(out, "\"%s\"", spec_type_name(spec->type));
}

/* Opens a carried config. It was JSON when it was stored, so that this fails only for
 * want of memory, which the text remembers. */
static bool open_config(const struct tconv_spec_object *object, struct json **json,
                        struct json_value *config, struct text *out)
{
    struct error ignored = {0};
    if (json_open(json, config, "config", object->config, strlen(object->config),
                  &ignored))
        return true;
    out->failed = true;
    return false;
}

static void begin_member(const char *key, struct text *out)
{
    const bool is_first = out->bytes == NULL || out->bytes[out->length - 1] == '{';
    text_print(out, "%s\"%s\": ", is_first ? "" : ", ", key);
}

static void write_member(struct json_value member, struct text *out)
{
    begin_member(json_key(member), out);
    json_write(member, out);
}

/* A number as TensorFlow keeps it, a float of float32; other values as they are. */
static void write_rounded(const char *key, struct json_value value, struct text *out)
{
    struct error ignored = {0};
    double number;
    begin_member(key, out);
    if (json_kind(value) == JSON_NUMBER && json_read_number(value, &number, &ignored))
        json_write_float(spec_round_number(number), out);
    else
        json_write(value, out);
}

/* initializers ----------------------------------------------------------------------- */

/* TensorFlow 1 has these as functions that return a VarianceScaling. */
static const char *const tf1_functions[] = {"HeNormal", "HeUniform", "LecunNormal",
                                            "LecunUniform"};

static bool is_tf1_function(const char *class_name)
{
    for (size_t i = 0; i < COUNT(tf1_functions); i++)
        if (strcmp(class_name, tf1_functions[i]) == 0)
            return true;
    return false;
}

static void write_scaling(const char *class_name, struct text *out)
{
    struct tconv_initializer made;
    if (!tconv_initializer_named(class_name, &made))
        return;
    text_put(out, "\"scale\": ");
    json_write_float(made.scale, out);
    text_print(out, ", \"mode\": \"fan_in\", \"distribution\": \"%s\"",
               made.distribution == TCONV_UNIFORM ? "uniform" : "truncated_normal");
}

/* Keras 3 alone has axes; TensorFlow's seed comes last, in TF 1 before the dtype. */
static void write_tf_initializer(struct json_value config, enum tconv_dialect dialect,
                                 struct text *out)
{
    const struct json_value seed = json_member(config, "seed");
    struct json_value member = json_first(config);
    for (; json_is_present(member); member = json_next(member))
        if (strcmp(json_key(member), "seed") != 0 &&
            strcmp(json_key(member), "input_axes") != 0 &&
            strcmp(json_key(member), "output_axes") != 0)
            write_member(member, out);
    if (json_is_present(seed))
        write_member(seed, out);
    if (dialect != TCONV_TF1)
        return;
    begin_member("dtype", out);
    text_put(out, "\"float32\"");
}

void spec_write_initializer(const struct tconv_spec_object *object,
                            enum tconv_dialect dialect, struct text *out)
{
    const char *const module = "keras.initializers", *name = object->class_name;
    struct json *json;
    struct json_value config;
    if (name == NULL || dialect == TCONV_KERAS3) {
        write_same(module, object, dialect, out);
        return;
    }
    if (!open_config(object, &json, &config, out))
        return;
    const bool is_function = dialect == TCONV_TF1 && is_tf1_function(name);
    open_object(module, is_function ? "VarianceScaling" : name, dialect, out);
    text_put(out, "{");
    if (is_function)
        write_scaling(name, out);
    write_tf_initializer(config, dialect, out);
    text_put(out, "}");
    close_object(dialect, out);
    json_close(json);
}

/* regularizers, constraints ---------------------------------------------------------- */

/* TensorFlow 1 has one class for both penalties. */
static void write_l1l2(struct json_value config, struct text *out)
{
    static const char *const keys[] = {"l1", "l2"};
    for (size_t i = 0; i < COUNT(keys); i++) {
        const struct json_value value = json_member(config, keys[i]);
        if (json_is_present(value)) {
            write_rounded(keys[i], value, out);
            continue;
        }
        begin_member(keys[i], out);
        text_put(out, "0.0");
    }
}

void spec_write_regularizer(const struct tconv_spec_object *object,
                            enum tconv_dialect dialect, struct text *out)
{
    const char *const module = "keras.regularizers";
    struct json *json;
    struct json_value config;
    if (object->class_name == NULL || dialect == TCONV_KERAS3) {
        write_same(module, object, dialect, out);
        return;
    }
    if (!open_config(object, &json, &config, out))
        return;
    open_object(module, dialect == TCONV_TF1 ? "L1L2" : object->class_name, dialect, out);
    text_put(out, "{");
    if (dialect == TCONV_TF1)
        write_l1l2(config, out);
    else
        for (struct json_value member = json_first(config); json_is_present(member);
             member = json_next(member))
            write_rounded(json_key(member), member, out);
    text_put(out, "}");
    close_object(dialect, out);
    json_close(json);
}

void spec_write_constraint(const struct tconv_spec_object *object,
                           enum tconv_dialect dialect, struct text *out)
{
    write_same("keras.constraints", object, dialect, out);
}

/* activations ------------------------------------------------------------------------ */

/* What TensorFlow calls otherwise: an activation's name, or an object's parameter. */
static const struct {
    const char *class_name, *keras3, *tf; /* class_name NULL: a name */
} tf_names[] = {
    {NULL, "silu", "swish"},
    {"LeakyReLU", "negative_slope", "alpha"},
};

static const char *name_in(enum tconv_dialect dialect, const char *class_name,
                           const char *name)
{
    for (size_t i = 0; i < COUNT(tf_names) && dialect != TCONV_KERAS3; i++) {
        const bool is_class = class_name == NULL
                                  ? tf_names[i].class_name == NULL
                                  : tf_names[i].class_name != NULL &&
                                        strcmp(class_name, tf_names[i].class_name) == 0;
        if (is_class && strcmp(name, tf_names[i].keras3) == 0)
            return tf_names[i].tf;
    }
    return name;
}

static const char *const layer_keys[] = {"name", "trainable", "dtype"};

static bool is_layer_key(const char *key)
{
    for (size_t i = 0; i < COUNT(layer_keys); i++)
        if (strcmp(key, layer_keys[i]) == 0)
            return true;
    return false;
}

/* What an Activation object means. */
static void write_inner(struct json_value member, enum tconv_dialect dialect,
                        struct text *out)
{
    struct error ignored = {0};
    const char *name;
    if (!json_read_string(member, &name, &ignored)) {
        write_member(member, out);
        return;
    }
    begin_member("activation", out);
    json_write_string(name_in(dialect, NULL, name), out);
}

static void write_parameters(const char *class_name, struct json_value config,
                             enum tconv_dialect dialect, struct text *out)
{
    struct json_value member = json_first(config);
    for (; json_is_present(member); member = json_next(member)) {
        const char *key = json_key(member);
        if (is_layer_key(key))
            continue;
        if (strcmp(key, "activation") == 0)
            write_inner(member, dialect, out);
        else if (dialect == TCONV_KERAS3 || strcmp(key, "axis") == 0)
            write_member(member, out);
        else
            write_rounded(name_in(dialect, class_name, key), member, out);
    }
}

/* Every object of TensorFlow, and Keras 3's ELU, which has no get_config of its own and
 * so writes its parameter behind its name. */
static void write_layer(const struct tconv_spec *s, struct json_value config,
                        enum tconv_dialect dialect, struct text *out)
{
    const char *class_name = s->activation_object.class_name;
    text_put(out, "{");
    write_member(json_member(config, "name"), out);
    if (dialect == TCONV_KERAS3)
        write_parameters(class_name, config, dialect, out);
    write_member(json_member(config, "trainable"), out);
    begin_member("dtype", out);
    spec_write_dtype(s, dialect, out);
    if (dialect != TCONV_KERAS3)
        write_parameters(class_name, config, dialect, out);
    text_put(out, "}");
}

static void write_object(const struct tconv_spec *s, enum tconv_dialect dialect,
                         struct text *out)
{
    const struct tconv_spec_object *object = &s->activation_object;
    const char *const module = "keras.layers";
    struct json *json;
    struct json_value config;
    if (dialect == TCONV_KERAS3 && strcmp(object->class_name, "ELU") != 0) {
        write_same(module, object, dialect, out);
        return;
    }
    if (!open_config(object, &json, &config, out))
        return;
    open_object(module, object->class_name, dialect, out);
    write_layer(s, config, dialect, out);
    close_object(dialect, out);
    json_close(json);
}

void spec_write_activation(const struct tconv_spec *spec, enum tconv_dialect dialect,
                           struct text *out)
{
    if (spec->activation_object.class_name != NULL)
        write_object(spec, dialect, out);
    else
        json_write_string(name_in(dialect, NULL, spec->activation_name), out);
}
