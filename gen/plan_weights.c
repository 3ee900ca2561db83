/*
 * plan_weights: the register tile of the weights' gradient. Its rows are output channels
 * of one tap, or, where these are few, of several taps; it sums over positions.
 */
#include "plan_code.h"

#include "integers.h"
#include "lanes.h"
#include "plan_walk.h"

enum { ROW_OVERHEAD = 6 };

/* Cycles of a row of a tile stored to a dw that leaves the second-level cache: long rows
 * are better foreseen by the hardware. Measured on Golden Cove. */
enum { FAR_ROW_CYCLES = 8 };

static size_t most_met(const struct axis *axis, size_t first, size_t n_taps)
{
    size_t most = 0;
    for (size_t t = first; t < first + n_taps; t++)
        if (axis->meetings[t].count > most)
            most = axis->meetings[t].count;
    return most;
}

/* Bytes of an input row and of the output rows that it meets. */
static size_t row_bytes(const struct geometry *g)
{
    return (g->axis[1].in * g->layer.in_c +
            g->axis[0].stride * g->axis[1].out * g->layer.out_c) *
           g->element_bytes;
}

/* Whether loops over columns can ask for what the next block of rows reads: where images
 * come from beyond the second-level cache, which holds two such blocks beside dw. Images
 * that just leave it stay there for the most part: measured on Golden Cove. */
static bool may_ask(const struct plan_work *work)
{
    const double just = 1.2;
    const struct geometry *g = work->geometry;
    const struct target_core *core = work->target->core;
    const size_t images = (g->x_size + g->y_size) * g->element_bytes;
    const size_t near = g->w_size * g->element_bytes + 2 * row_bytes(g);
    return core->asks_ahead && !g->layer.channels_first &&
           (double)images > just * (double)core->l2.bytes &&
           (double)near <= plan_kept_bytes(core);
}

/* The input rows, with the output rows they meet, that take half of the second-level
 * cache, or a sixth where the next ones are asked for; twice that cache where dw, which
 * every block reads and writes, is larger still. */
static size_t choose_block_rows(const struct plan_work *work, bool asks)
{
    const struct geometry *g = work->geometry;
    const size_t cache = work->target->core->l2.bytes;
    const bool is_large = g->w_size * g->element_bytes > cache;
    const size_t rows = (is_large ? 2 * cache
                         : asks   ? cache / 6
                                  : cache / 2) /
                        row_bytes(g);
    return rows < 1 ? 1 : rows < g->axis[0].in ? rows : g->axis[0].in;
}

/* Whether so many pixels of x, and those of dz that they meet, drive each other out of
 * the second-level cache because they lie a power of two apart and share its sets; each
 * with a fourth of the ways at least. */
static bool pixels_collide(const struct plan_work *work, size_t pixels)
{
    const struct target_cache *cache = &work->target->core->l2;
    const struct tconv_layer *layer = &work->geometry->layer;
    const size_t span = cache->bytes / cache->ways;
    const size_t apart[] = {layer->in_c, layer->axis[1].stride * layer->out_c};
    double sum = 0, least = (double)cache->ways;
    for (size_t i = 0; i < 2; i++) {
        const size_t common =
            greatest_common_divisor(apart[i] * work->geometry->element_bytes, span);
        const double ways = (double)(pixels * common) / (double)span;
        sum += ways;
        least = ways < least ? ways : least;
    }
    return sum > (double)cache->ways && 4 * least > (double)cache->ways;
}

/* Cycles of a group of row taps by column taps that meet so many rows and columns. */
static double group_cycles(const struct plan_work *work, const struct tile_cut cut[2],
                           struct plan_width width, size_t rows, size_t columns,
                           const size_t taps[2], size_t block_rows)
{
    const size_t pixels = (rows < block_rows ? rows : block_rows) * columns;
    const double step = pixels_collide(work, pixels) ? work->target->core->collide_cycles
                                                     : 0; /* beside its products */
    const struct geometry *g = work->geometry;
    const bool is_far = g->w_size * g->element_bytes > work->target->core->l2.bytes;
    const double more_blocks = rows > 0 ? (double)(ceil_div(rows, block_rows) - 1) : 0;
    double cycles = 0;
    for (int i = 0; i < 2; i++) {
        const size_t sums = cut[i].size * taps[0] * taps[1];
        cycles += (double)cut[i].n *
                  ((double)(is_far ? sums * FAR_ROW_CYCLES : 0) +
                   plan_tile_cycles(work, sums, width, 1, rows * columns, pixels) +
                   more_blocks * plan_tile_ends(work, sums, width, 1) +
                   (double)(ROW_OVERHEAD * rows) + (double)(rows * columns) * step);
    }
    return cycles;
}

/* Groups of taps one after the other that meet equally many elements of an axis. */
struct meeting_groups {
    size_t end, n, met; /* the tap behind them, how many they are, what each meets */
};

/* Those from `first` on, of `taps` taps each, that end before the tap `last`. */
static struct meeting_groups next_groups(const struct axis *axis, size_t first,
                                         size_t last, size_t taps)
{
    struct meeting_groups groups = {first + taps, 1, most_met(axis, first, taps)};
    while (groups.end < last && most_met(axis, groups.end, taps) == groups.met) {
        groups.end += taps;
        groups.n++;
    }
    return groups;
}

/* Cycles of the column taps from `first` to `last`, in groups, for such groups of rows.
 */
static double columns_cycles(const struct plan_work *work, const struct tile_cut cut[2],
                             struct plan_width width, struct meeting_groups rows,
                             size_t first, size_t last, const size_t taps[2],
                             size_t block_rows)
{
    double cycles = 0;
    while (first < last) {
        const struct meeting_groups columns =
            next_groups(&work->geometry->axis[1], first, last, taps[1]);
        cycles += (double)(rows.n * columns.n) *
                  group_cycles(work, cut, width, rows.met, columns.met, taps, block_rows);
        first = columns.end;
    }
    return cycles;
}

static double block_cycles(const struct plan_work *work, size_t out_channels,
                           struct plan_width width, const size_t taps[2],
                           size_t block_rows)
{
    struct tile_cut cut[2], columns[2];
    const struct axis *axis = work->geometry->axis;
    tiles_cut_evenly(work->inner_channels, out_channels, cut);
    tiles_cut_evenly(axis[1].kernel, taps[1], columns);
    const size_t larger = columns[0].n * columns[0].size;
    double cycles = 0;
    for (size_t p = 0; p < axis[0].kernel;) {
        const struct meeting_groups rows =
            next_groups(&axis[0], p, axis[0].kernel, taps[0]);
        cycles += columns_cycles(work, cut, width, rows, 0, larger,
                                 (size_t[]){taps[0], columns[0].size}, block_rows);
        cycles += columns_cycles(work, cut, width, rows, larger, axis[1].kernel,
                                 (size_t[]){taps[0], columns[1].size}, block_rows);
        p = rows.end;
    }
    return cycles;
}

/* Vectors of output channels are stored in turns with those of the other input channels,
 * a shuffle for each of these; what fills no vector is stored one by one. */
static double weave_cycles(const struct plan_work *work, size_t block_rows)
{
    enum { ELEMENT_CYCLES = 2, STORE_CYCLES = 2 };
    if (!work->lanes_out)
        return 0;
    const size_t rest = work->lane_channels % work->lanes;
    const double vectors = (double)((work->lane_channels - rest) / work->lanes);
    const double n_in = (double)work->inner_channels;
    const double tap = vectors * n_in * (n_in - 1 + STORE_CYCLES) +
                       (double)(rest * ELEMENT_CYCLES) * n_in;
    const struct axis *axis = work->geometry->axis;
    return (double)(ceil_div(axis[0].in, block_rows) * axis[0].kernel * axis[1].kernel) *
           tap;
}

/* With images, which come before their products, or, asked for, beside them: those as
 * far as taps meet them, these with all that lies between. Measured on Golden Cove. */
static double with_images(const struct plan_work *work, double cycles, bool asks)
{
    const double shown = 0.4, asked_rate = 1.5;
    const struct geometry *g = work->geometry;
    const double bytes = (double)((g->x_size + g->y_size) * g->element_bytes);
    const double rate = asked_rate * plan_far_rate(work->target->core, bytes);
    return asks ? plan_beside(cycles, bytes / rate, shown)
                : cycles + plan_image_cycles(work);
}

static double tiles_cycles(const struct plan_work *work, struct tile_limit tile,
                           size_t vectors, const size_t taps[2], size_t block_rows)
{
    double cycles = weave_cycles(work, block_rows);
    for (int is_last = 0; is_last < 2; is_last++) {
        struct plan_width width;
        const size_t n = plan_count_blocks(work, vectors, is_last, &width);
        if (n > 0)
            cycles += (double)n * block_cycles(work, tile.rows * tile.columns, width,
                                               taps, block_rows);
    }
    return cycles;
}

struct plan_choice plan_weights_predict(const struct plan_work *work,
                                        struct tile_limit tile, size_t vectors,
                                        const size_t taps[2])
{
    struct plan_choice choice = {.method = PLAN_DIRECT,
                                 .tile = {tile.rows, tile.columns},
                                 .vectors = vectors,
                                 .taps = {taps[0], taps[1]},
                                 .cycles = -1,
                                 .widens = plan_widens(work),
                                 .lanes_out = work->lanes_out,
                                 .statements = tile.rows * tile.columns * vectors *
                                               taps[0] * taps[1],
                                 .why = "the tile with the least predicted cycles"};
    const bool may = may_ask(work) && plan_loops_columns(work->geometry, &choice);
    for (int asks = 0; asks <= may; asks++) {
        const size_t block_rows = choose_block_rows(work, asks);
        const double cycles =
            with_images(work, tiles_cycles(work, tile, vectors, taps, block_rows), asks);
        if (asks && cycles >= choice.cycles)
            continue;
        choice.block_rows = block_rows;
        choice.prefetches = asks;
        choice.cycles = cycles;
    }
    choice.code_bytes = plan_predict_code(work, &choice);
    return choice;
}

bool plan_turns_channels(const struct plan_work *work)
{
    const struct tconv_layer *layer = &work->geometry->layer;
    return work->pass == PLAN_BACKWARD_WEIGHTS && work->lanes > 1 &&
           !layer->channels_first && layer->in_c < work->lanes &&
           lanes_padded(layer->out_c, work->lanes) == layer->out_c;
}

struct plan_work plan_turn_channels(const struct plan_work *work)
{
    struct plan_work turned = *work;
    turned.lane_channels = work->inner_channels;
    turned.inner_channels = work->lane_channels;
    turned.lanes_out = true;
    return turned;
}

static void keep_better(struct plan_choice *best, const struct plan_work *work,
                        size_t out_channels, size_t vectors, const size_t taps[2],
                        size_t max_code_bytes)
{
    if (!plan_tile_fits(work, out_channels * taps[0] * taps[1], vectors))
        return;
    const struct plan_choice choice =
        plan_weights_predict(work, (struct tile_limit){1, out_channels}, vectors, taps);
    if (best->cycles < 0 || plan_is_better(&choice, best, max_code_bytes))
        *best = choice;
}

static size_t most_vectors(const struct plan_work *work)
{
    const size_t n_vectors = ceil_div(work->lane_channels, work->lanes);
    return n_vectors < PLAN_MOST_VECTORS ? n_vectors : PLAN_MOST_VECTORS;
}

/* Tiles of all rows and several taps, which pay where one tap's rows leave registers
 * empty. */
static void propose_taps(struct plan_choice *best, const struct plan_work *work,
                         size_t max_code_bytes)
{
    const struct axis *axis = work->geometry->axis;
    const size_t registers = work->target->n_registers;
    for (size_t vectors = 1; vectors <= most_vectors(work); vectors++)
        for (size_t q = 1; q <= axis[1].kernel && q <= registers; q++) {
            keep_better(best, work, work->inner_channels, vectors, (size_t[]){1, q},
                        max_code_bytes);
            keep_better(best, work, work->inner_channels, vectors,
                        (size_t[]){axis[0].kernel, q}, max_code_bytes);
        }
}

struct plan_choice plan_weights_propose(const struct plan_work *work,
                                        size_t max_code_bytes)
{
    struct plan_choice best = {.cycles = -1};
    for (size_t vectors = 1; vectors <= most_vectors(work); vectors++)
        for (size_t rows = 1; plan_tile_fits(work, rows, vectors); rows++)
            keep_better(&best, work, rows, vectors, (size_t[]){1, 1}, max_code_bytes);
    propose_taps(&best, work, max_code_bytes);
    if (plan_turns_channels(work)) {
        const struct plan_work turned = plan_turn_channels(work);
        propose_taps(&best, &turned, max_code_bytes);
    }
    const size_t channels = plan_loop_channels(work);
    for (size_t rows = 1; channels > 0 && plan_tile_fits(work, rows, channels); rows++)
        keep_better(&best, work, rows, channels, (size_t[]){1, 1}, max_code_bytes);
    return best;
}

/* With blocks of half, twice and all of the rows too. */
static void offer_tile(const struct plan_work *work, size_t rows, size_t vectors,
                       const size_t taps[2], struct plan_candidates *candidates)
{
    const size_t n_rows = work->geometry->axis[0].in;
    struct plan_choice choice = {.cycles = -1};
    keep_better(&choice, work, rows, vectors, taps, SIZE_MAX);
    if (choice.cycles < 0)
        return;
    plan_candidates_add(candidates, &choice);
    const size_t block = choice.block_rows;
    const size_t others[] = {(block + 1) / 2, 2 * block < n_rows ? 2 * block : n_rows,
                             n_rows};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        choice.block_rows = others[i];
        plan_candidates_add(candidates, &choice);
    }
}

static void offer_taps(const struct plan_work *work, struct plan_candidates *candidates)
{
    const struct axis *axis = work->geometry->axis;
    for (size_t vectors = 1; vectors <= most_vectors(work); vectors++)
        for (size_t q = 1; q <= axis[1].kernel && q <= work->target->n_registers; q++) {
            offer_tile(work, work->inner_channels, vectors, (size_t[]){1, q}, candidates);
            offer_tile(work, work->inner_channels, vectors, (size_t[]){axis[0].kernel, q},
                       candidates);
        }
}

void plan_weights_offer(const struct plan_work *work, struct plan_candidates *candidates)
{
    for (size_t vectors = 1; vectors <= most_vectors(work); vectors++)
        for (size_t rows = 1;
             rows <= work->inner_channels && plan_tile_fits(work, rows, vectors); rows++)
            offer_tile(work, rows, vectors, (size_t[]){1, 1}, candidates);
    offer_taps(work, candidates);
    if (plan_turns_channels(work)) {
        const struct plan_work turned = plan_turn_channels(work);
        offer_taps(&turned, candidates);
    }
}
