/* verify: makes the data, has it run and judged, and says how it went. */
#include "verify_parts.h"

#include <math.h>
#include <stdio.h>

#include "random.h"
#include "tconv_activation.h"
#include "tconv_generic.h"
#include "tconv_judge.h"

static void size_buffers(struct verify_trial *trial)
{
    const struct tconv_kernel *kernel = trial->kernel;
    const struct tconv_layer *layer = &kernel->layer;
    const size_t size = trial->element_bytes = layer->type == TCONV_FLOAT32 ? 4 : 8;
    const bool trains = kernel->backward != NULL;
    size_t *bytes = trial->bytes;
    bytes[VERIFY_X] = trial->batch * tconv_x_size(layer) * size;
    bytes[VERIFY_Y] = bytes[VERIFY_DY] = trial->batch * tconv_y_size(layer) * size;
    bytes[VERIFY_W] = tconv_w_size(layer) * size;
    bytes[VERIFY_B] = layer->use_bias ? layer->out_c * size : 0;
    bytes[VERIFY_PACKED] = kernel->packed_bytes;
    bytes[VERIFY_WORKSPACE] = kernel->workspace_bytes;
    bytes[VERIFY_SAVED] = trains ? trial->batch * kernel->saved_bytes : 0;
    bytes[VERIFY_GRAD_X] = trains ? bytes[VERIFY_X] : 0;
    bytes[VERIFY_GRAD_W] = trains ? bytes[VERIFY_W] : 0;
    bytes[VERIFY_GRAD_B] = trains ? bytes[VERIFY_B] : 0;
}

/*
 * Weights are scaled by a power of two so that z, a sum of `terms` products of variance
 * 1/9, has a standard deviation from 1 to 2: activations are then tried where they bend.
 */
static void scale_weights(struct verify_trial *trial)
{
    const enum tconv_type type = trial->kernel->layer.type;
    const size_t terms = tconv_judge_terms(&trial->kernel->layer, 1).z;
    const double deviation = sqrt((double)terms) / 3;
    const double scale = deviation > 2 ? exp2(1 - ceil(log2(deviation))) : 1;
    float *singles = trial->given[VERIFY_W];
    double *doubles = trial->given[VERIFY_W];
    for (size_t i = 0; i < tconv_w_size(&trial->kernel->layer); i++)
        if (type == TCONV_FLOAT32)
            singles[i] *= (float)scale;
        else
            doubles[i] *= scale;
}

static bool make_data(struct verify_trial *trial, uint64_t seed, struct arena *arena,
                      struct error *err)
{
    for (int i = 0; i <= VERIFY_DY; i++) {
        const size_t n = trial->bytes[i] / trial->element_bytes;
        trial->given[i] = arena_take(arena, n, trial->element_bytes, err);
        if (trial->given[i] == NULL)
            return false;
        random_fill(&seed, trial->kernel->layer.type, n, trial->given[i]);
    }
    scale_weights(trial);
    return true;
}

/* What forward_train must save for the judge to read it: z, laid out as an unhalved y. */
static bool saves_z(const struct verify_trial *trial, struct verify_report *report)
{
    const bool needs_z = trial->kernel->backward != NULL &&
                         tconv_keeps_z(&trial->kernel->layer.activation);
    const size_t z_bytes =
        trial->batch * tconv_z_size(&trial->kernel->layer) * trial->element_bytes;
    if (!needs_z || trial->bytes[VERIFY_SAVED] == z_bytes)
        return true;
    snprintf(report->crash, sizeof report->crash,
             "saved_bytes: %zu for a batch whose z has %zu", trial->bytes[VERIFY_SAVED],
             z_bytes);
    return false;
}

static bool map_results(struct verify_trial *trial, struct error *err)
{
    static const enum verify_buffer source[] = {
        [VERIFY_FORWARD_Y] = VERIFY_Y,   [VERIFY_TRAIN_Y] = VERIFY_Y,
        [VERIFY_TRAIN_Z] = VERIFY_SAVED, [VERIFY_DX] = VERIFY_GRAD_X,
        [VERIFY_DW] = VERIFY_GRAD_W,     [VERIFY_DB] = VERIFY_GRAD_B};
    for (int i = 0; i < VERIFY_CHECKS; i++) {
        if (!guard_map(&trial->results[i], trial->bytes[source[i]], 1, err))
            return false;
        guard_put(&trial->results[i], GUARD_FIRST);
    }
    if (!guard_map(&trial->notes, VERIFY_NOTE_BYTES, 1, err))
        return false;
    guard_put(&trial->notes, GUARD_FIRST);
    trial->notes.at[0] = '\0';
    return true;
}

static void unmap_results(struct verify_trial *trial)
{
    for (int i = 0; i < VERIFY_CHECKS; i++)
        guard_unmap(&trial->results[i]);
    guard_unmap(&trial->notes);
}

bool verify_kernel(const struct tconv_kernel *kernel, size_t batch, uint64_t seed,
                   struct verify_report *report, struct error *err)
{
    struct verify_trial trial = {.kernel = kernel, .batch = batch};
    struct arena arena = {0};
    *report = (struct verify_report){0};
    size_buffers(&trial);
    const bool done = make_data(&trial, seed, &arena, err) && map_results(&trial, err) &&
                      verify_run(&trial, report, err) &&
                      (report->crash[0] != '\0' || !saves_z(&trial, report) ||
                       verify_judge(&trial, report, &arena, err));
    unmap_results(&trial);
    arena_free(&arena);
    return done;
}

static const char *const check_names[] = {
    [VERIFY_FORWARD_Y] = "forward y",     [VERIFY_TRAIN_Y] = "forward_train y",
    [VERIFY_TRAIN_Z] = "forward_train z", [VERIFY_DX] = "backward_input dx",
    [VERIFY_DW] = "backward_weights dw",  [VERIFY_DB] = "backward_weights db",
};

static void write_worst(const char *name, const struct verify_worst *worst,
                        struct text *out)
{
    text_print(out, "%-20s %9zu values", name, worst->n_elements);
    if (worst->n_elements == 0) {
        text_put(out, "\n");
        return;
    }
    text_print(out, ", worst %6.2f%% of its bound at [", 100 * worst->share);
    for (int i = 0; i < worst->n_axes; i++)
        text_print(out, i == 0 ? "%zu" : ", %zu", worst->index[i]);
    text_print(out, "]: got %.9g, expected %.9g within %.2g\n", worst->got,
               worst->expected, worst->bound);
}

/* The check with the largest share, or the first one when none was made. */
static int find_worst(const struct verify_report *report)
{
    int worst = 0;
    for (int i = 0; i < VERIFY_CHECKS; i++)
        if (report->worst[i].share > report->worst[worst].share)
            worst = i;
    return worst;
}

void verify_write(const struct verify_report *report, struct text *out)
{
    for (int i = 0; i < VERIFY_CHECKS; i++)
        if (report->worst[i].was_checked)
            write_worst(check_names[i], &report->worst[i], out);
    if (report->crash[0] != '\0')
        text_print(out, "%s\n", report->crash);
    const bool is_good =
        report->crash[0] == '\0' && report->worst[find_worst(report)].share <= 1;
    text_put(out, is_good ? "OK\n" : "FAIL\n");
}

bool verify_passed(const struct verify_report *report, const char *place,
                   struct error *err)
{
    const int check = find_worst(report);
    if (report->crash[0] != '\0')
        return error_set(err,
                         "%s: got a kernel that fails in %s; expected one that does not",
                         place, report->crash);
    if (report->worst[check].share <= 1)
        return true;
    return error_set(err,
                     "%s: %s: got an error of %.3g times its bound; expected at most 1",
                     place, check_names[check], report->worst[check].share);
}
