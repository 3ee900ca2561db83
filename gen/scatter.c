#include "scatter.h"

#include "lanes.h"

bool scatter_applies(const struct geometry *geometry)
{
    return geometry->axis[0].dilation == 1 && geometry->axis[1].dilation == 1;
}

static size_t divide_up(size_t a, size_t b)
{
    return (a + b - 1) / b;
}

/* Whether an output row meets no tap: the kernel is smaller than the stride, or the row
 * lies beyond the natural output. */
static bool find_holes(const struct axis *axis)
{
    for (size_t r = 0; r < axis->forward.n_runs; r++)
        if (axis->forward.runs[r].n_taps == 0)
            return true;
    return false;
}

struct scatter scatter_derive(const struct geometry *geometry, size_t lanes)
{
    const struct axis *rows = &geometry->axis[0], *columns = &geometry->axis[1];
    const size_t out_c = geometry->layer.out_c;
    struct scatter s = {.tap_row = columns->kernel * out_c,
                        .chunk = columns->stride * out_c,
                        .reach = divide_up(columns->kernel, columns->stride),
                        .first = columns->crop / columns->stride,
                        .row_first = columns->crop * out_c,
                        .has_holes = find_holes(rows)};
    s.columns = rows->kernel * s.tap_row;
    s.shift = rows->stride < rows->kernel ? rows->stride * s.tap_row : 0;
    s.margin = lanes_whole(s.shift, lanes);
    s.pixel = s.margin + lanes_whole(s.columns, lanes);
    s.before = s.reach - 1;
    s.last_chunk = s.tap_row - s.before * s.chunk;
    s.n_chunks = divide_up(columns->crop + columns->out, columns->stride);
    const size_t pixels = columns->in > s.n_chunks ? columns->in : s.n_chunks;
    s.state_size = (s.before + pixels) * s.pixel + lanes_whole(s.chunk, lanes);
    s.row_size = s.n_chunks * s.chunk + lanes;
    return s;
}
