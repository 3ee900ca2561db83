/*
 * What every nested object of a config has in common: its wrapping, its type, its
 * generation.
 */
#include "spec_reader.h"

#include <float.h>
#include <math.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

void spec_warn(struct spec_reader *r, struct json_value value, const char *what)
{
    text_print(r->warnings, "%s: ", r->spec->place);
    json_path(value, r->warnings);
    text_print(r->warnings, ": %s\n", what);
}

static bool starts_with(const char *string, const char *start)
{
    return strncmp(string, start, strlen(start)) == 0;
}

/* Keras writes null for its own objects in registered_name, or their plain name. */
static bool check_owner(struct spec_reader *r, struct json_value value)
{
    const struct json_value module = json_member(value, "module");
    const struct json_value registered = json_member(value, "registered_name");
    const char *name = "keras";
    if (json_is_present(module) && !json_read_string(module, &name, r->err))
        return false;
    if (!starts_with(name, "keras") && !starts_with(name, "tf_keras") &&
        !starts_with(name, "tensorflow.") && strcmp(name, "builtins") != 0)
        return json_refuse(module, r->err, "a module of Keras, no custom object");
    name = "";
    if (json_is_present(registered) && json_kind(registered) != JSON_NULL &&
        !json_read_string(registered, &name, r->err))
        return false;
    return strchr(name, '>') == NULL ||
           json_refuse(registered, r->err, "null: an object of Keras, no custom object");
}

bool spec_read_wrapped(struct spec_reader *r, struct json_value value,
                       const char *expected, struct spec_wrapped *out)
{
    static const char *const keys[] = {"module",        "class_name",      "config",
                                       "build_config",  "registered_name", "name",
                                       "inbound_nodes", "shared_object_id"};
    if (!json_need_object(value, expected, r->err) ||
        !json_check_keys(value, keys, COUNT(keys), r->err) ||
        !json_read_string(json_member(value, "class_name"), &out->class_name, r->err))
        return false;
    out->config = json_member(value, "config");
    return check_owner(r, value);
}

double spec_round_number(double number)
{
    return fabs(number) <= (double)FLT_MAX ? (double)(float)number : number;
}

static const char *const type_names[] = {
    [TCONV_FLOAT32] = "float32",
    [TCONV_FLOAT64] = "float64",
};

const char *spec_type_name(enum tconv_type type)
{
    return type_names[type];
}

static bool read_type_name(struct spec_reader *r, struct json_value value,
                           enum tconv_type *type)
{
    const char *name = "";
    if (json_kind(value) == JSON_STRING && !json_read_string(value, &name, r->err))
        return false;
    for (size_t i = 0; i < COUNT(type_names); i++)
        if (strcmp(name, type_names[i]) == 0) {
            *type = (enum tconv_type)i;
            return true;
        }
    return json_refuse(value, r->err, "\"float32\" or \"float64\"");
}

static bool read_policy(struct spec_reader *r, struct json_value value,
                        enum tconv_type *type)
{
    static const char *const keys[] = {"name"};
    struct spec_wrapped policy;
    if (!spec_read_wrapped(r, value, "a policy", &policy))
        return false;
    if (strcmp(policy.class_name, "DTypePolicy") != 0 &&
        strcmp(policy.class_name, "Policy") != 0)
        return json_refuse(json_member(value, "class_name"), r->err,
                           "\"DTypePolicy\" or \"Policy\"");
    return json_need_object(policy.config, "an object", r->err) &&
           json_check_keys(policy.config, keys, COUNT(keys), r->err) &&
           read_type_name(r, json_member(policy.config, "name"), type);
}

bool spec_read_type(struct spec_reader *r, struct json_value value, enum tconv_type *type)
{
    *type = TCONV_FLOAT32;
    if (json_kind(value) == JSON_NULL)
        return true;
    return json_kind(value) == JSON_OBJECT ? read_policy(r, value, type)
                                           : read_type_name(r, value, type);
}

static const char *const nested[] = {
    "kernel_initializer",   "bias_initializer",  "kernel_regularizer", "bias_regularizer",
    "activity_regularizer", "kernel_constraint", "bias_constraint",    "activation",
};

static bool has(struct json_value object, const char *key)
{
    return json_is_present(json_member(object, key));
}

static bool has_initializer_dtype(struct json_value config)
{
    for (size_t i = 0; i < 2; i++)
        if (has(json_member(json_member(config, nested[i]), "config"), "dtype"))
            return true;
    return false;
}

static bool has_nested(struct json_value config, bool with_module)
{
    for (size_t i = 0; i < COUNT(nested); i++) {
        const struct json_value value = json_member(config, nested[i]);
        if (json_kind(value) == JSON_OBJECT && has(value, "module") == with_module)
            return true;
    }
    return false;
}

static bool has_dtype_policy(struct json_value config)
{
    struct error ignored = {0};
    const char *name = "";
    return json_read_string(json_member(json_member(config, "dtype"), "class_name"),
                            &name, &ignored) &&
           strcmp(name, "DTypePolicy") == 0;
}

void spec_derive_dialect(struct spec_reader *r, const enum tconv_dialect *given)
{
    const struct json_value c = r->config;
    const bool is_marked =
        has_nested(c, true) || has_dtype_policy(c) || has(r->record, "module") ||
        has(r->record, "registered_name") || has(r->record, "build_config");
    const bool is_tf2 = has(c, "groups") || has(c, "batch_input_shape");
    r->spec->has_dialect = given != NULL;
    r->spec->dialect = given != NULL                        ? *given
                       : has_initializer_dtype(c)           ? TCONV_TF1
                       : is_tf2                             ? TCONV_TF2
                       : !is_marked && has_nested(c, false) ? TCONV_TF2
                                                            : TCONV_KERAS3;
    r->is_from_keras3 = is_marked && r->spec->dialect == TCONV_KERAS3;
}
