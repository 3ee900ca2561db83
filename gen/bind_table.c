/*
 * bind_table: the walk of a compact pass: pieces of rows and pieces of columns as two
 * tables, whose length is the sum of the runs, not their product.
 */
#include <lauxlib.h>
#include <lua.h>

#include "bind_pass.h"

/* Appends the pieces of a run to the list on top of the stack. What no tap reaches reads
 * at 0, which is always there. */
static void append_pieces(lua_State *lua, const struct axis_run *run, size_t most)
{
    const bool has_taps = run->n_taps > 0;
    struct tile_cut cut[2];
    tiles_cut_evenly(run->count, most, cut);
    size_t first = 0;
    for (int i = 0; i < 2 && cut[i].n > 0; i++) {
        lua_newtable(lua);
        bind_size(lua, "n", cut[i].n);
        bind_size(lua, "size", cut[i].size);
        bind_size(lua, "from",
                  has_taps ? bind_lowest_read(run) + first * run->from_step : 0);
        bind_size(lua, "from_step", has_taps ? cut[i].size * run->from_step : 0);
        bind_size(lua, "to", run->to + first * run->to_step);
        bind_size(lua, "to_step", cut[i].size * run->to_step);
        bind_size(lua, "tap", run->tap);
        bind_size(lua, "n_taps", run->n_taps);
        bind_append(lua);
        first += cut[i].n * cut[i].size;
    }
}

/* Pieces of columns, those together whose rows are cut alike; and for each such group all
 * pieces of rows, with the pieces of columns that they go through: `first` up to `end`.
 */
static void set_pieces(lua_State *lua, const struct axis_walk *rows,
                       const struct axis_walk *columns, struct tile_limit limit)
{
    lua_newtable(lua);
    lua_newtable(lua);
    size_t n_bands = 0;
    for (size_t most = 1; most <= limit.rows * limit.columns; most++) {
        const size_t first = lua_rawlen(lua, -1), before = lua_rawlen(lua, -2);
        for (size_t c = 0; c < columns->n_runs; c++)
            if (tiles_most_rows(columns, c, limit) == most)
                append_pieces(lua, &columns->runs[c], limit.columns);
        const size_t end = lua_rawlen(lua, -1);
        lua_insert(lua, -2);
        for (size_t r = 0; r < rows->n_runs && end > first; r++)
            append_pieces(lua, &rows->runs[r], most);
        for (size_t i = before + 1; i <= lua_rawlen(lua, -1); i++) {
            lua_rawgeti(lua, -1, (lua_Integer)i);
            bind_size(lua, "first", first);
            bind_size(lua, "end", end);
            lua_getfield(lua, -1, "n");
            n_bands += (size_t)lua_tointeger(lua, -1);
            lua_pop(lua, 2);
        }
        lua_insert(lua, -2);
    }
    lua_setfield(lua, -3, "column_pieces");
    lua_setfield(lua, -2, "row_pieces");
    bind_size(lua, "n_bands", n_bands);
}

/* The run with the most taps: its steps hold for all of the walk. */
static const struct axis_run *find_richest(const struct axis_walk *walk)
{
    const struct axis_run *richest = &walk->runs[0];
    for (size_t i = 1; i < walk->n_runs; i++)
        if (walk->runs[i].n_taps > richest->n_taps)
            richest = &walk->runs[i];
    return richest;
}

static void set_steps(lua_State *lua, const char *field, const struct axis_walk *walk)
{
    const struct axis_run *run = find_richest(walk);
    const bool falls = run->from_tap_step < 0;
    lua_newtable(lua);
    bind_size(lua, "to_step", run->to_step);
    bind_size(lua, "from_step", run->from_step);
    bind_size(lua, "tap_step", run->tap_step);
    bind_size(lua, "reach", (size_t)(falls ? -run->from_tap_step : run->from_tap_step));
    bind_bool(lua, "falls", falls);
    lua_setfield(lua, -2, field);
}

void bind_set_table(lua_State *lua, const struct plan_work *work,
                    const struct plan_choice *choice)
{
    const struct tile_limit limit = {choice->tile[0], choice->tile[1]};
    set_pieces(lua, work->walk[0], work->walk[1], limit);
    lua_newtable(lua);
    set_steps(lua, "rows", work->walk[0]);
    set_steps(lua, "columns", work->walk[1]);
    lua_setfield(lua, -2, "steps");
}
