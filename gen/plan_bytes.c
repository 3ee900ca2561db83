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
        [POSITIONS] = {[CODE_BROADCASTS] = 19.7, [CODE_SUMS] = 7.6, [CODE_STRIDED] = 5.9,
            [CODE_ACTIVATED] = 41.2, [CODE_CHANNEL_LOOPS] = 297, [CODE_BANDS] = 11.0,
            [CODE_CALLS] = 6.9, [CODE_LOOPS] = 70, [CODE_PASS] = 540},
        [WEIGHTS] = {[CODE_BROADCASTS] = 33.1, [CODE_FUNCTIONS] = 153, [CODE_LOOPS] = 92,
            [CODE_BLOCKS] = 172, [CODE_STAGED] = 149, [CODE_PASS] = 351},
        [STRAIGHT] = {[CODE_PRODUCTS] = 6.1, [CODE_LOADS] = 0.9, [CODE_PASS] = 109},
    },
    [VEX] = {
        [POSITIONS] = {[CODE_PRODUCTS] = 8.2, [CODE_BROADCASTS] = 5.6, [CODE_SUMS] = 15.9,
            [CODE_STRIDED] = 6.7, [CODE_ACTIVATED] = 54, [CODE_CHANNEL_LOOPS] = 28.6,
            [CODE_TAP_LOOPS] = 83, [CODE_BANDS] = 21.0, [CODE_CALLS] = 24.9, [CODE_LOOPS] = 77,
            [CODE_BLOCKS] = 85, [CODE_STAGED] = 94, [CODE_PASS] = 137},
        [WEIGHTS] = {[CODE_PRODUCTS] = 35.8, [CODE_BROADCASTS] = 8.9, [CODE_LOADS] = 16.4,
            [CODE_RAGGED] = 0.8, [CODE_FUNCTIONS] = 17.0, [CODE_LOOPS] = 93, [CODE_BLOCKS] = 59,
            [CODE_STAGED] = 142, [CODE_PASS] = 471},
        [STRAIGHT] = {[CODE_PRODUCTS] = 10.7, [CODE_BROADCASTS] = 6.1, [CODE_STRIDED] = 2.6,
            [CODE_ACTIVATED] = 14.0, [CODE_FUNCTIONS] = 86, [CODE_MOVED] = 27.5},
        [WINOGRAD] = {[CODE_BROADCASTS] = 49.9, [CODE_SUMS] = 7.9, [CODE_RAGGED] = 28.8,
            [CODE_STAGED] = 652, [CODE_ADDS] = 17.6, [CODE_GUARDS] = 65, [CODE_TRANSFORMS] = 224},
        [GRADIENT] = {[CODE_ADDS] = 2.8, [CODE_MOVES] = 22.4, [CODE_TRANSFORMS] = 392,
            [CODE_PASS] = 1160},
        [SCATTER] = {[CODE_PRODUCTS] = 27.9, [CODE_ACTIVATED] = 25.2, [CODE_FUNCTIONS] = 60,
            [CODE_LOOPS] = 100, [CODE_BLOCKS] = 149, [CODE_ADDS] = 8.3, [CODE_MOVES] = 22.9,
            [CODE_PASS] = 456},
    },
    [EVEX] = {
        [POSITIONS] = {[CODE_PRODUCTS] = 10.6, [CODE_SUMS] = 17.9, [CODE_STRIDED] = 4.9,
            [CODE_ACTIVATED] = 74, [CODE_CHANNEL_LOOPS] = 25.8, [CODE_TAP_LOOPS] = 78,
            [CODE_BANDS] = 6.0, [CODE_CALLS] = 21.1, [CODE_LOOPS] = 56, [CODE_PASS] = 301},
        [WEIGHTS] = {[CODE_PRODUCTS] = 31.5, [CODE_BROADCASTS] = 4.9, [CODE_LOADS] = 8.3,
            [CODE_RAGGED] = 0.2, [CODE_LOOPS] = 199, [CODE_STAGED] = 168, [CODE_PASS] = 629},
        [STRAIGHT] = {[CODE_PRODUCTS] = 10.2, [CODE_BROADCASTS] = 2.7, [CODE_LOADS] = 0.3,
            [CODE_SUMS] = 1.9, [CODE_STRIDED] = 0.4, [CODE_ACTIVATED] = 31.2,
            [CODE_FUNCTIONS] = 148, [CODE_MOVED] = 6.2},
        [WINOGRAD] = {[CODE_BROADCASTS] = 18.3, [CODE_SUMS] = 23.1, [CODE_ACTIVATED] = 71,
            [CODE_STAGED] = 477, [CODE_ADDS] = 6.8, [CODE_MOVES] = 22.1, [CODE_GUARDS] = 28.8,
            [CODE_PASS] = 122},
        [GRADIENT] = {[CODE_LOADS] = 730, [CODE_STAGED] = 176, [CODE_ADDS] = 13.8,
            [CODE_MOVES] = 7.1,
            [CODE_TRANSFORMS] = 1068},
        [SCATTER] = {[CODE_PRODUCTS] = 30.9, [CODE_BROADCASTS] = 3.0, [CODE_ACTIVATED] = 143,
            [CODE_FUNCTIONS] = 70, [CODE_LOOPS] = 29.2, [CODE_ADDS] = 23.2, [CODE_MOVES] = 4.6,
            [CODE_PASS] = 535},
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
