/*
 * tconv_random.h: distributions over a stream of Philox words, as TensorFlow computes
 * them on a CPU (the specification's E.5, steps 4 to 7).
 *
 * Uniform values equal TensorFlow's bit for bit. Normal ones are made by the same steps,
 * but logf, sinf and cosf are the platform's: with the libm that TensorFlow uses they are
 * equal too, with another one they are within 2 ulp. Values depend only on the stream and
 * their place. No state, no allocation: reentrant.
 */
#ifndef TCONV_RANDOM_H
#define TCONV_RANDOM_H

#include "tconv.h"
#include "tconv_philox.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Writes n values of `type`. */
typedef void tconv_random_draw(const struct tconv_philox *stream, enum tconv_type type,
                               size_t n, void *values);

/* Uniform in [0, 1), multiples of 2^-23 or 2^-52. */
tconv_random_draw tconv_random_uniform;

/* Normal, mean 0, deviation 1 (Box and Muller). */
tconv_random_draw tconv_random_normal;

/* The same, values outside (-2, 2) drawn again. */
tconv_random_draw tconv_random_truncated_normal;

/* values[i] = values[i] * factor + offset in `type`: product and sum each rounded, never
 * fused. factor and offset are first rounded to `type`. */
void tconv_random_scale(enum tconv_type type, size_t n, void *values, double factor,
                        double offset);

#ifdef __cplusplus
}
#endif

#endif
