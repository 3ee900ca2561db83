/*
 * lanes: channels cut into vectors, and vectors into blocks as wide as a register tile.
 */
#ifndef TCONV_GEN_LANES_H
#define TCONV_GEN_LANES_H

#include <stddef.h>

/*
 * `channels` along the lanes: n_full blocks of `vectors` vectors, then, when channels
 * remain, one last block of last_vectors of which the final one holds `tail` channels
 * (all its lanes when tail equals lanes).
 */
struct lanes_split {
    size_t lanes, vectors, n_full, last_vectors, tail;
};

static inline struct lanes_split lanes_cut(size_t channels, size_t lanes, size_t vectors)
{
    const size_t width = lanes * vectors, rest = channels % width;
    return (struct lanes_split){.lanes = lanes,
                                .vectors = vectors,
                                .n_full = channels / width,
                                .last_vectors = (rest + lanes - 1) / lanes,
                                .tail = rest % lanes == 0 ? lanes : rest % lanes};
}

/* Channels after padding to whole vectors: the width of packed rows. */
static inline size_t lanes_padded(size_t channels, size_t lanes)
{
    return (channels + lanes - 1) / lanes * lanes;
}

#endif
