/* tconv_training.c: the three parts of a step, in Keras's order. */
#include "tconv_training.h"

void tconv_training_step(const struct tconv_optimizer *optimizer, size_t step,
                         const struct tconv_variable *v)
{
    tconv_regularizer_add_gradient(v->regularizer, v->type, &v->shape, v->value,
                                   v->gradient);
    tconv_optimizer_update(optimizer, v->type, step, tconv_elements(&v->shape),
                           v->gradient, v->value, v->state);
    tconv_constrain(v->constraint, v->type, &v->shape, v->value);
}
