/*
 * plan_straight: the whole layer as straight-line code, every address a literal.
 */
#include "plan_method.h"

/* Rows and vectors of the block whose statements share their loads. */
enum { STRAIGHT_ROWS = 4, STRAIGHT_BYTES = 9 };

struct plan_choice plan_straight_propose(const struct plan_work *work)
{
    const size_t n_vectors = (work->lane_channels + work->lanes - 1) / work->lanes;
    size_t vectors = work->lanes == 1 ? 4 : 2;
    if (vectors > n_vectors)
        vectors = n_vectors;
    const size_t statements = plan_count_statements(work, vectors);
    return (struct plan_choice){
        .method = PLAN_STRAIGHT,
        .tile = {1, work->lanes == 1 ? 2 : STRAIGHT_ROWS},
        .vectors = vectors,
        .cycles = 1.25 * (double)statements / work->target->fma_per_cycle,
        .statements = statements,
        .code_bytes = statements * STRAIGHT_BYTES + 64,
        .why = "no loop to pay for, and the code fits the instruction cache"};
}
