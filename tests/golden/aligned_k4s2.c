/*
 * aligned_k4s2.c: the Conv2DTranspose layer "aligned_k4s2" for one shape, emitted by tconv.
 *
 *   x [batch][1][16][32]  ->  y [batch][1][32][32], float
 *   w [1][4][32][32], padding "same", activation linear
 *
 * Identity. Per axis, input i and tap t meet output o = i*stride + t*dilation - crop:
 *   rows     stride 1, dilation 1, crop 0
 *   columns  stride 2, dilation 1, crop 1
 * and z[o][o'][f] = b[f] + sum over meeting (i, t), (i', t') and c of x[i][i'][c] * w[t][t'][f][c],
 * y = linear(z). The backward passes are its derivatives.
 *
 * Plan, target x86-64-v4:
 *   forward          winograd, tiles of 4 x 32, about 3,008 bytes of code
 * Cost of one image and pass: 63,488 multiply-adds;
 *   bytes of x 2,048, y 4,096, w 16,384
 *
 * Compile with: -O2 -march=x86-64-v4 -mprefer-vector-width=512 -ffp-contract=fast -fno-trapping-math -fno-math-errno
 * Made again by: tconv gen CONFIG.json --name aligned_k4s2 --input-shape 1,16,32
 *     --target x86-64-v4 --unroll tile --passes forward
 * Config digest (FNV-1a): 716593c15622b5bd
 *
 * This file belongs to whoever emitted it; tconv claims no right in it.
 */
#include "aligned_k4s2.h"

#include <math.h>
#include <string.h>

/* The functions below use x86-64-v4, whatever the compiler's own options say. */
#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512cd,avx512dq,avx512vl,avx2,fma"))), apply_to = function)
#elif defined(__GNUC__)
#pragma GCC target("avx512f,avx512bw,avx512cd,avx512dq,avx512vl,avx2,fma")
#pragma GCC optimize("no-predictive-commoning") /* which costs shuffles */
#else
#error "aligned_k4s2.c uses the vector extensions of GCC and Clang; --target portable does not"
#endif

typedef float vec __attribute__((vector_size(64), aligned(4), may_alias));
#define LOAD(p) (*(const vec *)(p))
#define STORE(p) (*(vec *)(p))

/*
 * Packed: the bias; then w by blocks of 32 output channels, [block][tap][tap][in][out].
 */
void aligned_k4s2_pack(const float *w, const float *b, void *packed)
{
    float *to = packed;
    memset(to, 0, ALIGNED_K4S2_PACKED_BYTES);
    memcpy(to, b, 32 * sizeof *b);
    {   /* F(1 x 4, 1 x 2) for forward: u = G g G^T of the taps of phase (0, 0) */
        static const double g_rows[1][1] = {{1}};
        static const double g_columns[5][2] = {{1, 0}, {1.0 / 2, 1.0 / 2}, {-1.0 / 6, 1.0 / 6}, {-8.0 / 3, -4.0 / 3}, {0, 1.0 / 2}};
        for (size_t phase = 0; phase < 1; phase++)
            for (size_t i = 0; i < 1; i++)
                for (size_t j = 0; j < 5; j++)
                    for (size_t f = 0; f < 32; f++)
                        for (size_t c = 0; c < 32; c++) {
                            double u = 0;
                            for (size_t p = 0; p < 1; p++)
                                for (size_t q = 0; q < 2; q++)
                                    u += g_rows[i][p] * g_columns[j][q] *
                                        (double)w[(((phase / 1 + (0 - p)) * 4 + phase % 1 + (1 - q) * 2) * 32 + f) * 32 + c];
                            to[32 + phase * 5120 + (i * 5 + j) * 1024 + c * 32 + f] = (float)u;
                        }
    }
    {   /* F(1 x 4, 1 x 2) for forward: u = G g G^T of the taps of phase (0, 1) */
        static const double g_rows[1][1] = {{1}};
        static const double g_columns[5][2] = {{1, 0}, {1.0 / 2, 1.0 / 2}, {-1.0 / 6, 1.0 / 6}, {-8.0 / 3, -4.0 / 3}, {0, 1.0 / 2}};
        for (size_t phase = 0; phase < 1; phase++)
            for (size_t i = 0; i < 1; i++)
                for (size_t j = 0; j < 5; j++)
                    for (size_t f = 0; f < 32; f++)
                        for (size_t c = 0; c < 32; c++) {
                            double u = 0;
                            for (size_t p = 0; p < 1; p++)
                                for (size_t q = 0; q < 2; q++)
                                    u += g_rows[i][p] * g_columns[j][q] *
                                        (double)w[(((phase / 1 + (0 - p)) * 4 + 1 + phase % 1 + (1 - q) * 2) * 32 + f) * 32 + c];
                            to[5152 + phase * 5120 + (i * 5 + j) * 1024 + c * 32 + f] = (float)u;
                        }
    }
}

/* forward: minimal filtering F(1 x 4, 1 x 2) ------------------------------------- */

/* The window of tile (row, column) under 1x2 taps of phase (0, 0), transformed: v = B d B^T for 32 channels. */
static void aligned_k4s2_forward_window_1x2_at_0_0(size_t row, size_t column,
    const float *x, float *restrict v)
{
    static const float zeros[32];
    const float *d[1][5];
    for (size_t i = 0; i < 1; i++)
        for (size_t j = 0; j < 5; j++) {
            const size_t from_row = row + i;
            const size_t from_column = column * 4 + j;
            const int is_inside = from_row < 1 && from_column < 16;
            d[i][j] = is_inside ? x + from_row * 512 + from_column * 32 : zeros;
        }
    for (size_t k = 0; k < 32; k += 16) {
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
        STORE(v + 144 + k) = v_r0_1;
        STORE(v + 288 + k) = v_r0_2;
        STORE(v + 432 + k) = v_r0_3;
        STORE(v + 576 + k) = v_r0_4;
    }
}

/* The window of tile (row, column) under 1x2 taps of phase (0, 1), transformed: v = B d B^T for 32 channels. */
static void aligned_k4s2_forward_window_1x2_at_0_1(size_t row, size_t column,
    const float *x, float *restrict v)
{
    static const float zeros[32];
    const float *d[1][5];
    for (size_t i = 0; i < 1; i++)
        for (size_t j = 0; j < 5; j++) {
            const size_t from_row = row + i;
            const size_t from_column = column * 4 + j - 1;
            const int is_inside = from_row < 1 && from_column < 16;
            d[i][j] = is_inside ? x + from_row * 512 + from_column * 32 : zeros;
        }
    for (size_t k = 0; k < 32; k += 16) {
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
        STORE(v + 144 + k) = v_r0_1;
        STORE(v + 288 + k) = v_r0_2;
        STORE(v + 432 + k) = v_r0_3;
        STORE(v + 576 + k) = v_r0_4;
    }
}


/* Transforms the windows of tiles `first` to `last` under 1x2 taps of phase (0, 0). */
static void aligned_k4s2_forward_transform_1x2_at_0_0(size_t first, size_t last, const float *x, float *workspace)
{
    for (size_t tile = first; tile < last; tile++) {
        const size_t row = tile / 4, column = tile % 4;
        aligned_k4s2_forward_window_1x2_at_0_0(row, column, x, workspace + (tile - first) * 32);
    }
}

/* Transforms the windows of tiles `first` to `last` under 1x2 taps of phase (0, 1). */
static void aligned_k4s2_forward_transform_1x2_at_0_1(size_t first, size_t last, const float *x, float *workspace)
{
    for (size_t tile = first; tile < last; tile++) {
        const size_t row = tile / 4, column = tile % 4;
        aligned_k4s2_forward_window_1x2_at_0_1(row, column, x, workspace + (tile - first) * 32);
    }
}

/* 4 tiles by 32 channels at one point: the sum of v[tile][k] * u[k][channel] over k. */
static TCONV_NOINLINE void aligned_k4s2_forward_product_4x32_32(
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
    for (size_t k = 0; k < 32; k++) {
        const vec u_0 = LOAD(u + k * 32);
        const vec u_16 = LOAD(u + 16 + k * 32);
        sum_0_0 += u_0 * v[k];
        sum_0_16 += u_16 * v[k];
        sum_1_0 += u_0 * v[32 + k];
        sum_1_16 += u_16 * v[32 + k];
        sum_2_0 += u_0 * v[64 + k];
        sum_2_16 += u_16 * v[64 + k];
        sum_3_0 += u_0 * v[96 + k];
        sum_3_16 += u_16 * v[96 + k];
    }
    STORE(sums) = sum_0_0;
    STORE(sums + 16) = sum_0_16;
    STORE(sums + 32) = sum_1_0;
    STORE(sums + 48) = sum_1_16;
    STORE(sums + 64) = sum_2_0;
    STORE(sums + 80) = sum_2_16;
    STORE(sums + 96) = sum_3_0;
    STORE(sums + 112) = sum_3_16;
}

/* The outputs of a tile from its sums, A m A^T: from position (row, column) on. */
static void aligned_k4s2_forward_outputs_1x2_at_0_0(const float *restrict sums, size_t row, size_t column,
    const float *restrict b, float *restrict y)
{
    {
        const vec m_0_0 = LOAD(sums);
        const vec m_0_1 = LOAD(sums + 144);
        const vec m_0_2 = LOAD(sums + 288);
        const vec m_0_3 = LOAD(sums + 432);
        const vec m_0_4 = LOAD(sums + 576);
        const vec y_r0_0 = m_0_0 + m_0_1 + m_0_2 + m_0_3;
        const vec y_r0_1 = m_0_1 - m_0_2 + 0.5f * m_0_3;
        const vec y_r0_2 = m_0_1 + m_0_2 + 0.25f * m_0_3;
        const vec y_r0_3 = m_0_1 - m_0_2 + 0.125f * m_0_3 + m_0_4;
        const vec bias = LOAD(b);
        if (row < 1) {
            if (column < 32) {
                const vec z_here = y_r0_0 + bias;
                STORE(y + row * 1024 + column * 32) = z_here;
            }
            if (column + 2 < 32) {
                const vec z_here = y_r0_1 + bias;
                STORE(y + 64 + row * 1024 + column * 32) = z_here;
            }
            if (column + 4 < 32) {
                const vec z_here = y_r0_2 + bias;
                STORE(y + 128 + row * 1024 + column * 32) = z_here;
            }
            if (column + 6 < 32) {
                const vec z_here = y_r0_3 + bias;
                STORE(y + 192 + row * 1024 + column * 32) = z_here;
            }
        }
    }
    {
        const vec m_0_0 = LOAD(sums + 16);
        const vec m_0_1 = LOAD(sums + 160);
        const vec m_0_2 = LOAD(sums + 304);
        const vec m_0_3 = LOAD(sums + 448);
        const vec m_0_4 = LOAD(sums + 592);
        const vec y_r0_0 = m_0_0 + m_0_1 + m_0_2 + m_0_3;
        const vec y_r0_1 = m_0_1 - m_0_2 + 0.5f * m_0_3;
        const vec y_r0_2 = m_0_1 + m_0_2 + 0.25f * m_0_3;
        const vec y_r0_3 = m_0_1 - m_0_2 + 0.125f * m_0_3 + m_0_4;
        const vec bias = LOAD(b + 16);
        if (row < 1) {
            if (column < 32) {
                const vec z_here = y_r0_0 + bias;
                STORE(y + 16 + row * 1024 + column * 32) = z_here;
            }
            if (column + 2 < 32) {
                const vec z_here = y_r0_1 + bias;
                STORE(y + 80 + row * 1024 + column * 32) = z_here;
            }
            if (column + 4 < 32) {
                const vec z_here = y_r0_2 + bias;
                STORE(y + 144 + row * 1024 + column * 32) = z_here;
            }
            if (column + 6 < 32) {
                const vec z_here = y_r0_3 + bias;
                STORE(y + 208 + row * 1024 + column * 32) = z_here;
            }
        }
    }
}

/* Tiles `first` to `last` of 32 channels, phase (phase, phase_column): every point's product, then the outputs. */
static void aligned_k4s2_forward_tiles_1x2_at_0_0(size_t first, size_t last, size_t phase, size_t phase_column,
    const float *v, const float *u,
    const float *b, float *y,
    float *sums)
{
    for (size_t point = 0; point < 5; point++)
        for (size_t tile = first, n; tile < last; tile += n) {
            n = 4;
            aligned_k4s2_forward_product_4x32_32(v + point * 144 + (tile - first) * 32, u + point * 1024,
                sums + point * 144 + (tile - first) * 32);
        }
    for (size_t tile = first; tile < last; tile++) {
        const size_t row = (tile / 4) + phase;
        const size_t column = 1 + (tile % 4) * 8 + phase_column;
        aligned_k4s2_forward_outputs_1x2_at_0_0(sums + (tile - first) * 32, row, column,
            b, y);
    }
}

/* The outputs of a tile from its sums, A m A^T: from position (row, column) on. */
static void aligned_k4s2_forward_outputs_1x2_at_0_1(const float *restrict sums, size_t row, size_t column,
    const float *restrict b, float *restrict y)
{
    {
        const vec m_0_0 = LOAD(sums);
        const vec m_0_1 = LOAD(sums + 144);
        const vec m_0_2 = LOAD(sums + 288);
        const vec m_0_3 = LOAD(sums + 432);
        const vec m_0_4 = LOAD(sums + 576);
        const vec y_r0_0 = m_0_0 + m_0_1 + m_0_2 + m_0_3;
        const vec y_r0_1 = m_0_1 - m_0_2 + 0.5f * m_0_3;
        const vec y_r0_2 = m_0_1 + m_0_2 + 0.25f * m_0_3;
        const vec y_r0_3 = m_0_1 - m_0_2 + 0.125f * m_0_3 + m_0_4;
        const vec bias = LOAD(b);
        if (row < 1) {
            if (column < 32) {
                const vec z_here = y_r0_0 + bias;
                STORE(y + row * 1024 + column * 32) = z_here;
            }
            if (column + 2 < 32) {
                const vec z_here = y_r0_1 + bias;
                STORE(y + 64 + row * 1024 + column * 32) = z_here;
            }
            if (column + 4 < 32) {
                const vec z_here = y_r0_2 + bias;
                STORE(y + 128 + row * 1024 + column * 32) = z_here;
            }
            if (column + 6 < 32) {
                const vec z_here = y_r0_3 + bias;
                STORE(y + 192 + row * 1024 + column * 32) = z_here;
            }
        }
    }
    {
        const vec m_0_0 = LOAD(sums + 16);
        const vec m_0_1 = LOAD(sums + 160);
        const vec m_0_2 = LOAD(sums + 304);
        const vec m_0_3 = LOAD(sums + 448);
        const vec m_0_4 = LOAD(sums + 592);
        const vec y_r0_0 = m_0_0 + m_0_1 + m_0_2 + m_0_3;
        const vec y_r0_1 = m_0_1 - m_0_2 + 0.5f * m_0_3;
        const vec y_r0_2 = m_0_1 + m_0_2 + 0.25f * m_0_3;
        const vec y_r0_3 = m_0_1 - m_0_2 + 0.125f * m_0_3 + m_0_4;
        const vec bias = LOAD(b + 16);
        if (row < 1) {
            if (column < 32) {
                const vec z_here = y_r0_0 + bias;
                STORE(y + 16 + row * 1024 + column * 32) = z_here;
            }
            if (column + 2 < 32) {
                const vec z_here = y_r0_1 + bias;
                STORE(y + 80 + row * 1024 + column * 32) = z_here;
            }
            if (column + 4 < 32) {
                const vec z_here = y_r0_2 + bias;
                STORE(y + 144 + row * 1024 + column * 32) = z_here;
            }
            if (column + 6 < 32) {
                const vec z_here = y_r0_3 + bias;
                STORE(y + 208 + row * 1024 + column * 32) = z_here;
            }
        }
    }
}

/* Tiles `first` to `last` of 32 channels, phase (phase, phase_column): every point's product, then the outputs. */
static void aligned_k4s2_forward_tiles_1x2_at_0_1(size_t first, size_t last, size_t phase, size_t phase_column,
    const float *v, const float *u,
    const float *b, float *y,
    float *sums)
{
    for (size_t point = 0; point < 5; point++)
        for (size_t tile = first, n; tile < last; tile += n) {
            n = 4;
            aligned_k4s2_forward_product_4x32_32(v + point * 144 + (tile - first) * 32, u + point * 1024,
                sums + point * 144 + (tile - first) * 32);
        }
    for (size_t tile = first; tile < last; tile++) {
        const size_t row = (tile / 4) + phase;
        const size_t column = (tile % 4) * 8 + phase_column - 1;
        aligned_k4s2_forward_outputs_1x2_at_0_1(sums + (tile - first) * 32, row, column,
            b, y);
    }
}

/* Units `first` to `last` of one image: a block of tiles by a block of channels of a phase. */
static void aligned_k4s2_forward_units(size_t first, size_t last, const float *x, const float *packed,
    float *y, float *workspace)
{
    for (size_t unit = first; unit < last; unit++) {
        const size_t from = 0, until = 4;
        size_t column = unit % 2;
        if (column < 1) {
            if (unit == first || column == 0)
                aligned_k4s2_forward_transform_1x2_at_0_0(from, until, x, workspace);
            const size_t target = column;
            aligned_k4s2_forward_tiles_1x2_at_0_0(from, until, target / 1, target % 1, workspace, packed + 32 + target * 5120,
                packed, y, workspace + 720);
            continue;
        }
        column -= 1;
        if (unit == first || column == 0)
            aligned_k4s2_forward_transform_1x2_at_0_1(from, until, x, workspace);
        const size_t target = column;
        aligned_k4s2_forward_tiles_1x2_at_0_1(from, until, target / 1, 1 + target % 1, workspace, packed + 5152 + target * 5120,
            packed, y, workspace + 720);
    }
}

/* Units `first` to `last` of the batch; every image has 2. */
static TCONV_NOINLINE void aligned_k4s2_forward_pass(size_t first, size_t last, const float *x,
    const float *packed, float *y, float *workspace)
{
    for (size_t image = first / 2; image * 2 < last; image++) {
        const size_t from = image * 2 < first ? first - image * 2 : 0;
        const size_t to = last - image * 2 < 2 ? last - image * 2 : 2;
        aligned_k4s2_forward_units(from, to, x + image * 512, packed, y + image * 1024, workspace);
    }
}

/* By table ---------------------------------------------------------------------------------- */

static void aligned_k4s2_table_pack(const void *w, const void *b, void *packed)
{
    aligned_k4s2_pack(w, b, packed);
}

static void aligned_k4s2_table_forward(size_t part, size_t parts, size_t batch, const void *x,
    const void *packed, void *y, void *workspace)
{
    const size_t first = tconv_share(batch * 2, part, parts);
    const size_t last = tconv_share(batch * 2, part + 1, parts);
    aligned_k4s2_forward_pass(first, last, x, packed, y, workspace);
}

const struct tconv_kernel aligned_k4s2_kernel = {
    .abi = TCONV_ABI,
    .name = "aligned_k4s2",
    .layer = {.type = TCONV_FLOAT32,
              .channels_first = 0,
              .in_c = 32,
              .out_c = 32,
              .axis = {{.in = 1, .out = 1, .kernel = 1, .stride = 1, .dilation = 1, .crop = 0},
                       {.in = 16, .out = 32, .kernel = 4, .stride = 2, .dilation = 1, .crop = 1}},
              .use_bias = 1,
              .activation = {.function = TCONV_LINEAR,
                             .slope = 0.0,
                             .ceiling = (double)INFINITY,
                             .threshold = 0.0}},
    .rounding = {{14.3333, {0, 4}, 0}},
    .packed_bytes = ALIGNED_K4S2_PACKED_BYTES,
    .saved_bytes = ALIGNED_K4S2_SAVED_BYTES,
    .workspace_bytes = ALIGNED_K4S2_WORKSPACE_BYTES,
    .pack = aligned_k4s2_table_pack,
    .forward = aligned_k4s2_table_forward,
    .config = "{\"module\": \"keras.layers\", \"class_name\": \"Conv2DTranspose\", \"config\": {\""
              "name\": \"aligned_k4s2\", \"trainable\": true, \"dtype\": {\"module\": \"keras\", \""
              "class_name\": \"DTypePolicy\", \"config\": {\"name\": \"float32\"}, \"registered_n"
              "ame\": null}, \"filters\": 32, \"kernel_size\": [1, 4], \"strides\": [1, 2], \"p"
              "adding\": \"same\", \"output_padding\": null, \"data_format\": \"channels_last\","
              " \"dilation_rate\": [1, 1], \"activation\": \"linear\", \"use_bias\": true, \"ker"
              "nel_initializer\": {\"module\": \"keras.initializers\", \"class_name\": \"Glorot"
              "Uniform\", \"config\": {\"seed\": null, \"input_axes\": null, \"output_axes\": nu"
              "ll}, \"registered_name\": null}, \"bias_initializer\": {\"module\": \"keras.ini"
              "tializers\", \"class_name\": \"Zeros\", \"config\": {}, \"registered_name\": null"
              "}, \"kernel_regularizer\": null, \"bias_regularizer\": null, \"activity_regul"
              "arizer\": null, \"kernel_constraint\": null, \"bias_constraint\": null}, \"reg"
              "istered_name\": null, \"build_config\": {\"input_shape\": [null, 1, 16, 32]}}"
};

void aligned_k4s2_forward(
    size_t batch, const float *x, const void *packed, float *y, void *workspace)
{
    aligned_k4s2_table_forward(0, 1, batch, x, packed, y, workspace);
}

#if defined(__clang__)
#pragma clang attribute pop
#endif
