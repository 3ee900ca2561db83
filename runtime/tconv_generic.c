/*
 * tconv_generic.c: chooses the loops of the layer's type. The loops stand once, in
 * tconv_generic.inc; what does not depend on the type stands here.
 */
#include "tconv_generic.h"

#include "tconv_activation.h"

/* How far apart neighbours of one image are, in elements. */
struct steps {
    size_t row, column, channel;
};

static struct steps steps_of(size_t rows, size_t columns, size_t channels,
                             int channels_first)
{
    if (channels_first)
        return (struct steps){columns, 1, rows * columns};
    return (struct steps){columns * channels, channels, 1};
}

static struct steps x_steps(const struct tconv_layer *l)
{
    return steps_of(l->axis[0].in, l->axis[1].in, l->in_c, l->channels_first);
}

static struct steps z_steps(const struct tconv_layer *l)
{
    return steps_of(l->axis[0].out, l->axis[1].out, l->out_c, l->channels_first);
}

/* The length of the last axis as laid out, over which softmax and its like go. */
static size_t z_row_length(const struct tconv_layer *l)
{
    return l->channels_first ? l->axis[1].out : l->out_c;
}

/* Whether input i and tap t meet inside the output, and where. */
static int meet(const struct tconv_axis *axis, size_t i, size_t t, size_t *o)
{
    const size_t natural = i * axis->stride + t * axis->dilation;
    *o = natural - axis->crop;
    return natural >= axis->crop && *o < axis->out;
}

#define REAL float
#define FN(name) name##_f32
#include "tconv_generic.inc"
#undef REAL
#undef FN

#define REAL double
#define FN(name) name##_f64
#include "tconv_generic.inc"
#undef REAL
#undef FN

void tconv_generic_forward(const struct tconv_layer *layer, size_t batch, const void *x,
                           const void *w, const void *b, void *y, void *z)
{
    if (layer->type == TCONV_FLOAT32)
        forward_f32(layer, batch, x, w, b, y, z);
    else
        forward_f64(layer, batch, x, w, b, y, z);
}

void tconv_generic_backward(const struct tconv_layer *layer, size_t batch, const void *x,
                            const void *w, const void *y, const void *z, const void *dy,
                            void *dz, void *dx, void *dw, void *db)
{
    if (layer->type == TCONV_FLOAT32)
        backward_f32(layer, batch, x, w, y, z, dy, dz, dx, dw, db);
    else
        backward_f64(layer, batch, x, w, y, z, dy, dz, dx, dw, db);
}
