/*
 * relu_k3s2.h: the Conv2DTranspose layer "relu_k3s2", emitted by tconv; see relu_k3s2.c.
 *
 *   x [batch][2][2][1]  ->  y [batch][4][4][1], float
 *   w [3][3][1][1] as Keras stores it, b [1]
 */
#ifndef RELU_K3S2_H
#define RELU_K3S2_H

#include "tconv.h"

#if TCONV_ABI != 5
#error "relu_k3s2.h was emitted for TCONV_ABI 5, not for this tconv.h: emit it again"
#endif

#define RELU_K3S2_IN_H 2
#define RELU_K3S2_IN_W 2
#define RELU_K3S2_IN_C 1
#define RELU_K3S2_OUT_H 4
#define RELU_K3S2_OUT_W 4
#define RELU_K3S2_OUT_C 1
#define RELU_K3S2_WEIGHTS 9 /* elements of w */
#define RELU_K3S2_PACKED_BYTES 192
#define RELU_K3S2_SAVED_BYTES 0 /* per image; with 0 saved may be NULL */
#define RELU_K3S2_WORKSPACE_BYTES 256 /* per running part; with 0 it may be NULL */

#ifdef __cplusplus
extern "C" {
#endif

/* Packs weights and bias, once per update of either. */
void relu_k3s2_pack(const float *w, const float *b, void *packed);

/* y = f(layer(x)) for `batch` images. */
void relu_k3s2_forward(size_t batch, const float *x, const void *packed, float *y,
                       void *workspace);

/* The same, and keeps in `saved` what backward needs besides y. */
void relu_k3s2_forward_train(size_t batch, const float *x, const void *packed, float *y,
                             void *saved, void *workspace);

/* Gradients of a loss from dy = dloss/dy; NULL for dx, dw or db skips it. They are
 * overwritten; dw and db are sums over the batch. */
void relu_k3s2_backward(size_t batch, const float *x, const void *packed, const float *y,
                        const void *saved, const float *dy, float *dx, float *dw, float *db,
                        void *workspace);

/* The same functions by table, each able to run as part i of n on any thread; and shapes,
 * sizes and the layer's Keras config. */
extern const struct tconv_kernel relu_k3s2_kernel;

#ifdef __cplusplus
}
#endif

#endif
