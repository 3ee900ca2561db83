/*
 * tconv_ulp_fine: the largest error of every float64 formula, in ulp of the exact value.
 *
 *     tconv_ulp_fine [COUNT [NAME]]
 *
 * Tries COUNT numbers (by default 50000) of each of some ways to draw them: patterns of
 * bits, which reach every exponent and NaN; ranges around what formulas treat apart; and
 * the edges of the type. In plain C, in vectors, and in vectors with fused multiply-adds
 * where the machine has them. Fails beyond 2 ulp, near a slope's zero beyond 2 ulp of
 * 1/16, and where one is NaN and the other is not. The reference is in long double, so
 * where that is no wider than double there is nothing to judge by.
 */
#include <float.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fine_formulas.h"
#include "references.h"

#ifdef HAS_FUSED
#define FUSED ulp_fine_fused
#else
#define FUSED NULL
#endif

#define REFERENCE(label, call, reference, least, largest, zero)                          \
    static long double label##_reference(long double x)                                  \
    {                                                                                    \
        return reference;                                                                \
    }
ULP_FINE_FORMULAS(REFERENCE)

static const struct {
    const char *name;
    long double (*reference)(long double x);
    double least, largest, zero;
} formulas[] = {
#define ROW(label, call, reference, least, largest, zero)                                \
    {#label, label##_reference, least, largest, zero},
    ULP_FINE_FORMULAS(ROW)};

/* Numbers spread from -size to size; 0: by their bits. */
static const double sizes[] = {0, 0x1p-20, 0.01, 0.9, 2, 12, 50, 760, 1e10};

static const double edges[] = {
    0,   DBL_TRUE_MIN, DBL_MIN, 0x1p-600, 0x1p-54, 0x1p-27, 0.5,      1,   1.125,  3,
    9,   13,           37,      39,       40,      708,     709.78,   710, 744.44, 745.13,
    746, 1000,         1400,    1e154,    0x1p600, DBL_MAX, INFINITY, NAN};

enum {
    N_FORMULAS = sizeof formulas / sizeof formulas[0],
    N_SIZES = sizeof sizes / sizeof sizes[0],
    N_EDGES = sizeof edges / sizeof edges[0],
    CHUNK = 4096
};

/* In ulp of the exact value, at least of 2^least; infinite where only one is NaN or
 * infinite. */
static double error_of(double got, long double exact, int least)
{
    int exponent;
    if (isnan(got) || isnan(exact))
        return isnan(got) && isnan(exact) ? 0 : INFINITY;
    if (isinf(got) || isinf((double)exact))
        return got == (double)exact ? 0 : INFINITY;
    frexpl(exact, &exponent);
    exponent = exact == 0 || exponent < least ? least : exponent;
    return (double)fabsl(ldexpl((long double)got - exact, 53 - exponent));
}

static double judged(size_t f, double z, double got, long double exact)
{
    return error_of(got, exact, fabs(z - formulas[f].zero) < 0.5 ? -3 : -1021);
}

/* Number i of the n of a way to draw them, or of the edges when there is no such way. */
static double drawn(size_t way, uint64_t i, uint64_t n)
{
    if (way == N_SIZES) {
        const double edge = edges[i / 6 % N_EDGES];
        const double beside =
            i / 2 % 3 == 0 ? edge : nextafter(edge, (int)(i / 2 % 3) - 1.5);
        return i % 2 == 0 ? beside : -beside;
    }
    const uint64_t bits = (i + 1) * UINT64_C(0x9e3779b97f4a7c15) + n;
    double number;
    if (sizes[way] != 0)
        return ((double)bits * 0x1p-63 - 1) * sizes[way];
    memcpy(&number, &bits, sizeof number);
    return number;
}

struct worst {
    double error, at;
};

struct trial {
    size_t f, n_tables;
    ulp_fine_apply *const *const *tables;
    struct worst worst[3];
};

static void try_numbers(struct trial *t, const double *z, size_t n)
{
    static long double exact[CHUNK];
    static double y[CHUNK];
    for (size_t i = 0; i < n; i++)
        exact[i] = formulas[t->f].reference(z[i]);
    for (size_t table = 0; table < t->n_tables; table++) {
        struct worst *worst = &t->worst[table];
        t->tables[table][t->f](z, y, CHUNK);
        for (size_t i = 0; i < n; i++) {
            const double error = judged(t->f, z[i], y[i], exact[i]);
            if (error > worst->error)
                *worst = (struct worst){error, z[i]};
        }
    }
}

static void try_way(struct trial *t, size_t way, uint64_t count)
{
    static double z[CHUNK];
    const double least = formulas[t->f].least, largest = formulas[t->f].largest;
    for (uint64_t i = 0; i < count;) {
        size_t n = 0;
        for (; n < CHUNK && i < count; i++) {
            const double number = drawn(way, i, count);
            if (!(number < least || number > largest))
                z[n++] = number;
        }
        memset(z + n, 0, (CHUNK - n) * sizeof *z);
        try_numbers(t, z, n);
    }
}

static int try_formula(struct trial *t, uint64_t count)
{
    int failed = 0;
    for (size_t way = 0; way < N_SIZES; way++)
        try_way(t, way, count);
    try_way(t, N_SIZES, 6 * N_EDGES);
    printf("%-20s", formulas[t->f].name);
    for (size_t table = 0; table < t->n_tables; table++) {
        printf("  %.4f at %-22a", t->worst[table].error, t->worst[table].at);
        failed += !(t->worst[table].error <= 2);
    }
    printf("\n");
    return failed;
}

int main(int argc, char **argv)
{
    ulp_fine_apply *const *const tables[] = {ulp_fine_scalar, ulp_fine_vectors, FUSED};
    const uint64_t count = argc > 1 ? strtoull(argv[1], NULL, 10) : 50000;
    size_t n_tables = 2;
    int failed = 0, passed = 0;
#ifdef HAS_FUSED
    __builtin_cpu_init();
    n_tables += __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
#endif
    if (count == 0) {
        fprintf(stderr, "tconv_ulp_fine: got %s; expected a count from 1\n", argv[1]);
        return 2;
    }
    if (LDBL_MANT_DIG < 64) {
        printf("SKIPPED ulp/fine: long double is no wider than double\n1 passed, 0 "
               "failed\n");
        return 0;
    }
    printf("%-20s  %-32s  %-32s  %s\n", "ulp at most", "plain C", "vectors",
           n_tables > 2 ? "fused" : "");
    for (size_t f = 0; f < N_FORMULAS; f++) {
        struct trial trial = {.f = f, .n_tables = n_tables, .tables = tables};
        if (argc > 2 && strcmp(argv[2], formulas[f].name) != 0)
            continue;
        const int wrong = try_formula(&trial, count);
        failed += wrong;
        passed += (int)n_tables - wrong;
    }
    printf("%d passed, %d failed\n", passed, failed);
    return failed > 0;
}
