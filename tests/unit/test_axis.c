/*
 * gen/axis: lengths, crops, runs and meetings, against worked cases and, for all small
 * axes, against the identity o = i*stride + t*dilation - crop, pair by pair.
 *
 * Needs UNIT_DATA, the path of tests/unit/data.
 */
#include <criterion/criterion.h>

#include <stdlib.h>
#include <string.h>

#include "axis.h"
#include "file.h"
#include "json.h"
#include "spec_reading.h"

#ifndef UNIT_DATA
#define UNIT_DATA "tests/unit/data"
#endif
#define CASES UNIT_DATA "/../geometry-cases.json"

enum { MOST = 128 };

static bool pair_is_seen(const struct axis *axis, size_t in, size_t tap, size_t out)
{
    return in < axis->in && tap < axis->kernel && out < axis->out &&
           in * axis->stride + tap * axis->dilation == out + axis->crop;
}

/* All (input, tap) whose output exists, counted one by one. */
static size_t count_pairs(const struct axis *axis)
{
    size_t n = 0;
    for (size_t in = 0; in < axis->in; in++)
        for (size_t tap = 0; tap < axis->kernel; tap++) {
            const size_t end = in * axis->stride + tap * axis->dilation;
            n += end >= axis->crop && end - axis->crop < axis->out;
        }
    return n;
}

/* Pairs of a run that obey the identity; they differ, as their taps do. */
static size_t count_run_pairs(const struct axis *axis, const struct axis_run *run,
                              bool is_forward)
{
    size_t n = 0;
    for (size_t e = 0; e < run->count; e++)
        for (size_t t = 0; t < run->n_taps; t++) {
            const size_t to = run->to + e * run->to_step;
            const size_t tap = run->tap + t * run->tap_step;
            const size_t from = run->from + e * run->from_step +
                                (size_t)((ptrdiff_t)t * run->from_tap_step);
            n += is_forward ? pair_is_seen(axis, from, tap, to)
                            : pair_is_seen(axis, to, tap, from);
        }
    return n;
}

static bool runs_could_join(const struct axis_run *a, const struct axis_run *b)
{
    return a->phase == b->phase && a->n_taps == b->n_taps &&
           (a->n_taps == 0 || a->tap == b->tap);
}

/* Every element once, every pair once, phases in order, and no run could be longer. */
static bool walk_is_right(const struct axis *axis, const struct axis_walk *walk,
                          bool is_forward)
{
    size_t met[MOST] = {0}, n_pairs = 0, n_expected = 0;
    for (size_t r = 0; r < walk->n_runs; r++) {
        const struct axis_run *run = &walk->runs[r], *last = run - (r > 0);
        const bool follows =
            last->phase < run->phase || (last->phase == run->phase && last->to < run->to);
        if (r > 0 && (!follows || runs_could_join(last, run)))
            return false;
        for (size_t e = 0; e < run->count; e++) {
            const size_t to = run->to + e * run->to_step;
            if (is_forward && (to + axis->crop) % axis->stride != run->phase)
                return false;
            met[to < MOST ? to : MOST - 1]++;
        }
        if (run->n_taps == 0 && run->from != 0)
            return false;
        n_pairs += count_run_pairs(axis, run, is_forward);
        n_expected += run->count * run->n_taps;
    }
    const size_t n = is_forward ? axis->out : axis->in;
    for (size_t i = 0; i < MOST; i++)
        if (met[i] != (i < n))
            return false;
    return n_pairs == n_expected && n_pairs == count_pairs(axis);
}

static bool meetings_are_right(const struct axis *axis)
{
    size_t n = 0;
    for (size_t tap = 0; tap < axis->kernel; tap++) {
        const struct axis_meeting *meeting = &axis->meetings[tap];
        for (size_t e = 0; e < meeting->count; e++, n++)
            if (!pair_is_seen(axis, meeting->in + e, tap,
                              meeting->out + e * axis->stride))
                return false;
    }
    return n == count_pairs(axis) && n == axis->useful;
}

static void expect_right(const struct axis *axis)
{
    cr_expect(walk_is_right(axis, &axis->forward, true) &&
                  walk_is_right(axis, &axis->backward_input, false) &&
                  meetings_are_right(axis),
              "in %zu kernel %zu stride %zu dilation %zu out %zu crop %zu", axis->in,
              axis->kernel, axis->stride, axis->dilation, axis->out, axis->crop);
}

/* Both axes of a spec that needs no config. */
static struct tconv_spec make_spec(size_t in, size_t kernel, size_t stride,
                                   size_t dilation)
{
    return (struct tconv_spec){.place = "c.json",
                               .kernel = {kernel, kernel},
                               .stride = {stride, stride},
                               .dilation = {dilation, dilation},
                               .in = {in, in}};
}

/* Whether TensorFlow's op refuses it; B.4 of the specification. */
static bool op_refuses(const struct tconv_spec *spec)
{
    const size_t effective = (spec->kernel[0] - 1) * spec->dilation[0] + 1;
    return spec->padding == TCONV_PADDING_SAME && spec->has_output_padding &&
           spec->output_padding[0] == 0 && effective % 2 == 0;
}

static void expect_axis(const struct tconv_spec *spec)
{
    struct arena arena = {0};
    struct error err = {0};
    struct axis axis;
    if (axis_derive(&axis, spec, 1, &arena, &err)) {
        cr_expect_not(op_refuses(spec));
        cr_assert_lt(axis.out, MOST);
        expect_right(&axis);
    } else {
        cr_expect(op_refuses(spec), "%s", err.message);
    }
    arena_free(&arena);
}

/* output_padding: absent, then each below the stride. */
static void expect_all_paddings(struct tconv_spec spec)
{
    for (int padding = 0; padding < 2; padding++) {
        spec.padding = padding == 0 ? TCONV_PADDING_VALID : TCONV_PADDING_SAME;
        spec.has_output_padding = false;
        expect_axis(&spec);
        spec.has_output_padding = true;
        for (size_t op = 0; op < spec.stride[0]; op++) {
            spec.output_padding[0] = spec.output_padding[1] = op;
            expect_axis(&spec);
        }
    }
}

Test(axis, every_small_axis_meets_as_the_identity_says)
{
    for (size_t in = 1; in <= 9; in++)
        for (size_t kernel = 1; kernel <= 7; kernel++)
            for (size_t stride = 1; stride <= 5; stride++)
                for (size_t dilation = 1; dilation <= 4; dilation++)
                    expect_all_paddings(make_spec(in, kernel, stride, dilation));
}

Test(axis, the_index_chooses_rows_or_columns)
{
    struct arena arena = {0};
    struct error err = {0};
    struct axis rows, columns;
    struct tconv_spec spec = make_spec(3, 2, 2, 1);
    spec.in[1] = 5;
    spec.kernel[1] = 4;
    spec.stride[1] = 3;
    cr_assert(axis_derive(&rows, &spec, 0, &arena, &err));
    cr_assert(axis_derive(&columns, &spec, 1, &arena, &err));
    cr_expect(rows.in == 3 && rows.kernel == 2 && rows.stride == 2 && rows.out == 6);
    cr_expect(columns.in == 5 && columns.kernel == 4 && columns.stride == 3 &&
              columns.out == 16);
    arena_free(&arena);
}

Test(axis, an_interior_is_one_run_for_each_phase)
{
    struct arena arena = {0};
    struct error err = {0};
    struct axis axis;
    struct tconv_spec spec = make_spec(100, 4, 2, 1);
    spec.padding = TCONV_PADDING_SAME;
    cr_assert(axis_derive(&axis, &spec, 0, &arena, &err));
    cr_expect_eq(axis.forward.n_runs, 4); /* for each of 2 phases a border and the rest */
    cr_expect_eq(axis.forward.runs[0].count + axis.forward.runs[1].count, 100);
    cr_expect_eq(axis.backward_input.n_runs, 3);
    cr_expect_eq(axis.backward_input.runs[1].count, 98);
    arena_free(&arena);
}

static void expect_op_refusal(size_t stride, const char *message)
{
    struct arena arena = {0};
    struct error err = {0};
    struct axis axis;
    struct tconv_spec spec = make_spec(3, 4, stride, 1);
    spec.padding = TCONV_PADDING_SAME;
    spec.has_output_padding = true;
    cr_expect_not(axis_derive(&axis, &spec, 1, &arena, &err));
    cr_expect_str_eq(err.message, message);
    arena_free(&arena);
}

Test(axis, an_op_refusal_says_what_is_accepted)
{
    expect_op_refusal(
        3,
        "c.json: output_padding[1]: got 0 with padding \"same\", effective kernel 4 and "
        "stride 3 (an output of 6, from which TensorFlow computes an input of 2 instead "
        "of 3); expected null, or from 1 to 2");
    expect_op_refusal(
        1,
        "c.json: output_padding[1]: got 0 with padding \"same\", effective kernel 4 and "
        "stride 1 (an output of 2, from which TensorFlow computes an input of 2 instead "
        "of 3); expected null");
}

/* y of x = 1, 2, ... and w = 1, 2, ..., by the runs of the forward pass. */
static void compute_y(const struct axis *axis, size_t *y)
{
    for (size_t r = 0; r < axis->forward.n_runs; r++) {
        const struct axis_run *run = &axis->forward.runs[r];
        for (size_t e = 0; e < run->count; e++) {
            size_t *sum = &y[run->to + e * run->to_step];
            *sum = 0;
            for (size_t t = 0; t < run->n_taps; t++)
                *sum += (run->tap + t * run->tap_step + 1) *
                        (run->from + e * run->from_step +
                         (size_t)((ptrdiff_t)t * run->from_tap_step) + 1);
        }
    }
}

static size_t size_of(struct json_value object, const char *key)
{
    struct error err = {0};
    size_t size = 0;
    cr_assert(json_read_size(json_member(object, key), 0, 1 << 20, &size, &err), "%s",
              err.message);
    return size;
}

static const char *word_of(struct json_value object, const char *key)
{
    struct error err = {0};
    const char *word = NULL;
    cr_assert(json_read_string(json_member(object, key), &word, &err), "%s", err.message);
    return word;
}

static bool is_null(struct json_value object, const char *key)
{
    return json_kind(json_member(object, key)) == JSON_NULL;
}

/* The case's axis for columns, by way of a config; rows are one input and one tap. */
static bool derive_case(struct json_value item, struct axis *axis, struct reading *r)
{
    struct text config = {0};
    const size_t stride = size_of(item, "stride"), dilation = size_of(item, "dilation");
    text_print(&config, "{\"filters\": 1, \"kernel_size\": [1, %zu], ",
               size_of(item, "kernel"));
    text_print(&config, "\"strides\": [%zu, %zu], \"dilation_rate\": [%zu, %zu], ",
               stride, stride, dilation, dilation);
    if (!is_null(item, "output_padding"))
        text_print(&config, "\"output_padding\": [0, %zu], ",
                   size_of(item, "output_padding"));
    text_print(&config, "\"padding\": \"%s\"}", word_of(item, "padding"));
    read_into(r, text_string(&config), NULL);
    text_free(&config);
    const size_t in[2] = {1, size_of(item, "in_len")};
    return r->ok && spec_set_input(&r->spec, in, 1, &r->err) &&
           axis_derive(axis, &r->spec, 1, &r->arena, &r->err);
}

static void expect_y(const struct axis *axis, struct json_value item)
{
    size_t y[MOST], n = 0, expected;
    struct error err = {0};
    struct json_value value = json_first(json_member(item, "y"));
    cr_assert_lt(axis->out, MOST);
    compute_y(axis, y);
    for (; json_is_present(value); value = json_next(value), n++) {
        cr_assert(json_read_size(value, 0, 1 << 20, &expected, &err));
        cr_expect(n < axis->out && y[n] == expected, "%s: y[%zu]", word_of(item, "id"),
                  n);
    }
    cr_expect_eq(n, axis->out, "%s", word_of(item, "id"));
}

static void expect_case(struct json_value item)
{
    struct reading r;
    struct axis axis;
    const struct json_value tf = json_member(item, "tf2");
    const bool is_derived = derive_case(item, &axis, &r);
    if (!is_null(item, "error")) {
        cr_expect_not(is_derived, "%s", word_of(item, "id"));
        cr_expect_eq(strncmp(r.err.message, "c.json: ", 8), 0, "%s", r.err.message);
    } else if (size_of(item, "in_len") == 0) {
        cr_expect_not(is_derived); /* tconv wants an input */
    } else {
        cr_assert(is_derived, "%s: %s", word_of(item, "id"), r.err.message);
        cr_expect_eq(axis.out, size_of(tf, "out_len"), "%s", word_of(item, "id"));
        cr_expect_eq(axis.crop, size_of(tf, "pad_before"), "%s", word_of(item, "id"));
        expect_y(&axis, item);
        expect_right(&axis);
    }
    drop(&r);
}

Test(axis, worked_cases)
{
    struct text bytes = {0};
    struct json *json;
    struct json_value root;
    struct error err = {0};
    size_t n = 0;
    cr_assert(file_read(CASES, &bytes, &err) &&
                  json_open(&json, &root, CASES, bytes.bytes, bytes.length, &err),
              "%s", err.message);
    struct json_value item = json_first(json_member(root, "cases"));
    for (; json_is_present(item); item = json_next(item))
        if (strcmp(word_of(item, "kind"), "geometry") == 0) {
            expect_case(item);
            n++;
        }
    cr_expect_geq(n, 100);
    json_close(json);
    text_free(&bytes);
}
