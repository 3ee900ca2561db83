/*
 * The runtime's initializers against what real TensorFlow drew:
 * tests/keras/initializers.py made tests/unit/data/initializer_reference.txt, one tensor
 * a line.
 *
 * UNIT_DATA is the folder tests/unit/data.
 */
#include <criterion/criterion.h>

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "init.h"
#include "tconv_orthogonal.h"
#include "tconv_random.h"

#ifndef UNIT_DATA
#define UNIT_DATA "tests/unit/data"
#endif

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

enum { LONGEST_LINE = 4096, LARGEST_TENSOR = 1 << 16 };

/* One line of the reference, and what the runtime makes of it. */
struct vector {
    char class_name[32], config[1024], rule[8], *samples;
    struct tconv_initializer initializer;
    enum tconv_type type;
    size_t rank, dims[8], size;
    double bound;
    uint32_t crc;
};

static struct vector v;
static double values[LARGEST_TENSOR], workspace[LARGEST_TENSOR];

static size_t element_bytes(void)
{
    return v.type == TCONV_FLOAT32 ? sizeof(float) : sizeof(double);
}

static double value(size_t i)
{
    return v.type == TCONV_FLOAT32 ? (double)((float *)(void *)values)[i] : values[i];
}

/* CRC-32 as zlib computes it, of the values as a little-endian machine stores them. */
static uint32_t crc_of_values(void)
{
    uint32_t crc = UINT32_MAX;
    for (size_t i = 0; i < v.size * element_bytes(); i++) {
        crc ^= ((const unsigned char *)values)[i];
        for (int bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ (crc & 1 ? UINT32_C(0xEDB88320) : 0);
    }
    return ~crc;
}

static void read_dims(char *text)
{
    v.rank = 0;
    v.size = 1;
    for (char *dim = strtok(text, "x"); dim != NULL; dim = strtok(NULL, "x")) {
        v.dims[v.rank] = strtoul(dim, NULL, 10);
        v.size *= v.dims[v.rank++];
    }
    cr_assert_leq(v.size, LARGEST_TENSOR);
}

static enum tconv_dialect read_dialect(const char *word)
{
    return strcmp(word, "tf1") == 0   ? TCONV_TF1
           : strcmp(word, "tf2") == 0 ? TCONV_TF2
                                      : TCONV_KERAS3;
}

static void read_line(char *line)
{
    struct error err = {0};
    char dialect[8], type[16], dims[64];
    long long draws;
    int used = 0;
    bool has_seed;
    cr_assert_eq(sscanf(line,
                        "%7[^\t]\t%15[^\t]\t%63[^\t]\t%31[^\t]\t%1023[^\t]\t%lld\t%7[^\t]"
                        "\t%la\t%x%n",
                        dialect, type, dims, v.class_name, v.config, &draws, v.rule,
                        &v.bound, &v.crc, &used),
                 9, "%s", line);
    v.samples = line + used;
    v.type = strcmp(type, "float32") == 0 ? TCONV_FLOAT32 : TCONV_FLOAT64;
    read_dims(dims);
    const struct tconv_spec_object object = {v.class_name, v.config};
    cr_assert(init_read_object(&v.initializer, &object, "kernel_initializer", "c.json",
                               &has_seed, &err),
              "%s", err.message);
    v.initializer.dialect = read_dialect(dialect);
    v.initializer.draws = draws;
}

/* The distance allowed between `got` and `want` when the bits may differ. */
static double allowed(double got, double want)
{
    if (strcmp(v.rule, "within") == 0)
        return v.bound;
    const double size = fmax(fmax(fabs(got), fabs(want)), fabs(v.initializer.mean));
    const int digits = v.type == TCONV_FLOAT32 ? FLT_MANT_DIG : DBL_MANT_DIG;
    return 2 * ldexp(1, ilogb(size) + 1 - digits);
}

static void check_samples(const char *line)
{
    size_t n = 0;
    for (char *item = strtok(v.samples, "\t\n"); item != NULL;
         item = strtok(NULL, "\t\n")) {
        size_t i;
        double want;
        cr_assert_eq(sscanf(item, "%zu=%la", &i, &want), 2, "%s", item);
        const double got = value(i);
        if (strcmp(v.rule, "exact") == 0)
            cr_expect_eq(got, want, "%.80s: element %zu is %a, not %a", line, i, got,
                         want);
        else
            cr_expect_leq(fabs(got - want), allowed(got, want),
                          "%.80s: element %zu is %a, not %a", line, i, got, want);
        n++;
    }
    cr_expect_geq(n, v.size < 3 ? v.size : 3);
}

/* Fills and compares the tensor of every line whose class is `only`, or of all others. */
static size_t check_lines(const char *only, bool others)
{
    static char line[LONGEST_LINE], copy[LONGEST_LINE];
    size_t n = 0;
    FILE *file = fopen(UNIT_DATA "/initializer_reference.txt", "r");
    cr_assert_not_null(file);
    while (fgets(line, sizeof line, file) != NULL) {
        if (line[0] == '#')
            continue;
        strcpy(copy, line);
        read_line(copy);
        if ((strcmp(v.class_name, only) == 0) == others)
            continue;
        cr_assert_leq(tconv_initializer_workspace_bytes(&v.initializer, v.rank, v.dims),
                      sizeof workspace);
        tconv_initializer_fill(&v.initializer, v.type, v.rank, v.dims, values, workspace);
        if (strcmp(v.rule, "exact") == 0)
            cr_expect_eq(crc_of_values(), v.crc, "%.80s: other bits", line);
        check_samples(line);
        n++;
    }
    fclose(file);
    return n;
}

Test(initializer, glorot_uniform_equals_tensorflow_bit_for_bit)
{
    /* seeds 0, 1, 42, 1234 on five kernels in three dialects, and more */
    cr_expect_geq(check_lines("GlorotUniform", false), 60);
}

Test(initializer, all_others_equal_tensorflow)
{
    cr_expect_geq(check_lines("GlorotUniform", true), 200);
}

Test(initializer, philox_known_answers)
{
    static const uint32_t zero[] = {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8};
    /* Random123's own: counter and key all ones */
    static const uint32_t ones[] = {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd};
    struct tconv_philox stream = {0};
    uint32_t words[4];
    tconv_philox_block(&stream, 0, words);
    cr_expect_arr_eq(words, zero, sizeof words);
    memset(&stream, 0xff, sizeof stream);
    tconv_philox_block(&stream, 0, words);
    cr_expect_arr_eq(words, ones, sizeof words);
}

Test(initializer, counter_carries_over_128_bits)
{
    const struct tconv_philox before = {
        .counter = {UINT32_MAX, UINT32_MAX, UINT32_MAX, 4}, .key = {1, 2}};
    const struct tconv_philox after = {.counter = {0, 0, 0, 5}, .key = {1, 2}};
    uint32_t a[4], b[4];
    tconv_philox_block(&before, 3, a);
    tconv_philox_block(&after, 2, b);
    cr_expect_arr_eq(a, b, sizeof a);
}

/* The integers that TensorFlow documents for stateless_uniform with seed (1, 2). */
Test(initializer, stateless_stream_of_1_2)
{
    static const int32_t documented[] = {1105988140, 1738052849, -335576002, 370444179};
    const struct tconv_philox stream = tconv_philox_stateless(1, 2);
    uint32_t words[4];
    tconv_philox_block(&stream, 0, words);
    for (size_t i = 0; i < 4; i++)
        cr_expect_eq(words[i], (uint32_t)documented[i]);
}

/* A tensor's start does not depend on how much follows it. */
Test(initializer, short_tensors_are_prefixes_of_long_ones)
{
    static tconv_random_draw *const draws[] = {tconv_random_uniform, tconv_random_normal,
                                               tconv_random_truncated_normal};
    const struct tconv_philox stream = tconv_philox_stateless(3, 0);
    for (size_t d = 0; d < COUNT(draws); d++)
        for (int type = TCONV_FLOAT32; type <= TCONV_FLOAT64; type++) {
            const size_t bytes = type == TCONV_FLOAT32 ? 4 : 8;
            double many[9], few[9];
            draws[d](&stream, (enum tconv_type)type, 9, many);
            for (size_t n = 0; n < 9; n++) {
                memset(few, 0xab, sizeof few);
                draws[d](&stream, (enum tconv_type)type, n, few);
                cr_expect_arr_eq(few, many, n * bytes);
                cr_expect_eq(((unsigned char *)few)[n * bytes], 0xab);
            }
        }
}

Test(initializer, columns_become_orthonormal)
{
    enum { LENGTH = 13, N = 13 };
    const struct tconv_philox stream = tconv_philox_stateless(5, 0);
    double q[N * LENGTH], a[N * LENGTH];
    tconv_random_normal(&stream, TCONV_FLOAT64, N * LENGTH, a);
    memcpy(q, a, sizeof q);
    tconv_orthonormalize(LENGTH, N, q);
    for (size_t i = 0; i < N; i++)
        for (size_t j = 0; j < N; j++) {
            double dot = 0, along = 0;
            for (size_t k = 0; k < LENGTH; k++) {
                dot += q[i * LENGTH + k] * q[j * LENGTH + k];
                along += q[i * LENGTH + k] * a[j * LENGTH + k];
            }
            cr_expect_leq(fabs(dot - (i == j)), LENGTH * DBL_EPSILON);
            if (j == i)
                cr_expect_gt(along, 0, "the diagonal of R is positive");
            if (j < i)
                cr_expect_leq(fabs(along), 32 * LENGTH * DBL_EPSILON, "R is triangular");
        }
}

Test(initializer, refuses_as_keras)
{
    static const struct {
        const char *name, *says;
        size_t rank;
    } cases[] = {
        {"Identity", "Identity matrix initializer can only be used for 2D matrices.", 4},
        {"Identity", "Identity matrix initializer can only be used for 2D matrices.", 1},
        {"orthogonal", "The tensor to initialize must be at least two-dimensional.", 1},
        {"identity", NULL, 2},
        {"Orthogonal", NULL, 4},
        {"he_normal", NULL, 1},
    };
    struct tconv_initializer one;
    for (size_t i = 0; i < COUNT(cases); i++) {
        cr_assert(tconv_initializer_named(cases[i].name, &one));
        const char *says = tconv_initializer_refusal(&one, cases[i].rank);
        cr_expect_eq(says == NULL, cases[i].says == NULL, "%s", cases[i].name);
        if (says != NULL && cases[i].says != NULL)
            cr_expect_str_eq(says, cases[i].says);
    }
    cr_assert(tconv_initializer_named("VarianceScaling", &one));
    one.scale = 0;
    cr_expect_str_eq(tconv_initializer_refusal(&one, 4),
                     "Argument `scale` must be positive float.");
    cr_expect_not(tconv_initializer_named("glorot", &one));
}
