/*
 * layout: where every element lies: the caller's tensors, the packed weights, the
 * workspace.
 *
 * Follows from geometry and plan; decides nothing. All numbers are elements, not bytes.
 */
#ifndef TCONV_GEN_LAYOUT_H
#define TCONV_GEN_LAYOUT_H

#include "lanes.h"
#include "plan.h"

/* Element (row, column, channel) of one image is at row*row_step + column*column_step +
 * channel*channel_step. */
struct layout_view {
    size_t row_step, column_step, channel_step;
};

/* A tensor as a pass reads it: the caller's own memory, or a copy staged in the
 * workspace. */
struct layout_operand {
    struct layout_view view;
    bool is_staged;
    size_t offset; /* in the workspace, when staged */
    size_t size;   /* elements of one staged image */
};

struct layout {
    struct layout_view x, y; /* as the caller lays them out; dx as x; dy, saved as y */
    struct layout_operand forward_x;       /* read by forward, by scalars */
    struct layout_operand weights_x;       /* read by backward_weights, by vectors */
    struct layout_operand dz[PLAN_PASSES]; /* read by the backward passes, by scalars */
    size_t staged_channels; /* channels of a staged weights_x pixel, padded to lanes */
    struct lanes_split split[PLAN_PASSES]; /* the lane channels of each pass, in blocks */
    size_t packed_bias, packed_forward, packed_backward; /* offsets in packed */
    size_t packed_size;
    size_t saved_size; /* elements of saved, one image; 0 when y suffices */
    size_t workspace_size;
};

struct layout layout_derive(const struct geometry *geometry, const struct plan *plan);

#endif
