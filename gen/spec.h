/*
 * spec: what the user said. A Keras Conv2DTranspose config, checked and complete.
 *
 * In comes the text of a config as TF 1.13, TF 2 / tf_keras or Keras 3 write it, or the
 * same inside a serialised layer record; out goes a struct in which every default is
 * filled in and every refusal of Keras has been made. It knows nothing of lengths that
 * follow from the shape (geometry) nor of how code is made (plan).
 */
#ifndef TCONV_GEN_SPEC_H
#define TCONV_GEN_SPEC_H

#include "arena.h"
#include "error.h"
#include "text.h"
#include "tconv_training.h"

enum spec_generation { SPEC_TF1, SPEC_TF2, SPEC_KERAS3 };
enum spec_padding { SPEC_VALID, SPEC_SAME };

/* The largest size of any axis, channel count or product of those: keeps byte counts and
 * offsets of every tensor far from overflow. */
#define SPEC_LARGEST_SIZE 1048576u /* one length, kernel, stride, channel count */
#define SPEC_LARGEST_TENSOR                                                              \
    ((size_t)1 << 31) /* elements of one image or of the weights */

/* An initializer, regularizer or constraint: carried, so that the config can be written
 * back. */
struct spec_object {
    const char
        *class_name; /* as Keras's newest generation names it; NULL where there is none */
    const char *config; /* its config, JSON text of one object */
};

struct spec {
    const char *place; /* the file's name as the user gave it, for messages */
    enum spec_generation generation;
    const char *name; /* the layer's name; "conv2d_transpose" when the config has none */
    bool trainable;
    enum tconv_type type;
    size_t filters;
    size_t kernel[2], stride[2], dilation[2]; /* rows, columns */
    enum spec_padding padding;
    bool has_output_padding;
    size_t output_padding[2];
    bool channels_first;
    struct tconv_activation activation;
    struct spec_object activation_object; /* class_name NULL when given by name */
    const char *activation_name; /* as Keras writes it back, e.g. "relu6", "silu" */
    bool use_bias;
    struct spec_object kernel_initializer, bias_initializer;
    struct spec_object kernel_regularizer, bias_regularizer, activity_regularizer;
    struct spec_object kernel_constraint, bias_constraint;
    bool needs_tf; /* something here is only TensorFlow's, so that Keras 3 has to stop */
    const struct tconv_training *training; /* NULL: not asked for (training_require) */
    bool has_input;                        /* whether the shape below is known */
    size_t in[2], in_c; /* rows, columns, channels (0: not known); the batch is a
                           run-time argument */
};

/*
 * Reads the config in `json` (length bytes, need not end in 0), which came from `place`.
 *
 * input_shape is what --input-shape gave, "H,W,C" or "C,H,W" for channels_first, or NULL:
 * then the shape comes from build_config, batch_input_shape, batch_shape or input_shape
 * (no batch), and spec->has_input tells whether rows, columns and channels are all known.
 * Warnings (tolerated foreign keys) are appended to `warnings`, each a line `PLACE: PATH:
 * ...`; none when it fails. The spec's texts live in the arena.
 *
 * The generation, which decides what hard_sigmoid means and which names are known, is
 * derived from the marks that each writes: spec_reader.h states the rule. Without a mark
 * it is Keras 3.
 *
 * Fails with the first refusal: bad JSON (PLACE:LINE:COLUMN), a wrong class, an unknown
 * key, or any refusal of Keras 3.16 for the config's values (PLACE: KEY.PATH).
 */
bool spec_read(struct spec *spec, const char *place, const char *json, size_t length,
               const char *input_shape, struct text *warnings, struct arena *arena,
               struct error *err) MUST_USE;

/* Sets the input's shape from the sizes of an array (rows, columns, channels), as `run`
 * does. Fails when a size is 0 or above SPEC_LARGEST_SIZE, or contradicts spec's own
 * channels. */
bool spec_set_input(struct spec *spec, const size_t in[2], size_t in_c,
                    struct error *err) MUST_USE;

/* Fails, saying how to give one, when the shape is not known. */
bool spec_require_input(const struct spec *spec, struct error *err) MUST_USE;

/* Appends the config as Keras 3 writes it (a serialised layer record with every key, and
 * build_config when the shape is known), JSON on one line, keys in Keras's order;
 * spec_read reads it back as the same spec. Only what Keras 3 does not have (TensorFlow's
 * hard_sigmoid, RadialConstraint, negative penalties) is written with TensorFlow's mark
 * "groups": 1, at which Keras 3 stops.
 */
void spec_write(const struct spec *spec, struct text *out);

/* Appends the spec for a person to read: one `key: value` line each. */
void spec_dump(const struct spec *spec, struct text *out);

#endif
