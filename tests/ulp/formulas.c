/*
 * formulas.c: every formula of formulas.h on arrays; compiled as ulp_scalar, ulp_vectors
 * and ulp_fused, which TABLE names, with TCONV_LANES or without.
 */
#include "formulas.h"

#undef TCONV_BITS
#define TCONV_BITS 32
#include "tconv_exp.h"
#include "tconv_plain.h"
#include "tconv_wide.h"

#define APPLY(label, call, reference, least, largest)                                    \
    static void label##_of(const float *numbers, float *y, size_t n)                     \
    {                                                                                    \
        tconv_lanes_f32 z;                                                               \
        for (size_t i = 0; i < n; i += sizeof z / sizeof *y) {                           \
            memcpy(&z, numbers + i, sizeof z);                                           \
            z = call;                                                                    \
            memcpy(y + i, &z, sizeof z);                                                 \
        }                                                                                \
    }
ULP_FORMULAS(APPLY)

#define ROW(label, call, reference, least, largest) label##_of,
ulp_apply *const TABLE[] = {ULP_FORMULAS(ROW)};
