/*
 * plan_direct: the micro-kernel over tiles. Tries every tile that fits the registers and keeps
 * the one whose predicted cycles are least.
 */
#include "plan_method.h"

/* Cycles that were measured on Zen 4 and are close on its neighbours. */
enum { FMA_LATENCY = 4, L2_BYTES_PER_CYCLE = 24, TILE_OVERHEAD = 24 };

static double larger(double a, double b)
{
    return a > b ? a : b;
}

/* One step of the reduction: rows broadcasts, `vectors` loads, rows*vectors multiply-adds. */
static double step_cycles(const struct plan_work *work, size_t rows, size_t vectors,
                          bool streams)
{
    const double products = (double)(rows * vectors);
    double cycles = larger(products / work->target->fma_per_cycle, FMA_LATENCY);
    cycles = larger(cycles, (double)(rows + vectors) / 2);
    if (streams)
        cycles = larger(cycles, (double)(vectors * work->lanes) *
                                    (double)work->geometry->element_bytes / L2_BYTES_PER_CYCLE);
    return cycles;
}

static double tile_cycles(const struct plan_work *work, size_t rows, size_t vectors,
                          size_t taps, size_t depth)
{
    const size_t row_bytes = vectors * work->lanes * work->geometry->element_bytes;
    const bool streams = taps * depth * row_bytes > work->target->l1_bytes / 2;
    const double stores = 2.0 * (double)(rows * vectors);
    return (double)(taps * depth) * step_cycles(work, rows, vectors, streams) + stores +
           TILE_OVERHEAD + 4.0 * (double)taps;
}

/* Cycles of all tiles of the walk for one block of `vectors`. */
static double walk_cycles(const struct plan_work *work, struct tile_limit limit,
                          size_t vectors)
{
    double cycles = 0;
    const size_t n = tiles_count_regions(work->walk[0], work->walk[1]);
    for (size_t r = 0; r < n; r++) {
        const struct tile_region region =
            tiles_region(work->walk[0], work->walk[1], r, limit);
        for (int i = 0; i < 4; i++) {
            const struct tile_cut *rows = &region.cut[0][i / 2], *columns =
                                                                     &region.cut[1][i % 2];
            if (rows->n * columns->n > 0)
                cycles += (double)(rows->n * columns->n) *
                          tile_cycles(work, rows->size * columns->size, vectors,
                                      tiles_taps(&region), work->inner_channels);
        }
    }
    return cycles;
}

/* The same for backward_weights: the rows are output channels, the depth is positions. */
static double weights_cycles(const struct plan_work *work, size_t rows, size_t vectors)
{
    struct tile_cut cut[2];
    tiles_cut_evenly(work->inner_channels, rows, cut);
    const struct axis *axis = work->geometry->axis;
    double cycles = 0;
    for (size_t p = 0; p < axis[0].kernel; p++)
        for (size_t q = 0; q < axis[1].kernel; q++)
            for (int i = 0; i < 2; i++)
                cycles += (double)cut[i].n *
                          tile_cycles(work, cut[i].size, vectors, 1,
                                      axis[0].meetings[p].count * axis[1].meetings[q].count);
    return cycles;
}

static double pass_cycles(const struct plan_work *work, size_t rows, size_t vectors)
{
    const struct lanes_split split = lanes_cut(work->lane_channels, work->lanes, vectors);
    const struct tile_limit limit = {1, rows};
    double cycles = 0;
    for (int is_last = 0; is_last < 2; is_last++) {
        const size_t n = is_last ? split.last_vectors > 0 : split.n_full;
        const size_t width = is_last ? split.last_vectors : vectors;
        if (n > 0)
            cycles += (double)n * (work->pass == PLAN_BACKWARD_WEIGHTS
                                       ? weights_cycles(work, rows, width)
                                       : walk_cycles(work, limit, width));
    }
    return cycles;
}

/* A kernel is about 8 bytes a multiply-add and store; its shapes repeat at the borders. */
static size_t predict_bytes(const struct plan_work *work, const struct plan_choice *choice)
{
    const size_t products = choice->tile[1] * choice->vectors;
    if (work->pass == PLAN_BACKWARD_WEIGHTS)
        return 2 * (products * 24 + 200);
    const size_t n = tiles_count_regions(work->walk[0], work->walk[1]);
    return n * 120 + (n < 32 ? n : 32) * (products * 16 + 100);
}

/* More regions than this make the tile's choice too slow; they come with huge kernels. */
enum { MANY_REGIONS = 4096 };

struct plan_choice plan_direct_propose(const struct plan_work *work)
{
    struct plan_choice best = {.method = PLAN_DIRECT,
                               .tile = {1, 1},
                               .vectors = 1,
                               .cycles = -1,
                               .statements = 0,
                               .why = "least predicted cycles of all tiles that fit the "
                                      "registers"};
    const bool is_huge = work->walk[0] != NULL &&
                         tiles_count_regions(work->walk[0], work->walk[1]) > MANY_REGIONS;
    const size_t n_vectors = (work->lane_channels + work->lanes - 1) / work->lanes;
    const size_t most_vectors = n_vectors < 4 ? n_vectors : 4;
    for (size_t vectors = is_huge ? most_vectors : 1; vectors <= most_vectors; vectors++)
        for (size_t rows = is_huge ? 4 : 1; plan_tile_fits(work, rows, vectors); rows++) {
            const double cycles = pass_cycles(work, rows, vectors);
            if (best.cycles < 0 || cycles < best.cycles) {
                best.cycles = cycles;
                best.tile[1] = rows;
                best.vectors = vectors;
            }
            if (is_huge)
                break;
        }
    best.statements = best.tile[1] * best.vectors;
    best.code_bytes = predict_bytes(work, &best);
    return best;
}
