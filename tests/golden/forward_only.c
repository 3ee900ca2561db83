/*
 * forward_only.c: the Conv2DTranspose layer "forward_only" for one shape, emitted by tconv.
 *
 *   x [batch][3][3][3]  ->  y [batch][6][6][8], float
 *   w [2][2][8][3], padding "valid", activation tanh, no bias
 *
 * Identity. Per axis, input i and tap t meet output o = i*stride + t*dilation - crop:
 *   rows     stride 2, dilation 1, crop 0
 *   columns  stride 2, dilation 1, crop 0
 * and z[o][o'][f] = b[f] + sum over meeting (i, t), (i', t') and c of x[i][i'][c] * w[t][t'][f][c],
 * y = tanh(z). The backward passes are its derivatives.
 *
 * Plan, target x86-64-v3:
 *   forward          direct, tiles of 9 x 8, about 1,028 bytes of code
 * Cost of one image and pass: 864 multiply-adds;
 *   bytes of x 108, y 1,152, w 384
 *
 * Compile with: -O2 -march=x86-64-v3 -ffp-contract=fast -fno-trapping-math -fno-math-errno
 * Made again by: tconv gen CONFIG.json --name forward_only --input-shape 3,3,3
 *     --target x86-64-v3 --unroll tile --passes forward
 * Config digest (FNV-1a): a4976d3772515144
 *
 * This file belongs to whoever emitted it; tconv claims no right in it.
 */
#include "forward_only.h"

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
#error "forward_only.c uses the vector extensions of GCC and Clang; --target portable does not"
#endif

typedef float vec __attribute__((vector_size(32), aligned(4), may_alias));
#define LOAD(p) (*(const vec *)(p))
#define STORE(p) (*(vec *)(p))

/* tanh, in vectors of 8 */
#define TCONV_BITS 32
#define TCONV_LANES 8
#include "tconv_exp.h"
typedef float zvec __attribute__((vector_size(32), aligned(4), may_alias));
#define PART(p) (*(zvec *)(p))

/*
 * Packed: the bias; then w by blocks of 8 output channels, [block][tap][tap][in][out].
 */
void forward_only_pack(const float *w, const float *b, void *packed)
{
    float *to = packed;
    memset(to, 0, FORWARD_ONLY_PACKED_BYTES);
    (void)b;
    for (size_t p = 0; p < 2; p++)
        for (size_t q = 0; q < 2; q++)
            for (size_t k = 0; k < 3; k++)
                for (size_t v = 0; v < 8; v++)
                    to[16 + p * 48 + q * 24 + k * 8 + v] =
                        w[p * 48 + q * 24 + v * 3 + k];
}

/* forward ---------------------------------------------------------------------------- */

/* y = tanh(z) in place, for n neighbours and those that complete a part. */
static TCONV_NOINLINE void forward_only_activate(float *y, size_t n)
{
    for (size_t i = 0; i < n; i += 8)
        PART(y + i) = tconv_tanh_f32(PART(y + i));
}

/* 3 x 3 positions by 8 channels; 1 x 1 taps of 3 channels. */
static TCONV_NOINLINE void forward_only_forward_3x3_1x1(
    const float *restrict x, const float *restrict w,
    const float *restrict b, float *restrict y)
{
    vec z_0_0_0 = LOAD(b);
    vec z_0_1_0 = LOAD(b);
    vec z_0_2_0 = LOAD(b);
    vec z_1_0_0 = LOAD(b);
    vec z_1_1_0 = LOAD(b);
    vec z_1_2_0 = LOAD(b);
    vec z_2_0_0 = LOAD(b);
    vec z_2_1_0 = LOAD(b);
    vec z_2_2_0 = LOAD(b);
    /* the tap that reads 0 rows and 0 columns on */
    {
        const vec w_0 = LOAD(w);
        z_0_0_0 += w_0 * x[0];
        z_0_1_0 += w_0 * x[3];
        z_0_2_0 += w_0 * x[6];
        z_1_0_0 += w_0 * x[9];
        z_1_1_0 += w_0 * x[12];
        z_1_2_0 += w_0 * x[15];
        z_2_0_0 += w_0 * x[18];
        z_2_1_0 += w_0 * x[21];
        z_2_2_0 += w_0 * x[24];
    }
    {
        const vec w_0 = LOAD(w + 8);
        z_0_0_0 += w_0 * x[1];
        z_0_1_0 += w_0 * x[4];
        z_0_2_0 += w_0 * x[7];
        z_1_0_0 += w_0 * x[10];
        z_1_1_0 += w_0 * x[13];
        z_1_2_0 += w_0 * x[16];
        z_2_0_0 += w_0 * x[19];
        z_2_1_0 += w_0 * x[22];
        z_2_2_0 += w_0 * x[25];
    }
    {
        const vec w_0 = LOAD(w + 16);
        z_0_0_0 += w_0 * x[2];
        z_0_1_0 += w_0 * x[5];
        z_0_2_0 += w_0 * x[8];
        z_1_0_0 += w_0 * x[11];
        z_1_1_0 += w_0 * x[14];
        z_1_2_0 += w_0 * x[17];
        z_2_0_0 += w_0 * x[20];
        z_2_1_0 += w_0 * x[23];
        z_2_2_0 += w_0 * x[26];
    }
    float tile[72];
    STORE(tile) = z_0_0_0;
    STORE(tile + 8) = z_0_1_0;
    STORE(tile + 16) = z_0_2_0;
    STORE(tile + 24) = z_1_0_0;
    STORE(tile + 32) = z_1_1_0;
    STORE(tile + 40) = z_1_2_0;
    STORE(tile + 48) = z_2_0_0;
    STORE(tile + 56) = z_2_1_0;
    STORE(tile + 64) = z_2_2_0;
    forward_only_activate(tile, 72);
    STORE(y) = LOAD(tile);
    STORE(y + 16) = LOAD(tile + 8);
    STORE(y + 32) = LOAD(tile + 16);
    STORE(y + 96) = LOAD(tile + 24);
    STORE(y + 112) = LOAD(tile + 32);
    STORE(y + 128) = LOAD(tile + 40);
    STORE(y + 192) = LOAD(tile + 48);
    STORE(y + 208) = LOAD(tile + 56);
    STORE(y + 224) = LOAD(tile + 64);
}

/* Row number `band` of tiles, of 2: 8 channels. */
static void forward_only_forward_band(
    size_t band, const float *x, const float *w,
    const float *b, float *y)
{
    /* rows 0 step 2 */
    if (band < 1) {
        /* columns 0 step 2: taps 1 x 1 */
        forward_only_forward_3x3_1x1(
            x + band * 27, w, b,
            y + band * 288);
        /* columns 1 step 2: taps 1 x 1 */
        forward_only_forward_3x3_1x1(
            x + band * 27, w + 24, b,
            y + 8 + band * 288);
        return;
    }
    band -= 1;
    /* rows 1 step 2 */
    if (band < 1) {
        /* columns 0 step 2: taps 1 x 1 */
        forward_only_forward_3x3_1x1(
            x + band * 27, w + 48, b,
            y + 48 + band * 288);
        /* columns 1 step 2: taps 1 x 1 */
        forward_only_forward_3x3_1x1(
            x + band * 27, w + 72, b,
            y + 56 + band * 288);
    }
}

/* Unit `unit` of one image: a band of a block of channels. */
static void forward_only_forward_unit(
    size_t unit, const float *x, const float *packed, float *y)
{
    const size_t band = unit;
    forward_only_forward_band(band, x, packed + 16, packed,
        y);
}

/* Units `first` to `last` of the batch; every image has 2. */
static TCONV_NOINLINE void forward_only_forward_pass(size_t first, size_t last, const float *x,
    const float *packed, float *y, float *workspace)
{
    (void)workspace;
    for (size_t image = first / 2; image * 2 < last; image++) {
        const size_t from = image * 2 < first ? first - image * 2 : 0;
        const size_t to = last - image * 2 < 2 ? last - image * 2 : 2;
        for (size_t unit = from; unit < to; unit++)
            forward_only_forward_unit(unit, x + image * 27, packed, y + image * 288);
    }
}

/* By table ---------------------------------------------------------------------------------- */

static void forward_only_table_pack(const void *w, const void *b, void *packed)
{
    forward_only_pack(w, b, packed);
}

static void forward_only_table_forward(size_t part, size_t parts, size_t batch, const void *x,
    const void *packed, void *y, void *workspace)
{
    const size_t first = tconv_share(batch * 2, part, parts);
    const size_t last = tconv_share(batch * 2, part + 1, parts);
    forward_only_forward_pass(first, last, x, packed, y, workspace);
}

const struct tconv_kernel forward_only_kernel = {
    .abi = TCONV_ABI,
    .name = "forward_only",
    .layer = {.type = TCONV_FLOAT32,
              .channels_first = 0,
              .in_c = 3,
              .out_c = 8,
              .axis = {{.in = 3, .out = 6, .kernel = 2, .stride = 2, .dilation = 1, .crop = 0},
                       {.in = 3, .out = 6, .kernel = 2, .stride = 2, .dilation = 1, .crop = 0}},
              .use_bias = 0,
              .activation = {.function = TCONV_TANH,
                             .slope = 0.0,
                             .ceiling = (double)INFINITY,
                             .threshold = 0.0}},
    .rounding = {{1, {0, 0}, 0}},
    .packed_bytes = FORWARD_ONLY_PACKED_BYTES,
    .saved_bytes = FORWARD_ONLY_SAVED_BYTES,
    .workspace_bytes = FORWARD_ONLY_WORKSPACE_BYTES,
    .pack = forward_only_table_pack,
    .forward = forward_only_table_forward,
    .config = "{\"module\": \"keras.layers\", \"class_name\": \"Conv2DTranspose\", \"config\": {\""
              "name\": \"forward_only\", \"trainable\": true, \"dtype\": {\"module\": \"keras\", \""
              "class_name\": \"DTypePolicy\", \"config\": {\"name\": \"float32\"}, \"registered_n"
              "ame\": null}, \"filters\": 8, \"kernel_size\": [2, 2], \"strides\": [2, 2], \"pa"
              "dding\": \"valid\", \"output_padding\": null, \"data_format\": \"channels_last\","
              " \"dilation_rate\": [1, 1], \"activation\": \"tanh\", \"use_bias\": false, \"kern"
              "el_initializer\": {\"module\": \"keras.initializers\", \"class_name\": \"GlorotU"
              "niform\", \"config\": {\"seed\": null, \"input_axes\": null, \"output_axes\": nul"
              "l}, \"registered_name\": null}, \"bias_initializer\": {\"module\": \"keras.init"
              "ializers\", \"class_name\": \"Zeros\", \"config\": {}, \"registered_name\": null}"
              ", \"kernel_regularizer\": null, \"bias_regularizer\": null, \"activity_regula"
              "rizer\": null, \"kernel_constraint\": null, \"bias_constraint\": null}, \"regi"
              "stered_name\": null, \"build_config\": {\"input_shape\": [null, 3, 3, 3]}}"
};

void forward_only_forward(
    size_t batch, const float *x, const void *packed, float *y, void *workspace)
{
    forward_only_table_forward(0, 1, batch, x, packed, y, workspace);
}

#if defined(__clang__)
#pragma clang attribute pop
#endif
