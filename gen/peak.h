/*
 * peak: how many floating-point operations one core of this machine can do, measured.
 */
#ifndef TCONV_GEN_PEAK_H
#define TCONV_GEN_PEAK_H

#include "tconv.h"

struct peak {
    const char *unit; /* what was measured, e.g. "AVX-512 FMA" */
    double gflops;    /* a multiply-add counts as two */
};

/* The best of several runs, about 30 ms in all, of independent multiply-adds in
 * registers, with the widest vectors that the CPU has. Two calls differ as the clock
 * does. */
struct peak peak_measure(enum tconv_type type);

#endif
