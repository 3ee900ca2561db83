/*
 * init_object: the initializer of a config -> the runtime's struct.
 *
 * spec has checked every parameter and filled in every default, so this walks the members
 * of the object that it carries.
 */
#include "init.h"

#include <stddef.h>
#include <string.h>

#include "json.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

struct number {
    const char *key;
    size_t field;
};

#define NUMBER(key) #key, offsetof(struct tconv_initializer, key)

static const struct number numbers[] = {
    {NUMBER(value)},  {NUMBER(gain)},   {NUMBER(mean)},  {NUMBER(stddev)},
    {NUMBER(minval)}, {NUMBER(maxval)}, {NUMBER(scale)},
};

static const char *const fans[] = {[TCONV_FAN_IN] = "fan_in",
                                   [TCONV_FAN_OUT] = "fan_out",
                                   [TCONV_FAN_AVERAGE] = "fan_avg"};
static const char *const distributions[] = {[TCONV_UNIFORM] = "uniform",
                                            [TCONV_TRUNCATED] = "truncated_normal",
                                            [TCONV_UNTRUNCATED] = "untruncated_normal"};

/* Sets `*place` to the word's place in the list. */
static bool read_word(struct json_value value, const char *const words[], size_t n,
                      unsigned *place, struct error *err)
{
    const char *word;
    if (!json_read_string(value, &word, err))
        return false;
    for (*place = 0; *place < n; ++*place)
        if (strcmp(word, words[*place]) == 0)
            return true;
    return json_refuse(value, err, "a word that Keras knows");
}

static bool read_axes(struct json_value value, struct tconv_fan_axes *out,
                      struct error *err)
{
    out->is_given = json_kind(value) == JSON_ARRAY;
    out->n = json_count(value);
    if (out->n > TCONV_MOST_FAN_AXES)
        return json_refuse(value, err, "at most %d axes", TCONV_MOST_FAN_AXES);
    for (size_t i = 0; i < out->n; i++) {
        int64_t axis;
        if (!json_read_integer(json_item(value, i), &axis, err))
            return false;
        out->axes[i] = (int)axis;
    }
    return true;
}

/* null, an integer, or {"class_name": "SeedGenerator", "config": {"seed": ...}}, whose
 * first draw equals that of its seed. */
static bool read_seed(struct json_value value, int64_t *seed, bool *has_seed,
                      struct error *err)
{
    if (json_kind(value) == JSON_OBJECT)
        value = json_member(json_member(value, "config"), "seed");
    *has_seed = json_kind(value) > JSON_NULL;
    return !*has_seed || json_read_integer(value, seed, err);
}

static bool read_number(struct json_value member, struct tconv_initializer *out,
                        struct error *err)
{
    for (size_t i = 0; i < COUNT(numbers); i++)
        if (strcmp(json_key(member), numbers[i].key) == 0)
            return json_read_number(
                member, (double *)(void *)((char *)out + numbers[i].field), err);
    return json_refuse(member, err, "no such parameter");
}

static bool read_member(struct json_value member, struct tconv_initializer *out,
                        bool *has_seed, struct error *err)
{
    const char *key = json_key(member);
    unsigned place = 0;
    bool ok;
    if (strcmp(key, "seed") == 0)
        return read_seed(member, &out->seed, has_seed, err);
    if (strcmp(key, "input_axes") == 0)
        return read_axes(member, &out->input_axes, err);
    if (strcmp(key, "output_axes") == 0)
        return read_axes(member, &out->output_axes, err);
    if (strcmp(key, "mode") == 0) {
        ok = read_word(member, fans, COUNT(fans), &place, err);
        out->fan = (enum tconv_fan)place;
    } else if (strcmp(key, "distribution") == 0) {
        ok = read_word(member, distributions, COUNT(distributions), &place, err);
        out->distribution = (enum tconv_distribution)place;
    } else
        ok = read_number(member, out, err);
    return ok;
}

static bool read_members(struct json_value config, struct tconv_initializer *out,
                         bool *has_seed, struct error *err)
{
    struct json_value member = json_first(config);
    for (; json_is_present(member); member = json_next(member))
        if (!read_member(member, out, has_seed, err))
            return false;
    return true;
}

const struct tconv_spec_object *
init_object_or_default(const struct tconv_spec_object *object)
{
    static const struct tconv_spec_object null_stands_for = {"GlorotUniform", "{}"};
    return object->class_name == NULL ? &null_stands_for : object;
}

bool init_read_object(struct tconv_initializer *out,
                      const struct tconv_spec_object *object, const char *key,
                      const char *place, bool *has_seed, struct error *err)
{
    struct text text = {0};
    struct json *json;
    struct json_value root;
    *has_seed = false;
    if (!tconv_initializer_named(object->class_name, out))
        return error_set(err, "%s: %s: got \"%s\"; expected one that tconv computes",
                         place, key, object->class_name);
    /* the object where it stood in the layer's config, for messages */
    text_print(&text, "{\"%s\": {\"config\": %s}}", key, object->config);
    bool ok = text_ok(&text, err) &&
              json_open(&json, &root, place, text_string(&text), text.length, err);
    if (ok) {
        ok = read_members(json_member(json_member(root, key), "config"), out, has_seed,
                          err);
        json_close(json);
    }
    text_free(&text);
    return ok;
}
