/*
 * layer_steps: operations on layer objects as lines of words, as layer_object.py has
 * them.
 */
#ifndef TCONV_TESTS_LAYER_STEPS_H
#define TCONV_TESTS_LAYER_STEPS_H

#include "tconv_keras.h"

enum { MOST_SLOTS = 8, MOST_SYMBOLS = 64 };

/* What an operation gave: a failure, or values, or else a text. */
struct result {
    bool is_failure;
    struct tconv_keras_error error;
    char text[8192];
    const char *type; /* of the values; NULL: a text */
    size_t n;
    double *values; /* the objects' */
};

/* The layers and symbols of one case, and all memory that it took. */
struct objects {
    struct tconv_keras_session session;
    struct tconv_keras_layer *layers[MOST_SLOTS];
    struct tconv_keras_tensor x[MOST_SLOTS], y[MOST_SLOTS], dx[MOST_SLOTS];
    struct {
        char name[16];
        const struct tconv_keras_symbol *symbol;
    } symbols[MOST_SYMBOLS];
    size_t n_symbols;
    void **kept;
    size_t n_kept;
};

/* Does what the line says; false when it says nothing known. Changes the line. */
bool objects_run(struct objects *objects, char *line, struct result *result);

void objects_free(struct objects *objects);

#endif
