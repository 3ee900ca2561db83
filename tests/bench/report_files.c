/* report_files: the same for programs, as CSV and as JSON. */
#include "report.h"

static const char *outcome_name(enum outcome outcome)
{
    static const char *const names[] = {"timed", "wrong", "declined"};
    return names[outcome];
}

static void put_csv_line(const struct result *r, const struct machine *machine,
                         struct text *out)
{
    text_print(out, "%s,%s,%s,%s,%s,", r->layer, bench_pass_name(r->pass), r->name,
               r->variant, outcome_name(r->outcome));
    if (r->outcome == OUTCOME_TIMED)
        text_print(out, "%.3f,%.3f,%zu,%.3f,%.4f,", r->min_us, r->median_us, r->repeats,
                   r->flops / r->min_us * 1e-3,
                   r->flops / (r->min_us * 1e3) / machine->peak.gflops);
    else
        text_put(out, ",,,,,");
    text_print(out, "%.4g,%.0f,%.0f\n", r->error, r->flops, r->bytes);
}

void report_put_csv(const struct results *results, const struct machine *machine,
                    struct text *out)
{
    text_print(out, "# machine: %s, cpu %d\n# peak_gflops: %.2f\n# memory_gbytes: %.2f\n",
               machine->model, machine->cpu, machine->peak.gflops, machine->gigabytes);
    for (size_t i = 0; machine->peers[i] != NULL; i++)
        text_print(out, "# peer: %s\n", machine->peers[i]);
    text_put(out, "layer,pass,contender,variant,outcome,min_us,median_us,repeats,gflops,"
                  "of_peak,error,flops,bytes\n");
    for (size_t i = 0; i < results->n; i++)
        put_csv_line(&results->at[i], machine, out);
}

static void put_json_string(const char *string, struct text *out)
{
    text_put(out, "\"");
    for (; *string != '\0'; string++) {
        if (*string == '"' || *string == '\\')
            text_put(out, "\\");
        text_add(out, string, 1);
    }
    text_put(out, "\"");
}

static void put_json_result(const struct result *r, struct text *out)
{
    text_put(out, "    {\"layer\": ");
    put_json_string(r->layer, out);
    text_print(out, ", \"pass\": \"%s\", \"contender\": \"%s\", \"variant\": \"%s\", ",
               bench_pass_name(r->pass), r->name, r->variant);
    text_print(out, "\"outcome\": \"%s\", ", outcome_name(r->outcome));
    if (r->outcome == OUTCOME_TIMED)
        text_print(out,
                   "\"min_us\": %.3f, \"median_us\": %.3f, \"repeats\": %zu, "
                   "\"error\": %.4g, ",
                   r->min_us, r->median_us, r->repeats, r->error);
    text_print(out, "\"flops\": %.0f, \"bytes\": %.0f}", r->flops, r->bytes);
}

void report_put_json(const struct results *results, const struct machine *machine,
                     struct text *out)
{
    text_put(out, "{\n  \"machine\": {\"model\": ");
    put_json_string(machine->model, out);
    text_print(out, ", \"cpu\": %d, \"peak_gflops\": %.2f, \"memory_gbytes\": %.2f},\n",
               machine->cpu, machine->peak.gflops, machine->gigabytes);
    text_put(out, "  \"peers\": [");
    for (size_t i = 0; machine->peers[i] != NULL; i++) {
        text_put(out, i == 0 ? "" : ", ");
        put_json_string(machine->peers[i], out);
    }
    text_put(out, "],\n  \"ratio\": {");
    for (enum tconv_pass pass = 0; pass < BENCH_PASSES; pass++)
        text_print(out, "%s\"%s\": %.4f", pass == 0 ? "" : ", ", bench_pass_name(pass),
                   results_mean(results, pass, false));
    text_put(out, "},\n  \"results\": [\n");
    for (size_t i = 0; i < results->n; i++) {
        put_json_result(&results->at[i], out);
        text_put(out, i + 1 < results->n ? ",\n" : "\n");
    }
    text_put(out, "  ]\n}\n");
}
