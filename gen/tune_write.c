/* tune_write: what tuning found, and how far it is. */
#include "tune.h"

enum { BAR_CELLS = 30 };

static size_t count_passes(const struct tune_report *report)
{
    return report->backward ? PLAN_PASSES : 1;
}

static void write_choice(const struct plan_choice *choice, struct text *out)
{
    text_put(out, plan_method_name(choice->method));
    if (choice->method == PLAN_WINOGRAD)
        text_print(out, " of %zux%zu%s outputs", choice->form.outputs[0],
                   choice->form.outputs[1], choice->form.is_aligned ? " aligned" : "");
    text_print(out, " %zux%zu, %zu vector%s%s", choice->tile[0], choice->tile[1],
               choice->vectors, choice->vectors == 1 ? "" : "s",
               choice->joins_columns ? ", joined columns" : "");
    if (choice->lanes_depth)
        text_put(out, ", lanes along the depth");
    if (choice->spans)
        text_put(out, ", spanning runs");
    if (choice->block_rows > 0)
        text_print(out, ", blocks of %zu rows", choice->block_rows);
}

void tune_write(const struct tune_report *report, struct text *out)
{
    text_print(out, "%-17s %6s %12s %12s %7s  %s\n", "pass", "tried", "model's us",
               "best us", "gain", "best");
    for (size_t p = 0; p < count_passes(report); p++) {
        const struct tune_pass *pass = &report->pass[p];
        const struct tune_trial *best = &pass->trials[pass->best];
        text_print(out, "%-17s %6zu %12.2f %12.2f %6.1f%%  ",
                   plan_pass_name((enum plan_pass)p), pass->n, pass->trials[0].us,
                   best->us, 100 * (pass->trials[0].us / best->us - 1));
        write_choice(&best->choice, out);
        text_put(out, "\n");
    }
    text_print(out, "\ntuned in %.1f s; the fastest agree with the definition\n",
               report->seconds);
}

void tune_write_trials(const struct tune_report *report, struct text *out)
{
    text_print(out, "%-17s %4s %-9s %7s %7s %4s %4s %7s %7s %5s %10s %13s %12s %7s %7s\n",
               "pass", "rank", "method", "outputs", "aligned", "taps", "rows", "columns",
               "vectors", "joins", "block_rows", "cycles", "us", "of_best", "calls");
    for (size_t p = 0; p < count_passes(report); p++) {
        const struct tune_pass *pass = &report->pass[p];
        for (size_t i = 0; i < pass->n; i++) {
            const struct tune_trial *trial = &pass->trials[i];
            const struct plan_choice *choice = &trial->choice;
            text_print(out,
                       "%-17s %4zu %-9s %5zux%zu %7d %2zux%zu %4zu %7zu %7zu %5d %10zu "
                       "%13.0f %12.2f %7.3f %7zu\n",
                       plan_pass_name((enum plan_pass)p), i,
                       plan_method_name(choice->method), choice->form.outputs[0],
                       choice->form.outputs[1], choice->form.is_aligned, choice->taps[0],
                       choice->taps[1], choice->tile[0], choice->tile[1], choice->vectors,
                       choice->joins_columns, choice->block_rows, choice->cycles,
                       trial->us, trial->us / pass->trials[pass->best].us, trial->calls);
        }
    }
}

static void write_stage_name(const struct tune_progress *progress, struct text *out)
{
    switch (progress->stage) {
    case TUNE_COMPILES:
        text_put(out, "compiling candidates");
        break;
    case TUNE_TIMES:
        text_print(out, "timing %s", plan_pass_name(progress->pass));
        break;
    case TUNE_VERIFIES:
        text_put(out, "verifying the fastest");
        break;
    }
}

void tune_write_bar(const struct tune_progress *progress, struct text *out)
{
    const size_t filled = progress->done * BAR_CELLS / progress->total;
    text_put(out, "[");
    for (size_t i = 0; i < BAR_CELLS; i++)
        text_put(out, i < filled ? "#" : ".");
    text_print(out, "] %3.0f s ", progress->seconds);
    write_stage_name(progress, out);
}

void tune_write_stage(const struct tune_progress *progress, struct text *out)
{
    write_stage_name(progress, out);
    text_print(out, ": done after %.1f s", progress->seconds);
}
