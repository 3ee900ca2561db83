#include "winograd.h"

static size_t least_taps(const struct axis *axis)
{
    return axis->kernel / axis->stride;
}

static size_t most_taps(const struct axis *axis)
{
    return (axis->kernel + axis->stride - 1) / axis->stride;
}

bool winograd_applies(const struct geometry *geometry)
{
    for (int a = 0; a < 2; a++) {
        const struct axis *axis = &geometry->axis[a];
        if (axis->dilation > 1 || least_taps(axis) == 0)
            return false;
    }
    return true;
}

bool winograd_fits(const struct axis *axis, size_t outputs)
{
    return outputs + most_taps(axis) - 1 <= MINIMAL_POINTS;
}

bool winograd_saves(const struct geometry *geometry, const size_t outputs[2])
{
    for (int a = 0; a < 2; a++)
        if (outputs[a] > 1 && most_taps(&geometry->axis[a]) > 1)
            return true;
    return false;
}

static struct winograd_class derive_class(size_t first_phase, size_t n_phases,
                                          size_t outputs, size_t taps, size_t first)
{
    return (struct winograd_class){.first_phase = first_phase,
                                   .n_phases = n_phases,
                                   .filter = minimal_derive(outputs, taps),
                                   .read_first = (ptrdiff_t)first - (ptrdiff_t)taps + 1};
}

/* With a = (o + crop) div stride, phase r sees its output at a*stride + r - crop and
 * reads the inputs a - j, j < taps (DESIGN, gather form); a runs from `first` to `last`.
 */
static struct winograd_axis derive_axis(const struct axis *axis, size_t outputs)
{
    const size_t first = axis->crop / axis->stride;
    const size_t last = (axis->crop + axis->out - 1) / axis->stride;
    const size_t n_larger = axis->kernel % axis->stride;
    struct winograd_axis w = {.stride = axis->stride,
                              .crop = axis->crop,
                              .n_tiles = {(last - first + outputs) / outputs,
                                          (axis->in + outputs - 1) / outputs},
                              .out_first = (ptrdiff_t)(first * axis->stride) -
                                           (ptrdiff_t)axis->crop};
    if (n_larger > 0)
        w.classes[w.n_classes++] =
            derive_class(0, n_larger, outputs, most_taps(axis), first);
    w.classes[w.n_classes++] =
        derive_class(n_larger, axis->stride - n_larger, outputs, least_taps(axis), first);
    return w;
}

struct winograd winograd_derive(const struct geometry *geometry, const size_t outputs[2])
{
    return (struct winograd){.axis = {derive_axis(&geometry->axis[0], outputs[0]),
                                      derive_axis(&geometry->axis[1], outputs[1])}};
}

size_t winograd_count_kinds(const struct winograd *winograd)
{
    return winograd->axis[0].n_classes * winograd->axis[1].n_classes;
}

struct winograd_kind winograd_kind(const struct winograd *winograd, size_t index)
{
    const size_t n_columns = winograd->axis[1].n_classes;
    const struct winograd_class *rows = &winograd->axis[0].classes[index / n_columns];
    const struct winograd_class *columns = &winograd->axis[1].classes[index % n_columns];
    return (struct winograd_kind){.rows = rows,
                                  .columns = columns,
                                  .points = rows->filter.points * columns->filter.points,
                                  .phases = rows->n_phases * columns->n_phases};
}

static size_t count_work(const struct minimal_size *rows,
                         const struct minimal_size *columns)
{
    const struct minimal_square square = minimal_square(rows, columns);
    return square.operations + square.moves;
}

bool winograd_spreads_more(const struct winograd *winograd,
                           const struct tconv_layer *layer)
{
    size_t windows = 0, tiles = 0;
    for (size_t i = 0; i < winograd_count_kinds(winograd); i++) {
        const struct winograd_kind kind = winograd_kind(winograd, i);
        const struct minimal *r = &kind.rows->filter, *c = &kind.columns->filter;
        windows += layer->in_c * count_work(&r->window, &c->window);
        tiles += layer->out_c * kind.phases * count_work(&r->spread, &c->spread);
    }
    return tiles > windows;
}

/* The larger growth of the classes of an axis; the first class has the most taps. */
static double axis_growth(const struct winograd_axis *axis, bool of_gradient)
{
    double most = 1;
    for (size_t c = 0; c < axis->n_classes; c++) {
        const struct minimal *f = &axis->classes[c].filter;
        const double own = of_gradient ? f->gradient_growth : f->growth;
        most = own > most ? own : most;
    }
    return most;
}

struct tconv_rounding winograd_rounding(const struct winograd *winograd, bool of_gradient)
{
    const struct winograd_axis *axis = winograd->axis;
    return (struct tconv_rounding){.growth = axis_growth(&axis[0], of_gradient) *
                                             axis_growth(&axis[1], of_gradient),
                                   .reach = {axis[0].classes[0].filter.points - 1,
                                             axis[1].classes[0].filter.points - 1}};
}
