/* tconv_orthogonal: modified Gram-Schmidt, twice. */
#include "tconv_orthogonal.h"

#include <math.h>

enum { SUMS = 8 }; /* partial sums of a product, for the compiler's vectors */

static double dot(size_t n, const double *a, const double *b)
{
    double sums[SUMS] = {0}, sum = 0;
    size_t i = 0;
    for (; i + SUMS <= n; i += SUMS)
        for (size_t s = 0; s < SUMS; s++)
            sums[s] += a[i + s] * b[i + s];
    for (; i < n; i++)
        sum += a[i] * b[i];
    for (size_t s = 0; s < SUMS; s++)
        sum += sums[s];
    return sum;
}

/* Takes from `column` its part along the unit column `q`. */
static void project_out(size_t n, const double *q, double *column)
{
    const double along = dot(n, q, column);
    for (size_t i = 0; i < n; i++)
        column[i] -= along * q[i];
}

static void normalize(size_t n, double *column)
{
    const double length = sqrt(dot(n, column, column));
    for (size_t i = 0; i < n && length > 0; i++)
        column[i] /= length;
}

void tconv_orthonormalize(size_t length, size_t n, double *columns)
{
    for (size_t j = 0; j < n; j++) {
        double *column = columns + j * length;
        for (int pass = 0; pass < 2; pass++)
            for (size_t i = 0; i < j; i++)
                project_out(length, columns + i * length, column);
        normalize(length, column);
    }
}
