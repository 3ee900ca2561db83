/*
 * file: one whole file, or standard input, as bytes.
 */
#ifndef TCONV_GEN_FILE_H
#define TCONV_GEN_FILE_H

#include "error.h"
#include "text.h"

#define FILE_LARGEST_BYTES ((size_t)64 << 20) /* no config or plan is near this */

/* How messages call `path`: "-" is "<stdin>", any other is itself. */
const char *file_place(const char *path);

/* Appends the bytes of the file at `path` ("-": standard input) to `bytes`. Fails when it
 * cannot be opened or read, or is longer than FILE_LARGEST_BYTES; PLACE is file_place. */
bool file_read(const char *path, struct text *bytes, struct error *err) MUST_USE;

#endif
