/*
 * init: a layer's first weights, drawn as its config says.
 *
 * In come a spec and its geometry; out go the values of kernel and bias and a file of
 * them. The numbers are the runtime's (tconv_initializer.h); this room decides only which
 * seed each initializer has.
 */
#ifndef TCONV_GEN_INIT_H
#define TCONV_GEN_INIT_H

#include "geometry.h"
#include "spec.h"
#include "tconv_initializer.h"

/* Where the seed of an initializer comes from. The config's own goes before --seed. */
enum init_origin { INIT_NO_SEED, INIT_CONFIG, INIT_OPTION, INIT_DRAWN };

/* The seed of initializers that have none in the config: INIT_OPTION or INIT_DRAWN. */
struct init_seed {
    enum init_origin origin;
    int64_t value;
};

struct init_tensor {
    const char *name;       /* "kernel" or "bias" */
    const char *class_name; /* of the initializer, as Keras 3 names it */
    struct tconv_initializer initializer;
    enum init_origin origin;
    size_t n_dims, dims[4];
    void *values;
};

struct init_weights {
    const char *layer; /* its name */
    enum tconv_dialect dialect;
    enum tconv_type type;
    size_t n; /* 1 without a bias */
    struct init_tensor tensors[2];
};

/* A seed as Keras draws it for an initializer without one, from 1 to 10^9, by the clock.
 */
struct init_seed init_draw_seed(void);

/* The object, or what Keras takes where a config says null: its default for kernels, even
 * for a bias. */
const struct tconv_spec_object *
init_object_or_default(const struct tconv_spec_object *object);

/* Reads one initializer of a spec, `key` in the config; `*has_seed` tells whether the
 * config seeds it. Fails when it has more fan axes than the runtime takes. */
bool init_read_object(struct tconv_initializer *out,
                      const struct tconv_spec_object *object, const char *key,
                      const char *place, bool *has_seed, struct error *err) MUST_USE;

/* Derives the values of all weights, in Keras's layouts; they live in the arena. */
bool init_derive(struct init_weights *weights, const struct tconv_spec *spec,
                 const struct geometry *geometry, struct init_seed otherwise,
                 struct arena *arena, struct error *err) MUST_USE;

/* Writes them as a safetensors file: "kernel" and "bias", and in its metadata the layer,
 * the dialect, each initializer and its seed. */
bool init_write(const struct init_weights *weights, const char *path,
                struct error *err) MUST_USE;

/* Appends a line for each tensor: shape, initializer, seed and whose that is. */
void init_report(const struct init_weights *weights, struct text *out);

#endif
