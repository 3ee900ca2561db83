/*
 * forward_only.h: the Conv2DTranspose layer "forward_only", emitted by tconv; see forward_only.c.
 *
 *   x [batch][3][3][3]  ->  y [batch][6][6][8], float
 *   w [2][2][8][3] as Keras stores it, no bias (b may be NULL)
 */
#ifndef FORWARD_ONLY_H
#define FORWARD_ONLY_H

#include "tconv.h"

#if TCONV_ABI != 5
#error "forward_only.h was emitted for TCONV_ABI 5, not for this tconv.h: emit it again"
#endif

#define FORWARD_ONLY_IN_H 3
#define FORWARD_ONLY_IN_W 3
#define FORWARD_ONLY_IN_C 3
#define FORWARD_ONLY_OUT_H 6
#define FORWARD_ONLY_OUT_W 6
#define FORWARD_ONLY_OUT_C 8
#define FORWARD_ONLY_WEIGHTS 96 /* elements of w */
#define FORWARD_ONLY_PACKED_BYTES 448
#define FORWARD_ONLY_SAVED_BYTES 0 /* per image; with 0 saved may be NULL */
#define FORWARD_ONLY_WORKSPACE_BYTES 0 /* per running part; with 0 it may be NULL */

#ifdef __cplusplus
extern "C" {
#endif

/* Packs weights and bias, once per update of either. */
void forward_only_pack(const float *w, const float *b, void *packed);

/* y = f(layer(x)) for `batch` images. */
void forward_only_forward(size_t batch, const float *x, const void *packed, float *y,
                          void *workspace);

/* The same functions by table, each able to run as part i of n on any thread; and shapes,
 * sizes and the layer's Keras config. */
extern const struct tconv_kernel forward_only_kernel;

#ifdef __cplusplus
}
#endif

#endif
