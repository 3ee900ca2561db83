/* plan_candidates: a sorted list, and the table of the methods that fill it. */
#include "plan_candidates.h"

#include <string.h>

#include "plan_method.h"

static void (*const offers[PLAN_METHODS])(const struct plan_work *work,
                                          struct plan_candidates *candidates) = {
    [PLAN_STRAIGHT] = plan_straight_offer, [PLAN_DIRECT] = plan_direct_offer,
    [PLAN_WINOGRAD] = plan_winograd_offer, [PLAN_SCATTER] = plan_scatter_offer,
    [PLAN_JOINED] = plan_joined_offer,     [PLAN_COLUMNS] = plan_columns_offer,
    [PLAN_STRASSEN] = plan_strassen_offer,
};

/* Whether two choices make the same code; predictions are no decisions. */
static bool decide_the_same(const struct plan_choice *a, const struct plan_choice *b)
{
    return a->method == b->method && a->tile[0] == b->tile[0] &&
           a->tile[1] == b->tile[1] && a->vectors == b->vectors &&
           a->is_compact == b->is_compact && a->lanes_out == b->lanes_out &&
           a->lanes_depth == b->lanes_depth && a->spans == b->spans &&
           a->block_rows == b->block_rows && a->joins_columns == b->joins_columns &&
           a->taps[0] == b->taps[0] && a->taps[1] == b->taps[1] &&
           a->form.outputs[0] == b->form.outputs[0] &&
           a->form.outputs[1] == b->form.outputs[1] &&
           a->form.is_aligned == b->form.is_aligned && a->block_tiles == b->block_tiles &&
           a->group_bands == b->group_bands;
}

void plan_candidates_add(struct plan_candidates *candidates,
                         const struct plan_choice *choice)
{
    struct plan_choice *list = candidates->list;
    size_t place = 0;
    for (size_t i = 0; i < candidates->n; i++)
        if (decide_the_same(&list[i], choice))
            return;
    while (place < candidates->n && list[place].cycles <= choice->cycles)
        place++;
    if (place == PLAN_MOST_CANDIDATES)
        return;
    if (candidates->n < PLAN_MOST_CANDIDATES)
        candidates->n++;
    memmove(&list[place + 1], &list[place], (candidates->n - 1 - place) * sizeof list[0]);
    list[place] = *choice;
}

static bool is_allowed(const struct plan *plan, const struct plan_work *work,
                       const struct plan_choice *choice)
{
    if (plan->exact && !plan_is_exact(work, choice->method))
        return false;
    if (choice->method != PLAN_STRAIGHT)
        return plan->unroll != PLAN_UNROLL_FULL;
    return plan->unroll != PLAN_UNROLL_TILE && choice->statements <= plan->max_statements;
}

void plan_candidates_find(struct plan_candidates *candidates, const struct plan *plan,
                          const struct geometry *geometry, enum plan_pass pass,
                          double slack)
{
    const struct plan_work work = plan_describe_work(geometry, plan->target, pass);
    struct plan_choice first = plan->pass[pass];
    struct plan_candidates offered = {.n = 0};
    for (int method = 0; method < PLAN_METHODS; method++)
        offers[method](&work, &offered);
    const double most = first.cycles * slack;
    const size_t limit = plan_code_limit(plan->unroll, plan->max_code_bytes);
    first.cycles = 0; /* before all others */
    candidates->n = 0;
    plan_candidates_add(candidates, &first);
    for (size_t i = 0; i < offered.n; i++) {
        const struct plan_choice *choice = &offered.list[i];
        if (is_allowed(plan, &work, choice) && choice->code_bytes <= limit &&
            choice->cycles <= most)
            plan_candidates_add(candidates, choice);
    }
    candidates->list[0].cycles = plan->pass[pass].cycles;
}
