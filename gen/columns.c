#include "columns.h"

#include "integers.h"
#include "lanes.h"

/* Quotient rounded down. */
static ptrdiff_t divide_down(ptrdiff_t a, ptrdiff_t b)
{
    return a >= 0 ? a / b : -((-a + b - 1) / b);
}

bool columns_meet(const struct axis *axis, bool is_forward, size_t tap, size_t phase,
                  size_t *residue, ptrdiff_t *offset)
{
    const ptrdiff_t stride = (ptrdiff_t)axis->stride;
    const ptrdiff_t reach = (ptrdiff_t)(tap * axis->dilation) - (ptrdiff_t)axis->crop;
    const ptrdiff_t apart = is_forward ? (ptrdiff_t)phase - reach : reach;
    *offset = divide_down(apart, stride);
    *residue = (size_t)(apart - *offset * stride);
    return !is_forward || *residue == 0;
}

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

static size_t larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

struct columns columns_derive(const struct geometry *geometry, bool is_forward,
                              size_t lanes, size_t width)
{
    const struct axis *axis = &geometry->axis[1];
    const size_t computed = is_forward ? axis->out : axis->in;
    const size_t read = is_forward ? axis->in : axis->out;
    struct columns c = {.phases = is_forward ? axis->stride : 1,
                        .residues = is_forward ? 1 : axis->stride};
    size_t before = 0, after = 0;
    c.positions = ceil_div(computed, c.phases);
    for (size_t tap = 0; tap < axis->kernel; tap++)
        for (size_t phase = 0; phase < c.phases; phase++) {
            size_t residue;
            ptrdiff_t offset;
            if (!columns_meet(axis, is_forward, tap, phase, &residue, &offset))
                continue;
            before = larger(before, offset < 0 ? (size_t)-offset : 0);
            after = larger(after, offset > 0 ? (size_t)offset : 0);
        }
    c.left = lanes_whole(before, lanes);
    c.length = ceil_div(read, c.residues);
    c.right = larger(larger(c.positions, width) + after, c.length) - c.length;
    c.reads_zeros =
        before > 0 || c.positions + after > c.length || read % c.residues != 0;
    const size_t shared = smaller(c.left, c.right);
    c.pitch = c.left + lanes_whole(c.length + c.right - shared, lanes);
    if (c.pitch / lanes % 2 == 0) /* an odd number of lines: rows share no set */
        c.pitch += lanes;
    return c;
}
