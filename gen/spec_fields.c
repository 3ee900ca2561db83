#include "spec_fields.h"

#include <string.h>
#include <strings.h>

bool spec_read_name(struct spec_reader *r, struct json_value value)
{
    const enum json_kind kind = json_kind(value);
    const char *name;
    if (kind == JSON_ABSENT || kind == JSON_NULL)
        return true;
    if (kind != JSON_STRING || !json_read_string(value, &name, r->err) ||
        strchr(name, '/') != NULL)
        return json_refuse(value, r->err, "null or a string without '/'");
    r->spec->has_name = true;
    r->spec->name = arena_copy_text(r->arena, name, r->err);
    return r->spec->name != NULL;
}

static bool read_flag(struct spec_reader *r, struct json_value value, bool *out)
{
    return !json_is_present(value) || json_read_bool(value, out, r->err);
}

bool spec_read_trainable(struct spec_reader *r, struct json_value value)
{
    return read_flag(r, value, &r->spec->trainable);
}

bool spec_read_use_bias(struct spec_reader *r, struct json_value value)
{
    return read_flag(r, value, &r->spec->use_bias);
}

bool spec_read_dtype(struct spec_reader *r, struct json_value value)
{
    r->spec->has_type = json_kind(value) > JSON_NULL;
    return !json_is_present(value) || spec_read_type(r, value, &r->spec->type);
}

bool spec_read_filters(struct spec_reader *r, struct json_value value)
{
    return json_read_size(value, 1, SPEC_LARGEST_SIZE, &r->spec->filters, r->err);
}

/* An integer, for both axes, or an array of two. */
static bool read_pair(struct spec_reader *r, struct json_value value, size_t low,
                      size_t pair[2])
{
    const enum json_kind kind = json_kind(value);
    if (kind == JSON_ARRAY && json_count(value) == 2)
        return json_read_size(json_item(value, 0), low, SPEC_LARGEST_SIZE, &pair[0],
                              r->err) &&
               json_read_size(json_item(value, 1), low, SPEC_LARGEST_SIZE, &pair[1],
                              r->err);
    if (kind != JSON_NUMBER)
        return json_refuse(value, r->err, "an integer from %zu or an array of two", low);
    if (!json_read_size(value, low, SPEC_LARGEST_SIZE, &pair[0], r->err))
        return false;
    pair[1] = pair[0];
    return true;
}

bool spec_read_kernel_size(struct spec_reader *r, struct json_value value)
{
    return read_pair(r, value, 1, r->spec->kernel);
}

bool spec_read_strides(struct spec_reader *r, struct json_value value)
{
    return !json_is_present(value) || read_pair(r, value, 1, r->spec->stride);
}

bool spec_read_dilation_rate(struct spec_reader *r, struct json_value value)
{
    return !json_is_present(value) || read_pair(r, value, 1, r->spec->dilation);
}

bool spec_read_output_padding(struct spec_reader *r, struct json_value value)
{
    const enum json_kind kind = json_kind(value);
    r->spec->has_output_padding = kind > JSON_NULL;
    if (!r->spec->has_output_padding)
        return true;
    return read_pair(r, value, 0, r->spec->output_padding);
}

/* Whether the value is this word, in any letter case. */
static bool is_word(struct json_value value, const char *word)
{
    struct error ignored = {0};
    const char *string;
    return json_read_string(value, &string, &ignored) && strcasecmp(string, word) == 0;
}

bool spec_read_padding(struct spec_reader *r, struct json_value value)
{
    const bool is_same = is_word(value, "same");
    r->spec->padding = is_same ? TCONV_PADDING_SAME : TCONV_PADDING_VALID;
    return is_same || !json_is_present(value) || is_word(value, "valid") ||
           json_refuse(value, r->err, "\"valid\" or \"same\"");
}

bool spec_read_data_format(struct spec_reader *r, struct json_value value)
{
    r->spec->channels_first = is_word(value, "channels_first");
    return r->spec->channels_first || !json_is_present(value) ||
           json_kind(value) == JSON_NULL || is_word(value, "channels_last") ||
           json_refuse(value, r->err, "\"channels_last\", \"channels_first\" or null");
}

/* TensorFlow's Conv2D writes it; a transposed convolution never groups. */
bool spec_read_groups(struct spec_reader *r, struct json_value value)
{
    struct error ignored = {0};
    size_t groups;
    if (!json_is_present(value))
        return true;
    if (!json_read_size(value, 1, 1, &groups, &ignored))
        return json_refuse(value, r->err, "1: a transposed convolution has no groups");
    spec_warn(r, value, "got 1, which Keras 3 does not know; ignored");
    return true;
}

enum { KERNEL_RANK = 4, BIAS_RANK = 1, IMAGE_RANK = 4 };

bool spec_read_kernel_initializer(struct spec_reader *r, struct json_value value)
{
    r->rank = KERNEL_RANK;
    return spec_read_initializer(r, value, &r->spec->kernel_initializer);
}

bool spec_read_bias_initializer(struct spec_reader *r, struct json_value value)
{
    r->rank = BIAS_RANK;
    return spec_read_initializer(r, value, &r->spec->bias_initializer);
}

bool spec_read_kernel_regularizer(struct spec_reader *r, struct json_value value)
{
    r->rank = KERNEL_RANK;
    return spec_read_regularizer(r, value, &r->spec->kernel_regularizer);
}

bool spec_read_bias_regularizer(struct spec_reader *r, struct json_value value)
{
    r->rank = BIAS_RANK;
    return spec_read_regularizer(r, value, &r->spec->bias_regularizer);
}

bool spec_read_activity_regularizer(struct spec_reader *r, struct json_value value)
{
    r->rank = IMAGE_RANK;
    return spec_read_regularizer(r, value, &r->spec->activity_regularizer);
}

bool spec_read_kernel_constraint(struct spec_reader *r, struct json_value value)
{
    r->rank = KERNEL_RANK;
    return spec_read_constraint(r, value, &r->spec->kernel_constraint);
}

bool spec_read_bias_constraint(struct spec_reader *r, struct json_value value)
{
    r->rank = BIAS_RANK;
    return spec_read_constraint(r, value, &r->spec->bias_constraint);
}
