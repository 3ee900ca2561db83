/*
 * case: one case of reference.py's text, read: a layer's config, how it is trained, and
 * the arrays that Keras computed. What Keras was given is drawn again here.
 */
#ifndef TCONV_TESTS_TRAINING_CASE_H
#define TCONV_TESTS_TRAINING_CASE_H

#include <stdint.h>
#include <stdio.h>

#include "arena.h"
#include "geometry.h"
#include "spec.h"

enum { CASE_MOST_ARRAYS = 16, CASE_NAME_BYTES = 64 };

/* The generators of drawn tensors, as GROUPS of reference.py. */
enum case_group {
    CASE_KERNEL = 1,
    CASE_BIAS = 2,
    CASE_X = 3,
    CASE_DY = 4,
    CASE_TARGET = 5,
    CASE_GRADIENTS = 100
};

struct case_array {
    char name[CASE_NAME_BYTES];
    size_t n;
    double *values;
};

struct training_case {
    char name[CASE_NAME_BYTES];
    struct tconv_spec spec;
    struct geometry geometry;
    struct tconv_training training;
    struct tconv_optimizer optimizer;
    bool is_matrix; /* the kernel's regularizer on a matrix of this shape */
    struct tconv_shape matrix;
    size_t batch;
    uint64_t seed;
    struct case_array arrays[CASE_MOST_ARRAYS];
    size_t n_arrays;
};

/* Reads up to the next `end`; *found is false at the end of the file. Everything lives in
 * the arena. */
bool case_read(struct training_case *c, FILE *file, bool *found, struct arena *arena,
               struct error *err) MUST_USE;

/* The array of that name; an error when the case has none, or one of another length. */
const double *case_find(const struct training_case *c, const char *name, size_t n,
                        struct error *err) MUST_USE;
bool case_has(const struct training_case *c, const char *name);

/* n numbers from -2 to 2 divided by `divisor`, in the layer's type, as reference.py's
 * draw. */
void *case_draw(const struct training_case *c, size_t group, size_t n, double divisor,
                struct arena *arena, struct error *err) MUST_USE;

#endif
