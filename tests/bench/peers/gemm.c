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
    enum tconv_pass pass;
    bool by_taps;
    size_t positions, taps, in_c, out_c;
    size_t products, width; /* 1 of all columns, or one for each tap */
    float *columns;         /* [positions][width] */
    float *packed;          /* whole: [in_c][taps][out_c]; by taps: [taps][in_c][out_c] */
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
    if (g->pass != TCONV_BACKWARD_WEIGHTS)
        return;
    for (size_t tap = 0; tap < g->taps; tap++)
        for (size_t out = 0; out < g->out_c; out++)
            for (size_t in = 0; in < g->in_c; in++)
                g->problem->dw[(tap * g->out_c + out) * g->in_c + in] =
                    g->packed[packed_at(g, tap, in, out)];
}

/* The kernel's taps that a product's columns are for. */
struct window {
    size_t p, n_p, q, n_q;
};

static struct window window_of(const struct gemm *g, size_t tap)
{
    const size_t rows = g->problem->layer.axis[0].kernel;
    const size_t across = g->problem->layer.axis[1].kernel;
    if (g->by_taps)
        return (struct window){tap / across, 1, tap % across, 1};
    return (struct window){0, rows, 0, across};
}

/* Of n taps from `first`, those of input i that land inside the output: o = i*stride + t
 * - crop. */
static size_t taps_inside(const struct tconv_axis *axis, size_t i, size_t first, size_t n,
                          size_t *inside)
{
    const size_t reach = i * axis->stride, end = axis->crop + axis->out;
    const size_t least = reach < axis->crop ? axis->crop - reach : 0;
    const size_t past = reach < end ? end - reach : 0;
    const size_t last = past < first + n ? past : first + n;
    *inside = least > first ? least : first;
    return last > *inside ? last - *inside : 0;
}

/* One row of a window at one position: n channels of columns, of which `inside` from
 * `before` on have a place in the image. */
typedef void move_row(float *columns, float *image, size_t before, size_t inside,
                      size_t n);

static void add_row(float *restrict columns, float *restrict image, size_t before,
                    size_t inside, size_t n)
{
    (void)n;
    for (size_t i = 0; i < inside; i++)
        image[i] += columns[before + i];
}

static void read_row(float *restrict columns, float *restrict image, size_t before,
                     size_t inside, size_t n)
{
    memset(columns, 0, before * sizeof *columns);
    memcpy(columns + before, image, inside * sizeof *columns);
    memset(columns + before + inside, 0, (n - before - inside) * sizeof *columns);
}

/* All positions; the taps of one kernel row lie side by side in the image too. */
static inline void move(const struct gemm *g, size_t tap, float *image, move_row *row)
{
    const struct tconv_axis *rows = &g->problem->layer.axis[0];
    const struct tconv_axis *across = &g->problem->layer.axis[1];
    const struct window window = window_of(g, tap);
    const size_t n = window.n_q * g->out_c;
    float *columns = g->columns;
    for (size_t iy = 0; iy < rows->in; iy++)
        for (size_t ix = 0; ix < across->in; ix++) {
            size_t q, p;
            const size_t n_q = taps_inside(across, ix, window.q, window.n_q, &q);
            for (size_t at = 0; at < window.n_p; at++, columns += n) {
                const size_t n_p = taps_inside(rows, iy, window.p + at, 1, &p);
                const size_t oy = iy * rows->stride + window.p + at - rows->crop;
                const size_t ox = ix * across->stride + q - across->crop;
                if (n_p * n_q > 0)
                    row(columns, image + (oy * across->out + ox) * g->out_c,
                        (q - window.q) * g->out_c, n_q * g->out_c, n);
                else
                    row(columns, image, 0, 0, n);
            }
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
    float *y = image_of(g, g->problem->y, image);
    memset(y, 0, g->problem->y_size / g->problem->batch * sizeof *y);
    for (size_t tap = 0; tap < g->products; tap++) {
        multiply(CblasNoTrans, CblasNoTrans, g->positions, g->width, g->in_c,
                 x_of(g, image), g->packed + tap * g->in_c * g->out_c, 0, g->columns);
        move(g, tap, y, add_row);
    }
}

static void backward_input(const struct gemm *g, size_t image)
{
    float *dx = g->problem->dx + image * g->positions * g->in_c;
    for (size_t tap = 0; tap < g->products; tap++) {
        move(g, tap, image_of(g, g->problem->dy, image), read_row);
        multiply(CblasNoTrans, CblasTrans, g->positions, g->in_c, g->width, g->columns,
                 g->packed + tap * g->in_c * g->out_c, tap > 0, dx);
    }
}

static void backward_weights(const struct gemm *g, size_t image)
{
    for (size_t tap = 0; tap < g->products; tap++) {
        move(g, tap, image_of(g, g->problem->dy, image), read_row);
        multiply(CblasTrans, CblasNoTrans, g->in_c, g->width, g->positions,
                 x_of(g, image), g->columns, image > 0,
                 g->packed + tap * g->in_c * g->out_c);
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

static void *open(const struct problem *problem, enum tconv_pass pass, size_t variant)
{
    const struct tconv_layer *l = &problem->layer;
    struct gemm *g = malloc(sizeof *g);
    if (g == NULL || l->axis[0].dilation * l->axis[1].dilation != 1) {
        free(g);
        return NULL;
    }
    *g = (struct gemm){.problem = problem,
                       .pass = pass,
                       .by_taps = variant == TAPS,
                       .positions = l->axis[0].in * l->axis[1].in,
                       .taps = l->axis[0].kernel * l->axis[1].kernel,
                       .in_c = l->in_c,
                       .out_c = l->out_c};
    g->products = g->by_taps ? g->taps : 1;
    g->width = g->taps / g->products * g->out_c;
    openblas_set_num_threads(1);
    g->columns = peer_take(g->positions * g->width);
    g->packed = peer_take(problem->w_size);
    if (g->columns == NULL || g->packed == NULL) {
        shut(g);
        return NULL;
    }
    pack(g);
    return g;
}

const struct peer bench_peer = {variants, describe, open, run, unpack, shut};
