/*
 * problem: the data of one layer, as every contender gets it.
 */
#ifndef TCONV_BENCH_PROBLEM_H
#define TCONV_BENCH_PROBLEM_H

#include "error.h"
#include "peer.h"

/* Random x, w, dy from [-1, 1), the same in every run. */
bool problem_make(struct problem *problem, const struct tconv_kernel *kernel,
                  size_t batch, struct error *err) MUST_USE;
void problem_free(struct problem *problem);

/* The tensor that a pass writes, and its elements. */
float *problem_result(const struct problem *problem, enum tconv_pass pass, size_t *n);

#endif
