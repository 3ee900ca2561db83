/*
 * clock: time that passes, and the time of day.
 */
#ifndef TCONV_GEN_CLOCK_H
#define TCONV_GEN_CLOCK_H

#include <stdint.h>

/* Seconds since some fixed moment; never runs backwards. */
double clock_seconds(void);

/* Nanoseconds since 1970. */
uint64_t clock_nanoseconds(void);

#endif
