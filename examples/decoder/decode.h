/*
 * decode: the four emitted kernels as one decoder.
 *
 * It knows the kernels by their tables alone, so that another network is another list.
 */
#ifndef DECODE_H
#define DECODE_H

#include <stdbool.h>
#include <stddef.h>

#define N_LAYERS 4

struct decoder {
    void *packed[N_LAYERS];
    float *between[2]; /* what one layer writes and the next one reads */
    void *workspace;
};

/* Floats of one latent; rows, columns and channels of one picture. */
size_t decoder_latent_size(void);
void decoder_picture_shape(size_t shape[3]);

/*
 * Reads MODEL_DIR/layerN_kernel.npy and layerN_bias.npy and packs them. decoder_close
 * frees everything, also after a failure, of which a line on stderr tells.
 */
bool decoder_open(struct decoder *decoder, const char *model_dir);
void decoder_close(struct decoder *decoder);

/* One latent to one picture (RGB, 0 to 1). */
void decoder_run(const struct decoder *decoder, const float *latent, float *picture);

#endif
