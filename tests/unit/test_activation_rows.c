/*
 * Activations of a row: values, infinities and NaN, last digits, backward passes.
 */
#include <criterion/criterion.h>

#include "activations.h"

enum { MOST = 40 };

static const enum tconv_function rows[] = {TCONV_SOFTMAX, TCONV_LOG_SOFTMAX,
                                           TCONV_SPARSEMAX};

/* y of both types against the wanted; equal bits where that is no number. */
static void expect_row(enum tconv_function function, const double *z, const double *want,
                       size_t n, double within)
{
    const struct tconv_activation a = {function, 0, 0, 0};
    double y[MOST] = {0};
    float single[MOST];
    for (size_t i = 0; i < n; i++)
        single[i] = (float)z[i];
    tconv_activate_row_f64(&a, z, y, n);
    tconv_activate_row_f32(&a, single, single, n);
    for (size_t i = 0; i < n; i++) {
        const double got[] = {y[i], (double)single[i]};
        for (int is_single = 0; is_single < 2; is_single++)
            cr_expect(isfinite(want[i]) ? fabs(got[is_single] - want[i]) <=
                                              within + 1e-7 * is_single * fabs(want[i])
                                        : steps_f64(got[is_single], want[i]) == 0,
                      "function %d, element %zu: %.9g, not %.9g", (int)function, i,
                      got[is_single], want[i]);
    }
}

Test(activation_rows, values_of_the_specification)
{
    static const double z[] = {1, 2, 0.5, -1};
    static const double y[][4] = {{0.224208, 0.609460, 0.135989, 0.030343},
                                  {-1.495182, -0.495182, -1.995182, -3.495182},
                                  {0, 1, 0, 0}};
    for (size_t f = 0; f < COUNT(rows); f++)
        expect_row(rows[f], z, y[f], 4, 5.1e-7);
}

/* Where more than one z is above tau; Keras up to 3.15 has other values (keras #23425).
 */
Test(activation_rows, sparsemax_sums_to_1)
{
    static const double z[] = {0.1, 0.2, 0.3, 0.4, 0.5}, y[] = {0, 0.1, 0.2, 0.3, 0.4};
    static const double flat[] = {-7, -7, -7, -7}, quarters[] = {0.25, 0.25, 0.25, 0.25};
    static const double partly[] = {-INFINITY, 0, 0.5}, rest[] = {0, 0.25, 0.75};
    expect_row(TCONV_SPARSEMAX, z, y, 5, 1e-7);
    expect_row(TCONV_SPARSEMAX, flat, quarters, 4, 0);
    expect_row(TCONV_SPARSEMAX, partly, rest, 3, 0);
    expect_row(TCONV_SPARSEMAX, z, (const double[]){1}, 1, 0);
}

/* The halves of a row, into a row of its own. */
Test(activation_rows, glu)
{
    static const double z[] = {1, 2, 0.5, -1}, y[] = {0.622459, 0.537883};
    static const double edges[] = {1, INFINITY, INFINITY,  0,         NAN, -2,
                                   1, 2,        -INFINITY, -INFINITY, 1,   INFINITY};
    static const double ends[] = {0.731059, INFINITY, NAN, 0, NAN, -2};
    const float singles[] = {1, 2, 0.5f, -1};
    double got[6];
    float single[2];
    tconv_glu_f64(z, got, 4);
    tconv_glu_f32(singles, single, 4);
    for (size_t i = 0; i < 2; i++)
        cr_expect(fabs(got[i] - y[i]) < 5.1e-7 &&
                  fabs((double)single[i] - y[i]) < 5.1e-7);
    tconv_glu_f64(edges, got, 12);
    for (size_t i = 0; i < 6; i++)
        cr_expect(isnan(ends[i])   ? isnan(got[i])
                  : isinf(ends[i]) ? isinf(got[i])
                                   : fabs(got[i] - ends[i]) < 5.1e-7,
                  "element %zu: %g", i, got[i]);
}

Test(activation_rows, glu_backward)
{
    static const double z[] = {1, -2, 0.5, -1}, dy[] = {0.3, -1.2};
    const float single_z[] = {1, -2, 0.5f, -1}, single_dy[] = {0.3f, -1.2f};
    const double h = 1e-6;
    double dz[8];
    float single_dz[4];
    tconv_glu_backward_f64(z, dy, dz, 4, 2);
    tconv_glu_backward_f32(single_z, single_dy, single_dz, 4, 1);
    for (size_t i = 0; i < 4; i++) {
        double up[4], down[4], y[2], rise = 0;
        memcpy(up, z, sizeof up);
        memcpy(down, z, sizeof down);
        up[i] += h;
        down[i] -= h;
        tconv_glu_f64(up, y, 4);
        rise += dy[0] * y[0] + dy[1] * y[1];
        tconv_glu_f64(down, y, 4);
        rise -= dy[0] * y[0] + dy[1] * y[1];
        cr_expect(fabs(dz[2 * i] - rise / (2 * h)) < 1e-9, "element %zu", i);
        cr_expect(fabs((double)single_dz[i] - dz[2 * i]) < 2e-7, "element %zu", i);
    }
}

static int falling(const void *a, const void *b)
{
    const double p = *(const double *)a, q = *(const double *)b;
    return (p < q) - (p > q);
}

/* The definition, by sorting. */
Test(activation_rows, sparsemax_is_the_sorted_one)
{
    unsigned state = 1;
    for (size_t trial = 0; trial < 2000; trial++) {
        double z[MOST], sorted[MOST], y[MOST], sum = 0, tau = 0;
        const size_t n = 1 + trial % MOST;
        for (size_t i = 0; i < n; i++) {
            state = state * 1664525u + 1013904223u;
            z[i] = (double)(state >> 20) * (trial % 3 == 0 ? 0x1p-14 : 0x1p-10);
        }
        memcpy(sorted, z, sizeof z);
        qsort(sorted, n, sizeof *sorted, falling);
        for (size_t k = 1; k <= n; k++) {
            sum += sorted[k - 1];
            if (sorted[k - 1] - (sum - 1) / (double)k > 0)
                tau = (sum - 1) / (double)k;
        }
        for (size_t i = 0; i < n; i++)
            y[i] = fmax(z[i] - tau, 0);
        expect_row(TCONV_SPARSEMAX, z, y, n, 1e-13);
    }
}

Test(activation_rows, nan_and_infinities)
{
    static const double z[][3] = {
        {1, INFINITY, 2}, {NAN, 1, 2}, {1, 2, NAN}, {-INFINITY, -INFINITY, -INFINITY}};
    static const double none[] = {NAN, NAN, NAN};
    static const double sparse[][3] = {{INFINITY, INFINITY, INFINITY},
                                       {NAN, INFINITY, INFINITY},
                                       {INFINITY, INFINITY, NAN},
                                       {NAN, NAN, NAN}};
    for (size_t r = 0; r < COUNT(z); r++) {
        expect_row(TCONV_SOFTMAX, z[r], none, 3, 0);
        expect_row(TCONV_LOG_SOFTMAX, z[r], none, 3, 0);
        expect_row(TCONV_SPARSEMAX, z[r], sparse[r], 3, 0);
    }
    static const double partly[] = {-INFINITY, 0}, log_y[] = {-INFINITY, 0};
    static const double y[] = {0, 1};
    expect_row(TCONV_SOFTMAX, partly, y, 2, 0);
    expect_row(TCONV_LOG_SOFTMAX, partly, log_y, 2, 0);
    expect_row(TCONV_SPARSEMAX, partly, y, 2, 0);
    static const double large[] = {-3e38, 3e38, -80, 0}, one[] = {0, 1, 0, 0};
    expect_row(TCONV_SOFTMAX, large, one, 4, 0);
    expect_row(TCONV_SPARSEMAX, large, one, 4, 0);
}

/* Where float64 alone would round -700.4 by 250 ulp, and lose e^-60 beside 1. */
Test(activation_rows, last_digits)
{
    const double far[] = {-700.3, -0.7, 0.1};
    double y[3];
    const long double total = expl(far[0]) + expl(far[1]) + expl(far[2]);
    tconv_softmax_f64(far, y, 3);
    cr_expect_leq(steps_f64(y[0], (double)(expl(far[0]) / total)), 2);
    const double apart[] = {0, -60};
    const float single[] = {0, -60};
    float single_y[2];
    tconv_log_softmax_f64(apart, y, 2);
    tconv_log_softmax_f32(single, single_y, 2);
    cr_expect_leq(steps_f64(y[0], (double)-expl(-60)), 2);
    cr_expect_leq(steps_f32(single_y[0], (float)-expl(-60)), 2);
    cr_expect(y[1] == -60 && single_y[1] == -60);
}

Test(activation_rows, backward_is_the_jacobian)
{
    static const double dy[] = {0.3, -1.2, 0.7, 2}, z[] = {1, 1.2, 0.5, -1};
    const double h = 1e-6;
    for (size_t f = 0; f < COUNT(rows); f++) {
        const struct tconv_activation a = {rows[f], 0, 0, 0};
        double y[4] = {0}, dz[4], up[4], down[4];
        float single_y[4], single_dz[4];
        const float single_dy[] = {0.3f, -1.2f, 0.7f, 2};
        tconv_activate_row_f64(&a, z, y, 4);
        tconv_back_through_row_f64(&a, y, dy, dz, 4);
        for (size_t i = 0; i < 4; i++)
            single_y[i] = (float)y[i];
        tconv_back_through_row_f32(&a, single_y, single_dy, single_dz, 4);
        for (size_t i = 0; i < 4; i++) {
            double rise = 0;
            memcpy(up, z, sizeof up);
            memcpy(down, z, sizeof down);
            up[i] += h;
            down[i] -= h;
            tconv_activate_row_f64(&a, up, up, 4);
            tconv_activate_row_f64(&a, down, down, 4);
            for (size_t k = 0; k < 4; k++)
                rise += dy[k] * (up[k] - down[k]);
            cr_expect(fabs(dz[i] - rise / (2 * h)) < 1e-9, "function %d", (int)rows[f]);
            cr_expect(fabs((double)single_dz[i] - dz[i]) < 3e-7);
        }
    }
}

Test(activation_rows, backward_writes_in_steps)
{
    static const double y[] = {0.25, 0.75, 0}, dy[] = {1, 2, 3};
    double dz[6] = {9, 9, 9, 9, 9, 9};
    tconv_sparsemax_backward_f64(y, dy, dz, 3, 2);
    static const double want[] = {-0.5, 9, 0.5, 9, 0, 9};
    for (size_t i = 0; i < COUNT(want); i++)
        cr_expect_eq(dz[i], want[i]);
}
