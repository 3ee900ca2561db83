/*
 * check: what must hold for a built layer. One function each, all with the same form:
 * false, with an error at the layer's place, when it does not hold.
 */
#ifndef TCONV_DIFF_CHECK_H
#define TCONV_DIFF_CHECK_H

#include <stdint.h>

#include "batch.h"

/* The kernel tells the layer that the geometry has. */
bool check_shape(const struct layer *layer, struct error *err) MUST_USE;

/* gen/verify: every pass, parts, guard pages, the judge's bounds. */
bool check_values(const struct layer *layer, uint64_t seed, struct error *err) MUST_USE;

/*
 * Runs all passes by the functions of the header. A transposed convolution is linear in x
 * and in w, so that without an activation (z = y)
 *
 *     <dy, y> - <db, b> = <dx, x> = <dw, w>
 *
 * up to the rounding of the sums; without backward passes nothing more is asked.
 */
bool check_adjoint(const struct layer *layer, uint64_t seed, struct error *err) MUST_USE;

/*
 * For float64 layers with backward passes and a smooth activation: the slopes of
 * L = <dy, y> along random directions of x, w and b, by central differences of the
 * emitted forward pass, against the emitted gradients. The bound is derived in
 * differences.c.
 */
bool check_differences(const struct layer *layer, uint64_t seed,
                       struct error *err) MUST_USE;

#endif
