/* bench: buffers, a warm-up that finds how often to repeat, and interleaved samples. */
#include "bench.h"

#include <sched.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "clock.h"
#include "random.h"
#include "tconv_threads.h"

#define PASS_SECONDS 0.3
#define SAMPLE_SECONDS 20e-6 /* short calls are timed several at once */

enum { LEAST_REPEATS = 5, MOST_REPEATS = 2000, ALIGNMENT = 64, LARGE_PAGE = 2 << 20 };

struct buffers {
    const struct tconv_kernel *kernel;
    struct tconv_threads *threads; /* NULL: one thread, without a pool's overhead */
    size_t batch;
    void *x, *w, *b, *packed, *y, *saved, *dy, *dx, *dw, *db, *workspace;
};

struct sampler {
    void (*call)(const struct buffers *buffers);
    size_t calls, repeats; /* calls in one sample; samples */
    double *samples;       /* seconds of one call */
};

static void call_forward(const struct buffers *f)
{
    f->kernel->forward(0, 1, f->batch, f->x, f->packed, f->y, f->workspace);
}

static void call_backward(const struct buffers *f, void *dx, void *dw, void *db)
{
    f->kernel->backward(0, 1, f->batch, f->x, f->packed, f->y, f->saved, f->dy, dx, dw,
                        db, f->workspace);
}

static void call_backward_input(const struct buffers *f)
{
    call_backward(f, f->dx, NULL, NULL);
}

static void call_backward_weights(const struct buffers *f)
{
    call_backward(f, NULL, f->dw, f->db);
}

/* The same on all threads. The calls can fail no more: bench_measure tried one. */
static void share_forward(const struct buffers *f)
{
    (void)tconv_threads_forward(f->threads, f->kernel, f->batch, f->x, f->packed, f->y,
                                f->workspace);
}

static void share_backward(const struct buffers *f, void *dx, void *dw, void *db)
{
    (void)tconv_threads_backward(f->threads, f->kernel, f->batch, f->x, f->packed, f->y,
                                 f->saved, f->dy, dx, dw, db, f->workspace);
}

static void share_backward_input(const struct buffers *f)
{
    share_backward(f, f->dx, NULL, NULL);
}

static void share_backward_weights(const struct buffers *f)
{
    share_backward(f, NULL, f->dw, f->db);
}

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

static bool fill_buffers(struct buffers *f, const struct geometry *g, struct arena *arena,
                         struct error *err)
{
    const struct tconv_kernel *kernel = f->kernel;
    const size_t size = g->element_bytes;
    uint64_t state = 1;
    f->x = take_random(arena, g, f->batch * g->x_size, &state, err);
    f->w = take_random(arena, g, g->w_size, &state, err);
    f->b = take_random(arena, g, g->b_size, &state, err);
    f->dy = take_random(arena, g, f->batch * g->y_size, &state, err);
    f->packed = take(arena, kernel->packed_bytes, err);
    f->y = take(arena, f->batch * g->y_size * size, err);
    f->saved = take(arena, f->batch * kernel->saved_bytes, err);
    f->dx = take(arena, f->batch * g->x_size * size, err);
    f->dw = take(arena, g->w_size * size, err);
    f->db = take(arena, g->b_size * size, err);
    f->workspace =
        take(arena,
             f->threads == NULL ? kernel->workspace_bytes
                                : tconv_threads_workspace_bytes(f->threads, kernel),
             err);
    if (err->is_set)
        return false;
    kernel->pack(f->w, f->b, f->packed);
    kernel->forward_train(0, 1, f->batch, f->x, f->packed, f->y, f->saved, f->workspace);
    return true;
}

static double time_calls(const struct sampler *sampler, const struct buffers *buffers)
{
    const double began = clock_seconds();
    for (size_t i = 0; i < sampler->calls; i++)
        sampler->call(buffers);
    return (clock_seconds() - began) / (double)sampler->calls;
}

static size_t clamp(double wanted, size_t least, size_t most)
{
    return wanted < (double)least ? least : wanted > (double)most ? most : (size_t)wanted;
}

/* Warms up, and sets how many calls and repeats fill the time. */
static void calibrate(struct sampler *sampler, const struct buffers *buffers)
{
    sampler->calls = 1;
    time_calls(sampler, buffers);
    double call = time_calls(sampler, buffers) + 1e-9;
    sampler->calls = clamp(SAMPLE_SECONDS / call + 1, 1, 100000);
    call = time_calls(sampler, buffers) + 1e-9;
    sampler->repeats = clamp(PASS_SECONDS / (call * (double)sampler->calls),
                             LEAST_REPEATS, MOST_REPEATS);
}

static int compare_samples(const void *left, const void *right)
{
    const double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

static struct bench_pass summarise(struct sampler *sampler, double flops)
{
    double *samples = sampler->samples;
    const size_t n = sampler->repeats;
    qsort(samples, n, sizeof samples[0], compare_samples);
    const double median = (samples[n / 2] + samples[(n - 1) / 2]) / 2;
    return (struct bench_pass){.min_us = samples[0] * 1e6,
                               .median_us = median * 1e6,
                               .repeats = n,
                               .gflops = flops / samples[0] * 1e-9,
                               .speedup = 1};
}

/* Samplers of the passes on one thread, then of the same on several. */
enum { SAMPLERS = 2 * PLAN_PASSES };

static bool sample_passes(const struct buffers *buffers, double flops,
                          struct bench_report *report, struct arena *arena,
                          struct error *err)
{
    struct sampler samplers[SAMPLERS] = {
        {.call = call_forward},          {.call = call_backward_input},
        {.call = call_backward_weights}, {.call = share_forward},
        {.call = share_backward_input},  {.call = share_backward_weights}};
    const int n = buffers->threads == NULL ? PLAN_PASSES : SAMPLERS;
    for (int s = 0; s < n; s++) {
        calibrate(&samplers[s], buffers);
        samplers[s].samples = arena_take(arena, MOST_REPEATS, sizeof(double), err);
        if (samplers[s].samples == NULL)
            return false;
    }
    for (size_t i = 0; i < MOST_REPEATS; i++)
        for (int s = 0; s < n; s++)
            if (i < samplers[s].repeats)
                samplers[s].samples[i] = time_calls(&samplers[s], buffers);
    for (int s = 0; s < n; s++) {
        const double one_thread = report->pass[s % PLAN_PASSES].min_us;
        report->pass[s % PLAN_PASSES] = summarise(&samplers[s], flops);
        if (s >= PLAN_PASSES)
            report->pass[s % PLAN_PASSES].speedup =
                one_thread / report->pass[s % PLAN_PASSES].min_us;
    }
    return true;
}

/* Keeps the thread on the CPU it is on. */
static void pin(void)
{
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET((size_t)sched_getcpu(), &one);
    sched_setaffinity(0, sizeof one, &one);
}

static bool start_threads(struct buffers *buffers, size_t n, struct error *err)
{
    const enum tconv_threads_result result = tconv_threads_create(&buffers->threads, n);
    return result == TCONV_THREADS_OK ||
           error_set(err, "--threads: got %zu, and %s; expected fewer", n,
                     tconv_threads_message(result));
}

bool bench_measure(const struct tconv_kernel *kernel, const struct geometry *geometry,
                   size_t batch, size_t threads, struct bench_report *report,
                   struct error *err)
{
    struct arena arena = {0};
    struct buffers buffers = {.kernel = kernel, .batch = batch};
    cpu_set_t before;
    const double flops = 2.0 * (double)batch * (double)geometry->natural_macs;
    if (threads > 1 && !start_threads(&buffers, threads, err))
        return false;
    sched_getaffinity(0, sizeof before, &before);
    if (threads == 1)
        pin();
    *report = (struct bench_report){.batch = batch, .threads = threads};
    report->peak = peak_measure(geometry->layer.type);
    const bool done = fill_buffers(&buffers, geometry, &arena, err) &&
                      sample_passes(&buffers, flops, report, &arena, err);
    const struct peak again =
        peak_measure(geometry->layer.type); /* one may be disturbed */
    if (again.gflops > report->peak.gflops)
        report->peak = again;
    sched_setaffinity(0, sizeof before, &before);
    tconv_threads_destroy(buffers.threads);
    arena_free(&arena);
    return done;
}
