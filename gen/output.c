/* output: a few files, each written by emit's atomic writer. */
#include "output.h"

#include <string.h>
#include <unistd.h>

enum { MOST_INPUTS = 64 };

static bool is_header(const char *name)
{
    const size_t length = strlen(name);
    return length > 2 && strcmp(name + length - 2, ".h") == 0;
}

bool output_write_runtime(const char *directory, struct error *err)
{
    const char *name, *bytes;
    size_t length;
    bool done = true;
    for (size_t i = 0; done && emit_builtin(i, &name, &bytes, &length); i++) {
        struct text path = {0};
        text_print(&path, "%s/%s", directory, name);
        done =
            !is_header(name) || (text_ok(&path, err) &&
                                 emit_write_atomically(path.bytes, bytes, length, err));
        text_free(&path);
    }
    return done;
}

/* The files a depfile names; texts live in the arena. */
struct inputs {
    const char *paths[MOST_INPUTS];
    size_t n;
};

static void add_input(struct inputs *inputs, const char *path)
{
    if (path != NULL && strcmp(path, "-") != 0 && inputs->n < MOST_INPUTS)
        inputs->paths[inputs->n++] = path;
}

/* Those files of the directory that stand for a template of the binary. */
static bool add_templates(struct inputs *inputs, const char *directory,
                          struct arena *arena, struct error *err)
{
    const char *name, *bytes;
    size_t length;
    for (size_t i = 0; emit_builtin(i, &name, &bytes, &length); i++) {
        const size_t size = strlen(directory) + strlen(name) + 2;
        char *path = arena_take(arena, size, 1, err);
        if (path == NULL)
            return false;
        strcat(strcat(strcpy(path, directory), "/"), name);
        if (!is_header(name) && access(path, F_OK) == 0)
            add_input(inputs, path);
    }
    return true;
}

static bool write_depfile(const char *name, const struct output_request *request,
                          struct error *err)
{
    struct inputs inputs = {.n = 0};
    struct arena arena = {0};
    struct text output = {0};
    text_print(&output, "%s/%s.c", request->directory, name);
    add_input(&inputs, request->config);
    add_input(&inputs, request->plan);
    const bool done =
        text_ok(&output, err) &&
        (request->templates == NULL ||
         add_templates(&inputs, request->templates, &arena, err)) &&
        emit_write_depfile(request->depfile, output.bytes, inputs.paths, inputs.n, err);
    text_free(&output);
    arena_free(&arena);
    return done;
}

bool output_write(const struct emitted *emitted, const struct output_request *request,
                  struct error *err)
{
    return emit_write_files(emitted, request->directory, err) &&
           (!request->with_runtime || output_write_runtime(request->directory, err)) &&
           (request->depfile == NULL || write_depfile(emitted->name, request, err));
}
