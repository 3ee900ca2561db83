/*
 * plan_planes: what channels_first costs beside the products: rows that are staged, and
 * pixels that are turned from planes and into them.
 */
#include "plan_method.h"

/* Cycles, measured on Golden Cove: of a byte that is staged by rows or turned by squares,
 * from the second-level cache and from beyond it; and of a row that is staged, which has
 * zeros around it where lanes are columns. */
static const double staged_cycles[] = {0.05, 0.125}, turned_cycles[] = {0.1, 0.19};
enum { ROW_CYCLES = 5, PADDED_ROW_CYCLES = 8 };

/* Cycles of that many bytes, one image, by the price of where they are. */
static double price(const struct plan_work *work, const double cycles[2], size_t bytes)
{
    return cycles[bytes > work->target->core->l2.bytes] * (double)bytes;
}

/* How many times the work of whole squares it is to turn pixels of channels that fill
 * none: the last squares overlap, and what is stored crosses lines. */
static double count_ragged(const struct plan_work *work)
{
    const size_t channels = work->inner_channels;
    return channels % work->lanes == 0
               ? 1
               : 2.0 * (double)lanes_whole(channels, work->lanes) / (double)channels;
}

double plan_planes_cycles(const struct plan_work *work, enum plan_method method)
{
    const struct geometry *g = work->geometry;
    const bool is_forward = work->pass == PLAN_FORWARD;
    const size_t read = (is_forward ? g->x_size : g->y_size) * g->element_bytes;
    const size_t computed = (is_forward ? g->z_size : g->x_size) * g->element_bytes;
    const size_t rows =
        work->inner_channels * (is_forward ? g->axis[0].in : g->axis[0].out);
    if (!g->layer.channels_first || work->pass == PLAN_BACKWARD_WEIGHTS)
        return 0;
    if (method == PLAN_WINOGRAD)
        return price(work, turned_cycles, read) * count_ragged(work) +
               price(work, turned_cycles, computed);
    const double staged = price(work, staged_cycles, read);
    if (method == PLAN_COLUMNS)
        return staged +
               (double)(rows * (is_forward ? 1 : g->axis[1].stride) * PADDED_ROW_CYCLES);
    return price(work, turned_cycles, computed) +
           (work->inner_channels > 1 ? staged + (double)(rows * ROW_CYCLES) : 0);
}
