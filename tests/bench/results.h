/*
 * results: what was measured, and who was the fastest.
 */
#ifndef TCONV_BENCH_RESULTS_H
#define TCONV_BENCH_RESULTS_H

#include "arena.h"
#include "measure.h"

/* One contender at one pass of one layer. Texts belong to whoever added it. */
struct result {
    const char *layer, *name, *variant;
    enum tconv_pass pass;
    enum outcome outcome;
    double error, min_us, median_us;
    size_t repeats;
    double flops; /* useful ones: 2 for each multiply-add inside the output, all images */
    double bytes; /* of x, w and y, each once */
};

struct results {
    struct result *at;
    size_t n, room;
};

bool results_add(struct results *results, const struct result *result,
                 struct error *err) MUST_USE;
void results_free(struct results *results);

/* tconv's own at a layer's pass, and the fastest of the others by least time; NULL where
 * there is none. */
const struct result *results_ours(const struct results *results, const char *layer,
                                  enum tconv_pass pass);
const struct result *results_best(const struct results *results, const char *layer,
                                  enum tconv_pass pass);

/* Geometric mean over the layers of best peer / tconv, by least times or by medians; 0
 * without any. */
double results_mean(const struct results *results, enum tconv_pass pass, bool by_median);

const char *bench_pass_name(enum tconv_pass pass);

/* The name that tconv has among the contenders. */
#define OURS_NAME "tconv"

#endif
