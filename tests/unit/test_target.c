#include <criterion/criterion.h>

#include <stdio.h>

#include "target.h"

static const struct target *row_of(const char *vendor, unsigned family, unsigned model)
{
    struct target_cpu cpu = {.family = family, .model = model};
    snprintf(cpu.vendor, sizeof cpu.vendor, "%s", vendor);
    return target_of_cpu(&cpu);
}

Test(target, a_cpu_has_the_row_that_names_its_models)
{
    cr_expect_str_eq(row_of("GenuineIntel", 6, 0x8f)->name, "sapphire-rapids");
    cr_expect_str_eq(row_of("GenuineIntel", 6, 0xcf)->name, "sapphire-rapids");
    cr_expect_str_eq(row_of("AuthenticAMD", 0x19, 0x11)->name, "zen4");
    cr_expect_str_eq(row_of("AuthenticAMD", 0x19, 0x61)->name, "zen4");
}

Test(target, other_cpus_have_none)
{
    cr_expect_null(row_of("GenuineIntel", 6, 0x6a));
    cr_expect_null(row_of("AuthenticAMD", 0x19, 0x01));
    cr_expect_null(row_of("AuthenticAMD", 6, 0x8f));
    cr_expect_null(row_of("GenuineIntel", 6, 0));
    cr_expect_null(row_of("", 0, 0));
}

Test(target, native_runs_here_and_names_a_row)
{
    struct error err = {0};
    const struct target *native = target_find("native", &err);
    cr_expect(target_runs_here(native));
    cr_expect_eq(native, target_find(native->name, &err));
}

Test(target, rows_of_a_machine_have_what_their_core_is_planned_by)
{
    const struct target *target;
    for (size_t row = 0; (target = target_row(row)) != NULL; row++) {
        const struct target_core *core = target->core;
        cr_expect_gt(core->fma_per_cycle, 0, "%s", target->name);
        cr_expect_lt(core->l1.bytes, core->l2.bytes, "%s", target->name);
        cr_expect_lt(core->l2.bytes, core->shared.bytes, "%s", target->name);
        cr_expect_lt(core->memory_bytes_per_cycle, core->shared.bytes_per_cycle, "%s",
                     target->name);
        cr_expect_leq(core->shared.bytes_per_cycle, core->l2.bytes_per_cycle, "%s",
                      target->name);
    }
}
