/*
 * tconv_bench: tconv's emitted kernels beside other libraries, in one run.
 *
 * The walk of one layer: shapes file -> emitted kernel -> data -> for each pass, what is
 * right -> contenders in turns -> a line of the table. tests/bench/run.sh builds and
 * calls it, and its --help says the rest. Exits with 0, with 1 after an error or a wrong
 * result, with 2 for wrong usage.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "also.h"
#include "kernel.h"
#include "machine.h"
#include "options.h"
#include "ours.h"
#include "peers.h"
#include "progress.h"
#include "report.h"

enum { MOST_CONTENDERS = 4 * MOST_PEERS, EXIT_USAGE = 2 };

struct bench {
    struct options options;
    struct arena arena; /* of the whole run */
    struct layers layers;
    struct peers peers;
    struct machine machine;
    struct results results;
    const struct target *target;
    size_t n_done, n_failed; /* passes; layers */
};

static void print(struct text *text, FILE *to)
{
    progress_hide();
    fputs(text_string(text), to);
    fflush(to);
    text_free(text);
}

static size_t add_contender(struct contender *to, size_t n, const char *name,
                            const struct peer *peer)
{
    for (size_t v = 0; peer->variants[v] != NULL && n < MOST_CONTENDERS; v++)
        to[n++] = (struct contender){.name = name,
                                     .variant = peer->variants[v],
                                     .peer = peer,
                                     .variant_index = v,
                                     .is_own = peer == &ours};
    return n;
}

static size_t list_contenders(struct bench *b, struct contender *contenders)
{
    size_t n = add_contender(contenders, 0, OURS_NAME, &ours);
    for (size_t i = 0; i < b->peers.n; i++)
        n = add_contender(contenders, n, b->peers.at[i].name, b->peers.at[i].peer);
    return n;
}

static bool keep_results(struct bench *b, const struct layer *layer,
                         const struct kernel *kernel, enum tconv_pass pass,
                         const struct contender *contenders, size_t n, struct error *err)
{
    const struct geometry *g = &kernel->geometry;
    const size_t images = layer->n * (g->x_size + g->y_size);
    for (size_t i = 0; i < n; i++) {
        const struct contender *c = &contenders[i];
        const struct result result = {
            .layer = layer->name,
            .name = c->name,
            .variant = c->variant,
            .pass = pass,
            .outcome = c->outcome,
            .error = c->error,
            .min_us = c->min_us,
            .median_us = c->median_us,
            .repeats = c->repeats,
            .flops = 2.0 * (double)layer->n * (double)g->useful_macs,
            .bytes = (double)((images + g->w_size) * g->element_bytes)};
        if (!results_add(&b->results, &result, err))
            return false;
    }
    return true;
}

static size_t count_passes(const struct options *options)
{
    size_t n = 0;
    for (enum tconv_pass pass = 0; pass < BENCH_PASSES; pass++)
        n += options_want(options, pass);
    return n;
}

static size_t count_steps(const struct bench *b)
{
    return b->layers.n * (b->options.prepare ? 1 : count_passes(&b->options));
}

static bool run_pass(struct bench *b, const struct layer *layer,
                     const struct kernel *kernel, const struct problem *problem,
                     enum tconv_pass pass, struct error *err)
{
    struct check check;
    struct contender contenders[MOST_CONTENDERS];
    struct text row = {0};
    const size_t n = list_contenders(b, contenders);
    const double seconds = b->options.seconds / (double)count_passes(&b->options);
    progress_show(b->n_done++, count_steps(b), layer->name, bench_pass_name(pass));
    bool done = check_make(&check, problem, pass, err) &&
                measure(contenders, n, problem, &check, seconds, err) &&
                keep_results(b, layer, kernel, pass, contenders, n, err);
    check_free(&check);
    if (!done)
        return false;
    report_put_row(&b->results, &b->machine, layer->name, pass, &row);
    print(&row, stdout);
    return true;
}

static bool run_layer(struct bench *b, const struct layer *layer, struct error *err)
{
    const struct kernel_request request = {.target = b->target,
                                           .exact =
                                               strcmp(b->options.numerics, "exact") == 0,
                                           .plans = b->options.plans,
                                           .directory = b->options.kernels_directory};
    struct arena arena = {0};
    struct kernel kernel;
    struct problem problem = {0};
    progress_show(b->n_done, count_steps(b), layer->name, "compiling");
    bool done = kernel_load(&kernel, layer, &request, &arena, err);
    if (done && !b->options.prepare) {
        done = problem_make(&problem, kernel.table, layer->n, err);
        machine_measure_peak(&b->machine);
        for (enum tconv_pass pass = 0; done && pass < BENCH_PASSES; pass++)
            if (options_want(&b->options, pass))
                done = run_pass(b, layer, &kernel, &problem, pass, err);
        problem_free(&problem);
    }
    b->n_done += b->options.prepare;
    kernel_release(&kernel);
    arena_free(&arena);
    return done;
}

/* One layer's error does not end the run. */
static void try_layer(struct bench *b, const struct layer *layer)
{
    struct error err = {0};
    if (run_layer(b, layer, &err))
        return;
    progress_hide();
    fprintf(stderr, "tconv_bench: %s\n", err.message);
    b->n_failed++;
}

/* Each library that could start threads reads its number when it is loaded. */
static void want_one_thread(void)
{
    setenv("OMP_NUM_THREADS", "1", 1);
    setenv("OPENBLAS_NUM_THREADS", "1", 1);
}

static bool read_inputs(struct bench *b, struct error *err)
{
    const struct options *o = &b->options;
    b->target = target_find(o->target, err);
    if (b->target == NULL || !layers_read(&b->layers, o->shapes, &b->arena, err) ||
        !layers_keep(&b->layers, o->only, err))
        return false;
    for (size_t i = 0; o->also[i] != NULL; i++)
        if (!also_read(&b->results, o->also[i], &b->arena, err))
            return false;
    return target_runs_here(b->target) ||
           error_set(err, "--target: got %s; expected one that this CPU runs", o->target);
}

static bool prepare_machine(struct bench *b, struct error *err)
{
    struct text head = {0};
    want_one_thread();
    if (!machine_pin(&b->machine, b->options.cpu, err) ||
        !peers_load(&b->peers, b->options.peers_directory, b->options.peers, err) ||
        !machine_measure(&b->machine, err))
        return false;
    for (size_t i = 0; i < b->peers.n; i++)
        b->machine.peers[i] = b->peers.at[i].peer->describe();
    report_put_head(&b->machine, &head);
    print(&head, stdout);
    return true;
}

static bool write_file(const char *path,
                       void (*put)(const struct results *, const struct machine *,
                                   struct text *),
                       const struct bench *b, struct error *err)
{
    struct text text = {0};
    if (path == NULL)
        return true;
    put(&b->results, &b->machine, &text);
    FILE *file = fopen(path, "w");
    const bool is_written =
        file != NULL && text_ok(&text, err) && fputs(text_string(&text), file) >= 0;
    const bool is_closed = file != NULL && fclose(file) == 0;
    text_free(&text);
    return (is_written && is_closed) ||
           error_set(err, "%s: got an error; expected a file to write", path);
}

static bool run(struct bench *b, struct error *err)
{
    struct text means = {0};
    if (!read_inputs(b, err) || (!b->options.prepare && !prepare_machine(b, err)))
        return false;
    for (size_t i = 0; i < b->layers.n; i++)
        try_layer(b, &b->layers.at[i]);
    if (b->options.prepare)
        return true;
    report_put_means(&b->results, &means);
    print(&means, stdout);
    return write_file(b->options.csv, report_put_csv, b, err) &&
           write_file(b->options.json, report_put_json, b, err);
}

static bool is_any_wrong(const struct results *results)
{
    bool is_wrong = false;
    for (size_t i = 0; i < results->n; i++)
        is_wrong = is_wrong || results->at[i].outcome == OUTCOME_WRONG;
    return is_wrong;
}

int main(int argc, char *argv[])
{
    static struct bench bench;
    struct error err = {0};
    int status = EXIT_USAGE;
    if (options_read(&bench.options, argc, argv, &err)) {
        const bool is_good =
            run(&bench, &err) && bench.n_failed == 0 && !is_any_wrong(&bench.results);
        status = is_good ? EXIT_SUCCESS : EXIT_FAILURE;
    }
    if (err.is_set)
        fprintf(stderr, "tconv_bench: %s\n", err.message);
    peers_release(&bench.peers);
    results_free(&bench.results);
    arena_free(&bench.arena);
    return status;
}
