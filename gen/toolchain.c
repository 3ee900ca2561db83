/* toolchain: a directory, the files in it, the compiler, dlopen; then the directory goes.
 */
#include "toolchain.h"

#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "compile.h"
#include "elf_sizes.h"
#include "file.h"
#include "output.h"

enum { DIRECTORY_BYTES = 256, NAME_BYTES = 320, PATH_BYTES = 1024 };

static bool make_directory(char *directory, struct error *err)
{
    const char *parent = getenv("TMPDIR");
    if (parent == NULL || parent[0] == '\0')
        parent = "/tmp";
    if (strlen(parent) > DIRECTORY_BYTES - 32)
        return error_set(err, "TMPDIR: got %zu characters; expected at most %d",
                         strlen(parent), DIRECTORY_BYTES - 32);
    snprintf(directory, DIRECTORY_BYTES, "%s/tconv-XXXXXX", parent);
    if (mkdtemp(directory) != NULL)
        return true;
    return error_set(err, "%s: got \"%s\"; expected a directory to compile in", parent,
                     strerror(errno));
}

static void remove_directory(const char *directory)
{
    DIR *entries = opendir(directory);
    struct dirent *entry;
    while (entries != NULL && (entry = readdir(entries)) != NULL)
        unlinkat(dirfd(entries), entry->d_name, 0);
    if (entries != NULL)
        closedir(entries);
    rmdir(directory);
}

static void measure_code(struct built *built, const char *path, const char *name)
{
    struct text library = {0};
    struct error unread = {0};
    const bool is_read = file_read(path, &library, &unread);
    for (int pass = 0; is_read && pass < PLAN_PASSES; pass++) {
        char prefix[NAME_BYTES];
        snprintf(prefix, sizeof prefix, "%s_%s", name,
                 plan_pass_name((enum plan_pass)pass));
        built->text_bytes[pass] = elf_function_bytes(&library, prefix);
    }
    text_free(&library);
}

static bool load(struct built *built, const char *path, const char *name,
                 struct error *err)
{
    char symbol[NAME_BYTES];
    snprintf(symbol, sizeof symbol, "%s_kernel", name);
    built->library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (built->library == NULL)
        return error_set(err, "%s: got \"%s\"; expected a library that loads", name,
                         dlerror());
    built->kernel = dlsym(built->library, symbol);
    if (built->kernel == NULL || built->kernel->abi != TCONV_ABI) {
        toolchain_release(built);
        return error_set(err, "%s: got no kernel of ABI %d; expected one", symbol,
                         TCONV_ABI);
    }
    return true;
}

static bool build_in(const char *directory, struct built *built,
                     const struct emitted *emitted, const struct target *target,
                     const sigset_t *signal_mask, struct error *err)
{
    char source[NAME_BYTES], library[NAME_BYTES], path[PATH_BYTES];
    snprintf(source, sizeof source, "%s.c", emitted->name);
    snprintf(library, sizeof library, "%s.so", emitted->name);
    snprintf(path, sizeof path, "%s/%s", directory, library);
    const struct compile_job job = {directory, source, library, target->flags,
                                    signal_mask};
    if (!emit_write_files(emitted, directory, err) ||
        !output_write_runtime(directory, err) ||
        !compile_library(&job, &built->compile_ms, err))
        return false;
    measure_code(built, path, emitted->name);
    return load(built, path, emitted->name, err);
}

/* Signals that end the process wait, so that the directory is always removed. */
static void hold_signals(sigset_t *before)
{
    sigset_t ending;
    sigemptyset(&ending);
    sigaddset(&ending, SIGINT);
    sigaddset(&ending, SIGTERM);
    sigaddset(&ending, SIGHUP);
    sigprocmask(SIG_BLOCK, &ending, before);
}

bool toolchain_build(struct built *built, const struct emitted *emitted,
                     const struct target *target, struct error *err)
{
    *built = (struct built){0};
    if (!target_runs_here(target))
        return error_set(err,
                         "target %s: got a CPU without it; expected one that runs it, "
                         "or target native",
                         target->name);
    char directory[DIRECTORY_BYTES];
    sigset_t before;
    hold_signals(&before);
    bool done = false;
    if (make_directory(directory, err)) {
        done = build_in(directory, built, emitted, target, &before, err);
        remove_directory(directory);
    }
    sigprocmask(SIG_SETMASK, &before, NULL);
    return done;
}

void toolchain_release(struct built *built)
{
    if (built->library != NULL)
        dlclose(built->library);
    *built = (struct built){0};
}
