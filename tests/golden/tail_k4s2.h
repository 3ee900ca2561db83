/*
 * tail_k4s2.h: the Conv2DTranspose layer "tail_k4s2", emitted by tconv; see tail_k4s2.c.
 *
 *   x [batch][1][6][2]  ->  y [batch][1][12][20], float
 *   w [1][4][20][2] as Keras stores it, b [20]
 */
#ifndef TAIL_K4S2_H
#define TAIL_K4S2_H

#include "tconv.h"

#if TCONV_ABI != 5
#error "tail_k4s2.h was emitted for TCONV_ABI 5, not for this tconv.h: emit it again"
#endif

#define TAIL_K4S2_IN_H 1
#define TAIL_K4S2_IN_W 6
#define TAIL_K4S2_IN_C 2
#define TAIL_K4S2_OUT_H 1
#define TAIL_K4S2_OUT_W 12
#define TAIL_K4S2_OUT_C 20
#define TAIL_K4S2_WEIGHTS 160 /* elements of w */
#define TAIL_K4S2_PACKED_BYTES 1792
#define TAIL_K4S2_SAVED_BYTES 0 /* per image; with 0 saved may be NULL */
#define TAIL_K4S2_WORKSPACE_BYTES 960 /* per running part; with 0 it may be NULL */

#ifdef __cplusplus
extern "C" {
#endif

/* Packs weights and bias, once per update of either. */
void tail_k4s2_pack(const float *w, const float *b, void *packed);

/* y = f(layer(x)) for `batch` images. */
void tail_k4s2_forward(size_t batch, const float *x, const void *packed, float *y,
                       void *workspace);

/* The same, and keeps in `saved` what backward needs besides y. */
void tail_k4s2_forward_train(size_t batch, const float *x, const void *packed, float *y,
                             void *saved, void *workspace);

/* Gradients of a loss from dy = dloss/dy; NULL for dx, dw or db skips it. They are
 * overwritten; dw and db are sums over the batch. */
void tail_k4s2_backward(size_t batch, const float *x, const void *packed, const float *y,
                        const void *saved, const float *dy, float *dx, float *dw, float *db,
                        void *workspace);

/* The same functions by table, each able to run as part i of n on any thread; and shapes,
 * sizes and the layer's Keras config. */
extern const struct tconv_kernel tail_k4s2_kernel;

#ifdef __cplusplus
}
#endif

#endif
