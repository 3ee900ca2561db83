/*
 * toolchain: compile an emitted kernel with the system's C compiler and load it.
 *
 * Works in a directory of its own under TMPDIR (or /tmp), gone when toolchain_build
 * returns: a loaded library needs no file. The compiler is $CC, or cc. The runtime's
 * headers come from the binary itself, so that tconv needs no source tree.
 */
#ifndef TCONV_GEN_TOOLCHAIN_H
#define TCONV_GEN_TOOLCHAIN_H

#include "emit.h"

struct built {
    void *library;                     /* dlopen handle */
    const struct tconv_kernel *kernel; /* owned by the library */
    double compile_ms;
    size_t text_bytes[PLAN_PASSES]; /* machine code of the functions NAME_PASS...; 0
                                       unknown */
};

/* Writes, compiles (target's flags, then $CFLAGS) and loads the kernel. Fails when this
 * CPU cannot run the target, or with the compiler's first complaint. SIGINT, SIGTERM and
 * SIGHUP wait until the directory is removed. */
bool toolchain_build(struct built *built, const struct emitted *emitted,
                     const struct target *target, struct error *err) MUST_USE;
void toolchain_release(struct built *built);

#endif
