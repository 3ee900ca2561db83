/* report: the table for a person. */
#include "report.h"

#include <string.h>

void report_put_head(const struct machine *machine, struct text *out)
{
    text_print(out, "%s, cpu %d, one thread: %s %.1f GFLOP/s, memory %.1f GB/s\n",
               machine->model, machine->cpu, machine->peak.unit, machine->peak.gflops,
               machine->gigabytes);
    text_put(out, "peers: ");
    for (size_t i = 0; machine->peers[i] != NULL; i++)
        text_print(out, "%s%s", i == 0 ? "" : "; ", machine->peers[i]);
    text_print(out, "%s\n\n", machine->peers[0] == NULL ? "none" : "");
    text_print(out, "%-16s %-16s %11s %8s %11s %8s  %-18s %6s\n", "layer", "pass",
               "tconv us", "of peak", "peer us", "of peak", "best peer", "ratio");
}

static double share_of_peak(const struct result *r, const struct machine *machine)
{
    return 100 * r->flops / (r->min_us * 1e3) / machine->peak.gflops;
}

static void put_time(const struct result *r, const struct machine *machine,
                     struct text *out)
{
    if (r == NULL)
        text_print(out, " %11s %8s", "-", "-");
    else
        text_print(out, " %11.2f %7.1f%%", r->min_us, share_of_peak(r, machine));
}

/* What could not be timed because it was wrong. */
static void put_wrong(const struct results *results, const char *layer,
                      enum tconv_pass pass, struct text *out)
{
    for (size_t i = 0; i < results->n; i++) {
        const struct result *r = &results->at[i];
        if (r->outcome == OUTCOME_WRONG && r->pass == pass &&
            strcmp(r->layer, layer) == 0)
            text_print(out, "  WRONG: %s %s, error %.3g times its bound\n", r->name,
                       r->variant, r->error);
    }
}

void report_put_row(const struct results *results, const struct machine *machine,
                    const char *layer, enum tconv_pass pass, struct text *out)
{
    const struct result *ours = results_ours(results, layer, pass);
    const struct result *best = results_best(results, layer, pass);
    text_print(out, "%-16s %-16s", layer, bench_pass_name(pass));
    put_time(ours, machine, out);
    put_time(best, machine, out);
    if (best != NULL) {
        struct text name = {0};
        text_print(&name, "%s %s", best->name, best->variant);
        text_print(out, "  %-18s", text_string(&name));
        text_free(&name);
    }
    if (best != NULL && ours != NULL)
        text_print(out, " %6.2f", best->min_us / ours->min_us);
    text_put(out, "\n");
    put_wrong(results, layer, pass, out);
}

void report_put_means(const struct results *results, struct text *out)
{
    bool is_first = true;
    for (enum tconv_pass pass = 0; pass < BENCH_PASSES; pass++) {
        const double mean = results_mean(results, pass, false);
        if (mean == 0)
            continue;
        if (is_first)
            text_print(out, "\n%-33s %11s %11s\n", "best peer / tconv, geometric mean",
                       "least time", "median");
        is_first = false;
        text_print(out, "%-33s %11.3f %11.3f\n", bench_pass_name(pass), mean,
                   results_mean(results, pass, true));
    }
}
