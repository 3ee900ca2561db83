/*
 * also: results of peers that were measured by another program.
 */
#ifndef TCONV_BENCH_ALSO_H
#define TCONV_BENCH_ALSO_H

#include "results.h"
#include "text.h"

/* Adds the timed results of a CSV with at least the columns layer, pass, contender,
 * variant, outcome, min_us, median_us (as --csv writes it), of any contender but tconv;
 * layers that are not at hand stay unused. The texts live in the arena. */
bool also_read(struct results *results, const char *path, struct arena *arena,
               struct error *err) MUST_USE;

#endif
