#include "plan.h"

#include <stdint.h>

#include "plan_method.h"
#include "strassen.h"
#include "tconv_activation.h"
#include "winograd.h"

/* What `auto` lets a straight pass take of the instruction cache. */
enum { STRAIGHT_CODE_BYTES = 32768 };

static const char *const pass_names[] = {"forward", "backward_input", "backward_weights"};
static const char *const method_names[] = {"straight", "direct",  "winograd", "scatter",
                                           "joined",   "columns", "strassen"};
static const char *const unroll_names[] = {"auto", "full", "tile"};

const char *plan_pass_name(enum plan_pass pass)
{
    return pass_names[pass];
}

const char *plan_method_name(enum plan_method method)
{
    return method_names[method];
}

const char *plan_unroll_name(enum plan_unroll unroll)
{
    return unroll_names[unroll];
}

const char *plan_numerics_name(bool exact)
{
    return exact ? "exact" : "fast";
}

struct tconv_rounding plan_rounding(const struct plan_choice *choice,
                                    const struct geometry *geometry, enum plan_pass pass)
{
    if (choice->method == PLAN_STRASSEN)
        return strassen_rounding();
    if (choice->method != PLAN_WINOGRAD)
        return (struct tconv_rounding){.growth = 1};
    const struct winograd winograd = winograd_derive(geometry, &choice->form);
    return winograd_rounding(&winograd, pass == PLAN_BACKWARD_WEIGHTS);
}

struct plan_work plan_describe_work(const struct geometry *geometry,
                                    const struct target *target, enum plan_pass pass)
{
    struct plan_work work = {.geometry = geometry, .target = target, .pass = pass};
    const struct tconv_layer *layer = &geometry->layer;
    const bool is_forward = pass == PLAN_FORWARD;
    work.lane_channels = is_forward ? layer->out_c : layer->in_c;
    work.inner_channels = is_forward ? layer->in_c : layer->out_c;
    work.lanes = target_lanes(target, layer->type);
    for (int a = 0; a < 2 && pass != PLAN_BACKWARD_WEIGHTS; a++)
        work.walk[a] =
            is_forward ? &geometry->axis[a].forward : &geometry->axis[a].backward_input;
    return work;
}

struct plan_work plan_describe_choice(const struct geometry *geometry,
                                      const struct target *target, enum plan_pass pass,
                                      const struct plan_choice *choice,
                                      struct spans *spans)
{
    const struct plan_work work = plan_describe_work(geometry, target, pass);
    const struct tile_limit tile = {choice->tile[0], choice->tile[1]};
    if (choice->method == PLAN_JOINED)
        return plan_join_phases(&work);
    if (choice->lanes_depth)
        return plan_lay_depth(&work);
    return choice->spans ? plan_span_runs(&work, tile, spans) : work;
}

size_t plan_count_statements(const struct plan_work *work)
{
    const struct geometry *g = work->geometry;
    const size_t n_vectors = (work->lane_channels + work->lanes - 1) / work->lanes;
    const size_t useful = g->axis[0].useful * g->axis[1].useful * work->inner_channels;
    const bool is_linear = g->layer.activation.function == TCONV_LINEAR;
    if (work->pass == PLAN_FORWARD)
        return useful * n_vectors + g->z_size / (is_linear ? work->lanes : 1);
    const size_t staged = is_linear ? 0 : g->z_size;
    const size_t computed = work->pass == PLAN_BACKWARD_INPUT ? g->x_size : g->w_size;
    return useful * n_vectors + staged + computed / work->lanes;
}

bool plan_loops_lanes(const struct target *target, size_t vectors)
{
    return target->vector_bytes == 0 && vectors > PLAN_MOST_SCALARS;
}

size_t plan_loop_channels(const struct plan_work *work)
{
    const size_t most = work->target->core->loop_channels;
    if (most == 0 || work->lane_channels <= PLAN_MOST_SCALARS)
        return 0;
    const size_t n = (work->lane_channels + most - 1) / most;
    return (work->lane_channels + n - 1) / n;
}

bool plan_is_deep(const struct plan_work *work)
{
    enum { WHOLE_DEPTH = 16 }; /* what is halved to a vector's sums */
    return work->target->vector_bytes == 0 && work->pass != PLAN_BACKWARD_WEIGHTS &&
           work->lane_channels == 1 && work->inner_channels % WHOLE_DEPTH == 0 &&
           !work->geometry->layer.channels_first;
}

bool plan_loops_depth(const struct plan_work *work, const struct plan_choice *choice)
{
    return choice->method == PLAN_DIRECT && !choice->is_compact && plan_is_deep(work);
}

static size_t count_met_taps(const struct axis *axis)
{
    size_t n = 0;
    for (size_t tap = 0; tap < axis->kernel; tap++)
        n += axis->meetings[tap].count > 0;
    return n;
}

double plan_weight_bytes(const struct plan_work *work)
{
    const struct geometry *g = work->geometry;
    const size_t taps = count_met_taps(&g->axis[0]) * count_met_taps(&g->axis[1]);
    return (double)(taps * g->layer.in_c * g->layer.out_c * g->element_bytes);
}

bool plan_loops_images(const struct plan_work *work, const struct plan_choice *choice)
{
    enum { SMALL = 8 }; /* images that the cache holds beside a unit's weights */
    const struct geometry *g = work->geometry;
    const struct tconv_activation *activation = &g->layer.activation;
    const double l2 = (double)work->target->core->l2.bytes;
    const double image = (double)((g->x_size + g->y_size) * g->element_bytes);
    const bool is_whole =
        work->pass == PLAN_FORWARD
            ? !tconv_works_on_rows(activation) && !tconv_halves(&g->layer)
            : activation->function == TCONV_LINEAR;
    return (choice->method == PLAN_DIRECT || choice->method == PLAN_JOINED) &&
           work->pass != PLAN_BACKWARD_WEIGHTS && !g->layer.channels_first && is_whole &&
           SMALL * image <= l2 && 2 * plan_weight_bytes(work) > l2;
}

double plan_streamed(const struct target_core *core, double products, double bytes,
                     double working_set)
{
    if (working_set > (double)core->shared.bytes)
        return products + bytes / core->memory_bytes_per_cycle;
    if (working_set <= plan_kept_bytes(core))
        return products;
    const double alone = bytes / core->shared.bytes_per_cycle;
    return products > alone ? products : alone;
}

double plan_far_rate(const struct target_core *core, double bytes)
{
    return bytes <= (double)core->shared.bytes ? core->shared.bytes_per_cycle
                                               : core->memory_bytes_per_cycle;
}

double plan_met_outputs(const struct geometry *g)
{
    double met = (double)g->y_size;
    for (int a = 0; a < 2; a++)
        if (g->axis[a].kernel < g->axis[a].stride)
            met *= (double)g->axis[a].kernel / (double)g->axis[a].stride;
    return met;
}

double plan_image_cycles(const struct plan_work *work)
{
    const struct target_core *core = work->target->core;
    const struct geometry *g = work->geometry;
    const double bytes = (double)((g->x_size + g->y_size) * g->element_bytes);
    if (!core->asks_ahead || bytes <= (double)core->l2.bytes / 2)
        return 0;
    return ((double)g->x_size + plan_met_outputs(g)) * (double)g->element_bytes /
           plan_far_rate(core, bytes);
}

double plan_kept_bytes(const struct target_core *core)
{
    return (double)core->l2.bytes * 3 / 4;
}

size_t plan_loop_terms(const struct plan_work *work)
{
    enum { FEW_TERMS = 2, MANY_TERMS = 4 };
    const size_t n = work->pass == PLAN_BACKWARD_WEIGHTS ? work->geometry->axis[1].in
                                                         : work->inner_channels;
    return n == 1 || n >= 2 * MANY_TERMS ? MANY_TERMS : FEW_TERMS;
}

/* A loop over channels keeps its factors in registers, not its sums. */
bool plan_tile_fits(const struct plan_work *work, size_t rows, size_t vectors)
{
    if (plan_loops_lanes(work->target, vectors))
        return (rows + 1) * plan_loop_terms(work) <= work->target->n_registers &&
               vectors <= work->target->core->loop_channels;
    const bool broadcasts_from_memory = work->target->vector_bytes == 64;
    const size_t operands = vectors + (broadcasts_from_memory ? 0 : 1);
    return rows * vectors + operands <= work->target->n_registers;
}

static bool refuse_budget(const struct plan_choice *choice, enum plan_pass pass,
                          size_t limit, const char *place, struct error *err)
{
    return error_set(
        err,
        "%s: got %zu straight-line multiply-adds in the %s pass with --unroll "
        "full; expected at most %zu (--max-statements N raises the limit)",
        place, choice->statements, plan_pass_name(pass), limit);
}

bool plan_check_regions(const struct plan_work *work, const char *place,
                        struct error *err)
{
    if (work->pass == PLAN_BACKWARD_WEIGHTS)
        return true;
    const size_t rows = work->walk[0]->n_runs, columns = work->walk[1]->n_runs;
    return rows <= PLAN_MOST_REGIONS / columns ||
           error_set(
               err,
               "%s: got %zu x %zu regions of outputs that see the same taps; expected at "
               "most %u: a smaller kernel or stride",
               place, rows, columns, PLAN_MOST_REGIONS);
}

static bool refuse_code(const struct plan_choice *choice, enum plan_pass pass,
                        size_t limit, const char *place, struct error *err)
{
    return error_set(err,
                     "%s: got about %zu bytes of code in the %s pass; expected at most "
                     "%zu (--max-code-bytes N raises the limit)",
                     place, choice->code_bytes, plan_pass_name(pass), limit);
}

size_t plan_code_limit(enum plan_unroll unroll, size_t max_code_bytes)
{
    if (max_code_bytes > 0)
        return max_code_bytes;
    return unroll == PLAN_UNROLL_FULL ? SIZE_MAX : PLAN_MAX_CODE_BYTES;
}

bool plan_is_better(const struct plan_choice *a, const struct plan_choice *b,
                    size_t max_code_bytes)
{
    const size_t least = a->code_bytes < b->code_bytes ? a->code_bytes : b->code_bytes;
    if (least > max_code_bytes)
        return a->code_bytes < b->code_bytes;
    return a->code_bytes <= max_code_bytes &&
           (b->code_bytes > max_code_bytes || a->cycles < b->cycles);
}

/* Takes the other choice where it is cheaper, or the only one of the two that fits. One
 * without cycles is none. */
static void take_cheaper(struct plan_choice *choice, struct plan_choice other,
                         size_t limit)
{
    if (other.cycles >= 0 && other.code_bytes <= limit &&
        (other.cycles < choice->cycles || choice->code_bytes > limit))
        *choice = other;
}

bool plan_is_exact(const struct plan_work *work, enum plan_method method)
{
    if (method == PLAN_COLUMNS)
        return plan_columns_are_exact(work);
    if (method == PLAN_WINOGRAD)
        return geometry_meets_one_tap(work->geometry);
    return method != PLAN_STRASSEN;
}

/* Whether a method rounds as the plan's numerics ask for. */
static bool is_asked(const struct plan *plan, const struct plan_work *work,
                     enum plan_method method)
{
    return !plan->exact || plan_is_exact(work, method);
}

/* Windows are filtered image by image. Where a direct choice reads its weights once for
 * all images of a batch, they must save more than a tenth of what one image takes. */
static bool filtering_pays(const struct plan_work *work,
                           const struct plan_choice *winograd,
                           const struct plan_choice *plain)
{
    const double worth = plan_loops_images(work, plain) ? 0.9 : 1;
    return winograd->cycles < worth * plain->cycles;
}

static bool choose_pass(struct plan *plan, const struct geometry *geometry,
                        enum plan_pass pass, const char *place, struct error *err)
{
    const struct plan_work work = plan_describe_work(geometry, plan->target, pass);
    struct plan_choice *choice = &plan->pass[pass];
    if (!plan_check_regions(&work, place, err))
        return false;
    const struct plan_choice straight = plan_straight_propose(&work);
    const bool fits = straight.statements <= plan->max_statements;
    const size_t limit = plan_code_limit(plan->unroll, plan->max_code_bytes);
    if (plan->unroll == PLAN_UNROLL_FULL) {
        *choice = straight;
        choice->why = "asked for by --unroll full";
        if (!fits)
            return refuse_budget(choice, pass, plan->max_statements, place, err);
        return straight.code_bytes <= limit ||
               refuse_code(choice, pass, limit, place, err);
    }
    *choice = plan_direct_propose(&work, limit);
    if (plan_scatter_applies(&work))
        take_cheaper(choice, plan_scatter_propose(&work), limit);
    if (plan_joined_applies(&work))
        take_cheaper(choice, plan_joined_propose(&work), limit);
    if (plan_columns_applies(&work) && is_asked(plan, &work, PLAN_COLUMNS))
        take_cheaper(choice, plan_columns_propose(&work), limit);
    if (plan->unroll == PLAN_UNROLL_AUTO && fits &&
        straight.code_bytes <= STRAIGHT_CODE_BYTES)
        take_cheaper(choice, straight, limit);
    if (plan_winograd_applies(&work) && is_asked(plan, &work, PLAN_WINOGRAD)) {
        const struct plan_choice winograd = plan_winograd_propose(&work, limit);
        if (choice->code_bytes > limit || filtering_pays(&work, &winograd, choice))
            take_cheaper(choice, winograd, limit);
    }
    if (plan_strassen_applies(&work) && is_asked(plan, &work, PLAN_STRASSEN)) {
        const struct plan_choice strassen = plan_strassen_propose(&work);
        if (plan_strassen_pays(&strassen, choice))
            take_cheaper(choice, strassen, limit);
    }
    return choice->code_bytes <= limit || refuse_code(choice, pass, limit, place, err);
}

bool plan_choose(struct plan *plan, const struct geometry *geometry,
                 const struct plan_request *request, const char *place, struct error *err)
{
    *plan = (struct plan){.target = request->target,
                          .unroll = request->unroll,
                          .backward = request->backward,
                          .exact = request->exact,
                          .max_statements = request->max_statements,
                          .max_code_bytes = request->max_code_bytes};
    for (int pass = 0; pass < (plan->backward ? PLAN_PASSES : 1); pass++)
        if (!choose_pass(plan, geometry, (enum plan_pass)pass, place, err))
            return false;
    return true;
}
