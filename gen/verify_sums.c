/*
 * verify_sums: the sums of magnitudes that a pass's rounding is relative to, for passes
 * that sum products as they are and for those that filter windows (tconv_judge.h).
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

bool verify_sum_forward(const struct verify_sums *s, const double *x, const double *w,
                        const double *b, double *sums, struct error *err)
{
    if (tconv_rounds_plainly(s->rounding)) {
        tconv_judge_forward(s->layer, s->batch, x, w, b, sums, NULL);
        return true;
    }
    const struct tconv_layer wide = tconv_judge_wide_layer(s->layer, s->rounding);
    const size_t n = s->batch * tconv_z_size(s->layer);
    double *wide_x = take_wide(s, &wide, false, x, err);
    double *wide_sums = take_wide(s, &wide, true, NULL, err);
    if (wide_x == NULL || wide_sums == NULL)
        return false;
    tconv_judge_forward(&wide, s->batch, wide_x, w, NULL, wide_sums, NULL);
    tconv_judge_narrow(s->layer, s->rounding, true, s->batch, wide_sums, sums);
    grow(s, sums, n);
    for (size_t i = 0; s->layer->use_bias && i < n; i++)
        sums[i] +=
            b[s->layer->channels_first
                  ? i / (s->layer->axis[0].out * s->layer->axis[1].out) % s->layer->out_c
                  : i % s->layer->out_c];
    return true;
}

bool verify_sum_input(const struct verify_sums *s, const double *w, const double *dz,
                      double *sums, struct error *err)
{
    if (tconv_rounds_plainly(s->rounding)) {
        tconv_judge_backward(s->layer, s->batch, NULL, w, dz, sums, NULL, NULL, NULL,
                             NULL, NULL);
        return true;
    }
    const struct tconv_layer wide = tconv_judge_wide_layer(s->layer, s->rounding);
    double *wide_dz = take_wide(s, &wide, true, dz, err);
    double *wide_sums = take_wide(s, &wide, false, NULL, err);
    if (wide_dz == NULL || wide_sums == NULL)
        return false;
    tconv_judge_backward(&wide, s->batch, NULL, w, wide_dz, wide_sums, NULL, NULL, NULL,
                         NULL, NULL);
    tconv_judge_narrow(s->layer, s->rounding, false, s->batch, wide_sums, sums);
    grow(s, sums, s->batch * tconv_x_size(s->layer));
    return true;
}

bool verify_sum_weights(const struct verify_sums *s, const double *x, const double *dz,
                        double *sums, struct error *err)
{
    if (tconv_rounds_plainly(s->rounding)) {
        tconv_judge_backward(s->layer, s->batch, x, NULL, dz, NULL, NULL, sums, NULL,
                             NULL, NULL);
        return true;
    }
    const struct tconv_layer wide = tconv_judge_wide_layer(s->layer, s->rounding);
    double *wide_x = take_wide(s, &wide, false, x, err);
    double *wide_dz = take_wide(s, &wide, true, dz, err);
    if (wide_x == NULL || wide_dz == NULL)
        return false;
    tconv_judge_backward(&wide, s->batch, wide_x, NULL, wide_dz, NULL, NULL, sums, NULL,
                         NULL, NULL);
    grow(s, sums, tconv_w_size(s->layer));
    return true;
}
