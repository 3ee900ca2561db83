#include "render.h"

#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>
#include <string.h>

struct render_job {
    const char *name;
    const struct render_source *source;
    void (*bind)(struct lua_State *lua, const void *data);
    const void *data;
    struct text *out;
    struct error *err;
};

/* A Lua string literal of these bytes; every byte that is not plain is written \ddd. */
static void add_literal(struct text *chunk, const char *bytes, size_t length)
{
    text_put(chunk, "\"");
    for (size_t i = 0; i < length; i++) {
        const unsigned char c = (unsigned char)bytes[i];
        if (c < 0x20 || c >= 0x7f || c == '"' || c == '\\')
            text_print(chunk, "\\%03u", c);
        else
            text_add(chunk, bytes + i, 1);
    }
    text_put(chunk, "\"");
}

/* One output line: put("text", hole, "text\n"). A hole ends at the first }. */
static void translate_output(struct text *chunk, const char *line, size_t length)
{
    text_put(chunk, "put(");
    const char *end = line + length, *open;
    while ((open = memchr(line, '$', (size_t)(end - line))) != NULL) {
        const char *close = open + 1 < end && open[1] == '{'
                                ? memchr(open, '}', (size_t)(end - open))
                                : NULL;
        const char *stop = close == NULL ? open + 1 : open;
        add_literal(chunk, line, (size_t)(stop - line));
        text_put(chunk, ",");
        if (close != NULL) {
            text_add(chunk, open + 2, (size_t)(close - open - 2));
            text_put(chunk, ",");
        }
        line = close == NULL ? stop : close + 1;
    }
    add_literal(chunk, line, (size_t)(end - line));
    text_put(chunk, ",\"\\n\")");
}

static void translate(struct text *chunk, const char *bytes, size_t length)
{
    const char *end = bytes + length;
    while (bytes < end) {
        const char *newline = memchr(bytes, '\n', (size_t)(end - bytes));
        const size_t line = (size_t)((newline == NULL ? end : newline) - bytes);
        if (bytes[0] == '%')
            text_add(chunk, bytes + 1, line - 1);
        else
            translate_output(chunk, bytes, line);
        text_put(chunk, "\n");
        bytes += line + (newline != NULL);
    }
}

static struct render_job *job_of(lua_State *lua)
{
    return lua_touserdata(lua, lua_upvalueindex(1));
}

/* put(...): appends its arguments, strings and integers, to the output. */
static int put(lua_State *lua)
{
    struct text *out = job_of(lua)->out;
    const int n = lua_gettop(lua);
    for (int i = 1; i <= n; i++) {
        size_t length;
        const char *bytes = lua_tolstring(lua, i, &length);
        if (bytes == NULL)
            return luaL_error(lua, "got a %s in a hole; expected a string or a number",
                              luaL_typename(lua, i));
        text_add(out, bytes, length);
    }
    return 0;
}

/* Pushes the compiled file `name`, whose only upvalue is the environment at `env`. */
static int push_file(lua_State *lua, const struct render_job *job, const char *name,
                     int env)
{
    const char *bytes;
    size_t length;
    if (!job->source->read(job->source->context, name, &bytes, &length, job->err))
        return luaL_error(lua, "no such template");
    if (length > 0 && bytes[0] == LUA_SIGNATURE[0])
        return luaL_error(lua, "%s:1: got precompiled Lua; expected text", name);
    struct text chunk = {0};
    const size_t name_length = strlen(name);
    if (name_length > 4 && strcmp(name + name_length - 4, ".lua") == 0)
        text_add(&chunk, bytes, length);
    else
        translate(&chunk, bytes, length);
    const char *chunk_name = lua_pushfstring(lua, "@%s", name);
    const bool ok = text_ok(&chunk, job->err);
    const int status =
        ok ? luaL_loadbufferx(lua, text_string(&chunk), chunk.length, chunk_name, "t")
           : LUA_ERRMEM;
    text_free(&chunk);
    if (!ok)
        return luaL_error(lua, "out of memory");
    if (status != LUA_OK)
        return lua_error(lua);
    lua_remove(lua, -2);
    lua_pushvalue(lua, env);
    lua_setupvalue(lua, -2, 1);
    return 1;
}

/* include(name, ...): renders another template here; its `...` are the other arguments.
 */
static int include(lua_State *lua)
{
    const char *name = luaL_checkstring(lua, 1);
    lua_pushvalue(lua, lua_upvalueindex(3));
    if (lua_getfield(lua, -1, name) == LUA_TNIL) {
        lua_pop(lua, 1);
        push_file(lua, job_of(lua), name, lua_upvalueindex(2));
        lua_pushvalue(lua, -1);
        lua_setfield(lua, -3, name);
    }
    lua_replace(lua, 1);
    lua_pop(lua, 1);
    lua_call(lua, lua_gettop(lua) - 1, 0);
    return 0;
}

static int refuse_unknown(lua_State *lua)
{
    return luaL_error(lua, "unknown name '%s'", luaL_tolstring(lua, 2, NULL));
}

/* Makes reading an absent field of the table on top an error. */
static void make_strict(lua_State *lua)
{
    lua_createtable(lua, 0, 1);
    lua_pushcfunction(lua, refuse_unknown);
    lua_setfield(lua, -2, "__index");
    lua_setmetatable(lua, -2);
}

static void add_pure_functions(lua_State *lua, int env)
{
    static const char *const names[] = {"ipairs", "tostring", "error", "assert", "select",
                                        "string", "table",    "math",  "type"};
    luaL_requiref(lua, "_G", luaopen_base, 0);
    luaL_requiref(lua, "string", luaopen_string, 1);
    luaL_requiref(lua, "table", luaopen_table, 1);
    luaL_requiref(lua, "math", luaopen_math, 1);
    lua_pushnil(
        lua); /* the one library function that is not a function of its arguments */
    lua_setfield(lua, -2, "random");
    lua_pop(lua, 4);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        lua_getglobal(lua, names[i]);
        lua_setfield(lua, env, names[i]);
    }
}

/* Runs under pcall: argument 1 is the job. */
static int render(lua_State *lua)
{
    struct render_job *job = lua_touserdata(lua, 1);
    job->bind(lua, job->data);
    const int env = lua_gettop(lua);
    add_pure_functions(lua, env);
    lua_pushlightuserdata(lua, job);
    lua_pushcclosure(lua, put, 1);
    lua_setfield(lua, env, "put");
    lua_pushlightuserdata(lua, job);
    lua_pushvalue(lua, env);
    lua_newtable(lua);
    lua_pushcclosure(lua, include, 3);
    lua_setfield(lua, env, "include");
    lua_pushvalue(lua, env);
    make_strict(lua);
    lua_pop(lua, 1);
    push_file(lua, job, "words.lua", env);
    lua_call(lua, 0, 0);
    push_file(lua, job, job->name, env);
    lua_call(lua, 0, 0);
    return 0;
}

bool render_template(const char *name, const struct render_source *source,
                     void (*bind)(struct lua_State *lua, const void *data),
                     const void *data, struct text *out, struct error *err)
{
    lua_State *lua = luaL_newstate();
    if (lua == NULL)
        return error_set(err, "memory: got none left for the template engine");
    struct render_job job = {name, source, bind, data, out, err};
    lua_pushcfunction(lua, render);
    lua_pushlightuserdata(lua, &job);
    if (lua_pcall(lua, 1, 0, 0) != LUA_OK)
        error_set(err, "%s", lua_tostring(lua, -1));
    lua_close(lua);
    return !err->is_set && text_ok(out, err);
}
