/*
 * bind: what templates may read, as one Lua table. The other file that sees Lua.
 *
 * The table's shape is the templates' vocabulary; every field is described in
 * templates/words.lua, beside the words made from it.
 */
#ifndef TCONV_GEN_BIND_H
#define TCONV_GEN_BIND_H

#include "geometry.h"
#include "layout.h"
#include "plan.h"
#include "spec.h"

struct lua_State;

struct bind_data {
    const char *name;   /* of the kernel */
    const char *config; /* JSON that spec_write wrote */
    const struct tconv_spec *spec;
    const struct geometry *geometry;
    const struct plan *plan;
    const struct layout *layout;
};

/* Pushes a C literal of the shortest digits that read back the same in the layer's type.
 */
void bind_push_literal(struct lua_State *lua, double value, bool is_float);

/* Sets the field training of the table on top of the stack: false where it was not asked
 * for (bind_training.c). */
void bind_push_training(struct lua_State *lua, const struct bind_data *data);

/* Pushes the table; `data` is a struct bind_data. */
void bind_push(struct lua_State *lua, const void *data);

#endif
