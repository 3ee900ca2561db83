/*
 * decoder: a grid of latents to a picture of pictures, by kernels that tconv emitted.
 *
 *     decoder MODEL_DIR OUTPUT.png
 *
 * Decodes every latent of MODEL_DIR/latents.npy, checks the first ones against what Keras
 * computed (MODEL_DIR/expected.npy), times the decoding and writes the atlas.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "decode.h"
#include "read_npy.h"
#include "write_png.h"

#define ATLAS_COLUMNS 8
#define REPEATS 31

/*
 * The largest difference from Keras that passes. Over this atlas Keras is within 1.1e-6
 * of the same network in float64. Another order of summation is as far off on the other
 * side, so 2.2e-6 is to be expected; 1e-5, a 25th of one step of an 8-bit colour, leaves
 * room for other machines and fails on any wrong product.
 */
#define LARGEST_DIFFERENCE 1e-5

struct atlas {
    float *latents, *pictures;
    size_t n, picture_size, shape[3];
};

static void decode_all(const struct decoder *decoder, struct atlas *atlas)
{
    for (size_t i = 0; i < atlas->n; i++)
        decoder_run(decoder, atlas->latents + i * decoder_latent_size(),
                    atlas->pictures + i * atlas->picture_size);
}

static bool atlas_open(struct atlas *atlas, const char *model_dir)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/latents.npy", model_dir);
    size_t count;
    atlas->latents = read_npy(path, &count);
    if (atlas->latents == NULL)
        return false;
    decoder_picture_shape(atlas->shape);
    atlas->picture_size = atlas->shape[0] * atlas->shape[1] * atlas->shape[2];
    atlas->n = count / decoder_latent_size();
    atlas->pictures = malloc(atlas->n * atlas->picture_size * sizeof(float));
    return atlas->pictures != NULL;
}

/* Prints the largest difference from Keras's own pictures; whether it is small enough. */
static bool agrees_with_keras(const struct atlas *atlas, const char *model_dir)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/expected.npy", model_dir);
    size_t count;
    float *expected = read_npy(path, &count);
    if (expected == NULL || count > atlas->n * atlas->picture_size) {
        free(expected);
        return false;
    }
    double largest = 0;
    for (size_t i = 0; i < count; i++) {
        const double difference = fabs((double)atlas->pictures[i] - (double)expected[i]);
        if (largest < difference || isnan(difference))
            largest = difference;
    }
    free(expected);
    printf("largest difference from Keras: %.2g (limit %g)\n", largest,
           LARGEST_DIFFERENCE);
    return largest <= LARGEST_DIFFERENCE;
}

static double now(void)
{
    struct timespec time;
    timespec_get(&time, TIME_UTC);
    return (double)time.tv_sec * 1e6 + (double)time.tv_nsec / 1e3;
}

static int by_size(const void *a, const void *b)
{
    const double *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

static double microseconds_per_picture(const struct decoder *decoder, struct atlas *atlas)
{
    double times[REPEATS];
    for (int i = 0; i < REPEATS; i++) {
        const double begin = now();
        decode_all(decoder, atlas);
        times[i] = (now() - begin) / (double)atlas->n;
    }
    qsort(times, REPEATS, sizeof times[0], by_size);
    return times[REPEATS / 2];
}

/* The pictures side by side, ATLAS_COLUMNS to a row, as bytes. */
static bool write_atlas(const struct atlas *atlas, const char *path)
{
    const size_t rows = atlas->shape[0], columns = atlas->shape[1];
    const size_t down = (atlas->n + ATLAS_COLUMNS - 1) / ATLAS_COLUMNS;
    const size_t stride = ATLAS_COLUMNS * columns * 3;
    unsigned char *rgb = calloc(down * rows, stride);
    if (rgb == NULL)
        return false;
    for (size_t i = 0; i < atlas->n * atlas->picture_size; i++) {
        const size_t picture = i / atlas->picture_size, at = i % atlas->picture_size;
        const size_t row = picture / ATLAS_COLUMNS * rows + at / (columns * 3);
        const size_t left = picture % ATLAS_COLUMNS * columns * 3;
        rgb[row * stride + left + at % (columns * 3)] =
            (unsigned char)(atlas->pictures[i] * 255 + 0.5f);
    }
    const bool written = write_png(path, rgb, down * rows, ATLAS_COLUMNS * columns);
    free(rgb);
    return written;
}

static bool run(struct decoder *decoder, struct atlas *atlas, const char *model_dir,
                const char *output)
{
    if (!decoder_open(decoder, model_dir) || !atlas_open(atlas, model_dir))
        return false;
    decode_all(decoder, atlas);
    printf("%zu pictures of %zux%zu, %.1f microseconds each (median of %d runs)\n",
           atlas->n, atlas->shape[0], atlas->shape[1],
           microseconds_per_picture(decoder, atlas), REPEATS);
    return agrees_with_keras(atlas, model_dir) && write_atlas(atlas, output);
}

int main(int argc, char *argv[])
{
    if (argc != 3) {
        fprintf(stderr, "usage: decoder MODEL_DIR OUTPUT.png\n");
        return 2;
    }
    struct decoder decoder = {0};
    struct atlas atlas = {0};
    const bool done = run(&decoder, &atlas, argv[1], argv[2]);
    decoder_close(&decoder);
    free(atlas.latents);
    free(atlas.pictures);
    return done ? 0 : 1;
}
