/*
 * verify: an emitted kernel against the layer's definition, every pass.
 *
 * Three steps: random data (verify.c), all the ways to run the kernel in a child process
 * between guard pages (verify_run.c), and the judge's opinion of what came out
 * (verify_judge.c). Used by the verb and by the tests that try many layers.
 */
#ifndef TCONV_GEN_VERIFY_H
#define TCONV_GEN_VERIFY_H

#include <stdint.h>

#include "error.h"
#include "tconv.h"
#include "text.h"

enum verify_check {
    VERIFY_FORWARD_Y,
    VERIFY_TRAIN_Y,
    VERIFY_TRAIN_Z, /* what forward_train saved, when the derivative needs z */
    VERIFY_DX,
    VERIFY_DW,
    VERIFY_DB,
    VERIFY_CHECKS
};

/* The element that comes closest to, or goes furthest over, its error bound. */
struct verify_worst {
    bool was_checked;
    size_t n_elements;
    size_t index[4]; /* in the tensor's own axes */
    int n_axes;
    double share; /* of the bound; over 1 is wrong; NaN counts as infinite */
    double got, expected, bound;
};

struct verify_report {
    struct verify_worst worst[VERIFY_CHECKS];
    char crash[512]; /* what went wrong while running: a signal, a stray write, parts that
                        differ; "" when nothing did */
};

/*
 * Runs every pass of the kernel on a batch (0 is fine) of random data: whole and as 1, 2
 * and 3 parts, which must agree bit by bit; with each gradient alone and with none; at
 * three places between guard pages; with inputs that fault when written and outputs that
 * start as NaN. Then compares with the judge in float64.
 *
 * Fails only when memory is out or no child can be forked; wrong results are in the
 * report.
 */
bool verify_kernel(const struct tconv_kernel *kernel, size_t batch, uint64_t seed,
                   struct verify_report *report, struct error *err) MUST_USE;

/* Appends one line for each check, then OK or FAIL. */
void verify_write(const struct verify_report *report, struct text *out);

/* False, with an error at `place` that tells the worst of it, unless all is within
 * bounds. */
bool verify_passed(const struct verify_report *report, const char *place,
                   struct error *err) MUST_USE;

#endif
