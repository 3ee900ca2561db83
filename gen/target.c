#include "target.h"

#include <string.h>

#if defined(__x86_64__)
#include <cpuid.h>
#endif

/* Models of one family, by ranges. */
struct target_models {
    const char *vendor;
    unsigned family;
    struct {
        unsigned first, last;
    } model[4];
};

static const struct target_models sapphire_rapids = {
    "GenuineIntel", 6, {{0x8f, 0x8f}, {0xcf, 0xcf}}}; /* and Emerald Rapids: one core */
static const struct target_models zen4 = {
    "AuthenticAMD", 0x19, {{0x10, 0x1f}, {0x60, 0x6f}, {0x70, 0x7f}, {0xa0, 0xaf}}};

static const struct target_core any_core = {
    .fma_per_cycle = 1,
    .narrow_fma_per_cycle = 1,
    .mixes_widths = true,
    .l1 = {32768, 8, 32},
    .l2 = {262144, 8, 24},
    .shared = {12000000, 8, 20},
    .memory_bytes_per_cycle = 7,
    .move_cycles = 0.4,
    .add_cycles = 0.4,
    .call_cycles = 30,
    .loop_channels = 64,
    .loop_per_cycle = 5,
};

static const struct target_core avx2_core = {
    .fma_per_cycle = 2,
    .narrow_fma_per_cycle = 2,
    .mixes_widths = true,
    .l1 = {32768, 8, 64},
    .l2 = {524288, 8, 24},
    .shared = {12000000, 8, 20},
    .memory_bytes_per_cycle = 7,
    .collide_cycles = 3, /* measured on Golden Cove */
    .move_cycles = 1.1,
    .add_cycles = 0.6,
    .call_cycles = 30,
};

/* AVX-512 by pairs of 256 bits. Measured. */
static const struct target_core zen4_core = {
    .fma_per_cycle = 1,
    .narrow_fma_per_cycle = 2,
    .mixes_widths = true,
    .l1 = {32768, 8, 64},
    .l2 = {1048576, 8, 24},
    .shared = {12000000, 8, 20},
    .memory_bytes_per_cycle = 7,
    .move_cycles = 1.1,
    .add_cycles = 0.6,
    .call_cycles = 30,
};

/* Two AVX-512 units, a large cache of its own and a slow shared one. Measured. */
static const struct target_core golden_cove = {
    .fma_per_cycle = 2,
    .narrow_fma_per_cycle = 2,
    .l1 = {49152, 12, 128},
    .l2 = {2097152, 16, 24},
    .shared = {20000000, 16, 10},
    .memory_bytes_per_cycle = 4.5,
    .asks_ahead = true,
    .l2_stored_per_cycle = 15,
    .shared_stored_per_cycle = 7,
    .load_cycles = 0.08,
    .stream_cycles = 0.08,
    .collide_cycles = 9,
    .move_cycles = 1.6,
    .add_cycles = 0.2,
    .call_cycles = 0,
};

#define AVX512                                                                           \
    .vector_bytes = 64, .n_registers = 32,                                               \
    .attribute = "avx512f,avx512bw,avx512cd,avx512dq,avx512vl,avx2,fma",                 \
    .flags = "-O2 -march=x86-64-v4 -mprefer-vector-width=512 -ffp-contract=fast "        \
             "-fno-trapping-math -fno-math-errno"

static const struct target table[] = {
    {.name = "portable",
     .n_registers = 16,
     .core = &any_core,
     .attribute = "",
     .flags = "-O3 -fno-trapping-math -fno-math-errno",
     .summary = "ISO C11, no extensions: any compiler, any machine"},
    {.name = "x86-64-v3",
     .vector_bytes = 32,
     .n_registers = 16,
     .core = &avx2_core,
     .attribute = "avx2,fma",
     .flags =
         "-O2 -march=x86-64-v3 -ffp-contract=fast -fno-trapping-math -fno-math-errno",
     .summary = "AVX2 and FMA: x86 since 2013 (Intel) and 2015 (AMD)"},
    {.name = "x86-64-v4",
     AVX512,
     .core = &zen4_core,
     .summary = "AVX-512: x86 servers since 2017, AMD since Zen 4"},
    {.name = "zen4",
     AVX512,
     .core = &zen4_core,
     .models = &zen4,
     .summary = "AVX-512, planned for AMD's Zen 4"},
    {.name = "sapphire-rapids",
     AVX512,
     .core = &golden_cove,
     .models = &sapphire_rapids,
     .summary = "AVX-512, planned for Intel's Sapphire and Emerald Rapids"},
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

/* Leaf 1 of cpuid has the family and the model in two parts each. */
static struct target_cpu read_cpu(void)
{
    struct target_cpu cpu = {.vendor = ""};
#if defined(__x86_64__)
    unsigned a, b, c, d;
    if (!__get_cpuid(0, &a, &b, &c, &d))
        return cpu;
    memcpy(cpu.vendor, (unsigned[]){b, d, c}, 12);
    if (!__get_cpuid(1, &a, &b, &c, &d))
        return cpu;
    cpu.family = (a >> 8 & 0xf) + (a >> 20 & 0xff);
    cpu.model = (a >> 4 & 0xf) + (a >> 12 & 0xf0);
#endif
    return cpu;
}

static bool names_cpu(const struct target_models *models, const struct target_cpu *cpu)
{
    if (strcmp(models->vendor, cpu->vendor) != 0 || models->family != cpu->family)
        return false;
    for (size_t i = 0; i < sizeof models->model / sizeof models->model[0]; i++)
        if (models->model[i].last > 0 && models->model[i].first <= cpu->model &&
            cpu->model <= models->model[i].last)
            return true;
    return false;
}

const struct target *target_of_cpu(const struct target_cpu *cpu)
{
    for (size_t i = 0; i < N_TARGETS; i++)
        if (table[i].models != NULL && names_cpu(table[i].models, cpu))
            return &table[i];
    return NULL;
}

static const struct target *find_native(void)
{
    const struct target_cpu cpu = read_cpu();
    const struct target *own = target_of_cpu(&cpu);
    if (own != NULL && target_runs_here(own))
        return own;
    const struct target *widest = &table[0];
    for (size_t i = 0; i < N_TARGETS; i++)
        if (table[i].models == NULL && table[i].vector_bytes > widest->vector_bytes &&
            target_runs_here(&table[i]))
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
