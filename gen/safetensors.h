/*
 * safetensors: named arrays in one file (the specification's H.5).
 *
 * A JSON header of known length, then the bytes of all arrays, little-endian, row-major.
 * It knows nothing of layers: names and notes are its callers'.
 */
#ifndef TCONV_GEN_SAFETENSORS_H
#define TCONV_GEN_SAFETENSORS_H

#include "npy.h"

#define SAFETENSORS_LARGEST_HEADER ((size_t)16 << 20) /* bytes that read accepts */

struct safetensors_array {
    const char *name;
    enum tconv_type type;
    size_t n_dims, dims[NPY_MOST_DIMS];
    const void *data;
};

/* A pair of the header's "__metadata__". */
struct safetensors_note {
    const char *key, *value;
};

/* Writes n arrays and the notes, in the order given; equal ones give equal files. Fails,
 * naming the path, when memory is out or the file cannot be written; then what was there
 * before still is. */
bool safetensors_write(const char *path, const struct safetensors_array arrays[],
                       size_t n, const struct safetensors_note notes[], size_t n_notes,
                       struct error *err) MUST_USE;

/* Whether a path calls itself a file of this kind: it ends in ".safetensors". */
bool safetensors_is_path(const char *path);

/* Reads the array called `name`, F32 or F64, converted to type `as`. Fails, naming the
 * path and the place in the header, when the file cannot be read, is none of this kind,
 * has no such array, or one of another dtype, of more than NPY_MOST_DIMS dimensions or
 * whose bytes do not fit its shape. */
bool safetensors_read(struct npy *array, const char *path, const char *name,
                      enum tconv_type as, struct arena *arena,
                      struct error *err) MUST_USE;

#endif
