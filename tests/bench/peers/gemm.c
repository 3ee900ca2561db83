/*
 * OpenBLAS: the layer as one product and a scatter or gather of columns, two ways.
 *
 *     columns[positions][taps * out_c], as Keras' weights lie after a transposition:
 *     forward            columns = x W;    y  = col2im(columns)
 *     backward_input     columns = im2col(dy);  dx = columns W^T
 *     backward_weights   columns = im2col(dy);  dW = x^T columns
 *
 * "whole" makes the columns of one image at once, "taps" makes one product for each tap,
 * whose rows are added while they are still in the cache.
 */
#include <cblas.h>
#include <stdbool.h>
#include <string.h>

#include "../peer.h"

enum { WHOLE, TAPS };

struct gemm {
    const struct problem *problem;
    enum bench_pass pass;
    bool by_taps;
    size_t positions, taps, in_c, out_c;
    float *columns; /* [positions][taps or 1][out_c] */
    float *packed;  /* whole: [in_c][taps][out_c]; by taps: [taps][in_c][out_c] */
};

static const char *const variants[] = {[WHOLE] = "whole", [TAPS] = "taps", NULL};

static const char *describe(void)
{
    return openblas_get_config();
}

/* The element (tap, in, out) of the packed weights. */
static size_t packed_at(const struct gemm *g, size_t tap, size_t in, size_t out)
{
    return g->by_taps ? (tap * g->in_c + in) * g->out_c + out
                      : (in * g->taps + tap) * g->out_c + out;
}

static void pack(const struct gemm *g)
{
    for (size_t tap = 0; tap < g->taps; tap++)
        for (size_t out = 0; out < g->out_c; out++)
            for (size_t in = 0; in < g->in_c; in++)
                g->packed[packed_at(g, tap, in, out)] =
                    g->problem->w[(tap * g->out_c + out) * g->in_c + in];
}

static void unpack(void *opened)
{
    const struct gemm *g = opened;
    if (g->pass != BENCH_BACKWARD_WEIGHTS)
        return;
    for (size_t tap = 0; tap < g->taps; tap++)
        for (size_t out = 0; out < g->out_c; out++)
            for (size_t in = 0; in < g->in_c; in++)
                g->problem->dw[(tap * g->out_c + out) * g->in_c + in] =
                    g->packed[packed_at(g, tap, in, out)];
}

/* What a column and its pixel do to each other. */
typedef void move(float *column, float *pixel, size_t n);

static void add_to_pixel(float *restrict column, float *restrict pixel, size_t n)
{
    for (size_t i = 0; i < n; i++)
        pixel[i] += column[i];
}

static void read_pixel(float *restrict column, float *restrict pixel, size_t n)
{
    memcpy(column, pixel, n * sizeof *column);
}

static void read_nothing(float *restrict column, float *restrict pixel, size_t n)
{
    (void)pixel;
    memset(column, 0, n * sizeof *column);
}

static void skip(float *restrict column, float *restrict pixel, size_t n)
{
    (void)column, (void)pixel, (void)n;
}

/* o = i*stride + t*dilation - crop; whether it is an output. */
static bool output_of(const struct tconv_axis *axis, size_t i, size_t t, size_t *o)
{
    const size_t reach = i * axis->stride + t * axis->dilation;
    *o = reach - axis->crop;
    return reach >= axis->crop && *o < axis->out;
}

/* All positions of one tap; a position's columns are `step` apart. */
static inline void move_tap(const struct gemm *g, size_t tap, float *columns, size_t step,
                            float *image, move *inside, move *outside)
{
    const struct tconv_axis *rows = &g->problem->layer.axis[0];
    const struct tconv_axis *across = &g->problem->layer.axis[1];
    const size_t p = tap / across->kernel, q = tap % across->kernel;
    for (size_t iy = 0; iy < rows->in; iy++)
        for (size_t ix = 0; ix < across->in; ix++, columns += step) {
            size_t oy, ox;
            const bool is_row = output_of(rows, iy, p, &oy);
            if (output_of(across, ix, q, &ox) && is_row)
                inside(columns, image + (oy * across->out + ox) * g->out_c, g->out_c);
            else
                outside(columns, NULL, g->out_c);
        }
}

/* All taps of each position in turn, so that its columns are read once. */
static inline void move_all(const struct gemm *g, float *image, move *inside,
                            move *outside)
{
    const struct tconv_axis *rows = &g->problem->layer.axis[0];
    const struct tconv_axis *across = &g->problem->layer.axis[1];
    float *column = g->columns;
    for (size_t position = 0; position < g->positions; position++)
        for (size_t p = 0; p < rows->kernel; p++) {
            size_t oy, ox;
            const bool is_row = output_of(rows, position / across->in, p, &oy);
            for (size_t q = 0; q < across->kernel; q++, column += g->out_c)
                if (output_of(across, position % across->in, q, &ox) && is_row)
                    inside(column, image + (oy * across->out + ox) * g->out_c, g->out_c);
                else
                    outside(column, NULL, g->out_c);
        }
}

static const float *x_of(const struct gemm *g, size_t image)
{
    return g->problem->x + image * g->positions * g->in_c;
}

/* The image's part of a tensor as large as y. */
static float *image_of(const struct gemm *g, const float *tensor, size_t image)
{
    return (float *)tensor + image * (g->problem->y_size / g->problem->batch);
}

/* to[m][n] = a b + keep * to, row-major; `ta`, `tb` transpose. */
static void multiply(CBLAS_TRANSPOSE ta, CBLAS_TRANSPOSE tb, size_t m, size_t n, size_t k,
                     const float *a, const float *b, float keep, float *to)
{
    const int lda = (int)(ta == CblasTrans ? m : k),
              ldb = (int)(tb == CblasTrans ? k : n);
    cblas_sgemm(CblasRowMajor, ta, tb, (int)m, (int)n, (int)k, 1, a, lda, b, ldb, keep,
                to, (int)n);
}

static void forward(const struct gemm *g, size_t image)
{
    const size_t width = g->by_taps ? g->out_c : g->taps * g->out_c;
    float *y = image_of(g, g->problem->y, image);
    memset(y, 0, g->problem->y_size / g->problem->batch * sizeof *y);
    for (size_t tap = 0; tap < (g->by_taps ? g->taps : 1); tap++) {
        multiply(CblasNoTrans, CblasNoTrans, g->positions, width, g->in_c, x_of(g, image),
                 g->packed + tap * g->in_c * g->out_c, 0, g->columns);
        if (g->by_taps)
            move_tap(g, tap, g->columns, g->out_c, y, add_to_pixel, skip);
        else
            move_all(g, y, add_to_pixel, skip);
    }
}

static void gather(const struct gemm *g, size_t tap, size_t image)
{
    float *dy = image_of(g, g->problem->dy, image);
    if (g->by_taps)
        move_tap(g, tap, g->columns, g->out_c, dy, read_pixel, read_nothing);
    else
        move_all(g, dy, read_pixel, read_nothing);
}

static void backward_input(const struct gemm *g, size_t image)
{
    const size_t width = g->by_taps ? g->out_c : g->taps * g->out_c;
    float *dx = g->problem->dx + image * g->positions * g->in_c;
    for (size_t tap = 0; tap < (g->by_taps ? g->taps : 1); tap++) {
        gather(g, tap, image);
        multiply(CblasNoTrans, CblasTrans, g->positions, g->in_c, width, g->columns,
                 g->packed + tap * g->in_c * g->out_c, tap > 0, dx);
    }
}

static void backward_weights(const struct gemm *g, size_t image)
{
    const size_t width = g->by_taps ? g->out_c : g->taps * g->out_c;
    for (size_t tap = 0; tap < (g->by_taps ? g->taps : 1); tap++) {
        gather(g, tap, image);
        multiply(CblasTrans, CblasNoTrans, g->in_c, width, g->positions, x_of(g, image),
                 g->columns, image > 0, g->packed + tap * g->in_c * g->out_c);
    }
}

static void run(void *opened)
{
    static void (*const passes[])(const struct gemm *, size_t) = {forward, backward_input,
                                                                  backward_weights};
    const struct gemm *g = opened;
    for (size_t image = 0; image < g->problem->batch; image++)
        passes[g->pass](g, image);
}

static void shut(void *opened)
{
    struct gemm *g = opened;
    free(g->columns);
    free(g->packed);
    free(g);
}

static void *open(const struct problem *problem, enum bench_pass pass, size_t variant)
{
    const struct tconv_layer *l = &problem->layer;
    struct gemm *g = malloc(sizeof *g);
    if (g == NULL)
        return NULL;
    *g = (struct gemm){.problem = problem,
                       .pass = pass,
                       .by_taps = variant == TAPS,
                       .positions = l->axis[0].in * l->axis[1].in,
                       .taps = l->axis[0].kernel * l->axis[1].kernel,
                       .in_c = l->in_c,
                       .out_c = l->out_c};
    openblas_set_num_threads(1);
    g->columns = peer_take(g->positions * (g->by_taps ? 1 : g->taps) * g->out_c);
    g->packed = peer_take(problem->w_size);
    if (g->columns == NULL || g->packed == NULL) {
        shut(g);
        return NULL;
    }
    pack(g);
    return g;
}

const struct peer bench_peer = {variants, describe, open, run, unpack, shut};
