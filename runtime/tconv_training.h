/*
 * tconv_training.h: what a layer's config says of training, and one step of it.
 *
 * Optional: compile tconv_training.c with it, and those of the three headers below. With
 * an emitted kernel (or the generic one) a whole step is, in Keras's order:
 *
 *     NAME_pack, NAME_forward_train         y from x
 *     dy = gradient of the loss             the caller's loss
 *     tconv_activity_add_gradient           (or the emitted NAME_activity)
 *     NAME_backward                         dw, db
 *     tconv_training_step for each of the two variables
 *
 * and the loss that Keras reports is the caller's plus tconv_activity_loss plus, for each
 * variable, tconv_regularizer_loss, the last two of the weights before the step.
 */
#ifndef TCONV_TRAINING_H
#define TCONV_TRAINING_H

#include "tconv_constraint.h"
#include "tconv_optimizer.h"
#include "tconv_regularizer.h"

#ifdef __cplusplus
extern "C" {
#endif

/* All that a config has; zeros where it has none. `tconv gen --training` emits it. */
struct tconv_training {
    struct tconv_regularizer kernel_regularizer, bias_regularizer, activity_regularizer;
    struct tconv_constraint kernel_constraint, bias_constraint;
};

/* A weight under training, its buffers the caller's; value, gradient and state have the
 * type's elements. */
struct tconv_variable {
    enum tconv_type type;
    struct tconv_shape shape;
    const struct tconv_regularizer *regularizer;
    const struct tconv_constraint *constraint;
    void *value;
    void *gradient; /* of the loss; the step adds the regularizer's */
    void *state;    /* tconv_optimizer_state_size elements, zeros at first */
};

/* Step number `step`, from 1: the gradient with its regularizer's, the update, the
 * constraint. */
void tconv_training_step(const struct tconv_optimizer *optimizer, size_t step,
                         const struct tconv_variable *variable);

#ifdef __cplusplus
}
#endif

#endif
