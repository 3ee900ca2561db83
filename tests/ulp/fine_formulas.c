/*
 * fine_formulas.c: every formula of fine_formulas.h on arrays; compiled as
 * ulp_fine_scalar, ulp_fine_vectors and ulp_fine_fused, which TABLE names, with
 * TCONV_LANES or without.
 */
#include "fine_formulas.h"

#undef TCONV_BITS
#define TCONV_BITS 64
#include "tconv_exp.h"
#include "tconv_fine.h"
#include "tconv_plain.h"

#define APPLY(label, call, reference, least, largest, zero)                              \
    static void label##_of(const double *numbers, double *y, size_t n)                   \
    {                                                                                    \
        tconv_lanes_f64 z;                                                               \
        for (size_t i = 0; i < n; i += sizeof z / sizeof *y) {                           \
            memcpy(&z, numbers + i, sizeof z);                                           \
            z = call;                                                                    \
            memcpy(y + i, &z, sizeof z);                                                 \
        }                                                                                \
    }
ULP_FINE_FORMULAS(APPLY)

#define ROW(label, call, reference, least, largest, zero) label##_of,
ulp_fine_apply *const TABLE[] = {ULP_FINE_FORMULAS(ROW)};
