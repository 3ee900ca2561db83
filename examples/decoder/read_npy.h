/*
 * read_npy: a float32 array from a NumPy file, as little as this example needs.
 */
#ifndef READ_NPY_H
#define READ_NPY_H

#include <stddef.h>

/*
 * The elements of the '<f4', C-order array at `path`, and their number in *count. The
 * caller frees them. NULL, and a line on stderr, when the file is anything else.
 */
float *read_npy(const char *path, size_t *count);

#endif
