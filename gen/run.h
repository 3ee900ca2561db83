/*
 * run: a layer on .npy arrays, in Keras's layouts.
 *
 * Three steps, as shapes are known in that order: the input before the geometry, all
 * other arrays after it, the passes once the kernel is loaded. Nothing is written before
 * all passes are done.
 */
#ifndef TCONV_GEN_RUN_H
#define TCONV_GEN_RUN_H

#include "geometry.h"
#include "npy.h"
#include "spec.h"

/* File names, NULL where not given. Gradients are computed when grad_output is given. */
struct run_files {
    const char *input, *kernel, *bias, *output;
    const char *grad_output, *grad_input, *grad_kernel, *grad_bias;
};

struct run_arrays {
    size_t batch;
    struct npy x, w, b, dy;
};

/* Reads the input and sets the spec's shape from it. Fails unless it has 4 dimensions
 * whose sizes the layer can take; a batch of 0 is fine. */
bool run_read_input(struct run_arrays *arrays, const struct run_files *files,
                    struct tconv_spec *spec, struct arena *arena,
                    struct error *err) MUST_USE;

/* Reads the other arrays and checks each shape against the geometry; kernel and bias may
 * be files of tconv init (safetensors.h). Fails too when a
 * bias (or its gradient) is given to a layer without one, or not given to a layer with
 * one. */
bool run_read_rest(struct run_arrays *arrays, const struct run_files *files,
                   const struct tconv_spec *spec, const struct geometry *geometry,
                   struct arena *arena, struct error *err) MUST_USE;

/* Runs the passes that the files ask for and writes the results. */
bool run_passes(const struct run_arrays *arrays, const struct run_files *files,
                const struct geometry *geometry, const struct tconv_kernel *kernel,
                struct arena *arena, struct error *err) MUST_USE;

#endif
