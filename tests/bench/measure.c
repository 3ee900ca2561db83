/* measure: open, check, calibrate, take turns, sort. */
#include "measure.h"

#include <math.h>
#include <stdlib.h>

#include "clock.h"

#define SAMPLE_SECONDS 100e-6 /* the least of one sample */
#define WARM_SECONDS 2e-3     /* calls up to this long are warmed up in each turn */

enum { LEAST_ROUNDS = 5, MOST_ROUNDS = 500 };

/* A result from before, or of another contender, must not pass for this one's. */
static void poison(const struct problem *problem, enum tconv_pass pass)
{
    size_t n;
    float *result = problem_result(problem, pass, &n);
    for (size_t i = 0; i < n; i++)
        result[i] = NAN;
}

static void open_and_check(struct contender *c, const struct problem *problem,
                           const struct check *check)
{
    c->opened = c->peer->open(problem, check->pass, c->variant_index);
    c->outcome = OUTCOME_DECLINED;
    if (c->opened == NULL)
        return;
    poison(problem, check->pass);
    c->peer->run(c->opened);
    if (c->peer->finish != NULL)
        c->peer->finish(c->opened);
    c->error = check_result(check, problem, c->is_own);
    c->outcome = c->error <= 1 ? OUTCOME_TIMED : OUTCOME_WRONG;
}

static double time_calls(const struct contender *c, size_t calls)
{
    const double began = clock_seconds();
    for (size_t i = 0; i < calls; i++)
        c->peer->run(c->opened);
    return (clock_seconds() - began) / (double)calls;
}

static size_t clamp(double wanted, size_t least, size_t most)
{
    return wanted < (double)least ? least : wanted > (double)most ? most : (size_t)wanted;
}

/* Sets how many calls make a sample; returns how long a turn takes. */
static double calibrate(struct contender *c)
{
    double call = time_calls(c, 1);
    if (call < WARM_SECONDS)
        call = time_calls(c, clamp(SAMPLE_SECONDS / (call + 1e-9), 1, 1000));
    c->calls = clamp(SAMPLE_SECONDS / (call + 1e-9) + 1, 1, 1000000);
    return call * (double)(c->calls + (call < WARM_SECONDS));
}

static void take_turn(struct contender *c, size_t round)
{
    if (c->samples[0] < WARM_SECONDS)
        time_calls(c, 1);
    c->samples[round] = time_calls(c, c->calls);
}

static int compare_samples(const void *left, const void *right)
{
    const double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

static void summarise(struct contender *c, size_t rounds)
{
    qsort(c->samples, rounds, sizeof c->samples[0], compare_samples);
    c->repeats = rounds;
    c->min_us = c->samples[0] * 1e6;
    c->median_us = (c->samples[rounds / 2] + c->samples[(rounds - 1) / 2]) / 2 * 1e6;
}

static void take_turns(struct contender *contenders, size_t n, double seconds)
{
    double turns = 0;
    for (size_t i = 0; i < n; i++)
        if (contenders[i].outcome == OUTCOME_TIMED)
            turns += calibrate(&contenders[i]);
    const size_t rounds = clamp(seconds / (turns + 1e-9), LEAST_ROUNDS, MOST_ROUNDS);
    for (size_t round = 0; round < rounds; round++)
        for (size_t i = 0; i < n; i++)
            if (contenders[i].outcome == OUTCOME_TIMED)
                take_turn(&contenders[i], round);
    for (size_t i = 0; i < n; i++)
        if (contenders[i].outcome == OUTCOME_TIMED)
            summarise(&contenders[i], rounds);
}

bool measure(struct contender *contenders, size_t n, const struct problem *problem,
             const struct check *check, double seconds, struct error *err)
{
    bool done = true;
    for (size_t i = 0; i < n; i++) {
        contenders[i].samples = calloc(MOST_ROUNDS, sizeof(double));
        done = done && contenders[i].samples != NULL;
    }
    for (size_t i = 0; done && i < n; i++)
        open_and_check(&contenders[i], problem, check);
    if (done)
        take_turns(contenders, n, seconds);
    for (size_t i = 0; i < n; i++) {
        if (contenders[i].opened != NULL)
            contenders[i].peer->close(contenders[i].opened);
        free(contenders[i].samples);
        contenders[i].opened = NULL;
        contenders[i].samples = NULL;
    }
    return done || error_set(err, "memory: got none for the samples");
}
