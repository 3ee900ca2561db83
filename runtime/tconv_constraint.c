/*
 * tconv_constraint.c: chooses the loops of the tensor's type. The loops stand once, in
 * tconv_constraint.inc; what does not depend on the type stands here.
 */
#include "tconv_constraint.h"

#include <math.h>

/* Some axes of a tensor: their sizes (1 for the others) and steps. */
struct extent {
    size_t size[TCONV_MOST_AXES], step[TCONV_MOST_AXES];
};

static struct extent extent_of(const struct tconv_shape *shape, unsigned axes)
{
    struct extent extent = {{1, 1, 1, 1}, {0, 0, 0, 0}};
    size_t step = 1;
    for (size_t a = shape->rank; a-- > 0; step *= shape->size[a])
        if (axes >> a & 1u) {
            extent.size[a] = shape->size[a];
            extent.step[a] = step;
        }
    return extent;
}

static size_t count(const struct extent *extent)
{
    return extent->size[0] * extent->size[1] * extent->size[2] * extent->size[3];
}

/* Where element number e of the extent lies. */
static size_t offset(const struct extent *extent, size_t e)
{
    size_t at = 0;
    for (size_t a = TCONV_MOST_AXES; a-- > 0; e /= extent->size[a])
        at += e % extent->size[a] * extent->step[a];
    return at;
}

#define REAL float
#define WIDE double
#define SQRT sqrtf
#define FN(name) name##_f32
#include "tconv_constraint.inc"
#undef REAL
#undef WIDE
#undef SQRT
#undef FN

#define REAL double
#define WIDE long double
#define SQRT sqrt
#define FN(name) name##_f64
#include "tconv_constraint.inc"
#undef REAL
#undef WIDE
#undef SQRT
#undef FN

const char *tconv_constraint_refusal(const struct tconv_constraint *c,
                                     const struct tconv_shape *shape)
{
    if (c->kind == TCONV_RADIAL) {
        if (shape->rank != 4)
            return "the weight tensor of a RadialConstraint must have rank 4";
        if (shape->size[0] != shape->size[1] || shape->size[0] < 2)
            return "a RadialConstraint needs a square kernel larger than 1";
    }
    return c->axes >> shape->rank == 0 ? NULL : "a norm's axis is beyond the tensor's";
}

void tconv_constrain(const struct tconv_constraint *c, enum tconv_type type,
                     const struct tconv_shape *shape, void *w)
{
    if (type == TCONV_FLOAT32)
        constrain_f32(c, shape, w);
    else
        constrain_f64(c, shape, w);
}
