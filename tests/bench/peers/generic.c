/* The layer's definition as plain loops (runtime/tconv_generic.c), by the flags of target
 * portable: what a program has without generated code. It is a peer of that target only.
 */
#include "../peer.h"

#include "tconv_generic.h"

struct opened {
    const struct problem *problem;
    enum tconv_pass pass;
    float *y, *dz;
};

static const char *const variants[] = {"loops", NULL};

static const char *describe(void)
{
    return "tconv_generic.c";
}

static void run(void *opened)
{
    const struct opened *o = opened;
    const struct problem *p = o->problem;
    if (o->pass == TCONV_FORWARD)
        tconv_generic_forward(&p->layer, p->batch, p->x, p->w, NULL, p->y, NULL);
    else
        tconv_generic_backward(&p->layer, p->batch, p->x, p->w, o->y, NULL, p->dy, o->dz,
                               o->pass == TCONV_BACKWARD_INPUT ? p->dx : NULL,
                               o->pass == TCONV_BACKWARD_WEIGHTS ? p->dw : NULL, NULL);
}

static void shut(void *opened)
{
    struct opened *o = opened;
    free(o->y);
    free(o->dz);
    free(o);
}

static void *open(const struct problem *problem, enum tconv_pass pass, size_t variant)
{
    struct opened *o = malloc(sizeof *o);
    (void)variant;
    if (o == NULL)
        return NULL;
    *o = (struct opened){problem, pass, calloc(problem->y_size, sizeof(float)),
                         peer_take(problem->y_size)};
    if (o->y != NULL && o->dz != NULL)
        return o;
    shut(o);
    return NULL;
}

const struct peer bench_peer = {variants, describe, open, run, NULL, shut};
