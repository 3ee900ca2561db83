/*
 * output: where what `gen` emitted goes: a directory with the runtime's headers and a
 * depfile beside it, or one text.
 */
#ifndef TCONV_GEN_OUTPUT_H
#define TCONV_GEN_OUTPUT_H

#include "emit.h"

struct output_request {
    const char *directory;
    bool with_runtime;         /* also write the headers that NAME.c includes */
    const char *depfile;       /* NULL: none */
    const char *config, *plan; /* the files read, for the depfile; NULL or "-": none */
    const char *templates;     /* the directory whose files were read, or NULL */
};

/* Writes DIRECTORY/NAME.h and NAME.c, then what else is asked for. */
bool output_write(const struct emitted *emitted, const struct output_request *request,
                  struct error *err) MUST_USE;

/* Writes the runtime's headers, from the binary itself, to the directory. */
bool output_write_runtime(const char *directory, struct error *err) MUST_USE;

#endif
