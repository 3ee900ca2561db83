/*
 * scatter: the sizes of a forward pass that multiplies every input pixel with the weights
 * of all taps at once, and then adds the products into the outputs that they meet.
 *
 * For each input row the products of all its pixels are kept in a state: per pixel
 * kernel rows times kernel columns times output channels, kernel rows last to first. The
 * state of the row before, stride kernel rows on, is what they begin with, so that after
 * input row i the kernel rows p < stride hold the finished sums of natural output row
 * i*stride + p over the rows of the kernel. What is left is to add, along the columns,
 * what up to `reach` neighbours gave to the same outputs: a chunk of stride outputs at a
 * time. All numbers are elements. This room counts; it knows nothing of cost.
 */
#ifndef TCONV_GEN_SCATTER_H
#define TCONV_GEN_SCATTER_H

#include "geometry.h"

struct scatter {
    size_t columns; /* products of one pixel: taps times output channels */
    size_t tap_row; /* of them, those of one kernel row */
    size_t shift;   /* from a kernel row to the one `stride` rows on; 0: none is so far */
    size_t margin;  /* zeros before the products of a pixel, that `shift` may reach */
    size_t pixel;   /* margin and products, both in whole vectors */
    size_t before;  /* pixels of zeros before the first one of the state */
    size_t state_size; /* all pixels, those of zeros too */
    size_t chunk;      /* outputs that begin at one pixel: stride times output channels */
    size_t reach;      /* pixels that meet one chunk */
    size_t last_chunk; /* outputs of the last of them, which may have fewer taps */
    size_t first, n_chunks; /* the chunks of an output row */
    size_t row_size;        /* the chunks from 0, and one vector that they spill into */
    size_t row_first;       /* where in them the first output lies */
    bool has_holes;         /* whether some output rows meet no tap */
};

/* Whether the identity above holds: no dilation. */
bool scatter_applies(const struct geometry *geometry);

/* The sizes for vectors of so many lanes. */
struct scatter scatter_derive(const struct geometry *geometry, size_t lanes);

#endif
