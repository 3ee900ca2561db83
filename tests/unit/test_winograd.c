/*
 * Plans of minimal filtering: what a file may say of them, how they round, and that exact
 * plans have none.
 */
#include "plan_choosing.h"

static void begin(void)
{
    err = (struct error){0};
}

TestSuite(winograd, .init = begin, .fini = drop_layer);

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
    {FILTERED(", \"outputs\": [3, 3], \"aligned\": 1"),
     "p.json: passes.forward.aligned: got 1; expected true or false"},
    {FILTERED(", \"outputs\": [3, 3], \"block_tiles\": 6"),
     "p.json: passes.forward.block_tiles: got 6; expected a multiple of the tile's 4"},
};

Test(winograd, filters_of_a_plan_are_checked)
{
    derive_ok(&layer, "{\"filters\": 20, \"kernel_size\": 3, \"strides\": 2}", "5,7,3");
    cr_expect_not(read_plan(FILTERED(", \"outputs\": [3, 3]")));
    cr_expect_str_eq(err.message, METHOD
                     "expected a method that fits the layer: winograd needs channels "
                     "that fill a vector, dilation 1 and kernels that cover the strides");
    drop(&layer.reading);
    derive_ok(&layer,
              "{\"filters\": 16, \"kernel_size\": 4, \"strides\": 2, \"padding\": "
              "\"same\"}",
              "5,7,8");
    cr_assert(read_plan(FILTERED(", \"outputs\": [3, 2], \"block_tiles\": 8")), "%s",
              err.message);
    const struct plan_choice *choice = &plan.pass[PLAN_FORWARD];
    cr_expect(choice->method == PLAN_WINOGRAD && choice->form.outputs[0] == 3 &&
              choice->form.outputs[1] == 2 && choice->block_tiles == 8);
    const struct tconv_rounding rounding =
        plan_rounding(choice, &layer.geometry, PLAN_FORWARD);
    cr_expect(rounding.growth == 4 * 3 && rounding.reach[0] == 3 &&
              rounding.reach[1] == 2);
    for (size_t i = 0; i < sizeof bad_filters / sizeof bad_filters[0]; i++) {
        cr_expect_not(read_plan(bad_filters[i].json), "%s", bad_filters[i].json);
        cr_expect_str_eq(err.message, bad_filters[i].message);
    }
}

/* Rows and columns crop one output: phase 0 has a - 1 = 0 .. 7 div 2, phase 1 a = 0 .. 7.
 */
Test(winograd, aligned_tiles_begin_where_their_phases_do)
{
    derive_ok(&layer,
              "{\"filters\": 16, \"kernel_size\": 4, \"strides\": 2, \"padding\": "
              "\"same\"}",
              "8,8,16");
    const struct winograd_form shared = {.outputs = {2, 4}};
    const struct winograd_form aligned = {.outputs = {2, 4}, .is_aligned = true};
    cr_expect(winograd_aligns(&layer.geometry, shared.outputs));
    const struct winograd s = winograd_derive(&layer.geometry, &shared);
    cr_expect_eq(winograd_count_kinds(&s), 1);
    cr_expect(s.axis[0].n_tiles[0] == 5 && s.axis[1].n_tiles[0] == 3);
    cr_expect(s.axis[0].classes[0].out_first == -1 &&
              s.axis[0].classes[0].read_first == -1);
    const struct winograd a = winograd_derive(&layer.geometry, &aligned);
    cr_expect_eq(winograd_count_kinds(&a), 4);
    cr_expect(a.axis[0].n_tiles[0] == 4 && a.axis[1].n_tiles[0] == 2);
    cr_expect(a.axis[0].classes[0].out_first == 1 &&
              a.axis[0].classes[0].read_first == 0);
    cr_expect(a.axis[0].classes[1].out_first == -1 &&
              a.axis[0].classes[1].read_first == -1);
}

/* Kernel 7 by stride 4 crops one output: phases 1 and 2 begin with the image and have two
 * taps, phase 0 begins an output later, phase 3 has one tap. */
Test(winograd, phases_that_begin_together_stay_together)
{
    derive_ok(&layer,
              "{\"filters\": 16, \"kernel_size\": 7, \"strides\": 4, \"padding\": "
              "\"same\"}",
              "8,8,16");
    const struct winograd_form aligned = {.outputs = {2, 2}, .is_aligned = true};
    const struct winograd w = winograd_derive(&layer.geometry, &aligned);
    cr_assert_eq(w.axis[0].n_classes, 3);
    const struct winograd_class *c = w.axis[0].classes;
    cr_expect(c[0].first_phase == 0 && c[0].n_phases == 1 && c[0].out_first == 3);
    cr_expect(c[1].first_phase == 1 && c[1].n_phases == 2 && c[1].out_first == -1);
    cr_expect(c[2].first_phase == 3 && c[2].n_phases == 1 && c[2].filter.taps == 1);
    cr_expect_eq(w.axis[0].n_tiles[0], 4);
}

Test(winograd, nothing_is_aligned_where_phases_begin_together)
{
    derive_ok(&layer,
              "{\"filters\": 16, \"kernel_size\": 3, \"strides\": 2, \"padding\": "
              "\"same\"}",
              "8,8,16");
    cr_expect_not(winograd_aligns(&layer.geometry, (size_t[]){2, 2}));
}

#define LOOPED(members)                                                                  \
    "{\"target\": \"portable\", \"unroll\": \"tile\", \"numerics\": \"fast\", "          \
    "\"backward\": "                                                                     \
    "true, \"max_statements\": 9, \"passes\": {\"forward\": " DIRECT                     \
    ", \"backward_input\": " DIRECT ", \"backward_weights\": "                           \
    "{\"method\": \"winograd\", \"outputs\": [3, 3], \"vectors\": 24, " members "}}}"
#define DIRECT "{\"method\": \"direct\", \"tile\": [1, 1], \"vectors\": 1}"

Test(winograd, rows_of_looped_products_divide_a_panel)
{
    derive_ok(&layer, "{\"filters\": 40, \"kernel_size\": 4, \"strides\": 2}", "5,7,24");
    cr_assert(read_plan(LOOPED("\"tile\": [1, 4]")), "%s", err.message);
    cr_expect_not(read_plan(LOOPED("\"tile\": [1, 3]")));
    cr_expect_str_eq(err.message,
                     "p.json: passes.backward_weights.tile: got [1, 3]; expected rows "
                     "that divide the 16 channels transformed together");
    cr_expect_not(read_plan(LOOPED("\"tile\": [1, 8]"))); /* too few terms of each sum */
    drop(&layer.reading);
    derive_ok(&layer, "{\"filters\": 3, \"kernel_size\": 4, \"strides\": 2}", "5,7,24");
    cr_expect(read_plan(LOOPED("\"tile\": [1, 3]")), "%s", err.message);
}

/* Only tiles of outputs are aligned. */
#define ALIGNED(align)                                                                   \
    "{\"target\": \"x86-64-v3\", \"unroll\": \"tile\", \"numerics\": \"fast\", "         \
    "\"backward\": true, \"max_statements\": 9, \"passes\": {\"forward\": " DIRECT       \
    ", \"backward_weights\": " DIRECT ", \"backward_input\": {\"method\": "              \
    "\"winograd\", \"outputs\": [3, 3], \"vectors\": 1, \"tile\": [1, 4], "              \
    "\"aligned\": " align "}}}"

Test(winograd, tiles_of_inputs_are_not_aligned)
{
    derive_ok(&layer, "{\"filters\": 16, \"kernel_size\": 4, \"strides\": 2}", "5,7,8");
    cr_expect(read_plan(ALIGNED("false")), "%s", err.message);
    cr_expect_not(read_plan(ALIGNED("true")));
    cr_expect_str_eq(err.message,
                     "p.json: passes.backward_input.aligned: got true; expected false: "
                     "only tiles of the outputs are aligned");
}

Test(winograd, looped_sums_share_what_a_step_multiplies_with)
{
    const struct target *portable = target_find("portable", &err);
    cr_expect_eq(plan_product_terms(portable, 1), 4);
    cr_expect_eq(plan_product_terms(portable, 4), 4);
    cr_expect_eq(plan_product_terms(portable, 5), 3);
    cr_expect_eq(plan_product_terms(target_find("x86-64-v4", &err), 4), 0);
    derive_ok(&layer, "{\"filters\": 3, \"kernel_size\": 4}", "5,7,24");
}

static void choose_for(const char *target, bool exact)
{
    struct plan_request asked = {.target = target_find(target, &err),
                                 .backward = true,
                                 .exact = exact,
                                 .max_statements = PLAN_MAX_STATEMENTS};
    cr_assert(plan_choose(&plan, &layer.geometry, &asked, "c.json", &err));
}

/* A single output channel would have the windows transformed for nothing. */
Test(winograd, loops_filter_where_products_outweigh_transforms)
{
    derive_ok(
        &layer,
        "{\"filters\": 3, \"kernel_size\": 4, \"strides\": 2, \"padding\": \"same\"}",
        "32,32,64");
    choose_for("portable", false);
    cr_expect_eq(plan.pass[PLAN_BACKWARD_WEIGHTS].method, PLAN_WINOGRAD);
    cr_expect_eq(plan.pass[PLAN_BACKWARD_WEIGHTS].tile[1], 3);
    drop(&layer.reading);
    derive_ok(
        &layer,
        "{\"filters\": 1, \"kernel_size\": 5, \"strides\": 2, \"padding\": \"same\"}",
        "14,14,64");
    choose_for("portable", false);
    cr_expect_eq(plan.pass[PLAN_BACKWARD_WEIGHTS].method, PLAN_DIRECT);
}

Test(winograd, exact_plans_filter_nothing)
{
    static const char *const targets[] = {"portable", "x86-64-v3", "x86-64-v4"};
    derive_ok(&layer,
              "{\"filters\": 64, \"kernel_size\": 4, \"strides\": 2, \"padding\": "
              "\"same\"}",
              "16,16,64");
    for (size_t t = 0; t < sizeof targets / sizeof targets[0]; t++)
        for (int exact = 0; exact < 2; exact++) {
            choose_for(targets[t], exact);
            for (int pass = 0; pass < PLAN_PASSES; pass++)
                cr_expect((plan.pass[pass].method == PLAN_WINOGRAD) == !exact, "%s",
                          targets[t]);
        }
}

/* Windows of one tap are the pixels themselves: 4 KB apart, they are put side by side. */
Test(winograd, of_one_tap_is_exact)
{
    const struct {
        const char *config;
        bool is_exact;
    } cases[] = {
        {"{\"filters\": 512, \"kernel_size\": 2, \"strides\": 2}", true},
        {"{\"filters\": 512, \"kernel_size\": 3, \"strides\": 2}", false},
    };
    for (size_t i = 0; i < 2; i++) {
        derive_ok(&layer, cases[i].config, "28,28,1024");
        choose_for("x86-64-v3", true);
        const struct plan_choice *choice = &plan.pass[PLAN_BACKWARD_WEIGHTS];
        cr_expect_eq(choice->method == PLAN_WINOGRAD, cases[i].is_exact);
        const struct tconv_rounding rounding =
            plan_rounding(choice, &layer.geometry, PLAN_BACKWARD_WEIGHTS);
        cr_expect_eq(rounding.growth, 1);
        cr_expect(rounding.reach[0] == 0 && rounding.reach[1] == 0);
        drop_layer();
    }
}
