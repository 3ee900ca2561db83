/*
 * trial: a kernel run by the functions of its header, on the heap.
 *
 * Every buffer is an allocation of exactly its own size, so that AddressSanitizer sees
 * each step over an end.
 */
#ifndef TCONV_DIFF_TRIAL_H
#define TCONV_DIFF_TRIAL_H

#include <stdint.h>

#include "batch.h"

enum trial_buffer {
    TRIAL_X,
    TRIAL_W,
    TRIAL_B,
    TRIAL_Y,
    TRIAL_DX,
    TRIAL_DW,
    TRIAL_DB,
    TRIAL_DY,
    TRIAL_TENSORS, /* from here on bytes, not elements */
    TRIAL_PACKED = TRIAL_TENSORS,
    TRIAL_SAVED,
    TRIAL_WORKSPACE,
    TRIAL_BUFFERS
};

struct trial {
    const struct layer *layer;
    size_t batch, element_bytes;
    size_t size[TRIAL_BUFFERS]; /* elements of tensors, bytes of the others */
    void *at[TRIAL_BUFFERS];    /* NULL when empty */
};

/* Allocates for one layer; x, w, b and dy are random. trial_free in any case. */
bool trial_make(struct trial *trial, const struct layer *layer, uint64_t seed,
                struct error *err) MUST_USE;
void trial_free(struct trial *trial);

/* y by pack and forward. */
void trial_run_forward(struct trial *trial);

/* y and all gradients, by pack, forward_train and backward. */
void trial_run_training(struct trial *trial);

/* Element i of a tensor, as double. */
double trial_value(const struct trial *trial, enum trial_buffer buffer, size_t i);

/* The sum of a[i]*b[i] over two tensors of one size. */
double trial_dot(const struct trial *trial, enum trial_buffer a, enum trial_buffer b);

#endif
