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
