/*
 * up2x2.c: the Conv2DTranspose layer "up2x2" for one shape, emitted by tconv.
 *
 *   x [batch][2][2][1]  ->  y [batch][4][4][1], float
 *   w [2][2][1][1], padding "valid", activation linear
 *
 * Identity. Per axis, input i and tap t meet output o = i*stride + t*dilation - crop:
 *   rows     stride 2, dilation 1, crop 0
 *   columns  stride 2, dilation 1, crop 0
 * and z[o][o'][f] = b[f] + sum over meeting (i, t), (i', t') and c of x[i][i'][c] * w[t][t'][f][c],
 * y = linear(z). The backward passes are its derivatives.
 *
 * Plan, target portable:
 *   forward          straight, tiles of 2 x 1, about 352 bytes of code
 *   backward_input   straight, tiles of 2 x 1, about 244 bytes of code
 *   backward_weights straight, tiles of 2 x 1, about 244 bytes of code
 * Cost of one image and pass: 16 multiply-adds; x 16, y 64,
 *   w 16 bytes.
 *
 * Compile with: -O3
 * Made again by: tconv gen CONFIG.json --name up2x2 --target portable --unroll full
 * Config digest (FNV-1a): 563562a05b5dcb4d
 *
 * This file belongs to whoever emitted it; tconv claims no right in it.
 */
#include "up2x2.h"

#include <string.h>

#include "tconv_activation.h"

/*
 * Packed: the bias; then w by blocks of 1 output channels, [block][tap][tap][in][out];
 * then w by blocks of 1 input channels, [block][tap][tap][out][in], for the gradient of x.
 */
void up2x2_pack(const float *w, const float *b, void *packed)
{
    float *to = packed;
    memset(to, 0, UP2X2_PACKED_BYTES);
    memcpy(to, b, 1 * sizeof *b);
    for (size_t block = 0; block < 1; block++)
        for (size_t p = 0; p < 2; p++)
            for (size_t q = 0; q < 2; q++)
                for (size_t k = 0; k < 1; k++)
                    for (size_t v = 0; v < 1; v++) {
                        const size_t lane = block + v;
                        to[16 + block * 4 + ((p * 2 + q) * 1 + k) * 1 + v] =
                            lane < 1 ? w[((p * 2 + q) * 1 + lane) * 1 + k] : 0.0f;
                    }
    for (size_t block = 0; block < 1; block++)
        for (size_t p = 0; p < 2; p++)
            for (size_t q = 0; q < 2; q++)
                for (size_t k = 0; k < 1; k++)
                    for (size_t v = 0; v < 1; v++) {
                        const size_t lane = block + v;
                        to[32 + block * 4 + ((p * 2 + q) * 1 + k) * 1 + v] =
                            lane < 1 ? w[((p * 2 + q) * 1 + k) * 1 + lane] : 0.0f;
                    }
}

/* forward ---------------------------------------------------------------------------- */

static TCONV_NOINLINE void up2x2_forward_0(const float *restrict x, const float *restrict packed,
    float *restrict y)
{
    {
        float z_0_0_0 = packed[0];
        float z_0_2_0 = packed[0];
        const float w_0_0_0_0 = packed[16];
        const float x_0_0_0 = x[0];
        z_0_0_0 += w_0_0_0_0 * x_0_0_0;
        const float x_0_1_0 = x[1];
        z_0_2_0 += w_0_0_0_0 * x_0_1_0;
        y[0] = z_0_0_0;
        y[2] = z_0_2_0;
    }
    {
        float z_2_0_0 = packed[0];
        float z_2_2_0 = packed[0];
        const float w_0_0_0_0 = packed[16];
        const float x_1_0_0 = x[2];
        z_2_0_0 += w_0_0_0_0 * x_1_0_0;
        const float x_1_1_0 = x[3];
        z_2_2_0 += w_0_0_0_0 * x_1_1_0;
        y[8] = z_2_0_0;
        y[10] = z_2_2_0;
    }
    {
        float z_0_1_0 = packed[0];
        float z_0_3_0 = packed[0];
        const float w_0_1_0_0 = packed[17];
        const float x_0_0_0 = x[0];
        z_0_1_0 += w_0_1_0_0 * x_0_0_0;
        const float x_0_1_0 = x[1];
        z_0_3_0 += w_0_1_0_0 * x_0_1_0;
        y[1] = z_0_1_0;
        y[3] = z_0_3_0;
    }
    {
        float z_2_1_0 = packed[0];
        float z_2_3_0 = packed[0];
        const float w_0_1_0_0 = packed[17];
        const float x_1_0_0 = x[2];
        z_2_1_0 += w_0_1_0_0 * x_1_0_0;
        const float x_1_1_0 = x[3];
        z_2_3_0 += w_0_1_0_0 * x_1_1_0;
        y[9] = z_2_1_0;
        y[11] = z_2_3_0;
    }
    {
        float z_1_0_0 = packed[0];
        float z_1_2_0 = packed[0];
        const float w_1_0_0_0 = packed[18];
        const float x_0_0_0 = x[0];
        z_1_0_0 += w_1_0_0_0 * x_0_0_0;
        const float x_0_1_0 = x[1];
        z_1_2_0 += w_1_0_0_0 * x_0_1_0;
        y[4] = z_1_0_0;
        y[6] = z_1_2_0;
    }
    {
        float z_3_0_0 = packed[0];
        float z_3_2_0 = packed[0];
        const float w_1_0_0_0 = packed[18];
        const float x_1_0_0 = x[2];
        z_3_0_0 += w_1_0_0_0 * x_1_0_0;
        const float x_1_1_0 = x[3];
        z_3_2_0 += w_1_0_0_0 * x_1_1_0;
        y[12] = z_3_0_0;
        y[14] = z_3_2_0;
    }
    {
        float z_1_1_0 = packed[0];
        float z_1_3_0 = packed[0];
        const float w_1_1_0_0 = packed[19];
        const float x_0_0_0 = x[0];
        z_1_1_0 += w_1_1_0_0 * x_0_0_0;
        const float x_0_1_0 = x[1];
        z_1_3_0 += w_1_1_0_0 * x_0_1_0;
        y[5] = z_1_1_0;
        y[7] = z_1_3_0;
    }
    {
        float z_3_1_0 = packed[0];
        float z_3_3_0 = packed[0];
        const float w_1_1_0_0 = packed[19];
        const float x_1_0_0 = x[2];
        z_3_1_0 += w_1_1_0_0 * x_1_0_0;
        const float x_1_1_0 = x[3];
        z_3_3_0 += w_1_1_0_0 * x_1_1_0;
        y[13] = z_3_1_0;
        y[15] = z_3_3_0;
    }
}

static void up2x2_forward_image(const float *x, const float *packed, float *y)
{
    up2x2_forward_0(x, packed, y);
}

/* Images `first` to `last` of the batch. */
static TCONV_NOINLINE void up2x2_forward_pass(size_t first, size_t last, const float *x, const float *packed, float *y, float *workspace)
{
    (void)workspace;
    for (size_t image = first; image < last; image++) {
        up2x2_forward_image(x + image * 4, packed, y + image * 16);
    }
}

/* backward_input ---------------------------------------------------------------------------- */

static TCONV_NOINLINE void up2x2_backward_input_0(const float *restrict dz, const float *restrict packed,
    float *restrict dx)
{
    {
        float dx_0_0_0 = 0.0f;
        float dx_0_1_0 = 0.0f;
        const float w_0_0_0_0 = packed[32];
        const float dz_0_0_0 = dz[0];
        dx_0_0_0 += w_0_0_0_0 * dz_0_0_0;
        const float dz_0_2_0 = dz[2];
        dx_0_1_0 += w_0_0_0_0 * dz_0_2_0;
        const float w_0_1_0_0 = packed[33];
        const float dz_0_1_0 = dz[1];
        dx_0_0_0 += w_0_1_0_0 * dz_0_1_0;
        const float dz_0_3_0 = dz[3];
        dx_0_1_0 += w_0_1_0_0 * dz_0_3_0;
        const float w_1_0_0_0 = packed[34];
        const float dz_1_0_0 = dz[4];
        dx_0_0_0 += w_1_0_0_0 * dz_1_0_0;
        const float dz_1_2_0 = dz[6];
        dx_0_1_0 += w_1_0_0_0 * dz_1_2_0;
        const float w_1_1_0_0 = packed[35];
        const float dz_1_1_0 = dz[5];
        dx_0_0_0 += w_1_1_0_0 * dz_1_1_0;
        const float dz_1_3_0 = dz[7];
        dx_0_1_0 += w_1_1_0_0 * dz_1_3_0;
        dx[0] = dx_0_0_0;
        dx[1] = dx_0_1_0;
    }
    {
        float dx_1_0_0 = 0.0f;
        float dx_1_1_0 = 0.0f;
        const float w_0_0_0_0 = packed[32];
        const float dz_2_0_0 = dz[8];
        dx_1_0_0 += w_0_0_0_0 * dz_2_0_0;
        const float dz_2_2_0 = dz[10];
        dx_1_1_0 += w_0_0_0_0 * dz_2_2_0;
        const float w_0_1_0_0 = packed[33];
        const float dz_2_1_0 = dz[9];
        dx_1_0_0 += w_0_1_0_0 * dz_2_1_0;
        const float dz_2_3_0 = dz[11];
        dx_1_1_0 += w_0_1_0_0 * dz_2_3_0;
        const float w_1_0_0_0 = packed[34];
        const float dz_3_0_0 = dz[12];
        dx_1_0_0 += w_1_0_0_0 * dz_3_0_0;
        const float dz_3_2_0 = dz[14];
        dx_1_1_0 += w_1_0_0_0 * dz_3_2_0;
        const float w_1_1_0_0 = packed[35];
        const float dz_3_1_0 = dz[13];
        dx_1_0_0 += w_1_1_0_0 * dz_3_1_0;
        const float dz_3_3_0 = dz[15];
        dx_1_1_0 += w_1_1_0_0 * dz_3_3_0;
        dx[2] = dx_1_0_0;
        dx[3] = dx_1_1_0;
    }
}

static void up2x2_backward_input_image(const float *dz, const float *packed, float *dx)
{
    up2x2_backward_input_0(dz, packed, dx);
}

/* Images `first` to `last` of the batch. */
static TCONV_NOINLINE void up2x2_backward_input_pass(size_t first, size_t last, const float *packed,
    const float *dy, float *dx, float *workspace)
{
    (void)workspace;
    for (size_t image = first; image < last; image++) {
        up2x2_backward_input_image(dy + image * 16, packed, dx + image * 4);
    }
}

/* backward_weights ------------------------------------------------------------------------ */

static TCONV_NOINLINE void up2x2_backward_weights_0(const float *restrict x, const float *restrict dz, float *restrict dw)
{
    {
        float dw_0_0_0_0 = 0.0f;
        const float x_0_0_0 = x[0];
        const float dz_0_0_0 = dz[0];
        dw_0_0_0_0 += x_0_0_0 * dz_0_0_0;
        const float x_0_1_0 = x[1];
        const float dz_0_2_0 = dz[2];
        dw_0_0_0_0 += x_0_1_0 * dz_0_2_0;
        const float x_1_0_0 = x[2];
        const float dz_2_0_0 = dz[8];
        dw_0_0_0_0 += x_1_0_0 * dz_2_0_0;
        const float x_1_1_0 = x[3];
        const float dz_2_2_0 = dz[10];
        dw_0_0_0_0 += x_1_1_0 * dz_2_2_0;
        dw[0] = dw[0] + dw_0_0_0_0;
    }
    {
        float dw_0_1_0_0 = 0.0f;
        const float x_0_0_0 = x[0];
        const float dz_0_1_0 = dz[1];
        dw_0_1_0_0 += x_0_0_0 * dz_0_1_0;
        const float x_0_1_0 = x[1];
        const float dz_0_3_0 = dz[3];
        dw_0_1_0_0 += x_0_1_0 * dz_0_3_0;
        const float x_1_0_0 = x[2];
        const float dz_2_1_0 = dz[9];
        dw_0_1_0_0 += x_1_0_0 * dz_2_1_0;
        const float x_1_1_0 = x[3];
        const float dz_2_3_0 = dz[11];
        dw_0_1_0_0 += x_1_1_0 * dz_2_3_0;
        dw[1] = dw[1] + dw_0_1_0_0;
    }
    {
        float dw_1_0_0_0 = 0.0f;
        const float x_0_0_0 = x[0];
        const float dz_1_0_0 = dz[4];
        dw_1_0_0_0 += x_0_0_0 * dz_1_0_0;
        const float x_0_1_0 = x[1];
        const float dz_1_2_0 = dz[6];
        dw_1_0_0_0 += x_0_1_0 * dz_1_2_0;
        const float x_1_0_0 = x[2];
        const float dz_3_0_0 = dz[12];
        dw_1_0_0_0 += x_1_0_0 * dz_3_0_0;
        const float x_1_1_0 = x[3];
        const float dz_3_2_0 = dz[14];
        dw_1_0_0_0 += x_1_1_0 * dz_3_2_0;
        dw[2] = dw[2] + dw_1_0_0_0;
    }
    {
        float dw_1_1_0_0 = 0.0f;
        const float x_0_0_0 = x[0];
        const float dz_1_1_0 = dz[5];
        dw_1_1_0_0 += x_0_0_0 * dz_1_1_0;
        const float x_0_1_0 = x[1];
        const float dz_1_3_0 = dz[7];
        dw_1_1_0_0 += x_0_1_0 * dz_1_3_0;
        const float x_1_0_0 = x[2];
        const float dz_3_1_0 = dz[13];
        dw_1_1_0_0 += x_1_0_0 * dz_3_1_0;
        const float x_1_1_0 = x[3];
        const float dz_3_3_0 = dz[15];
        dw_1_1_0_0 += x_1_1_0 * dz_3_3_0;
        dw[3] = dw[3] + dw_1_1_0_0;
    }
    (void)x, (void)dz, (void)dw;
}

/* Adds one image's share of dw. */
static void up2x2_backward_weights_image(const float *x, const float *dz, float *dw)
{
    up2x2_backward_weights_0(x, dz, dw);
}

/* Units `first` to `last` of 1, summed over the whole batch. */
static TCONV_NOINLINE void up2x2_backward_weights_pass(size_t first, size_t last, size_t batch, const float *x,
    const float *dy, float *dw, float *workspace)
{
    (void)workspace;
    memset(dw, 0, (last - first) * 4 * sizeof *dw);
    for (size_t image = first * batch; image < last * batch; image++) {
        up2x2_backward_weights_image(x + image * 4, dy + image * 16, dw);
    }
}

/* backward_bias: db[f] is the sum of dz over all positions ---------------------------------- */

static TCONV_NOINLINE void up2x2_backward_bias_0(const float *restrict dz, float *restrict db)
{
    float db_0 = db[0];
    db_0 += dz[0];
    db_0 += dz[1];
    db_0 += dz[2];
    db_0 += dz[3];
    db_0 += dz[4];
    db_0 += dz[5];
    db_0 += dz[6];
    db_0 += dz[7];
    db_0 += dz[8];
    db_0 += dz[9];
    db_0 += dz[10];
    db_0 += dz[11];
    db_0 += dz[12];
    db_0 += dz[13];
    db_0 += dz[14];
    db_0 += dz[15];
    db[0] = db_0;
}

static void up2x2_backward_bias_image(const float *dz, float *db)
{
    up2x2_backward_bias_0(dz, db);
}

/* All of db when last is first + 1, nothing when it is first. */
static TCONV_NOINLINE void up2x2_backward_bias_pass(size_t first, size_t last, size_t batch,
    const float *dy, float *db, float *workspace)
{
    (void)workspace;
    memset(db, 0, (last - first) * 1 * sizeof *db);
    for (size_t image = first * batch; image < last * batch; image++) {
        up2x2_backward_bias_image(dy + image * 16, db);
    }
}

/* By table ---------------------------------------------------------------------------------- */

static void up2x2_table_pack(const void *w, const void *b, void *packed)
{
    up2x2_pack(w, b, packed);
}

static void up2x2_table_forward(size_t part, size_t parts, size_t batch, const void *x,
    const void *packed, void *y, void *workspace)
{
    up2x2_forward_pass(tconv_share(batch, part, parts),
        tconv_share(batch, part + 1, parts), x, packed, y, workspace);
}

static void up2x2_table_forward_train(size_t part, size_t parts, size_t batch, const void *x,
    const void *packed, void *y, void *saved, void *workspace)
{
    (void)saved;
    up2x2_forward_pass(tconv_share(batch, part, parts),
        tconv_share(batch, part + 1, parts), x, packed, y, workspace);
}

static void up2x2_table_backward(size_t part, size_t parts, size_t batch, const void *x,
    const void *packed, const void *y, const void *saved, const void *dy, void *dx, void *dw,
    void *db, void *workspace)
{
    (void)y;
    (void)saved;
    if (dx != NULL)
        up2x2_backward_input_pass(tconv_share(batch, part, parts),
            tconv_share(batch, part + 1, parts), packed, dy, dx, workspace);
    if (dw != NULL)
        up2x2_backward_weights_pass(tconv_share(1, part, parts),
            tconv_share(1, part + 1, parts), batch, x, dy, dw, workspace);
    if (db != NULL)
        up2x2_backward_bias_pass(tconv_share(1, part, parts), tconv_share(1, part + 1, parts),
            batch, dy, db, workspace);
}

const struct tconv_kernel up2x2_kernel = {
    .abi = TCONV_ABI,
    .name = "up2x2",
    .layer = {.type = TCONV_FLOAT32,
              .channels_first = 0,
              .in_c = 1,
              .out_c = 1,
              .axis = {{.in = 2, .out = 4, .kernel = 2, .stride = 2, .dilation = 1, .crop = 0},
                       {.in = 2, .out = 4, .kernel = 2, .stride = 2, .dilation = 1, .crop = 0}},
              .use_bias = 1,
              .activation = {.function = TCONV_LINEAR,
                             .slope = 0.0,
                             .ceiling = (double)INFINITY,
                             .threshold = 0.0}},
    .packed_bytes = UP2X2_PACKED_BYTES,
    .saved_bytes = UP2X2_SAVED_BYTES,
    .workspace_bytes = UP2X2_WORKSPACE_BYTES,
    .pack = up2x2_table_pack,
    .forward = up2x2_table_forward,
    .forward_train = up2x2_table_forward_train,
    .backward = up2x2_table_backward,
    .config = "{\"module\": \"keras.layers\", \"class_name\": \"Conv2DTranspose\", \"config\": {\""
              "name\": \"up2x2\", \"trainable\": true, \"dtype\": {\"module\": \"keras\", \"class_n"
              "ame\": \"DTypePolicy\", \"config\": {\"name\": \"float32\"}, \"registered_name\": n"
              "ull}, \"filters\": 1, \"kernel_size\": [2, 2], \"strides\": [2, 2], \"padding\":"
              " \"valid\", \"output_padding\": null, \"data_format\": \"channels_last\", \"dilat"
              "ion_rate\": [1, 1], \"activation\": \"linear\", \"use_bias\": true, \"kernel_ini"
              "tializer\": {\"module\": \"keras.initializers\", \"class_name\": \"GlorotUniform"
              "\", \"config\": {\"seed\": null, \"input_axes\": null, \"output_axes\": null}, \"r"
              "egistered_name\": null}, \"bias_initializer\": {\"module\": \"keras.initialize"
              "rs\", \"class_name\": \"Zeros\", \"config\": {}, \"registered_name\": null}, \"ker"
              "nel_regularizer\": null, \"bias_regularizer\": null, \"activity_regularizer\""
              ": null, \"kernel_constraint\": null, \"bias_constraint\": null}, \"registered"
              "_name\": null, \"build_config\": {\"input_shape\": [null, 2, 2, 1]}}"
};

void up2x2_forward(size_t batch, const float *x, const void *packed, float *y, void *workspace)
{
    up2x2_table_forward(0, 1, batch, x, packed, y, workspace);
}

void up2x2_forward_train(size_t batch, const float *x, const void *packed, float *y, void *saved, void *workspace)
{
    up2x2_table_forward_train(0, 1, batch, x, packed, y, saved, workspace);
}

void up2x2_backward(size_t batch, const float *x, const void *packed, const float *y, const void *saved,
    const float *dy, float *dx, float *dw, float *db, void *workspace)
{
    up2x2_table_backward(0, 1, batch, x, packed, y, saved, dy, dx, dw, db, workspace);
}
