/* tconv_keras_error: each failure's name and exception, and how messages are made. */
#include <stdarg.h>
#include <stdio.h>

#include "tconv_keras_layer.h"

static const struct {
    const char *name, *exception;
} failures[] = {
    [TCONV_KERAS_FINE] = {"FINE", ""},
    [TCONV_KERAS_OUT_OF_MEMORY] = {"OUT_OF_MEMORY", "MemoryError"},
    [TCONV_KERAS_BAD_CONFIG] = {"BAD_CONFIG", "ValueError"},
    [TCONV_KERAS_UNKNOWN_ARGUMENT] = {"UNKNOWN_ARGUMENT", "ValueError"},
    [TCONV_KERAS_BAD_NAME] = {"BAD_NAME", "ValueError"},
    [TCONV_KERAS_BAD_TRAINABLE] = {"BAD_TRAINABLE", "ValueError"},
    [TCONV_KERAS_BAD_DTYPE] = {"BAD_DTYPE", "ValueError"},
    [TCONV_KERAS_BAD_FILTERS] = {"BAD_FILTERS", "ValueError"},
    [TCONV_KERAS_BAD_KERNEL_SIZE] = {"BAD_KERNEL_SIZE", "ValueError"},
    [TCONV_KERAS_BAD_STRIDES] = {"BAD_STRIDES", "ValueError"},
    [TCONV_KERAS_BAD_PADDING] = {"BAD_PADDING", "ValueError"},
    [TCONV_KERAS_BAD_OUTPUT_PADDING] = {"BAD_OUTPUT_PADDING", "ValueError"},
    [TCONV_KERAS_BAD_DATA_FORMAT] = {"BAD_DATA_FORMAT", "ValueError"},
    [TCONV_KERAS_BAD_DILATION_RATE] = {"BAD_DILATION_RATE", "ValueError"},
    [TCONV_KERAS_BAD_GROUPS] = {"BAD_GROUPS", "ValueError"},
    [TCONV_KERAS_BAD_ACTIVATION] = {"BAD_ACTIVATION", "ValueError"},
    [TCONV_KERAS_BAD_USE_BIAS] = {"BAD_USE_BIAS", "ValueError"},
    [TCONV_KERAS_BAD_INITIALIZER] = {"BAD_INITIALIZER", "ValueError"},
    [TCONV_KERAS_BAD_REGULARIZER] = {"BAD_REGULARIZER", "ValueError"},
    [TCONV_KERAS_BAD_CONSTRAINT] = {"BAD_CONSTRAINT", "ValueError"},
    [TCONV_KERAS_BAD_INPUT_SHAPE] = {"BAD_INPUT_SHAPE", "ValueError"},
    [TCONV_KERAS_NOT_IN_DIALECT] = {"NOT_IN_DIALECT", "ValueError"},
    [TCONV_KERAS_BAD_RANK] = {"BAD_RANK", "ValueError"},
    [TCONV_KERAS_NO_CHANNELS] = {"NO_CHANNELS", "ValueError"},
    [TCONV_KERAS_CHANNEL_MISMATCH] = {"CHANNEL_MISMATCH", "ValueError"},
    [TCONV_KERAS_OUTPUT_MISMATCH] = {"OUTPUT_MISMATCH", "InvalidArgumentError"},
    [TCONV_KERAS_BAD_KERNEL] = {"BAD_KERNEL", "ValueError"},
    [TCONV_KERAS_UNBUILT] = {"UNBUILT", "ValueError"},
    [TCONV_KERAS_LOCKED] = {"LOCKED", "ValueError"},
    [TCONV_KERAS_READ_ONLY] = {"READ_ONLY", "AttributeError"},
    [TCONV_KERAS_NO_ATTRIBUTE] = {"NO_ATTRIBUTE", "AttributeError"},
    [TCONV_KERAS_MASKED] = {"MASKED", "TypeError"},
    [TCONV_KERAS_COUNT_MISMATCH] = {"COUNT_MISMATCH", "ValueError"},
    [TCONV_KERAS_SHAPE_MISMATCH] = {"SHAPE_MISMATCH", "ValueError"},
    [TCONV_KERAS_NO_RECORD] = {"NO_RECORD", "RuntimeError"},
    [TCONV_KERAS_NEVER_CALLED] = {"NEVER_CALLED", "RuntimeError"},
    [TCONV_KERAS_BAD_INDEX] = {"BAD_INDEX", "ValueError"},
    [TCONV_KERAS_NOT_CONNECTED] = {"NOT_CONNECTED", "AttributeError"},
    [TCONV_KERAS_ILL_DEFINED] = {"ILL_DEFINED", "AttributeError"},
    [TCONV_KERAS_EAGER] = {"EAGER", "RuntimeError"},
};

const char *tconv_keras_failure_name(enum tconv_keras_failure failure)
{
    return failures[failure].name;
}

bool tconv_keras_fail(struct tconv_keras_error *error, enum tconv_keras_failure failure,
                      const char *format, ...)
{
    if (error == NULL)
        return false;
    error->failure = failure;
    error->exception = failures[failure].exception;
    va_list args;
    va_start(args, format);
    vsnprintf(error->message, sizeof error->message, format, args);
    va_end(args);
    return false;
}

bool tconv_keras_raise(struct tconv_keras_error *error, enum tconv_keras_failure failure,
                       const char *exception, const char *message)
{
    tconv_keras_fail(error, failure, "%s", message);
    if (error != NULL)
        error->exception = exception;
    return false;
}

bool tconv_keras_out_of_memory(struct tconv_keras_error *error)
{
    return tconv_keras_fail(error, TCONV_KERAS_OUT_OF_MEMORY, "out of memory");
}

static struct tconv_keras_shape_text write_sizes(const struct tconv_keras_shape *shape,
                                                 const char *open, const char *close)
{
    struct tconv_keras_shape_text out;
    size_t at = (size_t)snprintf(out.text, sizeof out.text, "%s", open);
    for (size_t a = 0; a < shape->rank; a++) {
        const char *comma = a == 0 ? "" : ", ";
        const long long size = (long long)shape->size[a];
        at +=
            (size_t)(shape->size[a] == TCONV_KERAS_NONE
                         ? snprintf(out.text + at, sizeof out.text - at, "%sNone", comma)
                         : snprintf(out.text + at, sizeof out.text - at, "%s%lld", comma,
                                    size));
    }
    snprintf(out.text + at, sizeof out.text - at, "%s", close);
    return out;
}

struct tconv_keras_shape_text
tconv_keras_shape_text(const struct tconv_keras_shape *shape)
{
    return write_sizes(shape, "(", shape->rank == 1 ? ",)" : ")");
}

struct tconv_keras_shape_text tconv_keras_list_text(const struct tconv_keras_shape *shape)
{
    return write_sizes(shape, "[", "]");
}
