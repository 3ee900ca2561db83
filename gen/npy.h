/*
 * npy: arrays in NumPy's .npy files, versions 1 to 3 (the specification's H.6).
 *
 * In comes a file of float32 or float64 in either byte order and either element order;
 * out goes an array in C order and the type that was asked for. It knows nothing of
 * layers.
 */
#ifndef TCONV_GEN_NPY_H
#define TCONV_GEN_NPY_H

#include "arena.h"
#include "error.h"
#include "tconv.h"

#define NPY_MOST_DIMS 8

struct npy {
    size_t n_dims; /* 0: a single number */
    size_t dims[NPY_MOST_DIMS];
    size_t size; /* elements: the product of dims */
    enum tconv_type type;
    void *data; /* size elements of type, C order; owned by the arena */
};

/*
 * Reads the array at `path`, converted to type `as` (float64 to float32 rounds to
 * nearest; NaN and infinities pass). Any readable file will do, a pipe too.
 *
 * Fails, naming the path, when it cannot be read, is no .npy file of a version from 1 to
 * 3, holds another type of element, has a header that NumPy would not write, more than
 * NPY_MOST_DIMS dimensions or an impossible size, holds fewer or more bytes of data than
 * its shape needs, or when the arena is full.
 */
bool npy_read(struct npy *npy, const char *path, enum tconv_type as, struct arena *arena,
              struct error *err) MUST_USE;

/*
 * Writes `data`, C order, elements of `type`, as '<f4' or '<f8', with a header that ends
 * at a multiple of 64 bytes. Equal arrays give equal files.
 *
 * Fails, naming the path and the reason, when the file cannot be written; then what was
 * at the path before is still there, untouched: the file is written beside it and
 * renamed. What is no regular file (a pipe, /dev/stdout) is written to directly.
 */
bool npy_write(const char *path, enum tconv_type type, const size_t *dims, size_t n_dims,
               const void *data, struct error *err) MUST_USE;

#endif
