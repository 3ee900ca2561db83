/*
 * bind_training: what a config says of training, for the templates: the C names of the
 * kinds and literals of the numbers.
 */
#include "bind.h"

#include <lua.h>

#include "bind_pass.h"

static const char *const constraint_names[] = {
    "TCONV_UNCONSTRAINED", "TCONV_MAX_NORM",   "TCONV_MIN_MAX_NORM",
    "TCONV_UNIT_NORM",     "TCONV_NON_NEG_TF", "TCONV_NON_NEG_KERAS3",
    "TCONV_RADIAL"};

static void set_literal(lua_State *lua, const char *field, double value)
{
    bind_push_literal(lua, value, false);
    lua_setfield(lua, -2, field);
}

/* A coefficient as it takes part: rounded to float, a literal of the layer's type. */
static void set_rounded(lua_State *lua, const char *field, double value, bool is_float)
{
    bind_push_literal(lua, (double)(float)value, is_float);
    lua_setfield(lua, -2, field);
}

/* An L1L2: training_require refuses the other kind for every tensor of a layer. */
static void set_regularizer(lua_State *lua, const char *field,
                            const struct tconv_regularizer *r, bool is_float)
{
    if (r->kind == TCONV_UNREGULARIZED) {
        bind_bool(lua, field, false);
        return;
    }
    lua_newtable(lua);
    set_literal(lua, "l1", r->l1);
    set_literal(lua, "l2", r->l2);
    set_rounded(lua, "rounded_l1", r->l1, is_float);
    set_rounded(lua, "rounded_l2", r->l2, is_float);
    set_rounded(lua, "twice_l2", 2 * (double)(float)r->l2, is_float);
    bind_bool(lua, "has_l1", (float)r->l1 != 0);
    bind_bool(lua, "has_l2", (float)r->l2 != 0);
    bind_bool(lua, "divides_by_batch", r->divides_by_batch);
    lua_setfield(lua, -2, field);
}

static void set_constraint(lua_State *lua, const char *field,
                           const struct tconv_constraint *c)
{
    if (c->kind == TCONV_UNCONSTRAINED) {
        bind_bool(lua, field, false);
        return;
    }
    lua_newtable(lua);
    bind_string(lua, "kind", constraint_names[c->kind]);
    set_literal(lua, "min_value", c->min_value);
    set_literal(lua, "max_value", c->max_value);
    set_literal(lua, "rate", c->rate);
    bind_size(lua, "axes", c->axes);
    lua_setfield(lua, -2, field);
}

void bind_push_training(lua_State *lua, const struct bind_data *data)
{
    const struct tconv_training *t = data->spec->training;
    const bool is_float = data->spec->type == TCONV_FLOAT32;
    if (t == NULL) {
        bind_bool(lua, "training", false);
        return;
    }
    lua_newtable(lua);
    set_regularizer(lua, "kernel_regularizer", &t->kernel_regularizer, is_float);
    set_regularizer(lua, "bias_regularizer", &t->bias_regularizer, is_float);
    set_regularizer(lua, "activity_regularizer", &t->activity_regularizer, is_float);
    set_constraint(lua, "kernel_constraint", &t->kernel_constraint);
    set_constraint(lua, "bias_constraint", &t->bias_constraint);
    lua_setfield(lua, -2, "training");
}
