/*
 * tconv_threads: each part once, on a workspace of its own; every refusal by its name.
 *
 * The kernel is one that notes how it was called. What real kernels compute on threads is
 * compared in tests/threads.
 */
#include <criterion/criterion.h>

#include <pthread.h>
#include <stdint.h>
#include <string.h>
#include <sys/resource.h>

#include "tconv_team.h"
#include "tconv_threads.h"

enum { MOST = 16, WORKSPACE = 100 };

struct call {
    int count;
    size_t parts, batch;
    const void *x, *saved;
    unsigned char *workspace;
};

static struct call calls[MOST];
static struct tconv_threads *threads;

static void note(size_t part, size_t parts, size_t batch, const void *x,
                 const void *saved, void *workspace)
{
    calls[part].count++;
    calls[part].parts = parts;
    calls[part].batch = batch;
    calls[part].x = x;
    calls[part].saved = saved;
    calls[part].workspace = workspace;
    if (workspace != NULL)
        memset(workspace, (int)part, WORKSPACE);
}

static void forward(size_t part, size_t parts, size_t batch, const void *x,
                    const void *packed, void *y, void *workspace)
{
    (void)packed, (void)y;
    note(part, parts, batch, x, NULL, workspace);
}

static void forward_train(size_t part, size_t parts, size_t batch, const void *x,
                          const void *packed, void *y, void *saved, void *workspace)
{
    (void)packed, (void)y;
    note(part, parts, batch, x, saved, workspace);
}

static void backward(size_t part, size_t parts, size_t batch, const void *x,
                     const void *packed, const void *y, const void *saved, const void *dy,
                     void *dx, void *dw, void *db, void *workspace)
{
    (void)packed, (void)y, (void)dy, (void)dx, (void)dw, (void)db;
    note(part, parts, batch, x, saved, workspace);
}

/* One image is worth four threads. */
static const struct tconv_kernel noting = {
    .abi = TCONV_ABI,
    .name = "noting",
    .layer = {.in_c = 64,
              .out_c = 64,
              .axis = {{.in = 4, .kernel = 4}, {.in = 4, .kernel = 4}}},
    .workspace_bytes = WORKSPACE,
    .forward = forward,
    .forward_train = forward_train,
    .backward = backward};

static void start(size_t n)
{
    memset(calls, 0, sizeof calls);
    cr_assert_eq(tconv_threads_create(&threads, n), TCONV_THREADS_OK);
    cr_assert_eq(tconv_threads_count(threads), n);
}

static void stop(void)
{
    tconv_threads_destroy(threads);
}

static enum tconv_threads_result run_forward(const struct tconv_kernel *kernel,
                                             size_t batch, void *workspace)
{
    return tconv_threads_forward(threads, kernel, batch, "x", NULL, NULL, workspace);
}

static void expect_parts(size_t parts, int count)
{
    for (size_t i = 0; i < MOST; i++)
        cr_expect_eq(calls[i].count, i < parts ? count : 0,
                     "part %zu of %zu ran %d times", i, parts, calls[i].count);
    for (size_t i = 0; i < parts; i++)
        cr_expect_eq(calls[i].parts, parts);
}

Test(threads, every_part_runs_once_a_call)
{
    for (size_t n = 1; n <= 8; n++) {
        start(n);
        for (int round = 1; round <= 200; round++)
            cr_assert_eq(run_forward(&noting, 2, NULL), TCONV_THREADS_OK);
        expect_parts(n, 200);
        stop();
    }
}

Test(threads, sleeping_threads_wake)
{
    start(3);
    const struct timespec pause = {.tv_nsec = 20000000};
    for (int round = 1; round <= 5; round++) {
        nanosleep(&pause, NULL);
        cr_assert_eq(run_forward(&noting, 4, NULL), TCONV_THREADS_OK);
        expect_parts(3, round);
    }
    stop();
}

Test(threads, every_pass_gets_its_arguments)
{
    static const char x[] = "x";
    char saved[] = "saved";
    start(2);
    cr_assert_eq(
        tconv_threads_forward_train(threads, &noting, 5, x, NULL, NULL, saved, NULL),
        TCONV_THREADS_OK);
    expect_parts(2, 1);
    cr_assert_eq(tconv_threads_backward(threads, &noting, 7, x, NULL, NULL, saved, NULL,
                                        NULL, NULL, NULL, NULL),
                 TCONV_THREADS_OK);
    expect_parts(2, 2);
    for (size_t i = 0; i < 2; i++)
        cr_expect(calls[i].batch == 7 && calls[i].x == x && calls[i].saved == saved);
    stop();
}

Test(threads, small_work_wakes_fewer_threads)
{
    start(8);
    cr_assert_eq(run_forward(&noting, 1, NULL), TCONV_THREADS_OK);
    expect_parts(4, 1);
    cr_assert_eq(run_forward(&noting, 0, NULL), TCONV_THREADS_OK);
    cr_expect_eq(calls[0].count, 2);
    cr_expect_eq(calls[0].parts, 1);
    stop();
}

Test(threads, parts_have_aligned_workspaces_of_their_own)
{
    start(4);
    cr_expect_eq(tconv_threads_workspace_bytes(threads, &noting), 4 * 128);
    cr_assert_eq(run_forward(&noting, 8, NULL), TCONV_THREADS_OK);
    for (size_t i = 0; i < 4; i++) {
        cr_expect_eq((uintptr_t)calls[i].workspace % 64, 0);
        cr_expect_eq(calls[i].workspace, calls[0].workspace + i * 128);
        cr_expect_eq(calls[i].workspace[WORKSPACE - 1], i);
    }
    _Alignas(64) static unsigned char given[4 * 128];
    cr_assert_eq(run_forward(&noting, 8, given), TCONV_THREADS_OK);
    for (size_t i = 0; i < 4; i++)
        cr_expect_eq(calls[i].workspace, given + i * 128);
    stop();
}

Test(threads, a_kernel_without_workspace_gets_none)
{
    struct tconv_kernel kernel = noting;
    kernel.workspace_bytes = 0;
    start(2);
    cr_expect_eq(tconv_threads_workspace_bytes(threads, &kernel), 0);
    cr_assert_eq(run_forward(&kernel, 8, NULL), TCONV_THREADS_OK);
    cr_expect_null(calls[0].workspace);
    cr_expect_null(calls[1].workspace);
    stop();
}

Test(threads, wrong_counts_are_refused)
{
    cr_expect_eq(tconv_threads_create(&threads, 0), TCONV_THREADS_BAD_COUNT);
    cr_expect_null(threads);
    cr_expect_eq(tconv_threads_create(&threads, TCONV_THREADS_MOST + 1),
                 TCONV_THREADS_BAD_COUNT);
    cr_expect_null(threads);
    tconv_threads_destroy(NULL);
}

Test(threads, a_system_without_threads_is_named)
{
    const struct rlimit none = {.rlim_cur = 1 << 20, .rlim_max = 1 << 20};
    cr_assert_eq(setrlimit(RLIMIT_AS, &none), 0);
    cr_expect_eq(tconv_threads_create(&threads, 4), TCONV_THREADS_NOT_STARTED);
    cr_expect_null(threads);
}

Test(threads, wrong_kernels_are_refused)
{
    struct tconv_kernel kernel = noting;
    start(2);
    kernel.abi = TCONV_ABI + 1;
    cr_expect_eq(run_forward(&kernel, 1, NULL), TCONV_THREADS_WRONG_ABI);
    kernel = noting;
    kernel.forward_train = NULL;
    kernel.backward = NULL;
    cr_expect_eq(
        tconv_threads_forward_train(threads, &kernel, 1, NULL, NULL, NULL, NULL, NULL),
        TCONV_THREADS_NO_BACKWARD);
    cr_expect_eq(tconv_threads_backward(threads, &kernel, 1, NULL, NULL, NULL, NULL, NULL,
                                        NULL, NULL, NULL, NULL),
                 TCONV_THREADS_NO_BACKWARD);
    kernel.workspace_bytes = SIZE_MAX / 2 + 1;
    cr_expect_eq(tconv_threads_workspace_bytes(threads, &kernel), 0);
    cr_expect_eq(run_forward(&kernel, 1, NULL), TCONV_THREADS_NO_MEMORY);
    kernel.workspace_bytes = SIZE_MAX;
    cr_expect_eq(run_forward(&kernel, 1, NULL), TCONV_THREADS_NO_MEMORY);
    kernel.workspace_bytes = SIZE_MAX / 2 - 4096;
    cr_expect_eq(run_forward(&kernel, 1, NULL), TCONV_THREADS_NO_MEMORY);
    expect_parts(0, 0);
    cr_expect_eq(run_forward(&noting, 1, NULL), TCONV_THREADS_OK);
    stop();
}

static enum tconv_threads_result inner;

static void call_again(size_t part, size_t parts, size_t batch, const void *x,
                       const void *packed, void *y, void *workspace)
{
    (void)parts, (void)batch, (void)x, (void)packed, (void)y, (void)workspace;
    if (part == 0)
        inner = run_forward(&noting, 1, NULL);
}

Test(threads, a_second_caller_is_refused)
{
    struct tconv_kernel kernel = noting;
    kernel.forward = call_again;
    start(2);
    cr_assert_eq(run_forward(&kernel, 1, NULL), TCONV_THREADS_OK);
    cr_expect_eq(inner, TCONV_THREADS_BUSY);
    expect_parts(0, 0);
    stop();
}

Test(threads, every_result_has_its_own_message)
{
    for (int i = 0; i < TCONV_THREADS_RESULTS; i++)
        for (int k = 0; k < i; k++)
            cr_expect_str_neq(tconv_threads_message((enum tconv_threads_result)i),
                              tconv_threads_message((enum tconv_threads_result)k));
    cr_expect_str_eq(tconv_threads_message((enum tconv_threads_result)99),
                     "unknown result");
}
