/*
 * strassen_k2s2.h: the Conv2DTranspose layer "strassen_k2s2", emitted by tconv; see strassen_k2s2.c.
 *
 *   x [batch][7][8][512]  ->  y [batch][14][16][128], float
 *   w [2][2][128][512] as Keras stores it, b [128]
 */
#ifndef STRASSEN_K2S2_H
#define STRASSEN_K2S2_H

#include "tconv.h"

#if TCONV_ABI != 5
#error "strassen_k2s2.h was emitted for TCONV_ABI 5, not for this tconv.h: emit it again"
#endif

#define STRASSEN_K2S2_IN_H 7
#define STRASSEN_K2S2_IN_W 8
#define STRASSEN_K2S2_IN_C 512
#define STRASSEN_K2S2_OUT_H 14
#define STRASSEN_K2S2_OUT_W 16
#define STRASSEN_K2S2_OUT_C 128
#define STRASSEN_K2S2_WEIGHTS 262144 /* elements of w */
#define STRASSEN_K2S2_PACKED_BYTES 1835520
#define STRASSEN_K2S2_SAVED_BYTES 0 /* per image; with 0 saved may be NULL */
#define STRASSEN_K2S2_WORKSPACE_BYTES 215744 /* per running part; with 0 it may be NULL */

#ifdef __cplusplus
extern "C" {
#endif

/* Packs weights and bias, once per update of either. */
void strassen_k2s2_pack(const float *w, const float *b, void *packed);

/* y = f(layer(x)) for `batch` images. */
void strassen_k2s2_forward(size_t batch, const float *x, const void *packed, float *y,
                           void *workspace);

/* The same functions by table, each able to run as part i of n on any thread; and shapes,
 * sizes and the layer's Keras config. */
extern const struct tconv_kernel strassen_k2s2_kernel;

#ifdef __cplusplus
}
#endif

#endif
