#include "decode.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "decoder_1.h"
#include "decoder_2.h"
#include "decoder_3.h"
#include "decoder_4.h"
#include "read_npy.h"

static const struct tconv_kernel *const layers[N_LAYERS] = {
    &decoder_1_kernel, &decoder_2_kernel, &decoder_3_kernel, &decoder_4_kernel};

static size_t in_size(const struct tconv_layer *layer)
{
    return layer->axis[0].in * layer->axis[1].in * layer->in_c;
}

static size_t out_size(const struct tconv_layer *layer)
{
    return layer->axis[0].out * layer->axis[1].out * layer->out_c;
}

static size_t weights_size(const struct tconv_layer *layer)
{
    return layer->axis[0].kernel * layer->axis[1].kernel * layer->out_c * layer->in_c;
}

size_t decoder_latent_size(void)
{
    return in_size(&layers[0]->layer);
}

void decoder_picture_shape(size_t shape[3])
{
    const struct tconv_layer *last = &layers[N_LAYERS - 1]->layer;
    shape[0] = last->axis[0].out;
    shape[1] = last->axis[1].out;
    shape[2] = last->out_c;
}

/* Memory on a cache line, on which kernels are fastest. */
static void *take(size_t bytes)
{
    return aligned_alloc(64, (bytes / 64 + 1) * 64);
}

static float *read_weights(const char *model_dir, int number, const char *what,
                           size_t size)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/layer%d_%s.npy", model_dir, number, what);
    size_t count;
    float *weights = read_npy(path, &count);
    if (weights == NULL || count == size)
        return weights;
    fprintf(stderr, "%s: got %zu elements; expected %zu\n", path, count, size);
    free(weights);
    return NULL;
}

static void *pack_layer(const char *model_dir, int number)
{
    const struct tconv_kernel *kernel = layers[number - 1];
    const struct tconv_layer *layer = &kernel->layer;
    float *w = read_weights(model_dir, number, "kernel", weights_size(layer));
    float *b = read_weights(model_dir, number, "bias", layer->out_c);
    void *packed = w != NULL && b != NULL ? take(kernel->packed_bytes) : NULL;
    if (packed != NULL)
        kernel->pack(w, b, packed);
    free(w);
    free(b);
    return packed;
}

bool decoder_open(struct decoder *decoder, const char *model_dir)
{
    memset(decoder, 0, sizeof *decoder);
    size_t workspace_bytes = 0, most = 0;
    for (int n = 0; n < N_LAYERS; n++) {
        decoder->packed[n] = pack_layer(model_dir, n + 1);
        if (decoder->packed[n] == NULL)
            return false;
        if (workspace_bytes < layers[n]->workspace_bytes)
            workspace_bytes = layers[n]->workspace_bytes;
        if (most < out_size(&layers[n]->layer))
            most = out_size(&layers[n]->layer);
    }
    decoder->workspace = take(workspace_bytes);
    decoder->between[0] = take(most * sizeof(float));
    decoder->between[1] = take(most * sizeof(float));
    return decoder->workspace && decoder->between[0] && decoder->between[1];
}

void decoder_close(struct decoder *decoder)
{
    for (int n = 0; n < N_LAYERS; n++)
        free(decoder->packed[n]);
    free(decoder->between[0]);
    free(decoder->between[1]);
    free(decoder->workspace);
}

void decoder_run(const struct decoder *decoder, const float *latent, float *picture)
{
    const float *x = latent;
    for (int n = 0; n < N_LAYERS; n++) {
        float *y = n == N_LAYERS - 1 ? picture : decoder->between[n % 2];
        layers[n]->forward(0, 1, 1, x, decoder->packed[n], y, decoder->workspace);
        x = y;
    }
}
