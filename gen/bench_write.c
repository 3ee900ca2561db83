/* bench_write: the report as text and as JSON. */
#include "bench.h"

void bench_write(const struct bench_report *report, double generate_ms,
                 const struct built *built, struct text *out)
{
    const double peak = report->peak.gflops * (double)report->threads;
    text_print(out, "peak %.1f GFLOP/s: %s, %zu core%s; batch %zu\n\n", peak,
               report->peak.unit, report->threads, report->threads == 1 ? "" : "s",
               report->batch);
    text_print(out, "%-17s %12s %12s %9s %8s %11s %8s%s\n", "pass", "min us", "median us",
               "GFLOP/s", "of peak", "code bytes", "repeats",
               report->threads == 1 ? "" : "  speedup");
    for (int i = 0; i < PLAN_PASSES; i++) {
        const struct bench_pass *pass = &report->pass[i];
        text_print(out, "%-17s %12.2f %12.2f %9.2f %7.1f%% %11zu %8zu",
                   plan_pass_name((enum plan_pass)i), pass->min_us, pass->median_us,
                   pass->gflops, 100 * pass->gflops / peak, built->text_bytes[i],
                   pass->repeats);
        if (report->threads > 1)
            text_print(out, " %8.2f", pass->speedup);
        text_put(out, "\n");
    }
    text_print(out, "\ngenerated in %.1f ms, compiled in %.0f ms\n", generate_ms,
               built->compile_ms);
}

void bench_write_json(const struct bench_report *report, double generate_ms,
                      const struct built *built, struct text *out)
{
    text_print(out, "{\n  \"batch\": %zu,\n  \"threads\": %zu,\n  \"passes\": {\n",
               report->batch, report->threads);
    for (int i = 0; i < PLAN_PASSES; i++) {
        const struct bench_pass *pass = &report->pass[i];
        text_print(
            out,
            "    \"%s\": {\"min_us\": %.3f, \"median_us\": %.3f, \"gflops\": %.3f, "
            "\"speedup\": %.3f, \"text_bytes\": %zu}%s\n",
            plan_pass_name((enum plan_pass)i), pass->min_us, pass->median_us,
            pass->gflops, pass->speedup, built->text_bytes[i],
            i + 1 < PLAN_PASSES ? "," : "");
    }
    text_print(out,
               "  },\n  \"generate_ms\": %.3f,\n  \"compile_ms\": %.3f,\n"
               "  \"peak_gflops\": %.3f\n}\n",
               generate_ms, built->compile_ms, report->peak.gflops);
}
