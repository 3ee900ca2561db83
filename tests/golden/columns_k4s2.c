/*
 * columns_k4s2.c: the Conv2DTranspose layer "columns_k4s2" for one shape, emitted by tconv.
 *
 *   x [batch][2][3][16]  ->  y [batch][2][3][32], float
 *   w [2][4][2][2], padding "same", activation relu
 *
 * Identity. Per axis, input i and tap t meet output o = i*stride + t*dilation - crop:
 *   rows     stride 1, dilation 1, crop 0
 *   columns  stride 2, dilation 1, crop 1
 * and z[o][o'][f] = b[f] + sum over meeting (i, t), (i', t') and c of x[i][i'][c] * w[t][t'][f][c],
 * y = relu(z). The backward passes are its derivatives.
 *
 * Plan, target x86-64-v3:
 *   forward          columns, tiles of 2 x 16, about 791 bytes of code
 *   backward_input   columns, tiles of 2 x 16, about 690 bytes of code
 *   backward_weights direct, tiles of 2 x 2, about 2,289 bytes of code
 * Cost of one image and pass: 1,240 multiply-adds;
 *   bytes of x 384, y 768, w 128
 *
 * Compile with: -O2 -march=x86-64-v3 -ffp-contract=fast -fno-trapping-math -fno-math-errno
 * Made again by: tconv gen CONFIG.json --name columns_k4s2 --input-shape 2,3,16
 *     --target x86-64-v3 --unroll tile
 * Config digest (FNV-1a): 2e246462f14902ee
 *
 * This file belongs to whoever emitted it; tconv claims no right in it.
 */
#include "columns_k4s2.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

/* The functions below use x86-64-v3, whatever the compiler's own options say. */
#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#elif defined(__GNUC__)
#pragma GCC target("avx2,fma")
#pragma GCC optimize("no-predictive-commoning") /* which costs shuffles */
#else
#error "columns_k4s2.c uses the vector extensions of GCC and Clang; --target portable does not"
#endif

typedef float vec __attribute__((vector_size(32), aligned(4), may_alias));
#define LOAD(p) (*(const vec *)(p))
#define STORE(p) (*(vec *)(p))
typedef float vec2 __attribute__((vector_size(8), aligned(4), may_alias));
#define LOAD2(p) (*(const vec2 *)(p))
#define STORE2(p) (*(vec2 *)(p))
#define LANES2(v, first) (*(const vec2 *)((const float *)&(v) + (first)))

/* relu, in vectors of 8 */
#define TCONV_BITS 32
#define TCONV_LANES 8
#include "tconv_plain.h"
typedef float zvec __attribute__((vector_size(32), aligned(4), may_alias));
#define PART(p) (*(zvec *)(p))

/*
 * Packed: the bias; then w by blocks of 2 output channels, [block][tap][in][tap][out];
 * then w by blocks of 2 input channels, [block][tap][out][tap][in], for the gradient of x.
 */
void columns_k4s2_pack(const float *w, const float *b, void *packed)
{
    float *to = packed;
    memset(to, 0, COLUMNS_K4S2_PACKED_BYTES);
    memcpy(to, b, 2 * sizeof *b);
    for (size_t p = 0; p < 2; p++)
        for (size_t k = 0; k < 2; k++)
            for (size_t q = 0; q < 4; q++)
                for (size_t v = 0; v < 2; v++)
                    to[16 + p * 16 + k * 8 + q * 2 + v] =
                        w[p * 16 + q * 4 + v * 2 + k];
    for (size_t p = 0; p < 2; p++)
        for (size_t k = 0; k < 2; k++)
            for (size_t q = 0; q < 4; q++)
                for (size_t v = 0; v < 2; v++)
                    to[48 + p * 16 + k * 8 + q * 2 + v] =
                        w[p * 16 + q * 4 + k * 2 + v];
}

/* forward ---------------------------------------------------------------------------- */

/* Rows `first` to `last` of one image of x, by rows of channels. */
static void columns_k4s2_forward_stage_x(size_t first, size_t last, const float *restrict x,
    float *restrict staged)
{
    for (size_t i = first; i < last; i++)
        for (size_t c = 0; c < 2; c++) {
            float *to = staged + (i - first) * 48 + c * 24;
            memset(to, 0, 8 * sizeof *to);
            memcpy(to + 8, x + i * 16 + c * 48, 16 * sizeof *to);
        }
    memset(staged + (last - first) * 48, 0, 1 * sizeof *staged);
}

/* Rows `first` to `last` of an image, staged. */
struct columns_k4s2_forward_window {
    const float *x;
    size_t first, last;
    float *rows;
};

/* Where row `first` is, after whose staging the rows to `last` are there too. */
static const float *columns_k4s2_forward_rows(size_t first, size_t last, struct columns_k4s2_forward_window *window)
{
    if (first < window->first || last > window->last) {
        window->last = 3 + window->first;
        columns_k4s2_forward_stage_x(window->first, window->last, window->x, window->rows);
    }
    return window->rows + (first - window->first) * 48;
}

/* Keeps a loaded vector in a register, where GCC would read it again for each product. */
#define KEEP(v) __asm__("" : "+v"(v))

/* Lanes of two vectors, those of b after those of a. */
#if defined(__clang__)
#define MIX(lanes, a, b, ...) __builtin_shufflevector(a, b, __VA_ARGS__)
#else
#define MIX(lanes, a, b, ...) __builtin_shuffle(a, b, (lanes){__VA_ARGS__})
#endif

typedef int picks __attribute__((vector_size(32)));

/* 16 positions of 2 outputs by 2 channels; `taps` rows of 2 channels. */
static TCONV_NOINLINE void columns_k4s2_forward_2(
    const float *restrict x, size_t taps, const float *restrict w,
    const float *restrict b, float *restrict y)
{
    vec z_0_0_0 = b[0] - (vec){0.0f};
    vec z_0_0_1 = b[0] - (vec){0.0f};
    vec z_0_1_0 = b[0] - (vec){0.0f};
    vec z_0_1_1 = b[0] - (vec){0.0f};
    vec z_1_0_0 = b[1] - (vec){0.0f};
    vec z_1_0_1 = b[1] - (vec){0.0f};
    vec z_1_1_0 = b[1] - (vec){0.0f};
    vec z_1_1_1 = b[1] - (vec){0.0f};
    for (size_t p = 0; p < taps; p++) {
        const float *x_row = x - p * 48, *w_row = w + p * 16;
        for (size_t k = 0; k < 2; k++) {
            vec x_1_0 = LOAD(x_row + 7 + k * 24);
            KEEP(x_1_0);
            vec x_1_1 = LOAD(x_row + 15 + k * 24);
            KEEP(x_1_1);
            z_0_0_0 += x_1_0 * w_row[6 + k * 8];
            z_0_0_1 += x_1_1 * w_row[6 + k * 8];
            z_1_0_0 += x_1_0 * w_row[7 + k * 8];
            z_1_0_1 += x_1_1 * w_row[7 + k * 8];
            vec x_2_0 = LOAD(x_row + 8 + k * 24);
            KEEP(x_2_0);
            vec x_2_1 = LOAD(x_row + 16 + k * 24);
            KEEP(x_2_1);
            z_0_0_0 += x_2_0 * w_row[2 + k * 8];
            z_0_0_1 += x_2_1 * w_row[2 + k * 8];
            z_1_0_0 += x_2_0 * w_row[3 + k * 8];
            z_1_0_1 += x_2_1 * w_row[3 + k * 8];
            z_0_1_0 += x_2_0 * w_row[4 + k * 8];
            z_0_1_1 += x_2_1 * w_row[4 + k * 8];
            z_1_1_0 += x_2_0 * w_row[5 + k * 8];
            z_1_1_1 += x_2_1 * w_row[5 + k * 8];
            vec x_3_0 = LOAD(x_row + 9 + k * 24);
            KEEP(x_3_0);
            vec x_3_1 = LOAD(x_row + 17 + k * 24);
            KEEP(x_3_1);
            z_0_1_0 += x_3_0 * w_row[k * 8];
            z_0_1_1 += x_3_1 * w_row[k * 8];
            z_1_1_0 += x_3_0 * w_row[1 + k * 8];
            z_1_1_1 += x_3_1 * w_row[1 + k * 8];
        }
    }
    STORE(y) = tconv_relu_f32(MIX(picks, z_0_0_0, z_0_1_0, 0, 8, 1, 9, 2, 10, 3, 11), 0.0f, INFINITY, 0.0f);
    STORE(y + 8) = tconv_relu_f32(MIX(picks, z_0_0_0, z_0_1_0, 4, 12, 5, 13, 6, 14, 7, 15), 0.0f, INFINITY, 0.0f);
    STORE(y + 16) = tconv_relu_f32(MIX(picks, z_0_0_1, z_0_1_1, 0, 8, 1, 9, 2, 10, 3, 11), 0.0f, INFINITY, 0.0f);
    STORE(y + 24) = tconv_relu_f32(MIX(picks, z_0_0_1, z_0_1_1, 4, 12, 5, 13, 6, 14, 7, 15), 0.0f, INFINITY, 0.0f);
    STORE(y + 96) = tconv_relu_f32(MIX(picks, z_1_0_0, z_1_1_0, 0, 8, 1, 9, 2, 10, 3, 11), 0.0f, INFINITY, 0.0f);
    STORE(y + 104) = tconv_relu_f32(MIX(picks, z_1_0_0, z_1_1_0, 4, 12, 5, 13, 6, 14, 7, 15), 0.0f, INFINITY, 0.0f);
    STORE(y + 112) = tconv_relu_f32(MIX(picks, z_1_0_1, z_1_1_1, 0, 8, 1, 9, 2, 10, 3, 11), 0.0f, INFINITY, 0.0f);
    STORE(y + 120) = tconv_relu_f32(MIX(picks, z_1_0_1, z_1_1_1, 4, 12, 5, 13, 6, 14, 7, 15), 0.0f, INFINITY, 0.0f);
}

/* Unit `unit` of one image: a row of y. */
static void columns_k4s2_forward_unit(
    size_t unit, struct columns_k4s2_forward_window *window, const float *packed, float *y)
{
    const size_t top = unit, tap = 0;
    const size_t fitting = 2 - tap, above = top + 1;
    const size_t begin = top < 3 ? 0 : top - 3 + 1, end = fitting < above ? fitting : above;
    const size_t taps = begin < end ? end - begin : 0;
    const float *x = window->rows;
    if (taps > 0)
        x = columns_k4s2_forward_rows(top - (end - 1), top - begin + 1, window) + (taps - 1) * 48;
    {
        const float *w = packed + 16 + (tap + begin) * 16;
        const float *b = packed;
        float *y_row = y + unit * 32;
        for (size_t j = 0; j < 16; j += 16) {
            const size_t e = j;
            columns_k4s2_forward_2(x + e, taps, w, b, y_row + e * 2);
        }
    }
}

/* Units `first` to `last` of the batch; every image has 3. */
static TCONV_NOINLINE void columns_k4s2_forward_pass(size_t first, size_t last, const float *x,
    const float *packed, float *y, float *workspace)
{
    for (size_t image = first / 3; image * 3 < last; image++) {
        const size_t from = image * 3 < first ? first - image * 3 : 0;
        const size_t to = last - image * 3 < 3 ? last - image * 3 : 3;
        struct columns_k4s2_forward_window window = {x + image * 96, 0, 0, workspace};
        for (size_t unit = from; unit < to; unit++)
            columns_k4s2_forward_unit(unit, &window, packed, y + image * 192);
    }
}

/* backward_input ---------------------------------------------------------------------------- */

/* Rows `first` to `last` of one image of dz = dy * dy/dz, by rows of channels, of these by residues of the column. */
static void columns_k4s2_backward_input_stage_dz(size_t first, size_t last, const float *restrict dy, const float *restrict y,
    float *restrict staged)
{
    for (size_t i = first; i < last; i++)
        for (size_t c = 0; c < 2; c++) {
            float *to = staged + (i - first) * 96 + c * 48;
            const float *dy_row = dy + i * 32 + c * 96, *y_row = y + i * 32 + c * 96;
            float *made = staged + 304;
            for (size_t j = 0; j < 32; j += 8) {
                const size_t e = j;
                PART(made + e) = PART(dy_row + e) * tconv_relu_slope_f32(PART(y_row + e), 0.0f, INFINITY, 0.0f);
            }
            memset(to, 0, 8 * sizeof *to);
            memset(to + 24, 0, 8 * sizeof *to);
            const float *row = made;
            for (size_t j = 0; j < 16; j += 8) {
                const size_t e = j;
                const vec row_0 = LOAD(row + e * 2);
                const vec row_1 = LOAD(row + 8 + e * 2);
                STORE(to + 8 + e) = MIX(picks, row_0, row_1, 0, 2, 4, 6, 8, 10, 12, 14);
                STORE(to + 32 + e) = MIX(picks, row_0, row_1, 1, 3, 5, 7, 9, 11, 13, 15);
            }
        }
    memset(staged + (last - first) * 96, 0, 1 * sizeof *staged);
}

/* Rows `first` to `last` of an image, staged. */
struct columns_k4s2_backward_input_window {
    const float *dy, *y;
    size_t first, last;
    float *rows;
};

/* Where row `first` is, after whose staging the rows to `last` are there too. */
static const float *columns_k4s2_backward_input_rows(size_t first, size_t last, struct columns_k4s2_backward_input_window *window)
{
    if (first < window->first || last > window->last) {
        window->last = 3 + window->first;
        columns_k4s2_backward_input_stage_dz(window->first, window->last, window->dy, window->y, window->rows);
    }
    return window->rows + (first - window->first) * 96;
}

/* 16 positions by 2 channels; `taps` rows of 2 channels. */
static TCONV_NOINLINE void columns_k4s2_backward_input_2(
    const float *restrict dz, size_t taps, const float *restrict w,
    float *restrict dx)
{
    vec dx_0_0_0 = {0.0f};
    vec dx_0_0_1 = {0.0f};
    vec dx_1_0_0 = {0.0f};
    vec dx_1_0_1 = {0.0f};
    for (size_t p = 0; p < taps; p++) {
        const float *dz_row = dz + p * 96, *w_row = w + p * 16;
        for (size_t k = 0; k < 2; k++) {
            vec dz_1_0 = LOAD(dz_row + 8 + k * 48);
            KEEP(dz_1_0);
            vec dz_1_1 = LOAD(dz_row + 16 + k * 48);
            KEEP(dz_1_1);
            dx_0_0_0 += dz_1_0 * w_row[2 + k * 8];
            dx_0_0_1 += dz_1_1 * w_row[2 + k * 8];
            dx_1_0_0 += dz_1_0 * w_row[3 + k * 8];
            dx_1_0_1 += dz_1_1 * w_row[3 + k * 8];
            vec dz_2_0 = LOAD(dz_row + 9 + k * 48);
            KEEP(dz_2_0);
            vec dz_2_1 = LOAD(dz_row + 17 + k * 48);
            KEEP(dz_2_1);
            dx_0_0_0 += dz_2_0 * w_row[6 + k * 8];
            dx_0_0_1 += dz_2_1 * w_row[6 + k * 8];
            dx_1_0_0 += dz_2_0 * w_row[7 + k * 8];
            dx_1_0_1 += dz_2_1 * w_row[7 + k * 8];
            vec dz_3_0 = LOAD(dz_row + 31 + k * 48);
            KEEP(dz_3_0);
            vec dz_3_1 = LOAD(dz_row + 39 + k * 48);
            KEEP(dz_3_1);
            dx_0_0_0 += dz_3_0 * w_row[k * 8];
            dx_0_0_1 += dz_3_1 * w_row[k * 8];
            dx_1_0_0 += dz_3_0 * w_row[1 + k * 8];
            dx_1_0_1 += dz_3_1 * w_row[1 + k * 8];
            vec dz_4_0 = LOAD(dz_row + 32 + k * 48);
            KEEP(dz_4_0);
            vec dz_4_1 = LOAD(dz_row + 40 + k * 48);
            KEEP(dz_4_1);
            dx_0_0_0 += dz_4_0 * w_row[4 + k * 8];
            dx_0_0_1 += dz_4_1 * w_row[4 + k * 8];
            dx_1_0_0 += dz_4_0 * w_row[5 + k * 8];
            dx_1_0_1 += dz_4_1 * w_row[5 + k * 8];
        }
    }
    STORE(dx) = dx_0_0_0;
    STORE(dx + 8) = dx_0_0_1;
    STORE(dx + 48) = dx_1_0_0;
    STORE(dx + 56) = dx_1_0_1;
}

/* Unit `unit` of one image: a row of dx. */
static void columns_k4s2_backward_input_unit(
    size_t unit, struct columns_k4s2_backward_input_window *window, const float *packed, float *dx)
{
    const size_t tap = 0, at = unit;
    const size_t begin = 0;
    const size_t below = at < 3 ? 3 - at : 0, end = below < 2 ? below : 2;
    const size_t taps = begin < end ? end - begin : 0;
    const float *dz = window->rows;
    if (taps > 0)
        dz = columns_k4s2_backward_input_rows(at + begin, at + (end - 1) + 1, window);
    {
        const float *w = packed + 48 + (tap + begin) * 16;
        float *dx_row = dx + unit * 16;
        for (size_t j = 0; j < 16; j += 16) {
            const size_t e = j;
            columns_k4s2_backward_input_2(dz + e, taps, w, dx_row + e);
        }
    }
}

/* Units `first` to `last` of the batch; every image has 3. */
static TCONV_NOINLINE void columns_k4s2_backward_input_pass(size_t first, size_t last,
    const float *packed, const float *restrict y, const float *dy, float *dx, float *workspace)
{
    for (size_t image = first / 3; image * 3 < last; image++) {
        const size_t from = image * 3 < first ? first - image * 3 : 0;
        const size_t to = last - image * 3 < 3 ? last - image * 3 : 3;
        struct columns_k4s2_backward_input_window window = {dy + image * 192, y + image * 192, 0, 0, workspace};
        for (size_t unit = from; unit < to; unit++)
            columns_k4s2_backward_input_unit(unit, &window, packed, dx + image * 96);
    }
}

/* backward_weights ------------------------------------------------------------------------ */

/* What the row taps meet: input from_x + e and output from_dz + e*stride, e < count. */
struct columns_k4s2_meeting {
    size_t count, from_x, from_dz;
};
static const struct columns_k4s2_meeting columns_k4s2_rows[2] = {
    {3, 0, 0},
    {2, 0, 1},
};

/* 2 output by 2 input channels of 1 x 4 taps: the products of `rows` input rows, which `adds` adds to what is there. */
static TCONV_NOINLINE void columns_k4s2_backward_weights_2x2(int adds, size_t rows,
    const float *restrict x, const float *restrict dz, float *restrict dw)
{
    vec2 dw_0_0_0_0 = {0.0f};
    vec2 dw_0_0_1_0 = {0.0f};
    vec2 dw_0_1_0_0 = {0.0f};
    vec2 dw_0_1_1_0 = {0.0f};
    vec2 dw_0_2_0_0 = {0.0f};
    vec2 dw_0_2_1_0 = {0.0f};
    vec2 dw_0_3_0_0 = {0.0f};
    vec2 dw_0_3_1_0 = {0.0f};
    for (size_t i = 0; i < rows; i++) {
        const float *x_i = x + i * 32;
        const float *dz_i = dz + i * 96;
        {
            const vec2 x_0 = LOAD2(x_i);
            dw_0_1_0_0 += x_0 * dz_i[0];
            dw_0_1_1_0 += x_0 * dz_i[48];
            dw_0_2_0_0 += x_0 * dz_i[1];
            dw_0_2_1_0 += x_0 * dz_i[49];
            dw_0_3_0_0 += x_0 * dz_i[2];
            dw_0_3_1_0 += x_0 * dz_i[50];
        }
        {
            const vec2 x_0 = LOAD2(x_i + 2);
            dw_0_0_0_0 += x_0 * dz_i[1];
            dw_0_0_1_0 += x_0 * dz_i[49];
            dw_0_1_0_0 += x_0 * dz_i[2];
            dw_0_1_1_0 += x_0 * dz_i[50];
            dw_0_2_0_0 += x_0 * dz_i[3];
            dw_0_2_1_0 += x_0 * dz_i[51];
            dw_0_3_0_0 += x_0 * dz_i[4];
            dw_0_3_1_0 += x_0 * dz_i[52];
        }
        {
            const vec2 x_0 = LOAD2(x_i + 4);
            dw_0_0_0_0 += x_0 * dz_i[3];
            dw_0_0_1_0 += x_0 * dz_i[51];
            dw_0_1_0_0 += x_0 * dz_i[4];
            dw_0_1_1_0 += x_0 * dz_i[52];
            dw_0_2_0_0 += x_0 * dz_i[5];
            dw_0_2_1_0 += x_0 * dz_i[53];
            dw_0_3_0_0 += x_0 * dz_i[6];
            dw_0_3_1_0 += x_0 * dz_i[54];
        }
        {
            const vec2 x_0 = LOAD2(x_i + 6);
            dw_0_0_0_0 += x_0 * dz_i[5];
            dw_0_0_1_0 += x_0 * dz_i[53];
            dw_0_1_0_0 += x_0 * dz_i[6];
            dw_0_1_1_0 += x_0 * dz_i[54];
            dw_0_2_0_0 += x_0 * dz_i[7];
            dw_0_2_1_0 += x_0 * dz_i[55];
            dw_0_3_0_0 += x_0 * dz_i[8];
            dw_0_3_1_0 += x_0 * dz_i[56];
        }
        {
            const vec2 x_0 = LOAD2(x_i + 8);
            dw_0_0_0_0 += x_0 * dz_i[7];
            dw_0_0_1_0 += x_0 * dz_i[55];
            dw_0_1_0_0 += x_0 * dz_i[8];
            dw_0_1_1_0 += x_0 * dz_i[56];
            dw_0_2_0_0 += x_0 * dz_i[9];
            dw_0_2_1_0 += x_0 * dz_i[57];
            dw_0_3_0_0 += x_0 * dz_i[10];
            dw_0_3_1_0 += x_0 * dz_i[58];
        }
        {
            const vec2 x_0 = LOAD2(x_i + 10);
            dw_0_0_0_0 += x_0 * dz_i[9];
            dw_0_0_1_0 += x_0 * dz_i[57];
            dw_0_1_0_0 += x_0 * dz_i[10];
            dw_0_1_1_0 += x_0 * dz_i[58];
            dw_0_2_0_0 += x_0 * dz_i[11];
            dw_0_2_1_0 += x_0 * dz_i[59];
            dw_0_3_0_0 += x_0 * dz_i[12];
            dw_0_3_1_0 += x_0 * dz_i[60];
        }
        {
            const vec2 x_0 = LOAD2(x_i + 12);
            dw_0_0_0_0 += x_0 * dz_i[11];
            dw_0_0_1_0 += x_0 * dz_i[59];
            dw_0_1_0_0 += x_0 * dz_i[12];
            dw_0_1_1_0 += x_0 * dz_i[60];
            dw_0_2_0_0 += x_0 * dz_i[13];
            dw_0_2_1_0 += x_0 * dz_i[61];
            dw_0_3_0_0 += x_0 * dz_i[14];
            dw_0_3_1_0 += x_0 * dz_i[62];
        }
        {
            const vec2 x_0 = LOAD2(x_i + 14);
            dw_0_0_0_0 += x_0 * dz_i[13];
            dw_0_0_1_0 += x_0 * dz_i[61];
            dw_0_1_0_0 += x_0 * dz_i[14];
            dw_0_1_1_0 += x_0 * dz_i[62];
            dw_0_2_0_0 += x_0 * dz_i[15];
            dw_0_2_1_0 += x_0 * dz_i[63];
            dw_0_3_0_0 += x_0 * dz_i[16];
            dw_0_3_1_0 += x_0 * dz_i[64];
        }
        {
            const vec2 x_0 = LOAD2(x_i + 16);
            dw_0_0_0_0 += x_0 * dz_i[15];
            dw_0_0_1_0 += x_0 * dz_i[63];
            dw_0_1_0_0 += x_0 * dz_i[16];
            dw_0_1_1_0 += x_0 * dz_i[64];
            dw_0_2_0_0 += x_0 * dz_i[17];
            dw_0_2_1_0 += x_0 * dz_i[65];
            dw_0_3_0_0 += x_0 * dz_i[18];
            dw_0_3_1_0 += x_0 * dz_i[66];
        }
        {
            const vec2 x_0 = LOAD2(x_i + 18);
            dw_0_0_0_0 += x_0 * dz_i[17];
            dw_0_0_1_0 += x_0 * dz_i[65];
            dw_0_1_0_0 += x_0 * dz_i[18];
            dw_0_1_1_0 += x_0 * dz_i[66];
            dw_0_2_0_0 += x_0 * dz_i[19];
            dw_0_2_1_0 += x_0 * dz_i[67];
            dw_0_3_0_0 += x_0 * dz_i[20];
            dw_0_3_1_0 += x_0 * dz_i[68];
        }
        {
            const vec2 x_0 = LOAD2(x_i + 20);
            dw_0_0_0_0 += x_0 * dz_i[19];
            dw_0_0_1_0 += x_0 * dz_i[67];
            dw_0_1_0_0 += x_0 * dz_i[20];
            dw_0_1_1_0 += x_0 * dz_i[68];
            dw_0_2_0_0 += x_0 * dz_i[21];
            dw_0_2_1_0 += x_0 * dz_i[69];
            dw_0_3_0_0 += x_0 * dz_i[22];
            dw_0_3_1_0 += x_0 * dz_i[70];
        }
        {
            const vec2 x_0 = LOAD2(x_i + 22);
            dw_0_0_0_0 += x_0 * dz_i[21];
            dw_0_0_1_0 += x_0 * dz_i[69];
            dw_0_1_0_0 += x_0 * dz_i[22];
            dw_0_1_1_0 += x_0 * dz_i[70];
            dw_0_2_0_0 += x_0 * dz_i[23];
            dw_0_2_1_0 += x_0 * dz_i[71];
            dw_0_3_0_0 += x_0 * dz_i[24];
            dw_0_3_1_0 += x_0 * dz_i[72];
        }
        {
            const vec2 x_0 = LOAD2(x_i + 24);
            dw_0_0_0_0 += x_0 * dz_i[23];
            dw_0_0_1_0 += x_0 * dz_i[71];
            dw_0_1_0_0 += x_0 * dz_i[24];
            dw_0_1_1_0 += x_0 * dz_i[72];
            dw_0_2_0_0 += x_0 * dz_i[25];
            dw_0_2_1_0 += x_0 * dz_i[73];
            dw_0_3_0_0 += x_0 * dz_i[26];
            dw_0_3_1_0 += x_0 * dz_i[74];
        }
        {
            const vec2 x_0 = LOAD2(x_i + 26);
            dw_0_0_0_0 += x_0 * dz_i[25];
            dw_0_0_1_0 += x_0 * dz_i[73];
            dw_0_1_0_0 += x_0 * dz_i[26];
            dw_0_1_1_0 += x_0 * dz_i[74];
            dw_0_2_0_0 += x_0 * dz_i[27];
            dw_0_2_1_0 += x_0 * dz_i[75];
            dw_0_3_0_0 += x_0 * dz_i[28];
            dw_0_3_1_0 += x_0 * dz_i[76];
        }
        {
            const vec2 x_0 = LOAD2(x_i + 28);
            dw_0_0_0_0 += x_0 * dz_i[27];
            dw_0_0_1_0 += x_0 * dz_i[75];
            dw_0_1_0_0 += x_0 * dz_i[28];
            dw_0_1_1_0 += x_0 * dz_i[76];
            dw_0_2_0_0 += x_0 * dz_i[29];
            dw_0_2_1_0 += x_0 * dz_i[77];
            dw_0_3_0_0 += x_0 * dz_i[30];
            dw_0_3_1_0 += x_0 * dz_i[78];
        }
        {
            const vec2 x_0 = LOAD2(x_i + 30);
            dw_0_0_0_0 += x_0 * dz_i[29];
            dw_0_0_1_0 += x_0 * dz_i[77];
            dw_0_1_0_0 += x_0 * dz_i[30];
            dw_0_1_1_0 += x_0 * dz_i[78];
            dw_0_2_0_0 += x_0 * dz_i[31];
            dw_0_2_1_0 += x_0 * dz_i[79];
        }
    }
    if (adds) {
        dw_0_0_0_0 += LOAD2(dw);
        dw_0_0_1_0 += LOAD2(dw + 2);
        dw_0_1_0_0 += LOAD2(dw + 4);
        dw_0_1_1_0 += LOAD2(dw + 6);
        dw_0_2_0_0 += LOAD2(dw + 8);
        dw_0_2_1_0 += LOAD2(dw + 10);
        dw_0_3_0_0 += LOAD2(dw + 12);
        dw_0_3_1_0 += LOAD2(dw + 14);
    }
    STORE2(dw) = dw_0_0_0_0;
    STORE2(dw + 2) = dw_0_0_1_0;
    STORE2(dw + 4) = dw_0_1_0_0;
    STORE2(dw + 6) = dw_0_1_1_0;
    STORE2(dw + 8) = dw_0_2_0_0;
    STORE2(dw + 10) = dw_0_2_1_0;
    STORE2(dw + 12) = dw_0_3_0_0;
    STORE2(dw + 14) = dw_0_3_1_0;
}

/* Zeroes what unit `unit` computes. */
static void columns_k4s2_backward_weights_clear(size_t unit, float *dw)
{
    const size_t p = unit;
    for (size_t q = 0; q < 4; q++) {
        memset(dw + p * 16 + q * 4, 0, 4 * sizeof *dw);
    }
}

/* Unit `unit`: one row tap and a group of column taps of a piece of the output channels, all input channels;
 * the products of the input rows from `top` up to `bottom`, which `adds` adds to what is there. */
static void columns_k4s2_backward_weights_unit(size_t unit, int adds, size_t top, size_t bottom, size_t top_dz,
    const float *x, const float *dz, float *dw)
{
    const size_t tap = unit;
    const struct columns_k4s2_meeting *row = &columns_k4s2_rows[tap];
    const size_t first = top > row->from_x ? top - row->from_x : 0;
    const size_t end = bottom > row->from_x ? bottom - row->from_x : 0;
    const size_t last = end < row->count ? end : row->count;
    if (first >= last) {
        if (!adds)
            columns_k4s2_backward_weights_clear(unit, dw);
        return;
    }
    x += (row->from_x + first - top) * 32;
    dz += (row->from_dz + first * 1 - top_dz) * 96;
    dw += tap * 16;
    columns_k4s2_backward_weights_2x2(adds, last - first,
        x,
        dz,
        dw);
}


/* Rows `first` to `last` of one image of dz = dy * dy/dz, by rows of channels. */
static void columns_k4s2_backward_weights_stage_dz(size_t first, size_t last, const float *restrict dy, const float *restrict y,
    float *restrict staged)
{
    for (size_t i = first; i < last; i++)
        for (size_t c = 0; c < 2; c++) {
            const float *dy_row = dy + i * 32 + c * 96, *y_row = y + i * 32 + c * 96;
            float *made = staged + (i - first) * 96 + c * 48;
            for (size_t j = 0; j < 32; j += 8) {
                const size_t e = j;
                PART(made + e) = PART(dy_row + e) * tconv_relu_slope_f32(PART(y_row + e), 0.0f, INFINITY, 0.0f);
            }
        }
}

/* to[j][i] = from[i][j]. */
static void columns_k4s2_turn_1(size_t rows, size_t columns, const float *restrict from, size_t from_step,
    float *restrict to, size_t to_step)
{
    for (size_t j = 0; j < columns; j++)
        for (size_t i = 0; i < rows; i++)
            to[j * to_step + i] = from[i * from_step + j];
}

/* Rows `first` to `last` of one image of x, by pixels of 2 channels. */
static void columns_k4s2_backward_weights_stage_x(size_t first, size_t last, const float *restrict x,
    float *restrict staged)
{
    columns_k4s2_turn_1(2, (last - first) * 16, x + first * 16, 48, staged, 2);
}

/* backward_bias: db[f] is the sum of dz over all positions ---------------------------------- */

/* Zeroes units `first` to `last`, of 16 channels each. */
static void columns_k4s2_backward_bias_clear(size_t first, size_t last, float *db)
{
    for (size_t f = first * 16; f < last * 16 && f < 2; f++)
        db[f] = 0.0f;
}

/* Adds the rows from `top` up to `bottom` of one image to units `first` to `last`. */
static void columns_k4s2_backward_bias_rows(size_t first, size_t last, size_t top, size_t bottom,
    const float *restrict dz, float *restrict db)
{
    for (size_t f = first * 16; f < last * 16 && f < 2; f++) {
        float sums[32] = {0.0f};
        for (size_t i = top; i < bottom; i++) {
            const float *row = dz + i * 96 + f * 48;
            for (size_t j = 0; j < 32; j += 32)
                for (size_t l = 0; l < 32; l++)
                    sums[l] += row[j + l];
        }
        for (size_t l = 1; l < 32; l++)
            sums[0] += sums[l];
        db[f] += sums[0];
    }
}

/* Units `first` to `last` of 2, summed over the whole batch. */
/* With db also units `bias` to `bias_last` of 1 of the bias, while dz is in the cache. */
static TCONV_NOINLINE void columns_k4s2_backward_weights_pass(size_t first, size_t last, size_t batch,
    const float *x, const float *restrict y, const float *dy, float *dw,
    size_t bias, size_t bias_last, float *db, float *workspace)
{
    for (size_t unit = first; batch == 0 && unit < last; unit++)
        columns_k4s2_backward_weights_clear(unit, dw);
    if (db != NULL)
        columns_k4s2_backward_bias_clear(bias, bias_last, db);
    for (size_t image = 0; image < batch && (first < last || (db != NULL && bias < bias_last)); image++) {
        for (size_t top = 0; top < 3; top += 3) {
            const size_t bottom = top + 3;
            const size_t top_dz = top;
            columns_k4s2_backward_weights_stage_dz(top_dz, 3, dy + image * 192, y + image * 192, workspace);
            columns_k4s2_backward_weights_stage_x(top, bottom < 3 ? bottom : 3, x + image * 96, workspace + 288);
            for (size_t unit = first; unit < last; unit++)
                columns_k4s2_backward_weights_unit(unit, image > 0 || top > 0, top, bottom, top_dz, workspace + 288, workspace, dw);
            if (db != NULL)
                columns_k4s2_backward_bias_rows(bias, bias_last, (top < 3 ? top : 3) - top_dz,
                    (bottom < 3 ? (bottom < 3 ? bottom : 3) : 3) - top_dz, workspace, db);
        }
    }
}

/* Units `first` to `last` of 1, summed over the whole batch. */
static TCONV_NOINLINE void columns_k4s2_backward_bias_pass(size_t first, size_t last, size_t batch, const float *restrict y,
    const float *dy, float *db, float *workspace)
{
    columns_k4s2_backward_bias_clear(first, last, db);
    for (size_t image = 0; image < batch && first < last; image++) {
        /* by the rows that the weights' gradient goes through, so that the sums are the same */
        for (size_t top = 0; top < 3; top += 3) {
            const size_t bottom = top + 3, top_dz = top;
            columns_k4s2_backward_weights_stage_dz(top_dz, 3, dy + image * 192, y + image * 192, workspace);
            columns_k4s2_backward_bias_rows(first, last, (top < 3 ? top : 3) - top_dz, (bottom < 3 ? (bottom < 3 ? bottom : 3) : 3) - top_dz, workspace, db);
        }
    }
}

/* By table ---------------------------------------------------------------------------------- */

static void columns_k4s2_table_pack(const void *w, const void *b, void *packed)
{
    columns_k4s2_pack(w, b, packed);
}

static void columns_k4s2_table_forward(size_t part, size_t parts, size_t batch, const void *x,
    const void *packed, void *y, void *workspace)
{
    const size_t first = tconv_share(batch * 3, part, parts);
    const size_t last = tconv_share(batch * 3, part + 1, parts);
    columns_k4s2_forward_pass(first, last, x, packed, y, workspace);
}

static void columns_k4s2_table_forward_train(size_t part, size_t parts, size_t batch, const void *x,
    const void *packed, void *y, void *saved, void *workspace)
{
    (void)saved;
    const size_t first = tconv_share(batch * 3, part, parts);
    const size_t last = tconv_share(batch * 3, part + 1, parts);
    columns_k4s2_forward_pass(first, last, x, packed, y, workspace);
}

static void columns_k4s2_table_backward(size_t part, size_t parts, size_t batch, const void *x,
    const void *packed, const void *y, const void *saved, const void *dy, void *dx, void *dw,
    void *db, void *workspace)
{
    (void)saved;
    if (dx != NULL)
        columns_k4s2_backward_input_pass(tconv_share(batch * 3, part, parts),
            tconv_share(batch * 3, part + 1, parts), packed, y, dy, dx, workspace);
    if (dw != NULL)
        columns_k4s2_backward_weights_pass(tconv_share(2, part, parts),
            tconv_share(2, part + 1, parts), batch, x, y, dy, dw, tconv_share(1, part, parts), tconv_share(1, part + 1, parts), db, workspace);
    else if (db != NULL)
        columns_k4s2_backward_bias_pass(tconv_share(1, part, parts),
            tconv_share(1, part + 1, parts), batch, y, dy, db, workspace);
}

const struct tconv_kernel columns_k4s2_kernel = {
    .abi = TCONV_ABI,
    .name = "columns_k4s2",
    .layer = {.type = TCONV_FLOAT32,
              .channels_first = 1,
              .in_c = 2,
              .out_c = 2,
              .axis = {{.in = 3, .out = 3, .kernel = 2, .stride = 1, .dilation = 1, .crop = 0},
                       {.in = 16, .out = 32, .kernel = 4, .stride = 2, .dilation = 1, .crop = 1}},
              .use_bias = 1,
              .activation = {.function = TCONV_RELU,
                             .slope = 0.0,
                             .ceiling = (double)INFINITY,
                             .threshold = 0.0}},
    .rounding = {{1, {0, 0}, 0},
                 {1, {0, 0}, 0},
                 {1, {0, 0}, 0}},
    .packed_bytes = COLUMNS_K4S2_PACKED_BYTES,
    .saved_bytes = COLUMNS_K4S2_SAVED_BYTES,
    .workspace_bytes = COLUMNS_K4S2_WORKSPACE_BYTES,
    .pack = columns_k4s2_table_pack,
    .forward = columns_k4s2_table_forward,
    .forward_train = columns_k4s2_table_forward_train,
    .backward = columns_k4s2_table_backward,
    .config = "{\"module\": \"keras.layers\", \"class_name\": \"Conv2DTranspose\", \"config\": {\""
              "name\": \"columns_k4s2\", \"trainable\": true, \"dtype\": {\"module\": \"keras\", \""
              "class_name\": \"DTypePolicy\", \"config\": {\"name\": \"float32\"}, \"registered_n"
              "ame\": null}, \"filters\": 2, \"kernel_size\": [2, 4], \"strides\": [1, 2], \"pa"
              "dding\": \"same\", \"output_padding\": null, \"data_format\": \"channels_first\","
              " \"dilation_rate\": [1, 1], \"activation\": \"relu\", \"use_bias\": true, \"kerne"
              "l_initializer\": {\"module\": \"keras.initializers\", \"class_name\": \"GlorotUn"
              "iform\", \"config\": {\"seed\": null, \"input_axes\": null, \"output_axes\": null"
              "}, \"registered_name\": null}, \"bias_initializer\": {\"module\": \"keras.initi"
              "alizers\", \"class_name\": \"Zeros\", \"config\": {}, \"registered_name\": null},"
              " \"kernel_regularizer\": null, \"bias_regularizer\": null, \"activity_regular"
              "izer\": null, \"kernel_constraint\": null, \"bias_constraint\": null}, \"regis"
              "tered_name\": null, \"build_config\": {\"input_shape\": [null, 2, 3, 16]}}"
};

void columns_k4s2_forward(
    size_t batch, const float *x, const void *packed, float *y, void *workspace)
{
    columns_k4s2_table_forward(0, 1, batch, x, packed, y, workspace);
}

void columns_k4s2_forward_train(size_t batch, const float *x, const void *packed, float *y,
    void *saved, void *workspace)
{
    columns_k4s2_table_forward_train(0, 1, batch, x, packed, y, saved, workspace);
}

void columns_k4s2_backward(size_t batch, const float *x, const void *packed, const float *y,
    const void *saved, const float *dy, float *dx, float *dw, float *db, void *workspace)
{
    columns_k4s2_table_backward(0, 1, batch, x, packed, y, saved, dy, dx, dw, db, workspace);
}

#if defined(__clang__)
#pragma clang attribute pop
#endif
