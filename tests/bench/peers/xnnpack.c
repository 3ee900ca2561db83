/* XNNPACK: forward only; its kernels are packed as [out][rows][columns][in]. */
#include <math.h>
#include <stdint.h>
#include <xnnpack.h>

#include "../peer.h"

static const char *const variants[] = {"nhwc", NULL};

static const char *describe(void)
{
    return "XNNPACK";
}

static void run(void *opened)
{
    xnn_run_operator(opened, NULL);
}

static void shut(void *opened)
{
    xnn_delete_operator(opened);
}

/* Outputs that the full transposed convolution has after the layer's: dropped. */
static uint32_t crop_after(const struct tconv_axis *axis)
{
    const size_t full = (axis->in - 1) * axis->stride + axis->kernel;
    return full < axis->crop + axis->out ? 0 : (uint32_t)(full - axis->crop - axis->out);
}

/* Outputs past the reach of the full transposed convolution. */
static uint32_t added_after(const struct tconv_axis *axis)
{
    const size_t full = (axis->in - 1) * axis->stride + axis->kernel;
    return full < axis->crop + axis->out ? (uint32_t)(axis->crop + axis->out - full) : 0;
}

static float *reorder(const struct problem *problem)
{
    const struct tconv_layer *l = &problem->layer;
    const size_t taps = l->axis[0].kernel * l->axis[1].kernel;
    float *kernel = peer_take(problem->w_size);
    for (size_t tap = 0; kernel != NULL && tap < taps; tap++)
        for (size_t out = 0; out < l->out_c; out++)
            for (size_t in = 0; in < l->in_c; in++)
                kernel[(out * taps + tap) * l->in_c + in] =
                    problem->w[(tap * l->out_c + out) * l->in_c + in];
    return kernel;
}

static xnn_operator_t create(const struct tconv_layer *l, const float *kernel)
{
    const struct tconv_axis *r = &l->axis[0], *c = &l->axis[1];
    xnn_operator_t created = NULL;
    const enum xnn_status status = xnn_create_deconvolution2d_nhwc_f32(
        (uint32_t)r->crop, crop_after(c), crop_after(r), (uint32_t)c->crop,
        (uint32_t)r->kernel, (uint32_t)c->kernel, (uint32_t)r->stride,
        (uint32_t)c->stride, (uint32_t)r->dilation, (uint32_t)c->dilation, 1, l->in_c,
        l->out_c, l->in_c, l->out_c, kernel, NULL, -INFINITY, INFINITY, 0, &created);
    return status == xnn_status_success ? created : NULL;
}

static void *open(const struct problem *problem, enum tconv_pass pass, size_t variant)
{
    const struct tconv_layer *l = &problem->layer;
    (void)variant;
    if (pass != TCONV_FORWARD || xnn_initialize(NULL) != xnn_status_success)
        return NULL;
    float *kernel = reorder(problem);
    const xnn_operator_t opened = kernel == NULL ? NULL : create(l, kernel);
    free(kernel);
    if (opened == NULL)
        return NULL;
    const enum xnn_status status = xnn_setup_deconvolution2d_nhwc_f32(
        opened, problem->batch, l->axis[0].in, l->axis[1].in, added_after(&l->axis[0]),
        added_after(&l->axis[1]), problem->x, problem->y, NULL);
    if (status == xnn_status_success)
        return opened;
    shut(opened);
    return NULL;
}

const struct peer bench_peer = {variants, describe, open, run, NULL, shut};
