/*
 * gen/geometry: sizes, counts and the layer of a spec; what is too large to address.
 *
 * Needs UNIT_DATA, the path of tests/unit/data.
 */
#include <criterion/criterion.h>

#include "file.h"
#include "geometry_deriving.h"
#include "json.h"

#ifndef UNIT_DATA
#define UNIT_DATA "tests/unit/data"
#endif
#define CASES UNIT_DATA "/../geometry-cases.json"

static const char config[] = "{\"filters\": 5, \"kernel_size\": [5, 3], \"strides\": [2, "
                             "1], \"padding\": \"same\","
                             " \"dtype\": \"float64\", \"activation\": \"relu6\"}";

Test(geometry, tells_sizes_and_work)
{
    struct derived d;
    derive_ok(&d, config, "4,6,3");
    const struct geometry *g = &d.geometry;
    cr_expect(g->axis[0].out == 8 && g->axis[1].out == 6);
    cr_expect_eq(g->x_size, 4 * 6 * 3);
    cr_expect_eq(g->y_size, 8 * 6 * 5);
    cr_expect_eq(g->w_size, 5 * 3 * 5 * 3);
    cr_expect_eq(g->b_size, 5);
    cr_expect_eq(g->element_bytes, 8);
    /* rows: of 5 taps by 4 inputs 1 is cropped before and 2 behind; columns: 1 and 1 */
    cr_expect_eq(g->useful_macs, 17 * 16 * 5 * 3);
    cr_expect_eq(g->natural_macs, 4 * 6 * 5 * 3 * 5 * 3);
    cr_expect_eq(g->stuffed_macs, 8 * 6 * 5 * 3 * 5 * 3);
    drop(&d.reading);
}

Test(geometry, tells_the_layer_to_the_runtime)
{
    struct derived d;
    derive_ok(&d, config, "4,6,3");
    const struct tconv_layer *layer = &d.geometry.layer;
    cr_expect_eq(layer->type, TCONV_FLOAT64);
    cr_expect(layer->in_c == 3 && layer->out_c == 5 && !layer->channels_first);
    cr_expect(layer->use_bias == 1);
    cr_expect(layer->activation.function == TCONV_RELU && layer->activation.ceiling == 6);
    for (int a = 0; a < 2; a++) {
        const struct axis *axis = &d.geometry.axis[a];
        const struct tconv_axis *told = &layer->axis[a];
        cr_expect(told->in == axis->in && told->out == axis->out &&
                  told->kernel == axis->kernel && told->stride == axis->stride &&
                  told->dilation == axis->dilation && told->crop == axis->crop);
    }
    cr_expect(layer->axis[0].kernel == 5 && layer->axis[1].kernel == 3);
    cr_expect(layer->axis[0].crop == 1 && layer->axis[1].crop == 1);
    drop(&d.reading);
}

Test(geometry, no_bias_has_no_elements)
{
    struct derived d;
    derive_ok(&d, "{\"filters\": 5, \"kernel_size\": 2, \"use_bias\": false}", "1,1,1");
    cr_expect_eq(d.geometry.b_size, 0);
    cr_expect_eq(d.geometry.element_bytes, 4);
    cr_expect_eq(d.geometry.layer.use_bias, 0);
    drop(&d.reading);
}

static void expect_refusal(const char *json, const char *input_shape, const char *message)
{
    struct derived d;
    derive_into(&d, json, input_shape);
    cr_expect_not(d.ok);
    cr_expect_str_eq(d.reading.err.message, message);
    drop(&d.reading);
}

Test(geometry, what_is_too_large_is_refused_by_tensor)
{
    expect_refusal("{\"filters\": 1, \"kernel_size\": 1}", "65537,65536,1",
                   "c.json: input: got 65537 x 65536 x 1 elements; expected from 1 to "
                   "2147483648");
    expect_refusal(
        "{\"filters\": 1, \"kernel_size\": 1}", "1048576,1048576,1048576",
        "c.json: input: got 1048576 x 1048576 x 1048576 elements; expected from "
        "1 to 2147483648");
    expect_refusal(
        "{\"filters\": 1048576, \"kernel_size\": 1}", "1,1,1048576",
        "c.json: kernel: got 1 x 1048576 x 1048576 elements; expected from 1 to "
        "2147483648");
    expect_refusal(
        "{\"filters\": 4, \"kernel_size\": 1048576}", "1,1,1",
        "c.json: kernel: got 1099511627776 x 4 x 1 elements; expected from 1 to "
        "2147483648");
    expect_refusal(
        "{\"filters\": 1, \"kernel_size\": 1, \"strides\": 1048576}", "2,2,1",
        "c.json: output: got 2097152 x 2097152 x 1 elements; expected from 1 to "
        "2147483648");
    expect_refusal("{\"filters\": 65, \"kernel_size\": 1}", "8192,4096,1",
                   "c.json: output: got 8192 x 4096 x 65 elements; expected from 1 to "
                   "2147483648");
}

Test(geometry, the_largest_tensors_are_accepted)
{
    struct derived d;
    derive_ok(&d, "{\"filters\": 64, \"kernel_size\": 1}", "8192,4096,1");
    cr_expect_eq(d.geometry.y_size, SPEC_LARGEST_TENSOR);
    drop(&d.reading);
    derive_ok(&d, "{\"filters\": 2048, \"kernel_size\": 1}", "1,1,1048576");
    cr_expect_eq(d.geometry.w_size, SPEC_LARGEST_TENSOR);
    drop(&d.reading);
}

Test(geometry, refuses_what_an_axis_refuses)
{
    struct derived d;
    derive_into(&d,
                "{\"filters\": 1, \"kernel_size\": [3, 2], \"strides\": 2, \"padding\": "
                "\"same\", \"output_padding\": [1, 0]}",
                "3,3,1");
    cr_expect_not(d.ok);
    cr_expect_not_null(strstr(d.reading.err.message, "c.json: output_padding[1]: got 0"));
    drop(&d.reading);
}

Test(geometry, dumps_phases_runs_and_taps)
{
    static const char expected[] =
        "rows: in 2 out 5 kernel 3 stride 2 dilation 1 crop 0\n"
        "  forward:\n"
        "   phase 0\n"
        "    to 0 step 2 count 1: taps 0 step 2 count 1, from 0 step 1, per tap -1\n"
        "    to 2 step 2 count 1: taps 0 step 2 count 2, from 1 step 1, per tap -1\n"
        "    to 4 step 2 count 1: taps 2 step 2 count 1, from 1 step 1, per tap -1\n"
        "   phase 1\n"
        "    to 1 step 2 count 2: taps 1 step 2 count 1, from 0 step 1, per tap -1\n"
        "  backward_input:\n"
        "   phase 0\n"
        "    to 0 step 1 count 2: taps 0 step 1 count 3, from 0 step 2, per tap 1\n"
        "  backward_weights:\n"
        "    tap 0: in 0 out 0 count 2\n"
        "    tap 1: in 0 out 1 count 2\n"
        "    tap 2: in 0 out 2 count 2\n"
        "columns: in 1 out 3 kernel 1 stride 3 dilation 1 crop 0\n"
        "  forward:\n"
        "   phase 0\n"
        "    to 0 step 3 count 1: taps 0 step 3 count 1, from 0 step 1, per tap -1\n"
        "   phase 1\n"
        "    to 1 step 3 count 1: no taps\n"
        "   phase 2\n"
        "    to 2 step 3 count 1: no taps\n"
        "  backward_input:\n"
        "   phase 0\n"
        "    to 0 step 1 count 1: taps 0 step 1 count 1, from 0 step 3, per tap 1\n"
        "  backward_weights:\n"
        "    tap 0: in 0 out 0 count 1\n"
        "channels: in 4 out 2\n"
        "elements: x 8 y 30 w 24 b 2\n"
        "multiply-adds: useful 48 natural 48 zero-stuffing 360\n";
    struct derived d;
    struct text out = {0};
    derive_ok(&d, "{\"filters\": 2, \"kernel_size\": [3, 1], \"strides\": [2, 3]}",
              "2,1,4");
    geometry_dump(&d.geometry, &out);
    cr_expect_str_eq(text_string(&out), expected);
    text_free(&out);
    drop(&d.reading);
}

static struct json_value find_case_list(struct json **json, struct text *bytes)
{
    struct json_value root = {0};
    struct error err = {0};
    cr_assert(file_read(CASES, bytes, &err) &&
                  json_open(json, &root, CASES, bytes->bytes, bytes->length, &err),
              "%s", err.message);
    return json_member(root, "cases");
}

/* Size number `index` of a list; `unknown` for null. */
static size_t size_at(struct json_value list, size_t index, size_t unknown)
{
    struct error err = {0};
    size_t size = unknown;
    const struct json_value item = json_item(list, index);
    if (json_kind(item) != JSON_NULL)
        cr_assert(json_read_size(item, 0, 1 << 20, &size, &err), "%s", err.message);
    return size;
}

static void put_member(struct text *config_text, struct json_value item, const char *key)
{
    text_print(config_text, ", \"%s\": ", key);
    json_write(json_member(item, key), config_text);
}

/* Any length that a case leaves open is 9, and then not compared. */
static void expect_shape(struct json_value item)
{
    static const char *const keys[] = {"kernel_size",    "strides",       "padding",
                                       "output_padding", "dilation_rate", "data_format"};
    struct text made = {0}, shape = {0};
    struct derived d;
    const struct json_value in = json_member(item, "input_shape");
    const struct json_value out = json_member(item, "output_shape");
    text_put(&made, "{\"name\": \"l\"");
    put_member(&made, item, "filters");
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
        put_member(&made, item, keys[i]);
    text_put(&made, "}");
    text_print(&shape, "%zu,%zu,%zu", size_at(in, 1, 9), size_at(in, 2, 9),
               size_at(in, 3, 9));
    derive_ok(&d, text_string(&made), text_string(&shape));
    const struct tconv_layer *layer = &d.geometry.layer;
    const size_t got[2][3] = {{layer->axis[0].out, layer->axis[1].out, layer->out_c},
                              {layer->out_c, layer->axis[0].out, layer->axis[1].out}};
    for (size_t i = 0; i < 3; i++) {
        const size_t expected = size_at(out, i + 1, SIZE_MAX);
        if (expected != SIZE_MAX)
            cr_expect_eq(got[layer->channels_first][i], expected, "%s",
                         text_string(&made));
    }
    drop(&d.reading);
    text_free(&made);
    text_free(&shape);
}

Test(geometry, shapes_as_keras_computes_them)
{
    struct json *json;
    struct text bytes = {0};
    size_t n = 0;
    struct json_value item = json_first(find_case_list(&json, &bytes));
    for (; json_is_present(item); item = json_next(item)) {
        const char *kind = "";
        struct error err = {0};
        cr_assert(json_read_string(json_member(item, "kind"), &kind, &err));
        if (strcmp(kind, "shape") != 0)
            continue;
        expect_shape(item);
        n++;
    }
    cr_expect_geq(n, 8);
    json_close(json);
    text_free(&bytes);
}
