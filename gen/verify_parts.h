/*
 * verify_parts: what the steps of verify hand to each other.
 */
#ifndef TCONV_GEN_VERIFY_PARTS_H
#define TCONV_GEN_VERIFY_PARTS_H

#include "arena.h"
#include "guard.h"
#include "verify.h"

enum { VERIFY_NOTE_BYTES = 256 };

enum verify_buffer {
    VERIFY_X,
    VERIFY_W,
    VERIFY_B,
    VERIFY_DY,
    VERIFY_PACKED,
    VERIFY_Y,
    VERIFY_SAVED,
    VERIFY_GRAD_X,
    VERIFY_GRAD_W,
    VERIFY_GRAD_B,
    VERIFY_WORKSPACE,
    VERIFY_BUFFERS
};

/* The kernel, its data, and what it computed. */
struct verify_trial {
    const struct tconv_kernel *kernel;
    size_t batch, element_bytes;
    size_t bytes[VERIFY_BUFFERS];
    void *given[VERIFY_DY + 1];            /* x, w, b, dy */
    struct guarded results[VERIFY_CHECKS]; /* the first result of each check, for the
                                              judge; saved is VERIFY_TRAIN_Z */
    struct guarded notes;                  /* the child's words, VERIFY_NOTE_BYTES */
};

/* Runs the kernel in all ways in a child process; fills trial->results, and report->crash
 * when something went wrong. */
bool verify_run(struct verify_trial *trial, struct verify_report *report,
                struct error *err) MUST_USE;

/* What the sums of a pass are made for; memory comes from the arena. */
struct verify_sums {
    const struct tconv_layer *layer;
    const struct tconv_rounding *rounding; /* of the pass */
    size_t batch;
    struct arena *arena;
};

/* The sums of magnitudes of each element of z, dx and dw, from the magnitudes of the
 * tensors, as tconv_error_bound takes them. Fail when the arena is full. */
bool verify_sum_forward(const struct verify_sums *s, const double *x, const double *w,
                        const double *b, double *sums, struct error *err) MUST_USE;
bool verify_sum_input(const struct verify_sums *s, const double *w, const double *dz,
                      double *sums, struct error *err) MUST_USE;
bool verify_sum_weights(const struct verify_sums *s, const double *x, const double *dz,
                        double *sums, struct error *err) MUST_USE;

/* Compares trial->results with the judge. */
bool verify_judge(const struct verify_trial *trial, struct verify_report *report,
                  struct arena *arena, struct error *err) MUST_USE;

#endif
