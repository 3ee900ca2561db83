/*
 * text: bytes that grow. Used for what is written out: emitted files, dumps, reports.
 *
 * A failed append is remembered and makes later ones do nothing, so that a writer appends
 * freely and asks once, with text_ok, at its end.
 */
#ifndef TCONV_GEN_TEXT_H
#define TCONV_GEN_TEXT_H

#include <stdbool.h>
#include <stdint.h>
#include <stddef.h>

#include "error.h"

struct text {
    char *bytes; /* always ends in '\0' once anything was appended; NULL before */
    size_t length, room;
    bool failed;
};

void text_add(struct text *text, const char *bytes, size_t length);
void text_put(struct text *text, const char *string);
void text_print(struct text *text, const char *format, ...) PRINTF_LIKE(2, 3);

/* The text so far, "" when nothing was appended; owned by the text. */
const char *text_string(const struct text *text);

/* False, with an error, when any append ran out of memory. */
bool text_ok(const struct text *text, struct error *err) MUST_USE;

/* Frees the bytes; the text is empty and usable again. */
void text_free(struct text *text);

/* FNV-1a, 64 bits: tells two texts apart; it protects nothing. */
uint64_t text_digest(const char *bytes, size_t length);

#endif
