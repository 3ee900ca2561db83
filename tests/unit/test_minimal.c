/* minimal: F(m, r) computes a correlation exactly, and its programs are its matrices. */
#include <criterion/criterion.h>

#include "minimal.h"

/* Whole numbers of few digits: every product and sum below is exact in double, up to the
 * thirds and fifteenths that G divides by. */
static double value_of(struct fraction f)
{
    return (double)f.over / (double)f.under;
}

static void multiply(const struct minimal_matrix *matrix, const double *x, double *y)
{
    for (size_t i = 0; i < matrix->n_rows; i++) {
        y[i] = 0;
        for (size_t j = 0; j < matrix->n_columns; j++)
            y[i] += value_of(matrix->entry[i][j]) * x[j];
    }
}

static void run(const struct minimal_program *program, const double *x, double *y)
{
    double value[4 * MINIMAL_POINTS] = {0};
    for (size_t i = 0; i < program->n_inputs; i++)
        value[i] = x[i];
    for (size_t s = 0; s < program->n_sums; s++) {
        double sum = 0;
        for (size_t t = 0; t < program->sum[s].n_terms; t++)
            sum += value_of(program->sum[s].term[t].factor) *
                   value[program->sum[s].term[t].value];
        value[program->n_inputs + s] = sum;
    }
    for (size_t r = 0; r < program->n_outputs; r++)
        y[r] = value[program->output[r]];
}

static void expect_correlation(const struct minimal *f)
{
    static const double d[MINIMAL_POINTS] = {3, -1, 4, 1, -5, 9};
    static const double g[MINIMAL_POINTS] = {2, -7, 1, 8, -2, 8};
    double window[MINIMAL_POINTS], taps[MINIMAL_POINTS], y[MINIMAL_POINTS];
    multiply(&f->b, d, window);
    multiply(&f->g, g, taps);
    for (size_t l = 0; l < f->points; l++)
        window[l] *= taps[l];
    multiply(&f->a, window, y);
    for (size_t i = 0; i < f->outputs; i++) {
        double expected = 0;
        for (size_t j = 0; j < f->taps; j++)
            expected += d[i + j] * g[j];
        cr_expect_float_eq(y[i], expected, 1e-11,
                           "F(%zu, %zu) output %zu: got %g, not %g", f->outputs, f->taps,
                           i, y[i], expected);
    }
}

static void expect_program(const struct minimal_matrix *matrix, bool transposed)
{
    static const double x[MINIMAL_POINTS] = {1, 10, 100, 1000, 10000, 100000};
    const struct minimal_program program = minimal_compile(matrix, transposed);
    double got[MINIMAL_POINTS], expected[MINIMAL_POINTS];
    struct minimal_matrix turned = *matrix;
    if (transposed) {
        turned.n_rows = matrix->n_columns;
        turned.n_columns = matrix->n_rows;
        for (size_t i = 0; i < turned.n_rows; i++)
            for (size_t j = 0; j < turned.n_columns; j++)
                turned.entry[i][j] = matrix->entry[j][i];
    }
    run(&program, x, got);
    multiply(&turned, x, expected);
    cr_expect_eq(program.n_outputs, turned.n_rows);
    for (size_t r = 0; r < turned.n_rows; r++)
        cr_expect_float_eq(got[r], expected[r], 1e-6);
}

Test(minimal, every_filter_computes_its_correlation_by_the_least_products)
{
    for (size_t taps = 1; taps <= MINIMAL_POINTS; taps++)
        for (size_t outputs = 1; outputs + taps - 1 <= MINIMAL_POINTS; outputs++) {
            const struct minimal f = minimal_derive(outputs, taps);
            cr_expect_eq(f.points, outputs + taps - 1);
            cr_expect_geq(f.growth, 1);
            cr_expect_geq(f.gradient_growth, 1);
            expect_correlation(&f);
        }
}

Test(minimal, programs_compute_what_their_matrices_do)
{
    for (size_t taps = 1; taps <= MINIMAL_POINTS; taps++)
        for (size_t outputs = 1; outputs + taps - 1 <= MINIMAL_POINTS; outputs++) {
            const struct minimal f = minimal_derive(outputs, taps);
            for (int transposed = 0; transposed < 2; transposed++) {
                expect_program(&f.a, transposed);
                expect_program(&f.b, transposed);
                expect_program(&f.g, transposed);
            }
        }
}

/* F(3, 2): d0 - d2, d1 + d2, d2 - d1, d3 - d1 by hand, up to signs. */
Test(minimal, four_points_need_four_additions_and_whole_factors)
{
    const struct minimal f = minimal_derive(3, 2);
    const struct minimal_program window = minimal_compile(&f.b, false);
    cr_expect_eq(minimal_operations(&window), 4);
    for (size_t i = 0; i < f.b.n_rows; i++)
        for (size_t j = 0; j < f.b.n_columns; j++)
            cr_expect_eq(f.b.entry[i][j].under, 1);
    cr_expect_eq(f.growth, 4);
}

/* x0 + 2 x1 + 3 x2 and x0 - 2 x1 + 3 x2 share x0 + 3 x2. */
Test(minimal, common_subexpressions_are_taken_out)
{
    const struct minimal_matrix pair = {
        .n_rows = 2,
        .n_columns = 3,
        .entry = {{{1, 1}, {2, 1}, {3, 1}}, {{1, 1}, {-2, 1}, {3, 1}}}};
    const struct minimal_program program = minimal_compile(&pair, false);
    cr_expect_eq(minimal_operations(&program), 3);
    expect_program(&pair, false);
}
