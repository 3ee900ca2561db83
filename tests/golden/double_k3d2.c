/*
 * double_k3d2.c: the Conv2DTranspose layer "double_k3d2" for one shape, emitted by tconv.
 *
 *   x [batch][3][1][1]  ->  y [batch][7][1][2], double
 *   w [3][1][2][1], padding "valid", activation gelu
 *
 * Identity. Per axis, input i and tap t meet output o = i*stride + t*dilation - crop:
 *   rows     stride 1, dilation 2, crop 0
 *   columns  stride 1, dilation 2, crop 0
 * and z[o][o'][f] = b[f] + sum over meeting (i, t), (i', t') and c of x[i][i'][c] * w[t][t'][f][c],
 * y = gelu(z). The backward passes are its derivatives.
 *
 * Plan, target portable:
 *   forward          direct, tiles of 2 x 2, about 1,420 bytes of code
 *   backward_input   direct, tiles of 3 x 1, about 268 bytes of code
 *   backward_weights direct, tiles of 2 x 1, about 496 bytes of code
 * Cost of one image and pass: 18 multiply-adds;
 *   bytes of x 24, y 112, w 48
 *
 * Compile with: -O3 -fno-trapping-math -fno-math-errno
 * Made again by: tconv gen CONFIG.json --name double_k3d2 --input-shape 3,1,1
 *     --target portable --unroll tile
 * Config digest (FNV-1a): 259c3ef09ba94118
 *
 * This file belongs to whoever emitted it; tconv claims no right in it.
 */
#include "double_k3d2.h"

#include <math.h>
#include <string.h>

/* gelu */
#include "tconv_libm.h"

/*
 * Packed: the bias; then w by blocks of 2 output channels, [block][tap][tap][in][out];
 * then w by blocks of 1 input channels, [block][tap][tap][out][in], for the gradient of x.
 */
void double_k3d2_pack(const double *w, const double *b, void *packed)
{
    double *to = packed;
    memset(to, 0, DOUBLE_K3D2_PACKED_BYTES);
    memcpy(to, b, 2 * sizeof *b);
    for (size_t p = 0; p < 3; p++)
        for (size_t q = 0; q < 1; q++)
            for (size_t k = 0; k < 1; k++)
                for (size_t v = 0; v < 2; v++)
                    to[8 + p * 2 + q * 2 + k * 2 + v] =
                        w[p * 2 + q * 2 + v + k];
    for (size_t p = 0; p < 3; p++)
        for (size_t q = 0; q < 1; q++)
            for (size_t k = 0; k < 2; k++)
                for (size_t v = 0; v < 1; v++)
                    to[16 + p * 2 + q * 2 + k + v] =
                        w[p * 2 + q * 2 + k + v];
}

/* forward ---------------------------------------------------------------------------- */

/* y = gelu(z) in place, for n neighbours and those that complete a part. */
static TCONV_NOINLINE void double_k3d2_activate(double *y, size_t n)
{
    for (size_t i = 0; i < n; i++)
        y[i] = tconv_gelu_f64(y[i]);
}

/* 2 x 1 positions by 2 channels; 1 x 1 taps of 1 channels. */
static void double_k3d2_forward_2x1_1x1(
    const double *restrict x, const double *restrict w,
    const double *restrict b, double *y, double *z)
{
    double z_0_0_0 = b[0];
    double z_0_0_1 = b[1];
    double z_1_0_0 = b[0];
    double z_1_0_1 = b[1];
    /* the tap that reads 0 rows and 0 columns on */
    {
        const double w_0 = w[0];
        const double w_1 = w[1];
        z_0_0_0 += w_0 * x[0];
        z_0_0_1 += w_1 * x[0];
        z_1_0_0 += w_0 * x[1];
        z_1_0_1 += w_1 * x[1];
    }
    double tile[4];
    tile[0] = z_0_0_0;
    tile[1] = z_0_0_1;
    z[0] = z_0_0_0;
    z[1] = z_0_0_1;
    tile[2] = z_1_0_0;
    tile[3] = z_1_0_1;
    z[2] = z_1_0_0;
    z[3] = z_1_0_1;
    double_k3d2_activate(tile, 4);
    y[0] = tile[0];
    y[1] = tile[1];
    y[2] = tile[2];
    y[3] = tile[3];
}

/* 1 x 1 positions by 2 channels; 2 x 1 taps of 1 channels. */
static void double_k3d2_forward_1x1_2x1(
    const double *restrict x, const double *restrict w,
    const double *restrict b, double *y, double *z)
{
    double z_0_0_0 = b[0];
    double z_0_0_1 = b[1];
    /* the tap that reads 0 rows and 0 columns on */
    {
        const double w_0 = w[2];
        const double w_1 = w[3];
        z_0_0_0 += w_0 * x[0];
        z_0_0_1 += w_1 * x[0];
    }
    /* the tap that reads 2 rows and 0 columns on */
    {
        const double w_0 = w[0];
        const double w_1 = w[1];
        z_0_0_0 += w_0 * x[2];
        z_0_0_1 += w_1 * x[2];
    }
    double tile[2];
    tile[0] = z_0_0_0;
    tile[1] = z_0_0_1;
    z[0] = z_0_0_0;
    z[1] = z_0_0_1;
    double_k3d2_activate(tile, 2);
    y[0] = tile[0];
    y[1] = tile[1];
}

/* 1 x 1 positions by 2 channels; 1 x 1 taps of 1 channels. */
static void double_k3d2_forward_1x1_1x1(
    const double *restrict x, const double *restrict w,
    const double *restrict b, double *y, double *z)
{
    double z_0_0_0 = b[0];
    double z_0_0_1 = b[1];
    /* the tap that reads 0 rows and 0 columns on */
    {
        const double w_0 = w[0];
        const double w_1 = w[1];
        z_0_0_0 += w_0 * x[0];
        z_0_0_1 += w_1 * x[0];
    }
    double tile[2];
    tile[0] = z_0_0_0;
    tile[1] = z_0_0_1;
    z[0] = z_0_0_0;
    z[1] = z_0_0_1;
    double_k3d2_activate(tile, 2);
    y[0] = tile[0];
    y[1] = tile[1];
}

/* Row number `band` of tiles, of 5: 2 channels. */
static void double_k3d2_forward_band(
    size_t band, const double *x, const double *w,
    const double *b, double *y, double *z)
{
    /* rows 0 step 1 */
    if (band < 1) {
        /* columns 0 step 1: taps 1 x 1 */
        double_k3d2_forward_2x1_1x1(
            x + band * 2, w, b,
            y + band * 4, z + band * 4);
        return;
    }
    band -= 1;
    /* rows 2 step 1 */
    if (band < 1) {
        /* columns 0 step 1: taps 2 x 1 */
        double_k3d2_forward_1x1_2x1(
            x + band, w, b,
            y + 4 + band * 2, z + 4 + band * 2);
        return;
    }
    band -= 1;
    /* rows 3 step 1 */
    if (band < 1) {
        /* columns 0 step 1: taps 1 x 1 */
        double_k3d2_forward_1x1_1x1(
            x + 1 + band, w + 2, b,
            y + 6 + band * 2, z + 6 + band * 2);
        return;
    }
    band -= 1;
    /* rows 4 step 1 */
    if (band < 1) {
        /* columns 0 step 1: taps 2 x 1 */
        double_k3d2_forward_1x1_2x1(
            x + band, w + 2, b,
            y + 8 + band * 2, z + 8 + band * 2);
        return;
    }
    band -= 1;
    /* rows 5 step 1 */
    if (band < 1) {
        /* columns 0 step 1: taps 1 x 1 */
        double_k3d2_forward_2x1_1x1(
            x + 1 + band * 2, w + 4, b,
            y + 10 + band * 4, z + 10 + band * 4);
    }
}

/* Unit `unit` of one image: a band of a block of channels. */
static void double_k3d2_forward_unit(
    size_t unit, const double *x, const double *packed, double *y, double *z)
{
    if (unit < 5) {
        const size_t band = unit;
        double_k3d2_forward_band(band, x, packed + 8, packed,
            y, z);
    }
}

/* Units `first` to `last` of the batch; every image has 5. */
static TCONV_NOINLINE void double_k3d2_forward_pass(size_t first, size_t last, const double *x,
    const double *packed, double *y, double *z, double *workspace)
{
    (void)workspace;
    for (size_t image = first / 5; image * 5 < last; image++) {
        const size_t from = image * 5 < first ? first - image * 5 : 0;
        const size_t to = last - image * 5 < 5 ? last - image * 5 : 5;
        for (size_t unit = from; unit < to; unit++)
            double_k3d2_forward_unit(unit, x + image * 3, packed, y + image * 14, z + image * 14);
    }
}

/* backward_input ---------------------------------------------------------------------------- */

/* 3 x 1 positions by 1 channels; 3 x 1 taps of 2 channels. */
static void double_k3d2_backward_input_3x1_3x1(
    const double *restrict dz, const double *restrict w,
    double *restrict dx)
{
    double dx_0_0_0 = 0.0;
    double dx_1_0_0 = 0.0;
    double dx_2_0_0 = 0.0;
    /* the tap that reads 0 rows and 0 columns on */
    {
        const double w_0 = w[0];
        dx_0_0_0 += w_0 * dz[0];
        dx_1_0_0 += w_0 * dz[2];
        dx_2_0_0 += w_0 * dz[4];
    }
    {
        const double w_0 = w[1];
        dx_0_0_0 += w_0 * dz[1];
        dx_1_0_0 += w_0 * dz[3];
        dx_2_0_0 += w_0 * dz[5];
    }
    /* the tap that reads 2 rows and 0 columns on */
    {
        const double w_0 = w[2];
        dx_0_0_0 += w_0 * dz[4];
        dx_1_0_0 += w_0 * dz[6];
        dx_2_0_0 += w_0 * dz[8];
    }
    {
        const double w_0 = w[3];
        dx_0_0_0 += w_0 * dz[5];
        dx_1_0_0 += w_0 * dz[7];
        dx_2_0_0 += w_0 * dz[9];
    }
    /* the tap that reads 4 rows and 0 columns on */
    {
        const double w_0 = w[4];
        dx_0_0_0 += w_0 * dz[8];
        dx_1_0_0 += w_0 * dz[10];
        dx_2_0_0 += w_0 * dz[12];
    }
    {
        const double w_0 = w[5];
        dx_0_0_0 += w_0 * dz[9];
        dx_1_0_0 += w_0 * dz[11];
        dx_2_0_0 += w_0 * dz[13];
    }
    dx[0] = dx_0_0_0;
    dx[1] = dx_1_0_0;
    dx[2] = dx_2_0_0;
}

/* Row number `band` of tiles, of 1: 1 channels. */
static void double_k3d2_backward_input_band(
    size_t band, const double *dz, const double *w,
    double *dx)
{
    /* rows 0 step 1 */
    if (band < 1) {
        /* columns 0 step 1: taps 3 x 1 */
        double_k3d2_backward_input_3x1_3x1(
            dz + band * 6, w,
            dx + band * 3);
    }
}

/* Unit `unit` of one image: a band of a block of channels. */
static void double_k3d2_backward_input_unit(
    size_t unit, const double *dz, const double *packed, double *dx)
{
    if (unit < 1) {
        const size_t band = unit;
        double_k3d2_backward_input_band(band, dz, packed + 16,
            dx);
    }
}

/* dz = dy * dy/dz, one part. */
static inline void double_k3d2_backward_input_dz(
    const double *restrict dy, const double *restrict z, double *restrict dz)
{
    dz[0] = dy[0] * tconv_gelu_slope_f64(z[0]);
}

/* One image of dz = dy * dy/dz, by pixels. */
static void double_k3d2_backward_input_stage_dz(
    const double *restrict dy, const double *restrict z, double *restrict dz)
{
    for (size_t i = 0; i < 14; i++)
        double_k3d2_backward_input_dz(dy + i, z + i, dz + i);
}

/* Units `first` to `last` of the batch; every image has 1. */
static TCONV_NOINLINE void double_k3d2_backward_input_pass(size_t first, size_t last,
    const double *packed, const double *restrict z, const double *dy, double *dx, double *workspace)
{
    for (size_t image = first / 1; image * 1 < last; image++) {
        const size_t from = image * 1 < first ? first - image * 1 : 0;
        const size_t to = last - image * 1 < 1 ? last - image * 1 : 1;
        double_k3d2_backward_input_stage_dz(dy + image * 14, z + image * 14, workspace);
        for (size_t unit = from; unit < to; unit++)
            double_k3d2_backward_input_unit(unit, workspace, packed, dx + image * 3);
    }
}

/* backward_weights ------------------------------------------------------------------------ */

/* What the taps of an axis meet: input from_x + e and output from_dz + e*stride, e < count. */
struct double_k3d2_meeting {
    size_t count, from_x, from_dz;
};
static const struct double_k3d2_meeting double_k3d2_rows[3] = {
    {3, 0, 0},
    {3, 0, 2},
    {3, 0, 4},
};
static const struct double_k3d2_meeting double_k3d2_columns[1] = {
    {1, 0, 0},
};

/* Adds to 2 output by 1 input channels of one tap, over rows x columns positions. */
static void double_k3d2_backward_weights_2x1(size_t rows, size_t columns,
    const double *restrict x, const double *restrict dz, double *restrict dw)
{
    double dw_0_0 = 0.0;
    double dw_1_0 = 0.0;
    for (size_t i = 0; i < rows; i++) {
        const double *x_i = x + i;
        const double *dz_i = dz + i * 2;
        for (size_t j = 0; j < columns; j++) {
            const double x_0 = x_i[j];
            dw_0_0 += x_0 * dz_i[j * 2];
            dw_1_0 += x_0 * dz_i[1 + j * 2];
        }
    }
    dw[0] = dw[0] + dw_0_0;
    dw[1] = dw[1] + dw_1_0;
}

/* Unit `unit`: piece `m` of the output channels, a block of input channels, one tap; adds the
 * products of the input rows from `top` up to `bottom`. Taps are outermost, as those of one
 * phase read the same dz. */
static void double_k3d2_backward_weights_unit(size_t unit, size_t top, size_t bottom,
    const double *x, const double *dz, double *dw)
{
    const size_t m = unit % 1, block = unit / 1 % 1, tap = unit / 1;
    const struct double_k3d2_meeting *row = &double_k3d2_rows[tap / 1];
    const struct double_k3d2_meeting *column = &double_k3d2_columns[tap % 1];
    const size_t first = top > row->from_x ? top - row->from_x : 0;
    const size_t end = bottom > row->from_x ? bottom - row->from_x : 0;
    const size_t last = end < row->count ? end : row->count;
    if (first >= last)
        return;
    x += (row->from_x + first) * 1 + column->from_x * 1;
    dz += (row->from_dz + first * 1) * 2 + column->from_dz * 2;
    dw += tap * 2;
    double_k3d2_backward_weights_2x1(last - first, column->count,
        x,
        dz + m * 2,
        dw + m * 2);
    (void)block;
}

/* Zeroes what unit `unit` adds to. */
static void double_k3d2_backward_weights_clear(size_t unit, double *dw)
{
    const size_t m = unit % 1, block = unit / 1 % 1, tap = unit / 1;
    const size_t first = block * 1, rest = 1 - first;
    const size_t n = rest < 1 ? rest : 1;
    const size_t from = m * 2, outs = 2;
    for (size_t f = from; f < from + outs; f++)
        memset(dw + (tap * 2 + f) * 1 + first, 0, n * sizeof *dw);
}

/* dz = dy * dy/dz, one part. */
static inline void double_k3d2_backward_weights_dz(
    const double *restrict dy, const double *restrict z, double *restrict dz)
{
    dz[0] = dy[0] * tconv_gelu_slope_f64(z[0]);
}

/* One image of dz = dy * dy/dz, by pixels. */
static void double_k3d2_backward_weights_stage_dz(
    const double *restrict dy, const double *restrict z, double *restrict dz)
{
    for (size_t i = 0; i < 14; i++)
        double_k3d2_backward_weights_dz(dy + i, z + i, dz + i);
}

/* backward_bias: db[f] is the sum of dz over all positions ---------------------------------- */

/* Zeroes units `first` to `last`, of 16 channels each. */
static void double_k3d2_backward_bias_clear(size_t first, size_t last, double *db)
{
    for (size_t f = first * 16; f < last * 16 && f < 2; f++)
        db[f] = 0.0;
}

/* Adds the rows from `top` up to `bottom` of one image to units `first` to `last`. */
static void double_k3d2_backward_bias_rows(size_t first, size_t last, size_t top, size_t bottom,
    const double *restrict dz, double *restrict db)
{
    for (size_t i = top; i < bottom && first < last; i++)
        for (size_t j = 0; j < 1; j++) {
            for (size_t f = 0; f < 2; f++)
                db[f] += dz[i * 2 + j * 2 + f];
        }
}

/* Units `first` to `last` of 3, summed over the whole batch. */
/* With db also units `bias` to `bias_last` of 1 of the bias, while dz is in the cache. */
static TCONV_NOINLINE void double_k3d2_backward_weights_pass(size_t first, size_t last, size_t batch,
    const double *x, const double *restrict z, const double *dy, double *dw,
    size_t bias, size_t bias_last, double *db, double *workspace)
{
    for (size_t unit = first; unit < last; unit++)
        double_k3d2_backward_weights_clear(unit, dw);
    if (db != NULL)
        double_k3d2_backward_bias_clear(bias, bias_last, db);
    for (size_t image = 0; image < batch && (first < last || (db != NULL && bias < bias_last)); image++) {
        double_k3d2_backward_weights_stage_dz(dy + image * 14, z + image * 14, workspace);
        for (size_t top = 0; top < 3; top += 3) {
            const size_t bottom = top + 3;
            for (size_t unit = first; unit < last; unit++)
                double_k3d2_backward_weights_unit(unit, top, bottom, x + image * 3, workspace, dw);
            if (db != NULL)
                double_k3d2_backward_bias_rows(bias, bias_last, (top < 7 ? top : 7),
                    bottom < 3 ? (bottom < 7 ? bottom : 7) : 7, workspace, db);
        }
    }
}

/* Units `first` to `last` of 1, summed over the whole batch. */
static TCONV_NOINLINE void double_k3d2_backward_bias_pass(size_t first, size_t last, size_t batch, const double *restrict z,
    const double *dy, double *db, double *workspace)
{
    double_k3d2_backward_bias_clear(first, last, db);
    for (size_t image = 0; image < batch && first < last; image++) {
        double_k3d2_backward_weights_stage_dz(dy + image * 14, z + image * 14, workspace);
        double_k3d2_backward_bias_rows(first, last, 0, 7, workspace, db);
    }
}

/* By table ---------------------------------------------------------------------------------- */

static void double_k3d2_table_pack(const void *w, const void *b, void *packed)
{
    double_k3d2_pack(w, b, packed);
}

static void double_k3d2_table_forward(size_t part, size_t parts, size_t batch, const void *x,
    const void *packed, void *y, void *workspace)
{
    const size_t first = tconv_share(batch * 5, part, parts);
    const size_t last = tconv_share(batch * 5, part + 1, parts);
    double_k3d2_forward_pass(first, last, x, packed, y, y, workspace);
}

static void double_k3d2_table_forward_train(size_t part, size_t parts, size_t batch, const void *x,
    const void *packed, void *y, void *saved, void *workspace)
{
    const size_t first = tconv_share(batch * 5, part, parts);
    const size_t last = tconv_share(batch * 5, part + 1, parts);
    double_k3d2_forward_pass(first, last, x, packed, y, saved, workspace);
}

static void double_k3d2_table_backward(size_t part, size_t parts, size_t batch, const void *x,
    const void *packed, const void *y, const void *saved, const void *dy, void *dx, void *dw,
    void *db, void *workspace)
{
    (void)y;
    if (dx != NULL)
        double_k3d2_backward_input_pass(tconv_share(batch, part, parts),
            tconv_share(batch, part + 1, parts), packed, saved, dy, dx, workspace);
    if (dw != NULL)
        double_k3d2_backward_weights_pass(tconv_share(3, part, parts),
            tconv_share(3, part + 1, parts), batch, x, saved, dy, dw, tconv_share(1, part, parts), tconv_share(1, part + 1, parts), db, workspace);
    else if (db != NULL)
        double_k3d2_backward_bias_pass(tconv_share(1, part, parts),
            tconv_share(1, part + 1, parts), batch, saved, dy, db, workspace);
}

const struct tconv_kernel double_k3d2_kernel = {
    .abi = TCONV_ABI,
    .name = "double_k3d2",
    .layer = {.type = TCONV_FLOAT64,
              .channels_first = 0,
              .in_c = 1,
              .out_c = 2,
              .axis = {{.in = 3, .out = 7, .kernel = 3, .stride = 1, .dilation = 2, .crop = 0},
                       {.in = 1, .out = 1, .kernel = 1, .stride = 1, .dilation = 2, .crop = 0}},
              .use_bias = 1,
              .activation = {.function = TCONV_GELU,
                             .slope = 0.0,
                             .ceiling = (double)INFINITY,
                             .threshold = 0.0}},
    .rounding = {{1, {0, 0}},
                 {1, {0, 0}},
                 {1, {0, 0}}},
    .packed_bytes = DOUBLE_K3D2_PACKED_BYTES,
    .saved_bytes = DOUBLE_K3D2_SAVED_BYTES,
    .workspace_bytes = DOUBLE_K3D2_WORKSPACE_BYTES,
    .pack = double_k3d2_table_pack,
    .forward = double_k3d2_table_forward,
    .forward_train = double_k3d2_table_forward_train,
    .backward = double_k3d2_table_backward,
    .config = "{\"module\": \"keras.layers\", \"class_name\": \"Conv2DTranspose\", \"config\": {\""
              "name\": \"double_k3d2\", \"trainable\": true, \"dtype\": {\"module\": \"keras\", \"c"
              "lass_name\": \"DTypePolicy\", \"config\": {\"name\": \"float64\"}, \"registered_na"
              "me\": null}, \"filters\": 2, \"kernel_size\": [3, 1], \"strides\": [1, 1], \"pad"
              "ding\": \"valid\", \"output_padding\": null, \"data_format\": \"channels_last\", "
              "\"dilation_rate\": [2, 2], \"activation\": \"gelu\", \"use_bias\": true, \"kernel"
              "_initializer\": {\"module\": \"keras.initializers\", \"class_name\": \"GlorotUni"
              "form\", \"config\": {\"seed\": null, \"input_axes\": null, \"output_axes\": null}"
              ", \"registered_name\": null}, \"bias_initializer\": {\"module\": \"keras.initia"
              "lizers\", \"class_name\": \"Zeros\", \"config\": {}, \"registered_name\": null}, "
              "\"kernel_regularizer\": null, \"bias_regularizer\": null, \"activity_regulari"
              "zer\": null, \"kernel_constraint\": null, \"bias_constraint\": null}, \"regist"
              "ered_name\": null, \"build_config\": {\"input_shape\": [null, 3, 1, 1]}}"
};

void double_k3d2_forward(
    size_t batch, const double *x, const void *packed, double *y, void *workspace)
{
    double_k3d2_table_forward(0, 1, batch, x, packed, y, workspace);
}

void double_k3d2_forward_train(size_t batch, const double *x, const void *packed, double *y,
    void *saved, void *workspace)
{
    double_k3d2_table_forward_train(0, 1, batch, x, packed, y, saved, workspace);
}

void double_k3d2_backward(size_t batch, const double *x, const void *packed, const double *y,
    const void *saved, const double *dy, double *dx, double *dw, double *db, void *workspace)
{
    double_k3d2_table_backward(0, 1, batch, x, packed, y, saved, dy, dx, dw, db, workspace);
}
