/*
 * looped_k4s2.c: the Conv2DTranspose layer "looped_k4s2" for one shape, emitted by tconv.
 *
 *   x [batch][1][47][24]  ->  y [batch][1][94][18], float
 *   w [1][4][18][24], padding "same", activation relu
 *
 * Identity. Per axis, input i and tap t meet output o = i*stride + t*dilation - crop:
 *   rows     stride 1, dilation 1, crop 0
 *   columns  stride 2, dilation 1, crop 1
 * and z[o][o'][f] = b[f] + sum over meeting (i, t), (i', t') and c of x[i][i'][c] * w[t][t'][f][c],
 * y = relu(z). The backward passes are its derivatives.
 *
 * Plan, target portable:
 *   forward          winograd, tiles of 4 x 18, about 2,697 bytes of code
 *   backward_input   winograd, tiles of 4 x 24, about 2,697 bytes of code
 *   backward_weights winograd, tiles of 4 x 24, about 4,001 bytes of code
 * Cost of one image and pass: 80,352 multiply-adds;
 *   bytes of x 4,512, y 6,768, w 6,912
 *
 * Compile with: -O3 -fno-trapping-math -fno-math-errno
 * Made again by: tconv gen CONFIG.json --name looped_k4s2 --input-shape 1,47,24
 *     --target portable --unroll auto
 * Config digest (FNV-1a): cce1b17cedac3b64
 *
 * This file belongs to whoever emitted it; tconv claims no right in it.
 */
#include "looped_k4s2.h"

#include <math.h>
#include <string.h>

/* relu */
#define TCONV_BITS 32
#include "tconv_plain.h"

/*
 * Packed: the bias; then w by blocks of 18 output channels, [block][tap][tap][in][out];
 * then w by blocks of 24 input channels, [block][tap][tap][out][in], for the gradient of x.
 */
void looped_k4s2_pack(const float *w, const float *b, void *packed)
{
    float *to = packed;
    memset(to, 0, LOOPED_K4S2_PACKED_BYTES);
    memcpy(to, b, 18 * sizeof *b);
    {   /* F(1 x 4, 1 x 2) for forward: u = G g G^T of every phase's taps */
        static const double g_rows[1][1] = {{1}};
        static const double g_columns[5][2] = {{1, 0}, {1.0 / 2, 1.0 / 2}, {-1.0 / 6, 1.0 / 6}, {-8.0 / 3, -4.0 / 3}, {0, 1.0 / 2}};
        for (size_t phase = 0; phase < 2; phase++)
            for (size_t i = 0; i < 1; i++)
                for (size_t j = 0; j < 5; j++)
                    for (size_t f = 0; f < 18; f++)
                        for (size_t c = 0; c < 24; c++) {
                            double u = 0;
                            for (size_t p = 0; p < 1; p++)
                                for (size_t q = 0; q < 2; q++)
                                    u += g_rows[i][p] * g_columns[j][q] *
                                        (double)w[(((phase / 2 + (0 - p)) * 4 + phase % 2 + (1 - q) * 2) * 18 + f) * 24 + c];
                            to[32 + phase * 2160 + (i * 5 + j) * 432 + c * 18 + f] = (float)u;
                        }
    }
    {   /* F(1 x 4, 1 x 2) for backward_input: u = G g G^T of every phase's taps */
        static const double g_rows[1][1] = {{1}};
        static const double g_columns[5][2] = {{1, 0}, {1.0 / 2, 1.0 / 2}, {-1.0 / 6, 1.0 / 6}, {-8.0 / 3, -4.0 / 3}, {0, 1.0 / 2}};
        for (size_t phase = 0; phase < 2; phase++)
            for (size_t i = 0; i < 1; i++)
                for (size_t j = 0; j < 5; j++)
                    for (size_t f = 0; f < 18; f++)
                        for (size_t c = 0; c < 24; c++) {
                            double u = 0;
                            for (size_t p = 0; p < 1; p++)
                                for (size_t q = 0; q < 2; q++)
                                    u += g_rows[i][p] * g_columns[j][q] *
                                        (double)w[(((phase / 2 + p) * 4 + phase % 2 + q * 2) * 18 + f) * 24 + c];
                            to[4352 + (i * 5 + j) * 864 + f * 24 + phase * 432 + c] = (float)u;
                        }
    }
}

/* forward: minimal filtering F(1 x 4, 1 x 2) ------------------------------------- */

/* The window of tile (row, column) under 1x2 taps, transformed: v = B d B^T for 24 channels. */
static void looped_k4s2_forward_window_1x2(size_t row, size_t column,
    const float *x, float *restrict v)
{
    static const float zeros[24];
    const float *d[1][5];
    for (size_t i = 0; i < 1; i++)
        for (size_t j = 0; j < 5; j++) {
            const size_t from_row = row + i;
            const size_t from_column = column * 4 + j - 1;
            const int is_inside = from_row < 1 && from_column < 47;
            d[i][j] = is_inside ? x + from_row * 1128 + from_column * 24 : zeros;
        }
    for (size_t k = 0; k < 24; k++) {
        const float d_0_0 = d[0][0][k];
        const float d_0_1 = d[0][1][k];
        const float d_0_2 = d[0][2][k];
        const float d_0_3 = d[0][3][k];
        const float d_0_4 = d[0][4][k];
        const float v_r0_0 = d_0_0 - 2.0f * d_0_1 - d_0_2 + 2.0f * d_0_3;
        const float v_r0_1 = -d_0_1 + d_0_2 + 2.0f * d_0_3;
        const float v_r0_2 = d_0_1 - 3.0f * d_0_2 + 2.0f * d_0_3;
        const float v_r0_3 = -d_0_1 + d_0_3;
        const float v_r0_4 = d_0_1 - 2.0f * d_0_2 - d_0_3 + 2.0f * d_0_4;
        v[k] = v_r0_0;
        v[304 + k] = v_r0_1;
        v[608 + k] = v_r0_2;
        v[912 + k] = v_r0_3;
        v[1216 + k] = v_r0_4;
    }
}


/* Transforms the windows of tiles `first` to `last`. */
static void looped_k4s2_forward_transform(size_t first, size_t last, const float *x, float *workspace)
{
    for (size_t tile = first; tile < last; tile++) {
        const size_t row = tile / 12, column = tile % 12;
        looped_k4s2_forward_window_1x2(row, column, x, workspace + (tile - first) * 24);
    }
}

/* 4 tiles by 18 channels at one point: the sum of v[tile][k] * u[k][channel] over k. */
static TCONV_NOINLINE void looped_k4s2_forward_product_4x18_24(
    const float *restrict v, const float *restrict u, float *restrict sums)
{
    {
        const float v_0_0 = v[0];
        const float v_0_1 = v[1];
        const float v_0_2 = v[2];
        const float v_0_3 = v[3];
        const float v_1_0 = v[24];
        const float v_1_1 = v[25];
        const float v_1_2 = v[26];
        const float v_1_3 = v[27];
        const float v_2_0 = v[48];
        const float v_2_1 = v[49];
        const float v_2_2 = v[50];
        const float v_2_3 = v[51];
        const float v_3_0 = v[72];
        const float v_3_1 = v[73];
        const float v_3_2 = v[74];
        const float v_3_3 = v[75];
        for (size_t l = 0; l < 18; l++) {
            const float u_0 = u[l];
            const float u_1 = u[18 + l];
            const float u_2 = u[36 + l];
            const float u_3 = u[54 + l];
            sums[l] = u_0 * v_0_0 + u_1 * v_0_1 + u_2 * v_0_2 + u_3 * v_0_3;
            sums[18 + l] = u_0 * v_1_0 + u_1 * v_1_1 + u_2 * v_1_2 + u_3 * v_1_3;
            sums[36 + l] = u_0 * v_2_0 + u_1 * v_2_1 + u_2 * v_2_2 + u_3 * v_2_3;
            sums[54 + l] = u_0 * v_3_0 + u_1 * v_3_1 + u_2 * v_3_2 + u_3 * v_3_3;
        }
    }
    for (size_t k = 4; k < 24; k += 4) {
        const float v_0_0 = v[k];
        const float v_0_1 = v[1 + k];
        const float v_0_2 = v[2 + k];
        const float v_0_3 = v[3 + k];
        const float v_1_0 = v[24 + k];
        const float v_1_1 = v[25 + k];
        const float v_1_2 = v[26 + k];
        const float v_1_3 = v[27 + k];
        const float v_2_0 = v[48 + k];
        const float v_2_1 = v[49 + k];
        const float v_2_2 = v[50 + k];
        const float v_2_3 = v[51 + k];
        const float v_3_0 = v[72 + k];
        const float v_3_1 = v[73 + k];
        const float v_3_2 = v[74 + k];
        const float v_3_3 = v[75 + k];
        for (size_t l = 0; l < 18; l++) {
            const float u_0 = u[k * 18 + l];
            const float u_1 = u[18 + k * 18 + l];
            const float u_2 = u[36 + k * 18 + l];
            const float u_3 = u[54 + k * 18 + l];
            sums[l] += u_0 * v_0_0 + u_1 * v_0_1 + u_2 * v_0_2 + u_3 * v_0_3;
            sums[18 + l] += u_0 * v_1_0 + u_1 * v_1_1 + u_2 * v_1_2 + u_3 * v_1_3;
            sums[36 + l] += u_0 * v_2_0 + u_1 * v_2_1 + u_2 * v_2_2 + u_3 * v_2_3;
            sums[54 + l] += u_0 * v_3_0 + u_1 * v_3_1 + u_2 * v_3_2 + u_3 * v_3_3;
        }
    }
}

/* The outputs of a tile from its sums, A m A^T: from position (row, column) on. */
static void looped_k4s2_forward_outputs_1x2(const float *restrict sums, size_t row, size_t column,
    const float *restrict b, float *restrict y)
{
    float tile[4][18];
    for (size_t l = 0; l < 18; l++) {
        const float m_0_0 = sums[l];
        const float m_0_1 = sums[240 + l];
        const float m_0_2 = sums[480 + l];
        const float m_0_3 = sums[720 + l];
        const float m_0_4 = sums[960 + l];
        const float y_r0_0 = m_0_0 + m_0_1 + m_0_2 + m_0_3;
        const float y_r0_1 = m_0_1 - m_0_2 + 0.5f * m_0_3;
        const float y_r0_2 = m_0_1 + m_0_2 + 0.25f * m_0_3;
        const float y_r0_3 = m_0_1 - m_0_2 + 0.125f * m_0_3 + m_0_4;
        tile[0][l] = y_r0_0 + b[l];
        tile[1][l] = y_r0_1 + b[l];
        tile[2][l] = y_r0_2 + b[l];
        tile[3][l] = y_r0_3 + b[l];
    }
    for (size_t i = 0; i < 4; i++) {
        const size_t to_row = row + (i / 4);
        const size_t to_column = column + (i % 4) * 2;
        if (to_row >= 1 || to_column >= 94)
            continue;
        float *to = y + to_row * 1692 + to_column * 18;
        for (size_t l = 0; l < 18; l++) {
            to[l] = tconv_relu_f32(tile[i][l], 0.0f, INFINITY, 0.0f);
        }
    }
}

/* Tiles `first` to `last` of 18 channels, phase (phase, phase_column): every point's product, then the outputs. */
static void looped_k4s2_forward_tiles_1x2(size_t first, size_t last, size_t phase, size_t phase_column,
    const float *v, const float *u,
    const float *b, float *y,
    float *sums)
{
    for (size_t point = 0; point < 5; point++)
        for (size_t tile = first, n; tile < last; tile += n) {
            n = 4;
            looped_k4s2_forward_product_4x18_24(v + point * 304 + (tile - first) * 24, u + point * 432,
                sums + point * 240 + (tile - first) * 18);
        }
    for (size_t tile = first; tile < last; tile++) {
        const size_t row = (tile / 12) + phase;
        const size_t column = (tile % 12) * 8 + phase_column - 1;
        looped_k4s2_forward_outputs_1x2(sums + (tile - first) * 18, row, column,
            b, y);
    }
}

/* Units `first` to `last` of one image: a block of tiles by a block of channels of a phase. */
static void looped_k4s2_forward_units(size_t first, size_t last, const float *x, const float *packed,
    float *y, float *workspace)
{
    for (size_t unit = first; unit < last; unit++) {
        const size_t from = 0, until = 12;
        size_t column = unit % 2;
        if (unit == first || column == 0)
            looped_k4s2_forward_transform(from, until, x, workspace);
        const size_t target = column;
        looped_k4s2_forward_tiles_1x2(from, until, target / 2, target % 2, workspace, packed + 32 + target * 2160,
            packed, y, workspace + 1520);
    }
}

/* Units `first` to `last` of the batch; every image has 2. */
static TCONV_NOINLINE void looped_k4s2_forward_pass(size_t first, size_t last, const float *x,
    const float *packed, float *y, float *workspace)
{
    for (size_t image = first / 2; image * 2 < last; image++) {
        const size_t from = image * 2 < first ? first - image * 2 : 0;
        const size_t to = last - image * 2 < 2 ? last - image * 2 : 2;
        looped_k4s2_forward_units(from, to, x + image * 1128, packed, y + image * 1692, workspace);
    }
}

/* backward_input: minimal filtering F(1 x 4, 1 x 2) ------------------------------------- */

/* The window of tile (row, column) under 1x2 taps, transformed: v = B d B^T for 18 channels;
 * those of n column phases at once, which lie side by side, where all of them are inside the image. */
static void looped_k4s2_backward_input_window_1x2(size_t row, size_t column, size_t phase, size_t phase_column, size_t n,
    const float *dz, float *restrict v)
{
    static const float zeros[36];
    const float *d[1][5];
    for (size_t i = 0; i < 1; i++)
        for (size_t j = 0; j < 5; j++) {
            const size_t from_row = row + i + phase;
            const size_t from_column = column * 8 + j * 2 + phase_column - 1;
            const int is_inside = from_row < 1 && from_column < 94;
            d[i][j] = is_inside ? dz + from_row * 1692 + from_column * 18 : zeros;
        }
    for (size_t k = 0; k < n * 18; k++) {
        const float d_0_0 = d[0][0][k];
        const float d_0_1 = d[0][1][k];
        const float d_0_2 = d[0][2][k];
        const float d_0_3 = d[0][3][k];
        const float d_0_4 = d[0][4][k];
        const float v_r0_0 = d_0_0 - 2.0f * d_0_1 - d_0_2 + 2.0f * d_0_3;
        const float v_r0_1 = -d_0_1 + d_0_2 + 2.0f * d_0_3;
        const float v_r0_2 = d_0_1 - 3.0f * d_0_2 + 2.0f * d_0_3;
        const float v_r0_3 = -d_0_1 + d_0_3;
        const float v_r0_4 = d_0_1 - 2.0f * d_0_2 - d_0_3 + 2.0f * d_0_4;
        v[k] = v_r0_0;
        v[432 + k] = v_r0_1;
        v[864 + k] = v_r0_2;
        v[1296 + k] = v_r0_3;
        v[1728 + k] = v_r0_4;
    }
}


/* Transforms the windows of tiles `first` to `last`. */
static void looped_k4s2_backward_input_transform(size_t first, size_t last, const float *dz, float *workspace)
{
    for (size_t tile = first; tile < last; tile++) {
        const size_t row = tile / 12, column = tile % 12;
        const size_t from_1x2 = column * 8 - 1;
        const size_t n_1x2 = from_1x2 < 85 ? 2 : 1;
        for (size_t phase = 0; phase < 2; phase += n_1x2)
            looped_k4s2_backward_input_window_1x2(row, column, phase / 2, phase % 2, n_1x2,
                dz, workspace + 1696 + (tile - first) * 36 + phase * 18);
    }
}

/* 4 tiles by 24 channels at one point: the sum of v[tile][k] * u[k][channel] over k. */
static TCONV_NOINLINE void looped_k4s2_backward_input_product_4x24_36(
    const float *restrict v, const float *restrict u, float *restrict sums)
{
    {
        const float v_0_0 = v[0];
        const float v_0_1 = v[1];
        const float v_0_2 = v[2];
        const float v_0_3 = v[3];
        const float v_1_0 = v[36];
        const float v_1_1 = v[37];
        const float v_1_2 = v[38];
        const float v_1_3 = v[39];
        const float v_2_0 = v[72];
        const float v_2_1 = v[73];
        const float v_2_2 = v[74];
        const float v_2_3 = v[75];
        const float v_3_0 = v[108];
        const float v_3_1 = v[109];
        const float v_3_2 = v[110];
        const float v_3_3 = v[111];
        for (size_t l = 0; l < 24; l++) {
            const float u_0 = u[l];
            const float u_1 = u[24 + l];
            const float u_2 = u[48 + l];
            const float u_3 = u[72 + l];
            sums[l] = u_0 * v_0_0 + u_1 * v_0_1 + u_2 * v_0_2 + u_3 * v_0_3;
            sums[24 + l] = u_0 * v_1_0 + u_1 * v_1_1 + u_2 * v_1_2 + u_3 * v_1_3;
            sums[48 + l] = u_0 * v_2_0 + u_1 * v_2_1 + u_2 * v_2_2 + u_3 * v_2_3;
            sums[72 + l] = u_0 * v_3_0 + u_1 * v_3_1 + u_2 * v_3_2 + u_3 * v_3_3;
        }
    }
    for (size_t k = 4; k < 36; k += 4) {
        const float v_0_0 = v[k];
        const float v_0_1 = v[1 + k];
        const float v_0_2 = v[2 + k];
        const float v_0_3 = v[3 + k];
        const float v_1_0 = v[36 + k];
        const float v_1_1 = v[37 + k];
        const float v_1_2 = v[38 + k];
        const float v_1_3 = v[39 + k];
        const float v_2_0 = v[72 + k];
        const float v_2_1 = v[73 + k];
        const float v_2_2 = v[74 + k];
        const float v_2_3 = v[75 + k];
        const float v_3_0 = v[108 + k];
        const float v_3_1 = v[109 + k];
        const float v_3_2 = v[110 + k];
        const float v_3_3 = v[111 + k];
        for (size_t l = 0; l < 24; l++) {
            const float u_0 = u[k * 24 + l];
            const float u_1 = u[24 + k * 24 + l];
            const float u_2 = u[48 + k * 24 + l];
            const float u_3 = u[72 + k * 24 + l];
            sums[l] += u_0 * v_0_0 + u_1 * v_0_1 + u_2 * v_0_2 + u_3 * v_0_3;
            sums[24 + l] += u_0 * v_1_0 + u_1 * v_1_1 + u_2 * v_1_2 + u_3 * v_1_3;
            sums[48 + l] += u_0 * v_2_0 + u_1 * v_2_1 + u_2 * v_2_2 + u_3 * v_2_3;
            sums[72 + l] += u_0 * v_3_0 + u_1 * v_3_1 + u_2 * v_3_2 + u_3 * v_3_3;
        }
    }
}

/* The outputs of a tile from its sums, A m A^T: from position (row, column) on. */
static void looped_k4s2_backward_input_outputs_1x2(const float *restrict sums, size_t row, size_t column,
    float *restrict dx)
{
    float tile[4][24];
    for (size_t l = 0; l < 24; l++) {
        const float m_0_0 = sums[l];
        const float m_0_1 = sums[304 + l];
        const float m_0_2 = sums[608 + l];
        const float m_0_3 = sums[912 + l];
        const float m_0_4 = sums[1216 + l];
        const float y_r0_0 = m_0_0 + m_0_1 + m_0_2 + m_0_3;
        const float y_r0_1 = m_0_1 - m_0_2 + 0.5f * m_0_3;
        const float y_r0_2 = m_0_1 + m_0_2 + 0.25f * m_0_3;
        const float y_r0_3 = m_0_1 - m_0_2 + 0.125f * m_0_3 + m_0_4;
        tile[0][l] = y_r0_0;
        tile[1][l] = y_r0_1;
        tile[2][l] = y_r0_2;
        tile[3][l] = y_r0_3;
    }
    for (size_t i = 0; i < 4; i++) {
        const size_t to_row = row + (i / 4);
        const size_t to_column = column + (i % 4);
        if (to_row >= 1 || to_column >= 47)
            continue;
        float *to = dx + to_row * 1128 + to_column * 24;
        for (size_t l = 0; l < 24; l++) {
            to[l] = tile[i][l];
        }
    }
}

/* Tiles `first` to `last` of 24 channels: every point's product, then the outputs. */
static void looped_k4s2_backward_input_tiles_1x2(size_t first, size_t last,
    const float *v, const float *u,
    float *dx,
    float *sums)
{
    for (size_t point = 0; point < 5; point++)
        for (size_t tile = first, n; tile < last; tile += n) {
            n = 4;
            looped_k4s2_backward_input_product_4x24_36(v + point * 432 + (tile - first) * 36, u + point * 864,
                sums + point * 304 + (tile - first) * 24);
        }
    for (size_t tile = first; tile < last; tile++) {
        const size_t row = (tile / 12);
        const size_t column = (tile % 12) * 4;
        looped_k4s2_backward_input_outputs_1x2(sums + (tile - first) * 24, row, column,
            dx);
    }
}

/* Units `first` to `last` of one image: a block of tiles by a block of channels. */
static void looped_k4s2_backward_input_units(size_t first, size_t last, const float *dz, const float *packed,
    float *dx, float *workspace)
{
    for (size_t unit = first; unit < last; unit++) {
        const size_t from = 0, until = 12;
        size_t column = unit % 1;
        if (unit == first || column == 0)
            looped_k4s2_backward_input_transform(from, until, dz, workspace);
        if (column < 1) {
            looped_k4s2_backward_input_tiles_1x2(from, until, workspace + 1696, packed + 4352,
                dx, workspace + 3856);
        }
    }
}

/* dz = dy * dy/dz, one part. */
static inline void looped_k4s2_backward_input_dz(
    const float *restrict dy, const float *restrict y, float *restrict dz)
{
    dz[0] = dy[0] * tconv_relu_slope_f32(y[0], 0.0f, INFINITY, 0.0f);
}

/* One image of dz = dy * dy/dz, by pixels. */
static void looped_k4s2_backward_input_stage_dz(
    const float *restrict dy, const float *restrict y, float *restrict dz)
{
    for (size_t i = 0; i < 1692; i++)
        looped_k4s2_backward_input_dz(dy + i, y + i, dz + i);
}

/* Units `first` to `last` of the batch; every image has 1. */
static TCONV_NOINLINE void looped_k4s2_backward_input_pass(size_t first, size_t last,
    const float *packed, const float *restrict y, const float *dy, float *dx, float *workspace)
{
    for (size_t image = first / 1; image * 1 < last; image++) {
        const size_t from = image * 1 < first ? first - image * 1 : 0;
        const size_t to = last - image * 1 < 1 ? last - image * 1 : 1;
        looped_k4s2_backward_input_stage_dz(dy + image * 1692, y + image * 1692, workspace);
        looped_k4s2_backward_input_units(from, to, workspace, packed, dx + image * 1128, workspace);
    }
}

/* backward_weights: minimal filtering F(1 x 3, 1 x 2) ------------------------------ */

/* The window of tile (row, column) under 1x2 taps, transformed: v = B d B^T for 24 channels. */
static void looped_k4s2_backward_weights_window_1x2(size_t row, size_t column,
    const float *x, float *restrict v)
{
    static const float zeros[24];
    const float *d[1][4];
    for (size_t i = 0; i < 1; i++)
        for (size_t j = 0; j < 4; j++) {
            const size_t from_row = row + i;
            const size_t from_column = column * 3 + j - 1;
            const int is_inside = from_row < 1 && from_column < 47;
            d[i][j] = is_inside ? x + from_row * 1128 + from_column * 24 : zeros;
        }
    for (size_t k = 0; k < 24; k++) {
        const float d_0_0 = d[0][0][k];
        const float d_0_1 = d[0][1][k];
        const float d_0_2 = d[0][2][k];
        const float d_0_3 = d[0][3][k];
        const float v_r0_0 = -d_0_0 + d_0_2;
        const float v_r0_1 = d_0_1 + d_0_2;
        const float v_r0_2 = -d_0_1 + d_0_2;
        const float v_r0_3 = -d_0_1 + d_0_3;
        v[k] = v_r0_0;
        v[400 + k] = v_r0_1;
        v[800 + k] = v_r0_2;
        v[1200 + k] = v_r0_3;
    }
}

/* The gradients of tile (row, column), transformed: z = A^T dz A for the output channels of panels `first` to `last`. */
static void looped_k4s2_backward_weights_spread_1x2(size_t row, size_t column, size_t phase, size_t phase_column,
    size_t first, size_t last, const float *dz, float *restrict z)
{
    static const float zeros[18];
    const float *d[1][3];
    for (size_t i = 0; i < 1; i++)
        for (size_t j = 0; j < 3; j++) {
            const size_t from_row = row + i + phase;
            const size_t from_column = column * 6 + j * 2 + phase_column - 1;
            const int is_inside = from_row < 1 && from_column < 94;
            d[i][j] = is_inside ? dz + from_row * 1692 + from_column * 18 : zeros;
        }
    for (size_t panel = first; panel < last && panel < 1; panel++) {
        for (size_t l = 0; l < 16; l++) {
            const float d_0_0 = d[0][0][panel * 16 + l];
            const float d_0_1 = d[0][1][panel * 16 + l];
            const float d_0_2 = d[0][2][panel * 16 + l];
            const float z_r0_0 = d_0_0 + d_0_2;
            const float z_r0_1 = z_r0_0 + d_0_1;
            const float z_r0_2 = z_r0_0 - d_0_1;
            z[panel * 1088 + l] = d_0_0;
            z[272 + panel * 1088 + l] = z_r0_1;
            z[544 + panel * 1088 + l] = z_r0_2;
            z[816 + panel * 1088 + l] = d_0_2;
        }
    }
    if (last > 1) {
        for (size_t l = 0; l < 2; l++) {
            const float d_0_0 = d[0][0][16 + l];
            const float d_0_1 = d[0][1][16 + l];
            const float d_0_2 = d[0][2][16 + l];
            const float z_r0_0 = d_0_0 + d_0_2;
            const float z_r0_1 = z_r0_0 + d_0_1;
            const float z_r0_2 = z_r0_0 - d_0_1;
            z[1088 + l] = d_0_0;
            z[1360 + l] = z_r0_1;
            z[1632 + l] = z_r0_2;
            z[1904 + l] = d_0_2;
        }
        for (size_t point = 0; point < 4; point++)
            memset(z + 1090 + point * 272, 0, 14 * sizeof *z);
    }
}

/* 4 output by 24 input channels at one point: the sum of z[tile][f] * v[tile][c] over n tiles. */
static TCONV_NOINLINE void looped_k4s2_backward_weights_product(size_t n,
    const float *restrict z, const float *restrict v, float *restrict sums)
{
    {
        const float z_0_0 = z[0];
        const float z_0_1 = z[16];
        const float z_0_2 = z[32];
        const float z_0_3 = z[48];
        const float z_1_0 = z[1];
        const float z_1_1 = z[17];
        const float z_1_2 = z[33];
        const float z_1_3 = z[49];
        const float z_2_0 = z[2];
        const float z_2_1 = z[18];
        const float z_2_2 = z[34];
        const float z_2_3 = z[50];
        const float z_3_0 = z[3];
        const float z_3_1 = z[19];
        const float z_3_2 = z[35];
        const float z_3_3 = z[51];
        for (size_t l = 0; l < 24; l++) {
            const float v_0 = v[l];
            const float v_1 = v[24 + l];
            const float v_2 = v[48 + l];
            const float v_3 = v[72 + l];
            sums[l] = v_0 * z_0_0 + v_1 * z_0_1 + v_2 * z_0_2 + v_3 * z_0_3;
            sums[24 + l] = v_0 * z_1_0 + v_1 * z_1_1 + v_2 * z_1_2 + v_3 * z_1_3;
            sums[48 + l] = v_0 * z_2_0 + v_1 * z_2_1 + v_2 * z_2_2 + v_3 * z_2_3;
            sums[72 + l] = v_0 * z_3_0 + v_1 * z_3_1 + v_2 * z_3_2 + v_3 * z_3_3;
        }
    }
    const size_t whole = n - (n - 4) % 4;
    for (size_t k = 4; k < whole; k += 4) {
        const float z_0_0 = z[k * 16];
        const float z_0_1 = z[16 + k * 16];
        const float z_0_2 = z[32 + k * 16];
        const float z_0_3 = z[48 + k * 16];
        const float z_1_0 = z[1 + k * 16];
        const float z_1_1 = z[17 + k * 16];
        const float z_1_2 = z[33 + k * 16];
        const float z_1_3 = z[49 + k * 16];
        const float z_2_0 = z[2 + k * 16];
        const float z_2_1 = z[18 + k * 16];
        const float z_2_2 = z[34 + k * 16];
        const float z_2_3 = z[50 + k * 16];
        const float z_3_0 = z[3 + k * 16];
        const float z_3_1 = z[19 + k * 16];
        const float z_3_2 = z[35 + k * 16];
        const float z_3_3 = z[51 + k * 16];
        for (size_t l = 0; l < 24; l++) {
            const float v_0 = v[k * 24 + l];
            const float v_1 = v[24 + k * 24 + l];
            const float v_2 = v[48 + k * 24 + l];
            const float v_3 = v[72 + k * 24 + l];
            sums[l] += v_0 * z_0_0 + v_1 * z_0_1 + v_2 * z_0_2 + v_3 * z_0_3;
            sums[24 + l] += v_0 * z_1_0 + v_1 * z_1_1 + v_2 * z_1_2 + v_3 * z_1_3;
            sums[48 + l] += v_0 * z_2_0 + v_1 * z_2_1 + v_2 * z_2_2 + v_3 * z_2_3;
            sums[72 + l] += v_0 * z_3_0 + v_1 * z_3_1 + v_2 * z_3_2 + v_3 * z_3_3;
        }
    }
    for (size_t k = whole; k < n; k++) {
        const float z_0_0 = z[k * 16];
        const float z_1_0 = z[1 + k * 16];
        const float z_2_0 = z[2 + k * 16];
        const float z_3_0 = z[3 + k * 16];
        for (size_t l = 0; l < 24; l++) {
            const float v_0 = v[k * 24 + l];
            sums[l] += v_0 * z_0_0;
            sums[24 + l] += v_0 * z_1_0;
            sums[48 + l] += v_0 * z_2_0;
            sums[72 + l] += v_0 * z_3_0;
        }
    }
}

/* dw of the taps of the kind's phase (phase, phase_column) from 24 input channels' sums: G^T m G, which `adds` adds to what is there. */
static void looped_k4s2_backward_weights_gather_1x2(int adds, size_t phase, size_t phase_column,
    const float *restrict sums, float *restrict dw)
{
    float taps[2][24];
    for (size_t l = 0; l < 24; l++) {
        const float m_0_0 = sums[l];
        const float m_0_1 = sums[400 + l];
        const float m_0_2 = sums[800 + l];
        const float m_0_3 = sums[1200 + l];
        const float dw_r0_0 = -m_0_0 + 0.5f * m_0_1 + 0.5f * m_0_2;
        const float dw_r0_1 = 0.5f * m_0_1 - 0.5f * m_0_2 + m_0_3;
        taps[0][l] = dw_r0_0;
        taps[1][l] = dw_r0_1;
    }
    for (size_t tap = 0; tap < 2; tap++) {
        const size_t p = phase + (0 - tap / 2);
        const size_t q = phase_column + (1 - tap % 2) * 2;
        float *to = dw + p * 1728 + q * 432;
        for (size_t l = 0; adds && l < 24; l++)
            taps[tap][l] += to[l];
        memcpy(to, taps[tap], sizeof taps[tap]);
    }
}

/* One unit: a block of input channels, 4 output channels, one phase. A column is all but the block; columns
 * go through the output channels of one phase after the other. From this one on, `left` have its panel and phase. */
struct looped_k4s2_gradient {
    size_t block, kind, phase, f, left;
};

static struct looped_k4s2_gradient looped_k4s2_backward_weights_gradient(size_t unit)
{
    const size_t block = unit % 1, column = unit / 1;
    const size_t group = column % 5, f = group * 4;
    const size_t whole = 4 - group % 4, rest = 5 - group;
    const size_t left = whole < rest ? whole : rest;
    size_t phase = column / 5;
    return (struct looped_k4s2_gradient){block, 0, phase, f, left};
}

/* Zeroes what unit `unit` computes. */
static void looped_k4s2_backward_weights_clear(size_t unit, float *dw)
{
    const struct looped_k4s2_gradient at = looped_k4s2_backward_weights_gradient(unit);
    const size_t c = at.block * 24, n = 24 - c < 24 ? 24 - c : 24;
    const size_t rows = 18 - at.f < 4 ? 18 - at.f : 4;
    if (at.kind == 0)
        for (size_t p = 0; p < 1; p++)
            for (size_t q = 0; q < 2; q++)
                for (size_t f = at.f; f < at.f + rows; f++)
                    memset(dw + (((at.phase / 2 + (0 - p)) * 4 + at.phase % 2 + (1 - q) * 2) * 18 + f) * 24 + c, 0, n * sizeof *dw);
}

/* The first unit of a part. Parts have equally many points, of which units of some kinds have more. */
static size_t looped_k4s2_backward_weights_share(size_t part, size_t parts)
{
    size_t points = tconv_share(40, part, parts);
    size_t before = 0;
    if (points < 40)
        return before + (points + 2) / 4;
    points -= 40;
    before += 10;
    return before;
}

/* Units `first` to `last`, of one image, whose dw is added to those of images before. They are numbered so that what parts
 * transform of dz is their own: phases and their output channels outermost. */
static void looped_k4s2_backward_weights_units(size_t first, size_t last, int is_first,
    const float *x, const float *dz, float *dw, float *workspace)
{
    const size_t begin_column = first / 1, end_column = (last - 1) / 1 + 1;
    for (size_t from = 0; from < 16; from += 16) {
        const size_t n = 16 - from < 16 ? 16 - from : 16;

        /* under 1x2 taps */
        for (size_t phase = 0; phase < 2; phase++) {
            const size_t column = phase * 5;
            const size_t skipped = begin_column > column ? (begin_column - column) * 4 : 0;
            const size_t reached = end_column > column ? (end_column - column) * 4 : 0;
            const size_t panel = skipped / 16, all = (reached + 15) / 16;
            const size_t last_panel = all < 2 ? all : 2;
            for (size_t tile = 0; panel < last_panel && tile < n; tile++)
                looped_k4s2_backward_weights_spread_1x2((from + tile) / 16, (from + tile) % 16, phase / 2, phase % 2,
                    panel, last_panel, dz, workspace + 3296 + phase * 2176 + tile * 16);
        }
        for (size_t block = 0; block < 1; block++) {
            size_t begin = first / 1 + (block < first % 1), end = last / 1 + (block < last % 1);
            if (begin >= end)
                continue;
            for (size_t tile = 0; tile < n; tile++)
                looped_k4s2_backward_weights_window_1x2((from + tile) / 16, (from + tile) % 16, x, workspace + 1696 + tile * 24);
            for (size_t column = begin, n_units; column < end; column += n_units) {
                const struct looped_k4s2_gradient at = looped_k4s2_backward_weights_gradient(column + block);
                n_units = at.left < end - column ? at.left : end - column;
                const size_t rows = 18 - at.f < n_units * 4 ? 18 - at.f : n_units * 4;
                const float *z = workspace + 3296 + at.phase * 2176 + (at.f / 16) * 1088 + at.f % 16;
                for (size_t point = 0; point < 4; point++)
                    for (size_t i = 0; i < n_units; i++)
                        looped_k4s2_backward_weights_product(n, z + point * 272 + i * 4, workspace + 1696 + point * 400,
                            workspace + 7648 + point * 400 + i * 96);
                for (size_t m = 0; m < rows; m++)
                    looped_k4s2_backward_weights_gather_1x2(!is_first || from > 0, at.phase / 2, at.phase % 2,
                        workspace + 7648 + m * 24, dw + (at.f + m) * 24);
            }
        }
    }
}

/* dz = dy * dy/dz, one part. */
static inline void looped_k4s2_backward_weights_dz(
    const float *restrict dy, const float *restrict y, float *restrict dz)
{
    dz[0] = dy[0] * tconv_relu_slope_f32(y[0], 0.0f, INFINITY, 0.0f);
}

/* One image of dz = dy * dy/dz, by pixels. */
static void looped_k4s2_backward_weights_stage_dz(
    const float *restrict dy, const float *restrict y, float *restrict dz)
{
    for (size_t i = 0; i < 1692; i++)
        looped_k4s2_backward_weights_dz(dy + i, y + i, dz + i);
}

/* backward_bias: db[f] is the sum of dz over all positions ---------------------------------- */

/* Zeroes units `first` to `last`, of 16 channels each. */
static void looped_k4s2_backward_bias_clear(size_t first, size_t last, float *db)
{
    for (size_t f = first * 16; f < last * 16 && f < 18; f++)
        db[f] = 0.0f;
}

/* Adds the rows from `top` up to `bottom` of one image to units `first` to `last`. */
static void looped_k4s2_backward_bias_rows(size_t first, size_t last, size_t top, size_t bottom,
    const float *restrict dz, float *restrict db)
{
    for (size_t i = top; i < bottom && first < last; i++)
        for (size_t j = 0; j < 94; j++) {
            for (size_t unit = first; unit < (last < 1 ? last : 1); unit++)
                for (size_t f = 0; f < 16; f++)
                    db[unit * 16 + f] += dz[i * 1692 + j * 18 + unit * 16 + f];
            if (last > 1)
                for (size_t f = 0; f < 2; f++)
                    db[16 + f] += dz[16 + i * 1692 + j * 18 + f];
        }
}

/* Units `first` to `last` of 10, summed over the whole batch. */
/* With db also units `bias` to `bias_last` of 2 of the bias, while dz is in the cache. */
static TCONV_NOINLINE void looped_k4s2_backward_weights_pass(size_t first, size_t last, size_t batch,
    const float *x, const float *restrict y, const float *dy, float *dw,
    size_t bias, size_t bias_last, float *db, float *workspace)
{
    for (size_t unit = first; batch == 0 && unit < last; unit++)
        looped_k4s2_backward_weights_clear(unit, dw);
    if (db != NULL)
        looped_k4s2_backward_bias_clear(bias, bias_last, db);
    for (size_t image = 0; image < batch && (first < last || (db != NULL && bias < bias_last)); image++) {
        looped_k4s2_backward_weights_stage_dz(dy + image * 1692, y + image * 1692, workspace);
        if (first < last)
            looped_k4s2_backward_weights_units(first, last, image == 0, x + image * 1128, workspace, dw, workspace);
        if (db != NULL)
            looped_k4s2_backward_bias_rows(bias, bias_last, 0, 1, workspace, db);
    }
}

/* Units `first` to `last` of 2, summed over the whole batch. */
static TCONV_NOINLINE void looped_k4s2_backward_bias_pass(size_t first, size_t last, size_t batch, const float *restrict y,
    const float *dy, float *db, float *workspace)
{
    looped_k4s2_backward_bias_clear(first, last, db);
    for (size_t image = 0; image < batch && first < last; image++) {
        looped_k4s2_backward_weights_stage_dz(dy + image * 1692, y + image * 1692, workspace);
        looped_k4s2_backward_bias_rows(first, last, 0, 1, workspace, db);
    }
}

/* By table ---------------------------------------------------------------------------------- */

static void looped_k4s2_table_pack(const void *w, const void *b, void *packed)
{
    looped_k4s2_pack(w, b, packed);
}

static void looped_k4s2_table_forward(size_t part, size_t parts, size_t batch, const void *x,
    const void *packed, void *y, void *workspace)
{
    const size_t first = tconv_share(batch * 2, part, parts);
    const size_t last = tconv_share(batch * 2, part + 1, parts);
    looped_k4s2_forward_pass(first, last, x, packed, y, workspace);
}

static void looped_k4s2_table_forward_train(size_t part, size_t parts, size_t batch, const void *x,
    const void *packed, void *y, void *saved, void *workspace)
{
    (void)saved;
    const size_t first = tconv_share(batch * 2, part, parts);
    const size_t last = tconv_share(batch * 2, part + 1, parts);
    looped_k4s2_forward_pass(first, last, x, packed, y, workspace);
}

static void looped_k4s2_table_backward(size_t part, size_t parts, size_t batch, const void *x,
    const void *packed, const void *y, const void *saved, const void *dy, void *dx, void *dw,
    void *db, void *workspace)
{
    (void)saved;
    if (dx != NULL)
        looped_k4s2_backward_input_pass(tconv_share(batch, part, parts),
            tconv_share(batch, part + 1, parts), packed, y, dy, dx, workspace);
    if (dw != NULL)
        looped_k4s2_backward_weights_pass(looped_k4s2_backward_weights_share(part, parts),
            looped_k4s2_backward_weights_share(part + 1, parts), batch, x, y, dy, dw, tconv_share(2, part, parts), tconv_share(2, part + 1, parts), db, workspace);
    else if (db != NULL)
        looped_k4s2_backward_bias_pass(tconv_share(2, part, parts),
            tconv_share(2, part + 1, parts), batch, y, dy, db, workspace);
}

const struct tconv_kernel looped_k4s2_kernel = {
    .abi = TCONV_ABI,
    .name = "looped_k4s2",
    .layer = {.type = TCONV_FLOAT32,
              .channels_first = 0,
              .in_c = 24,
              .out_c = 18,
              .axis = {{.in = 1, .out = 1, .kernel = 1, .stride = 1, .dilation = 1, .crop = 0},
                       {.in = 47, .out = 94, .kernel = 4, .stride = 2, .dilation = 1, .crop = 1}},
              .use_bias = 1,
              .activation = {.function = TCONV_RELU,
                             .slope = 0.0,
                             .ceiling = (double)INFINITY,
                             .threshold = 0.0}},
    .rounding = {{14.3333, {0, 4}, 0},
                 {14.3333, {0, 4}, 0},
                 {8, {0, 3}, 0}},
    .packed_bytes = LOOPED_K4S2_PACKED_BYTES,
    .saved_bytes = LOOPED_K4S2_SAVED_BYTES,
    .workspace_bytes = LOOPED_K4S2_WORKSPACE_BYTES,
    .pack = looped_k4s2_table_pack,
    .forward = looped_k4s2_table_forward,
    .forward_train = looped_k4s2_table_forward_train,
    .backward = looped_k4s2_table_backward,
    .config = "{\"module\": \"keras.layers\", \"class_name\": \"Conv2DTranspose\", \"config\": {\""
              "name\": \"looped_k4s2\", \"trainable\": true, \"dtype\": {\"module\": \"keras\", \"c"
              "lass_name\": \"DTypePolicy\", \"config\": {\"name\": \"float32\"}, \"registered_na"
              "me\": null}, \"filters\": 18, \"kernel_size\": [1, 4], \"strides\": [1, 2], \"pa"
              "dding\": \"same\", \"output_padding\": null, \"data_format\": \"channels_last\", "
              "\"dilation_rate\": [1, 1], \"activation\": \"relu\", \"use_bias\": true, \"kernel"
              "_initializer\": {\"module\": \"keras.initializers\", \"class_name\": \"GlorotUni"
              "form\", \"config\": {\"seed\": null, \"input_axes\": null, \"output_axes\": null}"
              ", \"registered_name\": null}, \"bias_initializer\": {\"module\": \"keras.initia"
              "lizers\", \"class_name\": \"Zeros\", \"config\": {}, \"registered_name\": null}, "
              "\"kernel_regularizer\": null, \"bias_regularizer\": null, \"activity_regulari"
              "zer\": null, \"kernel_constraint\": null, \"bias_constraint\": null}, \"regist"
              "ered_name\": null, \"build_config\": {\"input_shape\": [null, 1, 47, 24]}}"
};

void looped_k4s2_forward(
    size_t batch, const float *x, const void *packed, float *y, void *workspace)
{
    looped_k4s2_table_forward(0, 1, batch, x, packed, y, workspace);
}

void looped_k4s2_forward_train(size_t batch, const float *x, const void *packed, float *y,
    void *saved, void *workspace)
{
    looped_k4s2_table_forward_train(0, 1, batch, x, packed, y, saved, workspace);
}

void looped_k4s2_backward(size_t batch, const float *x, const void *packed, const float *y,
    const void *saved, const float *dy, float *dx, float *dw, float *db, void *workspace)
{
    looped_k4s2_table_backward(0, 1, batch, x, packed, y, saved, dy, dx, dw, db, workspace);
}
