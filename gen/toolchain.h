/*
 * toolchain: compile an emitted kernel with the system's C compiler, load it, measure it.
 *
 * Works in a directory of its own under TMPDIR, removed by toolchain_release. The compiler is
 * $CC, or cc. The runtime's headers come from the binary itself, so that tconv needs no
 * source tree.
 */
#ifndef TCONV_GEN_TOOLCHAIN_H
#define TCONV_GEN_TOOLCHAIN_H

#include "emit.h"

struct built {
    char directory[256];
    void *library;                     /* dlopen handle */
    const struct tconv_kernel *kernel; /* owned by the library */
    double compile_ms;
    size_t text_bytes[PLAN_PASSES];    /* machine code of the functions of each pass */
};

/* Writes, compiles (target's flags, then $CFLAGS) and loads the kernel. An error carries the
 * compiler's first complaint; the directory is then removed. */
bool toolchain_build(struct built *built, const struct emitted *emitted,
                     const struct target *target, struct error *err) MUST_USE;
void toolchain_release(struct built *built);

#endif
