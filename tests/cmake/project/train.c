/* The smallest training: one layer, one picture, Adam; the loss falls. */
#include <stdio.h>

#include "trained.h"

enum { IN = TRAINED_IN_H * TRAINED_IN_W * TRAINED_IN_C, STEPS = 200 };
enum { OUT = TRAINED_OUT_H * TRAINED_OUT_W * TRAINED_OUT_C };

static _Alignas(64) unsigned char packed[TRAINED_PACKED_BYTES];
static _Alignas(64) unsigned char workspace[TRAINED_WORKSPACE_BYTES + 64];
static float w[TRAINED_WEIGHTS], dw[TRAINED_WEIGHTS], w_state[2 * TRAINED_WEIGHTS];
static float b[TRAINED_OUT_C], db[TRAINED_OUT_C], b_state[2 * TRAINED_OUT_C];
static float x[IN], y[OUT], dy[OUT];

/* How far y is from 1 everywhere, and its gradient. */
static float square_error(void)
{
    float sum = 0;
    for (int e = 0; e < OUT; e++) {
        sum += (y[e] - 1) * (y[e] - 1) / OUT;
        dy[e] = 2 * (y[e] - 1) / OUT;
    }
    return sum;
}

int main(void)
{
    struct tconv_optimizer adam = TCONV_ADAM_DEFAULT;
    adam.learning_rate = 0.01;
    const struct tconv_layer *layer = &trained_kernel.layer;
    const struct tconv_training *t = &trained_training;
    const struct tconv_variable kernel = {TCONV_FLOAT32,
                                          tconv_kernel_shape(layer),
                                          &t->kernel_regularizer,
                                          &t->kernel_constraint,
                                          w,
                                          dw,
                                          w_state};
    const struct tconv_variable bias = {TCONV_FLOAT32,
                                        tconv_bias_shape(layer),
                                        &t->bias_regularizer,
                                        &t->bias_constraint,
                                        b,
                                        db,
                                        b_state};
    float first = 0, last = 0;
    for (int e = 0; e < IN; e++)
        x[e] = 1;
    for (size_t step = 1; step <= STEPS; step++) {
        trained_pack(w, b, packed);
        trained_forward_train(1, x, packed, y, NULL, workspace);
        last = square_error() + trained_activity(1, y, dy);
        last += (float)tconv_regularizer_loss(&t->kernel_regularizer, TCONV_FLOAT32,
                                              &kernel.shape, w);
        trained_backward(1, x, packed, y, NULL, dy, NULL, dw, db, workspace);
        tconv_training_step(&adam, step, &kernel);
        tconv_training_step(&adam, step, &bias);
        first = step == 1 ? last : first;
    }
    printf("loss %g, then %g\n", (double)first, (double)last);
    return last < first / 2 ? 0 : 1;
}
