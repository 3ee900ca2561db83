/*
 * tconv_keras.h: the Keras layer Conv2DTranspose as an object in C.
 *
 * Optional: link tconv::keras. Every documented member of the layer is here under its own
 * name, tconv_keras_MEMBER, with Keras's result and Keras's failure. Where the
 * generations differ, the layer's dialect decides, and with it the wording of messages;
 * what a generation has dropped (Keras 3: get_input_at, updates and others) goes on
 * working as in TF 2. The specification's section G is the source of what is said here.
 *
 *     struct tconv_keras_session session = {.seed = 42};
 *     struct tconv_keras_error error;
 *     struct tconv_keras_layer *layer = tconv_keras_create(&session, json, &error);
 *     tconv_keras_register(layer, &up1_kernel, &error);          as many as wanted
 *     tconv_keras_call(layer, &x, &y, &error);                   builds at the first call
 *     tconv_keras_free(layer);
 *
 * A call runs the registered kernel of that input shape, or the generic kernel where
 * there is none. To train: call_recorded, then backward with dy, then step.
 *
 * Functions that can fail return false and fill `error`, which may be NULL; they leave
 * the layer as it was. No state but the objects': distinct layers with distinct sessions
 * may be used by distinct threads at the same time, one layer by one at a time.
 */
#ifndef TCONV_KERAS_H
#define TCONV_KERAS_H

#include <stdbool.h>
#include <stdint.h>

#include "tconv.h"
#include "tconv_dialect.h"
#include "tconv_keras_error.h"
#include "tconv_optimizer.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- what members take and give ---------------------------------------------------- */

enum { TCONV_KERAS_MOST_AXES = 8 };
#define TCONV_KERAS_NONE (-1) /* an unknown size: Python's None */

struct tconv_keras_shape {
    size_t rank;
    int64_t size[TCONV_KERAS_MOST_AXES];
};

/* Row-major values of a type, owned by the caller. */
struct tconv_keras_tensor {
    enum tconv_type type;
    struct tconv_keras_shape shape;
    void *values;
};

struct tconv_keras_layer;

/*
 * A symbolic tensor: Keras's Input(shape) or what a layer makes of one. Compared by
 * address. One that a layer made is the layer's and lives as long; the caller's must
 * live as long as the layers called with it.
 */
struct tconv_keras_symbol {
    struct tconv_keras_shape shape;
    enum tconv_type type;
    const struct tconv_keras_symbol *mask;    /* NULL: none */
    const struct tconv_keras_layer *producer; /* NULL: an input of the model */
    size_t node;                              /* of the producer */
};

/* A weight as a view: valid until the layer is built again, set or freed. */
struct tconv_keras_variable {
    const char *name; /* "kernel" or "bias" */
    const char *path; /* "LAYER/kernel:0" in TF, "LAYER/kernel" in Keras 3 */
    bool is_trainable;
    struct tconv_keras_shape shape;
    enum tconv_type type;
    const void *value;
    const void *gradient; /* what backward added up since the last step */
};

enum tconv_keras_loss_kind { TCONV_KERAS_ACTIVITY_LOSS, TCONV_KERAS_WEIGHT_LOSS };

/* One entry of `losses`. */
struct tconv_keras_loss {
    enum tconv_keras_loss_kind kind;
    bool is_symbolic; /* of a symbolic call: it has no value (NaN) */
    size_t node;      /* of that call */
    double value;
};

/*
 * What layers of one program share: Keras's graph or process. The caller's; all zeros is
 * a new one, as after clear_session().
 */
struct tconv_keras_session {
    size_t n_named; /* layers that were named automatically */
    int64_t seed;   /* of initializers without one, for which Keras draws one */
    /* TF 1 with eager execution, where the accessors of nodes, losses and updates raise
     * RuntimeError; without effect in the other dialects */
    bool is_eager;
};

/* ---- making and freeing ------------------------------------------------------------ */

/*
 * __init__: Conv2DTranspose(**config). `config` is JSON, 0-terminated: arguments by
 * keyword, what get_config gives, or a serialised layer record; generation and defaults
 * as `tconv gen` reads them. The layer holds no weights until it is built. `session`
 * must outlive it; NULL is a session of its own.
 *
 * Without a name the layer is called conv2d_transpose, the session's next
 * conv2d_transpose_1 and so on. NULL on failure: TCONV_KERAS_BAD_... of the first
 * argument that Keras refuses; the message says what was got and what is accepted.
 */
struct tconv_keras_layer *tconv_keras_create(struct tconv_keras_session *session,
                                             const char *config,
                                             struct tconv_keras_error *error);

/* The same with another dialect than the config's own. */
struct tconv_keras_layer *tconv_keras_create_as(struct tconv_keras_session *session,
                                                enum tconv_dialect dialect,
                                                const char *config,
                                                struct tconv_keras_error *error);

/* from_config: the same; the exception of a failure is TypeError where Keras wraps it
 * (TF 2, Keras 3). */
struct tconv_keras_layer *tconv_keras_from_config(struct tconv_keras_session *session,
                                                  const char *config,
                                                  struct tconv_keras_error *error);

/* get_config, as json.dumps(layer.get_config()) of that dialect: the caller frees it.
 * NULL on failure: TCONV_KERAS_NOT_IN_DIALECT for what the dialect cannot say. */
char *tconv_keras_get_config(const struct tconv_keras_layer *layer,
                             enum tconv_dialect dialect, struct tconv_keras_error *error);

/* NULL is allowed. Symbols, variables and names that the layer gave die with it. */
void tconv_keras_free(struct tconv_keras_layer *layer);

/* ---- attributes -------------------------------------------------------------------- */

/*
 * __setattr__: `value` is JSON. Arguments (filters, strides, activation,
 * activity_regularizer, trainable, ...) are set as in Keras: existing weights stay, later
 * calls, shapes and configs follow; a value that the constructor refuses is refused.
 * Read-only properties fail with TCONV_KERAS_READ_ONLY (name too but in Keras 3),
 * weights of a built Keras 3 layer with TCONV_KERAS_LOCKED, other names with
 * TCONV_KERAS_NO_ATTRIBUTE.
 */
bool tconv_keras_setattr(struct tconv_keras_layer *layer, const char *name,
                         const char *value, struct tconv_keras_error *error);

enum tconv_dialect tconv_keras_dialect(const struct tconv_keras_layer *layer);
const char *tconv_keras_name(const struct tconv_keras_layer *layer);

/* "float32" or "float64"; NULL, Python's None, in TF 1 before the build when the config
 * has none. */
const char *tconv_keras_dtype(const struct tconv_keras_layer *layer);

bool tconv_keras_trainable(const struct tconv_keras_layer *layer);
void tconv_keras_set_trainable(struct tconv_keras_layer *layer, bool is_trainable);

/* The activity regularizer as JSON, {"class_name": ..., "config": ...}; NULL: none. The
 * string lives as long as the layer. It takes effect at the next call. */
const char *tconv_keras_activity_regularizer(const struct tconv_keras_layer *layer);
bool tconv_keras_set_activity_regularizer(struct tconv_keras_layer *layer,
                                          const char *value,
                                          struct tconv_keras_error *error);

bool tconv_keras_is_built(const struct tconv_keras_layer *layer);

/* The last warning that Keras would have printed; "" when there was none. */
const char *tconv_keras_warning(const struct tconv_keras_layer *layer);

/* ---- building and weights ---------------------------------------------------------- */

/*
 * build: makes kernel [rows][columns][filters][channels] and bias [filters] with their
 * initializers. Only the channels of the shape matter. A second build makes new weights
 * in TF, where the old ones' regularizers stay in `losses`, and fails in Keras 3:
 * TCONV_KERAS_LOCKED. Other failures: TCONV_KERAS_BAD_RANK (TF), _NO_CHANNELS,
 * _BAD_INITIALIZER for one that cannot fill such a tensor.
 */
bool tconv_keras_build(struct tconv_keras_layer *layer,
                       const struct tconv_keras_shape *input_shape,
                       struct tconv_keras_error *error);

/* count_params: all elements of the weights. Fails with TCONV_KERAS_UNBUILT. */
bool tconv_keras_count_params(const struct tconv_keras_layer *layer, size_t *n,
                              struct tconv_keras_error *error);

/* The lists: at most two variables, kernel then bias; the functions return how many.
 * When the layer is not trainable all are non-trainable. */
size_t tconv_keras_weights(const struct tconv_keras_layer *layer,
                           struct tconv_keras_variable weights[2]);
size_t tconv_keras_trainable_weights(const struct tconv_keras_layer *layer,
                                     struct tconv_keras_variable weights[2]);
size_t tconv_keras_non_trainable_weights(const struct tconv_keras_layer *layer,
                                         struct tconv_keras_variable weights[2]);

/* Keras's other names for the three. */
size_t tconv_keras_variables(const struct tconv_keras_layer *layer,
                             struct tconv_keras_variable variables[2]);
size_t tconv_keras_trainable_variables(const struct tconv_keras_layer *layer,
                                       struct tconv_keras_variable variables[2]);
size_t tconv_keras_non_trainable_variables(const struct tconv_keras_layer *layer,
                                           struct tconv_keras_variable variables[2]);

/* get_weights: fills type and shape of the first tensors and, where `values` is not NULL,
 * copies the weight there; returns how many there are (0 before the build). */
size_t tconv_keras_get_weights(const struct tconv_keras_layer *layer,
                               struct tconv_keras_tensor weights[2]);

/* set_weights: copies, cast to the layer's type. All or nothing. Fails with
 * TCONV_KERAS_COUNT_MISMATCH or _SHAPE_MISMATCH. Constraints are not applied. */
bool tconv_keras_set_weights(struct tconv_keras_layer *layer, size_t n,
                             const struct tconv_keras_tensor weights[],
                             struct tconv_keras_error *error);

/* ---- calling ----------------------------------------------------------------------- */

/* compute_output_shape: needs no build and knows nothing of channels. Shapes of another
 * rank than 4 are treated as each generation treats them, or fail with
 * TCONV_KERAS_BAD_RANK. */
bool tconv_keras_compute_output_shape(const struct tconv_keras_layer *layer,
                                      const struct tconv_keras_shape *input_shape,
                                      struct tconv_keras_shape *output_shape,
                                      struct tconv_keras_error *error);

/* compute_mask: NULL for NULL; a mask is given back in Keras 3 and fails with
 * TCONV_KERAS_MASKED in TF. */
bool tconv_keras_compute_mask(const struct tconv_keras_layer *layer,
                              const struct tconv_keras_symbol *mask,
                              const struct tconv_keras_symbol **out,
                              struct tconv_keras_error *error);

/* Makes an emitted kernel known, which must be of this layer: TCONV_KERAS_BAD_KERNEL
 * says in what it differs. `kernel` must outlive the layer. Of two for one shape the
 * later runs. */
bool tconv_keras_register(struct tconv_keras_layer *layer,
                          const struct tconv_kernel *kernel,
                          struct tconv_keras_error *error);

/* The kernel that a call with this shape would run; NULL: the generic one. */
const struct tconv_kernel *
tconv_keras_kernel_for(const struct tconv_keras_layer *layer,
                       const struct tconv_keras_shape *input_shape);

/*
 * __call__ on values. x is cast to the layer's type; y->values holds as many elements of
 * that type as compute_output_shape says (glu fills half), and y->type and y->shape are
 * set. Builds the layer where that
 * was not done, also when what follows fails. Drops the losses of the last call and
 * records its own activity loss.
 *
 * Fails with TCONV_KERAS_BAD_RANK, _CHANNEL_MISMATCH, _OUTPUT_MISMATCH (TensorFlow's
 * operation refuses the output's length), _SHAPE_MISMATCH (an attribute was set that no
 * longer fits the weights), and as build does.
 */
bool tconv_keras_call(struct tconv_keras_layer *layer, const struct tconv_keras_tensor *x,
                      struct tconv_keras_tensor *y, struct tconv_keras_error *error);

/* __call__ on a symbol: builds the layer, appends a node and gives its output, which the
 * layer owns. A mask is dropped; TF 1 fails with TCONV_KERAS_MASKED, Keras 3 warns. */
const struct tconv_keras_symbol *
tconv_keras_call_symbolic(struct tconv_keras_layer *layer,
                          const struct tconv_keras_symbol *input,
                          struct tconv_keras_error *error);

/* apply: call, which TF 2 warns of. */
bool tconv_keras_apply(struct tconv_keras_layer *layer,
                       const struct tconv_keras_tensor *x, struct tconv_keras_tensor *y,
                       struct tconv_keras_error *error);

/* ---- training ---------------------------------------------------------------------- */

/* call, and keeps what backward needs: a record on the layer's stack. The values of x and
 * y must stay until then. */
bool tconv_keras_call_recorded(struct tconv_keras_layer *layer,
                               const struct tconv_keras_tensor *x,
                               struct tconv_keras_tensor *y,
                               struct tconv_keras_error *error);

/*
 * Takes the latest record from the stack, as gradients flow: dy and dx have the shapes
 * and the layer's type, dx may be NULL. Adds the activity regularizer's gradient to a
 * copy of dy, and the weights' gradients to those of the layer, when it is trainable.
 * Fails with TCONV_KERAS_NO_RECORD.
 */
bool tconv_keras_backward(struct tconv_keras_layer *layer, const void *dy, void *dx,
                          struct tconv_keras_error *error);

/* Drops all records. */
void tconv_keras_forget(struct tconv_keras_layer *layer);

/* One step of the optimizer on the trainable weights, in Keras's order: gradients with
 * the regularizers', update, constraints; then the gradients are zero again. Fails, all
 * or nothing, for regularizers and constraints that Keras refuses for such weights. */
bool tconv_keras_step(struct tconv_keras_layer *layer,
                      const struct tconv_optimizer *optimizer,
                      struct tconv_keras_error *error);

/* Between the two, the calls are one outermost call of a model: their activity losses add
 * up, after those before have been dropped. They nest. */
void tconv_keras_enter(struct tconv_keras_layer *layer);
void tconv_keras_leave(struct tconv_keras_layer *layer);

/* ---- losses and updates ------------------------------------------------------------ */

/*
 * losses: activity losses of the last call, then a regularizer's loss for each weight
 * that has one, computed now; Keras 3 leaves those out when the layer is not trainable.
 * Writes at most `room` of them and sets *n to how many there are. Fails with
 * TCONV_KERAS_BAD_REGULARIZER where Keras refuses to regularize such a weight.
 */
bool tconv_keras_losses(const struct tconv_keras_layer *layer, size_t room,
                        struct tconv_keras_loss losses[], size_t *n,
                        struct tconv_keras_error *error);

/* get_losses_for: those of the weights for NULL, else the symbolic ones that depend on
 * `inputs`. */
bool tconv_keras_get_losses_for(const struct tconv_keras_layer *layer,
                                const struct tconv_keras_symbol *inputs, size_t room,
                                struct tconv_keras_loss losses[], size_t *n,
                                struct tconv_keras_error *error);

/* updates, get_updates_for: this layer has none; *n is 0. */
bool tconv_keras_updates(struct tconv_keras_layer *layer, size_t *n,
                         struct tconv_keras_error *error);
bool tconv_keras_get_updates_for(struct tconv_keras_layer *layer,
                                 const struct tconv_keras_symbol *inputs, size_t *n,
                                 struct tconv_keras_error *error);

/* ---- nodes: one for each symbolic call --------------------------------------------- */

/* get_..._at(node_index): negative indices count from the end. Fail with
 * TCONV_KERAS_NEVER_CALLED or _BAD_INDEX. A mask may be NULL. */
bool tconv_keras_get_input_at(const struct tconv_keras_layer *layer, ptrdiff_t node,
                              const struct tconv_keras_symbol **out,
                              struct tconv_keras_error *error);
bool tconv_keras_get_output_at(const struct tconv_keras_layer *layer, ptrdiff_t node,
                               const struct tconv_keras_symbol **out,
                               struct tconv_keras_error *error);
bool tconv_keras_get_input_shape_at(const struct tconv_keras_layer *layer, ptrdiff_t node,
                                    struct tconv_keras_shape *out,
                                    struct tconv_keras_error *error);
bool tconv_keras_get_output_shape_at(const struct tconv_keras_layer *layer,
                                     ptrdiff_t node, struct tconv_keras_shape *out,
                                     struct tconv_keras_error *error);
bool tconv_keras_get_input_mask_at(const struct tconv_keras_layer *layer, ptrdiff_t node,
                                   const struct tconv_keras_symbol **out,
                                   struct tconv_keras_error *error);
bool tconv_keras_get_output_mask_at(const struct tconv_keras_layer *layer, ptrdiff_t node,
                                    const struct tconv_keras_symbol **out,
                                    struct tconv_keras_error *error);

/* The properties: of node 0. Fail with TCONV_KERAS_NOT_CONNECTED; shapes with
 * _ILL_DEFINED when the nodes' shapes differ. */
bool tconv_keras_input(const struct tconv_keras_layer *layer,
                       const struct tconv_keras_symbol **out,
                       struct tconv_keras_error *error);
bool tconv_keras_output(const struct tconv_keras_layer *layer,
                        const struct tconv_keras_symbol **out,
                        struct tconv_keras_error *error);
bool tconv_keras_input_mask(const struct tconv_keras_layer *layer,
                            const struct tconv_keras_symbol **out,
                            struct tconv_keras_error *error);
bool tconv_keras_output_mask(const struct tconv_keras_layer *layer,
                             const struct tconv_keras_symbol **out,
                             struct tconv_keras_error *error);
bool tconv_keras_input_shape(const struct tconv_keras_layer *layer,
                             struct tconv_keras_shape *out,
                             struct tconv_keras_error *error);
bool tconv_keras_output_shape(const struct tconv_keras_layer *layer,
                              struct tconv_keras_shape *out,
                              struct tconv_keras_error *error);

#ifdef __cplusplus
}
#endif

#endif
