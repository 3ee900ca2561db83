/*
 * peer.h: what a contender of the benchmark is. One file of peers/ holds one peer.
 *
 * A peer is a shared object that exports `bench_peer`, a struct peer; the benchmark loads
 * it by its file name. It includes this header, tconv.h and its library, and knows
 * nothing else of the benchmark. To add one: write peers/NAME.c, and name it with its
 * library in CMakeLists.txt.
 */
#ifndef TCONV_BENCH_PEER_H
#define TCONV_BENCH_PEER_H

#include <stdlib.h>
#include <sys/mman.h>

#include "tconv.h"

#define BENCH_PASSES 3 /* of enum tconv_pass */

/*
 * One layer with its data: float32, channels last, without bias or activation, in the
 * layouts of struct tconv_kernel (tconv.h). Every buffer is aligned to a page and may be
 * read PEER_SLACK_BYTES past its end.
 */
struct problem {
    struct tconv_layer layer;
    size_t batch;
    size_t x_size, y_size, w_size;     /* elements; x and y of the whole batch */
    const float *x, *w, *dy;           /* given */
    float *y, *dx, *dw;                /* results; the contenders share them */
    const struct tconv_kernel *kernel; /* the emitted one, for ours.c alone */
};

#define PEER_SLACK_BYTES 256

struct peer {
    /* Ways of the peer to do it, ended by NULL. Each is timed by itself; the fastest
     * counts. */
    const char *const *variants;

    /* The library's name and version, for the table's foot; the text stays. */
    const char *(*describe)(void);

    /*
     * Prepares variant number `variant` of a pass, weights packed and memory taken: what
     * a program does once, not in every call. NULL declines. The problem outlives it.
     */
    void *(*open)(const struct problem *problem, enum tconv_pass pass, size_t variant);

    /* One call, timed: from x, w, dy to y or dx, which lie in the problem's layout at its
     * end. dw may stay in the peer's own layout. */
    void (*run)(void *opened);

    /* Brings dw into the problem's layout, untimed; NULL where run does. */
    void (*finish)(void *opened);

    void (*close)(void *opened);
};

extern const struct peer bench_peer;

/* Memory as the problem's own: aligned, with slack, in large pages where it is large.
 * NULL when there is none; released by free. */
static inline float *peer_take(size_t n)
{
    const size_t bytes = n * sizeof(float) + PEER_SLACK_BYTES;
    const size_t large = (size_t)2 << 20, page = 4096;
    const size_t alignment = bytes < large ? page : large;
    const size_t rounded = (bytes + alignment - 1) / alignment * alignment;
    float *taken = aligned_alloc(alignment, rounded);
    if (taken != NULL && alignment == large)
        madvise(taken, rounded, MADV_HUGEPAGE);
    for (size_t i = 0; taken != NULL && i < rounded / sizeof(float); i++)
        taken[i] = 0;
    return taken;
}

#endif
