/*
 * geometry: what follows from the spec. Two axes and the channels together.
 *
 * Everything here is true whatever code is emitted. It knows nothing of targets or plans.
 */
#ifndef TCONV_GEN_GEOMETRY_H
#define TCONV_GEN_GEOMETRY_H

#include "axis.h"
#include "tconv.h"

struct geometry {
    struct axis axis[2]; /* rows, columns */
    struct tconv_layer layer;
    size_t x_size, z_size, y_size; /* elements of one image; y_size as tconv_halves */
    size_t w_size, b_size;         /* of the weights; 0 or out_c */
    size_t element_bytes;          /* 4 or 8 */
    size_t useful_macs;  /* multiply-adds of one image that land inside the output */
    size_t natural_macs; /* in_h*in_w*kernel_h*kernel_w*in_c*out_c: what GFLOP/s count */
    size_t stuffed_macs; /* out_h*out_w*kernel_h*kernel_w*in_c*out_c: by zero-stuffing */
};

/* Derives the geometry of a spec whose input is known (spec_require_input). Fails as
 * axis_derive does, when a tensor has no elements or more than SPEC_LARGEST_TENSOR, or
 * when the activation halves an odd axis. */
bool geometry_derive(struct geometry *geometry, const struct tconv_spec *spec,
                     struct arena *arena, struct error *err) MUST_USE;

/* Whether each output meets one tap, and each input all taps: kernels as long as the
 * strides, nothing cropped or added, no dilation. All passes are plain products then. */
bool geometry_meets_one_tap(const struct geometry *geometry);

/* Appends the geometry as text for a person: sizes, then phases, runs and taps per axis.
 */
void geometry_dump(const struct geometry *geometry, struct text *out);

#endif
