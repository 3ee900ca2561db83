/*
 * Real kernels on 1, 2, 3, 5 and 8 threads: every result has the bits that one call
 * without threads gives. One line for each fault, then 'N passed, M failed'.
 *
 * Under ThreadSanitizer (the kernels too) it also finds parts that touch one another.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tconv_threads.h"

#define KERNELS(_)                                                                       \
    _(plain) _(relu_tails) _(first) _(softmax) _(doubles) _(straight) _(ones)

#define DECLARE(name) extern const struct tconv_kernel name##_kernel;
KERNELS(DECLARE)
#define LIST(name) &name##_kernel,
static const struct tconv_kernel *const kernels[] = {KERNELS(LIST)};

enum { N_KERNELS = sizeof kernels / sizeof kernels[0], BATCH = 4, REPEATS = 3 };
enum { X, W, B, PACKED, DY, GIVEN, Y = GIVEN, TRAIN_Y, SAVED, DX, DW, DB, BUFFERS };

static const char *const names[BUFFERS] = {
    [Y] = "y",  [TRAIN_Y] = "trained y", [SAVED] = "saved", [DX] = "dx", [DW] = "dw",
    [DB] = "db"};

static int passed, failed;

static void *need(void *pointer)
{
    if (pointer != NULL)
        return pointer;
    puts("out of memory\n0 passed, 1 failed");
    exit(1);
}

static void size_buffers(const struct tconv_kernel *kernel, size_t bytes[BUFFERS])
{
    const struct tconv_layer *layer = &kernel->layer;
    const struct tconv_axis *axis = layer->axis;
    const size_t size = layer->type == TCONV_FLOAT32 ? 4 : 8;
    bytes[X] = bytes[DX] = BATCH * axis[0].in * axis[1].in * layer->in_c * size;
    bytes[Y] = BATCH * axis[0].out * axis[1].out * layer->out_c * size;
    bytes[W] = axis[0].kernel * axis[1].kernel * layer->in_c * layer->out_c * size;
    bytes[TRAIN_Y] = bytes[DY] = bytes[Y];
    bytes[DW] = bytes[W];
    bytes[B] = bytes[DB] = layer->use_bias ? layer->out_c * size : 0;
    bytes[PACKED] = kernel->packed_bytes;
    bytes[SAVED] = BATCH * kernel->saved_bytes;
}

static void fill(const struct tconv_kernel *kernel, void *values, size_t bytes)
{
    static uint32_t state = 1;
    const size_t n = bytes / (kernel->layer.type == TCONV_FLOAT32 ? 4 : 8);
    for (size_t i = 0; i < n; i++) {
        state = state * 1664525u + 1013904223u;
        const double value = (double)(state >> 8) / (1 << 23) - 1;
        if (kernel->layer.type == TCONV_FLOAT32)
            ((float *)values)[i] = (float)value;
        else
            ((double *)values)[i] = value;
    }
}

/* All passes, on threads or, with NULL for them, without. */
static void run(struct tconv_threads *threads, const struct tconv_kernel *k,
                void *const given[GIVEN], void *made[BUFFERS], void *workspace)
{
    if (threads == NULL) {
        k->forward(0, 1, BATCH, given[X], given[PACKED], made[Y], workspace);
        k->forward_train(0, 1, BATCH, given[X], given[PACKED], made[TRAIN_Y], made[SAVED],
                         workspace);
        k->backward(0, 1, BATCH, given[X], given[PACKED], made[TRAIN_Y], made[SAVED],
                    given[DY], made[DX], made[DW], made[DB], workspace);
        return;
    }
    const enum tconv_threads_result results[] = {
        tconv_threads_forward(threads, k, BATCH, given[X], given[PACKED], made[Y],
                              workspace),
        tconv_threads_forward_train(threads, k, BATCH, given[X], given[PACKED],
                                    made[TRAIN_Y], made[SAVED], workspace),
        tconv_threads_backward(threads, k, BATCH, given[X], given[PACKED], made[TRAIN_Y],
                               made[SAVED], given[DY], made[DX], made[DW], made[DB],
                               workspace)};
    for (int i = 0; i < 3; i++)
        if (results[i] != TCONV_THREADS_OK) {
            printf("FAIL: %s: %s\n", k->name, tconv_threads_message(results[i]));
            failed++;
        }
}

static void compare(const struct tconv_kernel *kernel, size_t n, void *const first[],
                    void *const now[], const size_t bytes[])
{
    for (int i = GIVEN; i < BUFFERS; i++) {
        if (memcmp(first[i], now[i], bytes[i]) == 0) {
            passed++;
            continue;
        }
        printf("FAIL: %s: %s on %zu threads differs from one call\n", kernel->name,
               names[i], n);
        failed++;
    }
}

static void try_kernel(const struct tconv_kernel *kernel)
{
    static const size_t counts[] = {1, 2, 3, 5, 8};
    size_t bytes[BUFFERS];
    void *first[BUFFERS], *now[BUFFERS];
    size_buffers(kernel, bytes);
    for (int i = 0; i < BUFFERS; i++) {
        first[i] = need(calloc(bytes[i] + 1, 1));
        now[i] = need(malloc(bytes[i] + 1));
    }
    for (int i = 0; i < GIVEN; i++)
        if (i != PACKED)
            fill(kernel, first[i], bytes[i]);
    kernel->pack(first[W], first[B], first[PACKED]);
    void *workspace = need(malloc(kernel->workspace_bytes + 1));
    run(NULL, kernel, first, first, workspace);
    for (size_t c = 0; c < sizeof counts / sizeof counts[0]; c++) {
        struct tconv_threads *threads;
        if (tconv_threads_create(&threads, counts[c]) != TCONV_THREADS_OK)
            need(NULL);
        for (int repeat = 0; repeat < REPEATS; repeat++) {
            for (int i = GIVEN; i < BUFFERS; i++)
                memset(now[i], 0xff, bytes[i]);
            run(threads, kernel, first, now, NULL);
            compare(kernel, counts[c], first, now, bytes);
        }
        tconv_threads_destroy(threads);
    }
    free(workspace);
    for (int i = 0; i < BUFFERS; i++)
        free(first[i]), free(now[i]);
}

int main(void)
{
    for (size_t i = 0; i < N_KERNELS; i++)
        try_kernel(kernels[i]);
    printf("%d passed, %d failed\n", passed, failed);
    return failed != 0;
}
