/* layer_nodes: symbols, and the nodes that calls on them make. */
#include "layer_steps.h"

#include <stdio.h>
#include <string.h>

#include "layer_words.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static const struct tconv_keras_symbol *symbol_of(const struct objects *o,
                                                  const char *text)
{
    for (size_t i = 0; i < o->n_symbols; i++)
        if (strcmp(o->symbols[i].name, text) == 0)
            return o->symbols[i].symbol;
    return NULL;
}

static const char *name_of(const struct objects *o,
                           const struct tconv_keras_symbol *symbol)
{
    for (size_t i = 0; i < o->n_symbols; i++)
        if (o->symbols[i].symbol == symbol)
            return o->symbols[i].name;
    return symbol == NULL ? "none" : "another";
}

static void add_symbol(struct objects *o, const char *text,
                       const struct tconv_keras_symbol *symbol)
{
    if (o->n_symbols == MOST_SYMBOLS)
        return;
    snprintf(o->symbols[o->n_symbols].name, sizeof o->symbols->name, "%s", text);
    o->symbols[o->n_symbols++].symbol = symbol;
}

bool run_symbol(struct objects *o, char *rest, struct result *r)
{
    (void)r;
    struct tconv_keras_symbol *made = keep(o, 1, sizeof *made);
    const char *text = word(&rest);
    made->type = type_of(word(&rest));
    made->shape = shape_of(word(&rest));
    made->mask = rest == NULL ? NULL : symbol_of(o, rest);
    add_symbol(o, text, made);
    return true;
}

bool run_call_symbolic(struct objects *o, char *rest, struct result *r)
{
    struct tconv_keras_layer *layer = LAYER;
    const struct tconv_keras_symbol *input = symbol_of(o, word(&rest));
    const struct tconv_keras_symbol *made =
        tconv_keras_call_symbolic(layer, input, &r->error);
    if (made == NULL)
        return false;
    add_symbol(o, rest, made);
    say(r, "%s ", type_names[made->type]);
    say_shape(r, &made->shape);
    say(r, " %s", name_of(o, made->mask));
    return true;
}

bool run_compute_mask(struct objects *o, char *rest, struct result *r)
{
    struct tconv_keras_layer *layer = LAYER;
    const struct tconv_keras_symbol *out;
    if (!tconv_keras_compute_mask(layer, symbol_of(o, rest), &out, &r->error))
        return false;
    say(r, "%s", name_of(o, out));
    return true;
}

typedef bool get_symbol(const struct tconv_keras_layer *,
                        const struct tconv_keras_symbol **, struct tconv_keras_error *);
typedef bool get_symbol_at(const struct tconv_keras_layer *, ptrdiff_t,
                           const struct tconv_keras_symbol **,
                           struct tconv_keras_error *);
typedef bool get_shape(const struct tconv_keras_layer *, struct tconv_keras_shape *,
                       struct tconv_keras_error *);
typedef bool get_shape_at(const struct tconv_keras_layer *, ptrdiff_t,
                          struct tconv_keras_shape *, struct tconv_keras_error *);

static const struct {
    const char *name;
    get_symbol *symbol;
    get_symbol_at *symbol_at;
    get_shape *shape;
    get_shape_at *shape_at;
} members[] = {
    {"input", .symbol = tconv_keras_input},
    {"output", .symbol = tconv_keras_output},
    {"input_mask", .symbol = tconv_keras_input_mask},
    {"output_mask", .symbol = tconv_keras_output_mask},
    {"input_shape", .shape = tconv_keras_input_shape},
    {"output_shape", .shape = tconv_keras_output_shape},
    {"get_input_at", .symbol_at = tconv_keras_get_input_at},
    {"get_output_at", .symbol_at = tconv_keras_get_output_at},
    {"get_input_mask_at", .symbol_at = tconv_keras_get_input_mask_at},
    {"get_output_mask_at", .symbol_at = tconv_keras_get_output_mask_at},
    {"get_input_shape_at", .shape_at = tconv_keras_get_input_shape_at},
    {"get_output_shape_at", .shape_at = tconv_keras_get_output_shape_at},
};

bool run_get(struct objects *o, char *rest, struct result *r)
{
    const struct tconv_keras_layer *layer = LAYER;
    const char *member = word(&rest);
    const ptrdiff_t index = integer(&rest);
    size_t i = 0;
    while (i < COUNT(members) - 1 && strcmp(members[i].name, member) != 0)
        i++;
    const struct tconv_keras_symbol *found = NULL;
    struct tconv_keras_shape shape = {.rank = 0};
    const bool is_shape = members[i].shape != NULL || members[i].shape_at != NULL;
    const bool ok =
        members[i].symbol != NULL ? members[i].symbol(layer, &found, &r->error)
        : members[i].symbol_at != NULL
            ? members[i].symbol_at(layer, index, &found, &r->error)
        : members[i].shape != NULL ? members[i].shape(layer, &shape, &r->error)
                                   : members[i].shape_at(layer, index, &shape, &r->error);
    if (ok && is_shape)
        say_shape(r, &shape);
    else if (ok)
        say(r, "%s", name_of(o, found));
    return ok;
}
