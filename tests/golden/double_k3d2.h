/*
 * double_k3d2.h: the Conv2DTranspose layer "double_k3d2", emitted by tconv; see double_k3d2.c.
 *
 *   x [batch][3][1][1]  ->  y [batch][7][1][2], double
 *   w [3][1][2][1] as Keras stores it, b [2]
 */
#ifndef DOUBLE_K3D2_H
#define DOUBLE_K3D2_H

#include "tconv.h"

#if TCONV_ABI != 5
#error "double_k3d2.h was emitted for TCONV_ABI 5, not for this tconv.h: emit it again"
#endif

#define DOUBLE_K3D2_IN_H 3
#define DOUBLE_K3D2_IN_W 1
#define DOUBLE_K3D2_IN_C 1
#define DOUBLE_K3D2_OUT_H 7
#define DOUBLE_K3D2_OUT_W 1
#define DOUBLE_K3D2_OUT_C 2
#define DOUBLE_K3D2_WEIGHTS 6 /* elements of w */
#define DOUBLE_K3D2_PACKED_BYTES 192
#define DOUBLE_K3D2_SAVED_BYTES 112 /* per image; with 0 saved may be NULL */
#define DOUBLE_K3D2_WORKSPACE_BYTES 128 /* per running part; with 0 it may be NULL */

#ifdef __cplusplus
extern "C" {
#endif

/* Packs weights and bias, once per update of either. */
void double_k3d2_pack(const double *w, const double *b, void *packed);

/* y = f(layer(x)) for `batch` images. */
void double_k3d2_forward(size_t batch, const double *x, const void *packed, double *y,
                         void *workspace);

/* The same, and keeps in `saved` what backward needs besides y. */
void double_k3d2_forward_train(size_t batch, const double *x, const void *packed, double *y,
                               void *saved, void *workspace);

/* Gradients of a loss from dy = dloss/dy; NULL for dx, dw or db skips it. They are
 * overwritten; dw and db are sums over the batch. */
void double_k3d2_backward(size_t batch, const double *x, const void *packed, const double *y,
                          const void *saved, const double *dy, double *dx, double *dw, double *db,
                          void *workspace);

/* The same functions by table, each able to run as part i of n on any thread; and shapes,
 * sizes and the layer's Keras config. */
extern const struct tconv_kernel double_k3d2_kernel;

#ifdef __cplusplus
}
#endif

#endif
