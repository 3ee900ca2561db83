/*
 * clock: time that passes.
 */
#ifndef TCONV_GEN_CLOCK_H
#define TCONV_GEN_CLOCK_H

/* Seconds since some fixed moment; never runs backwards. */
double clock_seconds(void);

#endif
