/*
 * error: the first thing that went wrong, as one line.
 *
 * Every fallible function of gen returns bool and takes a struct error; it sets the error
 * once, in the form `PLACE: got WHAT; expected WHAT`. The first error wins.
 */
#ifndef TCONV_GEN_ERROR_H
#define TCONV_GEN_ERROR_H

#include <stdbool.h>

#define MUST_USE __attribute__((warn_unused_result))
#define PRINTF_LIKE(text, args) __attribute__((format(printf, text, args)))

struct error {
    bool is_set;
    const char *subject; /* which key of a config was refused, for who tells them apart
                            (spec.h); NULL otherwise */
    char message[2048];
};

/* Sets the message unless one is set already (control characters become '?', longer text
 * is cut). Always returns false, so that a function can end with `return error_set(...)`.
 */
bool error_set(struct error *err, const char *format, ...) PRINTF_LIKE(2, 3);

#endif
