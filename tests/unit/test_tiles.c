/*
 * gen/tiles: whatever the counts and limits, the pieces cover a run once.
 */
#include <criterion/criterion.h>

#include "tiles.h"

static void expect_even_cut(size_t count, size_t most)
{
    struct tile_cut cut[2];
    tiles_cut_evenly(count, most, cut);
    const size_t n = cut[0].n + cut[1].n;
    cr_expect_eq(cut[0].n * cut[0].size + cut[1].n * cut[1].size, count);
    cr_expect_eq(n, (count + most - 1) / most, "%zu by %zu: %zu pieces", count, most, n);
    cr_expect(cut[0].n > 0 && cut[0].size >= 1 && cut[0].size <= most);
    if (cut[1].n > 0)
        cr_expect_eq(cut[1].size + 1, cut[0].size, "%zu by %zu", count, most);
}

Test(tiles, cuts_are_even_and_few)
{
    for (size_t count = 1; count <= 60; count++)
        for (size_t most = 1; most <= 31; most++)
            expect_even_cut(count, most);
}

static struct axis_run row_runs[] = {
    {.count = 1, .n_taps = 1}, {.count = 9, .n_taps = 2}, {.count = 2, .n_taps = 0}};
static struct axis_run column_runs[] = {{.count = 7, .n_taps = 3},
                                        {.count = 1, .n_taps = 5}};
static const struct axis_walk rows = {.runs = row_runs, .n_runs = 3},
                              columns = {.runs = column_runs, .n_runs = 2};

Test(tiles, regions_are_all_pairs_rows_outermost)
{
    cr_assert_eq(tiles_count_regions(&rows, &columns), 6);
    for (size_t i = 0; i < 6; i++) {
        const struct tile_region region =
            tiles_region(&rows, &columns, i, (struct tile_limit){1, 4});
        cr_expect_eq(region.run[0], &row_runs[i / 2]);
        cr_expect_eq(region.run[1], &column_runs[i % 2]);
        cr_expect_eq(tiles_taps(&region), region.run[0]->n_taps * region.run[1]->n_taps);
    }
}

Test(tiles, a_narrow_run_of_columns_gets_rows)
{
    const struct tile_limit limit = {1, 6};
    const struct tile_region narrow = tiles_region(&rows, &columns, 3, limit);
    cr_expect(narrow.cut[1][0].n == 1 && narrow.cut[1][0].size == 1);
    cr_expect(narrow.cut[0][0].n == 1 && narrow.cut[0][0].size == 5); /* 9 as 5 + 4 */
    cr_expect(narrow.cut[0][1].n == 1 && narrow.cut[0][1].size == 4);
    const struct tile_region wide = tiles_region(&rows, &columns, 2, limit);
    cr_expect(wide.cut[1][0].n == 1 && wide.cut[1][0].size == 4); /* 7 as 4 + 3 */
    cr_expect(wide.cut[1][1].n == 1 && wide.cut[1][1].size == 3);
    cr_expect(wide.cut[0][0].n == 9 && wide.cut[0][0].size == 1);
}

static void expect_within(size_t n_rows, size_t n_columns, struct tile_limit limit)
{
    struct axis_run row = {.count = n_rows, .n_taps = 1};
    struct axis_run column = {.count = n_columns, .n_taps = 1};
    const struct axis_walk one_row = {.runs = &row, .n_runs = 1},
                           one_column = {.runs = &column, .n_runs = 1};
    const struct tile_region region = tiles_region(&one_row, &one_column, 0, limit);
    const size_t tile = region.cut[0][0].size * region.cut[1][0].size;
    cr_expect_leq(tile, limit.rows * limit.columns, "%zu x %zu in %zu x %zu", n_rows,
                  n_columns, limit.rows, limit.columns);
    size_t covered[2];
    for (int a = 0; a < 2; a++)
        covered[a] = region.cut[a][0].n * region.cut[a][0].size +
                     region.cut[a][1].n * region.cut[a][1].size;
    cr_expect(covered[0] == n_rows && covered[1] == n_columns);
}

Test(tiles, no_tile_is_over_the_limit)
{
    for (size_t n_rows = 1; n_rows <= 12; n_rows++)
        for (size_t n_columns = 1; n_columns <= 12; n_columns++)
            for (size_t r = 1; r <= 5; r++)
                for (size_t c = 1; c <= 14; c++)
                    expect_within(n_rows, n_columns, (struct tile_limit){r, c});
}

Test(tiles, shapes_are_listed_once_in_the_order_of_need)
{
    struct tile_shape list[3], shape[4];
    struct tile_shapes shapes = {.list = list, .room = 3};
    const struct tile_region wide =
        tiles_region(&rows, &columns, 2, (struct tile_limit){1, 4});
    cr_assert_eq(tiles_region_shapes(&wide, shape), 2); /* 7 columns as 4 + 3 */
    cr_expect(shape[0].columns == 4 && shape[1].columns == 3);
    cr_expect(shape[0].row_taps == 2 && shape[0].column_taps == 3);
    cr_expect_eq(tiles_number_shape(&shapes, &shape[0]), 0);
    cr_expect_eq(tiles_number_shape(&shapes, &shape[1]), 1);
    cr_expect_eq(tiles_number_shape(&shapes, &shape[0]), 0);
    const struct tile_region hole =
        tiles_region(&rows, &columns, 4, (struct tile_limit){1, 8});
    cr_assert_eq(tiles_region_shapes(&hole, shape), 1);
    cr_expect(shape[0].row_taps == 0 && shape[0].column_taps == 0);
    cr_expect_eq(tiles_number_shape(&shapes, &shape[0]), 2);
    shape[0].rows++;
    cr_expect_eq(tiles_number_shape(&shapes, &shape[0]), 3); /* no room */
    cr_expect_eq(shapes.n, 3);
}

Test(tiles, the_most_rows_are_those_that_cut_a_region)
{
    for (size_t i = 0; i < 6; i++) {
        const struct tile_limit limit = {1, 6};
        const struct tile_region region = tiles_region(&rows, &columns, i, limit);
        struct tile_cut cut[2];
        tiles_cut_evenly(region.run[0]->count,
                         tiles_most_rows(&columns, i % columns.n_runs, limit), cut);
        cr_expect(cut[0].n == region.cut[0][0].n && cut[0].size == region.cut[0][0].size);
    }
}

Test(tiles, runs_that_share_rows_have_those_of_the_longest)
{
    const struct axis_walk sharing = {
        .runs = column_runs, .n_runs = 2, .shares_rows = true};
    const struct tile_limit limit = {1, 8};
    cr_expect_eq(tiles_most_rows(&columns, 0, limit), 1);
    cr_expect_eq(tiles_most_rows(&columns, 1, limit), 8);
    cr_expect_eq(tiles_most_rows(&sharing, 1, limit), 1);
}

Test(tiles, tiles_of_several_rows_have_equally_many_in_all_runs)
{
    cr_expect_eq(tiles_most_rows(&columns, 0, (struct tile_limit){3, 2}), 3);
    cr_expect_eq(tiles_most_rows(&columns, 1, (struct tile_limit){3, 2}), 3);
}

Test(tiles, a_cut_chunk_is_a_tile_of_one_row_beside_tiles_of_several)
{
    struct axis_run chunks[] = {{.count = 1, .to_step = 2, .keep = 1},
                                {.count = 7, .to_step = 2, .keep = 2}};
    const struct axis_walk joined = {.runs = chunks, .n_runs = 2};
    cr_expect_eq(tiles_most_rows(&joined, 0, (struct tile_limit){3, 2}), 1);
    cr_expect_eq(tiles_most_rows(&joined, 1, (struct tile_limit){3, 2}), 3);
}
