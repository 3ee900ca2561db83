/*
 * tune: which of the candidate plans is fastest on this machine, found by trying them.
 *
 * Round k compiles one kernel that holds candidate k of every pass; then each pass's
 * candidates are timed by turns, the slow ones leaving early. The fastest of each pass
 * make the plan, whose kernel is compared with the layer's definition before it counts.
 */
#ifndef TCONV_GEN_TUNE_H
#define TCONV_GEN_TUNE_H

#include "bench.h"
#include "plan_candidates.h"
#include "spec.h"

#define TUNE_MOST_CANDIDATES 64u

enum tune_stage { TUNE_COMPILES, TUNE_TIMES, TUNE_VERIFIES };

/* How far it is: `done` of `total` steps of a stage; when equal, the stage is over. */
struct tune_progress {
    enum tune_stage stage;
    enum plan_pass pass; /* of TUNE_TIMES */
    size_t done, total;
    double seconds; /* since the beginning */
};

struct tune_request {
    size_t candidates; /* most of each pass, from 1 to TUNE_MOST_CANDIDATES */
    size_t batch;
    double seconds; /* most for compiling and timing; the verifying is on top */
    void (*tell)(void *context, const struct tune_progress *progress);
    void *context;
};

/* A candidate as tried; us is the best time of one call of the pass, all images. */
struct tune_trial {
    struct plan_choice choice;
    double us;
    size_t calls; /* how often it was timed */
};

struct tune_pass {
    struct tune_trial trials[TUNE_MOST_CANDIDATES]; /* the model's own choice first */
    size_t n, best;
};

struct tune_report {
    struct tune_pass pass[PLAN_PASSES];
    bool backward;
    double seconds;
};

/* Replaces the plan's choices, which plan_choose made, by the fastest ones. Fails when a
 * kernel does not compile, when this CPU cannot run the target, or when the fastest
 * kernel's results are wrong. The arena holds what is timed. */
bool tune_plan(struct plan *plan, const struct tconv_spec *spec,
               const struct geometry *geometry, const struct tune_request *request,
               struct tune_report *report, struct arena *arena,
               struct error *err) MUST_USE;

/* Appends, a pass a line: how many were tried, the model's choice, the best, what it is.
 */
void tune_write(const struct tune_report *report, struct text *out);

/* Appends a line for each trial, in columns, after a line that names them. */
void tune_write_trials(const struct tune_report *report, struct text *out);

/* Appends one line, without its end: a bar for a terminal, or, for the end of a stage,
 * what was done. */
void tune_write_bar(const struct tune_progress *progress, struct text *out);
void tune_write_stage(const struct tune_progress *progress, struct text *out);

#endif
