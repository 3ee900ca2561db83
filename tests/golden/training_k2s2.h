/*
 * training_k2s2.h: the Conv2DTranspose layer "training_k2s2", emitted by tconv; see training_k2s2.c.
 *
 *   x [batch][1][2][3]  ->  y [batch][2][4][2], float
 *   w [2][2][2][3] as Keras stores it, b [2]
 */
#ifndef TRAINING_K2S2_H
#define TRAINING_K2S2_H

#include "tconv_training.h"

#if TCONV_ABI != 5
#error "training_k2s2.h was emitted for TCONV_ABI 5, not for this tconv.h: emit it again"
#endif

#define TRAINING_K2S2_IN_H 1
#define TRAINING_K2S2_IN_W 2
#define TRAINING_K2S2_IN_C 3
#define TRAINING_K2S2_OUT_H 2
#define TRAINING_K2S2_OUT_W 4
#define TRAINING_K2S2_OUT_C 2
#define TRAINING_K2S2_WEIGHTS 24 /* elements of w */
#define TRAINING_K2S2_PACKED_BYTES 320
#define TRAINING_K2S2_SAVED_BYTES 0 /* per image; with 0 saved may be NULL */
#define TRAINING_K2S2_WORKSPACE_BYTES 192 /* per running part; with 0 it may be NULL */

#ifdef __cplusplus
extern "C" {
#endif

/* Packs weights and bias, once per update of either. */
void training_k2s2_pack(const float *w, const float *b, void *packed);

/* y = f(layer(x)) for `batch` images. */
void training_k2s2_forward(size_t batch, const float *x, const void *packed, float *y,
                           void *workspace);

/* The same, and keeps in `saved` what backward needs besides y. */
void training_k2s2_forward_train(size_t batch, const float *x, const void *packed, float *y,
                                 void *saved, void *workspace);

/* Gradients of a loss from dy = dloss/dy; NULL for dx, dw or db skips it. They are
 * overwritten; dw and db are sums over the batch. */
void training_k2s2_backward(size_t batch, const float *x, const void *packed, const float *y,
                            const void *saved, const float *dy, float *dx, float *dw, float *db,
                            void *workspace);

/* The same functions by table, each able to run as part i of n on any thread; and shapes,
 * sizes and the layer's Keras config. */
extern const struct tconv_kernel training_k2s2_kernel;

/* What the config says of training, for the runtime's tconv_training_step. */
extern const struct tconv_training training_k2s2_training;

/* The activity regularizer's loss of the output y, and, where dy is not NULL, its gradient,
 * added to dy before training_k2s2_backward. */
float training_k2s2_activity(size_t batch, const float *y, float *dy);

#ifdef __cplusplus
}
#endif

#endif
