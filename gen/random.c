/* random: SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number
 * generators). */
#include "random.h"

static uint64_t next(uint64_t *state)
{
    uint64_t bits = *state += UINT64_C(0x9e3779b97f4a7c15);
    bits = (bits ^ bits >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    bits = (bits ^ bits >> 27) * UINT64_C(0x94d049bb133111eb);
    return bits ^ bits >> 31;
}

void random_fill(uint64_t *state, enum tconv_type type, size_t n, void *values)
{
    float *singles = values;
    double *doubles = values;
    for (size_t i = 0; i < n; i++)
        if (type == TCONV_FLOAT32)
            singles[i] = (float)(next(state) >> 40) * 0x1p-23f - 1;
        else
            doubles[i] = (double)(next(state) >> 11) * 0x1p-52 - 1;
}
