/*
 * machine: what this CPU could do at best, measured in the same run; and the one thread.
 */
#ifndef TCONV_BENCH_MACHINE_H
#define TCONV_BENCH_MACHINE_H

#include "error.h"
#include "peak.h"

struct machine {
    int cpu;
    char model[128];       /* as the system names it */
    struct peak peak;      /* the best so far */
    double gigabytes;      /* read from memory in a second, one core */
    const char *peers[16]; /* what they call themselves; ended by NULL */
};

/* Binds the process to one CPU; -1: to the one where it runs. Call before any library may
 * start threads. */
bool machine_pin(struct machine *machine, int cpu, struct error *err) MUST_USE;

/* The name, the peak and the bandwidth: about half a second. */
bool machine_measure(struct machine *machine, struct error *err) MUST_USE;

/* The peak again, as clocks move; the better one stays. */
void machine_measure_peak(struct machine *machine);

#endif
