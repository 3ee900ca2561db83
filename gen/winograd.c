#include "winograd.h"

#include <stdint.h>

#include "integers.h"

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

/* The phases of one class, and the a = (o + crop) div stride of their outputs o. */
struct phases {
    size_t begin, end, first, last;
};

/* Phase r has the outputs a*stride + r - crop that are in 0 .. out - 1 (DESIGN, gather
 * form). */
static struct phases see_outputs(const struct axis *axis, size_t begin, size_t end)
{
    struct phases phases = {begin, end, SIZE_MAX, 0};
    for (size_t r = begin; r < end; r++) {
        const size_t late = axis->crop > r ? axis->crop - r : 0;
        const size_t first = ceil_div(late, axis->stride);
        const size_t beyond = axis->crop + axis->out;
        const size_t last = beyond > r ? (beyond - r - 1) / axis->stride : 0;
        phases.first = first < phases.first ? first : phases.first;
        phases.last = last > phases.last ? last : phases.last;
    }
    return phases;
}

/* It reads the inputs a - j, j < taps. */
static struct winograd_class derive_class(const struct axis *axis, size_t outputs,
                                          const struct phases *phases)
{
    const bool is_larger = phases->begin < axis->kernel % axis->stride;
    const size_t taps = is_larger ? most_taps(axis) : least_taps(axis);
    return (struct winograd_class){
        .first_phase = phases->begin,
        .n_phases = phases->end - phases->begin,
        .filter = minimal_derive(outputs, taps),
        .read_first = (ptrdiff_t)phases->first - (ptrdiff_t)taps + 1,
        .out_first = (ptrdiff_t)(phases->first * axis->stride) - (ptrdiff_t)axis->crop};
}

/* The first phase after `begin` that has other taps or, aligned, begins elsewhere. */
static size_t end_of_class(const struct axis *axis, size_t begin, bool is_aligned)
{
    const size_t cuts[] = {axis->kernel % axis->stride,
                           is_aligned ? axis->crop % axis->stride : 0};
    size_t end = axis->stride;
    for (size_t i = 0; i < 2; i++)
        if (cuts[i] > begin && cuts[i] < end)
            end = cuts[i];
    return end;
}

static struct winograd_axis derive_axis(const struct axis *axis, size_t outputs,
                                        bool is_aligned)
{
    struct winograd_axis w = {.stride = axis->stride,
                              .crop = axis->crop,
                              .n_tiles = {1, ceil_div(axis->in, outputs)}};
    const struct phases all = see_outputs(axis, 0, axis->stride);
    for (size_t begin = 0, end; begin < axis->stride; begin = end) {
        end = end_of_class(axis, begin, is_aligned);
        const struct phases own = see_outputs(axis, begin, end);
        const struct phases shared = {begin, end, all.first, all.last};
        const struct phases phases = is_aligned ? own : shared;
        const size_t n =
            phases.last + 1 > phases.first ? phases.last + 1 - phases.first : 0;
        const size_t n_tiles = ceil_div(n, outputs);
        w.n_tiles[0] = n_tiles > w.n_tiles[0] ? n_tiles : w.n_tiles[0];
        w.classes[w.n_classes++] = derive_class(axis, outputs, &phases);
    }
    return w;
}

struct winograd winograd_derive(const struct geometry *geometry,
                                const struct winograd_form *form)
{
    struct winograd winograd;
    for (int a = 0; a < 2; a++)
        winograd.axis[a] =
            derive_axis(&geometry->axis[a], form->outputs[a], form->is_aligned);
    return winograd;
}

bool winograd_aligns(const struct geometry *geometry, const size_t outputs[2])
{
    for (int a = 0; a < 2; a++) {
        const struct axis *axis = &geometry->axis[a];
        if (derive_axis(axis, outputs[a], true).n_tiles[0] <
            derive_axis(axis, outputs[a], false).n_tiles[0])
            return true;
    }
    return false;
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

bool winograd_parts_outputs(const struct winograd *winograd,
                            const struct tconv_layer *layer)
{
    size_t windows = 0, tiles = 0;
    for (size_t i = 0; i < winograd_count_kinds(winograd); i++) {
        const struct winograd_kind kind = winograd_kind(winograd, i);
        const struct minimal *r = &kind.rows->filter, *c = &kind.columns->filter;
        windows += layer->in_c * count_work(&r->window, &c->window);
        tiles += layer->out_c * kind.phases * count_work(&r->spread, &c->spread);
    }
    return tiles > windows || winograd_count_kinds(winograd) > 1;
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
