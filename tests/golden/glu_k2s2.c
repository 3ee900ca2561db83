/*
 * glu_k2s2.c: the Conv2DTranspose layer "glu_k2s2" for one shape, emitted by tconv.
 *
 *   x [batch][1][2][2]  ->  y [batch][2][4][2], float
 *   w [2][2][4][2], padding "valid", activation glu
 *
 * Identity. Per axis, input i and tap t meet output o = i*stride + t*dilation - crop:
 *   rows     stride 2, dilation 1, crop 0
 *   columns  stride 2, dilation 1, crop 0
 * and z[o][o'][f] = b[f] + sum over meeting (i, t), (i', t') and c of x[i][i'][c] * w[t][t'][f][c],
 * y = glu(z), half of z's last axis. The backward passes are its derivatives.
 *
 * Plan, target portable:
 *   forward          scatter, tiles of 2 x 16, about 900 bytes of code
 *   backward_input   direct, tiles of 2 x 2, about 1,082 bytes of code
 *   backward_weights direct, tiles of 4 x 2, about 974 bytes of code
 * Cost of one image and pass: 64 multiply-adds;
 *   bytes of x 16, y 64, w 128
 *
 * Compile with: -O3 -fno-trapping-math -fno-math-errno
 * Made again by: tconv gen CONFIG.json --name glu_k2s2 --input-shape 1,2,2
 *     --target portable --unroll tile
 * Config digest (FNV-1a): 79a6aed88e3d2193
 *
 * This file belongs to whoever emitted it; tconv claims no right in it.
 */
#include "glu_k2s2.h"

#include <math.h>
#include <string.h>

/* glu */
#include "tconv_rows.h"

/*
 * Packed: the bias of one chunk; then w by blocks of 16 columns, [block][in][column];
 * then w by blocks of 2 input channels, [block][tap][tap][out][in], for the gradient of x.
 */
void glu_k2s2_pack(const float *w, const float *b, void *packed)
{
    float *to = packed;
    memset(to, 0, GLU_K2S2_PACKED_BYTES);
    for (size_t v = 0; v < 8; v++)
        to[v] = b[v % 4];
    for (size_t k = 0; k < 2; k++)
        for (size_t v = 0; v < 16; v++) {
            const size_t column = v;
            const size_t p = 1 - column / 8, in_row = column % 8;
            to[16 + k * 16 + v] = w[(p * 8 + in_row) * 2 + k];
        }
    for (size_t p = 0; p < 2; p++)
        for (size_t q = 0; q < 2; q++)
            for (size_t k = 0; k < 4; k++)
                for (size_t v = 0; v < 2; v++)
                    to[48 + p * 16 + q * 8 + k * 2 + v] =
                        w[p * 16 + q * 8 + k * 2 + v];
}

/* forward ---------------------------------------------------------------------------- */

/* Products of 2 pixels by 16 columns. */
static TCONV_NOINLINE void glu_k2s2_forward_products_2(
    const float *restrict x, const float *restrict w, float *state)
{
    float z_0[16];
    float z_1[16];
    memset(z_0, 0, sizeof z_0);
    memset(z_1, 0, sizeof z_1);
    for (size_t k = 0; k < 2; k += 2) {
        const float x_0_0 = x[k];
        const float x_0_1 = x[1 + k];
        const float x_1_0 = x[2 + k];
        const float x_1_1 = x[3 + k];
        for (size_t l = 0; l < 16; l++) {
            const float w_0 = w[k * 16 + l];
            const float w_1 = w[16 + k * 16 + l];
            z_0[l] += w_0 * x_0_0 + w_1 * x_0_1;
            z_1[l] += w_0 * x_1_0 + w_1 * x_1_1;
        }
    }
    memcpy(state, z_0, sizeof z_0);
    memcpy(state + 16, z_1, sizeof z_1);
}

/* One input row: the last columns first, as they begin with what earlier ones hold. */
static void glu_k2s2_forward_input_row(const float *x, const float *packed, float *state)
{
    for (size_t tile = 0; tile < 1; tile++) {
        glu_k2s2_forward_products_2(
            x + tile * 4, packed + 16,
            state + tile * 32);
    }
}

/* One output row: 1 pixels meet each chunk of 8 outputs. */
static void glu_k2s2_forward_gather(const float *restrict state, const float *restrict b, float *restrict row)
{
    for (size_t a = 0; a < 2; a++) {
        for (size_t l = 0; l < 8; l++)
            row[a * 8 + l] = b[l] + state[a * 16 + l];
    }
}

/* A finished output row, 4 x 4. */
static void glu_k2s2_forward_finish(float *restrict row, float *restrict y)
{
    memcpy(y, row, 16 * sizeof *row);
}

/* Output rows `first` to `last` of one image. Whatever `first` is, the products of all input
 * rows that meet it are added in the same order. */
static void glu_k2s2_forward_rows(size_t first, size_t last, const float *x,
    const float *packed, float *y, float *workspace)
{
    float *state = workspace, *row = workspace + 48;
    const size_t top = first;
    size_t next = top < 2 ? 0 : (top - 2) / 2 + 1;
    memset(state, 0, 40 * sizeof *state);
    for (size_t o = first; o < last; o++) {
        const size_t at = o;
        const size_t closing = at / 2 < 1 ? at / 2 : 0;
        const size_t tap = at - closing * 2;
        for (; next <= closing; next++)
            glu_k2s2_forward_input_row(x + next * 4, packed, state);
        glu_k2s2_forward_gather(state + 8 - tap * 8, packed, row);
        glu_k2s2_forward_finish(row, y + o * 16);
    }
}

/* glu over the last axis of one image: 8 rows of 4. */
static void glu_k2s2_forward_glu(const float *z, float *y)
{
    for (size_t row = 0; row < 8; row++)
        tconv_glu_f32(z + row * 4, y + row * 2, 4);
}

/* Images `first` to `last` of the batch. */
static TCONV_NOINLINE void glu_k2s2_forward_pass(size_t first, size_t last, const float *x,
    const float *packed, float *y, float *z, float *workspace)
{
    for (size_t image = first; image < last; image++) {
        float *sums = z != NULL ? z + image * 32 : workspace + 80;
        glu_k2s2_forward_rows(0, 2, x + image * 4, packed, sums, workspace);
        glu_k2s2_forward_glu(sums, y + image * 16);
    }
}

/* backward_input ---------------------------------------------------------------------------- */

/* 1 x 2 positions by 2 channels; 2 x 2 taps of 4 channels. */
static TCONV_NOINLINE void glu_k2s2_backward_input_1x2_2x2(
    const float *restrict dz, const float *restrict w,
    float *restrict dx)
{
    float dx_0_0_0 = 0.0f;
    float dx_0_0_1 = 0.0f;
    float dx_0_1_0 = 0.0f;
    float dx_0_1_1 = 0.0f;
    /* the tap that reads 0 rows and 0 columns on */
    {
        const float w_0 = w[0];
        const float w_1 = w[1];
        dx_0_0_0 += w_0 * dz[0];
        dx_0_0_1 += w_1 * dz[0];
        dx_0_1_0 += w_0 * dz[8];
        dx_0_1_1 += w_1 * dz[8];
    }
    {
        const float w_0 = w[2];
        const float w_1 = w[3];
        dx_0_0_0 += w_0 * dz[1];
        dx_0_0_1 += w_1 * dz[1];
        dx_0_1_0 += w_0 * dz[9];
        dx_0_1_1 += w_1 * dz[9];
    }
    {
        const float w_0 = w[4];
        const float w_1 = w[5];
        dx_0_0_0 += w_0 * dz[2];
        dx_0_0_1 += w_1 * dz[2];
        dx_0_1_0 += w_0 * dz[10];
        dx_0_1_1 += w_1 * dz[10];
    }
    {
        const float w_0 = w[6];
        const float w_1 = w[7];
        dx_0_0_0 += w_0 * dz[3];
        dx_0_0_1 += w_1 * dz[3];
        dx_0_1_0 += w_0 * dz[11];
        dx_0_1_1 += w_1 * dz[11];
    }
    /* the tap that reads 0 rows and 1 columns on */
    {
        const float w_0 = w[8];
        const float w_1 = w[9];
        dx_0_0_0 += w_0 * dz[4];
        dx_0_0_1 += w_1 * dz[4];
        dx_0_1_0 += w_0 * dz[12];
        dx_0_1_1 += w_1 * dz[12];
    }
    {
        const float w_0 = w[10];
        const float w_1 = w[11];
        dx_0_0_0 += w_0 * dz[5];
        dx_0_0_1 += w_1 * dz[5];
        dx_0_1_0 += w_0 * dz[13];
        dx_0_1_1 += w_1 * dz[13];
    }
    {
        const float w_0 = w[12];
        const float w_1 = w[13];
        dx_0_0_0 += w_0 * dz[6];
        dx_0_0_1 += w_1 * dz[6];
        dx_0_1_0 += w_0 * dz[14];
        dx_0_1_1 += w_1 * dz[14];
    }
    {
        const float w_0 = w[14];
        const float w_1 = w[15];
        dx_0_0_0 += w_0 * dz[7];
        dx_0_0_1 += w_1 * dz[7];
        dx_0_1_0 += w_0 * dz[15];
        dx_0_1_1 += w_1 * dz[15];
    }
    /* the tap that reads 1 rows and 0 columns on */
    {
        const float w_0 = w[16];
        const float w_1 = w[17];
        dx_0_0_0 += w_0 * dz[16];
        dx_0_0_1 += w_1 * dz[16];
        dx_0_1_0 += w_0 * dz[24];
        dx_0_1_1 += w_1 * dz[24];
    }
    {
        const float w_0 = w[18];
        const float w_1 = w[19];
        dx_0_0_0 += w_0 * dz[17];
        dx_0_0_1 += w_1 * dz[17];
        dx_0_1_0 += w_0 * dz[25];
        dx_0_1_1 += w_1 * dz[25];
    }
    {
        const float w_0 = w[20];
        const float w_1 = w[21];
        dx_0_0_0 += w_0 * dz[18];
        dx_0_0_1 += w_1 * dz[18];
        dx_0_1_0 += w_0 * dz[26];
        dx_0_1_1 += w_1 * dz[26];
    }
    {
        const float w_0 = w[22];
        const float w_1 = w[23];
        dx_0_0_0 += w_0 * dz[19];
        dx_0_0_1 += w_1 * dz[19];
        dx_0_1_0 += w_0 * dz[27];
        dx_0_1_1 += w_1 * dz[27];
    }
    /* the tap that reads 1 rows and 1 columns on */
    {
        const float w_0 = w[24];
        const float w_1 = w[25];
        dx_0_0_0 += w_0 * dz[20];
        dx_0_0_1 += w_1 * dz[20];
        dx_0_1_0 += w_0 * dz[28];
        dx_0_1_1 += w_1 * dz[28];
    }
    {
        const float w_0 = w[26];
        const float w_1 = w[27];
        dx_0_0_0 += w_0 * dz[21];
        dx_0_0_1 += w_1 * dz[21];
        dx_0_1_0 += w_0 * dz[29];
        dx_0_1_1 += w_1 * dz[29];
    }
    {
        const float w_0 = w[28];
        const float w_1 = w[29];
        dx_0_0_0 += w_0 * dz[22];
        dx_0_0_1 += w_1 * dz[22];
        dx_0_1_0 += w_0 * dz[30];
        dx_0_1_1 += w_1 * dz[30];
    }
    {
        const float w_0 = w[30];
        const float w_1 = w[31];
        dx_0_0_0 += w_0 * dz[23];
        dx_0_0_1 += w_1 * dz[23];
        dx_0_1_0 += w_0 * dz[31];
        dx_0_1_1 += w_1 * dz[31];
    }
    dx[0] = dx_0_0_0;
    dx[1] = dx_0_0_1;
    dx[2] = dx_0_1_0;
    dx[3] = dx_0_1_1;
}

/* Row number `band` of tiles, of 1: 2 channels. */
static void glu_k2s2_backward_input_band(
    size_t band, const float *dz, const float *w,
    float *dx)
{
    /* rows 0 step 1 */
    if (band < 1) {
        /* columns 0 step 1: taps 2 x 2 */
        glu_k2s2_backward_input_1x2_2x2(
            dz + band * 32, w,
            dx + band * 4);
    }
}

/* Unit `unit` of one image: a band of a block of channels. */
static void glu_k2s2_backward_input_unit(
    size_t unit, const float *dz, const float *packed, float *dx)
{
    const size_t band = unit;
    glu_k2s2_backward_input_band(band, dz, packed + 48,
        dx);
}

/* One image of dz = dy * dy/dz, by pixels. */
static void glu_k2s2_backward_input_stage_dz(
    const float *restrict dy, const float *restrict z, float *restrict dz)
{
    for (size_t i = 0; i < 2; i++)
        for (size_t j = 0; j < 4; j++)
            tconv_glu_backward_f32(z + i * 16 + j * 4, dy + i * 8 + j * 2, dz + i * 16 + j * 4, 4, 1);
}

/* Units `first` to `last` of the batch; every image has 1. */
static TCONV_NOINLINE void glu_k2s2_backward_input_pass(size_t first, size_t last,
    const float *packed, const float *restrict z, const float *dy, float *dx, float *workspace)
{
    for (size_t image = first / 1; image * 1 < last; image++) {
        const size_t from = image * 1 < first ? first - image * 1 : 0;
        const size_t to = last - image * 1 < 1 ? last - image * 1 : 1;
        glu_k2s2_backward_input_stage_dz(dy + image * 16, z + image * 32, workspace);
        for (size_t unit = from; unit < to; unit++)
            glu_k2s2_backward_input_unit(unit, workspace, packed, dx + image * 4);
    }
}

/* backward_weights ------------------------------------------------------------------------ */

/* What the row taps meet: input from_x + e and output from_dz + e*stride, e < count. */
struct glu_k2s2_meeting {
    size_t count, from_x, from_dz;
};
static const struct glu_k2s2_meeting glu_k2s2_rows[2] = {
    {1, 0, 0},
    {1, 0, 1},
};

/* 4 output by 2 input channels of 1 x 1 taps: the products of `rows` input rows, which `adds` adds to what is there. */
static TCONV_NOINLINE void glu_k2s2_backward_weights_4x2_from_0(int adds, size_t rows,
    const float *restrict x, const float *restrict dz, float *restrict dw)
{
    float dw_0_0_0_0 = 0.0f;
    float dw_0_0_0_1 = 0.0f;
    float dw_0_0_1_0 = 0.0f;
    float dw_0_0_1_1 = 0.0f;
    float dw_0_0_2_0 = 0.0f;
    float dw_0_0_2_1 = 0.0f;
    float dw_0_0_3_0 = 0.0f;
    float dw_0_0_3_1 = 0.0f;
    for (size_t i = 0; i < rows; i++) {
        const float *x_i = x + i * 4;
        const float *dz_i = dz + i * 32;
        {
            const float x_0 = x_i[0];
            const float x_1 = x_i[1];
            dw_0_0_0_0 += x_0 * dz_i[0];
            dw_0_0_0_1 += x_1 * dz_i[0];
            dw_0_0_1_0 += x_0 * dz_i[1];
            dw_0_0_1_1 += x_1 * dz_i[1];
            dw_0_0_2_0 += x_0 * dz_i[2];
            dw_0_0_2_1 += x_1 * dz_i[2];
            dw_0_0_3_0 += x_0 * dz_i[3];
            dw_0_0_3_1 += x_1 * dz_i[3];
        }
        {
            const float x_0 = x_i[2];
            const float x_1 = x_i[3];
            dw_0_0_0_0 += x_0 * dz_i[8];
            dw_0_0_0_1 += x_1 * dz_i[8];
            dw_0_0_1_0 += x_0 * dz_i[9];
            dw_0_0_1_1 += x_1 * dz_i[9];
            dw_0_0_2_0 += x_0 * dz_i[10];
            dw_0_0_2_1 += x_1 * dz_i[10];
            dw_0_0_3_0 += x_0 * dz_i[11];
            dw_0_0_3_1 += x_1 * dz_i[11];
        }
    }
    if (adds) {
        dw_0_0_0_0 += dw[0];
        dw_0_0_0_1 += dw[1];
        dw_0_0_1_0 += dw[2];
        dw_0_0_1_1 += dw[3];
        dw_0_0_2_0 += dw[4];
        dw_0_0_2_1 += dw[5];
        dw_0_0_3_0 += dw[6];
        dw_0_0_3_1 += dw[7];
    }
    dw[0] = dw_0_0_0_0;
    dw[1] = dw_0_0_0_1;
    dw[2] = dw_0_0_1_0;
    dw[3] = dw_0_0_1_1;
    dw[4] = dw_0_0_2_0;
    dw[5] = dw_0_0_2_1;
    dw[6] = dw_0_0_3_0;
    dw[7] = dw_0_0_3_1;
}

/* 4 output by 2 input channels of 1 x 1 taps: the products of `rows` input rows, which `adds` adds to what is there. */
static TCONV_NOINLINE void glu_k2s2_backward_weights_4x2_from_1(int adds, size_t rows,
    const float *restrict x, const float *restrict dz, float *restrict dw)
{
    float dw_0_0_0_0 = 0.0f;
    float dw_0_0_0_1 = 0.0f;
    float dw_0_0_1_0 = 0.0f;
    float dw_0_0_1_1 = 0.0f;
    float dw_0_0_2_0 = 0.0f;
    float dw_0_0_2_1 = 0.0f;
    float dw_0_0_3_0 = 0.0f;
    float dw_0_0_3_1 = 0.0f;
    for (size_t i = 0; i < rows; i++) {
        const float *x_i = x + i * 4;
        const float *dz_i = dz + i * 32;
        {
            const float x_0 = x_i[0];
            const float x_1 = x_i[1];
            dw_0_0_0_0 += x_0 * dz_i[4];
            dw_0_0_0_1 += x_1 * dz_i[4];
            dw_0_0_1_0 += x_0 * dz_i[5];
            dw_0_0_1_1 += x_1 * dz_i[5];
            dw_0_0_2_0 += x_0 * dz_i[6];
            dw_0_0_2_1 += x_1 * dz_i[6];
            dw_0_0_3_0 += x_0 * dz_i[7];
            dw_0_0_3_1 += x_1 * dz_i[7];
        }
        {
            const float x_0 = x_i[2];
            const float x_1 = x_i[3];
            dw_0_0_0_0 += x_0 * dz_i[12];
            dw_0_0_0_1 += x_1 * dz_i[12];
            dw_0_0_1_0 += x_0 * dz_i[13];
            dw_0_0_1_1 += x_1 * dz_i[13];
            dw_0_0_2_0 += x_0 * dz_i[14];
            dw_0_0_2_1 += x_1 * dz_i[14];
            dw_0_0_3_0 += x_0 * dz_i[15];
            dw_0_0_3_1 += x_1 * dz_i[15];
        }
    }
    if (adds) {
        dw_0_0_0_0 += dw[0];
        dw_0_0_0_1 += dw[1];
        dw_0_0_1_0 += dw[2];
        dw_0_0_1_1 += dw[3];
        dw_0_0_2_0 += dw[4];
        dw_0_0_2_1 += dw[5];
        dw_0_0_3_0 += dw[6];
        dw_0_0_3_1 += dw[7];
    }
    dw[0] = dw_0_0_0_0;
    dw[1] = dw_0_0_0_1;
    dw[2] = dw_0_0_1_0;
    dw[3] = dw_0_0_1_1;
    dw[4] = dw_0_0_2_0;
    dw[5] = dw_0_0_2_1;
    dw[6] = dw_0_0_3_0;
    dw[7] = dw_0_0_3_1;
}

/* Zeroes what unit `unit` computes. */
static void glu_k2s2_backward_weights_clear(size_t unit, float *dw)
{
    const size_t group = unit % 2;
    const size_t p = unit / 2;
    static const size_t taps[3] = {0, 1, 2};
    for (size_t q = taps[group]; q < taps[group + 1]; q++) {
        memset(dw + p * 16 + q * 8, 0, 8 * sizeof *dw);
    }
}

/* Unit `unit`: one row tap and a group of column taps of a piece of the output channels, all input channels;
 * the products of the input rows from `top` up to `bottom`, which `adds` adds to what is there. */
static void glu_k2s2_backward_weights_unit(size_t unit, int adds, size_t top, size_t bottom,
    const float *x, const float *dz, float *dw)
{
    const size_t group = unit % 2;
    const size_t tap = unit / 2;
    const struct glu_k2s2_meeting *row = &glu_k2s2_rows[tap];
    const size_t first = top > row->from_x ? top - row->from_x : 0;
    const size_t end = bottom > row->from_x ? bottom - row->from_x : 0;
    const size_t last = end < row->count ? end : row->count;
    if (first >= last) {
        if (!adds)
            glu_k2s2_backward_weights_clear(unit, dw);
        return;
    }
    x += (row->from_x + first) * 4;
    dz += (row->from_dz + first * 2) * 16;
    dw += tap * 16;
    if (group == 0) {
        glu_k2s2_backward_weights_4x2_from_0(adds, last - first,
            x,
            dz,
            dw);
    }
    if (group == 1) {
        glu_k2s2_backward_weights_4x2_from_1(adds, last - first,
            x,
            dz,
            dw + 8);
    }
}


/* One image of dz = dy * dy/dz, by pixels. */
static void glu_k2s2_backward_weights_stage_dz(
    const float *restrict dy, const float *restrict z, float *restrict dz)
{
    for (size_t i = 0; i < 2; i++)
        for (size_t j = 0; j < 4; j++)
            tconv_glu_backward_f32(z + i * 16 + j * 4, dy + i * 8 + j * 2, dz + i * 16 + j * 4, 4, 1);
}

/* Units `first` to `last` of 4, summed over the whole batch. */
static TCONV_NOINLINE void glu_k2s2_backward_weights_pass(size_t first, size_t last, size_t batch,
    const float *x, const float *restrict z, const float *dy, float *dw,
    float *workspace)
{
    for (size_t unit = first; batch == 0 && unit < last; unit++)
        glu_k2s2_backward_weights_clear(unit, dw);
    for (size_t image = 0; image < batch && first < last; image++) {
        glu_k2s2_backward_weights_stage_dz(dy + image * 16, z + image * 32, workspace);
        for (size_t top = 0; top < 1; top += 1) {
            const size_t bottom = top + 1;
            for (size_t unit = first; unit < last; unit++)
                glu_k2s2_backward_weights_unit(unit, image > 0 || top > 0, top, bottom, x + image * 4, workspace, dw);
        }
    }
}

/* Adds 32 elements of dz, whose channels alternate; 8 sums at a time keep vectors busy. */
static void glu_k2s2_backward_bias_sum(const float *restrict dz, float *restrict db)
{
    float sums[8] = {0.0f};
    for (size_t e = 0; e < 32; e += 8)
        for (size_t l = 0; l < 8; l++)
            sums[l] += dz[e + l];
    for (size_t l = 0; l < 4; l++)
        sums[l] += sums[l + 4];
    for (size_t l = 0; l < 4; l++)
        db[l] += sums[l];
}

static void glu_k2s2_backward_bias_image(const float *dz, float *db)
{
    glu_k2s2_backward_bias_sum(dz, db);
}

/* Units `first` to `last` of 1, summed over the whole batch. */
static TCONV_NOINLINE void glu_k2s2_backward_bias_pass(size_t first, size_t last, size_t batch, const float *restrict z,
    const float *dy, float *db, float *workspace)
{
    memset(db, 0, (last - first) * 4 * sizeof *db);
    for (size_t image = 0; image < batch && first < last; image++) {
        glu_k2s2_backward_weights_stage_dz(dy + image * 16, z + image * 32, workspace);
        glu_k2s2_backward_bias_image(workspace, db);
    }
}

/* By table ---------------------------------------------------------------------------------- */

static void glu_k2s2_table_pack(const void *w, const void *b, void *packed)
{
    glu_k2s2_pack(w, b, packed);
}

static void glu_k2s2_table_forward(size_t part, size_t parts, size_t batch, const void *x,
    const void *packed, void *y, void *workspace)
{
    const size_t first = tconv_share(batch, part, parts);
    const size_t last = tconv_share(batch, part + 1, parts);
    glu_k2s2_forward_pass(first, last, x, packed, y, NULL, workspace);
}

static void glu_k2s2_table_forward_train(size_t part, size_t parts, size_t batch, const void *x,
    const void *packed, void *y, void *saved, void *workspace)
{
    const size_t first = tconv_share(batch, part, parts);
    const size_t last = tconv_share(batch, part + 1, parts);
    glu_k2s2_forward_pass(first, last, x, packed, y, saved, workspace);
}

static void glu_k2s2_table_backward(size_t part, size_t parts, size_t batch, const void *x,
    const void *packed, const void *y, const void *saved, const void *dy, void *dx, void *dw,
    void *db, void *workspace)
{
    (void)y;
    if (dx != NULL)
        glu_k2s2_backward_input_pass(tconv_share(batch, part, parts),
            tconv_share(batch, part + 1, parts), packed, saved, dy, dx, workspace);
    if (dw != NULL)
        glu_k2s2_backward_weights_pass(tconv_share(4, part, parts),
            tconv_share(4, part + 1, parts), batch, x, saved, dy, dw, workspace);
    if (db != NULL)
        glu_k2s2_backward_bias_pass(tconv_share(1, part, parts),
            tconv_share(1, part + 1, parts), batch, saved, dy, db, workspace);
}

const struct tconv_kernel glu_k2s2_kernel = {
    .abi = TCONV_ABI,
    .name = "glu_k2s2",
    .layer = {.type = TCONV_FLOAT32,
              .channels_first = 0,
              .in_c = 2,
              .out_c = 4,
              .axis = {{.in = 1, .out = 2, .kernel = 2, .stride = 2, .dilation = 1, .crop = 0},
                       {.in = 2, .out = 4, .kernel = 2, .stride = 2, .dilation = 1, .crop = 0}},
              .use_bias = 1,
              .activation = {.function = TCONV_GLU,
                             .slope = 0.0,
                             .ceiling = (double)INFINITY,
                             .threshold = 0.0}},
    .rounding = {{1, {0, 0}, 0},
                 {1, {0, 0}, 0},
                 {1, {0, 0}, 0}},
    .packed_bytes = GLU_K2S2_PACKED_BYTES,
    .saved_bytes = GLU_K2S2_SAVED_BYTES,
    .workspace_bytes = GLU_K2S2_WORKSPACE_BYTES,
    .pack = glu_k2s2_table_pack,
    .forward = glu_k2s2_table_forward,
    .forward_train = glu_k2s2_table_forward_train,
    .backward = glu_k2s2_table_backward,
    .config = "{\"module\": \"keras.layers\", \"class_name\": \"Conv2DTranspose\", \"config\": {\""
              "name\": \"glu_k2s2\", \"trainable\": true, \"dtype\": {\"module\": \"keras\", \"clas"
              "s_name\": \"DTypePolicy\", \"config\": {\"name\": \"float32\"}, \"registered_name\""
              ": null}, \"filters\": 4, \"kernel_size\": [2, 2], \"strides\": [2, 2], \"paddin"
              "g\": \"valid\", \"output_padding\": null, \"data_format\": \"channels_last\", \"di"
              "lation_rate\": [1, 1], \"activation\": \"glu\", \"use_bias\": true, \"kernel_ini"
              "tializer\": {\"module\": \"keras.initializers\", \"class_name\": \"GlorotUniform"
              "\", \"config\": {\"seed\": null, \"input_axes\": null, \"output_axes\": null}, \"r"
              "egistered_name\": null}, \"bias_initializer\": {\"module\": \"keras.initialize"
              "rs\", \"class_name\": \"Zeros\", \"config\": {}, \"registered_name\": null}, \"ker"
              "nel_regularizer\": null, \"bias_regularizer\": null, \"activity_regularizer\""
              ": null, \"kernel_constraint\": null, \"bias_constraint\": null}, \"registered"
              "_name\": null, \"build_config\": {\"input_shape\": [null, 1, 2, 2]}}"
};

void glu_k2s2_forward(
    size_t batch, const float *x, const void *packed, float *y, void *workspace)
{
    glu_k2s2_table_forward(0, 1, batch, x, packed, y, workspace);
}

void glu_k2s2_forward_train(size_t batch, const float *x, const void *packed, float *y,
    void *saved, void *workspace)
{
    glu_k2s2_table_forward_train(0, 1, batch, x, packed, y, saved, workspace);
}

void glu_k2s2_backward(size_t batch, const float *x, const void *packed, const float *y,
    const void *saved, const float *dy, float *dx, float *dw, float *db, void *workspace)
{
    glu_k2s2_table_backward(0, 1, batch, x, packed, y, saved, dy, dx, dw, db, workspace);
}
