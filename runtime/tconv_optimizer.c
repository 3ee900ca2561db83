/*
 * tconv_optimizer.c: chooses the loops of the variable's type. The loops stand once, in
 * tconv_optimizer.inc.
 */
#include "tconv_optimizer.h"

#include <math.h>

#define REAL float
#define POW powf
#define SQRT sqrtf
#define FN(name) name##_f32
#include "tconv_optimizer.inc"
#undef REAL
#undef POW
#undef SQRT
#undef FN

#define REAL double
#define POW pow
#define SQRT sqrt
#define FN(name) name##_f64
#include "tconv_optimizer.inc"
#undef REAL
#undef POW
#undef SQRT
#undef FN

size_t tconv_optimizer_state_size(const struct tconv_optimizer *o, size_t n)
{
    if (o->kind == TCONV_SGD)
        return o->momentum == 0 ? 0 : n;
    return o->amsgrad ? 3 * n : 2 * n;
}

void tconv_optimizer_update(const struct tconv_optimizer *o, enum tconv_type type,
                            size_t step, size_t n, const void *g, void *w, void *state)
{
    if (type == TCONV_FLOAT32)
        update_f32(o, step, n, g, w, state);
    else
        update_f64(o, step, n, g, w, state);
}
