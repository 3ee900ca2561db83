/* problem: sizes from the layer, memory as the peers take it, numbers from a seed. */
#include "problem.h"

#include "random.h"
#include "tconv_generic.h"

static bool fill(const float *values, size_t n, uint64_t *state, struct error *err)
{
    if (values == NULL)
        return error_set(err, "memory: got none of the %zu elements asked for", n);
    random_fill(state, TCONV_FLOAT32, n, (void *)values);
    return true;
}

bool problem_make(struct problem *problem, const struct tconv_kernel *kernel,
                  size_t batch, struct error *err)
{
    const struct tconv_layer *layer = &kernel->layer;
    struct problem *p = problem;
    uint64_t state = 1;
    *p = (struct problem){.layer = *layer,
                          .batch = batch,
                          .kernel = kernel,
                          .x_size = batch * tconv_x_size(layer),
                          .y_size = batch * tconv_y_size(layer),
                          .w_size = tconv_w_size(layer)};
    p->x = peer_take(p->x_size);
    p->w = peer_take(p->w_size);
    p->dy = peer_take(p->y_size);
    p->y = peer_take(p->y_size);
    p->dx = peer_take(p->x_size);
    p->dw = peer_take(p->w_size);
    return fill(p->x, p->x_size, &state, err) && fill(p->w, p->w_size, &state, err) &&
           fill(p->dy, p->y_size, &state, err) && fill(p->y, p->y_size, &state, err) &&
           fill(p->dx, p->x_size, &state, err) && fill(p->dw, p->w_size, &state, err);
}

void problem_free(struct problem *problem)
{
    free((void *)problem->x);
    free((void *)problem->w);
    free((void *)problem->dy);
    free(problem->y);
    free(problem->dx);
    free(problem->dw);
    *problem = (struct problem){0};
}

float *problem_result(const struct problem *problem, enum tconv_pass pass, size_t *n)
{
    const struct problem *p = problem;
    const size_t sizes[] = {p->y_size, p->x_size, p->w_size};
    float *const results[] = {p->y, p->dx, p->dw};
    *n = sizes[pass];
    return results[pass];
}
