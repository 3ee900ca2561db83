/*
 * plan_bytes: bytes of machine code of what plan_code counts. Knows compilers, no layers.
 */
#include "plan_code.h"

/* What a pass is made of, as far as its bytes are concerned. */
enum { POSITIONS, WEIGHTS, STRAIGHT, WINOGRAD, GRADIENT, SCATTER, STYLES };

/* Machines that compilers make different code for: scalars, VEX and EVEX vectors. */
enum { SCALAR, VEX, EVEX, ENCODINGS };

/* Bytes of each kind, fitted to what GCC 12 made of some hundred passes at -O2. */
/* clang-format off */
static const double bytes_of[ENCODINGS][STYLES][CODE_KINDS] = {
    [SCALAR] = {
        [POSITIONS] = {[CODE_BROADCASTS] = 20.7, [CODE_SUMS] = 1.6, [CODE_STRIDED] = 9.1,
            [CODE_ACTIVATED] = 53, [CODE_CHANNEL_LOOPS] = 302, [CODE_BANDS] = 11.0,
            [CODE_CALLS] = 7.5, [CODE_LOOPS] = 70, [CODE_PASS] = 637},
        [WEIGHTS] = {[CODE_PRODUCTS] = 10.8, [CODE_BROADCASTS] = 7.5, [CODE_SUMS] = 19.6,
            [CODE_CHANNEL_LOOPS] = 56, [CODE_LOOPS] = 106, [CODE_STAGED] = 122,
            [CODE_PASS] = 494},
        [STRAIGHT] = {[CODE_PRODUCTS] = 0.9, [CODE_BROADCASTS] = 24.0},
    },
    [VEX] = {
        [POSITIONS] = {[CODE_PRODUCTS] = 8.6, [CODE_BROADCASTS] = 6.2, [CODE_SUMS] = 12.5,
            [CODE_STRIDED] = 6.3, [CODE_ACTIVATED] = 83, [CODE_CHANNEL_LOOPS] = 18.6,
            [CODE_TAP_LOOPS] = 68, [CODE_BANDS] = 25.7, [CODE_CALLS] = 30.0,
            [CODE_LOOPS] = 72, [CODE_BLOCKS] = 88, [CODE_STAGED] = 197,
            [CODE_PASS] = 241},
        [WEIGHTS] = {[CODE_PRODUCTS] = 10.4, [CODE_BROADCASTS] = 1.1, [CODE_SUMS] = 30.6,
            [CODE_CHANNEL_LOOPS] = 24.8, [CODE_LOOPS] = 37.0, [CODE_BLOCKS] = 247,
            [CODE_PASS] = 319},
        [STRAIGHT] = {[CODE_PRODUCTS] = 9.3, [CODE_BROADCASTS] = 6.7, [CODE_LOADS] = 1.4,
            [CODE_SUMS] = 4.2},
        [WINOGRAD] = {[CODE_BROADCASTS] = 44.0, [CODE_SUMS] = 20.7, [CODE_RAGGED] = 47.4,
            [CODE_ACTIVATED] = 143, [CODE_FUNCTIONS] = 215, [CODE_STAGED] = 543,
            [CODE_ADDS] = 9.3, [CODE_MOVES] = 12.3, [CODE_GUARDS] = 29.7,
            [CODE_TRANSFORMS] = 193},
        [GRADIENT] = {[CODE_STAGED] = 107, [CODE_ADDS] = 8.7, [CODE_MOVES] = 18.2,
            [CODE_TRANSFORMS] = 631, [CODE_PASS] = 598},
        [SCATTER] = {[CODE_BROADCASTS] = 17.0, [CODE_LOADS] = 112, [CODE_ACTIVATED] = 244,
            [CODE_FUNCTIONS] = 31.3, [CODE_LOOPS] = 135, [CODE_BLOCKS] = 68,
            [CODE_ADDS] = 3.9, [CODE_MOVES] = 16.8, [CODE_PASS] = 489},
    },
    [EVEX] = {
        [POSITIONS] = {[CODE_PRODUCTS] = 10.8, [CODE_SUMS] = 15.2, [CODE_STRIDED] = 5.2,
            [CODE_ACTIVATED] = 33.5, [CODE_CHANNEL_LOOPS] = 13.6,
            [CODE_TAP_LOOPS] = 89, [CODE_BANDS] = 18.3, [CODE_CALLS] = 23.4,
            [CODE_LOOPS] = 54, [CODE_STAGED] = 51, [CODE_PASS] = 440},
        [WEIGHTS] = {[CODE_PRODUCTS] = 10.7, [CODE_SUMS] = 16.6, [CODE_CHANNEL_LOOPS] = 58,
            [CODE_CALLS] = 17.3, [CODE_LOOPS] = 372, [CODE_STAGED] = 83,
            [CODE_PASS] = 514},
        [STRAIGHT] = {[CODE_PRODUCTS] = 8.3, [CODE_BROADCASTS] = 1.8, [CODE_LOADS] = 4.2,
            [CODE_SUMS] = 7.1, [CODE_STRIDED] = 0.5, [CODE_MOVED] = 2.4},
        [WINOGRAD] = {[CODE_SUMS] = 28.5, [CODE_RAGGED] = 25.9, [CODE_ACTIVATED] = 171,
            [CODE_ADDS] = 8.8, [CODE_MOVES] = 15.3, [CODE_GUARDS] = 13.4,
            [CODE_TRANSFORMS] = 429, [CODE_PASS] = 317},
        [GRADIENT] = {[CODE_LOADS] = 768, [CODE_STAGED] = 233, [CODE_ADDS] = 11.3,
            [CODE_MOVES] = 9.4, [CODE_TRANSFORMS] = 1031},
        [SCATTER] = {[CODE_PRODUCTS] = 33.0, [CODE_BROADCASTS] = 3.6, [CODE_LOADS] = 10.9,
            [CODE_ACTIVATED] = 219, [CODE_FUNCTIONS] = 44.0, [CODE_LOOPS] = 5.6,
            [CODE_ADDS] = 20.5, [CODE_PASS] = 482},
    },
};
/* clang-format on */

size_t plan_predict_code(const struct plan_work *work, const struct plan_choice *choice)
{
    const size_t width = work->target->vector_bytes;
    const int encoding = width == 0 ? SCALAR : width <= 32 ? VEX : EVEX;
    const bool is_gradient = work->pass == PLAN_BACKWARD_WEIGHTS;
    const int style_of[PLAN_METHODS] = {[PLAN_STRAIGHT] = STRAIGHT,
                                        [PLAN_DIRECT] = is_gradient ? WEIGHTS : POSITIONS,
                                        [PLAN_WINOGRAD] =
                                            is_gradient ? GRADIENT : WINOGRAD,
                                        [PLAN_SCATTER] = SCATTER};
    const struct plan_counts counts = plan_count_code(work, choice);
    double bytes = 0;
    for (int kind = 0; kind < CODE_KINDS; kind++)
        bytes +=
            (double)counts.of[kind] * bytes_of[encoding][style_of[choice->method]][kind];
    return (size_t)bytes;
}
