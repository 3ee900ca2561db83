/* peak: loops of independent multiply-adds, one for each kind of vector unit. */
#include "peak.h"

#include <stdbool.h>
#include <stddef.h>

#include "clock.h"

enum { N_RUNS = 20, N_STEPS = 20000 };

struct unit {
    const char *name;
    bool (*runs_here)(void);
    void (*run[2])(size_t steps); /* by enum tconv_type */
    size_t accumulators, vector_bytes;
};

/* Each of n accumulators is multiplied and added to once a step; more of them are in
 * flight than the latency of the unit needs. A macro, as registers cannot be looped over.
 */
#define FOUR(do_one, a, i) do_one(a[i]) do_one(a[i + 1]) do_one(a[i + 2]) do_one(a[i + 3])
#define TWELVE(do_one, a, i)                                                             \
    FOUR(do_one, a, i) FOUR(do_one, a, i + 4) FOUR(do_one, a, i + 8)

#ifdef __x86_64__
#define FMA(suffix, v)                                                                   \
    __asm__ volatile("vfmadd213" suffix " %2, %1, %0" : "+v"(v) : "v"(x), "v"(y));
#define FMA_PS(v) FMA("ps", v)
#define FMA_PD(v) FMA("pd", v)

typedef float float_32 __attribute__((vector_size(32)));
typedef double double_32 __attribute__((vector_size(32)));
typedef float float_64 __attribute__((vector_size(64)));
typedef double double_64 __attribute__((vector_size(64)));

#define DEFINE_RUN(name, isa, vector, n, do_all)                                         \
    __attribute__((target(isa))) static void name(size_t steps)                          \
    {                                                                                    \
        const vector x = (vector){0} + 0.999f, y = (vector){0} + 0.001f;                 \
        vector a[n] = {{0}};                                                             \
        for (size_t i = 0; i < steps; i++) {                                             \
            do_all                                                                       \
        }                                                                                \
    }
DEFINE_RUN(run_fma_ps, "avx2,fma", float_32, 12, TWELVE(FMA_PS, a, 0))
DEFINE_RUN(run_fma_pd, "avx2,fma", double_32, 12, TWELVE(FMA_PD, a, 0))
DEFINE_RUN(run_avx512_ps, "avx512f", float_64, 24,
           TWELVE(FMA_PS, a, 0) TWELVE(FMA_PS, a, 12))
DEFINE_RUN(run_avx512_pd, "avx512f", double_64, 24,
           TWELVE(FMA_PD, a, 0) TWELVE(FMA_PD, a, 12))

static bool has_avx512(void)
{
    return __builtin_cpu_supports("avx512f");
}

static bool has_fma(void)
{
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}
#endif

/* Any machine: 16-byte vectors as GCC and Clang give them, a multiply and an add. */
typedef float float_16 __attribute__((vector_size(16)));
typedef double double_16 __attribute__((vector_size(16)));

#define STEP(v) v = v * x + y;
#define ADD(v) sum += v;
#define KEEP(v) __asm__ volatile("" : : "m"(v));

static void run_any_f32(size_t steps)
{
    float_16 sum = {0};
    const float_16 x = (float_16){0} + 0.999f, y = (float_16){0} + 0.001f;
    float_16 a[12] = {{0}};
    for (size_t i = 0; i < steps; i++) {
        TWELVE(STEP, a, 0)
        __asm__ volatile("");
    }
    TWELVE(ADD, a, 0)
    KEEP(sum)
}

static void run_any_f64(size_t steps)
{
    double_16 sum = {0};
    const double_16 x = (double_16){0} + 0.999, y = (double_16){0} + 0.001;
    double_16 a[12] = {{0}};
    for (size_t i = 0; i < steps; i++) {
        TWELVE(STEP, a, 0)
        __asm__ volatile("");
    }
    TWELVE(ADD, a, 0)
    KEEP(sum)
}

static bool always(void)
{
    return true;
}

/* widest first */
static const struct unit units[] = {
#ifdef __x86_64__
    {"AVX-512 FMA", has_avx512, {run_avx512_ps, run_avx512_pd}, 24, 64},
    {"AVX2 FMA", has_fma, {run_fma_ps, run_fma_pd}, 12, 32},
#endif
    {"128-bit multiply and add", always, {run_any_f32, run_any_f64}, 12, 16},
};

static const struct unit *choose_unit(void)
{
    const struct unit *unit = units;
    while (!unit->runs_here())
        unit++;
    return unit;
}

struct peak peak_measure(enum tconv_type type)
{
    const struct unit *unit = choose_unit();
    const size_t element = type == TCONV_FLOAT32 ? sizeof(float) : sizeof(double);
    double best = 0;
    unit->run[type](N_STEPS);
    for (int i = 0; i < N_RUNS; i++) {
        const double began = clock_seconds();
        for (int j = 0; j < 4; j++)
            unit->run[type](N_STEPS);
        const double took = clock_seconds() - began;
        best = i == 0 || took < best ? took : best;
    }
    const size_t lanes = unit->vector_bytes / element;
    const double flops = 4.0 * N_STEPS * 2.0 * (double)(unit->accumulators * lanes);
    return (struct peak){unit->name, flops / best * 1e-9};
}
