/*
 * plan_columns: direct for layers whose channels are planes. The lanes hold neighbouring
 * columns, and weights are broadcast: nothing is turned. See columns.h.
 */
#include "plan_code.h"

#include "columns.h"
#include "integers.h"

/* The most column taps that a tile lays out; cycles of a row beside its tiles, and of
 * what its last tile computes beyond it, as the rest is copied, for each channel. */
enum { MOST_TAPS = 32, ROW_OVERHEAD = 10, COPY_CYCLES = 3 };

static struct columns derive(const struct plan_work *work, size_t vectors)
{
    return columns_derive(work->geometry, work->pass == PLAN_FORWARD, work->lanes,
                          vectors * work->lanes);
}

size_t plan_columns_rows(const struct plan_work *work, size_t channels)
{
    return channels * derive(work, 1).phases;
}

bool plan_columns_applies(const struct plan_work *work)
{
    const struct geometry *g = work->geometry;
    return g->layer.channels_first && work->target->vector_bytes > 0 &&
           work->pass != PLAN_BACKWARD_WEIGHTS && g->axis[1].kernel <= MOST_TAPS &&
           g->axis[1].stride <= MOST_TAPS &&
           plan_tile_fits(work, plan_columns_rows(work, 1), 1);
}

bool plan_columns_are_exact(const struct plan_work *work)
{
    return !derive(work, 1).reads_zeros;
}

size_t plan_columns_vectors(const struct plan_work *work)
{
    return ceil_div(derive(work, 1).positions, work->lanes);
}

/* Rows that one row of what is computed reads, the most of any. */
static size_t count_reach(const struct plan_work *work)
{
    const struct axis *axis = &work->geometry->axis[0];
    if (work->pass != PLAN_FORWARD)
        return (axis->kernel - 1) * axis->dilation + 1;
    return (axis->kernel - 1) / axis->stride * axis->dilation + 1;
}

/* Rows that are staged at a time: what stays in the second-level cache. */
static size_t choose_window(const struct plan_work *work, const struct columns *columns)
{
    const struct axis *axis = &work->geometry->axis[0];
    const size_t n_rows = work->pass == PLAN_FORWARD ? axis->in : axis->out;
    const size_t row = work->inner_channels * columns->residues * columns->pitch *
                       work->geometry->element_bytes;
    const size_t quarter = work->target->core->l2.bytes / 4;
    const size_t cache = quarter < PLAN_GROUP_BYTES ? quarter : PLAN_GROUP_BYTES;
    const size_t reach = count_reach(work);
    const size_t rows = cache / row > reach ? cache / row : reach;
    return rows < n_rows ? rows : n_rows;
}

/* Cycles of a step of all column taps of one reduced channel, for tiles of so many
 * channels. */
static double taps_cycles(const struct plan_work *work, const struct columns *columns,
                          size_t channels, size_t vectors)
{
    const struct geometry *g = work->geometry;
    const size_t staged = count_reach(work) * work->inner_channels * columns->residues *
                          columns->pitch * g->element_bytes;
    const struct plan_width width = {vectors, vectors * work->lanes};
    return (double)g->axis[1].kernel / (double)columns->phases *
           plan_step_cycles(work, channels * columns->phases, width, 1,
                            plan_place_operand(work, staged));
}

static double pass_cycles(const struct plan_work *work, size_t channels, size_t vectors)
{
    const struct geometry *g = work->geometry;
    const struct columns columns = derive(work, vectors);
    const size_t width = vectors * work->lanes;
    const size_t n_tiles = ceil_div(columns.positions, width);
    const size_t n_rows = work->pass == PLAN_FORWARD ? g->axis[0].out : g->axis[0].in;
    const size_t n_computed = work->pass == PLAN_FORWARD ? g->axis[1].out : g->axis[1].in;
    struct tile_cut cut[2];
    double cycles = (double)(n_rows * ROW_OVERHEAD);
    tiles_cut_evenly(work->lane_channels, channels, cut);
    for (int i = 0; i < 2; i++) {
        const double steps = (double)(g->axis[0].useful * work->inner_channels) *
                             taps_cycles(work, &columns, cut[i].size, vectors);
        const double sums = (double)(cut[i].size * vectors * columns.phases);
        cycles += (double)(cut[i].n * n_tiles) *
                  (steps + (double)n_rows * (PLAN_TILE_OVERHEAD + 2.0 * sums));
    }
    if (columns.positions < width || n_computed % columns.phases > 0)
        cycles += (double)(COPY_CYCLES * n_rows * work->lane_channels);
    const double weights = (double)(g->w_size * g->element_bytes);
    const double read =
        weights <= plan_kept_bytes(work->target->core)
            ? weights
            : weights * (double)g->axis[0].useful / (double)g->axis[0].kernel;
    return plan_streamed(work->target->core, cycles, read, weights) +
           plan_planes_cycles(work, PLAN_COLUMNS);
}

struct plan_choice plan_columns_predict(const struct plan_work *work,
                                        struct tile_limit tile, size_t vectors)
{
    const size_t channels = tile.rows * tile.columns;
    const struct columns columns = derive(work, vectors);
    struct plan_choice choice = {
        .method = PLAN_COLUMNS,
        .tile = {tile.rows, tile.columns},
        .vectors = vectors,
        .cycles = pass_cycles(work, channels, vectors),
        .statements = channels * columns.phases * vectors,
        .window_rows = choose_window(work, &columns),
        .why = "channels are planes: the lanes hold neighbouring columns"};
    choice.code_bytes = plan_predict_code(work, &choice);
    return choice;
}

void plan_count_columns(struct plan_counts *counts, const struct plan_work *work,
                        const struct plan_choice *choice)
{
    const struct columns columns = derive(work, choice->vectors);
    struct tile_cut cut[2];
    tiles_cut_evenly(work->lane_channels, choice->tile[0] * choice->tile[1], cut);
    for (int i = 0; i < 2; i++) {
        if (cut[i].n == 0)
            continue;
        const size_t sums = cut[i].size * choice->vectors;
        counts->of[CODE_PRODUCTS] += sums * work->geometry->axis[1].kernel;
        counts->of[CODE_SUMS] += sums * columns.phases;
        counts->of[CODE_ACTIVATED] += plan_is_activated(work) ? cut[i].size : 0;
        counts->of[CODE_CHANNEL_LOOPS]++;
        counts->of[CODE_TAP_LOOPS]++;
        counts->of[CODE_FUNCTIONS]++;
        counts->of[CODE_LOOPS]++;
    }
}

void plan_columns_offer(const struct plan_work *work, struct plan_candidates *candidates)
{
    if (!plan_columns_applies(work))
        return;
    const size_t n_vectors = plan_columns_vectors(work);
    const size_t most = n_vectors < PLAN_MOST_VECTORS ? n_vectors : PLAN_MOST_VECTORS;
    for (size_t vectors = 1; vectors <= most; vectors++)
        for (size_t channels = 1;
             channels <= work->lane_channels &&
             plan_tile_fits(work, plan_columns_rows(work, channels), vectors);
             channels++) {
            const struct plan_choice choice =
                plan_columns_predict(work, (struct tile_limit){1, channels}, vectors);
            plan_candidates_add(candidates, &choice);
        }
}

struct plan_choice plan_columns_propose(const struct plan_work *work)
{
    struct plan_candidates candidates = {.n = 0};
    plan_columns_offer(work, &candidates);
    return candidates.list[0];
}
