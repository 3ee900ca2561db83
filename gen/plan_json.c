/*
 * plan_json: a plan as a file, read back by --plan: plan_write wrote it, or a person.
 */
#include "plan.h"

#include <string.h>

#include "json.h"
#include "plan_method.h"
#include "winograd.h"

/* What of a tile is refused before it could be too large to multiply. */
enum { LARGEST_TILE = 128, LARGEST_BLOCK = 1 << 20 };

/* The position of the string value in a list of names. */
static bool read_name(struct json_value value, const char *const names[], size_t n,
                      size_t *index, struct error *err)
{
    const char *name;
    struct text expected = {0};
    if (!json_read_string(value, &name, err))
        return false;
    for (size_t i = 0; i < n; i++) {
        if (strcmp(name, names[i]) == 0) {
            *index = i;
            text_free(&expected);
            return true;
        }
        text_print(&expected, "%s\"%s\"", i == 0 ? "" : " or ", names[i]);
    }
    json_refuse(value, err, "%s", text_string(&expected));
    text_free(&expected);
    return false;
}

static bool read_tile(struct json_value value, struct tile_limit *tile, struct error *err)
{
    if (json_kind(value) != JSON_ARRAY || json_count(value) != 2)
        return json_refuse(value, err, "[rows, columns] of a register tile");
    return json_read_size(json_item(value, 0), 1, LARGEST_TILE, &tile->rows, err) &&
           json_read_size(json_item(value, 1), 1, LARGEST_TILE, &tile->columns, err);
}

static bool check_tile(const struct plan_work *work, enum plan_method method,
                       struct tile_limit tile, size_t taps, size_t vectors,
                       struct json_value value, struct error *err)
{
    const bool scatters = method == PLAN_SCATTER;
    const struct plan_work joined = plan_join_phases(work);
    if (method == PLAN_JOINED)
        work = &joined;
    const size_t n_vectors = method == PLAN_COLUMNS ? plan_columns_vectors(work)
                             : scatters
                                 ? plan_scatter_vectors(work)
                                 : (work->lane_channels + work->lanes - 1) / work->lanes;
    if (vectors > n_vectors)
        return json_refuse(json_member(value, "vectors"), err,
                           "at most %zu: %zu %s in vectors of %zu", n_vectors,
                           work->lane_channels,
                           scatters ? "channels of every tap" : "channels", work->lanes);
    if (method == PLAN_STRASSEN && n_vectors / 2 % vectors != 0)
        return json_refuse(json_member(value, "vectors"), err,
                           "a divisor of %zu: the vectors of half of the channels",
                           n_vectors / 2);
    const size_t sums = tile.rows * tile.columns * taps;
    const size_t rows = method == PLAN_COLUMNS ? plan_columns_rows(work, sums) : sums;
    const bool fits = method == PLAN_WINOGRAD ? plan_product_fits(work, rows, vectors)
                                              : plan_tile_fits(work, rows, vectors);
    if (method != PLAN_STRAIGHT && !fits)
        return json_fault(
            value, err,
            "got a tile of %zu x %zu vectors; expected one that fits the %zu "
            "registers of %s with its operands",
            rows, vectors, work->target->n_registers, work->target->name);
    return true;
}

static bool read_block(struct plan_choice *choice, struct json_value value,
                       struct error *err)
{
    size_t tiles;
    if (!json_read_size(value, 1, LARGEST_BLOCK, &tiles, err))
        return false;
    if (tiles % choice->tile[1] != 0)
        return json_refuse(value, err, "a multiple of the tile's %zu", choice->tile[1]);
    choice->block_tiles = tiles;
    return true;
}

/* Whether tiles begin where their phases do: not where the file has no word on it. */
static bool read_aligned(const struct plan_work *work, struct json_value value,
                         struct winograd_form *form, struct error *err)
{
    form->is_aligned = false;
    if (!json_is_present(value))
        return true;
    return json_read_bool(value, &form->is_aligned, err) &&
           (!form->is_aligned || plan_winograd_aligns(work) ||
            json_refuse(value, err, "false: only tiles of the outputs are aligned"));
}

/* F(outputs, .) for both axes, where minimal filtering can do the pass at all. */
static bool read_form(const struct plan_work *work, struct tile_limit tile,
                      struct json_value value, struct winograd_form *form,
                      struct error *err)
{
    const struct json_value list = json_member(value, "outputs");
    if (!plan_winograd_applies(work))
        return json_refuse(
            json_member(value, "method"), err,
            "a method that fits the layer: winograd needs channels that fill a vector, "
            "dilation 1 and kernels that cover the strides");
    if (json_kind(list) != JSON_ARRAY || json_count(list) != 2)
        return json_refuse(list, err, "[rows, columns]: the outputs of F(outputs, taps)");
    for (int a = 0; a < 2; a++) {
        if (!json_read_size(json_item(list, (size_t)a), 1, MINIMAL_POINTS,
                            &form->outputs[a], err))
            return false;
        if (!winograd_fits(&work->geometry->axis[a], form->outputs[a]))
            return json_refuse(json_item(list, (size_t)a), err,
                               "outputs and taps of at most %d points", MINIMAL_POINTS);
    }
    const size_t panel = plan_panel_channels(work->target, &work->geometry->layer);
    if (work->pass == PLAN_BACKWARD_WEIGHTS && panel % tile.columns != 0)
        return json_refuse(json_member(value, "tile"), err,
                           "rows that divide the %zu channels transformed together",
                           panel);
    return read_aligned(work, json_member(value, "aligned"), form, err);
}

static bool check_method(const struct plan_work *work, enum plan_method method,
                         bool exact, struct json_value value, struct error *err)
{
    if (exact && !plan_is_exact(work, method))
        return json_refuse(value, err,
                           "a method that only sums products, as the plan's numerics are "
                           "\"exact\"");
    if (method == PLAN_JOINED && !plan_joined_applies(work))
        return json_refuse(value, err,
                           "another method: joined is for the forward pass of a strided "
                           "layer, channels_last, without dilation, whose output "
                           "channels are not whole vectors");
    if (method == PLAN_COLUMNS && !plan_columns_applies(work))
        return json_refuse(value, err,
                           "another method: columns is for channels_first, for targets "
                           "with vectors, short kernels and strides, and not for the "
                           "weights' gradient");
    if (method == PLAN_STRASSEN && !plan_strassen_applies(work))
        return json_refuse(value, err,
                           "another method: strassen is for the forward pass and the "
                           "gradient of x of a layer whose outputs meet one tap each, "
                           "channels_last, for targets with vectors, and for halves of "
                           "the channels that are whole vectors");
    return method != PLAN_SCATTER || plan_scatter_applies(work) ||
           json_refuse(value, err,
                       "another method: scatter is for the forward pass of a layer "
                       "without dilation");
}

/* How many taps' sums a tile of the weights' gradient holds: one, where the file has no
 * word on it. */
static bool read_taps(const struct geometry *geometry, struct json_value value,
                      size_t taps[2], struct error *err)
{
    const size_t rows = geometry->axis[0].kernel, columns = geometry->axis[1].kernel;
    taps[0] = taps[1] = 1;
    if (!json_is_present(value))
        return true;
    if (json_kind(value) != JSON_ARRAY || json_count(value) != 2)
        return json_refuse(value, err, "[row taps, column taps] of a register tile");
    if (!json_read_size(json_item(value, 0), 1, rows, &taps[0], err) ||
        !json_read_size(json_item(value, 1), 1, columns, &taps[1], err))
        return false;
    return taps[0] == 1 || taps[0] == rows ||
           json_refuse(json_item(value, 0), err, "1 or all %zu", rows);
}

/* The order of work, where the file has a word on it; the prediction's own otherwise. */
static bool read_order(struct plan_choice *choice, const struct geometry *geometry,
                       struct json_value value, struct error *err)
{
    const struct json_value joins = json_member(value, "joins_columns");
    const struct json_value rows = json_member(value, "block_rows");
    const struct json_value bands = json_member(value, "group_bands");
    const struct json_value tiles = json_member(value, "block_tiles");
    if (choice->block_tiles > 0 && json_is_present(tiles) &&
        !read_block(choice, tiles, err))
        return false;
    return (!json_is_present(joins) ||
            json_read_bool(joins, &choice->joins_columns, err)) &&
           (!json_is_present(bands) ||
            json_read_size(bands, 0, SPEC_LARGEST_TENSOR, &choice->group_bands, err)) &&
           (!json_is_present(rows) ||
            json_read_size(rows, 1, geometry->axis[0].in, &choice->block_rows, err));
}

static struct plan_choice predict(const struct plan_work *work, enum plan_method method,
                                  struct tile_limit tile, size_t vectors,
                                  const size_t taps[2], bool is_compact)
{
    if (method == PLAN_STRAIGHT)
        return plan_straight_predict(work, tile, vectors);
    if (method == PLAN_SCATTER)
        return plan_scatter_predict(work, tile, vectors);
    if (method == PLAN_JOINED)
        return plan_joined_predict(work, tile, vectors);
    if (method == PLAN_STRASSEN)
        return plan_strassen_predict(work, tile.columns, vectors);
    if (method == PLAN_COLUMNS)
        return plan_columns_predict(work, tile, vectors);
    return work->pass == PLAN_BACKWARD_WEIGHTS
               ? plan_weights_predict(work, tile, vectors, taps)
               : plan_direct_predict(work, tile, vectors, is_compact);
}

/* Turns what is iterated over where the file says what else vectors hold. */
static bool read_lanes(struct plan_work *work, enum plan_method method,
                       struct tile_limit tile, struct json_value value, struct error *err)
{
    const struct json_value out = json_member(value, "lanes_out");
    const struct json_value depth = json_member(value, "lanes_depth");
    bool turns = false, lays = false;
    if ((json_is_present(out) && !json_read_bool(out, &turns, err)) ||
        (json_is_present(depth) && !json_read_bool(depth, &lays, err)))
        return false;
    if (turns && (method != PLAN_DIRECT || !plan_turns_channels(work)))
        return json_fault(out, err,
                          "got true; expected it in a direct backward_weights pass only, "
                          "channels_last, of fewer input channels than a vector has "
                          "lanes and output channels that fill theirs");
    if (lays && (method != PLAN_DIRECT || !plan_lays_depth(work)))
        return json_fault(depth, err,
                          "got true; expected it in a direct backward_input pass only, "
                          "channels_last, without dilation of columns, of at most 32 "
                          "input channels that fill no vectors");
    if (lays)
        *work = plan_lay_depth(work);
    if (!turns)
        return true;
    *work = plan_turn_channels(work);
    return tile.rows * tile.columns == work->inner_channels ||
           json_refuse(json_member(value, "tile"), err, "[1, %zu]: all input channels",
                       work->inner_channels);
}

/* The pass as predicted; refused when it is over a budget of the plan. */
static bool check_budgets(const struct plan *plan, const struct plan_choice *choice,
                          struct json_value value, struct error *err)
{
    const size_t limit = plan_code_limit(plan->unroll, plan->max_code_bytes);
    if (choice->method == PLAN_STRAIGHT && choice->statements > plan->max_statements)
        return json_fault(value, err,
                          "got %zu straight-line statements; expected at most the plan's "
                          "max_statements, %zu",
                          choice->statements, plan->max_statements);
    return choice->code_bytes <= limit ||
           json_fault(value, err,
                      "got about %zu bytes of code; expected at most the plan's "
                      "max_code_bytes, %zu",
                      choice->code_bytes, limit);
}

/* Whether the choice is compact, where the file has a word on it. */
static bool read_compact(const struct plan_work *work, enum plan_method method,
                         struct json_value value, bool *is_compact, struct error *err)
{
    const struct json_value compact = json_member(value, "compact");
    *is_compact = false;
    if (!json_is_present(compact))
        return true;
    if (method != PLAN_DIRECT || work->pass == PLAN_BACKWARD_WEIGHTS)
        return json_fault(compact, err,
                          "got a table; expected one in direct forward and "
                          "backward_input passes only");
    return json_read_bool(compact, is_compact, err) &&
           (!*is_compact || work->depth_lanes == 0 ||
            json_refuse(compact, err, "false: lanes_depth has no table"));
}

/* Lets tiles span runs where the file says so, in `spans`. */
static bool read_spans(struct plan_work *work, enum plan_method method, bool is_compact,
                       struct tile_limit tile, struct json_value value,
                       struct spans *spans, struct error *err)
{
    bool is_asked = false;
    if (!json_is_present(value))
        return true;
    if (!json_read_bool(value, &is_asked, err) || !is_asked)
        return !err->is_set;
    if (method != PLAN_DIRECT || is_compact || !plan_spans_runs(work))
        return json_fault(
            value, err,
            "got true; expected it in direct forward and backward_input "
            "passes only, for targets with vectors, of at least %d channels "
            "that are summed over, without compact and lanes_depth, where "
            "from 2 to %d runs of columns follow each other",
            PLAN_SPANS_CHANNELS, SPANS_MOST_RUNS);
    *work = plan_span_runs(work, tile, spans);
    return true;
}

static bool read_pass(struct plan *plan, const struct geometry *geometry,
                      const char *place, enum plan_pass pass, struct json_value value,
                      struct error *err)
{
    static const char *const keys[] = {
        "method",     "tile",      "vectors", "joins_columns", "taps",
        "block_rows", "compact",   "outputs", "block_tiles",   "group_bands",
        "lanes_out",  "predicted", "aligned", "lanes_depth",   "spans"};
    const char *methods[PLAN_METHODS];
    for (int m = 0; m < PLAN_METHODS; m++)
        methods[m] = plan_method_name((enum plan_method)m);
    struct plan_work work = plan_describe_work(geometry, plan->target, pass);
    struct tile_limit tile;
    size_t method, vectors, taps[2];
    bool is_compact;
    struct spans spans;
    if (!plan_check_regions(&work, place, err) ||
        !json_need_object(value, "an object with method, tile and vectors", err) ||
        !json_check_keys(value, keys, sizeof keys / sizeof keys[0], err) ||
        !read_name(json_member(value, "method"), methods, PLAN_METHODS, &method, err) ||
        !check_method(&work, (enum plan_method)method, plan->exact,
                      json_member(value, "method"), err) ||
        !read_tile(json_member(value, "tile"), &tile, err) ||
        !json_read_size(json_member(value, "vectors"), 1, LARGEST_TILE, &vectors, err) ||
        !read_taps(geometry, json_member(value, "taps"), taps, err) ||
        !read_lanes(&work, (enum plan_method)method, tile, value, err) ||
        !check_tile(&work, (enum plan_method)method, tile, taps[0] * taps[1], vectors,
                    value, err) ||
        !read_compact(&work, (enum plan_method)method, value, &is_compact, err) ||
        !read_spans(&work, (enum plan_method)method, is_compact, tile,
                    json_member(value, "spans"), &spans, err))
        return false;
    struct winograd_form form;
    if (method == PLAN_WINOGRAD && !read_form(&work, tile, value, &form, err))
        return false;
    plan->pass[pass] =
        method == PLAN_WINOGRAD
            ? plan_winograd_predict(&work, &form, tile.columns, vectors)
            : predict(&work, (enum plan_method)method, tile, vectors, taps, is_compact);
    plan->pass[pass].why = "read from the plan file";
    return read_order(&plan->pass[pass], geometry, value, err) &&
           check_budgets(plan, &plan->pass[pass], value, err);
}

static bool read_target(struct plan *plan, struct json_value value, struct error *err)
{
    const char *name;
    struct error unknown = {0};
    if (!json_read_string(value, &name, err))
        return false;
    plan->target = target_find(name, &unknown);
    if (plan->target != NULL)
        return true;
    struct text names = {0};
    target_put_names(&names);
    json_refuse(value, err, "%s", text_string(&names));
    text_free(&names);
    return false;
}

static bool read_head(struct plan *plan, struct json_value root, struct error *err)
{
    static const char *const keys[] = {"target",   "unroll",         "backward",
                                       "numerics", "max_statements", "max_code_bytes",
                                       "passes"};
    const char *const numerics[] = {plan_numerics_name(false), plan_numerics_name(true)};
    const char *unrolls[PLAN_UNROLLS];
    for (int u = 0; u < PLAN_UNROLLS; u++)
        unrolls[u] = plan_unroll_name((enum plan_unroll)u);
    size_t unroll, exact;
    if (!json_need_object(root, "a plan as --dump plan writes it", err) ||
        !json_check_keys(root, keys, sizeof keys / sizeof keys[0], err) ||
        !read_target(plan, json_member(root, "target"), err) ||
        !read_name(json_member(root, "unroll"), unrolls, PLAN_UNROLLS, &unroll, err) ||
        !json_read_bool(json_member(root, "backward"), &plan->backward, err) ||
        !read_name(json_member(root, "numerics"), numerics, 2, &exact, err) ||
        !json_read_size(json_member(root, "max_statements"), 1, SIZE_MAX >> 12,
                        &plan->max_statements, err))
        return false;
    plan->unroll = (enum plan_unroll)unroll;
    plan->exact = exact == 1;
    const struct json_value code = json_member(root, "max_code_bytes");
    return !json_is_present(code) ||
           json_read_size(code, 1, SIZE_MAX >> 12, &plan->max_code_bytes, err);
}

bool plan_read(struct plan *plan, const struct geometry *geometry, const char *place,
               const char *json, size_t length, struct error *err)
{
    const char *names[PLAN_PASSES];
    for (int pass = 0; pass < PLAN_PASSES; pass++)
        names[pass] = plan_pass_name((enum plan_pass)pass);
    struct json *document;
    struct json_value root;
    *plan = (struct plan){.is_read = true, .digest = text_digest(json, length)};
    if (!json_open(&document, &root, place, json, length, err))
        return false;
    bool ok = read_head(plan, root, err);
    const struct json_value passes = json_member(root, "passes");
    const int n = plan->backward ? PLAN_PASSES : 1;
    ok = ok && json_need_object(passes, "an object with one member a pass", err) &&
         json_check_keys(passes, names, (size_t)n, err);
    for (int pass = 0; ok && pass < n; pass++)
        ok = read_pass(plan, geometry, place, (enum plan_pass)pass,
                       json_member(passes, names[pass]), err);
    json_close(document);
    return ok;
}
