/*
 * Reads an initializer, regularizer or constraint with the tables of spec_classes.c.
 */
#include "spec_objects.h"

#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static size_t count_parameters(const struct spec_class *class)
{
    size_t n = 0;
    while (n < COUNT(class->parameters) && class->parameters[n].key != NULL)
        n++;
    return n;
}

static bool class_is_called(const struct spec_class *class, const char *name)
{
    for (size_t i = 0; i < COUNT(class->names) && class->names[i] != NULL; i++)
        if (strcmp(name, class->names[i]) == 0)
            return true;
    return false;
}

static bool refuse_name(struct spec_reader *r, struct json_value value,
                        const struct spec_family *family)
{
    struct text list = {0};
    for (size_t i = 0; i < family->n; i++) {
        const struct spec_class *class = &family->classes[i];
        if (!class->is_tf_only && (class->low_rank == 0 || (r->rank >= class->low_rank &&
                                                            r->rank <= class->high_rank)))
            text_print(&list, "%s%s", list.length == 0 ? "" : ", ", class->names[0]);
    }
    json_refuse(value, r->err, "%s: %s", family->what, text_string(&list));
    text_free(&list);
    return false;
}

static const struct spec_class *find_class(const struct spec_reader *r, const char *name,
                                           const struct spec_family *family)
{
    for (size_t i = 0; i < family->n; i++) {
        const struct spec_class *class = &family->classes[i];
        const bool is_known = !class->is_tf_only || r->spec->dialect != TCONV_KERAS3;
        if (is_known && class_is_called(class, name))
            return class;
    }
    return NULL;
}

static bool check_rank(struct spec_reader *r, struct json_value value,
                       const struct spec_class *class)
{
    if (class->low_rank == 0 ||
        (r->rank >= class->low_rank && r->rank <= class->high_rank))
        return true;
    return json_refuse(value, r->err, "one that Keras makes for a tensor of rank %u",
                       r->rank);
}

static bool check_keys(struct spec_reader *r, struct json_value config,
                       const struct spec_family *family, const struct spec_class *class)
{
    const char *keys[COUNT(class->parameters) + 1];
    size_t n = count_parameters(class);
    for (size_t i = 0; i < n; i++)
        keys[i] = class->parameters[i].key;
    const struct json_value dtype = json_member(config, "dtype");
    if (family == &spec_initializers && json_kind(config) == JSON_OBJECT &&
        json_is_present(dtype)) {
        keys[n++] = "dtype";
        spec_warn(r, dtype, "got a dtype, as TensorFlow 1 writes; ignored");
    }
    return json_check_keys(config, keys, n, r->err);
}

static bool write_config(struct spec_reader *r, struct json_value config,
                         const struct spec_class *class, struct text *out)
{
    const bool is_tf = r->spec->dialect != TCONV_KERAS3;
    text_put(out, "{");
    for (size_t i = 0; i < count_parameters(class); i++) {
        const struct spec_parameter *p = &class->parameters[i];
        const struct json_value value = json_member(config, p->key);
        const bool is_given = json_kind(config) == JSON_OBJECT &&
                              json_is_present(value) &&
                              !(p->null_is_otherwise && json_kind(value) == JSON_NULL);
        text_print(out, "%s\"%s\": ", i == 0 ? "" : ", ", p->key);
        if (!is_given)
            text_put(out,
                     is_tf && p->tf_otherwise != NULL ? p->tf_otherwise : p->otherwise);
        else if (!p->read(r, value, out))
            return false;
    }
    text_put(out, "}");
    return text_ok(out, r->err);
}

/* Stores a class with its parameters; config is absent or null when only a name was
 * given. */
static bool store(struct spec_reader *r, struct json_value config,
                  const struct spec_class *class, struct tconv_spec_object *out)
{
    struct text text = {0};
    r->spec->needs_tf |= class->keras3_has_none;
    out->class_name = class->names[0];
    out->config = write_config(r, config, class, &text)
                      ? arena_copy_text(r->arena, text_string(&text), r->err)
                      : NULL;
    text_free(&text);
    return out->config != NULL;
}

static bool read_named(struct spec_reader *r, struct json_value value,
                       const struct spec_family *family, struct tconv_spec_object *out)
{
    const char *name;
    if (!json_read_string(value, &name, r->err))
        return false;
    const struct spec_class *class = find_class(r, name, family);
    if (class == NULL)
        return refuse_name(r, value, family);
    const struct json_value no_config = {.json = value.json};
    return check_rank(r, value, class) && store(r, no_config, class, out);
}

static bool read_wrapped(struct spec_reader *r, struct json_value value,
                         const struct spec_family *family, struct tconv_spec_object *out)
{
    struct spec_wrapped wrapped;
    if (!spec_read_wrapped(r, value, family->what, &wrapped))
        return false;
    const struct json_value name = json_member(value, "class_name");
    const struct spec_class *class = find_class(r, wrapped.class_name, family);
    if (class == NULL)
        return refuse_name(r, name, family);
    if (json_kind(wrapped.config) > JSON_NULL &&
        !json_need_object(wrapped.config, "null or an object", r->err))
        return false;
    return check_rank(r, name, class) && check_keys(r, wrapped.config, family, class) &&
           store(r, wrapped.config, class, out);
}

static bool read_object(struct spec_reader *r, struct json_value value,
                        const struct spec_family *family, struct tconv_spec_object *out)
{
    switch (json_kind(value)) {
    case JSON_ABSENT:
        return true;
    case JSON_NULL:
        *out = (struct tconv_spec_object){0};
        return true;
    case JSON_STRING:
        return read_named(r, value, family, out);
    case JSON_OBJECT:
        return read_wrapped(r, value, family, out);
    default:
        return json_refuse(value, r->err, "null, the name of %s or its object",
                           family->what);
    }
}

bool spec_read_initializer(struct spec_reader *r, struct json_value value,
                           struct tconv_spec_object *out)
{
    return read_object(r, value, &spec_initializers, out);
}

bool spec_read_regularizer(struct spec_reader *r, struct json_value value,
                           struct tconv_spec_object *out)
{
    return read_object(r, value, &spec_regularizers, out);
}

bool spec_read_constraint(struct spec_reader *r, struct json_value value,
                          struct tconv_spec_object *out)
{
    return read_object(r, value, &spec_constraints, out);
}
