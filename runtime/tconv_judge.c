/*
 * tconv_judge.c: the judge's sums, gathered from the outputs.
 */
#include "tconv_judge.h"

#include <math.h>

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
