/*
 * tconv_threads.h: runs a kernel's passes on several threads.
 *
 * Optional: emitted code needs none of it, and any other pool of threads can run the
 * parts of a kernel as well. The threads are made once and wait for work; what they
 * compute is bit by bit what one thread computes.
 *
 * Link tconv_threads.c and tconv_team.c: with pthreads, or, where they are compiled with
 * OpenMP (and without TCONV_THREADS_PTHREADS), on OpenMP's own threads.
 */
#ifndef TCONV_THREADS_H
#define TCONV_THREADS_H

#include "tconv.h"

#ifdef __cplusplus
extern "C" {
#endif

enum tconv_threads_result {
    TCONV_THREADS_OK,
    TCONV_THREADS_BAD_COUNT,   /* no threads, or more than TCONV_THREADS_MOST */
    TCONV_THREADS_NO_MEMORY,   /* for the threads' notes or their workspaces */
    TCONV_THREADS_NOT_STARTED, /* the system starts no more threads */
    TCONV_THREADS_WRONG_ABI,   /* the kernel was emitted for another tconv.h */
    TCONV_THREADS_NO_BACKWARD, /* the kernel was emitted without its backward passes */
    TCONV_THREADS_BUSY,        /* a pass still runs: called from two threads at once */
    TCONV_THREADS_RESULTS
};

#define TCONV_THREADS_MOST 1024

/* A sentence for each result, for people; "unknown result" for any other number. */
const char *tconv_threads_message(enum tconv_threads_result result);

/* n threads, the caller's own among them. */
struct tconv_threads;

/* Starts n - 1 threads, which sleep while there is nothing to do. On failure *threads is
 * NULL and nothing is left behind. */
enum tconv_threads_result tconv_threads_create(struct tconv_threads **threads, size_t n);

/* Ends the threads and frees what they own; NULL is fine. No pass may be running. */
void tconv_threads_destroy(struct tconv_threads *threads);

size_t tconv_threads_count(const struct tconv_threads *threads);

/* Bytes of a workspace for all threads, each part's at a multiple of 64 bytes; 0 when the
 * kernel needs none, or when they would not fit a size_t. */
size_t tconv_threads_workspace_bytes(const struct tconv_threads *threads,
                                     const struct tconv_kernel *kernel);

/*
 * The kernel's passes (tconv.h says what each buffer holds). They return when all parts
 * are done. A pass too small to be worth a thread's waking runs on fewer threads.
 *
 * workspace   tconv_threads_workspace_bytes, best aligned to 64 bytes; NULL for memory
 * that `threads` owns, grows when a kernel needs more, and keeps
 *
 * One caller at a time. Anything but OK means that nothing was computed.
 */
enum tconv_threads_result tconv_threads_forward(struct tconv_threads *threads,
                                                const struct tconv_kernel *kernel,
                                                size_t batch, const void *x,
                                                const void *packed, void *y,
                                                void *workspace);
enum tconv_threads_result tconv_threads_forward_train(struct tconv_threads *threads,
                                                      const struct tconv_kernel *kernel,
                                                      size_t batch, const void *x,
                                                      const void *packed, void *y,
                                                      void *saved, void *workspace);
enum tconv_threads_result
tconv_threads_backward(struct tconv_threads *threads, const struct tconv_kernel *kernel,
                       size_t batch, const void *x, const void *packed, const void *y,
                       const void *saved, const void *dy, void *dx, void *dw, void *db,
                       void *workspace);

#ifdef __cplusplus
}
#endif

#endif
