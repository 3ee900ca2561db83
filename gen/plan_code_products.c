/*
 * plan_code_products: what the methods emit that multiply matrices first and sort out the
 * results then: winograd and scatter.
 */
#include "plan_code.h"

#include "scatter.h"
#include "winograd.h"

/* One loop over a reduction: rows x vectors accumulators. */
static void count_product(struct plan_counts *counts, size_t rows, size_t vectors)
{
    counts->of[CODE_PRODUCTS] += rows * vectors;
    counts->of[CODE_BROADCASTS] += rows;
    counts->of[CODE_LOADS] += vectors;
    counts->of[CODE_SUMS] += rows * vectors;
    counts->of[CODE_FUNCTIONS]++;
}

/* Widths of the blocks of lanes: `vectors` where there are full ones, and the rest. */
static size_t list_blocks(size_t channels, size_t lanes, size_t vectors, size_t width[2])
{
    const struct lanes_split split = lanes_cut(channels, lanes, vectors);
    size_t n = 0;
    if (split.n_full > 0)
        width[n++] = split.vectors;
    if (split.last_vectors > 0)
        width[n++] = split.last_vectors;
    return n;
}

/* `times` copies of one two-dimensional transform of a vector. */
static void count_transform(struct plan_counts *counts, const struct minimal_size *rows,
                            const struct minimal_size *columns, size_t times)
{
    const struct minimal_square square = minimal_square(rows, columns);
    counts->of[CODE_ADDS] += times * square.operations;
    counts->of[CODE_MOVES] += times * square.moves;
}

/* The outputs of a tile are stored where they are inside, channel by channel where they
 * are not whole vectors. */
static void count_outputs(struct plan_counts *counts, const struct plan_work *work,
                          const struct winograd_kind *kind, size_t vectors,
                          bool is_ragged)
{
    const struct minimal *r = &kind->rows->filter, *c = &kind->columns->filter;
    const size_t n = r->outputs * c->outputs * vectors;
    count_transform(counts, &r->output, &c->output, vectors);
    counts->of[CODE_GUARDS] += n;
    if (plan_is_activated(work))
        counts->of[CODE_ACTIVATED] += n;
    else if (is_ragged || work->geometry->layer.channels_first)
        counts->of[CODE_RAGGED] += n;
}

static void count_gradient(struct plan_counts *counts, const struct plan_work *work,
                           const struct winograd_kind *kind, size_t vectors)
{
    const struct minimal *r = &kind->rows->filter, *c = &kind->columns->filter;
    const size_t panel = plan_panel_channels(work->target, &work->geometry->layer);
    const bool has_tail = work->inner_channels % panel != 0;
    const bool has_panels = work->inner_channels >= panel;
    count_transform(counts, &r->spread, &c->spread,
                    (has_panels ? 1u : 0u) + (has_tail ? 1u : 0u));
    count_transform(counts, &r->gather, &c->gather, vectors);
    counts->of[CODE_GUARDS] += r->taps * c->taps * vectors;
}

/* What is written once for every vector of a block; a loop over its channels is one. */
static size_t list_written(const struct plan_work *work, size_t vectors, size_t width[2])
{
    const size_t n = list_blocks(work->lane_channels, work->lanes, vectors, width);
    for (size_t b = 0; b < n && work->target->vector_bytes == 0; b++)
        width[b] = 1;
    return n;
}

/* A loop over channels has several terms of each row's sum. */
static size_t count_numbers(const struct plan_work *work, size_t rows)
{
    return work->target->vector_bytes > 0 ? rows
                                          : rows * plan_product_terms(work->target, rows);
}

void plan_count_winograd(struct plan_counts *counts, const struct plan_work *work,
                         const struct plan_choice *choice)
{
    const struct winograd w = winograd_derive(work->geometry, &choice->form);
    const bool is_gradient = work->pass == PLAN_BACKWARD_WEIGHTS;
    const size_t of = work->pass == PLAN_BACKWARD_INPUT ? 1 : 0;
    const size_t n_tiles = w.axis[0].n_tiles[of] * w.axis[1].n_tiles[of];
    struct tile_cut cut[2];
    size_t width[2];
    tiles_cut_evenly(n_tiles, choice->tile[1], cut);
    const size_t n_pieces = cut[1].n > 0 && !is_gradient ? 2 : 1;
    const size_t n_kinds = winograd_count_kinds(&w);
    const size_t n_blocks = list_written(work, choice->vectors, width);
    for (size_t i = 0; i < n_kinds; i++) {
        const struct winograd_kind kind = winograd_kind(&w, i);
        const struct minimal *r = &kind.rows->filter, *c = &kind.columns->filter;
        count_transform(counts, &r->window, &c->window, is_gradient ? n_blocks : 1);
        counts->of[CODE_TRANSFORMS] += n_blocks;
        for (size_t b = 0; b < n_blocks; b++)
            if (is_gradient)
                count_gradient(counts, work, &kind, width[b]);
            else
                count_outputs(counts, work, &kind, width[b],
                              work->lane_channels % work->lanes != 0);
    }
    for (size_t b = 0; b < n_blocks; b++)
        for (size_t p = 0; p < n_pieces; p++)
            count_product(
                counts, count_numbers(work, is_gradient ? choice->tile[1] : cut[p].size),
                width[b]);
    counts->of[CODE_BLOCKS] += n_blocks;
}

void plan_count_scatter(struct plan_counts *counts, const struct plan_work *work,
                        const struct plan_choice *choice)
{
    const struct scatter scatter = scatter_derive(work->geometry, work->lanes);
    struct tile_cut cut[2];
    size_t width[2];
    tiles_cut_evenly(work->geometry->axis[1].in, choice->tile[0] * choice->tile[1], cut);
    const size_t n_blocks =
        list_blocks(scatter.columns, work->lanes, choice->vectors, width);
    for (size_t p = 0; p < 2; p++)
        for (size_t b = 0; b < n_blocks && cut[p].n > 0; b++) {
            count_product(counts, cut[p].size, width[b]);
            counts->of[cut[p].n > 1 ? CODE_LOOPS : CODE_CALLS]++;
        }
    const size_t chunk_vectors = (scatter.chunk + work->lanes - 1) / work->lanes;
    counts->of[CODE_ADDS] += chunk_vectors * scatter.reach;
    counts->of[CODE_MOVES] += chunk_vectors;
    counts->of[CODE_ACTIVATED] += plan_is_activated(work) ? 1 : 0;
    counts->of[CODE_BLOCKS] += n_blocks;
}
