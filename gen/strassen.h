/*
 * strassen: a product of matrices with seven products of halves instead of eight.
 *
 * Where every output meets one tap, and no two inputs meet the same output, a pass is a
 * plain product: of pixels by reduced channels (of all taps, backward_input) with reduced
 * by lane channels. Pixels in pairs, and both kinds of channels in halves, make it a
 * product of 2 x 2 blocks, for which Strassen found ("Gaussian elimination is not
 * optimal", 1969) seven products of sums of blocks:
 *
 *     c[i][j] = sum over s of C[s][i][j] * (sum of A[s][i][k] * a[i][k]) *
 *                                          (sum of B[s][k][j] * b[k][j])
 *
 * with factors 0, 1 and -1. It rounds by norms: what is large in a pixel, or in a half of
 * the channels, is off in the other one, too.
 */
#ifndef TCONV_GEN_STRASSEN_H
#define TCONV_GEN_STRASSEN_H

#include "geometry.h"

/* Products, and the different ways in which they are added to blocks of c. */
enum { STRASSEN_PRODUCTS = 7, STRASSEN_UPDATES = 6 };

struct strassen_product {
    int a[2][2]; /* by pixel of a pair, half of the reduced channels */
    int b[2][2]; /* by half of the reduced channels, half of the lane channels */
    int c[2][2]; /* by pixel of a pair, half of the lane channels */
};

/* In such an order that each block of c begins with the factor 1. */
extern const struct strassen_product strassen_products[STRASSEN_PRODUCTS];

/* The channels that one product of a pass sums over, of all taps: half of them. */
size_t strassen_depth(const struct geometry *geometry, bool is_forward);

/* Pairs of pixels of an image; the last pixel of an odd number is a pair with itself. */
size_t strassen_pairs(const struct geometry *geometry);

/*
 * How a pass rounds. With A and B the largest magnitudes of what is read and of the
 * weights, and K channels summed over, the products whose sum makes a block of c are off
 * relative to at most 12 * A * B for each of K / 2 channels (four products, of sums of
 * 2 * 2, 2 * 1, 1 * 2 and 2 * 2 blocks), which is 6 * K * A * B. Higham, "Accuracy and
 * Stability of Numerical Algorithms", 2002, section 23.2.2.
 */
struct tconv_rounding strassen_rounding(void);

#endif
