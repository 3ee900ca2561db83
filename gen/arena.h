/*
 * arena: one region of memory per run, freed once.
 *
 * Everything that a run derives lives here, so that no room frees anything. What a
 * foreign library allocates is not here: the file that asked for it frees it.
 */
#ifndef TCONV_GEN_ARENA_H
#define TCONV_GEN_ARENA_H

#include <stddef.h>

#include "error.h"

struct arena {
    struct arena_chunk *chunks;
};

/* count * size zeroed bytes, aligned for any type; NULL and an error when memory is out
 * or the product overflows. Zero bytes give a valid pointer. */
void *arena_take(struct arena *arena, size_t count, size_t size,
                 struct error *err) MUST_USE;

/* A copy of the text; NULL and an error when memory is out. */
char *arena_copy_text(struct arena *arena, const char *text, struct error *err) MUST_USE;

/* Frees everything that was taken; the arena is empty and usable again. */
void arena_free(struct arena *arena);

#endif
