/*
 * batch: many layers as one shared library, as most of the time goes to the compiler.
 *
 * In come layers of one target, out come their kernels, by table and by name. It does not
 * know what is then asked of them.
 */
#ifndef TCONV_DIFF_BATCH_H
#define TCONV_DIFF_BATCH_H

#include "geometry.h"
#include "line.h"

enum { LAYER_NAME_BYTES = 32 };

/* The functions that NAME.h declares. Pointers are to elements of the layer's type. */
struct named_functions {
    void (*pack)(const void *w, const void *b, void *packed);
    void (*forward)(size_t batch, const void *x, const void *packed, void *y,
                    void *workspace);
    /* NULL without backward passes: */
    void (*forward_train)(size_t batch, const void *x, const void *packed, void *y,
                          void *saved, void *workspace);
    void (*backward)(size_t batch, const void *x, const void *packed, const void *y,
                     const void *saved, const void *dy, void *dx, void *dw, void *db,
                     void *workspace);
};

struct layer {
    char place[LINE_WORD_BYTES]; /* FILE:LINE */
    const char *words;           /* the line */
    struct line line;
    const struct target *target;
    char name[LAYER_NAME_BYTES]; /* of the kernel */
    struct geometry geometry;    /* from layer_emit on */
    /* From batch_build on: */
    const struct tconv_kernel *kernel;
    struct named_functions named;
};

/* Where and how a batch is compiled. */
struct batch_place {
    const char *directory; /* exists; is left with the files in it */
    bool is_syntax_only;   /* no library: every warning is an error */
};

/* Emits NAME.h and NAME.c into the directory; a layer that must be `refused` leaves
 * nothing there. Geometry's lists are in the arena. */
bool layer_emit(struct layer *layer, const char *directory, struct arena *arena,
                struct error *err) MUST_USE;

/* Compiles n emitted layers of one target, each with the sizes that its header must tell,
 * and finds their kernels. *library is for dlclose. */
bool batch_build(struct layer *const layers[], size_t n, const struct batch_place *place,
                 void **library, struct error *err) MUST_USE;

#endif
