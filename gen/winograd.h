/*
 * winograd: a pass cut into square tiles that minimal filtering computes.
 *
 * A phase of an axis is a correlation with stride 1, so F(m, r) applies to it
 * (minimal.h). Tile t has elements t*m + i, i < m, and reads the window t*m + e, e <
 * points:
 *
 * forward           computed: output (t*m + i)*stride + out_first + phase
 *                   read:     input  t*m + e + read_first
 * backward_input    computed: input  t*m + i
 *                   read:     output (t*m + e)*stride - crop + phase
 * backward_weights  as forward, but the computed outputs are read too
 *
 * Phases with equally many taps form a class: they share the transform, and in the
 * forward pass the transformed window. Phases do not begin together where outputs are
 * cropped by other than a multiple of the stride: either tiles cover what any of them
 * has, or, aligned, phases that begin together form a class whose tiles begin there: more
 * windows of fewer tiles. A pair of classes (rows, columns) is a kind. What a window
 * reads outside of the tensor is zero; what a tile computes outside of it is dropped.
 * This room derives what follows from a choice of form; it chooses nothing.
 */
#ifndef TCONV_GEN_WINOGRAD_H
#define TCONV_GEN_WINOGRAD_H

#include "geometry.h"
#include "minimal.h"

/* m of F(m, .) of both axes, and whether tiles begin where their phases do. */
struct winograd_form {
    size_t outputs[2];
    bool is_aligned; /* never in backward_input, whose tiles are inputs */
};

/* Phases first_phase <= r < first_phase + n_phases of an axis. */
struct winograd_class {
    size_t first_phase, n_phases;
    struct minimal filter; /* F(m, taps of each of these phases) */
    ptrdiff_t read_first;  /* forward: the input that window element 0 of tile 0 reads */
    ptrdiff_t out_first;   /* the output of element 0 of tile 0, were it in phase 0 */
};

/* The most classes: cut where phases begin to have fewer taps, and to begin earlier. */
enum { WINOGRAD_CLASSES = 3 };

struct winograd_axis {
    size_t stride, crop, n_tiles[2]; /* tiles over the outputs' phases; over the inputs */
    size_t n_classes;
    struct winograd_class classes[WINOGRAD_CLASSES];
};

struct winograd {
    struct winograd_axis axis[2];
};

/* Whether the method applies: no dilation, and no phase without taps. */
bool winograd_applies(const struct geometry *geometry);

/* Whether F(outputs, .) of an axis stays within MINIMAL_POINTS. */
bool winograd_fits(const struct axis *axis, size_t outputs);

/* Whether F(outputs[0] x outputs[1], .) has fewer products than taps on some axis. */
bool winograd_saves(const struct geometry *geometry, const size_t outputs[2]);

/* Derives the tiles of a form. Needs winograd_applies and, for both axes, winograd_fits.
 */
struct winograd winograd_derive(const struct geometry *geometry,
                                const struct winograd_form *form);

/* Whether aligned tiles of F(outputs[0] x outputs[1], .) over the outputs are fewer. */
bool winograd_aligns(const struct geometry *geometry, const size_t outputs[2]);

/* Kind number `index`, in [0, winograd_count_kinds): a class of rows by one of columns.
 */
struct winograd_kind {
    const struct winograd_class *rows, *columns;
    size_t points, phases; /* products of both axes */
};
enum { WINOGRAD_KINDS = WINOGRAD_CLASSES * WINOGRAD_CLASSES };
size_t winograd_count_kinds(const struct winograd *winograd);
struct winograd_kind winograd_kind(const struct winograd *winograd, size_t index);

/* What parts of backward_weights should not repeat: whether they should have phases and
 * output channels of their own, and so the tiles of dz, as these take more additions and
 * moves than the windows of x, of all input channels, or as a part sees windows of few of
 * several kinds anyway. */
bool winograd_parts_outputs(const struct winograd *winograd,
                            const struct tconv_layer *layer);

/* How a pass rounds: the largest growth of its kinds, on windows of the most points. */
struct tconv_rounding winograd_rounding(const struct winograd *winograd,
                                        bool of_gradient);

#endif
