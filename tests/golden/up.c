/*
 * up.c: the Conv2DTranspose layer "up" for one shape, emitted by tconv.
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
 *   forward          straight, tiles of 4 x 1, about 387 bytes of code
 * Cost of one image and pass: 16 multiply-adds;
 *   bytes of x 16, y 64, w 16
 *
 * Compile with: -O3 -fno-trapping-math -fno-math-errno
 * Made again by: tconv gen CONFIG.json --name up --input-shape 2,2,1
 *     --target portable --unroll full --passes forward
 * Config digest (FNV-1a): 58aa3195c747b329
 *
 * This file belongs to whoever emitted it; tconv claims no right in it.
 */
#include "up.h"

#include <math.h>
#include <string.h>

/*
 * Packed: the bias; then w by blocks of 1 output channels, [block][tap][tap][in][out].
 */
void up_pack(const float *w, const float *b, void *packed)
{
    float *to = packed;
    memset(to, 0, UP_PACKED_BYTES);
    memcpy(to, b, 1 * sizeof *b);
    for (size_t p = 0; p < 2; p++)
        for (size_t q = 0; q < 2; q++)
            for (size_t k = 0; k < 1; k++)
                for (size_t v = 0; v < 1; v++)
                    to[16 + p * 2 + q + k + v] =
                        w[p * 2 + q + v + k];
}

/* forward ---------------------------------------------------------------------------- */

static TCONV_NOINLINE void up_forward_0(
    const float *restrict x, const float *restrict packed, float *restrict y)
{
    {
        float z_0_0_0 = packed[0];
        float z_0_2_0 = packed[0];
        float z_2_0_0 = packed[0];
        float z_2_2_0 = packed[0];
        const float w_0_0_0_0 = packed[16];
        const float x_0_0_0 = x[0];
        z_0_0_0 += w_0_0_0_0 * x_0_0_0;
        const float x_0_1_0 = x[1];
        z_0_2_0 += w_0_0_0_0 * x_0_1_0;
        const float x_1_0_0 = x[2];
        z_2_0_0 += w_0_0_0_0 * x_1_0_0;
        const float x_1_1_0 = x[3];
        z_2_2_0 += w_0_0_0_0 * x_1_1_0;
        y[0] = z_0_0_0;
        y[2] = z_0_2_0;
        y[8] = z_2_0_0;
        y[10] = z_2_2_0;
    }
    {
        float z_0_1_0 = packed[0];
        float z_0_3_0 = packed[0];
        float z_2_1_0 = packed[0];
        float z_2_3_0 = packed[0];
        const float w_0_1_0_0 = packed[17];
        const float x_0_0_0 = x[0];
        z_0_1_0 += w_0_1_0_0 * x_0_0_0;
        const float x_0_1_0 = x[1];
        z_0_3_0 += w_0_1_0_0 * x_0_1_0;
        const float x_1_0_0 = x[2];
        z_2_1_0 += w_0_1_0_0 * x_1_0_0;
        const float x_1_1_0 = x[3];
        z_2_3_0 += w_0_1_0_0 * x_1_1_0;
        y[1] = z_0_1_0;
        y[3] = z_0_3_0;
        y[9] = z_2_1_0;
        y[11] = z_2_3_0;
    }
    {
        float z_1_0_0 = packed[0];
        float z_1_2_0 = packed[0];
        float z_3_0_0 = packed[0];
        float z_3_2_0 = packed[0];
        const float w_1_0_0_0 = packed[18];
        const float x_0_0_0 = x[0];
        z_1_0_0 += w_1_0_0_0 * x_0_0_0;
        const float x_0_1_0 = x[1];
        z_1_2_0 += w_1_0_0_0 * x_0_1_0;
        const float x_1_0_0 = x[2];
        z_3_0_0 += w_1_0_0_0 * x_1_0_0;
        const float x_1_1_0 = x[3];
        z_3_2_0 += w_1_0_0_0 * x_1_1_0;
        y[4] = z_1_0_0;
        y[6] = z_1_2_0;
        y[12] = z_3_0_0;
        y[14] = z_3_2_0;
    }
    {
        float z_1_1_0 = packed[0];
        float z_1_3_0 = packed[0];
        float z_3_1_0 = packed[0];
        float z_3_3_0 = packed[0];
        const float w_1_1_0_0 = packed[19];
        const float x_0_0_0 = x[0];
        z_1_1_0 += w_1_1_0_0 * x_0_0_0;
        const float x_0_1_0 = x[1];
        z_1_3_0 += w_1_1_0_0 * x_0_1_0;
        const float x_1_0_0 = x[2];
        z_3_1_0 += w_1_1_0_0 * x_1_0_0;
        const float x_1_1_0 = x[3];
        z_3_3_0 += w_1_1_0_0 * x_1_1_0;
        y[5] = z_1_1_0;
        y[7] = z_1_3_0;
        y[13] = z_3_1_0;
        y[15] = z_3_3_0;
    }
}

static void up_forward_image(
    const float *x, const float *packed, float *y)
{
    up_forward_0(x, packed, y);
}

/* Images `first` to `last` of the batch. */
static TCONV_NOINLINE void up_forward_pass(size_t first, size_t last, const float *x,
    const float *packed, float *y, float *workspace)
{
    (void)workspace;
    for (size_t image = first; image < last; image++) {
        up_forward_image(x + image * 4, packed, y + image * 16);
    }
}

/* By table ---------------------------------------------------------------------------------- */

static void up_table_pack(const void *w, const void *b, void *packed)
{
    up_pack(w, b, packed);
}

static void up_table_forward(size_t part, size_t parts, size_t batch, const void *x,
    const void *packed, void *y, void *workspace)
{
    const size_t first = tconv_share(batch, part, parts);
    const size_t last = tconv_share(batch, part + 1, parts);
    up_forward_pass(first, last, x, packed, y, workspace);
}

const struct tconv_kernel up_kernel = {
    .abi = TCONV_ABI,
    .name = "up",
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
    .rounding = {{1, {0, 0}, 0}},
    .packed_bytes = UP_PACKED_BYTES,
    .saved_bytes = UP_SAVED_BYTES,
    .workspace_bytes = UP_WORKSPACE_BYTES,
    .pack = up_table_pack,
    .forward = up_table_forward,
    .config = "{\"module\": \"keras.layers\", \"class_name\": \"Conv2DTranspose\", \"config\": {\""
              "name\": \"up\", \"trainable\": true, \"dtype\": {\"module\": \"keras\", \"class_name"
              "\": \"DTypePolicy\", \"config\": {\"name\": \"float32\"}, \"registered_name\": null"
              "}, \"filters\": 1, \"kernel_size\": [2, 2], \"strides\": [2, 2], \"padding\": \"v"
              "alid\", \"output_padding\": null, \"data_format\": \"channels_last\", \"dilation"
              "_rate\": [1, 1], \"activation\": \"linear\", \"use_bias\": true, \"kernel_initia"
              "lizer\": {\"module\": \"keras.initializers\", \"class_name\": \"GlorotUniform\", "
              "\"config\": {\"seed\": null, \"input_axes\": null, \"output_axes\": null}, \"regi"
              "stered_name\": null}, \"bias_initializer\": {\"module\": \"keras.initializers\""
              ", \"class_name\": \"Zeros\", \"config\": {}, \"registered_name\": null}, \"kernel"
              "_regularizer\": null, \"bias_regularizer\": null, \"activity_regularizer\": n"
              "ull, \"kernel_constraint\": null, \"bias_constraint\": null}, \"registered_na"
              "me\": null, \"build_config\": {\"input_shape\": [null, 2, 2, 1]}}"
};

void up_forward(
    size_t batch, const float *x, const void *packed, float *y, void *workspace)
{
    up_table_forward(0, 1, batch, x, packed, y, workspace);
}
