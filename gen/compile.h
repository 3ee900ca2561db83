/*
 * compile: one run of the system's C compiler, without a shell.
 */
#ifndef TCONV_GEN_COMPILE_H
#define TCONV_GEN_COMPILE_H

#include <signal.h>

#include "error.h"

struct compile_job {
    const char *directory; /* holds `source`; takes `library`; is on the include path */
    const char *source, *library;
    const char *flags;           /* words parted by spaces; $CFLAGS follow them */
    const sigset_t *signal_mask; /* of the compiler */
};

/* Makes the shared library with $CC, or cc. What the compiler says goes to a file in the
 * directory, "complaints"; the error carries the first line of it that has "error" in it,
 * or its first line. */
bool compile_library(const struct compile_job *job, double *milliseconds,
                     struct error *err) MUST_USE;

#endif
