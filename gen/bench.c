/* bench: a warm-up that finds how often to repeat, and interleaved samples. */
#include "bench.h"

#include <stdlib.h>

#include "bench_buffers.h"
#include "clock.h"

#define PASS_SECONDS 0.3
#define SAMPLE_SECONDS 20e-6 /* short calls are timed several at once */
#define WARM_SECONDS 2e-3 /* up to this long, what others evicted is read again first */

enum { LEAST_REPEATS = 5, MOST_REPEATS = 2000 };

struct sampler {
    void (*call)(const struct bench_buffers *buffers, enum plan_pass pass);
    enum plan_pass pass;
    size_t calls, repeats; /* calls in one sample; samples */
    bool is_warmed;        /* whether an untimed call goes before each sample */
    double *samples;       /* seconds of one call */
};

static double time_calls(const struct sampler *sampler,
                         const struct bench_buffers *buffers)
{
    const double began = clock_seconds();
    for (size_t i = 0; i < sampler->calls; i++)
        sampler->call(buffers, sampler->pass);
    return (clock_seconds() - began) / (double)sampler->calls;
}

static double take_sample(const struct sampler *sampler,
                          const struct bench_buffers *buffers)
{
    if (sampler->is_warmed)
        sampler->call(buffers, sampler->pass);
    return time_calls(sampler, buffers);
}

static size_t clamp(double wanted, size_t least, size_t most)
{
    return wanted < (double)least ? least : wanted > (double)most ? most : (size_t)wanted;
}

/* Warms up, and sets how many calls and repeats fill the time. */
static void calibrate(struct sampler *sampler, const struct bench_buffers *buffers)
{
    sampler->calls = 1;
    time_calls(sampler, buffers);
    double call = time_calls(sampler, buffers) + 1e-9;
    sampler->calls = clamp(SAMPLE_SECONDS / call + 1, 1, 100000);
    call = time_calls(sampler, buffers) + 1e-9;
    sampler->is_warmed = call < WARM_SECONDS;
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

static bool sample_passes(const struct bench_buffers *buffers, double flops,
                          struct bench_report *report, struct arena *arena,
                          struct error *err)
{
    struct sampler samplers[SAMPLERS];
    const int n = buffers->threads == NULL ? PLAN_PASSES : SAMPLERS;
    for (int s = 0; s < n; s++) {
        samplers[s] = (struct sampler){.call = s < PLAN_PASSES ? bench_call : bench_share,
                                       .pass = (enum plan_pass)(s % PLAN_PASSES)};
        calibrate(&samplers[s], buffers);
        samplers[s].samples = arena_take(arena, MOST_REPEATS, sizeof(double), err);
        if (samplers[s].samples == NULL)
            return false;
    }
    for (size_t i = 0; i < MOST_REPEATS; i++)
        for (int s = 0; s < n; s++)
            if (i < samplers[s].repeats)
                samplers[s].samples[i] = take_sample(&samplers[s], buffers);
    for (int s = 0; s < n; s++) {
        const double one_thread = report->pass[s % PLAN_PASSES].min_us;
        report->pass[s % PLAN_PASSES] = summarise(&samplers[s], flops);
        if (s >= PLAN_PASSES)
            report->pass[s % PLAN_PASSES].speedup =
                one_thread / report->pass[s % PLAN_PASSES].min_us;
    }
    return true;
}

static bool start_threads(struct bench_buffers *buffers, size_t n, struct error *err)
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
    struct bench_buffers buffers = {.kernel = kernel, .batch = batch};
    cpu_set_t before;
    const double flops = 2.0 * (double)batch * (double)geometry->natural_macs;
    if (kernel->backward == NULL)
        return error_set(err, "--plan: got a plan without the backward passes; expected "
                              "one with them");
    if (threads > 1 && !start_threads(&buffers, threads, err))
        return false;
    bench_pin(threads == 1, &before);
    *report = (struct bench_report){.batch = batch, .threads = threads};
    report->peak = peak_measure(geometry->layer.type);
    const bool done = bench_fill_buffers(&buffers, geometry, &arena, err) &&
                      sample_passes(&buffers, flops, report, &arena, err);
    const struct peak again =
        peak_measure(geometry->layer.type); /* one may be disturbed */
    if (again.gflops > report->peak.gflops)
        report->peak = again;
    bench_unpin(&before);
    tconv_threads_destroy(buffers.threads);
    arena_free(&arena);
    return done;
}
