/* tune: compile, time by turns, keep the fastest, verify. */
#include "tune.h"

#include "bench_buffers.h"
#include "clock.h"
#include "verify.h"

/* Candidates that are predicted to take longer than this times the best prediction are
 * not tried; and the share of the time that compiling may take. */
#define SLACK 2.0
#define COMPILING_SHARE 0.7

/* Turns of timing; after which turn those that are slower than the best by that factor
 * leave; and what one candidate may take of a turn. */
enum { MOST_TURNS = 24, ENOUGH_CALLS = 100 };
#define BURST_SECONDS 0.01
static const double patience[MOST_TURNS] = {[1] = 1.15, [3] = 1.05, [7] = 1.02};

struct tuning {
    struct plan *plan;
    const struct tconv_spec *spec;
    const struct geometry *geometry;
    const struct tune_request *request;
    struct tune_report *report;
    struct arena *arena;
    double began;
    size_t n_passes, n_built;
    struct built built[TUNE_MOST_CANDIDATES];
    struct bench_buffers buffers;
};

static void tell(const struct tuning *t, enum tune_stage stage, enum plan_pass pass,
                 size_t done, size_t total)
{
    const struct tune_progress progress = {.stage = stage,
                                           .pass = pass,
                                           .done = done,
                                           .total = total,
                                           .seconds = clock_seconds() - t->began};
    t->request->tell(t->request->context, &progress);
}

static bool find_candidates(struct tuning *t, struct error *err)
{
    struct plan_candidates *candidates = arena_take(t->arena, 1, sizeof *candidates, err);
    if (candidates == NULL)
        return false;
    for (size_t p = 0; p < t->n_passes; p++) {
        struct tune_pass *pass = &t->report->pass[p];
        plan_candidates_find(candidates, t->plan, t->geometry, (enum plan_pass)p, SLACK);
        for (pass->n = 0; pass->n < candidates->n && pass->n < t->request->candidates;
             pass->n++)
            pass->trials[pass->n] =
                (struct tune_trial){.choice = candidates->list[pass->n]};
    }
    return true;
}

static bool build(struct tuning *t, const struct plan *plan, struct built *built,
                  struct error *err)
{
    struct emitted emitted;
    const char *name = emit_choose_name(NULL, t->spec->name, t->arena, err);
    if (name == NULL ||
        !emit_render(&emitted, name, t->spec, t->geometry, plan, NULL, t->arena, err))
        return false;
    const bool done = toolchain_build(built, &emitted, plan->target, err);
    emit_free(&emitted);
    return done;
}

/* The plan of candidate `round` of every pass; a pass with fewer has its first. */
static struct plan plan_of_round(const struct tuning *t, size_t round)
{
    struct plan plan = *t->plan;
    for (size_t p = 0; p < t->n_passes; p++) {
        const struct tune_pass *pass = &t->report->pass[p];
        plan.pass[p] = pass->trials[round < pass->n ? round : 0].choice;
    }
    return plan;
}

/* As many rounds as there is time for, at least one. */
static bool build_candidates(struct tuning *t, struct error *err)
{
    const double limit = t->request->seconds * COMPILING_SHARE;
    size_t rounds = 1;
    double longest = 0;
    for (size_t p = 0; p < t->n_passes; p++)
        rounds = t->report->pass[p].n > rounds ? t->report->pass[p].n : rounds;
    for (; t->n_built < rounds; t->n_built++) {
        const double before = clock_seconds() - t->began;
        if (t->n_built > 0 && before + longest > limit)
            break;
        tell(t, TUNE_COMPILES, PLAN_FORWARD, t->n_built, rounds);
        const struct plan plan = plan_of_round(t, t->n_built);
        if (!build(t, &plan, &t->built[t->n_built], err))
            return false;
        const double took = clock_seconds() - t->began - before;
        longest = took > longest ? took : longest;
    }
    tell(t, TUNE_COMPILES, PLAN_FORWARD, t->n_built, t->n_built);
    for (size_t p = 0; p < t->n_passes; p++)
        if (t->report->pass[p].n > t->n_built)
            t->report->pass[p].n = t->n_built;
    return true;
}

static double time_calls(const struct tuning *t, enum plan_pass pass, size_t calls)
{
    const double began = clock_seconds();
    for (size_t i = 0; i < calls; i++)
        bench_call(&t->buffers, pass);
    return (clock_seconds() - began) / (double)calls;
}

/* One candidate's turn: a warm-up, then calls for BURST_SECONDS, two at least; calls too
 * short for the clock are timed several at once. */
static bool time_trial(struct tuning *t, enum plan_pass pass, size_t number,
                       struct error *err)
{
    struct tune_trial *trial = &t->report->pass[pass].trials[number];
    if (!bench_change_kernel(&t->buffers, t->built[number].kernel, t->arena, err))
        return false;
    time_calls(t, pass, 1);
    double best = time_calls(t, pass, 1);
    const size_t calls = best < 20e-6 ? (size_t)(20e-6 / (best + 1e-8)) + 1 : 1;
    const double end = clock_seconds() + BURST_SECONDS;
    for (size_t n = 1; n < ENOUGH_CALLS && (n < 2 || clock_seconds() < end); n++) {
        const double now = time_calls(t, pass, calls);
        best = now < best ? now : best;
        trial->calls += calls;
    }
    trial->us = trial->us == 0 || best * 1e6 < trial->us ? best * 1e6 : trial->us;
    return true;
}

static void find_best(struct tune_pass *pass)
{
    for (size_t i = 0; i < pass->n; i++)
        if (pass->trials[i].us < pass->trials[pass->best].us)
            pass->best = i;
}

/* Turns until the time is over; the first one is always whole. */
static bool time_pass(struct tuning *t, enum plan_pass p, double end, struct error *err)
{
    struct tune_pass *pass = &t->report->pass[p];
    double factor = 1e9;
    for (size_t turn = 0; turn < MOST_TURNS; turn++) {
        for (size_t i = 0; i < pass->n; i++) {
            if (turn > 0 && (clock_seconds() > end ||
                             pass->trials[i].us > factor * pass->trials[pass->best].us))
                continue;
            if (!time_trial(t, p, i, err))
                return false;
            tell(t, TUNE_TIMES, p, turn * pass->n + i, MOST_TURNS * pass->n);
        }
        find_best(pass);
        factor = patience[turn] > 0 ? patience[turn] : factor;
    }
    tell(t, TUNE_TIMES, p, MOST_TURNS * pass->n, MOST_TURNS * pass->n);
    return true;
}

static bool time_candidates(struct tuning *t, struct error *err)
{
    t->buffers =
        (struct bench_buffers){.kernel = t->built[0].kernel, .batch = t->request->batch};
    if (!bench_fill_buffers(&t->buffers, t->geometry, t->arena, err))
        return false;
    cpu_set_t before;
    bool done = true;
    bench_pin(true, &before);
    for (size_t p = 0; done && p < t->n_passes; p++) {
        const double now = clock_seconds();
        const double left = t->began + t->request->seconds - now;
        done =
            time_pass(t, (enum plan_pass)p, now + left / (double)(t->n_passes - p), err);
    }
    bench_unpin(&before);
    return done;
}

static bool verify_best(struct tuning *t, struct error *err)
{
    struct built built = {0};
    struct verify_report verified;
    for (size_t p = 0; p < t->n_passes; p++) {
        const struct tune_pass *pass = &t->report->pass[p];
        t->plan->pass[p] = pass->trials[pass->best].choice;
        t->plan->pass[p].why = "the fastest of those tried";
    }
    tell(t, TUNE_VERIFIES, PLAN_FORWARD, 0, 1);
    const bool done = build(t, t->plan, &built, err) &&
                      verify_kernel(built.kernel, 1, 1, &verified, err) &&
                      verify_passed(&verified, t->spec->place, err);
    toolchain_release(&built);
    tell(t, TUNE_VERIFIES, PLAN_FORWARD, 1, 1);
    return done;
}

bool tune_plan(struct plan *plan, const struct tconv_spec *spec,
               const struct geometry *geometry, const struct tune_request *request,
               struct tune_report *report, struct arena *arena, struct error *err)
{
    struct tuning t = {.plan = plan,
                       .spec = spec,
                       .geometry = geometry,
                       .request = request,
                       .report = report,
                       .arena = arena,
                       .began = clock_seconds(),
                       .n_passes = plan->backward ? PLAN_PASSES : 1};
    *report = (struct tune_report){.backward = plan->backward};
    const bool done = find_candidates(&t, err) && build_candidates(&t, err) &&
                      time_candidates(&t, err) && verify_best(&t, err);
    for (size_t i = 0; i < t.n_built; i++)
        toolchain_release(&t.built[i]);
    report->seconds = clock_seconds() - t.began;
    return done;
}
