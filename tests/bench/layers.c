/* layers: columns by name, numbers, and a config for each line. */
#include "layers.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "csv.h"
#include "file.h"

enum { MOST_COLUMNS = 64 };

enum kind { TEXT, NUMBER, OPTIONAL };

static const struct column {
    const char *name;
    enum kind kind;
    size_t offset;
} columns[] = {
    {"name", TEXT, offsetof(struct layer, name)},
    {"n", NUMBER, offsetof(struct layer, n)},
    {"h", NUMBER, offsetof(struct layer, h)},
    {"w", NUMBER, offsetof(struct layer, w)},
    {"cin", NUMBER, offsetof(struct layer, cin)},
    {"cout", NUMBER, offsetof(struct layer, cout)},
    {"kh", NUMBER, offsetof(struct layer, kh)},
    {"kw", NUMBER, offsetof(struct layer, kw)},
    {"sh", NUMBER, offsetof(struct layer, sh)},
    {"sw", NUMBER, offsetof(struct layer, sw)},
    {"padding", TEXT, offsetof(struct layer, padding)},
    {"output_padding", OPTIONAL, offsetof(struct layer, output_padding)},
    {"out_h", OPTIONAL, offsetof(struct layer, out_h)},
    {"out_w", OPTIONAL, offsetof(struct layer, out_w)},
    {"crop_top", OPTIONAL, offsetof(struct layer, crop_top)},
    {"crop_left", OPTIONAL, offsetof(struct layer, crop_left)},
};
enum { N_COLUMNS = sizeof columns / sizeof columns[0] };

/* The column of each field of the first line. */
static bool read_header(char *fields[], size_t n, size_t *order, const char *path,
                        struct error *err)
{
    bool seen[N_COLUMNS] = {false};
    for (size_t f = 0; f < n; f++) {
        size_t c = 0;
        while (c < N_COLUMNS && strcmp(columns[c].name, fields[f]) != 0)
            c++;
        if (c == N_COLUMNS || seen[c])
            return error_set(err,
                             "%s:1: got column \"%s\"; expected the columns of zoo.csv",
                             path, fields[f]);
        order[f] = c;
        seen[c] = true;
    }
    for (size_t c = 0; c < N_COLUMNS; c++)
        if (!seen[c] && columns[c].kind != OPTIONAL)
            return error_set(err, "%s:1: got no column \"%s\"; expected one", path,
                             columns[c].name);
    return true;
}

static bool read_field(struct layer *layer, const struct column *column, char *field,
                       struct error *err)
{
    void *to = (char *)layer + column->offset;
    char *end;
    if (column->kind == TEXT) {
        memcpy(to, &field, sizeof field);
        return field[0] != '\0' ||
               error_set(err, "%s: got no %s; expected one", layer->place, column->name);
    }
    const size_t value = strtoul(field, &end, 10);
    if (column->kind == OPTIONAL && field[0] == '\0')
        return true;
    if (end == field || *end != '\0' || field[0] == '-')
        return error_set(err, "%s: %s: got \"%s\"; expected a number", layer->place,
                         column->name, field);
    memcpy(to, &value, sizeof value);
    return true;
}

static bool read_layer(struct layer *layer, char *fields[], size_t n, size_t n_columns,
                       const size_t *order, struct error *err)
{
    if (n != n_columns)
        return error_set(err, "%s: got %zu fields; expected %zu", layer->place, n,
                         n_columns);
    layer->output_padding = layer->out_h = layer->out_w = LAYER_UNKNOWN;
    layer->crop_top = layer->crop_left = LAYER_UNKNOWN;
    for (size_t f = 0; f < n; f++)
        if (!read_field(layer, &columns[order[f]], fields[f], err))
            return false;
    return true;
}

static size_t count_lines(const char *text)
{
    size_t n = 1;
    for (; *text != '\0'; text++)
        n += *text == '\n';
    return n;
}

static const char *place_of(const char *path, size_t number, struct arena *arena,
                            struct error *err)
{
    struct text place = {0};
    const char *slash = strrchr(path, '/');
    text_print(&place, "%s:%zu", slash == NULL ? path : slash + 1, number);
    const char *copy = arena_copy_text(arena, text_string(&place), err);
    text_free(&place);
    return copy;
}

static bool read_lines(struct layers *layers, const char *path, char *text,
                       struct arena *arena, struct error *err)
{
    char *fields[MOST_COLUMNS], *end;
    size_t order[MOST_COLUMNS], n_columns = 0;
    layers->at = arena_take(arena, count_lines(text), sizeof *layers->at, err);
    for (size_t number = 1; layers->at != NULL && text != NULL; number++, text = end) {
        end = strchr(text, '\n');
        if (end != NULL)
            *end++ = '\0';
        if (text[strspn(text, " \t\r")] == '\0' || text[0] == '#')
            continue;
        const size_t n = csv_cut(text, fields, MOST_COLUMNS);
        if (n_columns == 0) {
            n_columns = n;
            if (!read_header(fields, n, order, path, err))
                return false;
            continue;
        }
        struct layer *layer = &layers->at[layers->n++];
        layer->place = place_of(path, number, arena, err);
        if (layer->place == NULL || !read_layer(layer, fields, n, n_columns, order, err))
            return false;
    }
    return layers->at != NULL &&
           (layers->n > 0 || error_set(err, "%s: got no layer; expected some", path));
}

bool layers_read(struct layers *layers, const char *path, struct arena *arena,
                 struct error *err)
{
    struct text bytes = {0};
    char *copy = NULL;
    *layers = (struct layers){0};
    if (file_read(path, &bytes, err))
        copy = arena_copy_text(arena, text_string(&bytes), err);
    text_free(&bytes);
    return copy != NULL && read_lines(layers, path, copy, arena, err);
}

bool list_has(const char *list, const char *word)
{
    const size_t length = strlen(word);
    for (; *list != '\0'; list += strcspn(list, ","), list += *list == ',')
        if (strncmp(list, word, length) == 0 && (list[length] == ',' || !list[length]))
            return true;
    return false;
}

static bool names_exist(const struct layers *layers, const char *names, struct error *err)
{
    for (size_t length; *names != '\0'; names += length, names += *names == ',') {
        size_t i = 0;
        length = strcspn(names, ",");
        while (i < layers->n && (strncmp(layers->at[i].name, names, length) != 0 ||
                                 layers->at[i].name[length] != '\0'))
            i++;
        if (i == layers->n)
            return error_set(err, "--only: got \"%.*s\"; expected the name of a layer",
                             (int)length, names);
    }
    return true;
}

bool layers_keep(struct layers *layers, const char *names, struct error *err)
{
    size_t kept = 0;
    if (names == NULL)
        return true;
    if (!names_exist(layers, names, err))
        return false;
    for (size_t i = 0; i < layers->n; i++)
        if (list_has(names, layers->at[i].name))
            layers->at[kept++] = layers->at[i];
    layers->n = kept;
    return true;
}

void layer_put_config(const struct layer *layer, struct text *out)
{
    text_print(out,
               "{\"name\": \"%s\", \"filters\": %zu, \"kernel_size\": [%zu, %zu], "
               "\"strides\": [%zu, %zu], \"padding\": \"%s\", \"use_bias\": false",
               layer->name, layer->cout, layer->kh, layer->kw, layer->sh, layer->sw,
               layer->padding);
    if (layer->output_padding != LAYER_UNKNOWN)
        text_print(out, ", \"output_padding\": [%zu, %zu]", layer->output_padding,
                   layer->output_padding);
    text_put(out, "}");
}
