/*
 * training_k2s2.c: the Conv2DTranspose layer "training_k2s2" for one shape, emitted by tconv.
 *
 *   x [batch][1][2][3]  ->  y [batch][2][4][2], float
 *   w [2][2][2][3], padding "valid", activation linear
 *
 * Identity. Per axis, input i and tap t meet output o = i*stride + t*dilation - crop:
 *   rows     stride 2, dilation 1, crop 0
 *   columns  stride 2, dilation 1, crop 0
 * and z[o][o'][f] = b[f] + sum over meeting (i, t), (i', t') and c of x[i][i'][c] * w[t][t'][f][c],
 * y = linear(z). The backward passes are its derivatives.
 *
 * Plan, target portable:
 *   forward          scatter, tiles of 2 x 8, about 900 bytes of code
 *   backward_input   direct, tiles of 2 x 3, about 714 bytes of code
 *   backward_weights direct, tiles of 2 x 3, about 1,056 bytes of code
 * Cost of one image and pass: 48 multiply-adds;
 *   bytes of x 24, y 64, w 96
 *
 * Compile with: -O3 -fno-trapping-math -fno-math-errno
 * Made again by: tconv gen CONFIG.json --name training_k2s2 --input-shape 1,2,3
 *     --target portable --unroll tile --training
 * Config digest (FNV-1a): f84316b8547b86ac
 *
 * This file belongs to whoever emitted it; tconv claims no right in it.
 */
#include "training_k2s2.h"

#include <math.h>
#include <string.h>

/*
 * Packed: the bias of one chunk; then w by blocks of 8 columns, [block][in][column];
 * then w by blocks of 3 input channels, [block][tap][tap][out][in], for the gradient of x.
 */
void training_k2s2_pack(const float *w, const float *b, void *packed)
{
    float *to = packed;
    memset(to, 0, TRAINING_K2S2_PACKED_BYTES);
    for (size_t v = 0; v < 4; v++)
        to[v] = b[v % 2];
    for (size_t k = 0; k < 3; k++)
        for (size_t v = 0; v < 8; v++) {
            const size_t column = v;
            const size_t p = 1 - column / 4, in_row = column % 4;
            to[16 + k * 8 + v] = w[(p * 4 + in_row) * 3 + k];
        }
    for (size_t p = 0; p < 2; p++)
        for (size_t q = 0; q < 2; q++)
            for (size_t k = 0; k < 2; k++)
                for (size_t v = 0; v < 3; v++)
                    to[48 + p * 12 + q * 6 + k * 3 + v] =
                        w[p * 12 + q * 6 + k * 3 + v];
}

/* forward ---------------------------------------------------------------------------- */

/* Products of 2 pixels by 8 columns. */
static TCONV_NOINLINE void training_k2s2_forward_products_2(
    const float *restrict x, const float *restrict w, float *state)
{
    float z_0[8];
    float z_1[8];
    memset(z_0, 0, sizeof z_0);
    memset(z_1, 0, sizeof z_1);
    for (size_t k = 0; k < 2; k += 2) {
        const float x_0_0 = x[k];
        const float x_0_1 = x[1 + k];
        const float x_1_0 = x[3 + k];
        const float x_1_1 = x[4 + k];
        for (size_t l = 0; l < 8; l++) {
            const float w_0 = w[k * 8 + l];
            const float w_1 = w[8 + k * 8 + l];
            z_0[l] += w_0 * x_0_0 + w_1 * x_0_1;
            z_1[l] += w_0 * x_1_0 + w_1 * x_1_1;
        }
    }
    const float x_0_0 = x[2];
    const float x_1_0 = x[5];
    for (size_t l = 0; l < 8; l++) {
        const float w_0 = w[16 + l];
        z_0[l] += w_0 * x_0_0;
        z_1[l] += w_0 * x_1_0;
    }
    memcpy(state, z_0, sizeof z_0);
    memcpy(state + 8, z_1, sizeof z_1);
}

/* One input row: the last columns first, as they begin with what earlier ones hold. */
static void training_k2s2_forward_input_row(const float *x, const float *packed, float *state)
{
    for (size_t tile = 0; tile < 1; tile++) {
        training_k2s2_forward_products_2(
            x + tile * 6, packed + 16,
            state + tile * 16);
    }
}

/* One output row: 1 pixels meet each chunk of 4 outputs. */
static void training_k2s2_forward_gather(const float *restrict state, const float *restrict b, float *restrict row)
{
    for (size_t a = 0; a < 2; a++) {
        for (size_t l = 0; l < 4; l++)
            row[a * 4 + l] = b[l] + state[a * 8 + l];
    }
}

/* A finished output row, 4 x 2. */
static void training_k2s2_forward_finish(float *restrict row, float *restrict y)
{
    memcpy(y, row, 8 * sizeof *row);
}

/* Output rows `first` to `last` of one image. Whatever `first` is, the products of all input
 * rows that meet it are added in the same order. */
static void training_k2s2_forward_rows(size_t first, size_t last, const float *x,
    const float *packed, float *y, float *workspace)
{
    float *state = workspace, *row = workspace + 32;
    const size_t top = first;
    size_t next = top < 2 ? 0 : (top - 2) / 2 + 1;
    memset(state, 0, 20 * sizeof *state);
    for (size_t o = first; o < last; o++) {
        const size_t at = o;
        const size_t closing = at / 2 < 1 ? at / 2 : 0;
        const size_t tap = at - closing * 2;
        for (; next <= closing; next++)
            training_k2s2_forward_input_row(x + next * 6, packed, state);
        training_k2s2_forward_gather(state + 4 - tap * 4, packed, row);
        training_k2s2_forward_finish(row, y + o * 8);
    }
}

/* Units `first` to `last` of the batch; every image has 2. */
static TCONV_NOINLINE void training_k2s2_forward_pass(size_t first, size_t last, const float *x,
    const float *packed, float *y, float *workspace)
{
    for (size_t image = first / 2; image * 2 < last; image++) {
        const size_t from = image * 2 < first ? first - image * 2 : 0;
        const size_t to = last - image * 2 < 2 ? last - image * 2 : 2;
        training_k2s2_forward_rows(from, to, x + image * 6, packed, y + image * 16, workspace);
    }
}

/* backward_input ---------------------------------------------------------------------------- */

/* 1 x 2 positions by 3 channels; 2 x 2 taps of 2 channels. */
static TCONV_NOINLINE void training_k2s2_backward_input_1x2_2x2(
    const float *restrict dz, const float *restrict w,
    float *restrict dx)
{
    float dx_0_0_0 = 0.0f;
    float dx_0_0_1 = 0.0f;
    float dx_0_0_2 = 0.0f;
    float dx_0_1_0 = 0.0f;
    float dx_0_1_1 = 0.0f;
    float dx_0_1_2 = 0.0f;
    /* the tap that reads 0 rows and 0 columns on */
    {
        const float w_0 = w[0];
        const float w_1 = w[1];
        const float w_2 = w[2];
        dx_0_0_0 += w_0 * dz[0];
        dx_0_0_1 += w_1 * dz[0];
        dx_0_0_2 += w_2 * dz[0];
        dx_0_1_0 += w_0 * dz[4];
        dx_0_1_1 += w_1 * dz[4];
        dx_0_1_2 += w_2 * dz[4];
    }
    {
        const float w_0 = w[3];
        const float w_1 = w[4];
        const float w_2 = w[5];
        dx_0_0_0 += w_0 * dz[1];
        dx_0_0_1 += w_1 * dz[1];
        dx_0_0_2 += w_2 * dz[1];
        dx_0_1_0 += w_0 * dz[5];
        dx_0_1_1 += w_1 * dz[5];
        dx_0_1_2 += w_2 * dz[5];
    }
    /* the tap that reads 0 rows and 1 columns on */
    {
        const float w_0 = w[6];
        const float w_1 = w[7];
        const float w_2 = w[8];
        dx_0_0_0 += w_0 * dz[2];
        dx_0_0_1 += w_1 * dz[2];
        dx_0_0_2 += w_2 * dz[2];
        dx_0_1_0 += w_0 * dz[6];
        dx_0_1_1 += w_1 * dz[6];
        dx_0_1_2 += w_2 * dz[6];
    }
    {
        const float w_0 = w[9];
        const float w_1 = w[10];
        const float w_2 = w[11];
        dx_0_0_0 += w_0 * dz[3];
        dx_0_0_1 += w_1 * dz[3];
        dx_0_0_2 += w_2 * dz[3];
        dx_0_1_0 += w_0 * dz[7];
        dx_0_1_1 += w_1 * dz[7];
        dx_0_1_2 += w_2 * dz[7];
    }
    /* the tap that reads 1 rows and 0 columns on */
    {
        const float w_0 = w[12];
        const float w_1 = w[13];
        const float w_2 = w[14];
        dx_0_0_0 += w_0 * dz[8];
        dx_0_0_1 += w_1 * dz[8];
        dx_0_0_2 += w_2 * dz[8];
        dx_0_1_0 += w_0 * dz[12];
        dx_0_1_1 += w_1 * dz[12];
        dx_0_1_2 += w_2 * dz[12];
    }
    {
        const float w_0 = w[15];
        const float w_1 = w[16];
        const float w_2 = w[17];
        dx_0_0_0 += w_0 * dz[9];
        dx_0_0_1 += w_1 * dz[9];
        dx_0_0_2 += w_2 * dz[9];
        dx_0_1_0 += w_0 * dz[13];
        dx_0_1_1 += w_1 * dz[13];
        dx_0_1_2 += w_2 * dz[13];
    }
    /* the tap that reads 1 rows and 1 columns on */
    {
        const float w_0 = w[18];
        const float w_1 = w[19];
        const float w_2 = w[20];
        dx_0_0_0 += w_0 * dz[10];
        dx_0_0_1 += w_1 * dz[10];
        dx_0_0_2 += w_2 * dz[10];
        dx_0_1_0 += w_0 * dz[14];
        dx_0_1_1 += w_1 * dz[14];
        dx_0_1_2 += w_2 * dz[14];
    }
    {
        const float w_0 = w[21];
        const float w_1 = w[22];
        const float w_2 = w[23];
        dx_0_0_0 += w_0 * dz[11];
        dx_0_0_1 += w_1 * dz[11];
        dx_0_0_2 += w_2 * dz[11];
        dx_0_1_0 += w_0 * dz[15];
        dx_0_1_1 += w_1 * dz[15];
        dx_0_1_2 += w_2 * dz[15];
    }
    dx[0] = dx_0_0_0;
    dx[1] = dx_0_0_1;
    dx[2] = dx_0_0_2;
    dx[3] = dx_0_1_0;
    dx[4] = dx_0_1_1;
    dx[5] = dx_0_1_2;
}

/* Row number `band` of tiles, of 1: 3 channels. */
static void training_k2s2_backward_input_band(
    size_t band, const float *dz, const float *w,
    float *dx)
{
    /* rows 0 step 1 */
    if (band < 1) {
        /* columns 0 step 1: taps 2 x 2 */
        training_k2s2_backward_input_1x2_2x2(
            dz + band * 16, w,
            dx + band * 6);
    }
}

/* Unit `unit` of one image: a band of a block of channels. */
static void training_k2s2_backward_input_unit(
    size_t unit, const float *dz, const float *packed, float *dx)
{
    const size_t band = unit;
    training_k2s2_backward_input_band(band, dz, packed + 48,
        dx);
}

/* Units `first` to `last` of the batch; every image has 1. */
static TCONV_NOINLINE void training_k2s2_backward_input_pass(size_t first, size_t last,
    const float *packed, const float *dy, float *dx, float *workspace)
{
    (void)workspace;
    for (size_t image = first / 1; image * 1 < last; image++) {
        const size_t from = image * 1 < first ? first - image * 1 : 0;
        const size_t to = last - image * 1 < 1 ? last - image * 1 : 1;
        for (size_t unit = from; unit < to; unit++)
            training_k2s2_backward_input_unit(unit, dy + image * 16, packed, dx + image * 6);
    }
}

/* backward_weights ------------------------------------------------------------------------ */

/* 2 output by 3 input channels of 2 x 1 taps: the products of the input rows from `top` up to `bottom`, which `adds` adds to what is there. */
static TCONV_NOINLINE void training_k2s2_backward_weights_2x3_from_0(int adds, size_t top, size_t bottom,
    const float *restrict x, const float *restrict dz, float *restrict dw)
{
    float dw_0_0_0_0 = 0.0f;
    float dw_0_0_0_1 = 0.0f;
    float dw_0_0_0_2 = 0.0f;
    float dw_0_0_1_0 = 0.0f;
    float dw_0_0_1_1 = 0.0f;
    float dw_0_0_1_2 = 0.0f;
    float dw_1_0_0_0 = 0.0f;
    float dw_1_0_0_1 = 0.0f;
    float dw_1_0_0_2 = 0.0f;
    float dw_1_0_1_0 = 0.0f;
    float dw_1_0_1_1 = 0.0f;
    float dw_1_0_1_2 = 0.0f;
    for (size_t i = top; i < bottom && i < 1; i++) {
        const float *x_i = x + i * 6;
        const float *dz_i = dz + i * 16;
        {
            const float x_0 = x_i[0];
            const float x_1 = x_i[1];
            const float x_2 = x_i[2];
            dw_0_0_0_0 += x_0 * dz_i[0];
            dw_0_0_0_1 += x_1 * dz_i[0];
            dw_0_0_0_2 += x_2 * dz_i[0];
            dw_0_0_1_0 += x_0 * dz_i[1];
            dw_0_0_1_1 += x_1 * dz_i[1];
            dw_0_0_1_2 += x_2 * dz_i[1];
            dw_1_0_0_0 += x_0 * dz_i[8];
            dw_1_0_0_1 += x_1 * dz_i[8];
            dw_1_0_0_2 += x_2 * dz_i[8];
            dw_1_0_1_0 += x_0 * dz_i[9];
            dw_1_0_1_1 += x_1 * dz_i[9];
            dw_1_0_1_2 += x_2 * dz_i[9];
        }
        {
            const float x_0 = x_i[3];
            const float x_1 = x_i[4];
            const float x_2 = x_i[5];
            dw_0_0_0_0 += x_0 * dz_i[4];
            dw_0_0_0_1 += x_1 * dz_i[4];
            dw_0_0_0_2 += x_2 * dz_i[4];
            dw_0_0_1_0 += x_0 * dz_i[5];
            dw_0_0_1_1 += x_1 * dz_i[5];
            dw_0_0_1_2 += x_2 * dz_i[5];
            dw_1_0_0_0 += x_0 * dz_i[12];
            dw_1_0_0_1 += x_1 * dz_i[12];
            dw_1_0_0_2 += x_2 * dz_i[12];
            dw_1_0_1_0 += x_0 * dz_i[13];
            dw_1_0_1_1 += x_1 * dz_i[13];
            dw_1_0_1_2 += x_2 * dz_i[13];
        }
    }
    if (adds) {
        dw_0_0_0_0 += dw[0];
        dw_0_0_0_1 += dw[1];
        dw_0_0_0_2 += dw[2];
        dw_0_0_1_0 += dw[3];
        dw_0_0_1_1 += dw[4];
        dw_0_0_1_2 += dw[5];
        dw_1_0_0_0 += dw[12];
        dw_1_0_0_1 += dw[13];
        dw_1_0_0_2 += dw[14];
        dw_1_0_1_0 += dw[15];
        dw_1_0_1_1 += dw[16];
        dw_1_0_1_2 += dw[17];
    }
    dw[0] = dw_0_0_0_0;
    dw[1] = dw_0_0_0_1;
    dw[2] = dw_0_0_0_2;
    dw[3] = dw_0_0_1_0;
    dw[4] = dw_0_0_1_1;
    dw[5] = dw_0_0_1_2;
    dw[12] = dw_1_0_0_0;
    dw[13] = dw_1_0_0_1;
    dw[14] = dw_1_0_0_2;
    dw[15] = dw_1_0_1_0;
    dw[16] = dw_1_0_1_1;
    dw[17] = dw_1_0_1_2;
}

/* 2 output by 3 input channels of 2 x 1 taps: the products of the input rows from `top` up to `bottom`, which `adds` adds to what is there. */
static TCONV_NOINLINE void training_k2s2_backward_weights_2x3_from_1(int adds, size_t top, size_t bottom,
    const float *restrict x, const float *restrict dz, float *restrict dw)
{
    float dw_0_0_0_0 = 0.0f;
    float dw_0_0_0_1 = 0.0f;
    float dw_0_0_0_2 = 0.0f;
    float dw_0_0_1_0 = 0.0f;
    float dw_0_0_1_1 = 0.0f;
    float dw_0_0_1_2 = 0.0f;
    float dw_1_0_0_0 = 0.0f;
    float dw_1_0_0_1 = 0.0f;
    float dw_1_0_0_2 = 0.0f;
    float dw_1_0_1_0 = 0.0f;
    float dw_1_0_1_1 = 0.0f;
    float dw_1_0_1_2 = 0.0f;
    for (size_t i = top; i < bottom && i < 1; i++) {
        const float *x_i = x + i * 6;
        const float *dz_i = dz + i * 16;
        {
            const float x_0 = x_i[0];
            const float x_1 = x_i[1];
            const float x_2 = x_i[2];
            dw_0_0_0_0 += x_0 * dz_i[2];
            dw_0_0_0_1 += x_1 * dz_i[2];
            dw_0_0_0_2 += x_2 * dz_i[2];
            dw_0_0_1_0 += x_0 * dz_i[3];
            dw_0_0_1_1 += x_1 * dz_i[3];
            dw_0_0_1_2 += x_2 * dz_i[3];
            dw_1_0_0_0 += x_0 * dz_i[10];
            dw_1_0_0_1 += x_1 * dz_i[10];
            dw_1_0_0_2 += x_2 * dz_i[10];
            dw_1_0_1_0 += x_0 * dz_i[11];
            dw_1_0_1_1 += x_1 * dz_i[11];
            dw_1_0_1_2 += x_2 * dz_i[11];
        }
        {
            const float x_0 = x_i[3];
            const float x_1 = x_i[4];
            const float x_2 = x_i[5];
            dw_0_0_0_0 += x_0 * dz_i[6];
            dw_0_0_0_1 += x_1 * dz_i[6];
            dw_0_0_0_2 += x_2 * dz_i[6];
            dw_0_0_1_0 += x_0 * dz_i[7];
            dw_0_0_1_1 += x_1 * dz_i[7];
            dw_0_0_1_2 += x_2 * dz_i[7];
            dw_1_0_0_0 += x_0 * dz_i[14];
            dw_1_0_0_1 += x_1 * dz_i[14];
            dw_1_0_0_2 += x_2 * dz_i[14];
            dw_1_0_1_0 += x_0 * dz_i[15];
            dw_1_0_1_1 += x_1 * dz_i[15];
            dw_1_0_1_2 += x_2 * dz_i[15];
        }
    }
    if (adds) {
        dw_0_0_0_0 += dw[0];
        dw_0_0_0_1 += dw[1];
        dw_0_0_0_2 += dw[2];
        dw_0_0_1_0 += dw[3];
        dw_0_0_1_1 += dw[4];
        dw_0_0_1_2 += dw[5];
        dw_1_0_0_0 += dw[12];
        dw_1_0_0_1 += dw[13];
        dw_1_0_0_2 += dw[14];
        dw_1_0_1_0 += dw[15];
        dw_1_0_1_1 += dw[16];
        dw_1_0_1_2 += dw[17];
    }
    dw[0] = dw_0_0_0_0;
    dw[1] = dw_0_0_0_1;
    dw[2] = dw_0_0_0_2;
    dw[3] = dw_0_0_1_0;
    dw[4] = dw_0_0_1_1;
    dw[5] = dw_0_0_1_2;
    dw[12] = dw_1_0_0_0;
    dw[13] = dw_1_0_0_1;
    dw[14] = dw_1_0_0_2;
    dw[15] = dw_1_0_1_0;
    dw[16] = dw_1_0_1_1;
    dw[17] = dw_1_0_1_2;
}

/* Zeroes what unit `unit` computes. */
static void training_k2s2_backward_weights_clear(size_t unit, float *dw)
{
    const size_t group = unit;
    for (size_t p = 0; p < 2; p++) {
        static const size_t taps[3] = {0, 1, 2};
        for (size_t q = taps[group]; q < taps[group + 1]; q++) {
            memset(dw + p * 12 + q * 6, 0, 6 * sizeof *dw);
        }
    }
}

/* Unit `unit`: all row taps and a group of column taps of a piece of the output channels, all input channels;
 * the products of the input rows from `top` up to `bottom`, which `adds` adds to what is there. */
static void training_k2s2_backward_weights_unit(size_t unit, int adds, size_t top, size_t bottom,
    const float *x, const float *dz, float *dw)
{
    const size_t group = unit;
    if (group == 0) {
        training_k2s2_backward_weights_2x3_from_0(adds, top, bottom,
            x,
            dz,
            dw);
    }
    if (group == 1) {
        training_k2s2_backward_weights_2x3_from_1(adds, top, bottom,
            x,
            dz,
            dw + 6);
    }
}


/* Units `first` to `last` of 2, summed over the whole batch. */
static TCONV_NOINLINE void training_k2s2_backward_weights_pass(size_t first, size_t last, size_t batch,
    const float *x, const float *dy, float *dw,
    float *workspace)
{
    (void)workspace;
    for (size_t unit = first; batch == 0 && unit < last; unit++)
        training_k2s2_backward_weights_clear(unit, dw);
    for (size_t image = 0; image < batch && first < last; image++) {
        for (size_t top = 0; top < 1; top += 1) {
            const size_t bottom = top + 1;
            for (size_t unit = first; unit < last; unit++)
                training_k2s2_backward_weights_unit(unit, image > 0 || top > 0, top, bottom, x + image * 6, dy + image * 16, dw);
        }
    }
}

/* Adds 16 elements of dz, whose channels alternate; 8 sums at a time keep vectors busy. */
static void training_k2s2_backward_bias_sum(const float *restrict dz, float *restrict db)
{
    float sums[8] = {0.0f};
    for (size_t e = 0; e < 16; e += 8)
        for (size_t l = 0; l < 8; l++)
            sums[l] += dz[e + l];
    for (size_t l = 0; l < 4; l++)
        sums[l] += sums[l + 4];
    for (size_t l = 0; l < 2; l++)
        sums[l] += sums[l + 2];
    for (size_t l = 0; l < 2; l++)
        db[l] += sums[l];
}

static void training_k2s2_backward_bias_image(const float *dz, float *db)
{
    training_k2s2_backward_bias_sum(dz, db);
}

/* Units `first` to `last` of 1, summed over the whole batch. */
static TCONV_NOINLINE void training_k2s2_backward_bias_pass(size_t first, size_t last, size_t batch,
    const float *dy, float *db, float *workspace)
{
    (void)workspace;
    memset(db, 0, (last - first) * 2 * sizeof *db);
    for (size_t image = 0; image < batch && first < last; image++) {
        training_k2s2_backward_bias_image(dy + image * 16, db);
    }
}

/* By table ---------------------------------------------------------------------------------- */

static void training_k2s2_table_pack(const void *w, const void *b, void *packed)
{
    training_k2s2_pack(w, b, packed);
}

static void training_k2s2_table_forward(size_t part, size_t parts, size_t batch, const void *x,
    const void *packed, void *y, void *workspace)
{
    const size_t first = tconv_share(batch * 2, part, parts);
    const size_t last = tconv_share(batch * 2, part + 1, parts);
    training_k2s2_forward_pass(first, last, x, packed, y, workspace);
}

static void training_k2s2_table_forward_train(size_t part, size_t parts, size_t batch, const void *x,
    const void *packed, void *y, void *saved, void *workspace)
{
    (void)saved;
    const size_t first = tconv_share(batch * 2, part, parts);
    const size_t last = tconv_share(batch * 2, part + 1, parts);
    training_k2s2_forward_pass(first, last, x, packed, y, workspace);
}

static void training_k2s2_table_backward(size_t part, size_t parts, size_t batch, const void *x,
    const void *packed, const void *y, const void *saved, const void *dy, void *dx, void *dw,
    void *db, void *workspace)
{
    (void)y;
    (void)saved;
    if (dx != NULL)
        training_k2s2_backward_input_pass(tconv_share(batch, part, parts),
            tconv_share(batch, part + 1, parts), packed, dy, dx, workspace);
    if (dw != NULL)
        training_k2s2_backward_weights_pass(tconv_share(2, part, parts),
            tconv_share(2, part + 1, parts), batch, x, dy, dw, workspace);
    if (db != NULL)
        training_k2s2_backward_bias_pass(tconv_share(1, part, parts),
            tconv_share(1, part + 1, parts), batch, dy, db, workspace);
}

const struct tconv_kernel training_k2s2_kernel = {
    .abi = TCONV_ABI,
    .name = "training_k2s2",
    .layer = {.type = TCONV_FLOAT32,
              .channels_first = 0,
              .in_c = 3,
              .out_c = 2,
              .axis = {{.in = 1, .out = 2, .kernel = 2, .stride = 2, .dilation = 1, .crop = 0},
                       {.in = 2, .out = 4, .kernel = 2, .stride = 2, .dilation = 1, .crop = 0}},
              .use_bias = 1,
              .activation = {.function = TCONV_LINEAR,
                             .slope = 0.0,
                             .ceiling = (double)INFINITY,
                             .threshold = 0.0}},
    .rounding = {{1, {0, 0}, 0},
                 {1, {0, 0}, 0},
                 {1, {0, 0}, 0}},
    .packed_bytes = TRAINING_K2S2_PACKED_BYTES,
    .saved_bytes = TRAINING_K2S2_SAVED_BYTES,
    .workspace_bytes = TRAINING_K2S2_WORKSPACE_BYTES,
    .pack = training_k2s2_table_pack,
    .forward = training_k2s2_table_forward,
    .forward_train = training_k2s2_table_forward_train,
    .backward = training_k2s2_table_backward,
    .config = "{\"module\": \"keras.layers\", \"class_name\": \"Conv2DTranspose\", \"config\": {\""
              "name\": \"training_k2s2\", \"trainable\": true, \"dtype\": {\"module\": \"keras\", "
              "\"class_name\": \"DTypePolicy\", \"config\": {\"name\": \"float32\"}, \"registered_"
              "name\": null}, \"activity_regularizer\": {\"module\": \"keras.regularizers\", \""
              "class_name\": \"L1L2\", \"config\": {\"l1\": 0.009999999776482582, \"l2\": 0.0099"
              "99999776482582}, \"registered_name\": null}, \"filters\": 2, \"kernel_size\": "
              "[2, 2], \"strides\": [2, 2], \"padding\": \"valid\", \"output_padding\": null, \""
              "data_format\": \"channels_last\", \"dilation_rate\": [1, 1], \"activation\": \"l"
              "inear\", \"use_bias\": true, \"kernel_initializer\": {\"module\": \"keras.initia"
              "lizers\", \"class_name\": \"GlorotUniform\", \"config\": {\"seed\": null, \"input_"
              "axes\": null, \"output_axes\": null}, \"registered_name\": null}, \"bias_initi"
              "alizer\": {\"module\": \"keras.initializers\", \"class_name\": \"Zeros\", \"config"
              "\": {}, \"registered_name\": null}, \"kernel_regularizer\": {\"module\": \"keras"
              ".regularizers\", \"class_name\": \"L1L2\", \"config\": {\"l1\": 0.100000001490116"
              "12, \"l2\": 0.25}, \"registered_name\": null}, \"bias_regularizer\": {\"module\""
              ": \"keras.regularizers\", \"class_name\": \"L2\", \"config\": {\"l2\": 0.009999999"
              "776482582}, \"registered_name\": null}, \"kernel_constraint\": {\"module\": \"k"
              "eras.constraints\", \"class_name\": \"MaxNorm\", \"config\": {\"max_value\": 3, \""
              "axis\": [0, 1, 3]}, \"registered_name\": null}, \"bias_constraint\": {\"module"
              "\": \"keras.constraints\", \"class_name\": \"NonNeg\", \"config\": {}, \"registere"
              "d_name\": null}}, \"registered_name\": null, \"build_config\": {\"input_shape\""
              ": [null, 1, 2, 3]}}"
};

void training_k2s2_forward(
    size_t batch, const float *x, const void *packed, float *y, void *workspace)
{
    training_k2s2_table_forward(0, 1, batch, x, packed, y, workspace);
}

void training_k2s2_forward_train(size_t batch, const float *x, const void *packed, float *y,
    void *saved, void *workspace)
{
    training_k2s2_table_forward_train(0, 1, batch, x, packed, y, saved, workspace);
}

void training_k2s2_backward(size_t batch, const float *x, const void *packed, const float *y,
    const void *saved, const float *dy, float *dx, float *dw, float *db, void *workspace)
{
    training_k2s2_table_backward(0, 1, batch, x, packed, y, saved, dy, dx, dw, db, workspace);
}

/* Training ---------------------------------------------------------------------------------- */

const struct tconv_training training_k2s2_training = {
    .kernel_regularizer = {.kind = TCONV_L1L2, .l1 = 0.10000000149011612, .l2 = 0.25, .divides_by_batch = 1},
    .bias_regularizer = {.kind = TCONV_L1L2, .l1 = 0.0, .l2 = 0.009999999776482582, .divides_by_batch = 1},
    .activity_regularizer = {.kind = TCONV_L1L2, .l1 = 0.009999999776482582, .l2 = 0.009999999776482582, .divides_by_batch = 1},
    .kernel_constraint = {.kind = TCONV_MAX_NORM, .min_value = 0.0, .max_value = 3.0, .rate = 0.0, .axes = 11},
    .bias_constraint = {.kind = TCONV_NON_NEG_TF, .min_value = 0.0, .max_value = 0.0, .rate = 0.0, .axes = 0},
};

/* l1 * sum |y| + l2 * sum y^2, divided by the batch; sums in the next wider type. */
float training_k2s2_activity(size_t batch, const float *y, float *dy)
{
    const size_t n = batch * 16;
    const float share = 1 / (float)(batch > 0 ? batch : 1);
    double magnitudes = 0;
    double squares = 0;
    for (size_t e = 0; e < n; e++) {
        magnitudes += (double)(y[e] < 0 ? -y[e] : y[e]);
        const float square = y[e] * y[e];
        squares += (double)square;
    }
    for (size_t e = 0; dy != NULL && e < n; e++) {
        dy[e] += share * 0.02f * y[e];
        const float l1 = share * 0.01f;
        dy[e] += y[e] > 0 ? l1 : y[e] < 0 ? -l1 : y[e] * 0;
    }
    const float loss = 0.01f * (float)magnitudes + 0.01f * (float)squares;
    return loss / (float)(batch > 0 ? batch : 1);
}
