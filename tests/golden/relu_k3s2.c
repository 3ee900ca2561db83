/*
 * relu_k3s2.c: the Conv2DTranspose layer "relu_k3s2" for one shape, emitted by tconv.
 *
 *   x [batch][2][2][1]  ->  y [batch][4][4][1], float
 *   w [3][3][1][1], padding "same", activation relu
 *
 * Identity. Per axis, input i and tap t meet output o = i*stride + t*dilation - crop:
 *   rows     stride 2, dilation 1, crop 0
 *   columns  stride 2, dilation 1, crop 0
 * and z[o][o'][f] = b[f] + sum over meeting (i, t), (i', t') and c of x[i][i'][c] * w[t][t'][f][c],
 * y = relu(z). The backward passes are its derivatives.
 *
 * Plan, target portable:
 *   forward          scatter, tiles of 2 x 9, about 900 bytes of code
 *   backward_input   direct, tiles of 1 x 1, about 912 bytes of code
 *   backward_weights direct, tiles of 1 x 1, about 637 bytes of code
 * Cost of one image and pass: 25 multiply-adds;
 *   bytes of x 16, y 64, w 36
 *
 * Compile with: -O3 -fno-trapping-math -fno-math-errno
 * Made again by: tconv gen CONFIG.json --name relu_k3s2 --input-shape 2,2,1
 *     --target portable --unroll tile
 * Config digest (FNV-1a): b3e64a0c8c47cb25
 *
 * This file belongs to whoever emitted it; tconv claims no right in it.
 */
#include "relu_k3s2.h"

#include <math.h>
#include <string.h>

/* relu */
#define TCONV_BITS 32
#include "tconv_plain.h"

/*
 * Packed: the bias of one chunk; then w by blocks of 9 columns, [block][in][column];
 * then w by blocks of 1 input channels, [block][tap][tap][out][in], for the gradient of x.
 */
void relu_k3s2_pack(const float *w, const float *b, void *packed)
{
    float *to = packed;
    memset(to, 0, RELU_K3S2_PACKED_BYTES);
    for (size_t v = 0; v < 2; v++)
        to[v] = b[v % 1];
    for (size_t k = 0; k < 1; k++)
        for (size_t v = 0; v < 9; v++) {
            const size_t column = v;
            const size_t p = 2 - column / 3, in_row = column % 3;
            to[16 + k * 9 + v] = w[(p * 3 + in_row) * 1 + k];
        }
    for (size_t p = 0; p < 3; p++)
        for (size_t q = 0; q < 3; q++)
            for (size_t k = 0; k < 1; k++)
                for (size_t v = 0; v < 1; v++)
                    to[32 + p * 3 + q + k + v] =
                        w[p * 3 + q + k + v];
}

/* forward ---------------------------------------------------------------------------- */

/* Products of 2 pixels by 9 columns, added to what the rows before gave to the same outputs. */
static TCONV_NOINLINE void relu_k3s2_forward_products_2(
    const float *restrict x, const float *restrict w, float *state)
{
    float z_0[9];
    float z_1[9];
    memcpy(z_0, state - 6, sizeof z_0);
    memcpy(z_1, state + 9, sizeof z_1);
    const float x_0_0 = x[0];
    const float x_1_0 = x[1];
    for (size_t l = 0; l < 9; l++) {
        const float w_0 = w[l];
        z_0[l] += w_0 * x_0_0;
        z_1[l] += w_0 * x_1_0;
    }
    memcpy(state, z_0, sizeof z_0);
    memcpy(state + 15, z_1, sizeof z_1);
}

/* One input row: the last columns first, as they begin with what earlier ones hold. */
static void relu_k3s2_forward_input_row(const float *x, const float *packed, float *state)
{
    for (size_t tile = 0; tile < 1; tile++) {
        relu_k3s2_forward_products_2(
            x + tile * 2, packed + 16,
            state + 21 + tile * 30);
    }
}

/* One output row: 2 pixels meet each chunk of 2 outputs. */
static void relu_k3s2_forward_gather(const float *restrict state, const float *restrict b, float *restrict row)
{
    for (size_t a = 0; a < 2; a++) {
        for (size_t l = 0; l < 1; l++)
            row[a * 2 + l] = b[l] + state[2 + a * 15 + l] + state[15 + a * 15 + l];
        for (size_t l = 1; l < 2; l++)
            row[a * 2 + l] = b[l] + state[15 + a * 15 + l];
    }
}


/* y = relu(z) in place, for n neighbours and those that complete a part. */
static TCONV_NOINLINE void relu_k3s2_activate(float *y, size_t n)
{
    for (size_t i = 0; i < n; i++)
        y[i] = tconv_relu_f32(y[i], 0.0f, INFINITY, 0.0f);
}

/* A finished output row, 4 x 1. */
static void relu_k3s2_forward_finish(float *restrict row, float *restrict y)
{
    relu_k3s2_activate(row, 4);
    memcpy(y, row, 4 * sizeof *row);
}

/* Output rows `first` to `last` of one image. Whatever `first` is, the products of all input
 * rows that meet it are added in the same order. */
static void relu_k3s2_forward_rows(size_t first, size_t last, const float *x,
    const float *packed, float *y, float *workspace)
{
    float *state = workspace, *row = workspace + 48;
    const size_t top = first;
    size_t next = top < 3 ? 0 : (top - 3) / 2 + 1;
    memset(state, 0, 47 * sizeof *state);
    for (size_t o = first; o < last; o++) {
        const size_t at = o;
        const size_t closing = at / 2 < 2 ? at / 2 : 1;
        const size_t tap = at - closing * 2;
        for (; next <= closing; next++)
            relu_k3s2_forward_input_row(x + next * 2, packed, state);
        relu_k3s2_forward_gather(state + 12 - tap * 3, packed, row);
        relu_k3s2_forward_finish(row, y + o * 4);
    }
}

/* Units `first` to `last` of the batch; every image has 4. */
static TCONV_NOINLINE void relu_k3s2_forward_pass(size_t first, size_t last, const float *x,
    const float *packed, float *y, float *workspace)
{
    for (size_t image = first / 4; image * 4 < last; image++) {
        const size_t from = image * 4 < first ? first - image * 4 : 0;
        const size_t to = last - image * 4 < 4 ? last - image * 4 : 4;
        relu_k3s2_forward_rows(from, to, x + image * 4, packed, y + image * 16, workspace);
    }
}

/* backward_input ---------------------------------------------------------------------------- */

/* 1 x 1 positions by 1 channels; 3 x 3 taps of 1 channels. */
static TCONV_NOINLINE void relu_k3s2_backward_input_1x1_3x3(
    const float *restrict dz, const float *restrict w,
    float *restrict dx)
{
    float dx_0_0_0 = 0.0f;
    /* the tap that reads 0 rows and 0 columns on */
    {
        const float w_0 = w[0];
        dx_0_0_0 += w_0 * dz[0];
    }
    /* the tap that reads 0 rows and 1 columns on */
    {
        const float w_0 = w[1];
        dx_0_0_0 += w_0 * dz[1];
    }
    /* the tap that reads 0 rows and 2 columns on */
    {
        const float w_0 = w[2];
        dx_0_0_0 += w_0 * dz[2];
    }
    /* the tap that reads 1 rows and 0 columns on */
    {
        const float w_0 = w[3];
        dx_0_0_0 += w_0 * dz[4];
    }
    /* the tap that reads 1 rows and 1 columns on */
    {
        const float w_0 = w[4];
        dx_0_0_0 += w_0 * dz[5];
    }
    /* the tap that reads 1 rows and 2 columns on */
    {
        const float w_0 = w[5];
        dx_0_0_0 += w_0 * dz[6];
    }
    /* the tap that reads 2 rows and 0 columns on */
    {
        const float w_0 = w[6];
        dx_0_0_0 += w_0 * dz[8];
    }
    /* the tap that reads 2 rows and 1 columns on */
    {
        const float w_0 = w[7];
        dx_0_0_0 += w_0 * dz[9];
    }
    /* the tap that reads 2 rows and 2 columns on */
    {
        const float w_0 = w[8];
        dx_0_0_0 += w_0 * dz[10];
    }
    dx[0] = dx_0_0_0;
}

/* 1 x 1 positions by 1 channels; 3 x 2 taps of 1 channels. */
static TCONV_NOINLINE void relu_k3s2_backward_input_1x1_3x2(
    const float *restrict dz, const float *restrict w,
    float *restrict dx)
{
    float dx_0_0_0 = 0.0f;
    /* the tap that reads 0 rows and 0 columns on */
    {
        const float w_0 = w[0];
        dx_0_0_0 += w_0 * dz[0];
    }
    /* the tap that reads 0 rows and 1 columns on */
    {
        const float w_0 = w[1];
        dx_0_0_0 += w_0 * dz[1];
    }
    /* the tap that reads 1 rows and 0 columns on */
    {
        const float w_0 = w[3];
        dx_0_0_0 += w_0 * dz[4];
    }
    /* the tap that reads 1 rows and 1 columns on */
    {
        const float w_0 = w[4];
        dx_0_0_0 += w_0 * dz[5];
    }
    /* the tap that reads 2 rows and 0 columns on */
    {
        const float w_0 = w[6];
        dx_0_0_0 += w_0 * dz[8];
    }
    /* the tap that reads 2 rows and 1 columns on */
    {
        const float w_0 = w[7];
        dx_0_0_0 += w_0 * dz[9];
    }
    dx[0] = dx_0_0_0;
}

/* 1 x 1 positions by 1 channels; 2 x 3 taps of 1 channels. */
static TCONV_NOINLINE void relu_k3s2_backward_input_1x1_2x3(
    const float *restrict dz, const float *restrict w,
    float *restrict dx)
{
    float dx_0_0_0 = 0.0f;
    /* the tap that reads 0 rows and 0 columns on */
    {
        const float w_0 = w[0];
        dx_0_0_0 += w_0 * dz[0];
    }
    /* the tap that reads 0 rows and 1 columns on */
    {
        const float w_0 = w[1];
        dx_0_0_0 += w_0 * dz[1];
    }
    /* the tap that reads 0 rows and 2 columns on */
    {
        const float w_0 = w[2];
        dx_0_0_0 += w_0 * dz[2];
    }
    /* the tap that reads 1 rows and 0 columns on */
    {
        const float w_0 = w[3];
        dx_0_0_0 += w_0 * dz[4];
    }
    /* the tap that reads 1 rows and 1 columns on */
    {
        const float w_0 = w[4];
        dx_0_0_0 += w_0 * dz[5];
    }
    /* the tap that reads 1 rows and 2 columns on */
    {
        const float w_0 = w[5];
        dx_0_0_0 += w_0 * dz[6];
    }
    dx[0] = dx_0_0_0;
}

/* 1 x 1 positions by 1 channels; 2 x 2 taps of 1 channels. */
static TCONV_NOINLINE void relu_k3s2_backward_input_1x1_2x2(
    const float *restrict dz, const float *restrict w,
    float *restrict dx)
{
    float dx_0_0_0 = 0.0f;
    /* the tap that reads 0 rows and 0 columns on */
    {
        const float w_0 = w[0];
        dx_0_0_0 += w_0 * dz[0];
    }
    /* the tap that reads 0 rows and 1 columns on */
    {
        const float w_0 = w[1];
        dx_0_0_0 += w_0 * dz[1];
    }
    /* the tap that reads 1 rows and 0 columns on */
    {
        const float w_0 = w[3];
        dx_0_0_0 += w_0 * dz[4];
    }
    /* the tap that reads 1 rows and 1 columns on */
    {
        const float w_0 = w[4];
        dx_0_0_0 += w_0 * dz[5];
    }
    dx[0] = dx_0_0_0;
}

/* Row number `band` of tiles, of 2: 1 channels. */
static void relu_k3s2_backward_input_band(
    size_t band, const float *dz, const float *w,
    float *dx)
{
    /* rows 0 step 1 */
    if (band < 1) {
        /* columns 0 step 1: taps 3 x 3 */
        relu_k3s2_backward_input_1x1_3x3(
            dz + band * 8, w,
            dx + band * 2);
        /* columns 1 step 1: taps 3 x 2 */
        relu_k3s2_backward_input_1x1_3x2(
            dz + 2 + band * 8, w,
            dx + 1 + band * 2);
        return;
    }
    band -= 1;
    /* rows 1 step 1 */
    if (band < 1) {
        /* columns 0 step 1: taps 2 x 3 */
        relu_k3s2_backward_input_1x1_2x3(
            dz + 8 + band * 8, w,
            dx + 2 + band * 2);
        /* columns 1 step 1: taps 2 x 2 */
        relu_k3s2_backward_input_1x1_2x2(
            dz + 10 + band * 8, w,
            dx + 3 + band * 2);
    }
}

/* Unit `unit` of one image: a band of a block of channels. */
static void relu_k3s2_backward_input_unit(
    size_t unit, const float *dz, const float *packed, float *dx)
{
    const size_t band = unit;
    relu_k3s2_backward_input_band(band, dz, packed + 32,
        dx);
}

/* dz = dy * dy/dz, one part. */
static inline void relu_k3s2_backward_input_dz(
    const float *restrict dy, const float *restrict y, float *restrict dz)
{
    dz[0] = dy[0] * tconv_relu_slope_f32(y[0], 0.0f, INFINITY, 0.0f);
}

/* One image of dz = dy * dy/dz, by pixels. */
static void relu_k3s2_backward_input_stage_dz(
    const float *restrict dy, const float *restrict y, float *restrict dz)
{
    for (size_t i = 0; i < 16; i++)
        relu_k3s2_backward_input_dz(dy + i, y + i, dz + i);
}

/* Units `first` to `last` of the batch; every image has 2. */
static TCONV_NOINLINE void relu_k3s2_backward_input_pass(size_t first, size_t last,
    const float *packed, const float *restrict y, const float *dy, float *dx, float *workspace)
{
    for (size_t image = first / 2; image * 2 < last; image++) {
        const size_t from = image * 2 < first ? first - image * 2 : 0;
        const size_t to = last - image * 2 < 2 ? last - image * 2 : 2;
        relu_k3s2_backward_input_stage_dz(dy + image * 16, y + image * 16, workspace);
        for (size_t unit = from; unit < to; unit++)
            relu_k3s2_backward_input_unit(unit, workspace, packed, dx + image * 4);
    }
}

/* backward_weights ------------------------------------------------------------------------ */

/* 1 output by 1 input channels of 3 x 3 taps: the products of the input rows from `top` up to `bottom`, which `adds` adds to what is there. */
static TCONV_NOINLINE void relu_k3s2_backward_weights_1x1(int adds, size_t top, size_t bottom,
    const float *restrict x, const float *restrict dz, float *restrict dw)
{
    float dw_0_0_0_0 = 0.0f;
    float dw_0_1_0_0 = 0.0f;
    float dw_0_2_0_0 = 0.0f;
    float dw_1_0_0_0 = 0.0f;
    float dw_1_1_0_0 = 0.0f;
    float dw_1_2_0_0 = 0.0f;
    float dw_2_0_0_0 = 0.0f;
    float dw_2_1_0_0 = 0.0f;
    float dw_2_2_0_0 = 0.0f;
    for (size_t i = top; i < bottom && i < 1; i++) {
        const float *x_i = x + i * 2;
        const float *dz_i = dz + i * 8;
        {
            const float x_0 = x_i[0];
            dw_0_0_0_0 += x_0 * dz_i[0];
            dw_0_1_0_0 += x_0 * dz_i[1];
            dw_0_2_0_0 += x_0 * dz_i[2];
            dw_1_0_0_0 += x_0 * dz_i[4];
            dw_1_1_0_0 += x_0 * dz_i[5];
            dw_1_2_0_0 += x_0 * dz_i[6];
            dw_2_0_0_0 += x_0 * dz_i[8];
            dw_2_1_0_0 += x_0 * dz_i[9];
            dw_2_2_0_0 += x_0 * dz_i[10];
        }
        {
            const float x_0 = x_i[1];
            dw_0_0_0_0 += x_0 * dz_i[2];
            dw_0_1_0_0 += x_0 * dz_i[3];
            dw_1_0_0_0 += x_0 * dz_i[6];
            dw_1_1_0_0 += x_0 * dz_i[7];
            dw_2_0_0_0 += x_0 * dz_i[10];
            dw_2_1_0_0 += x_0 * dz_i[11];
        }
    }
    for (size_t i = top > 1 ? top : 1; i < bottom && i < 2; i++) {
        const float *x_i = x + i * 2;
        const float *dz_i = dz + 8 + (i - 1) * 8;
        {
            const float x_0 = x_i[0];
            dw_0_0_0_0 += x_0 * dz_i[0];
            dw_0_1_0_0 += x_0 * dz_i[1];
            dw_0_2_0_0 += x_0 * dz_i[2];
            dw_1_0_0_0 += x_0 * dz_i[4];
            dw_1_1_0_0 += x_0 * dz_i[5];
            dw_1_2_0_0 += x_0 * dz_i[6];
        }
        {
            const float x_0 = x_i[1];
            dw_0_0_0_0 += x_0 * dz_i[2];
            dw_0_1_0_0 += x_0 * dz_i[3];
            dw_1_0_0_0 += x_0 * dz_i[6];
            dw_1_1_0_0 += x_0 * dz_i[7];
        }
    }
    if (adds) {
        dw_0_0_0_0 += dw[0];
        dw_0_1_0_0 += dw[1];
        dw_0_2_0_0 += dw[2];
        dw_1_0_0_0 += dw[3];
        dw_1_1_0_0 += dw[4];
        dw_1_2_0_0 += dw[5];
        dw_2_0_0_0 += dw[6];
        dw_2_1_0_0 += dw[7];
        dw_2_2_0_0 += dw[8];
    }
    dw[0] = dw_0_0_0_0;
    dw[1] = dw_0_1_0_0;
    dw[2] = dw_0_2_0_0;
    dw[3] = dw_1_0_0_0;
    dw[4] = dw_1_1_0_0;
    dw[5] = dw_1_2_0_0;
    dw[6] = dw_2_0_0_0;
    dw[7] = dw_2_1_0_0;
    dw[8] = dw_2_2_0_0;
}

/* Zeroes what unit `unit` computes. */
static void relu_k3s2_backward_weights_clear(size_t unit, float *dw)
{
    (void)unit;
    for (size_t p = 0; p < 3; p++) {
        for (size_t q = 0; q < 3; q++) {
            memset(dw + p * 3 + q, 0, 1 * sizeof *dw);
        }
    }
}

/* Unit `unit`: all row taps and a group of column taps of a piece of the output channels, all input channels;
 * the products of the input rows from `top` up to `bottom`, which `adds` adds to what is there. */
static void relu_k3s2_backward_weights_unit(size_t unit, int adds, size_t top, size_t bottom,
    const float *x, const float *dz, float *dw)
{
    (void)unit;
    relu_k3s2_backward_weights_1x1(adds, top, bottom,
        x,
        dz,
        dw);
}


/* dz = dy * dy/dz, one part. */
static inline void relu_k3s2_backward_weights_dz(
    const float *restrict dy, const float *restrict y, float *restrict dz)
{
    dz[0] = dy[0] * tconv_relu_slope_f32(y[0], 0.0f, INFINITY, 0.0f);
}

/* One image of dz = dy * dy/dz, by pixels. */
static void relu_k3s2_backward_weights_stage_dz(
    const float *restrict dy, const float *restrict y, float *restrict dz)
{
    for (size_t i = 0; i < 16; i++)
        relu_k3s2_backward_weights_dz(dy + i, y + i, dz + i);
}

/* Units `first` to `last` of 1, summed over the whole batch. */
static TCONV_NOINLINE void relu_k3s2_backward_weights_pass(size_t first, size_t last, size_t batch,
    const float *x, const float *restrict y, const float *dy, float *dw,
    float *workspace)
{
    for (size_t unit = first; batch == 0 && unit < last; unit++)
        relu_k3s2_backward_weights_clear(unit, dw);
    for (size_t image = 0; image < batch && first < last; image++) {
        relu_k3s2_backward_weights_stage_dz(dy + image * 16, y + image * 16, workspace);
        for (size_t top = 0; top < 2; top += 2) {
            const size_t bottom = top + 2;
            for (size_t unit = first; unit < last; unit++)
                relu_k3s2_backward_weights_unit(unit, image > 0 || top > 0, top, bottom, x + image * 4, workspace, dw);
        }
    }
}

/* Adds 16 elements of dz, of one channel; 8 sums at a time keep vectors busy. */
static void relu_k3s2_backward_bias_sum(const float *restrict dz, float *restrict db)
{
    float sums[8] = {0.0f};
    for (size_t e = 0; e < 16; e += 8)
        for (size_t l = 0; l < 8; l++)
            sums[l] += dz[e + l];
    for (size_t l = 0; l < 4; l++)
        sums[l] += sums[l + 4];
    for (size_t l = 0; l < 2; l++)
        sums[l] += sums[l + 2];
    for (size_t l = 0; l < 1; l++)
        sums[l] += sums[l + 1];
    for (size_t l = 0; l < 1; l++)
        db[l] += sums[l];
}

static void relu_k3s2_backward_bias_image(const float *dz, float *db)
{
    relu_k3s2_backward_bias_sum(dz, db);
}

/* Units `first` to `last` of 1, summed over the whole batch. */
static TCONV_NOINLINE void relu_k3s2_backward_bias_pass(size_t first, size_t last, size_t batch, const float *restrict y,
    const float *dy, float *db, float *workspace)
{
    memset(db, 0, (last - first) * 1 * sizeof *db);
    for (size_t image = 0; image < batch && first < last; image++) {
        relu_k3s2_backward_weights_stage_dz(dy + image * 16, y + image * 16, workspace);
        relu_k3s2_backward_bias_image(workspace, db);
    }
}

/* By table ---------------------------------------------------------------------------------- */

static void relu_k3s2_table_pack(const void *w, const void *b, void *packed)
{
    relu_k3s2_pack(w, b, packed);
}

static void relu_k3s2_table_forward(size_t part, size_t parts, size_t batch, const void *x,
    const void *packed, void *y, void *workspace)
{
    const size_t first = tconv_share(batch * 4, part, parts);
    const size_t last = tconv_share(batch * 4, part + 1, parts);
    relu_k3s2_forward_pass(first, last, x, packed, y, workspace);
}

static void relu_k3s2_table_forward_train(size_t part, size_t parts, size_t batch, const void *x,
    const void *packed, void *y, void *saved, void *workspace)
{
    (void)saved;
    const size_t first = tconv_share(batch * 4, part, parts);
    const size_t last = tconv_share(batch * 4, part + 1, parts);
    relu_k3s2_forward_pass(first, last, x, packed, y, workspace);
}

static void relu_k3s2_table_backward(size_t part, size_t parts, size_t batch, const void *x,
    const void *packed, const void *y, const void *saved, const void *dy, void *dx, void *dw,
    void *db, void *workspace)
{
    (void)saved;
    if (dx != NULL)
        relu_k3s2_backward_input_pass(tconv_share(batch * 2, part, parts),
            tconv_share(batch * 2, part + 1, parts), packed, y, dy, dx, workspace);
    if (dw != NULL)
        relu_k3s2_backward_weights_pass(tconv_share(1, part, parts),
            tconv_share(1, part + 1, parts), batch, x, y, dy, dw, workspace);
    if (db != NULL)
        relu_k3s2_backward_bias_pass(tconv_share(1, part, parts),
            tconv_share(1, part + 1, parts), batch, y, dy, db, workspace);
}

const struct tconv_kernel relu_k3s2_kernel = {
    .abi = TCONV_ABI,
    .name = "relu_k3s2",
    .layer = {.type = TCONV_FLOAT32,
              .channels_first = 0,
              .in_c = 1,
              .out_c = 1,
              .axis = {{.in = 2, .out = 4, .kernel = 3, .stride = 2, .dilation = 1, .crop = 0},
                       {.in = 2, .out = 4, .kernel = 3, .stride = 2, .dilation = 1, .crop = 0}},
              .use_bias = 1,
              .activation = {.function = TCONV_RELU,
                             .slope = 0.0,
                             .ceiling = (double)INFINITY,
                             .threshold = 0.0}},
    .rounding = {{1, {0, 0}, 0},
                 {1, {0, 0}, 0},
                 {1, {0, 0}, 0}},
    .packed_bytes = RELU_K3S2_PACKED_BYTES,
    .saved_bytes = RELU_K3S2_SAVED_BYTES,
    .workspace_bytes = RELU_K3S2_WORKSPACE_BYTES,
    .pack = relu_k3s2_table_pack,
    .forward = relu_k3s2_table_forward,
    .forward_train = relu_k3s2_table_forward_train,
    .backward = relu_k3s2_table_backward,
    .config = "{\"module\": \"keras.layers\", \"class_name\": \"Conv2DTranspose\", \"config\": {\""
              "name\": \"relu_k3s2\", \"trainable\": true, \"dtype\": {\"module\": \"keras\", \"cla"
              "ss_name\": \"DTypePolicy\", \"config\": {\"name\": \"float32\"}, \"registered_name"
              "\": null}, \"filters\": 1, \"kernel_size\": [3, 3], \"strides\": [2, 2], \"paddi"
              "ng\": \"same\", \"output_padding\": null, \"data_format\": \"channels_last\", \"di"
              "lation_rate\": [1, 1], \"activation\": \"relu\", \"use_bias\": true, \"kernel_in"
              "itializer\": {\"module\": \"keras.initializers\", \"class_name\": \"GlorotUnifor"
              "m\", \"config\": {\"seed\": null, \"input_axes\": null, \"output_axes\": null}, \""
              "registered_name\": null}, \"bias_initializer\": {\"module\": \"keras.initializ"
              "ers\", \"class_name\": \"Zeros\", \"config\": {}, \"registered_name\": null}, \"ke"
              "rnel_regularizer\": null, \"bias_regularizer\": null, \"activity_regularizer"
              "\": null, \"kernel_constraint\": null, \"bias_constraint\": null}, \"registere"
              "d_name\": null, \"build_config\": {\"input_shape\": [null, 2, 2, 1]}}"
};

void relu_k3s2_forward(
    size_t batch, const float *x, const void *packed, float *y, void *workspace)
{
    relu_k3s2_table_forward(0, 1, batch, x, packed, y, workspace);
}

void relu_k3s2_forward_train(size_t batch, const float *x, const void *packed, float *y,
    void *saved, void *workspace)
{
    relu_k3s2_table_forward_train(0, 1, batch, x, packed, y, saved, workspace);
}

void relu_k3s2_backward(size_t batch, const float *x, const void *packed, const float *y,
    const void *saved, const float *dy, float *dx, float *dw, float *db, void *workspace)
{
    relu_k3s2_table_backward(0, 1, batch, x, packed, y, saved, dy, dx, dw, db, workspace);
}
