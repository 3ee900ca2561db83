/*
 * tconv_length.h: how long an output is, and what is dropped before it.
 *
 * Header-only; pure integers. Each function takes axis `a` (0 rows, 1 columns) of a spec
 * and `n`, the input's length from 1. Formulas: the specification's B.1, B.2 and B.4.
 */
#ifndef TCONV_LENGTH_H
#define TCONV_LENGTH_H

#include "tconv_spec.h"

/* The stretch that a dilated kernel covers. */
static inline size_t tconv_effective_kernel(const struct tconv_spec *spec, int a)
{
    return (spec->kernel[a] - 1) * spec->dilation[a] + 1;
}

/* Output length: the table of section B.1. */
static inline size_t tconv_output_length(const struct tconv_spec *spec, int a, size_t n)
{
    const size_t s = spec->stride[a], ke = tconv_effective_kernel(spec, a);
    const bool is_same = spec->padding == TCONV_PADDING_SAME;
    if (!spec->has_output_padding)
        return is_same ? n * s : (n - 1) * s + (ke > s ? ke : s);
    return (n - 1) * s + (is_same ? ke % 2 : ke) + spec->output_padding[a];
}

/* The padding of the forward convolution, T of section B.2. */
static inline size_t tconv_total_padding(const struct tconv_spec *spec, int a, size_t n)
{
    const size_t reach = (n - 1) * spec->stride[a] + tconv_effective_kernel(spec, a);
    const size_t out = tconv_output_length(spec, a, n);
    return spec->padding == TCONV_PADDING_VALID || reach < out ? 0 : reach - out;
}

/* What it drops before the first output: section B.2. */
static inline size_t tconv_crop_before(const struct tconv_spec *spec, int a, size_t n)
{
    return tconv_total_padding(spec, a, n) / 2;
}

/* The input's length that TensorFlow's op derives from the output's, and refuses to run
 * when it is not `n`: section B.4. */
static inline size_t tconv_op_input_length(const struct tconv_spec *spec, int a, size_t n)
{
    const size_t s = spec->stride[a], out = tconv_output_length(spec, a, n);
    return spec->padding == TCONV_PADDING_VALID ? n : (out + s - 1) / s;
}

/* One axis of the layer for an input of that length. */
static inline struct tconv_axis tconv_length_axis(const struct tconv_spec *spec, int a,
                                                  size_t n)
{
    const struct tconv_axis axis = {.in = n,
                                    .out = tconv_output_length(spec, a, n),
                                    .kernel = spec->kernel[a],
                                    .stride = spec->stride[a],
                                    .dilation = spec->dilation[a],
                                    .crop = tconv_crop_before(spec, a, n)};
    return axis;
}

/* The layer for an input of those rows, columns and channels. */
static inline struct tconv_layer tconv_layer_of(const struct tconv_spec *spec,
                                                const size_t in[2], size_t in_c)
{
    const struct tconv_layer layer = {
        .type = spec->type,
        .channels_first = spec->channels_first,
        .in_c = in_c,
        .out_c = spec->filters,
        .axis = {tconv_length_axis(spec, 0, in[0]), tconv_length_axis(spec, 1, in[1])},
        .use_bias = spec->use_bias,
        .activation = spec->activation};
    return layer;
}

#endif
