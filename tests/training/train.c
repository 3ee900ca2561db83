/*
 * train: one layer trained in C, by its emitted kernel, on one batch and the mean squared
 * error; the loss of each step against Keras's.
 *
 * What is checked by the way: the emitted NAME_training holds what the config was read
 * as, and NAME_activity gives what the runtime gives, to the rounding of one fused
 * multiply-add.
 */
#include "compare.h"

#include <dlfcn.h>
#include <math.h>
#include <string.h>

#include "toolchain.h"
#include "training.h"

static const double loss_bound = 1e-4;

/* Everything of one training. */
struct trainer {
    struct run *run;
    struct built built;
    struct tconv_shape y_shape;
    size_t n_y;
    void *x, *target, *packed, *y, *saved, *dy, *dy_emitted, *workspace;
    struct tconv_variable kernel, bias;
    float (*activity_f32)(size_t batch, const float *y, float *dy);
    double (*activity_f64)(size_t batch, const double *y, double *dy);
};

static bool build(struct run *run, struct built *built)
{
    const struct plan_request request = {.target = target_find("portable", run->err),
                                         .unroll = PLAN_UNROLL_TILE,
                                         .backward = true,
                                         .max_statements = PLAN_MAX_STATEMENTS};
    struct emitted emitted;
    struct plan plan;
    if (!training_require(&run->c.spec, run->arena, run->err) ||
        !plan_choose(&plan, &run->c.geometry, &request, run->c.name, run->err) ||
        !emit_render(&emitted, "layer", &run->c.spec, &run->c.geometry, &plan, NULL,
                     run->arena, run->err))
        return false;
    const bool done = toolchain_build(built, &emitted, plan.target, run->err);
    emit_free(&emitted);
    return done;
}

static void *take(struct run *run, size_t bytes)
{
    return arena_take(run->arena, bytes, 1, run->err);
}

static struct tconv_variable start_variable(struct run *run, const struct weight *w)
{
    const size_t n = tconv_elements(&w->shape);
    const size_t state = tconv_optimizer_state_size(&run->c.optimizer, n);
    return (struct tconv_variable){
        .type = run->c.spec.type,
        .shape = w->shape,
        .regularizer = w->regularizer,
        .constraint = w->constraint,
        .value = case_draw(&run->c, w->group, n, 4, run->arena, run->err),
        .gradient = take(run, n * sizeof(double)),
        .state = take(run, state * sizeof(double))};
}

static bool start(struct trainer *t, const struct weight *kernel,
                  const struct weight *bias)
{
    struct run *run = t->run;
    const struct tconv_kernel *k = t->built.kernel;
    const size_t n_x = run->c.batch * run->c.geometry.x_size;
    t->y_shape = tconv_output_shape(&k->layer, run->c.batch);
    t->n_y = tconv_elements(&t->y_shape);
    t->x = case_draw(&run->c, CASE_X, n_x, 1, run->arena, run->err);
    t->target = case_draw(&run->c, CASE_TARGET, t->n_y, 1, run->arena, run->err);
    t->packed = take(run, k->packed_bytes);
    t->y = take(run, t->n_y * sizeof(double));
    t->saved = take(run, run->c.batch * k->saved_bytes);
    t->dy = take(run, t->n_y * sizeof(double));
    t->dy_emitted = take(run, t->n_y * sizeof(double));
    t->workspace = take(run, k->workspace_bytes);
    t->kernel = start_variable(run, kernel);
    t->bias = start_variable(run, bias);
    const bool is_float = run->c.spec.type == TCONV_FLOAT32;
    *(void **)&t->activity_f32 =
        is_float ? dlsym(t->built.library, "layer_activity") : NULL;
    *(void **)&t->activity_f64 =
        is_float ? NULL : dlsym(t->built.library, "layer_activity");
    return !run->err->is_set;
}

/* The mean squared error, and its gradient as dy, twice. */
static double square_error(struct trainer *t)
{
    double sum = 0;
    for (size_t e = 0; e < t->n_y; e++) {
        const double error = value_of(t->run, t->y, e) - value_of(t->run, t->target, e);
        const double gradient = 2 * error / (double)t->n_y;
        sum += error * error;
        if (t->run->c.spec.type == TCONV_FLOAT32)
            ((float *)t->dy)[e] = ((float *)t->dy_emitted)[e] = (float)gradient;
        else
            ((double *)t->dy)[e] = ((double *)t->dy_emitted)[e] = gradient;
    }
    return sum / (double)t->n_y;
}

/* The activity's loss; dy is the runtime's, which the emitted function has to repeat. */
static double add_activity(struct trainer *t)
{
    struct run *run = t->run;
    const struct tconv_regularizer *r = &run->c.training.activity_regularizer;
    const enum tconv_type type = run->c.spec.type;
    const double loss = tconv_activity_loss(r, type, &t->y_shape, t->y);
    double emitted = 0;
    tconv_activity_add_gradient(r, type, &t->y_shape, t->y, t->dy);
    if (t->activity_f32 != NULL)
        emitted = (double)t->activity_f32(run->c.batch, t->y, t->dy_emitted);
    if (t->activity_f64 != NULL)
        emitted = t->activity_f64(run->c.batch, t->y, t->dy_emitted);
    const double unit = ldexp(1, type == TCONV_FLOAT32 ? -24 : -53);
    expect_within(run, "layer_activity", emitted, loss, 4 * unit * fabs(loss), 0);
    for (size_t e = 0; e < t->n_y; e++) {
        const double largest =
            fabs(value_of(run, t->dy, e)) +
            (fabs(r->l1) + 2 * fabs(r->l2) * fabs(value_of(run, t->y, e)));
        expect_within(run, "layer_activity gradient", value_of(run, t->dy_emitted, e),
                      value_of(run, t->dy, e), 4 * unit * largest, e);
    }
    return loss;
}

/* One step; its loss, all parts, before the weights change. */
static double step(struct trainer *t, size_t number)
{
    const struct tconv_kernel *k = t->built.kernel;
    const struct tconv_training *all = &t->run->c.training;
    const size_t batch = t->run->c.batch;
    k->pack(t->kernel.value, t->bias.value, t->packed);
    k->forward_train(0, 1, batch, t->x, t->packed, t->y, t->saved, t->workspace);
    double loss = square_error(t) + add_activity(t);
    loss += tconv_regularizer_loss(&all->kernel_regularizer, k->layer.type,
                                   &t->kernel.shape, t->kernel.value);
    loss += k->layer.use_bias
                ? tconv_regularizer_loss(&all->bias_regularizer, k->layer.type,
                                         &t->bias.shape, t->bias.value)
                : 0;
    k->backward(0, 1, batch, t->x, t->packed, t->y, t->saved, t->dy, NULL,
                t->kernel.gradient, t->bias.gradient, t->workspace);
    tconv_training_step(&t->run->c.optimizer, number, &t->kernel);
    if (k->layer.use_bias)
        tconv_training_step(&t->run->c.optimizer, number, &t->bias);
    return loss;
}

static void compare_losses(struct trainer *t)
{
    struct run *run = t->run;
    const struct case_array *last = &run->c.arrays[run->c.n_arrays - 1];
    const double *want = case_find(&run->c, "losses", last->n, run->err);
    for (size_t i = 0; want != NULL && i < last->n; i++) {
        const double loss = step(t, i + 1);
        expect_within(run, "losses", loss, want[i], loss_bound * fabs(want[i]), i);
        run->worst_training =
            fmax(run->worst_training, fabs(loss - want[i]) / fabs(want[i]));
    }
}

static void check_emitted(struct trainer *t)
{
    const struct tconv_training *emitted = dlsym(t->built.library, "layer_training");
    const struct tconv_training *own = &t->run->c.training;
    const struct tconv_regularizer *a = &emitted->kernel_regularizer,
                                   *b = &own->kernel_regularizer;
    const struct tconv_constraint *c = &emitted->kernel_constraint,
                                  *d = &own->kernel_constraint;
    expect_within(t->run, "layer_training.kernel_regularizer",
                  a->kind == b->kind && a->l1 == b->l1 && a->l2 == b->l2, 1, 0, 0);
    expect_within(t->run, "layer_training.kernel_constraint",
                  c->kind == d->kind && c->axes == d->axes && c->rate == d->rate &&
                      c->min_value == d->min_value && c->max_value == d->max_value,
                  1, 0, 0);
}

void compare_training(struct run *run, const struct weight *kernel,
                      const struct weight *bias)
{
    struct trainer t = {.run = run};
    if (!build(run, &t.built))
        return;
    check_emitted(&t);
    if (start(&t, kernel, bias))
        compare_losses(&t);
    toolchain_release(&t.built);
}
