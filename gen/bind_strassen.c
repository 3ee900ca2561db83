/* bind_strassen: what the templates read of a pass that multiplies halves. */
#include "bind_pass.h"

#include <lua.h>

#include "strassen.h"

/* The blocks with a factor, each {row, column, factor}. */
static void set_blocks(lua_State *lua, const char *field, const int factors[2][2])
{
    lua_newtable(lua);
    for (int i = 0; i < 2; i++)
        for (int j = 0; j < 2; j++) {
            if (factors[i][j] == 0)
                continue;
            lua_newtable(lua);
            bind_size(lua, "row", (size_t)i);
            bind_size(lua, "column", (size_t)j);
            bind_bool(lua, "is_less", factors[i][j] < 0);
            bind_append(lua);
        }
    lua_setfield(lua, -2, field);
}

static void set_products(lua_State *lua)
{
    lua_newtable(lua);
    for (int s = 0; s < STRASSEN_PRODUCTS; s++) {
        lua_newtable(lua);
        set_blocks(lua, "a", strassen_products[s].a);
        set_blocks(lua, "b", strassen_products[s].b);
        set_blocks(lua, "c", strassen_products[s].c);
        bind_append(lua);
    }
    lua_setfield(lua, -2, "products");
}

void bind_set_strassen(lua_State *lua, const struct bind_data *data, enum plan_pass pass)
{
    const struct layout_strassen *layout = &data->layout->strassen[pass];
    const struct plan_choice *choice = &data->plan->pass[pass];
    const struct geometry *geometry = data->geometry;
    const bool is_forward = pass == PLAN_FORWARD;
    struct tile_cut groups[2];
    lua_newtable(lua);
    bind_size(lua, "pixels", geometry->axis[0].in * geometry->axis[1].in);
    bind_size(lua, "pairs", strassen_pairs(geometry));
    bind_size(lua, "depth", strassen_depth(geometry, is_forward));
    bind_size(lua, "n_targets",
              is_forward ? geometry->axis[0].kernel * geometry->axis[1].kernel : 1);
    bind_size(lua, "row", layout->row);
    bind_size(lua, "v", layout->v);
    bind_size(lua, "v_product", layout->v_product);
    bind_size(lua, "sums", layout->sums);
    bind_size(lua, "sums_block", layout->sums_block);
    bind_size(lua, "block_groups", choice->block_tiles / choice->tile[1]);
    tiles_cut_evenly(strassen_pairs(geometry), choice->tile[1], groups);
    bind_set_pieces(lua, "groups", groups);
    set_products(lua);
    lua_setfield(lua, -2, "strassen");
}
