/*
 * tconv_constraint.h: Keras's constraints: what a weight becomes after each update.
 *
 * Optional: compile tconv_constraint.c with it. Formulas: the specification's F.2, in the
 * order and the type of TensorFlow's operations; the sum under a norm, which TensorFlow
 * makes in no stated order, is made in the next wider type and rounded once. Contraction
 * to fused multiply-adds has to be off (-ffp-contract=off) for the same bits.
 *
 * No allocation, no state: reentrant. Tensors are float or double as `type` says.
 */
#ifndef TCONV_CONSTRAINT_H
#define TCONV_CONSTRAINT_H

#include "tconv_shape.h"

#ifdef __cplusplus
extern "C" {
#endif

/* With norm = sqrt(sum of w^2 over `axes`), e = 1e-7: */
enum tconv_constraint_kind {
    TCONV_UNCONSTRAINED,
    TCONV_MAX_NORM,       /* w * (clip(norm, 0, max_value) / (e + norm)) */
    TCONV_MIN_MAX_NORM,   /* w * ((rate * clip(norm, min_value, max_value)
                             + (1 - rate) * norm) / (e + norm)) */
    TCONV_UNIT_NORM,      /* w / (e + norm) */
    TCONV_NON_NEG_TF,     /* w * (w >= 0 ? 1 : 0): NaN stays, -infinity becomes NaN */
    TCONV_NON_NEG_KERAS3, /* w < 0 ? 0 : w: NaN stays */
    TCONV_RADIAL /* TensorFlow's: rings of one value around the middle of each of the
                    kernel's squares, taken from its diagonal */
};

struct tconv_constraint {
    enum tconv_constraint_kind kind;
    double min_value, max_value, rate;
    unsigned axes; /* bit a is set where the norm sums over axis a; of a kernel [rows]
                      [columns][out_c][in_c], 1u is Keras's default, 11u a norm for each
                      output channel, 7u one for each input channel */
};

/* Why Keras refuses to constrain a tensor of this shape; NULL where it does not. What is
 * refused must not be given to tconv_constrain. */
const char *tconv_constraint_refusal(const struct tconv_constraint *c,
                                     const struct tconv_shape *shape);

/* w = the constrained w. Keras does so after each update, never when weights are made,
 * loaded or set. */
void tconv_constrain(const struct tconv_constraint *c, enum tconv_type type,
                     const struct tconv_shape *shape, void *w);

#ifdef __cplusplus
}
#endif

#endif
