/*
 * gen/columns: which staged element each tap reads, that all of them are there, and where
 * plans have columns along the lanes.
 */
#include <criterion/criterion.h>

#include <stdio.h>

#include "columns.h"
#include "geometry_deriving.h"
#include "plan_method.h"

static struct derived layer;

static void derive(const char *members, const char *shape)
{
    char json[256];
    snprintf(json, sizeof json,
             "{\"filters\": 2, %s, \"data_format\": \"channels_first\"}", members);
    derive_ok(&layer, json, shape);
}

static void expect_meeting(bool is_forward, size_t tap, size_t phase, size_t residue,
                           ptrdiff_t offset)
{
    size_t got_residue;
    ptrdiff_t got_offset;
    cr_expect(columns_meet(&layer.geometry.axis[1], is_forward, tap, phase, &got_residue,
                           &got_offset));
    cr_expect_eq(got_residue, residue);
    cr_expect_eq(got_offset, offset);
}

Test(columns, taps_meet_what_the_identity_says)
{
    derive("\"kernel_size\": 4, \"strides\": 2, \"padding\": \"same\"", "3,5,33");
    size_t residue;
    ptrdiff_t offset;
    /* output 2q + phase, crop 1: 2i + tap = 2q + phase + 1 */
    expect_meeting(true, 1, 0, 0, 0);
    expect_meeting(true, 3, 0, 0, -1);
    expect_meeting(true, 0, 1, 0, 1);
    expect_meeting(true, 2, 1, 0, 0);
    cr_expect_not(columns_meet(&layer.geometry.axis[1], true, 0, 0, &residue, &offset));
    /* input q: output 2q + tap - 1 */
    expect_meeting(false, 0, 0, 1, -1);
    expect_meeting(false, 1, 0, 0, 0);
    expect_meeting(false, 3, 0, 0, 1);
    drop(&layer.reading);
}

/* Every read of every position lies among a row's elements and the zeros around them. */
static void expect_room(bool is_forward, size_t lanes, size_t width)
{
    const struct axis *axis = &layer.geometry.axis[1];
    const struct columns c = columns_derive(&layer.geometry, is_forward, lanes, width);
    const size_t positions = c.positions > width ? c.positions : width;
    cr_expect_eq(c.left % lanes, 0);
    cr_expect_eq(c.pitch / lanes % 2, 1);
    cr_expect_geq(c.left + c.pitch, c.left + c.length + c.right);
    for (size_t tap = 0; tap < axis->kernel; tap++)
        for (size_t phase = 0; phase < c.phases; phase++) {
            size_t residue;
            ptrdiff_t offset;
            if (!columns_meet(axis, is_forward, tap, phase, &residue, &offset))
                continue;
            cr_expect_lt(residue, c.residues);
            cr_expect_geq((ptrdiff_t)c.left + offset, 0);
            cr_expect_leq((ptrdiff_t)positions + offset, (ptrdiff_t)(c.length + c.right));
        }
}

Test(columns, rows_have_zeros_for_every_tap)
{
    static const char *const members[] = {
        "\"kernel_size\": 4, \"strides\": 2, \"padding\": \"same\"",
        "\"kernel_size\": 2, \"strides\": 3, \"padding\": \"valid\"",
        "\"kernel_size\": 7, \"strides\": 1, \"padding\": \"same\"",
        "\"kernel_size\": 3, \"dilation_rate\": 3, \"padding\": \"valid\""};
    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++) {
        derive(members[i], "3,5,37");
        for (size_t width = 8; width <= 64; width *= 2) {
            expect_room(true, 8, width);
            expect_room(false, 8, width);
        }
        drop(&layer.reading);
    }
}

Test(columns, planes_of_wide_rows_have_columns_along_the_lanes)
{
    struct error err = {0};
    struct plan plan;
    const struct plan_request asked = {.target = target_find("sapphire-rapids", &err),
                                       .unroll = PLAN_UNROLL_TILE,
                                       .backward = true,
                                       .max_statements = PLAN_MAX_STATEMENTS};
    static const char *const formats[] = {"channels_last", "channels_first"};
    static const char *const shapes[] = {"128,128,64", "64,128,128"};
    for (int first = 0; first < 2; first++) {
        char json[128];
        snprintf(json, sizeof json,
                 "{\"filters\": 32, \"kernel_size\": 2, \"strides\": 2, "
                 "\"data_format\": \"%s\"}",
                 formats[first]);
        derive_ok(&layer, json, shapes[first]);
        cr_assert(plan_choose(&plan, &layer.geometry, &asked, "c.json", &err));
        for (int pass = PLAN_FORWARD; pass <= PLAN_BACKWARD_INPUT; pass++)
            cr_expect_eq(plan.pass[pass].method, first ? PLAN_COLUMNS : PLAN_DIRECT);
        cr_expect_eq(plan.pass[PLAN_BACKWARD_WEIGHTS].method, PLAN_DIRECT);
        drop(&layer.reading);
    }
    const struct plan_choice *forward = &plan.pass[PLAN_FORWARD];
    cr_expect_leq(2 * forward->tile[1] * forward->vectors, 28); /* sums of two phases */
    cr_expect_lt(forward->window_rows, 128); /* 37 KB each: what stays in the cache */
}

Test(columns, staging_and_turning_of_planes_have_a_price)
{
    struct error unknown = {0};
    const struct target *target = target_find("sapphire-rapids", &unknown);
    static const char *const formats[] = {"channels_last", "channels_first"};
    static const char *const shapes[] = {"16,16,128", "128,16,16"};
    double cycles[2][PLAN_METHODS];
    for (int first = 0; first < 2; first++) {
        char json[128];
        snprintf(json, sizeof json,
                 "{\"filters\": 64, \"kernel_size\": 4, \"strides\": 2, "
                 "\"data_format\": \"%s\"}",
                 formats[first]);
        derive_ok(&layer, json, shapes[first]);
        const struct plan_work work =
            plan_describe_work(&layer.geometry, target, PLAN_FORWARD);
        for (int method = 0; method < PLAN_METHODS; method++)
            cycles[first][method] = plan_planes_cycles(&work, (enum plan_method)method);
        drop(&layer.reading);
    }
    cr_expect_eq(cycles[0][PLAN_DIRECT], 0);
    cr_expect_eq(cycles[0][PLAN_WINOGRAD], 0);
    cr_expect_lt(cycles[1][PLAN_COLUMNS], cycles[1][PLAN_DIRECT]);
    cr_expect_lt(cycles[1][PLAN_DIRECT], 1.5 * cycles[1][PLAN_WINOGRAD]);
}

static bool is_exact(const char *members, const char *shape, enum plan_pass pass)
{
    struct error unknown = {0};
    derive(members, shape);
    const struct plan_work work = plan_describe_work(
        &layer.geometry, target_find("sapphire-rapids", &unknown), pass);
    const bool result = plan_is_exact(&work, PLAN_COLUMNS);
    cr_expect(plan_is_exact(&work, PLAN_DIRECT));
    drop(&layer.reading);
    return result;
}

/* What is multiplied with zeros around the rows is no product of the definition. */
Test(columns, are_exact_where_no_output_reads_zeros)
{
    const char *no_overlap = "\"kernel_size\": 2, \"strides\": 2";
    cr_expect(is_exact(no_overlap, "64,9,33", PLAN_FORWARD));
    cr_expect(is_exact(no_overlap, "64,9,33", PLAN_BACKWARD_INPUT));
    const char *overlap = "\"kernel_size\": 4, \"strides\": 2, \"padding\": \"same\"";
    cr_expect_not(is_exact(overlap, "64,9,33", PLAN_FORWARD));
    cr_expect_not(is_exact(overlap, "64,9,33", PLAN_BACKWARD_INPUT));
    cr_expect_not(is_exact("\"kernel_size\": 3", "64,9,33", PLAN_FORWARD));
    cr_expect(is_exact("\"kernel_size\": 3", "64,9,33", PLAN_BACKWARD_INPUT));
}

Test(columns, exact_plans_have_none_that_multiply_zeros)
{
    struct error err = {0};
    struct plan plan;
    for (int exact = 0; exact < 2; exact++) {
        const struct plan_request asked = {.target = target_find("sapphire-rapids", &err),
                                           .unroll = PLAN_UNROLL_TILE,
                                           .backward = true,
                                           .exact = exact,
                                           .max_statements = PLAN_MAX_STATEMENTS};
        derive("\"kernel_size\": 4, \"strides\": 2, \"padding\": \"same\"",
               "128,128,128");
        cr_assert(plan_choose(&plan, &layer.geometry, &asked, "c.json", &err));
        cr_expect_eq(plan.pass[PLAN_BACKWARD_INPUT].method == PLAN_COLUMNS, exact == 0);
        cr_expect(exact == 0 || plan.pass[PLAN_FORWARD].method != PLAN_COLUMNS);
        drop(&layer.reading);
    }
}
