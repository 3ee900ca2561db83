/*
 * plan_winograd_cost: what minimal filtering costs; plan_winograd chooses by it.
 */
#ifndef TCONV_GEN_PLAN_WINOGRAD_COST_H
#define TCONV_GEN_PLAN_WINOGRAD_COST_H

#include "plan_method.h"
#include "winograd.h"

/* A form of a pass, and what its transforms of one vector cost, by kind: of a
 * window, of what is computed, and for backward_weights of the gradient's tile. */
struct plan_filtering {
    struct winograd winograd;
    struct winograd_form form;
    double window[WINOGRAD_KINDS], result[WINOGRAD_KINDS], tile[WINOGRAD_KINDS];
    double tail[WINOGRAD_KINDS]; /* reading the channels of a tile that fill no vector */
};

/* That form of the pass; needs winograd_fits for both axes. */
struct plan_filtering plan_derive_filtering(const struct plan_work *work,
                                            const struct winograd_form *form);

/* Bytes of the transformed weights of all kinds. */
double plan_count_weights(const struct plan_work *work, const struct winograd *w);

/* Cycles of one image: products of `rows` by so many vectors, block_tiles tiles
 * transformed at a time. */
double plan_filtering_cycles(const struct plan_work *work, const struct plan_filtering *f,
                             size_t rows, size_t vectors, size_t block_tiles);

#endif
