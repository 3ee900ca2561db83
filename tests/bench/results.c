/* results: a growing list; looked through, as it is short. */
#include "results.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "plan.h"

bool results_add(struct results *results, const struct result *result, struct error *err)
{
    if (results->n == results->room) {
        const size_t room = results->room * 2 + 64;
        struct result *grown = realloc(results->at, room * sizeof *grown);
        if (grown == NULL)
            return error_set(err, "memory: got none for %zu results", room);
        results->at = grown;
        results->room = room;
    }
    results->at[results->n++] = *result;
    return true;
}

void results_free(struct results *results)
{
    free(results->at);
    *results = (struct results){0};
}

static const struct result *fastest(const struct results *results, const char *layer,
                                    enum tconv_pass pass, bool ours)
{
    const struct result *best = NULL;
    for (size_t i = 0; i < results->n; i++) {
        const struct result *r = &results->at[i];
        if (r->outcome == OUTCOME_TIMED && r->pass == pass &&
            (strcmp(r->name, OURS_NAME) == 0) == ours && strcmp(r->layer, layer) == 0 &&
            (best == NULL || r->min_us < best->min_us))
            best = r;
    }
    return best;
}

const struct result *results_ours(const struct results *results, const char *layer,
                                  enum tconv_pass pass)
{
    return fastest(results, layer, pass, true);
}

const struct result *results_best(const struct results *results, const char *layer,
                                  enum tconv_pass pass)
{
    return fastest(results, layer, pass, false);
}

double results_mean(const struct results *results, enum tconv_pass pass, bool by_median)
{
    double sum = 0;
    size_t n = 0;
    for (size_t i = 0; i < results->n; i++) {
        const struct result *ours = &results->at[i];
        if (ours != results_ours(results, ours->layer, pass))
            continue;
        const struct result *best = results_best(results, ours->layer, pass);
        if (best == NULL)
            continue;
        sum += by_median ? log(best->median_us / ours->median_us)
                         : log(best->min_us / ours->min_us);
        n++;
    }
    return n == 0 ? 0 : exp(sum / (double)n);
}

const char *bench_pass_name(enum tconv_pass pass)
{
    return plan_pass_name((enum plan_pass)pass);
}
