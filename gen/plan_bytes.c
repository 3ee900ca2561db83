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
        [POSITIONS] = {[CODE_BROADCASTS] = 20.4, [CODE_SUMS] = 3.1, [CODE_STRIDED] = 8.6,
            [CODE_ACTIVATED] = 53, [CODE_CHANNEL_LOOPS] = 300, [CODE_BANDS] = 7.5,
            [CODE_CALLS] = 7.8, [CODE_LOOPS] = 69, [CODE_PASS] = 628},
        [WEIGHTS] = {[CODE_PRODUCTS] = 10.8, [CODE_BROADCASTS] = 7.5, [CODE_SUMS] = 19.6,
            [CODE_CHANNEL_LOOPS] = 56, [CODE_LOOPS] = 106, [CODE_STAGED] = 122,
            [CODE_PASS] = 494},
        [STRAIGHT] = {[CODE_PRODUCTS] = 1.3, [CODE_BROADCASTS] = 22.9},
    },
    [VEX] = {
        [POSITIONS] = {[CODE_PRODUCTS] = 7.6, [CODE_BROADCASTS] = 6.8, [CODE_LOADS] = 1.0,
            [CODE_SUMS] = 12.5, [CODE_STRIDED] = 6.5, [CODE_ACTIVATED] = 85,
            [CODE_CHANNEL_LOOPS] = 24.1, [CODE_TAP_LOOPS] = 76, [CODE_BANDS] = 23.1,
            [CODE_CALLS] = 28.0, [CODE_LOOPS] = 73, [CODE_BLOCKS] = 97, [CODE_STAGED] = 197,
            [CODE_PASS] = 228},
        [WEIGHTS] = {[CODE_PRODUCTS] = 10.4, [CODE_BROADCASTS] = 1.1, [CODE_SUMS] = 30.6,
            [CODE_CHANNEL_LOOPS] = 24.4, [CODE_LOOPS] = 35.9, [CODE_BLOCKS] = 247,
            [CODE_PASS] = 321},
        [STRAIGHT] = {[CODE_PRODUCTS] = 9.3, [CODE_BROADCASTS] = 6.7, [CODE_LOADS] = 1.4,
            [CODE_SUMS] = 4.2},
        [WINOGRAD] = {[CODE_BROADCASTS] = 50, [CODE_SUMS] = 7.6, [CODE_RAGGED] = 29.7, [CODE_STAGED] = 723,
            [CODE_ADDS] = 17.5, [CODE_GUARDS] = 65, [CODE_TRANSFORMS] = 227},
        [GRADIENT] = {[CODE_ADDS] = 20.8, [CODE_MOVES] = 4.9, [CODE_TRANSFORMS] = 972, [CODE_PASS] = 417},
        [SCATTER] = {[CODE_BROADCASTS] = 19.2, [CODE_LOADS] = 124, [CODE_ACTIVATED] = 242,
            [CODE_CALLS] = 7.1, [CODE_LOOPS] = 134, [CODE_BLOCKS] = 58, [CODE_ADDS] = 9.0,
            [CODE_MOVES] = 12.7, [CODE_PASS] = 478},
    },
    [EVEX] = {
        [POSITIONS] = {[CODE_PRODUCTS] = 10.9, [CODE_SUMS] = 14.9, [CODE_STRIDED] = 5.2,
            [CODE_ACTIVATED] = 39.0, [CODE_CHANNEL_LOOPS] = 13.8, [CODE_TAP_LOOPS] = 98,
            [CODE_BANDS] = 11.5, [CODE_CALLS] = 21.7, [CODE_LOOPS] = 55, [CODE_STAGED] = 45.6,
            [CODE_PASS] = 455},
        [WEIGHTS] = {[CODE_PRODUCTS] = 10.6, [CODE_SUMS] = 17.4, [CODE_CHANNEL_LOOPS] = 59,
            [CODE_FUNCTIONS] = 9.0, [CODE_LOOPS] = 342, [CODE_STAGED] = 115, [CODE_PASS] = 510},
        [STRAIGHT] = {[CODE_PRODUCTS] = 8.3, [CODE_BROADCASTS] = 1.8, [CODE_LOADS] = 4.2,
            [CODE_SUMS] = 7.1, [CODE_STRIDED] = 0.5, [CODE_MOVED] = 2.4},
        [WINOGRAD] = {[CODE_BROADCASTS] = 23.1, [CODE_SUMS] = 16.9, [CODE_ACTIVATED] = 223,
            [CODE_STAGED] = 550, [CODE_ADDS] = 7.6, [CODE_MOVES] = 20.9, [CODE_GUARDS] = 32.6,
            [CODE_TRANSFORMS] = 5.6, [CODE_PASS] = 143},
        [GRADIENT] = {[CODE_LOADS] = 770, [CODE_STAGED] = 145, [CODE_ADDS] = 13.4, [CODE_MOVES] = 6.7,
            [CODE_TRANSFORMS] = 1080},
        [SCATTER] = {[CODE_PRODUCTS] = 33.0, [CODE_BROADCASTS] = 3.7, [CODE_LOADS] = 11.0,
            [CODE_ACTIVATED] = 218, [CODE_CALLS] = 43.4, [CODE_LOOPS] = 49.3, [CODE_ADDS] = 20.5,
            [CODE_PASS] = 483},
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
