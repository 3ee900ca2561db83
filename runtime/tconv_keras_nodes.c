/* tconv_keras_nodes: symbolic calls, and what the layer tells of them (G.1, G.14). */
#include <stdio.h>
#include <stdlib.h>

#include "tconv_keras_layer.h"

/* ---- the call ---------------------------------------------------------------------- */

static bool check_mask(struct tconv_keras_layer *layer,
                       const struct tconv_keras_symbol *input,
                       struct tconv_keras_error *error)
{
    const struct tconv_keras_symbol *out;
    const enum tconv_dialect dialect = layer->arguments.spec.dialect;
    if (input->mask != NULL && dialect == TCONV_KERAS3)
        snprintf(layer->warning, sizeof layer->warning,
                 "Layer '%s' (of type Conv2DTranspose) was passed an input with a mask "
                 "attached to it. However, this layer does not support masking and will "
                 "therefore destroy the mask information. Downstream layers will not see "
                 "the mask.",
                 layer->name);
    return dialect != TCONV_TF1 ||
           tconv_keras_compute_mask(layer, input->mask, &out, error);
}

static bool make_node(const struct tconv_keras_layer *layer,
                      const struct tconv_keras_symbol *input,
                      struct tconv_keras_node *node, struct tconv_keras_error *error)
{
    node->input = input;
    node->output.type = layer->arguments.spec.type;
    node->output.producer = layer;
    node->output.node = layer->n_nodes;
    node->has_loss =
        layer->arguments.training.activity_regularizer.kind != TCONV_UNREGULARIZED;
    return tconv_keras_compute_output_shape(layer, &input->shape, &node->output.shape,
                                            error);
}

const struct tconv_keras_symbol *
tconv_keras_call_symbolic(struct tconv_keras_layer *layer,
                          const struct tconv_keras_symbol *input,
                          struct tconv_keras_error *error)
{
    if (!tconv_keras_check_input(layer, &input->shape, error) ||
        !check_mask(layer, input, error))
        return NULL;
    if (layer->weights == NULL &&
        !tconv_keras_build_for(layer, input->type, &input->shape, error))
        return NULL;
    struct tconv_keras_node **grown =
        tconv_keras_grow(layer->nodes, layer->n_nodes, sizeof *grown);
    struct tconv_keras_node *node = calloc(1, sizeof *node);
    if (grown != NULL)
        layer->nodes = grown;
    if (grown == NULL || node == NULL) {
        free(node);
        tconv_keras_out_of_memory(error);
        return NULL;
    }
    if (!make_node(layer, input, node, error)) {
        free(node);
        return NULL;
    }
    if (layer->arguments.spec.dialect == TCONV_KERAS3) {
        tconv_keras_enter(layer);
        tconv_keras_leave(layer);
    }
    layer->nodes[layer->n_nodes++] = node;
    return &node->output;
}

/* ---- accessors --------------------------------------------------------------------- */

/* TF 1 with eager execution has no accessors; `member` is the name in the message. */
static bool check_eager(const struct tconv_keras_layer *layer, const char *member,
                        struct tconv_keras_error *error)
{
    if (!layer->session->is_eager || layer->arguments.spec.dialect != TCONV_TF1)
        return true;
    return tconv_keras_fail(error, TCONV_KERAS_EAGER,
                            "Layer.%s not supported in Eager mode.", member);
}

/* The node of an index, which counts from the end when it is negative; `what` is Keras's
 * word for what was asked for. */
static const struct tconv_keras_node *node_at(const struct tconv_keras_layer *layer,
                                              ptrdiff_t index, const char *member,
                                              const char *what,
                                              struct tconv_keras_error *error)
{
    const size_t n = layer->n_nodes;
    if (!check_eager(layer, member, error))
        return NULL;
    if (n == 0) {
        const bool is_tf1 = layer->arguments.spec.dialect == TCONV_TF1;
        tconv_keras_fail(
            error, TCONV_KERAS_NEVER_CALLED,
            "The layer %s%shas never been called and thus has no defined %s.",
            is_tf1 ? "" : layer->name, is_tf1 ? "" : " ", what);
        return NULL;
    }
    if (index >= 0 && (size_t)index >= n) {
        tconv_keras_fail(
            error, TCONV_KERAS_BAD_INDEX,
            "Asked to get %s at node %td, but the layer has only %zu inbound "
            "nodes.",
            what, index, n);
        return NULL;
    }
    if (index < -(ptrdiff_t)n) {
        tconv_keras_raise(error, TCONV_KERAS_BAD_INDEX, "IndexError",
                          "list index out of range");
        return NULL;
    }
    return layer->nodes[index < 0 ? index + (ptrdiff_t)n : index];
}

bool tconv_keras_get_input_at(const struct tconv_keras_layer *layer, ptrdiff_t node,
                              const struct tconv_keras_symbol **out,
                              struct tconv_keras_error *error)
{
    const struct tconv_keras_node *found =
        node_at(layer, node, "get_input_at", "input", error);
    if (found != NULL)
        *out = found->input;
    return found != NULL;
}

bool tconv_keras_get_output_at(const struct tconv_keras_layer *layer, ptrdiff_t node,
                               const struct tconv_keras_symbol **out,
                               struct tconv_keras_error *error)
{
    const struct tconv_keras_node *found =
        node_at(layer, node, "get_output_at", "output", error);
    if (found != NULL)
        *out = &found->output;
    return found != NULL;
}

bool tconv_keras_get_input_shape_at(const struct tconv_keras_layer *layer, ptrdiff_t node,
                                    struct tconv_keras_shape *out,
                                    struct tconv_keras_error *error)
{
    const struct tconv_keras_node *found =
        node_at(layer, node, "get_input_shape_at", "input shape", error);
    if (found != NULL)
        *out = found->input->shape;
    return found != NULL;
}

bool tconv_keras_get_output_shape_at(const struct tconv_keras_layer *layer,
                                     ptrdiff_t node, struct tconv_keras_shape *out,
                                     struct tconv_keras_error *error)
{
    const struct tconv_keras_node *found =
        node_at(layer, node, "get_output_shape_at", "output shape", error);
    if (found != NULL)
        *out = found->output.shape;
    return found != NULL;
}

bool tconv_keras_get_input_mask_at(const struct tconv_keras_layer *layer, ptrdiff_t node,
                                   const struct tconv_keras_symbol **out,
                                   struct tconv_keras_error *error)
{
    const struct tconv_keras_node *found =
        node_at(layer, node, "get_input_mask_at", "input", error);
    if (found != NULL)
        *out = found->input->mask;
    return found != NULL;
}

bool tconv_keras_get_output_mask_at(const struct tconv_keras_layer *layer, ptrdiff_t node,
                                    const struct tconv_keras_symbol **out,
                                    struct tconv_keras_error *error)
{
    const struct tconv_keras_node *found =
        node_at(layer, node, "get_output_mask_at", "output", error);
    if (found != NULL)
        *out = found->output.mask;
    return found != NULL;
}

/* ---- properties: of node 0 --------------------------------------------------------- */

static const struct tconv_keras_node *first_node(const struct tconv_keras_layer *layer,
                                                 const char *member, bool is_input,
                                                 struct tconv_keras_error *error)
{
    if (!check_eager(layer, member, error))
        return NULL;
    if (layer->n_nodes > 0)
        return layer->nodes[0];
    if (layer->arguments.spec.dialect == TCONV_KERAS3)
        tconv_keras_fail(error, TCONV_KERAS_NOT_CONNECTED,
                         "The layer %s has never been called and thus has no defined %s.",
                         layer->name, is_input ? "input" : "output");
    else if (is_input)
        tconv_keras_fail(error, TCONV_KERAS_NOT_CONNECTED,
                         "Layer %s is not connected, no input to return.", layer->name);
    else
        tconv_keras_fail(error, TCONV_KERAS_NOT_CONNECTED,
                         "Layer %s has no inbound nodes.", layer->name);
    return NULL;
}

bool tconv_keras_input(const struct tconv_keras_layer *layer,
                       const struct tconv_keras_symbol **out,
                       struct tconv_keras_error *error)
{
    const struct tconv_keras_node *first = first_node(layer, "input", true, error);
    if (first != NULL)
        *out = first->input;
    return first != NULL;
}

bool tconv_keras_output(const struct tconv_keras_layer *layer,
                        const struct tconv_keras_symbol **out,
                        struct tconv_keras_error *error)
{
    const struct tconv_keras_node *first = first_node(layer, "output", false, error);
    if (first != NULL)
        *out = &first->output;
    return first != NULL;
}

bool tconv_keras_input_mask(const struct tconv_keras_layer *layer,
                            const struct tconv_keras_symbol **out,
                            struct tconv_keras_error *error)
{
    const struct tconv_keras_node *first = first_node(layer, "input_mask", true, error);
    if (first != NULL)
        *out = first->input->mask;
    return first != NULL;
}

bool tconv_keras_output_mask(const struct tconv_keras_layer *layer,
                             const struct tconv_keras_symbol **out,
                             struct tconv_keras_error *error)
{
    const struct tconv_keras_node *first = first_node(layer, "output_mask", false, error);
    if (first != NULL)
        *out = first->output.mask;
    return first != NULL;
}

static const struct tconv_keras_shape *shape_of(const struct tconv_keras_node *node,
                                                bool is_input)
{
    return is_input ? &node->input->shape : &node->output.shape;
}

static bool refuse_shapes(const struct tconv_keras_layer *layer, bool is_input,
                          struct tconv_keras_error *error)
{
    const char *word = is_input ? "input" : "output";
    /* TF 1 forgot a quotation mark for inputs */
    const bool is_open = is_input && layer->arguments.spec.dialect == TCONV_TF1;
    return tconv_keras_fail(
        error, TCONV_KERAS_ILL_DEFINED,
        "The layer \"%s%s has multiple inbound nodes, with different %s shapes. Hence "
        "the "
        "notion of \"%s shape\" is ill-defined for the layer. Use `get_%s_shape_at"
        "(node_index)` instead.",
        layer->name, is_open ? "" : "\"", word, word, word);
}

static bool refuse_uncalled(const struct tconv_keras_layer *layer, bool is_input,
                            struct tconv_keras_error *error)
{
    const char *word = is_input ? "input" : "output";
    if (layer->arguments.spec.dialect == TCONV_TF1)
        return tconv_keras_fail(
            error, TCONV_KERAS_NOT_CONNECTED,
            "The layer has never been called and thus has no defined %s shape.", word);
    return tconv_keras_fail(
        error, TCONV_KERAS_NOT_CONNECTED,
        "The layer \"%s\" has never been called and thus has no defined %s shape.%s",
        layer->name, word,
        is_input ? " Note that the `input_shape` property is only available for "
                   "Functional and Sequential models."
                 : "");
}

/* The shape that all nodes have. */
static bool common_shape(const struct tconv_keras_layer *layer, const char *member,
                         bool is_input, struct tconv_keras_shape *out,
                         struct tconv_keras_error *error)
{
    if (!check_eager(layer, member, error))
        return false;
    if (layer->n_nodes == 0)
        return refuse_uncalled(layer, is_input, error);
    const struct tconv_keras_shape *first = shape_of(layer->nodes[0], is_input);
    for (size_t i = 1; i < layer->n_nodes; i++)
        for (size_t a = 0; a < first->rank; a++)
            if (shape_of(layer->nodes[i], is_input)->size[a] != first->size[a])
                return refuse_shapes(layer, is_input, error);
    *out = *first;
    return true;
}

bool tconv_keras_input_shape(const struct tconv_keras_layer *layer,
                             struct tconv_keras_shape *out,
                             struct tconv_keras_error *error)
{
    return common_shape(layer, "input_shape", true, out, error);
}

bool tconv_keras_output_shape(const struct tconv_keras_layer *layer,
                              struct tconv_keras_shape *out,
                              struct tconv_keras_error *error)
{
    return common_shape(layer, "output_shape", false, out, error);
}
