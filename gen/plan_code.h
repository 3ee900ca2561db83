/*
 * plan_code: what code a choice becomes: which loops a micro-kernel keeps, and how many
 * bytes of machine code the pass has.
 */
#ifndef TCONV_GEN_PLAN_CODE_H
#define TCONV_GEN_PLAN_CODE_H

#include "plan_method.h"

/* What a micro-kernel loops over; what it does not is laid out straight-line. */
struct plan_loops {
    bool taps, channels;
};

/* `depth` channels are summed over for each tap. */
struct plan_loops plan_choose_loops(const struct tile_shape *shape, size_t vectors,
                                    size_t depth);

#endif
