/*
 * Plans of minimal filtering: what a file may say of them, how they round, and that exact
 * plans have none.
 */
#include <criterion/criterion.h>

#include <string.h>

#include "geometry_deriving.h"
#include "plan.h"

static struct derived layer;
static struct plan plan;
static struct error err;

static void begin(void)
{
    err = (struct error){0};
}

static void drop_layer(void)
{
    drop(&layer.reading);
}

TestSuite(winograd, .init = begin, .fini = drop_layer);

static bool read_plan(const char *json)
{
    err = (struct error){0};
    return plan_read(&plan, &layer.geometry, "p.json", json, strlen(json), &err);
}

#define HEAD "{\"target\": \"x86-64-v3\", \"unroll\": \"tile\", \"numerics\": \"fast\", "

/* Minimal filtering of a layer of whole vectors: kernel 4, stride 2. */
#define FILTERED(members)                                                                \
    HEAD "\"backward\": false, \"max_statements\": 9, \"passes\": {\"forward\": "        \
         "{\"method\": \"winograd\", \"tile\": [1, 4], \"vectors\": 1" members "}}}"
#define METHOD "p.json: passes.forward.method: got \"winograd\"; "

static const struct {
    const char *json, *message;
} bad_filters[] = {
    {FILTERED(""),
     "p.json: passes.forward.outputs: got nothing; expected [rows, columns]: "
     "the outputs of F(outputs, taps)"},
    {FILTERED(", \"outputs\": [3]"),
     "p.json: passes.forward.outputs: got [3]; expected [rows, columns]: the outputs of "
     "F(outputs, taps)"},
    {FILTERED(", \"outputs\": [3, 6]"),
     "p.json: passes.forward.outputs[1]: got 6; expected outputs and taps of at most 6 "
     "points"},
    {FILTERED(", \"outputs\": [3, 0]"),
     "p.json: passes.forward.outputs[1]: got 0; expected an integer from 1"},
    {FILTERED(", \"outputs\": [3, 3], \"block_tiles\": 6"),
     "p.json: passes.forward.block_tiles: got 6; expected a multiple of the tile's 4"},
};

Test(winograd, filters_of_a_plan_are_checked)
{
    derive_ok(&layer, "{\"filters\": 20, \"kernel_size\": 3, \"strides\": 2}", "5,7,3");
    cr_expect_not(read_plan(FILTERED(", \"outputs\": [3, 3]")));
    cr_expect_str_eq(err.message, METHOD
                     "expected a method that fits the layer: winograd needs vectors, "
                     "whole vectors of channels, dilation 1 and kernels that cover "
                     "the strides");
    drop(&layer.reading);
    derive_ok(&layer,
              "{\"filters\": 16, \"kernel_size\": 4, \"strides\": 2, \"padding\": "
              "\"same\"}",
              "5,7,8");
    cr_assert(read_plan(FILTERED(", \"outputs\": [3, 2], \"block_tiles\": 8")), "%s",
              err.message);
    const struct plan_choice *choice = &plan.pass[PLAN_FORWARD];
    cr_expect(choice->method == PLAN_WINOGRAD && choice->outputs[0] == 3 &&
              choice->outputs[1] == 2 && choice->block_tiles == 8);
    const struct tconv_rounding rounding =
        plan_rounding(choice, &layer.geometry, PLAN_FORWARD);
    cr_expect(rounding.growth == 4 * 3 && rounding.reach[0] == 3 &&
              rounding.reach[1] == 2);
    for (size_t i = 0; i < sizeof bad_filters / sizeof bad_filters[0]; i++) {
        cr_expect_not(read_plan(bad_filters[i].json), "%s", bad_filters[i].json);
        cr_expect_str_eq(err.message, bad_filters[i].message);
    }
}

Test(winograd, exact_plans_filter_nothing)
{
    derive_ok(&layer,
              "{\"filters\": 64, \"kernel_size\": 4, \"strides\": 2, \"padding\": "
              "\"same\"}",
              "16,16,64");
    struct plan_request asked = {.target = target_find("x86-64-v4", &err),
                                 .backward = true,
                                 .max_statements = PLAN_MAX_STATEMENTS};
    cr_assert(plan_choose(&plan, &layer.geometry, &asked, "c.json", &err));
    for (int pass = 0; pass < PLAN_PASSES; pass++)
        cr_expect_eq(plan.pass[pass].method, PLAN_WINOGRAD);
    asked.exact = true;
    cr_assert(plan_choose(&plan, &layer.geometry, &asked, "c.json", &err));
    for (int pass = 0; pass < PLAN_PASSES; pass++)
        cr_expect_neq(plan.pass[pass].method, PLAN_WINOGRAD);
}
