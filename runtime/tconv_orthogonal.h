/*
 * tconv_orthogonal.h: a matrix with orthonormal columns from any matrix.
 *
 * Keras takes Q of the thin QR decomposition and flips the columns whose diagonal element
 * of R is negative. A = Q R with a positive diagonal is unique when the columns are
 * independent, so any method gives that matrix up to rounding. This one is Gram and
 * Schmidt's in double, each projection done twice ("twice is enough": Giraud, Langou,
 * Rozloznik 2005), which has the positive diagonal by construction and is orthonormal to
 * double rounding; what differs from TensorFlow is TensorFlow's own rounding.
 */
#ifndef TCONV_ORTHOGONAL_H
#define TCONV_ORTHOGONAL_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Makes n columns of `length` numbers orthonormal, column j at columns + j * length;
 * n <= length. The columns must be independent, as random ones are; a column of zeros
 * stays as it is. About 4 * length * n * n multiply-adds. */
void tconv_orthonormalize(size_t length, size_t n, double *columns);

#ifdef __cplusplus
}
#endif

#endif
