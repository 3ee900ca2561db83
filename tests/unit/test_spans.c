/*
 * gen/spans: runs put together have every output and every product of an axis, once.
 */
#include <criterion/criterion.h>

#include <stdio.h>

#include "geometry_deriving.h"
#include "spans.h"

enum { MOST = 64, LARGEST_TILE = 15 };

static struct derived layer;

static void drop_layer(void)
{
    drop(&layer.reading);
}

TestSuite(spans, .fini = drop_layer);

/* Of each element that is computed: how often it is, and of each of its taps, what that
 * reads, plus one. */
struct table {
    size_t met[MOST], from[MOST][MOST];
};

static void fill_table(struct table *table, const struct axis_walk *walk)
{
    *table = (struct table){0};
    for (size_t r = 0; r < walk->n_runs; r++) {
        const struct axis_run *run = &walk->runs[r];
        for (size_t e = 0; e < run->count; e++)
            table->met[run->to + e * run->to_step]++;
        for (size_t t = 0; t < run->n_taps; t++) {
            const struct axis_met met = axis_run_meets(run, t, run->count);
            const ptrdiff_t base = run->length > 0 ? run->base : (ptrdiff_t)run->from;
            for (size_t e = met.first; e < met.first + met.count; e++)
                table->from[run->to + e * run->to_step][run->tap + t * run->tap_step] +=
                    1 + (size_t)(base + (ptrdiff_t)(e * run->from_step) +
                                 (ptrdiff_t)t * run->from_tap_step);
        }
    }
}

/* The least and the most that a run reads are what its fields say. */
static void expect_reach(const struct axis_run *run)
{
    ptrdiff_t least = PTRDIFF_MAX, most = -1;
    for (size_t t = 0; t < run->n_taps; t++) {
        const struct axis_met met = axis_run_meets(run, t, run->count);
        const ptrdiff_t first = run->base + (ptrdiff_t)t * run->from_tap_step +
                                (ptrdiff_t)(met.first * run->from_step);
        if (met.count == 0)
            continue;
        const ptrdiff_t last = first + (ptrdiff_t)((met.count - 1) * run->from_step);
        least = first < least ? first : least;
        most = last > most ? last : most;
    }
    cr_expect_eq((ptrdiff_t)run->from, least);
    cr_expect_eq((ptrdiff_t)axis_run_reads(run, run->count), most - least + 1);
}

static void expect_same(const struct axis_walk *walk, size_t length, size_t tile)
{
    static struct table plain, spanning;
    static struct spans spans;
    const struct axis_walk *const walks[2] = {walk, walk};
    const size_t lengths[2] = {length, length};
    if (walk->n_runs > SPANS_MOST_RUNS)
        return;
    spans_lay(&spans, walks, lengths, (struct tile_limit){1, tile});
    cr_assert_leq(spans.walk[1].n_runs, 2 * SPANS_MOST_RUNS);
    for (size_t r = 0; r < spans.walk[1].n_runs; r++)
        if (spans.walk[1].runs[r].length > 0) {
            cr_expect_leq(spans.walk[1].runs[r].count, tile);
            expect_reach(&spans.walk[1].runs[r]);
        }
    fill_table(&plain, walk);
    fill_table(&spanning, &spans.walk[1]);
    cr_expect_arr_eq(&plain, &spanning, sizeof plain, "tiles of %zu", tile);
}

Test(spans, every_product_of_an_axis_is_there_once)
{
    for (size_t in = 1; in <= 9; in++)
        for (size_t kernel = 1; kernel <= 7; kernel++)
            for (size_t step = 1; step <= 6; step++) {
                char config[160], shape[32];
                const size_t stride = step <= 4 ? step : 1;
                const size_t dilation = step <= 4 ? 1 : step - 3;
                snprintf(config, sizeof config,
                         "{\"filters\": 1, \"kernel_size\": %zu, \"strides\": %zu, "
                         "\"dilation_rate\": %zu, \"padding\": \"%s\"}",
                         kernel, stride, dilation, kernel % 2 ? "same" : "valid");
                snprintf(shape, sizeof shape, "%zu,%zu,1", in, in);
                derive_ok(&layer, config, shape);
                const struct axis *axis = &layer.geometry.axis[1];
                for (size_t tile = 1; tile <= LARGEST_TILE; tile++) {
                    expect_same(&axis->forward, axis->in, tile);
                    expect_same(&axis->backward_input, axis->out, tile);
                }
                drop(&layer.reading);
            }
}

/* The walks of a square layer under a "same" kernel, in tiles of that limit. */
static const struct spans *lay_square(size_t in, size_t kernel, struct tile_limit limit)
{
    static struct spans spans;
    char config[80], shape[32];
    snprintf(config, sizeof config,
             "{\"filters\": 1, \"kernel_size\": %zu, \"padding\": \"same\"}", kernel);
    snprintf(shape, sizeof shape, "%zu,%zu,1", in, in);
    drop(&layer.reading);
    derive_ok(&layer, config, shape);
    const struct axis *axis = layer.geometry.axis;
    const struct axis_walk *const walks[2] = {&axis[0].forward, &axis[1].forward};
    spans_lay(&spans, walks, (const size_t[2]){in, in}, limit);
    return &spans;
}

/* 9 columns under 7 taps, of which the border's meet 4 to 6: one tile, or 5 and 4. */
Test(spans, a_row_that_fits_a_tile_is_one_run)
{
    const struct spans *spans = lay_square(9, 7, (struct tile_limit){1, 9});
    cr_expect_eq(layer.geometry.axis[1].forward.n_runs, 7);
    cr_expect_eq(spans->walk[1].n_runs, 1);
    cr_expect_eq(spans->walk[1].runs[0].n_taps, 7);
    cr_expect_eq(spans->walk[0].n_runs, 7); /* a tile has one row */
    spans = lay_square(9, 7, (struct tile_limit){1, 8});
    cr_expect_eq(spans->walk[1].n_runs, 2);
    cr_expect_eq(spans->walk[1].runs[0].count, 5);
    spans = lay_square(9, 7, (struct tile_limit){3, 9});
    cr_expect_eq(spans->walk[0].n_runs, 3); /* three rows a tile */
}

/* 20 columns in tiles of 4: the first and the last span runs, three between do not. */
Test(spans, tiles_within_a_run_stay_one_run)
{
    const struct tile_limit limit = {1, 4};
    const struct spans *spans = lay_square(20, 3, limit);
    const struct axis_run *runs = spans->walk[1].runs;
    cr_assert_eq(spans->walk[1].n_runs, 3);
    cr_expect(runs[0].length > 0 && runs[0].count == 4);
    cr_expect(runs[1].length == 0 && runs[1].count == 12);
    cr_expect_eq(runs[2].to, 16);
    const struct tile_region region =
        tiles_region(&spans->walk[0], &spans->walk[1], 1, limit);
    cr_expect_not(spans_region(&region));
    cr_expect(axis_run_meets(region.run[1], 0, 4).count == 4);
}
