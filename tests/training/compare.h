/*
 * compare: what its two files share: a case while it is run, and one weight of its layer.
 */
#ifndef TCONV_TESTS_TRAINING_COMPARE_H
#define TCONV_TESTS_TRAINING_COMPARE_H

#include "case.h"

struct run {
    struct training_case c;
    struct arena *arena;
    struct error *err; /* what could not be compared */
    bool failed;       /* something differs */
    double worst_loss, worst_training;
};

struct weight {
    const char *name; /* before "_gradient" and the like */
    struct tconv_shape shape;
    const struct tconv_regularizer *regularizer;
    const struct tconv_constraint *constraint;
    size_t group, gradients; /* where its value and its data gradients are drawn */
};

/* Element e of values of the layer's type. */
double value_of(const struct run *run, const void *values, size_t e);

/* Counts a difference beyond the bound as a failure; prints the first of a case. */
void expect_within(struct run *run, const char *what, double got, double want,
                   double bound, size_t e);

/* Trains the emitted kernel as long as Keras did, and compares the losses. */
void compare_training(struct run *run, const struct weight *kernel,
                      const struct weight *bias);

#endif
