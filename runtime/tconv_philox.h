/*
 * tconv_philox.h: the counter-based generator behind TensorFlow's random numbers.
 *
 * Philox4x32-10 (Salmon, Moraes, Dror, Shaw: Parallel random numbers: as easy as 1, 2, 3,
 * 2011). A stream is a key and a 128-bit counter; block i of it is four random words that
 * depend on nothing before it. Integers only, the same on every machine. It knows nothing
 * of distributions (tconv_random.h) nor of what a Keras seed is (tconv_seed.h).
 */
#ifndef TCONV_PHILOX_H
#define TCONV_PHILOX_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct tconv_philox {
    uint32_t counter[4], key[2]; /* least significant word first */
};

/* The stream that TensorFlow's stateless operations make from the seed (a, b). */
struct tconv_philox tconv_philox_stateless(int64_t a, int64_t b);

/* The stream of its stateful operations, which begin with the seeds of the graph and of
 * the operation. */
struct tconv_philox tconv_philox_stateful(uint64_t graph_seed, uint64_t operation_seed);

/* The words of the block at counter + index. */
void tconv_philox_block(const struct tconv_philox *stream, uint64_t index,
                        uint32_t words[4]);

#ifdef __cplusplus
}
#endif

#endif
