/*
 * tconv_keras_error.h: what can go wrong with a layer object, each by name.
 */
#ifndef TCONV_KERAS_ERROR_H
#define TCONV_KERAS_ERROR_H

#include "tconv_dialect.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The row of the specification is A.2 for arguments, A.3 for build and call, G for what
 * the members say. */
enum tconv_keras_failure {
    TCONV_KERAS_FINE,
    TCONV_KERAS_OUT_OF_MEMORY,

    TCONV_KERAS_BAD_CONFIG, /* no JSON, or of no Conv2DTranspose */
    TCONV_KERAS_UNKNOWN_ARGUMENT,
    TCONV_KERAS_BAD_NAME,
    TCONV_KERAS_BAD_TRAINABLE,
    TCONV_KERAS_BAD_DTYPE,
    TCONV_KERAS_BAD_FILTERS,
    TCONV_KERAS_BAD_KERNEL_SIZE,
    TCONV_KERAS_BAD_STRIDES,
    TCONV_KERAS_BAD_PADDING,
    TCONV_KERAS_BAD_OUTPUT_PADDING, /* also one that is not below the stride */
    TCONV_KERAS_BAD_DATA_FORMAT,
    TCONV_KERAS_BAD_DILATION_RATE, /* also one above 1 with strides above 1 */
    TCONV_KERAS_BAD_GROUPS,
    TCONV_KERAS_BAD_ACTIVATION,
    TCONV_KERAS_BAD_USE_BIAS,
    TCONV_KERAS_BAD_INITIALIZER,
    TCONV_KERAS_BAD_REGULARIZER,
    TCONV_KERAS_BAD_CONSTRAINT,
    TCONV_KERAS_BAD_INPUT_SHAPE,
    TCONV_KERAS_NOT_IN_DIALECT, /* what the dialect asked for cannot say */

    TCONV_KERAS_BAD_RANK,
    TCONV_KERAS_NO_CHANNELS,
    TCONV_KERAS_CHANNEL_MISMATCH,
    TCONV_KERAS_OUTPUT_MISMATCH, /* B.4: TensorFlow's operation refuses the lengths */
    TCONV_KERAS_BAD_KERNEL,      /* an emitted kernel of another layer */

    TCONV_KERAS_UNBUILT,
    TCONV_KERAS_LOCKED, /* Keras 3: new state in a built layer */
    TCONV_KERAS_READ_ONLY,
    TCONV_KERAS_NO_ATTRIBUTE,
    TCONV_KERAS_MASKED,
    TCONV_KERAS_COUNT_MISMATCH,
    TCONV_KERAS_SHAPE_MISMATCH,
    TCONV_KERAS_NO_RECORD, /* backward without a recorded call */

    TCONV_KERAS_NEVER_CALLED,
    TCONV_KERAS_BAD_INDEX,
    TCONV_KERAS_NOT_CONNECTED,
    TCONV_KERAS_ILL_DEFINED,
    TCONV_KERAS_EAGER
};

struct tconv_keras_error {
    enum tconv_keras_failure failure;
    const char *exception; /* the class that Keras raises, e.g. "ValueError" */
    char message[1024];    /* Keras's text where it has one; longer ones are cut */
};

/* The name of a failure without its prefix, e.g. "BAD_RANK". */
const char *tconv_keras_failure_name(enum tconv_keras_failure failure);

#ifdef __cplusplus
}
#endif

#endif
