/*
 * tconv_regularizer.c: chooses the loops of the tensor's type. The loops stand once, in
 * tconv_regularizer.inc; what does not depend on the type stands here.
 */
#include "tconv_regularizer.h"

#include <math.h>

/* The vectors of a matrix that should be orthogonal to each other. */
struct vectors {
    size_t n, length, step, inner; /* elements from vector to vector, and inside one */
    double weight;                 /* of one pair in the loss */
    enum tconv_unit_length unit_length;
};

static struct vectors vectors_of(const struct tconv_regularizer *r,
                                 const struct tconv_shape *shape)
{
    const size_t rows = shape->size[0], columns = shape->rank > 1 ? shape->size[1] : 1;
    struct vectors v = {.n = rows, .length = columns, .step = columns, .inner = 1};
    if (r->by_columns)
        v = (struct vectors){.n = columns, .length = rows, .step = 1, .inner = columns};
    v.unit_length = r->unit_length;
    /* Keras: factor / 2 * (each pair twice) / (n (n - 1) / 2) */
    v.weight = v.n < 2 ? 0 : (float)r->factor / ((double)v.n * ((double)v.n - 1) / 2);
    return v;
}

#define REAL float
#define WIDE double
#define SQRT sqrt
#define FN(name) name##_f32
#include "tconv_regularizer.inc"
#undef REAL
#undef WIDE
#undef SQRT
#undef FN

#define REAL double
#define WIDE long double
#define SQRT sqrtl
#define FN(name) name##_f64
#include "tconv_regularizer.inc"
#undef REAL
#undef WIDE
#undef SQRT
#undef FN

const char *tconv_regularizer_refusal(const struct tconv_regularizer *r,
                                      const struct tconv_shape *shape)
{
    if (r->kind == TCONV_ORTHOGONAL_ROWS && shape->rank != 2)
        return "Inputs to OrthogonalRegularizer must have rank 2";
    return NULL;
}

double tconv_regularizer_loss(const struct tconv_regularizer *r, enum tconv_type type,
                              const struct tconv_shape *shape, const void *w)
{
    return type == TCONV_FLOAT32 ? (double)loss_f32(r, shape, w) : loss_f64(r, shape, w);
}

void tconv_regularizer_add_gradient(const struct tconv_regularizer *r,
                                    enum tconv_type type, const struct tconv_shape *shape,
                                    const void *w, void *dw)
{
    if (type == TCONV_FLOAT32)
        add_gradient_f32(r, shape, 1, w, dw);
    else
        add_gradient_f64(r, shape, 1, w, dw);
}

double tconv_activity_loss(const struct tconv_regularizer *r, enum tconv_type type,
                           const struct tconv_shape *shape, const void *y)
{
    if (shape->size[0] == 0)
        return 0;
    return type == TCONV_FLOAT32 ? (double)activity_loss_f32(r, shape, y)
                                 : activity_loss_f64(r, shape, y);
}

void tconv_activity_add_gradient(const struct tconv_regularizer *r, enum tconv_type type,
                                 const struct tconv_shape *shape, const void *y, void *dy)
{
    if (type == TCONV_FLOAT32)
        add_gradient_f32(r, shape, share_f32(r, shape), y, dy);
    else
        add_gradient_f64(r, shape, share_f64(r, shape), y, dy);
}
