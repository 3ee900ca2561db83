/* tconv_keras_layer: how a layer object begins and ends, and its plain properties. */
#include "tconv_keras_layer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *join(const char *name, const char *end)
{
    const size_t length = strlen(name) + strlen(end) + 1;
    char *joined = malloc(length);
    if (joined != NULL)
        snprintf(joined, length, "%s%s", name, end);
    return joined;
}

bool tconv_keras_rename(struct tconv_keras_layer *layer, const char *name,
                        struct tconv_keras_error *error)
{
    const bool is_tf = layer->arguments.spec.dialect != TCONV_KERAS3;
    char *copies[] = {join(name, is_tf ? "/kernel:0" : "/kernel"),
                      join(name, is_tf ? "/bias:0" : "/bias"), join(name, "")};
    char **old[] = {&layer->paths[0], &layer->paths[1], &layer->name};
    const bool ok = copies[0] != NULL && copies[1] != NULL && copies[2] != NULL;
    for (size_t i = 0; i < 3; i++) {
        free(ok ? *old[i] : copies[i]);
        if (ok)
            *old[i] = copies[i];
    }
    return ok || tconv_keras_out_of_memory(error);
}

/* G.9: conv2d_transpose, then _1, _2, ...; names that were given count for nothing. */
static bool choose_name(struct tconv_keras_layer *layer, struct tconv_keras_error *error)
{
    const struct tconv_spec *spec = &layer->arguments.spec;
    char number[32] = "";
    if (spec->has_name)
        return tconv_keras_rename(layer, spec->name, error);
    if (layer->session->n_named > 0)
        snprintf(number, sizeof number, "_%zu", layer->session->n_named);
    char *name = join("conv2d_transpose", number);
    const bool ok = name != NULL && tconv_keras_rename(layer, name, error);
    free(name);
    if (ok)
        layer->session->n_named++;
    return ok || tconv_keras_out_of_memory(error);
}

struct tconv_keras_layer *tconv_keras_open(struct tconv_keras_session *session,
                                           const struct tconv_keras_arguments *arguments,
                                           struct tconv_keras_error *error)
{
    struct tconv_keras_layer *layer = calloc(1, sizeof *layer);
    if (layer == NULL) {
        tconv_keras_out_of_memory(error);
        return NULL;
    }
    layer->session = session != NULL ? session : &layer->own_session;
    layer->arguments = *arguments;
    layer->version = 1;
    if (!choose_name(layer, error)) {
        layer->arguments.free_texts = NULL; /* still the caller's */
        tconv_keras_free(layer);
        return NULL;
    }
    if (error != NULL)
        *error = (struct tconv_keras_error){.exception = ""};
    return layer;
}

static void free_kernel(struct tconv_keras_kernel *kernel)
{
    free(kernel->packed);
    free(kernel->workspace);
    free(kernel);
}

void tconv_keras_free(struct tconv_keras_layer *layer)
{
    if (layer == NULL)
        return;
    tconv_keras_forget(layer);
    tconv_keras_free_weights(layer->weights);
    for (size_t i = 0; i < layer->n_nodes; i++)
        free(layer->nodes[i]);
    for (size_t i = 0; i < layer->n_kernels; i++)
        free_kernel(layer->kernels[i]);
    free(layer->nodes);
    free(layer->kernels);
    free(layer->records);
    free(layer->losses);
    free(layer->paths[0]);
    free(layer->paths[1]);
    free(layer->name);
    if (layer->arguments.free_texts != NULL)
        layer->arguments.free_texts(layer->arguments.texts);
    free(layer);
}

enum tconv_dialect tconv_keras_dialect(const struct tconv_keras_layer *layer)
{
    return layer->arguments.spec.dialect;
}

const char *tconv_keras_name(const struct tconv_keras_layer *layer)
{
    return layer->name;
}

const char *tconv_keras_dtype(const struct tconv_keras_layer *layer)
{
    const struct tconv_spec *spec = &layer->arguments.spec;
    if (spec->dialect == TCONV_TF1 && !spec->has_type)
        return NULL;
    return spec->type == TCONV_FLOAT64 ? "float64" : "float32";
}

bool tconv_keras_trainable(const struct tconv_keras_layer *layer)
{
    return layer->arguments.spec.trainable;
}

void tconv_keras_set_trainable(struct tconv_keras_layer *layer, bool is_trainable)
{
    layer->arguments.spec.trainable = is_trainable;
}

const char *tconv_keras_activity_regularizer(const struct tconv_keras_layer *layer)
{
    return layer->arguments.activity_regularizer;
}

const char *tconv_keras_warning(const struct tconv_keras_layer *layer)
{
    return layer->warning;
}

void tconv_keras_enter(struct tconv_keras_layer *layer)
{
    if (layer->depth++ == 0)
        layer->n_losses = 0;
}

void tconv_keras_leave(struct tconv_keras_layer *layer)
{
    if (layer->depth > 0)
        layer->depth--;
}
