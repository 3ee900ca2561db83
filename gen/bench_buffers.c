/* bench_buffers: memory that does not make times depend on luck, and one call of each
 * pass. */
#include "bench_buffers.h"

#include <stdint.h>
#include <sys/mman.h>

#include "random.h"

enum { ALIGNMENT = 64, LARGE_PAGE = 2 << 20 };

/* Aligned. A large buffer asks for large pages: with small ones the time depends by a
 * fifth on which physical pages, and so which sets of the second-level cache, a run
 * happens to get. */
static void *take(struct arena *arena, size_t bytes, struct error *err)
{
    const size_t alignment = bytes < LARGE_PAGE ? ALIGNMENT : LARGE_PAGE;
    unsigned char *taken = arena_take(arena, bytes + alignment, 1, err);
    if (taken == NULL)
        return NULL;
    taken += (alignment - (uintptr_t)taken % alignment) % alignment;
    if (alignment == LARGE_PAGE)
        madvise(taken, bytes,
                MADV_HUGEPAGE); /* advice: the time is honest without it too */
    return taken;
}

static void *take_random(struct arena *arena, const struct geometry *geometry, size_t n,
                         uint64_t *state, struct error *err)
{
    void *taken = take(arena, n * geometry->element_bytes, err);
    if (taken != NULL)
        random_fill(state, geometry->layer.type, n, taken);
    return taken;
}

/* Makes packed and workspace large enough for the kernel. */
static bool fit_kernel(struct bench_buffers *f, const struct tconv_kernel *kernel,
                       struct arena *arena, struct error *err)
{
    const size_t workspace_bytes =
        f->threads == NULL ? kernel->workspace_bytes
                           : tconv_threads_workspace_bytes(f->threads, kernel);
    if (f->packed == NULL || kernel->packed_bytes > f->packed_bytes) {
        f->packed = take(arena, kernel->packed_bytes, err);
        f->packed_bytes = kernel->packed_bytes;
    }
    if (f->workspace == NULL || workspace_bytes > f->workspace_bytes) {
        f->workspace = take(arena, workspace_bytes, err);
        f->workspace_bytes = workspace_bytes;
    }
    return !err->is_set;
}

bool bench_fill_buffers(struct bench_buffers *f, const struct geometry *g,
                        struct arena *arena, struct error *err)
{
    const struct tconv_kernel *kernel = f->kernel;
    const size_t size = g->element_bytes;
    uint64_t state = 1;
    f->x = take_random(arena, g, f->batch * g->x_size, &state, err);
    f->w = take_random(arena, g, g->w_size, &state, err);
    f->b = take_random(arena, g, g->b_size, &state, err);
    f->dy = take_random(arena, g, f->batch * g->y_size, &state, err);
    f->y = take(arena, f->batch * g->y_size * size, err);
    f->saved = take(arena, f->batch * kernel->saved_bytes, err);
    f->dx = take(arena, f->batch * g->x_size * size, err);
    f->dw = take(arena, g->w_size * size, err);
    f->db = take(arena, g->b_size * size, err);
    if (err->is_set || !fit_kernel(f, kernel, arena, err))
        return false;
    kernel->pack(f->w, f->b, f->packed);
    if (kernel->forward_train != NULL)
        kernel->forward_train(0, 1, f->batch, f->x, f->packed, f->y, f->saved,
                              f->workspace);
    return true;
}

bool bench_change_kernel(struct bench_buffers *f, const struct tconv_kernel *kernel,
                         struct arena *arena, struct error *err)
{
    if (!fit_kernel(f, kernel, arena, err))
        return false;
    f->kernel = kernel;
    kernel->pack(f->w, f->b, f->packed);
    return true;
}

void bench_call(const struct bench_buffers *f, enum plan_pass pass)
{
    const struct tconv_kernel *k = f->kernel;
    if (pass == PLAN_FORWARD)
        k->forward(0, 1, f->batch, f->x, f->packed, f->y, f->workspace);
    else if (pass == PLAN_BACKWARD_INPUT)
        k->backward(0, 1, f->batch, f->x, f->packed, f->y, f->saved, f->dy, f->dx, NULL,
                    NULL, f->workspace);
    else
        k->backward(0, 1, f->batch, f->x, f->packed, f->y, f->saved, f->dy, NULL, f->dw,
                    f->db, f->workspace);
}

void bench_share(const struct bench_buffers *f, enum plan_pass pass)
{
    const struct tconv_kernel *k = f->kernel;
    if (pass == PLAN_FORWARD)
        (void)tconv_threads_forward(f->threads, k, f->batch, f->x, f->packed, f->y,
                                    f->workspace);
    else if (pass == PLAN_BACKWARD_INPUT)
        (void)tconv_threads_backward(f->threads, k, f->batch, f->x, f->packed, f->y,
                                     f->saved, f->dy, f->dx, NULL, NULL, f->workspace);
    else
        (void)tconv_threads_backward(f->threads, k, f->batch, f->x, f->packed, f->y,
                                     f->saved, f->dy, NULL, f->dw, f->db, f->workspace);
}

void bench_pin(bool is_wanted, cpu_set_t *before)
{
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_ZERO(before);
    sched_getaffinity(0, sizeof *before, before);
    CPU_SET((size_t)sched_getcpu(), &one);
    if (is_wanted)
        sched_setaffinity(0, sizeof one, &one);
}

void bench_unpin(const cpu_set_t *before)
{
    sched_setaffinity(0, sizeof *before, before);
}
