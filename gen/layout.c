#include "layout.h"

#include "tconv_activation.h"

/* Offsets in packed and workspace are multiples of this, so that an aligned buffer stays
 * so. */
enum { ALIGNMENT_BYTES = 64 };

static size_t align(const struct geometry *geometry, size_t elements)
{
    const size_t step = ALIGNMENT_BYTES / geometry->element_bytes;
    return (elements + step - 1) / step * step;
}

static struct layout_view caller_view(const struct geometry *geometry, size_t rows,
                                      size_t columns, size_t channels)
{
    if (geometry->layer.channels_first)
        return (struct layout_view){columns, 1, rows * columns};
    return (struct layout_view){columns * channels, channels, 1};
}

static struct layout_view staged_view(size_t columns, size_t channels)
{
    return (struct layout_view){columns * channels, channels, 1};
}

/* A direct kernel walks the channels of a pixel in a loop: they should be neighbours. */
static bool wants_neighbours(const struct geometry *geometry,
                             const struct plan_choice *choice)
{
    return geometry->layer.channels_first && choice->method == PLAN_DIRECT;
}

static void place_operand(struct layout *layout, const struct geometry *geometry,
                          struct layout_operand *operand, struct layout_view view,
                          size_t offset, size_t size)
{
    operand->view = view;
    operand->is_staged = true;
    operand->offset = offset;
    operand->size = size;
    const size_t end = align(geometry, offset + size);
    if (end > layout->workspace_size)
        layout->workspace_size = end;
}

/* dz = dy * f'(z) is dy itself for a linear layer, when its layout suits the pass. */
static void derive_dz(struct layout *layout, const struct geometry *geometry,
                      const struct plan *plan)
{
    const struct tconv_layer *layer = &geometry->layer;
    const bool is_linear = layer->activation.function == TCONV_LINEAR;
    for (int pass = PLAN_BACKWARD_INPUT; pass <= PLAN_BACKWARD_WEIGHTS; pass++) {
        struct layout_operand *dz = &layout->dz[pass];
        dz->view = layout->y;
        if (!is_linear || wants_neighbours(geometry, &plan->pass[pass]))
            place_operand(layout, geometry, dz,
                          staged_view(layer->axis[1].out, layer->out_c), 0,
                          geometry->y_size);
    }
}

static void derive_x(struct layout *layout, const struct geometry *geometry,
                     const struct plan *plan)
{
    const struct tconv_layer *layer = &geometry->layer;
    const size_t columns = layer->axis[1].in, lanes = layout->split[PLAN_FORWARD].lanes;
    layout->forward_x.view = layout->weights_x.view = layout->x;
    layout->staged_channels = lanes_padded(layer->in_c, lanes);
    if (wants_neighbours(geometry, &plan->pass[PLAN_FORWARD]))
        place_operand(layout, geometry, &layout->forward_x,
                      staged_view(columns, layer->in_c), 0, geometry->x_size);
    if (!plan->backward)
        return;
    const bool has_vectors = layout->x.channel_step == 1 && layer->in_c % lanes == 0;
    if (wants_neighbours(geometry, &plan->pass[PLAN_BACKWARD_WEIGHTS]) ||
        (lanes > 1 && !has_vectors)) {
        const struct layout_operand *dz = &layout->dz[PLAN_BACKWARD_WEIGHTS];
        place_operand(layout, geometry, &layout->weights_x,
                      staged_view(columns, layout->staged_channels),
                      dz->is_staged ? align(geometry, dz->size) : 0,
                      layer->axis[0].in * columns * layout->staged_channels);
    }
}

/* Packed: bias, then the forward weights, then the backward ones; lanes padded with
 * zeros. */
static void derive_packed(struct layout *layout, const struct geometry *geometry,
                          const struct plan *plan)
{
    const struct tconv_layer *layer = &geometry->layer;
    const size_t lanes = layout->split[PLAN_FORWARD].lanes;
    const size_t taps = layer->axis[0].kernel * layer->axis[1].kernel;
    const size_t out_c = lanes_padded(layer->out_c, lanes);
    layout->packed_bias = 0;
    layout->packed_forward = align(geometry, out_c);
    layout->packed_backward =
        layout->packed_forward + align(geometry, taps * layer->in_c * out_c);
    layout->packed_size = layout->packed_backward;
    if (plan->backward)
        layout->packed_size +=
            align(geometry, taps * layer->out_c * lanes_padded(layer->in_c, lanes));
}

struct layout layout_derive(const struct geometry *geometry, const struct plan *plan)
{
    const struct tconv_layer *layer = &geometry->layer;
    const size_t lanes = target_lanes(plan->target, layer->type);
    struct layout layout = {
        .x = caller_view(geometry, layer->axis[0].in, layer->axis[1].in, layer->in_c),
        .y = caller_view(geometry, layer->axis[0].out, layer->axis[1].out, layer->out_c)};
    for (int pass = 0; pass < (plan->backward ? PLAN_PASSES : 1); pass++)
        layout.split[pass] = lanes_cut(pass == PLAN_FORWARD ? layer->out_c : layer->in_c,
                                       lanes, plan->pass[pass].vectors);
    if (plan->backward)
        derive_dz(&layout, geometry, plan);
    derive_x(&layout, geometry, plan);
    derive_packed(&layout, geometry, plan);
    layout.saved_size =
        plan->backward && tconv_keeps_z(&layer->activation) ? geometry->y_size : 0;
    return layout;
}
