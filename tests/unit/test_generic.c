/*
 * The generic kernel and the judge, each against the other, the specification's examples
 * and the identities that a linear layer and its gradients obey.
 */
#include <criterion/criterion.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tconv_activation.h"
#include "tconv_generic.h"
#include "tconv_judge.h"

#define MOST 20000 /* elements of any tensor here */

/* One layer with every tensor of it: as doubles, and rounded to the layer's type as
 * bytes. */
struct lab {
    struct tconv_layer layer;
    size_t batch, n_x, n_w, n_z, n_y;
    double x[MOST], w[MOST], b[16], dy[MOST];
    double typed_x[MOST], typed_w[MOST], typed_b[16], typed_dy[MOST];
    double y[MOST], z[MOST], dz[MOST], dx[MOST], dw[MOST],
        db[16]; /* of the layer's type */
};

static struct lab lab;
static unsigned long long state;

static size_t draw(size_t first, size_t last)
{
    state = state * 6364136223846793005ULL + 1442695040888963407ULL;
    return first + (size_t)(state >> 33) % (last - first + 1);
}

static double draw_number(void)
{
    return ((double)draw(0, 1u << 24) - 8388608) / 4194304;
}

static double typed(const void *from, size_t e)
{
    if (lab.layer.type == TCONV_FLOAT32)
        return (double)((const float *)from)[e];
    return ((const double *)from)[e];
}

static void fill(double *numbers, void *in_type, size_t n)
{
    for (size_t e = 0; e < n; e++) {
        const double number = draw_number();
        if (lab.layer.type == TCONV_FLOAT32)
            ((float *)in_type)[e] = (float)number;
        else
            ((double *)in_type)[e] = number;
        numbers[e] = typed(in_type, e);
    }
}

static void start(size_t batch)
{
    lab.batch = batch;
    lab.n_x = batch * tconv_x_size(&lab.layer);
    lab.n_z = batch * tconv_z_size(&lab.layer);
    lab.n_y = batch * tconv_y_size(&lab.layer);
    lab.n_w = tconv_w_size(&lab.layer);
    cr_assert(lab.n_x < MOST && lab.n_w < MOST && lab.n_z < MOST);
    fill(lab.x, lab.typed_x, lab.n_x);
    fill(lab.w, lab.typed_w, lab.n_w);
    fill(lab.b, lab.typed_b, lab.layer.out_c);
    fill(lab.dy, lab.typed_dy, lab.n_y);
}

/* Any stride with any dilation; outputs cropped, exact, or padded beyond the natural
 * length. */
static struct tconv_axis draw_axis(void)
{
    struct tconv_axis axis = {.in = draw(1, 5),
                              .kernel = draw(1, 5),
                              .stride = draw(1, 4),
                              .dilation = draw(1, 3)};
    const size_t natural =
        (axis.in - 1) * axis.stride + (axis.kernel - 1) * axis.dilation + 1;
    axis.crop = draw(0, 2) == 0 ? 0 : draw(0, (axis.kernel - 1) * axis.dilation);
    axis.out = draw(1, natural + axis.stride);
    return axis;
}

/* Glu halves the last axis. */
static void make_even(void)
{
    size_t *length = lab.layer.channels_first ? &lab.layer.axis[1].out : &lab.layer.out_c;
    if (tconv_halves(&lab.layer))
        *length += *length % 2;
}

static void draw_layer(void)
{
    static const double slopes[] = {0, 0.3, 1, -0.2}, ceilings[] = {INFINITY, 1, 0.25};
    static const double thresholds[] = {0, 0, 0.5};
    lab.layer = (struct tconv_layer){
        .type = draw(0, 1) == 0 ? TCONV_FLOAT32 : TCONV_FLOAT64,
        .channels_first = (int)draw(0, 1),
        .in_c = draw(1, 7),
        .out_c = draw(1, 6),
        .axis = {draw_axis(), draw_axis()},
        .use_bias = (int)draw(0, 1),
        .activation = {(enum tconv_function)draw(0, TCONV_GLU), slopes[draw(0, 3)],
                       ceilings[draw(0, 2)], thresholds[draw(0, 2)]},
    };
    make_even();
    start(draw(0, 6) == 0 ? 0 : draw(1, 3));
}

static void run_forward(void)
{
    tconv_generic_forward(&lab.layer, lab.batch, lab.typed_x, lab.typed_w,
                          lab.layer.use_bias ? lab.typed_b : NULL, lab.y, lab.z);
}

static void run_backward(void)
{
    tconv_generic_backward(&lab.layer, lab.batch, lab.typed_x, lab.typed_w, lab.y,
                           tconv_keeps_z(&lab.layer.activation) ? lab.z : NULL,
                           lab.typed_dy, lab.dz, lab.dx, lab.dw, lab.db);
}

/* How many of n results are further off than allowed. */
static size_t count_wrong(const void *got, const double *want, const double *bound,
                          size_t n)
{
    size_t wrong = 0;
    for (size_t e = 0; e < n; e++)
        wrong += fabs(typed(got, e) - want[e]) <= bound[e] ? 0 : 1;
    return wrong;
}

/* Turns the sums of magnitudes into error bounds. */
static void bound(double *sums, size_t n, size_t terms)
{
    for (size_t e = 0; e < n; e++)
        sums[e] = tconv_error_bound(lab.layer.type, terms, sums[e]);
}

static size_t count_wrong_forward(void)
{
    static double z[MOST], z_bound[MOST], y[MOST], y_bound[MOST];
    const size_t terms = tconv_judge_terms(&lab.layer, lab.batch).z;
    tconv_judge_forward(&lab.layer, lab.batch, lab.x, lab.w, lab.b, z, z_bound);
    bound(z_bound, lab.n_z, terms);
    tconv_judge_output(&lab.layer, lab.batch, z, z_bound, y, y_bound);
    return count_wrong(lab.z, z, z_bound, lab.n_z) +
           count_wrong(lab.y, y, y_bound, lab.n_y);
}

static size_t count_wrong_backward(void)
{
    static double y[MOST], z[MOST], dz[MOST], dx[MOST], dw[MOST], db[16];
    static double dx_sum[MOST], dw_sum[MOST], db_sum[16], magnitude[MOST];
    const struct tconv_terms terms = tconv_judge_terms(&lab.layer, lab.batch);
    for (size_t e = 0; e < lab.n_z; e++) {
        y[e] = typed(lab.y, e);
        z[e] = typed(lab.z, e);
    }
    tconv_judge_dz(&lab.layer, lab.batch, y, z, lab.dy, dz, magnitude);
    tconv_judge_backward(&lab.layer, lab.batch, lab.x, lab.w, magnitude, dx, dx_sum, dw,
                         dw_sum, db, db_sum);
    tconv_judge_backward(&lab.layer, lab.batch, lab.x, lab.w, dz, dx, NULL, dw, NULL, db,
                         NULL);
    bound(dx_sum, lab.n_x, terms.dx + TCONV_SLOPE_ROUNDINGS);
    bound(dw_sum, lab.n_w, terms.dw + TCONV_SLOPE_ROUNDINGS);
    size_t wrong = count_wrong(lab.dx, dx, dx_sum, lab.n_x);
    wrong += count_wrong(lab.dw, dw, dw_sum, lab.n_w);
    if (lab.layer.use_bias) {
        bound(db_sum, lab.layer.out_c, terms.db + TCONV_SLOPE_ROUNDINGS);
        wrong += count_wrong(lab.db, db, db_sum, lab.layer.out_c);
    }
    return wrong;
}

Test(generic, agrees_with_the_judge)
{
    for (unsigned seed = 0; seed < 400; seed++) {
        state = seed;
        draw_layer();
        run_forward();
        run_backward();
        cr_expect_eq(count_wrong_forward(), 0, "forward of layer %u", seed);
        cr_expect_eq(count_wrong_backward(), 0, "backward of layer %u", seed);
    }
}

/* The bounds are no wider than they must be: one wrong digit is found. */
Test(generic, the_judge_finds_a_small_error)
{
    for (unsigned seed = 1000; seed < 1100; seed++) {
        state = seed;
        draw_layer();
        lab.layer.type = TCONV_FLOAT64;
        lab.layer.use_bias = 1;
        lab.layer.activation.function = TCONV_LINEAR;
        start(1);
        ((double *)lab.typed_b)[0] += 1e-9;
        run_forward();
        cr_expect_gt(count_wrong_forward(), 0, "forward of layer %u", seed);
        ((double *)lab.typed_dy)[0] += 1e-9;
        run_backward();
        cr_expect_gt(count_wrong_backward(), 0, "backward of layer %u", seed);
    }
}

static double dot(const void *a, const double *b, size_t n)
{
    double sum = 0;
    for (size_t e = 0; e < n; e++)
        sum += typed(a, e) * b[e];
    return sum;
}

/* Without bias and activation y is linear in x and in w: <dy, y> = <dx, x> = <dw, w>. */
Test(generic, gradients_are_adjoint)
{
    for (unsigned seed = 2000; seed < 2200; seed++) {
        state = seed;
        draw_layer();
        lab.layer.type = TCONV_FLOAT64;
        lab.layer.use_bias = 0;
        lab.layer.activation.function = TCONV_LINEAR;
        start(2);
        run_forward();
        run_backward();
        const double forward = dot(lab.y, lab.dy, lab.n_y);
        cr_expect(fabs(dot(lab.dx, lab.x, lab.n_x) - forward) < 1e-10, "layer %u", seed);
        cr_expect(fabs(dot(lab.dw, lab.w, lab.n_w) - forward) < 1e-10, "layer %u", seed);
    }
}

/* d<dy, y> along a direction of x, by a central difference, through every activation. */
Test(generic, gradients_are_differences)
{
    static double up[MOST], down[MOST], direction[MOST];
    const double h = 1e-6;
    for (unsigned f = 0; f <= TCONV_GLU; f++) {
        state = 3000 + f;
        draw_layer();
        lab.layer.type = TCONV_FLOAT64;
        lab.layer.use_bias = 1;
        lab.layer.activation =
            (struct tconv_activation){(enum tconv_function)f, 1, INFINITY, 0};
        make_even();
        start(2);
        run_forward();
        run_backward();
        for (size_t e = 0; e < lab.n_x; e++)
            direction[e] = draw_number();
        for (size_t e = 0; e < lab.n_x; e++) {
            up[e] = lab.x[e] + h * direction[e];
            down[e] = lab.x[e] - h * direction[e];
        }
        const double predicted = dot(lab.dx, direction, lab.n_x);
        tconv_generic_forward(&lab.layer, 2, up, lab.w, lab.b, lab.y, lab.z);
        const double after = dot(lab.y, lab.dy, lab.n_y);
        tconv_generic_forward(&lab.layer, 2, down, lab.w, lab.b, lab.y, lab.z);
        const double rise = after - dot(lab.y, lab.dy, lab.n_y);
        cr_expect(fabs(rise / (2 * h) - predicted) < 1e-6 * (1 + fabs(predicted)),
                  "function %u: %g, not %g", f, predicted, rise / (2 * h));
    }
}

/* The specification's B.7: one image, one channel, x = 1, 2, ..., w = 1, 2, ... */
static void expect_ramp(struct tconv_axis rows, struct tconv_axis columns,
                        const double *want)
{
    double x[16], w[16], y[64], judged[64];
    for (size_t e = 0; e < 16; e++)
        x[e] = w[e] = (double)(e + 1);
    const struct tconv_layer layer = {.type = TCONV_FLOAT64,
                                      .in_c = 1,
                                      .out_c = 1,
                                      .axis = {rows, columns},
                                      .activation = {TCONV_LINEAR, 0, 0, 0}};
    tconv_generic_forward(&layer, 1, x, w, NULL, y, NULL);
    tconv_judge_forward(&layer, 1, x, w, NULL, judged, NULL);
    for (size_t e = 0; e < rows.out * columns.out; e++) {
        cr_expect_eq(y[e], want[e], "generic, element %zu: %g, not %g", e, y[e], want[e]);
        cr_expect_eq(judged[e], want[e], "judge, element %zu: %g", e, judged[e]);
    }
}

Test(generic, worked_examples_of_two_axes)
{
    static const double valid[] = {1,  2,  5,  4,  6,  4,  5,  14, 10, 12, 10, 14, 36,
                                   24, 30, 12, 15, 34, 20, 24, 21, 24, 55, 32, 36};
    static const double same[] = {1,  2,  5,  4,  4,  5,  14, 10,
                                  10, 14, 36, 24, 12, 15, 34, 20};
    static const double same_0[] = {5, 14, 10, 14, 36, 24, 15, 34, 20};
    static const double k2[] = {1, 4, 6, 20};
    /*                              in out kernel stride dilation crop */
    const struct tconv_axis a = {2, 5, 3, 2, 1, 0}, b = {2, 4, 3, 2, 1, 0};
    const struct tconv_axis c = {2, 3, 3, 2, 1, 1}, d = {2, 2, 2, 1, 1, 0};
    expect_ramp(a, a, valid);
    expect_ramp(b, b, same);
    expect_ramp(c, c, same_0);
    expect_ramp(d, d, k2);
}

Test(generic, worked_examples_of_one_axis)
{
    static const struct {
        struct tconv_axis axis;
        double y[10];
    } rows[] = {
        {{3, 9, 5, 2, 1, 0}, {1, 2, 5, 8, 14, 14, 19, 12, 15}},
        {{3, 6, 5, 2, 1, 1}, {2, 5, 8, 14, 14, 19}},
        {{3, 9, 2, 3, 1, 0}, {1, 2, 0, 2, 4, 0, 3, 6, 0}},
        {{2, 8, 6, 4, 1, 1}, {2, 3, 4, 7, 10, 6, 8, 10}},
        {{3, 8, 3, 2, 1, 0}, {1, 2, 5, 4, 9, 6, 9, 0}},
        {{3, 3, 3, 1, 2, 2}, {5, 4, 9}},
        {{4, 4, 2, 1, 3, 1}, {2, 3, 6, 4}},
    };
    const struct tconv_axis one = {1, 1, 1, 1, 1, 0};
    for (size_t r = 0; r < sizeof rows / sizeof rows[0]; r++) {
        expect_ramp(one, rows[r].axis, rows[r].y);
        expect_ramp(rows[r].axis, one, rows[r].y);
    }
}

/* Softmax goes over the last axis: channels, or columns for channels_first. */
Test(generic, softmax_over_the_last_axis)
{
    for (int first = 0; first < 2; first++) {
        state = 1;
        draw_layer();
        lab.layer.type = TCONV_FLOAT64;
        lab.layer.channels_first = first;
        lab.layer.activation.function = TCONV_SOFTMAX;
        start(2);
        run_forward();
        const size_t row = first ? lab.layer.axis[1].out : lab.layer.out_c;
        for (size_t e = 0; e < lab.n_y; e += row) {
            double sum = 0;
            for (size_t i = 0; i < row; i++)
                sum += lab.y[e + i];
            cr_expect(fabs(sum - 1) < 1e-14);
        }
    }
}

Test(generic, null_skips_a_gradient)
{
    state = 7;
    draw_layer();
    lab.layer.use_bias = 0;
    start(1);
    memset(lab.db, 0x55, sizeof lab.db);
    const double untouched = lab.db[0];
    run_forward();
    tconv_generic_backward(&lab.layer, 1, lab.typed_x, lab.typed_w, lab.y, lab.z,
                           lab.typed_dy, lab.dz, NULL, NULL, NULL);
    tconv_generic_backward(&lab.layer, 1, lab.typed_x, lab.typed_w, lab.y, lab.z,
                           lab.typed_dy, lab.dz, NULL, NULL, lab.db);
    cr_expect_eq(lab.db[0], untouched, "db without a bias");
}

/* Bounds hold for what they say, and are not vacuous. */
Test(judge, activation_bounds)
{
    for (unsigned seed = 0; seed < 3000; seed++) {
        state = seed;
        struct tconv_layer layer = {
            .type = TCONV_FLOAT64,
            .activation = {(enum tconv_function)draw(0, TCONV_SPARSE_SIGMOID),
                           seed % 2 ? 0.5 : -1.5, INFINITY, seed % 3 ? 0 : 0.25}};
        const double z = 4 * draw_number(), size = ldexp(1, -(int)draw(0, 40));
        const double moved = z + size * draw_number() / 2;
        const double y = tconv_activate_f64(&layer.activation, z);
        const double error = fabs(tconv_activate_f64(&layer.activation, moved) - y);
        const double allowed = tconv_activation_bound(&layer, z, size);
        cr_expect_leq(error, allowed, "function %d at %g", (int)layer.activation.function,
                      z);
        cr_expect_leq(allowed, 1e-14 * (1 + exp(z)) + size * (2 + exp(z + size)) +
                                   (layer.activation.threshold > 0 ? 0.25 : 0));
    }
    const struct tconv_layer leaping = {.activation = {TCONV_RELU, 0, INFINITY, 2}};
    cr_expect_geq(tconv_activation_bound(&leaping, 2.001, 0.01), 2.001,
                  "from 2.001 to 0");
    cr_expect_leq(tconv_activation_bound(&leaping, 2.1, 0.01), 0.0101,
                  "no leap in sight");
    const struct tconv_layer rows = {.out_c = 3, .activation = {TCONV_SOFTMAX, 0, 0, 0}};
    cr_expect_leq(tconv_row_bound(&rows, 0.5, 1e-6), 1.3e-6);
    cr_expect_geq(tconv_row_bound(&rows, 0.5, 1e-6), 1e-6);
}

Test(judge, error_bound)
{
    const double u = ldexp(1, -24);
    cr_expect(fabs(tconv_error_bound(TCONV_FLOAT32, 99, 3) - 300 * u) < 1e-2 * u);
    cr_expect_geq(tconv_error_bound(TCONV_FLOAT32, 99, 3), 300 * u);
    cr_expect_gt(tconv_error_bound(TCONV_FLOAT32, 1, 0), 0, "products may underflow");
    cr_expect(isinf(tconv_error_bound(TCONV_FLOAT32, (size_t)1 << 24, 1)));
    /* steepest slopes that the bounds rest on */
    for (double z = 0; z < 4; z += 1e-4)
        cr_expect(tconv_silu_slope_f64(z) < 1.0999 && tconv_gelu_slope_f64(z) < 1.1290 &&
                  tconv_mish_slope_f64(z) < 1.0885);
}
