/* explain: the facts, then the page for a person, top to bottom. */
#include "explain.h"

#include "tconv_judge.h"
#include "tconv_shape.h"

#include <stdio.h>

#include "integers.h"

enum { MOST_PHASES = 8, MOST_TAPS = 16 };

static const char *const axis_names[2] = {"rows", "columns"};

struct explain_overlap explain_axis_overlap(const struct axis *axis)
{
    const size_t g = greatest_common_divisor(axis->stride, axis->dilation);
    const size_t step = axis->stride / g;
    const size_t least = g > 1 ? 0 : axis->kernel / step;
    const size_t most = (axis->kernel + step - 1) / step;
    return (struct explain_overlap){least, most, least == most};
}

struct explain_overlap explain_pixel_overlap(const struct geometry *geometry)
{
    const struct explain_overlap rows = explain_axis_overlap(&geometry->axis[0]);
    const struct explain_overlap columns = explain_axis_overlap(&geometry->axis[1]);
    return (struct explain_overlap){rows.least * columns.least, rows.most * columns.most,
                                    rows.is_even && columns.is_even};
}

struct explain_bytes explain_pass_bytes(const struct geometry *geometry,
                                        enum plan_pass pass)
{
    const size_t size = geometry->element_bytes;
    return (struct explain_bytes){
        .x = geometry->x_size * size,
        .w = geometry->w_size * size,
        .b = pass == PLAN_BACKWARD_INPUT ? 0 : geometry->b_size * size,
        .y = geometry->y_size * size};
}

static void write_shape(const char *name, const struct geometry *geometry, size_t rows,
                        size_t columns, size_t channels, struct text *out)
{
    if (geometry->layer.channels_first)
        text_print(out, "  %-12s [N, %zu, %zu, %zu]\n", name, channels, rows, columns);
    else
        text_print(out, "  %-12s [N, %zu, %zu, %zu]\n", name, rows, columns, channels);
}

static void write_layer(const struct tconv_spec *spec, const struct geometry *geometry,
                        struct text *out)
{
    const struct axis *axis = geometry->axis;
    const struct tconv_layer *layer = &geometry->layer;
    const struct tconv_shape y = tconv_output_shape(layer, 1);
    text_print(out, "%s: Conv2DTranspose, %s, %s, activation %s%s\n", spec->name,
               layer->channels_first ? "channels_first" : "channels_last",
               layer->type == TCONV_FLOAT32 ? "float32" : "float64",
               spec->activation_name, layer->use_bias ? "" : ", no bias");
    write_shape("input", geometry, axis[0].in, axis[1].in, layer->in_c, out);
    text_print(out, "  %-12s [N, %zu, %zu, %zu]\n", "output", y.size[1], y.size[2],
               y.size[3]);
    text_print(out, "  %-12s %zu: weights %zu, bias %zu\n", "parameters",
               geometry->w_size + geometry->b_size, geometry->w_size, geometry->b_size);
}

static void write_axes(const struct tconv_spec *spec, const struct geometry *geometry,
                       struct text *out)
{
    text_print(out, "\n%-10s %7s %7s %7s %9s %7s %7s   (padding %s)\n", "axis", "input",
               "kernel", "stride", "dilation", "crop", "output",
               spec->padding == TCONV_PADDING_SAME ? "same" : "valid");
    for (int i = 0; i < 2; i++) {
        const struct axis *axis = &geometry->axis[i];
        text_print(out, "  %-8s %7zu %7zu %7zu %9zu %7zu %7zu\n", axis_names[i], axis->in,
                   axis->kernel, axis->stride, axis->dilation, axis->crop, axis->out);
    }
}

/* One phase: the runs from `first` up to where the phase ends, whose number is returned.
 */
static size_t write_phase(const struct axis_walk *walk, size_t first, struct text *out)
{
    size_t end = first, outputs = 0, longest = first;
    for (; end < walk->n_runs && walk->runs[end].phase == walk->runs[first].phase;
         end++) {
        outputs += walk->runs[end].count;
        if (walk->runs[end].n_taps > walk->runs[longest].n_taps)
            longest = end;
    }
    const struct axis_run *run = &walk->runs[longest];
    text_print(out, "  phase %-4zu %6zu outputs, %zu taps", run->phase, outputs,
               run->n_taps);
    for (size_t t = 0; t < run->n_taps && t < MOST_TAPS; t++)
        text_print(out, "%s%zu", t == 0 ? ": " : " ", run->tap + t * run->tap_step);
    text_put(out, run->n_taps > MOST_TAPS ? " ...; runs" : "; runs");
    for (size_t i = first; i < end && i < first + MOST_TAPS; i++)
        text_print(out, " %zu(%zu)", walk->runs[i].count, walk->runs[i].n_taps);
    text_put(out, end > first + MOST_TAPS ? " ...\n" : "\n");
    return end;
}

static void write_phases(const struct geometry *geometry, struct text *out)
{
    for (int i = 0; i < 2; i++) {
        const struct axis *axis = &geometry->axis[i];
        text_print(out, "\nphases of the %s (runs: outputs(taps))\n", axis_names[i]);
        size_t at = 0, phases = 0;
        for (; at < axis->forward.n_runs && phases < MOST_PHASES; phases++)
            at = write_phase(&axis->forward, at, out);
        if (at < axis->forward.n_runs)
            text_print(out, "  ... %zu phases in all\n", axis->stride);
    }
}

static void write_work(const struct geometry *geometry, struct text *out)
{
    const double useful = geometry->useful_macs > 0 ? (double)geometry->useful_macs : 1;
    text_print(out,
               "\nmultiply-adds of one image\n"
               "  %-12s %14zu   land inside the output\n"
               "  %-12s %14zu   every input by every tap: what GFLOP/s count\n"
               "  %-12s %14zu   by zero-stuffing: %.2f times the useful ones\n",
               "useful", geometry->useful_macs, "natural", geometry->natural_macs,
               "zero-stuffed", geometry->stuffed_macs,
               (double)geometry->stuffed_macs / useful);
}

static size_t count_passes(const struct plan *plan)
{
    return plan->backward ? PLAN_PASSES : PLAN_FORWARD + 1;
}

static void write_bytes(const struct geometry *geometry, const struct plan *plan,
                        struct text *out)
{
    text_print(out, "\n%-18s %12s %12s %9s %12s %13s\n", "bytes of one image", "x", "w",
               "b", "y", "in all");
    for (size_t i = 0; i < count_passes(plan); i++) {
        const struct explain_bytes bytes =
            explain_pass_bytes(geometry, (enum plan_pass)i);
        text_print(out, "  %-16s %12zu %12zu %9zu %12zu %13zu\n",
                   plan_pass_name((enum plan_pass)i), bytes.x, bytes.w, bytes.b, bytes.y,
                   bytes.x + bytes.w + bytes.b + bytes.y);
    }
}

/* The bound of tconv_error_bound (or, for windows, of tconv_judge_window_terms) in words.
 */
static void write_bound(const struct geometry *geometry, const struct plan *plan,
                        enum plan_pass pass, struct text *out)
{
    const struct tconv_rounding rounding =
        plan_rounding(&plan->pass[pass], geometry, pass);
    const struct tconv_terms of = tconv_judge_terms(&geometry->layer, 1);
    const size_t terms = (pass == PLAN_FORWARD          ? of.z
                          : pass == PLAN_BACKWARD_INPUT ? of.dx
                                                        : of.dw) +
                         tconv_judge_window_terms(&geometry->layer, &rounding, 1);
    text_print(out, "    error at most %zu x 2^-%d x %g times the sum of |products|",
               terms + 1, geometry->layer.type == TCONV_FLOAT32 ? 24 : 53,
               rounding.growth);
    if (rounding.is_normwise)
        text_put(out, ", magnitudes the largest of their tensors");
    else if (!tconv_rounds_plainly(&rounding))
        text_print(out, ", magnitudes the largest within %zu x %zu", rounding.reach[0],
                   rounding.reach[1]);
    text_put(out, "\n");
}

static void write_plan(const struct geometry *geometry, const struct plan *plan,
                       struct text *out)
{
    text_print(out, "\nplan for %s: %s\n  %-16s %-9s %9s %8s %11s %11s %13s\n",
               plan->target->name, plan->target->summary, "pass", "method", "tile",
               "vectors", "statements", "code bytes", "cycles/image");
    for (size_t i = 0; i < count_passes(plan); i++) {
        const struct plan_choice *choice = &plan->pass[i];
        char tile[48];
        snprintf(tile, sizeof tile, "%zux%zu", choice->tile[0], choice->tile[1]);
        text_print(out, "  %-16s %-9s %9s %8zu %11zu %11zu %13.0f\n",
                   plan_pass_name((enum plan_pass)i), plan_method_name(choice->method),
                   tile, choice->vectors, choice->statements, choice->code_bytes,
                   choice->cycles);
    }
    for (size_t i = 0; i < count_passes(plan); i++) {
        text_print(out, "  %s: %s\n", plan_pass_name((enum plan_pass)i),
                   plan->pass[i].why);
        write_bound(geometry, plan, (enum plan_pass)i, out);
    }
}

/* The least multiple of the stride that the kernel could grow to. */
static size_t even_kernel(const struct axis *axis)
{
    return (axis->kernel + axis->stride - 1) / axis->stride * axis->stride;
}

static void write_checkerboard(const struct geometry *geometry, struct text *out)
{
    const struct explain_overlap pixel = explain_pixel_overlap(geometry);
    const struct axis *axis = geometry->axis;
    if (pixel.is_even) {
        text_print(out,
                   "\ncheckerboard: none; %zu taps overlap on every interior pixel\n",
                   pixel.most);
        return;
    }
    text_print(out,
               "\ncheckerboard: likely; %zu to %zu taps overlap on an interior pixel\n",
               pixel.least, pixel.most);
    text_print(
        out,
        "  The kernel %zux%zu is not divisible by the strides %zux%zu: a kernel of "
        "%zux%zu would be,\n  and resizing before a plain convolution overlaps "
        "evenly too.\n",
        axis[0].kernel, axis[1].kernel, axis[0].stride, axis[1].stride,
        even_kernel(&axis[0]), even_kernel(&axis[1]));
}

static void write_differences(const struct tconv_spec *spec, struct text *out)
{
    const char *notes[DIALECT_MOST_NOTES];
    const size_t n = dialect_find_notes(spec, notes);
    text_print(out, "\ndifferences between generations, this layer being of %s:%s\n",
               spec_dialect_title(spec->dialect), n == 0 ? " none" : "");
    for (size_t i = 0; i < n; i++)
        text_print(out, "  %s\n", notes[i]);
}

void explain_write(const struct tconv_spec *spec, const struct geometry *geometry,
                   const struct plan *plan, struct text *out)
{
    write_layer(spec, geometry, out);
    write_axes(spec, geometry, out);
    write_phases(geometry, out);
    write_work(geometry, out);
    write_bytes(geometry, plan, out);
    write_plan(geometry, plan, out);
    write_checkerboard(geometry, out);
    write_differences(spec, out);
}
