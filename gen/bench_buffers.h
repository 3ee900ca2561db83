/*
 * bench_buffers: what the passes of a kernel read and write while they are timed.
 */
#ifndef TCONV_GEN_BENCH_BUFFERS_H
#define TCONV_GEN_BENCH_BUFFERS_H

#include <sched.h>

#include "arena.h"
#include "geometry.h"
#include "plan.h"
#include "tconv_threads.h"

struct bench_buffers {
    const struct tconv_kernel *kernel;
    struct tconv_threads *threads;               /* of bench_share */
    size_t batch, packed_bytes, workspace_bytes; /* the last two: of what is there */
    void *x, *w, *b, *packed, *y, *saved, *dy, *dx, *dw, *db, *workspace;
};

/* Takes buffers for the kernel, aligned, with random data, weights packed, and y and
 * saved computed where the kernel has backward passes. kernel, threads (NULL: one) and
 * batch are set. */
bool bench_fill_buffers(struct bench_buffers *buffers, const struct geometry *geometry,
                        struct arena *arena, struct error *err) MUST_USE;

/* Makes the buffers those of another kernel of the same layer, with its weights packed,
 * taking larger ones where it needs them. */
bool bench_change_kernel(struct bench_buffers *buffers, const struct tconv_kernel *kernel,
                         struct arena *arena, struct error *err) MUST_USE;

/* Runs one pass on the caller's thread; backward_weights with the bias' gradient. */
void bench_call(const struct bench_buffers *buffers, enum plan_pass pass);

/* The same on buffers->threads. It cannot fail: the buffers are there. */
void bench_share(const struct bench_buffers *buffers, enum plan_pass pass);

/* Keeps the thread on the CPU it is on, where wanted; `before` is what was allowed. */
void bench_pin(bool is_wanted, cpu_set_t *before);
void bench_unpin(const cpu_set_t *before);

#endif
