/*
 * layout_winograd: where minimal filtering keeps windows, weights and sums (layout.h).
 */
#include "layout.h"

#include "integers.h"

/* Forward and backward_input: rows of windows, weights per point, sums of a group. */
static size_t place_positions(struct layout_winograd *layout,
                              const struct geometry *geometry,
                              const struct plan_choice *choice, enum plan_pass pass,
                              size_t lanes, size_t from)
{
    const struct tconv_layer *layer = &geometry->layer;
    const bool is_forward = pass == PLAN_FORWARD;
    const size_t inner = is_forward ? layer->in_c : layer->out_c;
    const size_t outer = lanes_whole(is_forward ? layer->out_c : layer->in_c, lanes);
    const size_t shared = from;
    size_t most_points = 0;
    for (size_t i = 0; i < winograd_count_kinds(&layout->winograd); i++) {
        const struct winograd_kind kind = winograd_kind(&layout->winograd, i);
        layout->row[i] =
            layout_spread_row(geometry, inner * (is_forward ? 1 : kind.phases));
        layout->v[i] = plan_keeps_kinds(geometry, pass) ? from : shared;
        layout->v_point[i] =
            layout_spread_point(geometry, choice->block_tiles * layout->row[i]);
        const size_t end = layout->v[i] + kind.points * layout->v_point[i];
        from = end > from ? end : from;
        layout->u[i] = layout->packed_size;
        layout->packed_size += kind.points * inner * kind.phases * outer;
        if (kind.points > most_points)
            most_points = kind.points;
    }
    layout->sums = from;
    layout->sums_point =
        layout_spread_point(geometry, choice->block_tiles * choice->vectors * lanes);
    return from + most_points * layout->sums_point;
}

static size_t place_weights(struct layout_winograd *layout,
                            const struct geometry *geometry,
                            const struct plan_choice *choice, size_t lanes, size_t from)
{
    const size_t panels = ceil_div(geometry->layer.out_c, layout->panel);
    size_t most_points = 0;
    for (size_t i = 0; i < winograd_count_kinds(&layout->winograd); i++) {
        const struct winograd_kind kind = winograd_kind(&layout->winograd, i);
        layout->row[i] = choice->vectors * lanes;
        layout->v[i] = from;
        layout->v_point[i] =
            layout_spread_point(geometry, choice->block_tiles * layout->row[i]);
        if (kind.points > most_points)
            most_points = kind.points;
    }
    from += most_points * layout->v_point[0];
    size_t end = from; /* gradients of one kind after the other are in the same place */
    for (size_t i = 0; i < winograd_count_kinds(&layout->winograd); i++) {
        const struct winograd_kind kind = winograd_kind(&layout->winograd, i);
        layout->z[i] = from;
        layout->z_point[i] =
            layout_spread_point(geometry, choice->block_tiles * layout->panel);
        const size_t size = kind.points * kind.phases * panels * layout->z_point[i];
        end = from + size > end ? from + size : end;
    }
    from = end;
    layout->sums = from;
    layout->sums_point =
        layout_spread_point(geometry, layout->panel * choice->vectors * lanes);
    return from + most_points * layout->sums_point;
}

size_t layout_place_winograd(struct layout_winograd *layout,
                             const struct geometry *geometry, const struct plan *plan,
                             enum plan_pass pass, size_t from)
{
    const struct plan_choice *choice = &plan->pass[pass];
    const size_t lanes = target_lanes(plan->target, geometry->layer.type);
    layout->winograd = winograd_derive(geometry, &choice->form);
    layout->panel = plan_panel_channels(plan->target, &geometry->layer);
    const size_t end = pass == PLAN_BACKWARD_WEIGHTS
                           ? place_weights(layout, geometry, choice, lanes, from)
                           : place_positions(layout, geometry, choice, pass, lanes, from);
    return layout_align(geometry, end);
}
