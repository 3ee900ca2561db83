/*
 * plan_write: a plan as a file: written by --dump plan and by tune.
 */
#include "plan.h"

static void write_pass(const struct plan *plan, enum plan_pass pass, struct text *out)
{
    const struct plan_choice *choice = &plan->pass[pass];
    text_print(
        out,
        "%s\n    \"%s\": {\"method\": \"%s\", \"tile\": [%zu, %zu], \"vectors\": %zu, ",
        pass == PLAN_FORWARD ? "" : ",", plan_pass_name(pass),
        plan_method_name(choice->method), choice->tile[0], choice->tile[1],
        choice->vectors);
    if ((choice->method == PLAN_DIRECT && pass != PLAN_BACKWARD_WEIGHTS) ||
        choice->method == PLAN_JOINED)
        text_print(out, "\"joins_columns\": %s, ",
                   choice->joins_columns ? "true" : "false");
    if (choice->group_bands > 0)
        text_print(out, "\"group_bands\": %zu, ", choice->group_bands);
    if (choice->taps[0] > 0)
        text_print(out, "\"taps\": [%zu, %zu], ", choice->taps[0], choice->taps[1]);
    if (choice->is_compact)
        text_put(out, "\"compact\": true, ");
    if (choice->lanes_out)
        text_put(out, "\"lanes_out\": true, ");
    if (choice->lanes_depth)
        text_put(out, "\"lanes_depth\": true, ");
    if (choice->spans)
        text_put(out, "\"spans\": true, ");
    if (choice->block_rows > 0)
        text_print(out, "\"block_rows\": %zu, ", choice->block_rows);
    if (choice->method == PLAN_WINOGRAD)
        text_print(out, "\"outputs\": [%zu, %zu], ", choice->form.outputs[0],
                   choice->form.outputs[1]);
    if (choice->form.is_aligned)
        text_put(out, "\"aligned\": true, ");
    if (choice->block_tiles > 0)
        text_print(out, "\"block_tiles\": %zu, ", choice->block_tiles);
    text_print(
        out,
        "\"predicted\": {\"cycles\": %.0f, \"statements\": %zu, \"code_bytes\": %zu}}",
        choice->cycles, choice->statements, choice->code_bytes);
}

void plan_write(const struct plan *plan, struct text *out)
{
    text_print(out,
               "{\n  \"target\": \"%s\",\n  \"unroll\": \"%s\",\n  \"backward\": %s,\n",
               plan->target->name, plan_unroll_name(plan->unroll),
               plan->backward ? "true" : "false");
    text_print(out, "  \"numerics\": \"%s\",\n  \"max_statements\": %zu,\n",
               plan_numerics_name(plan->exact), plan->max_statements);
    if (plan->max_code_bytes > 0)
        text_print(out, "  \"max_code_bytes\": %zu,\n", plan->max_code_bytes);
    text_put(out, "  \"passes\": {");
    for (int pass = 0; pass < (plan->backward ? PLAN_PASSES : 1); pass++)
        write_pass(plan, (enum plan_pass)pass, out);
    text_put(out, "\n  }\n}\n");
}
