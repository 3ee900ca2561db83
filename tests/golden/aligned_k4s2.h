/*
 * aligned_k4s2.h: the Conv2DTranspose layer "aligned_k4s2", emitted by tconv; see aligned_k4s2.c.
 *
 *   x [batch][1][16][32]  ->  y [batch][1][32][32], float
 *   w [1][4][32][32] as Keras stores it, b [32]
 */
#ifndef ALIGNED_K4S2_H
#define ALIGNED_K4S2_H

#include "tconv.h"

#if TCONV_ABI != 5
#error "aligned_k4s2.h was emitted for TCONV_ABI 5, not for this tconv.h: emit it again"
#endif

#define ALIGNED_K4S2_IN_H 1
#define ALIGNED_K4S2_IN_W 16
#define ALIGNED_K4S2_IN_C 32
#define ALIGNED_K4S2_OUT_H 1
#define ALIGNED_K4S2_OUT_W 32
#define ALIGNED_K4S2_OUT_C 32
#define ALIGNED_K4S2_WEIGHTS 4096 /* elements of w */
#define ALIGNED_K4S2_PACKED_BYTES 41088
#define ALIGNED_K4S2_SAVED_BYTES 0 /* per image; with 0 saved may be NULL */
#define ALIGNED_K4S2_WORKSPACE_BYTES 5760 /* per running part; with 0 it may be NULL */

#ifdef __cplusplus
extern "C" {
#endif

/* Packs weights and bias, once per update of either. */
void aligned_k4s2_pack(const float *w, const float *b, void *packed);

/* y = f(layer(x)) for `batch` images. */
void aligned_k4s2_forward(size_t batch, const float *x, const void *packed, float *y,
                          void *workspace);

/* The same functions by table, each able to run as part i of n on any thread; and shapes,
 * sizes and the layer's Keras config. */
extern const struct tconv_kernel aligned_k4s2_kernel;

#ifdef __cplusplus
}
#endif

#endif
