/* tconv_keras_build: the weights come to be (the specification's G.3). */
#include <stdlib.h>

#include "tconv_keras_layer.h"

static void free_weight(struct tconv_keras_weight *weight)
{
    free(weight->value);
    free(weight->gradient);
    free(weight->state);
}

void tconv_keras_free_weights(struct tconv_keras_weights *weights)
{
    while (weights != NULL) {
        struct tconv_keras_weights *older = weights->older;
        for (size_t i = 0; i < TCONV_KERAS_MOST_WEIGHTS; i++)
            free_weight(&weights->weight[i]);
        free(weights);
        weights = older;
    }
}

/* The initializer of a weight, with the session's seed where the config has none. */
static struct tconv_initializer choose_initializer(const struct tconv_keras_layer *layer,
                                                   size_t index)
{
    struct tconv_initializer chosen = layer->arguments.initializers[index];
    if (!layer->arguments.is_seeded[index])
        chosen.seed = layer->session->seed;
    chosen.dialect = layer->arguments.spec.dialect;
    return chosen;
}

static bool fill(const struct tconv_keras_layer *layer, size_t index,
                 enum tconv_type type, struct tconv_keras_weight *weight,
                 struct tconv_keras_error *error)
{
    const struct tconv_initializer chosen = choose_initializer(layer, index);
    const struct tconv_shape *shape = &weight->shape;
    const char *refusal = tconv_initializer_refusal(&chosen, shape->rank);
    if (refusal != NULL)
        return tconv_keras_fail(error, TCONV_KERAS_BAD_INITIALIZER, "%s", refusal);
    const size_t bytes =
        tconv_initializer_workspace_bytes(&chosen, shape->rank, shape->size);
    void *workspace = bytes == 0 ? NULL : malloc(bytes);
    if (bytes > 0 && workspace == NULL)
        return tconv_keras_out_of_memory(error);
    tconv_initializer_fill(&chosen, type, shape->rank, shape->size, weight->value,
                           workspace);
    free(workspace);
    return true;
}

static bool make_weight(const struct tconv_keras_layer *layer, size_t index,
                        enum tconv_type type, struct tconv_shape shape,
                        struct tconv_keras_weight *weight,
                        struct tconv_keras_error *error)
{
    const struct tconv_keras_shape sizes = tconv_keras_shape_of(&shape);
    const size_t n = tconv_keras_elements(&sizes), bytes = tconv_keras_type_bytes(type);
    weight->shape = shape;
    weight->value = calloc(n, bytes);
    weight->gradient = calloc(n, bytes);
    if (weight->value == NULL || weight->gradient == NULL)
        return tconv_keras_out_of_memory(error);
    return fill(layer, index, type, weight, error);
}

static bool make_weights(const struct tconv_keras_layer *layer, enum tconv_type type,
                         size_t channels, struct tconv_keras_weights *weights,
                         struct tconv_keras_error *error)
{
    const struct tconv_spec *spec = &layer->arguments.spec;
    const struct tconv_shape kernel = {
        4, {spec->kernel[0], spec->kernel[1], spec->filters, channels}};
    const struct tconv_shape bias = {1, {spec->filters}};
    weights->n = spec->use_bias ? 2 : 1;
    return make_weight(layer, TCONV_KERAS_KERNEL, type, kernel,
                       &weights->weight[TCONV_KERAS_KERNEL], error) &&
           (!spec->use_bias || make_weight(layer, TCONV_KERAS_BIAS, type, bias,
                                           &weights->weight[TCONV_KERAS_BIAS], error));
}

static bool refuse_rank(const struct tconv_keras_layer *layer,
                        const struct tconv_keras_shape *shape,
                        struct tconv_keras_error *error)
{
    const bool is_tf1 = layer->arguments.spec.dialect == TCONV_TF1;
    return tconv_keras_fail(error, TCONV_KERAS_BAD_RANK,
                            is_tf1
                                ? "Inputs should have rank 4. Received input shape: %s"
                                : "Inputs should have rank 4. Received input_shape=%s.",
                            tconv_keras_shape_text(shape).text);
}

static bool refuse_channels(const struct tconv_keras_layer *layer,
                            const struct tconv_keras_shape *shape,
                            struct tconv_keras_error *error)
{
    const struct tconv_spec *spec = &layer->arguments.spec;
    if (spec->dialect == TCONV_TF1)
        return tconv_keras_fail(
            error, TCONV_KERAS_NO_CHANNELS,
            "The channel dimension of the inputs should be defined. Found `None`.");
    if (spec->dialect == TCONV_TF2)
        return tconv_keras_fail(
            error, TCONV_KERAS_NO_CHANNELS,
            "The channel dimension of the inputs to `Conv2DTranspose` should be defined. "
            "The input_shape received is %s, where axis %d (0-based) is the channel "
            "dimension, which found to be `None`.",
            tconv_keras_shape_text(shape).text, spec->channels_first ? -3 : -1);
    return tconv_keras_fail(
        error, TCONV_KERAS_NO_CHANNELS,
        "Shapes used to initialize variables must be fully-defined (no `None` "
        "dimensions). Received: shape=(%zu, %zu, %zu, None) for variable path='%s'",
        spec->kernel[0], spec->kernel[1], spec->filters, layer->paths[0]);
}

/* The channels of the shape: axis 1 or the last one, as Keras 3 counts in any rank. */
static bool find_channels(const struct tconv_keras_layer *layer,
                          const struct tconv_keras_shape *shape, size_t *channels,
                          struct tconv_keras_error *error)
{
    const struct tconv_spec *spec = &layer->arguments.spec;
    const bool is_tf = spec->dialect != TCONV_KERAS3;
    const size_t axis = spec->channels_first ? 1 : shape->rank - 1;
    if (is_tf ? shape->rank != 4 : axis >= shape->rank)
        return refuse_rank(layer, shape, error);
    if (shape->size[axis] == TCONV_KERAS_NONE)
        return refuse_channels(layer, shape, error);
    if (shape->size[axis] < 1)
        return tconv_keras_fail(error, TCONV_KERAS_NO_CHANNELS,
                                "got %lld channels; expected at least 1",
                                (long long)shape->size[axis]);
    *channels = (size_t)shape->size[axis];
    return true;
}

bool tconv_keras_refuse_state(struct tconv_keras_error *error)
{
    return tconv_keras_fail(
        error, TCONV_KERAS_LOCKED,
        "You cannot add new elements of state (variables or sub-layers) to a layer that "
        "is "
        "already built. All state must be created in the `__init__()` method or in the "
        "`build()` method.");
}

bool tconv_keras_build_for(struct tconv_keras_layer *layer, enum tconv_type type,
                           const struct tconv_keras_shape *input_shape,
                           struct tconv_keras_error *error)
{
    struct tconv_spec *spec = &layer->arguments.spec;
    const bool decides_type = spec->dialect == TCONV_TF1 && !spec->has_type;
    size_t channels = 0;
    if (layer->weights != NULL && spec->dialect == TCONV_KERAS3)
        return tconv_keras_refuse_state(error);
    if (!find_channels(layer, input_shape, &channels, error))
        return false;
    struct tconv_keras_weights *weights = calloc(1, sizeof *weights);
    if (weights == NULL)
        return tconv_keras_out_of_memory(error);
    if (!make_weights(layer, decides_type ? type : spec->type, channels, weights,
                      error)) {
        tconv_keras_free_weights(weights);
        return false;
    }
    if (decides_type) {
        spec->type = type;
        spec->has_type = true;
    }
    tconv_keras_forget(layer);
    weights->older = layer->weights;
    layer->weights = weights;
    layer->version++;
    layer->step = 0;
    return true;
}

bool tconv_keras_build(struct tconv_keras_layer *layer,
                       const struct tconv_keras_shape *input_shape,
                       struct tconv_keras_error *error)
{
    return tconv_keras_build_for(layer, layer->arguments.spec.type, input_shape, error);
}

bool tconv_keras_is_built(const struct tconv_keras_layer *layer)
{
    return layer->weights != NULL;
}

bool tconv_keras_count_params(const struct tconv_keras_layer *layer, size_t *n,
                              struct tconv_keras_error *error)
{
    static const char *const texts[] = {
        [TCONV_TF1] = "You tried to call `count_params` on %s, but the layer isn't "
                      "built. You can build it manually via: `%s.build("
                      "batch_input_shape)`.",
        [TCONV_TF2] = "You tried to call `count_params` on layer %s, but the layer isn't "
                      "built. You can build it manually via: `%s.build("
                      "batch_input_shape)`.",
    };
    const enum tconv_dialect dialect = layer->arguments.spec.dialect;
    *n = 0;
    if (layer->weights != NULL) {
        for (size_t i = 0; i < layer->weights->n; i++)
            *n += tconv_elements(&layer->weights->weight[i].shape);
        return true;
    }
    if (dialect == TCONV_KERAS3)
        return tconv_keras_fail(
            error, TCONV_KERAS_UNBUILT,
            "You tried to call `count_params` on layer '%s', but the layer isn't built. "
            "You can build it manually via: `layer.build(input_shape)`.",
            layer->name);
    return tconv_keras_fail(error, TCONV_KERAS_UNBUILT, texts[dialect], layer->name,
                            layer->name);
}
