/*
 * spans: runs of a walk put together, so that a register tile has elements of several.
 *
 * At the ends of an axis, elements meet fewer taps than within, and each such run is
 * short. A tile that spans runs has its products tap by tap, each tap's for the elements
 * that meet it: no product is made in vain, and all elements share the weights.
 */
#ifndef TCONV_GEN_SPANS_H
#define TCONV_GEN_SPANS_H

#include "tiles.h"

/* Walks of more runs than this are not put together: each tile would be code. */
enum { SPANS_MOST_RUNS = 32 };

/* Two walks, rows and columns, and their runs. It points into itself: not to be copied.
 */
struct spans {
    struct axis_walk walk[2];
    struct axis_run runs[2][2 * SPANS_MOST_RUNS];
};

/* Whether an axis has neighbouring runs that tiles could span. */
bool spans_apply(const struct axis_walk *walk);

/*
 * Cuts the elements of each phase into tiles of the limit, as tiles_region would if they
 * were one run, and writes a run for each tile that spans several, and for those after
 * each other that lie in one. `length` is that of the axes that are read. Rows span where
 * tiles have several.
 */
void spans_lay(struct spans *spans, const struct axis_walk *const walk[2],
               const size_t length[2], struct tile_limit limit);

/* Whether a region's tiles span runs of rows or of columns. */
bool spans_region(const struct tile_region *region);

#endif
