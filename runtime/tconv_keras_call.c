/* tconv_keras_call: a call on values, by an emitted kernel or the generic one (G.1). */
#include "tconv_keras_call.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tconv_activation.h"
#include "tconv_difference.h"
#include "tconv_length.h"

/* ---- kernels ----------------------------------------------------------------------- */

/* In what the kernel is of another layer; NULL when it is of this one. */
static const char *find_difference(const struct tconv_keras_layer *layer,
                                   const struct tconv_layer *theirs)
{
    const size_t in[2] = {theirs->axis[0].in, theirs->axis[1].in};
    const size_t in_c = layer->weights == NULL
                            ? theirs->in_c
                            : layer->weights->weight[TCONV_KERAS_KERNEL].shape.size[3];
    const struct tconv_layer ours = tconv_layer_of(&layer->arguments.spec, in, in_c);
    return tconv_layer_difference(&ours, theirs);
}

bool tconv_keras_register(struct tconv_keras_layer *layer,
                          const struct tconv_kernel *kernel,
                          struct tconv_keras_error *error)
{
    if (kernel->abi != TCONV_ABI)
        return tconv_keras_fail(error, TCONV_KERAS_BAD_KERNEL,
                                "kernel %s: got ABI %u of the runtime; expected %u",
                                kernel->name, kernel->abi, TCONV_ABI);
    const char *difference = find_difference(layer, &kernel->layer);
    if (difference != NULL)
        return tconv_keras_fail(error, TCONV_KERAS_BAD_KERNEL,
                                "kernel %s: got one of another layer; expected the %s of "
                                "layer %s",
                                kernel->name, difference, layer->name);
    struct tconv_keras_kernel **grown =
        tconv_keras_grow(layer->kernels, layer->n_kernels, sizeof *grown);
    if (grown == NULL)
        return tconv_keras_out_of_memory(error);
    layer->kernels = grown;
    struct tconv_keras_kernel *own = calloc(1, sizeof *own);
    if (own == NULL)
        return tconv_keras_out_of_memory(error);
    own->kernel = kernel;
    layer->kernels[layer->n_kernels++] = own;
    return true;
}

/* The latest kernel for these lengths; one set aside by __setattr__ no longer fits. */
static struct tconv_keras_kernel *find_kernel(const struct tconv_keras_layer *layer,
                                              const struct tconv_layer *lengths)
{
    for (size_t i = layer->n_kernels; i-- > 0;) {
        const struct tconv_layer *theirs = &layer->kernels[i]->kernel->layer;
        if (theirs->axis[0].in == lengths->axis[0].in &&
            theirs->axis[1].in == lengths->axis[1].in && theirs->in_c == lengths->in_c &&
            find_difference(layer, theirs) == NULL)
            return layer->kernels[i];
    }
    return NULL;
}

const struct tconv_kernel *
tconv_keras_kernel_for(const struct tconv_keras_layer *layer,
                       const struct tconv_keras_shape *input_shape)
{
    const size_t rows = layer->arguments.spec.channels_first ? 2 : 1;
    if (input_shape->rank != 4)
        return NULL;
    const size_t in[2] = {(size_t)input_shape->size[rows],
                          (size_t)input_shape->size[rows + 1]};
    const size_t in_c = (size_t)input_shape->size[tconv_keras_channel_axis(layer)];
    const struct tconv_layer lengths = tconv_layer_of(&layer->arguments.spec, in, in_c);
    const struct tconv_keras_kernel *found = find_kernel(layer, &lengths);
    return found == NULL ? NULL : found->kernel;
}

/* The workspace, and the weights packed as they are now. */
static bool prepare_kernel(const struct tconv_keras_layer *layer,
                           struct tconv_keras_kernel *own,
                           struct tconv_keras_error *error)
{
    const struct tconv_keras_weights *weights = layer->weights;
    if (own->packed == NULL)
        own->packed = malloc(own->kernel->packed_bytes + 1);
    if (own->workspace == NULL)
        own->workspace = malloc(own->kernel->workspace_bytes + 1);
    if (own->packed == NULL || own->workspace == NULL)
        return tconv_keras_out_of_memory(error);
    if (own->version != layer->version)
        own->kernel->pack(weights->weight[TCONV_KERAS_KERNEL].value,
                          weights->weight[TCONV_KERAS_BIAS].value, own->packed);
    own->version = layer->version;
    return true;
}

/* ---- one call ---------------------------------------------------------------------- */

/* Checks x, builds the layer where that is to do, and finds what will compute. */
static bool prepare(struct tconv_keras_layer *layer, const struct tconv_keras_tensor *x,
                    struct tconv_keras_record *call, struct tconv_keras_error *error)
{
    if (!tconv_keras_check_input(layer, &x->shape, error))
        return false;
    for (size_t a = 0; a < x->shape.rank; a++)
        if (x->shape.size[a] < 0)
            return tconv_keras_fail(error, TCONV_KERAS_BAD_INPUT_SHAPE,
                                    "got values of shape %s; expected no None",
                                    tconv_keras_shape_text(&x->shape).text);
    if (layer->weights == NULL &&
        !tconv_keras_build_for(layer, x->type, &x->shape, error))
        return false;
    if (!tconv_keras_check_input(layer, &x->shape, error) ||
        !tconv_keras_derive_layer(layer, &x->shape, &call->layer, error))
        return false;
    call->batch = (size_t)x->shape.size[0];
    call->kernel = find_kernel(layer, &call->layer);
    return call->kernel == NULL || prepare_kernel(layer, call->kernel, error);
}

static bool cast_input(const struct tconv_keras_layer *layer,
                       const struct tconv_keras_tensor *x,
                       struct tconv_keras_record *call, struct tconv_keras_error *error)
{
    const enum tconv_type type = layer->arguments.spec.type;
    const size_t n = tconv_keras_elements(&x->shape);
    call->x = x->values;
    if (x->type == type)
        return true;
    call->x = call->cast_x = calloc(n + 1, tconv_keras_type_bytes(type));
    if (call->cast_x == NULL)
        return tconv_keras_out_of_memory(error);
    tconv_keras_cast(x->type, x->values, type, call->cast_x, n);
    return true;
}

/* What backward needs beside x and y: the kernel's own, or z. */
static bool take_kept(struct tconv_keras_record *call, struct tconv_keras_error *error)
{
    const struct tconv_layer *layer = &call->layer;
    const size_t bytes = call->kernel != NULL ? call->kernel->kernel->saved_bytes
                         : tconv_keeps_z(&layer->activation)
                             ? tconv_y_size(layer) * tconv_keras_type_bytes(layer->type)
                             : 0;
    if (bytes > 0 && (call->kept = calloc(call->batch + 1, bytes)) == NULL)
        return tconv_keras_out_of_memory(error);
    return true;
}

static void run(const struct tconv_keras_layer *layer, const struct tconv_keras_record *c,
                bool is_recorded, void *y)
{
    const struct tconv_keras_weight *weight = layer->weights->weight;
    if (c->kernel == NULL)
        tconv_generic_forward(&c->layer, c->batch, c->x, weight[TCONV_KERAS_KERNEL].value,
                              weight[TCONV_KERAS_BIAS].value, y, c->kept);
    else if (is_recorded)
        c->kernel->kernel->forward_train(0, 1, c->batch, c->x, c->kernel->packed, y,
                                         c->kept, c->kernel->workspace);
    else
        c->kernel->kernel->forward(0, 1, c->batch, c->x, c->kernel->packed, y,
                                   c->kernel->workspace);
}

bool tconv_keras_compute(struct tconv_keras_layer *layer,
                         const struct tconv_keras_tensor *x, struct tconv_keras_tensor *y,
                         struct tconv_keras_record *record,
                         struct tconv_keras_error *error)
{
    struct tconv_keras_record call = {.batch = 0};
    if (!prepare(layer, x, &call, error))
        return false;
    if (record != NULL && call.kernel != NULL && call.kernel->kernel->backward == NULL)
        call.kernel = NULL; /* emitted for inference alone */
    const bool keeps =
        record != NULL || (call.kernel == NULL && tconv_halves(&call.layer));
    if (!cast_input(layer, x, &call, error) || (keeps && !take_kept(&call, error))) {
        tconv_keras_free_record(&call);
        return false;
    }
    const struct tconv_shape shape = tconv_output_shape(&call.layer, call.batch);
    y->type = layer->arguments.spec.type;
    y->shape = tconv_keras_shape_of(&shape);
    run(layer, &call, record != NULL, y->values);
    call.y = y->values;
    tconv_keras_enter(layer);
    const bool ok =
        tconv_keras_record_loss(layer, &call.layer, call.batch, y->values, error);
    tconv_keras_leave(layer);
    if (ok && record != NULL)
        *record = call;
    else
        tconv_keras_free_record(&call);
    return ok;
}

bool tconv_keras_call(struct tconv_keras_layer *layer, const struct tconv_keras_tensor *x,
                      struct tconv_keras_tensor *y, struct tconv_keras_error *error)
{
    return tconv_keras_compute(layer, x, y, NULL, error);
}

bool tconv_keras_apply(struct tconv_keras_layer *layer,
                       const struct tconv_keras_tensor *x, struct tconv_keras_tensor *y,
                       struct tconv_keras_error *error)
{
    if (layer->arguments.spec.dialect != TCONV_TF1)
        snprintf(layer->warning, sizeof layer->warning, "%s",
                 "`layer.apply` is deprecated and will be removed in a future "
                 "version. Please use `layer.__call__` method instead.");
    return tconv_keras_call(layer, x, y, error);
}
