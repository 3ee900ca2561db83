#include "bind.h"

#include <lauxlib.h>
#include <lua.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "bind_pass.h"
#include "formula.h"
#include "tconv_activation.h"
#include "tconv_shape.h"

void bind_push_literal(lua_State *lua, double value, bool is_float)
{
    char digits[40];
    if (isinf(value)) {
        const char *literal = value < 0 ? "-INFINITY" : "INFINITY";
        if (is_float)
            lua_pushstring(lua, literal);
        else
            lua_pushfstring(lua, "(double)%s", literal);
        return;
    }
    for (int precision = 1; precision <= 17; precision++) {
        snprintf(digits, sizeof digits, "%.*g", precision, value);
        double back;
        sscanf(digits, "%lf", &back);
        if (is_float ? (float)back == (float)value : back == value)
            break;
    }
    const bool looks_whole = strpbrk(digits, ".e") == NULL;
    lua_pushfstring(lua, "%s%s%s", digits, looks_whole ? ".0" : "", is_float ? "f" : "");
}

/* ", 0.3f, INFINITY, 0.0f": the arguments after the first, as the runtime has them. */
static void push_parameters(lua_State *lua, const struct tconv_activation *a,
                            bool is_float)
{
    const double values[] = {a->slope, a->ceiling, a->threshold};
    lua_pushstring(lua, "");
    for (int i = 0; i < formula_of(a->function)->n_parameters; i++) {
        lua_pushstring(lua, ", ");
        bind_push_literal(lua, values[i], is_float);
        lua_concat(lua, 3);
    }
}

/* How emitted code comes by the formula; a linear layer needs none. */
static void push_formula(lua_State *lua, const struct formula *formula,
                         const struct bind_data *data)
{
    const enum tconv_type type = data->spec->type;
    const bool is_linear = data->spec->activation.function == TCONV_LINEAR;
    if (!is_linear)
        bind_string(lua, "header", formula_header(formula, type));
    else
        bind_bool(lua, "header", false);
    bind_bool(lua, "is_typed", formula->family <= FORMULA_EXP);
    bind_bool(lua, "is_cheap", formula->family == FORMULA_PLAIN);
    bind_size(lua, "lanes",
              is_linear
                  ? 0
                  : formula_lanes(formula, &data->geometry->layer, data->plan->target));
}

static void push_activation(lua_State *lua, const struct bind_data *data)
{
    const struct tconv_activation *a = &data->spec->activation;
    const bool is_float = data->spec->type == TCONV_FLOAT32;
    const bool keeps_z = tconv_keeps_z(a);
    const struct formula *formula = formula_of(a->function);
    lua_newtable(lua);
    bind_string(lua, "name", data->spec->activation_name);
    bind_string(lua, "enum", formula->enum_name);
    bind_string(lua, "call", formula->name);
    lua_pushfstring(lua, "%s_slope%s", formula->name,
                    a->function == TCONV_ELU && keeps_z ? "_of_z" : "");
    lua_setfield(lua, -2, "slope_call");
    push_formula(lua, formula, data);
    push_parameters(lua, a, is_float);
    lua_setfield(lua, -2, "parameters");
    bind_push_literal(lua, a->slope, false);
    lua_setfield(lua, -2, "slope");
    bind_push_literal(lua, a->ceiling, false);
    lua_setfield(lua, -2, "ceiling");
    bind_push_literal(lua, a->threshold, false);
    lua_setfield(lua, -2, "threshold");
    bind_bool(lua, "is_linear", a->function == TCONV_LINEAR);
    bind_bool(lua, "is_rows", tconv_works_on_rows(a));
    bind_bool(lua, "halves", tconv_halves(&data->geometry->layer));
    bind_bool(lua, "keeps_z", data->layout->saved_size > 0);
}

static void push_axis(lua_State *lua, const struct tconv_axis *axis)
{
    lua_newtable(lua);
    bind_size(lua, "n_in", axis->in);
    bind_size(lua, "n_out", axis->out);
    bind_size(lua, "kernel", axis->kernel);
    bind_size(lua, "stride", axis->stride);
    bind_size(lua, "dilation", axis->dilation);
    bind_size(lua, "crop", axis->crop);
}

static void push_layer(lua_State *lua, const struct bind_data *data)
{
    const struct tconv_layer *layer = &data->geometry->layer;
    const struct tconv_shape y = tconv_output_shape(layer, 1);
    lua_newtable(lua);
    bind_string(lua, "name", data->spec->name);
    bind_bool(lua, "is_float", layer->type == TCONV_FLOAT32);
    bind_bool(lua, "channels_first", layer->channels_first);
    bind_bool(lua, "use_bias", layer->use_bias);
    bind_bool(lua, "is_same", data->spec->padding == TCONV_PADDING_SAME);
    bind_size(lua, "in_c", layer->in_c);
    bind_size(lua, "out_c", layer->out_c);
    bind_size(lua, "y_columns", y.size[layer->channels_first ? 3 : 2]);
    bind_size(lua, "y_channels", y.size[layer->channels_first ? 1 : 3]);
    for (int a = 0; a < 2; a++) {
        push_axis(lua, &layer->axis[a]);
        lua_setfield(lua, -2, a == 0 ? "rows" : "columns");
    }
    push_activation(lua, data);
    lua_setfield(lua, -2, "activation");
}

static void push_sizes(lua_State *lua, const struct bind_data *data)
{
    const struct geometry *g = data->geometry;
    const struct layout *layout = data->layout;
    lua_newtable(lua);
    bind_size(lua, "element", g->element_bytes);
    bind_size(lua, "x", g->x_size);
    bind_size(lua, "z", g->z_size);
    bind_size(lua, "y", g->y_size);
    bind_size(lua, "w", g->w_size);
    bind_size(lua, "b", g->b_size);
    bind_size(lua, "packed", layout->packed_size);
    bind_size(lua, "saved", layout->saved_size);
    bind_size(lua, "workspace", layout->workspace_size);
    bind_size(lua, "sums", layout->sums);
    bind_size(lua, "packed_bias", layout->packed_bias);
    bind_size(lua, "bias_repeats", layout->bias_repeats);
    bind_size(lua, "packed_forward", layout->packed_forward);
    bind_size(lua, "packed_backward", layout->packed_backward);
    bind_size(lua, "staged_channels", layout->staged_channels);
    bind_size(lua, "useful_macs", g->useful_macs);
}

static void push_target(lua_State *lua, const struct bind_data *data)
{
    const struct target *target = data->plan->target;
    lua_newtable(lua);
    bind_string(lua, "name", target->name);
    bind_string(lua, "attribute", target->attribute);
    bind_string(lua, "flags", target->flags);
    bind_size(lua, "vector_bytes", target->vector_bytes);
    bind_bool(lua, "has_vectors", target->vector_bytes > 0);
    bind_size(lua, "lanes", target_lanes(target, data->spec->type));
}

/* The config as C string literals of at most this many characters, one list item each. */
enum { CONFIG_PIECE = 72 };

static void push_config_lines(lua_State *lua, const char *config)
{
    lua_newtable(lua);
    int n = 0;
    while (*config != '\0') {
        luaL_Buffer line;
        luaL_buffinit(lua, &line);
        for (int i = 0; i < CONFIG_PIECE && *config != '\0'; i++, config++) {
            char escaped[8];
            const unsigned char c = (unsigned char)*config;
            if (c == '"' || c == '\\')
                snprintf(escaped, sizeof escaped, "\\%c", c);
            else if (c < 0x20 || c >= 0x7f || c == '?')
                snprintf(escaped, sizeof escaped, "\\%03o", c);
            else
                snprintf(escaped, sizeof escaped, "%c", c);
            luaL_addstring(&line, escaped);
        }
        luaL_pushresult(&line);
        lua_rawseti(lua, -2, ++n);
    }
}

static void set_digest(lua_State *lua, const char *field, uint64_t digest)
{
    char digits[20];
    snprintf(digits, sizeof digits, "%016llx", (unsigned long long)digest);
    bind_string(lua, field, digits);
}

static void push_options(lua_State *lua, const struct tconv_spec *spec,
                         const struct plan *plan)
{
    lua_newtable(lua);
    bind_string(lua, "unroll", plan_unroll_name(plan->unroll));
    bind_bool(lua, "exact", plan->exact);
    bind_size(lua, "max_statements", plan->max_statements);
    bind_size(lua, "max_code_bytes", plan->max_code_bytes);
    bind_bool(lua, "has_code_budget", plan->max_code_bytes > 0);
    bind_size(lua, "function_statements", PLAN_FUNCTION_STATEMENTS);
    bind_size(lua, "sum_statements", PLAN_SUM_STATEMENTS);
    bind_bool(lua, "has_plan_file", plan->is_read);
    set_digest(lua, "plan_digest", plan->digest);
    bind_bool(lua, "has_default_budget", plan->max_statements == PLAN_MAX_STATEMENTS);
    bind_bool(lua, "has_dialect", spec->has_dialect);
    bind_string(lua, "dialect", spec_dialect_word(spec->dialect));
}

void bind_push(lua_State *lua, const void *context)
{
    const struct bind_data *data = context;
    lua_newtable(lua);
    bind_string(lua, "name", data->name);
    bind_size(lua, "abi", TCONV_ABI);
    bind_bool(lua, "backward", data->plan->backward);
    push_layer(lua, data);
    lua_setfield(lua, -2, "layer");
    push_sizes(lua, data);
    lua_setfield(lua, -2, "size");
    push_target(lua, data);
    lua_setfield(lua, -2, "target");
    push_options(lua, data->spec, data->plan);
    lua_setfield(lua, -2, "options");
    push_config_lines(lua, data->config);
    lua_setfield(lua, -2, "config_lines");
    set_digest(lua, "config_digest", text_digest(data->config, strlen(data->config)));
    bind_push_training(lua, data);
    bind_push_passes(lua, data);
}
