/*
 * ours: the emitted kernel as a contender, called through its table.
 */
#ifndef TCONV_BENCH_OURS_H
#define TCONV_BENCH_OURS_H

#include "peer.h"

extern const struct peer ours;

#endif
