/* tconv_seed: each generation's own arithmetic. */
#include "tconv_seed.h"

#define TF1_GRAPH_SEED 87654321u
#define TF1_MODULUS INT64_C(2147483647)
#define KERAS3_MODULUS INT64_C(2147483646)

/* As in Python: the remainder has the sign of the modulus. */
static int64_t modulo(int64_t n, int64_t modulus)
{
    const int64_t remainder = n % modulus;
    return remainder < 0 ? remainder + modulus : remainder;
}

struct tconv_philox tconv_seed_stream(enum tconv_dialect dialect, int64_t seed,
                                      int64_t draws)
{
    switch (dialect) {
    case TCONV_TF1:
        return tconv_philox_stateful(TF1_GRAPH_SEED, (uint64_t)modulo(seed, TF1_MODULUS));
    case TCONV_TF2:
        return tconv_philox_stateless(seed, 0);
    case TCONV_KERAS3:
        break;
    }
    return tconv_philox_stateless(modulo(seed, KERAS3_MODULUS),
                                  modulo(draws, KERAS3_MODULUS));
}
