/* bind_scatter: what the templates read of a forward pass that scatters. */
#include "bind_pass.h"

#include <lua.h>

/* The outputs of one chunk as a block of vectors. */
static void set_outputs(lua_State *lua, size_t chunk, size_t lanes)
{
    const size_t vectors = (chunk + lanes - 1) / lanes;
    lua_newtable(lua);
    bind_size(lua, "vectors", vectors);
    bind_size(lua, "channels", chunk);
    bind_size(lua, "last_lane", (vectors - 1) * lanes);
    bind_size(lua, "last_lanes", lanes_holding(chunk - (vectors - 1) * lanes));
    lua_setfield(lua, -2, "outputs");
}

void bind_set_scatter(lua_State *lua, const struct bind_data *data)
{
    const struct layout *layout = data->layout;
    const struct scatter *scatter = &layout->scatter;
    lua_newtable(lua);
    bind_size(lua, "state", layout->scatter_state);
    bind_size(lua, "state_size", scatter->state_size);
    bind_size(lua, "row", layout->scatter_row);
    bind_size(lua, "row_first", scatter->row_first);
    bind_size(lua, "tap_row", scatter->tap_row);
    bind_size(lua, "shift", scatter->shift);
    bind_bool(lua, "continues", scatter->shift > 0);
    bind_size(lua, "margin", scatter->margin);
    bind_size(lua, "pixel", scatter->pixel);
    bind_size(lua, "before", scatter->before);
    bind_size(lua, "chunk", scatter->chunk);
    set_outputs(lua, scatter->chunk, layout->split[PLAN_FORWARD].lanes);
    bind_size(lua, "reach", scatter->reach);
    bind_size(lua, "last_chunk", scatter->last_chunk);
    bind_size(lua, "first", scatter->first);
    bind_size(lua, "n_chunks", scatter->n_chunks);
    bind_bool(lua, "has_holes", scatter->has_holes);
    bind_bool(lua, "has_part",
              scatter->last_chunk % layout->split[PLAN_FORWARD].lanes != 0 &&
                  scatter->last_chunk < scatter->chunk);
    lua_setfield(lua, -2, "scatter");
    struct tile_cut cut[2];
    const size_t *tile = data->plan->pass[PLAN_FORWARD].tile;
    tiles_cut_evenly(data->geometry->axis[1].in, tile[0] * tile[1], cut);
    bind_set_pieces(lua, "pieces", cut);
}
