/*
 * plan_bytes: bytes of machine code of what plan_code counts. Knows compilers, no layers.
 */
#include "plan_code.h"

/* What a pass is made of, as far as its bytes are concerned. */
enum { POSITIONS, WEIGHTS, STRAIGHT, STYLES };

/* Machines that compilers make different code for: scalars, VEX and EVEX vectors. */
enum { SCALAR, VEX, EVEX, ENCODINGS };

/* Bytes of each kind, fitted to what GCC 12 made of some hundred passes at -O2. */
/* clang-format off */
static const double bytes_of[ENCODINGS][STYLES][CODE_KINDS] = {
    [SCALAR] = {
        [POSITIONS] = {[CODE_BROADCASTS] = 16.8, [CODE_SUMS] = 18.2, [CODE_STRIDED] = 7.9,
            [CODE_ACTIVATED] = 39.3, [CODE_CHANNEL_LOOPS] = 259, [CODE_BANDS] = 24.0,
            [CODE_CALLS] = 16.8, [CODE_LOOPS] = 73, [CODE_STAGED] = 17.8, [CODE_PASS] = 375},
        [WEIGHTS] = {[CODE_PRODUCTS] = 11.7, [CODE_BROADCASTS] = 26.1, [CODE_CALLS] = 75,
            [CODE_LOOPS] = 152, [CODE_BLOCKS] = 154, [CODE_STAGED] = 165, [CODE_PASS] = 409},
        [STRAIGHT] = {[CODE_LOADS] = 23.2},
    },
    [VEX] = {
        [POSITIONS] = {[CODE_PRODUCTS] = 7.1, [CODE_BROADCASTS] = 7.3, [CODE_LOADS] = 1.3,
            [CODE_SUMS] = 13.5, [CODE_STRIDED] = 6.6, [CODE_ACTIVATED] = 88,
            [CODE_CHANNEL_LOOPS] = 28.2, [CODE_TAP_LOOPS] = 69, [CODE_BANDS] = 29.1,
            [CODE_CALLS] = 22.0, [CODE_LOOPS] = 77, [CODE_BLOCKS] = 58, [CODE_STAGED] = 214,
            [CODE_PASS] = 211},
        [WEIGHTS] = {[CODE_PRODUCTS] = 38.1, [CODE_RAGGED] = 0.2, [CODE_CALLS] = 27.6, [CODE_LOOPS] = 140,
            [CODE_BLOCKS] = 69, [CODE_STAGED] = 169, [CODE_PASS] = 515},
        [STRAIGHT] = {[CODE_PRODUCTS] = 14.6, [CODE_BROADCASTS] = 2.4, [CODE_LOADS] = 0.1,
            [CODE_STRIDED] = 3.4, [CODE_MOVED] = 20.8},
    },
    [EVEX] = {
        [POSITIONS] = {[CODE_PRODUCTS] = 10.1, [CODE_BROADCASTS] = 0.2, [CODE_LOADS] = 1.4,
            [CODE_SUMS] = 16.0, [CODE_STRIDED] = 5.1, [CODE_ACTIVATED] = 53,
            [CODE_CHANNEL_LOOPS] = 32.4, [CODE_TAP_LOOPS] = 74, [CODE_FUNCTIONS] = 15.7,
            [CODE_BANDS] = 8.5, [CODE_CALLS] = 25.9, [CODE_LOOPS] = 62, [CODE_STAGED] = 175,
            [CODE_PASS] = 229},
        [WEIGHTS] = {[CODE_PRODUCTS] = 32.3, [CODE_BROADCASTS] = 3.6, [CODE_LOOPS] = 176,
            [CODE_STAGED] = 174, [CODE_PASS] = 654},
        [STRAIGHT] = {[CODE_BROADCASTS] = 10.0, [CODE_LOADS] = 12.2, [CODE_SUMS] = 17.9},
    },
};
/* clang-format on */

size_t plan_predict_code(const struct plan_work *work, const struct plan_choice *choice)
{
    const size_t width = work->target->vector_bytes;
    const int encoding = width == 0 ? SCALAR : width <= 32 ? VEX : EVEX;
    const int style = choice->method == PLAN_STRAIGHT       ? STRAIGHT
                      : work->pass == PLAN_BACKWARD_WEIGHTS ? WEIGHTS
                                                            : POSITIONS;
    const struct plan_counts counts = plan_count_code(work, choice);
    double bytes = 0;
    for (int kind = 0; kind < CODE_KINDS; kind++)
        bytes += (double)counts.of[kind] * bytes_of[encoding][style][kind];
    return (size_t)bytes;
}
