/*
 * tconv_keras_layer.h: what a layer object is made of. For the files tconv_keras_*.c and
 * for who reads configs; programs include tconv_keras.h.
 */
#ifndef TCONV_KERAS_LAYER_H
#define TCONV_KERAS_LAYER_H

#include "tconv_initializer.h"
#include "tconv_keras.h"
#include "tconv_spec.h"

enum { TCONV_KERAS_KERNEL, TCONV_KERAS_BIAS, TCONV_KERAS_MOST_WEIGHTS };

/* The constructor's arguments, and what the runtime computes of them. */
struct tconv_keras_arguments {
    struct tconv_spec spec;
    struct tconv_initializer initializers[TCONV_KERAS_MOST_WEIGHTS];
    bool is_seeded[TCONV_KERAS_MOST_WEIGHTS]; /* by the config */
    struct tconv_training training;
    const char *activity_regularizer; /* JSON, or NULL */
    void *texts;                      /* owns the spec's texts; freed with the layer */
    void (*free_texts)(void *texts);
};

struct tconv_keras_weight {
    struct tconv_shape shape;
    void *value, *gradient;
    void *state; /* the optimizer's: state_size elements, NULL before the first step */
    size_t state_size;
};

/* What one build made. */
struct tconv_keras_weights {
    size_t n;
    struct tconv_keras_weight weight[TCONV_KERAS_MOST_WEIGHTS];
    struct tconv_keras_weights *older; /* of builds before, for their losses */
};

struct tconv_keras_node {
    const struct tconv_keras_symbol *input;
    struct tconv_keras_symbol output;
    bool has_loss;
};

struct tconv_keras_kernel {
    const struct tconv_kernel *kernel;
    void *packed, *workspace;
    size_t version; /* of the weights that are packed; 0: none */
};

/* A call whose gradient is still to come. */
struct tconv_keras_record {
    struct tconv_layer layer; /* with the lengths of this call */
    size_t batch;
    struct tconv_keras_kernel *kernel; /* NULL: the generic one */
    const void *x, *y;
    void *cast_x; /* owns x when it was cast, else NULL */
    void *kept;   /* what the kernel saved, or the generic one's z; may be NULL */
};

struct tconv_keras_layer {
    struct tconv_keras_session *session, own_session;
    struct tconv_keras_arguments arguments;
    char *name;
    char *paths[TCONV_KERAS_MOST_WEIGHTS];
    struct tconv_keras_weights *weights; /* NULL: not built */
    size_t version;                      /* raised when a weight changes */
    size_t step;
    size_t depth; /* of calls that enter began */
    struct tconv_keras_node **nodes;
    struct tconv_keras_kernel **kernels;
    struct tconv_keras_record *records;
    double *losses; /* of the outermost call */
    size_t n_nodes, n_kernels, n_records, n_losses;
    char warning[400]; /* the last one */
};

/* ---- tconv_keras_layer.c ----------------------------------------------------------- */

/* A layer of these arguments; takes over their texts when it succeeds. */
struct tconv_keras_layer *tconv_keras_open(struct tconv_keras_session *session,
                                           const struct tconv_keras_arguments *arguments,
                                           struct tconv_keras_error *error);

/* Gives the layer a name and its weights their paths; a copy. */
bool tconv_keras_rename(struct tconv_keras_layer *layer, const char *name,
                        struct tconv_keras_error *error);

/* ---- tconv_keras_error.c ----------------------------------------------------------- */

/* Sets the error; false. */
bool tconv_keras_fail(struct tconv_keras_error *error, enum tconv_keras_failure failure,
                      const char *format, ...) __attribute__((format(printf, 3, 4)));

/* The same with another exception than the failure's usual one. */
bool tconv_keras_raise(struct tconv_keras_error *error, enum tconv_keras_failure failure,
                       const char *exception, const char *message);

bool tconv_keras_out_of_memory(struct tconv_keras_error *error);

/* Room for the text of a shape, and the shape as Python writes a tuple: (None, 8, 8, 3);
 * TF 1 writes a list in some messages. */
struct tconv_keras_shape_text {
    char text[200];
};
struct tconv_keras_shape_text
tconv_keras_shape_text(const struct tconv_keras_shape *shape);
struct tconv_keras_shape_text
tconv_keras_list_text(const struct tconv_keras_shape *shape);

/* ---- tconv_keras_memory.c ---------------------------------------------------------- */

/* An array of `n` things of `size` bytes with room for one more, which is zero; NULL, and
 * the old array untouched, when memory is out. */
void *tconv_keras_grow(void *array, size_t n, size_t size);

/* Elements of a shape without unknown sizes; SIZE_MAX when they are too many. */
size_t tconv_keras_elements(const struct tconv_keras_shape *shape);

size_t tconv_keras_type_bytes(enum tconv_type type);

/* Copies n elements, rounding to the other type where they differ. */
void tconv_keras_cast(enum tconv_type from_type, const void *from,
                      enum tconv_type to_type, void *to, size_t n);

/* ---- tconv_keras_shape.c ----------------------------------------------------------- */

/* A shape of the runtime's, which has no unknown sizes. */
struct tconv_keras_shape tconv_keras_shape_of(const struct tconv_shape *shape);

/* The axis of the channels in a shape of rank 4. */
size_t tconv_keras_channel_axis(const struct tconv_keras_layer *layer);

/* The input spec: TCONV_KERAS_BAD_RANK, _CHANNEL_MISMATCH. */
bool tconv_keras_check_input(const struct tconv_keras_layer *layer,
                             const struct tconv_keras_shape *shape,
                             struct tconv_keras_error *error);

/* The layer with the lengths of an input of rank 4 without unknown sizes:
 * TCONV_KERAS_OUTPUT_MISMATCH, _SHAPE_MISMATCH. Needs a built layer. */
bool tconv_keras_derive_layer(const struct tconv_keras_layer *layer,
                              const struct tconv_keras_shape *shape,
                              struct tconv_layer *out, struct tconv_keras_error *error);

/* ---- tconv_keras_build.c ----------------------------------------------------------- */

/* build for an input of that type, which decides in TF 1 when the config has none. */
bool tconv_keras_build_for(struct tconv_keras_layer *layer, enum tconv_type type,
                           const struct tconv_keras_shape *input_shape,
                           struct tconv_keras_error *error);

/* TCONV_KERAS_LOCKED: what Keras 3 says to new state in a built layer; false. */
bool tconv_keras_refuse_state(struct tconv_keras_error *error);

void tconv_keras_free_weights(struct tconv_keras_weights *weights);

/* ---- tconv_keras_losses.c ---------------------------------------------------------- */

/* Records the activity loss of y where there is a regularizer, as the outermost call's
 * first or a further one. */
bool tconv_keras_record_loss(struct tconv_keras_layer *layer,
                             const struct tconv_layer *lengths, size_t batch,
                             const void *y, struct tconv_keras_error *error);

/* ---- tconv_keras_training.c -------------------------------------------------------- */

void tconv_keras_free_record(struct tconv_keras_record *record);

#endif
