/*
 * plan_spans: direct in tiles that span runs, which pays where images are small for their
 * kernels: most positions then lie in short runs at the ends of the axes, whose tiles of
 * one or two positions would wait for weights.
 */
#include "plan_method.h"

bool plan_spans_runs(const struct plan_work *work)
{
    return work->inner_channels >= PLAN_SPANS_CHANNELS &&
           work->pass != PLAN_BACKWARD_WEIGHTS && work->target->vector_bytes > 0 &&
           work->depth_lanes == 0 && work->walk[0]->n_runs <= SPANS_MOST_RUNS &&
           spans_apply(work->walk[1]);
}

struct plan_work plan_span_runs(const struct plan_work *work, struct tile_limit tile,
                                struct spans *spans)
{
    const bool is_forward = work->pass == PLAN_FORWARD;
    const struct axis *axis = work->geometry->axis;
    const size_t length[2] = {is_forward ? axis[0].in : axis[0].out,
                              is_forward ? axis[1].in : axis[1].out};
    struct plan_work spanning = *work;
    spans_lay(spans, work->walk, length, tile);
    spanning.spans = true;
    spanning.walk[0] = &spans->walk[0];
    spanning.walk[1] = &spans->walk[1];
    return spanning;
}

/* Elements of a tile along one axis, at most: each has a register. */
enum { MOST_ELEMENTS = 32 };

/* How many taps of a run are met by so many of the tile's `size` elements. */
static void count_taps(const struct axis_run *run, size_t size,
                       size_t taps[MOST_ELEMENTS + 1])
{
    for (size_t n = 0; n <= size; n++)
        taps[n] = 0;
    for (size_t t = 0; t < run->n_taps; t++)
        taps[axis_run_meets(run, t, size).count]++;
}

double plan_span_cycles(const struct plan_work *work, const struct tile_region *region,
                        const size_t size[2], struct plan_width width, size_t kept)
{
    const struct axis_run *const *run = region->run;
    const size_t row_bytes = width.elements * work->geometry->element_bytes;
    const struct target_cache *from = plan_place_operand(work, kept * row_bytes);
    const size_t depth = work->inner_channels, n = size[0] * size[1];
    const size_t chains = plan_count_chains(work, n * width.n, depth);
    double cycles = plan_tile_ends(work, n, width, tiles_taps(region));
    size_t row_taps[MOST_ELEMENTS + 1], column_taps[MOST_ELEMENTS + 1];
    count_taps(run[0], size[0], row_taps);
    count_taps(run[1], size[1], column_taps);
    for (size_t r = 1; r <= size[0]; r++)
        for (size_t c = 1; c <= size[1]; c++) {
            const size_t taps = row_taps[r] * column_taps[c];
            if (taps > 0)
                cycles += plan_tap_cycles(work, r * c, width, chains, taps * depth, from);
        }
    return cycles;
}

struct plan_choice plan_spans_predict(const struct plan_work *work,
                                      struct tile_limit tile, size_t vectors,
                                      bool is_compact, size_t max_code_bytes)
{
    const struct plan_choice plain = plan_direct_predict(work, tile, vectors, is_compact);
    if (is_compact || tile.rows * tile.columns == 1 || !plan_spans_runs(work))
        return plain;
    struct spans spans;
    const struct plan_work spanning = plan_span_runs(work, tile, &spans);
    const struct plan_choice spanned =
        plan_direct_predict(&spanning, tile, vectors, false);
    const double worth = 0.97; /* what is predicted to save less was often slower */
    return spanned.cycles < worth * plain.cycles &&
                   plan_is_better(&spanned, &plain, max_code_bytes)
               ? spanned
               : plain;
}

void plan_spans_offer(const struct plan_work *work, struct tile_limit tile,
                      size_t vectors, struct plan_candidates *candidates)
{
    struct spans spans;
    if (tile.rows * tile.columns == 1 || !plan_spans_runs(work))
        return;
    const struct plan_work spanning = plan_span_runs(work, tile, &spans);
    const struct plan_choice choice =
        plan_direct_predict(&spanning, tile, vectors, false);
    if (choice.code_bytes <= PLAN_MAX_CODE_BYTES)
        plan_candidates_add(candidates, &choice);
}
