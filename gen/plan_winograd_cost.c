/*
 * plan_winograd_cost: the cycles that minimal filtering is predicted to take.
 */
#include "plan_winograd_cost.h"

#include "integers.h"
#include "plan_walk.h"

/* Cycles that were measured on Zen 4: of an output's guard and of a channel stored alone.
 */
static const double guard_cycles = 1, channel_cycles = 8;

/* Eight sums of the gradient's product just hide each other's latency in theory, and took
 * half as long again on Golden Cove. */
enum { LEAST_WEIGHTS_STEP = 6 };

/* Cycles of a vector that is put together from fewer channels: the load waits for the
 * stores of its parts. Measured on Golden Cove. */
static const double tail_cycles = 15;

/* Windows in order come from the second-level cache at this rate: measured on Golden
 * Cove, and enough for the products of other cores. */
static const double window_bytes_per_cycle = 43;

/* What shows of reads from the second-level cache beside products, of those where the
 * first one keeps what is read, and of stores. Measured on Golden Cove. */
static const double shown_reads = 0.2, beside_near_products = 0.1,
                    stores_beside_products = 0.4;

/* The same of what streams from the shared cache. */
static const double beside_far_products = 0.45;

/* The vectors that a compiler makes of loops over channels: any machine has these. */
enum { COMPILED_VECTOR_BYTES = 16 };

/* What a pass iterates over in the vectors that run. */
static struct plan_work in_vectors(const struct plan_work *work)
{
    struct plan_work compiled = *work;
    if (work->target->vector_bytes == 0)
        compiled.lanes = COMPILED_VECTOR_BYTES / work->geometry->element_bytes;
    return compiled;
}

/* Storing the outputs of a tile: each is guarded, and a vector that is not whole goes
 * channel by channel. */
static double store_cycles(const struct plan_work *work, size_t n_outputs)
{
    const bool is_looped = work->target->vector_bytes == 0;
    const size_t tail = is_looped ? 0 : work->lane_channels % work->lanes;
    const double vectors = (double)ceil_div(work->lane_channels, work->lanes);
    return (double)n_outputs *
           (guard_cycles * vectors + (tail == 0 ? 0 : channel_cycles * (double)tail));
}

/* Additions and moves of one two-dimensional transform of a vector, from n0 x n1. */
static double transform_cycles(const struct target_core *core,
                               const struct minimal_size *rows,
                               const struct minimal_size *columns)
{
    const struct minimal_square square = minimal_square(rows, columns);
    return core->add_cycles * (double)square.operations +
           core->move_cycles * (double)square.moves;
}

/* Adding a tile's sums to the weights of so many taps: these lie a whole number of pages
 * apart, and more of them than a cache has ways drive each other out, unless a loop adds
 * to one tap after the other. */
static double gather_cycles(const struct plan_work *work, size_t n_taps)
{
    enum { MISS_CYCLES = 12, LOOPED_MOVES = 3 };
    const struct target_core *core = work->target->core;
    if (work->target->vector_bytes == 0)
        return LOOPED_MOVES * core->move_cycles * (double)n_taps;
    return (double)(n_taps > core->l1.ways ? n_taps * MISS_CYCLES : n_taps);
}

struct plan_filtering plan_derive_filtering(const struct plan_work *work,
                                            const struct winograd_form *form)
{
    struct plan_filtering f = {.winograd = winograd_derive(work->geometry, form),
                               .form = *form};
    for (size_t i = 0; i < winograd_count_kinds(&f.winograd); i++) {
        const struct winograd_kind kind = winograd_kind(&f.winograd, i);
        const struct minimal *r = &kind.rows->filter, *c = &kind.columns->filter;
        f.window[i] = transform_cycles(work->target->core, &r->window, &c->window);
        if (work->pass != PLAN_BACKWARD_WEIGHTS) {
            f.result[i] = transform_cycles(work->target->core, &r->output, &c->output);
            continue;
        }
        f.tile[i] = transform_cycles(work->target->core, &r->spread, &c->spread);
        f.tail[i] = work->inner_channels % work->lanes == 0
                        ? 0
                        : (double)(r->outputs * c->outputs) * tail_cycles;
        f.result[i] = transform_cycles(work->target->core, &r->gather, &c->gather) +
                      gather_cycles(work, r->taps * c->taps);
    }
    return f;
}

double plan_count_weights(const struct plan_work *work, const struct winograd *w)
{
    const size_t lane_vectors = ceil_div(work->lane_channels, work->lanes);
    double bytes = 0;
    for (size_t i = 0; i < winograd_count_kinds(w); i++) {
        const struct winograd_kind kind = winograd_kind(w, i);
        bytes += (double)(kind.points * kind.phases * work->inner_channels *
                          lane_vectors * work->lanes * work->geometry->element_bytes);
    }
    return bytes;
}

/* Products of windows wait for their loads as direct's do. */
static double product_step(const struct plan_work *work, size_t rows, size_t vectors)
{
    return plan_product_step(
        work, rows, vectors,
        plan_larger(work->target->core->load_cycles, PLAN_LOAD_CYCLES));
}

/* Of a product: its call, and the sums that it begins and stores, twenty in the time of
 * another call. */
static double product_cycles(const struct target_core *core, size_t n_sums)
{
    return core->call_cycles * (1 + 0.05 * (double)n_sums);
}

/* Bytes of a block's windows that are kept at once while products of kind number `index`
 * read theirs: its own, or, where the pass needs them, those of all kinds. */
static double count_kept_windows(const struct plan_work *work, const struct winograd *w,
                                 size_t index, size_t block_tiles)
{
    const bool keeps_all = plan_keeps_kinds(work->geometry, work->pass);
    double points = 0;
    for (size_t i = 0; i < winograd_count_kinds(w); i++) {
        const struct winograd_kind kind = winograd_kind(w, i);
        if (keeps_all || i == index)
            points +=
                (double)(kind.points * (work->pass == PLAN_FORWARD ? 1 : kind.phases));
    }
    return points *
           (double)(block_tiles * work->inner_channels * work->geometry->element_bytes);
}

/* What all kinds of a pass cost for one image. */
static double position_cycles(const struct plan_work *work,
                              const struct plan_filtering *f, size_t rows, size_t vectors,
                              size_t block_tiles)
{
    const struct winograd *w = &f->winograd;
    const bool is_forward = work->pass == PLAN_FORWARD;
    const size_t of = is_forward ? 0 : 1;
    const size_t n_tiles = w->axis[0].n_tiles[of] * w->axis[1].n_tiles[of];
    const size_t lane_vectors = ceil_div(work->lane_channels, work->lanes);
    const size_t n_groups = ceil_div(n_tiles, rows),
                 n_blocks = ceil_div(n_tiles, block_tiles);
    const size_t element_bytes = work->geometry->element_bytes;
    const double weights = plan_count_weights(work, w);
    const struct target_core *core = work->target->core;
    double cycles = 0;
    for (size_t i = 0; i < winograd_count_kinds(w); i++) {
        const struct winograd_kind kind = winograd_kind(w, i);
        const struct minimal *r = &kind.rows->filter, *c = &kind.columns->filter;
        const size_t depth = work->inner_channels * (is_forward ? 1 : kind.phases);
        const size_t n_targets = is_forward ? kind.phases : 1;
        const double n_columns = (double)(n_targets * ceil_div(lane_vectors, vectors));
        const size_t row_bytes = depth * element_bytes;
        const double block = (double)(kind.points * block_tiles * element_bytes);
        const struct plan_walk walk = {
            .weights = weights,
            .point = (double)(row_bytes * vectors * work->lanes),
            .group = (double)(row_bytes * rows),
            .block = count_kept_windows(work, w, i, block_tiles),
            .sums = block * (double)(vectors * work->lanes),
            .n_groups = (double)n_groups / (double)n_blocks,
            .step = product_step(work, ceil_div(n_tiles, n_groups), vectors)};
        cycles +=
            (double)n_blocks * n_columns *
            plan_walk_cycles(work, &walk, (double)(kind.points * depth), (double)depth);
        cycles += (double)(kind.points * n_groups) * n_columns *
                  product_cycles(core, rows * vectors);
        cycles += (double)n_tiles *
                  (core->call_cycles * (double)depth / (double)work->inner_channels +
                   (double)depth / (double)work->lanes *
                       (f->window[i] +
                        plan_stored_cycles(work, block * (double)depth, kind.points)));
        cycles += (double)(n_tiles * lane_vectors * n_targets) *
                  (f->result[i] + plan_stored_cycles(work, walk.sums, kind.points));
        cycles +=
            (double)(n_tiles * n_targets) * store_cycles(work, r->outputs * c->outputs);
    }
    return cycles;
}

/* Gradients of a block, transformed, that leave the second-level cache, as they and the
 * windows do not fit it: they are written once and read by every block of lane channels.
 */
static double far_cycles(const struct target_core *core, double bytes, double windows,
                         size_t n_reads)
{
    if (!core->asks_ahead || bytes + windows <= plan_kept_bytes(core))
        return 0;
    return bytes / core->shared_stored_per_cycle +
           beside_far_products * (double)n_reads * bytes / plan_far_rate(core, bytes);
}

/* The share of so many bytes that the first-level cache keeps while others pass. */
static double near_share(const struct target_core *core, size_t bytes)
{
    const double kept = (double)core->l1.bytes * 2 / 3;
    return (double)bytes <= kept ? 1 : kept / (double)bytes;
}

/* One step of the gradient's product reads a tile's windows, and a whole vector of its
 * gradients, from the second-level cache, or from beyond it where those of all points of
 * a block do not stay there. What the first one holds of a point of both only the first
 * of a panel's groups reads from there, the more the wider it is. */
static double weights_step(const struct plan_work *work, size_t rows, size_t vectors,
                           size_t block_tiles, size_t points)
{
    const struct target_core *core = work->target->core;
    const size_t bytes = (vectors + 1) * work->target->vector_bytes;
    const double step =
        plan_larger(product_step(work, rows, vectors), LEAST_WEIGHTS_STEP);
    const double rate = (double)(points * block_tiles * bytes) <= plan_kept_bytes(core)
                            ? window_bytes_per_cycle
                            : core->shared.bytes_per_cycle;
    const double reads = (double)bytes / rate;
    const double near = near_share(core, block_tiles * bytes);
    return near * (step + beside_near_products * reads) +
           (1 - near) * plan_beside(step, reads, shown_reads);
}

/* Adding to what of dw leaves the second-level cache: a line is read, too. Where that was
 * not measured, only beyond the shared one. */
static double stored_cycles(const struct plan_work *work)
{
    const struct target_core *core = work->target->core;
    const struct geometry *g = work->geometry;
    const double bytes = (double)(g->w_size * g->element_bytes);
    const size_t kept = core->asks_ahead ? core->l2.bytes : core->shared.bytes;
    if (bytes <= (double)kept)
        return 0;
    return 2 * (bytes - (double)kept) / plan_far_rate(core, bytes);
}

/* Storing a product's sums, of which a panel's at all points are kept: nothing where the
 * first-level cache holds them. */
static double sums_cycles(const struct plan_work *work, size_t rows, size_t vectors,
                          size_t points)
{
    const size_t kept = points * work->lanes * vectors * work->target->vector_bytes;
    return near_share(work->target->core, kept) == 1
               ? 0
               : stores_beside_products *
                     plan_stored_cycles(work, (double)kept, rows * vectors);
}

/* backward_weights: the reduction is over the tiles. */
static double weights_cycles(const struct plan_work *work, const struct plan_filtering *f,
                             size_t rows, size_t vectors, size_t block_tiles)
{
    const struct winograd *w = &f->winograd;
    const size_t n_tiles = w->axis[0].n_tiles[0] * w->axis[1].n_tiles[0];
    const size_t out_c = work->inner_channels;
    const size_t n_blocks = ceil_div(n_tiles, block_tiles);
    const size_t lane_vectors = ceil_div(work->lane_channels, work->lanes);
    const size_t out_vectors = ceil_div(out_c, work->lanes);
    const struct target_core *core = work->target->core;
    double cycles = 0, windows = 0;
    for (size_t i = 0; i < winograd_count_kinds(w); i++) {
        const struct winograd_kind kind = winograd_kind(w, i);
        const double n_products =
            (double)(kind.points * kind.phases * ceil_div(lane_vectors, vectors) *
                     ceil_div(out_c, rows));
        cycles += n_products *
                  ((double)n_tiles *
                       weights_step(work, rows, vectors, block_tiles, kind.points) +
                   (double)n_blocks * (core->call_cycles +
                                       sums_cycles(work, rows, vectors, kind.points)));
        const double gradients =
            (double)(kind.points * kind.phases * block_tiles * out_vectors * work->lanes *
                     work->geometry->element_bytes);
        windows = plan_larger(windows, (double)(kind.points * block_tiles * vectors *
                                                work->target->vector_bytes));
        cycles += (double)(n_tiles * lane_vectors) *
                  (f->window[i] + stores_beside_products *
                                      plan_stored_cycles(work, windows, kind.points));
        cycles += (double)(n_tiles * kind.phases) *
                  (core->call_cycles + (double)out_vectors * f->tile[i] + f->tail[i]);
        cycles += (double)(n_blocks * kind.phases * out_c * lane_vectors) * f->result[i];
        cycles += (double)n_blocks *
                  far_cycles(core, gradients, windows, ceil_div(lane_vectors, vectors));
    }
    return cycles + (double)n_blocks * stored_cycles(work);
}

double plan_filtering_cycles(const struct plan_work *work, const struct plan_filtering *f,
                             size_t rows, size_t vectors, size_t block_tiles)
{
    const struct plan_work run = in_vectors(work);
    const size_t n =
        work->target->vector_bytes > 0 ? vectors : ceil_div(vectors, run.lanes);
    return plan_image_cycles(work) +
           (work->pass == PLAN_BACKWARD_WEIGHTS ? weights_cycles : position_cycles)(
               &run, f, rows, n, block_tiles);
}
