/* tconv_random: words to numbers, in TensorFlow's order and with its roundings. */
#include "tconv_random.h"

#include <math.h>
#include <string.h>

#define TWO_PI 6.283185307179586

enum {
    SINGLES = 4, /* uniform or normal float32 values in a block; float64: */
    DOUBLES = 2,
    RESERVED = 256 /* words that a truncated normal value may consume */
};

/* The low bits are the mantissa of a number in [1, 2), minus 1. */
static float unit_single(uint32_t word)
{
    const uint32_t bits = UINT32_C(0x3f800000) | (word & UINT32_C(0x7fffff));
    float number;
    memcpy(&number, &bits, sizeof number);
    return number - 1;
}

static double unit_double(uint32_t upper, uint32_t lower)
{
    const uint64_t mantissa = (uint64_t)(upper & UINT32_C(0xfffff)) << 32 | lower;
    const uint64_t bits = UINT64_C(0x3ff0000000000000) | mantissa;
    double number;
    memcpy(&number, &bits, sizeof number);
    return number - 1;
}

/* Two normal values from two words; TensorFlow forms the angle in double. */
static void pair_of_singles(const uint32_t words[2], float normal[2])
{
    const float u = fmaxf(unit_single(words[0]), 1e-7f);
    const float angle = (float)(TWO_PI * (double)unit_single(words[1]));
    const float radius = sqrtf(-2 * logf(u));
    normal[0] = radius * sinf(angle);
    normal[1] = radius * cosf(angle);
}

static void pair_of_doubles(const uint32_t words[4], double normal[2])
{
    const double u = fmax(unit_double(words[0], words[1]), 1e-7);
    const double angle = TWO_PI * unit_double(words[2], words[3]);
    const double radius = sqrt(-2 * log(u));
    normal[0] = radius * sin(angle);
    normal[1] = radius * cos(angle);
}

/* One group of values: the smallest number that TensorFlow makes at once. */
typedef void group_of_singles(const struct tconv_philox *stream, uint64_t group,
                              float values[SINGLES]);
typedef void group_of_doubles(const struct tconv_philox *stream, uint64_t group,
                              double values[DOUBLES]);

static void uniform_singles(const struct tconv_philox *stream, uint64_t group,
                            float values[SINGLES])
{
    uint32_t words[4];
    tconv_philox_block(stream, group, words);
    for (size_t i = 0; i < SINGLES; i++)
        values[i] = unit_single(words[i]);
}

static void uniform_doubles(const struct tconv_philox *stream, uint64_t group,
                            double values[DOUBLES])
{
    uint32_t words[4];
    tconv_philox_block(stream, group, words);
    for (size_t i = 0; i < DOUBLES; i++)
        values[i] = unit_double(words[2 * i], words[2 * i + 1]);
}

static void normal_singles(const struct tconv_philox *stream, uint64_t group,
                           float values[SINGLES])
{
    uint32_t words[4];
    tconv_philox_block(stream, group, words);
    for (size_t i = 0; i < SINGLES; i += 2)
        pair_of_singles(words + i, values + i);
}

static void normal_doubles(const struct tconv_philox *stream, uint64_t group,
                           double values[DOUBLES])
{
    uint32_t words[4];
    tconv_philox_block(stream, group, words);
    pair_of_doubles(words, values);
}

static void truncated_singles(const struct tconv_philox *stream, uint64_t group,
                              float values[SINGLES])
{
    uint32_t words[4];
    float pair[2];
    uint64_t block = group * (RESERVED * SINGLES / 4);
    for (size_t taken = 0, word = 0; taken < SINGLES; word = (word + 2) % 4) {
        if (word == 0)
            tconv_philox_block(stream, block++, words);
        pair_of_singles(words + word, pair);
        for (size_t i = 0; i < 2 && taken < SINGLES; i++)
            if (fabsf(pair[i]) < 2)
                values[taken++] = pair[i];
    }
}

static void truncated_doubles(const struct tconv_philox *stream, uint64_t group,
                              double values[DOUBLES])
{
    uint32_t words[4];
    double pair[2];
    uint64_t block = group * (RESERVED * DOUBLES / 4);
    for (size_t taken = 0; taken < DOUBLES;) {
        tconv_philox_block(stream, block++, words);
        pair_of_doubles(words, pair);
        for (size_t i = 0; i < 2 && taken < DOUBLES; i++)
            if (fabs(pair[i]) < 2)
                values[taken++] = pair[i];
    }
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

static void draw(const struct tconv_philox *stream, enum tconv_type type, size_t n,
                 void *values, group_of_singles *draw_singles,
                 group_of_doubles *draw_doubles)
{
    float singles[SINGLES], *to_singles = values;
    double doubles[DOUBLES], *to_doubles = values;
    if (type == TCONV_FLOAT32)
        for (size_t i = 0; i < n; i += SINGLES) {
            draw_singles(stream, i / SINGLES, singles);
            memcpy(to_singles + i, singles, least(n - i, SINGLES) * sizeof *singles);
        }
    else
        for (size_t i = 0; i < n; i += DOUBLES) {
            draw_doubles(stream, i / DOUBLES, doubles);
            memcpy(to_doubles + i, doubles, least(n - i, DOUBLES) * sizeof *doubles);
        }
}

void tconv_random_uniform(const struct tconv_philox *stream, enum tconv_type type,
                          size_t n, void *values)
{
    draw(stream, type, n, values, uniform_singles, uniform_doubles);
}

void tconv_random_normal(const struct tconv_philox *stream, enum tconv_type type,
                         size_t n, void *values)
{
    draw(stream, type, n, values, normal_singles, normal_doubles);
}

void tconv_random_truncated_normal(const struct tconv_philox *stream,
                                   enum tconv_type type, size_t n, void *values)
{
    draw(stream, type, n, values, truncated_singles, truncated_doubles);
}

void tconv_random_scale(enum tconv_type type, size_t n, void *values, double factor,
                        double offset)
{
    float *singles = values;
    double *doubles = values;
    for (size_t i = 0; i < n; i++)
        if (type == TCONV_FLOAT32) { /* exact in double, so rounded once to float */
            const float product = (float)((double)singles[i] * (double)(float)factor);
            singles[i] = (float)((double)product + (double)(float)offset);
        } else {
            const volatile double product = doubles[i] * factor;
            doubles[i] = product + offset;
        }
}
