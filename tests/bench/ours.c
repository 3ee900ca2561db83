/* ours: pack once; then forward, or backward with the gradients not asked for NULL. */
#include "ours.h"

struct opened {
    const struct problem *problem;
    enum tconv_pass pass;
    float *packed, *saved, *workspace;
};

static const char *const variants[] = {"", NULL};

static const char *describe(void)
{
    return "tconv";
}

static void run(void *opened)
{
    const struct opened *o = opened;
    const struct problem *p = o->problem;
    if (o->pass == TCONV_FORWARD)
        p->kernel->forward(0, 1, p->batch, p->x, o->packed, p->y, o->workspace);
    else
        p->kernel->backward(0, 1, p->batch, p->x, o->packed, p->y, o->saved, p->dy,
                            o->pass == TCONV_BACKWARD_INPUT ? p->dx : NULL,
                            o->pass == TCONV_BACKWARD_WEIGHTS ? p->dw : NULL, NULL,
                            o->workspace);
}

static void shut(void *opened)
{
    struct opened *o = opened;
    free(o->packed);
    free(o->saved);
    free(o->workspace);
    free(o);
}

static float *take_bytes(size_t bytes)
{
    return peer_take(bytes / sizeof(float) + 1);
}

static void *open(const struct problem *problem, enum tconv_pass pass, size_t variant)
{
    struct opened *o = malloc(sizeof *o);
    const struct tconv_kernel *kernel = problem->kernel;
    (void)variant;
    if (o == NULL)
        return NULL;
    *o = (struct opened){problem, pass, take_bytes(kernel->packed_bytes),
                         take_bytes(problem->batch * kernel->saved_bytes),
                         take_bytes(kernel->workspace_bytes)};
    if (o->packed == NULL || o->saved == NULL || o->workspace == NULL) {
        shut(o);
        return NULL;
    }
    kernel->pack(problem->w, NULL, o->packed);
    return o;
}

const struct peer ours = {variants, describe, open, run, NULL, shut};
