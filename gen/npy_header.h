/*
 * npy_header: the text at the start of a .npy file, a Python dict literal. No files, no
 * numbers.
 *
 *     {'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }
 */
#ifndef TCONV_GEN_NPY_HEADER_H
#define TCONV_GEN_NPY_HEADER_H

#include "npy.h"
#include "text.h"

/* Before the dict: the magic, two bytes of version, two (version 1) or four of length. */
#define NPY_MAGIC "\x93NUMPY"
#define NPY_MAGIC_BYTES 6

struct npy_header {
    const char *path, *rest; /* for messages; what is yet to be read */
    bool has_descr, has_order, has_shape;
    bool fortran_order, big_endian;
    size_t element_bytes; /* 4 or 8, of floating-point numbers */
    size_t n_dims, dims[NPY_MOST_DIMS];
    size_t size; /* elements; size * 8 does not overflow */
};

/* Reads the dict in `text`, which came from `path`. Fails as npy_read says of headers. */
bool npy_header_read(struct npy_header *header, const char *path, const char *text,
                     struct error *err) MUST_USE;

/* Appends magic, version 1 and dict, padded so that 64 divides the length of it all. */
void npy_header_write(struct text *out, enum tconv_type type, const size_t *dims,
                      size_t n_dims);

#endif
