/*
 * target: a table of machines to emit for. A new machine is a new row.
 */
#ifndef TCONV_GEN_TARGET_H
#define TCONV_GEN_TARGET_H

#include <stddef.h>

#include "error.h"
#include "text.h"
#include "tconv.h"

struct target {
    const char *name;
    size_t vector_bytes;  /* width of one vector register; 0 for ISO C without vectors */
    size_t n_registers;   /* vector registers that a micro-kernel may use */
    double fma_per_cycle; /* vector multiply-adds started in one cycle */
    double narrow_fma_per_cycle; /* the same of vectors of half the width and less */
    size_t loop_channels;  /* without vectors: most channels of a loop for the compiler to
                              vectorise, 0 with them */
    double loop_per_cycle; /* multiply-adds of such a loop in one cycle */
    size_t l1_bytes, l2_bytes;
    const char *attribute; /* the target attribute that functions need, "" where none */
    const char *flags;     /* options a C compiler needs for full speed */
    const char *summary;   /* one line for --help */
};

/* The target of that name; "native" is the widest row that this CPU runs, so that the
 * emitted file names a real machine. NULL, with an error that lists the names, for any
 * other. */
const struct target *target_find(const char *name, struct error *err) MUST_USE;

/* Appends the names that target_find takes: "portable, ..., or native". */
void target_put_names(struct text *out);

/* Row number `index` of the table, NULL past its end. */
const struct target *target_row(size_t index);

/* Whether code emitted for this target runs on the CPU at hand. */
bool target_runs_here(const struct target *target);

/* Elements of `type` in one vector; 1 for ISO C. */
size_t target_lanes(const struct target *target, enum tconv_type type);

#endif
