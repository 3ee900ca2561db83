/*
 * Activations are within 2 ulp of the correctly rounded value, forward and backward.
 *
 * UNIT_DATA is the folder tests/unit/data; the reference there has 1500 bits.
 */
#include <criterion/criterion.h>

#include <float.h>
#include <stdio.h>

#include "activations.h"

#ifndef UNIT_DATA
#define UNIT_DATA "tests/unit/data"
#endif

/* The distance of slopes, that of silu, gelu and mish near their zero as the header says.
 */
static int64_t slope_steps_f64(enum tconv_function function, double z, double got,
                               double want)
{
    const double zero = function == TCONV_SILU   ? -1.28
                        : function == TCONV_GELU ? -0.75
                                                 : -1.19;
    if (function >= TCONV_SILU && function <= TCONV_MISH && fabs(z - zero) < 0.5 &&
        fabs(want) < 0.0625)
        return (int64_t)(fabs(got - want) / (DBL_EPSILON / 32));
    return steps_f64(got, want);
}

static void check_reference(enum tconv_function function, double z, double y,
                            double slope)
{
    const struct tconv_activation a = by_name(function);
    const double got = tconv_activate_f64(&a, z);
    cr_expect_leq(steps_f64(got, y), 2, "%s(%a): got %a, not %a", names[function], z, got,
                  y);
    if (tconv_keeps_z(&a)) {
        const double s = tconv_activation_slope_f64(&a, NAN, z);
        cr_expect_leq(slope_steps_f64(function, z, s, slope), 2,
                      "slope of %s(%a): %a, not %a", names[function], z, s, slope);
    }
    if ((double)(float)z != z)
        return;
    const float single = tconv_activate_f32(&a, (float)z);
    cr_expect_leq(steps_f32(single, (float)y), 2, "%s_f32(%a): %a", names[function], z,
                  (double)single);
    if (tconv_keeps_z(&a)) {
        const float s = tconv_activation_slope_f32(&a, NAN, (float)z);
        cr_expect_leq(steps_f32(s, (float)slope), 2, "slope of %s_f32(%a)",
                      names[function], z);
    }
}

Test(activation, within_two_ulp_of_1500_bits)
{
    char line[200], name[32];
    double z, y, slope;
    size_t n = 0;
    FILE *file = fopen(UNIT_DATA "/activation_reference.txt", "r");
    cr_assert_not_null(file);
    while (fgets(line, sizeof line, file) != NULL) {
        cr_assert_eq(sscanf(line, "%31s %la %la %la", name, &z, &y, &slope), 4);
        for (size_t f = 0; f < COUNT(names); f++)
            if (strcmp(name, names[f]) == 0) {
                check_reference((enum tconv_function)f, z, y, slope);
                n++;
            }
    }
    fclose(file);
    cr_expect_geq(n, 700);
}

/* z - tanh z = (z cosh z - sinh z) / cosh z, whose series has no sign but z's. */
static long double tanh_shrink(long double z)
{
    long double term = z, sum = 0;
    if (!(fabsl(z) < 1))
        return z - tanhl(z);
    for (int k = 1; k <= 12; k++) {
        term *= z * z / (2 * k * (2 * k + 1));
        sum += 2 * k * term;
    }
    return sum / coshl(z);
}

/* References in long double, written otherwise where that is possible. */
static long double reference(enum tconv_function function, long double z)
{
    switch (function) {
    case TCONV_RELU:
        return z > 0 ? z : 0;
    case TCONV_ELU:
        return z >= 0 ? z : expm1l(z);
    case TCONV_SELU:
        return 1.0507009873554804934L * (z >= 0 ? z : 1.6732632423543772848L * expm1l(z));
    case TCONV_SIGMOID:
        return z < 0 ? expl(z) / (1 + expl(z)) : 1 / (1 + expl(-z));
    case TCONV_TANH:
        return tanhl(z);
    case TCONV_SOFTPLUS:
        return z > 100 ? z : log1pl(expl(z));
    case TCONV_SOFTSIGN:
        return z / (1 + fabsl(z));
    case TCONV_HARD_SIGMOID_TF:
        return fminl(fmaxl((z + 2.5L) / 5, 0), 1);
    case TCONV_HARD_SIGMOID_KERAS3:
        return fminl(fmaxl(z + 3, 0), 6) / 6;
    case TCONV_EXPONENTIAL:
        return expl(z);
    case TCONV_SILU:
        return z < 0 ? z * expl(z) / (1 + expl(z)) : z / (1 + expl(-z));
    case TCONV_GELU:
        return z * erfcl(-z / sqrtl(2)) / 2;
    case TCONV_MISH:
        return z > 100 ? z : z * tanhl(log1pl(expl(z)));
    case TCONV_HARD_SILU:
        return z * fminl(fmaxl(z + 3, 0), 6) / 6;
    case TCONV_HARD_TANH:
        return fminl(fmaxl(z, -1), 1);
    case TCONV_HARD_SHRINK:
        return fabsl(z) > 0.5L ? z : 0;
    case TCONV_SOFT_SHRINK:
        return fabsl(z) > 0.5L ? copysignl(fabsl(z) - 0.5L, z) : 0;
    case TCONV_TANH_SHRINK:
        return tanh_shrink(z);
    case TCONV_LOG_SIGMOID:
        return -(z < -100 ? -z : log1pl(expl(-z)));
    case TCONV_SQUAREPLUS:
        return z < 0 ? 2 / (sqrtl(z * z + 4) - z) + 0 * z : (z + sqrtl(z * z + 4)) / 2;
    case TCONV_SPARSE_PLUS:
        return z <= -1 ? 0 : z < 1 ? (z + 1) * (z + 1) / 4 : z;
    case TCONV_SPARSE_SIGMOID:
        return fminl(fmaxl(z + 1, 0), 2) / 2;
    default:
        return z;
    }
}

static long double slope_reference(enum tconv_function function, long double y)
{
    switch (function) {
    case TCONV_RELU:
        return y > 0 ? 1 : 0;
    case TCONV_ELU:
        return y >= 0 ? 1 : y + 1;
    case TCONV_SELU:
        return y >= 0 ? 1.0507009873554804934L
                      : y + 1.0507009873554804934L * 1.6732632423543772848L;
    case TCONV_SIGMOID:
        return y * (1 - y);
    case TCONV_TANH:
        return (1 - y) * (1 + y);
    case TCONV_SOFTPLUS:
        return -expm1l(-y);
    case TCONV_HARD_SIGMOID_TF:
        return y > 0 && y < 1 ? 0.2L : 0;
    case TCONV_HARD_SIGMOID_KERAS3:
        return y > 0 && y < 1 ? 1 / 6.0L : 0;
    case TCONV_EXPONENTIAL:
        return y;
    case TCONV_HARD_TANH:
        return fabsl(y) < 1;
    case TCONV_HARD_SHRINK:
    case TCONV_SOFT_SHRINK:
        return y != 0;
    case TCONV_LOG_SIGMOID:
        return -expm1l(y);
    case TCONV_SPARSE_SIGMOID:
        return y > 0 && y < 1 ? 0.5L : 0;
    default:
        return 1;
    }
}

static void check_point(enum tconv_function function, double z)
{
    const struct tconv_activation a = by_name(function);
    const char *name = names[function];
    const float y32 = tconv_activate_f32(&a, (float)z);
    const double y64 = tconv_activate_f64(&a, z);
    cr_expect_leq(steps_f32(y32, (float)reference(function, (float)z)), 2,
                  "%s_f32(%a): %a", name, z, (double)y32);
    cr_expect_leq(steps_f64(y64, (double)reference(function, z)), 2, "%s(%a): %a", name,
                  z, y64);
    if (tconv_keeps_z(&a))
        return;
    const float s32 = tconv_activation_slope_f32(&a, y32, NAN);
    const double s64 = tconv_activation_slope_f64(&a, y64, NAN);
    cr_expect_leq(steps_f32(s32, (float)slope_reference(function, y32)), 2,
                  "slope of %s_f32 at y = %a: %a", name, (double)y32, (double)s32);
    /* Near 0 long double does not know selu's slope to 2 ulp of float64. */
    if (function != TCONV_SELU || fabs(s64) > 1e-2)
        cr_expect_leq(steps_f64(s64, (double)slope_reference(function, y64)), 2,
                      "slope of %s at y = %a: %a", name, y64, s64);
}

/* Every exponent of either type, from the least denormal to the largest number. */
Test(activation, within_two_ulp_at_all_magnitudes)
{
    static const double mantissas[] = {1, 1.1, 1.23, 1.4142135, 1.5, 1.77, 1.999};
    for (size_t f = 0; f < COUNT(names); f++)
        for (int e = -1074; e <= 1023; e += e < -160 || e > 130 ? 7 : 1)
            for (size_t m = 0; m < COUNT(mantissas); m++) {
                check_point((enum tconv_function)f, ldexp(mantissas[m], e));
                check_point((enum tconv_function)f, -ldexp(mantissas[m], e));
            }
}

/* Where the functions bend, and both tails as far as float64 reaches. */
Test(activation, within_two_ulp_where_it_matters)
{
    for (size_t f = 0; f < COUNT(names); f++) {
        for (double z = -12; z < 12; z += 0.0123457)
            check_point((enum tconv_function)f, z);
        for (double z = -760; z < 720; z += 1.2345)
            check_point((enum tconv_function)f, z);
    }
}
