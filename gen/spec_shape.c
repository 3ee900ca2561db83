/*
 * The input's shape: from --input-shape, a record's build_config, or the config's own
 * keys.
 */
#include <string.h>

#include "spec_reader.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

enum { LARGEST_BATCH = 1 << 30 };

/* Sizes without the batch, in the order of the tensor; 0 where the config says null. */
struct shape {
    bool is_given;
    struct json_value channels; /* where the channels stand; absent for --input-shape */
    size_t sizes[3];
};

static void store_shape(struct tconv_spec *spec, const size_t sizes[3])
{
    const size_t first = spec->channels_first ? 1 : 0;
    spec->in[0] = sizes[first];
    spec->in[1] = sizes[first + 1];
    spec->in_c = sizes[spec->channels_first ? 0 : 2];
    spec->has_input = spec->in[0] > 0 && spec->in[1] > 0 && spec->in_c > 0;
}

static const char *order(const struct tconv_spec *spec)
{
    return spec->channels_first ? "C,H,W" : "H,W,C";
}

/* Reads digits and what ends them (',' or the end); 0 when it is not a size of this room.
 */
static size_t read_size(const char **at, char end)
{
    size_t size = 0;
    const char *first = *at;
    for (; **at >= '0' && **at <= '9' && size <= SPEC_LARGEST_SIZE; ++*at)
        size = size * 10 + (size_t)(**at - '0');
    if (*at == first || **at != end || size > SPEC_LARGEST_SIZE)
        return 0;
    *at += end != '\0';
    return size;
}

static bool read_argument(struct tconv_spec *spec, const char *argument,
                          struct error *err)
{
    size_t sizes[3];
    const char *at = argument;
    for (size_t i = 0; i < 3; i++) {
        sizes[i] = read_size(&at, i < 2 ? ',' : '\0');
        if (sizes[i] == 0)
            return error_set(err,
                             "--input-shape: got \"%.60s\"; expected %s, three integers "
                             "from 1 to %u",
                             argument, order(spec), SPEC_LARGEST_SIZE);
    }
    store_shape(spec, sizes);
    return true;
}

static bool read_dimension(struct spec_reader *r, struct json_value value, size_t low,
                           size_t high, size_t *out)
{
    *out = 0;
    if (json_kind(value) == JSON_NULL)
        return true;
    if (json_kind(value) != JSON_NUMBER)
        return json_refuse(value, r->err, "null or an integer from %zu", low);
    return json_read_size(value, low, high, out, r->err);
}

/* Reads a shape of three sizes, after the batch when it has one; the first given one
 * wins. */
static bool read_dimensions(struct spec_reader *r, struct json_value value,
                            bool has_batch, struct shape *shape)
{
    const size_t skip = has_batch ? 1 : 0;
    struct shape found = {.is_given = true};
    size_t batch;
    if (json_kind(value) <= JSON_NULL)
        return true;
    if (json_kind(value) != JSON_ARRAY || json_count(value) != 3 + skip)
        return json_refuse(value, r->err, "[%s%s]", has_batch ? "batch, " : "",
                           r->spec->channels_first ? "channels, rows, columns"
                                                   : "rows, columns, channels");
    if (has_batch && !read_dimension(r, json_item(value, 0), 0, LARGEST_BATCH, &batch))
        return false;
    for (size_t i = 0; i < 3; i++)
        if (!read_dimension(r, json_item(value, i + skip), 1, SPEC_LARGEST_SIZE,
                            &found.sizes[i]))
            return false;
    found.channels = json_item(value, (r->spec->channels_first ? 0 : 2) + skip);
    if (!shape->is_given)
        *shape = found;
    return true;
}

static bool read_build_config(struct spec_reader *r, struct shape *shape)
{
    static const char *const keys[] = {"input_shape"};
    const struct json_value build = json_member(r->record, "build_config");
    if (json_kind(build) <= JSON_NULL)
        return true;
    return json_need_object(build, "null or an object", r->err) &&
           json_check_keys(build, keys, COUNT(keys), r->err) &&
           read_dimensions(r, json_member(build, "input_shape"), true, shape);
}

static bool read_given(struct spec_reader *r, struct shape *shape)
{
    const struct json_value c = r->config;
    return read_build_config(r, shape) &&
           read_dimensions(r, json_member(c, "batch_input_shape"), true, shape) &&
           read_dimensions(r, json_member(c, "batch_shape"), true, shape) &&
           read_dimensions(r, json_member(c, "input_shape"), false, shape);
}

/* Keeps the config's own shape as TensorFlow writes it back: with the batch. */
static bool keep_batch_shape(struct spec_reader *r)
{
    static const char *const keys[] = {"batch_input_shape", "batch_shape", "input_shape"};
    struct json_value shape = {.json = r->config.json};
    size_t i = 0;
    for (; i < COUNT(keys) && json_kind(shape) <= JSON_NULL; i++)
        shape = json_member(r->config, keys[i]);
    if (json_kind(shape) <= JSON_NULL)
        return true;
    const bool has_batch = json_count(shape) == 4;
    struct text text = {0};
    json_write(shape, &text);
    struct text with_batch = {0};
    text_print(&with_batch, "[%s%s", has_batch ? "" : "null, ", text_string(&text) + 1);
    const bool ok = text_ok(&text, r->err) && text_ok(&with_batch, r->err);
    if (ok)
        r->spec->batch_input_shape =
            arena_copy_text(r->arena, text_string(&with_batch), r->err);
    text_free(&text);
    text_free(&with_batch);
    return ok && r->spec->batch_input_shape != NULL;
}

bool spec_read_shape(struct spec_reader *r, const char *argument)
{
    struct shape shape = {.is_given = false};
    if (!read_given(r, &shape) || !keep_batch_shape(r))
        return false;
    if (argument != NULL)
        return read_argument(r->spec, argument, r->err);
    if (!shape.is_given)
        return true;
    store_shape(r->spec, shape.sizes);
    return r->spec->in_c > 0 ||
           json_refuse(shape.channels, r->err, "the number of channels, as in Keras");
}

bool spec_set_input(struct tconv_spec *spec, const size_t in[2], size_t in_c,
                    struct error *err)
{
    const size_t sizes[] = {in[0], in[1], in_c};
    for (size_t i = 0; i < 3; i++)
        if (sizes[i] == 0 || sizes[i] > SPEC_LARGEST_SIZE)
            return error_set(
                err,
                "%s: input: got %zu rows, %zu columns, %zu channels; expected "
                "each from 1 to %u",
                spec->place, in[0], in[1], in_c, SPEC_LARGEST_SIZE);
    if (spec->in_c > 0 && in_c != spec->in_c)
        return error_set(err, "%s: input: got %zu channels; expected %zu, as it has",
                         spec->place, in_c, spec->in_c);
    spec->in[0] = in[0];
    spec->in[1] = in[1];
    spec->in_c = in_c;
    spec->has_input = true;
    return true;
}

bool spec_require_input(const struct tconv_spec *spec, struct error *err)
{
    return spec->has_input ||
           error_set(
               err,
               "%s: input shape: got none with rows, columns and channels; expected "
               "--input-shape %s, or build_config.input_shape or batch_input_shape "
               "without null sizes",
               spec->place, order(spec));
}
