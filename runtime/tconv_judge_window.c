/*
 * tconv_judge_window.c: how far a pass may be off that filters windows.
 *
 * Minimal filtering computes y = A ((G g) * (B d)) on windows d of `reach + 1` elements.
 * In floating point each of the transforms rounds a sum of at most reach + 1 terms, and
 * the products are summed over channels (or tiles) as elsewhere. So an output is off by
 * at most
 *     ((1 + u)^(terms + transforms) - 1) * |A| (sum of (|G| |g|) * (|B| |d|)),
 * and with |d_e| replaced by the largest in the window and |g_j| by their sum, the last
 * factor is at most growth * (sum over channels of max |d| * sum |g|), growth being the
 * largest row sum of |A| diag(largest |G| of a row) |B|; two axes multiply. The wide
 * layer computes these sums: all taps of an output meet elements there, and each element
 * holds the largest of the windows that it may belong to. The gradient of the weights is
 * G^T ((A^T dz) * (B d)) summed over tiles, bounded likewise; a tile counts at least once
 * among its positions.
 */
#include "tconv_judge.h"

#include <math.h>

/* Inputs added on each side of an axis: a window on from the farthest tap. */
static size_t margin(const struct tconv_layer *layer,
                     const struct tconv_rounding *rounding, int axis)
{
    const struct tconv_axis *a = &layer->axis[axis];
    return rounding->reach[axis] + (a->kernel * a->dilation + a->stride - 1) / a->stride;
}

struct tconv_layer tconv_judge_wide_layer(const struct tconv_layer *layer,
                                          const struct tconv_rounding *rounding)
{
    struct tconv_layer wide = *layer;
    for (int a = 0; a < 2; a++) {
        const size_t extra = margin(layer, rounding, a);
        wide.axis[a].in += 2 * extra;
        wide.axis[a].out += 2 * extra * layer->axis[a].stride;
    }
    wide.use_bias = 0;
    return wide;
}

/* One side of a layer, as a grid of `size` positions, with its `margin` and the `step` of
 * a phase. */
struct side {
    size_t size[2], margin[2], step[2];
};

static struct side side_of(const struct tconv_layer *layer,
                           const struct tconv_rounding *rounding, int is_output)
{
    struct side side;
    for (int a = 0; a < 2; a++) {
        const struct tconv_axis *axis = &layer->axis[a];
        side.size[a] = is_output ? axis->out : axis->in;
        side.step[a] = is_output ? axis->stride : 1;
        side.margin[a] = margin(layer, rounding, a) * side.step[a];
    }
    return side;
}

/* Element of channel c at (row, column) of image n, on a grid of that size. */
static size_t element(const struct tconv_layer *layer, const size_t size[2],
                      size_t n_channels, size_t n, size_t row, size_t column, size_t c)
{
    return layer->channels_first
               ? ((n * n_channels + c) * size[0] + row) * size[1] + column
               : ((n * size[0] + row) * size[1] + column) * n_channels + c;
}

/* The largest magnitude up to `reach` steps before and behind wide position (row,
 * column). */
static double largest_near(const struct tconv_layer *layer, const struct side *side,
                           const size_t reach[2], size_t n_channels, size_t n, size_t row,
                           size_t column, size_t c, const double *values)
{
    double largest = 0;
    for (size_t i = 0; i <= 2 * reach[0]; i++)
        for (size_t j = 0; j <= 2 * reach[1]; j++) {
            /* below 0 these wrap and are no position either */
            const size_t r =
                row + i * side->step[0] - reach[0] * side->step[0] - side->margin[0];
            const size_t s =
                column + j * side->step[1] - reach[1] * side->step[1] - side->margin[1];
            if (r >= side->size[0] || s >= side->size[1])
                continue;
            const double value =
                fabs(values[element(layer, side->size, n_channels, n, r, s, c)]);
            largest = value > largest ? value : largest;
        }
    return largest;
}

void tconv_judge_widen(const struct tconv_layer *layer,
                       const struct tconv_rounding *rounding, int is_output, size_t batch,
                       const double *values, double *wide)
{
    const struct side side = side_of(layer, rounding, is_output);
    const size_t n_channels = is_output ? layer->out_c : layer->in_c;
    const size_t size[2] = {side.size[0] + 2 * side.margin[0],
                            side.size[1] + 2 * side.margin[1]};
    for (size_t n = 0; n < batch; n++)
        for (size_t row = 0; row < size[0]; row++)
            for (size_t column = 0; column < size[1]; column++)
                for (size_t c = 0; c < n_channels; c++)
                    wide[element(layer, size, n_channels, n, row, column, c)] =
                        largest_near(layer, &side, rounding->reach, n_channels, n, row,
                                     column, c, values);
}

void tconv_judge_narrow(const struct tconv_layer *layer,
                        const struct tconv_rounding *rounding, int is_output,
                        size_t batch, const double *wide, double *values)
{
    const struct side side = side_of(layer, rounding, is_output);
    const size_t n_channels = is_output ? layer->out_c : layer->in_c;
    const size_t size[2] = {side.size[0] + 2 * side.margin[0],
                            side.size[1] + 2 * side.margin[1]};
    for (size_t n = 0; n < batch; n++)
        for (size_t row = 0; row < side.size[0]; row++)
            for (size_t column = 0; column < side.size[1]; column++)
                for (size_t c = 0; c < n_channels; c++)
                    values[element(layer, side.size, n_channels, n, row, column, c)] =
                        wide[element(layer, size, n_channels, n, row + side.margin[0],
                                     column + side.margin[1], c)];
}

/* Each of the three transforms sums up to reach + 1 terms on both axes, with a rounding
 * for a term's factor; a tile of the gradient may lie beside the layer's positions. A
 * pass that rounds by norms has reach 0 and adds two blocks, two, and then four. */
size_t tconv_judge_window_terms(const struct tconv_layer *layer,
                                const struct tconv_rounding *rounding, size_t batch)
{
    if (tconv_rounds_plainly(rounding))
        return 0;
    const size_t transforms = 6 * (rounding->reach[0] + rounding->reach[1] + 2);
    const size_t rows = layer->axis[0].in, columns = layer->axis[1].in;
    const size_t beside =
        (rows + rounding->reach[0]) * (columns + rounding->reach[1]) - rows * columns;
    return transforms + batch * beside;
}
