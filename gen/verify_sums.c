/*
 * verify_sums: the sums of magnitudes that a pass's rounding is relative to, for passes
 * that sum products as they are, for those that filter windows (tconv_judge.h), and for
 * those that round by norms.
 */
#include "verify_parts.h"

#include "tconv_generic.h"
#include "tconv_judge.h"

/* A tensor of the wide layer: widened from `values`, or empty when those are NULL. */
static double *take_wide(const struct verify_sums *s, const struct tconv_layer *wide,
                         bool is_output, const double *values, struct error *err)
{
    const size_t n = s->batch * (is_output ? tconv_z_size(wide) : tconv_x_size(wide));
    double *taken = arena_take(s->arena, n, sizeof(double), err);
    if (taken != NULL && values != NULL)
        tconv_judge_widen(s->layer, s->rounding, is_output, s->batch, values, taken);
    return taken;
}

static void grow(const struct verify_sums *s, double *sums, size_t n)
{
    for (size_t i = 0; i < n; i++)
        sums[i] *= s->rounding->growth;
}

/* Where the rounding is by norms, every magnitude becomes the largest of its tensor. */
static bool level(const struct verify_sums *s, const double **values, size_t n,
                  struct error *err)
{
    double largest = 0;
    if (!s->rounding->is_normwise)
        return true;
    double *leveled = arena_take(s->arena, n, sizeof(double), err);
    if (leveled == NULL)
        return false;
    for (size_t i = 0; i < n; i++)
        largest = (*values)[i] > largest ? (*values)[i] : largest;
    for (size_t i = 0; i < n; i++)
        leveled[i] = largest;
    *values = leveled;
    return true;
}

static size_t count_x(const struct verify_sums *s)
{
    return s->batch * tconv_x_size(s->layer);
}

static size_t count_z(const struct verify_sums *s)
{
    return s->batch * tconv_z_size(s->layer);
}

/* Whether the sums are those of the layer itself, not of one with all windows inside. */
static bool sums_in_place(const struct verify_sums *s)
{
    return s->rounding->is_normwise || tconv_rounds_plainly(s->rounding);
}

static void add_bias(const struct verify_sums *s, const double *b, double *sums)
{
    const struct tconv_layer *layer = s->layer;
    for (size_t i = 0; layer->use_bias && b != NULL && i < count_z(s); i++)
        sums[i] += b[layer->channels_first
                         ? i / (layer->axis[0].out * layer->axis[1].out) % layer->out_c
                         : i % layer->out_c];
}

static bool sum_wide_forward(const struct verify_sums *s, const double *x,
                             const double *w, double *sums, struct error *err)
{
    const struct tconv_layer wide = tconv_judge_wide_layer(s->layer, s->rounding);
    double *wide_x = take_wide(s, &wide, false, x, err);
    double *wide_sums = take_wide(s, &wide, true, NULL, err);
    if (wide_x == NULL || wide_sums == NULL)
        return false;
    tconv_judge_forward(&wide, s->batch, wide_x, w, NULL, wide_sums, NULL);
    tconv_judge_narrow(s->layer, s->rounding, true, s->batch, wide_sums, sums);
    return true;
}

bool verify_sum_forward(const struct verify_sums *s, const double *x, const double *w,
                        const double *b, double *sums, struct error *err)
{
    if (!level(s, &x, count_x(s), err) || !level(s, &w, tconv_w_size(s->layer), err))
        return false;
    struct tconv_layer products = *s->layer;
    products.use_bias = 0;
    if (sums_in_place(s))
        tconv_judge_forward(&products, s->batch, x, w, NULL, sums, NULL);
    else if (!sum_wide_forward(s, x, w, sums, err))
        return false;
    grow(s, sums, count_z(s));
    add_bias(s, b, sums);
    return true;
}

static bool sum_wide_input(const struct verify_sums *s, const double *w, const double *dz,
                           double *sums, struct error *err)
{
    const struct tconv_layer wide = tconv_judge_wide_layer(s->layer, s->rounding);
    double *wide_dz = take_wide(s, &wide, true, dz, err);
    double *wide_sums = take_wide(s, &wide, false, NULL, err);
    if (wide_dz == NULL || wide_sums == NULL)
        return false;
    tconv_judge_backward(&wide, s->batch, NULL, w, wide_dz, wide_sums, NULL, NULL, NULL,
                         NULL, NULL);
    tconv_judge_narrow(s->layer, s->rounding, false, s->batch, wide_sums, sums);
    return true;
}

bool verify_sum_input(const struct verify_sums *s, const double *w, const double *dz,
                      double *sums, struct error *err)
{
    if (!level(s, &w, tconv_w_size(s->layer), err) || !level(s, &dz, count_z(s), err))
        return false;
    if (sums_in_place(s))
        tconv_judge_backward(s->layer, s->batch, NULL, w, dz, sums, NULL, NULL, NULL,
                             NULL, NULL);
    else if (!sum_wide_input(s, w, dz, sums, err))
        return false;
    grow(s, sums, count_x(s));
    return true;
}

static bool sum_wide_weights(const struct verify_sums *s, const double *x,
                             const double *dz, double *sums, struct error *err)
{
    const struct tconv_layer wide = tconv_judge_wide_layer(s->layer, s->rounding);
    double *wide_x = take_wide(s, &wide, false, x, err);
    double *wide_dz = take_wide(s, &wide, true, dz, err);
    if (wide_x == NULL || wide_dz == NULL)
        return false;
    tconv_judge_backward(&wide, s->batch, wide_x, NULL, wide_dz, NULL, NULL, sums, NULL,
                         NULL, NULL);
    return true;
}

bool verify_sum_weights(const struct verify_sums *s, const double *x, const double *dz,
                        double *sums, struct error *err)
{
    if (!level(s, &x, count_x(s), err) || !level(s, &dz, count_z(s), err))
        return false;
    if (sums_in_place(s))
        tconv_judge_backward(s->layer, s->batch, x, NULL, dz, NULL, NULL, sums, NULL,
                             NULL, NULL);
    else if (!sum_wide_weights(s, x, dz, sums, err))
        return false;
    grow(s, sums, tconv_w_size(s->layer));
    return true;
}
