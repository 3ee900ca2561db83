/*
 * oneDNN 2 or 3, C API: its deconvolution, in the layouts that it chooses and in channels
 * last.
 *
 * Weights are packed beforehand. Where the library wants activations in another layout,
 * the reorder of x, dy, y or dx is part of the timed call; that of dw is not.
 */
#include <stdio.h>

#include "../peer.h"
#include "onednn_api.h"

enum { ANY, NHWC };

struct tensor {
    dnnl_memory_t user, own;  /* own: as the primitive wants it; may be the user's */
    float *taken;             /* the memory of `own` where it differs */
    dnnl_primitive_t reorder; /* NULL where it does not; towards the primitive, or back */
};

struct onednn {
    enum tconv_pass pass;
    dnnl_engine_t engine;
    dnnl_stream_t stream;
    dnnl_primitive_desc_t plan;
    dnnl_primitive_t primitive;
    struct tensor tensor[ROLES];
};

static const char *const variants[] = {[ANY] = "any", [NHWC] = "nhwc", NULL};

static const int arguments[BENCH_PASSES][ROLES] = {
    {DNNL_ARG_SRC, DNNL_ARG_WEIGHTS, DNNL_ARG_DST},
    {DNNL_ARG_DIFF_SRC, DNNL_ARG_WEIGHTS, DNNL_ARG_DIFF_DST},
    {DNNL_ARG_SRC, DNNL_ARG_DIFF_WEIGHTS, DNNL_ARG_DIFF_DST},
};
static const enum role results[BENCH_PASSES] = {Y, X, W};

static const char *describe(void)
{
    static char text[64];
    const dnnl_version_t *v = dnnl_version();
    snprintf(text, sizeof text, "oneDNN %d.%d.%d", v->major, v->minor, v->patch);
    return text;
}

/* The sizes of x [batch][in_c][rows][columns], w [out_c][in_c][rows][columns], y, in
 * oneDNN's order of axes, and the strides of the problem's layouts. */
struct shape {
    dnnl_dims_t sizes, strides;
};

static struct shape image_shape(size_t batch, size_t channels, size_t rows,
                                size_t columns)
{
    const long n = (long)batch, c = (long)channels, h = (long)rows, w = (long)columns;
    return (struct shape){{n, c, h, w}, {h * w * c, 1, w * c, c}};
}

static struct shape shape_of(const struct problem *problem, enum role role)
{
    const struct tconv_layer *l = &problem->layer;
    const struct tconv_axis *r = &l->axis[0], *c = &l->axis[1];
    if (role == X)
        return image_shape(problem->batch, l->in_c, r->in, c->in);
    if (role == Y)
        return image_shape(problem->batch, l->out_c, r->out, c->out);
    const long in = (long)l->in_c, out = (long)l->out_c, across = (long)c->kernel;
    return (struct shape){{out, in, (long)r->kernel, across},
                          {in, 1, across * out * in, out * in}};
}

static float *data_of(const struct problem *problem, enum tconv_pass pass, enum role role)
{
    float *const given[] = {(float *)problem->x, (float *)problem->w,
                            (float *)problem->dy};
    float *const written[] = {problem->dx, problem->dw, problem->y};
    return results[pass] == role ? written[role] : given[role];
}

static bool state(struct statement *s, const struct problem *problem, bool chooses)
{
    bool done = true;
    for (int i = 0; i < 2; i++) {
        const struct tconv_axis *axis = &problem->layer.axis[i];
        const long reach = (long)((axis->in - 1) * axis->stride + 1 +
                                  (axis->kernel - 1) * axis->dilation);
        s->strides[i] = (long)axis->stride;
        s->dilates[i] = (long)axis->dilation - 1;
        s->before[i] = (long)axis->crop;
        s->after[i] = reach - (long)axis->crop - (long)axis->out;
    }
    for (enum role role = X; role < ROLES; role++) {
        const struct shape shape = shape_of(problem, role);
        const bool is_open = chooses || role == W;
        done = layout_by_tag(&s->wanted[role], shape.sizes,
                             is_open ? dnnl_format_tag_any : dnnl_nhwc) &&
               done;
    }
    return done;
}

static bool plan(struct onednn *o, const struct statement *s)
{
    dnnl_primitive_desc_t hint = NULL;
    if (o->pass == TCONV_FORWARD)
        return plan_forward(&o->plan, s, dnnl_forward_inference, o->engine);
    if (!plan_forward(&hint, s, dnnl_forward_training, o->engine))
        return false;
    const bool done = (o->pass == TCONV_BACKWARD_INPUT ? plan_input : plan_weights)(
        &o->plan, s, hint, o->engine);
    dnnl_primitive_desc_destroy(hint);
    return done;
}

static bool reorder_between(const struct onednn *o, layout from, layout to,
                            dnnl_primitive_t *reorder)
{
    dnnl_primitive_desc_t plan = NULL;
    const bool done = ok(dnnl_reorder_primitive_desc_create(&plan, from, o->engine, to,
                                                            o->engine, NULL)) &&
                      ok(dnnl_primitive_create(reorder, plan));
    dnnl_primitive_desc_destroy(plan);
    return done;
}

/* The memory of a tensor as the primitive wants it, where that is not `user`. */
static bool convert(struct onednn *o, struct tensor *t, layout user, layout own,
                    bool is_result)
{
    t->taken = peer_take(dnnl_memory_desc_get_size(own) / sizeof(float) + 1);
    return t->taken != NULL &&
           ok(dnnl_memory_create(&t->own, own, o->engine, t->taken)) &&
           reorder_between(o, is_result ? own : user, is_result ? user : own,
                           &t->reorder);
}

static bool bind(struct onednn *o, const struct problem *problem, enum role role)
{
    struct tensor *t = &o->tensor[role];
    const struct shape shape = shape_of(problem, role);
    float *data = data_of(problem, o->pass, role);
    const layout own = dnnl_primitive_desc_query_md(o->plan, dnnl_query_exec_arg_md,
                                                    arguments[o->pass][role]);
    dnnl_memory_desc_t held;
    if (!layout_by_strides(&held, shape.sizes, shape.strides))
        return false;
    const layout user = layout_of(&held);
    const bool done = ok(dnnl_memory_create(&t->user, user, o->engine, data)) &&
                      (dnnl_memory_desc_equal(user, own)
                           ? ok(dnnl_memory_create(&t->own, user, o->engine, data))
                           : convert(o, t, user, own, results[o->pass] == role));
    layout_free(&held);
    return done;
}

static void reorder(const struct onednn *o, enum role role)
{
    const struct tensor *t = &o->tensor[role];
    const bool is_result = results[o->pass] == role;
    if (t->reorder == NULL)
        return;
    const dnnl_exec_arg_t list[] = {{DNNL_ARG_FROM, is_result ? t->own : t->user},
                                    {DNNL_ARG_TO, is_result ? t->user : t->own}};
    dnnl_primitive_execute(t->reorder, o->stream, 2, list);
}

static void run(void *opened)
{
    const struct onednn *o = opened;
    dnnl_exec_arg_t list[ROLES];
    for (enum role role = X; role < ROLES; role++) {
        list[role] = (dnnl_exec_arg_t){arguments[o->pass][role], o->tensor[role].own};
        if (role != W && role != results[o->pass])
            reorder(o, role);
    }
    dnnl_primitive_execute(o->primitive, o->stream, ROLES, list);
    if (results[o->pass] != W)
        reorder(o, results[o->pass]);
    dnnl_stream_wait(o->stream);
}

static void finish(void *opened)
{
    const struct onednn *o = opened;
    if (results[o->pass] == W)
        reorder(o, W);
    dnnl_stream_wait(o->stream);
}

static void shut(void *opened)
{
    struct onednn *o = opened;
    for (enum role role = X; role < ROLES; role++) {
        dnnl_primitive_destroy(o->tensor[role].reorder);
        dnnl_memory_destroy(o->tensor[role].own);
        dnnl_memory_destroy(o->tensor[role].user);
        free(o->tensor[role].taken);
    }
    dnnl_primitive_destroy(o->primitive);
    dnnl_primitive_desc_destroy(o->plan);
    dnnl_stream_destroy(o->stream);
    dnnl_engine_destroy(o->engine);
    free(o);
}

static bool make(struct onednn *o, const struct problem *problem, bool chooses)
{
    struct statement s = {0};
    if (!ok(dnnl_engine_create(&o->engine, dnnl_cpu, 0)) ||
        !ok(dnnl_stream_create(&o->stream, o->engine, dnnl_stream_default_flags)))
        return false;
    const bool done = state(&s, problem, chooses) && plan(o, &s) &&
                      ok(dnnl_primitive_create(&o->primitive, o->plan));
    for (enum role role = X; role < ROLES; role++)
        layout_free(&s.wanted[role]);
    return done;
}

static bool prepare(struct onednn *o, const struct problem *problem, bool chooses)
{
    if (!make(o, problem, chooses))
        return false;
    for (enum role role = X; role < ROLES; role++)
        if (!bind(o, problem, role))
            return false;
    if (results[o->pass] != W)
        reorder(o, W);
    return ok(dnnl_stream_wait(o->stream));
}

static void *open(const struct problem *problem, enum tconv_pass pass, size_t variant)
{
    struct onednn *o = calloc(1, sizeof *o);
    if (o == NULL)
        return NULL;
    o->pass = pass;
    if (prepare(o, problem, variant == ANY))
        return o;
    shut(o);
    return NULL;
}

const struct peer bench_peer = {variants, describe, open, run, finish, shut};
