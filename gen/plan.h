/*
 * plan: what we chose. Which method, tile and unrolling each pass uses.
 *
 * A plan is data: it is dumped, saved, edited and read back. It holds decisions only;
 * what follows from them (blocks.h) is derived again by whoever needs it.
 */
#ifndef TCONV_GEN_PLAN_H
#define TCONV_GEN_PLAN_H

#include "geometry.h"
#include "target.h"
#include "winograd.h"

enum plan_pass { PLAN_FORWARD, PLAN_BACKWARD_INPUT, PLAN_BACKWARD_WEIGHTS, PLAN_PASSES };
enum plan_method {
    PLAN_STRAIGHT,
    PLAN_DIRECT,
    PLAN_WINOGRAD,
    PLAN_SCATTER,
    PLAN_JOINED,
    PLAN_COLUMNS,
    PLAN_STRASSEN,
    PLAN_METHODS
};
enum plan_unroll { PLAN_UNROLL_AUTO, PLAN_UNROLL_FULL, PLAN_UNROLL_TILE, PLAN_UNROLLS };

/* What the user may ask for. */
struct plan_request {
    const struct target *target;
    enum plan_unroll unroll;
    bool backward;         /* whether the two backward passes are emitted too */
    bool exact;            /* only methods that round as a plain sum does */
    size_t max_statements; /* budget of one straight pass */
    size_t max_code_bytes; /* of a pass; 0: not asked for */
};

#define PLAN_MAX_STATEMENTS 50000u /* default of plan_request.max_statements */

/* What a pass may have of machine code, as predicted, where nothing else is asked for. A
 * pass that is unrolled because it was asked for has max_statements instead. */
#define PLAN_MAX_CODE_BYTES 65536u

/* Straight-line statements of one emitted function, and of one tile of the weights'
 * gradient before its sums are added to dw and begun anew: compilers' time grows faster
 * than the length of a function, and with the length of a chain of sums. */
#define PLAN_FUNCTION_STATEMENTS 200u
#define PLAN_SUM_STATEMENTS 256u

/* The most regions (a run of rows by a run of columns) of a pass: each becomes code. */
#define PLAN_MOST_REGIONS 16384u

/* Taps of one micro-kernel, and its multiply-adds over them, up to which the taps are
 * laid out straight-line; and multiply-adds up to which the channels are too. */
#define PLAN_STRAIGHT_TAPS 9u
#define PLAN_TAPS_STATEMENTS 160u
#define PLAN_CHANNELS_STATEMENTS 128u

/* Multiply-adds of one row of positions, all taps of a tile of the weights' gradient, up
 * to which its columns are laid out straight-line. */
#define PLAN_ROW_STATEMENTS 192u

struct plan_choice {
    enum plan_method method;
    size_t tile[2];    /* most rows and columns of a register tile; for backward_weights
                          1 and output channels; for winograd 1 and tiles; for columns
                          1 and channels, whose `vectors` hold positions; for strassen
                          1 and pairs of pixels */
    size_t vectors;    /* vectors of one tile row */
    size_t taps[2];    /* backward_weights: row taps (1 or all) and column taps whose sums
                          one register tile holds; 0 in the other passes */
    size_t block_rows; /* backward_weights: input rows summed into all weights in turn, so
                          that they stay in the cache; 0 in the other passes */
    size_t
        group_bands; /* forward, backward_input by direct: rows of tiles that go through
                        all blocks of channels before the next ones do, so that what
                        they read stays in the cache; 0: a block goes through the image */
    size_t window_rows; /* forward, backward_input by direct or columns, channels_first:
                           rows that are staged of what is read at a time; 0 otherwise */
    bool joins_columns; /* forward, backward_input: a row of tiles goes through all column
                           phases, so that what they read is read once */
    struct winograd_form form; /* winograd */
    size_t block_tiles; /* winograd: tiles transformed at a time; strassen: pairs */
    bool is_compact;  /* direct forward, backward_input: micro-kernels loop over the taps
                         that they are told, and the regions are a table: little code */
    bool lanes_out;   /* backward_weights by direct: vectors hold output channels, rows of
                         a tile all input channels, of which there are few */
    bool lanes_depth; /* backward_input by direct: vectors hold output channels, which are
                         summed over; input channels, of which there are few, have vectors
                         of their own */
    bool spans;       /* direct forward, backward_input: tiles span runs (spans.h) */
    bool prefetches; /* asks early for what comes from far. direct, joined: the lines that
                        are stored to; backward_weights by direct: the next rows;
                        winograd, strassen: the next weights */
    bool widens;   /* direct, joined, scatter: a narrow vector beside whole ones is summed
                      whole */
    double cycles; /* predicted, for one image */
    size_t statements; /* multiply-add statements of the emitted pass */
    size_t code_bytes; /* predicted machine code */
    const char *why;   /* one clause for `explain` */
};

struct plan {
    const struct target *target;
    enum plan_unroll unroll; /* as asked: part of the options that remake the file */
    bool backward, exact;
    size_t max_statements, max_code_bytes;
    bool is_read; /* from a file, of this digest */
    uint64_t digest;
    struct plan_choice
        pass[PLAN_PASSES]; /* the backward ones are zero without backward */
};

/* Chooses the cheapest method, by predicted cycles, of each pass. Fails when unroll is
 * full and a pass needs more than max_statements: the message has the count, the limit
 * and the option that raises it. Fails likewise when no choice is within max_code_bytes,
 * and when a pass has more than PLAN_MOST_REGIONS. */
bool plan_choose(struct plan *plan, const struct geometry *geometry,
                 const struct plan_request *request, const char *place,
                 struct error *err) MUST_USE;

/* Reads a plan that plan_write wrote (or a person edited) from JSON text, and checks it
 * against the geometry: tiles that fit the registers, methods that can do the pass. */
bool plan_read(struct plan *plan, const struct geometry *geometry, const char *place,
               const char *json, size_t length, struct error *err) MUST_USE;

/* Appends the plan as JSON, one pass a line. */
void plan_write(const struct plan *plan, struct text *out);

/* The most bytes of machine code of a pass, where max_code_bytes was asked for. */
size_t plan_code_limit(enum plan_unroll unroll, size_t max_code_bytes);

/* Without vectors a tile row has few scalars, or so many channels that the tile loops
 * over them: loops that a compiler vectorises for whatever machine it compiles for. Each
 * step of such a loop sums several products of every row (plan_loop_terms). */
#define PLAN_MOST_SCALARS 4u
bool plan_loops_lanes(const struct target *target, size_t vectors);

/* Output channels whose gradients minimal filtering transforms together: a vector, or,
 * without vectors, as many as fill several of a compiler's. */
size_t plan_panel_channels(const struct target *target, const struct tconv_layer *layer);

/* Whether minimal filtering needs the windows of all kinds at once: the gradient of x
 * sums over them, a strip of planes has the outputs of all. Elsewhere one kind after the
 * other goes through all channels. */
bool plan_keeps_kinds(const struct geometry *geometry, enum plan_pass pass);

/* Without vectors: the products that one step of such a loop of minimal filtering adds to
 * each sum, of so many rows; 0 with vectors. */
size_t plan_product_terms(const struct target *target, size_t rows);

/* How a pass of that choice rounds. */
struct tconv_rounding plan_rounding(const struct plan_choice *choice,
                                    const struct geometry *geometry, enum plan_pass pass);

const char *plan_pass_name(enum plan_pass pass);       /* "backward_input" */
const char *plan_numerics_name(bool exact);            /* "fast" or "exact" */
const char *plan_unroll_name(enum plan_unroll unroll); /* "auto" */
const char *plan_method_name(enum plan_method method); /* "direct" */

#endif
