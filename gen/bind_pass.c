#include "bind_pass.h"

#include <lauxlib.h>
#include <lua.h>
#include <stdio.h>

#include "bind_winograd.h"
#include "plan_code.h"

void bind_size(lua_State *lua, const char *field, size_t value)
{
    lua_pushinteger(lua, (lua_Integer)value);
    lua_setfield(lua, -2, field);
}

void bind_bool(lua_State *lua, const char *field, bool value)
{
    lua_pushboolean(lua, value);
    lua_setfield(lua, -2, field);
}

void bind_string(lua_State *lua, const char *field, const char *value)
{
    lua_pushstring(lua, value);
    lua_setfield(lua, -2, field);
}

void bind_append(lua_State *lua)
{
    lua_rawseti(lua, -2, (lua_Integer)lua_rawlen(lua, -2) + 1);
}

static void push_view(lua_State *lua, const struct layout_view *view)
{
    lua_newtable(lua);
    bind_size(lua, "row", view->row_step);
    bind_size(lua, "column", view->column_step);
    bind_size(lua, "channel", view->channel_step);
}

static void set_view(lua_State *lua, const char *field, const struct layout_view *view)
{
    push_view(lua, view);
    lua_setfield(lua, -2, field);
}

void bind_set_operand(lua_State *lua, const char *field,
                      const struct layout_operand *operand)
{
    lua_newtable(lua);
    set_view(lua, "view", &operand->view);
    bind_bool(lua, "is_staged", operand->is_staged);
    bind_size(lua, "offset", operand->offset);
    bind_size(lua, "size", operand->size);
    bind_size(lua, "rows", operand->rows);
    bind_size(lua, "made", operand->made);
    lua_setfield(lua, -2, field);
}

static void set_strip(lua_State *lua, const struct layout_strip *strip)
{
    lua_newtable(lua);
    bind_size(lua, "offset", strip->offset);
    bind_size(lua, "size", strip->size);
    lua_setfield(lua, -2, "strip");
}

void bind_set_pieces(lua_State *lua, const char *field, const struct tile_cut cut[2])
{
    size_t first = 0;
    lua_newtable(lua);
    for (int i = 0; i < 2; i++) {
        if (cut[i].n == 0)
            continue;
        lua_newtable(lua);
        bind_size(lua, "n", cut[i].n);
        bind_size(lua, "size", cut[i].size);
        bind_size(lua, "first", first);
        bind_append(lua);
        first += cut[i].n * cut[i].size;
    }
    lua_setfield(lua, -2, field);
}

/* Where the first element of a run that spans would read through its lowest reading tap,
 * relative to the least that the run reads: not after it. */
static ptrdiff_t read_by_first(const struct axis_run *run)
{
    const size_t lowest = run->from_tap_step < 0 ? run->n_taps - 1 : 0;
    return axis_run_read(run, 0, lowest) - (ptrdiff_t)run->from;
}

static void set_met(lua_State *lua, struct axis_met met)
{
    bind_size(lua, "first", met.first);
    bind_size(lua, "n", met.count);
}

/* Taps of a run in ascending order of what they read: kernel position, and what the first
 * element reads through it, relative to the least that the run reads; of a run that
 * spans, the elements that meet it, too. */
static void set_taps(lua_State *lua, const struct axis_run *run)
{
    const bool falls = run->from_tap_step < 0;
    const ptrdiff_t reach = falls ? -run->from_tap_step : run->from_tap_step;
    const ptrdiff_t least = run->length == 0 ? 0 : read_by_first(run);
    lua_newtable(lua);
    for (size_t t = 0; t < run->n_taps; t++) {
        const size_t number = falls ? run->n_taps - 1 - t : t;
        lua_newtable(lua);
        bind_size(lua, "tap", run->tap + number * run->tap_step);
        bind_size(lua, "above", number * run->tap_step);
        lua_pushinteger(lua, (lua_Integer)(least + (ptrdiff_t)t * reach));
        lua_setfield(lua, -2, "from");
        if (run->length > 0)
            set_met(lua, axis_run_meets(run, number, run->count));
        bind_append(lua);
    }
    lua_setfield(lua, -2, "taps");
}

size_t bind_lowest_read(const struct axis_run *run)
{
    const bool falls = run->from_tap_step < 0 && run->n_taps > 0 && run->length == 0;
    return falls ? run->from - (run->n_taps - 1) * (size_t)-run->from_tap_step
                 : run->from;
}

static void set_run(lua_State *lua, const char *field, const struct axis_run *run,
                    const struct tile_cut cut[2])
{
    const bool falls = run->from_tap_step < 0;
    const size_t reach = (size_t)(falls ? -run->from_tap_step : run->from_tap_step);
    lua_newtable(lua);
    bind_size(lua, "count", run->count);
    bind_size(lua, "to", run->to);
    bind_size(lua, "to_step", run->to_step);
    bind_size(lua, "from", bind_lowest_read(run));
    bind_size(lua, "from_step", run->from_step);
    bind_size(lua, "tap", run->tap);
    bind_size(lua, "tap_step", run->tap_step);
    bind_size(lua, "n_taps", run->n_taps);
    bind_size(lua, "reach", reach);
    bind_bool(lua, "falls", falls);
    bind_bool(lua, "spans", run->length > 0);
    bind_size(lua, "reads", axis_run_reads(run, run->count));
    bind_bool(lua, "is_cut", axis_run_is_cut(run));
    bind_size(lua, "skip", run->skip);
    bind_size(lua, "keep", run->keep);
    set_taps(lua, run);
    bind_set_pieces(lua, "pieces", cut);
    lua_setfield(lua, -2, field);
}

void bind_set_blocks(lua_State *lua, const struct lanes_split *split, bool widens,
                     size_t packed, size_t rows_of_block)
{
    lua_newtable(lua);
    for (int is_last = 0; is_last < 2; is_last++) {
        const size_t n = is_last ? split->last_vectors > 0 : split->n_full;
        const size_t vectors = is_last ? split->last_vectors : split->vectors;
        const size_t first = is_last ? split->n_full * split->vectors * split->lanes : 0;
        const size_t before = (vectors - 1) * split->lanes;
        const size_t channels = before + (is_last ? split->tail : split->lanes);
        const bool is_narrow = is_last && !(widens && vectors > 1);
        const size_t sum_lanes = is_narrow ? split->last_lanes : split->lanes;
        const bool overlaps = is_last && split->overlaps && vectors > 1;
        const size_t last_lanes = is_last && !overlaps ? split->last_lanes : sum_lanes;
        const size_t last_lane = overlaps ? channels - last_lanes : before;
        if (n == 0)
            continue;
        lua_newtable(lua);
        bind_size(lua, "n", n);
        bind_size(lua, "vectors", vectors);
        bind_size(lua, "last_lane", last_lane);
        bind_size(lua, "last_lanes", last_lanes);
        bind_size(lua, "sum_lanes", sum_lanes);
        bind_size(lua, "width", last_lane + last_lanes);
        bind_size(lua, "row", is_last ? lanes_last_row(split) : lanes_full_row(split));
        bind_size(lua, "first", first);
        bind_size(lua, "channels", channels);
        bind_size(lua, "w", packed + first * rows_of_block);
        bind_size(lua, "w_step", lanes_full_row(split) * rows_of_block);
        bind_bool(lua, "is_last", is_last && split->n_full > 0);
        bind_append(lua);
    }
    lua_setfield(lua, -2, "blocks");
}

/* The numbers of a region's shapes, row pieces outermost, as a list. */
static void push_numbers(lua_State *lua, const struct plan_choice *choice,
                         const struct tile_region *region, struct tile_shapes *shapes)
{
    struct tile_shape shape[4];
    const size_t n = plan_region_shapes(choice, region, shape);
    lua_newtable(lua);
    for (size_t i = 0; i < n; i++) {
        const size_t number = tiles_number_shape(shapes, &shape[i]);
        lua_pushinteger(lua, (lua_Integer)number + 1);
        bind_append(lua);
    }
}

/* A region as the table on top of the stack. */
static void push_region(lua_State *lua, const struct plan_choice *choice,
                        const struct tile_region *region, struct tile_shapes *shapes)
{
    lua_newtable(lua);
    set_run(lua, "rows", region->run[0], region->cut[0]);
    set_run(lua, "columns", region->run[1], region->cut[1]);
    push_numbers(lua, choice, region, shapes);
    lua_setfield(lua, -2, "shapes");
}

static void push_shapes(lua_State *lua, const struct plan_work *work,
                        const struct plan_choice *choice,
                        const struct tile_shapes *shapes)
{
    static const char *const span_fields[] = {"row", "column"};
    const size_t depth = work->inner_channels;
    lua_newtable(lua);
    for (size_t i = 0; i < shapes->n; i++) {
        const struct tile_shape *shape = &shapes->list[i];
        const struct plan_loops loops =
            plan_choose_loops(choice, shape, choice->vectors, depth);
        lua_newtable(lua);
        bind_size(lua, "rows", shape->rows);
        bind_size(lua, "columns", shape->columns);
        bind_size(lua, "row_taps", shape->row_taps);
        bind_size(lua, "column_taps", shape->column_taps);
        for (int a = 0; a < 2; a++)
            if (shape->span[a] != NULL)
                bind_size(lua, span_fields[a], shape->span[a]->to);
        bind_bool(lua, "loops_taps", loops.taps);
        bind_bool(lua, "loops_channels", loops.channels);
        lua_newtable(lua);
        for (size_t vectors = 1; vectors <= choice->vectors; vectors++) {
            const size_t n_sums = shape->rows * shape->columns * vectors;
            lua_pushinteger(lua, (lua_Integer)plan_count_chains(work, n_sums, depth));
            bind_append(lua);
        }
        lua_setfield(lua, -2, "chains"); /* by the vectors of a block */
        bind_append(lua);
    }
}

/* Regions, where the pass has code for each, else their table; and the shapes. */
static void set_walk(lua_State *lua, const struct bind_data *data, enum plan_pass pass)
{
    const struct plan_choice *choice = &data->plan->pass[pass];
    struct spans spans;
    const struct plan_work work =
        plan_describe_choice(data->geometry, data->plan->target, pass, choice, &spans);
    bind_size(lua, "depth_lanes", work.depth_lanes);
    const size_t n = tiles_count_regions(work.walk[0], work.walk[1]);
    const struct tile_limit limit = {choice->tile[0], choice->tile[1]};
    struct tile_shapes shapes = {.room = 4 * n};
    shapes.list = lua_newuserdatauv(lua, shapes.room * sizeof *shapes.list, 0);
    lua_insert(lua, -2); /* the userdata keeps the list alive below the pass's table */
    lua_newtable(lua);
    for (size_t r = 0; r < n; r++) {
        const struct tile_region region =
            tiles_region(work.walk[0], work.walk[1], r, limit);
        if (choice->is_compact) {
            push_numbers(lua, choice, &region, &shapes);
            lua_pop(lua, 1);
        } else {
            push_region(lua, choice, &region, &shapes);
            bind_append(lua);
        }
    }
    lua_setfield(lua, -2, "regions"); /* of a compact pass none */
    if (choice->is_compact)
        bind_set_table(lua, &work, choice);
    push_shapes(lua, &work, choice, &shapes);
    lua_setfield(lua, -2, "shapes");
    lua_remove(lua, -2);
}

/* How the pass rounds: struct tconv_rounding. */
static void set_rounding(lua_State *lua, const struct bind_data *data,
                         enum plan_pass pass)
{
    const struct tconv_rounding rounding =
        plan_rounding(&data->plan->pass[pass], data->geometry, pass);
    lua_newtable(lua);
    lua_pushnumber(lua, rounding.growth);
    lua_setfield(lua, -2, "growth");
    bind_size(lua, "rows", rounding.reach[0]);
    bind_size(lua, "columns", rounding.reach[1]);
    bind_bool(lua, "is_normwise", rounding.is_normwise);
    lua_setfield(lua, -2, "rounding");
}

void bind_set_choice(lua_State *lua, const struct bind_data *data, enum plan_pass pass)
{
    const struct plan_choice *choice = &data->plan->pass[pass];
    bind_string(lua, "name", plan_pass_name(pass));
    bind_string(lua, "method", plan_method_name(choice->method));
    set_rounding(lua, data, pass);
    bind_bool(lua, "is_straight", choice->method == PLAN_STRAIGHT);
    bind_bool(lua, "is_winograd", choice->method == PLAN_WINOGRAD);
    bind_bool(lua, "is_scatter", choice->method == PLAN_SCATTER);
    bind_bool(lua, "is_joined", choice->method == PLAN_JOINED);
    bind_bool(lua, "is_columns", choice->method == PLAN_COLUMNS);
    bind_bool(lua, "is_strassen", choice->method == PLAN_STRASSEN);
    bind_size(lua, "tile_rows", choice->tile[0]);
    bind_size(lua, "tile_columns", choice->tile[1]);
    bind_size(lua, "vectors", choice->vectors);
    bind_bool(lua, "loops_lanes",
              (choice->method == PLAN_DIRECT || choice->method == PLAN_SCATTER) &&
                  !choice->is_compact &&
                  plan_loops_lanes(data->plan->target, choice->vectors));
    const struct plan_work work =
        plan_describe_work(data->geometry, data->plan->target, pass);
    bind_bool(lua, "loops_depth", plan_loops_depth(&work, choice));
    bind_bool(lua, "loops_images", plan_loops_images(&work, choice));
    bind_size(lua, "loop_terms", plan_loop_terms(&work));
    bind_size(lua, "code_bytes", choice->code_bytes);
    bind_size(lua, "kernel_rows", data->geometry->axis[0].kernel);
    bind_size(lua, "kernel_columns",
              choice->method == PLAN_JOINED ? layout_joined_taps(data->geometry)
                                            : data->geometry->axis[1].kernel);
}

/* forward and backward_input: positions are computed, `depth` channels are summed over.
 */
static void push_position_pass(lua_State *lua, const struct bind_data *data,
                               enum plan_pass pass)
{
    const struct layout *layout = data->layout;
    const struct tconv_layer *layer = &data->geometry->layer;
    const bool is_forward = pass == PLAN_FORWARD;
    const size_t depth = is_forward ? layer->in_c : layer->out_c;
    const bool scatters = data->plan->pass[pass].method == PLAN_SCATTER;
    const bool joins = data->plan->pass[pass].method == PLAN_JOINED;
    const bool has_columns = data->plan->pass[pass].method == PLAN_COLUMNS;
    const size_t column_taps =
        joins ? layout_joined_taps(data->geometry) : layer->axis[1].kernel;
    const size_t taps = scatters ? 1 : layer->axis[0].kernel * column_taps;
    lua_newtable(lua);
    bind_set_choice(lua, data, pass);
    bind_bool(lua, "is_forward", is_forward);
    bind_size(lua, "depth", depth);
    bind_bool(lua, "lanes_depth", data->plan->pass[pass].lanes_depth);
    bind_size(lua, "group_bands", data->plan->pass[pass].group_bands);
    bind_bool(lua, "joins_columns", data->plan->pass[pass].joins_columns);
    bind_bool(lua, "prefetches", data->plan->pass[pass].prefetches);
    bind_set_operand(lua, "read", is_forward ? &layout->forward_x : &layout->dz[pass]);
    const struct layout_strip *strip = &layout->strip[pass];
    const struct layout_view *stored = is_forward ? &layout->y : &layout->x;
    bind_bool(lua, "has_strip", strip->is_used);
    set_strip(lua, strip);
    set_view(lua, "stored", stored);
    set_view(lua, "computed", strip->is_used ? &strip->view : stored);
    const struct lanes_split none = {0};
    bind_set_blocks(
        lua, has_columns ? &none : &layout->split[pass], data->plan->pass[pass].widens,
        is_forward ? layout->packed_forward : layout->packed_backward, taps * depth);
    bind_bool(lua, "is_compact", data->plan->pass[pass].is_compact);
    if (data->plan->pass[pass].method == PLAN_WINOGRAD)
        bind_set_winograd(lua, data, pass);
    else if (scatters)
        bind_set_scatter(lua, data);
    else if (has_columns)
        bind_set_columns(lua, data, pass);
    else if (data->plan->pass[pass].method == PLAN_STRASSEN)
        bind_set_strassen(lua, data, pass);
    else
        set_walk(lua, data, pass);
}

void bind_push_passes(lua_State *lua, const struct bind_data *data)
{
    set_view(lua, "x_view", &data->layout->x);
    set_view(lua, "y_view", &data->layout->y);
    push_position_pass(lua, data, PLAN_FORWARD);
    lua_setfield(lua, -2, "forward");
    if (!data->plan->backward)
        return;
    push_position_pass(lua, data, PLAN_BACKWARD_INPUT);
    lua_setfield(lua, -2, "backward_input");
    bind_push_weights_pass(lua, data);
    lua_setfield(lua, -2, "backward_weights");
}
