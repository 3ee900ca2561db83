/* line: a table of keys, and the JSON that Keras would write. */
#include "line.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])
#define FIELD(name) offsetof(struct line, name)

/* A key with sizes, `3x2`; fewer than n are repeated. `seen`: a flag to set, or 0. */
static const struct {
    const char *key;
    size_t field, n, seen;
} sizes[] = {
    {"in", FIELD(in), 3, 0},
    {"filters", FIELD(filters), 1, 0},
    {"kernel", FIELD(kernel), 2, 0},
    {"strides", FIELD(strides), 2, 0},
    {"dilation", FIELD(dilation), 2, 0},
    {"op", FIELD(op), 2, FIELD(has_op)},
    {"outputs", FIELD(outputs), 2, 0},
    {"depth", FIELD(depth), 2, 0},
    {"spans", FIELD(spans), 2, 0},
    {"group", FIELD(group), 1, 0},
    {"halves", FIELD(halves), 1, 0},
    {"batch", FIELD(batch), 1, 0},
    {"statements", FIELD(max_statements), 1, 0},
    {"code", FIELD(max_code_bytes), 1, 0},
};

static const struct {
    const char *key;
    size_t field;
} words_with_value[] = {
    {"activation", FIELD(activation)},
    {"unroll", FIELD(unroll)},
    {"target", FIELD(target)},
};

static const struct {
    const char *word;
    size_t field;
    bool value;
} flags[] = {
    {"same", FIELD(is_same), true},
    {"valid", FIELD(is_same), false},
    {"channels_first", FIELD(is_channels_first), true},
    {"channels_last", FIELD(is_channels_first), false},
    {"float64", FIELD(is_float64), true},
    {"float32", FIELD(is_float64), false},
    {"nobias", FIELD(has_no_bias), true},
    {"forward_only", FIELD(is_forward_only), true},
    {"tf", FIELD(is_tf), true},
    {"aligned", FIELD(is_aligned), true},
    {"refused", FIELD(is_refused), true},
};

static const char *const unrolls[] = {[PLAN_UNROLL_AUTO] = "auto",
                                      [PLAN_UNROLL_FULL] = "full",
                                      [PLAN_UNROLL_TILE] = "tile"};

static bool *flag_at(struct line *line, size_t field)
{
    return (bool *)((char *)line + field);
}

static bool read_sizes(const char *value, size_t n, size_t *out)
{
    for (size_t i = 0; i < n; i++) {
        char *end;
        if (*value < '0' || *value > '9')
            return false;
        out[i] = strtoul(value, &end, 10);
        if (*end == '\0') {
            for (size_t rest = i + 1; rest < n && i == 0; rest++)
                out[rest] = out[0];
            return i == 0 || i + 1 == n;
        }
        if (*end != 'x')
            return false;
        value = end + 1;
    }
    return false;
}

static bool read_flag(struct line *line, const char *word)
{
    for (size_t i = 0; i < COUNT(flags); i++)
        if (strcmp(word, flags[i].word) == 0) {
            *flag_at(line, flags[i].field) = flags[i].value;
            return true;
        }
    return false;
}

static bool read_pair(struct line *line, const char *key, const char *value)
{
    for (size_t i = 0; i < COUNT(sizes); i++)
        if (strcmp(key, sizes[i].key) == 0) {
            if (sizes[i].seen != 0)
                *flag_at(line, sizes[i].seen) = true;
            return read_sizes(value, sizes[i].n,
                              (size_t *)((char *)line + sizes[i].field));
        }
    for (size_t i = 0; i < COUNT(words_with_value); i++)
        if (strcmp(key, words_with_value[i].key) == 0) {
            strcpy((char *)line + words_with_value[i].field, value);
            return true;
        }
    return false;
}

static bool find_unroll(const char *word, enum plan_unroll *unroll)
{
    for (size_t i = 0; i < COUNT(unrolls); i++)
        if (strcmp(word, unrolls[i]) == 0) {
            *unroll = (enum plan_unroll)i;
            return true;
        }
    return false;
}

/* Copies the next word and steps over it; false at the end of the line. */
static bool next_word(const char **words, char word[LINE_WORD_BYTES])
{
    *words += strspn(*words, " \t\r\n");
    const size_t length = strcspn(*words, " \t\r\n");
    if (length == 0 || **words == '#')
        return false;
    snprintf(word, LINE_WORD_BYTES, "%.*s", (int)length, *words);
    *words += length;
    return true;
}

bool line_read(struct line *line, const char *words, struct error *err)
{
    char key[LINE_WORD_BYTES], value[LINE_WORD_BYTES] = "";
    enum plan_unroll unroll;
    *line = (struct line){.in = {1, 1, 1},
                          .filters = 1,
                          .kernel = {1, 1},
                          .strides = {1, 1},
                          .dilation = {1, 1},
                          .activation = "linear",
                          .unroll = "auto",
                          .target = "native",
                          .batch = 1,
                          .group = 1,
                          .max_statements = PLAN_MAX_STATEMENTS};
    while (next_word(&words, key))
        if (!read_flag(line, key) &&
            (!next_word(&words, value) || !read_pair(line, key, value)))
            return error_set(err, "got \"%s %s\"; expected a key of line.h and its value",
                             key, value);
    return find_unroll(line->unroll, &unroll) ||
           error_set(err, "got unroll \"%s\"; expected auto, full or tile", line->unroll);
}

struct plan_request line_request(const struct line *line)
{
    struct plan_request request = {.backward = !line->is_forward_only,
                                   .max_statements = line->max_statements,
                                   .max_code_bytes = line->max_code_bytes};
    find_unroll(line->unroll, &request.unroll);
    return request;
}

static void write_pair(struct text *json, const char *key, const size_t pair[2])
{
    text_print(json, ", \"%s\": [%zu, %zu]", key, pair[0], pair[1]);
}

static void write_config(const struct line *line, const size_t dilation[2],
                         struct text *json)
{
    const bool is_object = line->activation[0] == '{';
    const char *quote = is_object ? "" : "\"";
    text_print(json, "{\"filters\": %zu", line->filters);
    write_pair(json, "kernel_size", line->kernel);
    write_pair(json, "strides", line->strides);
    write_pair(json, "dilation_rate", dilation);
    if (line->has_op)
        write_pair(json, "output_padding", line->op);
    text_print(json, ", \"padding\": \"%s\"", line->is_same ? "same" : "valid");
    text_print(json, ", \"data_format\": \"channels_%s\"",
               line->is_channels_first ? "first" : "last");
    text_print(json, ", \"dtype\": \"float%d\"", line->is_float64 ? 64 : 32);
    text_print(json, ", \"use_bias\": %s", line->has_no_bias ? "false" : "true");
    text_print(json, ", \"activation\": %s%s%s", quote, line->activation, quote);
    text_print(json, "%s}", line->is_tf ? ", \"groups\": 1" : "");
}

/* Keras refuses strides with a dilation, so that the config says none and the spec is
 * changed after it was read. */
bool line_derive_spec(const struct line *line, const char *place, struct tconv_spec *spec,
                      struct arena *arena, struct error *err)
{
    const bool is_strided = line->strides[0] > 1 || line->strides[1] > 1;
    const size_t none[2] = {1, 1}, in[2] = {line->in[0], line->in[1]};
    struct text json = {0}, warnings = {0};
    write_config(line, is_strided ? none : line->dilation, &json);
    const bool done =
        text_ok(&json, err) &&
        spec_read(spec, place, json.bytes, json.length, NULL, &warnings, arena, err) &&
        spec_set_input(spec, in, line->in[2], err);
    for (int a = 0; done && a < 2; a++)
        spec->dilation[a] = line->dilation[a];
    text_free(&json);
    text_free(&warnings);
    return done;
}
