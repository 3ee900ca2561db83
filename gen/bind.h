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
    const struct spec *spec;
    const struct geometry *geometry;
    const struct plan *plan;
    const struct layout *layout;
};

/* Pushes the table; `data` is a struct bind_data. */
void bind_push(struct lua_State *lua, const void *data);

#endif
