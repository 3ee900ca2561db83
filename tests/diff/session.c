/* session: fork, wait, and what each process leaves in shared memory. */
#include "session.h"

#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"

enum { BATCH_LAYERS = 8, DIRECTORY_BYTES = 256, SEED = 1 };

static bool is_wanted(struct session *session, const char *words)
{
    const char first = words[strspn(words, " \t\r\n")];
    if (first == '\0' || first == '#')
        return false;
    if (session->filter != NULL && strstr(words, session->filter) == NULL)
        return false;
    return session->n_seen++ % session->every == 0;
}

static bool add_layer(struct session *session, const struct layer *layer,
                      const struct target *target, struct error *err)
{
    if (!target_runs_here(target) && !session->is_syntax_only) {
        session->n_skipped++;
        return true;
    }
    const size_t n = session->n_layers;
    struct layer *grown = realloc(session->layers, (n + 1) * sizeof *grown);
    if (grown == NULL)
        return error_set(err, "memory: got none for layer %zu", n);
    session->layers = grown;
    grown[n] = *layer;
    grown[n].target = target;
    snprintf(grown[n].name, LAYER_NAME_BYTES, "layer_%zu", n);
    session->n_layers++;
    return true;
}

/* Rows for any CPU, and the one for this CPU: others have their code, planned otherwise.
 */
static bool is_tried(const struct session *session, const struct target *target)
{
    struct error none = {0};
    return (target_runs_here(target) || session->is_syntax_only) &&
           (target->models == NULL || target == target_find("native", &none));
}

bool session_add(struct session *session, const char *file, size_t number,
                 const char *words, struct error *err)
{
    struct layer layer = {.words = words};
    struct error reason = {0};
    const struct target *target;
    if (!is_wanted(session, words))
        return true;
    snprintf(layer.place, sizeof layer.place, "%s:%zu", file, number);
    if (!line_read(&layer.line, words, &reason))
        return error_set(err, "%s: %s", layer.place, reason.message);
    if (layer.line.is_refused && session->is_syntax_only)
        return true;
    const char *name = session->target != NULL ? session->target : layer.line.target;
    if (strcmp(name, "all") != 0) {
        target = target_find(name, err);
        return target != NULL && add_layer(session, &layer, target, err);
    }
    for (size_t row = 0; (target = target_row(row)) != NULL; row++)
        if (is_tried(session, target) && !add_layer(session, &layer, target, err))
            return false;
    return true;
}

void session_free(struct session *session)
{
    free(session->layers);
}

/* What a process has found so far, in memory that it shares with its parent. */
struct tally {
    size_t n_passed, n_failed, at; /* at: the layer that is being tried */
};

struct batch {
    struct layer *first;
    size_t n;
    pid_t process; /* 0 when none runs */
    struct tally *tally;
    char directory[DIRECTORY_BYTES];
};

/* One write, so that the lines of two processes do not mix. */
static void print_failure(const struct session *session, const struct layer *layer,
                          const char *what)
{
    struct text line = {0};
    text_print(&line, "FAIL %s; repeat: tconv_diff%s --line '%s target %s'\n", what,
               session->repeat, layer->words, layer->target->name);
    const ssize_t written = write(STDOUT_FILENO, text_string(&line), line.length);
    (void)written;
    text_free(&line);
}

static void count(const struct session *session, const struct batch *batch,
                  const struct layer *layer, bool passed, const struct error *err)
{
    if (!passed)
        print_failure(session, layer, err->message);
    *(passed ? &batch->tally->n_passed : &batch->tally->n_failed) += 1;
}

static void check(const struct session *session, const struct batch *batch,
                  const struct layer *layer)
{
    struct error err = {0};
    batch->tally->at = (size_t)(layer - batch->first);
    const bool passed =
        session->is_syntax_only ||
        (check_shape(layer, &err) && check_values(layer, SEED, &err) &&
         check_adjoint(layer, SEED, &err) && check_differences(layer, SEED, &err));
    count(session, batch, layer, passed, &err);
}

/* Where a batch does not compile, each of its layers is tried alone. */
static void build_and_check(const struct session *session, const struct batch *batch,
                            struct layer *const layers[], size_t n)
{
    void *library;
    struct error err = {0}, named = {0};
    const struct batch_place place = {batch->directory, session->is_syntax_only};
    if (n == 0)
        return;
    const bool is_built = batch_build(layers, n, &place, &library, &err);
    if (!is_built && n > 1)
        for (size_t i = 0; i < n; i++)
            build_and_check(session, batch, &layers[i], 1);
    else if (!is_built) {
        error_set(&named, "%s: %s", layers[0]->place, err.message);
        count(session, batch, layers[0], false, &named);
    }
    for (size_t i = 0; is_built && i < n; i++)
        check(session, batch, layers[i]);
    if (library != NULL)
        dlclose(library);
}

static void run_child(const struct session *session, const struct batch *batch)
{
    struct arena arena = {0};
    struct layer *emitted[BATCH_LAYERS];
    size_t n = 0;
    for (size_t i = 0; i < batch->n; i++) {
        struct error err = {0};
        struct layer *layer = &batch->first[i];
        batch->tally->at = i;
        const bool is_emitted = layer_emit(layer, batch->directory, &arena, &err);
        if (is_emitted && !layer->line.is_refused)
            emitted[n++] = layer;
        else
            count(session, batch, layer, is_emitted, &err);
    }
    build_and_check(session, batch, emitted, n);
    arena_free(&arena);
    exit(0);
}

static bool start(const struct session *session, struct batch *batch, struct error *err)
{
    fflush(stdout);
    if (mkdir(batch->directory, 0700) != 0)
        return error_set(err, "%s: got \"%s\"; expected a new directory",
                         batch->directory, strerror(errno));
    batch->process = fork();
    if (batch->process == 0)
        run_child(session, batch);
    return batch->process > 0 ||
           error_set(err, "fork: got \"%s\"; expected a process", strerror(errno));
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

/* A process that died takes the layer it was at, and those behind it, with it. */
static void finish(const struct session *session, const struct batch *batch, int status)
{
    struct tally *tally = batch->tally;
    const struct layer *layer = &batch->first[tally->at];
    struct error err = {0};
    remove_directory(batch->directory);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return;
    const size_t n_untold = batch->n - tally->n_passed - tally->n_failed;
    error_set(&err,
              "%s: got %s %d, %zu layers left untried; expected the process to live",
              layer->place, WIFSIGNALED(status) ? "signal" : "exit status",
              WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status),
              n_untold > 0 ? n_untold - 1 : 0);
    print_failure(session, layer, err.message);
    tally->n_failed += n_untold > 0 ? n_untold : 1;
}

static bool wait_for_one(const struct session *session, struct batch *batches, size_t n,
                         struct error *err)
{
    int status;
    const pid_t ended = wait(&status);
    if (ended < 0)
        return error_set(err, "wait: got \"%s\"; expected a process", strerror(errno));
    for (size_t i = 0; i < n; i++)
        if (batches[i].process == ended)
            finish(session, &batches[i], status);
    return true;
}

static bool run_batches(const struct session *session, struct batch *batches, size_t n,
                        struct error *err)
{
    size_t n_running = 0;
    for (size_t next = 0; next < n || n_running > 0;) {
        if (next < n && n_running < session->jobs) {
            if (!start(session, &batches[next++], err))
                return false;
            n_running++;
        } else {
            if (!wait_for_one(session, batches, n, err))
                return false;
            n_running--;
        }
    }
    return true;
}

static int compare_targets(const void *a, const void *b)
{
    const struct layer *x = a, *y = b;
    const size_t lanes_x = x->target->vector_bytes, lanes_y = y->target->vector_bytes;
    if (lanes_x != lanes_y)
        return lanes_x < lanes_y ? -1 : 1;
    const long in_order = atol(x->name + 6) - atol(y->name + 6);
    return in_order < 0 ? -1 : in_order > 0;
}

/* Cuts the layers, sorted by target, into batches of one target. */
static size_t cut(const struct session *session, const char *directory,
                  struct batch *batches, struct tally *tallies)
{
    size_t n = 0;
    for (size_t i = 0; i < session->n_layers; i++) {
        struct layer *layer = &session->layers[i];
        struct batch *last = n == 0 ? NULL : &batches[n - 1];
        if (last != NULL && last->n < BATCH_LAYERS &&
            last->first->target == layer->target) {
            last->n++;
            continue;
        }
        batches[n] = (struct batch){.first = layer, .n = 1, .tally = &tallies[n]};
        snprintf(batches[n].directory, DIRECTORY_BYTES, "%s/%zu", directory, n);
        n++;
    }
    return n;
}

static bool run_in(const struct session *session, const char *directory,
                   struct tally *tallies, size_t *n_passed, size_t *n_failed,
                   struct error *err)
{
    struct arena arena = {0};
    struct batch *batches = arena_take(&arena, session->n_layers, sizeof *batches, err);
    if (batches == NULL)
        return false;
    const size_t n = cut(session, directory, batches, tallies);
    const bool done = run_batches(session, batches, n, err);
    for (size_t i = 0; i < n; i++) {
        *n_passed += tallies[i].n_passed;
        *n_failed += tallies[i].n_failed;
    }
    arena_free(&arena);
    return done;
}

bool session_run(struct session *session, size_t *n_passed, size_t *n_failed,
                 struct error *err)
{
    char directory[DIRECTORY_BYTES / 2];
    const char *parent = getenv("TMPDIR");
    *n_passed = *n_failed = 0;
    if (session->n_layers == 0)
        return true;
    qsort(session->layers, session->n_layers, sizeof *session->layers, compare_targets);
    snprintf(directory, sizeof directory, "%s/tconv-diff-XXXXXX",
             parent == NULL || parent[0] == '\0' ? "/tmp" : parent);
    const size_t bytes = session->n_layers * sizeof(struct tally);
    struct tally *tallies =
        mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (tallies == MAP_FAILED || mkdtemp(directory) == NULL)
        return error_set(err, "%s: got \"%s\"; expected memory and a new directory",
                         directory, strerror(errno));
    const bool done = run_in(session, directory, tallies, n_passed, n_failed, err);
    remove_directory(directory);
    munmap(tallies, bytes);
    return done;
}
