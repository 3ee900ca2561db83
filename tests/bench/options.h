/*
 * options: the command line. run.sh --help says what each means.
 */
#ifndef TCONV_BENCH_OPTIONS_H
#define TCONV_BENCH_OPTIONS_H

#include "error.h"
#include "peer.h"

enum { MOST_ALSO = 8 };

struct options {
    bool prepare; /* only compiles the kernels */
    const char *shapes, *only, *passes, *peers, *target, *numerics, *plans;
    const char *csv, *json;
    const char *also[MOST_ALSO];                     /* ended by NULL */
    const char *peers_directory, *kernels_directory; /* libraries; emitted kernels */
    int cpu;                                         /* -1: where it runs */
    double seconds;
};

/* Reads argv; the error is wrong usage. */
bool options_read(struct options *options, int argc, char *argv[],
                  struct error *err) MUST_USE;

/* Whether --passes has it, or is absent. */
bool options_want(const struct options *options, enum tconv_pass pass);

#endif
