/*
 * plan_images: what images cost that a pass of positions reads and stores, and the order
 * of work by which they do so once.
 */
#include "plan_method.h"

#include "integers.h"
#include "plan_walk.h"

static size_t read_bytes(const struct plan_work *work)
{
    const struct geometry *g = work->geometry;
    return (work->pass == PLAN_FORWARD ? g->x_size : g->y_size) * g->element_bytes;
}

static size_t written_bytes(const struct plan_work *work)
{
    const struct geometry *g = work->geometry;
    return (work->pass == PLAN_FORWARD ? g->y_size : g->x_size) * g->element_bytes;
}

/* An image that does not stay in the second-level cache streams by as many rows at a time
 * as a tile has, each fetched ahead by the hardware: what products wait for it. */
double plan_stream_image(const struct plan_work *work, size_t rows)
{
    const struct target_core *core = work->target->core;
    double bytes = 0;
    if (read_bytes(work) > core->l2.bytes)
        bytes += (double)read_bytes(work);
    if (written_bytes(work) > core->l2.bytes)
        bytes += (double)written_bytes(work);
    return core->stream_cycles * bytes / (double)rows;
}

/* A block of channels stores a part of each pixel, and lines that come alone take up to
 * twice the time of four neighbours. Measured on Golden Cove where most outputs meet no
 * tap. */
double plan_stored_image(const struct plan_work *work, double cycles, size_t vectors)
{
    const double shown = 0.3; /* beside products that take as long */
    const struct target_core *core = work->target->core;
    const double bytes = (double)written_bytes(work);
    const double rate = bytes <= plan_kept_bytes(core) ? core->l2.bytes_per_cycle * 2 / 3
                                                       : plan_far_rate(core, bytes);
    const bool is_whole = vectors * work->lanes >= work->lane_channels;
    const double alone = is_whole || vectors >= PLAN_MOST_VECTORS
                             ? 0
                             : 1 / (double)vectors - 1 / (double)PLAN_MOST_VECTORS;
    return work->lanes > 1 ? plan_beside(cycles, bytes / rate * (1 + alone), shown)
                           : cycles;
}

/* Rows of tiles of the walk, one column phase of each. */
static size_t count_bands(const struct plan_work *work, struct tile_limit tile)
{
    size_t n = 0;
    for (size_t r = 0; r < work->walk[0]->n_runs; r++) {
        const struct tile_region region =
            tiles_region(work->walk[0], work->walk[1], r * work->walk[1]->n_runs, tile);
        n += region.cut[0][0].n + region.cut[0][1].n;
    }
    return n;
}

/*
 * What lies beyond the second-level cache decides the order of work. A block of channels
 * that goes through the image reads the whole image, unless that stays in half of the
 * cache, and stores a part of every pixel; a group of bands that fits there goes through
 * all weights, is read once, and is stored whole.
 */
size_t plan_choose_group(const struct plan_work *work, struct tile_limit tile,
                         size_t vectors)
{
    const struct geometry *g = work->geometry;
    const struct axis *axis = g->axis;
    const bool is_forward = work->pass == PLAN_FORWARD;
    const size_t n_blocks = ceil_div(work->lane_channels, vectors * work->lanes);
    const size_t image = read_bytes(work), stored = written_bytes(work);
    const size_t half = work->target->core->l2.bytes / 2;
    const size_t cache = half < PLAN_GROUP_BYTES ? half : PLAN_GROUP_BYTES;
    const bool reads_far = image > cache,
               stores_far = (double)stored > plan_kept_bytes(work->target->core);
    if (n_blocks == 1 || !(reads_far || stores_far))
        return 0;
    const size_t read_row = image / (is_forward ? axis[0].in : axis[0].out) *
                            (is_forward ? 1 : axis[0].stride) * tile.rows;
    const size_t stored_row =
        stored / (is_forward ? axis[0].out : axis[0].in) * tile.rows;
    const size_t row = reads_far ? read_row : stored_row;
    const size_t group = row < cache ? cache / row : 1;
    const size_t n_bands = count_bands(work, tile),
                 weights = g->w_size * g->element_bytes;
    const size_t n_groups = (n_bands + group - 1) / group;
    const double met =
        is_forward ? (double)image : plan_met_outputs(g) * (double)g->element_bytes;
    const double by_blocks = (double)(reads_far ? n_blocks : 1) * met + (double)weights +
                             (double)(stores_far ? stored : 0);
    const double by_groups =
        met + (double)weights * (weights <= cache ? 1 : (double)n_groups);
    return by_groups < by_blocks ? group : 0;
}

/* What is computed and does not stay in the second-level cache is fetched, before it is
 * overwritten, from further away than a tile's stores can wait for. */
bool plan_fetches_stored(const struct plan_work *work)
{
    return work->pass != PLAN_BACKWARD_WEIGHTS && work->target->vector_bytes > 0 &&
           !work->geometry->layer.channels_first &&
           (double)written_bytes(work) > plan_kept_bytes(work->target->core);
}
