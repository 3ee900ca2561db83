/*
 * plan_walk: what products of matrices cost that go through packed weights column by
 * column: those of minimal filtering, and of halves of channels.
 */
#include "plan_walk.h"

/* Without vectors: a compiled vector's product, a number that a loop multiplies with, and
 * the loop itself. Measured on Golden Cove with SSE, whose limit is 0.67. */
static const double looped_product_cycles = 0.66, number_cycles = 0.4, loop_cycles = 6;

/* One step of such a product's reduction; the loop over channels goes several at once. */
static double looped_step(const struct plan_work *work, size_t rows, size_t vectors)
{
    const size_t terms = plan_product_terms(work->target, rows);
    return looped_product_cycles * (double)(rows * vectors) +
           number_cycles * (double)rows + loop_cycles / (double)terms;
}

double plan_product_step(const struct plan_work *work, size_t rows, size_t vectors,
                         double load_cycles)
{
    if (work->target->vector_bytes == 0)
        return looped_step(work, rows, vectors);
    const double products = (double)(rows * vectors) / work->target->core->fma_per_cycle;
    const double loads = plan_count_loads(work, rows, vectors);
    return plan_larger(plan_larger(products, PLAN_FMA_LATENCY), loads / 2) +
           load_cycles * loads;
}

double plan_beside(double a, double b, double shown)
{
    const double longer = plan_larger(a, b), shorter = a + b - longer;
    const double share = shorter / longer;
    return longer + shown * shorter * share * share;
}

/* What shows of a stream from beyond the second-level cache. Measured on Golden Cove. */
static const double shown_far = 0.4;

/* Cycles of a step that reads `near` bytes from the second-level cache and some from
 * beyond it, which take `far` cycles. */
static double fed_step(const struct target_core *core, double step, double near,
                       double far)
{
    return plan_beside(plan_larger(step, near / core->l2.bytes_per_cycle), far,
                       shown_far);
}

/* The share of so many bytes that the second-level cache loses from one call to the next:
 * none of what it surely keeps, all of what fills thirteen sixteenths of it: measured on
 * Golden Cove. */
static double lost_share(const struct target_core *core, double bytes)
{
    const double kept = plan_kept_bytes(core), whole = (double)core->l2.bytes * 13 / 16;
    return bytes <= kept ? 0 : bytes >= whole ? 1 : (bytes - kept) / (whole - kept);
}

double plan_walk_cycles(const struct plan_work *work, const struct plan_walk *walk,
                        double n_steps, double n_steps_of_point)
{
    const struct target_core *core = work->target->core;
    const double u = walk->point / n_steps_of_point, v = walk->group / n_steps_of_point;
    if (!core->asks_ahead)
        return plan_streamed(core, n_steps * walk->n_groups * walk->step, n_steps * u,
                             walk->weights);
    const bool keeps_windows =
        walk->block + 2 * walk->point + walk->sums <= plan_kept_bytes(core);
    const double v_far = keeps_windows ? 0 : v / core->shared.bytes_per_cycle;
    const double u_far =
        lost_share(core, walk->weights) * u / plan_far_rate(core, walk->weights);
    const double far = v_far + u_far / walk->n_groups;
    const double at_once = 2 * walk->point + walk->group * walk->n_groups;
    const double step = at_once <= (double)core->l2.bytes / 2
                            ? fed_step(core, walk->step, u + v, far)
                            : fed_step(core, walk->step, u + v, 0) + far;
    return n_steps * walk->n_groups * step;
}

double plan_stored_cycles(const struct plan_work *work, double kept, size_t points)
{
    const struct target_core *core = work->target->core;
    if (core->l2_stored_per_cycle == 0 || kept <= (double)core->l1.bytes / 2)
        return 0;
    const double rate = kept <= (double)core->l2.bytes ? core->l2_stored_per_cycle
                                                       : core->shared_stored_per_cycle;
    return (double)(points * work->target->vector_bytes) / rate;
}
