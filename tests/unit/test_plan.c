/*
 * gen/plan: choices that hold what they promise, the budget, and plans as files.
 */
#include <criterion/criterion.h>

#include <stdio.h>

#include "geometry_deriving.h"
#include "plan.h"
#include "plan_method.h"

static struct derived layer;
static struct plan plan;
static struct error err;

static void make_layer(void)
{
    derive_ok(&layer,
              "{\"filters\": 20, \"kernel_size\": 3, \"strides\": 2, \"activation\": "
              "\"relu\"}",
              "5,7,3");
}

static void drop_layer(void)
{
    drop(&layer.reading);
}

TestSuite(plan, .init = make_layer, .fini = drop_layer);

static struct plan_request request(const char *target, enum plan_unroll unroll)
{
    struct error unknown = {0};
    const struct plan_request asked = {.target = target_find(target, &unknown),
                                       .unroll = unroll,
                                       .backward = true,
                                       .max_statements = PLAN_MAX_STATEMENTS};
    cr_assert_not_null(asked.target);
    return asked;
}

static bool choose(const struct plan_request *asked)
{
    err = (struct error){0};
    return plan_choose(&plan, &layer.geometry, asked, "c.json", &err);
}

static void expect_fitting(const struct plan_request *asked)
{
    cr_assert(choose(asked), "%s", err.message);
    for (int pass = 0; pass < PLAN_PASSES; pass++) {
        const struct plan_choice *choice = &plan.pass[pass];
        struct plan_work work =
            plan_describe_work(&layer.geometry, asked->target, (enum plan_pass)pass);
        if (choice->lanes_out)
            work = plan_turn_channels(&work);
        if (choice->lanes_depth)
            work = plan_lay_depth(&work);
        const size_t n_vectors = (work.lane_channels + work.lanes - 1) / work.lanes;
        cr_expect(choice->tile[0] >= 1 && choice->tile[1] >= 1 && choice->vectors >= 1);
        cr_expect_leq(choice->vectors, n_vectors);
        cr_expect(choice->cycles > 0 && choice->code_bytes > 0 && choice->why != NULL);
        if (asked->unroll != PLAN_UNROLL_AUTO)
            cr_expect_eq(choice->method,
                         asked->unroll == PLAN_UNROLL_FULL ? PLAN_STRAIGHT : PLAN_DIRECT);
        if (choice->method == PLAN_DIRECT)
            cr_expect(plan_tile_fits(&work, choice->tile[0] * choice->tile[1],
                                     choice->vectors));
        else
            cr_expect_leq(choice->statements, asked->max_statements);
    }
}

Test(plan, every_target_and_unrolling_gets_what_fits)
{
    for (size_t row = 0; target_row(row) != NULL; row++)
        for (int unroll = 0; unroll < 3; unroll++) {
            const struct plan_request asked =
                request(target_row(row)->name, (enum plan_unroll)unroll);
            expect_fitting(&asked);
        }
}

Test(plan, auto_lays_out_a_tiny_layer_and_loops_over_a_large_one)
{
    struct plan_request asked = request("x86-64-v3", PLAN_UNROLL_AUTO);
    drop(&layer.reading);
    derive_ok(&layer, "{\"filters\": 8, \"kernel_size\": 2, \"strides\": 2}", "2,2,2");
    cr_assert(choose(&asked));
    cr_expect_eq(plan.pass[PLAN_FORWARD].method, PLAN_STRAIGHT);
    asked.max_statements = 3;
    cr_assert(choose(&asked));
    cr_expect_eq(plan.pass[PLAN_FORWARD].method, PLAN_JOINED);
    drop(&layer.reading);
    derive_ok(&layer, "{\"filters\": 64, \"kernel_size\": 4, \"strides\": 2}",
              "16,16,64");
    asked.max_statements = PLAN_MAX_STATEMENTS;
    asked.exact = true;
    cr_assert(choose(&asked));
    for (int pass = 0; pass < PLAN_PASSES; pass++)
        cr_expect_neq(plan.pass[pass].method, PLAN_STRAIGHT);
}

Test(plan, without_backward_only_forward_is_planned)
{
    struct plan_request asked = request("portable", PLAN_UNROLL_TILE);
    asked.backward = false;
    cr_assert(choose(&asked));
    cr_expect_not(plan.backward);
    cr_expect_eq(plan.pass[PLAN_FORWARD].method, PLAN_DIRECT);
    cr_expect_eq(plan.pass[PLAN_BACKWARD_INPUT].vectors, 0);
    cr_expect_eq(plan.pass[PLAN_BACKWARD_WEIGHTS].vectors, 0);
}

static size_t statements_of(enum plan_pass pass)
{
    struct error unknown = {0};
    const struct plan_work work =
        plan_describe_work(&layer.geometry, target_find("portable", &unknown), pass);
    return plan_count_statements(&work);
}

static void expect_over_budget(enum plan_pass pass)
{
    char message[256];
    struct plan_request asked = request("portable", PLAN_UNROLL_FULL);
    const size_t n = statements_of(pass);
    asked.max_statements = n - 1;
    cr_expect_not(choose(&asked));
    snprintf(
        message, sizeof message,
        "c.json: got %zu straight-line multiply-adds in the %s pass with --unroll full; "
        "expected at most %zu (--max-statements N raises the limit)",
        n, plan_pass_name(pass), n - 1);
    cr_expect_str_eq(err.message, message);
}

Test(plan, full_over_the_budget_is_refused_with_count_limit_and_option)
{
    expect_over_budget(PLAN_FORWARD);
    /* ReLU's slope: backward_input stages dz, forward only stores y as often */
    cr_expect_gt(statements_of(PLAN_BACKWARD_INPUT), statements_of(PLAN_FORWARD));
    expect_over_budget(PLAN_BACKWARD_INPUT);
    struct plan_request asked = request("portable", PLAN_UNROLL_FULL);
    asked.max_statements = statements_of(PLAN_BACKWARD_INPUT);
    if (asked.max_statements < statements_of(PLAN_BACKWARD_WEIGHTS))
        asked.max_statements = statements_of(PLAN_BACKWARD_WEIGHTS);
    cr_expect(choose(&asked));
}

Test(plan, statements_are_what_a_hand_counts)
{
    drop(&layer.reading);
    derive_ok(&layer, "{\"filters\": 1, \"kernel_size\": 2, \"strides\": 2}", "2,2,3");
    cr_expect_eq(statements_of(PLAN_FORWARD), 4 * 4 * 3 + 16);
    cr_expect_eq(statements_of(PLAN_BACKWARD_INPUT), 4 * 4 * 3 + 12);
    cr_expect_eq(statements_of(PLAN_BACKWARD_WEIGHTS), 4 * 4 * 3 + 12);
}

Test(plan, a_tile_fits_with_its_operands)
{
    struct error unknown = {0};
    struct plan_work work = plan_describe_work(
        &layer.geometry, target_find("x86-64-v3", &unknown), PLAN_FORWARD);
    cr_expect(plan_tile_fits(&work, 6, 2)); /* 12 sums, 2 weights, 1 broadcast of 16 */
    cr_expect(plan_tile_fits(&work, 4, 3));
    cr_expect_not(plan_tile_fits(&work, 7, 2));
    cr_expect_not(plan_tile_fits(&work, 5, 3));
    work.target = target_find("x86-64-v4", &unknown);
    cr_expect(plan_tile_fits(&work, 15, 2)); /* broadcasts are operands in memory */
    cr_expect_not(plan_tile_fits(&work, 16, 2));
}

static void expect_round_trip(const struct plan_request *asked)
{
    struct plan again;
    struct text written = {0}, rewritten = {0};
    cr_assert(choose(asked), "%s", err.message);
    plan_write(&plan, &written);
    cr_assert(plan_read(&again, &layer.geometry, "p.json", text_string(&written),
                        written.length, &err),
              "%s", err.message);
    plan_write(&again, &rewritten);
    cr_expect_str_eq(text_string(&rewritten), text_string(&written));
    cr_expect(again.target == plan.target && again.unroll == plan.unroll &&
              again.backward == plan.backward &&
              again.max_statements == plan.max_statements);
    for (int pass = 0; pass < PLAN_PASSES; pass++) {
        const struct plan_choice *a = &again.pass[pass], *b = &plan.pass[pass];
        cr_expect(a->method == b->method && a->tile[0] == b->tile[0] &&
                  a->tile[1] == b->tile[1] && a->vectors == b->vectors &&
                  a->statements == b->statements && a->code_bytes == b->code_bytes &&
                  a->lanes_out == b->lanes_out && a->lanes_depth == b->lanes_depth &&
                  a->spans == b->spans);
    }
    text_free(&written);
    text_free(&rewritten);
}

Test(plan, what_is_written_reads_back)
{
    for (size_t row = 0; target_row(row) != NULL; row++)
        for (int unroll = 0; unroll < 3; unroll++) {
            struct plan_request asked =
                request(target_row(row)->name, (enum plan_unroll)unroll);
            expect_round_trip(&asked);
            asked.backward = false;
            asked.max_statements = 123456;
            expect_round_trip(&asked);
        }
}

/* A kernel of so many taps that every region has others. */
static void make_many_regions(void)
{
    drop(&layer.reading);
    derive_ok(&layer, "{\"filters\": 3, \"kernel_size\": 40}", "40,40,2");
}

Test(plan, many_regions_become_a_table)
{
    make_many_regions();
    for (size_t row = 0; target_row(row) != NULL; row++) {
        struct plan_request asked = request(target_row(row)->name, PLAN_UNROLL_TILE);
        asked.exact = true;
        cr_assert(choose(&asked), "%s", err.message);
        cr_expect(plan.pass[PLAN_FORWARD].method != PLAN_DIRECT ||
                  plan.pass[PLAN_FORWARD].is_compact);
        cr_expect_not(plan.pass[PLAN_BACKWARD_INPUT].is_compact);
        asked.backward = false;
        expect_round_trip(&asked);
    }
}

Test(plan, code_is_within_the_limit_that_was_asked_for)
{
    static const size_t limits[] = {20000, 5000, 3500};
    for (size_t row = 0; target_row(row) != NULL; row++)
        for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++) {
            struct plan_request asked = request(target_row(row)->name, PLAN_UNROLL_AUTO);
            asked.max_code_bytes = limits[i];
            cr_assert(choose(&asked), "%s", err.message);
            for (int pass = 0; pass < PLAN_PASSES; pass++)
                cr_expect_leq(plan.pass[pass].code_bytes, limits[i]);
            asked.backward = false;
            expect_round_trip(&asked);
        }
}

Test(plan, code_over_the_limit_is_refused_with_count_limit_and_option)
{
    static const enum plan_unroll unrolls[] = {PLAN_UNROLL_TILE, PLAN_UNROLL_FULL};
    for (int i = 0; i < 2; i++) {
        char message[256];
        struct plan_request asked = request("x86-64-v3", unrolls[i]);
        asked.max_code_bytes = 9;
        cr_expect_not(choose(&asked));
        cr_expect_gt(plan.pass[PLAN_FORWARD].code_bytes, 9);
        snprintf(message, sizeof message,
                 "c.json: got about %zu bytes of code in the forward pass; expected at "
                 "most 9 (--max-code-bytes N raises the limit)",
                 plan.pass[PLAN_FORWARD].code_bytes);
        cr_expect_str_eq(err.message, message);
    }
}

#define HEAD "{\"target\": \"x86-64-v3\", \"unroll\": \"tile\", \"numerics\": \"fast\", "
#define FORWARD "\"forward\": {\"method\": \"direct\", \"tile\": [1, 4], \"vectors\": 1}"

static bool read_plan(const char *json)
{
    err = (struct error){0};
    return plan_read(&plan, &layer.geometry, "p.json", json, strlen(json), &err);
}

Test(plan, a_read_plan_knows_its_file)
{
    const char *json =
        HEAD "\"backward\": false, \"max_statements\": 9, \"passes\": {" FORWARD "}}";
    const char *spaced =
        HEAD " \"backward\": false, \"max_statements\": 9, \"passes\": {" FORWARD "}}";
    cr_assert(read_plan(json), "%s", err.message);
    const uint64_t digest = plan.digest;
    cr_expect(plan.is_read);
    cr_assert(read_plan(json));
    cr_expect_eq(plan.digest, digest);
    cr_assert(read_plan(spaced));
    cr_expect_neq(plan.digest, digest);
    cr_expect_eq(text_digest("", 0), 0xcbf29ce484222325u); /* FNV's own examples */
    cr_expect_eq(text_digest("foobar", 6), 0x85944171f73967e8u);
    const struct plan_request asked = request("portable", PLAN_UNROLL_TILE);
    cr_assert(choose(&asked));
    cr_expect_not(plan.is_read);
}

Test(plan, an_edited_plan_is_taken_as_it_is)
{
    cr_assert(read_plan(HEAD "\"backward\": false, \"max_statements\": 9, \"passes\": {"
                             "\"forward\": {\"method\": \"direct\", \"tile\": [2, 3], "
                             "\"vectors\": 2}}}"),
              "%s", err.message);
    cr_expect_str_eq(plan.target->name, "x86-64-v3");
    cr_expect(plan.unroll == PLAN_UNROLL_TILE && !plan.backward);
    cr_expect(plan.pass[0].tile[0] == 2 && plan.pass[0].tile[1] == 3 &&
              plan.pass[0].vectors == 2);
    cr_expect_gt(plan.pass[0].cycles, 0);
    cr_expect_str_eq(plan.pass[0].why, "read from the plan file");
}

static const struct {
    const char *json, *message;
} bad_plans[] = {
    {"[1]", "p.json: got [1]; expected a plan as --dump plan writes it"},
    {"{\"target\": \"arm\"}",
     "p.json: target: got \"arm\"; expected portable, x86-64-v3, x86-64-v4, "
     "zen4, sapphire-rapids, or native"},
    {"{\"target\": \"portable\", \"unroll\": \"all\"}",
     "p.json: unroll: got \"all\"; expected \"auto\" or \"full\" or \"tile\""},
    {"{\"target\": \"portable\", \"unroll\": \"tile\"}",
     "p.json: backward: got nothing; expected true or false"},
    {HEAD "\"backward\": true, \"max_statements\": 0}",
     "p.json: max_statements: got 0; expected an integer from 1"},
    {HEAD "\"backward\": false, \"max_statements\": 9}",
     "p.json: passes: got nothing; expected an object with one member a pass"},
    {HEAD "\"backward\": true, \"max_statements\": 9, \"passes\": {" FORWARD "}}",
     "p.json: passes.backward_input: got nothing; expected an object with method, tile "
     "and "
     "vectors"},
    {HEAD "\"backward\": false, \"max_statements\": 9, \"passes\": {\"forward\": "
          "{\"method\": \"magic\"}}}",
     "p.json: passes.forward.method: got \"magic\"; expected \"straight\" or "
     "\"direct\" or \"winograd\" or \"scatter\" or \"joined\" or "
     "\"columns\" or \"strassen\""},
    {HEAD "\"backward\": false, \"max_statements\": 9, \"passes\": {\"forward\": "
          "{\"method\": \"direct\", \"tile\": [1, 2, 3]}}}",
     "p.json: passes.forward.tile: got [1, 2, 3]; expected [rows, columns] of a register "
     "tile"},
    {HEAD "\"backward\": false, \"max_statements\": 9, \"passes\": {\"forward\": "
          "{\"method\": \"direct\", \"tile\": [1, 129], \"vectors\": 1}}}",
     "p.json: passes.forward.tile[1]: got 129; expected an integer up to 128"},
    {HEAD "\"backward\": false, \"max_statements\": 9, \"passes\": {\"forward\": "
          "{\"method\": \"direct\", \"tile\": [1, 4], \"vectors\": 4}}}",
     "p.json: passes.forward.vectors: got 4; expected at most 3: 20 channels in vectors "
     "of "
     "8"},
    {HEAD "\"backward\": false, \"max_statements\": 9, \"passes\": {\"forward\": "
          "{\"method\": \"direct\", \"tile\": [2, 4], \"vectors\": 2}}}",
     "p.json: passes.forward: got a tile of 8 x 2 vectors; expected one that fits the 16 "
     "registers of x86-64-v3 with its operands"},
    {HEAD "\"backward\": true, \"max_statements\": 9, \"passes\": {" FORWARD
          ", \"backward_input\": {\"method\": \"scatter\", \"tile\": [1, 2], "
          "\"vectors\": 1}}}",
     "p.json: passes.backward_input.method: got \"scatter\"; expected another method: "
     "scatter is for the forward pass of a layer without dilation"},
    {HEAD "\"backward\": false, \"max_statements\": 9, \"passes\": {\"forward\": "
          "{\"method\": \"joined\", \"tile\": [1, 2], \"vectors\": 6}}}",
     "p.json: passes.forward.vectors: got 6; expected at most 5: 40 channels in vectors "
     "of 8"},
    {HEAD "\"backward\": true, \"max_statements\": 9, \"passes\": {" FORWARD
          ", \"backward_input\": {\"method\": \"joined\", \"tile\": [1, 2], "
          "\"vectors\": 1}}}",
     "p.json: passes.backward_input.method: got \"joined\"; expected another method: "
     "joined is for the forward pass of a strided layer, channels_last, without "
     "dilation, whose output channels are not whole vectors"},
    {HEAD "\"backward\": false, \"max_statements\": 9, \"passes\": {\"forward\": "
          "{\"method\": \"columns\", \"tile\": [1, 2], \"vectors\": 1}}}",
     "p.json: passes.forward.method: got \"columns\"; expected another method: columns "
     "is "
     "for channels_first, for targets with vectors, short kernels and strides, and not "
     "for "
     "the weights' gradient"},
    {HEAD "\"backward\": false, \"max_statements\": 9, \"passes\": {\"forward\": "
          "{\"method\": \"scatter\", \"tile\": [1, 2], \"vectors\": 24}}}",
     "p.json: passes.forward.vectors: got 24; expected at most 23: 20 channels of every "
     "tap in vectors of 8"},
    {HEAD "\"backward\": false, \"max_statements\": 9, \"max_code_bytes\": 0}",
     "p.json: max_code_bytes: got 0; expected an integer from 1"},
    {HEAD "\"backward\": false, \"max_statements\": 9999, \"passes\": {\"forward\": "
          "{\"method\": \"straight\", \"tile\": [1, 4], \"vectors\": 1, \"compact\": "
          "true}}}",
     "p.json: passes.forward.compact: got a table; expected one in direct forward and "
     "backward_input passes only"},
    {HEAD "\"backward\": false, \"max_statements\": 9, \"passes\": {\"forward\": "
          "{\"method\": \"straight\", \"tile\": [1, 4], \"vectors\": 1}}}",
     "p.json: passes.forward: got 6135 straight-line statements; expected at most the "
     "plan's max_statements, 9"},
};

Test(plan, bad_plans_are_refused)
{
    for (size_t i = 0; i < sizeof bad_plans / sizeof bad_plans[0]; i++) {
        cr_expect_not(read_plan(bad_plans[i].json), "%s", bad_plans[i].json);
        cr_expect_str_eq(err.message, bad_plans[i].message);
    }
}

Test(plan, unknown_members_of_a_plan_are_refused)
{
    static const char *const plans[] = {
        "{\"target\": \"portable\", \"tiles\": 1}",
        HEAD "\"backward\": false, \"max_statements\": 9, \"passes\": {" FORWARD
             ", \"sideways\": {}}}",
        HEAD "\"backward\": false, \"max_statements\": 9, \"passes\": {" FORWARD
             ", \"backward_input\": {}}}",
        HEAD "\"backward\": false, \"max_statements\": 9, \"passes\": {\"forward\": "
             "{\"method\": \"direct\", \"tile\": [1, 4], \"vectors\": 1, \"speed\": 9}}}",
    };
    for (size_t i = 0; i < sizeof plans / sizeof plans[0]; i++) {
        cr_expect_not(read_plan(plans[i]), "%s", plans[i]);
        cr_expect_not_null(strstr(err.message, "expected"), "%s", err.message);
    }
}
