/*
 * verify_judge: what a kernel computed against the judge, element by element.
 *
 * The gradients are judged from the y (and z) that the kernel itself kept, as a
 * derivative may leap where y is a rounding away from a kink.
 */
#include "verify_parts.h"

#include <math.h>

#include "tconv_activation.h"
#include "tconv_generic.h"
#include "tconv_judge.h"
#include "tconv_shape.h"

/* Everything in float64, with error bounds. */
struct judged {
    const struct verify_trial *trial;
    const struct tconv_layer *layer;
    size_t batch, x_size, z_size, y_size, w_size, b_size; /* elements, of the batch */
    struct arena *arena;
    double *x, *w, *b;
};

struct values {
    double *expected, *bound;
};

static double *take(const struct judged *j, size_t n, struct error *err)
{
    return arena_take(j->arena, n, sizeof(double), err);
}

static bool take_values(const struct judged *j, size_t n, struct values *values,
                        struct error *err)
{
    values->expected = take(j, n, err);
    values->bound = take(j, n, err);
    return values->expected != NULL && values->bound != NULL;
}

static double value_at(enum tconv_type type, const void *values, size_t i)
{
    return type == TCONV_FLOAT32 ? ((const float *)values)[i]
                                 : ((const double *)values)[i];
}

static double *widen(const struct judged *j, const void *values, size_t n,
                     struct error *err)
{
    double *wide = take(j, n, err);
    for (size_t i = 0; wide != NULL && i < n; i++)
        wide[i] = value_at(j->layer->type, values, i);
    return wide;
}

/* Sums of magnitudes become bounds. */
static void bound_sums(const struct judged *j, double *sums, size_t n, size_t terms)
{
    for (size_t i = 0; i < n; i++)
        sums[i] = tconv_error_bound(j->layer->type, terms, sums[i]);
}

static double share_of(double got, double expected, double bound)
{
    const double error = fabs(got - expected);
    if (error == 0 || got == expected)
        return 0;
    return error <= bound || error > bound ? error / bound : INFINITY;
}

/* Writes where element `flat` is in a tensor of the given axes. */
static void find_index(size_t flat, const size_t *dims, int n_axes, size_t *index)
{
    for (int axis = n_axes; axis-- > 0; flat /= dims[axis])
        index[axis] = flat % dims[axis];
}

static void judge_values(const struct judged *j, enum verify_check check,
                         const struct values *values, const size_t *dims, int n_axes,
                         struct verify_report *report)
{
    struct verify_worst *worst = &report->worst[check];
    const void *got = j->trial->results[check].at;
    size_t n = 1, at = 0;
    for (int axis = 0; axis < n_axes; axis++)
        n *= dims[axis];
    *worst =
        (struct verify_worst){.was_checked = true, .n_elements = n, .n_axes = n_axes};
    for (size_t i = 0; i < n; i++) {
        const double share = share_of(value_at(j->layer->type, got, i),
                                      values->expected[i], values->bound[i]);
        at = share > worst->share ? i : at;
        worst->share = share > worst->share ? share : worst->share;
    }
    if (n == 0)
        return;
    worst->got = value_at(j->layer->type, got, at);
    worst->expected = values->expected[at];
    worst->bound = values->bound[at];
    find_index(at, dims, n_axes, worst->index);
}

/* The sizes of a batch of images in the order of the data format. */
static void image_dims(const struct judged *j, size_t rows, size_t columns,
                       size_t channels, size_t dims[4])
{
    const bool first = j->layer->channels_first;
    dims[0] = j->batch;
    dims[1] = first ? channels : rows;
    dims[2] = first ? rows : columns;
    dims[3] = first ? columns : channels;
}

static void z_dims(const struct judged *j, size_t dims[4])
{
    image_dims(j, j->layer->axis[0].out, j->layer->axis[1].out, j->layer->out_c, dims);
}

static double *take_magnitudes(const struct judged *j, const double *values, size_t n,
                               struct error *err)
{
    double *magnitudes = take(j, n, err);
    for (size_t i = 0; magnitudes != NULL && i < n; i++)
        magnitudes[i] = fabs(values[i]);
    return magnitudes;
}

static struct verify_sums sums_of(const struct judged *j, enum tconv_pass pass)
{
    return (struct verify_sums){.layer = j->layer,
                                .rounding = &j->trial->kernel->rounding[pass],
                                .batch = j->batch,
                                .arena = j->arena};
}

/* The terms that a pass has beyond its products. */
static size_t window_terms(const struct verify_sums *s)
{
    return tconv_judge_window_terms(s->layer, s->rounding, s->batch);
}

static bool judge_forward(const struct judged *j, struct verify_report *report,
                          struct error *err)
{
    size_t dims[4];
    struct values z, y;
    if (!take_values(j, j->z_size, &z, err) || !take_values(j, j->y_size, &y, err))
        return false;
    const struct verify_sums sums = sums_of(j, TCONV_FORWARD);
    const double *x = take_magnitudes(j, j->x, j->x_size, err);
    const double *w = take_magnitudes(j, j->w, j->w_size, err);
    const double *b = take_magnitudes(j, j->b, j->b_size, err);
    if (x == NULL || w == NULL || b == NULL ||
        !verify_sum_forward(&sums, x, w, b, z.bound, err))
        return false;
    tconv_judge_forward(j->layer, j->batch, j->x, j->w, j->b, z.expected, NULL);
    bound_sums(j, z.bound, j->z_size,
               tconv_judge_terms(j->layer, j->batch).z + window_terms(&sums));
    tconv_judge_output(j->layer, j->batch, z.expected, z.bound, y.expected, y.bound);
    z_dims(j, dims);
    const struct tconv_shape shape = tconv_output_shape(j->layer, j->batch);
    judge_values(j, VERIFY_FORWARD_Y, &y, shape.size, 4, report);
    if (j->trial->kernel->backward == NULL)
        return true;
    judge_values(j, VERIFY_TRAIN_Y, &y, shape.size, 4, report);
    if (tconv_keeps_z(&j->layer->activation))
        judge_values(j, VERIFY_TRAIN_Z, &z, dims, 4, report);
    return true;
}

struct gradients {
    struct values dx, dw, db;
};

static bool take_gradients(const struct judged *j, struct gradients *g, struct error *err)
{
    return take_values(j, j->x_size, &g->dx, err) &&
           take_values(j, j->w_size, &g->dw, err) &&
           take_values(j, j->b_size, &g->db, err);
}

/* dz as the judge has it, from what the kernel kept, and its magnitudes. */
static bool derive_dz(const struct judged *j, double **dz, double **magnitudes,
                      struct error *err)
{
    const struct verify_trial *trial = j->trial;
    const bool keeps_z = tconv_keeps_z(&j->layer->activation);
    const double *y = widen(j, trial->results[VERIFY_TRAIN_Y].at, j->y_size, err);
    const double *z =
        widen(j, trial->results[VERIFY_TRAIN_Z].at, keeps_z ? j->z_size : 0, err);
    const double *dy = widen(j, trial->given[VERIFY_DY], j->y_size, err);
    *dz = take(j, j->z_size, err);
    *magnitudes = take(j, j->z_size, err);
    if (y == NULL || z == NULL || dy == NULL || *dz == NULL || *magnitudes == NULL)
        return false;
    tconv_judge_dz(j->layer, j->batch, y, keeps_z ? z : NULL, dy, *dz, *magnitudes);
    return true;
}

static bool derive_gradients(const struct judged *j, struct gradients *g,
                             struct error *err)
{
    double *dz, *dz_magnitudes;
    const double *x = take_magnitudes(j, j->x, j->x_size, err);
    const double *w = take_magnitudes(j, j->w, j->w_size, err);
    if (x == NULL || w == NULL || !take_gradients(j, g, err) ||
        !derive_dz(j, &dz, &dz_magnitudes, err))
        return false;
    tconv_judge_backward(j->layer, j->batch, j->x, j->w, dz, g->dx.expected, NULL,
                         g->dw.expected, NULL, g->db.expected, NULL);
    const struct verify_sums of_dx = sums_of(j, TCONV_BACKWARD_INPUT);
    const struct verify_sums of_dw = sums_of(j, TCONV_BACKWARD_WEIGHTS);
    if (!verify_sum_input(&of_dx, w, dz_magnitudes, g->dx.bound, err) ||
        !verify_sum_weights(&of_dw, x, dz_magnitudes, g->dw.bound, err))
        return false;
    tconv_judge_backward(j->layer, j->batch, NULL, NULL, dz_magnitudes, NULL, NULL, NULL,
                         NULL, g->db.bound, NULL);
    const struct tconv_terms terms = tconv_judge_terms(j->layer, j->batch);
    bound_sums(j, g->dx.bound, j->x_size,
               terms.dx + TCONV_SLOPE_ROUNDINGS + window_terms(&of_dx));
    bound_sums(j, g->dw.bound, j->w_size,
               terms.dw + TCONV_SLOPE_ROUNDINGS + window_terms(&of_dw));
    bound_sums(j, g->db.bound, j->b_size, terms.db + TCONV_SLOPE_ROUNDINGS);
    return true;
}

static bool judge_backward(const struct judged *j, struct verify_report *report,
                           struct error *err)
{
    const struct tconv_axis *axis = j->layer->axis;
    struct gradients gradients;
    size_t x_dims[4];
    const size_t w_dims[4] = {axis[0].kernel, axis[1].kernel, j->layer->out_c,
                              j->layer->in_c};
    if (!derive_gradients(j, &gradients, err))
        return false;
    image_dims(j, axis[0].in, axis[1].in, j->layer->in_c, x_dims);
    judge_values(j, VERIFY_DX, &gradients.dx, x_dims, 4, report);
    judge_values(j, VERIFY_DW, &gradients.dw, w_dims, 4, report);
    if (j->b_size != 0)
        judge_values(j, VERIFY_DB, &gradients.db, &j->b_size, 1, report);
    return true;
}

bool verify_judge(const struct verify_trial *trial, struct verify_report *report,
                  struct arena *arena, struct error *err)
{
    const struct tconv_layer *layer = &trial->kernel->layer;
    struct judged j = {
        .trial = trial,
        .layer = layer,
        .batch = trial->batch,
        .x_size = trial->batch * tconv_x_size(layer),
        .z_size = trial->batch * tconv_z_size(layer),
        .y_size = trial->batch * tconv_y_size(layer),
        .w_size = tconv_w_size(layer),
        .b_size = layer->use_bias ? layer->out_c : 0,
        .arena = arena,
    };
    j.x = widen(&j, trial->given[VERIFY_X], j.x_size, err);
    j.w = widen(&j, trial->given[VERIFY_W], j.w_size, err);
    j.b = widen(&j, trial->given[VERIFY_B], j.b_size, err);
    if (j.x == NULL || j.w == NULL || j.b == NULL || !judge_forward(&j, report, err))
        return false;
    return trial->kernel->backward == NULL || judge_backward(&j, report, err);
}
