/*
 * progress: one line on a terminal that is rewritten in place.
 */
#ifndef TCONV_BENCH_PROGRESS_H
#define TCONV_BENCH_PROGRESS_H

#include <stddef.h>

/* Shows that `done` of `total` steps are done and what comes now; nothing where the
 * standard error is no terminal. */
void progress_show(size_t done, size_t total, const char *layer, const char *now);

/* Takes the line away, before something else is printed. */
void progress_hide(void);

#endif
