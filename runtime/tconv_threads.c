/*
 * tconv_threads: a kernel's pass cut into parts, a workspace for each, and a team that
 * runs them. How threads wait and wake is tconv_team's business.
 */
#include "tconv_threads.h"

#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>

#include "tconv_team.h"

enum { ALIGNMENT = 64 };

/* Multiply-adds that take about as long as waking a thread does. */
#ifndef TCONV_THREADS_PART_WORK
#define TCONV_THREADS_PART_WORK 262144
#endif

struct tconv_threads {
    size_t n;
    struct tconv_team *team;
    atomic_flag is_busy;
    void *memory; /* of the workspaces, as malloc gave it */
    unsigned char *workspace;
    size_t workspace_bytes;
};

/* One pass of one kernel, as its caller gave it. */
struct job {
    tconv_team_part *run;
    const struct tconv_kernel *kernel;
    size_t parts, batch, part_bytes;
    const void *x, *packed, *dy, *y_of_backward, *saved_of_backward;
    void *y, *saved, *dx, *dw, *db;
    unsigned char *workspace;
};

enum tconv_threads_result tconv_threads_create(struct tconv_threads **threads, size_t n)
{
    *threads = NULL;
    if (n == 0 || n > TCONV_THREADS_MOST)
        return TCONV_THREADS_BAD_COUNT;
    struct tconv_threads *taken = calloc(1, sizeof *taken);
    if (taken == NULL)
        return TCONV_THREADS_NO_MEMORY;
    int is_refused;
    taken->n = n;
    taken->team = tconv_team_create(n, &is_refused);
    if (taken->team == NULL) {
        free(taken);
        return is_refused ? TCONV_THREADS_NOT_STARTED : TCONV_THREADS_NO_MEMORY;
    }
    atomic_flag_clear(&taken->is_busy);
    *threads = taken;
    return TCONV_THREADS_OK;
}

void tconv_threads_destroy(struct tconv_threads *threads)
{
    if (threads == NULL)
        return;
    tconv_team_destroy(threads->team);
    free(threads->memory);
    free(threads);
}

size_t tconv_threads_count(const struct tconv_threads *threads)
{
    return threads->n;
}

const char *tconv_threads_message(enum tconv_threads_result result)
{
    static const char *const messages[TCONV_THREADS_RESULTS] = {
        [TCONV_THREADS_OK] = "done",
        [TCONV_THREADS_BAD_COUNT] = "the number of threads is 0 or too large",
        [TCONV_THREADS_NO_MEMORY] = "there is no memory for the threads",
        [TCONV_THREADS_NOT_STARTED] = "the system starts no more threads",
        [TCONV_THREADS_WRONG_ABI] = "the kernel was emitted for another tconv.h",
        [TCONV_THREADS_NO_BACKWARD] = "the kernel was emitted without backward passes",
        [TCONV_THREADS_BUSY] = "the threads still run another pass"};
    return (unsigned)result < TCONV_THREADS_RESULTS ? messages[result] : "unknown result";
}

/* Bytes from one part's workspace to the next's; 0 when they would not fit. */
static size_t part_bytes(const struct tconv_kernel *kernel)
{
    const size_t whole = kernel->workspace_bytes + (ALIGNMENT - 1);
    return whole < ALIGNMENT ? 0 : whole / ALIGNMENT * ALIGNMENT;
}

size_t tconv_threads_workspace_bytes(const struct tconv_threads *threads,
                                     const struct tconv_kernel *kernel)
{
    const size_t each = part_bytes(kernel);
    return each > SIZE_MAX / threads->n ? 0 : each * threads->n;
}

/* Makes the pool's own workspaces at least that large; false when memory is out. */
static int grow(struct tconv_threads *threads, size_t bytes)
{
    if (bytes <= threads->workspace_bytes)
        return 1;
    void *memory = bytes > SIZE_MAX - ALIGNMENT ? NULL : malloc(bytes + ALIGNMENT);
    if (memory == NULL)
        return 0;
    free(threads->memory);
    threads->memory = memory;
    threads->workspace =
        (unsigned char *)memory + (ALIGNMENT - (uintptr_t)memory % ALIGNMENT);
    threads->workspace_bytes = bytes;
    return 1;
}

/* As many parts as threads, but none with less than
 * TCONV_THREADS_PART_WORK to do. */
static size_t choose_parts(const struct tconv_threads *threads, const struct job *job)
{
    const struct tconv_layer *layer = &job->kernel->layer;
    double work = (double)job->batch * (double)layer->in_c * (double)layer->out_c;
    for (int a = 0; a < 2; a++)
        work *= (double)layer->axis[a].in * (double)layer->axis[a].kernel;
    const double worth = work / TCONV_THREADS_PART_WORK;
    if (worth >= (double)threads->n)
        return threads->n;
    return worth < 1 ? 1 : (size_t)worth;
}

static enum tconv_threads_result place_workspace(struct tconv_threads *threads,
                                                 struct job *job, void *given)
{
    job->part_bytes = part_bytes(job->kernel);
    job->workspace = given;
    if (given != NULL || job->kernel->workspace_bytes == 0)
        return TCONV_THREADS_OK;
    const size_t bytes = tconv_threads_workspace_bytes(threads, job->kernel);
    if (bytes == 0 || !grow(threads, bytes))
        return TCONV_THREADS_NO_MEMORY;
    job->workspace = threads->workspace;
    return TCONV_THREADS_OK;
}

static enum tconv_threads_result run(struct tconv_threads *threads, struct job job,
                                     void *workspace)
{
    if (job.kernel->abi != TCONV_ABI)
        return TCONV_THREADS_WRONG_ABI;
    if (atomic_flag_test_and_set_explicit(&threads->is_busy, memory_order_acquire))
        return TCONV_THREADS_BUSY;
    const enum tconv_threads_result result = place_workspace(threads, &job, workspace);
    if (result == TCONV_THREADS_OK) {
        job.parts = choose_parts(threads, &job);
        tconv_team_run(threads->team, job.run, &job, job.parts);
    }
    atomic_flag_clear_explicit(&threads->is_busy, memory_order_release);
    return result;
}

static void *workspace_of(const struct job *job, size_t part)
{
    return job->workspace == NULL ? NULL : job->workspace + part * job->part_bytes;
}

static void run_forward(const void *context, size_t part)
{
    const struct job *job = context;
    job->kernel->forward(part, job->parts, job->batch, job->x, job->packed, job->y,
                         workspace_of(job, part));
}

static void run_train(const void *context, size_t part)
{
    const struct job *job = context;
    job->kernel->forward_train(part, job->parts, job->batch, job->x, job->packed, job->y,
                               job->saved, workspace_of(job, part));
}

static void run_backward(const void *context, size_t part)
{
    const struct job *job = context;
    job->kernel->backward(part, job->parts, job->batch, job->x, job->packed,
                          job->y_of_backward, job->saved_of_backward, job->dy, job->dx,
                          job->dw, job->db, workspace_of(job, part));
}

enum tconv_threads_result tconv_threads_forward(struct tconv_threads *threads,
                                                const struct tconv_kernel *kernel,
                                                size_t batch, const void *x,
                                                const void *packed, void *y,
                                                void *workspace)
{
    const struct job job = {.run = run_forward,
                            .kernel = kernel,
                            .batch = batch,
                            .x = x,
                            .packed = packed,
                            .y = y};
    return run(threads, job, workspace);
}

enum tconv_threads_result tconv_threads_forward_train(struct tconv_threads *threads,
                                                      const struct tconv_kernel *kernel,
                                                      size_t batch, const void *x,
                                                      const void *packed, void *y,
                                                      void *saved, void *workspace)
{
    const struct job job = {.run = run_train,
                            .kernel = kernel,
                            .batch = batch,
                            .x = x,
                            .packed = packed,
                            .y = y,
                            .saved = saved};
    if (kernel->abi == TCONV_ABI && kernel->forward_train == NULL)
        return TCONV_THREADS_NO_BACKWARD;
    return run(threads, job, workspace);
}

enum tconv_threads_result
tconv_threads_backward(struct tconv_threads *threads, const struct tconv_kernel *kernel,
                       size_t batch, const void *x, const void *packed, const void *y,
                       const void *saved, const void *dy, void *dx, void *dw, void *db,
                       void *workspace)
{
    const struct job job = {.run = run_backward,
                            .kernel = kernel,
                            .batch = batch,
                            .x = x,
                            .packed = packed,
                            .y_of_backward = y,
                            .saved_of_backward = saved,
                            .dy = dy,
                            .dx = dx,
                            .dw = dw,
                            .db = db};
    if (kernel->abi == TCONV_ABI && kernel->backward == NULL)
        return TCONV_THREADS_NO_BACKWARD;
    return run(threads, job, workspace);
}
