#include "target.h"

#include <string.h>

static const struct target table[] = {
    {.name = "portable",
     .n_registers = 16,
     .fma_per_cycle = 1,
     .narrow_fma_per_cycle = 1,
     .loop_channels = 64,
     .loop_per_cycle = 5,
     .l1_bytes = 32768,
     .l2_bytes = 262144,
     .attribute = "",
     .flags = "-O3 -fno-trapping-math -fno-math-errno",
     .summary = "ISO C11, no extensions: any compiler, any machine"},
    {.name = "x86-64-v3",
     .vector_bytes = 32,
     .n_registers = 16,
     .fma_per_cycle = 2,
     .narrow_fma_per_cycle = 2,
     .l1_bytes = 32768,
     .l2_bytes = 524288,
     .attribute = "avx2,fma",
     .flags =
         "-O2 -march=x86-64-v3 -ffp-contract=fast -fno-trapping-math -fno-math-errno",
     .summary = "AVX2 and FMA: x86 since 2013 (Intel) and 2015 (AMD)"},
    {.name = "x86-64-v4",
     .vector_bytes = 64,
     .n_registers = 32,
     .fma_per_cycle = 1,
     .narrow_fma_per_cycle = 2,
     .l1_bytes = 32768,
     .l2_bytes = 1048576,
     .attribute = "avx512f,avx512bw,avx512cd,avx512dq,avx512vl,avx2,fma",
     .flags = "-O2 -march=x86-64-v4 -mprefer-vector-width=512 -ffp-contract=fast "
              "-fno-trapping-math -fno-math-errno",
     .summary = "AVX-512: x86 servers since 2017, AMD since Zen 4"},
};

enum { N_TARGETS = sizeof table / sizeof table[0] };

bool target_runs_here(const struct target *target)
{
    if (target->vector_bytes == 0)
        return true;
#if defined(__x86_64__)
    __builtin_cpu_init();
    const bool has_v3 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    if (target->vector_bytes == 32)
        return has_v3;
    return has_v3 && __builtin_cpu_supports("avx512f") &&
           __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512cd") &&
           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
#else
    return false;
#endif
}

static const struct target *find_native(void)
{
    const struct target *widest = &table[0];
    for (size_t i = 0; i < N_TARGETS; i++)
        if (table[i].vector_bytes > widest->vector_bytes && target_runs_here(&table[i]))
            widest = &table[i];
    return widest;
}

const struct target *target_row(size_t index)
{
    return index < N_TARGETS ? &table[index] : NULL;
}

void target_put_names(struct text *out)
{
    for (size_t i = 0; i < N_TARGETS; i++)
        text_print(out, "%s, ", table[i].name);
    text_put(out, "or native");
}

const struct target *target_find(const char *name, struct error *err)
{
    if (strcmp(name, "native") == 0)
        return find_native();
    for (size_t i = 0; i < N_TARGETS; i++)
        if (strcmp(name, table[i].name) == 0)
            return &table[i];
    struct text names = {0};
    target_put_names(&names);
    error_set(err, "target: got \"%s\"; expected %s", name, text_string(&names));
    text_free(&names);
    return NULL;
}

size_t target_lanes(const struct target *target, enum tconv_type type)
{
    const size_t bytes = type == TCONV_FLOAT64 ? 8 : 4;
    return target->vector_bytes == 0 ? 1 : target->vector_bytes / bytes;
}
