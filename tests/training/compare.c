/*
 * compare: training in C against what Keras computed for the same layers.
 *
 *     compare CASES...
 *
 * CASES are files of reference.py. Prints one line per result that differs by more than
 * stated here, then the largest differences, then 'N passed, M failed'. Exits 1 when one
 * failed, 2 when a file could not be read.
 *
 * Gradients, constraints without a norm and updates without one must be equal. A sum of n
 * terms, which TensorFlow makes in an order of its own, may differ by (n + 8) units of
 * rounding (2^-24, for float64 2^-53) of the sum of magnitudes: n - 1 additions and the
 * few operations around it. So may a loss, and a norm, relative to each weight under it;
 * over UPDATES steps the differences of norms add up. The orthogonal regularizer, all
 * sums, has its bound at compare_matrix. Losses of a training agree to 1e-4.
 */
#include "compare.h"

#include <math.h>
#include <string.h>

enum { UPDATES = 50 };

double value_of(const struct run *run, const void *values, size_t e)
{
    return run->c.spec.type == TCONV_FLOAT32 ? (double)((const float *)values)[e]
                                             : ((const double *)values)[e];
}

static double unit(const struct run *run)
{
    return ldexp(1, run->c.spec.type == TCONV_FLOAT32 ? -24 : -53);
}

void expect_within(struct run *run, const char *what, double got, double want,
                   double bound, size_t e)
{
    const double error = fabs(got - want);
    if (error <= bound || (isnan(got) && isnan(want)))
        return;
    if (!run->failed)
        printf("FAILED: %s: %s[%zu]: got %.17g; Keras %.17g, further than %.3g\n",
               run->c.name, what, e, got, want, bound);
    run->failed = true;
}

/* A loss, whose terms have magnitudes as the loss with positive coefficients adds up. */
static void compare_loss(struct run *run, const char *name,
                         const struct tconv_regularizer *r,
                         const struct tconv_shape *shape, const void *w, bool is_activity)
{
    char what[CASE_NAME_BYTES];
    const enum tconv_type type = run->c.spec.type;
    struct tconv_regularizer magnitudes = *r;
    magnitudes.l1 = fabs(r->l1);
    magnitudes.l2 = fabs(r->l2);
    const double sum = is_activity ? tconv_activity_loss(&magnitudes, type, shape, w)
                                   : tconv_regularizer_loss(&magnitudes, type, shape, w);
    const double loss = is_activity ? tconv_activity_loss(r, type, shape, w)
                                    : tconv_regularizer_loss(r, type, shape, w);
    const double bound = ((double)tconv_elements(shape) + 8) * unit(run) * sum;
    snprintf(what, sizeof what, "%s_loss", name);
    const double *want = case_find(&run->c, what, 1, run->err);
    if (want != NULL)
        expect_within(run, what, loss, *want, bound, 0);
    if (sum > 0 && want != NULL)
        run->worst_loss = fmax(run->worst_loss, fabs(loss - *want) / sum / unit(run));
}

static bool has_norm(const struct tconv_constraint *c)
{
    return c->kind == TCONV_MAX_NORM || c->kind == TCONV_MIN_MAX_NORM ||
           c->kind == TCONV_UNIT_NORM;
}

/* How many weights stand under one norm. */
static size_t norm_terms(const struct tconv_constraint *c,
                         const struct tconv_shape *shape)
{
    size_t n = 1;
    for (size_t a = 0; a < shape->rank; a++)
        n *= c->axes >> a & 1u ? shape->size[a] : 1;
    return n;
}

/* bound: 0, or relative to each value (is_each) or to the largest. */
static void compare_values(struct run *run, const char *name, const char *suffix,
                           const void *got, size_t n, double bound, bool is_each)
{
    char what[CASE_NAME_BYTES];
    double largest = 0;
    snprintf(what, sizeof what, "%s_%s", name, suffix);
    const double *want = case_find(&run->c, what, n, run->err);
    for (size_t e = 0; want != NULL && e < n; e++)
        largest = fmax(largest, fabs(want[e]));
    for (size_t e = 0; want != NULL && e < n; e++)
        expect_within(run, what, value_of(run, got, e), want[e],
                      bound == 0 ? 0 : bound * (is_each ? fabs(want[e]) : largest), e);
}

static void compare_updates(struct run *run, const struct weight *w)
{
    const size_t n = tconv_elements(&w->shape);
    struct tconv_variable variable = {
        run->c.spec.type, w->shape, w->regularizer, w->constraint, NULL, NULL, NULL};
    variable.value = case_draw(&run->c, w->group, n, 4, run->arena, run->err);
    variable.state = arena_take(
        run->arena, tconv_optimizer_state_size(&run->c.optimizer, n), 8, run->err);
    for (size_t step = 1; step <= UPDATES && !run->err->is_set; step++) {
        variable.gradient =
            case_draw(&run->c, w->gradients + step * 1000, n, 1, run->arena, run->err);
        if (variable.gradient != NULL && !run->err->is_set)
            tconv_training_step(&run->c.optimizer, step, &variable);
    }
    const double terms = (double)norm_terms(w->constraint, &w->shape) + 8;
    if (!run->err->is_set)
        compare_values(run, w->name, "updated", variable.value, n,
                       has_norm(w->constraint) ? UPDATES * terms * unit(run) : 0, false);
}

static void compare_weight(struct run *run, const struct weight *w)
{
    const enum tconv_type type = run->c.spec.type;
    const size_t n = tconv_elements(&w->shape);
    void *value = case_draw(&run->c, w->group, n, 4, run->arena, run->err);
    void *gradient = case_draw(&run->c, w->gradients, n, 1, run->arena, run->err);
    if (run->err->is_set)
        return;
    compare_loss(run, w->name, w->regularizer, &w->shape, value, false);
    tconv_regularizer_add_gradient(w->regularizer, type, &w->shape, value, gradient);
    compare_values(run, w->name, "gradient", gradient, n, 0, true);
    tconv_constrain(w->constraint, type, &w->shape, value);
    const double terms = (double)norm_terms(w->constraint, &w->shape) + 8;
    compare_values(run, w->name, "constrained", value, n,
                   has_norm(w->constraint) ? terms * unit(run) : 0, true);
    compare_updates(run, w);
}

/* The loss of the y that Keras computed, and its gradient added to a drawn dy. */
static void compare_activity(struct run *run)
{
    const struct tconv_regularizer *r = &run->c.training.activity_regularizer;
    const enum tconv_type type = run->c.spec.type;
    const struct tconv_shape shape =
        tconv_output_shape(&run->c.geometry.layer, run->c.batch);
    const size_t n = tconv_elements(&shape);
    const double *wide = case_find(&run->c, "y", n, run->err);
    void *dy = case_draw(&run->c, CASE_DY, n, 1, run->arena, run->err);
    float *narrow = arena_take(run->arena, n, sizeof(float), run->err);
    for (size_t e = 0; !run->err->is_set && e < n; e++)
        narrow[e] = (float)wide[e];
    const void *y = type == TCONV_FLOAT32 ? (const void *)narrow : wide;
    if (run->err->is_set)
        return;
    compare_loss(run, "y", r, &shape, y, true);
    tconv_activity_add_gradient(r, type, &shape, y, dy);
    compare_values(run, "y", "gradient", dy, n, 0, true);
}

/*
 * Loss: sums of products of scaled values, each off by (length + 8) units; the pairs add
 * n * n / 2 of those. Gradient: for each of the other vectors two terms of weight/length
 * at most, off by as much.
 */
static void compare_matrix(struct run *run)
{
    const struct tconv_regularizer *r = &run->c.training.kernel_regularizer;
    const struct tconv_shape *shape = &run->c.matrix;
    const size_t size = tconv_elements(shape), n = shape->size[r->by_columns ? 1 : 0];
    void *w = case_draw(&run->c, CASE_KERNEL, size, 4, run->arena, run->err);
    float *gradient = arena_take(run->arena, size, sizeof *gradient, run->err);
    const double *loss = case_find(&run->c, "kernel_loss", 1, run->err);
    const double *want = case_find(&run->c, "kernel_gradient", size, run->err);
    if (run->err->is_set)
        return;
    double smallest = INFINITY;
    for (size_t v = 0; v < n; v++) {
        double square = 0;
        for (size_t k = 0; k < size / n; k++) {
            const double value =
                value_of(run, w, r->by_columns ? k * n + v : v * (size / n) + k);
            square += value * value;
        }
        smallest = fmin(smallest, sqrt(square));
    }
    const double pairs = (double)(n * (n - 1)) / 2;
    const double relative = 2 * ((double)(size / n) + (double)(n * n) + 8) * unit(run);
    const double slope = 2 * r->factor / pairs * (double)n / smallest;
    expect_within(run, "kernel_loss", tconv_regularizer_loss(r, TCONV_FLOAT32, shape, w),
                  *loss, relative * r->factor, 0);
    tconv_regularizer_add_gradient(r, TCONV_FLOAT32, shape, w, gradient);
    for (size_t e = 0; e < size; e++)
        expect_within(run, "kernel_gradient", (double)gradient[e], want[e],
                      relative * slope, e);
}

static void compare_case(struct run *run)
{
    const struct tconv_layer *layer = &run->c.geometry.layer;
    const struct tconv_training *t = &run->c.training;
    const struct weight kernel = {"kernel",
                                  tconv_kernel_shape(layer),
                                  &t->kernel_regularizer,
                                  &t->kernel_constraint,
                                  CASE_KERNEL,
                                  CASE_GRADIENTS};
    const struct weight bias = {
        "bias",    tconv_bias_shape(layer), &t->bias_regularizer, &t->bias_constraint,
        CASE_BIAS, CASE_GRADIENTS + 50};
    if (run->c.is_matrix)
        compare_matrix(run);
    else if (case_has(&run->c, "losses"))
        compare_training(run, &kernel, &bias);
    else {
        compare_weight(run, &kernel);
        if (layer->use_bias)
            compare_weight(run, &bias);
        compare_activity(run);
    }
}

/* Adds to the counts; false when the file cannot be read. */
static bool compare_file(const char *path, struct run *total, size_t *passed,
                         size_t *failed)
{
    struct error err = {0};
    bool found = true;
    FILE *file = fopen(path, "r");
    if (file == NULL)
        error_set(&err, "%s: got no file", path);
    while (file != NULL && found && !err.is_set) {
        struct arena arena = {0};
        struct run run = {.arena = &arena, .err = &err};
        if (case_read(&run.c, file, &found, &arena, &err) && found) {
            compare_case(&run);
            ++*(run.failed || err.is_set ? failed : passed);
            total->worst_loss = fmax(total->worst_loss, run.worst_loss);
            total->worst_training = fmax(total->worst_training, run.worst_training);
        }
        arena_free(&arena);
    }
    if (file != NULL)
        fclose(file);
    if (err.is_set)
        fprintf(stderr, "compare: %s: %s\n", path, err.message);
    return !err.is_set;
}

int main(int argc, char *argv[])
{
    struct run total = {.failed = false};
    size_t passed = 0, failed = 0;
    for (int i = 1; i < argc; i++)
        if (!compare_file(argv[i], &total, &passed, &failed))
            return 2;
    printf("largest differences: losses %.2f units of rounding of their terms, "
           "losses while training %.2g of themselves\n",
           total.worst_loss, total.worst_training);
    printf("%zu passed, %zu failed\n", passed, failed);
    return failed == 0 && passed > 0 ? 0 : 1;
}
