/*
 * differences: gradients against central differences.
 *
 * Along a direction v of x, w or b, z changes linearly: z + t*u. With L(t) = <dy, y> and
 * step h, what the comparison may be off by is the sum of
 *
 *   rounding   of both L, divided by 2h: each y within the judge's bound, and the product
 *   cutting    h^2/6 |L'''|, |L'''| <= sum |dy| C |u|^3
 *   gradients  each a sum of products that rounds as the judge says, from slopes that
 * come from a rounded y or z:  sum |dy| C |u| (its bound)
 *
 * where C bounds the activation's first three derivatives, and that of the slope by y.
 * Base, direction and h are such that base +- h*v is exact.
 */
#include <math.h>
#include <string.h>

#include "check.h"
#include "random.h"
#include "tconv_activation.h"
#include "tconv_judge.h"
#include "trial.h"

static const double step = 0x1p-17; /* near the cube root of 2^-53: least of the sum */

/*
 * C, where y is at most `largest_y`; 0 for an activation that is not smooth. Sigmoid,
 * tanh, softplus, silu, gelu, mish and their like: the largest is tanh's, 2. Exponential:
 * y itself, and 1 by y. Softmax, with |dy| <= 1 and |u| of its row's largest: y (a^3 - 3
 * a v - k) with |a| <= 2|u|, v <= |u|^2 and k <= |u|^3 the moments of u under y, is below
 * 16 |u|^3. Log_softmax: its third derivative is -k with |k| <= 8 |u|^3 the third central
 * moment; a slope, delta - e^y, moves by e^y <= 1 with y.
 */
static double bound_curve(enum tconv_function function, double largest_y)
{
    switch (function) {
    case TCONV_LINEAR:
    case TCONV_SIGMOID:
    case TCONV_TANH:
    case TCONV_SOFTPLUS:
    case TCONV_SILU:
    case TCONV_GELU:
    case TCONV_MISH:
    case TCONV_LOG_SIGMOID:
    case TCONV_SQUAREPLUS:
    case TCONV_TANH_SHRINK:
        return 2;
    case TCONV_EXPONENTIAL:
        return fmax(2, largest_y);
    case TCONV_SOFTMAX:
    case TCONV_LOG_SOFTMAX:
        return 16;
    default:
        return 0;
    }
}

/* The judge's opinion of one side, base + h*v or base - h*v, and the kernel's L there. */
struct side {
    double *z, *z_bound, *y, *y_bound, loss;
};

struct probe {
    struct trial trial;
    const struct tconv_layer *layer;
    struct tconv_terms terms;
    struct arena arena;
    double *direction;
    double *reach; /* for each y, sum of |products| with the direction */
    struct side plus, minus;
};

static double *take(struct probe *p, size_t n, struct error *err)
{
    return arena_take(&p->arena, n, sizeof(double), err);
}

static bool take_side(struct probe *p, struct side *side, struct error *err)
{
    const size_t n = p->trial.size[TRIAL_Y];
    side->z = take(p, n, err);
    side->z_bound = take(p, n, err);
    side->y = take(p, n, err);
    side->y_bound = take(p, n, err);
    return !err->is_set;
}

/* Weights get a power of two with which z stays where activations bend. */
static double choose_scale(const struct probe *p)
{
    return exp2(-ceil(log2(fmax(1, sqrt((double)p->terms.z) / 3))));
}

static void measure_side(const struct probe *p, struct side *side)
{
    void *const *at = p->trial.at;
    tconv_judge_forward(p->layer, p->trial.batch, at[TRIAL_X], at[TRIAL_W], at[TRIAL_B],
                        side->z, side->z_bound);
    for (size_t i = 0; i < p->trial.size[TRIAL_Y]; i++)
        side->z_bound[i] = tconv_error_bound(TCONV_FLOAT64, p->terms.z, side->z_bound[i]);
    tconv_judge_output(p->layer, p->trial.batch, side->z, side->z_bound, side->y,
                       side->y_bound);
}

static void run_side(struct probe *p, enum trial_buffer moved, const double *base,
                     double h, struct side *side)
{
    double *values = p->trial.at[moved];
    for (size_t i = 0; i < p->trial.size[moved]; i++)
        values[i] = base[i] + h * p->direction[i];
    trial_run_forward(&p->trial);
    side->loss = trial_dot(&p->trial, TRIAL_DY, TRIAL_Y);
    measure_side(p, side);
    memcpy(values, base, p->trial.size[moved] * sizeof *base);
}

/* |values| or zeros of a tensor's size. */
static double *take_magnitudes(struct probe *p, enum trial_buffer buffer,
                               const double *values, struct error *err)
{
    double *magnitudes = take(p, p->trial.size[buffer], err);
    for (size_t i = 0; magnitudes != NULL && values != NULL && i < p->trial.size[buffer];
         i++)
        magnitudes[i] = fabs(values[i]);
    return magnitudes;
}

/* The sums of |products| in which the direction stands in for x, w or b. */
static bool measure_reach(struct probe *p, enum trial_buffer moved, struct error *err)
{
    const double *v = p->direction;
    const double *x = take_magnitudes(p, TRIAL_X,
                                      moved == TRIAL_X   ? v
                                      : moved == TRIAL_W ? p->trial.at[TRIAL_X]
                                                         : NULL,
                                      err);
    const double *w =
        take_magnitudes(p, TRIAL_W, moved == TRIAL_W ? v : p->trial.at[TRIAL_W], err);
    const double *b = take_magnitudes(p, TRIAL_B, moved == TRIAL_B ? v : NULL, err);
    if (x == NULL || w == NULL || b == NULL)
        return false;
    tconv_judge_forward(p->layer, p->trial.batch, x, w, b, p->reach, NULL);
    return true;
}

static double find_largest_move(const struct probe *p)
{
    double largest = 0;
    for (size_t i = 0; i < p->trial.size[TRIAL_Y]; i++)
        largest = fmax(largest, fabs(p->plus.z[i] - p->minus.z[i]) + p->plus.z_bound[i] +
                                    p->minus.z_bound[i]);
    return largest / (2 * step);
}

static double bound_difference(const struct probe *p, enum trial_buffer moved,
                               size_t gradient_terms)
{
    const bool by_rows = tconv_works_on_rows(&p->layer->activation);
    const double largest_move = find_largest_move(p);
    const struct side *a = &p->plus, *b = &p->minus;
    const size_t n = p->trial.size[TRIAL_Y];
    double rounding = 0, losses = 0, cutting = 0, slopes = 0, products = 0;
    for (size_t i = 0; i < n; i++) {
        const double dy = fabs(trial_value(&p->trial, TRIAL_DY, i));
        const double curve =
            (by_rows ? 1 : dy) *
            bound_curve(p->layer->activation.function, fmax(a->y[i], b->y[i]));
        const double moves = fabs(a->z[i] - b->z[i]) + a->z_bound[i] + b->z_bound[i];
        const double u = by_rows ? largest_move : moves / (2 * step);
        rounding += dy * (a->y_bound[i] + b->y_bound[i]);
        losses += dy * (fabs(a->y[i]) + fabs(b->y[i]));
        cutting += curve * u * u * u;
        slopes += curve * u * (a->z_bound[i] + a->y_bound[i]);
        products += curve * p->reach[i];
    }
    rounding += tconv_error_bound(TCONV_FLOAT64, n, losses);
    return rounding / (2 * step) + step * step / 6 * cutting + slopes +
           tconv_error_bound(
               TCONV_FLOAT64,
               gradient_terms + TCONV_SLOPE_ROUNDINGS + p->trial.size[moved], products);
}

/* One of x, w and b with its gradient. */
struct parameter {
    enum trial_buffer moved, gradient;
    size_t terms;
    const char *name;
};

static bool compare(struct probe *p, const struct parameter *parameter, uint64_t seed,
                    struct error *err)
{
    const enum trial_buffer moved = parameter->moved;
    const size_t n = p->trial.size[moved];
    const double *gradient = p->trial.at[parameter->gradient];
    float *coarse = arena_take(&p->arena, n, sizeof(float), err);
    double *base = take(p, n, err);
    p->direction = take(p, n, err);
    if (coarse == NULL || base == NULL || p->direction == NULL)
        return false;
    memcpy(base, p->trial.at[moved], n * sizeof *base);
    random_fill(&seed, TCONV_FLOAT32, n, coarse);
    double slope = 0;
    for (size_t i = 0; i < n; i++) {
        p->direction[i] = coarse[i] * (moved == TRIAL_W ? choose_scale(p) : 1);
        slope += gradient[i] * p->direction[i];
    }
    if (!measure_reach(p, moved, err))
        return false;
    run_side(p, moved, base, step, &p->plus);
    run_side(p, moved, base, -step, &p->minus);
    const double expected = (p->plus.loss - p->minus.loss) / (2 * step);
    const double bound = bound_difference(p, moved, parameter->terms);
    return fabs(slope - expected) <= bound ||
           error_set(err,
                     "%s: got a slope of %.12g by %s; expected %.12g, by differences of "
                     "forward, within %g",
                     p->trial.layer->place, slope, parameter->name, expected, bound);
}

static bool compare_all(struct probe *p, uint64_t seed, struct error *err)
{
    const struct parameter parameters[] = {{TRIAL_X, TRIAL_DX, p->terms.dx, "dx"},
                                           {TRIAL_W, TRIAL_DW, p->terms.dw, "dw"},
                                           {TRIAL_B, TRIAL_DB, p->terms.db, "db"}};
    double *w = p->trial.at[TRIAL_W];
    for (size_t i = 0; i < p->trial.size[TRIAL_W]; i++)
        w[i] *= choose_scale(p);
    p->reach = take(p, p->trial.size[TRIAL_Y], err);
    if (p->reach == NULL || !take_side(p, &p->plus, err) || !take_side(p, &p->minus, err))
        return false;
    trial_run_training(&p->trial);
    for (uint64_t i = 0; i < (p->layer->use_bias ? 3 : 2); i++)
        if (!compare(p, &parameters[i], seed + i + 1, err))
            return false;
    return true;
}

bool check_differences(const struct layer *layer, uint64_t seed, struct error *err)
{
    const struct tconv_layer *l = &layer->geometry.layer;
    if (l->type != TCONV_FLOAT64 || layer->kernel->backward == NULL ||
        layer->line.batch == 0 || bound_curve(l->activation.function, 0) == 0)
        return true;
    struct probe probe = {.layer = l, .terms = tconv_judge_terms(l, layer->line.batch)};
    const bool holds =
        trial_make(&probe.trial, layer, seed, err) && compare_all(&probe, seed, err);
    trial_free(&probe.trial);
    arena_free(&probe.arena);
    return holds;
}
