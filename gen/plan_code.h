/*
 * plan_code: what code a choice becomes: which loops a micro-kernel keeps, and how many
 * bytes of machine code the pass has.
 *
 * The bytes are a sum of what templates emit, counted exactly, times what GCC 12 makes of
 * each at -O2. Nothing here knows a template's words.
 */
#ifndef TCONV_GEN_PLAN_CODE_H
#define TCONV_GEN_PLAN_CODE_H

#include "plan_method.h"

/* What a micro-kernel loops over; what it does not is laid out straight-line. */
struct plan_loops {
    bool taps, channels;
};

/* What a direct choice loops over in the micro-kernel of that shape and width; `depth`
 * channels are summed over for each tap. */
struct plan_loops plan_choose_loops(const struct plan_choice *choice,
                                    const struct tile_shape *shape, size_t vectors,
                                    size_t depth);

/* Whether a tile of backward_weights walks a row in loops; else all positions of a row
 * are laid out. */
bool plan_loops_columns(const struct geometry *geometry,
                        const struct plan_choice *choice);

/* The micro-kernels of a region: tiles_region_shapes, or, of a compact choice, whatever
 * the taps. */
size_t plan_region_shapes(const struct plan_choice *choice,
                          const struct tile_region *region, struct tile_shape shape[4]);

/* What a pass emits of each kind. */
enum plan_code {
    CODE_PRODUCTS,   /* multiply-adds of one vector */
    CODE_SCALARS,    /* multiply-adds in loops over channels that fill no vectors */
    CODE_BROADCASTS, /* elements that they read */
    CODE_LOADS,      /* vectors that they read */
    CODE_SUMS,       /* accumulators: begun, and stored whole */
    CODE_RAGGED,     /* rows of accumulators whose last lanes are not stored */
    CODE_STRIDED,    /* elements stored one by one, as their channels are apart */
    CODE_ACTIVATED,  /* rows of accumulators (straight: elements) that are activated */
    CODE_LANE_LOOPS, /* over the channels of a block, where no vector holds them */
    CODE_CHANNEL_LOOPS,
    CODE_TAP_LOOPS,
    CODE_FUNCTIONS, /* micro-kernels; straight: functions of a few tiles */
    CODE_BANDS,     /* rows of tiles, by run */
    CODE_CALLS,     /* of a micro-kernel, once */
    CODE_LOOPS,     /* of a micro-kernel, for all tiles of a run */
    CODE_BLOCKS,
    CODE_STAGED,     /* tensors that are staged by loops */
    CODE_MOVED,      /* elements that are staged straight-line */
    CODE_ADDS,       /* additions of transforms, and of what scatter gathers */
    CODE_MOVES,      /* vectors that these load and store */
    CODE_GUARDS,     /* vectors that are stored only where they are inside */
    CODE_TRANSFORMS, /* of winograd: its kinds of tiles, by block */
    CODE_PASS,       /* 1 */
    CODE_KINDS
};

struct plan_counts {
    size_t of[CODE_KINDS];
};

struct plan_counts plan_count_code(const struct plan_work *work,
                                   const struct plan_choice *choice);

/* Whether what a pass computes is more than its sums: activated, or kept before that. */
bool plan_is_activated(const struct plan_work *work);

/* What these methods add to the counts of a pass. */
void plan_count_winograd(struct plan_counts *counts, const struct plan_work *work,
                         const struct plan_choice *choice);
void plan_count_columns(struct plan_counts *counts, const struct plan_work *work,
                        const struct plan_choice *choice);
void plan_count_strassen(struct plan_counts *counts, const struct plan_work *work,
                         const struct plan_choice *choice);
void plan_count_scatter(struct plan_counts *counts, const struct plan_work *work,
                        const struct plan_choice *choice);

/* Predicted bytes of machine code. */
size_t plan_predict_code(const struct plan_work *work, const struct plan_choice *choice);

#endif
