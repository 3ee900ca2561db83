/*
 * compare: what `tconv run` wrote against what Keras computed for the same arrays.
 *
 *     compare CASE_DIR OUT_DIR
 *
 * CASE_DIR is one of cases/; OUT_DIR holds y.npy, dx.npy, dkernel.npy and, for a layer
 * with a bias, dbias.npy. Prints one line per array that differs by more than rounding
 * explains and exits 1, or 2 when something could not be read.
 *
 * The bounds (the same as in reference.py, which also derives the two factors of 2):
 *     z        E = 2 * (terms + 16) * 2^-24 * S,  S = sum |x*w| + |b|; each side has half
 *     y        2*E + A*|y| + 2^-22                A = 1e-5, as Keras approximates
 *     dz       D * (2*E + A), D = 2*|dy|          no slope is above 2, nor changes faster
 *     dx,dw,db sums of |w|, |x| or 1 times (the error of dz + D * 2 * (terms + 16) *
 * 2^-24) Without an activation the 2s and A drop out; exponential has max(1, y) more;
 * softmax and sparsemax take the largest E and dy of their row, log_softmax the largest E
 * and the sum of dy; glu has max(1, |a|) for the slope. float64: all of this times 2^-29.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "file.h"
#include "geometry.h"
#include "npy.h"
#include "tconv_activation.h"
#include "tconv_judge.h"

struct array {
    struct npy npy;
    double *values, *bound;
};

struct comparison {
    const char *case_dir, *out_dir;
    struct arena arena;
    struct error error;
    struct geometry geometry;
    size_t batch;
    struct array x, w, b, y, dy, dx, dw, db;
};

static bool read_values(struct comparison *c, const char *directory, const char *name,
                        struct array *array)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s.npy", directory, name);
    if (!npy_read(&array->npy, path, TCONV_FLOAT64, &c->arena, &c->error))
        return false;
    array->values = array->npy.data;
    array->bound = arena_take(&c->arena, array->npy.size, sizeof(double), &c->error);
    return array->bound != NULL;
}

/* The layer, with the shape of x as its input. */
static bool read_layer(struct comparison *c)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/config.json", c->case_dir);
    struct text json = {0}, warnings = {0};
    struct tconv_spec spec;
    bool ok = file_read(path, &json, &c->error) &&
              spec_read(&spec, path, json.bytes, json.length, NULL, &warnings, &c->arena,
                        &c->error);
    text_free(&json);
    text_free(&warnings);
    if (!ok)
        return false;
    const size_t *dims = c->x.npy.dims, first = spec.channels_first ? 2 : 1;
    const size_t in[2] = {dims[first], dims[first + 1]};
    c->batch = dims[0];
    return spec_set_input(&spec, in, dims[spec.channels_first ? 1 : 3], &c->error) &&
           geometry_derive(&c->geometry, &spec, &c->arena, &c->error);
}

static bool read_case(struct comparison *c)
{
    if (!read_values(c, c->case_dir, "x", &c->x) || !read_layer(c))
        return false;
    const bool bias = c->geometry.layer.use_bias;
    return read_values(c, c->case_dir, "kernel", &c->w) &&
           read_values(c, c->case_dir, "y", &c->y) &&
           read_values(c, c->case_dir, "dy", &c->dy) &&
           read_values(c, c->case_dir, "dx", &c->dx) &&
           read_values(c, c->case_dir, "dkernel", &c->dw) &&
           (!bias || (read_values(c, c->case_dir, "bias", &c->b) &&
                      read_values(c, c->case_dir, "dbias", &c->db)));
}

static const double *magnitudes(struct comparison *c, const struct array *array)
{
    const size_t n = array->npy.size;
    double *all = arena_take(&c->arena, n, sizeof(double), &c->error);
    for (size_t i = 0; all != NULL && i < n; i++)
        all[i] = fabs(array->values[i]);
    return all;
}

/* A tolerance that is stated for float32, in the layer's type. */
static double in_type(const struct comparison *c, double tolerance)
{
    return c->geometry.layer.type == TCONV_FLOAT32 ? tolerance : tolerance * 0x1p-29;
}

/* Twice what the sum of `terms` products may be off by, relative to S. */
static double rounding(const struct comparison *c, size_t terms)
{
    return in_type(c, (double)(terms + 16) * 0x1p-23);
}

static size_t taps(const struct comparison *c)
{
    return c->geometry.layer.axis[0].kernel * c->geometry.layer.axis[1].kernel;
}

static size_t row_length(const struct comparison *c)
{
    const struct tconv_layer *layer = &c->geometry.layer;
    return layer->channels_first ? layer->axis[1].out : layer->out_c;
}

/* Rows: every element gets the row's largest, or the row's sum. */
static void spread(const struct comparison *c, double *values, bool sums)
{
    const size_t n = row_length(c);
    for (size_t row = 0; row < c->y.npy.size; row += n) {
        double largest = 0, sum = 0;
        for (size_t i = row; i < row + n; i++) {
            largest = fmax(largest, values[i]);
            sum += values[i];
        }
        for (size_t i = row; i < row + n; i++)
            values[i] = sums ? sum : largest;
    }
}

/* Glu's: a s(b) and its slopes are below max(1, |a|). */
static void bound_halves(struct comparison *c, const double *z, const double *of_z,
                         double *amplitude, double *of_dz)
{
    const size_t n = row_length(c), half = n / 2;
    for (size_t i = 0; i < c->y.npy.size; i++) {
        const size_t a = i / half * n + i % half, b = a + half;
        const double slope = fmax(1, fabs(z[a])), error = fmax(of_z[a], of_z[b]);
        c->y.bound[i] =
            2 * slope * error + in_type(c, 1e-5 * fabs(c->y.values[i]) + 0x1p-22);
        amplitude[a] = amplitude[b] = slope * fabs(c->dy.values[i]);
        of_dz[a] = of_dz[b] = amplitude[a] * (2 * error + in_type(c, 1e-5));
    }
}

/*
 * Bounds of y from the error of z; `amplitude` receives D, `of_dz` the bound of dz.
 */
static void bound_activation(struct comparison *c, const double *of_z, double *amplitude,
                             double *of_dz)
{
    const enum tconv_function function = c->geometry.layer.activation.function;
    double *of_y = c->y.bound;
    for (size_t i = 0; i < c->y.npy.size; i++) {
        of_y[i] = of_z[i];
        amplitude[i] = fabs(c->dy.values[i]);
    }
    if (function == TCONV_LINEAR)
        return; /* of_dz stays 0 */
    if (tconv_works_on_rows(&c->geometry.layer.activation)) {
        spread(c, of_y, false);
        spread(c, amplitude, function == TCONV_LOG_SOFTMAX);
    }
    for (size_t i = 0; i < c->y.npy.size; i++) {
        const double y = fabs(c->y.values[i]);
        const double slope = 2 * (function == TCONV_EXPONENTIAL ? fmax(1, y) : 1);
        amplitude[i] *= slope;
        of_dz[i] = amplitude[i] * (2 * of_y[i] + in_type(c, 1e-5));
        of_y[i] = slope * of_y[i] + in_type(c, 1e-5 * y + 0x1p-22);
    }
}

/* dz's magnitudes for a gradient whose sums have `terms` terms: its error and theirs. */
static void add_rounding(const struct comparison *c, const double *of_dz,
                         const double *amplitude, size_t terms, double *dz)
{
    for (size_t i = 0; i < c->batch * c->geometry.z_size; i++)
        dz[i] = of_dz[i] + amplitude[i] * rounding(c, terms);
}

static bool derive_bounds(struct comparison *c)
{
    const struct tconv_layer *layer = &c->geometry.layer;
    const size_t n = c->batch * c->geometry.z_size;
    const double *x = magnitudes(c, &c->x), *w = magnitudes(c, &c->w);
    const double *b = magnitudes(c, &c->b);
    double *z = arena_take(&c->arena, n, sizeof(double), &c->error);
    double *of_z = arena_take(&c->arena, n, sizeof(double), &c->error);
    double *amplitude = arena_take(&c->arena, n, sizeof(double), &c->error);
    double *of_dz = arena_take(&c->arena, n, sizeof(double), &c->error);
    double *dz = arena_take(&c->arena, n, sizeof(double), &c->error);
    if (c->error.is_set)
        return false;
    tconv_judge_forward(layer, c->batch, c->x.values, c->w.values, c->b.values, z, NULL);
    tconv_judge_forward(layer, c->batch, x, w, b, of_z, NULL);
    for (size_t i = 0; i < n; i++)
        of_z[i] *= rounding(c, taps(c) * layer->in_c);
    if (tconv_halves(layer))
        bound_halves(c, z, of_z, amplitude, of_dz);
    else
        bound_activation(c, of_z, amplitude, of_dz);
    add_rounding(c, of_dz, amplitude, taps(c) * layer->out_c, dz);
    tconv_judge_backward(layer, c->batch, x, w, dz, c->dx.bound, NULL, NULL, NULL, NULL,
                         NULL);
    add_rounding(c, of_dz, amplitude, n / layer->out_c, dz);
    tconv_judge_backward(layer, c->batch, x, w, dz, NULL, NULL, c->dw.bound, NULL,
                         layer->use_bias ? c->db.bound : NULL, NULL);
    return true;
}

static bool same_shape(const struct npy *a, const struct npy *b)
{
    return a->n_dims == b->n_dims &&
           memcmp(a->dims, b->dims, a->n_dims * sizeof a->dims[0]) == 0;
}

/* Whether OUT_DIR/name.npy agrees; prints the worst element if not. */
static bool agrees(struct comparison *c, const char *name, const struct array *expected)
{
    struct array got;
    if (!read_values(c, c->out_dir, name, &got))
        return false;
    if (!same_shape(&got.npy, &expected->npy)) {
        printf("%s: %s has another shape than Keras's\n", c->case_dir, name);
        return false;
    }
    size_t n_over = 0, worst = 0;
    double largest = 1;
    for (size_t i = 0; i < got.npy.size; i++) {
        const double error = fabs(got.values[i] - expected->values[i]);
        if (got.values[i] == expected->values[i] || error <= expected->bound[i])
            continue;
        const double ratio = error / fmax(expected->bound[i], 1e-300);
        worst = n_over++ == 0 || ratio > largest ? i : worst;
        largest = fmax(largest, ratio);
    }
    if (n_over > 0)
        printf("%s: %s: %zu of %zu elements are off; element %zu: got %.9g; Keras has "
               "%.9g, bound %.3g\n",
               c->case_dir, name, n_over, got.npy.size, worst, got.values[worst],
               expected->values[worst], expected->bound[worst]);
    return n_over == 0;
}

static bool all_agree(struct comparison *c)
{
    bool ok = agrees(c, "y", &c->y);
    ok = agrees(c, "dx", &c->dx) && ok;
    ok = agrees(c, "dkernel", &c->dw) && ok;
    return (!c->geometry.layer.use_bias || agrees(c, "dbias", &c->db)) && ok;
}

int main(int argc, char *argv[])
{
    if (argc != 3) {
        fprintf(stderr, "usage: compare CASE_DIR OUT_DIR\n");
        return 2;
    }
    struct comparison c = {.case_dir = argv[1], .out_dir = argv[2]};
    const bool ok = read_case(&c) && derive_bounds(&c) && all_agree(&c);
    if (c.error.is_set)
        fprintf(stderr, "%s\n", c.error.message);
    arena_free(&c.arena);
    return ok ? 0 : c.error.is_set ? 2 : 1;
}
