/*
 * tail_k4s2.c: the Conv2DTranspose layer "tail_k4s2" for one shape, emitted by tconv.
 *
 *   x [batch][1][6][2]  ->  y [batch][1][12][20], float
 *   w [1][4][20][2], padding "same", activation leaky_relu
 *
 * Identity. Per axis, input i and tap t meet output o = i*stride + t*dilation - crop:
 *   rows     stride 1, dilation 1, crop 0
 *   columns  stride 2, dilation 1, crop 1
 * and z[o][o'][f] = b[f] + sum over meeting (i, t), (i', t') and c of x[i][i'][c] * w[t][t'][f][c],
 * y = leaky_relu(z). The backward passes are its derivatives.
 *
 * Plan, target x86-64-v4:
 *   forward          direct, tiles of 6 x 20, about 2,157 bytes of code
 *   backward_input   direct, tiles of 4 x 2, about 1,268 bytes of code
 *   backward_weights direct, tiles of 2 x 20, about 1,852 bytes of code
 * Cost of one image and pass: 880 multiply-adds;
 *   bytes of x 48, y 960, w 640
 *
 * Compile with: -O2 -march=x86-64-v4 -mprefer-vector-width=512 -ffp-contract=fast -fno-trapping-math -fno-math-errno
 * Made again by: tconv gen CONFIG.json --name tail_k4s2 --input-shape 1,6,2
 *     --target x86-64-v4 --unroll tile
 * Config digest (FNV-1a): b026dd5f4ba5c1f8
 *
 * This file belongs to whoever emitted it; tconv claims no right in it.
 */
#include "tail_k4s2.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

/* The functions below use x86-64-v4, whatever the compiler's own options say. */
#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512cd,avx512dq,avx512vl,avx2,fma"))), apply_to = function)
#elif defined(__GNUC__)
#pragma GCC target("avx512f,avx512bw,avx512cd,avx512dq,avx512vl,avx2,fma")
#pragma GCC optimize("no-predictive-commoning") /* which costs shuffles */
#else
#error "tail_k4s2.c uses the vector extensions of GCC and Clang; --target portable does not"
#endif

typedef float vec __attribute__((vector_size(64), aligned(4), may_alias));
#define LOAD(p) (*(const vec *)(p))
#define STORE(p) (*(vec *)(p))
typedef float vec8 __attribute__((vector_size(32), aligned(4), may_alias));
#define LOAD8(p) (*(const vec8 *)(p))
#define STORE8(p) (*(vec8 *)(p))
#define LANES8(v, first) (*(const vec8 *)((const float *)&(v) + (first)))
typedef float vec4 __attribute__((vector_size(16), aligned(4), may_alias));
#define LOAD4(p) (*(const vec4 *)(p))
#define STORE4(p) (*(vec4 *)(p))
#define LANES4(v, first) (*(const vec4 *)((const float *)&(v) + (first)))
typedef float vec2 __attribute__((vector_size(8), aligned(4), may_alias));
#define LOAD2(p) (*(const vec2 *)(p))
#define STORE2(p) (*(vec2 *)(p))
#define LANES2(v, first) (*(const vec2 *)((const float *)&(v) + (first)))

/* leaky_relu, in vectors of 16 */
#define TCONV_BITS 32
#define TCONV_LANES 16
#include "tconv_plain.h"
typedef float zvec __attribute__((vector_size(64), aligned(4), may_alias));
#define PART(p) (*(zvec *)(p))

/*
 * Packed: the bias; then w by blocks of 20 output channels, [block][tap][tap][in][out];
 * then w by blocks of 2 input channels, [block][tap][in][tap][out], for the gradient of x.
 */
void tail_k4s2_pack(const float *w, const float *b, void *packed)
{
    float *to = packed;
    memset(to, 0, TAIL_K4S2_PACKED_BYTES);
    memcpy(to, b, 20 * sizeof *b);
    for (size_t p = 0; p < 1; p++)
        for (size_t q = 0; q < 4; q++)
            for (size_t k = 0; k < 2; k++)
                for (size_t v = 0; v < 20; v++)
                    to[32 + p * 256 + q * 64 + k * 32 + v] =
                        w[p * 160 + q * 40 + v * 2 + k];
    for (size_t p = 0; p < 1; p++)
        for (size_t c = 0; c < 2; c++)
            for (size_t k = 0; k < 80; k++)
                to[288 + p * 160 + c * 80 + k] = w[p * 160 + k * 2 + c];
}

/* forward ---------------------------------------------------------------------------- */

/* y = leaky_relu(z) in place, for n neighbours and those that complete a part. */
static TCONV_NOINLINE void tail_k4s2_activate(float *y, size_t n)
{
    for (size_t i = 0; i < n; i += 16)
        PART(y + i) = tconv_relu_f32(PART(y + i), 0.2f, INFINITY, 0.0f);
}

/* 1 x 6 positions by 20 channels; 1 x 2 taps of 2 channels. */
static TCONV_NOINLINE void tail_k4s2_forward_1x6_1x2_column_1(
    const float *restrict x, const float *restrict w,
    const float *restrict b, float *restrict y)
{
    vec z_0_0_0 = LOAD(b);
    vec4 z_0_0_16 = LOAD4(b + 16);
    vec z_0_1_0 = LOAD(b);
    vec4 z_0_1_16 = LOAD4(b + 16);
    vec z_0_2_0 = LOAD(b);
    vec4 z_0_2_16 = LOAD4(b + 16);
    vec z_0_3_0 = LOAD(b);
    vec4 z_0_3_16 = LOAD4(b + 16);
    vec z_0_4_0 = LOAD(b);
    vec4 z_0_4_16 = LOAD4(b + 16);
    vec z_0_5_0 = LOAD(b);
    vec4 z_0_5_16 = LOAD4(b + 16);
    /* the tap that reads 0 rows on, kernel column 2 meets columns 0 to 5 */
    {
        const vec w_0 = LOAD(w + 128);
        const vec4 w_16 = LOAD4(w + 144);
        z_0_0_0 += w_0 * x[0];
        z_0_0_16 += w_16 * x[0];
        z_0_1_0 += w_0 * x[2];
        z_0_1_16 += w_16 * x[2];
        z_0_2_0 += w_0 * x[4];
        z_0_2_16 += w_16 * x[4];
        z_0_3_0 += w_0 * x[6];
        z_0_3_16 += w_16 * x[6];
        z_0_4_0 += w_0 * x[8];
        z_0_4_16 += w_16 * x[8];
        z_0_5_0 += w_0 * x[10];
        z_0_5_16 += w_16 * x[10];
    }
    {
        const vec w_0 = LOAD(w + 160);
        const vec4 w_16 = LOAD4(w + 176);
        z_0_0_0 += w_0 * x[1];
        z_0_0_16 += w_16 * x[1];
        z_0_1_0 += w_0 * x[3];
        z_0_1_16 += w_16 * x[3];
        z_0_2_0 += w_0 * x[5];
        z_0_2_16 += w_16 * x[5];
        z_0_3_0 += w_0 * x[7];
        z_0_3_16 += w_16 * x[7];
        z_0_4_0 += w_0 * x[9];
        z_0_4_16 += w_16 * x[9];
        z_0_5_0 += w_0 * x[11];
        z_0_5_16 += w_16 * x[11];
    }
    /* the tap that reads 0 rows on, kernel column 0 meets columns 0 to 4 */
    {
        const vec w_0 = LOAD(w);
        const vec4 w_16 = LOAD4(w + 16);
        z_0_0_0 += w_0 * x[2];
        z_0_0_16 += w_16 * x[2];
        z_0_1_0 += w_0 * x[4];
        z_0_1_16 += w_16 * x[4];
        z_0_2_0 += w_0 * x[6];
        z_0_2_16 += w_16 * x[6];
        z_0_3_0 += w_0 * x[8];
        z_0_3_16 += w_16 * x[8];
        z_0_4_0 += w_0 * x[10];
        z_0_4_16 += w_16 * x[10];
    }
    {
        const vec w_0 = LOAD(w + 32);
        const vec4 w_16 = LOAD4(w + 48);
        z_0_0_0 += w_0 * x[3];
        z_0_0_16 += w_16 * x[3];
        z_0_1_0 += w_0 * x[5];
        z_0_1_16 += w_16 * x[5];
        z_0_2_0 += w_0 * x[7];
        z_0_2_16 += w_16 * x[7];
        z_0_3_0 += w_0 * x[9];
        z_0_3_16 += w_16 * x[9];
        z_0_4_0 += w_0 * x[11];
        z_0_4_16 += w_16 * x[11];
    }
    float tile[128];
    STORE(tile + 112) = (vec){0.0f}; /* what completes the last part */
    STORE(tile) = z_0_0_0;
    STORE4(tile + 16) = z_0_0_16;
    STORE(tile + 20) = z_0_1_0;
    STORE4(tile + 36) = z_0_1_16;
    STORE(tile + 40) = z_0_2_0;
    STORE4(tile + 56) = z_0_2_16;
    STORE(tile + 60) = z_0_3_0;
    STORE4(tile + 76) = z_0_3_16;
    STORE(tile + 80) = z_0_4_0;
    STORE4(tile + 96) = z_0_4_16;
    STORE(tile + 100) = z_0_5_0;
    STORE4(tile + 116) = z_0_5_16;
    tail_k4s2_activate(tile, 120);
    STORE(y) = LOAD(tile);
    STORE4(y + 16) = LOAD4(tile + 16);
    STORE(y + 40) = LOAD(tile + 20);
    STORE4(y + 56) = LOAD4(tile + 36);
    STORE(y + 80) = LOAD(tile + 40);
    STORE4(y + 96) = LOAD4(tile + 56);
    STORE(y + 120) = LOAD(tile + 60);
    STORE4(y + 136) = LOAD4(tile + 76);
    STORE(y + 160) = LOAD(tile + 80);
    STORE4(y + 176) = LOAD4(tile + 96);
    STORE(y + 200) = LOAD(tile + 100);
    STORE4(y + 216) = LOAD4(tile + 116);
}

/* 1 x 6 positions by 20 channels; 1 x 2 taps of 2 channels. */
static TCONV_NOINLINE void tail_k4s2_forward_1x6_1x2_column_0(
    const float *restrict x, const float *restrict w,
    const float *restrict b, float *restrict y)
{
    vec z_0_0_0 = LOAD(b);
    vec4 z_0_0_16 = LOAD4(b + 16);
    vec z_0_1_0 = LOAD(b);
    vec4 z_0_1_16 = LOAD4(b + 16);
    vec z_0_2_0 = LOAD(b);
    vec4 z_0_2_16 = LOAD4(b + 16);
    vec z_0_3_0 = LOAD(b);
    vec4 z_0_3_16 = LOAD4(b + 16);
    vec z_0_4_0 = LOAD(b);
    vec4 z_0_4_16 = LOAD4(b + 16);
    vec z_0_5_0 = LOAD(b);
    vec4 z_0_5_16 = LOAD4(b + 16);
    /* the tap that reads 0 rows on, kernel column 3 meets columns 1 to 5 */
    {
        const vec w_0 = LOAD(w + 128);
        const vec4 w_16 = LOAD4(w + 144);
        z_0_1_0 += w_0 * x[0];
        z_0_1_16 += w_16 * x[0];
        z_0_2_0 += w_0 * x[2];
        z_0_2_16 += w_16 * x[2];
        z_0_3_0 += w_0 * x[4];
        z_0_3_16 += w_16 * x[4];
        z_0_4_0 += w_0 * x[6];
        z_0_4_16 += w_16 * x[6];
        z_0_5_0 += w_0 * x[8];
        z_0_5_16 += w_16 * x[8];
    }
    {
        const vec w_0 = LOAD(w + 160);
        const vec4 w_16 = LOAD4(w + 176);
        z_0_1_0 += w_0 * x[1];
        z_0_1_16 += w_16 * x[1];
        z_0_2_0 += w_0 * x[3];
        z_0_2_16 += w_16 * x[3];
        z_0_3_0 += w_0 * x[5];
        z_0_3_16 += w_16 * x[5];
        z_0_4_0 += w_0 * x[7];
        z_0_4_16 += w_16 * x[7];
        z_0_5_0 += w_0 * x[9];
        z_0_5_16 += w_16 * x[9];
    }
    /* the tap that reads 0 rows on, kernel column 1 meets columns 0 to 5 */
    {
        const vec w_0 = LOAD(w);
        const vec4 w_16 = LOAD4(w + 16);
        z_0_0_0 += w_0 * x[0];
        z_0_0_16 += w_16 * x[0];
        z_0_1_0 += w_0 * x[2];
        z_0_1_16 += w_16 * x[2];
        z_0_2_0 += w_0 * x[4];
        z_0_2_16 += w_16 * x[4];
        z_0_3_0 += w_0 * x[6];
        z_0_3_16 += w_16 * x[6];
        z_0_4_0 += w_0 * x[8];
        z_0_4_16 += w_16 * x[8];
        z_0_5_0 += w_0 * x[10];
        z_0_5_16 += w_16 * x[10];
    }
    {
        const vec w_0 = LOAD(w + 32);
        const vec4 w_16 = LOAD4(w + 48);
        z_0_0_0 += w_0 * x[1];
        z_0_0_16 += w_16 * x[1];
        z_0_1_0 += w_0 * x[3];
        z_0_1_16 += w_16 * x[3];
        z_0_2_0 += w_0 * x[5];
        z_0_2_16 += w_16 * x[5];
        z_0_3_0 += w_0 * x[7];
        z_0_3_16 += w_16 * x[7];
        z_0_4_0 += w_0 * x[9];
        z_0_4_16 += w_16 * x[9];
        z_0_5_0 += w_0 * x[11];
        z_0_5_16 += w_16 * x[11];
    }
    float tile[128];
    STORE(tile + 112) = (vec){0.0f}; /* what completes the last part */
    STORE(tile) = z_0_0_0;
    STORE4(tile + 16) = z_0_0_16;
    STORE(tile + 20) = z_0_1_0;
    STORE4(tile + 36) = z_0_1_16;
    STORE(tile + 40) = z_0_2_0;
    STORE4(tile + 56) = z_0_2_16;
    STORE(tile + 60) = z_0_3_0;
    STORE4(tile + 76) = z_0_3_16;
    STORE(tile + 80) = z_0_4_0;
    STORE4(tile + 96) = z_0_4_16;
    STORE(tile + 100) = z_0_5_0;
    STORE4(tile + 116) = z_0_5_16;
    tail_k4s2_activate(tile, 120);
    STORE(y) = LOAD(tile);
    STORE4(y + 16) = LOAD4(tile + 16);
    STORE(y + 40) = LOAD(tile + 20);
    STORE4(y + 56) = LOAD4(tile + 36);
    STORE(y + 80) = LOAD(tile + 40);
    STORE4(y + 96) = LOAD4(tile + 56);
    STORE(y + 120) = LOAD(tile + 60);
    STORE4(y + 136) = LOAD4(tile + 76);
    STORE(y + 160) = LOAD(tile + 80);
    STORE4(y + 176) = LOAD4(tile + 96);
    STORE(y + 200) = LOAD(tile + 100);
    STORE4(y + 216) = LOAD4(tile + 116);
}

/* Row number `band` of tiles, of 1: 20 channels. */
static void tail_k4s2_forward_band(
    size_t band, const float *x, const float *w,
    const float *b, float *y)
{
    /* rows 0 step 1 */
    if (band < 1) {
        /* columns 1 step 2: taps 1 x 2 */
        tail_k4s2_forward_1x6_1x2_column_1(
            x + band * 12, w, b,
            y + 20 + band * 240);
        /* columns 0 step 2: taps 1 x 2 */
        tail_k4s2_forward_1x6_1x2_column_0(
            x + band * 12, w + 64, b,
            y + band * 240);
    }
}

/* Unit `unit` of one image: a band of a block of channels. */
static void tail_k4s2_forward_unit(
    size_t unit, const float *x, const float *packed, float *y)
{
    const size_t band = unit;
    tail_k4s2_forward_band(band, x, packed + 32, packed,
        y);
}

/* Units `first` to `last` of the batch; every image has 1. */
static TCONV_NOINLINE void tail_k4s2_forward_pass(size_t first, size_t last, const float *x,
    const float *packed, float *y, float *workspace)
{
    (void)workspace;
    for (size_t image = first / 1; image * 1 < last; image++) {
        const size_t from = image * 1 < first ? first - image * 1 : 0;
        const size_t to = last - image * 1 < 1 ? last - image * 1 : 1;
        for (size_t unit = from; unit < to; unit++)
            tail_k4s2_forward_unit(unit, x + image * 12, packed, y + image * 240);
    }
}

/* backward_input ---------------------------------------------------------------------------- */

/* Lanes of two vectors, those of b after those of a. */
#if defined(__clang__)
#define MIX(lanes, a, b, ...) __builtin_shufflevector(a, b, __VA_ARGS__)
#else
#define MIX(lanes, a, b, ...) __builtin_shuffle(a, b, (lanes){__VA_ARGS__})
#endif

/* Keeps a loaded vector in a register, where GCC would read it again for each product. */
#define KEEP(v) __asm__("" : "+v"(v))

typedef int lanes2 __attribute__((vector_size(8)));
typedef int lanes8 __attribute__((vector_size(32)));
typedef int lanes16 __attribute__((vector_size(64)));

/* BEYOND_n: zeros for the first n lanes, which the vector before has, too. */
#define BEYOND_4(v) ((vec)((lanes16)(v) & (lanes16){0, 0, 0, 0, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1}))

/* ADDEDn_r: of two vectors of n lanes the runs of r added in pairs, by turns of a and of b. */
#define ADDED2_1(a, b) (MIX(lanes2, a, b, 0, 2) + \
    MIX(lanes2, a, b, 1, 3))
#define ADDED8_4(a, b) (MIX(lanes8, a, b, 0, 1, 2, 3, 8, 9, 10, 11) + \
    MIX(lanes8, a, b, 4, 5, 6, 7, 12, 13, 14, 15))
#define ADDED8_2(a, b) (MIX(lanes8, a, b, 0, 1, 8, 9, 4, 5, 12, 13) + \
    MIX(lanes8, a, b, 2, 3, 10, 11, 6, 7, 14, 15))
#define ADDED8_1(a, b) (MIX(lanes8, a, b, 0, 8, 2, 10, 4, 12, 6, 14) + \
    MIX(lanes8, a, b, 1, 9, 3, 11, 5, 13, 7, 15))

/* The lanes of each of 2 vectors, added up. */
static inline vec2 tail_k4s2_backward_input_added_2(const vec sum_0, const vec sum_1)
{
    const vec8 half_8_0 = LANES8(sum_0, 0) + LANES8(sum_0, 8);
    const vec8 half_8_1 = LANES8(sum_1, 0) + LANES8(sum_1, 8);
    const vec4 half_4_0 = LANES4(half_8_0, 0) + LANES4(half_8_0, 4);
    const vec4 half_4_1 = LANES4(half_8_1, 0) + LANES4(half_8_1, 4);
    const vec2 half_2_0 = LANES2(half_4_0, 0) + LANES2(half_4_0, 2);
    const vec2 half_2_1 = LANES2(half_4_1, 0) + LANES2(half_4_1, 2);
    const vec2 run_1_0 = ADDED2_1(half_2_0, half_2_1);
    return run_1_0;
}

/* The lanes of each of 8 vectors, added up. */
static inline vec8 tail_k4s2_backward_input_added_8(const vec sum_0, const vec sum_1, const vec sum_2, const vec sum_3, const vec sum_4, const vec sum_5, const vec sum_6, const vec sum_7)
{
    const vec8 half_8_0 = LANES8(sum_0, 0) + LANES8(sum_0, 8);
    const vec8 half_8_1 = LANES8(sum_1, 0) + LANES8(sum_1, 8);
    const vec8 half_8_2 = LANES8(sum_2, 0) + LANES8(sum_2, 8);
    const vec8 half_8_3 = LANES8(sum_3, 0) + LANES8(sum_3, 8);
    const vec8 half_8_4 = LANES8(sum_4, 0) + LANES8(sum_4, 8);
    const vec8 half_8_5 = LANES8(sum_5, 0) + LANES8(sum_5, 8);
    const vec8 half_8_6 = LANES8(sum_6, 0) + LANES8(sum_6, 8);
    const vec8 half_8_7 = LANES8(sum_7, 0) + LANES8(sum_7, 8);
    const vec8 run_4_0 = ADDED8_4(half_8_0, half_8_4);
    const vec8 run_4_1 = ADDED8_4(half_8_1, half_8_5);
    const vec8 run_4_2 = ADDED8_4(half_8_2, half_8_6);
    const vec8 run_4_3 = ADDED8_4(half_8_3, half_8_7);
    const vec8 run_2_0 = ADDED8_2(run_4_0, run_4_2);
    const vec8 run_2_1 = ADDED8_2(run_4_1, run_4_3);
    const vec8 run_1_0 = ADDED8_1(run_2_0, run_2_1);
    return run_1_0;
}

/* 1 x 1 positions by 2 channels; 1 x 3 taps of 20 channels, along the lanes. */
static TCONV_NOINLINE void tail_k4s2_backward_input_1x1_1x3(
    const float *restrict dz, const float *restrict w, float *restrict dx)
{
    vec dx_0_0_0 = {0.0f};
    vec dx_0_0_1 = {0.0f};
    /* the taps that read 0 rows on */
    {
        const vec w_0 = LOAD(w);
        const vec w_1 = LOAD(w + 80);
        vec dz_0_0 = LOAD(dz);
        KEEP(dz_0_0);
        dx_0_0_0 += w_0 * dz_0_0;
        dx_0_0_1 += w_1 * dz_0_0;
    }
    {
        const vec w_0 = LOAD(w + 16);
        const vec w_1 = LOAD(w + 96);
        vec dz_0_0 = LOAD(dz + 16);
        KEEP(dz_0_0);
        dx_0_0_0 += w_0 * dz_0_0;
        dx_0_0_1 += w_1 * dz_0_0;
    }
    {
        const vec w_0 = LOAD(w + 32);
        const vec w_1 = LOAD(w + 112);
        vec dz_0_0 = LOAD(dz + 32);
        KEEP(dz_0_0);
        dx_0_0_0 += w_0 * dz_0_0;
        dx_0_0_1 += w_1 * dz_0_0;
    }
    {
        const vec w_0 = BEYOND_4(LOAD(w + 44));
        const vec w_1 = BEYOND_4(LOAD(w + 124));
        vec dz_0_0 = BEYOND_4(LOAD(dz + 44));
        KEEP(dz_0_0);
        dx_0_0_0 += w_0 * dz_0_0;
        dx_0_0_1 += w_1 * dz_0_0;
    }
    const vec2 added_0 = tail_k4s2_backward_input_added_2(dx_0_0_0, dx_0_0_1);
    STORE2(dx) = added_0;
}

/* 1 x 4 positions by 2 channels; 1 x 4 taps of 20 channels, along the lanes. */
static TCONV_NOINLINE void tail_k4s2_backward_input_1x4_1x4(
    const float *restrict dz, const float *restrict w, float *restrict dx)
{
    vec dx_0_0_0 = {0.0f};
    vec dx_0_0_1 = {0.0f};
    vec dx_0_1_0 = {0.0f};
    vec dx_0_1_1 = {0.0f};
    vec dx_0_2_0 = {0.0f};
    vec dx_0_2_1 = {0.0f};
    vec dx_0_3_0 = {0.0f};
    vec dx_0_3_1 = {0.0f};
    /* the taps that read 0 rows on */
    {
        const vec w_0 = LOAD(w);
        const vec w_1 = LOAD(w + 80);
        vec dz_0_0 = LOAD(dz);
        KEEP(dz_0_0);
        dx_0_0_0 += w_0 * dz_0_0;
        dx_0_0_1 += w_1 * dz_0_0;
        vec dz_0_1 = LOAD(dz + 40);
        KEEP(dz_0_1);
        dx_0_1_0 += w_0 * dz_0_1;
        dx_0_1_1 += w_1 * dz_0_1;
        vec dz_0_2 = LOAD(dz + 80);
        KEEP(dz_0_2);
        dx_0_2_0 += w_0 * dz_0_2;
        dx_0_2_1 += w_1 * dz_0_2;
        vec dz_0_3 = LOAD(dz + 120);
        KEEP(dz_0_3);
        dx_0_3_0 += w_0 * dz_0_3;
        dx_0_3_1 += w_1 * dz_0_3;
    }
    {
        const vec w_0 = LOAD(w + 16);
        const vec w_1 = LOAD(w + 96);
        vec dz_0_0 = LOAD(dz + 16);
        KEEP(dz_0_0);
        dx_0_0_0 += w_0 * dz_0_0;
        dx_0_0_1 += w_1 * dz_0_0;
        vec dz_0_1 = LOAD(dz + 56);
        KEEP(dz_0_1);
        dx_0_1_0 += w_0 * dz_0_1;
        dx_0_1_1 += w_1 * dz_0_1;
        vec dz_0_2 = LOAD(dz + 96);
        KEEP(dz_0_2);
        dx_0_2_0 += w_0 * dz_0_2;
        dx_0_2_1 += w_1 * dz_0_2;
        vec dz_0_3 = LOAD(dz + 136);
        KEEP(dz_0_3);
        dx_0_3_0 += w_0 * dz_0_3;
        dx_0_3_1 += w_1 * dz_0_3;
    }
    {
        const vec w_0 = LOAD(w + 32);
        const vec w_1 = LOAD(w + 112);
        vec dz_0_0 = LOAD(dz + 32);
        KEEP(dz_0_0);
        dx_0_0_0 += w_0 * dz_0_0;
        dx_0_0_1 += w_1 * dz_0_0;
        vec dz_0_1 = LOAD(dz + 72);
        KEEP(dz_0_1);
        dx_0_1_0 += w_0 * dz_0_1;
        dx_0_1_1 += w_1 * dz_0_1;
        vec dz_0_2 = LOAD(dz + 112);
        KEEP(dz_0_2);
        dx_0_2_0 += w_0 * dz_0_2;
        dx_0_2_1 += w_1 * dz_0_2;
        vec dz_0_3 = LOAD(dz + 152);
        KEEP(dz_0_3);
        dx_0_3_0 += w_0 * dz_0_3;
        dx_0_3_1 += w_1 * dz_0_3;
    }
    {
        const vec w_0 = LOAD(w + 48);
        const vec w_1 = LOAD(w + 128);
        vec dz_0_0 = LOAD(dz + 48);
        KEEP(dz_0_0);
        dx_0_0_0 += w_0 * dz_0_0;
        dx_0_0_1 += w_1 * dz_0_0;
        vec dz_0_1 = LOAD(dz + 88);
        KEEP(dz_0_1);
        dx_0_1_0 += w_0 * dz_0_1;
        dx_0_1_1 += w_1 * dz_0_1;
        vec dz_0_2 = LOAD(dz + 128);
        KEEP(dz_0_2);
        dx_0_2_0 += w_0 * dz_0_2;
        dx_0_2_1 += w_1 * dz_0_2;
        vec dz_0_3 = LOAD(dz + 168);
        KEEP(dz_0_3);
        dx_0_3_0 += w_0 * dz_0_3;
        dx_0_3_1 += w_1 * dz_0_3;
    }
    {
        const vec w_0 = LOAD(w + 64);
        const vec w_1 = LOAD(w + 144);
        vec dz_0_0 = LOAD(dz + 64);
        KEEP(dz_0_0);
        dx_0_0_0 += w_0 * dz_0_0;
        dx_0_0_1 += w_1 * dz_0_0;
        vec dz_0_1 = LOAD(dz + 104);
        KEEP(dz_0_1);
        dx_0_1_0 += w_0 * dz_0_1;
        dx_0_1_1 += w_1 * dz_0_1;
        vec dz_0_2 = LOAD(dz + 144);
        KEEP(dz_0_2);
        dx_0_2_0 += w_0 * dz_0_2;
        dx_0_2_1 += w_1 * dz_0_2;
        vec dz_0_3 = LOAD(dz + 184);
        KEEP(dz_0_3);
        dx_0_3_0 += w_0 * dz_0_3;
        dx_0_3_1 += w_1 * dz_0_3;
    }
    const vec8 added_0 = tail_k4s2_backward_input_added_8(dx_0_0_0, dx_0_0_1, dx_0_1_0, dx_0_1_1, dx_0_2_0, dx_0_2_1, dx_0_3_0, dx_0_3_1);
    STORE8(dx) = added_0;
}

/* Row number `band` of tiles, of 1: 2 channels. */
static void tail_k4s2_backward_input_band(
    size_t band, const float *dz, const float *w,
    float *dx)
{
    /* rows 0 step 1 */
    if (band < 1) {
        /* columns 0 step 1: taps 1 x 3 */
        tail_k4s2_backward_input_1x1_1x3(
            dz + band * 240, w + 20,
            dx + band * 12);
        /* columns 1 step 1: taps 1 x 4 */
        tail_k4s2_backward_input_1x4_1x4(
            dz + 20 + band * 240, w,
            dx + 2 + band * 12);
        /* columns 5 step 1: taps 1 x 3 */
        tail_k4s2_backward_input_1x1_1x3(
            dz + 180 + band * 240, w,
            dx + 10 + band * 12);
    }
}

/* Unit `unit` of one image: a band of a block of channels. */
static void tail_k4s2_backward_input_unit(
    size_t unit, const float *dz, const float *packed, float *dx)
{
    const size_t band = unit;
    tail_k4s2_backward_input_band(band, dz, packed + 288,
        dx);
}

/* dz = dy * dy/dz, one part. */
static inline void tail_k4s2_backward_input_dz(
    const float *restrict dy, const float *restrict y, float *restrict dz)
{
    PART(dz) = PART(dy) * tconv_relu_slope_f32(PART(y), 0.2f, INFINITY, 0.0f);
}

/* One image of dz = dy * dy/dz, by pixels. */
static void tail_k4s2_backward_input_stage_dz(
    const float *restrict dy, const float *restrict y, float *restrict dz)
{
    for (size_t i = 0; i < 240; i += 16)
        tail_k4s2_backward_input_dz(dy + i, y + i, dz + i);
}

/* Units `first` to `last` of the batch; every image has 1. */
static TCONV_NOINLINE void tail_k4s2_backward_input_pass(size_t first, size_t last,
    const float *packed, const float *restrict y, const float *dy, float *dx, float *workspace)
{
    for (size_t image = first / 1; image * 1 < last; image++) {
        const size_t from = image * 1 < first ? first - image * 1 : 0;
        const size_t to = last - image * 1 < 1 ? last - image * 1 : 1;
        tail_k4s2_backward_input_stage_dz(dy + image * 240, y + image * 240, workspace);
        for (size_t unit = from; unit < to; unit++)
            tail_k4s2_backward_input_unit(unit, workspace, packed, dx + image * 12);
    }
}

/* backward_weights ------------------------------------------------------------------------ */

typedef int picks __attribute__((vector_size(64)));

/* What the row taps meet: input from_x + e and output from_dz + e*stride, e < count. */
struct tail_k4s2_meeting {
    size_t count, from_x, from_dz;
};
static const struct tail_k4s2_meeting tail_k4s2_rows[1] = {
    {1, 0, 0},
};

/* 2 input by 20 output channels of 1 x 4 taps: the products of `rows` input rows, which `adds` adds to what is there. */
static TCONV_NOINLINE void tail_k4s2_backward_weights_2x20(int adds, size_t rows,
    const float *restrict x, const float *restrict dz, float *restrict dw)
{
    vec dw_0_0_0_0 = {0.0f};
    vec4 dw_0_0_0_16 = {0.0f};
    vec dw_0_0_1_0 = {0.0f};
    vec4 dw_0_0_1_16 = {0.0f};
    vec dw_0_1_0_0 = {0.0f};
    vec4 dw_0_1_0_16 = {0.0f};
    vec dw_0_1_1_0 = {0.0f};
    vec4 dw_0_1_1_16 = {0.0f};
    vec dw_0_2_0_0 = {0.0f};
    vec4 dw_0_2_0_16 = {0.0f};
    vec dw_0_2_1_0 = {0.0f};
    vec4 dw_0_2_1_16 = {0.0f};
    vec dw_0_3_0_0 = {0.0f};
    vec4 dw_0_3_0_16 = {0.0f};
    vec dw_0_3_1_0 = {0.0f};
    vec4 dw_0_3_1_16 = {0.0f};
    for (size_t i = 0; i < rows; i++) {
        const float *x_i = x + i * 12;
        const float *dz_i = dz + i * 240;
        {
            const float x_0 = x_i[0];
            const float x_1 = x_i[1];
            const vec dz_0_0_0 = LOAD(dz_i);
            dw_0_1_0_0 += dz_0_0_0 * x_0;
            dw_0_1_1_0 += dz_0_0_0 * x_1;
            const vec4 dz_0_0_16 = LOAD4(dz_i + 16);
            dw_0_1_0_16 += dz_0_0_16 * x_0;
            dw_0_1_1_16 += dz_0_0_16 * x_1;
            const vec dz_0_1_0 = LOAD(dz_i + 20);
            dw_0_2_0_0 += dz_0_1_0 * x_0;
            dw_0_2_1_0 += dz_0_1_0 * x_1;
            const vec4 dz_0_1_16 = LOAD4(dz_i + 36);
            dw_0_2_0_16 += dz_0_1_16 * x_0;
            dw_0_2_1_16 += dz_0_1_16 * x_1;
            const vec dz_0_2_0 = LOAD(dz_i + 40);
            dw_0_3_0_0 += dz_0_2_0 * x_0;
            dw_0_3_1_0 += dz_0_2_0 * x_1;
            const vec4 dz_0_2_16 = LOAD4(dz_i + 56);
            dw_0_3_0_16 += dz_0_2_16 * x_0;
            dw_0_3_1_16 += dz_0_2_16 * x_1;
        }
        {
            const float x_0 = x_i[2];
            const float x_1 = x_i[3];
            const vec dz_0_0_0 = LOAD(dz_i + 20);
            dw_0_0_0_0 += dz_0_0_0 * x_0;
            dw_0_0_1_0 += dz_0_0_0 * x_1;
            const vec4 dz_0_0_16 = LOAD4(dz_i + 36);
            dw_0_0_0_16 += dz_0_0_16 * x_0;
            dw_0_0_1_16 += dz_0_0_16 * x_1;
            const vec dz_0_1_0 = LOAD(dz_i + 40);
            dw_0_1_0_0 += dz_0_1_0 * x_0;
            dw_0_1_1_0 += dz_0_1_0 * x_1;
            const vec4 dz_0_1_16 = LOAD4(dz_i + 56);
            dw_0_1_0_16 += dz_0_1_16 * x_0;
            dw_0_1_1_16 += dz_0_1_16 * x_1;
            const vec dz_0_2_0 = LOAD(dz_i + 60);
            dw_0_2_0_0 += dz_0_2_0 * x_0;
            dw_0_2_1_0 += dz_0_2_0 * x_1;
            const vec4 dz_0_2_16 = LOAD4(dz_i + 76);
            dw_0_2_0_16 += dz_0_2_16 * x_0;
            dw_0_2_1_16 += dz_0_2_16 * x_1;
            const vec dz_0_3_0 = LOAD(dz_i + 80);
            dw_0_3_0_0 += dz_0_3_0 * x_0;
            dw_0_3_1_0 += dz_0_3_0 * x_1;
            const vec4 dz_0_3_16 = LOAD4(dz_i + 96);
            dw_0_3_0_16 += dz_0_3_16 * x_0;
            dw_0_3_1_16 += dz_0_3_16 * x_1;
        }
        {
            const float x_0 = x_i[4];
            const float x_1 = x_i[5];
            const vec dz_0_0_0 = LOAD(dz_i + 60);
            dw_0_0_0_0 += dz_0_0_0 * x_0;
            dw_0_0_1_0 += dz_0_0_0 * x_1;
            const vec4 dz_0_0_16 = LOAD4(dz_i + 76);
            dw_0_0_0_16 += dz_0_0_16 * x_0;
            dw_0_0_1_16 += dz_0_0_16 * x_1;
            const vec dz_0_1_0 = LOAD(dz_i + 80);
            dw_0_1_0_0 += dz_0_1_0 * x_0;
            dw_0_1_1_0 += dz_0_1_0 * x_1;
            const vec4 dz_0_1_16 = LOAD4(dz_i + 96);
            dw_0_1_0_16 += dz_0_1_16 * x_0;
            dw_0_1_1_16 += dz_0_1_16 * x_1;
            const vec dz_0_2_0 = LOAD(dz_i + 100);
            dw_0_2_0_0 += dz_0_2_0 * x_0;
            dw_0_2_1_0 += dz_0_2_0 * x_1;
            const vec4 dz_0_2_16 = LOAD4(dz_i + 116);
            dw_0_2_0_16 += dz_0_2_16 * x_0;
            dw_0_2_1_16 += dz_0_2_16 * x_1;
            const vec dz_0_3_0 = LOAD(dz_i + 120);
            dw_0_3_0_0 += dz_0_3_0 * x_0;
            dw_0_3_1_0 += dz_0_3_0 * x_1;
            const vec4 dz_0_3_16 = LOAD4(dz_i + 136);
            dw_0_3_0_16 += dz_0_3_16 * x_0;
            dw_0_3_1_16 += dz_0_3_16 * x_1;
        }
        {
            const float x_0 = x_i[6];
            const float x_1 = x_i[7];
            const vec dz_0_0_0 = LOAD(dz_i + 100);
            dw_0_0_0_0 += dz_0_0_0 * x_0;
            dw_0_0_1_0 += dz_0_0_0 * x_1;
            const vec4 dz_0_0_16 = LOAD4(dz_i + 116);
            dw_0_0_0_16 += dz_0_0_16 * x_0;
            dw_0_0_1_16 += dz_0_0_16 * x_1;
            const vec dz_0_1_0 = LOAD(dz_i + 120);
            dw_0_1_0_0 += dz_0_1_0 * x_0;
            dw_0_1_1_0 += dz_0_1_0 * x_1;
            const vec4 dz_0_1_16 = LOAD4(dz_i + 136);
            dw_0_1_0_16 += dz_0_1_16 * x_0;
            dw_0_1_1_16 += dz_0_1_16 * x_1;
            const vec dz_0_2_0 = LOAD(dz_i + 140);
            dw_0_2_0_0 += dz_0_2_0 * x_0;
            dw_0_2_1_0 += dz_0_2_0 * x_1;
            const vec4 dz_0_2_16 = LOAD4(dz_i + 156);
            dw_0_2_0_16 += dz_0_2_16 * x_0;
            dw_0_2_1_16 += dz_0_2_16 * x_1;
            const vec dz_0_3_0 = LOAD(dz_i + 160);
            dw_0_3_0_0 += dz_0_3_0 * x_0;
            dw_0_3_1_0 += dz_0_3_0 * x_1;
            const vec4 dz_0_3_16 = LOAD4(dz_i + 176);
            dw_0_3_0_16 += dz_0_3_16 * x_0;
            dw_0_3_1_16 += dz_0_3_16 * x_1;
        }
        {
            const float x_0 = x_i[8];
            const float x_1 = x_i[9];
            const vec dz_0_0_0 = LOAD(dz_i + 140);
            dw_0_0_0_0 += dz_0_0_0 * x_0;
            dw_0_0_1_0 += dz_0_0_0 * x_1;
            const vec4 dz_0_0_16 = LOAD4(dz_i + 156);
            dw_0_0_0_16 += dz_0_0_16 * x_0;
            dw_0_0_1_16 += dz_0_0_16 * x_1;
            const vec dz_0_1_0 = LOAD(dz_i + 160);
            dw_0_1_0_0 += dz_0_1_0 * x_0;
            dw_0_1_1_0 += dz_0_1_0 * x_1;
            const vec4 dz_0_1_16 = LOAD4(dz_i + 176);
            dw_0_1_0_16 += dz_0_1_16 * x_0;
            dw_0_1_1_16 += dz_0_1_16 * x_1;
            const vec dz_0_2_0 = LOAD(dz_i + 180);
            dw_0_2_0_0 += dz_0_2_0 * x_0;
            dw_0_2_1_0 += dz_0_2_0 * x_1;
            const vec4 dz_0_2_16 = LOAD4(dz_i + 196);
            dw_0_2_0_16 += dz_0_2_16 * x_0;
            dw_0_2_1_16 += dz_0_2_16 * x_1;
            const vec dz_0_3_0 = LOAD(dz_i + 200);
            dw_0_3_0_0 += dz_0_3_0 * x_0;
            dw_0_3_1_0 += dz_0_3_0 * x_1;
            const vec4 dz_0_3_16 = LOAD4(dz_i + 216);
            dw_0_3_0_16 += dz_0_3_16 * x_0;
            dw_0_3_1_16 += dz_0_3_16 * x_1;
        }
        {
            const float x_0 = x_i[10];
            const float x_1 = x_i[11];
            const vec dz_0_0_0 = LOAD(dz_i + 180);
            dw_0_0_0_0 += dz_0_0_0 * x_0;
            dw_0_0_1_0 += dz_0_0_0 * x_1;
            const vec4 dz_0_0_16 = LOAD4(dz_i + 196);
            dw_0_0_0_16 += dz_0_0_16 * x_0;
            dw_0_0_1_16 += dz_0_0_16 * x_1;
            const vec dz_0_1_0 = LOAD(dz_i + 200);
            dw_0_1_0_0 += dz_0_1_0 * x_0;
            dw_0_1_1_0 += dz_0_1_0 * x_1;
            const vec4 dz_0_1_16 = LOAD4(dz_i + 216);
            dw_0_1_0_16 += dz_0_1_16 * x_0;
            dw_0_1_1_16 += dz_0_1_16 * x_1;
            const vec dz_0_2_0 = LOAD(dz_i + 220);
            dw_0_2_0_0 += dz_0_2_0 * x_0;
            dw_0_2_1_0 += dz_0_2_0 * x_1;
            const vec4 dz_0_2_16 = LOAD4(dz_i + 236);
            dw_0_2_0_16 += dz_0_2_16 * x_0;
            dw_0_2_1_16 += dz_0_2_16 * x_1;
        }
    }
    if (adds) {
    }
    {
        vec woven = MIX(picks, dw_0_0_0_0, dw_0_0_1_0, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
        if (adds)
            woven += LOAD(dw);
        STORE(dw) = woven;
    }
    {
        vec woven = MIX(picks, dw_0_0_0_0, dw_0_0_1_0, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
        if (adds)
            woven += LOAD(dw + 16);
        STORE(dw + 16) = woven;
    }
    for (size_t f = 0; f < 4; f++)
        dw[32 + f * 2] = dw_0_0_0_16[f] + (adds ? dw[32 + f * 2] : 0.0f);
    for (size_t f = 0; f < 4; f++)
        dw[33 + f * 2] = dw_0_0_1_16[f] + (adds ? dw[33 + f * 2] : 0.0f);
    {
        vec woven = MIX(picks, dw_0_1_0_0, dw_0_1_1_0, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
        if (adds)
            woven += LOAD(dw + 40);
        STORE(dw + 40) = woven;
    }
    {
        vec woven = MIX(picks, dw_0_1_0_0, dw_0_1_1_0, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
        if (adds)
            woven += LOAD(dw + 56);
        STORE(dw + 56) = woven;
    }
    for (size_t f = 0; f < 4; f++)
        dw[72 + f * 2] = dw_0_1_0_16[f] + (adds ? dw[72 + f * 2] : 0.0f);
    for (size_t f = 0; f < 4; f++)
        dw[73 + f * 2] = dw_0_1_1_16[f] + (adds ? dw[73 + f * 2] : 0.0f);
    {
        vec woven = MIX(picks, dw_0_2_0_0, dw_0_2_1_0, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
        if (adds)
            woven += LOAD(dw + 80);
        STORE(dw + 80) = woven;
    }
    {
        vec woven = MIX(picks, dw_0_2_0_0, dw_0_2_1_0, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
        if (adds)
            woven += LOAD(dw + 96);
        STORE(dw + 96) = woven;
    }
    for (size_t f = 0; f < 4; f++)
        dw[112 + f * 2] = dw_0_2_0_16[f] + (adds ? dw[112 + f * 2] : 0.0f);
    for (size_t f = 0; f < 4; f++)
        dw[113 + f * 2] = dw_0_2_1_16[f] + (adds ? dw[113 + f * 2] : 0.0f);
    {
        vec woven = MIX(picks, dw_0_3_0_0, dw_0_3_1_0, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
        if (adds)
            woven += LOAD(dw + 120);
        STORE(dw + 120) = woven;
    }
    {
        vec woven = MIX(picks, dw_0_3_0_0, dw_0_3_1_0, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
        if (adds)
            woven += LOAD(dw + 136);
        STORE(dw + 136) = woven;
    }
    for (size_t f = 0; f < 4; f++)
        dw[152 + f * 2] = dw_0_3_0_16[f] + (adds ? dw[152 + f * 2] : 0.0f);
    for (size_t f = 0; f < 4; f++)
        dw[153 + f * 2] = dw_0_3_1_16[f] + (adds ? dw[153 + f * 2] : 0.0f);
}

/* Zeroes what unit `unit` computes. */
static void tail_k4s2_backward_weights_clear(size_t unit, float *dw)
{
    const size_t p = unit;
    for (size_t q = 0; q < 4; q++) {
        memset(dw + p * 160 + q * 40, 0, 40 * sizeof *dw);
    }
}

/* Unit `unit`: one row tap and a group of column taps of a piece of the input channels, all output channels;
 * the products of the input rows from `top` up to `bottom`, which `adds` adds to what is there. */
static void tail_k4s2_backward_weights_unit(size_t unit, int adds, size_t top, size_t bottom,
    const float *x, const float *dz, float *dw)
{
    const size_t tap = unit;
    const struct tail_k4s2_meeting *row = &tail_k4s2_rows[tap];
    const size_t first = top > row->from_x ? top - row->from_x : 0;
    const size_t end = bottom > row->from_x ? bottom - row->from_x : 0;
    const size_t last = end < row->count ? end : row->count;
    if (first >= last) {
        if (!adds)
            tail_k4s2_backward_weights_clear(unit, dw);
        return;
    }
    x += (row->from_x + first) * 12;
    dz += (row->from_dz + first * 1) * 240;
    dw += tap * 160;
    tail_k4s2_backward_weights_2x20(adds, last - first,
        x, dz,
        dw);
}


/* dz = dy * dy/dz, one part. */
static inline void tail_k4s2_backward_weights_dz(
    const float *restrict dy, const float *restrict y, float *restrict dz)
{
    PART(dz) = PART(dy) * tconv_relu_slope_f32(PART(y), 0.2f, INFINITY, 0.0f);
}

/* One image of dz = dy * dy/dz, by pixels. */
static void tail_k4s2_backward_weights_stage_dz(
    const float *restrict dy, const float *restrict y, float *restrict dz)
{
    for (size_t i = 0; i < 240; i += 16)
        tail_k4s2_backward_weights_dz(dy + i, y + i, dz + i);
}

/* backward_bias: db[f] is the sum of dz over all positions ---------------------------------- */

/* Zeroes units `first` to `last`, of 16 channels each. */
static void tail_k4s2_backward_bias_clear(size_t first, size_t last, float *db)
{
    for (size_t f = first * 16; f < last * 16 && f < 20; f++)
        db[f] = 0.0f;
}

/* Adds the rows from `top` up to `bottom` of one image to units `first` to `last`. */
static void tail_k4s2_backward_bias_rows(size_t first, size_t last, size_t top, size_t bottom,
    const float *restrict dz, float *restrict db)
{
    for (size_t i = top; i < bottom && first < last; i++)
        for (size_t j = 0; j < 12; j++) {
            for (size_t unit = first; unit < (last < 1 ? last : 1); unit++)
                for (size_t f = 0; f < 16; f++)
                    db[unit * 16 + f] += dz[i * 240 + j * 20 + unit * 16 + f];
            if (last > 1)
                for (size_t f = 0; f < 4; f++)
                    db[16 + f] += dz[16 + i * 240 + j * 20 + f];
        }
}

/* Units `first` to `last` of 1, summed over the whole batch. */
/* With db also units `bias` to `bias_last` of 2 of the bias, while dz is in the cache. */
static TCONV_NOINLINE void tail_k4s2_backward_weights_pass(size_t first, size_t last, size_t batch,
    const float *x, const float *restrict y, const float *dy, float *dw,
    size_t bias, size_t bias_last, float *db, float *workspace)
{
    for (size_t unit = first; batch == 0 && unit < last; unit++)
        tail_k4s2_backward_weights_clear(unit, dw);
    if (db != NULL)
        tail_k4s2_backward_bias_clear(bias, bias_last, db);
    for (size_t image = 0; image < batch && (first < last || (db != NULL && bias < bias_last)); image++) {
        tail_k4s2_backward_weights_stage_dz(dy + image * 240, y + image * 240, workspace);
        for (size_t top = 0; top < 1; top += 1) {
            const size_t bottom = top + 1;
            for (size_t unit = first; unit < last; unit++)
                tail_k4s2_backward_weights_unit(unit, image > 0 || top > 0, top, bottom, x + image * 12, workspace, dw);
            if (db != NULL)
                tail_k4s2_backward_bias_rows(bias, bias_last, (top < 1 ? top : 1),
                    bottom < 1 ? (bottom < 1 ? bottom : 1) : 1, workspace, db);
        }
    }
}

/* Units `first` to `last` of 2, summed over the whole batch. */
static TCONV_NOINLINE void tail_k4s2_backward_bias_pass(size_t first, size_t last, size_t batch, const float *restrict y,
    const float *dy, float *db, float *workspace)
{
    tail_k4s2_backward_bias_clear(first, last, db);
    for (size_t image = 0; image < batch && first < last; image++) {
        tail_k4s2_backward_weights_stage_dz(dy + image * 240, y + image * 240, workspace);
        tail_k4s2_backward_bias_rows(first, last, 0, 1, workspace, db);
    }
}

/* By table ---------------------------------------------------------------------------------- */

static void tail_k4s2_table_pack(const void *w, const void *b, void *packed)
{
    tail_k4s2_pack(w, b, packed);
}

static void tail_k4s2_table_forward(size_t part, size_t parts, size_t batch, const void *x,
    const void *packed, void *y, void *workspace)
{
    const size_t first = tconv_share(batch, part, parts);
    const size_t last = tconv_share(batch, part + 1, parts);
    tail_k4s2_forward_pass(first, last, x, packed, y, workspace);
}

static void tail_k4s2_table_forward_train(size_t part, size_t parts, size_t batch, const void *x,
    const void *packed, void *y, void *saved, void *workspace)
{
    (void)saved;
    const size_t first = tconv_share(batch, part, parts);
    const size_t last = tconv_share(batch, part + 1, parts);
    tail_k4s2_forward_pass(first, last, x, packed, y, workspace);
}

static void tail_k4s2_table_backward(size_t part, size_t parts, size_t batch, const void *x,
    const void *packed, const void *y, const void *saved, const void *dy, void *dx, void *dw,
    void *db, void *workspace)
{
    (void)saved;
    if (dx != NULL)
        tail_k4s2_backward_input_pass(tconv_share(batch, part, parts),
            tconv_share(batch, part + 1, parts), packed, y, dy, dx, workspace);
    if (dw != NULL)
        tail_k4s2_backward_weights_pass(tconv_share(1, part, parts),
            tconv_share(1, part + 1, parts), batch, x, y, dy, dw, tconv_share(2, part, parts), tconv_share(2, part + 1, parts), db, workspace);
    else if (db != NULL)
        tail_k4s2_backward_bias_pass(tconv_share(2, part, parts),
            tconv_share(2, part + 1, parts), batch, y, dy, db, workspace);
}

const struct tconv_kernel tail_k4s2_kernel = {
    .abi = TCONV_ABI,
    .name = "tail_k4s2",
    .layer = {.type = TCONV_FLOAT32,
              .channels_first = 0,
              .in_c = 2,
              .out_c = 20,
              .axis = {{.in = 1, .out = 1, .kernel = 1, .stride = 1, .dilation = 1, .crop = 0},
                       {.in = 6, .out = 12, .kernel = 4, .stride = 2, .dilation = 1, .crop = 1}},
              .use_bias = 1,
              .activation = {.function = TCONV_RELU,
                             .slope = 0.2,
                             .ceiling = (double)INFINITY,
                             .threshold = 0.0}},
    .rounding = {{1, {0, 0}, 0},
                 {1, {0, 0}, 0},
                 {1, {0, 0}, 0}},
    .packed_bytes = TAIL_K4S2_PACKED_BYTES,
    .saved_bytes = TAIL_K4S2_SAVED_BYTES,
    .workspace_bytes = TAIL_K4S2_WORKSPACE_BYTES,
    .pack = tail_k4s2_table_pack,
    .forward = tail_k4s2_table_forward,
    .forward_train = tail_k4s2_table_forward_train,
    .backward = tail_k4s2_table_backward,
    .config = "{\"module\": \"keras.layers\", \"class_name\": \"Conv2DTranspose\", \"config\": {\""
              "name\": \"tail_k4s2\", \"trainable\": true, \"dtype\": {\"module\": \"keras\", \"cla"
              "ss_name\": \"DTypePolicy\", \"config\": {\"name\": \"float32\"}, \"registered_name"
              "\": null}, \"filters\": 20, \"kernel_size\": [1, 4], \"strides\": [1, 2], \"padd"
              "ing\": \"same\", \"output_padding\": null, \"data_format\": \"channels_last\", \"d"
              "ilation_rate\": [1, 1], \"activation\": \"leaky_relu\", \"use_bias\": true, \"ke"
              "rnel_initializer\": {\"module\": \"keras.initializers\", \"class_name\": \"Gloro"
              "tUniform\", \"config\": {\"seed\": null, \"input_axes\": null, \"output_axes\": n"
              "ull}, \"registered_name\": null}, \"bias_initializer\": {\"module\": \"keras.in"
              "itializers\", \"class_name\": \"Zeros\", \"config\": {}, \"registered_name\": nul"
              "l}, \"kernel_regularizer\": null, \"bias_regularizer\": null, \"activity_regu"
              "larizer\": null, \"kernel_constraint\": null, \"bias_constraint\": null}, \"re"
              "gistered_name\": null, \"build_config\": {\"input_shape\": [null, 1, 6, 2]}}"
};

void tail_k4s2_forward(
    size_t batch, const float *x, const void *packed, float *y, void *workspace)
{
    tail_k4s2_table_forward(0, 1, batch, x, packed, y, workspace);
}

void tail_k4s2_forward_train(size_t batch, const float *x, const void *packed, float *y,
    void *saved, void *workspace)
{
    tail_k4s2_table_forward_train(0, 1, batch, x, packed, y, saved, workspace);
}

void tail_k4s2_backward(size_t batch, const float *x, const void *packed, const float *y,
    const void *saved, const float *dy, float *dx, float *dw, float *db, void *workspace)
{
    tail_k4s2_table_backward(0, 1, batch, x, packed, y, saved, dy, dx, dw, db, workspace);
}

#if defined(__clang__)
#pragma clang attribute pop
#endif
