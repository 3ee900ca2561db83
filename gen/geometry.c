#include "geometry.h"

#include "tconv_generic.h"
#include "tconv_length.h"

static bool multiply(size_t *product, size_t a, size_t b)
{
    return !__builtin_mul_overflow(a, b, product);
}

/* rows * columns * channels, when the tensor is not empty and not too large to address.
 */
static bool derive_size(size_t *size, const char *tensor, size_t rows, size_t columns,
                        size_t channels, const char *place, struct error *err)
{
    size_t n;
    if (multiply(&n, rows, columns) && multiply(&n, n, channels) && n >= 1 &&
        n <= SPEC_LARGEST_TENSOR) {
        *size = n;
        return true;
    }
    return error_set(err, "%s: %s: got %zu x %zu x %zu elements; expected from 1 to %zu",
                     place, tensor, rows, columns, channels, SPEC_LARGEST_TENSOR);
}

static bool derive_sizes(struct geometry *g, const struct tconv_spec *spec,
                         struct error *err)
{
    const struct axis *rows = &g->axis[0], *columns = &g->axis[1];
    size_t kernel_area = 0;
    if (!derive_size(&g->x_size, "input", rows->in, columns->in, spec->in_c, spec->place,
                     err) ||
        !derive_size(&kernel_area, "kernel_size", rows->kernel, columns->kernel, 1,
                     spec->place, err) ||
        !derive_size(&g->w_size, "kernel", kernel_area, spec->filters, spec->in_c,
                     spec->place, err) ||
        !derive_size(&g->z_size, "output", rows->out, columns->out, spec->filters,
                     spec->place, err))
        return false;
    g->b_size = spec->use_bias ? spec->filters : 0;
    g->element_bytes = spec->type == TCONV_FLOAT64 ? 8 : 4;
    const size_t channels = spec->in_c * spec->filters;
    g->useful_macs = rows->useful * columns->useful * channels;
    g->natural_macs = rows->in * columns->in * g->w_size;
    g->stuffed_macs = rows->out * columns->out * g->w_size;
    return true;
}

/* Sizes that need no lists, before lists as long as an axis are made. */
static bool check_extents(const struct tconv_spec *spec, struct error *err)
{
    size_t n;
    return derive_size(&n, "input", spec->in[0], spec->in[1], spec->in_c, spec->place,
                       err) &&
           derive_size(&n, "kernel", spec->kernel[0] * spec->kernel[1], spec->filters,
                       spec->in_c, spec->place, err);
}

/* Keras splits the last axis only when it is called. */
static bool check_halves(const struct geometry *geometry, const struct tconv_spec *spec,
                         struct error *err)
{
    const struct tconv_layer *layer = &geometry->layer;
    const size_t length = layer->channels_first ? layer->axis[1].out : layer->out_c;
    return !tconv_halves(layer) || length % 2 == 0 ||
           error_set(err,
                     "%s: activation: got \"%s\" with %zu output %s; expected an even "
                     "number: axis size must be divisible by 2",
                     spec->place, spec->activation_name, length,
                     layer->channels_first ? "columns" : "channels");
}

bool geometry_derive(struct geometry *geometry, const struct tconv_spec *spec,
                     struct arena *arena, struct error *err)
{
    *geometry = (struct geometry){0};
    if (!check_extents(spec, err))
        return false;
    for (int a = 0; a < 2; a++)
        if (!axis_derive(&geometry->axis[a], spec, a, arena, err))
            return false;
    if (!derive_sizes(geometry, spec, err))
        return false;
    geometry->layer = tconv_layer_of(spec, spec->in, spec->in_c);
    geometry->y_size = tconv_y_size(&geometry->layer);
    /* so that a band of tiles is whole rows, which are turned into planes at once */
    geometry->axis[1].forward.shares_rows = geometry->layer.channels_first;
    geometry->axis[1].backward_input.shares_rows = geometry->layer.channels_first;
    return check_halves(geometry, spec, err);
}

bool geometry_meets_one_tap(const struct geometry *geometry)
{
    for (int a = 0; a < 2; a++) {
        const struct axis *axis = &geometry->axis[a];
        if (axis->kernel != axis->stride || axis->dilation > 1 || axis->crop > 0 ||
            axis->out != axis->in * axis->stride)
            return false;
    }
    return true;
}

static void dump_run(const struct axis_run *run, struct text *out)
{
    text_print(out, "    to %zu step %zu count %zu: ", run->to, run->to_step, run->count);
    if (run->n_taps == 0)
        text_put(out, "no taps\n");
    else
        text_print(out, "taps %zu step %zu count %zu, from %zu step %zu, per tap %td\n",
                   run->tap, run->tap_step, run->n_taps, run->from, run->from_step,
                   run->from_tap_step);
}

static void dump_walk(const char *name, const struct axis_walk *walk, struct text *out)
{
    text_print(out, "  %s:\n", name);
    for (size_t r = 0; r < walk->n_runs; r++) {
        if (r == 0 || walk->runs[r].phase != walk->runs[r - 1].phase)
            text_print(out, "   phase %zu\n", walk->runs[r].phase);
        dump_run(&walk->runs[r], out);
    }
}

static void dump_axis(const char *name, const struct axis *axis, struct text *out)
{
    text_print(out, "%s: in %zu out %zu kernel %zu stride %zu dilation %zu crop %zu\n",
               name, axis->in, axis->out, axis->kernel, axis->stride, axis->dilation,
               axis->crop);
    dump_walk("forward", &axis->forward, out);
    dump_walk("backward_input", &axis->backward_input, out);
    text_put(out, "  backward_weights:\n");
    for (size_t tap = 0; tap < axis->kernel; tap++)
        text_print(out, "    tap %zu: in %zu out %zu count %zu\n", tap,
                   axis->meetings[tap].in, axis->meetings[tap].out,
                   axis->meetings[tap].count);
}

void geometry_dump(const struct geometry *geometry, struct text *out)
{
    const struct tconv_layer *layer = &geometry->layer;
    dump_axis("rows", &geometry->axis[0], out);
    dump_axis("columns", &geometry->axis[1], out);
    text_print(out, "channels: in %zu out %zu\n", layer->in_c, layer->out_c);
    text_print(out, "elements: x %zu y %zu w %zu b %zu\n", geometry->x_size,
               geometry->y_size, geometry->w_size, geometry->b_size);
    text_print(out, "multiply-adds: useful %zu natural %zu zero-stuffing %zu\n",
               geometry->useful_macs, geometry->natural_macs, geometry->stuffed_macs);
}
