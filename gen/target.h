/*
 * target: a table of machines to emit for. A new machine is a new row.
 *
 * A row is what a compiler may use (vectors, registers, options) and a core that plans
 * are made for: rows may share the first and differ in the second.
 */
#ifndef TCONV_GEN_TARGET_H
#define TCONV_GEN_TARGET_H

#include <stddef.h>

#include "error.h"
#include "text.h"
#include "tconv.h"

/* A cache of one core. */
struct target_cache {
    size_t bytes, ways;     /* ways: lines that share a set */
    double bytes_per_cycle; /* read from it beside products */
};

/* What a core does in a cycle and keeps near: measured, or its maker's word. */
struct target_core {
    double fma_per_cycle;        /* vector multiply-adds started in one cycle */
    double narrow_fma_per_cycle; /* the same of vectors of half the width and less */
    bool mixes_widths; /* whether these run at that rate beside whole vectors, too */
    struct target_cache l1, l2,
        shared; /* shared: by all cores; what one may keep there */
    double memory_bytes_per_cycle;
    bool asks_ahead; /* whether what streams from the shared cache is asked for early */
    double l2_stored_per_cycle, shared_stored_per_cycle; /* bytes, where stores wait */
    double load_cycles; /* of a load beside products, where loads are near their limit */
    double stream_cycles;  /* of a byte of an image, from memory or to it, that comes by
                              one row at a time */
    double collide_cycles; /* of a step that reads pixels which share sets of l2 */
    double move_cycles;    /* of a vector moved to or from a cache by a transform */
    double add_cycles;     /* of an addition there */
    double call_cycles;    /* of a short function beside its products or transforms, where
                              these do not hide it */
    size_t loop_channels;  /* without vectors: most channels of a loop for the compiler to
                              vectorise, 0 with them */
    double loop_per_cycle; /* multiply-adds of such a loop in one cycle */
};

/* A CPU, as cpuid tells it. */
struct target_cpu {
    char vendor[13]; /* "GenuineIntel"; "" where there is no cpuid */
    unsigned family, model;
};

struct target {
    const char *name;
    size_t vector_bytes; /* width of one vector register; 0 for ISO C without vectors */
    size_t n_registers;  /* vector registers that a micro-kernel may use */
    const struct target_core *core;
    const struct target_models *models; /* whose row this is; NULL: for any CPU */
    const char *attribute; /* the target attribute that functions need, "" where none */
    const char *flags;     /* options a C compiler needs for full speed */
    const char *summary;   /* one line for --help */
};

/* The target of that name; "native" is the row of the CPU at hand, and where it has none
 * the widest row for any CPU that it runs, so that the emitted file names a real machine.
 * NULL, with an error that lists the names, for any other. */
const struct target *target_find(const char *name, struct error *err) MUST_USE;

/* Appends the names that target_find takes: "portable, ..., or native". */
void target_put_names(struct text *out);

/* Row number `index` of the table, NULL past its end. */
const struct target *target_row(size_t index);

/* Whether code emitted for this target runs on the CPU at hand. */
bool target_runs_here(const struct target *target);

/* The row made for that CPU, NULL where there is none. */
const struct target *target_of_cpu(const struct target_cpu *cpu);

/* Elements of `type` in one vector; 1 for ISO C. */
size_t target_lanes(const struct target *target, enum tconv_type type);

#endif
