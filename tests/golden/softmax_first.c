/*
 * softmax_first.c: the Conv2DTranspose layer "softmax_first" for one shape, emitted by tconv.
 *
 *   x [batch][1][2][2]  ->  y [batch][3][4][5], float
 *   w [1][3][3][1], padding "valid", activation softmax
 *
 * Identity. Per axis, input i and tap t meet output o = i*stride + t*dilation - crop:
 *   rows     stride 2, dilation 1, crop 0
 *   columns  stride 2, dilation 1, crop 0
 * and z[o][o'][f] = b[f] + sum over meeting (i, t), (i', t') and c of x[i][i'][c] * w[t][t'][f][c],
 * y = softmax(z). The backward passes are its derivatives.
 *
 * Plan, target x86-64-v3:
 *   forward          scatter, tiles of 2 x 9, about 926 bytes of code
 *   backward_input   direct, tiles of 4 x 1, about 1,011 bytes of code
 *   backward_weights direct, tiles of 3 x 1, about 1,168 bytes of code
 * Cost of one image and pass: 36 multiply-adds;
 *   bytes of x 16, y 240, w 36
 *
 * Compile with: -O2 -march=x86-64-v3 -ffp-contract=fast -fno-trapping-math -fno-math-errno
 * Made again by: tconv gen CONFIG.json --name softmax_first --input-shape 1,2,2
 *     --target x86-64-v3 --unroll tile
 * Config digest (FNV-1a): 06d428e9f94befa6
 *
 * This file belongs to whoever emitted it; tconv claims no right in it.
 */
#include "softmax_first.h"

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
#error "softmax_first.c uses the vector extensions of GCC and Clang; --target portable does not"
#endif

typedef float vec __attribute__((vector_size(32), aligned(4), may_alias));
typedef int mask __attribute__((vector_size(32)));
#define LOAD(p) (*(const vec *)(p))
#define STORE(p) (*(vec *)(p))

/* softmax, in vectors of 4 */
#define TCONV_LANES 4
#include "tconv_rows.h"
typedef float zvec __attribute__((vector_size(16), aligned(4), may_alias));
#define PART(p) (*(zvec *)(p))

/*
 * Packed: the bias of one chunk; then w by blocks of 16 columns, [block][in][column];
 * then w by blocks of 1 input channels, [block][tap][tap][out][in], for the gradient of x.
 */
void softmax_first_pack(const float *w, const float *b, void *packed)
{
    float *to = packed;
    memset(to, 0, SOFTMAX_FIRST_PACKED_BYTES);
    for (size_t v = 0; v < 6; v++)
        to[v] = b[v % 3];
    for (size_t k = 0; k < 1; k++)
        for (size_t v = 0; v < 9; v++) {
            const size_t column = v;
            const size_t p = 0 - column / 9, in_row = column % 9;
            to[16 + k * 16 + v] = w[(p * 9 + in_row) * 1 + k];
        }
    for (size_t p = 0; p < 1; p++)
        for (size_t q = 0; q < 3; q++)
            for (size_t k = 0; k < 3; k++)
                for (size_t v = 0; v < 1; v++)
                    to[32 + p * 9 + q * 3 + k + v] =
                        w[p * 9 + q * 3 + k + v];
}

/* forward ---------------------------------------------------------------------------- */

/* to[j][i] = from[i][j]. */
static void softmax_first_turn_1(size_t rows, size_t columns, const float *restrict from, size_t from_step,
    float *restrict to, size_t to_step)
{
    for (size_t j = 0; j < columns; j++)
        for (size_t i = 0; i < rows; i++)
            to[j * to_step + i] = from[i * from_step + j];
}

/* Products of 2 pixels by 9 columns. */
static TCONV_NOINLINE void softmax_first_forward_products_2(
    const float *restrict x, const float *restrict w, float *state)
{
    vec z_0_0 = {0.0f};
    float z_0_8 = 0.0f;
    vec z_1_0 = {0.0f};
    float z_1_8 = 0.0f;
    for (size_t k = 0; k < 1; k++) {
        __builtin_prefetch(x + 2 + k * 2); /* the next pixels */
        const vec w_0 = LOAD(w + k * 16);
        const float w_8 = w[8 + k * 16];
        z_0_0 += w_0 * x[k * 4];
        z_0_8 += w_8 * x[k * 4];
        z_1_0 += w_0 * x[1 + k * 4];
        z_1_8 += w_8 * x[1 + k * 4];
    }
    STORE(state) = z_0_0;
    state[8] = z_0_8;
    STORE(state + 16) = z_1_0;
    state[24] = z_1_8;
}

/* One input row: the last columns first, as they begin with what earlier ones hold. */
static void softmax_first_forward_input_row(const float *x, const float *packed, float *state)
{
    for (size_t tile = 0; tile < 1; tile++) {
        softmax_first_forward_products_2(
            x + tile * 2, packed + 16,
            state + 16 + tile * 32);
    }
}

/* The lanes of a chunk that the last of its pixels has taps for. */
static const mask softmax_first_part = {-1, -1, -1, 0, 0, 0, 0, 0};

/* One output row: 2 pixels meet each chunk of 6 outputs. What a chunk spills into the next
 * one, that one overwrites. */
static void softmax_first_forward_gather(const float *restrict state, const float *restrict b, float *restrict row)
{
    const vec b_0 = LOAD(b);
    for (size_t a = 0; a < 3; a++) {
        vec z_0 = b_0;
        z_0 += (vec)((mask)LOAD(state + 6 + a * 16) & softmax_first_part);
        z_0 += LOAD(state + 16 + a * 16);
        STORE(row + a * 6) = z_0;
    }
}

/* An output row that no tap meets. */
static void softmax_first_forward_hole(const float *restrict b, float *restrict row)
{
    for (size_t a = 0; a < 3; a++)
        for (size_t v = 0; v < 6; v++)
            row[a * 6 + v] = b[v];
}

/* A finished output row, 5 x 3. */
static void softmax_first_forward_finish(float *restrict row, float *restrict y)
{
    softmax_first_turn_1(5, 3, row, 3, y, 20);
}

/* Output rows `first` to `last` of one image. Whatever `first` is, the products of all input
 * rows that meet it are added in the same order. */
static void softmax_first_forward_rows(size_t first, size_t last, const float *x,
    const float *packed, float *y, float *workspace)
{
    float *state = workspace, *row = workspace + 80;
    const size_t top = first;
    size_t next = top < 1 ? 0 : (top - 1) / 2 + 1;
    memset(state, 0, 72 * sizeof *state);
    for (size_t o = first; o < last; o++) {
        const size_t at = o;
        const size_t closing = at / 2 < 2 ? at / 2 : 1;
        const size_t tap = at - closing * 2;
        for (; next <= closing; next++)
            softmax_first_forward_input_row(x + next * 2, packed, state);
        if (tap < 1)
            softmax_first_forward_gather(state + 0 - tap * 9, packed, row);
        else
            softmax_first_forward_hole(packed, row);
        softmax_first_forward_finish(row, y + o * 5);
    }
}

/* softmax over the last axis of one image: 12 rows of 5. */
static void softmax_first_forward_softmax(const float *z, float *y)
{
    for (size_t row = 0; row < 12; row++)
        tconv_softmax_f32(z + row * 5, y + row * 5, 5);
}

/* Images `first` to `last` of the batch. */
static TCONV_NOINLINE void softmax_first_forward_pass(size_t first, size_t last, const float *x,
    const float *packed, float *y, float *workspace)
{
    for (size_t image = first; image < last; image++) {
        softmax_first_forward_rows(0, 4, x + image * 4, packed, y + image * 60, workspace);
        softmax_first_forward_softmax(y + image * 60, y + image * 60);
    }
}

/* backward_input ---------------------------------------------------------------------------- */

/* Rows `first` to `last` of one image of dz = dy * dy/dz, by rows of channels. */
static void softmax_first_backward_input_stage_dz(size_t first, size_t last, const float *restrict dy, const float *restrict y,
    float *restrict staged)
{
    for (size_t i = first; i < last; i++)
        for (size_t c = 0; c < 3; c++)
            tconv_softmax_backward_f32(y + c * 20 + i * 5, dy + c * 20 + i * 5, staged + (i - first) * 15 + c * 5, 5, 1);
}

/* Rows `first` to `last` of an image, staged. */
struct softmax_first_backward_input_window {
    const float *dy, *y;
    size_t first, last;
    float *rows;
};

/* Where row `first` is, after whose staging the rows to `last` are there too. */
static const float *softmax_first_backward_input_rows(size_t first, size_t last, struct softmax_first_backward_input_window *window)
{
    if (first < window->first || last > window->last) {
        window->last = 4 + window->first;
        softmax_first_backward_input_stage_dz(window->first, window->last, window->dy, window->y, window->rows);
    }
    return window->rows + (first - window->first) * 15;
}

/* 2 x 2 positions by 1 channels; 1 x 3 taps of 3 channels. */
static TCONV_NOINLINE void softmax_first_backward_input_2x2_1x3(
    const float *restrict dz, const float *restrict w,
    float *restrict dx)
{
    float dx_0_0_0 = 0.0f;
    float dx_0_1_0 = 0.0f;
    float dx_1_0_0 = 0.0f;
    float dx_1_1_0 = 0.0f;
    /* the tap that reads 0 rows and 0 columns on */
    {
        const float w_0 = w[0];
        dx_0_0_0 += w_0 * dz[0];
        dx_0_1_0 += w_0 * dz[2];
        dx_1_0_0 += w_0 * dz[30];
        dx_1_1_0 += w_0 * dz[32];
    }
    {
        const float w_0 = w[1];
        dx_0_0_0 += w_0 * dz[5];
        dx_0_1_0 += w_0 * dz[7];
        dx_1_0_0 += w_0 * dz[35];
        dx_1_1_0 += w_0 * dz[37];
    }
    {
        const float w_0 = w[2];
        dx_0_0_0 += w_0 * dz[10];
        dx_0_1_0 += w_0 * dz[12];
        dx_1_0_0 += w_0 * dz[40];
        dx_1_1_0 += w_0 * dz[42];
    }
    /* the tap that reads 0 rows and 1 columns on */
    {
        const float w_0 = w[3];
        dx_0_0_0 += w_0 * dz[1];
        dx_0_1_0 += w_0 * dz[3];
        dx_1_0_0 += w_0 * dz[31];
        dx_1_1_0 += w_0 * dz[33];
    }
    {
        const float w_0 = w[4];
        dx_0_0_0 += w_0 * dz[6];
        dx_0_1_0 += w_0 * dz[8];
        dx_1_0_0 += w_0 * dz[36];
        dx_1_1_0 += w_0 * dz[38];
    }
    {
        const float w_0 = w[5];
        dx_0_0_0 += w_0 * dz[11];
        dx_0_1_0 += w_0 * dz[13];
        dx_1_0_0 += w_0 * dz[41];
        dx_1_1_0 += w_0 * dz[43];
    }
    /* the tap that reads 0 rows and 2 columns on */
    {
        const float w_0 = w[6];
        dx_0_0_0 += w_0 * dz[2];
        dx_0_1_0 += w_0 * dz[4];
        dx_1_0_0 += w_0 * dz[32];
        dx_1_1_0 += w_0 * dz[34];
    }
    {
        const float w_0 = w[7];
        dx_0_0_0 += w_0 * dz[7];
        dx_0_1_0 += w_0 * dz[9];
        dx_1_0_0 += w_0 * dz[37];
        dx_1_1_0 += w_0 * dz[39];
    }
    {
        const float w_0 = w[8];
        dx_0_0_0 += w_0 * dz[12];
        dx_0_1_0 += w_0 * dz[14];
        dx_1_0_0 += w_0 * dz[42];
        dx_1_1_0 += w_0 * dz[44];
    }
    dx[0] = dx_0_0_0;
    dx[1] = dx_0_1_0;
    dx[2] = dx_1_0_0;
    dx[3] = dx_1_1_0;
}

/* Row number `band` of tiles, of 1: 1 channels. */
static void softmax_first_backward_input_band(
    size_t band, struct softmax_first_backward_input_window *window, const float *w,
    float *dx, float *strip)
{
    /* rows 0 step 1 */
    if (band < 1) {
        const float *dz = softmax_first_backward_input_rows(0, 3, window);
        /* columns 0 step 1: taps 1 x 3 */
        softmax_first_backward_input_2x2_1x3(
            dz, w,
            strip);
        for (size_t r = 0; r < 2; r++)
            softmax_first_turn_1(2, 1, strip + r * 2, 1,
                dx + r * 2, 4);
    }
}

/* Unit `unit` of one image: a band of a block of channels. */
static void softmax_first_backward_input_unit(
    size_t unit, struct softmax_first_backward_input_window *window, const float *packed, float *dx, float *strip)
{
    const size_t band = unit;
    softmax_first_backward_input_band(band, window, packed + 32,
        dx, strip);
}

/* Units `first` to `last` of the batch; every image has 1. */
static TCONV_NOINLINE void softmax_first_backward_input_pass(size_t first, size_t last,
    const float *packed, const float *restrict y, const float *dy, float *dx, float *workspace)
{
    for (size_t image = first / 1; image * 1 < last; image++) {
        const size_t from = image * 1 < first ? first - image * 1 : 0;
        const size_t to = last - image * 1 < 1 ? last - image * 1 : 1;
        struct softmax_first_backward_input_window window = {dy + image * 60, y + image * 60, 0, 0, workspace};
        for (size_t unit = from; unit < to; unit++)
            softmax_first_backward_input_unit(unit, &window, packed, dx + image * 4, workspace + 64);
    }
}

/* backward_weights ------------------------------------------------------------------------ */

/* What the row taps meet: input from_x + e and output from_dz + e*stride, e < count. */
struct softmax_first_meeting {
    size_t count, from_x, from_dz;
};
static const struct softmax_first_meeting softmax_first_rows[1] = {
    {2, 0, 0},
};

/* 3 output by 1 input channels of 1 x 3 taps: the products of `rows` input rows, which `adds` adds to what is there. */
static TCONV_NOINLINE void softmax_first_backward_weights_3x1(int adds, size_t rows,
    const float *restrict x, const float *restrict dz, float *restrict dw)
{
    float dw_0_0_0_0 = 0.0f;
    float dw_0_0_1_0 = 0.0f;
    float dw_0_0_2_0 = 0.0f;
    float dw_0_1_0_0 = 0.0f;
    float dw_0_1_1_0 = 0.0f;
    float dw_0_1_2_0 = 0.0f;
    float dw_0_2_0_0 = 0.0f;
    float dw_0_2_1_0 = 0.0f;
    float dw_0_2_2_0 = 0.0f;
    for (size_t i = 0; i < rows; i++) {
        const float *x_i = x + i * 2;
        const float *dz_i = dz + i * 30;
        {
            const float x_0 = x_i[0];
            dw_0_0_0_0 += x_0 * dz_i[0];
            dw_0_0_1_0 += x_0 * dz_i[5];
            dw_0_0_2_0 += x_0 * dz_i[10];
            dw_0_1_0_0 += x_0 * dz_i[1];
            dw_0_1_1_0 += x_0 * dz_i[6];
            dw_0_1_2_0 += x_0 * dz_i[11];
            dw_0_2_0_0 += x_0 * dz_i[2];
            dw_0_2_1_0 += x_0 * dz_i[7];
            dw_0_2_2_0 += x_0 * dz_i[12];
        }
        {
            const float x_0 = x_i[1];
            dw_0_0_0_0 += x_0 * dz_i[2];
            dw_0_0_1_0 += x_0 * dz_i[7];
            dw_0_0_2_0 += x_0 * dz_i[12];
            dw_0_1_0_0 += x_0 * dz_i[3];
            dw_0_1_1_0 += x_0 * dz_i[8];
            dw_0_1_2_0 += x_0 * dz_i[13];
            dw_0_2_0_0 += x_0 * dz_i[4];
            dw_0_2_1_0 += x_0 * dz_i[9];
            dw_0_2_2_0 += x_0 * dz_i[14];
        }
    }
    if (adds) {
        dw_0_0_0_0 += dw[0];
        dw_0_0_1_0 += dw[1];
        dw_0_0_2_0 += dw[2];
        dw_0_1_0_0 += dw[3];
        dw_0_1_1_0 += dw[4];
        dw_0_1_2_0 += dw[5];
        dw_0_2_0_0 += dw[6];
        dw_0_2_1_0 += dw[7];
        dw_0_2_2_0 += dw[8];
    }
    dw[0] = dw_0_0_0_0;
    dw[1] = dw_0_0_1_0;
    dw[2] = dw_0_0_2_0;
    dw[3] = dw_0_1_0_0;
    dw[4] = dw_0_1_1_0;
    dw[5] = dw_0_1_2_0;
    dw[6] = dw_0_2_0_0;
    dw[7] = dw_0_2_1_0;
    dw[8] = dw_0_2_2_0;
}

/* Zeroes what unit `unit` computes. */
static void softmax_first_backward_weights_clear(size_t unit, float *dw)
{
    const size_t p = unit;
    for (size_t q = 0; q < 3; q++) {
        memset(dw + p * 9 + q * 3, 0, 3 * sizeof *dw);
    }
}

/* Unit `unit`: one row tap and a group of column taps of a piece of the output channels, all input channels;
 * the products of the input rows from `top` up to `bottom`, which `adds` adds to what is there. */
static void softmax_first_backward_weights_unit(size_t unit, int adds, size_t top, size_t bottom, size_t top_dz,
    const float *x, const float *dz, float *dw)
{
    const size_t tap = unit;
    const struct softmax_first_meeting *row = &softmax_first_rows[tap];
    const size_t first = top > row->from_x ? top - row->from_x : 0;
    const size_t end = bottom > row->from_x ? bottom - row->from_x : 0;
    const size_t last = end < row->count ? end : row->count;
    if (first >= last) {
        if (!adds)
            softmax_first_backward_weights_clear(unit, dw);
        return;
    }
    x += (row->from_x + first - top) * 2;
    dz += (row->from_dz + first * 2 - top_dz) * 15;
    dw += tap * 9;
    softmax_first_backward_weights_3x1(adds, last - first,
        x,
        dz,
        dw);
}


/* Rows `first` to `last` of one image of dz = dy * dy/dz, by rows of channels. */
static void softmax_first_backward_weights_stage_dz(size_t first, size_t last, const float *restrict dy, const float *restrict y,
    float *restrict staged)
{
    for (size_t i = first; i < last; i++)
        for (size_t c = 0; c < 3; c++)
            tconv_softmax_backward_f32(y + c * 20 + i * 5, dy + c * 20 + i * 5, staged + (i - first) * 15 + c * 5, 5, 1);
}

/* Rows `first` to `last` of one image of x, by pixels of 1 channels. */
static void softmax_first_backward_weights_stage_x(size_t first, size_t last, const float *restrict x,
    float *restrict staged)
{
    softmax_first_turn_1(1, (last - first) * 2, x + first * 2, 4, staged, 1);
}

/* backward_bias: db[f] is the sum of dz over all positions ---------------------------------- */

/* Zeroes units `first` to `last`, of 16 channels each. */
static void softmax_first_backward_bias_clear(size_t first, size_t last, float *db)
{
    for (size_t f = first * 16; f < last * 16 && f < 3; f++)
        db[f] = 0.0f;
}

/* Adds the rows from `top` up to `bottom` of one image to units `first` to `last`. */
static void softmax_first_backward_bias_rows(size_t first, size_t last, size_t top, size_t bottom,
    const float *restrict dz, float *restrict db)
{
    for (size_t f = first * 16; f < last * 16 && f < 3; f++) {
        float sums[4] = {0.0f};
        float rest[1] = {0.0f};
        for (size_t i = top; i < bottom; i++) {
            const float *row = dz + i * 15 + f * 5;
            for (size_t j = 0; j < 4; j += 4)
                for (size_t l = 0; l < 4; l++)
                    sums[l] += row[j + l];
            for (size_t l = 0; l < 1; l++)
                rest[l] += row[4 + l];
        }
        for (size_t l = 0; l < 1; l++)
            sums[0] += rest[l];
        for (size_t l = 1; l < 4; l++)
            sums[0] += sums[l];
        db[f] += sums[0];
    }
}

/* Units `first` to `last` of 1, summed over the whole batch. */
/* With db also units `bias` to `bias_last` of 1 of the bias, while dz is in the cache. */
static TCONV_NOINLINE void softmax_first_backward_weights_pass(size_t first, size_t last, size_t batch,
    const float *x, const float *restrict y, const float *dy, float *dw,
    size_t bias, size_t bias_last, float *db, float *workspace)
{
    for (size_t unit = first; batch == 0 && unit < last; unit++)
        softmax_first_backward_weights_clear(unit, dw);
    if (db != NULL)
        softmax_first_backward_bias_clear(bias, bias_last, db);
    for (size_t image = 0; image < batch && (first < last || (db != NULL && bias < bias_last)); image++) {
        for (size_t top = 0; top < 2; top += 2) {
            const size_t bottom = top + 2;
            const size_t top_dz = top * 2;
            softmax_first_backward_weights_stage_dz(top_dz, 4, dy + image * 60, y + image * 60, workspace);
            softmax_first_backward_weights_stage_x(top, bottom < 2 ? bottom : 2, x + image * 4, workspace + 64);
            for (size_t unit = first; unit < last; unit++)
                softmax_first_backward_weights_unit(unit, image > 0 || top > 0, top, bottom, top_dz, workspace + 64, workspace, dw);
            if (db != NULL)
                softmax_first_backward_bias_rows(bias, bias_last, (top * 2 < 4 ? top * 2 : 4) - top_dz,
                    (bottom < 2 ? (bottom * 2 < 4 ? bottom * 2 : 4) : 4) - top_dz, workspace, db);
        }
    }
}

/* Units `first` to `last` of 1, summed over the whole batch. */
static TCONV_NOINLINE void softmax_first_backward_bias_pass(size_t first, size_t last, size_t batch, const float *restrict y,
    const float *dy, float *db, float *workspace)
{
    softmax_first_backward_bias_clear(first, last, db);
    for (size_t image = 0; image < batch && first < last; image++) {
        /* by the rows that the weights' gradient goes through, so that the sums are the same */
        for (size_t top = 0; top < 2; top += 2) {
            const size_t bottom = top + 2, top_dz = top * 2;
            softmax_first_backward_weights_stage_dz(top_dz, 4, dy + image * 60, y + image * 60, workspace);
            softmax_first_backward_bias_rows(first, last, (top * 2 < 4 ? top * 2 : 4) - top_dz, (bottom < 2 ? (bottom * 2 < 4 ? bottom * 2 : 4) : 4) - top_dz, workspace, db);
        }
    }
}

/* By table ---------------------------------------------------------------------------------- */

static void softmax_first_table_pack(const void *w, const void *b, void *packed)
{
    softmax_first_pack(w, b, packed);
}

static void softmax_first_table_forward(size_t part, size_t parts, size_t batch, const void *x,
    const void *packed, void *y, void *workspace)
{
    const size_t first = tconv_share(batch, part, parts);
    const size_t last = tconv_share(batch, part + 1, parts);
    softmax_first_forward_pass(first, last, x, packed, y, workspace);
}

static void softmax_first_table_forward_train(size_t part, size_t parts, size_t batch, const void *x,
    const void *packed, void *y, void *saved, void *workspace)
{
    (void)saved;
    const size_t first = tconv_share(batch, part, parts);
    const size_t last = tconv_share(batch, part + 1, parts);
    softmax_first_forward_pass(first, last, x, packed, y, workspace);
}

static void softmax_first_table_backward(size_t part, size_t parts, size_t batch, const void *x,
    const void *packed, const void *y, const void *saved, const void *dy, void *dx, void *dw,
    void *db, void *workspace)
{
    (void)saved;
    if (dx != NULL)
        softmax_first_backward_input_pass(tconv_share(batch, part, parts),
            tconv_share(batch, part + 1, parts), packed, y, dy, dx, workspace);
    if (dw != NULL)
        softmax_first_backward_weights_pass(tconv_share(1, part, parts),
            tconv_share(1, part + 1, parts), batch, x, y, dy, dw, tconv_share(1, part, parts), tconv_share(1, part + 1, parts), db, workspace);
    else if (db != NULL)
        softmax_first_backward_bias_pass(tconv_share(1, part, parts),
            tconv_share(1, part + 1, parts), batch, y, dy, db, workspace);
}

const struct tconv_kernel softmax_first_kernel = {
    .abi = TCONV_ABI,
    .name = "softmax_first",
    .layer = {.type = TCONV_FLOAT32,
              .channels_first = 1,
              .in_c = 1,
              .out_c = 3,
              .axis = {{.in = 2, .out = 4, .kernel = 1, .stride = 2, .dilation = 1, .crop = 0},
                       {.in = 2, .out = 5, .kernel = 3, .stride = 2, .dilation = 1, .crop = 0}},
              .use_bias = 1,
              .activation = {.function = TCONV_SOFTMAX,
                             .slope = 0.0,
                             .ceiling = (double)INFINITY,
                             .threshold = 0.0}},
    .rounding = {{1, {0, 0}, 0},
                 {1, {0, 0}, 0},
                 {1, {0, 0}, 0}},
    .packed_bytes = SOFTMAX_FIRST_PACKED_BYTES,
    .saved_bytes = SOFTMAX_FIRST_SAVED_BYTES,
    .workspace_bytes = SOFTMAX_FIRST_WORKSPACE_BYTES,
    .pack = softmax_first_table_pack,
    .forward = softmax_first_table_forward,
    .forward_train = softmax_first_table_forward_train,
    .backward = softmax_first_table_backward,
    .config = "{\"module\": \"keras.layers\", \"class_name\": \"Conv2DTranspose\", \"config\": {\""
              "name\": \"softmax_first\", \"trainable\": true, \"dtype\": {\"module\": \"keras\", "
              "\"class_name\": \"DTypePolicy\", \"config\": {\"name\": \"float32\"}, \"registered_"
              "name\": null}, \"filters\": 3, \"kernel_size\": [1, 3], \"strides\": [2, 2], \"p"
              "adding\": \"valid\", \"output_padding\": null, \"data_format\": \"channels_first"
              "\", \"dilation_rate\": [1, 1], \"activation\": \"softmax\", \"use_bias\": true, \""
              "kernel_initializer\": {\"module\": \"keras.initializers\", \"class_name\": \"Glo"
              "rotUniform\", \"config\": {\"seed\": null, \"input_axes\": null, \"output_axes\":"
              " null}, \"registered_name\": null}, \"bias_initializer\": {\"module\": \"keras."
              "initializers\", \"class_name\": \"Zeros\", \"config\": {}, \"registered_name\": n"
              "ull}, \"kernel_regularizer\": null, \"bias_regularizer\": null, \"activity_re"
              "gularizer\": null, \"kernel_constraint\": null, \"bias_constraint\": null}, \""
              "registered_name\": null, \"build_config\": {\"input_shape\": [null, 1, 2, 2]}"
              "}"
};

void softmax_first_forward(
    size_t batch, const float *x, const void *packed, float *y, void *workspace)
{
    softmax_first_table_forward(0, 1, batch, x, packed, y, workspace);
}

void softmax_first_forward_train(size_t batch, const float *x, const void *packed, float *y,
    void *saved, void *workspace)
{
    softmax_first_table_forward_train(0, 1, batch, x, packed, y, saved, workspace);
}

void softmax_first_backward(size_t batch, const float *x, const void *packed, const float *y,
    const void *saved, const float *dy, float *dx, float *dw, float *db, void *workspace)
{
    softmax_first_table_backward(0, 1, batch, x, packed, y, saved, dy, dx, dw, db, workspace);
}

#if defined(__clang__)
#pragma clang attribute pop
#endif
