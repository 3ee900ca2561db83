#include "plan_code.h"

#include "tconv_activation.h"

struct plan_loops plan_choose_loops(const struct plan_choice *choice,
                                    const struct tile_shape *shape, size_t vectors,
                                    size_t depth)
{
    if (choice->is_compact)
        return (struct plan_loops){true, true};
    const size_t taps = shape->row_taps * (choice->lanes_depth ? 1 : shape->column_taps);
    const size_t statements = shape->rows * shape->columns * vectors * taps;
    const bool is_short = statements * depth <= PLAN_CHANNELS_STATEMENTS;
    const bool is_long = taps > PLAN_STRAIGHT_TAPS || statements > PLAN_TAPS_STATEMENTS;
    const bool can_loop =
        shape->span[0] == NULL && (shape->span[1] == NULL || shape->row_taps > 1);
    return (struct plan_loops){!is_short && is_long && can_loop, !is_short};
}

size_t plan_region_shapes(const struct plan_choice *choice,
                          const struct tile_region *region, struct tile_shape shape[4])
{
    const size_t n = tiles_region_shapes(region, shape);
    for (size_t i = 0; i < n && choice->is_compact; i++)
        shape[i].row_taps = shape[i].column_taps = 1;
    return n;
}

bool plan_is_activated(const struct plan_work *work)
{
    const struct tconv_activation *activation = &work->geometry->layer.activation;
    return work->pass == PLAN_FORWARD && activation->function != TCONV_LINEAR &&
           !tconv_works_on_rows(activation);
}

/* `rows` of `vectors` accumulators; `channels` of each row are stored. */
static void count_sums(struct plan_counts *counts, const struct plan_work *work,
                       size_t rows, size_t vectors, size_t channels)
{
    counts->of[CODE_SUMS] += rows * vectors;
    if (work->pass == PLAN_BACKWARD_WEIGHTS)
        counts->of[CODE_RAGGED] += channels < vectors * work->lanes ? rows : 0;
    else if (plan_is_activated(work))
        counts->of[CODE_ACTIVATED] += rows;
    else if (work->geometry->layer.channels_first)
        counts->of[CODE_STRIDED] += rows * channels;
    else if (channels < vectors * work->lanes)
        counts->of[CODE_RAGGED] += rows;
}

/* A tile of `rows` that loops over its lane channels: some terms of `depth` elements
 * at a time, then the rest; nothing where no tap reaches. */
static void count_looped(struct plan_counts *counts, const struct plan_work *work,
                         size_t rows, size_t channels, size_t depth)
{
    const size_t least_vector = 16 / work->geometry->element_bytes;
    const bool is_whole = channels % least_vector == 0;
    const size_t terms = plan_loop_terms(work);
    const size_t rest = depth % terms, whole = depth < terms ? 0 : terms;
    counts->of[CODE_LANE_LOOPS] += 2u + (whole > 0) + (rest > 0);
    counts->of[CODE_CHANNEL_LOOPS] += whole > 0;
    counts->of[CODE_TAP_LOOPS] += depth > 0;
    counts->of[is_whole ? CODE_PRODUCTS : CODE_SCALARS] += rows * (whole + rest);
    counts->of[CODE_FUNCTIONS]++;
    counts->of[is_whole ? CODE_SUMS : CODE_RAGGED] += rows;
    if (plan_is_activated(work))
        counts->of[CODE_ACTIVATED] += rows;
    else if (work->geometry->layer.channels_first && work->pass != PLAN_BACKWARD_WEIGHTS)
        counts->of[CODE_STRIDED] += rows;
}

/* Taps that a kernel has code for, and the positions that it multiplies with them. */
struct met_taps {
    size_t taps, positions;
};

/* The same of one axis, whose tile has so many elements. */
static struct met_taps count_met(const struct axis_run *span, size_t taps, size_t count)
{
    struct met_taps met = {taps, taps * count};
    if (span == NULL)
        return met;
    met = (struct met_taps){0, 0};
    for (size_t t = 0; t < taps; t++) {
        const size_t n = axis_run_meets(span, t, count).count;
        met.taps += n > 0;
        met.positions += n;
    }
    return met;
}

/* Loops over taps go over all of an axis that does not span runs. */
static struct met_taps count_written(const struct tile_shape *shape, bool loops_taps,
                                     bool lanes_depth)
{
    const bool loops_columns = (loops_taps && shape->span[1] == NULL) || lanes_depth;
    const struct met_taps rows =
        count_met(shape->span[0], loops_taps ? 1 : shape->row_taps, shape->rows);
    const struct met_taps columns =
        count_met(shape->span[1], loops_columns ? 1 : shape->column_taps, shape->columns);
    if (shape->row_taps * shape->column_taps == 0)
        return (struct met_taps){0, 0};
    return (struct met_taps){rows.taps * columns.taps,
                             rows.positions * columns.positions};
}

static void count_kernel(struct plan_counts *counts, const struct plan_work *work,
                         const struct plan_choice *choice, const struct tile_shape *shape,
                         size_t vectors, size_t channels)
{
    const struct plan_loops loops =
        plan_choose_loops(choice, shape, vectors, work->inner_channels);
    const size_t rows = shape->rows * shape->columns;
    const size_t taps =
        shape->row_taps * (work->depth_lanes > 0 ? 1 : shape->column_taps);
    if (plan_loops_lanes(work->target, choice->vectors)) {
        count_looped(counts, work, rows, channels, taps == 0 ? 0 : work->inner_channels);
        return;
    }
    if (plan_loops_depth(work, choice)) {
        counts->of[CODE_BROADCASTS] += rows * taps;
        counts->of[CODE_CHANNEL_LOOPS] += taps > 0 ? shape->row_taps : 0;
        counts->of[CODE_FUNCTIONS]++;
        count_sums(counts, work, rows, 1, 1);
        return;
    }
    const size_t chains = plan_count_chains(work, rows * vectors, work->inner_channels);
    const size_t steps = loops.channels ? chains : work->inner_channels;
    const struct met_taps written = count_written(shape, loops.taps, choice->lanes_depth);
    counts->of[CODE_PRODUCTS] += steps * written.positions * vectors;
    counts->of[CODE_BROADCASTS] += steps * written.positions;
    counts->of[CODE_LOADS] += steps * written.taps * vectors;
    counts->of[CODE_CHANNEL_LOOPS] += loops.channels ? written.taps : 0;
    counts->of[CODE_TAP_LOOPS] += loops.taps;
    counts->of[CODE_FUNCTIONS]++;
    count_sums(counts, work, rows, vectors, channels);
}

enum { MOST_SHAPES = 512 };

/* What a block of an expanded walk calls in one region. */
static void count_calls(struct plan_counts *counts, const struct tile_region *region,
                        bool begins_bands)
{
    const size_t n_bands = region->cut[0][1].n > 0 ? 2 : 1;
    for (int i = 0; i < 2; i++)
        if (region->cut[1][i].n > 0)
            counts->of[region->cut[1][i].n > 1 ? CODE_LOOPS : CODE_CALLS] += n_bands;
    if (begins_bands)
        counts->of[CODE_BANDS] += n_bands;
}

/* The micro-kernels of one block, and what calls them. A shape past MOST_SHAPES counts
 * each time: so much code is over any sane limit. */
static void count_block(struct plan_counts *counts, const struct plan_work *work,
                        const struct plan_choice *choice, size_t vectors, size_t channels)
{
    struct tile_shape list[MOST_SHAPES], shape[4];
    struct tile_shapes shapes = {.list = list, .room = MOST_SHAPES};
    const struct tile_limit limit = {choice->tile[0], choice->tile[1]};
    const size_t n = tiles_count_regions(work->walk[0], work->walk[1]);
    for (size_t r = 0; r < n; r++) {
        const struct tile_region region =
            tiles_region(work->walk[0], work->walk[1], r, limit);
        const size_t n_shapes = plan_region_shapes(choice, &region, shape);
        for (size_t i = 0; i < n_shapes; i++) {
            const size_t known = shapes.n;
            if (tiles_number_shape(&shapes, &shape[i]) >= known)
                count_kernel(counts, work, choice, &shape[i], vectors, channels);
        }
        if (!choice->is_compact)
            count_calls(counts, &region,
                        !choice->joins_columns || r % work->walk[1]->n_runs == 0);
    }
    if (choice->is_compact)
        counts->of[CODE_LOOPS] += shapes.n;
    counts->of[CODE_BLOCKS]++;
}

bool plan_loops_columns(const struct geometry *geometry, const struct plan_choice *choice)
{
    const size_t row = geometry->axis[1].in * choice->taps[0] * choice->taps[1] *
                       choice->vectors * choice->tile[0] * choice->tile[1];
    return row > PLAN_ROW_STATEMENTS;
}

/* Taps of a tile of the weights' gradient are as many as fit the registers. */
enum { MOST_STRETCHES = 256 };

/* What one kernel reads in a row: positions times taps, written out, and the loops. */
struct row_code {
    size_t positions, products, n_loops;
};

static struct row_code count_row(const struct axis *axis, size_t tap, size_t n_taps,
                                 bool loops)
{
    struct axis_stretch stretches[MOST_STRETCHES];
    struct row_code row = {0};
    const size_t n = axis_cut_stretches(axis, tap, n_taps, stretches);
    for (size_t i = 0; i < n; i++) {
        const bool is_loop = loops && stretches[i].count > 1;
        const size_t written = is_loop ? 1 : stretches[i].count;
        row.positions += written;
        row.products += written * stretches[i].n_taps;
        row.n_loops += is_loop;
    }
    return row;
}

/* The micro-kernel of `rows` output channels for the taps of `columns`. */
static void count_weights_kernel(struct plan_counts *counts, const struct plan_work *work,
                                 const struct plan_choice *choice, size_t n_columns,
                                 const struct row_code *columns, size_t rows,
                                 size_t vectors, size_t channels)
{
    size_t n_stretches = 1, row_taps = 1;
    if (choice->taps[0] > 1) {
        struct axis_stretch stretches[MOST_STRETCHES];
        n_stretches =
            axis_cut_stretches(&work->geometry->axis[0], 0, choice->taps[0], stretches);
        row_taps = 0;
        for (size_t i = 0; i < n_stretches; i++)
            row_taps += stretches[i].n_taps;
    }
    const size_t products = row_taps * columns->products * rows;
    counts->of[CODE_PRODUCTS] += products * vectors;
    counts->of[CODE_BROADCASTS] += products;
    counts->of[CODE_LOADS] += n_stretches * columns->positions * vectors;
    counts->of[CODE_CHANNEL_LOOPS] += n_stretches * columns->n_loops;
    counts->of[CODE_TAP_LOOPS] += n_stretches;
    counts->of[CODE_FUNCTIONS]++;
    count_sums(counts, work, rows * choice->taps[0] * n_columns, vectors, channels);
}

static void count_weights_block(struct plan_counts *counts, const struct plan_work *work,
                                const struct plan_choice *choice, size_t vectors,
                                size_t channels)
{
    const struct axis *axis = &work->geometry->axis[1];
    const bool loops = plan_loops_columns(work->geometry, choice);
    struct tile_cut cut[2], groups[2];
    tiles_cut_evenly(work->inner_channels, choice->tile[0] * choice->tile[1], cut);
    tiles_cut_evenly(axis->kernel, choice->taps[1], groups);
    size_t first = 0;
    for (size_t g = 0; g < groups[0].n + groups[1].n; g++) {
        const size_t n_columns = groups[g < groups[0].n ? 0 : 1].size;
        const struct row_code columns = count_row(axis, first, n_columns, loops);
        for (int i = 0; i < 2; i++) {
            if (cut[i].n == 0)
                continue;
            if (plan_loops_lanes(work->target, choice->vectors))
                count_looped(counts, work, cut[i].size, channels,
                             axis->meetings[first].count);
            else
                count_weights_kernel(counts, work, choice, n_columns, &columns,
                                     cut[i].size, vectors, channels);
            counts->of[cut[i].n > 1 ? CODE_LOOPS : CODE_CALLS]++;
        }
        first += n_columns;
    }
    counts->of[CODE_BLOCKS]++;
}

static void count_direct(struct plan_counts *counts, const struct plan_work *work,
                         const struct plan_choice *choice)
{
    const struct lanes_split split =
        lanes_cut(work->lane_channels, work->lanes, choice->vectors);
    for (int is_last = 0; is_last < 2; is_last++) {
        const size_t n = is_last ? split.last_vectors > 0 : split.n_full;
        const size_t vectors = is_last ? split.last_vectors : split.vectors;
        const size_t tail = is_last ? split.tail : split.lanes;
        const size_t channels = (vectors - 1) * split.lanes + tail;
        if (n > 0 && work->pass == PLAN_BACKWARD_WEIGHTS)
            count_weights_block(counts, work, choice, vectors, channels);
        else if (n > 0)
            count_block(counts, work, choice, vectors, channels);
    }
}

/* Elements that the taps of an axis read for `count` neighbours. */
static size_t count_reads(const struct axis_run *run, size_t count)
{
    const ptrdiff_t step = (ptrdiff_t)run->from_step;
    const bool overlaps = run->from_tap_step == step || run->from_tap_step == -step;
    return overlaps ? count + run->n_taps - 1 : count * run->n_taps;
}

/* `n` equal straight-line tiles of one region, for every block of lanes. */
static void count_straight_tiles(struct plan_counts *counts, const struct plan_work *work,
                                 const struct tile_region *region, size_t rows,
                                 size_t columns, size_t n, size_t vectors)
{
    const struct lanes_split split = lanes_cut(work->lane_channels, work->lanes, vectors);
    const size_t n_blocks = split.n_full + (split.last_vectors > 0);
    const size_t n_vectors = split.n_full * vectors + split.last_vectors;
    const size_t steps = tiles_taps(region) * work->inner_channels;
    const size_t read = count_reads(region->run[0], rows) *
                        count_reads(region->run[1], columns) * work->inner_channels;
    counts->of[CODE_PRODUCTS] += n * steps * rows * columns * n_vectors;
    counts->of[CODE_LOADS] += n * steps * n_vectors;
    counts->of[CODE_BROADCASTS] += steps > 0 ? n * read * n_blocks : 0;
    counts->of[CODE_SUMS] += n * rows * columns * n_vectors;
}

static void count_straight_positions(struct plan_counts *counts,
                                     const struct plan_work *work,
                                     const struct plan_choice *choice)
{
    const struct tile_limit limit = {choice->tile[0], choice->tile[1]};
    const struct tconv_layer *layer = &work->geometry->layer;
    const size_t n = tiles_count_regions(work->walk[0], work->walk[1]);
    for (size_t r = 0; r < n; r++) {
        const struct tile_region region =
            tiles_region(work->walk[0], work->walk[1], r, limit);
        for (int i = 0; i < 4; i++) {
            const struct tile_cut *rows = &region.cut[0][i / 2];
            const struct tile_cut *columns = &region.cut[1][i % 2];
            count_straight_tiles(counts, work, &region, rows->size, columns->size,
                                 rows->n * columns->n, choice->vectors);
        }
    }
    const size_t computed =
        work->pass == PLAN_FORWARD ? work->geometry->y_size : work->geometry->x_size;
    if (plan_is_activated(work))
        counts->of[CODE_ACTIVATED] += computed;
    else if (layer->channels_first || work->lane_channels % work->lanes != 0)
        counts->of[CODE_STRIDED] += computed;
}

/* One tap of straight-line backward_weights, `n` pieces of `rows` output channels. */
static void count_straight_tap(struct plan_counts *counts, const struct plan_work *work,
                               const struct axis_meeting *row,
                               const struct axis_meeting *column, struct tile_cut piece,
                               size_t vectors)
{
    const struct lanes_split split = lanes_cut(work->lane_channels, work->lanes, vectors);
    const size_t n_blocks = split.n_full + (split.last_vectors > 0);
    const size_t n_vectors = split.n_full * vectors + split.last_vectors;
    const size_t meetings = row->count * column->count;
    const size_t of_row = column->count * piece.size * vectors;
    const size_t most =
        of_row < PLAN_SUM_STATEMENTS && of_row > 0 ? PLAN_SUM_STATEMENTS / of_row : 1;
    const size_t n_groups = (row->count + most - 1) / most;
    counts->of[CODE_PRODUCTS] += piece.n * meetings * piece.size * n_vectors;
    counts->of[CODE_LOADS] += piece.n * meetings * n_vectors;
    counts->of[CODE_BROADCASTS] += piece.n * meetings * piece.size * n_blocks;
    counts->of[CODE_SUMS] += piece.n * n_groups * piece.size * n_vectors;
    if (work->lane_channels % work->lanes != 0)
        counts->of[CODE_STRIDED] += piece.n * n_groups * piece.size * work->lane_channels;
}

static void count_straight_weights(struct plan_counts *counts,
                                   const struct plan_work *work,
                                   const struct plan_choice *choice)
{
    const struct axis *axis = work->geometry->axis;
    struct tile_cut cut[2];
    tiles_cut_evenly(work->inner_channels, choice->tile[0] * choice->tile[1], cut);
    for (size_t p = 0; p < axis[0].kernel; p++)
        for (size_t q = 0; q < axis[1].kernel; q++)
            for (int i = 0; i < 2; i++)
                count_straight_tap(counts, work, &axis[0].meetings[p],
                                   &axis[1].meetings[q], cut[i], choice->vectors);
    const struct tconv_layer *layer = &work->geometry->layer;
    if (layer->channels_first || layer->in_c % work->lanes != 0)
        counts->of[CODE_MOVED] += work->geometry->x_size;
}

static void count_straight(struct plan_counts *counts, const struct plan_work *work,
                           const struct plan_choice *choice)
{
    if (work->pass == PLAN_BACKWARD_WEIGHTS)
        count_straight_weights(counts, work, choice);
    else
        count_straight_positions(counts, work, choice);
    if (work->pass != PLAN_FORWARD &&
        work->geometry->layer.activation.function != TCONV_LINEAR)
        counts->of[CODE_MOVED] += work->geometry->y_size;
    counts->of[CODE_FUNCTIONS] +=
        1 +
        (counts->of[CODE_PRODUCTS] + counts->of[CODE_SUMS]) / PLAN_FUNCTION_STATEMENTS;
}

struct plan_counts plan_count_code(const struct plan_work *work,
                                   const struct plan_choice *choice)
{
    struct plan_counts counts = {.of[CODE_PASS] = 1};
    const struct tconv_layer *layer = &work->geometry->layer;
    if (choice->method == PLAN_STRAIGHT) {
        count_straight(&counts, work, choice);
        return counts;
    }
    if (choice->method == PLAN_SCATTER) {
        plan_count_scatter(&counts, work, choice);
        return counts;
    }
    const bool is_linear = layer->activation.function == TCONV_LINEAR;
    if (work->pass != PLAN_FORWARD)
        counts.of[CODE_STAGED] += !is_linear || layer->channels_first ? 1 : 0;
    if (work->pass == PLAN_BACKWARD_WEIGHTS)
        counts.of[CODE_STAGED] += layer->channels_first || layer->in_c % work->lanes != 0;
    if (work->pass == PLAN_FORWARD)
        counts.of[CODE_STAGED] += layer->channels_first ? 1 : 0;
    if (choice->method == PLAN_WINOGRAD)
        plan_count_winograd(&counts, work, choice);
    else if (choice->method == PLAN_STRASSEN)
        plan_count_strassen(&counts, work, choice);
    else if (choice->method == PLAN_COLUMNS)
        plan_count_columns(&counts, work, choice);
    else
        count_direct(&counts, work, choice);
    return counts;
}
