/*
 * gen/plan_weights: which channels the vectors of the weights' gradient hold.
 */
#include <criterion/criterion.h>

#include "geometry_deriving.h"
#include "plan.h"
#include "plan_method.h"

static struct derived layer;
static struct plan plan;
static struct error err;

static const struct plan_choice *choose(const char *config, const char *shape,
                                        const char *target)
{
    struct error unknown = {0};
    derive_ok(&layer, config, shape);
    const struct plan_request asked = {.target = target_find(target, &unknown),
                                       .unroll = PLAN_UNROLL_TILE,
                                       .backward = true,
                                       .max_statements = PLAN_MAX_STATEMENTS};
    cr_assert(plan_choose(&plan, &layer.geometry, &asked, "c.json", &err), "%s",
              err.message);
    return &plan.pass[PLAN_BACKWARD_WEIGHTS];
}

static void drop_layer(void)
{
    drop(&layer.reading);
}

TestSuite(plan_weights, .fini = drop_layer);

static const char whole[] = "{\"filters\": 32, \"kernel_size\": 3, \"strides\": 2}";

Test(plan_weights, vectors_hold_output_channels_where_input_channels_are_few)
{
    const struct plan_choice *choice = choose(whole, "16,16,3", "x86-64-v4");
    cr_expect_eq(choice->method, PLAN_DIRECT);
    cr_expect(choice->lanes_out);
    cr_expect_eq(choice->tile[1], 3);
    cr_expect_leq(choice->vectors, 2);
}

Test(plan_weights, vectors_hold_input_channels_that_fill_them)
{
    cr_expect_not(choose(whole, "16,16,16", "x86-64-v4")->lanes_out);
}

Test(plan_weights, without_vectors_nothing_is_turned)
{
    cr_expect_not(choose(whole, "16,16,3", "portable")->lanes_out);
}

Test(plan_weights, planes_are_not_turned)
{
    cr_expect_not(choose("{\"filters\": 32, \"kernel_size\": 3, \"strides\": 2, "
                         "\"data_format\": \"channels_first\"}",
                         "3,16,16", "x86-64-v4")
                      ->lanes_out);
}

/* 19 channels would read beyond the last: nothing pads dz. */
Test(plan_weights, output_channels_must_fill_what_holds_them)
{
    cr_expect_not(choose("{\"filters\": 19, \"kernel_size\": 3, \"strides\": 2}",
                         "16,16,3", "x86-64-v4")
                      ->lanes_out);
}

#define PLAN                                                                             \
    "{\"target\": \"x86-64-v4\", \"unroll\": \"tile\", \"numerics\": \"fast\", "         \
    "\"backward\": true, \"max_statements\": 9, \"passes\": {"                           \
    "\"forward\": {\"method\": \"direct\", \"tile\": [1, 2], \"vectors\": 1}, "          \
    "\"backward_input\": {\"method\": \"direct\", \"tile\": [1, 2], \"vectors\": 1}, "   \
    "\"backward_weights\": {\"method\": \"direct\", \"lanes_out\": true, "               \
    "\"block_rows\": 4, \"taps\": [1, 2], \"vectors\": 1, "

static bool read_plan(const char *json)
{
    err = (struct error){0};
    return plan_read(&plan, &layer.geometry, "p.json", json, strlen(json), &err);
}

Test(plan_weights, a_plan_file_can_turn_them)
{
    derive_ok(&layer, whole, "16,16,3");
    cr_assert(read_plan(PLAN "\"tile\": [1, 3]}}}"), "%s", err.message);
    cr_expect(plan.pass[PLAN_BACKWARD_WEIGHTS].lanes_out);
    cr_expect_eq(plan.pass[PLAN_BACKWARD_WEIGHTS].block_rows, 4);
}

Test(plan_weights, a_turned_tile_holds_all_input_channels)
{
    derive_ok(&layer, whole, "16,16,3");
    cr_expect_not(read_plan(PLAN "\"tile\": [1, 2]}}}"));
    cr_expect_str_eq(err.message,
                     "p.json: passes.backward_weights.tile: got [1, 2]; expected [1, 3]: "
                     "all input channels");
}

Test(plan_weights, what_cannot_be_turned_is_refused)
{
    derive_ok(&layer, whole, "16,16,16");
    cr_expect_not(read_plan(PLAN "\"tile\": [1, 16]}}}"));
    cr_expect_str_eq(
        err.message,
        "p.json: passes.backward_weights.lanes_out: got true; expected it in "
        "a direct backward_weights pass only, channels_last, of fewer input "
        "channels than a vector has lanes and output channels that fill "
        "theirs");
}
