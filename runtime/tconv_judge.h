/*
 * tconv_judge.h: the float64 judge of the other kernels, and how far off they may be.
 *
 * The layer's definition again, written independently of tconv_generic: from the outputs
 * backwards (gather) instead of from the inputs onwards (scatter), so that the two check
 * each other. Every tensor is double, in the layout of struct tconv_kernel (tconv.h),
 * whatever layer->type is; layer->type only says which kernel the bounds are for. Each
 * result comes with the sum of the magnitudes of its terms, to which the rounding of any
 * order is relative.
 */
#ifndef TCONV_JUDGE_H
#define TCONV_JUDGE_H

#include "tconv.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The most terms (products, and the bias) that any element of each result has. */
struct tconv_terms {
    size_t z, dx, dw, db;
};
struct tconv_terms tconv_judge_terms(const struct tconv_layer *layer, size_t batch);

/*
 * z = pre-activations, [batch] images of the output; sum = |b| + sum of |x*w| for each z.
 * b may be NULL without use_bias; sum may be NULL.
 */
void tconv_judge_forward(const struct tconv_layer *layer, size_t batch, const double *x,
                         const double *w, const double *b, double *z, double *sum);

/*
 * y = activation(z), and y_bound: how far the y of a kernel may be off whose z is off by
 * up to z_bound, element by element; [batch] images of the output. Rows (softmax and its
 * like) included; glu has half as many y as z.
 */
void tconv_judge_output(const struct tconv_layer *layer, size_t batch, const double *z,
                        const double *z_bound, double *y, double *y_bound);

/*
 * dz = dy * slope, or the backward pass of a row. y and z are those that the kernel used;
 * z may be NULL where tconv_keeps_z is 0. magnitude (NULL skips it) is what the rounding
 * of dz is relative to: |dz|, but for rows, whose differences may cancel, the sum of the
 * magnitudes of their terms.
 *
 * A kernel of layer->type that starts from the same y, z and dy is off by a relative
 * TCONV_SLOPE_ROUNDINGS units: 4 for the 2 ulp of the slope, 1 for the product. Gradients
 * from its dz need as many terms more in tconv_error_bound.
 */
void tconv_judge_dz(const struct tconv_layer *layer, size_t batch, const double *y,
                    const double *z, const double *dy, double *dz, double *magnitude);
#define TCONV_SLOPE_ROUNDINGS 5

/*
 * Gradients from a given dz, overwritten, and the sums of magnitudes of their terms. NULL
 * skips a gradient with its sum, or a sum alone. db is not written without use_bias.
 */
void tconv_judge_backward(const struct tconv_layer *layer, size_t batch, const double *x,
                          const double *w, const double *dz, double *dx, double *dx_sum,
                          double *dw, double *dw_sum, double *db, double *db_sum);

/*
 * How far a sum of `terms` terms, computed in `type`, may be from the judge's; `sum` is
 * the sum of their magnitudes. Rigorous for any order of summation, with or without fused
 * multiply-add, with gradual underflow.
 */
double tconv_error_bound(enum tconv_type type, size_t terms, double sum);

/*
 * Bounds for a pass with a tconv_rounding: its sums are those of a wider layer, which has
 * every window of the layer's tensors inside, with the magnitudes of tconv_judge_widen;
 * they are cut out by tconv_judge_narrow and multiplied by growth, and the pass has
 * tconv_judge_window_terms more terms. The derivation stands in tconv_judge_window.c.
 * Those of a pass that is_normwise are the layer's own, with every magnitude the largest
 * of its tensor, likewise multiplied and with as many more terms.
 */
struct tconv_layer tconv_judge_wide_layer(const struct tconv_layer *layer,
                                          const struct tconv_rounding *rounding);

/* [batch] images of the wide layer's input (or, with is_output, output): the largest
 * magnitude of the layer's own within reach, 0 where there is none. */
void tconv_judge_widen(const struct tconv_layer *layer,
                       const struct tconv_rounding *rounding, int is_output, size_t batch,
                       const double *values, double *wide);

/* The layer's own part of [batch] images of the wide layer's input or output. */
void tconv_judge_narrow(const struct tconv_layer *layer,
                        const struct tconv_rounding *rounding, int is_output,
                        size_t batch, const double *wide, double *values);

/* Whether a pass rounds as a plain sum does: nothing below is needed for it. */
static inline int tconv_rounds_plainly(const struct tconv_rounding *rounding)
{
    return rounding->growth == 1 && rounding->reach[0] == 0 && rounding->reach[1] == 0;
}

/* Terms of the transforms (0 for a pass that rounds plainly), and of the tiles that only
 * a window adds to the gradient. */
size_t tconv_judge_window_terms(const struct tconv_layer *layer,
                                const struct tconv_rounding *rounding, size_t batch);

/*
 * How far a kernel's y may be from activation(z) (float64), when the kernel's z is within
 * z_bound of z. Elementwise activations; for those of a row, but glu, tconv_row_bound,
 * with the largest z_bound of the row and the exact y.
 */
double tconv_activation_bound(const struct tconv_layer *layer, double z, double z_bound);
double tconv_row_bound(const struct tconv_layer *layer, double y, double z_bound);

#ifdef __cplusplus
}
#endif

#endif
