/* bind_weights: what the templates read of backward_weights: taps, stretches of inputs.
 */
#include "bind_pass.h"

#include <lua.h>

#include "bind_winograd.h"

/* Stretches of inputs of one axis that meet the same of some taps. */
static void set_stretches(lua_State *lua, const struct axis *axis, size_t tap,
                          size_t n_taps)
{
    struct axis_stretch *stretches =
        lua_newuserdatauv(lua, 2 * n_taps * sizeof *stretches, 0);
    lua_insert(lua, -2); /* kept alive below the table */
    const size_t n = axis_cut_stretches(axis, tap, n_taps, stretches);
    lua_newtable(lua);
    for (size_t i = 0; i < n; i++) {
        lua_newtable(lua);
        bind_size(lua, "in_first", stretches[i].in);
        bind_size(lua, "count", stretches[i].count);
        bind_size(lua, "tap", stretches[i].tap);
        bind_size(lua, "n_taps", stretches[i].n_taps);
        bind_size(lua, "out", stretches[i].out);
        bind_append(lua);
    }
    lua_setfield(lua, -2, "stretches");
    lua_remove(lua, -2);
}

/* Taps of one axis in groups {first, n, stretches}. */
static void set_tap_groups(lua_State *lua, const char *field, const struct axis *axis,
                           size_t most)
{
    struct tile_cut cut[2];
    tiles_cut_evenly(axis->kernel, most, cut);
    size_t first = 0;
    lua_newtable(lua);
    for (size_t i = 0; i < cut[0].n + cut[1].n; i++) {
        const size_t n = cut[i < cut[0].n ? 0 : 1].size;
        lua_newtable(lua);
        bind_size(lua, "first", first);
        bind_size(lua, "n", n);
        set_stretches(lua, axis, first, n);
        bind_append(lua);
        first += n;
    }
    lua_setfield(lua, -2, field);
}

static void set_meetings(lua_State *lua, const char *field, const struct axis *axis)
{
    lua_newtable(lua);
    for (size_t tap = 0; tap < axis->kernel; tap++) {
        lua_newtable(lua);
        bind_size(lua, "count", axis->meetings[tap].count);
        bind_size(lua, "from_x", axis->meetings[tap].in);
        bind_size(lua, "from_dz", axis->meetings[tap].out);
        bind_append(lua);
    }
    lua_setfield(lua, -2, field);
}

/* Which taps a tile of the weights' gradient sums at once: of all rows or of one, of a
 * group of columns. */
static void set_tile_taps(lua_State *lua, const struct geometry *geometry,
                          const struct plan_choice *choice)
{
    const struct axis *axis = geometry->axis;
    bind_bool(lua, "joins_rows", choice->taps[0] > 1);
    bind_bool(lua, "loops_columns", plan_loops_columns(geometry, choice));
    set_tap_groups(lua, "row_groups", &axis[0], choice->taps[0]);
    set_tap_groups(lua, "column_groups", &axis[1], choice->taps[1]);
}

/* backward_weights: weights are computed, positions are summed over. */
void bind_push_weights_pass(lua_State *lua, const struct bind_data *data)
{
    const struct layout *layout = data->layout;
    const struct plan_choice *choice = &data->plan->pass[PLAN_BACKWARD_WEIGHTS];
    struct tile_cut cut[2];
    lua_newtable(lua);
    bind_set_choice(lua, data, PLAN_BACKWARD_WEIGHTS);
    bind_set_operand(lua, "x", &layout->weights_x);
    bind_set_operand(lua, "dz", &layout->dz[PLAN_BACKWARD_WEIGHTS]);
    bind_set_blocks(lua, &layout->split[PLAN_BACKWARD_WEIGHTS],
                    data->plan->pass[PLAN_BACKWARD_WEIGHTS].widens, 0, 1);
    tiles_cut_evenly(choice->lanes_out ? data->geometry->layer.in_c
                                       : data->geometry->layer.out_c,
                     choice->tile[0] * choice->tile[1], cut);
    bind_set_pieces(lua, "out_pieces", cut);
    bind_bool(lua, "lanes_out", choice->lanes_out);
    bind_size(lua, "block_rows", choice->block_rows);
    bind_bool(lua, "prefetches", choice->prefetches);
    if (choice->method == PLAN_DIRECT)
        set_tile_taps(lua, data->geometry, choice);
    set_meetings(lua, "rows", &data->geometry->axis[0]);
    set_meetings(lua, "columns", &data->geometry->axis[1]);
    if (choice->method == PLAN_WINOGRAD)
        bind_set_winograd(lua, data, PLAN_BACKWARD_WEIGHTS);
}
