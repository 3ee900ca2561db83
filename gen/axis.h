/*
 * axis: one spatial direction of the layer, used twice. Pure integers.
 *
 * Input i and tap t meet output  o = i*stride + t*dilation - crop.  All three passes walk
 * this relation; this room finds the stretches (runs) on which a walk is regular, so that
 * no later code tests a bound. It knows nothing of channels, tensors or code.
 */
#ifndef TCONV_GEN_AXIS_H
#define TCONV_GEN_AXIS_H

#include "arena.h"
#include "error.h"
#include "spec.h"

/*
 * A longest stretch of one walk that sees the same taps. Element e (0 <= e < count) of
 * the run is `to + e*to_step` in the tensor that is computed; its tap number t (0 <= t <
 * n_taps) is kernel position `tap + t*tap_step` and meets `from + e*from_step +
 * t*from_tap_step` in the tensor that is read.
 *
 * forward:         computed are outputs (to_step = stride), read are inputs (from_step =
 * 1) backward_input:  computed are inputs (to_step = 1), read are outputs (from_step =
 * stride)
 * joined:          computed are chunks of stride outputs, all phases of one number (o +
 * crop) div stride, `to` being the first of them that exists; tap t stands for the kernel
 * positions from t*stride, one a phase, of which the last tap may have fewer
 */
struct axis_run {
    size_t phase; /* forward: (o + crop) mod stride; backward_input: 0 */
    size_t count;
    size_t to, to_step;
    size_t n_taps; /* 0: a hole, or padding beyond the natural output: bias only */
    size_t tap, tap_step;
    size_t from, from_step; /* from is 0 when n_taps is 0 */
    ptrdiff_t from_tap_step;
    size_t skip, keep; /* joined: of a chunk's outputs those before the first that exists,
                          and those that exist; 0 in the other walks */
    size_t length;  /* spanning (spans.h): tap t of element e meets base + e*from_step +
                       t*from_tap_step only where that is within 0 <= . < length, and
                       `from` is the least of these; 0: all elements meet all taps */
    ptrdiff_t base; /* spanning */
};

struct axis_walk {
    struct axis_run *runs; /* ordered by phase, then by `to` */
    size_t n_runs;
    bool shares_rows; /* of columns: all runs are cut into tiles of the same rows */
};

/* Elements of a run that meet one tap: from number `first` on. */
struct axis_met {
    size_t first, count;
};

/* The inputs that one tap meets: input `in + e` and output `out + e*stride`, 0 <= e <
 * count. */
struct axis_meeting {
    size_t count; /* 0 when every product of this tap is cropped away */
    size_t in, out;
};

/* A longest stretch of inputs that the same taps of a group meet: input `in + e` and tap
 * `tap + t` (0 <= e < count, 0 <= t < n_taps) meet output out + e*stride + t*dilation. */
struct axis_stretch {
    size_t in, count;
    size_t tap, n_taps;
    size_t out;
};

struct axis {
    size_t in, out, kernel, stride, dilation, crop;
    struct axis_walk forward, backward_input;
    struct axis_walk joined;       /* no runs with a dilation */
    struct axis_meeting *meetings; /* kernel of them: one per tap */
    size_t useful;                 /* pairs (input, tap) that land inside the output */
};

/* Whether not all outputs of the run's chunks exist; such a run is one chunk long. */
bool axis_run_is_cut(const struct axis_run *run);

/* What element e of a run that spans reads through its tap number t, if that exists. */
ptrdiff_t axis_run_read(const struct axis_run *run, size_t e, size_t tap);

/* The elements, of the first `count`, that meet tap number t of the run: all of them,
 * unless the run spans. */
struct axis_met axis_run_meets(const struct axis_run *run, size_t tap, size_t count);

/* Elements from the lowest to the highest that the first `count` of a run read. */
size_t axis_run_reads(const struct axis_run *run, size_t count);

/*
 * Derives length, crop, runs and meetings of axis number `index` (0 rows, 1 columns) of a
 * spec whose input is known. Output length: the specification's B.1; crop: B.2.
 *
 * Fails when TensorFlow's op refuses the shape (B.4: an even effective kernel with
 * padding "same" and output_padding 0), or when the arena is full.
 */
bool axis_derive(struct axis *axis, const struct tconv_spec *spec, int index,
                 struct arena *arena, struct error *err) MUST_USE;

/* Writes the stretches of inputs that meet some of the taps from `tap` up to tap +
 * n_taps, in ascending order, and returns how many: fewer than 2*n_taps. */
size_t axis_cut_stretches(const struct axis *axis, size_t tap, size_t n_taps,
                          struct axis_stretch *stretches);

#endif
