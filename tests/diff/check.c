/* check: the shape, the judge, the adjoint identity. */
#include "check.h"

#include <math.h>

#include "tconv_difference.h"
#include "tconv_judge.h"
#include "trial.h"
#include "verify.h"

bool check_shape(const struct layer *layer, struct error *err)
{
    const struct tconv_layer *got = &layer->kernel->layer;
    const struct tconv_layer *expected = &layer->geometry.layer;
    const char *difference = tconv_layer_difference(got, expected);
    return difference == NULL ||
           error_set(
               err, "%s: got another layer in the kernel's table; expected the line's %s",
               layer->place, difference);
}

bool check_values(const struct layer *layer, uint64_t seed, struct error *err)
{
    struct verify_report report;
    return verify_kernel(layer->kernel, layer->line.batch, seed, &report, err) &&
           verify_passed(&report, layer->place, err);
}

static double *take_magnitudes(const struct trial *trial, enum trial_buffer buffer,
                               struct arena *arena, struct error *err)
{
    double *magnitudes = arena_take(arena, trial->size[buffer], sizeof(double), err);
    for (size_t i = 0; magnitudes != NULL && i < trial->size[buffer]; i++)
        magnitudes[i] = fabs(trial_value(trial, buffer, i));
    return magnitudes;
}

/* The sum of |dy|*|x|*|w|, and |dy|*|b|, over all products: what the rounding of each of
 * the four scalar products is relative to. */
static bool measure(const struct trial *trial, struct arena *arena, double *magnitude,
                    struct error *err)
{
    const double *x = take_magnitudes(trial, TRIAL_X, arena, err);
    const double *w = take_magnitudes(trial, TRIAL_W, arena, err);
    const double *b = take_magnitudes(trial, TRIAL_B, arena, err);
    const double *dy = take_magnitudes(trial, TRIAL_DY, arena, err);
    double *z = arena_take(arena, trial->size[TRIAL_Y], sizeof(double), err);
    if (x == NULL || w == NULL || b == NULL || dy == NULL || z == NULL)
        return false;
    tconv_judge_forward(&trial->layer->geometry.layer, trial->batch, x, w, b, z, NULL);
    *magnitude = 0;
    for (size_t i = 0; i < trial->size[TRIAL_Y]; i++)
        *magnitude += dy[i] * z[i];
    return true;
}

/* The rounding of one scalar product of a tensor that was computed as sums of `terms`. */
static double bound_dot(const struct trial *trial, enum trial_buffer buffer, size_t terms,
                        double magnitude)
{
    return tconv_error_bound(trial->layer->geometry.layer.type, terms, magnitude) +
           tconv_error_bound(TCONV_FLOAT64, trial->size[buffer] + 2, magnitude);
}

static bool expect_equal(const struct trial *trial, const char *what, double got,
                         double expected, double bound, struct error *err)
{
    return fabs(got - expected) <= bound ||
           error_set(err,
                     "%s: got %s = %.17g; expected <dy, y> - <db, b> = %.17g within %g",
                     trial->layer->place, what, got, expected, bound);
}

static bool compare(const struct trial *trial, struct error *err)
{
    struct arena arena = {0};
    double magnitude = 0;
    const bool is_measured = measure(trial, &arena, &magnitude, err);
    arena_free(&arena);
    if (!is_measured)
        return false;
    const struct tconv_terms terms =
        tconv_judge_terms(&trial->layer->geometry.layer, trial->batch);
    const double expected =
        trial_dot(trial, TRIAL_DY, TRIAL_Y) - trial_dot(trial, TRIAL_DB, TRIAL_B);
    const double bound = bound_dot(trial, TRIAL_Y, terms.z, magnitude) +
                         bound_dot(trial, TRIAL_DB, terms.db, magnitude);
    return expect_equal(trial, "<dx, x>", trial_dot(trial, TRIAL_DX, TRIAL_X), expected,
                        bound + bound_dot(trial, TRIAL_DX, terms.dx, magnitude), err) &&
           expect_equal(trial, "<dw, w>", trial_dot(trial, TRIAL_DW, TRIAL_W), expected,
                        bound + bound_dot(trial, TRIAL_DW, terms.dw, magnitude), err);
}

bool check_adjoint(const struct layer *layer, uint64_t seed, struct error *err)
{
    struct trial trial;
    bool holds = trial_make(&trial, layer, seed, err);
    if (holds) {
        trial_run_forward(&trial);
        if (layer->kernel->backward != NULL) {
            trial_run_training(&trial);
            holds = layer->geometry.layer.activation.function != TCONV_LINEAR ||
                    compare(&trial, err);
        }
    }
    trial_free(&trial);
    return holds;
}
