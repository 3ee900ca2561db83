/* layout_strassen: where products of halves keep sums of blocks (layout.h). */
#include "layout.h"

size_t layout_place_strassen(struct layout_strassen *layout,
                             const struct geometry *geometry, const struct plan *plan,
                             enum plan_pass pass, size_t from)
{
    const struct plan_choice *choice = &plan->pass[pass];
    const size_t lanes = target_lanes(plan->target, geometry->layer.type);
    const size_t pairs = choice->block_tiles;
    layout->row =
        layout_spread_row(geometry, strassen_depth(geometry, pass == PLAN_FORWARD));
    layout->v = from;
    layout->v_product = layout_spread_point(geometry, pairs * layout->row);
    layout->sums = from + STRASSEN_PRODUCTS * layout->v_product;
    layout->sums_block = layout_spread_point(geometry, pairs * choice->vectors * lanes);
    return layout_align(geometry, layout->sums + 4 * layout->sums_block);
}
