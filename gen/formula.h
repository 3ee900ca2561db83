/*
 * formula: what the runtime calls each activation, which of its headers holds it and how
 * many numbers it takes at once. The formulas themselves stand in runtime/.
 */
#ifndef TCONV_GEN_FORMULA_H
#define TCONV_GEN_FORMULA_H

#include <stdbool.h>

#include "target.h"
#include "tconv.h"

/* Where a formula stands: tconv_plain.h, tconv_exp.h; tconv_wide.h for float32 and
 * tconv_fine.h for float64; tconv_rows.h and tconv_rows_fine.h. */
enum formula_family { FORMULA_PLAIN, FORMULA_EXP, FORMULA_WIDE, FORMULA_ROWS };

struct formula {
    const char *name;      /* tconv_NAME_f32, tconv_NAME_slope_f32; of rows
                              tconv_NAME_backward_f32 */
    const char *enum_name; /* in tconv.h */
    enum formula_family family;
    int n_parameters; /* of slope, ceiling, threshold, in that order */
};

const struct formula *formula_of(enum tconv_function function);

/* The header that emitted code includes for it. */
const char *formula_header(const struct formula *formula, enum tconv_type type);

/* Numbers at once; 0 where it takes one number, not a vector: without vectors, and where
 * the layer's rows are shorter than one. float32's wide formulas work on vectors of
 * double, too. */
size_t formula_lanes(const struct formula *formula, const struct tconv_layer *layer,
                     const struct target *target);

#endif
