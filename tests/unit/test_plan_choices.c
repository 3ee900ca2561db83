/*
 * gen/plan_choices: which channels the vectors of a pass hold, and which positions its
 * tiles.
 */
#include "plan_choosing.h"

TestSuite(plan_choices, .fini = drop_layer);

Test(plan_choices, images_that_stay_get_tiles_of_one_row)
{
    const char *target = "sapphire-rapids";
    cr_expect_eq(choose(without_overlap, "16,16,64", target, PLAN_FORWARD)->tile[0], 1);
}

Test(plan_choices, images_that_stream_get_tiles_of_several_rows)
{
    const char *target = "sapphire-rapids";
    cr_expect_gt(choose(without_overlap, "128,128,64", target, PLAN_FORWARD)->tile[0], 1);
    cr_expect_gt(plan.pass[PLAN_BACKWARD_INPUT].tile[0], 1);
}

Test(plan_choices, scatter_is_for_few_output_channels)
{
    cr_expect_eq(choose("{\"filters\": 3, \"kernel_size\": 4, \"strides\": 2}",
                        "32,32,64", "sapphire-rapids", PLAN_FORWARD)
                     ->method,
                 PLAN_SCATTER);
}

/* The sums of a chunk of outputs would be 32 vectors. */
Test(plan_choices, scatter_keeps_its_sums_in_registers)
{
    cr_expect_neq(
        choose("{\"filters\": 128, \"kernel_size\": [1, 25], \"strides\": [1, 4]}",
               "1,256,256", "sapphire-rapids", PLAN_FORWARD)
            ->method,
        PLAN_SCATTER);
}

Test(plan_choices, a_single_lane_channel_is_summed_along_the_depth)
{
    const struct plan_choice *choice =
        choose("{\"filters\": 1, \"kernel_size\": 3, \"padding\": \"same\"}", "28,28,32",
               "portable", PLAN_FORWARD);
    const struct plan_work work =
        plan_describe_work(&layer.geometry, plan.target, PLAN_FORWARD);
    cr_expect(plan_loops_depth(&work, choice));
    const struct plan_work dx =
        plan_describe_work(&layer.geometry, plan.target, PLAN_BACKWARD_INPUT);
    cr_expect_not(plan_is_deep(&dx));
    struct error unknown = {0};
    const struct plan_work vectors = plan_describe_work(
        &layer.geometry, target_find("x86-64-v3", &unknown), PLAN_FORWARD);
    cr_expect_not(plan_is_deep(&vectors));
}

/* 4 x 4 taps by stride 2 are four phases of 2 x 2: F(4, 2) has five points. */
Test(plan_choices, more_points_are_taken_where_they_save_enough)
{
    const struct plan_choice *choice =
        choose("{\"filters\": 256, \"kernel_size\": 4, \"strides\": 2, \"padding\": "
               "\"same\"}",
               "32,24,256", "sapphire-rapids", PLAN_BACKWARD_INPUT);
    cr_expect_eq(choice->method, PLAN_WINOGRAD);
    cr_expect(choice->form.outputs[0] > 3 && choice->form.outputs[1] > 3);
}

/* F(4, 2) by F(5, 2) is predicted a thousandth cheaper. */
Test(plan_choices, a_tie_goes_to_fewer_points)
{
    const struct plan_choice *choice =
        choose("{\"filters\": 128, \"kernel_size\": 3, \"strides\": 2, \"padding\": "
               "\"same\"}",
               "64,64,256", "sapphire-rapids", PLAN_BACKWARD_INPUT);
    cr_expect_eq(choice->method, PLAN_WINOGRAD);
    cr_expect(choice->form.outputs[0] == 4 && choice->form.outputs[1] == 4);
}

/* Shared tiles of 8 outputs a phase that begin in two places would be five by five. */
Test(plan_choices, tiles_are_aligned_where_that_makes_them_fewer)
{
    const struct plan_choice *choice =
        choose("{\"filters\": 128, \"kernel_size\": 4, \"strides\": 2, \"padding\": "
               "\"same\"}",
               "8,8,256", "sapphire-rapids", PLAN_FORWARD);
    cr_expect_eq(choice->method, PLAN_WINOGRAD);
    cr_expect(choice->form.is_aligned);
    cr_expect_not(plan.pass[PLAN_BACKWARD_INPUT].form.is_aligned);
    cr_expect(plan.pass[PLAN_BACKWARD_WEIGHTS].form.is_aligned);
}

/* Its plain products of windows ask early for the 8 MB of weights. */
Test(plan_choices, products_of_windows_ask_for_weights_that_stream)
{
    const struct plan_choice *choice =
        choose("{\"filters\": 256, \"kernel_size\": 4, \"strides\": 2, \"padding\": "
               "\"same\"}",
               "8,8,512", "sapphire-rapids", PLAN_FORWARD);
    cr_expect_eq(choice->method, PLAN_WINOGRAD);
    cr_expect(choice->prefetches);
}

Test(plan_choices,
     vectors_of_a_gradient_of_x_hold_output_channels_where_input_ones_are_few)
{
    const struct plan_choice *choice =
        choose(whole, "16,16,3", "x86-64-v4", PLAN_BACKWARD_INPUT);
    cr_expect_eq(choice->method, PLAN_DIRECT);
    cr_expect(choice->lanes_depth);
    cr_expect_eq(choice->vectors, 3);
    cr_expect_not(
        choose(whole, "16,16,16", "x86-64-v4", PLAN_BACKWARD_INPUT)->lanes_depth);
    cr_expect_not(choose(whole, "16,16,3", "portable", PLAN_BACKWARD_INPUT)->lanes_depth);
}

/* Taps of 20 channels side by side: three are 60, as many lanes as three vectors and 12.
 */
Test(plan_choices, the_depth_is_a_row_of_taps)
{
    derive_ok(&layer, "{\"filters\": 20, \"kernel_size\": 3}", "4,4,3");
    const struct plan_work work = plan_describe_work(
        &layer.geometry, target_find("x86-64-v4", &err), PLAN_BACKWARD_INPUT);
    cr_assert(plan_lays_depth(&work));
    const struct plan_work laid = plan_lay_depth(&work);
    cr_expect_eq(laid.depth_lanes, 16);
    cr_expect_eq(laid.inner_channels, 4);
    cr_expect_eq(plan_depth_steps(&laid, 1), 2);
    derive_ok(&layer, "{\"filters\": 2, \"kernel_size\": 1}", "4,4,3");
    const struct plan_work thin = plan_describe_work(
        &layer.geometry, target_find("x86-64-v4", &err), PLAN_BACKWARD_INPUT);
    cr_expect_not(plan_lays_depth(&thin));
}

#define DEPTH_PLAN                                                                       \
    "{\"target\": \"x86-64-v4\", \"unroll\": \"tile\", \"numerics\": \"exact\", "        \
    "\"backward\": true, \"max_statements\": 9, \"passes\": {"                           \
    "\"forward\": {\"method\": \"direct\", \"tile\": [1, 2], \"vectors\": 1}, "          \
    "\"backward_weights\": {\"method\": \"direct\", \"tile\": [1, 2], \"vectors\": 1}, " \
    "\"backward_input\": {\"method\": \"direct\", \"lanes_depth\": true, "

Test(plan_choices, a_plan_file_can_lay_output_channels_along_the_lanes)
{
    derive_ok(&layer, whole, "16,16,3");
    cr_assert(read_plan(DEPTH_PLAN "\"tile\": [1, 5], \"vectors\": 2}}}"), "%s",
              err.message);
    cr_expect(plan.pass[PLAN_BACKWARD_INPUT].lanes_depth);
    cr_expect_eq(plan.pass[PLAN_BACKWARD_INPUT].vectors, 2);
}

Test(plan_choices, what_has_no_lanes_along_the_depth_is_refused)
{
    derive_ok(&layer, whole, "16,16,3");
    cr_expect_not(
        read_plan(DEPTH_PLAN "\"compact\": true, \"tile\": [1, 5], \"vectors\": 2}}}"));
    cr_expect_str_eq(err.message, "p.json: passes.backward_input.compact: got true; "
                                  "expected false: lanes_depth has no table");
    cr_expect_not(read_plan(DEPTH_PLAN "\"tile\": [1, 5], \"vectors\": 4}}}"));
    derive_ok(&layer, whole, "16,16,16");
    cr_expect_not(read_plan(DEPTH_PLAN "\"tile\": [1, 5], \"vectors\": 1}}}"));
    cr_expect_str_eq(
        err.message,
        "p.json: passes.backward_input.lanes_depth: got true; expected it in "
        "a direct backward_input pass only, channels_last, without dilation of "
        "columns, of at most 32 input channels that fill no vectors");
}

/* A tile has 36 points of 64 channels: 169 of them would drive each other out beside the
 * weights that stream past. Of 256 channels four groups do not stay anyway. */
Test(plan_choices, windows_of_few_channels_stay_in_the_cache)
{
    const char *config =
        "{\"filters\": 64, \"kernel_size\": 4, \"strides\": 2, \"padding\": \"same\"}";
    const struct plan_choice *few =
        choose(config, "64,64,64", "sapphire-rapids", PLAN_FORWARD);
    cr_assert_eq(few->method, PLAN_WINOGRAD);
    cr_expect_geq(few->block_tiles, 4 * few->tile[1]);
    cr_expect_leq(few->block_tiles * 36 * 64 * sizeof(float), 2097152 / 3);
    drop_layer();
    const struct plan_choice *many =
        choose(config, "64,64,256", "sapphire-rapids", PLAN_FORWARD);
    cr_assert_eq(many->method, PLAN_WINOGRAD);
    cr_expect_gt(many->block_tiles * 36 * 256 * sizeof(float), 2097152 / 3);
}

/* Eight sums keep two multipliers of four cycles busy. */
Test(plan_choices, few_sums_are_several_chains)
{
    derive_ok(&layer, whole, "16,16,24");
    const struct plan_work work =
        plan_describe_work(&layer.geometry, target_find("x86-64-v3", &err), PLAN_FORWARD);
    cr_expect_eq(plan_count_chains(&work, 1, 24), 8);
    cr_expect_eq(plan_count_chains(&work, 1, 20), 4);
    cr_expect_eq(plan_count_chains(&work, 3, 24), 2);
    cr_expect_eq(plan_count_chains(&work, 2, 25), 1);
    cr_expect_eq(plan_count_chains(&work, 8, 24), 1);
}

/* Of a kernel of 4 by stride 2 a single pixel meets 2 by 2 taps. */
Test(plan_choices, weights_that_nothing_meets_are_not_read)
{
    derive_ok(&layer,
              "{\"filters\": 8, \"kernel_size\": 4, \"strides\": 2, "
              "\"padding\": \"same\"}",
              "1,1,16");
    const struct plan_work work =
        plan_describe_work(&layer.geometry, target_find("x86-64-v3", &err), PLAN_FORWARD);
    cr_expect_eq(plan_weight_bytes(&work), 4 * 16 * 8 * 4);
}

/* Weights of more than half of a cache of 512 KB, and an image that is small beside them.
 */
Test(plan_choices, a_unit_goes_through_a_batch_where_weights_come_from_afar)
{
    static const char layer_of_96[] =
        "{\"filters\": 96, \"kernel_size\": 3, \"strides\": 3}";
    const struct plan_choice *choice =
        choose(layer_of_96, "1,1,96", "x86-64-v3", PLAN_FORWARD);
    struct plan_work work =
        plan_describe_work(&layer.geometry, plan.target, PLAN_FORWARD);
    cr_expect(plan_loops_images(&work, choice));
    choice = choose(layer_of_96, "1,1,32", "x86-64-v3", PLAN_FORWARD);
    work = plan_describe_work(&layer.geometry, plan.target, PLAN_FORWARD);
    cr_expect_not(plan_loops_images(&work, choice));
}

/* Four pixels under 8 MB of weights, which direct units read once for all images of a
 * batch: windows save 8 % of what one image takes. Sixty-four save more. */
Test(plan_choices, windows_must_save_more_where_a_batch_shares_weights)
{
    const char *const config =
        "{\"filters\": 256, \"kernel_size\": 4, \"strides\": 2, \"padding\": \"same\"}";
    cr_expect_eq(choose(config, "2,2,512", "sapphire-rapids", PLAN_FORWARD)->method,
                 PLAN_DIRECT);
    cr_expect_eq(choose(config, "8,8,512", "sapphire-rapids", PLAN_FORWARD)->method,
                 PLAN_WINOGRAD);
}

/* 196 tiles in fourteen groups, once five blocks of three: two threads had three and two.
 */
Test(plan_choices, few_blocks_of_windows_are_an_even_number)
{
    const struct plan_choice *choice =
        choose("{\"filters\": 21, \"kernel_size\": 16, \"strides\": 8}", "70,70,21",
               "sapphire-rapids", PLAN_BACKWARD_INPUT);
    cr_assert_eq(choice->method, PLAN_WINOGRAD);
    cr_assert(choice->form.outputs[0] == 5 && choice->tile[1] == 14);
    const size_t groups = choice->block_tiles / choice->tile[1];
    cr_expect_eq((14 + groups - 1) / groups % 2, 0);
}

static const char large_kernel[] =
    "{\"filters\": 64, \"kernel_size\": 7, \"padding\": \"same\"}";

Test(plan_choices, tiles_span_runs_where_images_are_small_for_their_kernels)
{
    const struct plan_choice *choice =
        choose(large_kernel, "9,9,64", "sapphire-rapids", PLAN_FORWARD);
    cr_expect_eq(choice->method, PLAN_DIRECT);
    cr_expect(choice->spans);
    cr_expect_eq(choice->tile[0] * choice->tile[1] % 9, 0); /* whole rows */
    cr_expect_not(choose(large_kernel, "9,9,64", "portable", PLAN_FORWARD)->spans);
    cr_expect_not(choose(without_overlap, "9,9,64", "x86-64-v3", PLAN_FORWARD)->spans);
}

/* A tap of one channel is no loop. */
Test(plan_choices, tiles_of_a_single_channel_span_nothing)
{
    derive_ok(&layer, large_kernel, "9,9,1");
    const struct plan_work work =
        plan_describe_work(&layer.geometry, target_find("x86-64-v4", &err), PLAN_FORWARD);
    cr_expect_not(plan_spans_runs(&work));
}

#define SPANS_PLAN(spans)                                                                \
    "{\"target\": \"x86-64-v4\", \"unroll\": \"tile\", \"numerics\": \"exact\", "        \
    "\"backward\": false, \"max_statements\": 9, \"passes\": {"                          \
    "\"forward\": {\"method\": \"direct\", \"vectors\": 2, \"spans\": " spans ", "

Test(plan_choices, a_plan_file_can_let_tiles_span_runs)
{
    derive_ok(&layer, large_kernel, "9,9,64");
    cr_assert(read_plan(SPANS_PLAN("true") "\"tile\": [1, 9]}}}"), "%s", err.message);
    cr_expect(plan.pass[PLAN_FORWARD].spans);
    const double cycles = plan.pass[PLAN_FORWARD].cycles;
    cr_assert(read_plan(SPANS_PLAN("false") "\"tile\": [1, 9]}}}"), "%s", err.message);
    cr_expect_not(plan.pass[PLAN_FORWARD].spans);
    cr_expect_gt(plan.pass[PLAN_FORWARD].cycles, cycles);
}

Test(plan_choices, tiles_that_cannot_span_runs_are_refused)
{
    const char *const message =
        "p.json: passes.forward.spans: got true; expected it in direct forward and "
        "backward_input passes only, for targets with vectors, of at least 2 channels "
        "that are summed over, without compact and lanes_depth, where from 2 to 32 runs "
        "of columns follow each other";
    derive_ok(&layer, without_overlap, "9,9,64");
    cr_expect_not(read_plan(SPANS_PLAN("true") "\"tile\": [1, 9]}}}"));
    cr_expect_str_eq(err.message, message);
    derive_ok(&layer, large_kernel, "9,9,64");
    cr_expect_not(read_plan(SPANS_PLAN("true") "\"compact\": true, \"tile\": [1, 9]}}}"));
    cr_expect_str_eq(err.message, message);
}
