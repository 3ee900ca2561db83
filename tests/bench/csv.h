/*
 * csv: a line of comma-separated values, none of which holds a comma.
 */
#ifndef TCONV_BENCH_CSV_H
#define TCONV_BENCH_CSV_H

#include <stddef.h>
#include <string.h>

/* Cuts a line at its commas, in place, into at most `most` fields; returns how many it
 * has.
 */
static inline size_t csv_cut(char *line, char *fields[], size_t most)
{
    size_t n = 0;
    line[strcspn(line, "\r")] = '\0';
    for (char *rest = line; rest != NULL && n < most;) {
        fields[n++] = rest;
        rest = strchr(rest, ',');
        if (rest != NULL)
            *rest++ = '\0';
    }
    return n;
}

#endif
