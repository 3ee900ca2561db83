/*
 * plan_candidates: the choices of one pass that are worth measuring, likeliest first.
 *
 * Each method's file offers its own (plan_method.h); nothing here knows what a choice
 * means beyond its predicted cycles.
 */
#ifndef TCONV_GEN_PLAN_CANDIDATES_H
#define TCONV_GEN_PLAN_CANDIDATES_H

#include "plan.h"

#define PLAN_MOST_CANDIDATES 256u

/* In ascending order of predicted cycles. */
struct plan_candidates {
    struct plan_choice list[PLAN_MOST_CANDIDATES];
    size_t n;
};

/* Adds a choice where its cycles put it, behind those that have as many; a full list
 * drops its dearest. A choice that decides nothing new is not added. */
void plan_candidates_add(struct plan_candidates *candidates,
                         const struct plan_choice *choice);

/* What every method that the plan's options allow offers for a pass, none predicted to
 * take more than `slack` times the cycles of the plan's own choice, which comes first. */
void plan_candidates_find(struct plan_candidates *candidates, const struct plan *plan,
                          const struct geometry *geometry, enum plan_pass pass,
                          double slack);

#endif
