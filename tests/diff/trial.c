#include "trial.h"

#include <stdlib.h>

#include "random.h"

static void size_buffers(struct trial *trial)
{
    const struct layer *layer = trial->layer;
    const struct geometry *g = &layer->geometry;
    const bool trains = !layer->line.is_forward_only;
    size_t *size = trial->size;
    size[TRIAL_X] = trial->batch * g->x_size;
    size[TRIAL_Y] = size[TRIAL_DY] = trial->batch * g->y_size;
    size[TRIAL_W] = g->w_size;
    size[TRIAL_B] = g->b_size;
    size[TRIAL_DX] = trains ? size[TRIAL_X] : 0;
    size[TRIAL_DW] = trains ? size[TRIAL_W] : 0;
    size[TRIAL_DB] = trains ? size[TRIAL_B] : 0;
    size[TRIAL_PACKED] = layer->kernel->packed_bytes;
    size[TRIAL_SAVED] = trains ? trial->batch * layer->kernel->saved_bytes : 0;
    size[TRIAL_WORKSPACE] = layer->kernel->workspace_bytes;
}

bool trial_make(struct trial *trial, const struct layer *layer, uint64_t seed,
                struct error *err)
{
    static const enum trial_buffer random[] = {TRIAL_X, TRIAL_W, TRIAL_B, TRIAL_DY};
    const struct geometry *g = &layer->geometry;
    *trial = (struct trial){
        .layer = layer, .batch = layer->line.batch, .element_bytes = g->element_bytes};
    size_buffers(trial);
    for (int i = 0; i < TRIAL_BUFFERS; i++) {
        const size_t bytes = trial->size[i] * (i < TRIAL_TENSORS ? g->element_bytes : 1);
        if (bytes > 0 && (trial->at[i] = malloc(bytes)) == NULL)
            return error_set(err, "memory: got none of the %zu bytes asked for", bytes);
    }
    for (size_t i = 0; i < sizeof random / sizeof random[0]; i++)
        random_fill(&seed, g->layer.type, trial->size[random[i]], trial->at[random[i]]);
    return true;
}

void trial_free(struct trial *trial)
{
    for (int i = 0; i < TRIAL_BUFFERS; i++)
        free(trial->at[i]);
}

void trial_run_forward(struct trial *trial)
{
    const struct named_functions *f = &trial->layer->named;
    void *const *at = trial->at;
    f->pack(at[TRIAL_W], at[TRIAL_B], at[TRIAL_PACKED]);
    f->forward(trial->batch, at[TRIAL_X], at[TRIAL_PACKED], at[TRIAL_Y],
               at[TRIAL_WORKSPACE]);
}

void trial_run_training(struct trial *trial)
{
    const struct named_functions *f = &trial->layer->named;
    void *const *at = trial->at;
    f->pack(at[TRIAL_W], at[TRIAL_B], at[TRIAL_PACKED]);
    f->forward_train(trial->batch, at[TRIAL_X], at[TRIAL_PACKED], at[TRIAL_Y],
                     at[TRIAL_SAVED], at[TRIAL_WORKSPACE]);
    f->backward(trial->batch, at[TRIAL_X], at[TRIAL_PACKED], at[TRIAL_Y], at[TRIAL_SAVED],
                at[TRIAL_DY], at[TRIAL_DX], at[TRIAL_DW], at[TRIAL_DB],
                at[TRIAL_WORKSPACE]);
}

double trial_value(const struct trial *trial, enum trial_buffer buffer, size_t i)
{
    return trial->element_bytes == 4 ? ((const float *)trial->at[buffer])[i]
                                     : ((const double *)trial->at[buffer])[i];
}

double trial_dot(const struct trial *trial, enum trial_buffer a, enum trial_buffer b)
{
    double sum = 0;
    for (size_t i = 0; i < trial->size[a]; i++)
        sum += trial_value(trial, a, i) * trial_value(trial, b, i);
    return sum;
}
