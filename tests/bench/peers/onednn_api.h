/*
 * onednn_api: what oneDNN 2 and 3 call by other names, under one.
 *
 * oneDNN 2 has layouts as structs and makes a plan in two steps; oneDNN 3 has handles
 * and makes it in one.
 */
#ifndef TCONV_BENCH_ONEDNN_API_H
#define TCONV_BENCH_ONEDNN_API_H

#include <oneapi/dnnl/dnnl.h>
#include <stdbool.h>

enum role { X, W, Y, ROLES };

/* The layer as oneDNN states it. */
struct statement {
    dnnl_memory_desc_t wanted[ROLES]; /* layouts, left open where it may choose */
    dnnl_dims_t strides, dilates, before, after;
};

static inline bool ok(dnnl_status_t status)
{
    return status == dnnl_success;
}

#if DNNL_VERSION_MAJOR >= 3

typedef const_dnnl_memory_desc_t layout;

static inline layout layout_of(const dnnl_memory_desc_t *held)
{
    return *held;
}

static inline bool layout_by_tag(dnnl_memory_desc_t *held, const dnnl_dims_t sizes,
                                 dnnl_format_tag_t tag)
{
    return ok(dnnl_memory_desc_create_with_tag(held, 4, sizes, dnnl_f32, tag));
}

static inline bool layout_by_strides(dnnl_memory_desc_t *held, const dnnl_dims_t sizes,
                                     const dnnl_dims_t strides)
{
    return ok(dnnl_memory_desc_create_with_strides(held, 4, sizes, dnnl_f32, strides));
}

static inline void layout_free(dnnl_memory_desc_t *held)
{
    dnnl_memory_desc_destroy(*held);
}

static inline bool plan_forward(dnnl_primitive_desc_t *plan, const struct statement *s,
                                dnnl_prop_kind_t kind, dnnl_engine_t engine)
{
    return ok(dnnl_deconvolution_forward_primitive_desc_create(
        plan, engine, kind, dnnl_deconvolution_direct, s->wanted[X], s->wanted[W], NULL,
        s->wanted[Y], s->strides, s->dilates, s->before, s->after, NULL));
}

static inline bool plan_input(dnnl_primitive_desc_t *plan, const struct statement *s,
                              dnnl_primitive_desc_t hint, dnnl_engine_t engine)
{
    return ok(dnnl_deconvolution_backward_data_primitive_desc_create(
        plan, engine, dnnl_deconvolution_direct, s->wanted[X], s->wanted[W], s->wanted[Y],
        s->strides, s->dilates, s->before, s->after, hint, NULL));
}

static inline bool plan_weights(dnnl_primitive_desc_t *plan, const struct statement *s,
                                dnnl_primitive_desc_t hint, dnnl_engine_t engine)
{
    return ok(dnnl_deconvolution_backward_weights_primitive_desc_create(
        plan, engine, dnnl_deconvolution_direct, s->wanted[X], s->wanted[W], NULL,
        s->wanted[Y], s->strides, s->dilates, s->before, s->after, hint, NULL));
}

#else

typedef const dnnl_memory_desc_t *layout;

static inline layout layout_of(const dnnl_memory_desc_t *held)
{
    return held;
}

static inline bool layout_by_tag(dnnl_memory_desc_t *held, const dnnl_dims_t sizes,
                                 dnnl_format_tag_t tag)
{
    return ok(dnnl_memory_desc_init_by_tag(held, 4, sizes, dnnl_f32, tag));
}

static inline bool layout_by_strides(dnnl_memory_desc_t *held, const dnnl_dims_t sizes,
                                     const dnnl_dims_t strides)
{
    return ok(dnnl_memory_desc_init_by_strides(held, 4, sizes, dnnl_f32, strides));
}

static inline void layout_free(dnnl_memory_desc_t *held)
{
    (void)held;
}

static inline bool plan_forward(dnnl_primitive_desc_t *plan, const struct statement *s,
                                dnnl_prop_kind_t kind, dnnl_engine_t engine)
{
    dnnl_deconvolution_desc_t d;
    return ok(dnnl_dilated_deconvolution_forward_desc_init(
               &d, kind, dnnl_deconvolution_direct, &s->wanted[X], &s->wanted[W], NULL,
               &s->wanted[Y], s->strides, s->dilates, s->before, s->after)) &&
           ok(dnnl_primitive_desc_create(plan, &d, NULL, engine, NULL));
}

static inline bool plan_input(dnnl_primitive_desc_t *plan, const struct statement *s,
                              dnnl_primitive_desc_t hint, dnnl_engine_t engine)
{
    dnnl_deconvolution_desc_t d;
    return ok(dnnl_dilated_deconvolution_backward_data_desc_init(
               &d, dnnl_deconvolution_direct, &s->wanted[X], &s->wanted[W], &s->wanted[Y],
               s->strides, s->dilates, s->before, s->after)) &&
           ok(dnnl_primitive_desc_create(plan, &d, NULL, engine, hint));
}

static inline bool plan_weights(dnnl_primitive_desc_t *plan, const struct statement *s,
                                dnnl_primitive_desc_t hint, dnnl_engine_t engine)
{
    dnnl_deconvolution_desc_t d;
    return ok(dnnl_dilated_deconvolution_backward_weights_desc_init(
               &d, dnnl_deconvolution_direct, &s->wanted[X], &s->wanted[W], NULL,
               &s->wanted[Y], s->strides, s->dilates, s->before, s->after)) &&
           ok(dnnl_primitive_desc_create(plan, &d, NULL, engine, hint));
}

#endif

#endif
