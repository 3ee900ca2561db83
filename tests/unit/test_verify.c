/*
 * verify: passes a right kernel, and finds each way in which a wrong one may be wrong.
 *
 * The kernel is the generic one, with one fault at a time.
 */
#include <criterion/criterion.h>

#include <math.h>
#include <string.h>

#include "tconv_activation.h"
#include "tconv_generic.h"
#include "verify.h"

enum fault {
    NO_FAULT,
    READS_BEFORE_X,
    READS_BEHIND_X,
    WRITES_BEHIND_Y,
    WRITES_BEFORE_Y,
    WRITES_X,
    LEAVES_ONE_Y,
    DEPENDS_ON_PARTS,
    DIFFERS_WITHOUT_DX,
    IS_OFF_BY_LITTLE,
    DB_IS_WRONG,
    DW_IS_NAN,
    WRITES_SKIPPED_DX
};

static enum fault fault;
static float dz[4096];
static struct tconv_kernel kernel;

static const struct tconv_layer layer = {
    .type = TCONV_FLOAT32,
    .in_c = 3,
    .out_c = 2,
    .axis = {{.in = 3, .out = 6, .kernel = 3, .stride = 2, .dilation = 1, .crop = 0},
             {.in = 4, .out = 9, .kernel = 3, .stride = 2, .dilation = 1, .crop = 0}},
    .use_bias = 1,
    .activation = {.function = TCONV_SILU},
};

static void pack(const void *w, const void *b, void *packed)
{
    memcpy(packed, w, tconv_w_size(&layer) * 4);
    memcpy((float *)packed + tconv_w_size(&layer), b, layer.out_c * 4);
}

static void spoil_forward(size_t parts, size_t n, const float *x, float *y)
{
    static volatile float sink;
    if (fault == READS_BEFORE_X)
        sink = x[-1];
    if (fault == READS_BEHIND_X)
        sink = x[n / (tconv_y_size(&layer)) * tconv_x_size(&layer)];
    if (fault == WRITES_BEHIND_Y)
        y[n] = 1;
    if (fault == WRITES_BEFORE_Y)
        y[-1] = 1;
    if (fault == WRITES_X)
        ((volatile float *)x)[0] = x[0];
    if (fault == LEAVES_ONE_Y)
        y[n - 1] = NAN;
    if (fault == DEPENDS_ON_PARTS && parts == 3)
        y[0] = nextafterf(y[0], 100);
    if (fault == IS_OFF_BY_LITTLE)
        y[5] += 2e-4f;
    (void)sink;
}

static void forward_train(size_t part, size_t parts, size_t batch, const void *x,
                          const void *packed, void *y, void *saved, void *workspace)
{
    (void)workspace;
    const float *w = packed;
    if (part != 0)
        return;
    tconv_generic_forward(&layer, batch, x, w, w + tconv_w_size(&layer), y, saved);
    if (batch > 0)
        spoil_forward(parts, batch * tconv_y_size(&layer), x, y);
}

static void forward(size_t part, size_t parts, size_t batch, const void *x,
                    const void *packed, void *y, void *workspace)
{
    forward_train(part, parts, batch, x, packed, y, NULL, workspace);
}

static void backward(size_t part, size_t parts, size_t batch, const void *x,
                     const void *packed, const void *y, const void *saved, const void *dy,
                     void *dx, void *dw, void *db, void *workspace)
{
    (void)workspace, (void)parts;
    if (part != 0)
        return;
    tconv_generic_backward(&layer, batch, x, packed, y, saved, dy, dz, dx, dw, db);
    if (fault == DB_IS_WRONG && db != NULL)
        ((float *)db)[1] *= 1.01f;
    if (fault == DW_IS_NAN && dw != NULL)
        ((float *)dw)[7] = NAN;
    if (fault == DIFFERS_WITHOUT_DX && dx == NULL && dw != NULL)
        ((float *)dw)[0] = nextafterf(((float *)dw)[0], 100);
    if (fault == WRITES_SKIPPED_DX)
        *(volatile float *)dx = 0;
}

static struct verify_report report;
static struct error err;

static void run_with(enum fault wanted, size_t batch)
{
    fault = wanted;
    err = (struct error){0};
    kernel = (struct tconv_kernel){
        .abi = TCONV_ABI,
        .name = "k",
        .rounding = {{.growth = 1}, {.growth = 1}, {.growth = 1}},
        .layer = layer,
        .packed_bytes = (tconv_w_size(&layer) + layer.out_c) * 4,
        .saved_bytes = tconv_y_size(&layer) * 4,
        .pack = pack,
        .forward = forward,
        .forward_train = forward_train,
        .backward = backward,
    };
    cr_assert(verify_kernel(&kernel, batch, 1, &report, &err), "%s", err.message);
}

static void expect_crash(enum fault wanted, const char *words)
{
    run_with(wanted, 2);
    cr_expect_not_null(strstr(report.crash, words), "%d: %s", (int)wanted, report.crash);
    cr_expect_not(verify_passed(&report, "k", &err));
}

static void expect_over(enum fault wanted, enum verify_check check)
{
    run_with(wanted, 2);
    cr_expect_str_empty(report.crash);
    cr_expect_gt(report.worst[check].share, 1, "%d", (int)wanted);
    cr_expect_not(verify_passed(&report, "k", &err));
}

Test(verify, a_right_kernel_passes_for_any_batch)
{
    for (size_t batch = 0; batch <= 3; batch++) {
        run_with(NO_FAULT, batch);
        cr_expect_str_empty(report.crash);
        cr_expect(verify_passed(&report, "k", &err), "%s", err.message);
        cr_expect(report.worst[VERIFY_TRAIN_Z].was_checked);
        cr_expect_eq(report.worst[VERIFY_DX].n_elements, batch * tconv_x_size(&layer));
    }
}

Test(verify, a_kernel_without_backward_passes)
{
    run_with(NO_FAULT, 1);
    kernel.forward_train = NULL;
    kernel.backward = NULL;
    cr_assert(verify_kernel(&kernel, 1, 1, &report, &err));
    cr_expect(verify_passed(&report, "k", &err), "%s", err.message);
    cr_expect_not(report.worst[VERIFY_DX].was_checked);
}

Test(verify, strays_are_found_at_both_ends)
{
    expect_crash(READS_BEFORE_X, "forward, part 0 of 1");
    expect_crash(READS_BEHIND_X, "Segmentation fault");
    expect_crash(WRITES_BEHIND_Y, "y was written beside its ends");
    expect_crash(WRITES_BEFORE_Y, "Segmentation fault");
}

Test(verify, an_input_must_not_be_written)
{
    expect_crash(WRITES_X, "forward, part 0 of 1");
}

Test(verify, parts_and_skipped_gradients_change_nothing)
{
    expect_crash(DEPENDS_ON_PARTS,
                 "part 0 of 3, gradients none, buffers against the page "
                 "before them: y differs");
    expect_crash(DIFFERS_WITHOUT_DX, "gradients dw");
    expect_crash(WRITES_SKIPPED_DX, "backward, part 0 of 2, gradients dw, ");
}

Test(verify, wrong_values_are_found)
{
    expect_over(IS_OFF_BY_LITTLE, VERIFY_FORWARD_Y);
    cr_expect_eq(report.worst[VERIFY_TRAIN_Y].index[3], 5 % layer.out_c);
    cr_expect_eq(report.worst[VERIFY_TRAIN_Y].index[2], 5 / layer.out_c);
    expect_over(LEAVES_ONE_Y, VERIFY_FORWARD_Y);
    expect_over(DB_IS_WRONG, VERIFY_DB);
    expect_over(DW_IS_NAN, VERIFY_DW);
}

/* Every magnitude is the largest of its tensor, and the sums are multiplied. */
Test(verify, a_kernel_that_rounds_by_norms_has_wider_bounds)
{
    run_with(IS_OFF_BY_LITTLE, 2);
    const struct verify_worst plain = report.worst[VERIFY_TRAIN_Z];
    kernel.rounding[TCONV_FORWARD] =
        (struct tconv_rounding){.growth = 6, .is_normwise = 1};
    cr_assert(verify_kernel(&kernel, 2, 1, &report, &err), "%s", err.message);
    cr_expect_eq(report.worst[VERIFY_TRAIN_Y].index[3], 5 % layer.out_c);
    cr_expect_gt(report.worst[VERIFY_TRAIN_Z].bound, 6 * plain.bound);
    kernel.rounding[TCONV_BACKWARD_INPUT] = kernel.rounding[TCONV_FORWARD];
    const double dx = report.worst[VERIFY_DX].bound;
    cr_assert(verify_kernel(&kernel, 2, 1, &report, &err), "%s", err.message);
    cr_expect_gt(report.worst[VERIFY_DX].bound, 6 * dx);
}

Test(verify, saved_must_hold_z)
{
    run_with(NO_FAULT, 2);
    kernel.saved_bytes += 4;
    cr_assert(verify_kernel(&kernel, 2, 1, &report, &err));
    cr_expect_not_null(strstr(report.crash, "saved_bytes"));
}
