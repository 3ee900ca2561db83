/*
 * plan_straight: the whole layer as straight-line code, every address a literal.
 */
#include "plan_code.h"

/* Cycles of one statement. The tiles of the weights' gradient are single long chains of
 * sums, each as many as its output channels by its vectors: few of them wait for
 * themselves. */
static double statement_cycles(const struct plan_work *work, size_t chains)
{
    const bool is_narrow = lanes_holding(work->lane_channels) < work->lanes;
    const double alone = 1.6 / (is_narrow ? work->target->core->narrow_fma_per_cycle
                                          : work->target->core->fma_per_cycle);
    const double waiting = (double)PLAN_FMA_LATENCY / (double)chains;
    return work->pass == PLAN_BACKWARD_WEIGHTS && waiting > alone ? waiting : alone;
}

/* channels_first: cycles of elements that are stored one by one, as their channels are
 * apart. */
static double apart_cycles(const struct plan_work *work)
{
    const struct geometry *g = work->geometry;
    if (!g->layer.channels_first || work->lanes == 1 ||
        work->pass == PLAN_BACKWARD_WEIGHTS)
        return 0;
    return (double)(work->pass == PLAN_FORWARD ? g->z_size : g->x_size);
}

struct plan_choice plan_straight_predict(const struct plan_work *work,
                                         struct tile_limit tile, size_t vectors)
{
    const size_t statements = plan_count_statements(work);
    const size_t rows = tile.rows * tile.columns;
    const size_t chains =
        vectors * (rows < work->inner_channels ? rows : work->inner_channels);
    struct plan_choice choice = {
        .method = PLAN_STRAIGHT,
        .tile = {tile.rows, tile.columns},
        .vectors = vectors,
        .cycles =
            (double)statements * statement_cycles(work, chains) + apart_cycles(work),
        .statements = statements,
        .why = "no loop to pay for, and the code fits the instruction cache"};
    choice.code_bytes = plan_predict_code(work, &choice);
    return choice;
}

/* Few rows and vectors: their statements share loads, and functions stay short. */
struct plan_choice plan_straight_propose(const struct plan_work *work)
{
    const bool is_scalar = work->lanes == 1;
    const size_t n_vectors = (work->lane_channels + work->lanes - 1) / work->lanes;
    const size_t vectors = is_scalar ? 4 : 2;
    return plan_straight_predict(work, (struct tile_limit){1, 4},
                                 vectors < n_vectors ? vectors : n_vectors);
}

void plan_straight_offer(const struct plan_work *work, struct plan_candidates *candidates)
{
    const struct plan_choice choice = plan_straight_propose(work);
    plan_candidates_add(candidates, &choice);
}
