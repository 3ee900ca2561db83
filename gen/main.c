/*
 * tconv: a Keras Conv2DTranspose config in, the C source of that layer out.
 *
 * The table of contents. Every verb is the list of rooms it walks through, each entered
 * once: options -> file -> spec -> geometry -> plan -> emit, and, for those that run the
 * kernel, toolchain -> run, verify or bench; tune walks from plan to toolchain many
 * times; init leaves after geometry, config after spec. Only this file prints and only
 * this file ends the program: 0 done, 1 an error in one line, 2 wrong usage.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "bench.h"
#include "cli.h"
#include "clock.h"
#include "explain.h"
#include "file.h"
#include "init.h"
#include "output.h"
#include "run.h"
#include "toolchain.h"
#include "training.h"
#include "tune.h"
#include "verify.h"

/* What one walk has made so far, and what it will print. */
struct walk {
    const struct options *options;
    struct arena arena;
    struct text warnings, out;
    struct tconv_spec spec;
    struct geometry geometry;
    struct plan plan;
    struct emitted emitted;
    struct built built;
};

static bool read_spec(struct walk *w, struct error *err)
{
    const char *config = w->options->config;
    struct text json = {0};
    const bool done =
        file_read(config, &json, err) &&
        spec_read(&w->spec, file_place(config), text_string(&json), json.length,
                  &w->options->given, &w->warnings, &w->arena, err);
    text_free(&json);
    return done;
}

static bool derive_geometry(struct walk *w, struct error *err)
{
    return spec_require_input(&w->spec, err) &&
           geometry_derive(&w->geometry, &w->spec, &w->arena, err);
}

static bool read_plan(struct walk *w, const char *path, struct error *err)
{
    struct text json = {0};
    const bool done =
        file_read(path, &json, err) && plan_read(&w->plan, &w->geometry, file_place(path),
                                                 text_string(&json), json.length, err);
    text_free(&json);
    return done;
}

static bool make_plan(struct walk *w, struct error *err)
{
    if (w->options->plan != NULL)
        return read_plan(w, w->options->plan, err);
    return plan_choose(&w->plan, &w->geometry, &w->options->request, w->spec.place, err);
}

static bool emit(struct walk *w, struct error *err)
{
    const char *name = emit_choose_name(w->options->name, w->spec.name, &w->arena, err);
    return name != NULL && emit_render(&w->emitted, name, &w->spec, &w->geometry,
                                       &w->plan, w->options->templates, &w->arena, err);
}

static bool build(struct walk *w, struct error *err)
{
    return toolchain_build(&w->built, &w->emitted, w->plan.target, err);
}

static bool print_emitted(struct walk *w)
{
    text_add(&w->out, text_string(&w->emitted.header), w->emitted.header.length);
    text_add(&w->out, text_string(&w->emitted.source), w->emitted.source.length);
    return true;
}

static bool write_emitted(struct walk *w, struct error *err)
{
    const struct options *o = w->options;
    const struct output_request request = {.directory = o->directory,
                                           .with_runtime = o->with_runtime,
                                           .depfile = o->depfile,
                                           .config = o->config,
                                           .plan = o->plan,
                                           .templates = o->templates};
    return output_write(&w->emitted, &request, err);
}

static bool walk_gen(struct walk *w, struct error *err)
{
    const enum cli_dump dump = w->options->dump;
    if (!read_spec(w, err) ||
        (w->options->training && !training_require(&w->spec, &w->arena, err)))
        return false;
    if (dump == CLI_DUMP_SPEC)
        return spec_dump(&w->spec, &w->out), true;
    if (!derive_geometry(w, err))
        return false;
    if (dump == CLI_DUMP_GEOMETRY)
        return geometry_dump(&w->geometry, &w->out), true;
    if (!make_plan(w, err))
        return false;
    if (dump == CLI_DUMP_PLAN)
        return plan_write(&w->plan, &w->out), true;
    if (!emit(w, err))
        return false;
    return w->options->to_stdout ? print_emitted(w) : write_emitted(w, err);
}

static bool walk_explain(struct walk *w, struct error *err)
{
    if (!read_spec(w, err) || !derive_geometry(w, err) || !make_plan(w, err))
        return false;
    (w->options->json ? explain_write_json : explain_write)(&w->spec, &w->geometry,
                                                            &w->plan, &w->out);
    return true;
}

static bool walk_run(struct walk *w, struct error *err)
{
    const struct options *o = w->options;
    struct run_arrays arrays = {0};
    const struct run_files files = {o->input,       o->kernel,      o->bias,
                                    o->output,      o->grad_output, o->grad_input,
                                    o->grad_kernel, o->grad_bias};
    return read_spec(w, err) &&
           run_read_input(&arrays, &files, &w->spec, &w->arena, err) &&
           derive_geometry(w, err) &&
           run_read_rest(&arrays, &files, &w->spec, &w->geometry, &w->arena, err) &&
           make_plan(w, err) && emit(w, err) && build(w, err) &&
           run_passes(&arrays, &files, &w->geometry, w->built.kernel, &w->arena, err);
}

static bool walk_verify(struct walk *w, struct error *err)
{
    struct verify_report report;
    if (!read_spec(w, err) || !derive_geometry(w, err) || !make_plan(w, err) ||
        !emit(w, err) || !build(w, err) ||
        !verify_kernel(w->built.kernel, w->options->batch, w->options->seed, &report,
                       err))
        return false;
    verify_write(&report, &w->out);
    return verify_passed(&report, w->spec.place, err);
}

static bool walk_bench(struct walk *w, struct error *err)
{
    struct bench_report report;
    const double began = clock_seconds();
    if (!read_spec(w, err) || !derive_geometry(w, err) || !make_plan(w, err) ||
        !emit(w, err))
        return false;
    const double generate_ms = (clock_seconds() - began) * 1e3;
    if (!build(w, err) || !bench_measure(w->built.kernel, &w->geometry, w->options->batch,
                                         w->options->threads, &report, err))
        return false;
    (w->options->json ? bench_write_json : bench_write)(&report, generate_ms, &w->built,
                                                        &w->out);
    return true;
}

static bool walk_init(struct walk *w, struct error *err)
{
    struct init_weights weights;
    const struct options *o = w->options;
    const struct init_seed given = {INIT_OPTION, (int64_t)o->seed};
    if (!read_spec(w, err) || !derive_geometry(w, err) ||
        !init_derive(&weights, &w->spec, &w->geometry,
                     o->has_seed ? given : init_draw_seed(), &w->arena, err) ||
        !init_write(&weights, o->output, err))
        return false;
    init_report(&weights, &w->out);
    return true;
}

/* On a terminal a bar that each step draws anew; elsewhere a line for each stage. */
static void show_progress(void *context, const struct tune_progress *progress)
{
    struct text line = {0};
    const bool is_terminal = isatty(STDERR_FILENO),
               is_over = progress->done == progress->total;
    (void)context;
    if (is_terminal && !is_over)
        tune_write_bar(progress, &line);
    else if (is_over)
        tune_write_stage(progress, &line);
    if (line.length > 0)
        fprintf(stderr, "%s%s%s",
                is_terminal ? "\r\033[K" : "tconv: ", text_string(&line),
                is_over ? "\n" : "");
    fflush(stderr);
    text_free(&line);
}

static bool write_plan(struct walk *w, struct error *err)
{
    struct text plan = {0};
    plan_write(&w->plan, &plan);
    const bool done =
        text_ok(&plan, err) &&
        emit_write_atomically(w->options->output, text_string(&plan), plan.length, err);
    text_free(&plan);
    return done;
}

static bool walk_tune(struct walk *w, struct error *err)
{
    const struct options *o = w->options;
    struct tune_report *report = arena_take(&w->arena, 1, sizeof *report, err);
    const struct tune_request request = {.candidates = o->candidates,
                                         .batch = o->batch,
                                         .seconds = (double)o->seconds,
                                         .tell = show_progress};
    if (report == NULL || !read_spec(w, err) || !derive_geometry(w, err) ||
        !make_plan(w, err) ||
        !tune_plan(&w->plan, &w->spec, &w->geometry, &request, report, &w->arena, err) ||
        !write_plan(w, err))
        return false;
    (o->report ? tune_write_trials : tune_write)(report, &w->out);
    return true;
}

static bool walk_config(struct walk *w, struct error *err)
{
    const enum tconv_dialect *to = w->options->to;
    if (!read_spec(w, err) ||
        !spec_write_config(&w->spec, to != NULL ? *to : w->spec.dialect, &w->out, err))
        return false;
    text_put(&w->out, "\n");
    return true;
}

static bool (*const walks[CLI_VERBS])(struct walk *, struct error *) = {
    [CLI_GEN] = walk_gen,       [CLI_EXPLAIN] = walk_explain, [CLI_RUN] = walk_run,
    [CLI_VERIFY] = walk_verify, [CLI_BENCH] = walk_bench,     [CLI_INIT] = walk_init,
    [CLI_TUNE] = walk_tune,     [CLI_CONFIG] = walk_config,
};

static bool print(const struct text *text, struct error *err)
{
    if (!text_ok(text, err))
        return false;
    fwrite(text_string(text), 1, text->length, stdout);
    return (fflush(stdout) == 0 && !ferror(stdout)) ||
           error_set(err, "<stdout>: got an error; expected a place to write to");
}

static void print_warnings(const struct text *warnings)
{
    const char *line = text_string(warnings);
    while (*line != '\0') {
        const size_t length = strcspn(line, "\n");
        fprintf(stderr, "tconv: warning: %.*s\n", (int)length, line);
        line += length + (line[length] == '\n');
    }
}

static void free_walk(struct walk *w)
{
    toolchain_release(&w->built);
    emit_free(&w->emitted);
    text_free(&w->warnings);
    text_free(&w->out);
    arena_free(&w->arena);
}

static bool walk(const struct options *options, struct error *err)
{
    struct walk w = {.options = options};
    const bool done = walks[options->verb](&w, err);
    print_warnings(&w.warnings);
    const bool printed = print(&w.out, err);
    free_walk(&w);
    return done && printed;
}

/* An error whose place is an option, wherever it was found, is wrong usage. */
static int status_of(const struct error *err)
{
    return strncmp(err->message, "--", 2) == 0 ? 2 : 1;
}

int main(int argc, char *argv[])
{
    struct options options;
    struct text answer = {0};
    struct error err = {0};
    int status = 0;
    switch (cli_read(&options, argc, argv, &answer, &err)) {
    case CLI_WALK:
        status = walk(&options, &err) ? 0 : status_of(&err);
        break;
    case CLI_TELL:
        status = print(&answer, &err) ? 0 : 1;
        break;
    case CLI_WRONG:
        status = 2;
        break;
    }
    if (status != 0)
        fprintf(stderr, "tconv: %s\n%s", err.message,
                status == 2 ? text_string(&answer) : "");
    text_free(&answer);
    return status;
}
