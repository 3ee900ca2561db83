/*
 * columns: the sizes of a pass whose lanes are neighbouring columns, for layers whose
 * channels are planes: rows are vectors as they lie, and weights are broadcast.
 *
 * A position is what one lane computes: in the forward pass the `phases` outputs from
 * position * stride on, in backward_input one input. What is read is staged by rows,
 * those of backward_input by residues of the column modulo stride, with zeros on both
 * sides, so that every tap of every position is there. All numbers are elements. This
 * room counts; it knows nothing of cost.
 */
#ifndef TCONV_GEN_COLUMNS_H
#define TCONV_GEN_COLUMNS_H

#include "geometry.h"

struct columns {
    size_t positions; /* of one row */
    size_t phases;    /* outputs of a position */
    size_t residues;  /* staged rows that one row of what is read becomes */
    size_t length;    /* elements of a staged row, at most */
    size_t left;      /* zeros before the first of them, whole vectors */
    size_t right;     /* zeros behind them, which may be those before the next row */
    size_t pitch;     /* from a staged row to the next */
    bool reads_zeros; /* whether outputs that exist read these, where no input is */
};

/* What column tap `tap` reads for phase `phase`: position + *offset of a residue. False
 * where they do not meet. */
bool columns_meet(const struct axis *axis, bool is_forward, size_t tap, size_t phase,
                  size_t *residue, ptrdiff_t *offset);

/* The sizes for vectors of so many lanes and tiles of so many positions. */
struct columns columns_derive(const struct geometry *geometry, bool is_forward,
                              size_t lanes, size_t width);

#endif
