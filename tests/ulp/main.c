/*
 * tconv_ulp: the largest error of every float32 formula, in ulp of the exact value.
 *
 *     tconv_ulp [STEP [NAME]]
 *
 * Tries every STEP-th of the 2^32 arguments (by default each 4001st), from the least
 * number that a formula accepts to the largest, NaN and infinities, in plain C, in
 * vectors, and in vectors with fused multiply-adds where the machine has them. STEP 1 is
 * the proof; it takes some minutes for a formula. Fails beyond 2 ulp, and where one is
 * NaN and the other is not.
 */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "formulas.h"
#include "references.h"

#ifdef HAS_FUSED
#define FUSED ulp_fused
#else
#define FUSED NULL
#endif

#define REFERENCE(label, call, reference, least, largest)                                \
    static long double label##_reference(long double x)                                  \
    {                                                                                    \
        return reference;                                                                \
    }
ULP_FORMULAS(REFERENCE)

static const struct {
    const char *name;
    long double (*reference)(long double x);
    float least, largest;
} formulas[] = {
#define ROW(label, call, reference, least, largest)                                      \
    {#label, label##_reference, least, largest},
    ULP_FORMULAS(ROW)};

enum { N_FORMULAS = sizeof formulas / sizeof formulas[0], CHUNK = 4096 };

/* In ulp of the exact value; infinite where only one is NaN or infinite. */
static double error_of(float got, long double exact)
{
    int exponent;
    if (isnan(got) || isnan(exact))
        return isnan(got) && isnan(exact) ? 0 : INFINITY;
    if (isinf(got) || isinf((float)exact))
        return got == (float)exact ? 0 : INFINITY;
    frexpl(exact, &exponent);
    exponent = exponent < -125 ? -125 : exponent;
    return (double)fabsl(ldexpl((long double)got - exact, 24 - exponent));
}

struct worst {
    double error;
    float at;
};

static size_t next_numbers(uint64_t *bits, uint64_t step, size_t f, float *z)
{
    size_t n = 0;
    for (; n < CHUNK && *bits < UINT64_C(1) << 32; *bits += step) {
        const uint32_t word = (uint32_t)*bits;
        float number;
        memcpy(&number, &word, sizeof number);
        if (!(number < formulas[f].least || number > formulas[f].largest))
            z[n++] = number;
    }
    for (size_t i = n; i < CHUNK; i++)
        z[i] = 0;
    return n;
}

static int try_formula(size_t f, uint64_t step, ulp_apply *const *const *tables,
                       size_t n_tables)
{
    static float z[CHUNK], y[CHUNK];
    static long double exact[CHUNK];
    struct worst worst[3] = {{0, 0}};
    int failed = 0;
    for (uint64_t bits = 0; bits < UINT64_C(1) << 32;) {
        const size_t n = next_numbers(&bits, step, f, z);
        for (size_t i = 0; i < n; i++)
            exact[i] = formulas[f].reference(z[i]);
        for (size_t t = 0; t < n_tables; t++) {
            tables[t][f](z, y, CHUNK);
            for (size_t i = 0; i < n; i++) {
                const double error = error_of(y[i], exact[i]);
                if (error > worst[t].error)
                    worst[t] = (struct worst){error, z[i]};
            }
        }
    }
    printf("%-20s", formulas[f].name);
    for (size_t t = 0; t < n_tables; t++) {
        printf("  %.4f at %-14a", worst[t].error, (double)worst[t].at);
        failed += !(worst[t].error <= 2);
    }
    printf("\n");
    return failed;
}

int main(int argc, char **argv)
{
    ulp_apply *const *const tables[] = {ulp_scalar, ulp_vectors, FUSED};
    const uint64_t step = argc > 1 ? strtoull(argv[1], NULL, 10) : 4001;
    size_t n_tables = 2;
    int failed = 0, passed = 0;
#ifdef HAS_FUSED
    __builtin_cpu_init();
    n_tables += __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
#endif
    if (step == 0) {
        fprintf(stderr, "tconv_ulp: got %s; expected a step from 1\n", argv[1]);
        return 2;
    }
    printf("%-20s  %-24s  %-24s  %s\n", "ulp at most", "plain C", "vectors",
           n_tables > 2 ? "fused" : "");
    for (size_t f = 0; f < N_FORMULAS; f++) {
        if (argc > 2 && strcmp(argv[2], formulas[f].name) != 0)
            continue;
        const int wrong = try_formula(f, step, tables, n_tables);
        failed += wrong;
        passed += (int)n_tables - wrong;
    }
    printf("%d passed, %d failed\n", passed, failed);
    return failed > 0;
}
