/*
 * random: the same numbers on every machine, from a seed.
 */
#ifndef TCONV_GEN_RANDOM_H
#define TCONV_GEN_RANDOM_H

#include <stddef.h>
#include <stdint.h>

#include "tconv.h"

/* Fills `values`, n elements of `type`, from [-1, 1): exact multiples of 2^-23 (float32)
 * or 2^-52. `state` is any number, and goes on. */
void random_fill(uint64_t *state, enum tconv_type type, size_t n, void *values);

#endif
