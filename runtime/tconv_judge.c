/*
 * tconv_judge.c: the judge's sums, gathered from the outputs. The bounds stand below
 * them.
 */
#include "tconv_judge.h"

#include <float.h>
#include <math.h>

#include "tconv_activation.h"

/* Elements from one row, column, channel of an image to the next, and from image to
 * image. */
struct grid {
    size_t row, column, channel, image;
};

static struct grid grid_of(const struct tconv_layer *l, size_t rows, size_t columns,
                           size_t channels)
{
    const struct grid first = {columns, 1, rows * columns, rows * columns * channels};
    const struct grid last = {columns * channels, channels, 1, rows * columns * channels};
    return l->channels_first ? first : last;
}

/* One pass: what it reads, and what it computes with its magnitudes. */
struct judge {
    const struct tconv_layer *layer;
    struct grid in, out;
    const double *x, *w, *dz;
    double *to, *sum; /* sum may be NULL */
};

/* x, w, z: the elements of channel 0 at an output, a tap that it sees, and that tap's
 * input. */
typedef void each_product(const struct judge *j, size_t x, size_t w, size_t z);

/* o + crop = i*stride + t*dilation solved for i; whether there is such an input. */
static int input_of(const struct tconv_axis *axis, size_t o, size_t t, size_t *i)
{
    const size_t reach = o + axis->crop, back = t * axis->dilation;
    if (back > reach || (reach - back) % axis->stride != 0)
        return 0;
    *i = (reach - back) / axis->stride;
    return *i < axis->in;
}

static void gather_at(const struct judge *j, size_t n, size_t oy, size_t ox,
                      each_product *each)
{
    const struct tconv_layer *l = j->layer;
    const size_t z = n * j->out.image + oy * j->out.row + ox * j->out.column;
    for (size_t p = 0; p < l->axis[0].kernel; p++)
        for (size_t q = 0; q < l->axis[1].kernel; q++) {
            size_t iy, ix;
            if (input_of(&l->axis[0], oy, p, &iy) && input_of(&l->axis[1], ox, q, &ix))
                each(j, n * j->in.image + iy * j->in.row + ix * j->in.column,
                     (p * l->axis[1].kernel + q) * l->out_c * l->in_c, z);
        }
}

static void gather(const struct judge *j, size_t batch, each_product *each)
{
    for (size_t n = 0; n < batch; n++)
        for (size_t oy = 0; oy < j->layer->axis[0].out; oy++)
            for (size_t ox = 0; ox < j->layer->axis[1].out; ox++)
                gather_at(j, n, oy, ox, each);
}

static struct grid grid_of_output(const struct tconv_layer *l)
{
    return grid_of(l, l->axis[0].out, l->axis[1].out, l->out_c);
}

static struct judge judge_of(const struct tconv_layer *l, const double *x,
                             const double *w, const double *dz)
{
    return (struct judge){
        .layer = l,
        .in = grid_of(l, l->axis[0].in, l->axis[1].in, l->in_c),
        .out = grid_of_output(l),
        .x = x,
        .w = w,
        .dz = dz,
    };
}

/* Adds a product to element e of the result, and its magnitude to the sum. */
static void add(const struct judge *j, size_t e, double product)
{
    j->to[e] += product;
    if (j->sum != NULL)
        j->sum[e] += fabs(product);
}

static void each_z(const struct judge *j, size_t x, size_t w, size_t z)
{
    const size_t in_c = j->layer->in_c;
    for (size_t f = 0; f < j->layer->out_c; f++)
        for (size_t c = 0; c < in_c; c++)
            add(j, z + f * j->out.channel,
                j->x[x + c * j->in.channel] * j->w[w + f * in_c + c]);
}

static void each_dx(const struct judge *j, size_t x, size_t w, size_t z)
{
    const size_t in_c = j->layer->in_c;
    for (size_t f = 0; f < j->layer->out_c; f++)
        for (size_t c = 0; c < in_c; c++)
            add(j, x + c * j->in.channel,
                j->dz[z + f * j->out.channel] * j->w[w + f * in_c + c]);
}

static void each_dw(const struct judge *j, size_t x, size_t w, size_t z)
{
    const size_t in_c = j->layer->in_c;
    for (size_t f = 0; f < j->layer->out_c; f++)
        for (size_t c = 0; c < in_c; c++)
            add(j, w + f * in_c + c,
                j->dz[z + f * j->out.channel] * j->x[x + c * j->in.channel]);
}

/* Starts a result of n elements at zero, and its sums. */
static void start(struct judge *j, double *to, double *sum, size_t n)
{
    j->to = to;
    j->sum = sum;
    for (size_t e = 0; e < n; e++)
        to[e] = 0;
    for (size_t e = 0; sum != NULL && e < n; e++)
        sum[e] = 0;
}

void tconv_judge_forward(const struct tconv_layer *layer, size_t batch, const double *x,
                         const double *w, const double *b, double *z, double *sum)
{
    struct judge j = judge_of(layer, x, w, NULL);
    const size_t total = batch * j.out.image;
    start(&j, z, sum, total);
    for (size_t e = 0; layer->use_bias && e < total; e++)
        add(&j, e, b[e / j.out.channel % layer->out_c]);
    gather(&j, batch, each_z);
}

void tconv_judge_backward(const struct tconv_layer *layer, size_t batch, const double *x,
                          const double *w, const double *dz, double *dx, double *dx_sum,
                          double *dw, double *dw_sum, double *db, double *db_sum)
{
    struct judge j = judge_of(layer, x, w, dz);
    if (dx != NULL) {
        start(&j, dx, dx_sum, batch * j.in.image);
        gather(&j, batch, each_dx);
    }
    if (dw != NULL) {
        const struct tconv_axis *axis = layer->axis;
        start(&j, dw, dw_sum,
              axis[0].kernel * axis[1].kernel * layer->out_c * layer->in_c);
        gather(&j, batch, each_dw);
    }
    if (db != NULL && layer->use_bias) {
        start(&j, db, db_sum, layer->out_c);
        for (size_t e = 0; e < batch * j.out.image; e++)
            add(&j, e / j.out.channel % layer->out_c, dz[e]);
    }
}

/* The most taps that any output of the axis sees. */
static size_t most_taps(const struct tconv_axis *axis)
{
    size_t most = 0;
    for (size_t o = 0; o < axis->out; o++) {
        size_t taps = 0, i;
        for (size_t t = 0; t < axis->kernel; t++)
            taps += input_of(axis, o, t, &i) ? 1 : 0;
        most = taps > most ? taps : most;
    }
    return most;
}

struct tconv_terms tconv_judge_terms(const struct tconv_layer *layer, size_t batch)
{
    const struct tconv_axis *rows = &layer->axis[0], *columns = &layer->axis[1];
    return (struct tconv_terms){
        .z = most_taps(rows) * most_taps(columns) * layer->in_c +
             (layer->use_bias ? 1 : 0),
        .dx = rows->kernel * columns->kernel * layer->out_c,
        .dw = batch * rows->in * columns->in,
        .db = batch * rows->out * columns->out,
    };
}

/* Softmax goes over the last axis as laid out, whose elements lie side by side. */
static size_t softmax_length(const struct tconv_layer *l)
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

void tconv_judge_output(const struct tconv_layer *layer, size_t batch, const double *z,
                        const double *z_bound, double *y, double *y_bound)
{
    const struct tconv_activation a = activation_of(layer);
    const size_t total = batch * grid_of_output(layer).image, row = softmax_length(layer);
    for (size_t e = 0; e < total; e++) {
        y[e] = tconv_activate_f64(&a, z[e]);
        y_bound[e] = tconv_activation_bound(layer, z[e], z_bound[e]);
    }
    if (a.function != TCONV_SOFTMAX)
        return;
    for (size_t first = 0; first < total; first += row) {
        const double bound = largest_of(z_bound + first, row);
        tconv_softmax_f64(y + first, row);
        for (size_t e = first; e < first + row; e++)
            y_bound[e] = tconv_softmax_bound(layer->type, y[e], bound);
    }
}

void tconv_judge_dz(const struct tconv_layer *layer, size_t batch, const double *y,
                    const double *z, const double *dy, double *dz)
{
    const struct tconv_activation a = activation_of(layer);
    const size_t total = batch * grid_of_output(layer).image, row = softmax_length(layer);
    for (size_t e = 0; a.function != TCONV_SOFTMAX && e < total; e++)
        dz[e] = dy[e] * tconv_activation_slope_f64(&a, y[e], z == NULL ? 0 : z[e]);
    for (size_t e = 0; a.function == TCONV_SOFTMAX && e < total; e += row)
        tconv_softmax_backward_f64(y + e, dy + e, dz + e, row, 1);
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
 * z_i + e_i with |e_i| <= bound multiplies each exponential by e^-bound to e^bound and
 * their sum likewise, so y by e^(-2 bound) to e^(2 bound): |dy| <= y (e^(2 bound) - 1).
 * Then the 2 ulp of tconv_softmax, and of the judge's.
 */
double tconv_softmax_bound(enum tconv_type type, double y, double z_bound)
{
    const double moved = y * expm1(2 * z_bound) * (1 + 1e-9);
    const double own = two_ulp(type, y + moved);
    return moved + (type == TCONV_FLOAT32 ? own : 2 * own);
}
