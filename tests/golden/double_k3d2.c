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
 *   forward          direct, tiles of 2 x 2, about 432 bytes of code
 *   backward_input   direct, tiles of 3 x 1, about 707 bytes of code
 *   backward_weights direct, tiles of 2 x 1, about 420 bytes of code
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
#include "tconv_fine.h"

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
static TCONV_NOINLINE void double_k3d2_forward_2x1_1x1(
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
static TCONV_NOINLINE void double_k3d2_forward_1x1_2x1(
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
static TCONV_NOINLINE void double_k3d2_forward_1x1_1x1(
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
    const size_t band = unit;
    double_k3d2_forward_band(band, x, packed + 8, packed,
        y, z);
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
static TCONV_NOINLINE void double_k3d2_backward_input_3x1_3x1(
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
    const size_t band = unit;
    double_k3d2_backward_input_band(band, dz, packed + 16,
        dx);
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

/* 2 output by 1 input channels of 3 x 1 taps: the products of the input rows from `top` up to `bottom`, which `adds` adds to what is there. */
static TCONV_NOINLINE void double_k3d2_backward_weights_2x1(int adds, size_t top, size_t bottom,
    const double *restrict x, const double *restrict dz, double *restrict dw)
{
    double dw_0_0_0_0 = 0.0;
    double dw_0_0_1_0 = 0.0;
    double dw_1_0_0_0 = 0.0;
    double dw_1_0_1_0 = 0.0;
    double dw_2_0_0_0 = 0.0;
    double dw_2_0_1_0 = 0.0;
    for (size_t i = top; i < bottom && i < 3; i++) {
        const double *x_i = x + i;
        const double *dz_i = dz + i * 2;
        {
            const double x_0 = x_i[0];
            dw_0_0_0_0 += x_0 * dz_i[0];
            dw_0_0_1_0 += x_0 * dz_i[1];
            dw_1_0_0_0 += x_0 * dz_i[4];
            dw_1_0_1_0 += x_0 * dz_i[5];
            dw_2_0_0_0 += x_0 * dz_i[8];
            dw_2_0_1_0 += x_0 * dz_i[9];
        }
    }
    if (adds) {
        dw_0_0_0_0 += dw[0];
        dw_0_0_1_0 += dw[1];
        dw_1_0_0_0 += dw[2];
        dw_1_0_1_0 += dw[3];
        dw_2_0_0_0 += dw[4];
        dw_2_0_1_0 += dw[5];
    }
    dw[0] = dw_0_0_0_0;
    dw[1] = dw_0_0_1_0;
    dw[2] = dw_1_0_0_0;
    dw[3] = dw_1_0_1_0;
    dw[4] = dw_2_0_0_0;
    dw[5] = dw_2_0_1_0;
}

/* Zeroes what unit `unit` computes. */
static void double_k3d2_backward_weights_clear(size_t unit, double *dw)
{
    (void)unit;
    for (size_t p = 0; p < 3; p++) {
        for (size_t q = 0; q < 1; q++) {
            memset(dw + p * 2 + q * 2, 0, 2 * sizeof *dw);
        }
    }
}

/* Unit `unit`: all row taps and a group of column taps of a piece of the output channels, all input channels;
 * the products of the input rows from `top` up to `bottom`, which `adds` adds to what is there. */
static void double_k3d2_backward_weights_unit(size_t unit, int adds, size_t top, size_t bottom,
    const double *x, const double *dz, double *dw)
{
    (void)unit;
    double_k3d2_backward_weights_2x1(adds, top, bottom,
        x,
        dz,
        dw);
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

/* Units `first` to `last` of 1, summed over the whole batch. */
static TCONV_NOINLINE void double_k3d2_backward_weights_pass(size_t first, size_t last, size_t batch,
    const double *x, const double *restrict z, const double *dy, double *dw,
    double *workspace)
{
    for (size_t unit = first; batch == 0 && unit < last; unit++)
        double_k3d2_backward_weights_clear(unit, dw);
    for (size_t image = 0; image < batch && first < last; image++) {
        double_k3d2_backward_weights_stage_dz(dy + image * 14, z + image * 14, workspace);
        for (size_t top = 0; top < 3; top += 3) {
            const size_t bottom = top + 3;
            for (size_t unit = first; unit < last; unit++)
                double_k3d2_backward_weights_unit(unit, image > 0 || top > 0, top, bottom, x + image * 3, workspace, dw);
        }
    }
}

/* Adds 14 elements of dz, whose channels alternate; 8 sums at a time keep vectors busy. */
static void double_k3d2_backward_bias_sum(const double *restrict dz, double *restrict db)
{
    double sums[8] = {0.0};
    for (size_t e = 0; e < 8; e += 8)
        for (size_t l = 0; l < 8; l++)
            sums[l] += dz[e + l];
    for (size_t l = 0; l < 6; l++)
        sums[l] += dz[8 + l];
    for (size_t l = 0; l < 4; l++)
        sums[l] += sums[l + 4];
    for (size_t l = 0; l < 2; l++)
        sums[l] += sums[l + 2];
    for (size_t l = 0; l < 2; l++)
        db[l] += sums[l];
}

static void double_k3d2_backward_bias_image(const double *dz, double *db)
{
    double_k3d2_backward_bias_sum(dz, db);
}

/* Units `first` to `last` of 1, summed over the whole batch. */
static TCONV_NOINLINE void double_k3d2_backward_bias_pass(size_t first, size_t last, size_t batch, const double *restrict z,
    const double *dy, double *db, double *workspace)
{
    memset(db, 0, (last - first) * 2 * sizeof *db);
    for (size_t image = 0; image < batch && first < last; image++) {
        double_k3d2_backward_weights_stage_dz(dy + image * 14, z + image * 14, workspace);
        double_k3d2_backward_bias_image(workspace, db);
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
        double_k3d2_backward_weights_pass(tconv_share(1, part, parts),
            tconv_share(1, part + 1, parts), batch, x, saved, dy, dw, workspace);
    if (db != NULL)
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
    .rounding = {{1, {0, 0}, 0},
                 {1, {0, 0}, 0},
                 {1, {0, 0}, 0}},
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
