/*
 * glu_k2s2.h: the Conv2DTranspose layer "glu_k2s2", emitted by tconv; see glu_k2s2.c.
 *
 *   x [batch][1][2][2]  ->  y [batch][2][4][2], float
 *   w [2][2][4][2] as Keras stores it, b [4]
 */
#ifndef GLU_K2S2_H
#define GLU_K2S2_H

#include "tconv.h"

#if TCONV_ABI != 5
#error "glu_k2s2.h was emitted for TCONV_ABI 5, not for this tconv.h: emit it again"
#endif

#define GLU_K2S2_IN_H 1
#define GLU_K2S2_IN_W 2
#define GLU_K2S2_IN_C 2
#define GLU_K2S2_OUT_H 2
#define GLU_K2S2_OUT_W 4
#define GLU_K2S2_OUT_C 2
#define GLU_K2S2_WEIGHTS 32 /* elements of w */
#define GLU_K2S2_PACKED_BYTES 320
#define GLU_K2S2_SAVED_BYTES 128 /* per image; with 0 saved may be NULL */
#define GLU_K2S2_WORKSPACE_BYTES 448 /* per running part; with 0 it may be NULL */

#ifdef __cplusplus
extern "C" {
#endif

/* Packs weights and bias, once per update of either. */
void glu_k2s2_pack(const float *w, const float *b, void *packed);

/* y = f(layer(x)) for `batch` images. */
void glu_k2s2_forward(size_t batch, const float *x, const void *packed, float *y,
                      void *workspace);

/* The same, and keeps in `saved` what backward needs besides y. */
void glu_k2s2_forward_train(size_t batch, const float *x, const void *packed, float *y,
                            void *saved, void *workspace);

/* Gradients of a loss from dy = dloss/dy; NULL for dx, dw or db skips it. They are
 * overwritten; dw and db are sums over the batch. */
void glu_k2s2_backward(size_t batch, const float *x, const void *packed, const float *y,
                       const void *saved, const float *dy, float *dx, float *dw, float *db,
                       void *workspace);

/* The same functions by table, each able to run as part i of n on any thread; and shapes,
 * sizes and the layer's Keras config. */
extern const struct tconv_kernel glu_k2s2_kernel;

#ifdef __cplusplus
}
#endif

#endif
