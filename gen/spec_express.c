/*
 * What a generation cannot say. Tables of what each lacks; where two use one word for two
 * things, the word is refused.
 */
#include <string.h>

#include "spec_reader.h"
#include "spec_writer.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

enum {
    TF1 = 1u << TCONV_TF1,
    TF2 = 1u << TCONV_TF2,
    TF = TF1 | TF2,
    KERAS3 = 1u << TCONV_KERAS3
};

/* Classes that not all generations have. */
static const struct {
    const char *name;
    unsigned dialects;
} classes[] = {
    {"OrthogonalRegularizer", TF2 | KERAS3},
    {"RadialConstraint", TF},
    {"ThresholdedReLU", TF},
};

static bool check_class(const struct tconv_spec *s, const char *key,
                        const char *class_name, enum tconv_dialect dialect,
                        struct error *err)
{
    for (size_t i = 0; i < COUNT(classes); i++)
        if (strcmp(class_name, classes[i].name) == 0 &&
            (classes[i].dialects >> dialect & 1u) == 0)
            return error_set(err, "%s: %s: got %s; expected a class that %s has",
                             s->place, key, class_name, spec_dialect_title(dialect));
    return true;
}

static bool is_given(struct json_value value)
{
    return json_kind(value) > JSON_NULL;
}

static bool is_object(struct json_value value)
{
    return json_kind(value) == JSON_OBJECT;
}

static bool is_negative(struct json_value value)
{
    struct error ignored = {0};
    double number;
    return json_read_number(value, &number, &ignored) && number < 0;
}

static bool has_slash(struct json_value value)
{
    struct error ignored = {0};
    const char *string;
    return json_read_string(value, &string, &ignored) && strchr(string, '/') != NULL;
}

/* Whether it is an activation's name that only other generations know. */
static bool is_foreign_name(struct json_value value, enum tconv_dialect dialect)
{
    struct error ignored = {0};
    const char *name;
    return json_read_string(value, &name, &ignored) &&
           !spec_knows_activation(name, dialect);
}

static bool is_foreign_to_tf1(struct json_value value)
{
    return is_foreign_name(value, TCONV_TF1);
}

static bool is_foreign_to_tf2(struct json_value value)
{
    return is_foreign_name(value, TCONV_TF2);
}

/* Parameters with values that not all generations take. */
static const struct {
    const char *key;
    unsigned refusing;
    bool (*is_refused)(struct json_value value);
    const char *expected;
} parameters[] = {
    {"input_axes", TF, is_given, "null"},
    {"output_axes", TF, is_given, "null"},
    {"seed", TF, is_object, "null or an integer"},
    {"l1", KERAS3, is_negative, "a number from 0"},
    {"l2", KERAS3, is_negative, "a number from 0"},
    {"factor", KERAS3, is_negative, "a number from 0"},
    {"name", KERAS3, has_slash, "a string without '/'"},
    {"activation", TF1, is_foreign_to_tf1, "a name that it knows"},
    {"activation", TF2, is_foreign_to_tf2, "a name that it knows"},
};

static bool check_parameters(struct json_value config, enum tconv_dialect dialect,
                             struct error *err)
{
    for (size_t i = 0; i < COUNT(parameters); i++) {
        const struct json_value value = json_member(config, parameters[i].key);
        if ((parameters[i].refusing >> dialect & 1u) != 0 &&
            parameters[i].is_refused(value))
            return json_refuse(value, err, "%s, as in %s", parameters[i].expected,
                               spec_dialect_title(dialect));
    }
    return true;
}

static bool check_object(const struct tconv_spec *s, const char *key,
                         const struct tconv_spec_object *object,
                         enum tconv_dialect dialect, struct error *err)
{
    if (object->class_name == NULL)
        return true;
    if (!check_class(s, key, object->class_name, dialect, err))
        return false;
    /* the object where it stands in the layer's config, for messages */
    struct text text = {0};
    struct json *json;
    struct json_value root;
    text_print(&text, "{\"%s\": {\"config\": ", key);
    text_put(&text, object->config);
    text_put(&text, "}}");
    bool ok = text_ok(&text, err) &&
              json_open(&json, &root, s->place, text_string(&text), text.length, err);
    if (ok) {
        ok =
            check_parameters(json_member(json_member(root, key), "config"), dialect, err);
        json_close(json);
    }
    text_free(&text);
    return ok;
}

static const char *const tf1_activations[] = {
    "elu",     "exponential", "hard_sigmoid", "linear",   "relu", "selu",
    "sigmoid", "softmax",     "softplus",     "softsign", "tanh",
};

bool spec_knows_activation(const char *name, enum tconv_dialect dialect)
{
    for (size_t i = 0; i < COUNT(tf1_activations); i++)
        if (strcmp(name, tf1_activations[i]) == 0)
            return true;
    return dialect != TCONV_TF1 && spec_reads_activation(name, dialect);
}

static bool check_activation(const struct tconv_spec *s, enum tconv_dialect dialect,
                             struct error *err)
{
    const bool is_keras3 = dialect == TCONV_KERAS3;
    const enum tconv_function other =
        is_keras3 ? TCONV_HARD_SIGMOID_TF : TCONV_HARD_SIGMOID_KERAS3;
    if (s->activation.function == other)
        return error_set(err,
                         "%s: activation: got the hard_sigmoid of %s; expected an "
                         "activation of %s, whose hard_sigmoid is another function",
                         s->place, is_keras3 ? "TensorFlow" : "Keras 3",
                         spec_dialect_title(dialect));
    if (s->activation_object.class_name != NULL)
        return check_object(s, "activation", &s->activation_object, dialect, err);
    return spec_knows_activation(s->activation_name, dialect) ||
           error_set(err, "%s: activation: got \"%s\"; expected a name that %s knows",
                     s->place, s->activation_name, spec_dialect_title(dialect));
}

bool spec_check_expressible(const struct tconv_spec *s, enum tconv_dialect dialect,
                            struct error *err)
{
    const struct {
        const char *key;
        const struct tconv_spec_object *object;
    } objects[] = {
        {"kernel_initializer", &s->kernel_initializer},
        {"bias_initializer", &s->bias_initializer},
        {"kernel_regularizer", &s->kernel_regularizer},
        {"bias_regularizer", &s->bias_regularizer},
        {"activity_regularizer", &s->activity_regularizer},
        {"kernel_constraint", &s->kernel_constraint},
        {"bias_constraint", &s->bias_constraint},
    };
    if (!check_activation(s, dialect, err))
        return false;
    for (size_t i = 0; i < COUNT(objects); i++)
        if (!check_object(s, objects[i].key, objects[i].object, dialect, err))
            return false;
    return true;
}
