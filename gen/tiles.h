/*
 * tiles: a run of rows by a run of columns, cut into register tiles.
 *
 * The forward and the backward_input pass compute positions; every position of a tile
 * sees the same taps, so that a tile is straight-line code. This room cuts; it knows
 * nothing of cost.
 */
#ifndef TCONV_GEN_TILES_H
#define TCONV_GEN_TILES_H

#include "geometry.h"

/* `n` pieces of `size` elements each. */
struct tile_cut {
    size_t n, size;
};

/* A run by a run. Axis a is cut into cut[a][0], then cut[a][1] (n 0 where there is none).
 */
struct tile_region {
    const struct axis_run *run[2];
    struct tile_cut cut[2][2];
};

/* The shape of a micro-kernel: tiles of so many rows and columns under so many taps, 0 x
 * 0 where no tap reaches. Tiles of one shape share their code. */
struct tile_shape {
    size_t rows, columns, row_taps, column_taps;
    const struct axis_run *span[2]; /* the run, of an axis whose tiles span several */
};

/* Distinct shapes, in the order in which the regions of a walk need them. */
struct tile_shapes {
    struct tile_shape *list; /* the caller's, `room` of them */
    size_t n, room;
};

/* The most rows and columns of one register tile. */
struct tile_limit {
    size_t rows, columns;
};

/* The regions of one walk: all pairs of a row run and a column run. */
size_t tiles_count_regions(const struct axis_walk *rows, const struct axis_walk *columns);

/*
 * Region number `index`, row runs outermost. Pieces are as even as can be, so that none
 * is much smaller than the limit; where the columns of a run are fewer than a limit of
 * one row allows, the tile gets rows instead, rows * columns staying within the limit's
 * product. Tiles of several rows have equally many in all runs, so that these are parts
 * of the same bands; a chunk that is cut is a tile of its own.
 */
struct tile_region tiles_region(const struct axis_walk *rows,
                                const struct axis_walk *columns, size_t index,
                                struct tile_limit limit);

/* The most rows of the tiles of a run of columns, by that rule; of all runs what the
 * longest has, where they share rows or have several. */
size_t tiles_most_rows(const struct axis_walk *walk, size_t run, struct tile_limit limit);

/* The pieces of `count` elements that have at most `most` each. */
void tiles_cut_evenly(size_t count, size_t most, struct tile_cut cut[2]);

/* Taps of a region: row taps times column taps. */
size_t tiles_taps(const struct tile_region *region);

/* The shapes of a region's tiles, row pieces outermost; returns how many, at most 4. */
size_t tiles_region_shapes(const struct tile_region *region, struct tile_shape shape[4]);

/* The number of a shape, which is listed when it is new; `room` when it is new and the
 * list is full. */
size_t tiles_number_shape(struct tile_shapes *shapes, const struct tile_shape *shape);

#endif
