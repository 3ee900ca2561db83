/* kernel: spec, geometry, plan, emit, compile, dlopen. */
#include "kernel.h"

#include <dlfcn.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "compile.h"
#include "emit.h"
#include "file.h"
#include "output.h"

static bool read_spec(struct kernel *k, const struct layer *layer, struct arena *arena,
                      struct error *err)
{
    struct text config = {0}, shape = {0}, warnings = {0};
    layer_put_config(layer, &config);
    text_print(&shape, "%zu,%zu,%zu", layer->h, layer->w, layer->cin);
    const bool done =
        text_ok(&config, err) && text_ok(&shape, err) &&
        spec_read(&k->spec, layer->place, text_string(&config), config.length,
                  &(struct spec_given){.input_shape = text_string(&shape)}, &warnings,
                  arena, err);
    text_free(&config);
    text_free(&shape);
    text_free(&warnings);
    return done;
}

static bool is_as_stated(const struct layer *layer, const char *column, size_t stated,
                         size_t derived, struct error *err)
{
    return stated == LAYER_UNKNOWN || stated == derived ||
           error_set(err, "%s: %s: got %zu; expected %zu, as Keras derives it",
                     layer->place, column, stated, derived);
}

static bool derive(struct kernel *k, const struct layer *layer, struct arena *arena,
                   struct error *err)
{
    if (!spec_require_input(&k->spec, err) ||
        !geometry_derive(&k->geometry, &k->spec, arena, err))
        return false;
    const struct tconv_axis *axis = k->geometry.layer.axis;
    return is_as_stated(layer, "out_h", layer->out_h, axis[0].out, err) &&
           is_as_stated(layer, "out_w", layer->out_w, axis[1].out, err) &&
           is_as_stated(layer, "crop_top", layer->crop_top, axis[0].crop, err) &&
           is_as_stated(layer, "crop_left", layer->crop_left, axis[1].crop, err);
}

static bool is_newer(const char *path, const char *than)
{
    struct stat a, b;
    return stat(path, &a) == 0 && stat(than, &b) == 0 &&
           (a.st_mtim.tv_sec > b.st_mtim.tv_sec ||
            (a.st_mtim.tv_sec == b.st_mtim.tv_sec &&
             a.st_mtim.tv_nsec >= b.st_mtim.tv_nsec));
}

/* Paths in the arena. */
struct files {
    const char *directory, *header, *source, *command, *library;
};

static const char *join(const char *first, const char *between, const char *last,
                        const char *end, struct arena *arena, struct error *err)
{
    struct text text = {0};
    text_print(&text, "%s%s%s%s", first, between, last, end);
    const char *copy =
        text_ok(&text, err) ? arena_copy_text(arena, text_string(&text), err) : NULL;
    text_free(&text);
    return copy;
}

static bool name_files(struct files *files, const char *parent, const char *name,
                       const struct target *target, struct arena *arena,
                       struct error *err)
{
    const char *in = join(parent, "/", target->name, "", arena, err);
    if (in == NULL)
        return false;
    *files = (struct files){in, join(in, "/", name, ".h", arena, err),
                            join(in, "/", name, ".c", arena, err),
                            join(in, "/", name, ".command", arena, err),
                            join(in, "/", name, ".so", arena, err)};
    return !err->is_set;
}

/* What the compiler is called with decides, beside the text, whether to call it again. */
static bool write_command(const struct files *files, const struct target *target,
                          struct error *err)
{
    struct text command = {0};
    const char *cc = getenv("CC"), *cflags = getenv("CFLAGS");
    text_print(&command, "%s %s %s\n", cc == NULL ? "cc" : cc, target->flags,
               cflags == NULL ? "" : cflags);
    const bool done =
        text_ok(&command, err) &&
        emit_write_atomically(files->command, text_string(&command), command.length, err);
    text_free(&command);
    return done;
}

static bool compile(struct kernel *k, const char *directory, const char *name,
                    struct arena *arena, struct error *err)
{
    sigset_t mask;
    const char *source = join(name, "", ".c", "", arena, err);
    const char *library = join(name, "", ".so", "", arena, err);
    if (source == NULL || library == NULL)
        return false;
    sigprocmask(SIG_BLOCK, NULL, &mask);
    const struct compile_job job = {directory, source, library, k->plan.target->flags,
                                    &mask};
    double milliseconds;
    return compile_library(&job, &milliseconds, err);
}

static bool load(struct kernel *k, const char *path, const char *name,
                 struct arena *arena, struct error *err)
{
    const char *symbol = join(name, "_kernel", "", "", arena, err);
    if (symbol == NULL)
        return false;
    k->library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    k->table = k->library == NULL ? NULL : dlsym(k->library, symbol);
    return k->table != NULL ||
           error_set(err, "%s: got \"%s\"; expected a kernel", path, dlerror());
}

static bool build(struct kernel *k, const struct emitted *emitted, const char *parent,
                  struct arena *arena, struct error *err)
{
    struct files files;
    const struct target *target = k->plan.target;
    const char *name = emitted->name;
    if (!name_files(&files, parent, name, target, arena, err) ||
        !emit_write_files(emitted, files.directory, err) ||
        !output_write_runtime(files.directory, err) ||
        !write_command(&files, target, err))
        return false;
    const bool is_compiled = is_newer(files.library, files.header) &&
                             is_newer(files.library, files.source) &&
                             is_newer(files.library, files.command);
    return (is_compiled || compile(k, files.directory, name, arena, err)) &&
           load(k, files.library, name, arena, err);
}

static bool choose(struct kernel *k, const struct layer *layer,
                   const struct kernel_request *request, struct error *err)
{
    const struct plan_request choice = {.target = request->target,
                                        .unroll = PLAN_UNROLL_AUTO,
                                        .backward = true,
                                        .exact = request->exact,
                                        .max_statements = PLAN_MAX_STATEMENTS};
    return plan_choose(&k->plan, &k->geometry, &choice, layer->place, err);
}

static bool read_plan(struct kernel *k, const char *path, struct error *err)
{
    struct text json = {0};
    const bool done =
        file_read(path, &json, err) &&
        plan_read(&k->plan, &k->geometry, path, text_string(&json), json.length, err);
    text_free(&json);
    return done;
}

/* The plan of the folder, or the cheapest by prediction. */
static bool make_plan(struct kernel *k, const struct layer *layer,
                      const struct kernel_request *request, struct arena *arena,
                      struct error *err)
{
    if (request->plans == NULL)
        return choose(k, layer, request, err);
    const char *path = join(request->plans, "/", layer->name, ".json", arena, err);
    if (path == NULL)
        return false;
    return access(path, F_OK) == 0 ? read_plan(k, path, err)
                                   : choose(k, layer, request, err);
}

bool kernel_load(struct kernel *kernel, const struct layer *layer,
                 const struct kernel_request *request, struct arena *arena,
                 struct error *err)
{
    struct emitted emitted = {0};
    *kernel = (struct kernel){0};
    if (!read_spec(kernel, layer, arena, err) || !derive(kernel, layer, arena, err) ||
        !make_plan(kernel, layer, request, arena, err))
        return false;
    const char *name = emit_choose_name(NULL, kernel->spec.name, arena, err);
    const bool done = name != NULL &&
                      emit_render(&emitted, name, &kernel->spec, &kernel->geometry,
                                  &kernel->plan, NULL, arena, err) &&
                      build(kernel, &emitted, request->directory, arena, err);
    emit_free(&emitted);
    return done;
}

void kernel_release(struct kernel *kernel)
{
    if (kernel->library != NULL)
        dlclose(kernel->library);
    *kernel = (struct kernel){0};
}
