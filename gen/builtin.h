/*
 * builtin: the texts compiled into the binary. The table is made by embed.cmake.
 */
#ifndef TCONV_GEN_BUILTIN_H
#define TCONV_GEN_BUILTIN_H

#include <stddef.h>

struct builtin {
    const char *name, *bytes;
    size_t length;
};

/* Ends with a row whose name is NULL. */
extern const struct builtin builtin_texts[];

#endif
