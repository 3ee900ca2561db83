/* explain_json: the facts of explain.c for tools. */
#include "explain.h"

#include "tconv_shape.h"

static void put_string(struct text *out, const char *string)
{
    text_put(out, "\"");
    for (const char *c = string; *c != '\0'; c++) {
        const unsigned char byte = (unsigned char)*c;
        if (byte == '"' || byte == '\\')
            text_print(out, "\\%c", byte);
        else if (byte < 0x20)
            text_print(out, "\\u%04x", byte);
        else
            text_add(out, c, 1);
    }
    text_put(out, "\"");
}

static void write_shape(const struct geometry *geometry, const char *key, size_t rows,
                        size_t columns, size_t channels, struct text *out)
{
    if (geometry->layer.channels_first)
        text_print(out, "  \"%s\": [%zu, %zu, %zu],\n", key, channels, rows, columns);
    else
        text_print(out, "  \"%s\": [%zu, %zu, %zu],\n", key, rows, columns, channels);
}

static void write_layer(const struct tconv_spec *spec, const struct geometry *geometry,
                        struct text *out)
{
    const struct axis *axis = geometry->axis;
    const struct tconv_layer *layer = &geometry->layer;
    const struct tconv_shape y = tconv_output_shape(layer, 1);
    text_put(out, "  \"name\": ");
    put_string(out, spec->name);
    text_put(out, ",\n  \"activation\": ");
    put_string(out, spec->activation_name);
    text_print(out, ",\n  \"data_format\": \"%s\",\n  \"dtype\": \"%s\",\n",
               layer->channels_first ? "channels_first" : "channels_last",
               layer->type == TCONV_FLOAT32 ? "float32" : "float64");
    write_shape(geometry, "input_shape", axis[0].in, axis[1].in, layer->in_c, out);
    text_print(out, "  \"output_shape\": [%zu, %zu, %zu],\n", y.size[1], y.size[2],
               y.size[3]);
    text_print(out,
               "  \"parameters\": {\"weights\": %zu, \"bias\": %zu, \"total\": %zu},\n",
               geometry->w_size, geometry->b_size, geometry->w_size + geometry->b_size);
}

static void write_run(const struct axis_run *run, bool is_last, struct text *out)
{
    text_print(out,
               "      {\"phase\": %zu, \"first\": %zu, \"count\": %zu, \"taps\": %zu, "
               "\"first_tap\": %zu, \"tap_step\": %zu}%s\n",
               run->phase, run->to, run->count, run->n_taps, run->tap, run->tap_step,
               is_last ? "" : ",");
}

static void write_axis(const struct axis *axis, bool is_last, struct text *out)
{
    const struct explain_overlap overlap = explain_axis_overlap(axis);
    text_print(
        out,
        "    {\"input\": %zu, \"kernel\": %zu, \"stride\": %zu, \"dilation\": %zu,\n"
        "     \"crop\": %zu, \"output\": %zu, \"least_taps\": %zu, "
        "\"most_taps\": %zu, \"runs\": [\n",
        axis->in, axis->kernel, axis->stride, axis->dilation, axis->crop, axis->out,
        overlap.least, overlap.most);
    for (size_t i = 0; i < axis->forward.n_runs; i++)
        write_run(&axis->forward.runs[i], i + 1 == axis->forward.n_runs, out);
    text_print(out, "    ]}%s\n", is_last ? "" : ",");
}

static void write_pass(const struct geometry *geometry, const struct plan *plan,
                       enum plan_pass pass, struct text *out)
{
    const struct plan_choice *choice = &plan->pass[pass];
    const struct explain_bytes bytes = explain_pass_bytes(geometry, pass);
    text_print(
        out,
        "    \"%s\": {\"method\": \"%s\", \"tile\": [%zu, %zu], \"vectors\": %zu,\n"
        "      \"statements\": %zu, \"code_bytes\": %zu, \"cycles\": %.0f,\n"
        "      \"bytes\": {\"x\": %zu, \"w\": %zu, \"b\": %zu, \"y\": %zu},\n"
        "      \"why\": ",
        plan_pass_name(pass), plan_method_name(choice->method), choice->tile[0],
        choice->tile[1], choice->vectors, choice->statements, choice->code_bytes,
        choice->cycles, bytes.x, bytes.w, bytes.b, bytes.y);
    put_string(out, choice->why);
    text_put(out, "}");
}

static void write_passes(const struct geometry *geometry, const struct plan *plan,
                         struct text *out)
{
    text_print(out, "  \"target\": \"%s\",\n  \"passes\": {\n", plan->target->name);
    write_pass(geometry, plan, PLAN_FORWARD, out);
    for (int pass = PLAN_BACKWARD_INPUT; plan->backward && pass < PLAN_PASSES; pass++) {
        text_put(out, ",\n");
        write_pass(geometry, plan, (enum plan_pass)pass, out);
    }
    text_put(out, "\n  },\n");
}

static void write_differences(const struct tconv_spec *spec, struct text *out)
{
    const char *notes[DIALECT_MOST_NOTES];
    const size_t n = dialect_find_notes(spec, notes);
    text_print(out, "  \"dialect\": \"%s\",\n  \"differences\": [",
               spec_dialect_word(spec->dialect));
    for (size_t i = 0; i < n; i++) {
        text_put(out, i == 0 ? "\n    " : ",\n    ");
        put_string(out, notes[i]);
    }
    text_put(out, n == 0 ? "]\n" : "\n  ]\n");
}

void explain_write_json(const struct tconv_spec *spec, const struct geometry *geometry,
                        const struct plan *plan, struct text *out)
{
    const struct explain_overlap pixel = explain_pixel_overlap(geometry);
    text_put(out, "{\n");
    write_layer(spec, geometry, out);
    text_put(out, "  \"axes\": [\n");
    write_axis(&geometry->axis[0], false, out);
    write_axis(&geometry->axis[1], true, out);
    text_put(out, "  ],\n");
    text_print(out,
               "  \"multiply_adds\": {\"useful\": %zu, \"natural\": %zu, "
               "\"zero_stuffed\": %zu},\n",
               geometry->useful_macs, geometry->natural_macs, geometry->stuffed_macs);
    write_passes(geometry, plan, out);
    text_print(out,
               "  \"checkerboard\": {\"least_taps\": %zu, \"most_taps\": %zu, "
               "\"even\": %s},\n",
               pixel.least, pixel.most, pixel.is_even ? "true" : "false");
    write_differences(spec, out);
    text_put(out, "}\n");
}
