/*
 * tconv_spec.h: what a config says: every argument of a Conv2DTranspose, as data.
 *
 * The generator reads it from JSON, checked and complete; a layer object (tconv_keras.h)
 * holds one. Output lengths and crops, which follow from it, are tconv_length.h's.
 */
#ifndef TCONV_SPEC_H
#define TCONV_SPEC_H

#include <stdbool.h>

#include "tconv_dialect.h"
#include "tconv_training.h"

enum tconv_padding { TCONV_PADDING_VALID, TCONV_PADDING_SAME };

/* An initializer, regularizer or constraint: carried, so that the config can be written
 * back. */
struct tconv_spec_object {
    const char
        *class_name; /* as Keras's newest generation names it; NULL where there is none */
    const char *config; /* its config, JSON text of one object */
};

/* The texts live as long as what the spec was read with. */
struct tconv_spec {
    const char *place;          /* the file's name as the user gave it, for messages */
    enum tconv_dialect dialect; /* whose meaning its names have */
    bool has_dialect;           /* whether the user said so, not the config's marks */
    const char *name; /* the layer's name; "conv2d_transpose" when the config has none */
    bool has_name;    /* whether it came from the config */
    bool trainable;
    enum tconv_type type;
    bool has_type; /* whether it came from the config; TF 1 has none before the build */
    size_t filters;
    size_t kernel[2], stride[2], dilation[2]; /* rows, columns */
    enum tconv_padding padding;
    bool has_output_padding;
    size_t output_padding[2];
    bool channels_first;
    struct tconv_activation activation;
    struct tconv_spec_object activation_object; /* class_name NULL when given by name */
    const char *activation_name; /* as Keras writes it back, e.g. "relu6", "silu" */
    bool use_bias;
    struct tconv_spec_object kernel_initializer, bias_initializer;
    struct tconv_spec_object kernel_regularizer, bias_regularizer, activity_regularizer;
    struct tconv_spec_object kernel_constraint, bias_constraint;
    bool needs_tf; /* something here is only TensorFlow's, so that Keras 3 has to stop */
    const struct tconv_training *training; /* NULL: not asked for (training_require) */
    const char
        *batch_input_shape; /* what TensorFlow writes back of the config's own
                               shape, JSON text with the batch; NULL: it has none */
    bool has_input;         /* whether the shape below is known */
    size_t in[2], in_c;     /* rows, columns, channels (0: not known); the batch is a
                               run-time argument */
};

#endif
