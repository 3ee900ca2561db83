/* tconv_keras_losses: what regularizers add to the loss, and updates, which this layer
 * has not (the specification's G.12, G.13). */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "tconv_keras_layer.h"

bool tconv_keras_record_loss(struct tconv_keras_layer *layer,
                             const struct tconv_layer *lengths, size_t batch,
                             const void *y, struct tconv_keras_error *error)
{
    const struct tconv_regularizer *activity =
        &layer->arguments.training.activity_regularizer;
    const struct tconv_shape shape = tconv_output_shape(lengths, batch);
    if (activity->kind == TCONV_UNREGULARIZED)
        return true;
    const char *refusal = tconv_regularizer_refusal(activity, &shape);
    if (refusal != NULL)
        return tconv_keras_fail(error, TCONV_KERAS_BAD_REGULARIZER, "%s", refusal);
    double *grown = tconv_keras_grow(layer->losses, layer->n_losses, sizeof *grown);
    if (grown == NULL)
        return tconv_keras_out_of_memory(error);
    layer->losses = grown;
    grown[layer->n_losses++] = tconv_activity_loss(activity, lengths->type, &shape, y);
    return true;
}

/* A list that counts more than it has room for. */
struct list {
    struct tconv_keras_loss *losses;
    size_t room, n;
};

static void put(struct list *list, struct tconv_keras_loss loss)
{
    if (list->n < list->room)
        list->losses[list->n] = loss;
    list->n++;
}

static void put_symbolic(struct list *list, size_t node)
{
    put(list, (struct tconv_keras_loss){.kind = TCONV_KERAS_ACTIVITY_LOSS,
                                        .is_symbolic = true,
                                        .node = node,
                                        .value = (double)NAN});
}

/* Of the last call; in TF those of symbolic calls until there is one. */
static void put_activity(const struct tconv_keras_layer *layer, struct list *list)
{
    for (size_t i = 0; i < layer->n_losses; i++)
        put(list, (struct tconv_keras_loss){.kind = TCONV_KERAS_ACTIVITY_LOSS,
                                            .value = layer->losses[i]});
    if (layer->n_losses > 0 || layer->arguments.spec.dialect == TCONV_KERAS3)
        return;
    for (size_t i = 0; i < layer->n_nodes; i++)
        if (layer->nodes[i]->has_loss)
            put_symbolic(list, i);
}

/* Of the weights that one build made, and before them of earlier builds'. */
static bool put_weights(const struct tconv_keras_layer *layer,
                        const struct tconv_keras_weights *weights, struct list *list,
                        struct tconv_keras_error *error)
{
    const struct tconv_regularizer *regularizers[] = {
        &layer->arguments.training.kernel_regularizer,
        &layer->arguments.training.bias_regularizer};
    if (weights == NULL)
        return true;
    if (!put_weights(layer, weights->older, list, error))
        return false;
    for (size_t i = 0; i < weights->n; i++) {
        const struct tconv_keras_weight *weight = &weights->weight[i];
        const char *refusal = tconv_regularizer_refusal(regularizers[i], &weight->shape);
        if (regularizers[i]->kind == TCONV_UNREGULARIZED)
            continue;
        if (refusal != NULL)
            return tconv_keras_fail(error, TCONV_KERAS_BAD_REGULARIZER, "%s", refusal);
        put(list,
            (struct tconv_keras_loss){.kind = TCONV_KERAS_WEIGHT_LOSS,
                                      .value = tconv_regularizer_loss(
                                          regularizers[i], layer->arguments.spec.type,
                                          &weight->shape, weight->value)});
    }
    return true;
}

static bool put_all_weights(const struct tconv_keras_layer *layer, struct list *list,
                            struct tconv_keras_error *error)
{
    const struct tconv_spec *spec = &layer->arguments.spec;
    return (spec->dialect == TCONV_KERAS3 && !spec->trainable) ||
           put_weights(layer, layer->weights, list, error);
}

bool tconv_keras_losses(const struct tconv_keras_layer *layer, size_t room,
                        struct tconv_keras_loss losses[], size_t *n,
                        struct tconv_keras_error *error)
{
    struct list list = {losses, room, 0};
    put_activity(layer, &list);
    const bool ok = put_all_weights(layer, &list, error);
    *n = ok ? list.n : 0;
    return ok;
}

static bool is_eager(const struct tconv_keras_layer *layer)
{
    return layer->session->is_eager && layer->arguments.spec.dialect == TCONV_TF1;
}

static bool refuse_eager(const char *member, struct tconv_keras_error *error)
{
    return tconv_keras_fail(error, TCONV_KERAS_EAGER, "%s not supported in Eager mode.",
                            member);
}

/* Whether the symbol is `inputs` or was made of it. */
static bool depends_on(const struct tconv_keras_symbol *symbol,
                       const struct tconv_keras_symbol *inputs)
{
    while (symbol != inputs && symbol->producer != NULL)
        symbol = symbol->producer->nodes[symbol->node]->input;
    return symbol == inputs;
}

bool tconv_keras_get_losses_for(const struct tconv_keras_layer *layer,
                                const struct tconv_keras_symbol *inputs, size_t room,
                                struct tconv_keras_loss losses[], size_t *n,
                                struct tconv_keras_error *error)
{
    struct list list = {losses, room, 0};
    *n = 0;
    if (is_eager(layer))
        return refuse_eager("Layer.get_losses_for", error);
    if (inputs == NULL && !put_all_weights(layer, &list, error))
        return false;
    for (size_t i = 0; inputs != NULL && i < layer->n_nodes; i++)
        if (layer->nodes[i]->has_loss && depends_on(&layer->nodes[i]->output, inputs))
            put_symbolic(&list, i);
    *n = list.n;
    return true;
}

bool tconv_keras_updates(struct tconv_keras_layer *layer, size_t *n,
                         struct tconv_keras_error *error)
{
    *n = 0;
    if (is_eager(layer))
        return refuse_eager("Layer.updates", error);
    if (layer->arguments.spec.dialect == TCONV_TF2)
        snprintf(layer->warning, sizeof layer->warning, "%s",
                 "`layer.updates` will be removed in a future version. This "
                 "property should not be used in TensorFlow 2.0, as `updates` "
                 "are applied automatically.");
    return true;
}

bool tconv_keras_get_updates_for(struct tconv_keras_layer *layer,
                                 const struct tconv_keras_symbol *inputs, size_t *n,
                                 struct tconv_keras_error *error)
{
    (void)inputs;
    *n = 0;
    return !is_eager(layer) || refuse_eager("`get_updates_for()`", error);
}
