/*
 * session: many layers, tried in batches by a few processes at a time.
 *
 * A kernel that takes its process down is a failure of that layer, not of the session.
 */
#ifndef TCONV_DIFF_SESSION_H
#define TCONV_DIFF_SESSION_H

#include "batch.h"

struct session {
    struct layer *layers; /* grows; freed by session_free */
    size_t n_layers, n_skipped;
    size_t jobs;         /* processes at a time */
    size_t every;        /* keeps each such layer only; 1 for all */
    size_t n_seen;       /* of the lines that `every` counts */
    const char *filter;  /* keeps lines that contain it; NULL for all */
    const char *target;  /* instead of the lines' own; NULL for those */
    bool is_syntax_only; /* compiles for warnings and runs nothing */
    const char *repeat;  /* options that a failure is repeated with */
};

/* Adds the layer of one line at place FILE:NUMBER, once for each target it names; none
 * when the line is empty or not wanted. `words` must outlive the session. */
bool session_add(struct session *session, const char *file, size_t number,
                 const char *words, struct error *err) MUST_USE;

/* Tries all layers and prints each failure as one line. */
bool session_run(struct session *session, size_t *n_passed, size_t *n_failed,
                 struct error *err) MUST_USE;
void session_free(struct session *session);

#endif
