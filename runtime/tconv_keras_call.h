/*
 * tconv_keras_call.h: a call, with or without what its gradient needs. For the layer
 * object's own files.
 */
#ifndef TCONV_KERAS_CALL_H
#define TCONV_KERAS_CALL_H

#include "tconv_generic.h"
#include "tconv_keras_layer.h"

/* __call__ on values; `record`, where it is not NULL, receives what backward needs and
 * owns what it keeps. */
bool tconv_keras_compute(struct tconv_keras_layer *layer,
                         const struct tconv_keras_tensor *x, struct tconv_keras_tensor *y,
                         struct tconv_keras_record *record,
                         struct tconv_keras_error *error);

#endif
