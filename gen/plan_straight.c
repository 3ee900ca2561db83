/*
 * plan_straight: the whole layer as straight-line code, every address a literal.
 */
#include "plan_method.h"

/* Bytes of one vector multiply-add with the loads it needs. */
enum { STRAIGHT_BYTES = 9 };

struct plan_choice plan_straight_predict(const struct plan_work *work,
                                         struct tile_limit tile, size_t vectors)
{
    const size_t statements = plan_count_statements(work);
    return (struct plan_choice){
        .method = PLAN_STRAIGHT,
        .tile = {tile.rows, tile.columns},
        .vectors = vectors,
        .cycles = 1.25 * (double)statements / work->target->fma_per_cycle,
        .statements = statements,
        .code_bytes = statements * STRAIGHT_BYTES + 64,
        .why = "no loop to pay for, and the code fits the instruction cache"};
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
