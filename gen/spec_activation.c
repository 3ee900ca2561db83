/*
 * Activations: by name, by layer object, by serialised function. Tables map what Keras
 * calls them to what the runtime computes.
 */
#include <math.h>
#include <string.h>

#include "spec_reader.h"
#include "spec_writer.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

/* Which Keras knows a name: all, as far as their age allows, or one side alone. */
enum known { KNOWN, KNOWN_TO_TF, KNOWN_TO_KERAS3 };

struct named {
    const char *name,
        *written; /* written: as Keras 3 writes it back, NULL for the same */
    struct tconv_activation activation;
    enum known known;
};

static const struct named names[] = {
    {"celu", NULL, {TCONV_ELU, 1, INFINITY, 0}, KNOWN_TO_KERAS3},
    {"hard_silu", NULL, {TCONV_HARD_SILU, 0, INFINITY, 0}, KNOWN_TO_KERAS3},
    {"hard_swish", "hard_silu", {TCONV_HARD_SILU, 0, INFINITY, 0}, KNOWN_TO_KERAS3},
    {"hard_tanh", NULL, {TCONV_HARD_TANH, 0, INFINITY, 0}, KNOWN_TO_KERAS3},
    {"hard_shrink", NULL, {TCONV_HARD_SHRINK, 0, INFINITY, 0}, KNOWN_TO_KERAS3},
    {"soft_shrink", NULL, {TCONV_SOFT_SHRINK, 0, INFINITY, 0}, KNOWN_TO_KERAS3},
    {"tanh_shrink", NULL, {TCONV_TANH_SHRINK, 0, INFINITY, 0}, KNOWN_TO_KERAS3},
    {"log_sigmoid", NULL, {TCONV_LOG_SIGMOID, 0, INFINITY, 0}, KNOWN_TO_KERAS3},
    {"squareplus", NULL, {TCONV_SQUAREPLUS, 0, INFINITY, 0}, KNOWN_TO_KERAS3},
    {"sparse_plus", NULL, {TCONV_SPARSE_PLUS, 0, INFINITY, 0}, KNOWN_TO_KERAS3},
    {"sparse_sigmoid", NULL, {TCONV_SPARSE_SIGMOID, 0, INFINITY, 0}, KNOWN_TO_KERAS3},
    {"sparsemax", NULL, {TCONV_SPARSEMAX, 0, INFINITY, 0}, KNOWN_TO_KERAS3},
    {"glu", NULL, {TCONV_GLU, 0, INFINITY, 0}, KNOWN_TO_KERAS3},
    {"linear", NULL, {TCONV_LINEAR, 0, INFINITY, 0}, KNOWN},
    {"relu", NULL, {TCONV_RELU, 0, INFINITY, 0}, KNOWN},
    {"relu6", NULL, {TCONV_RELU, 0, 6, 0}, KNOWN},
    {"leaky_relu", NULL, {TCONV_RELU, 0.2, INFINITY, 0}, KNOWN},
    {"elu", NULL, {TCONV_ELU, 1, INFINITY, 0}, KNOWN},
    {"selu", NULL, {TCONV_SELU, 0, INFINITY, 0}, KNOWN},
    {"sigmoid", NULL, {TCONV_SIGMOID, 0, INFINITY, 0}, KNOWN},
    {"tanh", NULL, {TCONV_TANH, 0, INFINITY, 0}, KNOWN},
    {"softplus", NULL, {TCONV_SOFTPLUS, 0, INFINITY, 0}, KNOWN},
    {"softsign", NULL, {TCONV_SOFTSIGN, 0, INFINITY, 0}, KNOWN},
    {"hard_sigmoid", NULL, {TCONV_HARD_SIGMOID_KERAS3, 0, INFINITY, 0}, KNOWN},
    {"exponential", NULL, {TCONV_EXPONENTIAL, 0, INFINITY, 0}, KNOWN},
    {"silu", NULL, {TCONV_SILU, 0, INFINITY, 0}, KNOWN},
    {"swish", "silu", {TCONV_SILU, 0, INFINITY, 0}, KNOWN},
    {"gelu", NULL, {TCONV_GELU, 0, INFINITY, 0}, KNOWN},
    {"mish", NULL, {TCONV_MISH, 0, INFINITY, 0}, KNOWN},
    {"log_softmax", NULL, {TCONV_LOG_SOFTMAX, 0, INFINITY, 0}, KNOWN},
    {"softmax_v2", "softmax", {TCONV_SOFTMAX, 0, INFINITY, 0}, KNOWN_TO_TF},
    {"softmax", NULL, {TCONV_SOFTMAX, 0, INFINITY, 0}, KNOWN},
};

#define CLASSES "LeakyReLU, ReLU, ELU, ThresholdedReLU, Softmax or Activation"

/* What Keras knows and a layer cannot have here, and why not. */
static const struct {
    const char *name, *reason;
} not_emitted[] = {
    {"threshold", "which Keras cannot call without its two arguments"},
    {"PReLU", "which has weights of its own"},
};

static bool refuse_name(struct spec_reader *r, struct json_value value, const char *name,
                        const char *accepted)
{
    for (size_t i = 0; i < COUNT(not_emitted); i++)
        if (strcmp(name, not_emitted[i].name) == 0)
            return json_fault(value, r->err, "got \"%s\", %s; expected %s", name,
                              not_emitted[i].reason, accepted);
    return json_refuse(value, r->err, "%s", accepted);
}

static bool is_known_to(enum tconv_dialect dialect, const struct named *named)
{
    const bool is_keras3 = dialect == TCONV_KERAS3;
    return named->known == KNOWN || is_keras3 == (named->known == KNOWN_TO_KERAS3);
}

static bool is_known(const struct spec_reader *r, const struct named *named)
{
    return is_known_to(r->spec->dialect, named);
}

/* Appends the names that the config's Keras knows, the last of `names` after "or". */
static void list_names(const struct spec_reader *r, struct text *out)
{
    for (size_t i = 0; i < COUNT(names); i++)
        if (is_known(r, &names[i]))
            text_print(out, "%s%s",
                       out->length == 0        ? ""
                       : i + 1 == COUNT(names) ? " or "
                                               : ", ",
                       names[i].name);
}

/* Refuses a name that is in no table, or is another Keras's. */
static bool refuse_names(struct spec_reader *r, struct json_value value, const char *name,
                         const struct named *foreign)
{
    struct text list = {0};
    list_names(r, &list);
    if (foreign != NULL)
        json_fault(value, r->err, "got \"%s\", which only %s knows; expected %s", name,
                   foreign->known == KNOWN_TO_TF ? "TensorFlow" : "Keras 3",
                   text_string(&list));
    else
        refuse_name(r, value, name, text_string(&list));
    text_free(&list);
    return false;
}

bool spec_reads_activation(const char *name, enum tconv_dialect dialect)
{
    for (size_t i = 0; i < COUNT(names); i++)
        if (strcmp(name, names[i].name) == 0)
            return is_known_to(dialect, &names[i]);
    return false;
}

/* A parameter of an activation object, where it goes, and what Keras 3 lets it be. */
struct parameter {
    const char *key, *old_key; /* old_key: TensorFlow's name for it, or NULL */
    size_t field;              /* of struct tconv_activation */
    bool may_be_negative, may_be_null;
};

#define FIELD(name) offsetof(struct tconv_activation, name)

/* One more key that is no number; appends it as Keras 3 writes it. */
typedef bool read_more_fn(struct spec_reader *r, struct json_value value,
                          struct text *out);
static read_more_fn read_axis, read_inner;

struct object {
    const char *class_name,
        *layer_name; /* layer_name: what Keras calls one without a name */
    struct tconv_activation activation;
    struct parameter parameters[3];
    const char *more_key; /* NULL for none */
    read_more_fn *read_more;
};

static const struct object objects[] = {
    {.class_name = "LeakyReLU",
     .layer_name = "leaky_re_lu",
     .activation = {TCONV_RELU, 0.3, INFINITY, 0},
     .parameters = {{"negative_slope", "alpha", FIELD(slope), false, false}}},
    {.class_name = "ReLU",
     .layer_name = "re_lu",
     .activation = {TCONV_RELU, 0, INFINITY, 0},
     .parameters = {{"max_value", NULL, FIELD(ceiling), false, true},
                    {"negative_slope", NULL, FIELD(slope), false, false},
                    {"threshold", NULL, FIELD(threshold), false, false}}},
    {.class_name = "ELU",
     .layer_name = "elu",
     .activation = {TCONV_ELU, 1, INFINITY, 0},
     .parameters = {{"alpha", NULL, FIELD(slope), true, false}}},
    {.class_name = "ThresholdedReLU",
     .layer_name = "thresholded_re_lu",
     .activation = {TCONV_RELU, 0, INFINITY, 1},
     .parameters = {{"theta", NULL, FIELD(threshold), false, false}}},
    {.class_name = "Softmax",
     .layer_name = "softmax",
     .activation = {TCONV_SOFTMAX, 0, INFINITY, 0},
     .more_key = "axis",
     .read_more = read_axis},
    {.class_name = "Activation",
     .layer_name = "activation",
     .activation = {TCONV_LINEAR, 0, INFINITY, 0},
     .more_key = "activation",
     .read_more = read_inner},
};

static const struct object *find_object(const char *class_name)
{
    for (size_t i = 0; i < COUNT(objects); i++)
        if (strcmp(class_name, objects[i].class_name) == 0)
            return &objects[i];
    return NULL;
}

static bool read_parameter(struct spec_reader *r, struct json_value value,
                           const struct parameter *p, double *out)
{
    if (!json_is_present(value) || (p->may_be_null && json_kind(value) == JSON_NULL))
        return true;
    const char *expected = p->may_be_negative ? "a number"
                           : p->may_be_null   ? "null or a number from 0"
                                              : "a number from 0";
    if (json_kind(value) != JSON_NUMBER || !json_read_number(value, out, r->err) ||
        (*out < 0 && !p->may_be_negative))
        return json_refuse(value, r->err, "%s", expected);
    return true;
}

static void write_parameter(const struct parameter *p, struct json_value given,
                            double value, struct text *out)
{
    text_print(out, ", \"%s\": ", p->key);
    if (json_kind(given) == JSON_NUMBER)
        json_write(given, out);
    else if (isinf(value))
        text_put(out, "null");
    else
        json_write_float(value, out);
}

static bool read_parameters(struct spec_reader *r, struct json_value config,
                            const struct object *o, struct text *out)
{
    r->spec->activation = o->activation;
    for (size_t i = 0; i < COUNT(o->parameters) && o->parameters[i].key != NULL; i++) {
        const struct parameter *p = &o->parameters[i];
        double *field = (double *)(void *)((char *)&r->spec->activation + p->field);
        struct json_value value = json_member(config, p->key);
        if (p->old_key != NULL && json_is_present(json_member(config, p->old_key))) {
            if (json_is_present(value))
                return json_fault(value, r->err, "got %s too; expected one of them",
                                  p->old_key);
            value = json_member(config, p->old_key);
        }
        if (!read_parameter(r, value, p, field))
            return false;
        write_parameter(p, value, *field, out);
    }
    return true;
}

/* The tensor has four axes; the runtime's softmax walks the last one. */
static bool read_axis(struct spec_reader *r, struct json_value value, struct text *out)
{
    struct error ignored = {0};
    int64_t axis = 0;
    const struct json_value given = value;
    if (json_kind(given) == JSON_ARRAY && json_count(given) == 1)
        value = json_item(given, 0);
    if (json_is_present(value) &&
        (!json_read_integer(value, &axis, &ignored) || (axis != -1 && axis != 3)))
        return json_refuse(value, r->err, "-1 or 3, the last axis");
    if (json_is_present(given))
        json_write(given, out);
    else
        text_put(out, "-1");
    return true;
}

/* What an Activation object means: whatever could stand in its place, but not nothing. */
static bool read_inner(struct spec_reader *r, struct json_value value, struct text *out)
{
    struct tconv_spec *s = r->spec;
    if (!json_is_present(value))
        return json_refuse(value, r->err, "null, a name or an object of %s", CLASSES);
    s->activation_name = "linear";
    if (!spec_read_activation(r, value))
        return false;
    spec_write_activation(s, TCONV_KERAS3, out);
    return true;
}

static bool check_object_keys(struct spec_reader *r, struct json_value config,
                              const struct object *o)
{
    const char *keys[8] = {"name", "trainable", "dtype"};
    size_t n = 3;
    for (size_t i = 0; i < COUNT(o->parameters) && o->parameters[i].key != NULL; i++) {
        keys[n++] = o->parameters[i].key;
        if (o->parameters[i].old_key != NULL)
            keys[n++] = o->parameters[i].old_key;
    }
    if (o->more_key != NULL)
        keys[n++] = o->more_key;
    return json_check_keys(config, keys, n, r->err);
}

/* name, trainable and dtype, which every layer has. Keras casts to an activation's own
 * type, so it must be the layer's. */
static bool read_layer_keys(struct spec_reader *r, struct json_value config,
                            const struct object *o, struct text *out)
{
    const struct json_value dtype = json_member(config, "dtype");
    const struct json_value trainable = json_member(config, "trainable");
    const struct json_value name = json_member(config, "name");
    const char *layer_name = o->layer_name;
    enum tconv_type type = r->spec->type;
    bool is_trainable = true;
    if (json_kind(name) > JSON_NULL && !json_read_string(name, &layer_name, r->err))
        return false;
    if (json_is_present(trainable) && !json_read_bool(trainable, &is_trainable, r->err))
        return false;
    if (json_kind(dtype) > JSON_NULL && !spec_read_type(r, dtype, &type))
        return false;
    if (type != r->spec->type)
        return json_refuse(dtype, r->err, "the layer's own type, \"%s\"",
                           spec_type_name(r->spec->type));
    text_put(out, "{\"name\": ");
    json_write_string(layer_name, out);
    text_print(out, ", \"trainable\": %s, \"dtype\": ", is_trainable ? "true" : "false");
    spec_write_type(type, out);
    return true;
}

static bool read_object_config(struct spec_reader *r, struct json_value config,
                               const struct object *o, struct text *out)
{
    if (json_kind(config) > JSON_NULL && !json_need_object(config, "an object", r->err))
        return false;
    if (!check_object_keys(r, config, o) || !read_layer_keys(r, config, o, out) ||
        !read_parameters(r, config, o, out))
        return false;
    if (o->more_key != NULL) {
        text_print(out, ", \"%s\": ", o->more_key);
        if (!o->read_more(r, json_member(config, o->more_key), out))
            return false;
    }
    text_put(out, "}");
    return text_ok(out, r->err);
}

static bool store_object(struct spec_reader *r, const struct object *o,
                         struct json_value config)
{
    struct text text = {0};
    struct tconv_spec *s = r->spec;
    s->activation_name = o->class_name;
    const bool ok = read_object_config(r, config, o, &text);
    s->activation_object.class_name = o->class_name;
    s->activation_object.config =
        ok ? arena_copy_text(r->arena, text_string(&text), r->err) : NULL;
    text_free(&text);
    return s->activation_object.config != NULL;
}

/* TensorFlow's Keras finds a class by its name too, without parameters. */
static bool read_name(struct spec_reader *r, struct json_value value)
{
    const char *name;
    if (!json_read_string(value, &name, r->err))
        return false;
    struct tconv_spec *s = r->spec;
    const struct object *object = find_object(name);
    if (s->dialect != TCONV_KERAS3 && object != NULL && object->read_more != read_inner)
        return store_object(r, object, (struct json_value){0});
    for (size_t i = 0; i < COUNT(names); i++) {
        if (strcmp(name, names[i].name) != 0)
            continue;
        if (!is_known(r, &names[i]))
            return refuse_names(r, value, name, &names[i]);
        s->activation = names[i].activation;
        s->activation_name = names[i].written != NULL ? names[i].written : names[i].name;
        if (s->activation.function == TCONV_HARD_SIGMOID_KERAS3 &&
            s->dialect != TCONV_KERAS3)
            s->activation.function = TCONV_HARD_SIGMOID_TF;
        return true;
    }
    return refuse_names(r, value, name, NULL);
}

static bool read_object(struct spec_reader *r, struct json_value value)
{
    struct spec_wrapped wrapped;
    if (!spec_read_wrapped(r, value, "an activation", &wrapped))
        return false;
    if (strcmp(wrapped.class_name, "function") == 0)
        return read_name(r, wrapped.config);
    const struct object *object = find_object(wrapped.class_name);
    if (object != NULL)
        return store_object(r, object, wrapped.config);
    return refuse_name(r, json_member(value, "class_name"), wrapped.class_name, CLASSES);
}

bool spec_read_activation(struct spec_reader *r, struct json_value value)
{
    switch (json_kind(value)) {
    case JSON_ABSENT:
    case JSON_NULL:
        return true;
    case JSON_STRING:
        return read_name(r, value);
    case JSON_OBJECT:
        return read_object(r, value);
    default:
        return json_refuse(value, r->err, "null, a name or an object of %s", CLASSES);
    }
}
