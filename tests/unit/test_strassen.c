/*
 * gen/strassen: that seven products make the eight, where they apply, and where plans
 * have them.
 */
#include <criterion/criterion.h>

#include <stdio.h>
#include <string.h>

#include "geometry_deriving.h"
#include "plan_candidates.h"
#include "plan_method.h"
#include "strassen.h"

static struct derived layer;
static struct error err;

static void drop_layer(void)
{
    drop(&layer.reading);
}

/* The sum over the products of the factors of a[i][k], b[l][j] and c[m][n]. */
static int coefficient(int i, int k, int l, int j, int m, int n)
{
    int sum = 0;
    for (int s = 0; s < STRASSEN_PRODUCTS; s++) {
        const struct strassen_product *p = &strassen_products[s];
        sum += p->a[i][k] * p->b[l][j] * p->c[m][n];
    }
    return sum;
}

/* c[m][n] has a[i][k] * b[l][j] where k == l, m == i and n == j, and nothing else. */
Test(strassen, seven_products_are_the_product_of_blocks)
{
    for (int bits = 0; bits < 64; bits++) {
        const int i = bits & 1, k = bits >> 1 & 1, l = bits >> 2 & 1, j = bits >> 3 & 1,
                  m = bits >> 4 & 1, n = bits >> 5 & 1;
        cr_expect_eq(coefficient(i, k, l, j, m, n), k == l && m == i && n == j,
                     "a[%d][%d] b[%d][%d] in c[%d][%d]", i, k, l, j, m, n);
    }
}

Test(strassen, blocks_of_c_begin_with_an_addition)
{
    bool has_begun[2][2] = {{false}};
    for (int s = 0; s < STRASSEN_PRODUCTS; s++)
        for (int i = 0; i < 2; i++)
            for (int j = 0; j < 2; j++) {
                const int factor = strassen_products[s].c[i][j];
                cr_expect(factor >= 0 || has_begun[i][j], "product %d", s);
                has_begun[i][j] = has_begun[i][j] || factor != 0;
            }
}

static bool applies(const char *members)
{
    char json[256];
    snprintf(json, sizeof json, "{\"filters\": 64, %s}", members);
    derive_ok(&layer, json, "5,6,64");
    const bool result = geometry_meets_one_tap(&layer.geometry);
    drop_layer();
    return result;
}

Test(strassen, is_for_one_tap_an_output)
{
    cr_expect(applies("\"kernel_size\": 2, \"strides\": 2"));
    cr_expect(applies("\"kernel_size\": 2, \"strides\": 2, \"padding\": \"same\""));
    cr_expect(applies("\"kernel_size\": 1"));
    cr_expect(applies("\"kernel_size\": [3, 1], \"strides\": [3, 1]"));
    cr_expect_not(applies("\"kernel_size\": 3, \"strides\": 2"));
    cr_expect_not(applies("\"kernel_size\": 1, \"strides\": 2"));
    cr_expect_not(applies("\"kernel_size\": 2, \"strides\": 2, \"output_padding\": 1"));
}

Test(strassen, sums_over_half_of_the_channels_of_all_taps, .fini = drop_layer)
{
    derive_ok(&layer, "{\"filters\": 32, \"kernel_size\": 2, \"strides\": 2}", "5,5,64");
    cr_expect_eq(strassen_depth(&layer.geometry, true), 32);
    cr_expect_eq(strassen_depth(&layer.geometry, false), 64);
    cr_expect_eq(strassen_pairs(&layer.geometry), 13);
}

static struct plan plan_for(const char *config, const char *shape, bool exact)
{
    struct plan plan;
    struct error unknown = {0};
    derive_ok(&layer, config, shape);
    const struct plan_request asked = {.target = target_find("sapphire-rapids", &unknown),
                                       .unroll = PLAN_UNROLL_AUTO,
                                       .backward = true,
                                       .exact = exact,
                                       .max_statements = PLAN_MAX_STATEMENTS};
    cr_assert(plan_choose(&plan, &layer.geometry, &asked, "c.json", &err), "%s",
              err.message);
    return plan;
}

static const char up[] = "{\"filters\": 256, \"kernel_size\": 2, \"strides\": 2}";

Test(strassen, many_channels_have_it, .fini = drop_layer)
{
    const struct plan plan = plan_for(up, "16,16,512", false);
    cr_expect_eq(plan.pass[PLAN_FORWARD].method, PLAN_STRASSEN);
    cr_expect_eq(plan.pass[PLAN_BACKWARD_INPUT].method, PLAN_STRASSEN);
    cr_expect_eq(plan.pass[PLAN_BACKWARD_WEIGHTS].method, PLAN_DIRECT);
    const struct tconv_rounding rounding =
        plan_rounding(&plan.pass[PLAN_FORWARD], &layer.geometry, PLAN_FORWARD);
    cr_expect(rounding.is_normwise);
    cr_expect_eq(rounding.growth, 6);
}

Test(strassen, few_channels_do_not, .fini = drop_layer)
{
    const struct plan plan = plan_for(
        "{\"filters\": 64, \"kernel_size\": 2, \"strides\": 2}", "16,16,64", false);
    cr_expect_neq(plan.pass[PLAN_FORWARD].method, PLAN_STRASSEN);
}

Test(strassen, exact_numerics_exclude_it, .fini = drop_layer)
{
    const struct plan plan = plan_for(up, "16,16,512", true);
    struct plan_candidates candidates;
    cr_expect_neq(plan.pass[PLAN_FORWARD].method, PLAN_STRASSEN);
    plan_candidates_find(&candidates, &plan, &layer.geometry, PLAN_FORWARD, 100);
    for (size_t i = 0; i < candidates.n; i++)
        cr_expect_neq(candidates.list[i].method, PLAN_STRASSEN);
}

/* Each step asks for at most a line of the next weights. */
Test(strassen, blocks_have_as_many_groups_as_rows_have_vectors, .fini = drop_layer)
{
    struct error unknown = {0};
    derive_ok(&layer, up, "40,40,512");
    const struct plan_work work = plan_describe_work(
        &layer.geometry, target_find("sapphire-rapids", &unknown), PLAN_FORWARD);
    for (size_t vectors = 1; vectors <= 4; vectors *= 2) {
        const struct plan_choice choice = plan_strassen_predict(&work, 5, vectors);
        cr_expect_eq(choice.block_tiles % 5, 0);
        cr_expect_geq(choice.block_tiles / 5, vectors);
    }
    cr_expect_not(plan_strassen_fits(&work, 5, 3));
    cr_expect_not(plan_strassen_fits(&work, 32, 1));
}

static void expect_refusal(const char *numerics, const char *pass, const char *message)
{
    char json[512];
    struct plan plan;
    err = (struct error){0};
    snprintf(json, sizeof json,
             "{\"target\": \"x86-64-v4\", \"unroll\": \"auto\", \"backward\": false, "
             "\"numerics\": \"%s\", \"max_statements\": 1000, \"passes\": "
             "{\"forward\": {\"method\": \"strassen\", %s}}}",
             numerics, pass);
    cr_expect_not(plan_read(&plan, &layer.geometry, "p.json", json, strlen(json), &err));
    cr_expect_str_eq(err.message, message);
}

Test(strassen, plan_files_are_checked, .fini = drop_layer)
{
    derive_ok(&layer, "{\"filters\": 64, \"kernel_size\": 2, \"strides\": 2}", "5,5,64");
    expect_refusal("fast", "\"tile\": [1, 4], \"vectors\": 3",
                   "p.json: passes.forward.vectors: got 3; expected a divisor of 2: the "
                   "vectors of half of the channels");
    expect_refusal(
        "fast", "\"tile\": [1, 4], \"vectors\": 2, \"block_tiles\": 6",
        "p.json: passes.forward.block_tiles: got 6; expected a multiple of the "
        "tile's 4");
    expect_refusal("exact", "\"tile\": [1, 4], \"vectors\": 2",
                   "p.json: passes.forward.method: got \"strassen\"; expected a method "
                   "that only sums products, as the plan's numerics are \"exact\"");
    drop_layer();
    derive_ok(&layer, "{\"filters\": 64, \"kernel_size\": 3, \"strides\": 2}", "5,5,64");
    expect_refusal(
        "fast", "\"tile\": [1, 4], \"vectors\": 2",
        "p.json: passes.forward.method: got \"strassen\"; expected another "
        "method: strassen is for the forward pass and the gradient of x of a "
        "layer whose outputs meet one tap each, channels_last, for targets with "
        "vectors, and for halves of the channels that are whole vectors");
}
