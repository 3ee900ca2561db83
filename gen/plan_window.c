/*
 * plan_window: how many rows of an image direct stages at a time where its channels are
 * planes.
 */
#include "plan_method.h"

static size_t larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* The most rows that `n` bands after each other read, of any region. */
static size_t count_read_rows(const struct plan_work *work, struct tile_limit tile,
                              size_t n)
{
    size_t most = 1;
    const size_t n_regions = tiles_count_regions(work->walk[0], work->walk[1]);
    for (size_t r = 0; r < n_regions; r++) {
        const struct tile_region region =
            tiles_region(work->walk[0], work->walk[1], r, tile);
        const struct axis_run *run = region.run[0];
        const size_t computed = smaller(n * region.cut[0][0].size, run->count);
        if (tiles_taps(&region) > 0)
            most = larger(most, axis_run_reads(run, computed));
    }
    return most;
}

size_t plan_choose_window(const struct plan_work *work, struct tile_limit tile,
                          size_t vectors, size_t group_bands)
{
    const struct geometry *g = work->geometry;
    const bool is_forward = work->pass == PLAN_FORWARD;
    const size_t n_rows = is_forward ? g->axis[0].in : g->axis[0].out;
    const size_t image = (is_forward ? g->x_size : g->z_size) * g->element_bytes;
    const size_t cache = smaller(work->target->core->l2.bytes / 4, PLAN_GROUP_BYTES);
    const size_t width = vectors * work->lanes;
    const size_t n_blocks = (work->lane_channels + width - 1) / width;
    if (!g->layer.channels_first)
        return 0;
    if (image <= cache || (group_bands == 0 && n_blocks > 1))
        return n_rows;
    const size_t bands = group_bands > 0 ? group_bands : 1;
    const size_t read = count_read_rows(work, tile, bands);
    return smaller(larger(cache / (image / n_rows), read), n_rows);
}
