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
 *   forward          direct, tiles of 5 x 32, about 1,520 bytes of code
 *   backward_input   direct, tiles of 4 x 16, about 852 bytes of code
 *   backward_weights direct, tiles of 20 x 16, about 1,360 bytes of code
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

#include <string.h>

#include "tconv_activation.h"

/* The functions below use x86-64-v4, whatever the compiler's own options say. */
#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512cd,avx512dq,avx512vl,avx2,fma"))), apply_to = function)
#elif defined(__GNUC__)
#pragma GCC target("avx512f,avx512bw,avx512cd,avx512dq,avx512vl,avx2,fma")
#else
#error "tail_k4s2.c uses the vector extensions of GCC and Clang; --target portable does not"
#endif

typedef float vec __attribute__((vector_size(64), aligned(4), may_alias));
#define LOAD(p) (*(const vec *)(p))
#define STORE(p) (*(vec *)(p))

/*
 * Packed: the bias; then w by blocks of 32 output channels, [block][tap][tap][in][out];
 * then w by blocks of 16 input channels, [block][tap][tap][out][in], for the gradient of x.
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
        for (size_t q = 0; q < 4; q++)
            for (size_t k = 0; k < 20; k++)
                for (size_t v = 0; v < 2; v++)
                    to[288 + p * 1280 + q * 320 + k * 16 + v] =
                        w[p * 160 + q * 40 + k * 2 + v];
}

/* forward ---------------------------------------------------------------------------- */

/* Stores the first channels of a finished tile row. */
static inline void tail_k4s2_forward_finish(const float *restrict row, size_t channels,
    float *restrict y)
{
    for (size_t c = 0; c < channels; c++) {
        y[c] = tconv_relu_f32(row[c], 0.2f, INFINITY, 0.0f);
    }
}

/* 1 x 5 positions by 20 channels; 1 x 2 taps of 2 channels. */
static void tail_k4s2_forward_1x5_1x2(
    const float *restrict x, const float *restrict w,
    const float *restrict b, float *restrict y)
{
    vec z_0_0_0 = LOAD(b);
    vec z_0_0_16 = LOAD(b + 16);
    vec z_0_1_0 = LOAD(b);
    vec z_0_1_16 = LOAD(b + 16);
    vec z_0_2_0 = LOAD(b);
    vec z_0_2_16 = LOAD(b + 16);
    vec z_0_3_0 = LOAD(b);
    vec z_0_3_16 = LOAD(b + 16);
    vec z_0_4_0 = LOAD(b);
    vec z_0_4_16 = LOAD(b + 16);
    /* the tap that reads 0 rows and 0 columns on */
    {
        const vec w_0 = LOAD(w + 128);
        const vec w_16 = LOAD(w + 144);
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
    }
    {
        const vec w_0 = LOAD(w + 160);
        const vec w_16 = LOAD(w + 176);
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
    }
    /* the tap that reads 0 rows and 1 columns on */
    {
        const vec w_0 = LOAD(w);
        const vec w_16 = LOAD(w + 16);
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
        const vec w_16 = LOAD(w + 48);
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
    {
        float row[32];
        STORE(row) = z_0_0_0;
        STORE(row + 16) = z_0_0_16;
        tail_k4s2_forward_finish(row, 20, y);
    }
    {
        float row[32];
        STORE(row) = z_0_1_0;
        STORE(row + 16) = z_0_1_16;
        tail_k4s2_forward_finish(row, 20, y + 40);
    }
    {
        float row[32];
        STORE(row) = z_0_2_0;
        STORE(row + 16) = z_0_2_16;
        tail_k4s2_forward_finish(row, 20, y + 80);
    }
    {
        float row[32];
        STORE(row) = z_0_3_0;
        STORE(row + 16) = z_0_3_16;
        tail_k4s2_forward_finish(row, 20, y + 120);
    }
    {
        float row[32];
        STORE(row) = z_0_4_0;
        STORE(row + 16) = z_0_4_16;
        tail_k4s2_forward_finish(row, 20, y + 160);
    }
}

/* 1 x 1 positions by 20 channels; 1 x 1 taps of 2 channels. */
static void tail_k4s2_forward_1x1_1x1(
    const float *restrict x, const float *restrict w,
    const float *restrict b, float *restrict y)
{
    vec z_0_0_0 = LOAD(b);
    vec z_0_0_16 = LOAD(b + 16);
    /* the tap that reads 0 rows and 0 columns on */
    {
        const vec w_0 = LOAD(w);
        const vec w_16 = LOAD(w + 16);
        z_0_0_0 += w_0 * x[0];
        z_0_0_16 += w_16 * x[0];
    }
    {
        const vec w_0 = LOAD(w + 32);
        const vec w_16 = LOAD(w + 48);
        z_0_0_0 += w_0 * x[1];
        z_0_0_16 += w_16 * x[1];
    }
    {
        float row[32];
        STORE(row) = z_0_0_0;
        STORE(row + 16) = z_0_0_16;
        tail_k4s2_forward_finish(row, 20, y);
    }
}

/* Row number `band` of tiles, of 1: 20 channels. */
static void tail_k4s2_forward_band(
    size_t band, const float *x, const float *w,
    const float *b, float *y)
{
    /* rows 0 step 1 */
    if (band < 1) {
        /* columns 1 step 2: taps 1 x 2 */
        tail_k4s2_forward_1x5_1x2(
            x + band * 12, w, b,
            y + 20 + band * 240);
        /* columns 11 step 2: taps 1 x 1 */
        tail_k4s2_forward_1x1_1x1(
            x + 10 + band * 12, w + 128, b,
            y + 220 + band * 240);
        /* columns 0 step 2: taps 1 x 1 */
        tail_k4s2_forward_1x1_1x1(
            x + band * 12, w + 64, b,
            y + band * 240);
        /* columns 2 step 2: taps 1 x 2 */
        tail_k4s2_forward_1x5_1x2(
            x + band * 12, w + 64, b,
            y + 40 + band * 240);
    }
}

/* Unit `unit` of one image: a band of a block of channels. */
static void tail_k4s2_forward_unit(
    size_t unit, const float *x, const float *packed, float *y)
{
    if (unit < 1) {
        const size_t band = unit;
        tail_k4s2_forward_band(band, x, packed + 32, packed,
            y);
    }
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

/* Stores the first channels of a finished tile row. */
static inline void tail_k4s2_backward_input_finish(const float *restrict row, size_t channels,
    float *restrict dx)
{
    for (size_t c = 0; c < channels; c++) {
        dx[c] = row[c];
    }
}

/* 1 x 1 positions by 2 channels; 1 x 3 taps of 20 channels. */
static void tail_k4s2_backward_input_1x1_1x3(
    const float *restrict dz, const float *restrict w,
    float *restrict dx)
{
    vec dx_0_0_0 = {0.0f};
    /* the tap that reads 0 rows and 0 columns on */
    {
        const vec w_0 = LOAD(w);
        dx_0_0_0 += w_0 * dz[0];
    }
    {
        const vec w_0 = LOAD(w + 16);
        dx_0_0_0 += w_0 * dz[1];
    }
    {
        const vec w_0 = LOAD(w + 32);
        dx_0_0_0 += w_0 * dz[2];
    }
    {
        const vec w_0 = LOAD(w + 48);
        dx_0_0_0 += w_0 * dz[3];
    }
    {
        const vec w_0 = LOAD(w + 64);
        dx_0_0_0 += w_0 * dz[4];
    }
    {
        const vec w_0 = LOAD(w + 80);
        dx_0_0_0 += w_0 * dz[5];
    }
    {
        const vec w_0 = LOAD(w + 96);
        dx_0_0_0 += w_0 * dz[6];
    }
    {
        const vec w_0 = LOAD(w + 112);
        dx_0_0_0 += w_0 * dz[7];
    }
    {
        const vec w_0 = LOAD(w + 128);
        dx_0_0_0 += w_0 * dz[8];
    }
    {
        const vec w_0 = LOAD(w + 144);
        dx_0_0_0 += w_0 * dz[9];
    }
    {
        const vec w_0 = LOAD(w + 160);
        dx_0_0_0 += w_0 * dz[10];
    }
    {
        const vec w_0 = LOAD(w + 176);
        dx_0_0_0 += w_0 * dz[11];
    }
    {
        const vec w_0 = LOAD(w + 192);
        dx_0_0_0 += w_0 * dz[12];
    }
    {
        const vec w_0 = LOAD(w + 208);
        dx_0_0_0 += w_0 * dz[13];
    }
    {
        const vec w_0 = LOAD(w + 224);
        dx_0_0_0 += w_0 * dz[14];
    }
    {
        const vec w_0 = LOAD(w + 240);
        dx_0_0_0 += w_0 * dz[15];
    }
    {
        const vec w_0 = LOAD(w + 256);
        dx_0_0_0 += w_0 * dz[16];
    }
    {
        const vec w_0 = LOAD(w + 272);
        dx_0_0_0 += w_0 * dz[17];
    }
    {
        const vec w_0 = LOAD(w + 288);
        dx_0_0_0 += w_0 * dz[18];
    }
    {
        const vec w_0 = LOAD(w + 304);
        dx_0_0_0 += w_0 * dz[19];
    }
    /* the tap that reads 0 rows and 1 columns on */
    {
        const vec w_0 = LOAD(w + 320);
        dx_0_0_0 += w_0 * dz[20];
    }
    {
        const vec w_0 = LOAD(w + 336);
        dx_0_0_0 += w_0 * dz[21];
    }
    {
        const vec w_0 = LOAD(w + 352);
        dx_0_0_0 += w_0 * dz[22];
    }
    {
        const vec w_0 = LOAD(w + 368);
        dx_0_0_0 += w_0 * dz[23];
    }
    {
        const vec w_0 = LOAD(w + 384);
        dx_0_0_0 += w_0 * dz[24];
    }
    {
        const vec w_0 = LOAD(w + 400);
        dx_0_0_0 += w_0 * dz[25];
    }
    {
        const vec w_0 = LOAD(w + 416);
        dx_0_0_0 += w_0 * dz[26];
    }
    {
        const vec w_0 = LOAD(w + 432);
        dx_0_0_0 += w_0 * dz[27];
    }
    {
        const vec w_0 = LOAD(w + 448);
        dx_0_0_0 += w_0 * dz[28];
    }
    {
        const vec w_0 = LOAD(w + 464);
        dx_0_0_0 += w_0 * dz[29];
    }
    {
        const vec w_0 = LOAD(w + 480);
        dx_0_0_0 += w_0 * dz[30];
    }
    {
        const vec w_0 = LOAD(w + 496);
        dx_0_0_0 += w_0 * dz[31];
    }
    {
        const vec w_0 = LOAD(w + 512);
        dx_0_0_0 += w_0 * dz[32];
    }
    {
        const vec w_0 = LOAD(w + 528);
        dx_0_0_0 += w_0 * dz[33];
    }
    {
        const vec w_0 = LOAD(w + 544);
        dx_0_0_0 += w_0 * dz[34];
    }
    {
        const vec w_0 = LOAD(w + 560);
        dx_0_0_0 += w_0 * dz[35];
    }
    {
        const vec w_0 = LOAD(w + 576);
        dx_0_0_0 += w_0 * dz[36];
    }
    {
        const vec w_0 = LOAD(w + 592);
        dx_0_0_0 += w_0 * dz[37];
    }
    {
        const vec w_0 = LOAD(w + 608);
        dx_0_0_0 += w_0 * dz[38];
    }
    {
        const vec w_0 = LOAD(w + 624);
        dx_0_0_0 += w_0 * dz[39];
    }
    /* the tap that reads 0 rows and 2 columns on */
    {
        const vec w_0 = LOAD(w + 640);
        dx_0_0_0 += w_0 * dz[40];
    }
    {
        const vec w_0 = LOAD(w + 656);
        dx_0_0_0 += w_0 * dz[41];
    }
    {
        const vec w_0 = LOAD(w + 672);
        dx_0_0_0 += w_0 * dz[42];
    }
    {
        const vec w_0 = LOAD(w + 688);
        dx_0_0_0 += w_0 * dz[43];
    }
    {
        const vec w_0 = LOAD(w + 704);
        dx_0_0_0 += w_0 * dz[44];
    }
    {
        const vec w_0 = LOAD(w + 720);
        dx_0_0_0 += w_0 * dz[45];
    }
    {
        const vec w_0 = LOAD(w + 736);
        dx_0_0_0 += w_0 * dz[46];
    }
    {
        const vec w_0 = LOAD(w + 752);
        dx_0_0_0 += w_0 * dz[47];
    }
    {
        const vec w_0 = LOAD(w + 768);
        dx_0_0_0 += w_0 * dz[48];
    }
    {
        const vec w_0 = LOAD(w + 784);
        dx_0_0_0 += w_0 * dz[49];
    }
    {
        const vec w_0 = LOAD(w + 800);
        dx_0_0_0 += w_0 * dz[50];
    }
    {
        const vec w_0 = LOAD(w + 816);
        dx_0_0_0 += w_0 * dz[51];
    }
    {
        const vec w_0 = LOAD(w + 832);
        dx_0_0_0 += w_0 * dz[52];
    }
    {
        const vec w_0 = LOAD(w + 848);
        dx_0_0_0 += w_0 * dz[53];
    }
    {
        const vec w_0 = LOAD(w + 864);
        dx_0_0_0 += w_0 * dz[54];
    }
    {
        const vec w_0 = LOAD(w + 880);
        dx_0_0_0 += w_0 * dz[55];
    }
    {
        const vec w_0 = LOAD(w + 896);
        dx_0_0_0 += w_0 * dz[56];
    }
    {
        const vec w_0 = LOAD(w + 912);
        dx_0_0_0 += w_0 * dz[57];
    }
    {
        const vec w_0 = LOAD(w + 928);
        dx_0_0_0 += w_0 * dz[58];
    }
    {
        const vec w_0 = LOAD(w + 944);
        dx_0_0_0 += w_0 * dz[59];
    }
    {
        float row[16];
        STORE(row) = dx_0_0_0;
        tail_k4s2_backward_input_finish(row, 2, dx);
    }
}

/* 1 x 4 positions by 2 channels; 1 x 4 taps of 20 channels. */
static void tail_k4s2_backward_input_1x4_1x4(
    const float *restrict dz, const float *restrict w,
    float *restrict dx)
{
    vec dx_0_0_0 = {0.0f};
    vec dx_0_1_0 = {0.0f};
    vec dx_0_2_0 = {0.0f};
    vec dx_0_3_0 = {0.0f};
    /* the tap that reads 0 rows and 0 columns on */
    for (size_t k = 0; k < 20; k++) {
        const vec w_0 = LOAD(w + k * 16);
        dx_0_0_0 += w_0 * dz[k];
        dx_0_1_0 += w_0 * dz[40 + k];
        dx_0_2_0 += w_0 * dz[80 + k];
        dx_0_3_0 += w_0 * dz[120 + k];
    }
    /* the tap that reads 0 rows and 1 columns on */
    for (size_t k = 0; k < 20; k++) {
        const vec w_0 = LOAD(w + 320 + k * 16);
        dx_0_0_0 += w_0 * dz[20 + k];
        dx_0_1_0 += w_0 * dz[60 + k];
        dx_0_2_0 += w_0 * dz[100 + k];
        dx_0_3_0 += w_0 * dz[140 + k];
    }
    /* the tap that reads 0 rows and 2 columns on */
    for (size_t k = 0; k < 20; k++) {
        const vec w_0 = LOAD(w + 640 + k * 16);
        dx_0_0_0 += w_0 * dz[40 + k];
        dx_0_1_0 += w_0 * dz[80 + k];
        dx_0_2_0 += w_0 * dz[120 + k];
        dx_0_3_0 += w_0 * dz[160 + k];
    }
    /* the tap that reads 0 rows and 3 columns on */
    for (size_t k = 0; k < 20; k++) {
        const vec w_0 = LOAD(w + 960 + k * 16);
        dx_0_0_0 += w_0 * dz[60 + k];
        dx_0_1_0 += w_0 * dz[100 + k];
        dx_0_2_0 += w_0 * dz[140 + k];
        dx_0_3_0 += w_0 * dz[180 + k];
    }
    {
        float row[16];
        STORE(row) = dx_0_0_0;
        tail_k4s2_backward_input_finish(row, 2, dx);
    }
    {
        float row[16];
        STORE(row) = dx_0_1_0;
        tail_k4s2_backward_input_finish(row, 2, dx + 2);
    }
    {
        float row[16];
        STORE(row) = dx_0_2_0;
        tail_k4s2_backward_input_finish(row, 2, dx + 4);
    }
    {
        float row[16];
        STORE(row) = dx_0_3_0;
        tail_k4s2_backward_input_finish(row, 2, dx + 6);
    }
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
            dz + band * 240, w + 320,
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
    if (unit < 1) {
        const size_t band = unit;
        tail_k4s2_backward_input_band(band, dz, packed + 288,
            dx);
    }
}

/* One image of dz = dy * dy/dz, by pixels. */
static void tail_k4s2_backward_input_stage_dz(
    const float *restrict dy, const float *restrict y, float *restrict dz)
{
    for (size_t i = 0; i < 1; i++)
        for (size_t j = 0; j < 12; j++)
            for (size_t f = 0; f < 20; f++)
                dz[i * 240 + j * 20 + f] = dy[i * 240 + j * 20 + f] * tconv_relu_slope_f32(y[i * 240 + j * 20 + f], 0.2f, INFINITY, 0.0f);
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

/* What the taps of an axis meet: input from_x + e and output from_dz + e*stride, e < count. */
struct tail_k4s2_meeting {
    size_t count, from_x, from_dz;
};
static const struct tail_k4s2_meeting tail_k4s2_rows[1] = {
    {1, 0, 0},
};
static const struct tail_k4s2_meeting tail_k4s2_columns[4] = {
    {5, 1, 1},
    {6, 0, 0},
    {6, 0, 1},
    {5, 0, 2},
};

/* Adds to 20 output by 2 input channels of one tap, over rows x columns positions. */
static void tail_k4s2_backward_weights_20x2(size_t rows, size_t columns,
    const float *restrict x, const float *restrict dz, float *restrict dw)
{
    vec dw_0_0 = {0.0f};
    vec dw_1_0 = {0.0f};
    vec dw_2_0 = {0.0f};
    vec dw_3_0 = {0.0f};
    vec dw_4_0 = {0.0f};
    vec dw_5_0 = {0.0f};
    vec dw_6_0 = {0.0f};
    vec dw_7_0 = {0.0f};
    vec dw_8_0 = {0.0f};
    vec dw_9_0 = {0.0f};
    vec dw_10_0 = {0.0f};
    vec dw_11_0 = {0.0f};
    vec dw_12_0 = {0.0f};
    vec dw_13_0 = {0.0f};
    vec dw_14_0 = {0.0f};
    vec dw_15_0 = {0.0f};
    vec dw_16_0 = {0.0f};
    vec dw_17_0 = {0.0f};
    vec dw_18_0 = {0.0f};
    vec dw_19_0 = {0.0f};
    for (size_t i = 0; i < rows; i++) {
        const float *x_i = x + i * 96;
        const float *dz_i = dz + i * 240;
        for (size_t j = 0; j < columns; j++) {
            const vec x_0 = LOAD(x_i + j * 16);
            dw_0_0 += x_0 * dz_i[j * 40];
            dw_1_0 += x_0 * dz_i[1 + j * 40];
            dw_2_0 += x_0 * dz_i[2 + j * 40];
            dw_3_0 += x_0 * dz_i[3 + j * 40];
            dw_4_0 += x_0 * dz_i[4 + j * 40];
            dw_5_0 += x_0 * dz_i[5 + j * 40];
            dw_6_0 += x_0 * dz_i[6 + j * 40];
            dw_7_0 += x_0 * dz_i[7 + j * 40];
            dw_8_0 += x_0 * dz_i[8 + j * 40];
            dw_9_0 += x_0 * dz_i[9 + j * 40];
            dw_10_0 += x_0 * dz_i[10 + j * 40];
            dw_11_0 += x_0 * dz_i[11 + j * 40];
            dw_12_0 += x_0 * dz_i[12 + j * 40];
            dw_13_0 += x_0 * dz_i[13 + j * 40];
            dw_14_0 += x_0 * dz_i[14 + j * 40];
            dw_15_0 += x_0 * dz_i[15 + j * 40];
            dw_16_0 += x_0 * dz_i[16 + j * 40];
            dw_17_0 += x_0 * dz_i[17 + j * 40];
            dw_18_0 += x_0 * dz_i[18 + j * 40];
            dw_19_0 += x_0 * dz_i[19 + j * 40];
        }
    }
    {
        float row[16];
        STORE(row) = dw_0_0;
        for (size_t c = 0; c < 2; c++)
            dw[c] += row[c];
    }
    {
        float row[16];
        STORE(row) = dw_1_0;
        for (size_t c = 0; c < 2; c++)
            dw[2 + c] += row[c];
    }
    {
        float row[16];
        STORE(row) = dw_2_0;
        for (size_t c = 0; c < 2; c++)
            dw[4 + c] += row[c];
    }
    {
        float row[16];
        STORE(row) = dw_3_0;
        for (size_t c = 0; c < 2; c++)
            dw[6 + c] += row[c];
    }
    {
        float row[16];
        STORE(row) = dw_4_0;
        for (size_t c = 0; c < 2; c++)
            dw[8 + c] += row[c];
    }
    {
        float row[16];
        STORE(row) = dw_5_0;
        for (size_t c = 0; c < 2; c++)
            dw[10 + c] += row[c];
    }
    {
        float row[16];
        STORE(row) = dw_6_0;
        for (size_t c = 0; c < 2; c++)
            dw[12 + c] += row[c];
    }
    {
        float row[16];
        STORE(row) = dw_7_0;
        for (size_t c = 0; c < 2; c++)
            dw[14 + c] += row[c];
    }
    {
        float row[16];
        STORE(row) = dw_8_0;
        for (size_t c = 0; c < 2; c++)
            dw[16 + c] += row[c];
    }
    {
        float row[16];
        STORE(row) = dw_9_0;
        for (size_t c = 0; c < 2; c++)
            dw[18 + c] += row[c];
    }
    {
        float row[16];
        STORE(row) = dw_10_0;
        for (size_t c = 0; c < 2; c++)
            dw[20 + c] += row[c];
    }
    {
        float row[16];
        STORE(row) = dw_11_0;
        for (size_t c = 0; c < 2; c++)
            dw[22 + c] += row[c];
    }
    {
        float row[16];
        STORE(row) = dw_12_0;
        for (size_t c = 0; c < 2; c++)
            dw[24 + c] += row[c];
    }
    {
        float row[16];
        STORE(row) = dw_13_0;
        for (size_t c = 0; c < 2; c++)
            dw[26 + c] += row[c];
    }
    {
        float row[16];
        STORE(row) = dw_14_0;
        for (size_t c = 0; c < 2; c++)
            dw[28 + c] += row[c];
    }
    {
        float row[16];
        STORE(row) = dw_15_0;
        for (size_t c = 0; c < 2; c++)
            dw[30 + c] += row[c];
    }
    {
        float row[16];
        STORE(row) = dw_16_0;
        for (size_t c = 0; c < 2; c++)
            dw[32 + c] += row[c];
    }
    {
        float row[16];
        STORE(row) = dw_17_0;
        for (size_t c = 0; c < 2; c++)
            dw[34 + c] += row[c];
    }
    {
        float row[16];
        STORE(row) = dw_18_0;
        for (size_t c = 0; c < 2; c++)
            dw[36 + c] += row[c];
    }
    {
        float row[16];
        STORE(row) = dw_19_0;
        for (size_t c = 0; c < 2; c++)
            dw[38 + c] += row[c];
    }
}

/* Unit `unit`: piece `m` of the output channels, a block of input channels, one tap; adds the
 * products of the input rows from `top` up to `bottom`. Taps are outermost, as those of one
 * phase read the same dz. */
static void tail_k4s2_backward_weights_unit(size_t unit, size_t top, size_t bottom,
    const float *x, const float *dz, float *dw)
{
    const size_t m = unit % 1, block = unit / 1 % 1, tap = unit / 1;
    const struct tail_k4s2_meeting *row = &tail_k4s2_rows[tap / 4];
    const struct tail_k4s2_meeting *column = &tail_k4s2_columns[tap % 4];
    const size_t first = top > row->from_x ? top - row->from_x : 0;
    const size_t end = bottom > row->from_x ? bottom - row->from_x : 0;
    const size_t last = end < row->count ? end : row->count;
    if (first >= last)
        return;
    x += (row->from_x + first) * 96 + column->from_x * 16;
    dz += (row->from_dz + first * 1) * 240 + column->from_dz * 20;
    dw += tap * 40;
    tail_k4s2_backward_weights_20x2(last - first, column->count,
        x,
        dz + m * 20,
        dw + m * 40);
    (void)block;
}

/* Zeroes what unit `unit` adds to. */
static void tail_k4s2_backward_weights_clear(size_t unit, float *dw)
{
    const size_t m = unit % 1, block = unit / 1 % 1, tap = unit / 1;
    const size_t first = block * 16, rest = 2 - first;
    const size_t n = rest < 16 ? rest : 16;
    const size_t from = m * 20, outs = 20;
    for (size_t f = from; f < from + outs; f++)
        memset(dw + (tap * 20 + f) * 2 + first, 0, n * sizeof *dw);
}

/* One image of dz = dy * dy/dz, by pixels. */
static void tail_k4s2_backward_weights_stage_dz(
    const float *restrict dy, const float *restrict y, float *restrict dz)
{
    for (size_t i = 0; i < 1; i++)
        for (size_t j = 0; j < 12; j++)
            for (size_t f = 0; f < 20; f++)
                dz[i * 240 + j * 20 + f] = dy[i * 240 + j * 20 + f] * tconv_relu_slope_f32(y[i * 240 + j * 20 + f], 0.2f, INFINITY, 0.0f);
}

/* One image of x by pixels of 16 channels, the last 14 zero. */
static void tail_k4s2_backward_weights_stage_x(
    const float *restrict x, float *restrict staged)
{
    for (size_t i = 0; i < 1; i++)
        for (size_t j = 0; j < 6; j++) {
            for (size_t c = 0; c < 2; c++)
                staged[i * 96 + j * 16 + c] = x[i * 12 + j * 2 + c];
            for (size_t c = 2; c < 16; c++)
                staged[i * 96 + j * 16 + c] = 0.0f;
        }
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

/* Units `first` to `last` of 4, summed over the whole batch. */
/* With db also units `bias` to `bias_last` of 2 of the bias, while dz is in the cache. */
static TCONV_NOINLINE void tail_k4s2_backward_weights_pass(size_t first, size_t last, size_t batch,
    const float *x, const float *restrict y, const float *dy, float *dw,
    size_t bias, size_t bias_last, float *db, float *workspace)
{
    for (size_t unit = first; unit < last; unit++)
        tail_k4s2_backward_weights_clear(unit, dw);
    if (db != NULL)
        tail_k4s2_backward_bias_clear(bias, bias_last, db);
    for (size_t image = 0; image < batch && (first < last || (db != NULL && bias < bias_last)); image++) {
        tail_k4s2_backward_weights_stage_dz(dy + image * 240, y + image * 240, workspace);
        tail_k4s2_backward_weights_stage_x(x + image * 12, workspace + 240);
        for (size_t top = 0; top < 1; top += 1) {
            const size_t bottom = top + 1;
            for (size_t unit = first; unit < last; unit++)
                tail_k4s2_backward_weights_unit(unit, top, bottom, workspace + 240, workspace, dw);
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
        tail_k4s2_backward_weights_pass(tconv_share(4, part, parts),
            tconv_share(4, part + 1, parts), batch, x, y, dy, dw, tconv_share(2, part, parts), tconv_share(2, part + 1, parts), db, workspace);
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
    .rounding = {{1, {0, 0}},
                 {1, {0, 0}},
                 {1, {0, 0}}},
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
