/*
 * strassen_k2s2.c: the Conv2DTranspose layer "strassen_k2s2" for one shape, emitted by tconv.
 *
 *   x [batch][7][8][512]  ->  y [batch][14][16][128], float
 *   w [2][2][128][512], padding "valid", activation linear
 *
 * Identity. Per axis, input i and tap t meet output o = i*stride + t*dilation - crop:
 *   rows     stride 2, dilation 1, crop 0
 *   columns  stride 2, dilation 1, crop 0
 * and z[o][o'][f] = b[f] + sum over meeting (i, t), (i', t') and c of x[i][i'][c] * w[t][t'][f][c],
 * y = linear(z). The backward passes are its derivatives.
 *
 * Plan, target sapphire-rapids:
 *   forward          strassen, tiles of 14 x 32, about 8,395 bytes of code
 * Cost of one image and pass: 14,680,064 multiply-adds;
 *   bytes of x 114,688, y 114,688, w 1,048,576
 *
 * Compile with: -O2 -march=x86-64-v4 -mprefer-vector-width=512 -ffp-contract=fast -fno-trapping-math -fno-math-errno
 * Made again by: tconv gen CONFIG.json --name strassen_k2s2 --input-shape 7,8,512
 *     --target sapphire-rapids --unroll auto --passes forward
 * Config digest (FNV-1a): 9ddcb5602bf94cb2
 *
 * This file belongs to whoever emitted it; tconv claims no right in it.
 */
#include "strassen_k2s2.h"

#include <math.h>
#include <string.h>

/* The functions below use sapphire-rapids, whatever the compiler's own options say. */
#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512cd,avx512dq,avx512vl,avx2,fma"))), apply_to = function)
#elif defined(__GNUC__)
#pragma GCC target("avx512f,avx512bw,avx512cd,avx512dq,avx512vl,avx2,fma")
#pragma GCC optimize("no-predictive-commoning") /* which costs shuffles */
#else
#error "strassen_k2s2.c uses the vector extensions of GCC and Clang; --target portable does not"
#endif

typedef float vec __attribute__((vector_size(64), aligned(4), may_alias));
#define LOAD(p) (*(const vec *)(p))
#define STORE(p) (*(vec *)(p))

/*
 * Packed: the bias; then sums of halves of w by twice 32 output channels, [tap][block][product][in][out].
 */
void strassen_k2s2_pack(const float *w, const float *b, void *packed)
{
    float *to = packed;
    memset(to, 0, STRASSEN_K2S2_PACKED_BYTES);
    memcpy(to, b, 128 * sizeof *b);
    /* sums of halves of w for forward: 128 channels by twice 32 */
    for (size_t tap = 0; tap < 4; tap++)
        for (size_t k = 0; k < 256; k++)
            for (size_t block = 0; block < 2; block++)
                for (size_t v = 0; v < 32; v++) {
                    const size_t lane = block * 64 + v;
                    const float w_0_0 = w[tap * 65536 + lane * 512 + k];
                    const float w_0_1 = w[16384 + tap * 65536 + lane * 512 + k];
                    const float w_1_0 = w[256 + tap * 65536 + lane * 512 + k];
                    const float w_1_1 = w[16640 + tap * 65536 + lane * 512 + k];
                    float *u = to + 128 + tap * 114688 + block * 57344 + k * 32 + v;
                    u[0] = w_0_0 + w_1_1;
                    u[8192] = w_0_0;
                    u[16384] = w_0_1 - w_1_1;
                    u[24576] = w_1_0 - w_0_0;
                    u[32768] = w_1_1;
                    u[40960] = w_0_0 + w_0_1;
                    u[49152] = w_1_0 + w_1_1;
                }
}

/* forward: seven products of halves (Strassen) ------------------------------------- */

/* The sums of halves of pairs of pixels `first` to `last` that products read; an odd last pixel is a pair with itself. */
static void strassen_k2s2_forward_transform(size_t first, size_t last, const float *restrict x, float *restrict v)
{
    for (size_t pair = first; pair < last; pair++) {
        const size_t even = 2 * pair, odd = even + 1;
        float *row = v + (pair - first) * 256;
        const float *x_0 = x + even * 512, *x_1 = x + odd * 512;
        for (size_t k = 0; k < 256; k += 16) {
            const vec x_0_0 = LOAD(x_0 + k);
            const vec x_0_1 = LOAD(x_0 + 256 + k);
            const vec x_1_0 = LOAD(x_1 + k);
            const vec x_1_1 = LOAD(x_1 + 256 + k);
            STORE(row + k) = x_0_0 + x_1_1;
            STORE(row + 7184 + k) = x_1_0 + x_1_1;
            STORE(row + 14368 + k) = x_0_0;
            STORE(row + 21552 + k) = x_1_1;
            STORE(row + 28736 + k) = x_0_0 + x_0_1;
            STORE(row + 35920 + k) = x_1_0 - x_0_0;
            STORE(row + 43104 + k) = x_0_1 - x_1_1;
        }
    }
}

/* 14 pairs by 32 channels: sets one block and sets the other with the sum of v[pair][k] * u[k][channel] over k. */
static TCONV_NOINLINE void strassen_k2s2_forward_14x32_set_set(const float *restrict v, const float *restrict u,
    const float *next, float *restrict c_0, float *restrict c_1)
{
    vec sum_0_0 = {0.0f};
    vec sum_0_16 = {0.0f};
    vec sum_1_0 = {0.0f};
    vec sum_1_16 = {0.0f};
    vec sum_2_0 = {0.0f};
    vec sum_2_16 = {0.0f};
    vec sum_3_0 = {0.0f};
    vec sum_3_16 = {0.0f};
    vec sum_4_0 = {0.0f};
    vec sum_4_16 = {0.0f};
    vec sum_5_0 = {0.0f};
    vec sum_5_16 = {0.0f};
    vec sum_6_0 = {0.0f};
    vec sum_6_16 = {0.0f};
    vec sum_7_0 = {0.0f};
    vec sum_7_16 = {0.0f};
    vec sum_8_0 = {0.0f};
    vec sum_8_16 = {0.0f};
    vec sum_9_0 = {0.0f};
    vec sum_9_16 = {0.0f};
    vec sum_10_0 = {0.0f};
    vec sum_10_16 = {0.0f};
    vec sum_11_0 = {0.0f};
    vec sum_11_16 = {0.0f};
    vec sum_12_0 = {0.0f};
    vec sum_12_16 = {0.0f};
    vec sum_13_0 = {0.0f};
    vec sum_13_16 = {0.0f};
    for (size_t k = 0; k < 256; k++) {
        __builtin_prefetch(next + k * 16, 0, 2);
        const vec u_0 = LOAD(u + k * 32);
        const vec u_16 = LOAD(u + 16 + k * 32);
        sum_0_0 += u_0 * v[k];
        sum_0_16 += u_16 * v[k];
        sum_1_0 += u_0 * v[256 + k];
        sum_1_16 += u_16 * v[256 + k];
        sum_2_0 += u_0 * v[512 + k];
        sum_2_16 += u_16 * v[512 + k];
        sum_3_0 += u_0 * v[768 + k];
        sum_3_16 += u_16 * v[768 + k];
        sum_4_0 += u_0 * v[1024 + k];
        sum_4_16 += u_16 * v[1024 + k];
        sum_5_0 += u_0 * v[1280 + k];
        sum_5_16 += u_16 * v[1280 + k];
        sum_6_0 += u_0 * v[1536 + k];
        sum_6_16 += u_16 * v[1536 + k];
        sum_7_0 += u_0 * v[1792 + k];
        sum_7_16 += u_16 * v[1792 + k];
        sum_8_0 += u_0 * v[2048 + k];
        sum_8_16 += u_16 * v[2048 + k];
        sum_9_0 += u_0 * v[2304 + k];
        sum_9_16 += u_16 * v[2304 + k];
        sum_10_0 += u_0 * v[2560 + k];
        sum_10_16 += u_16 * v[2560 + k];
        sum_11_0 += u_0 * v[2816 + k];
        sum_11_16 += u_16 * v[2816 + k];
        sum_12_0 += u_0 * v[3072 + k];
        sum_12_16 += u_16 * v[3072 + k];
        sum_13_0 += u_0 * v[3328 + k];
        sum_13_16 += u_16 * v[3328 + k];
    }
    STORE(c_0) = sum_0_0;
    STORE(c_0 + 16) = sum_0_16;
    STORE(c_0 + 32) = sum_1_0;
    STORE(c_0 + 48) = sum_1_16;
    STORE(c_0 + 64) = sum_2_0;
    STORE(c_0 + 80) = sum_2_16;
    STORE(c_0 + 96) = sum_3_0;
    STORE(c_0 + 112) = sum_3_16;
    STORE(c_0 + 128) = sum_4_0;
    STORE(c_0 + 144) = sum_4_16;
    STORE(c_0 + 160) = sum_5_0;
    STORE(c_0 + 176) = sum_5_16;
    STORE(c_0 + 192) = sum_6_0;
    STORE(c_0 + 208) = sum_6_16;
    STORE(c_0 + 224) = sum_7_0;
    STORE(c_0 + 240) = sum_7_16;
    STORE(c_0 + 256) = sum_8_0;
    STORE(c_0 + 272) = sum_8_16;
    STORE(c_0 + 288) = sum_9_0;
    STORE(c_0 + 304) = sum_9_16;
    STORE(c_0 + 320) = sum_10_0;
    STORE(c_0 + 336) = sum_10_16;
    STORE(c_0 + 352) = sum_11_0;
    STORE(c_0 + 368) = sum_11_16;
    STORE(c_0 + 384) = sum_12_0;
    STORE(c_0 + 400) = sum_12_16;
    STORE(c_0 + 416) = sum_13_0;
    STORE(c_0 + 432) = sum_13_16;
    STORE(c_1) = sum_0_0;
    STORE(c_1 + 16) = sum_0_16;
    STORE(c_1 + 32) = sum_1_0;
    STORE(c_1 + 48) = sum_1_16;
    STORE(c_1 + 64) = sum_2_0;
    STORE(c_1 + 80) = sum_2_16;
    STORE(c_1 + 96) = sum_3_0;
    STORE(c_1 + 112) = sum_3_16;
    STORE(c_1 + 128) = sum_4_0;
    STORE(c_1 + 144) = sum_4_16;
    STORE(c_1 + 160) = sum_5_0;
    STORE(c_1 + 176) = sum_5_16;
    STORE(c_1 + 192) = sum_6_0;
    STORE(c_1 + 208) = sum_6_16;
    STORE(c_1 + 224) = sum_7_0;
    STORE(c_1 + 240) = sum_7_16;
    STORE(c_1 + 256) = sum_8_0;
    STORE(c_1 + 272) = sum_8_16;
    STORE(c_1 + 288) = sum_9_0;
    STORE(c_1 + 304) = sum_9_16;
    STORE(c_1 + 320) = sum_10_0;
    STORE(c_1 + 336) = sum_10_16;
    STORE(c_1 + 352) = sum_11_0;
    STORE(c_1 + 368) = sum_11_16;
    STORE(c_1 + 384) = sum_12_0;
    STORE(c_1 + 400) = sum_12_16;
    STORE(c_1 + 416) = sum_13_0;
    STORE(c_1 + 432) = sum_13_16;
}

/* 14 pairs by 32 channels: sets one block and subtracts the other with the sum of v[pair][k] * u[k][channel] over k. */
static TCONV_NOINLINE void strassen_k2s2_forward_14x32_set_subtract(const float *restrict v, const float *restrict u,
    const float *next, float *restrict c_0, float *restrict c_1)
{
    vec sum_0_0 = {0.0f};
    vec sum_0_16 = {0.0f};
    vec sum_1_0 = {0.0f};
    vec sum_1_16 = {0.0f};
    vec sum_2_0 = {0.0f};
    vec sum_2_16 = {0.0f};
    vec sum_3_0 = {0.0f};
    vec sum_3_16 = {0.0f};
    vec sum_4_0 = {0.0f};
    vec sum_4_16 = {0.0f};
    vec sum_5_0 = {0.0f};
    vec sum_5_16 = {0.0f};
    vec sum_6_0 = {0.0f};
    vec sum_6_16 = {0.0f};
    vec sum_7_0 = {0.0f};
    vec sum_7_16 = {0.0f};
    vec sum_8_0 = {0.0f};
    vec sum_8_16 = {0.0f};
    vec sum_9_0 = {0.0f};
    vec sum_9_16 = {0.0f};
    vec sum_10_0 = {0.0f};
    vec sum_10_16 = {0.0f};
    vec sum_11_0 = {0.0f};
    vec sum_11_16 = {0.0f};
    vec sum_12_0 = {0.0f};
    vec sum_12_16 = {0.0f};
    vec sum_13_0 = {0.0f};
    vec sum_13_16 = {0.0f};
    for (size_t k = 0; k < 256; k++) {
        __builtin_prefetch(next + k * 16, 0, 2);
        const vec u_0 = LOAD(u + k * 32);
        const vec u_16 = LOAD(u + 16 + k * 32);
        sum_0_0 += u_0 * v[k];
        sum_0_16 += u_16 * v[k];
        sum_1_0 += u_0 * v[256 + k];
        sum_1_16 += u_16 * v[256 + k];
        sum_2_0 += u_0 * v[512 + k];
        sum_2_16 += u_16 * v[512 + k];
        sum_3_0 += u_0 * v[768 + k];
        sum_3_16 += u_16 * v[768 + k];
        sum_4_0 += u_0 * v[1024 + k];
        sum_4_16 += u_16 * v[1024 + k];
        sum_5_0 += u_0 * v[1280 + k];
        sum_5_16 += u_16 * v[1280 + k];
        sum_6_0 += u_0 * v[1536 + k];
        sum_6_16 += u_16 * v[1536 + k];
        sum_7_0 += u_0 * v[1792 + k];
        sum_7_16 += u_16 * v[1792 + k];
        sum_8_0 += u_0 * v[2048 + k];
        sum_8_16 += u_16 * v[2048 + k];
        sum_9_0 += u_0 * v[2304 + k];
        sum_9_16 += u_16 * v[2304 + k];
        sum_10_0 += u_0 * v[2560 + k];
        sum_10_16 += u_16 * v[2560 + k];
        sum_11_0 += u_0 * v[2816 + k];
        sum_11_16 += u_16 * v[2816 + k];
        sum_12_0 += u_0 * v[3072 + k];
        sum_12_16 += u_16 * v[3072 + k];
        sum_13_0 += u_0 * v[3328 + k];
        sum_13_16 += u_16 * v[3328 + k];
    }
    STORE(c_0) = sum_0_0;
    STORE(c_0 + 16) = sum_0_16;
    STORE(c_0 + 32) = sum_1_0;
    STORE(c_0 + 48) = sum_1_16;
    STORE(c_0 + 64) = sum_2_0;
    STORE(c_0 + 80) = sum_2_16;
    STORE(c_0 + 96) = sum_3_0;
    STORE(c_0 + 112) = sum_3_16;
    STORE(c_0 + 128) = sum_4_0;
    STORE(c_0 + 144) = sum_4_16;
    STORE(c_0 + 160) = sum_5_0;
    STORE(c_0 + 176) = sum_5_16;
    STORE(c_0 + 192) = sum_6_0;
    STORE(c_0 + 208) = sum_6_16;
    STORE(c_0 + 224) = sum_7_0;
    STORE(c_0 + 240) = sum_7_16;
    STORE(c_0 + 256) = sum_8_0;
    STORE(c_0 + 272) = sum_8_16;
    STORE(c_0 + 288) = sum_9_0;
    STORE(c_0 + 304) = sum_9_16;
    STORE(c_0 + 320) = sum_10_0;
    STORE(c_0 + 336) = sum_10_16;
    STORE(c_0 + 352) = sum_11_0;
    STORE(c_0 + 368) = sum_11_16;
    STORE(c_0 + 384) = sum_12_0;
    STORE(c_0 + 400) = sum_12_16;
    STORE(c_0 + 416) = sum_13_0;
    STORE(c_0 + 432) = sum_13_16;
    STORE(c_1) -= sum_0_0;
    STORE(c_1 + 16) -= sum_0_16;
    STORE(c_1 + 32) -= sum_1_0;
    STORE(c_1 + 48) -= sum_1_16;
    STORE(c_1 + 64) -= sum_2_0;
    STORE(c_1 + 80) -= sum_2_16;
    STORE(c_1 + 96) -= sum_3_0;
    STORE(c_1 + 112) -= sum_3_16;
    STORE(c_1 + 128) -= sum_4_0;
    STORE(c_1 + 144) -= sum_4_16;
    STORE(c_1 + 160) -= sum_5_0;
    STORE(c_1 + 176) -= sum_5_16;
    STORE(c_1 + 192) -= sum_6_0;
    STORE(c_1 + 208) -= sum_6_16;
    STORE(c_1 + 224) -= sum_7_0;
    STORE(c_1 + 240) -= sum_7_16;
    STORE(c_1 + 256) -= sum_8_0;
    STORE(c_1 + 272) -= sum_8_16;
    STORE(c_1 + 288) -= sum_9_0;
    STORE(c_1 + 304) -= sum_9_16;
    STORE(c_1 + 320) -= sum_10_0;
    STORE(c_1 + 336) -= sum_10_16;
    STORE(c_1 + 352) -= sum_11_0;
    STORE(c_1 + 368) -= sum_11_16;
    STORE(c_1 + 384) -= sum_12_0;
    STORE(c_1 + 400) -= sum_12_16;
    STORE(c_1 + 416) -= sum_13_0;
    STORE(c_1 + 432) -= sum_13_16;
}

/* 14 pairs by 32 channels: sets one block and adds the other with the sum of v[pair][k] * u[k][channel] over k. */
static TCONV_NOINLINE void strassen_k2s2_forward_14x32_set_add(const float *restrict v, const float *restrict u,
    const float *next, float *restrict c_0, float *restrict c_1)
{
    vec sum_0_0 = {0.0f};
    vec sum_0_16 = {0.0f};
    vec sum_1_0 = {0.0f};
    vec sum_1_16 = {0.0f};
    vec sum_2_0 = {0.0f};
    vec sum_2_16 = {0.0f};
    vec sum_3_0 = {0.0f};
    vec sum_3_16 = {0.0f};
    vec sum_4_0 = {0.0f};
    vec sum_4_16 = {0.0f};
    vec sum_5_0 = {0.0f};
    vec sum_5_16 = {0.0f};
    vec sum_6_0 = {0.0f};
    vec sum_6_16 = {0.0f};
    vec sum_7_0 = {0.0f};
    vec sum_7_16 = {0.0f};
    vec sum_8_0 = {0.0f};
    vec sum_8_16 = {0.0f};
    vec sum_9_0 = {0.0f};
    vec sum_9_16 = {0.0f};
    vec sum_10_0 = {0.0f};
    vec sum_10_16 = {0.0f};
    vec sum_11_0 = {0.0f};
    vec sum_11_16 = {0.0f};
    vec sum_12_0 = {0.0f};
    vec sum_12_16 = {0.0f};
    vec sum_13_0 = {0.0f};
    vec sum_13_16 = {0.0f};
    for (size_t k = 0; k < 256; k++) {
        __builtin_prefetch(next + k * 16, 0, 2);
        const vec u_0 = LOAD(u + k * 32);
        const vec u_16 = LOAD(u + 16 + k * 32);
        sum_0_0 += u_0 * v[k];
        sum_0_16 += u_16 * v[k];
        sum_1_0 += u_0 * v[256 + k];
        sum_1_16 += u_16 * v[256 + k];
        sum_2_0 += u_0 * v[512 + k];
        sum_2_16 += u_16 * v[512 + k];
        sum_3_0 += u_0 * v[768 + k];
        sum_3_16 += u_16 * v[768 + k];
        sum_4_0 += u_0 * v[1024 + k];
        sum_4_16 += u_16 * v[1024 + k];
        sum_5_0 += u_0 * v[1280 + k];
        sum_5_16 += u_16 * v[1280 + k];
        sum_6_0 += u_0 * v[1536 + k];
        sum_6_16 += u_16 * v[1536 + k];
        sum_7_0 += u_0 * v[1792 + k];
        sum_7_16 += u_16 * v[1792 + k];
        sum_8_0 += u_0 * v[2048 + k];
        sum_8_16 += u_16 * v[2048 + k];
        sum_9_0 += u_0 * v[2304 + k];
        sum_9_16 += u_16 * v[2304 + k];
        sum_10_0 += u_0 * v[2560 + k];
        sum_10_16 += u_16 * v[2560 + k];
        sum_11_0 += u_0 * v[2816 + k];
        sum_11_16 += u_16 * v[2816 + k];
        sum_12_0 += u_0 * v[3072 + k];
        sum_12_16 += u_16 * v[3072 + k];
        sum_13_0 += u_0 * v[3328 + k];
        sum_13_16 += u_16 * v[3328 + k];
    }
    STORE(c_0) = sum_0_0;
    STORE(c_0 + 16) = sum_0_16;
    STORE(c_0 + 32) = sum_1_0;
    STORE(c_0 + 48) = sum_1_16;
    STORE(c_0 + 64) = sum_2_0;
    STORE(c_0 + 80) = sum_2_16;
    STORE(c_0 + 96) = sum_3_0;
    STORE(c_0 + 112) = sum_3_16;
    STORE(c_0 + 128) = sum_4_0;
    STORE(c_0 + 144) = sum_4_16;
    STORE(c_0 + 160) = sum_5_0;
    STORE(c_0 + 176) = sum_5_16;
    STORE(c_0 + 192) = sum_6_0;
    STORE(c_0 + 208) = sum_6_16;
    STORE(c_0 + 224) = sum_7_0;
    STORE(c_0 + 240) = sum_7_16;
    STORE(c_0 + 256) = sum_8_0;
    STORE(c_0 + 272) = sum_8_16;
    STORE(c_0 + 288) = sum_9_0;
    STORE(c_0 + 304) = sum_9_16;
    STORE(c_0 + 320) = sum_10_0;
    STORE(c_0 + 336) = sum_10_16;
    STORE(c_0 + 352) = sum_11_0;
    STORE(c_0 + 368) = sum_11_16;
    STORE(c_0 + 384) = sum_12_0;
    STORE(c_0 + 400) = sum_12_16;
    STORE(c_0 + 416) = sum_13_0;
    STORE(c_0 + 432) = sum_13_16;
    STORE(c_1) += sum_0_0;
    STORE(c_1 + 16) += sum_0_16;
    STORE(c_1 + 32) += sum_1_0;
    STORE(c_1 + 48) += sum_1_16;
    STORE(c_1 + 64) += sum_2_0;
    STORE(c_1 + 80) += sum_2_16;
    STORE(c_1 + 96) += sum_3_0;
    STORE(c_1 + 112) += sum_3_16;
    STORE(c_1 + 128) += sum_4_0;
    STORE(c_1 + 144) += sum_4_16;
    STORE(c_1 + 160) += sum_5_0;
    STORE(c_1 + 176) += sum_5_16;
    STORE(c_1 + 192) += sum_6_0;
    STORE(c_1 + 208) += sum_6_16;
    STORE(c_1 + 224) += sum_7_0;
    STORE(c_1 + 240) += sum_7_16;
    STORE(c_1 + 256) += sum_8_0;
    STORE(c_1 + 272) += sum_8_16;
    STORE(c_1 + 288) += sum_9_0;
    STORE(c_1 + 304) += sum_9_16;
    STORE(c_1 + 320) += sum_10_0;
    STORE(c_1 + 336) += sum_10_16;
    STORE(c_1 + 352) += sum_11_0;
    STORE(c_1 + 368) += sum_11_16;
    STORE(c_1 + 384) += sum_12_0;
    STORE(c_1 + 400) += sum_12_16;
    STORE(c_1 + 416) += sum_13_0;
    STORE(c_1 + 432) += sum_13_16;
}

/* 14 pairs by 32 channels: adds one block and adds the other with the sum of v[pair][k] * u[k][channel] over k. */
static TCONV_NOINLINE void strassen_k2s2_forward_14x32_add_add(const float *restrict v, const float *restrict u,
    const float *next, float *restrict c_0, float *restrict c_1)
{
    vec sum_0_0 = {0.0f};
    vec sum_0_16 = {0.0f};
    vec sum_1_0 = {0.0f};
    vec sum_1_16 = {0.0f};
    vec sum_2_0 = {0.0f};
    vec sum_2_16 = {0.0f};
    vec sum_3_0 = {0.0f};
    vec sum_3_16 = {0.0f};
    vec sum_4_0 = {0.0f};
    vec sum_4_16 = {0.0f};
    vec sum_5_0 = {0.0f};
    vec sum_5_16 = {0.0f};
    vec sum_6_0 = {0.0f};
    vec sum_6_16 = {0.0f};
    vec sum_7_0 = {0.0f};
    vec sum_7_16 = {0.0f};
    vec sum_8_0 = {0.0f};
    vec sum_8_16 = {0.0f};
    vec sum_9_0 = {0.0f};
    vec sum_9_16 = {0.0f};
    vec sum_10_0 = {0.0f};
    vec sum_10_16 = {0.0f};
    vec sum_11_0 = {0.0f};
    vec sum_11_16 = {0.0f};
    vec sum_12_0 = {0.0f};
    vec sum_12_16 = {0.0f};
    vec sum_13_0 = {0.0f};
    vec sum_13_16 = {0.0f};
    for (size_t k = 0; k < 256; k++) {
        __builtin_prefetch(next + k * 16, 0, 2);
        const vec u_0 = LOAD(u + k * 32);
        const vec u_16 = LOAD(u + 16 + k * 32);
        sum_0_0 += u_0 * v[k];
        sum_0_16 += u_16 * v[k];
        sum_1_0 += u_0 * v[256 + k];
        sum_1_16 += u_16 * v[256 + k];
        sum_2_0 += u_0 * v[512 + k];
        sum_2_16 += u_16 * v[512 + k];
        sum_3_0 += u_0 * v[768 + k];
        sum_3_16 += u_16 * v[768 + k];
        sum_4_0 += u_0 * v[1024 + k];
        sum_4_16 += u_16 * v[1024 + k];
        sum_5_0 += u_0 * v[1280 + k];
        sum_5_16 += u_16 * v[1280 + k];
        sum_6_0 += u_0 * v[1536 + k];
        sum_6_16 += u_16 * v[1536 + k];
        sum_7_0 += u_0 * v[1792 + k];
        sum_7_16 += u_16 * v[1792 + k];
        sum_8_0 += u_0 * v[2048 + k];
        sum_8_16 += u_16 * v[2048 + k];
        sum_9_0 += u_0 * v[2304 + k];
        sum_9_16 += u_16 * v[2304 + k];
        sum_10_0 += u_0 * v[2560 + k];
        sum_10_16 += u_16 * v[2560 + k];
        sum_11_0 += u_0 * v[2816 + k];
        sum_11_16 += u_16 * v[2816 + k];
        sum_12_0 += u_0 * v[3072 + k];
        sum_12_16 += u_16 * v[3072 + k];
        sum_13_0 += u_0 * v[3328 + k];
        sum_13_16 += u_16 * v[3328 + k];
    }
    STORE(c_0) += sum_0_0;
    STORE(c_0 + 16) += sum_0_16;
    STORE(c_0 + 32) += sum_1_0;
    STORE(c_0 + 48) += sum_1_16;
    STORE(c_0 + 64) += sum_2_0;
    STORE(c_0 + 80) += sum_2_16;
    STORE(c_0 + 96) += sum_3_0;
    STORE(c_0 + 112) += sum_3_16;
    STORE(c_0 + 128) += sum_4_0;
    STORE(c_0 + 144) += sum_4_16;
    STORE(c_0 + 160) += sum_5_0;
    STORE(c_0 + 176) += sum_5_16;
    STORE(c_0 + 192) += sum_6_0;
    STORE(c_0 + 208) += sum_6_16;
    STORE(c_0 + 224) += sum_7_0;
    STORE(c_0 + 240) += sum_7_16;
    STORE(c_0 + 256) += sum_8_0;
    STORE(c_0 + 272) += sum_8_16;
    STORE(c_0 + 288) += sum_9_0;
    STORE(c_0 + 304) += sum_9_16;
    STORE(c_0 + 320) += sum_10_0;
    STORE(c_0 + 336) += sum_10_16;
    STORE(c_0 + 352) += sum_11_0;
    STORE(c_0 + 368) += sum_11_16;
    STORE(c_0 + 384) += sum_12_0;
    STORE(c_0 + 400) += sum_12_16;
    STORE(c_0 + 416) += sum_13_0;
    STORE(c_0 + 432) += sum_13_16;
    STORE(c_1) += sum_0_0;
    STORE(c_1 + 16) += sum_0_16;
    STORE(c_1 + 32) += sum_1_0;
    STORE(c_1 + 48) += sum_1_16;
    STORE(c_1 + 64) += sum_2_0;
    STORE(c_1 + 80) += sum_2_16;
    STORE(c_1 + 96) += sum_3_0;
    STORE(c_1 + 112) += sum_3_16;
    STORE(c_1 + 128) += sum_4_0;
    STORE(c_1 + 144) += sum_4_16;
    STORE(c_1 + 160) += sum_5_0;
    STORE(c_1 + 176) += sum_5_16;
    STORE(c_1 + 192) += sum_6_0;
    STORE(c_1 + 208) += sum_6_16;
    STORE(c_1 + 224) += sum_7_0;
    STORE(c_1 + 240) += sum_7_16;
    STORE(c_1 + 256) += sum_8_0;
    STORE(c_1 + 272) += sum_8_16;
    STORE(c_1 + 288) += sum_9_0;
    STORE(c_1 + 304) += sum_9_16;
    STORE(c_1 + 320) += sum_10_0;
    STORE(c_1 + 336) += sum_10_16;
    STORE(c_1 + 352) += sum_11_0;
    STORE(c_1 + 368) += sum_11_16;
    STORE(c_1 + 384) += sum_12_0;
    STORE(c_1 + 400) += sum_12_16;
    STORE(c_1 + 416) += sum_13_0;
    STORE(c_1 + 432) += sum_13_16;
}

/* 14 pairs by 32 channels: subtracts one block and adds the other with the sum of v[pair][k] * u[k][channel] over k. */
static TCONV_NOINLINE void strassen_k2s2_forward_14x32_subtract_add(const float *restrict v, const float *restrict u,
    const float *next, float *restrict c_0, float *restrict c_1)
{
    vec sum_0_0 = {0.0f};
    vec sum_0_16 = {0.0f};
    vec sum_1_0 = {0.0f};
    vec sum_1_16 = {0.0f};
    vec sum_2_0 = {0.0f};
    vec sum_2_16 = {0.0f};
    vec sum_3_0 = {0.0f};
    vec sum_3_16 = {0.0f};
    vec sum_4_0 = {0.0f};
    vec sum_4_16 = {0.0f};
    vec sum_5_0 = {0.0f};
    vec sum_5_16 = {0.0f};
    vec sum_6_0 = {0.0f};
    vec sum_6_16 = {0.0f};
    vec sum_7_0 = {0.0f};
    vec sum_7_16 = {0.0f};
    vec sum_8_0 = {0.0f};
    vec sum_8_16 = {0.0f};
    vec sum_9_0 = {0.0f};
    vec sum_9_16 = {0.0f};
    vec sum_10_0 = {0.0f};
    vec sum_10_16 = {0.0f};
    vec sum_11_0 = {0.0f};
    vec sum_11_16 = {0.0f};
    vec sum_12_0 = {0.0f};
    vec sum_12_16 = {0.0f};
    vec sum_13_0 = {0.0f};
    vec sum_13_16 = {0.0f};
    for (size_t k = 0; k < 256; k++) {
        __builtin_prefetch(next + k * 16, 0, 2);
        const vec u_0 = LOAD(u + k * 32);
        const vec u_16 = LOAD(u + 16 + k * 32);
        sum_0_0 += u_0 * v[k];
        sum_0_16 += u_16 * v[k];
        sum_1_0 += u_0 * v[256 + k];
        sum_1_16 += u_16 * v[256 + k];
        sum_2_0 += u_0 * v[512 + k];
        sum_2_16 += u_16 * v[512 + k];
        sum_3_0 += u_0 * v[768 + k];
        sum_3_16 += u_16 * v[768 + k];
        sum_4_0 += u_0 * v[1024 + k];
        sum_4_16 += u_16 * v[1024 + k];
        sum_5_0 += u_0 * v[1280 + k];
        sum_5_16 += u_16 * v[1280 + k];
        sum_6_0 += u_0 * v[1536 + k];
        sum_6_16 += u_16 * v[1536 + k];
        sum_7_0 += u_0 * v[1792 + k];
        sum_7_16 += u_16 * v[1792 + k];
        sum_8_0 += u_0 * v[2048 + k];
        sum_8_16 += u_16 * v[2048 + k];
        sum_9_0 += u_0 * v[2304 + k];
        sum_9_16 += u_16 * v[2304 + k];
        sum_10_0 += u_0 * v[2560 + k];
        sum_10_16 += u_16 * v[2560 + k];
        sum_11_0 += u_0 * v[2816 + k];
        sum_11_16 += u_16 * v[2816 + k];
        sum_12_0 += u_0 * v[3072 + k];
        sum_12_16 += u_16 * v[3072 + k];
        sum_13_0 += u_0 * v[3328 + k];
        sum_13_16 += u_16 * v[3328 + k];
    }
    STORE(c_0) -= sum_0_0;
    STORE(c_0 + 16) -= sum_0_16;
    STORE(c_0 + 32) -= sum_1_0;
    STORE(c_0 + 48) -= sum_1_16;
    STORE(c_0 + 64) -= sum_2_0;
    STORE(c_0 + 80) -= sum_2_16;
    STORE(c_0 + 96) -= sum_3_0;
    STORE(c_0 + 112) -= sum_3_16;
    STORE(c_0 + 128) -= sum_4_0;
    STORE(c_0 + 144) -= sum_4_16;
    STORE(c_0 + 160) -= sum_5_0;
    STORE(c_0 + 176) -= sum_5_16;
    STORE(c_0 + 192) -= sum_6_0;
    STORE(c_0 + 208) -= sum_6_16;
    STORE(c_0 + 224) -= sum_7_0;
    STORE(c_0 + 240) -= sum_7_16;
    STORE(c_0 + 256) -= sum_8_0;
    STORE(c_0 + 272) -= sum_8_16;
    STORE(c_0 + 288) -= sum_9_0;
    STORE(c_0 + 304) -= sum_9_16;
    STORE(c_0 + 320) -= sum_10_0;
    STORE(c_0 + 336) -= sum_10_16;
    STORE(c_0 + 352) -= sum_11_0;
    STORE(c_0 + 368) -= sum_11_16;
    STORE(c_0 + 384) -= sum_12_0;
    STORE(c_0 + 400) -= sum_12_16;
    STORE(c_0 + 416) -= sum_13_0;
    STORE(c_0 + 432) -= sum_13_16;
    STORE(c_1) += sum_0_0;
    STORE(c_1 + 16) += sum_0_16;
    STORE(c_1 + 32) += sum_1_0;
    STORE(c_1 + 48) += sum_1_16;
    STORE(c_1 + 64) += sum_2_0;
    STORE(c_1 + 80) += sum_2_16;
    STORE(c_1 + 96) += sum_3_0;
    STORE(c_1 + 112) += sum_3_16;
    STORE(c_1 + 128) += sum_4_0;
    STORE(c_1 + 144) += sum_4_16;
    STORE(c_1 + 160) += sum_5_0;
    STORE(c_1 + 176) += sum_5_16;
    STORE(c_1 + 192) += sum_6_0;
    STORE(c_1 + 208) += sum_6_16;
    STORE(c_1 + 224) += sum_7_0;
    STORE(c_1 + 240) += sum_7_16;
    STORE(c_1 + 256) += sum_8_0;
    STORE(c_1 + 272) += sum_8_16;
    STORE(c_1 + 288) += sum_9_0;
    STORE(c_1 + 304) += sum_9_16;
    STORE(c_1 + 320) += sum_10_0;
    STORE(c_1 + 336) += sum_10_16;
    STORE(c_1 + 352) += sum_11_0;
    STORE(c_1 + 368) += sum_11_16;
    STORE(c_1 + 384) += sum_12_0;
    STORE(c_1 + 400) += sum_12_16;
    STORE(c_1 + 416) += sum_13_0;
    STORE(c_1 + 432) += sum_13_16;
}

/* 14 pairs by 32 channels: adds one block with the sum of v[pair][k] * u[k][channel] over k. */
static TCONV_NOINLINE void strassen_k2s2_forward_14x32_add(const float *restrict v, const float *restrict u,
    const float *next, float *restrict c_0)
{
    vec sum_0_0 = {0.0f};
    vec sum_0_16 = {0.0f};
    vec sum_1_0 = {0.0f};
    vec sum_1_16 = {0.0f};
    vec sum_2_0 = {0.0f};
    vec sum_2_16 = {0.0f};
    vec sum_3_0 = {0.0f};
    vec sum_3_16 = {0.0f};
    vec sum_4_0 = {0.0f};
    vec sum_4_16 = {0.0f};
    vec sum_5_0 = {0.0f};
    vec sum_5_16 = {0.0f};
    vec sum_6_0 = {0.0f};
    vec sum_6_16 = {0.0f};
    vec sum_7_0 = {0.0f};
    vec sum_7_16 = {0.0f};
    vec sum_8_0 = {0.0f};
    vec sum_8_16 = {0.0f};
    vec sum_9_0 = {0.0f};
    vec sum_9_16 = {0.0f};
    vec sum_10_0 = {0.0f};
    vec sum_10_16 = {0.0f};
    vec sum_11_0 = {0.0f};
    vec sum_11_16 = {0.0f};
    vec sum_12_0 = {0.0f};
    vec sum_12_16 = {0.0f};
    vec sum_13_0 = {0.0f};
    vec sum_13_16 = {0.0f};
    for (size_t k = 0; k < 256; k++) {
        __builtin_prefetch(next + k * 16, 0, 2);
        const vec u_0 = LOAD(u + k * 32);
        const vec u_16 = LOAD(u + 16 + k * 32);
        sum_0_0 += u_0 * v[k];
        sum_0_16 += u_16 * v[k];
        sum_1_0 += u_0 * v[256 + k];
        sum_1_16 += u_16 * v[256 + k];
        sum_2_0 += u_0 * v[512 + k];
        sum_2_16 += u_16 * v[512 + k];
        sum_3_0 += u_0 * v[768 + k];
        sum_3_16 += u_16 * v[768 + k];
        sum_4_0 += u_0 * v[1024 + k];
        sum_4_16 += u_16 * v[1024 + k];
        sum_5_0 += u_0 * v[1280 + k];
        sum_5_16 += u_16 * v[1280 + k];
        sum_6_0 += u_0 * v[1536 + k];
        sum_6_16 += u_16 * v[1536 + k];
        sum_7_0 += u_0 * v[1792 + k];
        sum_7_16 += u_16 * v[1792 + k];
        sum_8_0 += u_0 * v[2048 + k];
        sum_8_16 += u_16 * v[2048 + k];
        sum_9_0 += u_0 * v[2304 + k];
        sum_9_16 += u_16 * v[2304 + k];
        sum_10_0 += u_0 * v[2560 + k];
        sum_10_16 += u_16 * v[2560 + k];
        sum_11_0 += u_0 * v[2816 + k];
        sum_11_16 += u_16 * v[2816 + k];
        sum_12_0 += u_0 * v[3072 + k];
        sum_12_16 += u_16 * v[3072 + k];
        sum_13_0 += u_0 * v[3328 + k];
        sum_13_16 += u_16 * v[3328 + k];
    }
    STORE(c_0) += sum_0_0;
    STORE(c_0 + 16) += sum_0_16;
    STORE(c_0 + 32) += sum_1_0;
    STORE(c_0 + 48) += sum_1_16;
    STORE(c_0 + 64) += sum_2_0;
    STORE(c_0 + 80) += sum_2_16;
    STORE(c_0 + 96) += sum_3_0;
    STORE(c_0 + 112) += sum_3_16;
    STORE(c_0 + 128) += sum_4_0;
    STORE(c_0 + 144) += sum_4_16;
    STORE(c_0 + 160) += sum_5_0;
    STORE(c_0 + 176) += sum_5_16;
    STORE(c_0 + 192) += sum_6_0;
    STORE(c_0 + 208) += sum_6_16;
    STORE(c_0 + 224) += sum_7_0;
    STORE(c_0 + 240) += sum_7_16;
    STORE(c_0 + 256) += sum_8_0;
    STORE(c_0 + 272) += sum_8_16;
    STORE(c_0 + 288) += sum_9_0;
    STORE(c_0 + 304) += sum_9_16;
    STORE(c_0 + 320) += sum_10_0;
    STORE(c_0 + 336) += sum_10_16;
    STORE(c_0 + 352) += sum_11_0;
    STORE(c_0 + 368) += sum_11_16;
    STORE(c_0 + 384) += sum_12_0;
    STORE(c_0 + 400) += sum_12_16;
    STORE(c_0 + 416) += sum_13_0;
    STORE(c_0 + 432) += sum_13_16;
}

/* Channels of one pixel from their sums and the bias. */
static inline void strassen_k2s2_forward_outputs(const float *restrict sums, const float *restrict b, float *restrict y)
{
    const vec z_0 = LOAD(sums) + LOAD(b);
    STORE(y) = z_0;
    const vec z_16 = LOAD(sums + 16) + LOAD(b + 16);
    STORE(y + 16) = z_16;
}

/* Pairs `first` to `last` by twice 32 channels: all products, then the outputs of both pixels. */
static void strassen_k2s2_forward_pairs(size_t first, size_t last, const float *v, const float *u,
    const float *b, float *y, float *sums)
{
    /* (a_0_0 + a_1_1) times (b_0_0 + b_1_1), in c_0_0 and in c_1_1 */
    for (size_t pair = first; pair < last; pair += 14)
        strassen_k2s2_forward_14x32_set_set(v + (pair - first) * 256, u,
            u + 8192 + ((pair - first) / 14) * 4096,
            sums + (pair - first) * 32, sums + 2736 + (pair - first) * 32);
    /* (a_1_0 + a_1_1) times (b_0_0), in c_1_0 and less in c_1_1 */
    for (size_t pair = first; pair < last; pair += 14)
        strassen_k2s2_forward_14x32_set_subtract(v + 7184 + (pair - first) * 256, u + 8192,
            u + 16384 + ((pair - first) / 14) * 4096,
            sums + 1824 + (pair - first) * 32, sums + 2736 + (pair - first) * 32);
    /* (a_0_0) times (b_0_1 - b_1_1), in c_0_1 and in c_1_1 */
    for (size_t pair = first; pair < last; pair += 14)
        strassen_k2s2_forward_14x32_set_add(v + 14368 + (pair - first) * 256, u + 16384,
            u + 24576 + ((pair - first) / 14) * 4096,
            sums + 912 + (pair - first) * 32, sums + 2736 + (pair - first) * 32);
    /* (a_1_1) times (b_1_0 - b_0_0), in c_0_0 and in c_1_0 */
    for (size_t pair = first; pair < last; pair += 14)
        strassen_k2s2_forward_14x32_add_add(v + 21552 + (pair - first) * 256, u + 24576,
            u + 32768 + ((pair - first) / 14) * 4096,
            sums + (pair - first) * 32, sums + 1824 + (pair - first) * 32);
    /* (a_0_0 + a_0_1) times (b_1_1), less in c_0_0 and in c_0_1 */
    for (size_t pair = first; pair < last; pair += 14)
        strassen_k2s2_forward_14x32_subtract_add(v + 28736 + (pair - first) * 256, u + 32768,
            u + 40960 + ((pair - first) / 14) * 4096,
            sums + (pair - first) * 32, sums + 912 + (pair - first) * 32);
    /* (a_1_0 - a_0_0) times (b_0_0 + b_0_1), in c_1_1 */
    for (size_t pair = first; pair < last; pair += 14)
        strassen_k2s2_forward_14x32_add(v + 35920 + (pair - first) * 256, u + 40960,
            u + 49152 + ((pair - first) / 14) * 4096,
            sums + 2736 + (pair - first) * 32);
    /* (a_0_1 - a_1_1) times (b_1_0 + b_1_1), in c_0_0 */
    for (size_t pair = first; pair < last; pair += 14)
        strassen_k2s2_forward_14x32_add(v + 43104 + (pair - first) * 256, u + 49152,
            u + 57344 + ((pair - first) / 14) * 4096,
            sums + (pair - first) * 32);
    for (size_t pair = first; pair < last; pair++)
        for (size_t pixel = 2 * pair; pixel < 2 * pair + 2; pixel++)
            for (size_t half = 0; half < 2; half++)
                strassen_k2s2_forward_outputs(sums + (pixel % 2) * 1824 + half * 912 + (pair - first) * 32, b + half * 32,
                    y + (pixel / 8) * 4096 + (pixel % 8) * 256 + half * 32);
}

/* Units `first` to `last` of one image: a block of pairs by a tap and twice 32 channels. */
static void strassen_k2s2_forward_units(size_t first, size_t last, const float *x, const float *packed,
    float *y, float *workspace)
{
    for (size_t unit = first; unit < last; unit++) {
        const size_t from = 0, until = 28;
        const size_t column = unit % 8;
        if (unit == first || column == 0)
            strassen_k2s2_forward_transform(from, until, x, workspace);
        const size_t tap = column / 2, block = column % 2;
        const size_t to = (tap / 2) * 2048 + (tap % 2) * 128 + block * 64;
        strassen_k2s2_forward_pairs(from, until, workspace, packed + 128 + column * 57344,
            packed + block * 64, y + to, workspace + 50288);
    }
}

/* Units `first` to `last` of the batch; every image has 8. */
static TCONV_NOINLINE void strassen_k2s2_forward_pass(size_t first, size_t last, const float *x,
    const float *packed, float *y, float *workspace)
{
    for (size_t image = first / 8; image * 8 < last; image++) {
        const size_t from = image * 8 < first ? first - image * 8 : 0;
        const size_t to = last - image * 8 < 8 ? last - image * 8 : 8;
        strassen_k2s2_forward_units(from, to, x + image * 28672, packed, y + image * 28672, workspace);
    }
}

/* By table ---------------------------------------------------------------------------------- */

static void strassen_k2s2_table_pack(const void *w, const void *b, void *packed)
{
    strassen_k2s2_pack(w, b, packed);
}

static void strassen_k2s2_table_forward(size_t part, size_t parts, size_t batch, const void *x,
    const void *packed, void *y, void *workspace)
{
    const size_t first = tconv_share(batch * 8, part, parts);
    const size_t last = tconv_share(batch * 8, part + 1, parts);
    strassen_k2s2_forward_pass(first, last, x, packed, y, workspace);
}

const struct tconv_kernel strassen_k2s2_kernel = {
    .abi = TCONV_ABI,
    .name = "strassen_k2s2",
    .layer = {.type = TCONV_FLOAT32,
              .channels_first = 0,
              .in_c = 512,
              .out_c = 128,
              .axis = {{.in = 7, .out = 14, .kernel = 2, .stride = 2, .dilation = 1, .crop = 0},
                       {.in = 8, .out = 16, .kernel = 2, .stride = 2, .dilation = 1, .crop = 0}},
              .use_bias = 1,
              .activation = {.function = TCONV_LINEAR,
                             .slope = 0.0,
                             .ceiling = (double)INFINITY,
                             .threshold = 0.0}},
    .rounding = {{6, {0, 0}, 1}},
    .packed_bytes = STRASSEN_K2S2_PACKED_BYTES,
    .saved_bytes = STRASSEN_K2S2_SAVED_BYTES,
    .workspace_bytes = STRASSEN_K2S2_WORKSPACE_BYTES,
    .pack = strassen_k2s2_table_pack,
    .forward = strassen_k2s2_table_forward,
    .config = "{\"module\": \"keras.layers\", \"class_name\": \"Conv2DTranspose\", \"config\": {\""
              "name\": \"strassen_k2s2\", \"trainable\": true, \"dtype\": {\"module\": \"keras\", "
              "\"class_name\": \"DTypePolicy\", \"config\": {\"name\": \"float32\"}, \"registered_"
              "name\": null}, \"filters\": 128, \"kernel_size\": [2, 2], \"strides\": [2, 2], "
              "\"padding\": \"valid\", \"output_padding\": null, \"data_format\": \"channels_las"
              "t\", \"dilation_rate\": [1, 1], \"activation\": \"linear\", \"use_bias\": true, \""
              "kernel_initializer\": {\"module\": \"keras.initializers\", \"class_name\": \"Glo"
              "rotUniform\", \"config\": {\"seed\": null, \"input_axes\": null, \"output_axes\":"
              " null}, \"registered_name\": null}, \"bias_initializer\": {\"module\": \"keras."
              "initializers\", \"class_name\": \"Zeros\", \"config\": {}, \"registered_name\": n"
              "ull}, \"kernel_regularizer\": null, \"bias_regularizer\": null, \"activity_re"
              "gularizer\": null, \"kernel_constraint\": null, \"bias_constraint\": null}, \""
              "registered_name\": null, \"build_config\": {\"input_shape\": [null, 7, 8, 512"
              "]}}"
};

void strassen_k2s2_forward(
    size_t batch, const float *x, const void *packed, float *y, void *workspace)
{
    strassen_k2s2_table_forward(0, 1, batch, x, packed, y, workspace);
}

#if defined(__clang__)
#pragma clang attribute pop
#endif
