/*
 * tconv_judge_bounds.c: the activation as the judge has it, and how far off kernels may
 * be, in sums and through the activation.
 */
#include "tconv_judge.h"

#include <float.h>
#include <math.h>

#include "tconv_activation.h"

/* Of z. */
static size_t output_size(const struct tconv_layer *l, size_t batch)
{
    return batch * l->axis[0].out * l->axis[1].out * l->out_c;
}

/* z's last axis as laid out, whose elements lie side by side. */
static size_t row_length(const struct tconv_layer *l)
{
    return l->channels_first ? l->axis[1].out : l->out_c;
}

/* The nearest float. Volatile, as gcc 12 from -O2 on drops such pairs of conversions
 * where it makes a vector of them. */
static double as_float(double value)
{
    const volatile float narrow = (float)value;
    return (double)narrow;
}

/* The activation with its parameters as a kernel of the layer's type has them. */
static struct tconv_activation activation_of(const struct tconv_layer *l)
{
    struct tconv_activation a = l->activation;
    if (l->type == TCONV_FLOAT32) {
        a.slope = as_float(a.slope);
        a.ceiling = as_float(a.ceiling);
        a.threshold = as_float(a.threshold);
    }
    return a;
}

static double largest_of(const double *v, size_t n)
{
    double largest = 0;
    for (size_t e = 0; e < n; e++)
        largest = v[e] > largest ? v[e] : largest;
    return largest;
}

/* Half an ulp of 1 and the least number above 0. */
static double unit(enum tconv_type type)
{
    return type == TCONV_FLOAT32 ? 0.5 * (double)FLT_EPSILON : 0.5 * DBL_EPSILON;
}

static double least(enum tconv_type type)
{
    return type == TCONV_FLOAT32 ? (double)FLT_TRUE_MIN : DBL_TRUE_MIN;
}

/*
 * With u the unit, a product takes 1 rounding (0 when fused) and then passes through at
 * most terms - 1 additions, as adding to 0 is exact; the bias skips the product. So each
 * term is multiplied by at most `terms` factors (1 + e), |e| <= u, and the sum is off by
 * at most
 *     ((1 + u)^terms - 1) * sum <= n u / (1 - n u) * sum     with n = terms.
 * c = 1 covers the judge's own roundings, terms * 2^-53 <= 2^-24 for terms < 2^29; a
 * float64 kernel rounds as the judge does, so its bound is doubled. A product that
 * underflows is off by at most half of the least number, which the other factors cannot
 * double.
 */
double tconv_error_bound(enum tconv_type type, size_t terms, double sum)
{
    const double c = 1;
    const double n_u = ((double)terms + c) * unit(type);
    const double relative = n_u < 0.5 ? n_u / (1 - n_u) : INFINITY;
    const double bound = relative * sum + (double)terms * least(type);
    return type == TCONV_FLOAT32 ? bound : 2 * bound;
}

/* 2 ulp of any number up to v: an ulp is at most 2 u v, or the least number. */
static double two_ulp(enum tconv_type type, double v)
{
    return 4 * unit(type) * v + 2 * least(type);
}

/*
 * The largest |dy/dz| from low to high. |slope| of sigmoid, tanh and softsign falls away
 * from 0; that of softplus and exponential rises, as that of elu and selu does up to 0.
 * selu's are below 1.7581 e^z and 1.0508.
 * silu, gelu and mish are nowhere steeper than 1.0999 (at 2.40), 1.1290 (at sqrt
 * 2), 1.0885 (at 1.49).
 */
static double steepest(const struct tconv_activation *a, double low, double high)
{
    const double nearest = low > 0 ? low : high < 0 ? high : 0;
    const double y = tconv_activate_f64(a, nearest);
    const double alpha = fabs(a->slope);
    switch (a->function) {
    case TCONV_RELU:
        return alpha > 1 ? alpha : 1;
    case TCONV_ELU:
        return high < 0 ? alpha * exp(high) : alpha > 1 ? alpha : 1;
    case TCONV_SELU:
        return high < 0 ? 1.7581 * exp(high) : low < 0 ? 1.7581 : 1.0508;
    case TCONV_SIGMOID:
    case TCONV_TANH:
    case TCONV_SOFTSIGN:
        return tconv_activation_slope_f64(a, y, nearest);
    case TCONV_SOFTPLUS:
        return tconv_sigmoid_f64(high);
    case TCONV_EXPONENTIAL:
        return exp(high);
    case TCONV_HARD_SIGMOID_TF:
        return 0.2;
    case TCONV_HARD_SIGMOID_KERAS3:
        return 1.0 / 6;
    case TCONV_SILU:
    case TCONV_GELU:
    case TCONV_MISH:
        return 1.13;
    case TCONV_HARD_SILU:
        return 1.5;
    case TCONV_SPARSE_SIGMOID:
        return 0.5;
    default:
        return 1;
    }
}

/* What the function leaps from low to high: relu with a threshold from 0 to it (or to a
 * lower ceiling), hard_shrink at both ends of what it shrinks. */
static double leap(const struct tconv_activation *a, double low, double high)
{
    if (a->function == TCONV_HARD_SHRINK)
        return 0.5 * (low <= -0.5 && high >= -0.5) + 0.5 * (low <= 0.5 && high >= 0.5);
    if (a->function != TCONV_RELU || low > a->threshold || high < a->threshold)
        return 0;
    return fabs(a->threshold < a->ceiling ? a->threshold : a->ceiling);
}

/*
 * By the mean value theorem |y(z + e) - y(z)| <= |e| * steepest over the interval
 * (widened by the rounding of its ends); then 2 ulp for the kernel's function and, in
 * float64, 2 for the judge's.
 */
double tconv_activation_bound(const struct tconv_layer *layer, double z, double z_bound)
{
    const struct tconv_activation a = activation_of(layer);
    const double widen = 2 * DBL_EPSILON * (fabs(z) + z_bound);
    const double low = z - z_bound - widen, high = z + z_bound + widen;
    const double moved =
        z_bound * steepest(&a, low, high) * (1 + 1e-9) + leap(&a, low, high);
    const double own = two_ulp(layer->type, fabs(tconv_activate_f64(&a, z)) + moved);
    return moved + (layer->type == TCONV_FLOAT32 ? own : 2 * own);
}

/*
 * The z of a row are off by up to e = z_bound. Softmax: each exponential is multiplied by
 * e^-e to e^e and their sum likewise, so y by e^-2e to e^2e. Log_softmax and sparsemax
 * are z less a number between the row's least and largest change, so off by up to 2e.
 */
static double row_moved(enum tconv_function function, double y, double z_bound)
{
    return (function == TCONV_SOFTMAX ? y * expm1(2 * z_bound) : 2 * z_bound) *
           (1 + 1e-9);
}

/*
 * Beyond its 2 ulp sparsemax has the rounding of tau, in a wider type of unit v: with the
 * largest z at 0, k numbers from -1 to 0 (each rounded once, by v / 2) and -1 are summed
 * by k additions, off by v k (k + 1) at most, and divided by k; two more roundings and
 * z - tau. An element that is taken for one on the other side of tau moves it by less.
 */
static double row_rounding(const struct tconv_layer *layer)
{
    const double epsilon =
        layer->type == TCONV_FLOAT32 ? DBL_EPSILON : (double)LDBL_EPSILON;
    return layer->activation.function == TCONV_SPARSEMAX
               ? ((double)row_length(layer) + 5) * epsilon
               : 0;
}

/* What moved y, then the kernel's function, and the judge's. */
static double add_own(const struct tconv_layer *layer, double y, double moved)
{
    const double own = two_ulp(layer->type, fabs(y) + moved) + row_rounding(layer);
    return moved + (layer->type == TCONV_FLOAT32 ? own : 2 * own);
}

double tconv_row_bound(const struct tconv_layer *layer, double y, double z_bound)
{
    return add_own(layer, y, row_moved(layer->activation.function, y, z_bound));
}

/*
 * Of a row. Glu's a and b are off by up to e and f, its sigmoid by f / 4: a s(b) is off
 * by e s(b + f) + |a| f / 4.
 */
static void bound_row(const struct tconv_layer *layer, const double *z,
                      const double *z_bound, const double *y, double *y_bound)
{
    const size_t n = row_length(layer), half = n / 2;
    const double largest = largest_of(z_bound, n);
    if (layer->activation.function != TCONV_GLU) {
        for (size_t i = 0; i < n; i++)
            y_bound[i] = tconv_row_bound(layer, y[i], largest);
        return;
    }
    for (size_t i = 0; i < half; i++) {
        const double f = z_bound[half + i];
        const double moved =
            z_bound[i] * tconv_sigmoid_f64(z[half + i] + f) + fabs(z[i]) * f / 4;
        y_bound[i] = add_own(layer, y[i], moved * (1 + 1e-9));
    }
}

void tconv_judge_output(const struct tconv_layer *layer, size_t batch, const double *z,
                        const double *z_bound, double *y, double *y_bound)
{
    const struct tconv_activation a = activation_of(layer);
    const size_t total = output_size(layer, batch), row = row_length(layer);
    const int by_rows = tconv_works_on_rows(&a);
    for (size_t e = 0; !by_rows && e < total; e++) {
        y[e] = tconv_activate_f64(&a, z[e]);
        y_bound[e] = tconv_activation_bound(layer, z[e], z_bound[e]);
    }
    for (size_t e = 0; by_rows && e < total; e += row) {
        const size_t to = e / (tconv_halves(layer) ? 2 : 1);
        tconv_activate_row_f64(&a, z + e, y + to, row);
        bound_row(layer, z + e, z_bound + e, y + to, y_bound + to);
    }
}

/*
 * The backward pass of a row, but glu's, which are products, is dz = scale (dy - outer *
 * sum of inner * dy); with every part's magnitude it does not cancel.
 */
struct row_parts {
    double scale, inner, outer;
};

static struct row_parts parts_of(enum tconv_function function, double y, size_t n_above)
{
    const double above = y > 0 ? 1 : 0;
    switch (function) {
    case TCONV_SOFTMAX:
        return (struct row_parts){fabs(y), fabs(y), 1};
    case TCONV_LOG_SOFTMAX:
        return (struct row_parts){1, 1, exp(y)};
    default: /* sparsemax */
        return (struct row_parts){above, above, 1 / (double)n_above};
    }
}

static void measure_row(enum tconv_function function, const double *y, const double *dy,
                        const double *dz, double *magnitude, size_t n)
{
    size_t n_above = 0;
    double sum = 0;
    if (function == TCONV_GLU) {
        for (size_t i = 0; i < n; i++)
            magnitude[i] = fabs(dz[i]);
        return;
    }
    for (size_t i = 0; i < n; i++)
        n_above += y[i] > 0 ? 1 : 0;
    for (size_t i = 0; i < n; i++)
        sum += parts_of(function, y[i], n_above).inner * fabs(dy[i]);
    for (size_t i = 0; i < n; i++) {
        const struct row_parts parts = parts_of(function, y[i], n_above);
        magnitude[i] = parts.scale * (fabs(dy[i]) + parts.outer * sum);
    }
}

void tconv_judge_dz(const struct tconv_layer *layer, size_t batch, const double *y,
                    const double *z, const double *dy, double *dz, double *magnitude)
{
    const struct tconv_activation a = activation_of(layer);
    const size_t total = output_size(layer, batch), row = row_length(layer);
    const int by_rows = tconv_works_on_rows(&a);
    for (size_t e = 0; !by_rows && e < total; e++) {
        dz[e] = dy[e] * tconv_activation_slope_f64(&a, y[e], z == NULL ? 0 : z[e]);
        if (magnitude != NULL)
            magnitude[e] = fabs(dz[e]);
    }
    const double *told = tconv_keeps_z(&a) ? z : y;
    for (size_t e = 0; by_rows && e < total; e += row) {
        const double *given = dy + e / (tconv_halves(layer) ? 2 : 1);
        tconv_back_through_row_f64(&a, told + e, given, dz + e, row);
        if (magnitude != NULL)
            measure_row(a.function, told + e, given, dz + e, magnitude + e, row);
    }
}
