/*
 * tconv_seed.h: what the seed of a Keras initializer means to TensorFlow.
 *
 * The generations differ (the specification's E.4 and E.5):
 *
 *   TF 1            a stateful operation; with the seed S of the initializer alone,
 *                   the graph's is 87654321 and S counts modulo 2^31 - 1
 *   TF 2, tf_keras  a stateless operation with the seed (S, 0)
 *   Keras 3         a stateless one with (S, draws) modulo 2^31 - 2
 */
#ifndef TCONV_SEED_H
#define TCONV_SEED_H

#include "tconv_dialect.h"
#include "tconv_philox.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The stream from which an initializer with this seed draws. `draws` counts the tensors
 * that Keras 3's SeedGenerator filled before; it is 0 for a plain seed. */
struct tconv_philox tconv_seed_stream(enum tconv_dialect dialect, int64_t seed,
                                      int64_t draws);

#ifdef __cplusplus
}
#endif

#endif
