/*
 * winograd_k4s2.c: the Conv2DTranspose layer "winograd_k4s2" for one shape, emitted by tconv.
 *
 *   x [batch][1][47][64]  ->  y [batch][1][94][32], float
 *   w [1][4][32][64], padding "same", activation linear
 *
 * Identity. Per axis, input i and tap t meet output o = i*stride + t*dilation - crop:
 *   rows     stride 1, dilation 1, crop 0
 *   columns  stride 2, dilation 1, crop 1
 * and z[o][o'][f] = b[f] + sum over meeting (i, t), (i', t') and c of x[i][i'][c] * w[t][t'][f][c],
 * y = linear(z). The backward passes are its derivatives.
 *
 * Plan, target x86-64-v4:
 *   forward          winograd, tiles of 12 x 32, about 2,237 bytes of code
 *   backward_input   winograd, tiles of 12 x 32, about 2,237 bytes of code
 *   backward_weights winograd, tiles of 16 x 16, about 2,251 bytes of code
 * Cost of one image and pass: 380,928 multiply-adds;
 *   bytes of x 12,032, y 12,032, w 32,768
 *
 * Compile with: -O2 -march=x86-64-v4 -mprefer-vector-width=512 -ffp-contract=fast -fno-trapping-math -fno-math-errno
 * Made again by: tconv gen CONFIG.json --name winograd_k4s2 --input-shape 1,47,64
 *     --target x86-64-v4 --unroll tile
 * Config digest (FNV-1a): 3a6a7cdf29297769
 *
 * This file belongs to whoever emitted it; tconv claims no right in it.
 */
#include "winograd_k4s2.h"

#include <math.h>
#include <string.h>

/* The functions below use x86-64-v4, whatever the compiler's own options say. */
#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512cd,avx512dq,avx512vl,avx2,fma"))), apply_to = function)
#elif defined(__GNUC__)
#pragma GCC target("avx512f,avx512bw,avx512cd,avx512dq,avx512vl,avx2,fma")
#pragma GCC optimize("no-predictive-commoning") /* which costs shuffles */
#else
#error "winograd_k4s2.c uses the vector extensions of GCC and Clang; --target portable does not"
#endif

typedef float vec __attribute__((vector_size(64), aligned(4), may_alias));
#define LOAD(p) (*(const vec *)(p))
#define STORE(p) (*(vec *)(p))

/*
 * Packed: the bias; then w by blocks of 32 output channels, [block][tap][tap][in][out];
 * then w by blocks of 32 input channels, [block][tap][tap][out][in], for the gradient of x.
 */
void winograd_k4s2_pack(const float *w, const float *b, void *packed)
{
    float *to = packed;
    memset(to, 0, WINOGRAD_K4S2_PACKED_BYTES);
    memcpy(to, b, 32 * sizeof *b);
    {   /* F(1 x 4, 1 x 2) for forward: u = G g G^T of every phase's taps */
        static const double g_rows[1][1] = {{1}};
        static const double g_columns[5][2] = {{1, 0}, {1.0 / 2, 1.0 / 2}, {-1.0 / 6, 1.0 / 6}, {-8.0 / 3, -4.0 / 3}, {0, 1.0 / 2}};
        for (size_t phase = 0; phase < 2; phase++)
            for (size_t i = 0; i < 1; i++)
                for (size_t j = 0; j < 5; j++)
                    for (size_t f = 0; f < 32; f++)
                        for (size_t c = 0; c < 64; c++) {
                            double u = 0;
                            for (size_t p = 0; p < 1; p++)
                                for (size_t q = 0; q < 2; q++)
                                    u += g_rows[i][p] * g_columns[j][q] *
                                        (double)w[(((phase / 2 + (0 - p)) * 4 + phase % 2 + (1 - q) * 2) * 32 + f) * 64 + c];
                            to[32 + phase * 10240 + (i * 5 + j) * 2048 + c * 32 + f] = (float)u;
                        }
    }
    {   /* F(1 x 4, 1 x 2) for backward_input: u = G g G^T of every phase's taps */
        static const double g_rows[1][1] = {{1}};
        static const double g_columns[5][2] = {{1, 0}, {1.0 / 2, 1.0 / 2}, {-1.0 / 6, 1.0 / 6}, {-8.0 / 3, -4.0 / 3}, {0, 1.0 / 2}};
        for (size_t phase = 0; phase < 2; phase++)
            for (size_t i = 0; i < 1; i++)
                for (size_t j = 0; j < 5; j++)
                    for (size_t f = 0; f < 32; f++)
                        for (size_t c = 0; c < 64; c++) {
                            double u = 0;
                            for (size_t p = 0; p < 1; p++)
                                for (size_t q = 0; q < 2; q++)
                                    u += g_rows[i][p] * g_columns[j][q] *
                                        (double)w[(((phase / 2 + p) * 4 + phase % 2 + q * 2) * 32 + f) * 64 + c];
                            to[20512 + (c / 32) * 10240 + (i * 5 + j) * 2048 + f * 32 + phase * 1024 + c % 32] = (float)u;
                        }
    }
}

/* forward: minimal filtering F(1 x 4, 1 x 2) ------------------------------------- */

/* The window of tile (row, column) under 1x2 taps, transformed: v = B d B^T for 64 channels. */
static void winograd_k4s2_forward_window_1x2(size_t row, size_t column,
    const float *x, float *restrict v)
{
    static const float zeros[64];
    const float *d[1][5];
    for (size_t i = 0; i < 1; i++)
        for (size_t j = 0; j < 5; j++) {
            const size_t from_row = row + i;
            const size_t from_column = column * 4 + j - 1;
            const int is_inside = from_row < 1 && from_column < 47;
            d[i][j] = is_inside ? x + from_row * 3008 + from_column * 64 : zeros;
        }
    for (size_t k = 0; k < 64; k += 16) {
        const vec d_0_0 = LOAD(d[0][0] + k);
        const vec d_0_1 = LOAD(d[0][1] + k);
        const vec d_0_2 = LOAD(d[0][2] + k);
        const vec d_0_3 = LOAD(d[0][3] + k);
        const vec d_0_4 = LOAD(d[0][4] + k);
        const vec v_r0_0 = d_0_0 - 2.0f * d_0_1 - d_0_2 + 2.0f * d_0_3;
        const vec v_r0_1 = -d_0_1 + d_0_2 + 2.0f * d_0_3;
        const vec v_r0_2 = d_0_1 - 3.0f * d_0_2 + 2.0f * d_0_3;
        const vec v_r0_3 = -d_0_1 + d_0_3;
        const vec v_r0_4 = d_0_1 - 2.0f * d_0_2 - d_0_3 + 2.0f * d_0_4;
        STORE(v + k) = v_r0_0;
        STORE(v + 784 + k) = v_r0_1;
        STORE(v + 1568 + k) = v_r0_2;
        STORE(v + 2352 + k) = v_r0_3;
        STORE(v + 3136 + k) = v_r0_4;
    }
}


/* Transforms the windows of tiles `first` to `last`. */
static void winograd_k4s2_forward_transform(size_t first, size_t last, const float *x, float *workspace)
{
    for (size_t tile = first; tile < last; tile++) {
        const size_t row = tile / 12, column = tile % 12;
        winograd_k4s2_forward_window_1x2(row, column, x, workspace + (tile - first) * 64);
    }
}

/* 12 tiles by 32 channels at one point: the sum of v[tile][k] * u[k][channel] over k. */
static TCONV_NOINLINE void winograd_k4s2_forward_product_12x32_64(
    const float *restrict v, const float *restrict u, float *restrict sums)
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
    for (size_t k = 0; k < 64; k++) {
        const vec u_0 = LOAD(u + k * 32);
        const vec u_16 = LOAD(u + 16 + k * 32);
        sum_0_0 += u_0 * v[k];
        sum_0_16 += u_16 * v[k];
        sum_1_0 += u_0 * v[64 + k];
        sum_1_16 += u_16 * v[64 + k];
        sum_2_0 += u_0 * v[128 + k];
        sum_2_16 += u_16 * v[128 + k];
        sum_3_0 += u_0 * v[192 + k];
        sum_3_16 += u_16 * v[192 + k];
        sum_4_0 += u_0 * v[256 + k];
        sum_4_16 += u_16 * v[256 + k];
        sum_5_0 += u_0 * v[320 + k];
        sum_5_16 += u_16 * v[320 + k];
        sum_6_0 += u_0 * v[384 + k];
        sum_6_16 += u_16 * v[384 + k];
        sum_7_0 += u_0 * v[448 + k];
        sum_7_16 += u_16 * v[448 + k];
        sum_8_0 += u_0 * v[512 + k];
        sum_8_16 += u_16 * v[512 + k];
        sum_9_0 += u_0 * v[576 + k];
        sum_9_16 += u_16 * v[576 + k];
        sum_10_0 += u_0 * v[640 + k];
        sum_10_16 += u_16 * v[640 + k];
        sum_11_0 += u_0 * v[704 + k];
        sum_11_16 += u_16 * v[704 + k];
    }
    STORE(sums) = sum_0_0;
    STORE(sums + 16) = sum_0_16;
    STORE(sums + 32) = sum_1_0;
    STORE(sums + 48) = sum_1_16;
    STORE(sums + 64) = sum_2_0;
    STORE(sums + 80) = sum_2_16;
    STORE(sums + 96) = sum_3_0;
    STORE(sums + 112) = sum_3_16;
    STORE(sums + 128) = sum_4_0;
    STORE(sums + 144) = sum_4_16;
    STORE(sums + 160) = sum_5_0;
    STORE(sums + 176) = sum_5_16;
    STORE(sums + 192) = sum_6_0;
    STORE(sums + 208) = sum_6_16;
    STORE(sums + 224) = sum_7_0;
    STORE(sums + 240) = sum_7_16;
    STORE(sums + 256) = sum_8_0;
    STORE(sums + 272) = sum_8_16;
    STORE(sums + 288) = sum_9_0;
    STORE(sums + 304) = sum_9_16;
    STORE(sums + 320) = sum_10_0;
    STORE(sums + 336) = sum_10_16;
    STORE(sums + 352) = sum_11_0;
    STORE(sums + 368) = sum_11_16;
}

/* The outputs of a tile from its sums, A m A^T: from position (row, column) on. */
static void winograd_k4s2_forward_outputs_1x2(const float *restrict sums, size_t row, size_t column,
    const float *restrict b, float *restrict y)
{
    {
        const vec m_0_0 = LOAD(sums);
        const vec m_0_1 = LOAD(sums + 400);
        const vec m_0_2 = LOAD(sums + 800);
        const vec m_0_3 = LOAD(sums + 1200);
        const vec m_0_4 = LOAD(sums + 1600);
        const vec y_r0_0 = m_0_0 + m_0_1 + m_0_2 + m_0_3;
        const vec y_r0_1 = m_0_1 - m_0_2 + 0.5f * m_0_3;
        const vec y_r0_2 = m_0_1 + m_0_2 + 0.25f * m_0_3;
        const vec y_r0_3 = m_0_1 - m_0_2 + 0.125f * m_0_3 + m_0_4;
        const vec bias = LOAD(b);
        if (row < 1) {
            if (column < 94) {
                const vec z_here = y_r0_0 + bias;
                STORE(y + row * 3008 + column * 32) = z_here;
            }
            if (column + 2 < 94) {
                const vec z_here = y_r0_1 + bias;
                STORE(y + 64 + row * 3008 + column * 32) = z_here;
            }
            if (column + 4 < 94) {
                const vec z_here = y_r0_2 + bias;
                STORE(y + 128 + row * 3008 + column * 32) = z_here;
            }
            if (column + 6 < 94) {
                const vec z_here = y_r0_3 + bias;
                STORE(y + 192 + row * 3008 + column * 32) = z_here;
            }
        }
    }
    {
        const vec m_0_0 = LOAD(sums + 16);
        const vec m_0_1 = LOAD(sums + 416);
        const vec m_0_2 = LOAD(sums + 816);
        const vec m_0_3 = LOAD(sums + 1216);
        const vec m_0_4 = LOAD(sums + 1616);
        const vec y_r0_0 = m_0_0 + m_0_1 + m_0_2 + m_0_3;
        const vec y_r0_1 = m_0_1 - m_0_2 + 0.5f * m_0_3;
        const vec y_r0_2 = m_0_1 + m_0_2 + 0.25f * m_0_3;
        const vec y_r0_3 = m_0_1 - m_0_2 + 0.125f * m_0_3 + m_0_4;
        const vec bias = LOAD(b + 16);
        if (row < 1) {
            if (column < 94) {
                const vec z_here = y_r0_0 + bias;
                STORE(y + 16 + row * 3008 + column * 32) = z_here;
            }
            if (column + 2 < 94) {
                const vec z_here = y_r0_1 + bias;
                STORE(y + 80 + row * 3008 + column * 32) = z_here;
            }
            if (column + 4 < 94) {
                const vec z_here = y_r0_2 + bias;
                STORE(y + 144 + row * 3008 + column * 32) = z_here;
            }
            if (column + 6 < 94) {
                const vec z_here = y_r0_3 + bias;
                STORE(y + 208 + row * 3008 + column * 32) = z_here;
            }
        }
    }
}

/* Tiles `first` to `last` of 32 channels, phase (phase, phase_column): every point's product, then the outputs. */
static void winograd_k4s2_forward_tiles_1x2(size_t first, size_t last, size_t phase, size_t phase_column,
    const float *v, const float *u,
    const float *b, float *y,
    float *sums)
{
    for (size_t point = 0; point < 5; point++)
        for (size_t tile = first, n; tile < last; tile += n) {
            n = 12;
            winograd_k4s2_forward_product_12x32_64(v + point * 784 + (tile - first) * 64, u + point * 2048,
                sums + point * 400 + (tile - first) * 32);
        }
    for (size_t tile = first; tile < last; tile++) {
        const size_t row = (tile / 12) + phase;
        const size_t column = (tile % 12) * 8 + phase_column - 1;
        winograd_k4s2_forward_outputs_1x2(sums + (tile - first) * 32, row, column,
            b, y);
    }
}

/* Units `first` to `last` of one image: a block of tiles by a block of channels of a phase. */
static void winograd_k4s2_forward_units(size_t first, size_t last, const float *x, const float *packed,
    float *y, float *workspace)
{
    for (size_t unit = first; unit < last; unit++) {
        const size_t from = 0, until = 12;
        size_t column = unit % 2;
        if (unit == first || column == 0)
            winograd_k4s2_forward_transform(from, until, x, workspace);
        const size_t target = column;
        winograd_k4s2_forward_tiles_1x2(from, until, target / 2, target % 2, workspace, packed + 32 + target * 10240,
            packed, y, workspace + 3920);
    }
}

/* Units `first` to `last` of the batch; every image has 2. */
static TCONV_NOINLINE void winograd_k4s2_forward_pass(size_t first, size_t last, const float *x,
    const float *packed, float *y, float *workspace)
{
    for (size_t image = first / 2; image * 2 < last; image++) {
        const size_t from = image * 2 < first ? first - image * 2 : 0;
        const size_t to = last - image * 2 < 2 ? last - image * 2 : 2;
        winograd_k4s2_forward_units(from, to, x + image * 3008, packed, y + image * 3008, workspace);
    }
}

/* backward_input: minimal filtering F(1 x 4, 1 x 2) ------------------------------------- */

/* The window of tile (row, column) under 1x2 taps, transformed: v = B d B^T for 32 channels;
 * those of n column phases at once, which lie side by side, where all of them are inside the image. */
static void winograd_k4s2_backward_input_window_1x2(size_t row, size_t column, size_t phase, size_t phase_column, size_t n,
    const float *dz, float *restrict v)
{
    static const float zeros[64];
    const float *d[1][5];
    for (size_t i = 0; i < 1; i++)
        for (size_t j = 0; j < 5; j++) {
            const size_t from_row = row + i + phase;
            const size_t from_column = column * 8 + j * 2 + phase_column - 1;
            const int is_inside = from_row < 1 && from_column < 94;
            d[i][j] = is_inside ? dz + from_row * 3008 + from_column * 32 : zeros;
        }
    for (size_t k = 0; k < n * 32; k += 16) {
        const vec d_0_0 = LOAD(d[0][0] + k);
        const vec d_0_1 = LOAD(d[0][1] + k);
        const vec d_0_2 = LOAD(d[0][2] + k);
        const vec d_0_3 = LOAD(d[0][3] + k);
        const vec d_0_4 = LOAD(d[0][4] + k);
        const vec v_r0_0 = d_0_0 - 2.0f * d_0_1 - d_0_2 + 2.0f * d_0_3;
        const vec v_r0_1 = -d_0_1 + d_0_2 + 2.0f * d_0_3;
        const vec v_r0_2 = d_0_1 - 3.0f * d_0_2 + 2.0f * d_0_3;
        const vec v_r0_3 = -d_0_1 + d_0_3;
        const vec v_r0_4 = d_0_1 - 2.0f * d_0_2 - d_0_3 + 2.0f * d_0_4;
        STORE(v + k) = v_r0_0;
        STORE(v + 784 + k) = v_r0_1;
        STORE(v + 1568 + k) = v_r0_2;
        STORE(v + 2352 + k) = v_r0_3;
        STORE(v + 3136 + k) = v_r0_4;
    }
}


/* Transforms the windows of tiles `first` to `last`. */
static void winograd_k4s2_backward_input_transform(size_t first, size_t last, const float *dz, float *workspace)
{
    for (size_t tile = first; tile < last; tile++) {
        const size_t row = tile / 12, column = tile % 12;
        const size_t from_1x2 = column * 8 - 1;
        const size_t n_1x2 = from_1x2 < 85 ? 2 : 1;
        for (size_t phase = 0; phase < 2; phase += n_1x2)
            winograd_k4s2_backward_input_window_1x2(row, column, phase / 2, phase % 2, n_1x2,
                dz, workspace + (tile - first) * 64 + phase * 32);
    }
}

/* 12 tiles by 32 channels at one point: the sum of v[tile][k] * u[k][channel] over k. */
static TCONV_NOINLINE void winograd_k4s2_backward_input_product_12x32_64(
    const float *restrict v, const float *restrict u, float *restrict sums)
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
    for (size_t k = 0; k < 64; k++) {
        const vec u_0 = LOAD(u + k * 32);
        const vec u_16 = LOAD(u + 16 + k * 32);
        sum_0_0 += u_0 * v[k];
        sum_0_16 += u_16 * v[k];
        sum_1_0 += u_0 * v[64 + k];
        sum_1_16 += u_16 * v[64 + k];
        sum_2_0 += u_0 * v[128 + k];
        sum_2_16 += u_16 * v[128 + k];
        sum_3_0 += u_0 * v[192 + k];
        sum_3_16 += u_16 * v[192 + k];
        sum_4_0 += u_0 * v[256 + k];
        sum_4_16 += u_16 * v[256 + k];
        sum_5_0 += u_0 * v[320 + k];
        sum_5_16 += u_16 * v[320 + k];
        sum_6_0 += u_0 * v[384 + k];
        sum_6_16 += u_16 * v[384 + k];
        sum_7_0 += u_0 * v[448 + k];
        sum_7_16 += u_16 * v[448 + k];
        sum_8_0 += u_0 * v[512 + k];
        sum_8_16 += u_16 * v[512 + k];
        sum_9_0 += u_0 * v[576 + k];
        sum_9_16 += u_16 * v[576 + k];
        sum_10_0 += u_0 * v[640 + k];
        sum_10_16 += u_16 * v[640 + k];
        sum_11_0 += u_0 * v[704 + k];
        sum_11_16 += u_16 * v[704 + k];
    }
    STORE(sums) = sum_0_0;
    STORE(sums + 16) = sum_0_16;
    STORE(sums + 32) = sum_1_0;
    STORE(sums + 48) = sum_1_16;
    STORE(sums + 64) = sum_2_0;
    STORE(sums + 80) = sum_2_16;
    STORE(sums + 96) = sum_3_0;
    STORE(sums + 112) = sum_3_16;
    STORE(sums + 128) = sum_4_0;
    STORE(sums + 144) = sum_4_16;
    STORE(sums + 160) = sum_5_0;
    STORE(sums + 176) = sum_5_16;
    STORE(sums + 192) = sum_6_0;
    STORE(sums + 208) = sum_6_16;
    STORE(sums + 224) = sum_7_0;
    STORE(sums + 240) = sum_7_16;
    STORE(sums + 256) = sum_8_0;
    STORE(sums + 272) = sum_8_16;
    STORE(sums + 288) = sum_9_0;
    STORE(sums + 304) = sum_9_16;
    STORE(sums + 320) = sum_10_0;
    STORE(sums + 336) = sum_10_16;
    STORE(sums + 352) = sum_11_0;
    STORE(sums + 368) = sum_11_16;
}

/* The outputs of a tile from its sums, A m A^T: from position (row, column) on. */
static void winograd_k4s2_backward_input_outputs_1x2(const float *restrict sums, size_t row, size_t column,
    float *restrict dx)
{
    {
        const vec m_0_0 = LOAD(sums);
        const vec m_0_1 = LOAD(sums + 400);
        const vec m_0_2 = LOAD(sums + 800);
        const vec m_0_3 = LOAD(sums + 1200);
        const vec m_0_4 = LOAD(sums + 1600);
        const vec y_r0_0 = m_0_0 + m_0_1 + m_0_2 + m_0_3;
        const vec y_r0_1 = m_0_1 - m_0_2 + 0.5f * m_0_3;
        const vec y_r0_2 = m_0_1 + m_0_2 + 0.25f * m_0_3;
        const vec y_r0_3 = m_0_1 - m_0_2 + 0.125f * m_0_3 + m_0_4;
        if (row < 1) {
            if (column < 47) {
                STORE(dx + row * 3008 + column * 64) = y_r0_0;
            }
            if (column + 1 < 47) {
                STORE(dx + 64 + row * 3008 + column * 64) = y_r0_1;
            }
            if (column + 2 < 47) {
                STORE(dx + 128 + row * 3008 + column * 64) = y_r0_2;
            }
            if (column + 3 < 47) {
                STORE(dx + 192 + row * 3008 + column * 64) = y_r0_3;
            }
        }
    }
    {
        const vec m_0_0 = LOAD(sums + 16);
        const vec m_0_1 = LOAD(sums + 416);
        const vec m_0_2 = LOAD(sums + 816);
        const vec m_0_3 = LOAD(sums + 1216);
        const vec m_0_4 = LOAD(sums + 1616);
        const vec y_r0_0 = m_0_0 + m_0_1 + m_0_2 + m_0_3;
        const vec y_r0_1 = m_0_1 - m_0_2 + 0.5f * m_0_3;
        const vec y_r0_2 = m_0_1 + m_0_2 + 0.25f * m_0_3;
        const vec y_r0_3 = m_0_1 - m_0_2 + 0.125f * m_0_3 + m_0_4;
        if (row < 1) {
            if (column < 47) {
                STORE(dx + 16 + row * 3008 + column * 64) = y_r0_0;
            }
            if (column + 1 < 47) {
                STORE(dx + 80 + row * 3008 + column * 64) = y_r0_1;
            }
            if (column + 2 < 47) {
                STORE(dx + 144 + row * 3008 + column * 64) = y_r0_2;
            }
            if (column + 3 < 47) {
                STORE(dx + 208 + row * 3008 + column * 64) = y_r0_3;
            }
        }
    }
}

/* Tiles `first` to `last` of 32 channels: every point's product, then the outputs. */
static void winograd_k4s2_backward_input_tiles_1x2(size_t first, size_t last,
    const float *v, const float *u,
    float *dx,
    float *sums)
{
    for (size_t point = 0; point < 5; point++)
        for (size_t tile = first, n; tile < last; tile += n) {
            n = 12;
            winograd_k4s2_backward_input_product_12x32_64(v + point * 784 + (tile - first) * 64, u + point * 2048,
                sums + point * 400 + (tile - first) * 32);
        }
    for (size_t tile = first; tile < last; tile++) {
        const size_t row = (tile / 12);
        const size_t column = (tile % 12) * 4;
        winograd_k4s2_backward_input_outputs_1x2(sums + (tile - first) * 32, row, column,
            dx);
    }
}

/* Units `first` to `last` of one image: a block of tiles by a block of channels. */
static void winograd_k4s2_backward_input_units(size_t first, size_t last, const float *dz, const float *packed,
    float *dx, float *workspace)
{
    for (size_t unit = first; unit < last; unit++) {
        const size_t from = 0, until = 12;
        size_t column = unit % 2;
        if (unit == first || column == 0)
            winograd_k4s2_backward_input_transform(from, until, dz, workspace);
        if (column < 2) {
            const size_t block = column;
            winograd_k4s2_backward_input_tiles_1x2(from, until, workspace, packed + 20512 + block * 10240,
                dx + block * 32, workspace + 3920);
        }
    }
}

/* Units `first` to `last` of the batch; every image has 2. */
static TCONV_NOINLINE void winograd_k4s2_backward_input_pass(size_t first, size_t last,
    const float *packed, const float *dy, float *dx, float *workspace)
{
    for (size_t image = first / 2; image * 2 < last; image++) {
        const size_t from = image * 2 < first ? first - image * 2 : 0;
        const size_t to = last - image * 2 < 2 ? last - image * 2 : 2;
        winograd_k4s2_backward_input_units(from, to, dy + image * 3008, packed, dx + image * 3008, workspace);
    }
}

/* backward_weights: minimal filtering F(1 x 3, 1 x 2) ------------------------------ */

/* The window of tile (row, column) under 1x2 taps, transformed: v = B d B^T for 16 channels. */
static void winograd_k4s2_backward_weights_window_1x2(size_t row, size_t column,
    const float *x, float *restrict v)
{
    static const float zeros[16];
    const float *d[1][4];
    for (size_t i = 0; i < 1; i++)
        for (size_t j = 0; j < 4; j++) {
            const size_t from_row = row + i;
            const size_t from_column = column * 3 + j - 1;
            const int is_inside = from_row < 1 && from_column < 47;
            d[i][j] = is_inside ? x + from_row * 3008 + from_column * 64 : zeros;
        }
    for (size_t k = 0; k < 16; k += 16) {
        const vec d_0_0 = LOAD(d[0][0] + k);
        const vec d_0_1 = LOAD(d[0][1] + k);
        const vec d_0_2 = LOAD(d[0][2] + k);
        const vec d_0_3 = LOAD(d[0][3] + k);
        const vec v_r0_0 = -d_0_0 + d_0_2;
        const vec v_r0_1 = d_0_1 + d_0_2;
        const vec v_r0_2 = -d_0_1 + d_0_2;
        const vec v_r0_3 = -d_0_1 + d_0_3;
        STORE(v + k) = v_r0_0;
        STORE(v + 272 + k) = v_r0_1;
        STORE(v + 544 + k) = v_r0_2;
        STORE(v + 816 + k) = v_r0_3;
    }
}

/* The gradients of tile (row, column), transformed: z = A^T dz A for the output channels of panels `first` to `last`. */
static void winograd_k4s2_backward_weights_spread_1x2(size_t row, size_t column, size_t phase, size_t phase_column,
    size_t first, size_t last, const float *dz, float *restrict z)
{
    static const float zeros[32];
    const float *d[1][3];
    for (size_t i = 0; i < 1; i++)
        for (size_t j = 0; j < 3; j++) {
            const size_t from_row = row + i + phase;
            const size_t from_column = column * 6 + j * 2 + phase_column - 1;
            const int is_inside = from_row < 1 && from_column < 94;
            d[i][j] = is_inside ? dz + from_row * 3008 + from_column * 32 : zeros;
        }
    for (size_t panel = first; panel < last; panel++) {
        const vec d_0_0 = LOAD(d[0][0] + panel * 16);
        const vec d_0_1 = LOAD(d[0][1] + panel * 16);
        const vec d_0_2 = LOAD(d[0][2] + panel * 16);
        const vec z_r0_0 = d_0_0 + d_0_2;
        const vec z_r0_1 = z_r0_0 + d_0_1;
        const vec z_r0_2 = z_r0_0 - d_0_1;
        STORE(z + panel * 1088) = d_0_0;
        STORE(z + 272 + panel * 1088) = z_r0_1;
        STORE(z + 544 + panel * 1088) = z_r0_2;
        STORE(z + 816 + panel * 1088) = d_0_2;
    }
}

/* 16 output by 16 input channels at one point: the sum of z[tile][f] * v[tile][c] over n tiles. */
static TCONV_NOINLINE void winograd_k4s2_backward_weights_product(size_t n,
    const float *restrict z, const float *restrict v, float *restrict sums)
{
    vec sum_0_0 = {0.0f};
    vec sum_1_0 = {0.0f};
    vec sum_2_0 = {0.0f};
    vec sum_3_0 = {0.0f};
    vec sum_4_0 = {0.0f};
    vec sum_5_0 = {0.0f};
    vec sum_6_0 = {0.0f};
    vec sum_7_0 = {0.0f};
    vec sum_8_0 = {0.0f};
    vec sum_9_0 = {0.0f};
    vec sum_10_0 = {0.0f};
    vec sum_11_0 = {0.0f};
    vec sum_12_0 = {0.0f};
    vec sum_13_0 = {0.0f};
    vec sum_14_0 = {0.0f};
    vec sum_15_0 = {0.0f};
    for (size_t tile = 0; tile < n; tile++) {
        const vec v_0 = LOAD(v + tile * 16);
        sum_0_0 += v_0 * z[tile * 16];
        sum_1_0 += v_0 * z[1 + tile * 16];
        sum_2_0 += v_0 * z[2 + tile * 16];
        sum_3_0 += v_0 * z[3 + tile * 16];
        sum_4_0 += v_0 * z[4 + tile * 16];
        sum_5_0 += v_0 * z[5 + tile * 16];
        sum_6_0 += v_0 * z[6 + tile * 16];
        sum_7_0 += v_0 * z[7 + tile * 16];
        sum_8_0 += v_0 * z[8 + tile * 16];
        sum_9_0 += v_0 * z[9 + tile * 16];
        sum_10_0 += v_0 * z[10 + tile * 16];
        sum_11_0 += v_0 * z[11 + tile * 16];
        sum_12_0 += v_0 * z[12 + tile * 16];
        sum_13_0 += v_0 * z[13 + tile * 16];
        sum_14_0 += v_0 * z[14 + tile * 16];
        sum_15_0 += v_0 * z[15 + tile * 16];
    }
    STORE(sums) = sum_0_0;
    STORE(sums + 16) = sum_1_0;
    STORE(sums + 32) = sum_2_0;
    STORE(sums + 48) = sum_3_0;
    STORE(sums + 64) = sum_4_0;
    STORE(sums + 80) = sum_5_0;
    STORE(sums + 96) = sum_6_0;
    STORE(sums + 112) = sum_7_0;
    STORE(sums + 128) = sum_8_0;
    STORE(sums + 144) = sum_9_0;
    STORE(sums + 160) = sum_10_0;
    STORE(sums + 176) = sum_11_0;
    STORE(sums + 192) = sum_12_0;
    STORE(sums + 208) = sum_13_0;
    STORE(sums + 224) = sum_14_0;
    STORE(sums + 240) = sum_15_0;
}

/* dw of the taps of the kind's phase (phase, phase_column) from 16 input channels' sums: G^T m G, which `adds` adds to what is there. */
static void winograd_k4s2_backward_weights_gather_1x2(int adds, size_t phase, size_t phase_column,
    const float *restrict sums, float *restrict dw)
{
    const size_t p_0 = phase + (0 - 0);
    const size_t q_0 = phase_column + (1 - 0) * 2;
    const size_t q_1 = phase_column + (1 - 1) * 2;
    {
        const vec m_0_0 = LOAD(sums);
        const vec m_0_1 = LOAD(sums + 272);
        const vec m_0_2 = LOAD(sums + 544);
        const vec m_0_3 = LOAD(sums + 816);
        const vec dw_r0_0 = -m_0_0 + 0.5f * m_0_1 + 0.5f * m_0_2;
        const vec dw_r0_1 = 0.5f * m_0_1 - 0.5f * m_0_2 + m_0_3;
        if (adds) {
            STORE(dw + p_0 * 8192 + q_0 * 2048) += dw_r0_0;
            STORE(dw + p_0 * 8192 + q_1 * 2048) += dw_r0_1;
        } else {
            STORE(dw + p_0 * 8192 + q_0 * 2048) = dw_r0_0;
            STORE(dw + p_0 * 8192 + q_1 * 2048) = dw_r0_1;
        }
    }
}

/* One unit: a block of input channels, 16 output channels, one phase. A column is all but the block; columns
 * go through the output channels of one phase after the other. From this one on, `left` have its panel and phase. */
struct winograd_k4s2_gradient {
    size_t block, kind, phase, f, left;
};

static struct winograd_k4s2_gradient winograd_k4s2_backward_weights_gradient(size_t unit)
{
    const size_t block = unit / 4, column = unit % 4;
    const size_t group = column % 2, f = group * 16;
    const size_t left = 1 - group % 1;
    size_t phase = column / 2;
    return (struct winograd_k4s2_gradient){block, 0, phase, f, left};
}

/* Zeroes what unit `unit` computes. */
static void winograd_k4s2_backward_weights_clear(size_t unit, float *dw)
{
    const struct winograd_k4s2_gradient at = winograd_k4s2_backward_weights_gradient(unit);
    const size_t c = at.block * 16, n = 64 - c < 16 ? 64 - c : 16;
    const size_t rows = 32 - at.f < 16 ? 32 - at.f : 16;
    if (at.kind == 0)
        for (size_t p = 0; p < 1; p++)
            for (size_t q = 0; q < 2; q++)
                for (size_t f = at.f; f < at.f + rows; f++)
                    memset(dw + (((at.phase / 2 + (0 - p)) * 4 + at.phase % 2 + (1 - q) * 2) * 32 + f) * 64 + c, 0, n * sizeof *dw);
}

/* The first unit of a part. Parts have equally many points, of which units of some kinds have more. */
static size_t winograd_k4s2_backward_weights_share(size_t part, size_t parts)
{
    size_t points = tconv_share(64, part, parts);
    size_t before = points / 16 * 4;
    points %= 16;
    if (points < 16)
        return before + (points + 2) / 4;
    points -= 16;
    before += 4;
    return before;
}

/* Units `first` to `last`, of one image, whose dw is added to those of images before. They are numbered so that what parts
 * transform of x is their own: blocks of input channels outermost. */
static void winograd_k4s2_backward_weights_units(size_t first, size_t last, int is_first,
    const float *x, const float *dz, float *dw, float *workspace)
{
    for (size_t from = 0; from < 16; from += 16) {
        const size_t n = 16 - from < 16 ? 16 - from : 16;

        /* under 1x2 taps */
        for (size_t phase = 0; phase < 2; phase++) {
            for (size_t tile = 0; tile < n; tile++)
                winograd_k4s2_backward_weights_spread_1x2((from + tile) / 16, (from + tile) % 16, phase / 2, phase % 2,
                    0, 2, dz, workspace + 1088 + phase * 2176 + tile * 16);
        }
        for (size_t block = 0; block < 4; block++) {
            size_t begin = first > block * 4 ? first - block * 4 : 0;
            size_t end = last < block * 4 ? 0 : last - block * 4 < 4 ? last - block * 4 : 4;
            if (begin >= end)
                continue;
            for (size_t tile = 0; tile < n; tile++)
                winograd_k4s2_backward_weights_window_1x2((from + tile) / 16, (from + tile) % 16, x + block * 16, workspace + tile * 16);
            for (size_t column = begin, n_units; column < end; column += n_units) {
                const struct winograd_k4s2_gradient at = winograd_k4s2_backward_weights_gradient(block * 4 + column);
                n_units = at.left < end - column ? at.left : end - column;
                const size_t rows = 32 - at.f < n_units * 16 ? 32 - at.f : n_units * 16;
                const float *z = workspace + 1088 + at.phase * 2176 + (at.f / 16) * 1088 + at.f % 16;
                for (size_t point = 0; point < 4; point++)
                    for (size_t i = 0; i < n_units; i++)
                        winograd_k4s2_backward_weights_product(n, z + point * 272 + i * 16, workspace + point * 272,
                            workspace + 5440 + point * 272 + i * 256);
                for (size_t m = 0; m < rows; m++)
                    winograd_k4s2_backward_weights_gather_1x2(!is_first || from > 0, at.phase / 2, at.phase % 2,
                        workspace + 5440 + m * 16, dw + (at.f + m) * 64 + block * 16);
            }
        }
    }
}

/* backward_bias: db[f] is the sum of dz over all positions ---------------------------------- */

/* Zeroes units `first` to `last`, of 16 channels each. */
static void winograd_k4s2_backward_bias_clear(size_t first, size_t last, float *db)
{
    for (size_t f = first * 16; f < last * 16 && f < 32; f++)
        db[f] = 0.0f;
}

/* Adds the rows from `top` up to `bottom` of one image to units `first` to `last`. */
static void winograd_k4s2_backward_bias_rows(size_t first, size_t last, size_t top, size_t bottom,
    const float *restrict dz, float *restrict db)
{
    for (size_t i = top; i < bottom && first < last; i++)
        for (size_t j = 0; j < 94; j++) {
            for (size_t unit = first; unit < last; unit++)
                for (size_t f = 0; f < 16; f++)
                    db[unit * 16 + f] += dz[i * 3008 + j * 32 + unit * 16 + f];
        }
}

/* Units `first` to `last` of 16, summed over the whole batch. */
/* With db also units `bias` to `bias_last` of 2 of the bias, while dz is in the cache. */
static TCONV_NOINLINE void winograd_k4s2_backward_weights_pass(size_t first, size_t last, size_t batch,
    const float *x, const float *dy, float *dw,
    size_t bias, size_t bias_last, float *db, float *workspace)
{
    for (size_t unit = first; batch == 0 && unit < last; unit++)
        winograd_k4s2_backward_weights_clear(unit, dw);
    if (db != NULL)
        winograd_k4s2_backward_bias_clear(bias, bias_last, db);
    for (size_t image = 0; image < batch && (first < last || (db != NULL && bias < bias_last)); image++) {
        if (first < last)
            winograd_k4s2_backward_weights_units(first, last, image == 0, x + image * 3008, dy + image * 3008, dw, workspace);
        if (db != NULL)
            winograd_k4s2_backward_bias_rows(bias, bias_last, 0, 1, dy + image * 3008, db);
    }
}

/* Units `first` to `last` of 2, summed over the whole batch. */
static TCONV_NOINLINE void winograd_k4s2_backward_bias_pass(size_t first, size_t last, size_t batch,
    const float *dy, float *db, float *workspace)
{
    (void)workspace;
    winograd_k4s2_backward_bias_clear(first, last, db);
    for (size_t image = 0; image < batch && first < last; image++) {
        winograd_k4s2_backward_bias_rows(first, last, 0, 1, dy + image * 3008, db);
    }
}

/* By table ---------------------------------------------------------------------------------- */

static void winograd_k4s2_table_pack(const void *w, const void *b, void *packed)
{
    winograd_k4s2_pack(w, b, packed);
}

static void winograd_k4s2_table_forward(size_t part, size_t parts, size_t batch, const void *x,
    const void *packed, void *y, void *workspace)
{
    const size_t first = tconv_share(batch * 2, part, parts);
    const size_t last = tconv_share(batch * 2, part + 1, parts);
    winograd_k4s2_forward_pass(first, last, x, packed, y, workspace);
}

static void winograd_k4s2_table_forward_train(size_t part, size_t parts, size_t batch, const void *x,
    const void *packed, void *y, void *saved, void *workspace)
{
    (void)saved;
    const size_t first = tconv_share(batch * 2, part, parts);
    const size_t last = tconv_share(batch * 2, part + 1, parts);
    winograd_k4s2_forward_pass(first, last, x, packed, y, workspace);
}

static void winograd_k4s2_table_backward(size_t part, size_t parts, size_t batch, const void *x,
    const void *packed, const void *y, const void *saved, const void *dy, void *dx, void *dw,
    void *db, void *workspace)
{
    (void)y;
    (void)saved;
    if (dx != NULL)
        winograd_k4s2_backward_input_pass(tconv_share(batch * 2, part, parts),
            tconv_share(batch * 2, part + 1, parts), packed, dy, dx, workspace);
    if (dw != NULL)
        winograd_k4s2_backward_weights_pass(winograd_k4s2_backward_weights_share(part, parts),
            winograd_k4s2_backward_weights_share(part + 1, parts), batch, x, dy, dw, tconv_share(2, part, parts), tconv_share(2, part + 1, parts), db, workspace);
    else if (db != NULL)
        winograd_k4s2_backward_bias_pass(tconv_share(2, part, parts),
            tconv_share(2, part + 1, parts), batch, dy, db, workspace);
}

const struct tconv_kernel winograd_k4s2_kernel = {
    .abi = TCONV_ABI,
    .name = "winograd_k4s2",
    .layer = {.type = TCONV_FLOAT32,
              .channels_first = 0,
              .in_c = 64,
              .out_c = 32,
              .axis = {{.in = 1, .out = 1, .kernel = 1, .stride = 1, .dilation = 1, .crop = 0},
                       {.in = 47, .out = 94, .kernel = 4, .stride = 2, .dilation = 1, .crop = 1}},
              .use_bias = 1,
              .activation = {.function = TCONV_LINEAR,
                             .slope = 0.0,
                             .ceiling = (double)INFINITY,
                             .threshold = 0.0}},
    .rounding = {{14.3333, {0, 4}, 0},
                 {14.3333, {0, 4}, 0},
                 {8, {0, 3}, 0}},
    .packed_bytes = WINOGRAD_K4S2_PACKED_BYTES,
    .saved_bytes = WINOGRAD_K4S2_SAVED_BYTES,
    .workspace_bytes = WINOGRAD_K4S2_WORKSPACE_BYTES,
    .pack = winograd_k4s2_table_pack,
    .forward = winograd_k4s2_table_forward,
    .forward_train = winograd_k4s2_table_forward_train,
    .backward = winograd_k4s2_table_backward,
    .config = "{\"module\": \"keras.layers\", \"class_name\": \"Conv2DTranspose\", \"config\": {\""
              "name\": \"winograd_k4s2\", \"trainable\": true, \"dtype\": {\"module\": \"keras\", "
              "\"class_name\": \"DTypePolicy\", \"config\": {\"name\": \"float32\"}, \"registered_"
              "name\": null}, \"filters\": 32, \"kernel_size\": [1, 4], \"strides\": [1, 2], \""
              "padding\": \"same\", \"output_padding\": null, \"data_format\": \"channels_last\""
              ", \"dilation_rate\": [1, 1], \"activation\": \"linear\", \"use_bias\": true, \"ke"
              "rnel_initializer\": {\"module\": \"keras.initializers\", \"class_name\": \"Gloro"
              "tUniform\", \"config\": {\"seed\": null, \"input_axes\": null, \"output_axes\": n"
              "ull}, \"registered_name\": null}, \"bias_initializer\": {\"module\": \"keras.in"
              "itializers\", \"class_name\": \"Zeros\", \"config\": {}, \"registered_name\": nul"
              "l}, \"kernel_regularizer\": null, \"bias_regularizer\": null, \"activity_regu"
              "larizer\": null, \"kernel_constraint\": null, \"bias_constraint\": null}, \"re"
              "gistered_name\": null, \"build_config\": {\"input_shape\": [null, 1, 47, 64]}"
              "}"
};

void winograd_k4s2_forward(
    size_t batch, const float *x, const void *packed, float *y, void *workspace)
{
    winograd_k4s2_table_forward(0, 1, batch, x, packed, y, workspace);
}

void winograd_k4s2_forward_train(size_t batch, const float *x, const void *packed, float *y,
    void *saved, void *workspace)
{
    winograd_k4s2_table_forward_train(0, 1, batch, x, packed, y, saved, workspace);
}

void winograd_k4s2_backward(size_t batch, const float *x, const void *packed, const float *y,
    const void *saved, const float *dy, float *dx, float *dw, float *db, void *workspace)
{
    winograd_k4s2_table_backward(0, 1, batch, x, packed, y, saved, dy, dx, dw, db, workspace);
}

#if defined(__clang__)
#pragma clang attribute pop
#endif
