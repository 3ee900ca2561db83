/*
 * plan_winograd: minimal filtering, for layers whose taps overlap. Fewer multiplications
 * for more additions, and weights that grow with the number of points: tries every F(m,
 * .) of at most MINIMAL_POINTS points and every tile of the products.
 */
#include "plan_code.h"

#include "winograd.h"

/* Points 0, 1, -1 and infinity have only the factors 1 and 1/2, which cost no accuracy;
 * more points must leave no more than this share of the cycles. */
enum { EXACT_POINTS = 4 };
static const double worth_more_points = 0.85;

/* Plain products of windows took so many times what is predicted: layers without overlap
 * of taps are better computed in place. */
static const double plain_excess = 1.15;

/* Cycles that were measured on Zen 4: of a load beside products, of an output's guard and
 * of a channel stored alone. */
enum { TILE_CYCLES = 30, MOST_VECTORS = 4 };
static const double load_cycles = 0.02, guard_cycles = 1, channel_cycles = 8;

/* Cycles of a vector that is put together from fewer channels: the load waits for the
 * stores of its parts. Measured on Golden Cove. */
static const double tail_cycles = 15;

/* Windows in order come from the second-level cache at this rate: measured on Golden Cove,
 * and enough for the products of other cores. */
static const double window_bytes_per_cycle = 43;

static double larger(double a, double b)
{
    return a > b ? a : b;
}

static size_t ceil_div(size_t a, size_t b)
{
    return (a + b - 1) / b;
}

bool plan_winograd_applies(const struct plan_work *work)
{
    const struct tconv_layer *layer = &work->geometry->layer;
    const size_t lanes = work->lanes;
    return lanes > 1 && layer->in_c >= lanes && layer->out_c >= lanes &&
           winograd_applies(work->geometry);
}

/* One step of a product's reduction, as for a direct tile. */
static double step_cycles(const struct plan_work *work, size_t rows, size_t vectors)
{
    const double products = (double)(rows * vectors) / work->target->core->fma_per_cycle;
    const double loads = plan_count_loads(work, rows, vectors);
    return larger(larger(products, PLAN_FMA_LATENCY), loads / 2) + load_cycles * loads;
}

/* Storing the outputs of a tile: each is guarded, and a vector that is not whole goes
 * channel by channel. */
static double store_cycles(const struct plan_work *work, size_t n_outputs)
{
    const size_t tail = work->lane_channels % work->lanes;
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

/* F(outputs, .) of a pass, and what its transforms of one vector cost, by kind: of a
 * window, of what is computed, and for backward_weights of the gradient's tile. */
struct filtering {
    struct winograd winograd;
    size_t outputs[2];
    double window[WINOGRAD_KINDS], result[WINOGRAD_KINDS], tile[WINOGRAD_KINDS];
    double tail[WINOGRAD_KINDS]; /* reading the channels of a tile that fill no vector */
};

/* Adding to the weights of so many taps: these lie a whole number of pages apart, and
 * more of them than a cache has ways drive each other out. */
static double gather_cycles(const struct plan_work *work, size_t n_taps)
{
    enum { MISS_CYCLES = 40 };
    return (double)(n_taps > work->target->core->l1.ways ? n_taps * MISS_CYCLES : n_taps);
}

static struct filtering derive_filtering(const struct plan_work *work,
                                         const size_t outputs[2])
{
    struct filtering f = {.winograd = winograd_derive(work->geometry, outputs),
                          .outputs = {outputs[0], outputs[1]}};
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
                      (double)kind.points + gather_cycles(work, r->taps * c->taps);
    }
    return f;
}

/* What one kind of windows reads beside its products. A column of weights is walked point
 * by point, and at each point by every group of tiles of a block. */
struct walk {
    double weights, point; /* bytes of all weights; of a column's weights at one point */
    double group, block;   /* of a group's windows at one point; of a block's at all */
    double sums;           /* of a block's products */
    double n_groups;       /* of a block */
    double step;           /* cycles of a step when all is near */
};

/* Cycles of a step that reads `near` bytes from the second-level cache and some from
 * beyond it, which take `far` cycles. */
static double fed_step(const struct target_core *core, double step, double near,
                       double far)
{
    return larger(step, larger(near / core->l2.bytes_per_cycle, far));
}

/* Cycles of a column's n_steps, each by all groups of a block. Where these ask for the
 * next weights meanwhile they share what that takes; windows stay near where a block of
 * them does. What is asked for may be driven out before it is used, by what one point
 * reads until then. */
static double column_cycles(const struct plan_work *work, const struct walk *walk,
                            double n_steps, double n_steps_of_point)
{
    const struct target_core *core = work->target->core;
    const double u = walk->point / n_steps_of_point, v = walk->group / n_steps_of_point;
    if (!core->asks_ahead)
        return plan_streamed(core, n_steps * walk->n_groups * walk->step, n_steps * u,
                             walk->weights);
    const bool keeps_windows =
        walk->block + 2 * walk->point + walk->sums <= plan_kept_bytes(core);
    const double shared = core->shared.bytes_per_cycle;
    const double v_far = keeps_windows ? 0 : v / shared;
    const double u_far = walk->weights <= plan_kept_bytes(core) ? 0 : u / shared;
    const double u_memory = walk->weights <= (double)core->shared.bytes
                                ? 0
                                : u / core->memory_bytes_per_cycle;
    const double far = v_far + larger(u_far, u_memory) / walk->n_groups;
    const double at_once = 2 * walk->point + walk->group * walk->n_groups;
    const double step = at_once <= (double)core->l2.bytes / 2
                            ? fed_step(core, walk->step, u + v, far)
                            : fed_step(core, walk->step, u + v, 0) + far;
    return n_steps * walk->n_groups * step;
}

/* Bytes of the transformed weights of all kinds. */
static double count_weights(const struct plan_work *work, const struct winograd *w)
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

/* Storing a vector at all points, where so many bytes are kept till they are read. */
static double stored_cycles(const struct plan_work *work, double kept, size_t points)
{
    const struct target_core *core = work->target->core;
    if (core->l2_stored_per_cycle == 0 || kept <= (double)core->l1.bytes / 2)
        return 0;
    const double rate = kept <= (double)core->l2.bytes ? core->l2_stored_per_cycle
                                                       : core->shared_stored_per_cycle;
    return (double)(points * work->target->vector_bytes) / rate;
}

/* What all kinds of a pass cost for one image. */
static double position_cycles(const struct plan_work *work, const struct filtering *f,
                              size_t rows, size_t vectors, size_t block_tiles)
{
    const struct winograd *w = &f->winograd;
    const bool is_forward = work->pass == PLAN_FORWARD;
    const size_t of = is_forward ? 0 : 1;
    const size_t n_tiles = w->axis[0].n_tiles[of] * w->axis[1].n_tiles[of];
    const size_t lane_vectors = ceil_div(work->lane_channels, work->lanes);
    const size_t n_groups = ceil_div(n_tiles, rows),
                 n_blocks = ceil_div(n_tiles, block_tiles);
    const size_t element_bytes = work->geometry->element_bytes;
    const double weights = count_weights(work, w);
    double cycles = 0;
    for (size_t i = 0; i < winograd_count_kinds(w); i++) {
        const struct winograd_kind kind = winograd_kind(w, i);
        const struct minimal *r = &kind.rows->filter, *c = &kind.columns->filter;
        const size_t depth = work->inner_channels * (is_forward ? 1 : kind.phases);
        const size_t n_targets = is_forward ? kind.phases : 1;
        const double n_columns = (double)(n_targets * ceil_div(lane_vectors, vectors));
        const size_t row_bytes = depth * element_bytes;
        const double block = (double)(kind.points * block_tiles * element_bytes);
        const struct walk walk = {
            .weights = weights,
            .point = (double)(row_bytes * vectors * work->lanes),
            .group = (double)(row_bytes * rows),
            .block = block * (double)depth,
            .sums = block * (double)(vectors * work->lanes),
            .n_groups = (double)n_groups / (double)n_blocks,
            .step = step_cycles(work, ceil_div(n_tiles, n_groups), vectors)};
        cycles +=
            (double)n_blocks * n_columns *
            column_cycles(work, &walk, (double)(kind.points * depth), (double)depth);
        cycles += (double)(kind.points * n_groups) * n_columns *
                  (TILE_CYCLES + 1.5 * (double)(rows * vectors));
        cycles += (double)n_tiles *
                  ((double)(TILE_CYCLES * depth) / (double)work->inner_channels +
                   (double)depth / (double)work->lanes *
                       (f->window[i] + stored_cycles(work, walk.block, kind.points)));
        cycles += (double)(n_tiles * lane_vectors * n_targets) *
                  (f->result[i] + stored_cycles(work, walk.sums, kind.points));
        cycles +=
            (double)(n_tiles * n_targets) * store_cycles(work, r->outputs * c->outputs);
    }
    return cycles;
}

/* Gradients of a block, transformed, that leave the second-level cache: they are written
 * once and read by every block of lane channels, beside nothing else. */
static double far_cycles(const struct target_core *core, double bytes, size_t n_reads)
{
    if (!core->asks_ahead || bytes <= plan_kept_bytes(core))
        return 0;
    const double rate = bytes <= (double)core->shared.bytes
                            ? core->shared.bytes_per_cycle
                            : core->memory_bytes_per_cycle;
    return bytes / core->shared_stored_per_cycle + (double)n_reads * bytes / rate;
}

/* One step of the gradient's product reads a tile's windows, and a whole vector of its
 * gradients. Those of a point that do not stay in the first-level cache come from the
 * second. */
static double weights_step(const struct plan_work *work, size_t rows, size_t vectors,
                           size_t block_tiles)
{
    const struct target_core *core = work->target->core;
    const size_t bytes = (vectors + 1) * work->target->vector_bytes;
    const double step = step_cycles(work, rows, vectors);
    return block_tiles * bytes <= core->l1.bytes / 2
               ? step
               : larger(step, (double)bytes / window_bytes_per_cycle);
}

/* backward_weights: the reduction is over the tiles. */
static double weights_cycles(const struct plan_work *work, const struct filtering *f,
                             size_t rows, size_t vectors, size_t block_tiles)
{
    const struct winograd *w = &f->winograd;
    const size_t n_tiles = w->axis[0].n_tiles[0] * w->axis[1].n_tiles[0];
    const size_t out_c = work->inner_channels;
    const size_t n_blocks = ceil_div(n_tiles, block_tiles);
    const size_t lane_vectors = ceil_div(work->lane_channels, work->lanes);
    const size_t out_vectors = ceil_div(out_c, work->lanes);
    double cycles = 0, gradients = 0;
    for (size_t i = 0; i < winograd_count_kinds(w); i++) {
        const struct winograd_kind kind = winograd_kind(w, i);
        const double n_products =
            (double)(kind.points * kind.phases * ceil_div(lane_vectors, vectors) *
                     ceil_div(out_c, rows));
        cycles += n_products * ((double)n_tiles *
                                    weights_step(work, rows, vectors, block_tiles) +
                                (double)(n_blocks * TILE_CYCLES));
        gradients += (double)(kind.points * kind.phases * block_tiles * out_vectors *
                              work->lanes * work->geometry->element_bytes);
        cycles += (double)(n_tiles * lane_vectors) * f->window[i];
        cycles += (double)(n_tiles * kind.phases) *
                  (TILE_CYCLES + (double)out_vectors * f->tile[i] + f->tail[i]);
        cycles += (double)(n_blocks * kind.phases * out_c * lane_vectors) * f->result[i];
    }
    return cycles + (double)n_blocks * far_cycles(work->target->core, gradients,
                                                  ceil_div(lane_vectors, vectors));
}

/* Bytes that the windows of one tile take: of all reduced channels, for backward_weights
 * of one block of lane channels. */
static size_t window_bytes(const struct plan_work *work, const struct winograd *w,
                           size_t vectors)
{
    size_t points = 0;
    for (size_t i = 0; i < winograd_count_kinds(w); i++) {
        const struct winograd_kind kind = winograd_kind(w, i);
        points += kind.points * (work->pass == PLAN_BACKWARD_INPUT ? kind.phases : 1);
    }
    const size_t channels = work->pass == PLAN_BACKWARD_WEIGHTS ? vectors * work->lanes
                                                                : work->inner_channels;
    return points * channels * work->geometry->element_bytes;
}

/* Tiles transformed at a time, where windows may take so many bytes. Those of the
 * gradient are at least a few, or the transform of the sums would not pay. */
static size_t fit_block(const struct plan_work *work, const struct winograd *w,
                        size_t rows, size_t vectors, size_t room)
{
    enum { LEAST_GRADIENT_TILES = 96 };
    const bool is_weights = work->pass == PLAN_BACKWARD_WEIGHTS;
    const size_t of = work->pass == PLAN_BACKWARD_INPUT ? 1 : 0;
    const size_t n_tiles = w->axis[0].n_tiles[of] * w->axis[1].n_tiles[of];
    const size_t fitting = room / window_bytes(work, w, vectors);
    const size_t least = is_weights ? LEAST_GRADIENT_TILES : rows;
    const size_t n_blocks = ceil_div(n_tiles, fitting < least ? least : fitting);
    return ceil_div(ceil_div(n_tiles, n_blocks), rows) * rows;
}

/* All but the size of the code, which takes longer to predict. */
static struct plan_choice predict_block(const struct plan_work *work,
                                        const struct filtering *f, size_t rows,
                                        size_t vectors, size_t room)
{
    struct plan_choice choice = {.method = PLAN_WINOGRAD,
                                 .tile = {1, rows},
                                 .vectors = vectors,
                                 .outputs = {f->outputs[0], f->outputs[1]},
                                 .block_tiles =
                                     fit_block(work, &f->winograd, rows, vectors, room),
                                 .statements = rows * vectors,
                                 .why = "fewer multiplications than taps"};
    choice.prefetches =
        work->pass != PLAN_BACKWARD_WEIGHTS && work->target->core->asks_ahead &&
        count_weights(work, &f->winograd) > plan_kept_bytes(work->target->core);
    const double excess = winograd_saves(work->geometry, f->outputs) ? 1 : plain_excess;
    choice.cycles =
        excess * (work->pass == PLAN_BACKWARD_WEIGHTS ? weights_cycles : position_cycles)(
                     work, f, rows, vectors, choice.block_tiles);
    return choice;
}

/* The best block. Weights are read once per block: windows go to the shared cache for
 * that, unless weights are asked for early anyway. Those of the gradient are read by
 * every block of output channels and stay in half of the second level. */
static struct plan_choice predict(const struct plan_work *work, const struct filtering *f,
                                  size_t rows, size_t vectors)
{
    const size_t cache = work->target->core->l2.bytes;
    struct plan_choice best = {.cycles = -1};
    if (work->pass == PLAN_BACKWARD_WEIGHTS)
        return predict_block(work, f, rows, vectors, cache / 2);
    const size_t least = work->target->core->asks_ahead ? cache / 2 : 4 * cache;
    for (size_t room = 4 * cache; room >= least; room /= 2) {
        const struct plan_choice choice = predict_block(work, f, rows, vectors, room);
        if (best.cycles < 0 || choice.cycles < best.cycles)
            best = choice;
    }
    return best;
}

struct plan_choice plan_winograd_predict(const struct plan_work *work,
                                         const size_t outputs[2], size_t rows,
                                         size_t vectors)
{
    const struct filtering f = derive_filtering(work, outputs);
    struct plan_choice choice = predict(work, &f, rows, vectors);
    choice.code_bytes = plan_predict_code(work, &choice);
    return choice;
}

/* The best tile of the products with so many vectors. The gradient's rows divide a
 * vector, in which they are transformed. */
static struct plan_choice propose_rows(const struct plan_work *work,
                                       const struct filtering *f, size_t vectors)
{
    struct plan_choice best = {.cycles = -1};
    for (size_t rows = 1; plan_tile_fits(work, rows, vectors); rows++) {
        if (work->pass == PLAN_BACKWARD_WEIGHTS && work->lanes % rows != 0)
            continue;
        const struct plan_choice choice = predict(work, f, rows, vectors);
        if (best.cycles < 0 || choice.cycles < best.cycles)
            best = choice;
    }
    return best;
}

/* A fourth vector of a row spares loads, where these are near their limit. */
static size_t most_vectors(const struct plan_work *work)
{
    const size_t n_vectors = ceil_div(work->lane_channels, work->lanes);
    const size_t most = work->target->core->load_cycles > 0 ? MOST_VECTORS : 3;
    return n_vectors < most ? n_vectors : most;
}

static struct plan_choice propose_tile(const struct plan_work *work,
                                       const size_t outputs[2])
{
    const struct filtering f = derive_filtering(work, outputs);
    struct plan_choice best = {.cycles = -1};
    for (size_t vectors = 1; vectors <= most_vectors(work); vectors++) {
        const struct plan_choice choice = propose_rows(work, &f, vectors);
        if (best.cycles < 0 || choice.cycles < best.cycles)
            best = choice;
    }
    return best;
}

/* The points of F(outputs, .) on the axis that has more. */
static size_t most_points(const struct axis *axis, const size_t outputs[2])
{
    size_t most = 0;
    for (int a = 0; a < 2; a++) {
        const size_t points =
            outputs[a] == 1 ? 1
                            : outputs[a] + ceil_div(axis[a].kernel, axis[a].stride) - 1;
        most = points > most ? points : most;
    }
    return most;
}

struct plan_choice plan_winograd_propose(const struct plan_work *work)
{
    const struct axis *axis = work->geometry->axis;
    struct plan_choice best = {.cycles = -1};
    for (int exact = 1; exact >= 0; exact--)
        for (size_t m = 0; m < MINIMAL_POINTS * MINIMAL_POINTS; m++) {
            const size_t outputs[2] = {m / MINIMAL_POINTS + 1, m % MINIMAL_POINTS + 1};
            if (!winograd_fits(&axis[0], outputs[0]) ||
                !winograd_fits(&axis[1], outputs[1]) ||
                (most_points(axis, outputs) <= EXACT_POINTS) != (exact == 1))
                continue;
            const struct plan_choice choice = propose_tile(work, outputs);
            const double worth =
                exact == 1 || most_points(axis, best.outputs) > EXACT_POINTS
                    ? 1
                    : worth_more_points;
            if (best.cycles < 0 || choice.cycles < worth * best.cycles)
                best = choice;
        }
    if (best.cycles >= 0)
        best.code_bytes = plan_predict_code(work, &best);
    return best;
}

/* With more points only what is proposed: they cost accuracy. */
void plan_winograd_offer(const struct plan_work *work, struct plan_candidates *candidates)
{
    const struct axis *axis = work->geometry->axis;
    if (!plan_winograd_applies(work))
        return;
    const struct plan_choice proposed = plan_winograd_propose(work);
    for (size_t m = 0; m < MINIMAL_POINTS * MINIMAL_POINTS; m++) {
        const size_t outputs[2] = {m / MINIMAL_POINTS + 1, m % MINIMAL_POINTS + 1};
        const bool is_proposed =
            outputs[0] == proposed.outputs[0] && outputs[1] == proposed.outputs[1];
        if (!winograd_fits(&axis[0], outputs[0]) ||
            !winograd_fits(&axis[1], outputs[1]) ||
            (most_points(axis, outputs) > EXACT_POINTS && !is_proposed))
            continue;
        const struct filtering f = derive_filtering(work, outputs);
        for (size_t vectors = 1; vectors <= most_vectors(work); vectors++) {
            struct plan_choice choice = propose_rows(work, &f, vectors);
            choice.code_bytes = plan_predict_code(work, &choice);
            plan_candidates_add(candidates, &choice);
        }
    }
}
