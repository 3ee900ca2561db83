/*
 * kernel: the emitted kernel of one layer, compiled and loaded.
 *
 * The walk of `tconv bench`, but the library stays in a folder, so that a second run of
 * the benchmark need not compile what it would emit again.
 */
#ifndef TCONV_BENCH_KERNEL_H
#define TCONV_BENCH_KERNEL_H

#include "geometry.h"
#include "layers.h"
#include "plan.h"

struct kernel {
    struct tconv_spec spec;
    struct geometry geometry;
    struct plan plan;
    void *library; /* dlopen handle */
    const struct tconv_kernel *table;
};

struct kernel_request {
    const struct target *target;
    bool exact;            /* only methods that round as a plain sum does */
    const char *plans;     /* a folder whose LAYER.json is the plan, where it is there */
    const char *directory; /* of the kernels; made when missing */
};

/* Emits the layer's kernel, compiles it unless the same text was compiled before with the
 * same command, and loads it. Fails too when the file's own lengths contradict. */
bool kernel_load(struct kernel *kernel, const struct layer *layer,
                 const struct kernel_request *request, struct arena *arena,
                 struct error *err) MUST_USE;
void kernel_release(struct kernel *kernel);

#endif
