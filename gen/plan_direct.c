/*
 * plan_direct: the micro-kernel over tiles. Tries every tile that fits the registers and
 * keeps the one whose predicted cycles are least.
 */
#include "plan_code.h"

#include "integers.h"
#include "plan_walk.h"

/* A first-level cache: the lines of addresses one `page` apart share a set. */
enum { CACHE_LINE = 64, CACHE_PAGE = 4096 };

/* Whether the rows of a tile, `row_bytes` apart, drive each other out of the first-level
 * cache before the next channels in their lines are read. Half of the ways are left to
 * the weights. */
static bool rows_collide(const struct plan_work *work, size_t rows)
{
    if (work->walk[1] == NULL)
        return false;
    const size_t step = work->walk[1]->runs[0].from_step;
    const size_t row_bytes = step * work->inner_channels * work->geometry->element_bytes;
    const size_t apart = greatest_common_divisor(row_bytes, CACHE_PAGE);
    const size_t n_sets = CACHE_PAGE / (apart < CACHE_LINE ? CACHE_LINE : apart);
    return rows > n_sets * work->target->core->l1.ways;
}

bool plan_widens(const struct plan_work *work)
{
    return work->lanes > 1 && !work->target->core->mixes_widths;
}

/* A narrow last vector counts by its own rate. */
static double product_cycles(const struct plan_work *work, struct plan_width width)
{
    if (plan_loops_lanes(work->target, width.n))
        return (double)width.n / work->target->core->loop_per_cycle;
    const bool is_narrow =
        width.elements < width.n * work->lanes && (width.n == 1 || !plan_widens(work));
    const size_t n_full = width.n - is_narrow;
    return (double)n_full / work->target->core->fma_per_cycle +
           (is_narrow ? 1 / work->target->core->narrow_fma_per_cycle : 0);
}

/* Cycles that a step's row of weights takes to come from a cache. */
static double load_cycles(const struct plan_work *work, struct plan_width width,
                          const struct target_cache *cache)
{
    return (double)width.elements * (double)work->geometry->element_bytes /
           cache->bytes_per_cycle;
}

double plan_count_loads(const struct plan_work *work, size_t rows, size_t vectors)
{
    const bool loads_again = work->target->vector_bytes == 64 &&
                             work->target->core->fma_per_cycle > 1 &&
                             rows * vectors + vectors >= work->target->n_registers;
    return (double)(vectors + (loads_again ? rows * vectors : rows));
}

/* Whether the first-level cache holds all that a pass touches. */
static bool is_near(const struct plan_work *work)
{
    const struct geometry *g = work->geometry;
    return (g->x_size + g->y_size + g->w_size) * g->element_bytes <=
           work->target->core->l1.bytes;
}

size_t plan_count_chains(const struct plan_work *work, size_t n_sums, size_t depth)
{
    const double busy = PLAN_FMA_LATENCY * work->target->core->fma_per_cycle;
    size_t chains = 1;
    if (work->lanes <= 1 || work->pass == PLAN_BACKWARD_WEIGHTS)
        return 1;
    while (depth % (2 * chains) == 0 && (double)(2 * chains * n_sums) <= busy)
        chains *= 2;
    return chains;
}

double plan_step_cycles(const struct plan_work *work, size_t rows,
                        struct plan_width width, size_t chains,
                        const struct target_cache *from)
{
    double cycles = plan_larger((double)rows * product_cycles(work, width),
                                (double)PLAN_FMA_LATENCY / (double)chains);
    const double loads = plan_count_loads(work, rows, width.n);
    if (!plan_loops_lanes(work->target, width.n))
        cycles = plan_larger(cycles, loads / 2);
    if (!is_near(work))
        cycles += work->target->core->load_cycles * loads;
    return from == NULL ? cycles : plan_larger(cycles, load_cycles(work, width, from));
}

const struct target_cache *plan_place_operand(const struct plan_work *work, size_t bytes)
{
    const struct target_core *core = work->target->core;
    if (bytes <= core->l1.bytes / 2)
        return NULL;
    return (double)bytes <= plan_kept_bytes(core) ? &core->l2 : &core->shared;
}

/* The same of a tile whose sums lie along the depth and are added last. */
static double depth_cycles(const struct plan_work *work, size_t rows, size_t taps,
                           size_t depth)
{
    enum { ADDED_CYCLES = 10 };
    return (double)(rows * taps * depth) / work->target->core->loop_per_cycle +
           (double)(rows * ADDED_CYCLES) + PLAN_TILE_OVERHEAD + 4.0 * (double)taps;
}

double plan_tap_cycles(const struct plan_work *work, size_t rows, struct plan_width width,
                       size_t chains, size_t depth, const struct target_cache *from)
{
    const double slowdown = rows_collide(work, rows) ? 1.2 : 1; /* on Golden Cove */
    double step = plan_step_cycles(work, rows, width, chains, from);
    if (work->depth_lanes > 0)
        step = plan_larger(step, plan_depth_loads(work, rows, width.n, from));
    return slowdown * (double)depth * step;
}

double plan_tile_ends(const struct plan_work *work, size_t rows, struct plan_width width,
                      size_t taps)
{
    const double stores = 2.0 * (double)rows * product_cycles(work, width);
    const double sums =
        work->depth_lanes > 0 ? plan_depth_cycles(work, rows * width.n) : 0;
    return stores + sums + PLAN_TILE_OVERHEAD + 4.0 * (double)taps;
}

double plan_tile_cycles(const struct plan_work *work, size_t rows,
                        struct plan_width width, size_t taps, size_t depth, size_t kept)
{
    if (plan_is_deep(work))
        return depth_cycles(work, rows, taps, depth);
    const size_t row_bytes = width.elements * work->geometry->element_bytes;
    const struct target_cache *from = plan_place_operand(work, kept * row_bytes);
    const size_t chains = plan_count_chains(work, rows * width.n, work->inner_channels);
    return plan_tap_cycles(work, rows, width, chains, taps * depth, from) +
           plan_tile_ends(work, rows, width, taps);
}

/* Cycles of one tile of a region, of size[0] rows and size[1] columns, as
 * plan_tile_cycles. */
static double region_cycles(const struct plan_work *work,
                            const struct tile_region *region, const size_t size[2],
                            struct plan_width width, size_t kept)
{
    const bool is_laid = work->depth_lanes > 0;
    const size_t taps = is_laid ? region->run[0]->n_taps : tiles_taps(region);
    const size_t depth =
        is_laid ? plan_depth_steps(work, region->run[1]->n_taps) : work->inner_channels;
    kept = kept > 0 ? kept : taps * depth;
    return spans_region(region)
               ? plan_span_cycles(work, region, size, width, kept)
               : plan_tile_cycles(work, size[0] * size[1], width, taps, depth, kept);
}

/* Cycles of `n` equal tiles of a region. What one of them reads of the weights is near
 * for the next one; the first tile of a region reads other taps' than the region before,
 * from afar unless the second-level cache holds those of all taps, `block` bytes; 0 where
 * there is no first one. */
static double tiles_cycles(const struct plan_work *work, const struct tile_region *region,
                           const size_t size[2], size_t n, struct plan_width width,
                           size_t block)
{
    const double next = region_cycles(work, region, size, width, 0);
    const size_t row = width.elements * work->geometry->element_bytes;
    if (plan_place_operand(work, block) != &work->target->core->shared)
        return (double)n * next;
    return region_cycles(work, region, size, width, block / row) + (double)(n - 1) * next;
}

/* Cycles of all tiles of the walk for one block of channels. */
static double walk_cycles(const struct plan_work *work, struct tile_limit limit,
                          struct plan_width width)
{
    double cycles = 0;
    const size_t n = tiles_count_regions(work->walk[0], work->walk[1]);
    const size_t block = (size_t)plan_weight_bytes(work) * work->lanes * width.n /
                         work->lane_channels; /* bytes, of all taps */
    for (size_t r = 0; r < n; r++) {
        const struct tile_region region =
            tiles_region(work->walk[0], work->walk[1], r, limit);
        for (int i = 0; i < 4; i++) {
            const struct tile_cut *rows = &region.cut[0][i / 2];
            const struct tile_cut *columns = &region.cut[1][i % 2];
            const size_t size[2] = {rows->size, columns->size};
            if (rows->n * columns->n > 0)
                cycles += tiles_cycles(work, &region, size, rows->n * columns->n, width,
                                       i == 0 ? block : 0);
        }
    }
    return cycles;
}

/* Positions of the largest tile of the walk, which an image may be too small to fill. */
static size_t largest_tile(const struct plan_work *work, struct tile_limit limit)
{
    size_t most = 0;
    const size_t n = tiles_count_regions(work->walk[0], work->walk[1]);
    for (size_t r = 0; r < n; r++) {
        const struct tile_region region =
            tiles_region(work->walk[0], work->walk[1], r, limit);
        const size_t size = region.cut[0][0].size * region.cut[1][0].size;
        most = size > most ? size : most;
    }
    return most;
}

size_t plan_count_blocks(const struct plan_work *work, size_t vectors, bool is_last,
                         struct plan_width *width)
{
    const struct lanes_split split = lanes_cut(work->lane_channels, work->lanes, vectors);
    width->n = is_last ? split.last_vectors : vectors;
    width->elements =
        (width->n - 1) * split.lanes + (is_last ? split.last_lanes : split.lanes);
    if (work->depth_lanes > 0)
        width->elements *= work->depth_lanes;
    return !is_last ? split.n_full : split.last_vectors > 0 ? 1 : 0;
}

/* The weights of a block come from the shared cache or from memory at first; what that
 * takes beyond the products of one tile. */
static double first_cycles(const struct plan_work *work, size_t rows,
                           struct plan_width width)
{
    const struct target_core *core = work->target->core;
    const double bytes = plan_weight_bytes(work);
    const double steps =
        bytes / (double)(work->lane_channels * work->geometry->element_bytes);
    if (bytes <= (double)core->l2.bytes || bytes > (double)core->shared.bytes)
        return 0;
    const double hidden = core->asks_ahead ? 0.5 : 1; /* measured on Golden Cove */
    const size_t chains = plan_count_chains(work, rows * width.n, work->inner_channels);
    const double late = load_cycles(work, width, &core->shared) -
                        hidden * plan_step_cycles(work, rows, width, chains, &core->l2);
    return late > 0 ? steps * late : 0;
}

static double pass_cycles(const struct plan_work *work, struct tile_limit limit,
                          size_t vectors)
{
    double cycles =
        plan_stream_image(work, limit.rows) + plan_planes_cycles(work, PLAN_DIRECT);
    for (int is_last = 0; is_last < 2; is_last++) {
        struct plan_width width;
        const size_t n = plan_count_blocks(work, vectors, is_last, &width);
        if (n > 0)
            cycles += (double)n * (walk_cycles(work, limit, width) +
                                   first_cycles(work, largest_tile(work, limit), width));
    }
    const double weights = plan_weight_bytes(work);
    cycles = plan_stored_image(work, cycles, vectors);
    if (work->depth_lanes > 0)
        cycles = plan_depth_streams(work, cycles, limit.rows, vectors);
    return plan_streamed(work->target->core, cycles, weights, weights);
}

/* Joined, the weights of all column phases of a row compete for the second-level cache.
 */
static bool choose_joining(const struct plan_work *work, size_t vectors)
{
    size_t row_taps = 0;
    for (size_t r = 0; r < work->walk[0]->n_runs; r++)
        if (work->walk[0]->runs[r].n_taps > row_taps)
            row_taps = work->walk[0]->runs[r].n_taps;
    const size_t taps = row_taps * work->geometry->axis[1].kernel;
    const size_t weights = taps * work->inner_channels * vectors * work->lanes;
    return weights * work->geometry->element_bytes <= work->target->core->l2.bytes / 2;
}

static const char *explain_tile(const struct plan_work *work)
{
    if (work->depth_lanes > 0)
        return "input channels fill no vectors: the lanes hold output channels";
    return work->spans ? "tiles span positions that meet other taps, and share weights"
                       : "the tile with the least predicted cycles";
}

struct plan_choice plan_direct_predict(const struct plan_work *work,
                                       struct tile_limit tile, size_t vectors,
                                       bool is_compact)
{
    struct plan_choice choice = {.method = PLAN_DIRECT,
                                 .tile = {tile.rows, tile.columns},
                                 .vectors = vectors,
                                 .cycles = pass_cycles(work, tile, vectors),
                                 .statements = tile.rows * tile.columns * vectors,
                                 .is_compact = is_compact,
                                 .why = explain_tile(work)};
    choice.lanes_depth = work->depth_lanes > 0;
    choice.spans = work->spans;
    choice.prefetches = !choice.lanes_depth && plan_fetches_stored(work);
    choice.widens = plan_widens(work);
    choice.joins_columns =
        work->geometry->layer.channels_first || choose_joining(work, vectors);
    choice.group_bands = plan_choose_group(work, tile, vectors);
    choice.window_rows = plan_choose_window(work, tile, vectors, choice.group_bands);
    choice.code_bytes = plan_predict_code(work, &choice);
    return choice;
}

/* Regions that are worth code of their own; more become a table. */
enum { MOST_EXPANDED = 1024 };

static size_t most_vectors(const struct plan_work *work)
{
    const size_t n = ceil_div(work->lane_channels, work->lanes);
    return n < PLAN_MOST_VECTORS || work->depth_lanes > 0 ? n : PLAN_MOST_VECTORS;
}

/* The best tile; every one is tried, or, where that takes long, tiles of 1, 2, 4 ...
 * pixels. More than one row pays where images stream.
 */
static struct plan_choice propose_tile(const struct plan_work *work, bool is_compact,
                                       size_t max_code_bytes)
{
    const bool has_many =
        tiles_count_regions(work->walk[0], work->walk[1]) > MOST_EXPANDED;
    const size_t most = most_vectors(work);
    const size_t most_rows =
        plan_stream_image(work, 1) > 0 && !has_many ? PLAN_MOST_TILE_ROWS : 1;
    struct plan_choice best = {.vectors = 0};
    for (size_t vectors = 1; vectors <= most; vectors++)
        for (size_t rows = 1; rows <= most_rows; rows++)
            for (size_t columns = 1; plan_tile_fits(work, rows * columns, vectors);
                 columns += has_many ? columns : 1) {
                const struct plan_choice choice =
                    plan_spans_predict(work, (struct tile_limit){rows, columns}, vectors,
                                       is_compact, max_code_bytes);
                if (best.vectors == 0 || plan_is_better(&choice, &best, max_code_bytes))
                    best = choice;
            }
    const size_t channels = is_compact ? 0 : plan_loop_channels(work);
    for (size_t rows = 1; channels > 0 && plan_tile_fits(work, rows, channels); rows++) {
        const struct plan_choice choice =
            plan_direct_predict(work, (struct tile_limit){1, rows}, channels, is_compact);
        if (plan_is_better(&choice, &best, max_code_bytes))
            best = choice;
    }
    return best;
}

struct plan_choice plan_direct_propose(const struct plan_work *work,
                                       size_t max_code_bytes)
{
    if (work->pass == PLAN_BACKWARD_WEIGHTS)
        return plan_weights_propose(work, max_code_bytes);
    const bool has_many =
        tiles_count_regions(work->walk[0], work->walk[1]) > MOST_EXPANDED;
    if (!has_many) {
        struct plan_choice expanded = propose_tile(work, false, max_code_bytes);
        if (plan_lays_depth(work)) {
            const struct plan_work laid = plan_lay_depth(work);
            const struct plan_choice other = propose_tile(&laid, false, max_code_bytes);
            if (plan_is_better(&other, &expanded, max_code_bytes))
                expanded = other;
        }
        if (expanded.code_bytes <= max_code_bytes)
            return expanded;
    }
    struct plan_choice compact = propose_tile(work, true, max_code_bytes);
    compact.why = has_many ? "a table, as the regions are too many for code of their own"
                           : "a table, as their code would be over the limit";
    return compact;
}

/* A tile with its column phases joined and not; as a table where its code would be long.
 */
static void offer_tile(const struct plan_work *work, struct tile_limit tile,
                       size_t vectors, bool is_compact,
                       struct plan_candidates *candidates)
{
    struct plan_choice choice = plan_direct_predict(work, tile, vectors, is_compact);
    if (!is_compact && choice.code_bytes > PLAN_MAX_CODE_BYTES) {
        if (work->depth_lanes > 0)
            return;
        choice = plan_direct_predict(work, tile, vectors, true);
    }
    plan_candidates_add(candidates, &choice);
    if (work->geometry->layer.channels_first)
        return; /* a band is turned into planes, and is whole rows */
    choice.joins_columns = !choice.joins_columns;
    choice.code_bytes = plan_predict_code(work, &choice);
    plan_candidates_add(candidates, &choice);
}

static void offer_tiles(const struct plan_work *work, struct plan_candidates *candidates)
{
    const bool has_many =
        tiles_count_regions(work->walk[0], work->walk[1]) > MOST_EXPANDED;
    const size_t most = most_vectors(work);
    for (size_t vectors = 1; vectors <= most; vectors++)
        for (size_t rows = 1; rows <= (has_many ? 1 : PLAN_MOST_TILE_ROWS); rows++)
            for (size_t columns = 1; plan_tile_fits(work, rows * columns, vectors);
                 columns += has_many ? columns : 1) {
                const struct tile_limit tile = {rows, columns};
                offer_tile(work, tile, vectors, has_many, candidates);
                if (!has_many)
                    plan_spans_offer(work, tile, vectors, candidates);
            }
}

void plan_direct_offer(const struct plan_work *work, struct plan_candidates *candidates)
{
    if (work->pass == PLAN_BACKWARD_WEIGHTS) {
        plan_weights_offer(work, candidates);
        return;
    }
    offer_tiles(work, candidates);
    if (plan_lays_depth(work) &&
        tiles_count_regions(work->walk[0], work->walk[1]) <= MOST_EXPANDED) {
        const struct plan_work laid = plan_lay_depth(work);
        offer_tiles(&laid, candidates);
    }
}
