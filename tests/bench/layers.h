/*
 * layers: the shapes file. One layer a line; the first line names the columns.
 */
#ifndef TCONV_BENCH_LAYERS_H
#define TCONV_BENCH_LAYERS_H

#include "arena.h"
#include "error.h"
#include "text.h"

#define LAYER_UNKNOWN ((size_t)-1)

/* The columns n .. padding are required. An empty output_padding is Keras' None; out_h ..
 * crop_left, where they are there, are checked against what the geometry derives. */
struct layer {
    const char *place; /* "zoo.csv:3" */
    const char *name, *padding;
    size_t n, h, w, cin, cout, kh, kw, sh, sw;
    size_t output_padding, out_h, out_w, crop_top, crop_left; /* or LAYER_UNKNOWN */
};

struct layers {
    struct layer *at;
    size_t n;
};

/* Reads the file; its texts live in the arena. */
bool layers_read(struct layers *layers, const char *path, struct arena *arena,
                 struct error *err) MUST_USE;

/* Keeps those that the comma-parted list names, in the file's order; NULL keeps all.
 * Fails for a name that no layer has. */
bool layers_keep(struct layers *layers, const char *names, struct error *err) MUST_USE;

/* Appends the layer's Keras config, JSON: float32, channels_last, no bias. */
void layer_put_config(const struct layer *layer, struct text *out);

/* Whether the comma-parted list has the word. */
bool list_has(const char *list, const char *word);

#endif
