/*
 * The runtime's regularizers, constraints and optimizers on values worked by hand (the
 * specification's F), gradients against differences, and gen/training: what a config
 * means in each generation. tests/training has what real Keras computes.
 */
#include <criterion/criterion.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "spec_reading.h"
#include "tconv_training.h"
#include "training.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

/* Kernel (1, 1, 2, 2) = [[1, -2], [3, -4]]: the specification's vectors. */
static const struct tconv_shape example_shape = {4, {1, 1, 2, 2}};
static const float example[4] = {1, -2, 3, -4};

/* To a few roundings of float, and the 1e-7 that stands beside a norm. */
static void expect_near(double got, double want)
{
    cr_expect(fabs(got - want) <= 0x1p-22 * fmax(1, fabs(want)),
              "got %.9g, expected %.9g", got, want);
}

static struct tconv_regularizer l1l2(double l1, double l2)
{
    return (struct tconv_regularizer){.kind = TCONV_L1L2, .l1 = l1, .l2 = l2};
}

static double example_loss(double l1, double l2)
{
    const struct tconv_regularizer r = l1l2(l1, l2);
    return tconv_regularizer_loss(&r, TCONV_FLOAT32, &example_shape, example);
}

Test(training, losses_of_the_specification)
{
    expect_near(example_loss(0.1, 0), 1);
    expect_near(example_loss(0, 0.1), 3);
    expect_near(example_loss(0.1, 0.1), 4);
    const struct tconv_regularizer none = {.kind = TCONV_UNREGULARIZED};
    cr_expect_eq(tconv_regularizer_loss(&none, TCONV_FLOAT32, &example_shape, example),
                 0);
    const struct tconv_shape matrix = {2, {2, 2}};
    const double rows[4] = {1, 0, 1, 1};
    struct tconv_regularizer r = {.kind = TCONV_ORTHOGONAL_ROWS, .factor = 0.1};
    expect_near(tconv_regularizer_loss(&r, TCONV_FLOAT64, &matrix, rows), 0.0707106781);
    r.by_columns = 1;
    expect_near(tconv_regularizer_loss(&r, TCONV_FLOAT64, &matrix, rows), 0.0707106781);
}

Test(training, infinite_sums_without_a_coefficient_do_not_count)
{
    const struct tconv_shape shape = {1, {2}};
    const float w[2] = {INFINITY, 1};
    const struct tconv_regularizer r = l1l2(0, 0);
    cr_expect_eq(tconv_regularizer_loss(&r, TCONV_FLOAT32, &shape, w), 0);
}

Test(training, an_activity_is_divided_by_its_batch)
{
    const struct tconv_shape shape = {4, {4, 2, 2, 3}}, none = {4, {0, 2, 2, 3}};
    struct tconv_regularizer r = l1l2(0, 0.1);
    float y[48], dy[48];
    for (size_t e = 0; e < COUNT(y); e++)
        y[e] = dy[e] = 1;
    expect_near(tconv_activity_loss(&r, TCONV_FLOAT32, &shape, y), 4.8);
    r.divides_by_batch = 1;
    expect_near(tconv_activity_loss(&r, TCONV_FLOAT32, &shape, y), 1.2);
    cr_expect_eq(tconv_activity_loss(&r, TCONV_FLOAT32, &none, y), 0);
    tconv_activity_add_gradient(&r, TCONV_FLOAT32, &shape, y, dy);
    expect_near((double)dy[47], 1.05);
    tconv_activity_add_gradient(&r, TCONV_FLOAT32, &none, y, NULL);
}

/* Central differences of the loss; the third derivative is small at these points. */
static void expect_gradient(const struct tconv_regularizer *r,
                            const struct tconv_shape *shape, const double *at)
{
    const double h = 1e-5;
    const size_t n = tconv_elements(shape);
    double w[12], dw[12];
    memcpy(w, at, n * sizeof *w);
    for (size_t e = 0; e < n; e++)
        dw[e] = 5;
    tconv_regularizer_add_gradient(r, TCONV_FLOAT64, shape, w, dw);
    for (size_t e = 0; e < n; e++) {
        w[e] = at[e] + h;
        const double above = tconv_regularizer_loss(r, TCONV_FLOAT64, shape, w);
        w[e] = at[e] - h;
        const double below = tconv_regularizer_loss(r, TCONV_FLOAT64, shape, w);
        w[e] = at[e];
        cr_expect(fabs((above - below) / (2 * h) - (dw[e] - 5)) < 1e-8, "element %zu", e);
    }
}

Test(training, gradients_are_those_of_the_losses)
{
    static const double w[12] = {0.3, -0.7, 1.1, 0.2,  -0.4, 0.9,
                                 0.8, 0.1,  0.6, -0.5, 0.35, -1.2};
    static const struct tconv_shape shape = {2, {3, 4}};
    const struct tconv_regularizer sum = l1l2(0.3, 0.2);
    expect_gradient(&sum, &shape, w);
    for (int by_columns = 0; by_columns <= 1; by_columns++)
        for (int k = 0; k <= 1; k++) {
            const struct tconv_regularizer r = {.kind = TCONV_ORTHOGONAL_ROWS,
                                                .factor = 0.1,
                                                .by_columns = by_columns,
                                                .unit_length = (enum tconv_unit_length)k};
            expect_gradient(&r, &shape, w);
        }
}

/* Scaled by a limit that no longer follows it, a vector changes the loss in proportion.
 */
Test(training, vectors_of_almost_no_length)
{
    static const struct tconv_shape shape = {2, {2, 2}};
    static const double w[4] = {1e-9, 2e-9, 1, 0};
    for (int k = 0; k <= 1; k++) {
        const struct tconv_regularizer r = {.kind = TCONV_ORTHOGONAL_ROWS,
                                            .factor = 1,
                                            .unit_length = (enum tconv_unit_length)k};
        const double scale = k == 0 ? 1e6 : 1e7;
        double dw[4] = {0};
        cr_expect(fabs(tconv_regularizer_loss(&r, TCONV_FLOAT64, &shape, w) -
                       1e-9 * scale) < 1e-12);
        tconv_regularizer_add_gradient(&r, TCONV_FLOAT64, &shape, w, dw);
        cr_expect(fabs(dw[0] / scale - 1) < 1e-9 && dw[1] == 0);
    }
}

static void expect_constrained(struct tconv_constraint c, const double want[4])
{
    float w[4];
    memcpy(w, example, sizeof w);
    tconv_constrain(&c, TCONV_FLOAT32, &example_shape, w);
    for (size_t e = 0; e < 4; e++)
        expect_near((double)w[e], want[e]);
}

Test(training, constraints_of_the_specification)
{
    expect_constrained(
        (struct tconv_constraint){.kind = TCONV_MAX_NORM, .max_value = 2, .axes = 11u},
        (double[]){0.8944272, -1.7888544, 1.2, -1.6});
    expect_constrained((struct tconv_constraint){.kind = TCONV_MIN_MAX_NORM,
                                                 .min_value = 3,
                                                 .max_value = 4,
                                                 .rate = 0.5,
                                                 .axes = 11u},
                       (double[]){1.1708204, -2.3416407, 2.7, -3.6});
    expect_constrained((struct tconv_constraint){.kind = TCONV_UNIT_NORM, .axes = 1u},
                       (double[]){1, -1, 1, -1});
    expect_constrained((struct tconv_constraint){.kind = TCONV_NON_NEG_TF},
                       (double[]){1, 0, 3, 0});
    expect_constrained((struct tconv_constraint){.kind = TCONV_NON_NEG_KERAS3},
                       (double[]){1, 0, 3, 0});
    expect_constrained((struct tconv_constraint){.kind = TCONV_UNCONSTRAINED},
                       (double[]){1, -2, 3, -4});
}

Test(training, non_neg_of_each_generation_at_the_edges)
{
    const struct tconv_shape shape = {1, {3}};
    const struct tconv_constraint tf = {.kind = TCONV_NON_NEG_TF},
                                  new = {.kind = TCONV_NON_NEG_KERAS3};
    double w[3] = {-INFINITY, NAN, INFINITY}, v[3] = {-INFINITY, NAN, INFINITY};
    tconv_constrain(&tf, TCONV_FLOAT64, &shape, w);
    cr_expect(isnan(w[0]) && isnan(w[1]) && w[2] == INFINITY);
    tconv_constrain(&new, TCONV_FLOAT64, &shape, v);
    cr_expect(v[0] == 0 && isnan(v[1]) && v[2] == INFINITY);
}

/* Squares of m x m of the numbers 0, 1, ...; want has one value for each ring. */
static void expect_rings(size_t m, const double *want)
{
    const struct tconv_shape shape = {4, {m, m, 1, 2}};
    const struct tconv_constraint c = {.kind = TCONV_RADIAL};
    double w[72];
    for (size_t e = 0; e < 2 * m * m; e++)
        w[e] = (double)(e / 2) * (e % 2 == 0 ? 1 : -1);
    tconv_constrain(&c, TCONV_FLOAT64, &shape, w);
    for (size_t p = 0; p < m; p++)
        for (size_t q = 0; q < m; q++) {
            const size_t to_p = p < m - 1 - p ? p : m - 1 - p;
            const size_t to_q = q < m - 1 - q ? q : m - 1 - q;
            const double value = want[(m - 1) / 2 - (to_p < to_q ? to_p : to_q)];
            cr_expect(w[2 * (p * m + q)] == value && w[2 * (p * m + q) + 1] == -value,
                      "%zu: row %zu, column %zu", m, p, q);
        }
}

Test(training, radial_takes_rings_from_the_diagonal)
{
    expect_rings(2, (double[]){0});
    expect_rings(3, (double[]){0, 4});  /* the middle from (0, 0), its ring from (1, 1) */
    expect_rings(4, (double[]){5, 15}); /* from (1, 1) and (3, 3) */
    expect_rings(5, (double[]){6, 12, 18}); /* from (1, 1), (2, 2), (3, 3) */
    expect_rings(6, (double[]){14, 28, 35});
}

Test(training, refusals_of_shapes)
{
    const struct tconv_regularizer orthogonal = {.kind = TCONV_ORTHOGONAL_ROWS},
                                   sum = l1l2(1, 1);
    const struct tconv_constraint radial = {.kind = TCONV_RADIAL},
                                  norm = {.kind = TCONV_UNIT_NORM, .axes = 8u};
    const struct tconv_shape bias = {1, {4}}, matrix = {2, {3, 4}},
                             one = {4, {1, 1, 2, 2}}, oblong = {4, {3, 2, 2, 2}},
                             square = {4, {3, 3, 2, 2}};
    cr_expect_null(tconv_regularizer_refusal(&orthogonal, &matrix));
    cr_expect_not_null(tconv_regularizer_refusal(&orthogonal, &square));
    cr_expect_null(tconv_regularizer_refusal(&sum, &bias));
    cr_expect_null(tconv_constraint_refusal(&radial, &square));
    cr_expect_not_null(tconv_constraint_refusal(&radial, &one));
    cr_expect_not_null(tconv_constraint_refusal(&radial, &oblong));
    cr_expect_not_null(tconv_constraint_refusal(&radial, &bias));
    cr_expect_null(tconv_constraint_refusal(&norm, &square));
    cr_expect_not_null(tconv_constraint_refusal(&norm, &matrix));
}

Test(training, sizes_of_state)
{
    struct tconv_optimizer sgd = TCONV_SGD_DEFAULT, adam = TCONV_ADAM_DEFAULT;
    cr_expect_eq(tconv_optimizer_state_size(&sgd, 5), 0);
    sgd.momentum = 0.5;
    cr_expect_eq(tconv_optimizer_state_size(&sgd, 5), 5);
    cr_expect_eq(tconv_optimizer_state_size(&adam, 5), 10);
    adam.amsgrad = 1;
    cr_expect_eq(tconv_optimizer_state_size(&adam, 5), 15);
}

/* The examples in Keras's documentation of SGD: steps of 0.1, then 0.18. */
Test(training, momentum_lengthens_the_second_step)
{
    struct tconv_optimizer sgd = TCONV_SGD_DEFAULT;
    sgd.learning_rate = 0.1;
    sgd.momentum = 0.9;
    float w = 1, m = 0, g = w;
    tconv_optimizer_update(&sgd, TCONV_FLOAT32, 1, 1, &g, &w, &m);
    expect_near((double)w, 0.9);
    g = w;
    tconv_optimizer_update(&sgd, TCONV_FLOAT32, 2, 1, &g, &w, &m);
    expect_near((double)w, 0.72);
}

/* Without history and epsilon Adam's step is the learning rate, which Keras keeps as a
 * float. */
Test(training, adam_steps_by_its_rate)
{
    struct tconv_optimizer adam = TCONV_ADAM_DEFAULT;
    cr_expect(adam.beta_1 == 0.9 && adam.beta_2 == 0.999 && adam.epsilon == 1e-7);
    adam.beta_1 = 0.5;
    adam.beta_2 = 0.75;
    adam.epsilon = 0;
    double w = 0, state[2] = {0};
    const double g = 3;
    tconv_optimizer_update(&adam, TCONV_FLOAT64, 1, 1, &g, &w, state);
    cr_expect_eq(w, -(double)0.001f);
    cr_expect(state[0] == 1.5 && state[1] == 2.25);
}

Test(training, a_step_regularizes_then_updates_then_constrains)
{
    const struct tconv_optimizer sgd = {.kind = TCONV_SGD, .learning_rate = 0.5};
    const struct tconv_regularizer r = l1l2(0, 0.25);
    const struct tconv_constraint c = {.kind = TCONV_NON_NEG_KERAS3};
    double w[2] = {1, 1}, dw[2] = {0.5, 4};
    const struct tconv_variable v = {TCONV_FLOAT64, {1, {2}}, &r, &c, w, dw, NULL};
    tconv_training_step(&sgd, 1, &v);
    cr_expect(w[0] == 0.5 && w[1] == 0, "%g %g", w[0], w[1]);
    cr_expect(dw[0] == 1 && dw[1] == 4.5);
}

static void derive(struct reading *reading, struct tconv_training *training,
                   const char *more)
{
    struct text json = {0};
    text_print(&json, "{\"filters\": 4, \"kernel_size\": 3%s}", more);
    read_ok(reading, text_string(&json));
    text_free(&json);
    cr_assert(training_derive(training, &reading->spec, &reading->err), "%s",
              reading->err.message);
    drop(reading);
}

static void expect_penalties(const char *value, bool is_tf, double l1, double l2)
{
    struct reading reading;
    struct tconv_training t;
    char more[256];
    snprintf(more, sizeof more, "%s, \"bias_regularizer\": %s",
             is_tf ? ", \"groups\": 1" : "", value);
    derive(&reading, &t, more);
    const struct tconv_regularizer *r = &t.bias_regularizer;
    cr_expect(r->kind == TCONV_L1L2 && r->l1 == l1 && r->l2 == l2 && r->divides_by_batch,
              "%s: %g %g", more, r->l1, r->l2);
    cr_expect_eq(t.kernel_regularizer.kind, TCONV_UNREGULARIZED);
}

Test(training, regularizers_by_every_form)
{
    expect_penalties("\"l1\"", false, (double)0.01f, 0);
    expect_penalties("\"L2\"", false, 0, 0.01);
    expect_penalties("\"l1l2\"", false, 0, 0);
    expect_penalties("\"L1L2\"", true, 0, 0);
    expect_penalties("\"l1_l2\"", true, (double)0.01f, (double)0.01f);
    expect_penalties("{\"class_name\": \"L1L2\", \"config\": {\"l1\": 0.5}}", false, 0.5,
                     0);
    expect_penalties("{\"class_name\": \"L2\", \"config\": {\"l2\": -0.5}}", true, 0,
                     -0.5);
    expect_penalties("{\"module\": \"keras.regularizers\", \"class_name\": \"L1\", "
                     "\"config\": {\"l1\": 0.25}, \"registered_name\": null}",
                     false, 0.25, 0);
}

static struct tconv_constraint constraint(const char *key, const char *value, bool is_tf)
{
    struct reading reading;
    struct tconv_training t;
    char more[256];
    snprintf(more, sizeof more, "%s, \"%s\": %s", is_tf ? ", \"groups\": 1" : "", key,
             value);
    derive(&reading, &t, more);
    return strcmp(key, "kernel_constraint") == 0 ? t.kernel_constraint
                                                 : t.bias_constraint;
}

Test(training, constraints_by_every_form)
{
    const char *const kernel = "kernel_constraint", *const bias = "bias_constraint";
    struct tconv_constraint c = constraint(kernel, "\"max_norm\"", false);
    cr_expect(c.kind == TCONV_MAX_NORM && c.max_value == 2 && c.axes == 1);
    c = constraint(bias, "\"unitnorm\"", true);
    cr_expect(c.kind == TCONV_UNIT_NORM && c.axes == 1);
    c = constraint(kernel,
                   "{\"class_name\": \"MinMaxNorm\", \"config\": {\"min_value\": 0.5, "
                   "\"rate\": 0.25, \"axis\": [0, -3, 3]}}",
                   false);
    cr_expect(c.kind == TCONV_MIN_MAX_NORM && c.min_value == 0.5 && c.max_value == 1 &&
              c.rate == 0.25 && c.axes == 11);
    c = constraint(kernel,
                   "{\"module\": \"keras.constraints\", \"class_name\": \"UnitNorm\", "
                   "\"config\": {\"axis\": null}, \"registered_name\": null}",
                   false);
    cr_expect(c.kind == TCONV_UNIT_NORM && c.axes == 15);
    cr_expect_eq(constraint(bias, "\"non_neg\"", false).kind, TCONV_NON_NEG_KERAS3);
    cr_expect_eq(constraint(bias, "\"nonneg\"", true).kind, TCONV_NON_NEG_TF);
    cr_expect_eq(constraint(kernel, "\"radial_constraint\"", true).kind, TCONV_RADIAL);
}

Test(training, orthogonal_is_read_with_its_generation)
{
    struct reading reading;
    struct tconv_training t;
    derive(&reading, &t, ", \"kernel_regularizer\": \"OrthogonalRegularizer\"");
    const struct tconv_regularizer *r = &t.kernel_regularizer;
    cr_expect(r->kind == TCONV_ORTHOGONAL_ROWS && r->factor == (double)0.01f &&
              !r->by_columns && r->unit_length == TCONV_UNIT_LENGTH_KERAS3);
    derive(&reading, &t,
           ", \"groups\": 1, \"kernel_regularizer\": {\"class_name\": "
           "\"OrthogonalRegularizer\", \"config\": {\"mode\": \"columns\"}}");
    cr_expect(r->by_columns && r->unit_length == TCONV_UNIT_LENGTH_TF);
}
