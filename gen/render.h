/*
 * render: templates and data in, text out.
 *
 * A template is text in which a line that starts with % is Lua, and ${...} is a hole;
 * every other character is output. Template line n becomes line n of a Lua chunk, so that
 * an error names the template's own line. The environment is strict: an unknown name is
 * an error, and there is no io, os, load, require or debug. One of the two files that see
 * Lua.
 */
#ifndef TCONV_GEN_RENDER_H
#define TCONV_GEN_RENDER_H

#include "arena.h"
#include "error.h"
#include "text.h"

struct lua_State;

/* A template or words.lua by file name: its text in *bytes, *length. */
struct render_source {
    bool (*read)(void *context, const char *name, const char **bytes, size_t *length,
                 struct error *err);
    void *context;
};

/*
 * Renders the template `name` into `out`. `bind` pushes one table of data on the Lua
 * stack; its fields, and the functions that words.lua defines on top of them, are the
 * names that the templates may use, with include(NAME, argument) and the pure functions
 * of Lua.
 */
bool render_template(const char *name, const struct render_source *source,
                     void (*bind)(struct lua_State *lua, const void *data),
                     const void *data, struct text *out, struct error *err) MUST_USE;

#endif
