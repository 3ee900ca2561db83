/*
 * plan_depth: direct for the gradient of x where input channels are few. The lanes hold
 * output channels: dz and weights are read by vectors, and nothing is broadcast. In the
 * end the lanes of each sum are added.
 */
#include "plan_method.h"

#include "integers.h"

/* Vectors of fewer lanes than this are not worth adding up. */
enum { FEWEST_LANES = 4 };

bool plan_lays_depth(const struct plan_work *work)
{
    return work->pass == PLAN_BACKWARD_INPUT && work->lanes >= FEWEST_LANES &&
           !work->geometry->layer.channels_first && work->lane_channels < work->lanes &&
           work->inner_channels >= FEWEST_LANES;
}

struct plan_work plan_lay_depth(const struct plan_work *work)
{
    struct plan_work laid = *work;
    laid.depth_lanes = lanes_filled(work->inner_channels, work->lanes);
    laid.inner_channels = ceil_div(work->inner_channels, laid.depth_lanes);
    laid.lanes = 1;
    return laid;
}

/* As many sums as a vector has lanes are added in a tree, two shuffles and an addition a
 * node; shuffles have one port. */
double plan_depth_cycles(const struct plan_work *work, size_t n_sums)
{
    enum { SHUFFLES = 2, LATENCY = 16 };
    return (double)(SHUFFLES * n_sums) +
           (double)(LATENCY * ceil_div(n_sums, work->depth_lanes));
}

double plan_depth_loads(const struct plan_work *work, size_t rows)
{
    const struct target_core *core = work->target->core;
    const struct geometry *g = work->geometry;
    const struct tconv_axis *columns = &g->layer.axis[1];
    const size_t pixels = rows * columns->stride + columns->kernel;
    const bool stays = pixels * g->layer.out_c * g->element_bytes <= core->l1.bytes / 2;
    const double taps = stays ? (double)columns->kernel / (double)columns->stride : 1;
    const double bytes = (double)(rows * work->depth_lanes * g->element_bytes);
    return bytes / core->l2.bytes_per_cycle / plan_larger(taps, 1);
}
