/*
 * bench: how fast a loaded kernel is on this machine, pass by pass, on one core or
 * several.
 */
#ifndef TCONV_GEN_BENCH_H
#define TCONV_GEN_BENCH_H

#include "geometry.h"
#include "peak.h"
#include "plan.h"
#include "toolchain.h"

struct bench_pass {
    double min_us, median_us; /* of one call, all images of the batch */
    size_t repeats;
    double
        gflops; /* 2 * batch * natural multiply-adds / min; the peak is a best time too */
    double speedup; /* over one thread, best times of the same run */
};

struct bench_report {
    size_t batch, threads;
    struct peak peak; /* of one core */
    struct bench_pass pass[PLAN_PASSES];
};

/* Measures the peak, then each pass: warmed up, interleaved, about 0.3 s and at least 5
 * repeats each. With one thread, it stays on its CPU meanwhile; with more, the passes are
 * measured on one thread too. batch is from 1. Fails for a
 * kernel without backward passes, and when memory or threads are out. */
bool bench_measure(const struct tconv_kernel *kernel, const struct geometry *geometry,
                   size_t batch, size_t threads, struct bench_report *report,
                   struct error *err) MUST_USE;

/* Appends the report, with what was measured before the kernel could run, for a person or
 * as one JSON object. */
void bench_write(const struct bench_report *report, double generate_ms,
                 const struct built *built, struct text *out);
void bench_write_json(const struct bench_report *report, double generate_ms,
                      const struct built *built, struct text *out);

#endif
