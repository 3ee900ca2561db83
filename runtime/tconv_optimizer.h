/*
 * tconv_optimizer.h: Keras's SGD (with momentum, Nesterov's too) and Adam (with AMSGrad).
 *
 * Optional: compile tconv_optimizer.c with it. What tf_keras 2.19 and Keras 3 compute, in
 * the order and the type of their operations on TensorFlow: the same bits, where powf and
 * pow are TensorFlow's own and contraction to fused multiply-adds is off
 * (-ffp-contract=off). Weight decay, clipping and averaging of weights are not here; a
 * learning rate that changes is the caller's to write into the struct.
 *
 * No allocation: a variable's state is the caller's, tconv_optimizer_state_size elements
 * of the variable's type, zeros before the first step, kept from step to step.
 */
#ifndef TCONV_OPTIMIZER_H
#define TCONV_OPTIMIZER_H

#include "tconv.h"

#ifdef __cplusplus
extern "C" {
#endif

enum tconv_optimizer_kind { TCONV_SGD, TCONV_ADAM };

/*
 * g is the gradient, t the step, from 1. Keras rounds learning_rate and momentum, and
 * beta_1 and beta_2 where it raises them to the power of t, to float for float64
 * variables too; so does this.
 *
 * SGD     m = momentum*m - learning_rate*g;  w += nesterov ? momentum*m - learning_rate*g
 *         : m;  without momentum there is no m: w -= learning_rate*g
 * ADAM    m += (g - m)*(1 - beta_1);  v += (g^2 - v)*(1 - beta_2);  amsgrad: v_hat =
 *         max(v_hat, v) stands for v;
 *         w -= m*alpha / (sqrt(v) + epsilon),
 *         alpha = learning_rate * sqrt(1 - beta_2^t) / (1 - beta_1^t)
 */
struct tconv_optimizer {
    enum tconv_optimizer_kind kind;
    double learning_rate;
    double momentum; /* SGD */
    int nesterov;
    double beta_1, beta_2, epsilon; /* ADAM */
    int amsgrad;
};

/* Keras's defaults: learning rates 0.01 and 0.001. */
#define TCONV_SGD_DEFAULT                                                                \
    {                                                                                    \
        .kind = TCONV_SGD, .learning_rate = 0.01                                         \
    }
#define TCONV_ADAM_DEFAULT                                                               \
    {                                                                                    \
        .kind = TCONV_ADAM, .learning_rate = 0.001, .beta_1 = 0.9, .beta_2 = 0.999,      \
        .epsilon = 1e-7                                                                  \
    }

/* Elements of state for a variable of n: m; m and v; m, v and v_hat; or none. */
size_t tconv_optimizer_state_size(const struct tconv_optimizer *o, size_t n);

/* Step number `step`, from 1, of a variable of n elements of `type`: updates w and state
 * with the gradient g. */
void tconv_optimizer_update(const struct tconv_optimizer *o, enum tconv_type type,
                            size_t step, size_t n, const void *g, void *w, void *state);

#ifdef __cplusplus
}
#endif

#endif
