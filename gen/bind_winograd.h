/*
 * bind_winograd: the part of a pass's table that describes minimal filtering: kinds of
 * windows, their transforms as sums, and the tiles of the products.
 */
#ifndef TCONV_GEN_BIND_WINOGRAD_H
#define TCONV_GEN_BIND_WINOGRAD_H

#include "bind.h"

/* Sets the field `winograd` of the pass's table on top of the stack. */
void bind_set_winograd(struct lua_State *lua, const struct bind_data *data,
                       enum plan_pass pass);

#endif
