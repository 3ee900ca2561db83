/* gen/plan_weights: the tiles of the weights' gradient, and what they ask for early. */
#include "plan_choosing.h"

TestSuite(plan_weights, .fini = drop_layer);

/* A dw of 32 MB is written row by row as its tiles of sums are added. */
Test(plan_weights, weights_that_stream_are_not_filtered)
{
    cr_expect_eq(choose("{\"filters\": 256, \"kernel_size\": 4, \"strides\": 2, "
                        "\"padding\": \"same\"}",
                        "8,6,2048", "sapphire-rapids", PLAN_BACKWARD_WEIGHTS)
                     ->method,
                 PLAN_DIRECT);
}

/* Two megabytes of images are transformed for few products. */
Test(plan_weights, images_that_stream_are_part_of_the_price)
{
    cr_expect_eq(choose("{\"filters\": 16, \"kernel_size\": 3, \"strides\": 2, "
                        "\"padding\": \"same\"}",
                        "64,64,64", "sapphire-rapids", PLAN_BACKWARD_WEIGHTS)
                     ->method,
                 PLAN_DIRECT);
}

Test(plan_weights, vectors_hold_output_channels_where_input_channels_are_few)
{
    const struct plan_choice *choice =
        choose(whole, "16,16,3", "x86-64-v4", PLAN_BACKWARD_WEIGHTS);
    cr_expect_eq(choice->method, PLAN_DIRECT);
    cr_expect(choice->lanes_out);
    cr_expect_eq(choice->tile[1], 3);
    cr_expect_leq(choice->vectors, 2);
}

Test(plan_weights, vectors_hold_input_channels_that_fill_them)
{
    cr_expect_not(
        choose(whole, "16,16,16", "x86-64-v4", PLAN_BACKWARD_WEIGHTS)->lanes_out);
}

Test(plan_weights, without_vectors_nothing_is_turned)
{
    cr_expect_not(choose(whole, "16,16,3", "portable", PLAN_BACKWARD_WEIGHTS)->lanes_out);
}

Test(plan_weights, planes_are_not_turned)
{
    cr_expect_not(choose("{\"filters\": 32, \"kernel_size\": 3, \"strides\": 2, "
                         "\"data_format\": \"channels_first\"}",
                         "3,16,16", "x86-64-v4", PLAN_BACKWARD_WEIGHTS)
                      ->lanes_out);
}

/* 19 channels would read beyond the last: nothing pads dz. */
Test(plan_weights, output_channels_must_fill_what_holds_them)
{
    cr_expect_not(choose("{\"filters\": 19, \"kernel_size\": 3, \"strides\": 2}",
                         "16,16,3", "x86-64-v4", PLAN_BACKWARD_WEIGHTS)
                      ->lanes_out);
}

#define PLAN                                                                             \
    "{\"target\": \"x86-64-v4\", \"unroll\": \"tile\", \"numerics\": \"fast\", "         \
    "\"backward\": true, \"max_statements\": 9, \"passes\": {"                           \
    "\"forward\": {\"method\": \"direct\", \"tile\": [1, 2], \"vectors\": 1}, "          \
    "\"backward_input\": {\"method\": \"direct\", \"tile\": [1, 2], \"vectors\": 1}, "   \
    "\"backward_weights\": {\"method\": \"direct\", \"lanes_out\": true, "               \
    "\"block_rows\": 4, \"taps\": [1, 2], \"vectors\": 1, "

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

/* Of 1024 by twice 512 channels, pixels of x and dz lie 4 KB apart; of 64 by twice 32 all
 * sets have some. */
Test(plan_weights, pixels_that_share_sets_are_copied_as_windows)
{
    const char *const wide = "{\"filters\": 512, \"kernel_size\": 2, \"strides\": 2}";
    cr_expect_eq(choose(wide, "28,28,1024", "x86-64-v3", PLAN_BACKWARD_WEIGHTS)->method,
                 PLAN_WINOGRAD);
    cr_expect_eq(
        choose(without_overlap, "28,28,64", "x86-64-v3", PLAN_BACKWARD_WEIGHTS)->method,
        PLAN_DIRECT);
}

/* 12 MB of images come from afar while dw and two blocks of rows stay near; 1.8 MB stay.
 */
Test(plan_weights, rows_that_come_from_afar_are_asked_for)
{
    const char *const target = "sapphire-rapids";
    const struct plan_choice *choice =
        choose(without_overlap, "128,128,64", target, PLAN_BACKWARD_WEIGHTS);
    cr_expect_eq(choice->method, PLAN_DIRECT);
    cr_expect(choice->prefetches);
    const size_t row_bytes = (128 * 64 + 2 * 256 * 32) * 4, cache = 2 << 20;
    cr_expect_leq(choice->block_rows * row_bytes, cache / 6);
    cr_expect_not(
        choose(without_overlap, "48,48,64", target, PLAN_BACKWARD_WEIGHTS)->prefetches);
}

/* dw takes 1.5 MB of a cache of 2: the next rows would drive it out. */
Test(plan_weights, rows_are_not_asked_for_beside_a_large_dw)
{
    const struct plan_choice *choice =
        choose("{\"filters\": 192, \"kernel_size\": 2, \"strides\": 2}", "64,64,512",
               "sapphire-rapids", PLAN_BACKWARD_WEIGHTS);
    cr_expect_eq(choice->method, PLAN_DIRECT);
    cr_expect_not(choice->prefetches);
}

/* Of 26 MB of dz taps of one in four rows and columns meet a sixteenth; a tile of 6 by 4
 * vectors loops over columns, and so could ask. */
Test(plan_weights, rows_that_no_tap_meets_are_not_asked_for)
{
    derive_ok(&layer, "{\"filters\": 128, \"kernel_size\": 1, \"strides\": 4}",
              "56,56,64");
    const struct plan_work work = plan_describe_work(
        &layer.geometry, target_find("sapphire-rapids", &err), PLAN_BACKWARD_WEIGHTS);
    const struct plan_choice choice =
        plan_weights_predict(&work, (struct tile_limit){1, 6}, 4, (size_t[]){1, 1});
    cr_expect_not(choice.prefetches);
}
