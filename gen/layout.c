#include "layout.h"

#include "tconv_activation.h"

size_t layout_align(const struct geometry *geometry, size_t elements)
{
    enum { ALIGNMENT_BYTES = 64 };
    const size_t step = ALIGNMENT_BYTES / geometry->element_bytes;
    return (elements + step - 1) / step * step;
}

size_t layout_spread_row(const struct geometry *geometry, size_t elements)
{
    enum { CACHE_STRIDE = 2048 };
    const size_t bytes = elements * geometry->element_bytes;
    return bytes % CACHE_STRIDE == 0 ? elements + layout_align(geometry, 1) : elements;
}

size_t layout_spread_point(const struct geometry *geometry, size_t elements)
{
    const size_t line = layout_align(geometry, 1);
    const size_t lines = layout_align(geometry, elements) / line;
    return (lines | 1) * line;
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

/* A kernel that walks the channels of a pixel in a loop wants them near each other. */
static bool wants_neighbours(const struct geometry *geometry,
                             const struct plan_choice *choice, size_t channels)
{
    return geometry->layer.channels_first && choice->method != PLAN_STRAIGHT &&
           channels > 1;
}

static void reserve(struct layout *layout, const struct geometry *geometry, size_t offset,
                    size_t size)
{
    const size_t end = layout_align(geometry, offset + size);
    if (end > layout->workspace_size)
        layout->workspace_size = end;
}

static size_t place_operand(struct layout_operand *operand,
                            const struct geometry *geometry, struct layout_view view,
                            size_t rows, size_t offset)
{
    operand->view = view;
    operand->is_staged = true;
    operand->offset = offset;
    operand->rows = rows;
    operand->size = rows * view.row_step;
    return layout_align(geometry, offset + operand->size);
}

/* Rows of what direct reads that are staged at a time. */
static size_t count_window(const struct plan_choice *choice, size_t rows)
{
    return choice->window_rows > 0 && choice->window_rows < rows ? choice->window_rows
                                                                 : rows;
}

/*
 * dz = dy * f'(z) is dy itself for a linear layer, when its layout suits the pass. Where
 * channels are planes, products that take dz by scalars read rows of channels, and
 * minimal filtering reads pixels. Returns where it ends.
 */
static size_t place_dz(struct layout *layout, const struct geometry *geometry,
                       const struct plan *plan, enum plan_pass pass)
{
    const struct tconv_layer *layer = &geometry->layer;
    const struct plan_choice *choice = &plan->pass[pass];
    const bool is_linear = layer->activation.function == TCONV_LINEAR;
    const size_t rows = layer->axis[0].out, columns = layer->axis[1].out;
    struct layout_operand *dz = &layout->dz[pass];
    dz->view = layout->y;
    if (choice->method == PLAN_COLUMNS)
        return layout_stage_columns(dz, geometry, plan, pass, !is_linear);
    if (is_linear && !wants_neighbours(geometry, choice, layer->out_c))
        return 0;
    if (!layer->channels_first || choice->method == PLAN_STRAIGHT)
        return place_operand(dz, geometry, staged_view(columns, layer->out_c), rows, 0);
    if (choice->method == PLAN_WINOGRAD)
        return layout_stage_pixels(dz, geometry, columns, layer->out_c, rows,
                                   is_linear ? 0 : layer->out_c, 0);
    const size_t window = pass == PLAN_BACKWARD_WEIGHTS
                              ? layout_gradient_rows(geometry, choice->block_rows)
                              : count_window(choice, rows);
    return layout_stage_rows(dz, geometry, columns, layer->out_c, window, 0);
}

/* x as forward reads it, by scalars. */
static size_t place_x(struct layout *layout, const struct geometry *geometry,
                      const struct plan *plan)
{
    const struct tconv_layer *layer = &geometry->layer;
    const struct plan_choice *choice = &plan->pass[PLAN_FORWARD];
    const size_t rows = layer->axis[0].in, columns = layer->axis[1].in;
    layout->forward_x.view = layout->x;
    if (choice->method == PLAN_COLUMNS)
        return layout_stage_columns(&layout->forward_x, geometry, plan, PLAN_FORWARD,
                                    false);
    if (!wants_neighbours(geometry, choice, layer->in_c))
        return 0;
    if (choice->method == PLAN_WINOGRAD)
        return layout_stage_pixels(&layout->forward_x, geometry, columns, layer->in_c,
                                   rows, 0, 0);
    const size_t window = choice->method == PLAN_SCATTER ? 1 : count_window(choice, rows);
    return layout_stage_rows(&layout->forward_x, geometry, columns, layer->in_c, window,
                             0);
}

/* x as backward_weights reads it, by vectors. */
static size_t place_weights_x(struct layout *layout, const struct geometry *geometry,
                              const struct plan *plan, size_t from)
{
    const struct tconv_layer *layer = &geometry->layer;
    const struct plan_choice *choice = &plan->pass[PLAN_BACKWARD_WEIGHTS];
    const size_t rows = layer->axis[0].in, columns = layer->axis[1].in,
                 lanes = layout->split[PLAN_BACKWARD_WEIGHTS].lanes;
    layout->staged_channels = choice->method == PLAN_WINOGRAD
                                  ? lanes_whole(layer->in_c, lanes)
                                  : lanes_padded(layer->in_c, lanes);
    layout->weights_x.view = layout->x;
    const bool has_vectors =
        layout->x.channel_step == 1 &&
        (choice->method == PLAN_WINOGRAD
             ? layout->staged_channels == layer->in_c
             : lanes_are_whole(&layout->split[PLAN_BACKWARD_WEIGHTS]));
    const bool is_narrow = lanes > 1 && !has_vectors && !choice->lanes_out;
    if (!is_narrow && !wants_neighbours(geometry, choice, layer->in_c))
        return from;
    if (!layer->channels_first || choice->method == PLAN_STRAIGHT)
        return place_operand(&layout->weights_x, geometry,
                             staged_view(columns, layout->staged_channels), rows, from);
    return layout_stage_pixels(
        &layout->weights_x, geometry, columns, layout->staged_channels,
        choice->method == PLAN_WINOGRAD ? rows : choice->block_rows, 0, from);
}

/* What a pass stages, turns and transforms lies one behind the other. */
static void derive_pass(struct layout *layout, const struct geometry *geometry,
                        const struct plan *plan, enum plan_pass pass)
{
    size_t end = pass == PLAN_FORWARD ? place_x(layout, geometry, plan)
                                      : place_dz(layout, geometry, plan, pass);
    if (pass == PLAN_BACKWARD_WEIGHTS)
        end = place_weights_x(layout, geometry, plan, end);
    if (plan->pass[pass].method == PLAN_WINOGRAD)
        end = layout_place_winograd(&layout->winograd[pass], geometry, plan, pass, end);
    if (plan->pass[pass].method == PLAN_STRASSEN)
        end = layout_place_strassen(&layout->strassen[pass], geometry, plan, pass, end);
    if (pass != PLAN_BACKWARD_WEIGHTS)
        end = layout_place_strip(layout, geometry, plan, pass, end);
    reserve(layout, geometry, 0, end);
}

size_t layout_joined_taps(const struct geometry *geometry)
{
    const struct tconv_axis *columns = &geometry->layer.axis[1];
    return (columns->kernel + columns->stride - 1) / columns->stride;
}

/* Beside a staged x: the state, then one output row. */
static void derive_scatter(struct layout *layout, const struct geometry *geometry,
                           const struct plan *plan)
{
    const struct plan_choice *choice = &plan->pass[PLAN_FORWARD];
    const struct layout_operand *x = &layout->forward_x;
    const size_t lanes = layout->split[PLAN_FORWARD].lanes;
    if (choice->method != PLAN_SCATTER)
        return;
    layout->scatter = scatter_derive(geometry, lanes);
    layout->split[PLAN_FORWARD] =
        lanes_cut(layout->scatter.columns, lanes, choice->vectors);
    layout->scatter_state = x->is_staged ? layout_align(geometry, x->size) : 0;
    layout->scatter_row =
        layout->scatter_state + layout_align(geometry, layout->scatter.state_size);
    reserve(layout, geometry, layout->scatter_row, layout->scatter.row_size);
}

/* Elements of the weights that a pass reads, packed. */
static size_t count_packed(const struct layout *layout, const struct geometry *geometry,
                           const struct plan *plan, enum plan_pass pass, size_t depth)
{
    const struct tconv_layer *layer = &geometry->layer;
    const size_t row = lanes_packed(&layout->split[pass]);
    if (plan->pass[pass].method == PLAN_COLUMNS)
        return geometry->w_size;
    if (plan->pass[pass].method == PLAN_WINOGRAD)
        return layout->winograd[pass].packed_size;
    if (plan->pass[pass].method == PLAN_STRASSEN)
        return STRASSEN_PRODUCTS * geometry->w_size / 4;
    if (plan->pass[pass].method == PLAN_SCATTER)
        return depth * row;
    if (plan->pass[pass].method == PLAN_JOINED)
        return layer->axis[0].kernel * layout_joined_taps(geometry) * depth * row;
    return layer->axis[0].kernel * layer->axis[1].kernel * depth * row;
}

/* Packed: bias, then the forward weights, then the backward ones; lanes padded with
 * zeros. */
static void derive_packed(struct layout *layout, const struct geometry *geometry,
                          const struct plan *plan)
{
    const struct tconv_layer *layer = &geometry->layer;
    const size_t lanes = layout->split[PLAN_FORWARD].lanes;
    const enum plan_method method = plan->pass[PLAN_FORWARD].method;
    const bool has_chunks = method == PLAN_SCATTER || method == PLAN_JOINED;
    layout->packed_bias = 0;
    layout->bias_repeats = has_chunks ? layer->axis[1].stride : 1;
    layout->packed_forward =
        layout_align(geometry, lanes_padded(layout->bias_repeats * layer->out_c, lanes));
    layout->packed_backward =
        layout->packed_forward +
        layout_align(geometry,
                     count_packed(layout, geometry, plan, PLAN_FORWARD, layer->in_c));
    layout->packed_size = layout->packed_backward;
    if (plan->backward)
        layout->packed_size +=
            layout_align(geometry, count_packed(layout, geometry, plan,
                                                PLAN_BACKWARD_INPUT, layer->out_c));
}

static size_t count_lane_channels(const struct tconv_layer *layer,
                                  const struct plan *plan, enum plan_pass pass)
{
    const size_t phases =
        plan->pass[pass].method == PLAN_JOINED ? layer->axis[1].stride : 1;
    const bool is_out = pass == PLAN_FORWARD || plan->pass[pass].lanes_out;
    return phases * (is_out ? layer->out_c : layer->in_c);
}

struct layout layout_derive(const struct geometry *geometry, const struct plan *plan)
{
    const struct tconv_layer *layer = &geometry->layer;
    const size_t lanes = target_lanes(plan->target, layer->type);
    struct layout layout = {
        .x = caller_view(geometry, layer->axis[0].in, layer->axis[1].in, layer->in_c),
        .y = caller_view(geometry, layer->axis[0].out, layer->axis[1].out, layer->out_c)};
    for (int pass = 0; pass < (plan->backward ? PLAN_PASSES : 1); pass++)
        layout.split[pass] =
            lanes_cut(count_lane_channels(layer, plan, (enum plan_pass)pass),
                      plan->pass[pass].lanes_depth ? 1 : lanes, plan->pass[pass].vectors);
    for (int pass = 0; pass < PLAN_PASSES; pass++) {
        const enum plan_method method = plan->pass[pass].method;
        if (method == PLAN_WINOGRAD)
            layout.split[pass].last_lanes = lanes;
        layout.split[pass].overlaps = layout.split[pass].lanes > 1 &&
                                      (method == PLAN_DIRECT || method == PLAN_JOINED);
    }
    for (int pass = 0; pass < (plan->backward ? PLAN_PASSES : 1); pass++)
        derive_pass(&layout, geometry, plan, (enum plan_pass)pass);
    derive_scatter(&layout, geometry, plan);
    derive_packed(&layout, geometry, plan);
    layout.saved_size =
        plan->backward && tconv_keeps_z(&layer->activation) ? geometry->z_size : 0;
    if (tconv_halves(layer)) {
        layout.sums = layout.workspace_size;
        reserve(&layout, geometry, layout.sums, geometry->z_size);
    }
    return layout;
}
