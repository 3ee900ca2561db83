#include "axis.h"

#include "integers.h"
#include "tconv_length.h"

/* The quotient rounded down; divisor positive. */
static ptrdiff_t divide_down(ptrdiff_t dividend, ptrdiff_t divisor)
{
    const ptrdiff_t quotient = dividend / divisor;
    return quotient - (dividend % divisor < 0);
}

static ptrdiff_t divide_up(ptrdiff_t dividend, ptrdiff_t divisor)
{
    return -divide_down(-dividend, divisor);
}

static ptrdiff_t clamp(ptrdiff_t value, ptrdiff_t low, ptrdiff_t high)
{
    return value < low ? low : value > high ? high : value;
}

/* The op derives the input's length from the output's and compares: section B.4. */
static bool check_op(const struct axis *axis, const struct tconv_spec *spec, int index,
                     struct error *err)
{
    const size_t length = tconv_op_input_length(spec, index, axis->in);
    if (length == axis->in)
        return true;
    struct text accepted = {0};
    text_put(&accepted, "null");
    if (axis->stride > 1)
        text_print(&accepted, ", or from 1 to %zu", axis->stride - 1);
    error_set(
        err,
        "%s: output_padding[%d]: got %zu with padding \"same\", effective kernel %zu and "
        "stride %zu (an output of %zu, from which TensorFlow computes an input of %zu "
        "instead of %zu); expected %s",
        spec->place, index, spec->output_padding[index],
        tconv_effective_kernel(spec, index), axis->stride, axis->out, length, axis->in,
        text_string(&accepted));
    text_free(&accepted);
    return false;
}

static void add_run(struct axis_walk *walk, struct axis_run run)
{
    struct axis_run *last = walk->n_runs == 0 ? NULL : &walk->runs[walk->n_runs - 1];
    if (run.n_taps == 0 && last != NULL && last->n_taps == 0 && last->phase == run.phase)
        last->count += run.count;
    else
        walk->runs[walk->n_runs++] = run;
}

/*
 * The outputs of one phase. Their taps are t = first + j*step; tap j of the phase's
 * output number e meets input i(e) - j*reach, with i(e) = i(0) + e. A tap is seen while
 * that lies in [0, in): so the seen j are an interval [low, high), and a run ends where
 * it changes.
 */
static void split_phase(struct axis *axis, size_t phase, size_t first)
{
    const ptrdiff_t s = (ptrdiff_t)axis->stride, d = (ptrdiff_t)axis->dilation;
    const size_t common = greatest_common_divisor(axis->stride, axis->dilation);
    const ptrdiff_t reach = d / (ptrdiff_t)common, in = (ptrdiff_t)axis->in;
    const size_t step = axis->stride / common;
    const ptrdiff_t n_taps =
        first >= axis->kernel ? 0 : (ptrdiff_t)((axis->kernel - first + step - 1) / step);
    size_t out = (phase + axis->stride - axis->crop % axis->stride) % axis->stride;
    while (out < axis->out) {
        const ptrdiff_t i =
            divide_down((ptrdiff_t)(out + axis->crop) - (ptrdiff_t)first * d, s);
        const ptrdiff_t low = clamp(divide_up(i - in + 1, reach), 0, n_taps);
        const ptrdiff_t high = clamp(divide_down(i, reach) + 1, low, n_taps);
        ptrdiff_t count =
            (ptrdiff_t)((axis->out - out + axis->stride - 1) / axis->stride);
        if (low < n_taps)
            count = clamp(in + low * reach - i, 1, count);
        if (high < n_taps && high * reach > i)
            count = clamp(high * reach - i, 1, count);
        struct axis_run run = {.phase = phase,
                               .count = (size_t)count,
                               .to = out,
                               .to_step = axis->stride,
                               .n_taps = (size_t)(high - low),
                               .from_step = 1};
        if (high > low) {
            run.tap = first + (size_t)low * step;
            run.tap_step = step;
            run.from = (size_t)(i - low * reach);
            run.from_tap_step = -reach;
        }
        add_run(&axis->forward, run);
        out += (size_t)count * axis->stride;
    }
}

/* Splits the phases one by one. The first tap of a phase is the least t with t*dilation
 * equal to the phase modulo stride; a phase that no tap reaches has none (the kernel's
 * length). */
static bool split_outputs(struct axis *axis, struct arena *arena, struct error *err)
{
    size_t *first = arena_take(arena, axis->stride, sizeof *first, err);
    if (first == NULL)
        return false;
    for (size_t phase = 0; phase < axis->stride; phase++)
        first[phase] = axis->kernel;
    for (size_t t = axis->kernel; t-- > 0;)
        first[t * axis->dilation % axis->stride] = t;
    for (size_t phase = 0; phase < axis->stride; phase++)
        split_phase(axis, phase, first[phase]);
    return true;
}

bool axis_run_is_cut(const struct axis_run *run)
{
    return run->keep > 0 && run->keep < run->to_step;
}

ptrdiff_t axis_run_read(const struct axis_run *run, size_t e, size_t tap)
{
    return run->base + (ptrdiff_t)(e * run->from_step) +
           (ptrdiff_t)tap * run->from_tap_step;
}

struct axis_met axis_run_meets(const struct axis_run *run, size_t tap, size_t count)
{
    struct axis_met met = {0, count};
    if (run->length == 0)
        return met;
    while (met.count > 0 && axis_run_read(run, met.first, tap) < 0)
        met = (struct axis_met){met.first + 1, met.count - 1};
    while (met.count > 0 &&
           axis_run_read(run, met.first + met.count - 1, tap) >= (ptrdiff_t)run->length)
        met.count--;
    return met;
}

size_t axis_run_reads(const struct axis_run *run, size_t count)
{
    const ptrdiff_t step = run->from_tap_step;
    if (run->n_taps == 0)
        return 0;
    if (run->length == 0)
        return (count - 1) * run->from_step +
               (run->n_taps - 1) * (size_t)(step < 0 ? -step : step) + 1;
    ptrdiff_t highest = (ptrdiff_t)run->from;
    for (size_t t = 0; t < run->n_taps; t++) {
        const struct axis_met met = axis_run_meets(run, t, count);
        if (met.count > 0 && axis_run_read(run, met.first + met.count - 1, t) > highest)
            highest = axis_run_read(run, met.first + met.count - 1, t);
    }
    return (size_t)highest - run->from + 1;
}

/* Chunk number a meets inputs a - t, for t up to the kernel's length in strides. */
static void split_chunks(struct axis *axis)
{
    const size_t s = axis->stride, n_taps = (axis->kernel + s - 1) / s;
    const size_t end = axis->crop + axis->out;
    struct axis_walk *walk = &axis->joined;
    for (size_t a = axis->crop / s; a * s < end; a++) {
        const size_t first = a * s < axis->crop ? axis->crop : a * s;
        const size_t low = a < axis->in ? 0 : a - axis->in + 1;
        const size_t high = a + 1 < n_taps ? a + 1 : n_taps;
        struct axis_run run = {.count = 1,
                               .to = first - axis->crop,
                               .to_step = s,
                               .from_step = 1,
                               .skip = first - a * s,
                               .keep = ((a + 1) * s < end ? (a + 1) * s : end) - first};
        if (low < high) {
            run.n_taps = high - low;
            run.tap = low;
            run.tap_step = 1;
            run.from = a - low;
            run.from_tap_step = -1;
        }
        struct axis_run *last = walk->n_runs == 0 ? NULL : &walk->runs[walk->n_runs - 1];
        if (last != NULL && last->tap == run.tap && last->n_taps == run.n_taps &&
            last->keep == s && run.keep == s)
            last->count++;
        else
            walk->runs[walk->n_runs++] = run;
    }
}

/* Input i meets output i*s + t*d - crop while that lies in [0, out): an interval of taps.
 */
static void split_inputs(struct axis *axis)
{
    const ptrdiff_t s = (ptrdiff_t)axis->stride, d = (ptrdiff_t)axis->dilation;
    const ptrdiff_t crop = (ptrdiff_t)axis->crop, kernel = (ptrdiff_t)axis->kernel;
    struct axis_walk *walk = &axis->backward_input;
    for (size_t in = 0; in < axis->in; in++) {
        const ptrdiff_t start = (ptrdiff_t)in * s - crop;
        const ptrdiff_t low = clamp(divide_up(-start, d), 0, kernel);
        const ptrdiff_t end = divide_down((ptrdiff_t)axis->out - 1 - start, d) + 1;
        const size_t n_taps = (size_t)(clamp(end, low, kernel) - low);
        struct axis_run *last = walk->n_runs == 0 ? NULL : &walk->runs[walk->n_runs - 1];
        if (last != NULL && last->n_taps == n_taps &&
            (n_taps == 0 || last->tap == (size_t)low)) {
            last->count++;
            continue;
        }
        struct axis_run run = {.count = 1,
                               .to = in,
                               .to_step = 1,
                               .n_taps = n_taps,
                               .from_step = axis->stride};
        if (n_taps > 0) {
            run.tap = (size_t)low;
            run.tap_step = 1;
            run.from = (size_t)(start + low * d);
            run.from_tap_step = d;
        }
        walk->runs[walk->n_runs++] = run;
    }
}

/* The inputs whose product with one tap lands inside the output: an interval. */
static struct axis_meeting meet(const struct axis *axis, size_t tap)
{
    const ptrdiff_t s = (ptrdiff_t)axis->stride;
    const ptrdiff_t shift = (ptrdiff_t)(tap * axis->dilation) - (ptrdiff_t)axis->crop;
    const ptrdiff_t in = (ptrdiff_t)axis->in;
    const ptrdiff_t low = clamp(divide_up(-shift, s), 0, in);
    const ptrdiff_t end = divide_down((ptrdiff_t)axis->out - 1 - shift, s) + 1;
    const ptrdiff_t high = clamp(end, low, in);
    if (high == low)
        return (struct axis_meeting){0};
    return (struct axis_meeting){.count = (size_t)(high - low),
                                 .in = (size_t)low,
                                 .out = (size_t)(low * s + shift)};
}

static bool take_lists(struct axis *axis, struct arena *arena, struct error *err)
{
    const size_t n_runs = 2 * axis->kernel + 2 * axis->stride + 2;
    axis->forward.runs = arena_take(arena, n_runs, sizeof *axis->forward.runs, err);
    axis->backward_input.runs =
        arena_take(arena, axis->in, sizeof *axis->backward_input.runs, err);
    axis->joined.runs =
        arena_take(arena, 2 * axis->kernel + 6, sizeof *axis->joined.runs, err);
    axis->meetings = arena_take(arena, axis->kernel, sizeof *axis->meetings, err);
    return !err->is_set;
}

bool axis_derive(struct axis *axis, const struct tconv_spec *spec, int index,
                 struct arena *arena, struct error *err)
{
    const struct tconv_axis lengths = tconv_length_axis(spec, index, spec->in[index]);
    *axis = (struct axis){.in = lengths.in,
                          .out = lengths.out,
                          .kernel = lengths.kernel,
                          .stride = lengths.stride,
                          .dilation = lengths.dilation,
                          .crop = lengths.crop};
    if (!check_op(axis, spec, index, err) || !take_lists(axis, arena, err))
        return false;
    if (!split_outputs(axis, arena, err))
        return false;
    if (axis->dilation == 1)
        split_chunks(axis);
    split_inputs(axis);
    for (size_t tap = 0; tap < axis->kernel; tap++) {
        axis->meetings[tap] = meet(axis, tap);
        axis->useful += axis->meetings[tap].count;
    }
    return true;
}

/* The lowest input from `in` on where a tap of the group begins or ends to meet; the end
 * of the axis when there is none. */
static size_t next_change(const struct axis *axis, size_t tap, size_t n_taps, size_t in)
{
    size_t next = axis->in;
    for (size_t t = tap; t < tap + n_taps; t++) {
        const struct axis_meeting *m = &axis->meetings[t];
        if (m->count > 0 && m->in > in && m->in < next)
            next = m->in;
        if (m->count > 0 && m->in + m->count > in && m->in + m->count < next)
            next = m->in + m->count;
    }
    return next;
}

size_t axis_cut_stretches(const struct axis *axis, size_t tap, size_t n_taps,
                          struct axis_stretch *stretches)
{
    size_t n = 0;
    for (size_t in = 0, next; in < axis->in; in = next) {
        struct axis_stretch stretch = {.in = in};
        next = next_change(axis, tap, n_taps, in);
        for (size_t t = tap; t < tap + n_taps; t++) {
            const struct axis_meeting *m = &axis->meetings[t];
            if (in < m->in || in >= m->in + m->count)
                continue;
            if (stretch.n_taps++ == 0) {
                stretch.tap = t;
                stretch.out = m->out + (in - m->in) * axis->stride;
            }
        }
        stretch.count = next - in;
        if (stretch.n_taps > 0)
            stretches[n++] = stretch;
    }
    return n;
}
