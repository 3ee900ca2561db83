/*
 * plan_bytes: bytes of machine code of what plan_code counts. Knows compilers, no layers.
 */
#include "plan_code.h"

/* What a pass is made of, as far as its bytes are concerned. */
enum {
    POSITIONS,
    WEIGHTS,
    LOOPED_POSITIONS,
    LOOPED_WEIGHTS,
    STRAIGHT,
    WINOGRAD,
    GRADIENT,
    SCATTER,
    STYLES
};

/* Machines that compilers make different code for: scalars, VEX and EVEX vectors. */
enum { SCALAR, VEX, EVEX, ENCODINGS };

/* Bytes of each kind, fitted to what GCC 12 made of some hundred passes at -O2. */
/* clang-format off */
static const double bytes_of[ENCODINGS][STYLES][CODE_KINDS] = {
    [SCALAR] = {
        [POSITIONS] = {[CODE_BROADCASTS] = 21.6, [CODE_LOADS] = 2.8, [CODE_CHANNEL_LOOPS] = 370,
            [CODE_TAP_LOOPS] = 28.2, [CODE_LOOPS] = 124, [CODE_BLOCKS] = 302},
        [WEIGHTS] = {[CODE_LOADS] = 57, [CODE_SUMS] = 15.5, [CODE_CHANNEL_LOOPS] = 75,
            [CODE_LOOPS] = 12.4, [CODE_STAGED] = 270},
        [LOOPED_POSITIONS] = {[CODE_PRODUCTS] = 55, [CODE_SCALARS] = 30.6, [CODE_SUMS] = 242,
            [CODE_RAGGED] = 136, [CODE_ACTIVATED] = 5.9, [CODE_CHANNEL_LOOPS] = 2.3,
            [CODE_BANDS] = 92, [CODE_CALLS] = 7.4, [CODE_LOOPS] = 123,
            [CODE_BLOCKS] = 36.5},
        [LOOPED_WEIGHTS] = {[CODE_PRODUCTS] = 14.5, [CODE_SCALARS] = 41.5, [CODE_SUMS] = 70,
            [CODE_CHANNEL_LOOPS] = 198, [CODE_LOOPS] = 148, [CODE_BLOCKS] = 451,
            [CODE_STAGED] = 150},
        [STRAIGHT] = {[CODE_PRODUCTS] = 1.3, [CODE_BROADCASTS] = 22.9},
        [WINOGRAD] = {[CODE_PRODUCTS] = 54, [CODE_ADDS] = 11.7, [CODE_MOVES] = 14.1,
            [CODE_GUARDS] = 13.8, [CODE_TRANSFORMS] = 519, [CODE_PASS] = 746},
        [GRADIENT] = {[CODE_PRODUCTS] = 150, [CODE_ADDS] = 16.9, [CODE_MOVES] = 10.9,
            [CODE_TRANSFORMS] = 1060},
        [SCATTER] = {[CODE_PASS] = 900},
    },
    [VEX] = {
        [POSITIONS] = {[CODE_PRODUCTS] = 8.1, [CODE_BROADCASTS] = 3.7, [CODE_LOADS] = 0.2,
            [CODE_SUMS] = 21.5, [CODE_STRIDED] = 5.9, [CODE_ACTIVATED] = 7.4,
            [CODE_CHANNEL_LOOPS] = 25.9, [CODE_TAP_LOOPS] = 36.9, [CODE_BANDS] = 11.3,
            [CODE_CALLS] = 28.5, [CODE_LOOPS] = 70, [CODE_BLOCKS] = 94,
            [CODE_STAGED] = 123, [CODE_PASS] = 219},
        [WEIGHTS] = {[CODE_PRODUCTS] = 10.4, [CODE_BROADCASTS] = 0.4, [CODE_SUMS] = 23.2,
            [CODE_CHANNEL_LOOPS] = 16.2, [CODE_FUNCTIONS] = 14.9, [CODE_LOOPS] = 139,
            [CODE_BLOCKS] = 215, [CODE_PASS] = 535},
        [STRAIGHT] = {[CODE_PRODUCTS] = 9.2, [CODE_BROADCASTS] = 7.3, [CODE_LOADS] = 0.9,
            [CODE_SUMS] = 3.9},
        [WINOGRAD] = {[CODE_BROADCASTS] = 43.6, [CODE_SUMS] = 20.6, [CODE_RAGGED] = 47.4,
            [CODE_ACTIVATED] = 99, [CODE_FUNCTIONS] = 216, [CODE_STAGED] = 539,
            [CODE_ADDS] = 9.3, [CODE_MOVES] = 12.4, [CODE_GUARDS] = 29.5,
            [CODE_TRANSFORMS] = 195},
        [GRADIENT] = {[CODE_STAGED] = 16.6, [CODE_ADDS] = 8.1, [CODE_MOVES] = 19.9,
            [CODE_TRANSFORMS] = 565, [CODE_PASS] = 756},
        [SCATTER] = {[CODE_PRODUCTS] = 6.4, [CODE_BROADCASTS] = 22.7, [CODE_LOADS] = 91,
            [CODE_ACTIVATED] = 260, [CODE_LOOPS] = 109, [CODE_ADDS] = 8.8,
            [CODE_MOVES] = 3.7, [CODE_PASS] = 652},
    },
    [EVEX] = {
        [POSITIONS] = {[CODE_PRODUCTS] = 10.5, [CODE_SUMS] = 17.8, [CODE_STRIDED] = 5.6,
            [CODE_ACTIVATED] = 22.0, [CODE_CHANNEL_LOOPS] = 12.3,
            [CODE_TAP_LOOPS] = 68, [CODE_BANDS] = 4.9, [CODE_CALLS] = 22.7,
            [CODE_LOOPS] = 70, [CODE_PASS] = 492},
        [WEIGHTS] = {[CODE_PRODUCTS] = 10.5, [CODE_SUMS] = 19.2, [CODE_CHANNEL_LOOPS] = 56,
            [CODE_LOOPS] = 376, [CODE_STAGED] = 59, [CODE_PASS] = 503},
        [STRAIGHT] = {[CODE_PRODUCTS] = 8.3, [CODE_BROADCASTS] = 1.8, [CODE_LOADS] = 4.2,
            [CODE_SUMS] = 7.1, [CODE_STRIDED] = 0.5, [CODE_MOVED] = 2.4},
        [WINOGRAD] = {[CODE_SUMS] = 28.6, [CODE_RAGGED] = 25.9, [CODE_ACTIVATED] = 26.5,
            [CODE_ADDS] = 8.7, [CODE_MOVES] = 15.5, [CODE_GUARDS] = 13.5,
            [CODE_TRANSFORMS] = 417, [CODE_PASS] = 322},
        [GRADIENT] = {[CODE_LOADS] = 763, [CODE_STAGED] = 165, [CODE_ADDS] = 10.9,
            [CODE_MOVES] = 10.1, [CODE_TRANSFORMS] = 1046, [CODE_PASS] = 110},
        [SCATTER] = {[CODE_PRODUCTS] = 28.0, [CODE_BROADCASTS] = 0.4, [CODE_LOADS] = 12.5,
            [CODE_ACTIVATED] = 101, [CODE_FUNCTIONS] = 176, [CODE_LOOPS] = 3.8,
            [CODE_PASS] = 708},
    },
};
/* clang-format on */

size_t plan_predict_code(const struct plan_work *work, const struct plan_choice *choice)
{
    const size_t width = work->target->vector_bytes;
    const int encoding = width == 0 ? SCALAR : width <= 32 ? VEX : EVEX;
    const bool is_gradient = work->pass == PLAN_BACKWARD_WEIGHTS;
    const bool loops = plan_loops_lanes(work->target, choice->vectors);
    const int direct = is_gradient ? (loops ? LOOPED_WEIGHTS : WEIGHTS)
                                   : (loops ? LOOPED_POSITIONS : POSITIONS);
    const int style_of[PLAN_METHODS] = {
        [PLAN_STRAIGHT] = STRAIGHT, [PLAN_DIRECT] = direct,
        [PLAN_JOINED] = direct,     [PLAN_COLUMNS] = direct,
        [PLAN_STRASSEN] = direct,   [PLAN_WINOGRAD] = is_gradient ? GRADIENT : WINOGRAD,
        [PLAN_SCATTER] = SCATTER};
    const struct plan_counts counts = plan_count_code(work, choice);
    double bytes = 0;
    for (int kind = 0; kind < CODE_KINDS; kind++)
        bytes +=
            (double)counts.of[kind] * bytes_of[encoding][style_of[choice->method]][kind];
    return (size_t)bytes;
}
