/*
 * plan_depth: direct for the gradient of x where input channels fill no vectors. The
 * lanes hold what is summed over: the output channels of all column taps, which are
 * neighbours in a row of dz, and in packed weights. Both are read by vectors, and nothing
 * is broadcast. In the end the lanes of each sum are added.
 */
#include "plan_method.h"

#include "integers.h"
#include "plan_walk.h"

/* Vectors of fewer lanes than this are not worth adding up; so many input channels have
 * vectors that are full enough. */
enum { FEWEST_LANES = 4, MOST_CHANNELS = 32 };

/* The fewest column taps that an input meets, if any. */
static size_t fewest_taps(const struct axis_walk *columns)
{
    size_t fewest = 0;
    for (size_t i = 0; i < columns->n_runs; i++) {
        const size_t n = columns->runs[i].n_taps;
        fewest = n > 0 && (fewest == 0 || n < fewest) ? n : fewest;
    }
    return fewest;
}

bool plan_lays_depth(const struct plan_work *work)
{
    const struct tconv_layer *layer = &work->geometry->layer;
    return work->pass == PLAN_BACKWARD_INPUT && work->lanes >= FEWEST_LANES &&
           !layer->channels_first && layer->axis[1].dilation == 1 &&
           layer->in_c % work->lanes != 0 && layer->in_c <= MOST_CHANNELS &&
           fewest_taps(work->walk[1]) * layer->out_c >= FEWEST_LANES;
}

struct plan_work plan_lay_depth(const struct plan_work *work)
{
    struct plan_work laid = *work;
    laid.depth_lanes =
        lanes_filled(fewest_taps(work->walk[1]) * work->inner_channels, work->lanes);
    laid.inner_channels = plan_depth_steps(&laid, work->geometry->axis[1].kernel);
    laid.lanes = 1;
    return laid;
}

size_t plan_depth_steps(const struct plan_work *work, size_t column_taps)
{
    return ceil_div(column_taps * work->geometry->layer.out_c, work->depth_lanes);
}

/* As many sums as a vector has lanes are added in a tree, two shuffles and an addition a
 * node; shuffles have one port. */
double plan_depth_cycles(const struct plan_work *work, size_t n_sums)
{
    enum { SHUFFLES = 2, LATENCY = 16 };
    return (double)(SHUFFLES * n_sums) +
           (double)(LATENCY * ceil_div(n_sums, work->depth_lanes));
}

/* Whole lines come from the second level at twice the rate, vectors of dz across two
 * lines at two thirds of it: measured on Golden Cove. */
double plan_depth_loads(const struct plan_work *work, size_t rows, size_t channels,
                        const struct target_cache *from)
{
    const struct target_core *core = work->target->core;
    const struct geometry *g = work->geometry;
    const struct tconv_axis *columns = &g->layer.axis[1];
    const size_t vector = work->depth_lanes * g->element_bytes;
    const size_t pixel = g->layer.out_c * g->element_bytes;
    const size_t pixels = rows * columns->stride + columns->kernel;
    const bool stays = pixels * pixel <= core->l1.bytes / 2;
    const double met = (double)columns->kernel / (double)columns->stride;
    const double dz = (double)(rows * vector) / (stays ? plan_larger(met, 1) : 1);
    const double w = from == NULL ? 0 : (double)(channels * vector);
    const bool dz_lies_across = pixel % vector != 0;
    const bool w_lies_across = columns->kernel * pixel % vector != 0;
    const size_t lines =
        rows * (dz_lies_across ? 2 : 1) + channels * (w_lies_across ? 2 : 1);
    const double far = dz_lies_across ? 1.5 * dz + w : (dz + w) / 2;
    return plan_larger((double)lines / 2, far / core->l2.bytes_per_cycle);
}

double plan_depth_streams(const struct plan_work *work, double cycles, size_t rows,
                          size_t vectors)
{
    const double shown = 0.3; /* beside products that take as long */
    const struct target_core *core = work->target->core;
    const struct geometry *g = work->geometry;
    const struct tconv_axis *axis = g->layer.axis;
    const double dz = (double)(g->y_size * g->element_bytes);
    const double row = dz / (double)axis[0].out;
    const double band = row * (double)((rows - 1) * axis[0].stride + axis[0].kernel);
    const double kept = plan_kept_bytes(core);
    const size_t n_blocks = ceil_div(work->lane_channels, vectors);
    if (dz <= kept || band <= kept || n_blocks == 1)
        return cycles;
    const double read = dz * (double)n_blocks / core->shared.bytes_per_cycle;
    return plan_beside(cycles, read, shown);
}
