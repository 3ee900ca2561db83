/* check: a part of the channels is taken out, judged, and compared. */
#include "check.h"

#include <math.h>

#include "tconv_generic.h"
#include "tconv_judge.h"
#include "verify_parts.h"

/* Multiply-adds that the judge may do for one pass: about a second. */
static const double affordable = 4e8;

/* A sub-layer and its tensors in float64. */
struct part {
    struct tconv_layer layer;
    size_t x_size, w_size, dz_size;
    double *x, *w, *dz;
};

/* [rows][channels] -> [rows][those listed], widened. */
static double *pick(const float *from, size_t n_rows, size_t n_channels,
                    const size_t *list, size_t n_list)
{
    double *to = malloc(n_rows * n_list * sizeof *to + 1);
    for (size_t row = 0; to != NULL && row < n_rows; row++)
        for (size_t i = 0; i < n_list; i++)
            to[row * n_list + i] = from[row * n_channels + list[i]];
    return to;
}

static double *widen(const float *from, size_t n)
{
    const size_t only[] = {0};
    return pick(from, n, 1, only, 1);
}

/* w [taps][out][in] of some output channels. */
static double *pick_outputs(const struct problem *p, const size_t *list, size_t n_list)
{
    const size_t in_c = p->layer.in_c, out_c = p->layer.out_c;
    const size_t taps = p->w_size / in_c / out_c;
    double *to = malloc(taps * n_list * in_c * sizeof *to + 1);
    for (size_t tap = 0; to != NULL && tap < taps; tap++)
        for (size_t i = 0; i < n_list; i++)
            for (size_t c = 0; c < in_c; c++)
                to[(tap * n_list + i) * in_c + c] =
                    p->w[(tap * out_c + list[i]) * in_c + c];
    return to;
}

static size_t total_channels(const struct problem *p, enum tconv_pass pass)
{
    return pass == TCONV_BACKWARD_INPUT ? p->layer.in_c : p->layer.out_c;
}

static bool choose_channels(struct check *check, const struct problem *p)
{
    const size_t total = total_channels(p, check->pass);
    const double each =
        (double)p->x_size * (double)p->w_size / (double)p->layer.in_c / (double)total;
    const double wanted = fmax(2, affordable / each);
    const size_t n = wanted < (double)total ? (size_t)wanted : total;
    check->n_channels = n;
    check->channels = malloc(n * sizeof *check->channels);
    for (size_t i = 0; check->channels != NULL && i < n; i++)
        check->channels[i] = n == 1 ? 0 : i * (total - 1) / (n - 1);
    return check->channels != NULL;
}

static bool take_part(struct part *part, const struct check *check,
                      const struct problem *p)
{
    const size_t *list = check->channels, n = check->n_channels;
    const size_t in_c = p->layer.in_c, out_c = p->layer.out_c;
    *part = (struct part){.layer = p->layer};
    if (check->pass == TCONV_BACKWARD_INPUT) {
        part->layer.in_c = n;
        part->x = pick(p->x, p->x_size / in_c, in_c, list, n);
        part->w = pick(p->w, p->w_size / in_c, in_c, list, n);
        part->dz = widen(p->dy, p->y_size);
    } else {
        part->layer.out_c = n;
        part->x = widen(p->x, p->x_size);
        part->w = pick_outputs(p, list, n);
        part->dz = pick(p->dy, p->y_size / out_c, out_c, list, n);
    }
    part->x_size = p->batch * tconv_x_size(&part->layer);
    part->w_size = tconv_w_size(&part->layer);
    part->dz_size = p->batch * tconv_y_size(&part->layer);
    return part->x != NULL && part->w != NULL && part->dz != NULL;
}

static void free_part(struct part *part)
{
    free(part->x);
    free(part->w);
    free(part->dz);
}

static void judge(const struct check *check, const struct part *part, size_t batch)
{
    const struct tconv_layer *l = &part->layer;
    if (check->pass == TCONV_FORWARD)
        tconv_judge_forward(l, batch, part->x, part->w, NULL, check->values, NULL);
    else if (check->pass == TCONV_BACKWARD_INPUT)
        tconv_judge_backward(l, batch, NULL, part->w, part->dz, check->values, NULL, NULL,
                             NULL, NULL, NULL);
    else
        tconv_judge_backward(l, batch, part->x, NULL, part->dz, NULL, NULL, check->values,
                             NULL, NULL, NULL);
}

static void make_magnitudes(double *values, size_t n)
{
    for (size_t i = 0; i < n; i++)
        values[i] = fabs(values[i]);
}

static size_t terms_of(const struct problem *p, enum tconv_pass pass,
                       const struct tconv_rounding *rounding)
{
    const struct tconv_terms terms = tconv_judge_terms(&p->layer, p->batch);
    const size_t products[] = {terms.z, terms.dx, terms.dw};
    return products[pass] + tconv_judge_window_terms(&p->layer, rounding, p->batch);
}

/* Bounds for a pass that rounds so, from the magnitudes of the part's tensors. */
static bool make_bounds(const struct check *check, const struct part *part,
                        const struct problem *p, const struct tconv_rounding *rounding,
                        double *bound, struct error *err)
{
    struct arena arena = {0};
    const struct verify_sums sums = {&part->layer, rounding, p->batch, &arena};
    const size_t terms = terms_of(p, check->pass, rounding);
    const bool done = check->pass == TCONV_FORWARD
                          ? verify_sum_forward(&sums, part->x, part->w, NULL, bound, err)
                      : check->pass == TCONV_BACKWARD_INPUT
                          ? verify_sum_input(&sums, part->w, part->dz, bound, err)
                          : verify_sum_weights(&sums, part->x, part->dz, bound, err);
    for (size_t i = 0; i < check->n; i++)
        bound[i] = tconv_error_bound(TCONV_FLOAT32, terms, bound[i]);
    arena_free(&arena);
    return done;
}

static bool fill(const struct check *check, struct part *part, const struct problem *p,
                 struct error *err)
{
    static const struct tconv_rounding plain = {.growth = 1};
    judge(check, part, p->batch);
    make_magnitudes(part->x, part->x_size);
    make_magnitudes(part->w, part->w_size);
    make_magnitudes(part->dz, part->dz_size);
    return make_bounds(check, part, p, &plain, check->bound, err) &&
           make_bounds(check, part, p, &p->kernel->rounding[check->pass],
                       check->own_bound, err);
}

bool check_make(struct check *check, const struct problem *problem, enum tconv_pass pass,
                struct error *err)
{
    struct part part = {0};
    size_t all;
    *check = (struct check){.pass = pass};
    problem_result(problem, pass, &all);
    bool done = choose_channels(check, problem);
    check->n = all / total_channels(problem, pass) * check->n_channels;
    check->values = malloc(check->n * sizeof *check->values);
    check->bound = malloc(check->n * sizeof *check->bound);
    check->own_bound = malloc(check->n * sizeof *check->own_bound);
    done = done && check->values != NULL && check->bound != NULL &&
           check->own_bound != NULL && take_part(&part, check, problem);
    if (!done)
        error_set(err, "memory: got none for the judge");
    done = done && fill(check, &part, problem, err);
    free_part(&part);
    return done;
}

void check_free(struct check *check)
{
    free(check->channels);
    free(check->values);
    free(check->bound);
    free(check->own_bound);
    *check = (struct check){0};
}

/* Where element i of the part lies in the whole result. */
static size_t place_of(const struct check *check, const struct problem *p, size_t i)
{
    const size_t in_c = p->layer.in_c, out_c = p->layer.out_c, n = check->n_channels;
    if (check->pass != TCONV_BACKWARD_WEIGHTS)
        return i / n * total_channels(p, check->pass) + check->channels[i % n];
    const size_t row = i / in_c;
    return (row / n * out_c + check->channels[row % n]) * in_c + i % in_c;
}

static double share_of(double got, double value, double bound)
{
    const double error = fabs(got - value);
    if (error == 0)
        return 0;
    return error <= bound || error > bound ? error / bound : INFINITY;
}

double check_result(const struct check *check, const struct problem *problem, bool is_own)
{
    size_t n;
    double worst = 0;
    const float *result = problem_result(problem, check->pass, &n);
    const double *bound = is_own ? check->own_bound : check->bound;
    for (size_t i = 0; i < check->n; i++) {
        const double got = (double)result[place_of(check, problem, i)];
        const double share = share_of(got, check->values[i], bound[i]);
        worst = share > worst ? share : worst;
    }
    return worst;
}
