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
#include "scatter.h"
#include "strassen.h"
#include "winograd.h"

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
    size_t size;   /* elements of what is staged at a time, */
    size_t rows;   /* which is so many rows of an image: all of them, or a window */
    size_t made; /* in the workspace, where pixels are turned from channels that are made
                    first: one row of these; 0 when no pixels are */
};

/*
 * Where a pass computes pixels while the caller wants the planes of channels_first: so
 * many rows of a block of channels, which are then turned. At `offset` in the workspace,
 * z that is saved `size` elements behind y.
 */
struct layout_strip {
    bool is_used;
    struct layout_view view;
    size_t offset, size, rows;
};

/*
 * Where minimal filtering keeps what it transforms. Per kind of window, at `v` in the
 * workspace, [point][tile of a block][row], where a row is the reduced channels of all
 * sources (backward_weights: a block of lane channels), all kinds at one place unless
 * plan_keeps_kinds; at `z`, for backward_weights, [phase][panel of
 * out_c][point][tile][channel of the panel]; in packed, from the pass's first weight, at
 * `u` [target][block][point][reduced channel][lane]. At `sums`, the products of a block
 * of tiles, [point][tile of a block][lane] (backward_weights: [point][out_c row][lane]).
 */
struct layout_winograd {
    struct winograd winograd;
    size_t v[WINOGRAD_KINDS], z[WINOGRAD_KINDS], u[WINOGRAD_KINDS];
    size_t row[WINOGRAD_KINDS]; /* elements from one tile's row in v to the next */
    size_t v_point[WINOGRAD_KINDS], z_point[WINOGRAD_KINDS]; /* from point to point */
    size_t panel; /* backward_weights: channels of one */
    size_t sums, sums_point;
    size_t packed_size; /* elements of the transformed weights */
};

/*
 * Where products of halves (strassen.h) keep sums of blocks of what they read: at `v` in
 * the workspace, [product][pair of a block][row]; at `sums` the four blocks that they
 * add up to, [pixel of the pair][half of the lanes][pair of a block][lane].
 */
struct layout_strassen {
    size_t v, v_product,
        row; /* elements from one product, and from one pair, to the next */
    size_t sums, sums_block;
};

struct layout {
    struct layout_view x,
        y; /* as the caller lays them out, y as long as z; dx as x; dy, saved as y */
    struct layout_operand forward_x;        /* read by forward, by scalars */
    struct layout_operand weights_x;        /* read by backward_weights, by vectors */
    struct layout_operand dz[PLAN_PASSES];  /* read by the backward passes, by scalars */
    struct layout_strip strip[PLAN_PASSES]; /* of the passes that compute positions */
    size_t staged_channels; /* channels of a staged weights_x pixel, padded to lanes */
    struct lanes_split split[PLAN_PASSES]; /* the lane channels of each pass, in blocks */
    struct layout_winograd winograd[PLAN_PASSES]; /* of passes that use the method */
    struct layout_strassen strassen[PLAN_PASSES]; /* of passes that use the method */
    struct scatter scatter;            /* of a forward pass that scatters, else zero */
    size_t scatter_state, scatter_row; /* in the workspace */
    size_t bias_repeats; /* copies of the bias that lie one behind the other */
    size_t packed_bias, packed_forward, packed_backward; /* offsets in packed */
    size_t packed_size;
    size_t saved_size; /* elements of saved, one image; 0 when y suffices */
    size_t sums;       /* where y has no room for z: z of one image, in the workspace */
    size_t workspace_size;
};

/* Derives the winograd part of a pass, its workspace from element `from` on; returns
 * where that ends. */
size_t layout_place_winograd(struct layout_winograd *layout,
                             const struct geometry *geometry, const struct plan *plan,
                             enum plan_pass pass, size_t from);

/* The same of products of halves. */
size_t layout_place_strassen(struct layout_strassen *layout,
                             const struct geometry *geometry, const struct plan *plan,
                             enum plan_pass pass, size_t from);

/*
 * channels_first (layout_planes). Stages at element `from` of the workspace what a pass
 * reads, of `channels`: by rows [channel][column], or as pixels of `channels` turned from
 * them, which are padded to `padded` and where `makes` made row by row first; `rows` at a
 * time. Returns where that ends.
 */
size_t layout_stage_rows(struct layout_operand *operand, const struct geometry *geometry,
                         size_t columns, size_t channels, size_t rows, size_t from);
size_t layout_stage_pixels(struct layout_operand *operand,
                           const struct geometry *geometry, size_t columns, size_t padded,
                           size_t rows, size_t made_channels, size_t from);

/* The same of a pass whose lanes are columns (columns.h): rows with zeros around them, by
 * residues, `rows` at a time; behind them one row that is made first, where `makes`. */
size_t layout_stage_columns(struct layout_operand *operand,
                            const struct geometry *geometry, const struct plan *plan,
                            enum plan_pass pass, bool makes);

/* Rows of dz that the weights' gradient reads for block_rows rows of x, and its bias. */
size_t layout_gradient_rows(const struct geometry *geometry, size_t block_rows);

/* Places the strip of a pass that computes positions from element `from` on, where it
 * needs one; returns where that ends. */
size_t layout_place_strip(struct layout *layout, const struct geometry *geometry,
                          const struct plan *plan, enum plan_pass pass, size_t from);

/* Rounds up to a multiple of 64 bytes: offsets in packed and in the workspace, so that an
 * aligned buffer stays so. */
size_t layout_align(const struct geometry *geometry, size_t elements);

/* Elements from one row of what is multiplied to the next: rows a multiple of 2 KB apart
 * fight for the same sets of the cache, and get one line more. */
size_t layout_spread_row(const struct geometry *geometry, size_t elements);

/* The same of points (of windows, or products of halves), an odd number of cache lines
 * apart: a transform writes or reads all points at once, which must not share a set. */
size_t layout_spread_point(const struct geometry *geometry, size_t elements);

/* Column taps of a joined forward pass: the kernel's length in strides. */
size_t layout_joined_taps(const struct geometry *geometry);

struct layout layout_derive(const struct geometry *geometry, const struct plan *plan);

#endif
