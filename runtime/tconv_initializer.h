/*
 * tconv_initializer.h: Keras's initializers, with the numbers that TensorFlow draws.
 *
 * Formulas and fans are the specification's E.1 to E.3. For the kernel of this layer,
 * [rows][columns][filters][input channels], Keras counts the filters as fan_in's channels
 * and the input channels as fan_out's: the swap is its own, in every generation.
 *
 * With a given seed, uniform weights equal TensorFlow's bit for bit, normal ones within 2
 * ulp of a standard normal value times the deviation, orthogonal ones within rounding. No
 * allocation, no state, libm only: reentrant. Optional; emitted kernels do not need it.
 */
#ifndef TCONV_INITIALIZER_H
#define TCONV_INITIALIZER_H

#include "tconv.h"
#include "tconv_seed.h"

#ifdef __cplusplus
extern "C" {
#endif

enum tconv_initializer_kind {
    TCONV_CONSTANT, /* value: Zeros, Ones, Constant */
    TCONV_IDENTITY, /* gain, for matrices only */
    TCONV_RANDOM_NORMAL,
    TCONV_RANDOM_UNIFORM,
    TCONV_TRUNCATED_NORMAL, /* within two deviations, which are not corrected for it */
    TCONV_VARIANCE_SCALING, /* also Glorot, He and Lecun */
    TCONV_ORTHOGONAL
};

enum tconv_fan { TCONV_FAN_IN, TCONV_FAN_OUT, TCONV_FAN_AVERAGE };

enum tconv_distribution {
    TCONV_UNIFORM,
    TCONV_TRUNCATED, /* deviation corrected for what is cut off */
    TCONV_UNTRUNCATED
};

enum { TCONV_MOST_FAN_AXES = 8 };

/* The axes whose sizes are multiplied to a fan; negative ones count from the end. */
struct tconv_fan_axes {
    int is_given; /* a list of no axes is one too: the fan is 1 */
    size_t n;
    int axes[TCONV_MOST_FAN_AXES];
};

/* What its kind does not use is ignored. */
struct tconv_initializer {
    enum tconv_initializer_kind kind;
    double value;          /* CONSTANT */
    double gain;           /* IDENTITY, ORTHOGONAL */
    double mean, stddev;   /* RANDOM_NORMAL, TRUNCATED_NORMAL */
    double minval, maxval; /* RANDOM_UNIFORM: minval <= value < maxval */
    double scale;          /* VARIANCE_SCALING, above 0, and what follows: */
    enum tconv_fan fan;
    enum tconv_distribution distribution;
    struct tconv_fan_axes input_axes, output_axes; /* Keras 3; used when both are given */
    enum tconv_dialect dialect;                    /* whose numbers */
    int64_t seed, draws;                           /* of the random ones: tconv_seed.h */
};

/* The initializer that Keras makes of the class or function called `name`
 * ("GlorotUniform", "glorot_uniform") without arguments, with seed 0 in TF 2. 0 when no
 * generation has one of that name that fills any tensor of this layer or a matrix. */
int tconv_initializer_named(const char *name, struct tconv_initializer *out);

/* Whether a seed matters. */
int tconv_initializer_is_random(const struct tconv_initializer *initializer);

/* Why Keras raises ValueError instead of filling a tensor of `rank` dimensions, in its
 * words; NULL when it fills it. */
const char *tconv_initializer_refusal(const struct tconv_initializer *initializer,
                                      size_t rank);

/* What fill needs beside the tensor; 0 for all but ORTHOGONAL. */
size_t tconv_initializer_workspace_bytes(const struct tconv_initializer *initializer,
                                         size_t rank, const size_t dims[]);

/* Fills `values`, elements of `type` in row-major order, as the initializer's first call
 * does. Needs an initializer that does not refuse the rank. `workspace`, aligned for
 * double, may be NULL when it has 0 bytes. */
void tconv_initializer_fill(const struct tconv_initializer *initializer,
                            enum tconv_type type, size_t rank, const size_t dims[],
                            void *values, void *workspace);

#ifdef __cplusplus
}
#endif

#endif
