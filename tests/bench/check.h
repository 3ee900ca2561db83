/*
 * check: whether a contender's result is right, by the judge (tconv_judge.h).
 *
 * A layer of some of the channels is a layer too: the judge computes it in float64, and
 * with it every position and tap of these channels. All channels where that is
 * affordable; else some, first and last among them.
 */
#ifndef TCONV_BENCH_CHECK_H
#define TCONV_BENCH_CHECK_H

#include "problem.h"

struct check {
    enum tconv_pass pass;
    size_t n_channels, n; /* channels that are checked; elements */
    size_t *channels;     /* of y, of dx, or output channels of dw */
    double *values;       /* [positions or taps][n_channels], dw: ... [in_c] */
    double *bound;        /* of a plain sum */
    double *own_bound;    /* of tconv's kernel: another where that filters windows */
};

/* Computes what the pass has to give. */
bool check_make(struct check *check, const struct problem *problem, enum tconv_pass pass,
                struct error *err) MUST_USE;
void check_free(struct check *check);

/* The largest error of the problem's result, tconv's own or a peer's, as a share of its
 * bound: right up to 1. */
double check_result(const struct check *check, const struct problem *problem,
                    bool is_own);

#endif
