/* layer_training: losses, and steps of an optimizer. */
#include "layer_steps.h"

#include <stdlib.h>
#include <string.h>

#include "layer_words.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

enum { MOST_LOSSES = 32 };

bool run_losses(struct objects *o, char *rest, struct result *r)
{
    struct tconv_keras_loss list[MOST_LOSSES];
    size_t n;
    if (!tconv_keras_losses(LAYER, MOST_LOSSES, list, &n, &r->error))
        return false;
    for (size_t i = 0; i < n; i++)
        say(r, "%s%s", i == 0 ? "" : " ", list[i].is_symbolic ? "symbolic" : "value");
    return true;
}

bool run_losses_count(struct objects *o, char *rest, struct result *r)
{
    size_t n;
    if (!tconv_keras_losses(LAYER, 0, NULL, &n, &r->error))
        return false;
    say(r, "%zu", n);
    return true;
}

bool run_updates(struct objects *o, char *rest, struct result *r)
{
    size_t n;
    if (!tconv_keras_updates(LAYER, &n, &r->error))
        return false;
    say(r, "%zu", n);
    return true;
}

bool run_loss_values(struct objects *o, char *rest, struct result *r)
{
    struct tconv_keras_loss list[MOST_LOSSES];
    double values[MOST_LOSSES];
    size_t n, n_values = 0;
    if (!tconv_keras_losses(LAYER, MOST_LOSSES, list, &n, &r->error))
        return false;
    for (size_t i = 0; i < n; i++)
        if (!list[i].is_symbolic)
            values[n_values++] = list[i].value;
    return give(o, r, TCONV_FLOAT64, n_values, values);
}

static struct tconv_optimizer optimizer_of(char **rest)
{
    double a[5] = {0};
    const bool is_adam = strcmp(word(rest), "adam") == 0;
    for (size_t i = 0; i < COUNT(a) && *rest != NULL; i++)
        a[i] = strtod(word(rest), NULL);
    if (!is_adam)
        return (struct tconv_optimizer){.kind = TCONV_SGD,
                                        .learning_rate = a[0],
                                        .momentum = a[1],
                                        .nesterov = a[2] != 0};
    return (struct tconv_optimizer){.kind = TCONV_ADAM,
                                    .learning_rate = a[0],
                                    .beta_1 = a[1],
                                    .beta_2 = a[2],
                                    .epsilon = a[3],
                                    .amsgrad = a[4] != 0};
}

bool run_step(struct objects *o, char *rest, struct result *r)
{
    struct tconv_keras_layer *layer = LAYER;
    const struct tconv_optimizer optimizer = optimizer_of(&rest);
    return tconv_keras_step(layer, &optimizer, &r->error);
}

/* dloss/dy of the mean squared error, which is added to *loss. */
static void pull_to(const struct tconv_keras_tensor *y,
                    const struct tconv_keras_tensor *target,
                    const struct tconv_keras_tensor *dy, double *loss)
{
    const size_t n = elements(&y->shape);
    for (size_t i = 0; i < n; i++) {
        const double off =
            element(y->type, y->values, i) - element(y->type, target->values, i);
        *loss += off * off / (double)n;
        set_element(dy, i, 2 / (double)n * off);
    }
}

/* A training on one batch. */
struct training {
    struct tconv_keras_layer *layer;
    struct tconv_optimizer optimizer;
    struct tconv_keras_tensor x, y, target, dy;
};

/* One step; its whole loss. */
static bool train_once(struct training *t, double *total, struct result *r)
{
    struct tconv_keras_loss list[MOST_LOSSES];
    size_t n;
    *total = 0;
    if (!tconv_keras_call_recorded(t->layer, &t->x, &t->y, &r->error) ||
        !tconv_keras_losses(t->layer, MOST_LOSSES, list, &n, &r->error))
        return false;
    for (size_t i = 0; i < n; i++)
        *total += list[i].value;
    pull_to(&t->y, &t->target, &t->dy, total);
    return tconv_keras_backward(t->layer, t->dy.values, NULL, &r->error) &&
           tconv_keras_step(t->layer, &t->optimizer, &r->error);
}

bool run_train(struct objects *o, char *rest, struct result *r)
{
    struct training t = {.layer = LAYER};
    const enum tconv_type type = type_of(word(&rest));
    const struct tconv_keras_shape shape = shape_of(word(&rest));
    const long seed = integer(&rest);
    const size_t steps = (size_t)integer(&rest);
    t.optimizer = optimizer_of(&rest);
    t.x = draw(o, type, shape, seed, INPUT, 1);
    t.y = take_output(o, t.layer, &t.x);
    t.target = draw(o, type, t.y.shape, seed, TARGET, 1);
    t.dy = take(o, type, t.y.shape);
    double *totals = keep(o, steps, sizeof *totals);
    for (size_t i = 0; i < steps; i++)
        if (!train_once(&t, &totals[i], r))
            return false;
    return give(o, r, TCONV_FLOAT64, steps, totals);
}
