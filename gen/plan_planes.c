/*
 * plan_planes: what channels_first costs beside the products: rows that are staged, and
 * pixels that are turned from planes and into them.
 */
#include "plan_method.h"

/* Cycles of a byte, measured on Golden Cove with images that no cache of its own holds:
 * a row staged, and an element turned by squares. */
#define STAGED_CYCLES 0.125
#define TURNED_CYCLES 0.19

double plan_planes_cycles(const struct plan_work *work, enum plan_method method)
{
    const struct geometry *g = work->geometry;
    const bool is_forward = work->pass == PLAN_FORWARD;
    const double read = (double)((is_forward ? g->x_size : g->y_size) * g->element_bytes);
    const double computed =
        (double)((is_forward ? g->z_size : g->x_size) * g->element_bytes);
    if (!g->layer.channels_first || work->pass == PLAN_BACKWARD_WEIGHTS)
        return 0;
    if (method == PLAN_COLUMNS)
        return STAGED_CYCLES * read;
    if (method == PLAN_WINOGRAD)
        return TURNED_CYCLES * (read + computed);
    const double staged = work->inner_channels > 1 ? read : 0;
    return STAGED_CYCLES * staged + TURNED_CYCLES * computed;
}
