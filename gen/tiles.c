#include "tiles.h"

size_t tiles_count_regions(const struct axis_walk *rows, const struct axis_walk *columns)
{
    return rows->n_runs * columns->n_runs;
}

void tiles_cut_evenly(size_t count, size_t most, struct tile_cut cut[2])
{
    const size_t n = (count + most - 1) / most;
    const size_t small = count / n, n_larger = count % n;
    cut[0] = (struct tile_cut){n_larger, small + 1};
    cut[1] = (struct tile_cut){n - n_larger, small};
    if (n_larger == 0) {
        cut[0] = cut[1];
        cut[1] = (struct tile_cut){0, small};
    }
}

/* The run with the most elements. */
static const struct axis_run *find_longest(const struct axis_walk *walk)
{
    const struct axis_run *longest = &walk->runs[0];
    for (size_t i = 1; i < walk->n_runs; i++)
        if (walk->runs[i].count > longest->count)
            longest = &walk->runs[i];
    return longest;
}

size_t tiles_most_rows(const struct axis_walk *walk, size_t run, struct tile_limit limit)
{
    struct tile_cut cut[2];
    const struct axis_run *columns =
        walk->shares_rows || limit.rows > 1 ? find_longest(walk) : &walk->runs[run];
    if (axis_run_is_cut(columns) || axis_run_is_cut(&walk->runs[run]))
        return 1;
    tiles_cut_evenly(columns->count, limit.columns, cut);
    const size_t fitting = limit.rows * limit.columns / cut[0].size;
    return fitting > limit.rows ? fitting : limit.rows;
}

struct tile_region tiles_region(const struct axis_walk *rows,
                                const struct axis_walk *columns, size_t index,
                                struct tile_limit limit)
{
    struct tile_region region = {.run = {&rows->runs[index / columns->n_runs],
                                         &columns->runs[index % columns->n_runs]}};
    tiles_cut_evenly(region.run[1]->count, limit.columns, region.cut[1]);
    tiles_cut_evenly(region.run[0]->count,
                     tiles_most_rows(columns, index % columns->n_runs, limit),
                     region.cut[0]);
    return region;
}

size_t tiles_taps(const struct tile_region *region)
{
    return region->run[0]->n_taps * region->run[1]->n_taps;
}

size_t tiles_region_shapes(const struct tile_region *region, struct tile_shape shape[4])
{
    const bool is_hole = tiles_taps(region) == 0;
    size_t n = 0;
    for (int i = 0; i < 4; i++) {
        const struct tile_cut *rows = &region->cut[0][i / 2];
        const struct tile_cut *columns = &region->cut[1][i % 2];
        struct tile_shape one = {.rows = rows->size, .columns = columns->size};
        if (rows->n * columns->n == 0)
            continue;
        for (int a = 0; a < 2 && !is_hole; a++)
            one.span[a] = region->run[a]->length > 0 ? region->run[a] : NULL;
        one.row_taps = is_hole ? 0 : region->run[0]->n_taps;
        one.column_taps = is_hole ? 0 : region->run[1]->n_taps;
        shape[n++] = one;
    }
    return n;
}

size_t tiles_number_shape(struct tile_shapes *shapes, const struct tile_shape *shape)
{
    for (size_t i = 0; i < shapes->n; i++) {
        const struct tile_shape *known = &shapes->list[i];
        if (known->rows == shape->rows && known->columns == shape->columns &&
            known->row_taps == shape->row_taps &&
            known->column_taps == shape->column_taps &&
            known->span[0] == shape->span[0] && known->span[1] == shape->span[1])
            return i;
    }
    if (shapes->n == shapes->room)
        return shapes->room;
    shapes->list[shapes->n] = *shape;
    return shapes->n++;
}
