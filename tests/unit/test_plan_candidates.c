/*
 * gen/plan_candidates: what is offered is sorted, differs, fits, and begins with the
 * plan.
 */
#include "plan_candidates.h"

#include "plan_choosing.h"

static struct plan_candidates candidates;

TestSuite(plan_candidates, .fini = drop_layer);

static const char middling[] =
    "{\"filters\": 40, \"kernel_size\": 3, \"strides\": 2, \"activation\": \"relu\"}";

static bool decide_the_same(const struct plan_choice *a, const struct plan_choice *b)
{
    return a->method == b->method && a->tile[0] == b->tile[0] &&
           a->tile[1] == b->tile[1] && a->vectors == b->vectors &&
           a->joins_columns == b->joins_columns && a->lanes_out == b->lanes_out &&
           a->lanes_depth == b->lanes_depth && a->spans == b->spans &&
           a->block_rows == b->block_rows && a->taps[0] == b->taps[0] &&
           a->taps[1] == b->taps[1] && a->form.outputs[0] == b->form.outputs[0] &&
           a->form.outputs[1] == b->form.outputs[1] &&
           a->form.is_aligned == b->form.is_aligned;
}

static void expect_sound(enum plan_pass pass, double slack)
{
    const struct plan_work work = plan_describe_work(&layer.geometry, plan.target, pass);
    const struct plan_choice *list = candidates.list;
    cr_assert_geq(candidates.n, 1);
    cr_expect(decide_the_same(&list[0], &plan.pass[pass]));
    cr_expect_eq(list[0].cycles, plan.pass[pass].cycles);
    for (size_t i = 1; i < candidates.n; i++) {
        cr_expect(i == 1 || list[i].cycles >= list[i - 1].cycles);
        cr_expect_leq(list[i].cycles, slack * list[0].cycles);
        cr_expect(
            list[i].method != PLAN_DIRECT ||
            plan_tile_fits(&work, list[i].tile[0] * list[i].tile[1], list[i].vectors));
        for (size_t k = 0; k < i; k++)
            cr_expect(!decide_the_same(&list[i], &list[k]));
    }
}

Test(plan_candidates, each_pass_has_some_that_are_sorted_and_fit)
{
    choose_unrolled(middling, "9,11,24", "x86-64-v3", PLAN_UNROLL_TILE);
    for (int pass = 0; pass < PLAN_PASSES; pass++) {
        plan_candidates_find(&candidates, &plan, &layer.geometry, (enum plan_pass)pass,
                             1.5);
        cr_expect_gt(candidates.n, 8);
        expect_sound((enum plan_pass)pass, 1.5);
        for (size_t i = 0; i < candidates.n; i++)
            cr_expect_neq(candidates.list[i].method, PLAN_STRAIGHT);
    }
}

Test(plan_candidates, no_slack_leaves_what_is_predicted_as_fast)
{
    choose_unrolled(middling, "9,11,24", "x86-64-v3", PLAN_UNROLL_TILE);
    plan_candidates_find(&candidates, &plan, &layer.geometry, PLAN_FORWARD, 1);
    expect_sound(PLAN_FORWARD, 1);
    cr_expect_lt(candidates.n, 8);
}

Test(plan_candidates, full_has_one_and_auto_has_both_methods)
{
    static const char tiny[] = "{\"filters\": 8, \"kernel_size\": 2, \"strides\": 2}";
    choose_unrolled(tiny, "2,2,2", "x86-64-v3", PLAN_UNROLL_FULL);
    plan_candidates_find(&candidates, &plan, &layer.geometry, PLAN_FORWARD, 1000);
    cr_expect_eq(candidates.n, 1);
    cr_expect_eq(candidates.list[0].method, PLAN_STRAIGHT);
    drop_layer();
    choose_unrolled(tiny, "2,2,2", "x86-64-v3", PLAN_UNROLL_AUTO);
    plan_candidates_find(&candidates, &plan, &layer.geometry, PLAN_FORWARD, 1000);
    size_t n[PLAN_METHODS] = {0};
    for (size_t i = 0; i < candidates.n; i++)
        n[candidates.list[i].method]++;
    cr_expect_eq(n[PLAN_STRAIGHT], 1);
    cr_expect_gt(n[PLAN_DIRECT], 1);
}

Test(plan_candidates, what_is_over_the_budget_is_no_candidate)
{
    choose_unrolled(middling, "9,11,24", "x86-64-v3", PLAN_UNROLL_AUTO);
    plan_candidates_find(&candidates, &plan, &layer.geometry, PLAN_FORWARD, 1000);
    for (size_t i = 0; i < candidates.n; i++)
        cr_expect_neq(candidates.list[i].method, PLAN_STRAIGHT);
}

Test(plan_candidates, exact_numerics_leave_minimal_filtering_out)
{
    static const char wide[] =
        "{\"filters\": 64, \"kernel_size\": 4, \"strides\": 2, \"padding\": \"same\"}";
    choose_unrolled(wide, "16,16,128", "x86-64-v4", PLAN_UNROLL_TILE);
    for (int exact = 0; exact < 2; exact++) {
        bool filters = false;
        plan.exact = exact;
        plan_candidates_find(&candidates, &plan, &layer.geometry, PLAN_FORWARD, 2);
        for (size_t i = 1; i < candidates.n; i++)
            filters = filters || candidates.list[i].method == PLAN_WINOGRAD;
        cr_expect_neq(filters, exact);
    }
}

Test(plan_candidates, a_full_list_keeps_the_cheapest)
{
    struct plan_choice choice = {.method = PLAN_DIRECT, .tile = {1, 1}, .vectors = 1};
    derive_ok(&layer, middling, "9,11,24");
    candidates.n = 0;
    for (size_t i = 0; i < 2 * PLAN_MOST_CANDIDATES; i++) {
        choice.tile[1] = i;
        choice.cycles = (double)(2 * PLAN_MOST_CANDIDATES - i);
        plan_candidates_add(&candidates, &choice);
    }
    cr_assert_eq(candidates.n, PLAN_MOST_CANDIDATES);
    for (size_t i = 0; i < candidates.n; i++)
        cr_expect_eq(candidates.list[i].cycles, (double)(i + 1));
    choice.cycles = 1e9;
    choice.tile[1] = 0;
    plan_candidates_add(&candidates, &choice);
    cr_expect_eq(candidates.list[candidates.n - 1].cycles, (double)PLAN_MOST_CANDIDATES);
}
