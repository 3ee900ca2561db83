/*
 * guard: a buffer with an untouchable page on both sides, shared with forked children.
 *
 * What runs past either end faults at once; the bytes between the buffer and its guard
 * page hold a pattern that tells whether they were written.
 */
#ifndef TCONV_GEN_GUARD_H
#define TCONV_GEN_GUARD_H

#include <stddef.h>

#include "error.h"

/* Where the buffer lies: against the page before it, against the page behind it, or one
 * element off that page, so that vectors are never aligned. */
enum guard_place { GUARD_FIRST, GUARD_LAST, GUARD_ODD, GUARD_PLACES };

struct guarded {
    unsigned char *at; /* the buffer, set by guard_put */
    size_t bytes, element_bytes;
    unsigned char *pages; /* what lies between the guard pages */
    size_t page_bytes;    /* of all of them */
};

/* Maps pages for a buffer of `bytes`, which may be 0. Fails when memory is out. */
bool guard_map(struct guarded *guarded, size_t bytes, size_t element_bytes,
               struct error *err) MUST_USE;
void guard_unmap(struct guarded *guarded);

/* Moves the buffer, makes it writable, fills it with 0xff bytes (NaN) and what lies
 * around it with the pattern. */
void guard_put(struct guarded *guarded, enum guard_place place);

/* Lets later writes through, or makes them fault. */
void guard_allow_writes(const struct guarded *guarded, bool allowed);

/* Whether the pattern around the buffer is whole. */
bool guard_is_whole(const struct guarded *guarded);

const char *guard_place_name(enum guard_place place);

#endif
