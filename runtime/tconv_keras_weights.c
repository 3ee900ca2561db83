/* tconv_keras_weights: the lists of weights, and their values in and out (G.8, G.10). */
#include <stdio.h>

#include "tconv_keras_layer.h"

size_t tconv_keras_weights(const struct tconv_keras_layer *layer,
                           struct tconv_keras_variable weights[2])
{
    static const char *const names[] = {"kernel", "bias"};
    const struct tconv_spec *spec = &layer->arguments.spec;
    const size_t n = layer->weights == NULL ? 0 : layer->weights->n;
    for (size_t i = 0; i < n; i++) {
        const struct tconv_keras_weight *weight = &layer->weights->weight[i];
        weights[i] =
            (struct tconv_keras_variable){.name = names[i],
                                          .path = layer->paths[i],
                                          .is_trainable = spec->trainable,
                                          .shape = tconv_keras_shape_of(&weight->shape),
                                          .type = spec->type,
                                          .value = weight->value,
                                          .gradient = weight->gradient};
    }
    return n;
}

size_t tconv_keras_trainable_weights(const struct tconv_keras_layer *layer,
                                     struct tconv_keras_variable weights[2])
{
    return layer->arguments.spec.trainable ? tconv_keras_weights(layer, weights) : 0;
}

size_t tconv_keras_non_trainable_weights(const struct tconv_keras_layer *layer,
                                         struct tconv_keras_variable weights[2])
{
    return layer->arguments.spec.trainable ? 0 : tconv_keras_weights(layer, weights);
}

size_t tconv_keras_variables(const struct tconv_keras_layer *layer,
                             struct tconv_keras_variable variables[2])
{
    return tconv_keras_weights(layer, variables);
}

size_t tconv_keras_trainable_variables(const struct tconv_keras_layer *layer,
                                       struct tconv_keras_variable variables[2])
{
    return tconv_keras_trainable_weights(layer, variables);
}

size_t tconv_keras_non_trainable_variables(const struct tconv_keras_layer *layer,
                                           struct tconv_keras_variable variables[2])
{
    return tconv_keras_non_trainable_weights(layer, variables);
}

size_t tconv_keras_get_weights(const struct tconv_keras_layer *layer,
                               struct tconv_keras_tensor weights[2])
{
    struct tconv_keras_variable own[2];
    const size_t n = tconv_keras_weights(layer, own);
    for (size_t i = 0; i < n; i++) {
        weights[i].type = own[i].type;
        weights[i].shape = own[i].shape;
        if (weights[i].values != NULL)
            tconv_keras_cast(own[i].type, own[i].value, own[i].type, weights[i].values,
                             tconv_keras_elements(&own[i].shape));
    }
    return n;
}

static bool refuse_count(const struct tconv_keras_layer *layer, size_t n, size_t expected,
                         struct tconv_keras_error *error)
{
    const enum tconv_dialect dialect = layer->arguments.spec.dialect;
    if (dialect == TCONV_KERAS3)
        return tconv_keras_fail(
            error, TCONV_KERAS_COUNT_MISMATCH,
            "You called `set_weights(weights)` on layer '%s' with a weight list of "
            "length %zu, but the layer was expecting %zu weights.",
            layer->name, n, expected);
    return tconv_keras_fail(error, TCONV_KERAS_COUNT_MISMATCH,
                            "You called `set_weights(weights)` on layer \"%s\" with a "
                            "%sweight list of length "
                            "%zu, but the layer was expecting %zu weights.",
                            layer->name, dialect == TCONV_TF1 ? " " : "", n, expected);
}

static bool refuse_shape(const struct tconv_keras_layer *layer,
                         const struct tconv_keras_shape *own,
                         const struct tconv_keras_shape *given,
                         struct tconv_keras_error *error)
{
    const struct tconv_keras_shape_text ours = tconv_keras_shape_text(own),
                                        theirs = tconv_keras_shape_text(given);
    if (layer->arguments.spec.dialect == TCONV_TF1)
        return tconv_keras_fail(
            error, TCONV_KERAS_SHAPE_MISMATCH,
            "Layer weight shape %s not compatible with provided weight shape %s",
            ours.text, theirs.text);
    return tconv_keras_fail(
        error, TCONV_KERAS_SHAPE_MISMATCH,
        "Layer %s weight shape %s is not compatible with provided weight shape %s.",
        layer->name, ours.text, theirs.text);
}

static bool is_same_shape(const struct tconv_keras_shape *a,
                          const struct tconv_keras_shape *b)
{
    for (size_t axis = 0; axis < a->rank && axis < b->rank; axis++)
        if (a->size[axis] != b->size[axis])
            return false;
    return a->rank == b->rank;
}

bool tconv_keras_set_weights(struct tconv_keras_layer *layer, size_t n,
                             const struct tconv_keras_tensor weights[],
                             struct tconv_keras_error *error)
{
    struct tconv_keras_variable own[2];
    const size_t expected = tconv_keras_weights(layer, own);
    if (n != expected)
        return refuse_count(layer, n, expected, error);
    for (size_t i = 0; i < n; i++)
        if (!is_same_shape(&own[i].shape, &weights[i].shape))
            return refuse_shape(layer, &own[i].shape, &weights[i].shape, error);
    for (size_t i = 0; i < n; i++)
        tconv_keras_cast(weights[i].type, weights[i].values, own[i].type,
                         layer->weights->weight[i].value,
                         tconv_keras_elements(&own[i].shape));
    layer->version++;
    return true;
}
