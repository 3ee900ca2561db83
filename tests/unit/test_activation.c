/*
 * Activations: Keras's values, infinities and NaN; the derivatives. Their last digits
 * are test_activation_ulp's, those of a row test_activation_rows's.
 */
#include <criterion/criterion.h>

#include "activations.h"

static void expect_both(const struct tconv_activation *a, double z, double y,
                        double within)
{
    const double got = tconv_activate_f64(a, z);
    const double single = (double)tconv_activate_f32(a, (float)z);
    const char *name = names[a->function];
    if (isnan(y) || isinf(y)) {
        cr_expect_eq(steps_f64(got, y), 0, "%s(%g): got %g, not %g", name, z, got, y);
        cr_expect_eq(steps_f64(single, y), 0, "%s_f32(%g): got %g", name, z, single);
        return;
    }
    cr_expect(fabs(got - y) <= within, "%s(%g): got %.17g, not %g", name, z, got, y);
    cr_expect(fabs(single - y) <= within + 1e-7 * fabs(y), "%s_f32(%g): got %.9g, not %g",
              name, z, single, y);
}

Test(activation, values_of_the_specification)
{
    static const double z[] = {-3, -1, -0.5, 0.5, 1, 3};
    static const struct {
        enum tconv_function function;
        double y[6];
    } rows[] = {
        {TCONV_LINEAR, {-3, -1, -0.5, 0.5, 1, 3}},
        {TCONV_RELU, {0, 0, 0, 0.5, 1, 3}},
        {TCONV_ELU, {-0.95021, -0.63212, -0.39347, 0.5, 1, 3}},
        {TCONV_SELU, {-1.67057, -1.11133, -0.69176, 0.52535, 1.05070, 3.15210}},
        {TCONV_SOFTPLUS, {0.04859, 0.31326, 0.47408, 0.97408, 1.31326, 3.04859}},
        {TCONV_SOFTSIGN, {-0.75, -0.5, -0.33333, 0.33333, 0.5, 0.75}},
        {TCONV_SIGMOID, {0.04743, 0.26894, 0.37754, 0.62246, 0.73106, 0.95257}},
        {TCONV_TANH, {-0.99505, -0.76159, -0.46212, 0.46212, 0.76159, 0.99505}},
        {TCONV_EXPONENTIAL, {0.04979, 0.36788, 0.60653, 1.64872, 2.71828, 20.08554}},
        {TCONV_HARD_SIGMOID_KERAS3, {0, 0.33333, 0.41667, 0.58333, 0.66667, 1}},
        {TCONV_HARD_SIGMOID_TF, {0, 0.3, 0.4, 0.6, 0.7, 1}},
        {TCONV_SILU, {-0.14228, -0.26894, -0.18877, 0.31123, 0.73106, 2.85772}},
        {TCONV_GELU, {-0.00405, -0.15866, -0.15427, 0.34573, 0.84134, 2.99595}},
        {TCONV_HARD_SILU, {0, -0.33333, -0.20833, 0.29167, 0.66667, 3}},
        {TCONV_HARD_TANH, {-1, -1, -0.5, 0.5, 1, 1}},
        {TCONV_HARD_SHRINK, {-3, -1, 0, 0, 1, 3}},
        {TCONV_SOFT_SHRINK, {-2.5, -0.5, 0, 0, 0.5, 2.5}},
        {TCONV_TANH_SHRINK, {-2.00495, -0.23841, -0.03788, 0.03788, 0.23841, 2.00495}},
        {TCONV_LOG_SIGMOID, {-3.04859, -1.31326, -0.97408, -0.47408, -0.31326, -0.04859}},
        {TCONV_SQUAREPLUS, {0.30278, 0.61803, 0.78078, 1.28078, 1.61803, 3.30278}},
        {TCONV_SPARSE_PLUS, {0, 0, 0.06250, 0.56250, 1, 3}},
        {TCONV_SPARSE_SIGMOID, {0, 0, 0.25, 0.75, 1, 1}},
        {TCONV_MISH, {-0.14565, -0.30340, -0.22074, 0.37525, 0.86510, 2.98654}},
    };
    for (size_t r = 0; r < COUNT(rows); r++) {
        const struct tconv_activation a = by_name(rows[r].function);
        for (size_t i = 0; i < COUNT(z); i++)
            expect_both(&a, z[i], rows[r].y[i], 5.001e-6);
    }
}

Test(activation, relu_with_parameters)
{
    static const double z[] = {-3, 0, 1, 2, 4, 5, 9};
    static const double y[] = {-2.5, -1, -0.5, 0, 4, 5, 5};
    static const double slope[] = {0.5, 0.5, 0.5, 0.5, 1, 0, 0};
    const struct tconv_activation a = {TCONV_RELU, 0.5, 5, 2};
    for (size_t i = 0; i < COUNT(z); i++) {
        expect_both(&a, z[i], y[i], 0);
        cr_expect_eq(tconv_activation_slope_f64(&a, 0, z[i]), slope[i], "at %g", z[i]);
        cr_expect_eq(tconv_activation_slope_f32(&a, 0, (float)z[i]), (float)slope[i]);
    }
    const struct tconv_activation leaky = {TCONV_RELU, 0.25, INFINITY, 0};
    expect_both(&leaky, -INFINITY, -INFINITY, 0);
    expect_both(&leaky, -8, -2, 0);
    expect_both(&leaky, 8, 8, 0);
    expect_both(&leaky, NAN, NAN, 0);
    expect_both(&(struct tconv_activation){TCONV_RELU, 2, INFINITY, 0}, -8, -16, 0);
    expect_both(&(struct tconv_activation){TCONV_RELU, -2, INFINITY, 0}, -8, 16, 0);
    expect_both(&(struct tconv_activation){TCONV_RELU, -2, 6, 0}, -8, 16, 0);
    expect_both(&(struct tconv_activation){TCONV_RELU, -2, 6, 0}, 8, 6, 0);
}

Test(activation, nan_and_infinities)
{
    static const struct {
        enum tconv_function function;
        double below, above; /* at -INFINITY, at INFINITY */
    } rows[] = {
        {TCONV_LINEAR, -INFINITY, INFINITY},
        {TCONV_RELU, 0, INFINITY},
        {TCONV_ELU, -1, INFINITY},
        {TCONV_SELU, -1.7580993408473766, INFINITY},
        {TCONV_SIGMOID, 0, 1},
        {TCONV_TANH, -1, 1},
        {TCONV_SOFTPLUS, 0, INFINITY},
        {TCONV_SOFTSIGN, NAN, NAN},
        {TCONV_HARD_SIGMOID_TF, 0, 1},
        {TCONV_HARD_SIGMOID_KERAS3, 0, 1},
        {TCONV_EXPONENTIAL, 0, INFINITY},
        {TCONV_SILU, NAN, INFINITY},
        {TCONV_GELU, NAN, INFINITY},
        {TCONV_MISH, NAN, INFINITY},
        {TCONV_HARD_SILU, NAN, INFINITY},
        {TCONV_HARD_TANH, -1, 1},
        {TCONV_TANH_SHRINK, -INFINITY, INFINITY},
        {TCONV_LOG_SIGMOID, -INFINITY, 0},
        {TCONV_SQUAREPLUS, NAN, INFINITY},
        {TCONV_SPARSE_PLUS, 0, INFINITY},
        {TCONV_SPARSE_SIGMOID, 0, 1},
    };
    for (size_t r = 0; r < COUNT(rows); r++) {
        const struct tconv_activation a = by_name(rows[r].function);
        expect_both(&a, -INFINITY, rows[r].below, 1e-12);
        expect_both(&a, INFINITY, rows[r].above, 0);
        expect_both(&a, NAN, NAN, 0);
    }
    for (int soft = 0; soft < 2; soft++) { /* Keras's comparisons let no NaN through */
        const struct tconv_activation a =
            by_name(soft ? TCONV_SOFT_SHRINK : TCONV_HARD_SHRINK);
        expect_both(&a, -INFINITY, -INFINITY, 0);
        expect_both(&a, INFINITY, INFINITY, 0);
        expect_both(&a, NAN, 0, 0);
    }
    const struct tconv_activation relu6 = {TCONV_RELU, 0, 6, 0};
    const struct tconv_activation shifted = {TCONV_RELU, 0, INFINITY, 2};
    expect_both(&relu6, NAN, NAN, 0);
    expect_both(&relu6, INFINITY, 6, 0);
    expect_both(&shifted, -INFINITY, 0, 0);
    expect_both(&shifted, NAN, NAN, 0);
}

static void check_difference(const struct tconv_activation *a, double z)
{
    const double h = 1e-5;
    const double y = tconv_activate_f64(a, z);
    const double slope = tconv_activation_slope_f64(a, y, z);
    const double rise = tconv_activate_f64(a, z + h) - tconv_activate_f64(a, z - h);
    cr_expect(fabs(slope - rise / (2 * h)) < 2e-9,
              "%s at %g: slope %.12g, difference %.12g", names[a->function], z, slope,
              rise / (2 * h));
    const double single =
        (double)tconv_activation_slope_f32(a, tconv_activate_f32(a, (float)z), (float)z);
    cr_expect(fabs(single - slope) < 1e-6 * (1 + fabs(slope)), "%s_f32 at %g",
              names[a->function], z);
}

/* The points miss every kink: -3, -2.5, -1, -0.5, 0, 0.5, 1, 2, 2.5, 3. */
Test(activation, slopes_are_the_derivatives)
{
    static const struct tconv_activation more[] = {
        {TCONV_RELU, 0.3, INFINITY, 0},
        {TCONV_RELU, 0, 2, 0},
        {TCONV_RELU, -0.5, 2, 0.5},
        {TCONV_RELU, 0.25, 2.5, 0.5},
        {TCONV_ELU, 0.7, 0, 0},
        {TCONV_ELU, -0.7, 0, 0},
        {TCONV_ELU, 0, 0, 0},
        {TCONV_RELU, 1.5, INFINITY, 0},
        {TCONV_RELU, -0.5, INFINITY, 0},
    };
    for (double z = -3.963; z < 4; z += 0.05) {
        for (size_t f = 0; f < COUNT(names); f++) {
            const struct tconv_activation a = by_name((enum tconv_function)f);
            check_difference(&a, z);
        }
        for (size_t f = 0; f < COUNT(more); f++)
            check_difference(&more[f], z);
    }
}

Test(activation, slopes_at_the_kinks)
{
    const struct tconv_activation relu = by_name(TCONV_RELU), elu = by_name(TCONV_ELU);
    const struct tconv_activation leaky = {TCONV_RELU, 0.25, INFINITY, 0};
    const struct tconv_activation relu6 = {TCONV_RELU, 0, 6, 0};
    cr_expect_eq(tconv_activation_slope_f64(&relu, INFINITY, INFINITY), 1);
    const struct tconv_activation hard = by_name(TCONV_HARD_SIGMOID_KERAS3);
    cr_expect_eq(tconv_activation_slope_f64(&relu, 0, 0), 0);
    cr_expect_eq(tconv_activation_slope_f64(&leaky, 0, 0), 0.25);
    cr_expect_eq(tconv_activation_slope_f64(&leaky, -0.0, -0.0), 0.25);
    cr_expect_eq(tconv_activation_slope_f64(&elu, 0, 0), 1);
    cr_expect_eq(tconv_activation_slope_f64(&relu6, 0, 0), 0);
    cr_expect_eq(tconv_activation_slope_f64(&relu6, 6, 6), 0);
    cr_expect_eq(tconv_activation_slope_f64(&relu6, 5, 5), 1);
    cr_expect_eq(tconv_activation_slope_f64(&hard, 0, -3), 0);
    cr_expect_eq(tconv_activation_slope_f64(&hard, 1, 3), 0);
}

/* What keeps no z must have the same slope from y alone. */
Test(activation, keeps_z_only_where_it_must)
{
    const struct tconv_activation leaky = {TCONV_RELU, 0.25, 2, 0};
    cr_expect_not(tconv_keeps_z(&leaky));
    for (double z = -3; z <= 3; z += 0.125)
        cr_expect_eq(
            tconv_activation_slope_f64(&leaky, tconv_activate_f64(&leaky, z), NAN),
            tconv_relu_slope_f64(z, 0.25, 2, 0), "at %g", z);
    cr_expect(tconv_keeps_z(&(struct tconv_activation){TCONV_RELU, -0.1, INFINITY, 0}));
    cr_expect(tconv_keeps_z(&(struct tconv_activation){TCONV_RELU, 0, INFINITY, 1}));
    cr_expect(tconv_keeps_z(&(struct tconv_activation){TCONV_ELU, 0, 0, 0}));
    cr_expect(tconv_keeps_z(&(struct tconv_activation){TCONV_SILU, 0, 0, 0}));
    cr_expect_not(tconv_keeps_z(&(struct tconv_activation){TCONV_SOFTMAX, 0, 0, 0}));
    cr_expect_not(tconv_keeps_z(&(struct tconv_activation){TCONV_LOG_SOFTMAX, 0, 0, 0}));
    cr_expect_not(tconv_keeps_z(&(struct tconv_activation){TCONV_SPARSEMAX, 0, 0, 0}));
}
