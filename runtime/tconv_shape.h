/*
 * tconv_shape.h: the shapes of the tensors that training works on, as Keras counts axes.
 *
 * Header-only. It knows nothing of what is done along an axis.
 */
#ifndef TCONV_SHAPE_H
#define TCONV_SHAPE_H

#include "tconv.h"

#define TCONV_MOST_AXES 4

/* Sizes in the order of the tensor, the last axis being the one that lies together. */
struct tconv_shape {
    size_t rank; /* 1 to TCONV_MOST_AXES */
    size_t size[TCONV_MOST_AXES];
};

static inline size_t tconv_elements(const struct tconv_shape *shape)
{
    size_t n = 1;
    for (size_t a = 0; a < shape->rank; a++)
        n *= shape->size[a];
    return n;
}

/* w [kernel rows][kernel columns][out_c][in_c], whatever the data format. */
static inline struct tconv_shape tconv_kernel_shape(const struct tconv_layer *layer)
{
    const struct tconv_shape shape = {
        4, {layer->axis[0].kernel, layer->axis[1].kernel, layer->out_c, layer->in_c}};
    return shape;
}

static inline struct tconv_shape tconv_bias_shape(const struct tconv_layer *layer)
{
    const struct tconv_shape shape = {1, {layer->out_c}};
    return shape;
}

/* y, with the batch first; of its last axis tconv_halves leaves half. */
static inline struct tconv_shape tconv_output_shape(const struct tconv_layer *layer,
                                                    size_t batch)
{
    const size_t rows = layer->axis[0].out, columns = layer->axis[1].out;
    const struct tconv_shape last = {4, {batch, rows, columns, layer->out_c}};
    const struct tconv_shape first = {4, {batch, layer->out_c, rows, columns}};
    struct tconv_shape shape = layer->channels_first ? first : last;
    shape.size[3] /= tconv_halves(layer) ? 2 : 1;
    return shape;
}

#endif
