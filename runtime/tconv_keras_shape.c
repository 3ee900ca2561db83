/* tconv_keras_shape: what shapes go in and come out (A.3, B.1, B.4, G.5, G.6). */
#include "tconv_keras_layer.h"

#include <string.h>

#include "tconv_length.h"

enum { IMAGE_RANK = 4 };

size_t tconv_keras_channel_axis(const struct tconv_keras_layer *layer)
{
    return layer->arguments.spec.channels_first ? 1 : IMAGE_RANK - 1;
}

struct tconv_keras_shape tconv_keras_shape_of(const struct tconv_shape *shape)
{
    struct tconv_keras_shape out = {.rank = shape->rank};
    for (size_t a = 0; a < shape->rank; a++)
        out.size[a] = (int64_t)shape->size[a];
    return out;
}

/* ---- compute_output_shape ---------------------------------------------------------- */

static int64_t output_size(const struct tconv_spec *spec, int a, int64_t n)
{
    /* an input of length 0 comes out right too: the arithmetic is modular */
    return n == TCONV_KERAS_NONE ? n : (int64_t)tconv_output_length(spec, a, (size_t)n);
}

/* TensorFlow writes to the axes 1 to 3 of a copy of the input's shape. */
static bool shape_of_tf(const struct tconv_spec *spec, const struct tconv_keras_shape *in,
                        struct tconv_keras_shape *out, struct tconv_keras_error *error)
{
    const size_t rows = spec->channels_first ? 2 : 1;
    if (in->rank < IMAGE_RANK) /* reads sizes after it has written the channels */
        return tconv_keras_raise(error, TCONV_KERAS_BAD_RANK, "IndexError",
                                 spec->channels_first && in->rank > 1
                                     ? "list index out of range"
                                     : "list assignment index out of range");
    *out = *in;
    out->size[spec->channels_first ? 1 : IMAGE_RANK - 1] = (int64_t)spec->filters;
    for (size_t a = 0; a < 2; a++)
        out->size[rows + a] = output_size(spec, (int)a, in->size[rows + a]);
    return true;
}

/* Keras 3 walks over rank - 2 spatial axes, for which the arguments have two. */
static bool shape_of_keras3(const struct tconv_spec *spec,
                            const struct tconv_keras_shape *in,
                            struct tconv_keras_shape *out,
                            struct tconv_keras_error *error)
{
    const size_t spatial = in->rank < 2 ? 0 : in->rank - 2;
    const size_t first = spec->channels_first ? 2 : 1;
    if (in->rank == 0 || spatial > 2)
        return tconv_keras_raise(error, TCONV_KERAS_BAD_RANK, "IndexError",
                                 "tuple index out of range");
    *out = (struct tconv_keras_shape){.rank = spatial + 2, .size = {in->size[0]}};
    out->size[spec->channels_first ? 1 : spatial + 1] = (int64_t)spec->filters;
    for (size_t a = 0; a < spatial; a++)
        out->size[first + a] = output_size(spec, (int)a, in->size[first + a]);
    return true;
}

bool tconv_keras_compute_output_shape(const struct tconv_keras_layer *layer,
                                      const struct tconv_keras_shape *input_shape,
                                      struct tconv_keras_shape *output_shape,
                                      struct tconv_keras_error *error)
{
    const struct tconv_spec *spec = &layer->arguments.spec;
    return spec->dialect == TCONV_KERAS3
               ? shape_of_keras3(spec, input_shape, output_shape, error)
               : shape_of_tf(spec, input_shape, output_shape, error);
}

/* ---- the input spec ---------------------------------------------------------------- */

static bool refuse_rank(const struct tconv_keras_layer *layer,
                        const struct tconv_keras_shape *shape,
                        struct tconv_keras_error *error)
{
    const enum tconv_dialect dialect = layer->arguments.spec.dialect;
    const size_t rank = shape->rank;
    if (dialect == TCONV_TF1)
        return tconv_keras_fail(
            error, TCONV_KERAS_BAD_RANK,
            "Input 0 of layer %s is incompatible with the layer: "
            "expected ndim=4, found ndim=%zu. Full shape received: %s",
            layer->name, rank, tconv_keras_list_text(shape).text);
    if (dialect == TCONV_TF2)
        return tconv_keras_fail(error, TCONV_KERAS_BAD_RANK,
                                "Input 0 of layer \"%s\" is incompatible with the layer: "
                                "expected %sndim=4, found ndim=%zu. Full shape received: "
                                "%s",
                                layer->name, layer->weights == NULL ? "min_" : "", rank,
                                tconv_keras_shape_text(shape).text);
    if (rank > IMAGE_RANK)
        return tconv_keras_raise(error, TCONV_KERAS_BAD_RANK, "IndexError",
                                 "tuple index out of range");
    return tconv_keras_fail(error, TCONV_KERAS_BAD_RANK,
                            "Input 0 with name 'None' of layer '%s' is incompatible with "
                            "the layer: expected min_ndim=4, found ndim=%zu. Full shape "
                            "received: %s",
                            layer->name, rank, tconv_keras_shape_text(shape).text);
}

/* How each generation writes the channels' axis. */
static int written_axis(const struct tconv_spec *spec)
{
    static const int first[] = {[TCONV_TF1] = 1, [TCONV_TF2] = -3, [TCONV_KERAS3] = 1};
    return spec->channels_first ? first[spec->dialect] : -1;
}

static bool refuse_channels(const struct tconv_keras_layer *layer,
                            const struct tconv_keras_shape *shape, size_t channels,
                            struct tconv_keras_error *error)
{
    const struct tconv_spec *spec = &layer->arguments.spec;
    const int axis = written_axis(spec);
    if (spec->dialect == TCONV_TF1)
        return tconv_keras_fail(
            error, TCONV_KERAS_CHANNEL_MISMATCH,
            "Input 0 of layer %s is incompatible with the layer: expected axis %d of "
            "input shape to have value %zu but received input with shape %s",
            layer->name, axis, channels, tconv_keras_list_text(shape).text);
    return tconv_keras_fail(
        error, TCONV_KERAS_CHANNEL_MISMATCH,
        "Input 0 %sof layer %s%s%s is incompatible with the layer: expected axis %d of "
        "input shape to have value %zu, but received input with shape %s",
        spec->dialect == TCONV_KERAS3 ? "with name 'None' " : "",
        spec->dialect == TCONV_KERAS3 ? "'" : "\"", layer->name,
        spec->dialect == TCONV_KERAS3 ? "'" : "\"", axis, channels,
        tconv_keras_shape_text(shape).text);
}

bool tconv_keras_check_input(const struct tconv_keras_layer *layer,
                             const struct tconv_keras_shape *shape,
                             struct tconv_keras_error *error)
{
    /* an unbuilt layer of TF 2 lets larger ranks pass, which build then refuses */
    if (shape->rank < IMAGE_RANK || (shape->rank > IMAGE_RANK && layer->weights != NULL))
        return refuse_rank(layer, shape, error);
    if (layer->weights == NULL)
        return true;
    const size_t channels = layer->weights->weight[TCONV_KERAS_KERNEL].shape.size[3];
    const int64_t given = shape->size[tconv_keras_channel_axis(layer)];
    return given == TCONV_KERAS_NONE || (size_t)given == channels ||
           refuse_channels(layer, shape, channels, error);
}

/* ---- the lengths of one call ------------------------------------------------------- */

static bool refuse_lengths(const struct tconv_spec *spec, int a, size_t n,
                           struct tconv_keras_error *error)
{
    return tconv_keras_fail(
        error, TCONV_KERAS_OUTPUT_MISMATCH,
        "Conv2DCustomBackpropInput: Size of out_backprop doesn't match computed: actual "
        "= %zu, computed = %zu spatial_dim: %d input: %zu filter: %zu output: %zu "
        "stride: "
        "%zu dilation: %zu",
        n, tconv_op_input_length(spec, a, n), a + 1, tconv_output_length(spec, a, n),
        spec->kernel[a], n, spec->stride[a], spec->dilation[a]);
}

/* Whether the weights still are those that the arguments ask for: __setattr__ may have
 * changed filters, kernel_size or use_bias after the build. Keras 3 asks only where it
 * adds the bias. */
static bool check_weights(const struct tconv_keras_layer *layer,
                          struct tconv_keras_error *error)
{
    const struct tconv_spec *spec = &layer->arguments.spec;
    const struct tconv_shape *kernel = &layer->weights->weight[TCONV_KERAS_KERNEL].shape;
    const bool has_size =
        kernel->size[0] == spec->kernel[0] && kernel->size[1] == spec->kernel[1];
    const bool has_filters = kernel->size[2] == spec->filters;
    const bool is_keras3 = spec->dialect == TCONV_KERAS3;
    if ((has_size || is_keras3) && (has_filters || (is_keras3 && !spec->use_bias)) &&
        (layer->weights->n > 1 || !spec->use_bias))
        return true;
    return tconv_keras_raise(
        error, TCONV_KERAS_SHAPE_MISMATCH, "InvalidArgumentError",
        "the layer's filters, kernel_size or use_bias were set after "
        "it was built and no longer fit its weights");
}

/* The arguments as a call has them: Keras 3 takes the kernel's sizes from the kernel. */
static struct tconv_spec called_spec(const struct tconv_keras_layer *layer)
{
    const struct tconv_shape *kernel = &layer->weights->weight[TCONV_KERAS_KERNEL].shape;
    struct tconv_spec spec = layer->arguments.spec;
    spec.kernel[0] = kernel->size[0];
    spec.kernel[1] = kernel->size[1];
    spec.filters = kernel->size[2];
    return spec;
}

/* glu halves the last axis of the tensor as laid out. */
static bool check_halves(const struct tconv_layer *layer, struct tconv_keras_error *error)
{
    const size_t last = layer->channels_first ? layer->axis[1].out : layer->out_c;
    return !tconv_halves(layer) || last % 2 == 0 ||
           tconv_keras_fail(
               error, TCONV_KERAS_BAD_ACTIVATION,
               "axis size must be divisible by 2. Received: last axis of %zu", last);
}

bool tconv_keras_derive_layer(const struct tconv_keras_layer *layer,
                              const struct tconv_keras_shape *shape,
                              struct tconv_layer *out, struct tconv_keras_error *error)
{
    const struct tconv_spec spec = called_spec(layer);
    const size_t rows = spec.channels_first ? 2 : 1;
    const size_t in[2] = {(size_t)shape->size[rows], (size_t)shape->size[rows + 1]};
    if (!check_weights(layer, error))
        return false;
    for (int a = 0; a < 2; a++)
        if (tconv_op_input_length(&spec, a, in[a]) != in[a])
            return refuse_lengths(&spec, a, in[a], error);
    *out = tconv_layer_of(&spec, in, layer->weights->weight[0].shape.size[3]);
    return check_halves(out, error);
}

/* ---- masks ------------------------------------------------------------------------- */

bool tconv_keras_compute_mask(const struct tconv_keras_layer *layer,
                              const struct tconv_keras_symbol *mask,
                              const struct tconv_keras_symbol **out,
                              struct tconv_keras_error *error)
{
    *out = mask;
    if (mask == NULL || layer->arguments.spec.dialect == TCONV_KERAS3)
        return true;
    *out = NULL;
    return tconv_keras_fail(
        error, TCONV_KERAS_MASKED,
        "Layer %s does not support masking, but was passed an input_mask: "
        "Tensor(shape=%s)",
        layer->name, tconv_keras_shape_text(&mask->shape).text);
}
