/* bind_columns: what the templates read of a pass whose lanes are neighbouring columns.
 */
#include "bind_pass.h"

#include <lua.h>

#include "columns.h"

/* Every product of a reduced channel: which of its staged rows it reads, from where on.
 */
static void set_products(lua_State *lua, const struct axis *axis, bool is_forward,
                         const struct columns *columns)
{
    lua_newtable(lua);
    for (size_t tap = 0; tap < axis->kernel; tap++)
        for (size_t phase = 0; phase < columns->phases; phase++) {
            size_t residue;
            ptrdiff_t offset;
            if (!columns_meet(axis, is_forward, tap, phase, &residue, &offset))
                continue;
            lua_newtable(lua);
            bind_size(lua, "tap", tap);
            bind_size(lua, "phase", phase);
            bind_size(lua, "from",
                      residue * columns->pitch +
                          (size_t)((ptrdiff_t)columns->left + offset));
            bind_append(lua);
        }
    lua_setfield(lua, -2, "products");
}

void bind_set_columns(lua_State *lua, const struct bind_data *data, enum plan_pass pass)
{
    const bool is_forward = pass == PLAN_FORWARD;
    const struct plan_choice *choice = &data->plan->pass[pass];
    const struct plan_work work =
        plan_describe_work(data->geometry, data->plan->target, pass);
    const size_t width = choice->vectors * work.lanes;
    const struct columns columns =
        columns_derive(data->geometry, is_forward, work.lanes, width);
    struct tile_cut cut[2];
    lua_newtable(lua);
    bind_size(lua, "positions", columns.positions);
    bind_size(lua, "phases", columns.phases);
    bind_size(lua, "residues", columns.residues);
    bind_size(lua, "length", columns.length);
    bind_size(lua, "left", columns.left);
    bind_size(lua, "right", columns.right);
    bind_size(lua, "pitch", columns.pitch);
    bind_size(lua, "width", width);
    set_products(lua, &data->geometry->axis[1], is_forward, &columns);
    tiles_cut_evenly(work.lane_channels, choice->tile[0] * choice->tile[1], cut);
    bind_set_pieces(lua, "pieces", cut);
    lua_setfield(lua, -2, "columns");
}
