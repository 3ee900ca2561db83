/*
 * tconv_generic.h: the layer's definition as plain loops, for any shape.
 *
 * What a program would use without generated code, and what the tests compare generated
 * code with. Straight from the identity o = i*stride + t*dilation - crop (tconv.h), any
 * stride with any dilation, both data formats. No allocation, no state: reentrant.
 *
 * All buffers hold elements of layer->type, laid out as tconv.h says at struct
 * tconv_kernel, w as Keras keeps it: [kernel rows][kernel columns][out_c][in_c]. No two
 * overlap. Sums are made in the layer's type.
 */
#ifndef TCONV_GENERIC_H
#define TCONV_GENERIC_H

#include "tconv.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Elements of one image of x, of z, of y, of w. b has out_c. */
static inline size_t tconv_x_size(const struct tconv_layer *layer)
{
    return layer->axis[0].in * layer->axis[1].in * layer->in_c;
}

static inline size_t tconv_z_size(const struct tconv_layer *layer)
{
    return layer->axis[0].out * layer->axis[1].out * layer->out_c;
}

static inline size_t tconv_y_size(const struct tconv_layer *layer)
{
    return tconv_z_size(layer) / (tconv_halves(layer) ? 2 : 1);
}

static inline size_t tconv_w_size(const struct tconv_layer *layer)
{
    return layer->axis[0].kernel * layer->axis[1].kernel * layer->out_c * layer->in_c;
}

/* y = activation(z), z = transposed convolution of x with w, plus b (ignored, may be
 * NULL, without use_bias). z receives the pre-activations; NULL skips that, but where
 * tconv_halves, whose y has no room for them. */
void tconv_generic_forward(const struct tconv_layer *layer, size_t batch, const void *x,
                           const void *w, const void *b, void *y, void *z);

/*
 * Gradients from dy (the specification's C.3); they are overwritten, not added to.
 *
 * y is what forward wrote; z too, and may be NULL where tconv_keeps_z
 * (tconv_activation.h) is 0. dz, as large as z, is required and receives dy * slope. dx,
 * dw, db may each be NULL; db is not written without use_bias.
 */
void tconv_generic_backward(const struct tconv_layer *layer, size_t batch, const void *x,
                            const void *w, const void *y, const void *z, const void *dy,
                            void *dz, void *dx, void *dw, void *db);

#ifdef __cplusplus
}
#endif

#endif
