/* init: which initializer, which seed, which shape; then the runtime fills. */
#include "init.h"

#include "clock.h"

#define LARGEST_DRAWN_SEED 1000000000u

struct init_seed init_draw_seed(void)
{
    const uint64_t mixed = clock_nanoseconds() * UINT64_C(0x9e3779b97f4a7c15) >> 32;
    return (struct init_seed){INIT_DRAWN, 1 + (int64_t)(mixed % LARGEST_DRAWN_SEED)};
}

static bool choose(struct init_tensor *tensor, const struct tconv_spec *spec,
                   const struct tconv_spec_object *object, const char *key,
                   struct init_seed otherwise, struct error *err)
{
    struct tconv_initializer *v = &tensor->initializer;
    bool has_seed;
    object = init_object_or_default(object);
    if (!init_read_object(v, object, key, spec->place, &has_seed, err))
        return false;
    tensor->class_name = object->class_name;
    v->dialect = spec->dialect;
    if (!tconv_initializer_is_random(v))
        return true;
    tensor->origin = has_seed ? INIT_CONFIG : otherwise.origin;
    v->seed = has_seed ? v->seed : otherwise.value;
    return true;
}

/* Cannot be refused: spec took only what Keras makes for this rank. */
static bool fill(struct init_tensor *tensor, enum tconv_type type, struct arena *arena,
                 struct error *err)
{
    const struct tconv_initializer *v = &tensor->initializer;
    const size_t element_bytes = type == TCONV_FLOAT32 ? sizeof(float) : sizeof(double);
    size_t size = 1;
    for (size_t d = 0; d < tensor->n_dims; d++)
        size *= tensor->dims[d];
    tensor->values = arena_take(arena, size, element_bytes, err);
    void *workspace = arena_take(
        arena, tconv_initializer_workspace_bytes(v, tensor->n_dims, tensor->dims), 1,
        err);
    if (tensor->values == NULL || workspace == NULL)
        return false;
    tconv_initializer_fill(v, type, tensor->n_dims, tensor->dims, tensor->values,
                           workspace);
    return true;
}

bool init_derive(struct init_weights *weights, const struct tconv_spec *spec,
                 const struct geometry *geometry, struct init_seed otherwise,
                 struct arena *arena, struct error *err)
{
    const struct tconv_layer *layer = &geometry->layer;
    *weights = (struct init_weights){
        .layer = spec->name,
        .dialect = spec->dialect,
        .type = spec->type,
        .n = spec->use_bias ? 2 : 1,
        .tensors = {{.name = "kernel",
                     .n_dims = 4,
                     .dims = {layer->axis[0].kernel, layer->axis[1].kernel, layer->out_c,
                              layer->in_c}},
                    {.name = "bias", .n_dims = 1, .dims = {layer->out_c}}}};
    struct init_tensor *kernel = &weights->tensors[0], *bias = &weights->tensors[1];
    return choose(kernel, spec, &spec->kernel_initializer, "kernel_initializer",
                  otherwise, err) &&
           fill(kernel, spec->type, arena, err) &&
           (!spec->use_bias || (choose(bias, spec, &spec->bias_initializer,
                                       "bias_initializer", otherwise, err) &&
                                fill(bias, spec->type, arena, err)));
}
