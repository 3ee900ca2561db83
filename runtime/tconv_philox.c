/* tconv_philox: ten rounds of two multiplications. */
#include "tconv_philox.h"

enum { ROUNDS = 10 };

static uint32_t low(uint64_t n)
{
    return (uint32_t)n;
}

static uint32_t high(uint64_t n)
{
    return (uint32_t)(n >> 32);
}

static void mix(uint32_t words[4], const uint32_t key[2])
{
    uint32_t k0 = key[0], k1 = key[1];
    for (int round = 0; round < ROUNDS; round++) {
        const uint64_t even = UINT64_C(0xD2511F53) * words[0];
        const uint64_t odd = UINT64_C(0xCD9E8D57) * words[2];
        words[0] = high(odd) ^ words[1] ^ k0;
        words[1] = low(odd);
        words[2] = high(even) ^ words[3] ^ k1;
        words[3] = low(even);
        k0 += UINT32_C(0x9E3779B9);
        k1 += UINT32_C(0xBB67AE85);
    }
}

void tconv_philox_block(const struct tconv_philox *stream, uint64_t index,
                        uint32_t words[4])
{
    const uint32_t *c = stream->counter;
    const uint64_t start = (uint64_t)c[1] << 32 | c[0];
    const uint64_t upper = ((uint64_t)c[3] << 32 | c[2]) + (start + index < start);
    words[0] = low(start + index);
    words[1] = high(start + index);
    words[2] = low(upper);
    words[3] = high(upper);
    mix(words, stream->key);
}

/* TensorFlow scrambles the seed by one block under a fixed key: half of it is the key,
 * half the upper part of the counter. */
struct tconv_philox tconv_philox_stateless(int64_t a, int64_t b)
{
    const uint64_t first = (uint64_t)a, second = (uint64_t)b;
    const struct tconv_philox scrambler = {
        .counter = {low(first), high(first), low(second), high(second)},
        .key = {UINT32_C(0x3ec8f720), UINT32_C(0x02461e29)}};
    uint32_t words[4];
    tconv_philox_block(&scrambler, 0, words);
    return (struct tconv_philox){.counter = {0, 0, words[2], words[3]},
                                 .key = {words[0], words[1]}};
}

struct tconv_philox tconv_philox_stateful(uint64_t graph_seed, uint64_t operation_seed)
{
    return (struct tconv_philox){
        .counter = {0, 0, low(operation_seed), high(operation_seed)},
        .key = {low(graph_seed), high(graph_seed)}};
}
