/*
 * lanes: channels cut into vectors, and vectors into blocks as wide as a register tile.
 */
#ifndef TCONV_GEN_LANES_H
#define TCONV_GEN_LANES_H

#include <stdbool.h>
#include <stddef.h>

/* The lanes of the narrowest vector, a power of two, that holds so many channels. */
static inline size_t lanes_holding(size_t channels)
{
    size_t lanes = 1;
    while (lanes < channels)
        lanes *= 2;
    return lanes;
}

/*
 * `channels` along the lanes: n_full blocks of `vectors` vectors, then, when channels
 * remain, one last block of last_vectors. The final one of these holds `tail` channels
 * and has no more lanes than that takes: last_lanes. Where it overlaps it ends with the
 * last channel and begins within the vector before it, so that all its lanes are
 * channels.
 */
struct lanes_split {
    size_t lanes, vectors, n_full, last_vectors, last_lanes, tail;
    bool overlaps;
};

static inline struct lanes_split lanes_cut(size_t channels, size_t lanes, size_t vectors)
{
    const size_t width = lanes * vectors, rest = channels % width;
    const size_t tail = rest % lanes == 0 ? lanes : rest % lanes;
    return (struct lanes_split){.lanes = lanes,
                                .vectors = vectors,
                                .n_full = channels / width,
                                .last_vectors = (rest + lanes - 1) / lanes,
                                .last_lanes = lanes_holding(tail),
                                .tail = tail};
}

/* The lanes of the widest vector, of at most `lanes`, that so many channels fill. */
static inline size_t lanes_filled(size_t channels, size_t lanes)
{
    while (lanes > channels)
        lanes /= 2;
    return lanes;
}

/* Whether vectors hold channels only, so that they are read and written where they lie.
 */
static inline bool lanes_are_whole(const struct lanes_split *split)
{
    return split->last_vectors == 0 || split->tail == split->last_lanes ||
           (split->overlaps && split->last_vectors > 1);
}

/* Channels after padding to vectors of all lanes. */
static inline size_t lanes_whole(size_t channels, size_t lanes)
{
    return (channels + lanes - 1) / lanes * lanes;
}

/* Elements of one row of packed weights, of a full block and of the last one. Where a
 * narrow vector is not alone its row takes all lanes, so that no vector lies across two
 * lines of the cache. */
static inline size_t lanes_full_row(const struct lanes_split *split)
{
    return split->vectors * split->lanes;
}

static inline size_t lanes_last_row(const struct lanes_split *split)
{
    return split->last_vectors == 1 ? split->last_lanes
                                    : split->last_vectors * split->lanes;
}

/* The rows of all blocks together. */
static inline size_t lanes_packed(const struct lanes_split *split)
{
    return split->n_full * lanes_full_row(split) + lanes_last_row(split);
}

/* Channels after padding to vectors, the last as narrow as it may be. */
static inline size_t lanes_padded(size_t channels, size_t lanes)
{
    const size_t rest = channels % lanes;
    return channels - rest + (rest == 0 ? 0 : lanes_holding(rest));
}

#endif
