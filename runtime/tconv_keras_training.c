/* tconv_keras_training: recorded calls, their gradients, steps of an optimizer. */
#include <stdlib.h>
#include <string.h>

#include "tconv_keras_call.h"

void tconv_keras_free_record(struct tconv_keras_record *record)
{
    free(record->cast_x);
    free(record->kept);
}

void tconv_keras_forget(struct tconv_keras_layer *layer)
{
    while (layer->n_records > 0)
        tconv_keras_free_record(&layer->records[--layer->n_records]);
}

bool tconv_keras_call_recorded(struct tconv_keras_layer *layer,
                               const struct tconv_keras_tensor *x,
                               struct tconv_keras_tensor *y,
                               struct tconv_keras_error *error)
{
    struct tconv_keras_record *grown =
        tconv_keras_grow(layer->records, layer->n_records, sizeof *grown);
    if (grown == NULL)
        return tconv_keras_out_of_memory(error);
    layer->records = grown;
    if (!tconv_keras_compute(layer, x, y, &grown[layer->n_records], error))
        return false;
    layer->n_records++;
    return true;
}

/* ---- backward ---------------------------------------------------------------------- */

/* Buffers of one backward pass; what is not needed is NULL. */
struct buffers {
    void *dy; /* with the activity regularizer's gradient */
    void *dz; /* the generic kernel's */
    void *dw[TCONV_KERAS_MOST_WEIGHTS];
};

static void free_buffers(struct buffers *b)
{
    free(b->dy);
    free(b->dz);
    for (size_t i = 0; i < TCONV_KERAS_MOST_WEIGHTS; i++)
        free(b->dw[i]);
}

static bool take(size_t count, size_t bytes, void **out)
{
    *out = calloc(count + 1, bytes);
    return *out != NULL;
}

static bool take_buffers(const struct tconv_keras_layer *layer,
                         const struct tconv_keras_record *record, struct buffers *b)
{
    const size_t bytes = tconv_keras_type_bytes(record->layer.type);
    const struct tconv_layer *l = &record->layer;
    bool ok =
        take(record->batch, tconv_y_size(l) * bytes, &b->dy) &&
        (record->kernel != NULL || take(record->batch, tconv_z_size(l) * bytes, &b->dz));
    for (size_t i = 0; layer->arguments.spec.trainable && i < layer->weights->n; i++)
        ok = ok &&
             take(tconv_elements(&layer->weights->weight[i].shape), bytes, &b->dw[i]);
    return ok;
}

/* dloss/dy with what the activity regularizer adds to it. */
static void add_activity(const struct tconv_keras_layer *layer,
                         const struct tconv_keras_record *record, const void *dy,
                         void *sum)
{
    const struct tconv_regularizer *activity =
        &layer->arguments.training.activity_regularizer;
    const struct tconv_shape shape = tconv_output_shape(&record->layer, record->batch);
    memcpy(sum, dy, tconv_elements(&shape) * tconv_keras_type_bytes(record->layer.type));
    if (activity->kind != TCONV_UNREGULARIZED && record->batch > 0)
        tconv_activity_add_gradient(activity, record->layer.type, &shape, record->y, sum);
}

static void run_backward(const struct tconv_keras_layer *layer,
                         const struct tconv_keras_record *r, const struct buffers *b,
                         void *dx)
{
    void *dw = b->dw[TCONV_KERAS_KERNEL], *db = b->dw[TCONV_KERAS_BIAS];
    if (r->kernel == NULL)
        tconv_generic_backward(&r->layer, r->batch, r->x,
                               layer->weights->weight[TCONV_KERAS_KERNEL].value, r->y,
                               r->kept, b->dy, b->dz, dx, dw, db);
    else
        r->kernel->kernel->backward(0, 1, r->batch, r->x, r->kernel->packed, r->y,
                                    r->kept, b->dy, dx, dw, db, r->kernel->workspace);
}

static void add(enum tconv_type type, const void *from, void *to, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (type == TCONV_FLOAT64)
            ((double *)to)[i] += ((const double *)from)[i];
        else
            ((float *)to)[i] += ((const float *)from)[i];
}

bool tconv_keras_backward(struct tconv_keras_layer *layer, const void *dy, void *dx,
                          struct tconv_keras_error *error)
{
    struct buffers b = {.dy = NULL};
    if (layer->n_records == 0)
        return tconv_keras_fail(error, TCONV_KERAS_NO_RECORD,
                                "layer %s: got no recorded call; expected one for each "
                                "backward (tconv_keras_call_recorded)",
                                layer->name);
    struct tconv_keras_record *record = &layer->records[layer->n_records - 1];
    if (!take_buffers(layer, record, &b)) {
        free_buffers(&b);
        return tconv_keras_out_of_memory(error);
    }
    add_activity(layer, record, dy, b.dy);
    run_backward(layer, record, &b, dx);
    for (size_t i = 0; i < layer->weights->n; i++)
        if (b.dw[i] != NULL)
            add(record->layer.type, b.dw[i], layer->weights->weight[i].gradient,
                tconv_elements(&layer->weights->weight[i].shape));
    free_buffers(&b);
    tconv_keras_free_record(record);
    layer->n_records--;
    return true;
}

/* ---- step -------------------------------------------------------------------------- */

/* Weight `index` as the optimizer sees it. */
static struct tconv_variable variable_of(const struct tconv_keras_layer *layer,
                                         size_t index)
{
    const struct tconv_training *training = &layer->arguments.training;
    const struct tconv_keras_weight *weight = &layer->weights->weight[index];
    const bool is_kernel = index == TCONV_KERAS_KERNEL;
    return (struct tconv_variable){.type = layer->arguments.spec.type,
                                   .shape = weight->shape,
                                   .regularizer = is_kernel
                                                      ? &training->kernel_regularizer
                                                      : &training->bias_regularizer,
                                   .constraint = is_kernel ? &training->kernel_constraint
                                                           : &training->bias_constraint,
                                   .value = weight->value,
                                   .gradient = weight->gradient,
                                   .state = weight->state};
}

static bool check_variable(const struct tconv_variable *v,
                           struct tconv_keras_error *error)
{
    const char *refusal = tconv_regularizer_refusal(v->regularizer, &v->shape);
    if (refusal != NULL)
        return tconv_keras_fail(error, TCONV_KERAS_BAD_REGULARIZER, "%s", refusal);
    refusal = tconv_constraint_refusal(v->constraint, &v->shape);
    if (refusal != NULL)
        return tconv_keras_fail(error, TCONV_KERAS_BAD_CONSTRAINT, "%s", refusal);
    return true;
}

/* The optimizer's state, which begins anew with an optimizer that keeps another one. */
static bool take_state(struct tconv_keras_weight *weight, enum tconv_type type,
                       const struct tconv_optimizer *optimizer,
                       struct tconv_keras_error *error)
{
    const size_t size =
        tconv_optimizer_state_size(optimizer, tconv_elements(&weight->shape));
    if (weight->state != NULL && weight->state_size == size)
        return true;
    void *state = calloc(size + 1, tconv_keras_type_bytes(type));
    if (state == NULL)
        return tconv_keras_out_of_memory(error);
    free(weight->state);
    weight->state = state;
    weight->state_size = size;
    return true;
}

bool tconv_keras_step(struct tconv_keras_layer *layer,
                      const struct tconv_optimizer *optimizer,
                      struct tconv_keras_error *error)
{
    const enum tconv_type type = layer->arguments.spec.type;
    const size_t n = layer->weights == NULL || !layer->arguments.spec.trainable
                         ? 0
                         : layer->weights->n;
    for (size_t i = 0; i < n; i++) {
        const struct tconv_variable v = variable_of(layer, i);
        if (!check_variable(&v, error) ||
            !take_state(&layer->weights->weight[i], type, optimizer, error))
            return false;
    }
    layer->step++;
    for (size_t i = 0; i < n; i++) {
        const struct tconv_variable v = variable_of(layer, i);
        tconv_training_step(optimizer, layer->step, &v);
        memset(v.gradient, 0, tconv_elements(&v.shape) * tconv_keras_type_bytes(type));
    }
    layer->version++;
    return true;
}
