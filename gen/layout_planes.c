/*
 * layout_planes: where channels_first layers keep what lies otherwise than the caller has
 * it: rows of channels, pixels turned from planes, and strips of pixels to be turned.
 */
#include "layout.h"

#include "columns.h"
#include "plan_method.h"

/* Elements from one channel of a row to the next. Where these would share the sets of a
 * cache, as a power of two apart, a line lies between them. */
static size_t row_pitch(const struct geometry *geometry, size_t columns)
{
    enum { LINE_BYTES = 64 };
    const bool is_even = columns * geometry->element_bytes % (2 * LINE_BYTES) == 0;
    return columns + (is_even ? LINE_BYTES / geometry->element_bytes : 0);
}

size_t layout_stage_rows(struct layout_operand *operand, const struct geometry *geometry,
                         size_t columns, size_t channels, size_t rows, size_t from)
{
    const size_t pitch = row_pitch(geometry, columns);
    *operand = (struct layout_operand){.view = {channels * pitch, 1, pitch},
                                       .is_staged = true,
                                       .offset = from,
                                       .size = rows * channels * pitch,
                                       .rows = rows};
    return layout_align(geometry, from + operand->size);
}

size_t layout_stage_pixels(struct layout_operand *operand,
                           const struct geometry *geometry, size_t columns, size_t padded,
                           size_t rows, size_t made_channels, size_t from)
{
    *operand = (struct layout_operand){.view = {columns * padded, padded, 1},
                                       .is_staged = true,
                                       .offset = from,
                                       .size = rows * columns * padded,
                                       .rows = rows};
    operand->made = layout_align(geometry, from + operand->size);
    return layout_align(geometry, operand->made + made_channels * columns);
}

size_t layout_stage_columns(struct layout_operand *operand,
                            const struct geometry *geometry, const struct plan *plan,
                            enum plan_pass pass, bool makes)
{
    const struct tconv_layer *layer = &geometry->layer;
    const struct plan_choice *choice = &plan->pass[pass];
    const bool is_forward = pass == PLAN_FORWARD;
    const size_t lanes = target_lanes(plan->target, layer->type);
    const struct columns columns =
        columns_derive(geometry, is_forward, lanes, choice->vectors * lanes);
    const size_t channel = columns.residues * columns.pitch;
    const size_t row = (is_forward ? layer->in_c : layer->out_c) * channel;
    *operand = (struct layout_operand){.view = {row, 1, channel},
                                       .is_staged = true,
                                       .size = choice->window_rows * row + columns.right,
                                       .rows = choice->window_rows};
    operand->made = layout_align(geometry, operand->size);
    return layout_align(geometry, operand->made + (makes ? layer->axis[1].out : 0));
}

size_t layout_gradient_rows(const struct geometry *geometry, size_t block_rows)
{
    const struct tconv_axis *axis = &geometry->layer.axis[0];
    const size_t reach = (axis->kernel - 1) * axis->dilation + 1;
    const size_t most = (block_rows - 1) * axis->stride +
                        (reach > axis->stride ? reach : axis->stride) + axis->crop;
    const size_t last_top = (axis->in - 1) / block_rows * block_rows * axis->stride;
    const size_t first = last_top > axis->crop ? last_top - axis->crop : 0;
    const size_t last = axis->out > first ? axis->out - first : 1;
    const size_t rows = most > last ? most : last;
    return rows < axis->out ? rows : axis->out;
}

/* Rows from the first to the last of a band's tile, the most of any. */
static size_t count_band_rows(const struct geometry *geometry, const struct plan *plan,
                              enum plan_pass pass)
{
    const struct plan_choice *choice = &plan->pass[pass];
    struct spans spans;
    const struct plan_work work =
        plan_describe_choice(geometry, plan->target, pass, choice, &spans);
    const struct tile_limit limit = {choice->tile[0], choice->tile[1]};
    const size_t n = tiles_count_regions(work.walk[0], work.walk[1]);
    size_t most = 1;
    for (size_t r = 0; r < n; r++) {
        const struct tile_region region =
            tiles_region(work.walk[0], work.walk[1], r, limit);
        const size_t rows = (region.cut[0][0].size - 1) * region.run[0]->to_step + 1;
        most = rows > most ? rows : most;
    }
    return most;
}

/* Rows of the outputs of a block of tiles. */
static size_t count_block_rows(const struct plan_choice *choice,
                               const struct winograd *winograd, enum plan_pass pass)
{
    const size_t of = pass == PLAN_BACKWARD_INPUT ? 1 : 0;
    const size_t columns = winograd->axis[1].n_tiles[of];
    const size_t spanned = (choice->block_tiles + 2 * columns - 2) / columns;
    const size_t n = winograd->axis[0].n_tiles[of];
    return (spanned < n ? spanned : n) * choice->form.outputs[0] *
           (pass == PLAN_FORWARD ? winograd->axis[0].stride : 1);
}

size_t layout_place_strip(struct layout *layout, const struct geometry *geometry,
                          const struct plan *plan, enum plan_pass pass, size_t from)
{
    const struct plan_choice *choice = &plan->pass[pass];
    const struct tconv_axis *axis = geometry->layer.axis;
    const struct lanes_split *split = &layout->split[pass];
    struct layout_strip *strip = &layout->strip[pass];
    if (!geometry->layer.channels_first ||
        (choice->method != PLAN_DIRECT && choice->method != PLAN_WINOGRAD))
        return from;
    const size_t pitch =
        split->n_full > 0 ? lanes_full_row(split) : lanes_last_row(split);
    const size_t columns = pass == PLAN_FORWARD ? axis[1].out : axis[1].in;
    strip->is_used = true;
    strip->rows = choice->method == PLAN_DIRECT
                      ? count_band_rows(geometry, plan, pass)
                      : count_block_rows(choice, &layout->winograd[pass].winograd, pass);
    strip->view = (struct layout_view){columns * pitch, pitch, 1};
    strip->offset = from;
    strip->size = layout_align(geometry, strip->rows * columns * pitch);
    return from + (pass == PLAN_FORWARD ? 2 : 1) * strip->size;
}
