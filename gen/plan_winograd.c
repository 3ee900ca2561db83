/*
 * plan_winograd: minimal filtering, for layers whose taps overlap. Fewer multiplications
 * for more additions, and weights that grow with the number of points: tries every F(m,
 * .) of at most MINIMAL_POINTS points and every tile of the products.
 */
#include "plan_code.h"

#include <stdint.h>

#include "integers.h"
#include "plan_winograd_cost.h"

/* Points 0, 1, -1 and infinity have only the factors 1 and 1/2, which cost no accuracy;
 * more points must leave no more than this share of the cycles, and each one beyond the
 * first a little less. */
enum { EXACT_POINTS = 4 };
static const double worth_more_points = 0.96, worth_another_point = 0.98;

/* Plain products of windows took so many times what is predicted: layers without overlap
 * of taps are better computed in place. */
static const double plain_excess = 1.05;

/* Whether transforms find vectors of the channels that they go through. */
static bool fills_vectors(const struct plan_work *work)
{
    const size_t inner = work->inner_channels, lane_channels = work->lane_channels;
    if (work->target->vector_bytes > 0)
        return inner >= work->lanes && lane_channels >= work->lanes;
    return lane_channels > PLAN_MOST_SCALARS &&
           (inner > PLAN_MOST_SCALARS || work->pass == PLAN_BACKWARD_WEIGHTS);
}

bool plan_winograd_applies(const struct plan_work *work)
{
    return fills_vectors(work) && winograd_applies(work->geometry);
}

bool plan_winograd_aligns(const struct plan_work *work)
{
    return work->pass != PLAN_BACKWARD_INPUT;
}

size_t plan_panel_channels(const struct target *target, const struct tconv_layer *layer)
{
    enum { LOOPED_PANEL = 16 };
    if (target->vector_bytes > 0)
        return target_lanes(target, layer->type);
    return layer->out_c < LOOPED_PANEL ? layer->out_c : LOOPED_PANEL;
}

/* Numbers that vectors are multiplied with stay in registers or near them; sixteen were
 * best. */
enum { LOOPED_NUMBERS = 16, FEWEST_TERMS = 3, MOST_TERMS = 4 };

/* A loop that has so many numbers to set up is better twice as long as direct's. */
static size_t most_looped(const struct target_core *core)
{
    return 2 * core->loop_channels;
}

size_t plan_product_terms(const struct target *target, size_t rows)
{
    const size_t fitting = LOOPED_NUMBERS / rows;
    if (target->vector_bytes > 0)
        return 0;
    return fitting < MOST_TERMS ? fitting : MOST_TERMS;
}

bool plan_product_fits(const struct plan_work *work, size_t rows, size_t vectors)
{
    if (work->target->vector_bytes > 0)
        return plan_tile_fits(work, rows, vectors);
    return rows <= LOOPED_NUMBERS / FEWEST_TERMS &&
           vectors <= most_looped(work->target->core);
}

bool plan_keeps_kinds(const struct geometry *geometry, enum plan_pass pass)
{
    return pass == PLAN_BACKWARD_INPUT ||
           (pass == PLAN_FORWARD && geometry->layer.channels_first);
}

/* Bytes that the windows of one tile take under one kind, or under all of them: of all
 * reduced channels, for backward_weights of one block of lane channels. */
static size_t window_bytes(const struct plan_work *work, const struct winograd *w,
                           size_t vectors, bool of_all)
{
    size_t sum = 0, most = 0;
    for (size_t i = 0; i < winograd_count_kinds(w); i++) {
        const struct winograd_kind kind = winograd_kind(w, i);
        const size_t points =
            kind.points * (work->pass == PLAN_BACKWARD_INPUT ? kind.phases : 1);
        sum += points;
        most = points > most ? points : most;
    }
    const size_t channels = work->pass == PLAN_BACKWARD_WEIGHTS ? vectors * work->lanes
                                                                : work->inner_channels;
    return (of_all ? sum : most) * channels * work->geometry->element_bytes;
}

static size_t count_tiles(const struct plan_work *work, const struct winograd *w)
{
    const size_t of = work->pass == PLAN_BACKWARD_INPUT ? 1 : 0;
    return w->axis[0].n_tiles[of] * w->axis[1].n_tiles[of];
}

/* Tiles transformed at a time, where windows may take so many bytes. Those of the
 * gradient are at least a few, or the transform of the sums would not pay. */
static size_t fit_block(const struct plan_work *work, const struct winograd *w,
                        size_t rows, size_t vectors, size_t room)
{
    enum { LEAST_GRADIENT_TILES = 96 };
    const bool is_weights = work->pass == PLAN_BACKWARD_WEIGHTS;
    const size_t n_tiles = count_tiles(work, w);
    const bool of_all = plan_keeps_kinds(work->geometry, work->pass);
    const size_t fitting = room / window_bytes(work, w, vectors, of_all);
    const size_t least = is_weights ? LEAST_GRADIENT_TILES : rows;
    const size_t n_blocks = ceil_div(n_tiles, fitting < least ? least : fitting);
    return ceil_div(ceil_div(n_tiles, n_blocks), rows) * rows;
}

static const char *why(const struct plan_work *work, const struct winograd_form *form)
{
    if (!winograd_saves(work->geometry, form->outputs))
        return "plain products of what lies far apart, put side by side first";
    return form->is_aligned ? "fewer multiplications than taps, in tiles that begin "
                              "where their phases do"
                            : "fewer multiplications than taps";
}

/* All but the size of the code, which takes longer to predict. */
static struct plan_choice predict_block(const struct plan_work *work,
                                        const struct plan_filtering *f, size_t rows,
                                        size_t vectors, size_t room)
{
    struct plan_choice choice = {.method = PLAN_WINOGRAD,
                                 .tile = {1, rows},
                                 .vectors = vectors,
                                 .form = f->form,
                                 .block_tiles =
                                     fit_block(work, &f->winograd, rows, vectors, room),
                                 .statements = rows * vectors,
                                 .why = why(work, &f->form)};
    choice.prefetches =
        work->pass != PLAN_BACKWARD_WEIGHTS && work->target->core->asks_ahead &&
        plan_count_weights(work, &f->winograd) > plan_kept_bytes(work->target->core);
    const double excess =
        winograd_saves(work->geometry, f->form.outputs) ? 1 : plain_excess;
    choice.cycles =
        excess * plan_filtering_cycles(work, f, rows, vectors, choice.block_tiles) +
        plan_planes_cycles(work, PLAN_WINOGRAD);
    return choice;
}

/* Windows that weights stream past stay in a quarter of the second-level cache: the
 * groups that fit it, of at least four, which share the weights that they ask for, where
 * these take no more than a third; those of all kinds that are needed at once or, where
 * these do not fit, of the largest. Measured on Golden Cove: a fifth less than in blocks
 * of half the cache where channels are few. */
static size_t keep_near(const struct plan_work *work, const struct winograd *w,
                        const struct plan_choice *choice)
{
    enum { FEWEST_GROUPS = 4 };
    const struct target_core *core = work->target->core;
    const size_t rows = choice->tile[1], n_groups = choice->block_tiles / rows;
    for (int of_all = plan_keeps_kinds(work->geometry, work->pass); of_all >= 0;
         of_all--) {
        const size_t group = rows * window_bytes(work, w, choice->vectors, of_all);
        const size_t fitting = core->l2.bytes / 4 / group;
        const size_t groups = fitting < FEWEST_GROUPS ? FEWEST_GROUPS : fitting;
        const bool is_near = groups * group <= core->l2.bytes / 3;
        if (core->asks_ahead && is_near && groups < n_groups)
            return groups * rows;
    }
    return choice->block_tiles;
}

/* Units of an image's work: blocks of so many groups of tiles, by columns of weights. */
static size_t count_units(const struct plan_work *work, const struct winograd *w,
                          const struct plan_choice *choice, size_t block_groups)
{
    const size_t n_groups = ceil_div(count_tiles(work, w), choice->tile[1]);
    const size_t n_blocks = ceil_div(work->lane_channels, choice->vectors * work->lanes);
    size_t n_targets = 1;
    if (!plan_keeps_kinds(work->geometry, work->pass)) {
        n_targets = 0;
        for (size_t i = 0; i < winograd_count_kinds(w); i++)
            n_targets += winograd_kind(w, i).phases;
    }
    return ceil_div(n_groups, block_groups) * n_blocks * n_targets;
}

/* Few units are an even number, so that two threads have equally many, where blocks of
 * another size take hardly longer. */
static size_t share_evenly(const struct plan_work *work, const struct plan_filtering *f,
                           const struct plan_choice *choice)
{
    enum { FEW_UNITS = 16 };
    const double worth = 1.02;
    const size_t rows = choice->tile[1], groups = choice->block_tiles / rows;
    const size_t units = count_units(work, &f->winograd, choice, groups);
    size_t best = choice->block_tiles;
    double least = worth * plan_filtering_cycles(work, f, rows, choice->vectors, best);
    if (units == 1 || units > FEW_UNITS || units % 2 == 0)
        return best;
    for (size_t n = ceil_div(groups, 2); n <= 2 * groups; n++) {
        const double cycles =
            plan_filtering_cycles(work, f, rows, choice->vectors, n * rows);
        if (count_units(work, &f->winograd, choice, n) % 2 == 0 && cycles < least) {
            best = n * rows;
            least = cycles;
        }
    }
    return best;
}

/* The best block. Weights are read once per block: windows go to the shared cache for
 * that, unless weights are asked for early anyway. Those of the gradient are read by
 * every block of output channels and stay in half of the second level. */
static struct plan_choice predict(const struct plan_work *work,
                                  const struct plan_filtering *f, size_t rows,
                                  size_t vectors)
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
    best.block_tiles = keep_near(work, &f->winograd, &best);
    if (work->target->vector_bytes > 0)
        best.block_tiles = share_evenly(work, f, &best);
    return best;
}

struct plan_choice plan_winograd_predict(const struct plan_work *work,
                                         const struct winograd_form *form, size_t rows,
                                         size_t vectors)
{
    const struct plan_filtering f = plan_derive_filtering(work, form);
    struct plan_choice choice = predict(work, &f, rows, vectors);
    choice.code_bytes = plan_predict_code(work, &choice);
    return choice;
}

/* The best tile of the products with so many vectors. The gradient's rows divide a panel,
 * in which they are transformed. */
static struct plan_choice propose_rows(const struct plan_work *work,
                                       const struct plan_filtering *f, size_t vectors)
{
    const size_t panel = plan_panel_channels(work->target, &work->geometry->layer);
    struct plan_choice best = {.cycles = -1};
    for (size_t rows = 1; plan_product_fits(work, rows, vectors); rows++) {
        if (work->pass == PLAN_BACKWARD_WEIGHTS && panel % rows != 0)
            continue;
        const struct plan_choice choice = predict(work, f, rows, vectors);
        if (best.cycles < 0 || choice.cycles < best.cycles)
            best = choice;
    }
    return best;
}

/* Without vectors: the channels of even blocks, as many as a loop likes. */
static size_t looped_channels(const struct plan_work *work)
{
    const size_t most = most_looped(work->target->core);
    return ceil_div(work->lane_channels, ceil_div(work->lane_channels, most));
}

/* Rows of a single vector load a number for each product: for the gradient never the best
 * on Golden Cove, where channels fill two. */
static size_t fewest_vectors(const struct plan_work *work)
{
    if (work->target->vector_bytes == 0)
        return looped_channels(work);
    return work->pass == PLAN_BACKWARD_WEIGHTS && work->target->core->load_cycles > 0 &&
                   work->lane_channels > work->lanes
               ? 2
               : 1;
}

/* A fourth vector of a row spares loads, where these are near their limit. */
static size_t most_vectors(const struct plan_work *work)
{
    if (work->target->vector_bytes == 0)
        return looped_channels(work);
    const size_t n_vectors = ceil_div(work->lane_channels, work->lanes);
    const size_t most = work->target->core->load_cycles > 0 ? PLAN_MOST_VECTORS : 3;
    return n_vectors < most ? n_vectors : most;
}

static struct plan_choice propose_tile(const struct plan_work *work,
                                       const struct winograd_form *form)
{
    const struct plan_filtering f = plan_derive_filtering(work, form);
    struct plan_choice best = {.cycles = -1};
    for (size_t vectors = fewest_vectors(work); vectors <= most_vectors(work);
         vectors++) {
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

/* The share of the cycles that so many points must leave. */
static double worth_points(size_t before, size_t points)
{
    if (points <= before || points <= EXACT_POINTS)
        return 1;
    return before <= EXACT_POINTS ? worth_more_points : worth_another_point;
}

/* Form number `index` of the FORMS that there are: aligned ones last. */
enum { FORMS = 2 * MINIMAL_POINTS * MINIMAL_POINTS };
static struct winograd_form form_of(size_t index)
{
    const size_t m = index % (MINIMAL_POINTS * MINIMAL_POINTS);
    return (struct winograd_form){
        .outputs = {m / MINIMAL_POINTS + 1, m % MINIMAL_POINTS + 1},
        .is_aligned = index >= MINIMAL_POINTS * MINIMAL_POINTS};
}

static bool form_fits(const struct plan_work *work, const struct winograd_form *form)
{
    const struct axis *axis = work->geometry->axis;
    return winograd_fits(&axis[0], form->outputs[0]) &&
           winograd_fits(&axis[1], form->outputs[1]) &&
           (!form->is_aligned || (plan_winograd_aligns(work) &&
                                  winograd_aligns(work->geometry, form->outputs)));
}

struct plan_choice plan_winograd_propose(const struct plan_work *work,
                                         size_t max_code_bytes)
{
    const struct axis *axis = work->geometry->axis;
    struct plan_choice best = {.cycles = -1};
    for (int exact = 1; exact >= 0; exact--)
        for (size_t i = 0; i < FORMS; i++) {
            const struct winograd_form form = form_of(i);
            const size_t points = most_points(axis, form.outputs);
            if (!form_fits(work, &form) || (points <= EXACT_POINTS) != (exact == 1))
                continue;
            struct plan_choice choice = propose_tile(work, &form), worth = best;
            choice.code_bytes = plan_predict_code(work, &choice);
            worth.cycles *= worth_points(most_points(axis, best.form.outputs), points);
            if (best.cycles < 0 || plan_is_better(&choice, &worth, max_code_bytes))
                best = choice;
        }
    return best;
}

/* With more points only what is proposed: they cost accuracy. */
void plan_winograd_offer(const struct plan_work *work, struct plan_candidates *candidates)
{
    const struct axis *axis = work->geometry->axis;
    if (!plan_winograd_applies(work))
        return;
    const struct plan_choice proposed = plan_winograd_propose(work, SIZE_MAX);
    for (size_t i = 0; i < FORMS; i++) {
        const struct winograd_form form = form_of(i);
        const bool is_proposed = form.outputs[0] == proposed.form.outputs[0] &&
                                 form.outputs[1] == proposed.form.outputs[1];
        if (!form_fits(work, &form) ||
            (most_points(axis, form.outputs) > EXACT_POINTS && !is_proposed))
            continue;
        const struct plan_filtering f = plan_derive_filtering(work, &form);
        for (size_t vectors = fewest_vectors(work); vectors <= most_vectors(work);
             vectors++) {
            struct plan_choice choice = propose_rows(work, &f, vectors);
            choice.code_bytes = plan_predict_code(work, &choice);
            plan_candidates_add(candidates, &choice);
        }
    }
}
