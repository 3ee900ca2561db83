/*
 * softmax_first.h: the Conv2DTranspose layer "softmax_first", emitted by tconv; see softmax_first.c.
 *
 *   x [batch][1][2][2]  ->  y [batch][3][4][5], float
 *   w [1][3][3][1] as Keras stores it, b [3]
 */
#ifndef SOFTMAX_FIRST_H
#define SOFTMAX_FIRST_H

#include "tconv.h"

#if TCONV_ABI != 5
#error "softmax_first.h was emitted for TCONV_ABI 5, not for this tconv.h: emit it again"
#endif

#define SOFTMAX_FIRST_IN_H 2
#define SOFTMAX_FIRST_IN_W 2
#define SOFTMAX_FIRST_IN_C 1
#define SOFTMAX_FIRST_OUT_H 4
#define SOFTMAX_FIRST_OUT_W 5
#define SOFTMAX_FIRST_OUT_C 3
#define SOFTMAX_FIRST_WEIGHTS 9 /* elements of w */
#define SOFTMAX_FIRST_PACKED_BYTES 192
#define SOFTMAX_FIRST_SAVED_BYTES 0 /* per image; with 0 saved may be NULL */
#define SOFTMAX_FIRST_WORKSPACE_BYTES 448 /* per running part; with 0 it may be NULL */

#ifdef __cplusplus
extern "C" {
#endif

/* Packs weights and bias, once per update of either. */
void softmax_first_pack(const float *w, const float *b, void *packed);

/* y = f(layer(x)) for `batch` images. */
void softmax_first_forward(size_t batch, const float *x, const void *packed, float *y,
                           void *workspace);

/* The same, and keeps in `saved` what backward needs besides y. */
void softmax_first_forward_train(size_t batch, const float *x, const void *packed, float *y,
                                 void *saved, void *workspace);

/* Gradients of a loss from dy = dloss/dy; NULL for dx, dw or db skips it. They are
 * overwritten; dw and db are sums over the batch. */
void softmax_first_backward(size_t batch, const float *x, const void *packed, const float *y,
                            const void *saved, const float *dy, float *dx, float *dw, float *db,
                            void *workspace);

/* The same functions by table, each able to run as part i of n on any thread; and shapes,
 * sizes and the layer's Keras config. */
extern const struct tconv_kernel softmax_first_kernel;

#ifdef __cplusplus
}
#endif

#endif
