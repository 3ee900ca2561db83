#include "bind_winograd.h"

#include <lua.h>

#include "bind_pass.h"
#include "tiles.h"

static void bind_signed(lua_State *lua, const char *field, ptrdiff_t value)
{
    lua_pushinteger(lua, (lua_Integer)value);
    lua_setfield(lua, -2, field);
}

static void push_sum(lua_State *lua, const struct minimal_sum *sum)
{
    lua_newtable(lua);
    for (size_t t = 0; t < sum->n_terms; t++) {
        const struct fraction factor = sum->term[t].factor;
        lua_newtable(lua);
        lua_pushnumber(lua, (double)factor.over / (double)factor.under);
        lua_setfield(lua, -2, "factor");
        bind_size(lua, "value", sum->term[t].value);
        bind_append(lua);
    }
}

/* n_inputs; sums, each a list of terms {factor, value}; outputs: the value of each
 * result. */
static void set_program(lua_State *lua, const char *field,
                        const struct minimal_program *program)
{
    lua_newtable(lua);
    bind_size(lua, "n_inputs", program->n_inputs);
    lua_newtable(lua);
    for (size_t s = 0; s < program->n_sums; s++) {
        push_sum(lua, &program->sum[s]);
        bind_append(lua);
    }
    lua_setfield(lua, -2, "sums");
    lua_newtable(lua);
    for (size_t r = 0; r < program->n_outputs; r++) {
        lua_pushinteger(lua, (lua_Integer)program->output[r]);
        bind_append(lua);
    }
    lua_setfield(lua, -2, "outputs");
    lua_setfield(lua, -2, field);
}

/* G as C: rows of quotients. */
static void set_matrix(lua_State *lua, const char *field, const struct minimal_matrix *g)
{
    lua_newtable(lua);
    for (size_t i = 0; i < g->n_rows; i++) {
        lua_newtable(lua);
        for (size_t j = 0; j < g->n_columns; j++) {
            const struct fraction entry = g->entry[i][j];
            if (entry.under == 1)
                lua_pushfstring(lua, "%d", (int)entry.over);
            else
                lua_pushfstring(lua, "%d.0 / %d", (int)entry.over, (int)entry.under);
            bind_append(lua);
        }
        bind_append(lua);
    }
    lua_setfield(lua, -2, field);
}

/* One axis of a kind. Window element e of tile t reads (t*outputs + e)*read_step +
 * read_first
 * + phase*read_phase; its output i lies at (t*outputs + i)*to_step + to_first +
 * phase*to_phase. */
static void set_class(lua_State *lua, const char *field,
                      const struct winograd_class *class,
                      const struct winograd_axis *axis, enum plan_pass pass)
{
    const struct minimal *filter = &class->filter;
    const bool reads_in = pass != PLAN_BACKWARD_INPUT;
    const struct minimal_program window = minimal_compile(&filter->b, false);
    const struct minimal_program output = minimal_compile(&filter->a, false);
    const struct minimal_program spread = minimal_compile(&filter->a, true);
    const struct minimal_program gather = minimal_compile(&filter->g, true);
    lua_newtable(lua);
    bind_size(lua, "first_phase", class->first_phase);
    bind_size(lua, "n_phases", class->n_phases);
    bind_size(lua, "outputs", filter->outputs);
    bind_size(lua, "points", filter->points);
    bind_size(lua, "n_taps", filter->taps);
    bind_size(lua, "read_step", reads_in ? 1 : axis->stride);
    bind_signed(lua, "read_first", reads_in ? class->read_first : -(ptrdiff_t)axis->crop);
    bind_size(lua, "read_phase", reads_in ? 0 : 1);
    bind_size(lua, "to_step", reads_in ? axis->stride : 1);
    bind_signed(lua, "to_first", reads_in ? class->out_first : 0);
    bind_size(lua, "to_phase", reads_in ? 1 : 0);
    bind_bool(lua, "falls", reads_in);
    set_program(lua, "window", &window);
    set_program(lua, "output", &output);
    set_program(lua, "spread", &spread);
    set_program(lua, "gather", &gather);
    set_matrix(lua, "g", &filter->g);
    lua_setfield(lua, -2, field);
}

static void push_kind(lua_State *lua, const struct bind_data *data, enum plan_pass pass,
                      size_t index)
{
    const struct layout_winograd *layout = &data->layout->winograd[pass];
    const struct winograd_kind kind = winograd_kind(&layout->winograd, index);
    const bool is_forward = pass == PLAN_FORWARD;
    const size_t inner = is_forward ? data->spec->in_c : data->spec->filters;
    lua_newtable(lua);
    set_class(lua, "rows", kind.rows, &layout->winograd.axis[0], pass);
    set_class(lua, "columns", kind.columns, &layout->winograd.axis[1], pass);
    bind_size(lua, "points", kind.points);
    bind_size(lua, "phases", kind.phases);
    bind_size(lua, "n_targets", is_forward ? kind.phases : 1);
    bind_size(lua, "depth", inner * (is_forward ? 1 : kind.phases));
    bind_size(lua, "row", layout->row[index]);
    bind_size(lua, "v", layout->v[index]);
    bind_size(lua, "v_point", layout->v_point[index]);
    bind_size(lua, "z", layout->z[index]);
    bind_size(lua, "z_point", layout->z_point[index]);
    bind_size(lua, "u", layout->u[index]);
    bind_bool(lua, "is_aligned", data->plan->pass[pass].form.is_aligned);
    bind_bool(lua, "adds", pass == PLAN_BACKWARD_INPUT && index > 0);
}

void bind_set_winograd(lua_State *lua, const struct bind_data *data, enum plan_pass pass)
{
    const struct layout_winograd *layout = &data->layout->winograd[pass];
    const struct plan_choice *choice = &data->plan->pass[pass];
    const size_t of = pass == PLAN_BACKWARD_INPUT ? 1 : 0;
    const size_t rows = layout->winograd.axis[0].n_tiles[of];
    const size_t columns = layout->winograd.axis[1].n_tiles[of];
    struct tile_cut groups[2];
    lua_newtable(lua);
    bind_size(lua, "tile_rows", rows);
    bind_size(lua, "tile_columns", columns);
    bind_size(lua, "block_tiles", choice->block_tiles);
    bind_size(lua, "block_groups", choice->block_tiles / choice->tile[1]);
    bind_size(lua, "sums", layout->sums);
    bind_size(lua, "sums_point", layout->sums_point);
    bind_bool(lua, "parts_outputs",
              winograd_parts_outputs(&layout->winograd, &data->geometry->layer));
    bind_size(lua, "group", choice->tile[1]);
    bind_size(lua, "panel", layout->panel);
    bind_size(lua, "terms", plan_product_terms(data->plan->target, choice->tile[1]));
    tiles_cut_evenly(rows * columns, choice->tile[1], groups);
    bind_set_pieces(lua, "groups", groups);
    lua_newtable(lua);
    for (size_t i = 0; i < winograd_count_kinds(&layout->winograd); i++) {
        push_kind(lua, data, pass, i);
        bind_append(lua);
    }
    lua_setfield(lua, -2, "kinds");
    lua_setfield(lua, -2, "winograd");
}
