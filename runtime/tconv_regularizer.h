/*
 * tconv_regularizer.h: Keras's regularizers: a loss of a tensor, and its gradient.
 *
 * Optional: compile tconv_regularizer.c with it. Formulas: the specification's F.1, in
 * the order and the type of TensorFlow's operations, so that gradients are bit for bit
 * what TensorFlow computes eagerly; sums, which TensorFlow makes in no stated order, are
 * made in the next wider type (double, long double) and rounded once. Contraction to
 * fused multiply-adds has to be off (-ffp-contract=off) for the same bits.
 *
 * No allocation, no state: reentrant. Tensors are float or double as `type` says.
 */
#ifndef TCONV_REGULARIZER_H
#define TCONV_REGULARIZER_H

#include "tconv_shape.h"

#ifdef __cplusplus
extern "C" {
#endif

enum tconv_regularizer_kind {
    TCONV_UNREGULARIZED,  /* loss 0 */
    TCONV_L1L2,           /* l1 * sum |w| + l2 * sum w^2 */
    TCONV_ORTHOGONAL_ROWS /* a matrix's: factor * the mean of |<r_i, r_j>| over pairs */
};

/* Orthogonal's vectors r are scaled to unit length; what a vector of almost none gets. */
enum tconv_unit_length {
    TCONV_UNIT_LENGTH_TF,     /* r / sqrt(max(r.r, 1e-12)) */
    TCONV_UNIT_LENGTH_KERAS3, /* r * min(1 / sqrt(r.r), 1e7); a vector of zeros: NaN loss
                               */
};

/* Coefficients are rounded to float first, as Keras does for float64 tensors too. */
struct tconv_regularizer {
    enum tconv_regularizer_kind kind;
    double l1, l2;                      /* L1L2 */
    double factor;                      /* ORTHOGONAL, and: */
    int by_columns;                     /* its vectors are columns instead of rows */
    enum tconv_unit_length unit_length; /* by Keras's generation */
    /* Of an activity regularizer: whether Keras divides by the batch: TF from 1.12 and
     * Keras 3 from 3.14 do, Keras 3.0 to 3.13 do not. */
    int divides_by_batch;
};

/* Why Keras refuses to regularize a tensor of this shape, in its words; NULL where it
 * does not. What is refused must not be given to the functions below. */
const char *tconv_regularizer_refusal(const struct tconv_regularizer *r,
                                      const struct tconv_shape *shape);

/* The loss of w, of `type`'s precision: one entry of Keras's `losses` for a weight. */
double tconv_regularizer_loss(const struct tconv_regularizer *r, enum tconv_type type,
                              const struct tconv_shape *shape, const void *w);

/* dw += the loss's gradient; first l2's, then l1's. */
void tconv_regularizer_add_gradient(const struct tconv_regularizer *r,
                                    enum tconv_type type, const struct tconv_shape *shape,
                                    const void *w, void *dw);

/* The loss of a layer's output y, whose first axis is the batch: divided by it where
 * divides_by_batch says so (0 for a batch of 0). */
double tconv_activity_loss(const struct tconv_regularizer *r, enum tconv_type type,
                           const struct tconv_shape *shape, const void *y);

/* dy += the gradient of that loss: what goes into a kernel's backward pass. */
void tconv_activity_add_gradient(const struct tconv_regularizer *r, enum tconv_type type,
                                 const struct tconv_shape *shape, const void *y,
                                 void *dy);

#ifdef __cplusplus
}
#endif

#endif
