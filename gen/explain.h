/*
 * explain: what a layer computes, what that costs and how it would be done, in words.
 *
 * Reads spec, geometry and plan; decides nothing.
 */
#ifndef TCONV_GEN_EXPLAIN_H
#define TCONV_GEN_EXPLAIN_H

#include "dialect_notes.h"
#include "geometry.h"
#include "plan.h"
#include "spec.h"

/* How many taps overlap on an interior output pixel, over all phases. */
struct explain_overlap {
    size_t least, most;
    bool is_even; /* they are the same: no checkerboard */
};

/* The phase of one axis takes the taps t with t*dilation = phase (mod stride): with
 * g = gcd(stride, dilation) and s = stride/g that is every s-th tap, for each g-th phase.
 */
struct explain_overlap explain_axis_overlap(const struct axis *axis);

/* The whole pixel: the product over both axes. */
struct explain_overlap explain_pixel_overlap(const struct geometry *geometry);

/* Bytes that one image's pass must at least read and write, tensor by tensor. In a
 * backward pass `y` is that of dy, in backward_input x that of dx, in backward_weights w,
 * b of dw, db. */
struct explain_bytes {
    size_t x, w, b, y;
};
struct explain_bytes explain_pass_bytes(const struct geometry *geometry,
                                        enum plan_pass pass);

/* Appends all of it for a person, or as one JSON object. */
void explain_write(const struct tconv_spec *spec, const struct geometry *geometry,
                   const struct plan *plan, struct text *out);
void explain_write_json(const struct tconv_spec *spec, const struct geometry *geometry,
                        const struct plan *plan, struct text *out);

#endif
