/*
 * measure: how long the contenders take, in turns.
 */
#ifndef TCONV_BENCH_MEASURE_H
#define TCONV_BENCH_MEASURE_H

#include "check.h"

enum outcome { OUTCOME_TIMED, OUTCOME_WRONG, OUTCOME_DECLINED };

struct contender {
    const char *name, *variant; /* "onednn", "any" */
    const struct peer *peer;
    size_t variant_index;
    bool is_own; /* tconv's kernel, which may have bounds of its own */
    void *opened;
    enum outcome outcome;
    double error; /* the largest, as a share of its bound */
    size_t calls; /* in one sample */
    double *samples;
    double min_us, median_us; /* of one call, the whole batch */
    size_t repeats;
};

/*
 * Opens each contender for the pass, checks its result, and times those that are right:
 * rounds of one sample each, as many as fit into `seconds`, at least five. A short call
 * is repeated until a sample is long enough to measure, and called once before it, so
 * that what the others left in the caches does not count.
 */
bool measure(struct contender *contenders, size_t n, const struct problem *problem,
             const struct check *check, double seconds, struct error *err) MUST_USE;

#endif
