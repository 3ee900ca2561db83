/*
 * up.h: the Conv2DTranspose layer "up", emitted by tconv; see up.c.
 *
 *   x [batch][2][2][1]  ->  y [batch][4][4][1], float
 *   w [2][2][1][1] as Keras stores it, b [1]
 */
#ifndef UP_H
#define UP_H

#include "tconv.h"

#if TCONV_ABI != 5
#error "up.h was emitted for TCONV_ABI 5, not for this tconv.h: emit it again"
#endif

#define UP_IN_H 2
#define UP_IN_W 2
#define UP_IN_C 1
#define UP_OUT_H 4
#define UP_OUT_W 4
#define UP_OUT_C 1
#define UP_WEIGHTS 4 /* elements of w */
#define UP_PACKED_BYTES 128
#define UP_SAVED_BYTES 0 /* per image; with 0 saved may be NULL */
#define UP_WORKSPACE_BYTES 0 /* per running part; with 0 it may be NULL */

#ifdef __cplusplus
extern "C" {
#endif

/* Packs weights and bias, once per update of either. */
void up_pack(const float *w, const float *b, void *packed);

/* y = f(layer(x)) for `batch` images. */
void up_forward(size_t batch, const float *x, const void *packed, float *y,
                void *workspace);

/* The same functions by table, each able to run as part i of n on any thread; and shapes,
 * sizes and the layer's Keras config. */
extern const struct tconv_kernel up_kernel;

#ifdef __cplusplus
}
#endif

#endif
