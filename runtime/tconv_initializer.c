/* tconv_initializer: what each kind does with the distributions. */
#include "tconv_initializer.h"

#include <math.h>

#include "tconv_orthogonal.h"
#include "tconv_random.h"

/* Deviation of a standard normal value that is cut at 2: sqrt(1 - 4 phi(2) / erf(sqrt
 * 2)).
 */
#define TRUNCATED_DEVIATION 0.87962566103423978

static size_t product(size_t n, const size_t dims[])
{
    size_t size = 1;
    for (size_t i = 0; i < n; i++)
        size *= dims[i];
    return size;
}

/* A tensor as Orthogonal sees it: all axes but the last are rows. Decomposed is the
 * matrix, or its transpose if that is the taller one. */
struct matrix {
    size_t rows, columns, length, n; /* n orthonormal vectors of `length` */
};

static struct matrix flatten(size_t rank, const size_t dims[])
{
    const size_t rows = product(rank - 1, dims), columns = dims[rank - 1];
    return (struct matrix){.rows = rows,
                           .columns = columns,
                           .length = rows < columns ? columns : rows,
                           .n = rows < columns ? rows : columns};
}

static void write(enum tconv_type type, void *values, size_t at, double value)
{
    if (type == TCONV_FLOAT32)
        ((float *)values)[at] = (float)value;
    else
        ((double *)values)[at] = value;
}

static double read(enum tconv_type type, const void *values, size_t at)
{
    return type == TCONV_FLOAT32 ? (double)((const float *)values)[at]
                                 : ((const double *)values)[at];
}

/* An argument as a tensor of `type`. Keras 3 casts constants and limits (but no
 * deviations) with tf.cast, which makes a Python number float32 first. */
static double argument(const struct tconv_initializer *v, enum tconv_type type,
                       double value)
{
    const int is_single = type == TCONV_FLOAT32 || v->dialect == TCONV_KERAS3;
    return is_single ? (double)(float)value : value;
}

/* Constants -------------------------------------------------------------------------- */

static void fill_constant(enum tconv_type type, size_t n, void *values, double value)
{
    for (size_t i = 0; i < n; i++)
        write(type, values, i, value);
}

static void fill_identity(enum tconv_type type, const size_t dims[], void *values,
                          double gain)
{
    fill_constant(type, dims[0] * dims[1], values, gain * 0);
    for (size_t i = 0; i < dims[0] && i < dims[1]; i++)
        write(type, values, i * dims[1] + i, gain);
}

/* Random ----------------------------------------------------------------------------- */

struct tensor {
    enum tconv_type type;
    size_t n;
    void *values;
    struct tconv_philox stream;
};

static void fill_uniform(const struct tconv_initializer *v, const struct tensor *t,
                         double minval, double maxval)
{
    const double low = argument(v, t->type, minval);
    const double high = argument(v, t->type, maxval);
    tconv_random_uniform(&t->stream, t->type, t->n, t->values);
    tconv_random_scale(t->type, t->n, t->values, high - low, low);
}

static void fill_normal(const struct tensor *t, tconv_random_draw *draw, double mean,
                        double stddev)
{
    draw(&t->stream, t->type, t->n, t->values);
    tconv_random_scale(t->type, t->n, t->values, stddev, mean);
}

static double fan_of_axes(const struct tconv_fan_axes *list, size_t rank,
                          const size_t dims[])
{
    double fan = 1;
    for (size_t i = 0; i < list->n; i++) {
        const int axis = list->axes[i];
        fan *= (double)dims[axis < 0 ? (size_t)((int)rank + axis) : (size_t)axis];
    }
    return fan;
}

/* E.1: the last two axes are channels, those before them the receptive field. */
static double fan_of_shape(size_t rank, const size_t dims[], size_t from_end)
{
    if (rank < 2)
        return rank == 0 ? 1 : (double)dims[0];
    return (double)product(rank - 2, dims) * (double)dims[rank - from_end];
}

static double fan_of(const struct tconv_initializer *v, size_t rank, const size_t dims[])
{
    const int axes = v->input_axes.is_given && v->output_axes.is_given;
    const double in =
        axes ? fan_of_axes(&v->input_axes, rank, dims) : fan_of_shape(rank, dims, 2);
    const double out =
        axes ? fan_of_axes(&v->output_axes, rank, dims) : fan_of_shape(rank, dims, 1);
    return v->fan == TCONV_FAN_IN ? in : v->fan == TCONV_FAN_OUT ? out : (in + out) / 2;
}

static void scale_variance(const struct tconv_initializer *v, const struct tensor *t,
                           size_t rank, const size_t dims[])
{
    const double variance = v->scale / fmax(1, fan_of(v, rank, dims));
    const double limit = sqrt(3 * variance), deviation = sqrt(variance);
    switch (v->distribution) {
    case TCONV_UNIFORM:
        fill_uniform(v, t, -limit, limit);
        return;
    case TCONV_TRUNCATED:
        fill_normal(t, tconv_random_truncated_normal, 0, deviation / TRUNCATED_DEVIATION);
        return;
    case TCONV_UNTRUNCATED:
        fill_normal(t, tconv_random_normal, 0, deviation);
        return;
    }
}

/* E.3: the normal matrix has `length` rows. */
static void fill_orthogonal(const struct tensor *t, size_t rank, const size_t dims[],
                            double gain, double *columns)
{
    const struct matrix m = flatten(rank, dims);
    tconv_random_normal(&t->stream, t->type, t->n, t->values);
    for (size_t i = 0; i < m.length; i++)
        for (size_t j = 0; j < m.n; j++)
            columns[j * m.length + i] = read(t->type, t->values, i * m.n + j);
    tconv_orthonormalize(m.length, m.n, columns);
    for (size_t r = 0; r < m.rows; r++)
        for (size_t c = 0; c < m.columns; c++) {
            const size_t from = m.rows < m.columns ? r * m.length + c : c * m.length + r;
            write(t->type, t->values, r * m.columns + c, columns[from]);
        }
    tconv_random_scale(t->type, t->n, t->values, gain, 0);
}

/* The doors ---------------------------------------------------------------------------
 */

int tconv_initializer_is_random(const struct tconv_initializer *initializer)
{
    return initializer->kind != TCONV_CONSTANT && initializer->kind != TCONV_IDENTITY;
}

const char *tconv_initializer_refusal(const struct tconv_initializer *initializer,
                                      size_t rank)
{
    if (initializer->kind == TCONV_IDENTITY && rank != 2)
        return "Identity matrix initializer can only be used for 2D matrices.";
    if (initializer->kind == TCONV_ORTHOGONAL && rank < 2)
        return "The tensor to initialize must be at least two-dimensional.";
    if (initializer->kind == TCONV_VARIANCE_SCALING && !(initializer->scale > 0))
        return "Argument `scale` must be positive float.";
    return NULL;
}

size_t tconv_initializer_workspace_bytes(const struct tconv_initializer *initializer,
                                         size_t rank, const size_t dims[])
{
    return initializer->kind == TCONV_ORTHOGONAL ? product(rank, dims) * sizeof(double)
                                                 : 0;
}

void tconv_initializer_fill(const struct tconv_initializer *v, enum tconv_type type,
                            size_t rank, const size_t dims[], void *values,
                            void *workspace)
{
    const struct tensor t = {type, product(rank, dims), values,
                             tconv_seed_stream(v->dialect, v->seed, v->draws)};
    switch (v->kind) {
    case TCONV_CONSTANT:
        fill_constant(type, t.n, values, argument(v, type, v->value));
        return;
    case TCONV_IDENTITY:
        fill_identity(type, dims, values, v->gain);
        return;
    case TCONV_RANDOM_NORMAL:
        fill_normal(&t, tconv_random_normal, v->mean, v->stddev);
        return;
    case TCONV_RANDOM_UNIFORM:
        fill_uniform(v, &t, v->minval, v->maxval);
        return;
    case TCONV_TRUNCATED_NORMAL:
        fill_normal(&t, tconv_random_truncated_normal, v->mean, v->stddev);
        return;
    case TCONV_VARIANCE_SCALING:
        scale_variance(v, &t, rank, dims);
        return;
    case TCONV_ORTHOGONAL:
        fill_orthogonal(&t, rank, dims, v->gain, workspace);
        return;
    }
}
