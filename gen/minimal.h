/*
 * minimal: minimal filtering F(m, r): m outputs of a correlation with r taps by m + r - 1
 * products (Toom and Cook; Winograd, "Arithmetic Complexity of Computations", 1980).
 *
 *     y[i] = sum over j of d[i + j] g[j]   is   y = A ((G g) * (B d)),
 *
 * with * element by element. All three matrices are exact fractions; those that are
 * applied while the layer runs, A and B, are also programs: sums with common
 * subexpressions taken out. Pure arithmetic: this room knows nothing of layers.
 */
#ifndef TCONV_GEN_MINIMAL_H
#define TCONV_GEN_MINIMAL_H

#include <stdbool.h>
#include <stddef.h>

/* The most points of a filter: more points need factors that cost too much accuracy. */
enum { MINIMAL_POINTS = 6 };

struct fraction {
    long over, under; /* in lowest terms; under > 0 */
};

/* A term: factor times value number `value`. */
struct minimal_term {
    struct fraction factor;
    size_t value;
};

struct minimal_sum {
    struct minimal_term term[MINIMAL_POINTS];
    size_t n_terms;
};

/* y = M x as sums in order: value v < n_inputs is x[v], and sum s makes value n_inputs +
 * s. Result r is value output[r]; a row with the single term 1 needs no sum. */
struct minimal_program {
    size_t n_inputs, n_sums, n_outputs;
    struct minimal_sum sum[3 * MINIMAL_POINTS];
    size_t output[MINIMAL_POINTS];
};

struct minimal_matrix {
    size_t n_rows, n_columns;
    struct fraction entry[MINIMAL_POINTS][MINIMAL_POINTS];
};

/* How long the program of a matrix is. */
struct minimal_size {
    size_t n_inputs, n_outputs, operations;
};

struct minimal {
    size_t outputs, taps, points;
    struct minimal_matrix a, b,
        g;         /* [outputs][points], [points][points], [points][taps] */
    double growth; /* largest row sum of |A| diag(largest |G| of the row) |B| 1 */
    double gradient_growth; /* the same of |G|^T diag(|A|^T 1) |B| 1 */
    struct minimal_size window, output, spread, gather; /* of B, A, A^T, G^T */
};

/*
 * Derives F(outputs, taps). With one output or one tap the products are the plain ones
 * (points = taps or outputs, no transform); else the points are 0, 1, -1, 1/2, -2 and
 * infinity, as many as there are. Rows of B are whole numbers; G takes the denominators.
 * Needs outputs + taps - 1 <= MINIMAL_POINTS.
 */
struct minimal minimal_derive(size_t outputs, size_t taps);

/* The program of y = M x, and of y = M^T x. */
struct minimal_program minimal_compile(const struct minimal_matrix *matrix,
                                       bool transposed);

/* Additions and multiplications of a program. */
size_t minimal_operations(const struct minimal_program *program);

/* The same of a two-dimensional transform, columns first, and what it loads and stores.
 */
struct minimal_square {
    size_t operations, moves;
};
struct minimal_square minimal_square(const struct minimal_size *rows,
                                     const struct minimal_size *columns);

#endif
