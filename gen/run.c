/* run: reads and checks arrays, calls the kernel once, writes arrays. */
#include "run.h"

#include <stdio.h>
#include <string.h>

#include "safetensors.h"
#include "tconv_shape.h"

enum { LARGEST_BATCH = 1 << 20, SHAPE_BYTES = 256 };

/* The shape an array must have, and what its dimensions are. */
struct shape {
    size_t dims[4], n_dims;
    const char *words;
};

static struct shape image_shape(const struct geometry *geometry, size_t batch,
                                const size_t size[2], size_t channels)
{
    if (geometry->layer.channels_first)
        return (struct shape){
            {batch, channels, size[0], size[1]}, 4, "batch, channels, rows, columns"};
    return (struct shape){
        {batch, size[0], size[1], channels}, 4, "batch, rows, columns, channels"};
}

static struct shape input_shape(const struct geometry *geometry, size_t batch)
{
    const size_t size[2] = {geometry->axis[0].in, geometry->axis[1].in};
    return image_shape(geometry, batch, size, geometry->layer.in_c);
}

static struct shape output_shape(const struct geometry *geometry, size_t batch)
{
    const struct tconv_shape y = tconv_output_shape(&geometry->layer, batch);
    const bool first = geometry->layer.channels_first;
    return image_shape(geometry, batch, y.size + (first ? 2 : 1), y.size[first ? 1 : 3]);
}

static struct shape weights_shape(const struct geometry *geometry)
{
    const struct tconv_layer *layer = &geometry->layer;
    return (struct shape){
        {geometry->axis[0].kernel, geometry->axis[1].kernel, layer->out_c, layer->in_c},
        4,
        "kernel rows, kernel columns, filters, input channels"};
}

static struct shape bias_shape(const struct geometry *geometry)
{
    return (struct shape){{geometry->layer.out_c}, 1, "filters"};
}

/* A shape as Python writes it. */
static void print_shape(char text[SHAPE_BYTES], const size_t *dims, size_t n)
{
    size_t length = 1;
    strcpy(text, "(");
    for (size_t i = 0; i < n && length < SHAPE_BYTES - 32; i++)
        length += (size_t)snprintf(text + length, SHAPE_BYTES - length,
                                   i + 1 < n ? "%zu, " : "%zu", dims[i]);
    strcpy(text + length, n == 1 ? ",)" : ")");
}

static bool check_shape(const struct npy *array, const char *path,
                        const struct shape *shape, struct error *err)
{
    if (array->n_dims == shape->n_dims &&
        memcmp(array->dims, shape->dims, shape->n_dims * sizeof shape->dims[0]) == 0)
        return true;
    char got[SHAPE_BYTES], expected[SHAPE_BYTES];
    print_shape(got, array->dims, array->n_dims);
    print_shape(expected, shape->dims, shape->n_dims);
    return error_set(err, "%s: got shape %s; expected %s: %s", path, got, expected,
                     shape->words);
}

bool run_read_input(struct run_arrays *arrays, const struct run_files *files,
                    struct tconv_spec *spec, struct arena *arena, struct error *err)
{
    struct npy *x = &arrays->x;
    if (!npy_read(x, files->input, spec->type, arena, err))
        return false;
    if (x->n_dims != 4) {
        char got[SHAPE_BYTES];
        print_shape(got, x->dims, x->n_dims);
        return error_set(err, "%s: got shape %s; expected 4 dimensions: %s", files->input,
                         got,
                         spec->channels_first ? "batch, channels, rows, columns"
                                              : "batch, rows, columns, channels");
    }
    arrays->batch = x->dims[0];
    if (arrays->batch > LARGEST_BATCH)
        return error_set(err, "%s: got a batch of %zu; expected at most %d", files->input,
                         arrays->batch, LARGEST_BATCH);
    const size_t *size = spec->channels_first ? x->dims + 2 : x->dims + 1;
    const size_t channels = spec->channels_first ? x->dims[1] : x->dims[3];
    return spec_set_input(spec, (const size_t[2]){size[0], size[1]}, channels, err);
}

static bool read_array(struct npy *array, const char *path, const struct shape *shape,
                       const struct tconv_spec *spec, struct arena *arena,
                       struct error *err)
{
    return npy_read(array, path, spec->type, arena, err) &&
           check_shape(array, path, shape, err);
}

/* Weights come in a file of their own, or by name from one of them all. */
static bool read_weights(struct npy *array, const char *path, const char *name,
                         const struct shape *shape, const struct tconv_spec *spec,
                         struct arena *arena, struct error *err)
{
    if (!safetensors_is_path(path))
        return read_array(array, path, shape, spec, arena, err);
    char place[1024];
    snprintf(place, sizeof place, "%s: %s", path, name);
    return safetensors_read(array, path, name, spec->type, arena, err) &&
           check_shape(array, place, shape, err);
}

static bool check_bias_files(const struct run_files *files, const struct tconv_spec *spec,
                             struct error *err)
{
    if (spec->use_bias && files->bias == NULL)
        return error_set(err, "%s: got no --bias; expected one, as the layer uses a bias",
                         spec->place);
    if (!spec->use_bias && files->bias != NULL)
        return error_set(err,
                         "%s: got --bias %s; expected none, as the layer uses no bias",
                         spec->place, files->bias);
    if (!spec->use_bias && files->grad_bias != NULL)
        return error_set(err,
                         "%s: got --grad-bias %s; expected none, as the layer uses no "
                         "bias",
                         spec->place, files->grad_bias);
    return true;
}

bool run_read_rest(struct run_arrays *arrays, const struct run_files *files,
                   const struct tconv_spec *spec, const struct geometry *geometry,
                   struct arena *arena, struct error *err)
{
    const struct shape w = weights_shape(geometry), b = bias_shape(geometry);
    const struct shape dy = output_shape(geometry, arrays->batch);
    return check_bias_files(files, spec, err) &&
           read_weights(&arrays->w, files->kernel, "kernel", &w, spec, arena, err) &&
           (files->bias == NULL ||
            read_weights(&arrays->b, files->bias, "bias", &b, spec, arena, err)) &&
           (files->grad_output == NULL ||
            read_array(&arrays->dy, files->grad_output, &dy, spec, arena, err));
}

/* What the kernel writes. */
struct results {
    void *packed, *workspace, *y, *saved, *dx, *dw, *db;
};

static bool take_results(struct results *results, const struct run_files *files,
                         const struct geometry *geometry,
                         const struct tconv_kernel *kernel, size_t batch,
                         struct arena *arena, struct error *err)
{
    const size_t size = geometry->element_bytes;
    results->packed = arena_take(arena, kernel->packed_bytes, 1, err);
    results->workspace = arena_take(arena, kernel->workspace_bytes, 1, err);
    results->y = arena_take(arena, batch * geometry->y_size, size, err);
    if (files->grad_output != NULL)
        results->saved = arena_take(arena, batch, kernel->saved_bytes, err);
    if (files->grad_input != NULL)
        results->dx = arena_take(arena, batch * geometry->x_size, size, err);
    if (files->grad_kernel != NULL)
        results->dw = arena_take(arena, geometry->w_size, size, err);
    if (files->grad_bias != NULL)
        results->db = arena_take(arena, geometry->b_size, size, err);
    return !err->is_set;
}

static void call_kernel(const struct results *r, const struct run_arrays *arrays,
                        const struct tconv_kernel *kernel)
{
    const size_t batch = arrays->batch;
    const void *x = arrays->x.data, *dy = arrays->dy.data;
    kernel->pack(arrays->w.data, arrays->b.data, r->packed);
    if (dy == NULL) {
        kernel->forward(0, 1, batch, x, r->packed, r->y, r->workspace);
        return;
    }
    kernel->forward_train(0, 1, batch, x, r->packed, r->y, r->saved, r->workspace);
    kernel->backward(0, 1, batch, x, r->packed, r->y, r->saved, dy, r->dx, r->dw, r->db,
                     r->workspace);
}

/* Nothing is written for a file that was not asked for. */
static bool write_array(const char *path, const struct geometry *geometry,
                        struct shape shape, const void *data, struct error *err)
{
    return path == NULL ||
           npy_write(path, geometry->layer.type, shape.dims, shape.n_dims, data, err);
}

bool run_passes(const struct run_arrays *arrays, const struct run_files *files,
                const struct geometry *geometry, const struct tconv_kernel *kernel,
                struct arena *arena, struct error *err)
{
    const size_t batch = arrays->batch;
    struct results r = {0};
    if (!take_results(&r, files, geometry, kernel, batch, arena, err))
        return false;
    call_kernel(&r, arrays, kernel);
    return write_array(files->output, geometry, output_shape(geometry, batch), r.y,
                       err) &&
           write_array(files->grad_input, geometry, input_shape(geometry, batch), r.dx,
                       err) &&
           write_array(files->grad_kernel, geometry, weights_shape(geometry), r.dw,
                       err) &&
           write_array(files->grad_bias, geometry, bias_shape(geometry), r.db, err);
}
