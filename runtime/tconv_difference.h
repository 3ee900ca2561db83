/*
 * tconv_difference.h: in what two layers differ. Header-only.
 */
#ifndef TCONV_DIFFERENCE_H
#define TCONV_DIFFERENCE_H

#include "tconv.h"

static inline int tconv_is_same_axis(const struct tconv_axis *a,
                                     const struct tconv_axis *b)
{
    return a->in == b->in && a->out == b->out && a->kernel == b->kernel &&
           a->stride == b->stride && a->dilation == b->dilation && a->crop == b->crop;
}

static inline int tconv_is_same_activation(const struct tconv_activation *a,
                                           const struct tconv_activation *b)
{
    return a->function == b->function && a->slope == b->slope &&
           a->ceiling == b->ceiling && a->threshold == b->threshold;
}

/* The first of Keras's words for what differs; NULL when nothing does. */
static inline const char *tconv_layer_difference(const struct tconv_layer *a,
                                                 const struct tconv_layer *b)
{
    return a->type != b->type                                          ? "dtype"
           : a->out_c != b->out_c                                      ? "filters"
           : a->in_c != b->in_c                                        ? "channels"
           : !a->channels_first != !b->channels_first                  ? "data_format"
           : !a->use_bias != !b->use_bias                              ? "use_bias"
           : !tconv_is_same_activation(&a->activation, &b->activation) ? "activation"
           : tconv_is_same_axis(&a->axis[0], &b->axis[0]) &&
                   tconv_is_same_axis(&a->axis[1], &b->axis[1])
               ? NULL
               : "input shape, kernel_size, strides, padding or dilation_rate";
}

#endif
