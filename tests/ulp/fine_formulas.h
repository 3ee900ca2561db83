/*
 * fine_formulas.h: the float64 formulas of the runtime, for the test of their last
 * digits.
 *
 *     FORMULA(label, call on z, reference at x, least z, largest z, zero)
 *
 * as in formulas.h; `zero` is where a slope crosses it, NAN where none does.
 */
#ifndef TCONV_TESTS_ULP_FINE_FORMULAS_H
#define TCONV_TESTS_ULP_FINE_FORMULAS_H

#include <stddef.h>

#define ULP_FINE_FORMULAS(FORMULA)                                                       \
    FORMULA(relu, tconv_relu_f64(z, 0, INFINITY, 0), x <= 0 ? 0 : x, -INFINITY,          \
            INFINITY, NAN)                                                               \
    FORMULA(leaky_relu, tconv_relu_f64(z, 0.2, INFINITY, 0), x > 0 ? x : 0.2 * x,        \
            -INFINITY, INFINITY, NAN)                                                    \
    FORMULA(relu_object, tconv_relu_f64(z, 0.3, 6, 1),                                   \
            x <= 1  ? 0.3 * (x - 1)                                                      \
            : x > 6 ? 6                                                                  \
                    : x,                                                                 \
            -INFINITY, INFINITY, NAN)                                                    \
    FORMULA(hard_sigmoid_tf, tconv_hard_sigmoid_tf_f64(z), clip((x + 2.5L) / 5, 0, 1),   \
            -INFINITY, INFINITY, NAN)                                                    \
    FORMULA(hard_sigmoid_keras3, tconv_hard_sigmoid_keras3_f64(z),                       \
            clip((x + 3) / 6, 0, 1), -INFINITY, INFINITY, NAN)                           \
    FORMULA(exponential, tconv_exponential_f64(z), expl(x), -INFINITY, INFINITY, NAN)    \
    FORMULA(sigmoid, tconv_sigmoid_f64(z), sigmoid(x), -INFINITY, INFINITY, NAN)         \
    FORMULA(sigmoid_slope, tconv_sigmoid_slope_f64(z), x *(1 - x), 0, 1, NAN)            \
    FORMULA(tanh, tconv_tanh_f64(z), tanhl(x), -INFINITY, INFINITY, NAN)                 \
    FORMULA(tanh_slope, tconv_tanh_slope_f64(z), (1 - x) * (1 + x), -1, 1, NAN)          \
    FORMULA(elu, tconv_elu_f64(z, 1), x >= 0 ? x : expm1l(x), -INFINITY, INFINITY, NAN)  \
    FORMULA(elu_object, tconv_elu_f64(z, 0.7), x >= 0 ? x : 0.7 * expm1l(x), -INFINITY,  \
            INFINITY, NAN)                                                               \
    FORMULA(elu_slope, tconv_elu_slope_f64(z, 0.7), x >= 0 ? 1 : x + 0.7, -0.7,          \
            INFINITY, NAN)                                                               \
    FORMULA(elu_slope_of_z, tconv_elu_slope_of_z_f64(z, -0.7),                           \
            x >= 0 ? 1 : -0.7 * expl(x), -INFINITY, INFINITY, NAN)                       \
    FORMULA(selu, tconv_selu_f64(z), SELU_SCALE *(x >= 0 ? x : SELU_ALPHA * expm1l(x)),  \
            -INFINITY, INFINITY, NAN)                                                    \
    FORMULA(selu_slope, tconv_selu_slope_f64(z),                                         \
            x >= 0 ? SELU_SCALE : x + SELU_SCALE * SELU_ALPHA, -1.75, INFINITY, NAN)     \
    FORMULA(softplus, tconv_softplus_f64(z), softplus(x), -INFINITY, INFINITY, NAN)      \
    FORMULA(softplus_slope, tconv_softplus_slope_f64(z), -expm1l(-x), 0, INFINITY, NAN)  \
    FORMULA(softsign, tconv_softsign_f64(z), x / (1 + fabsl(x)), -INFINITY, INFINITY,    \
            NAN)                                                                         \
    FORMULA(softsign_slope, tconv_softsign_slope_f64(z), 1 / square(1 + fabsl(x)),       \
            -INFINITY, INFINITY, NAN)                                                    \
    FORMULA(silu, tconv_silu_f64(z), x *sigmoid(x), -INFINITY, INFINITY, NAN)            \
    FORMULA(silu_slope, tconv_silu_slope_f64(z), sigmoid(x) * (1 + x * sigmoid(-x)),     \
            -INFINITY, INFINITY, -1.28)                                                  \
    FORMULA(gelu, tconv_gelu_f64(z), x *area(x), -INFINITY, INFINITY, NAN)               \
    FORMULA(gelu_slope, tconv_gelu_slope_f64(z), area(x) + x * density(x), -INFINITY,    \
            INFINITY, -0.75)                                                             \
    FORMULA(mish, tconv_mish_f64(z), x *tanhl(softplus(x)), -INFINITY, INFINITY, NAN)    \
    FORMULA(mish_slope, tconv_mish_slope_f64(z), mish_slope(x), -INFINITY, INFINITY,     \
            -1.19)                                                                       \
    FORMULA(hard_silu, tconv_hard_silu_f64(z), x *clip(x + 3, 0, 6) / 6, -INFINITY,      \
            INFINITY, NAN)                                                               \
    FORMULA(hard_silu_slope, tconv_hard_silu_slope_f64(z),                               \
            x <= -3  ? 0                                                                 \
            : x >= 3 ? 1                                                                 \
                     : (2 * x + 3) / 6,                                                  \
            -INFINITY, INFINITY, NAN)                                                    \
    FORMULA(hard_tanh, tconv_hard_tanh_f64(z), clip(x, -1, 1), -INFINITY, INFINITY, NAN) \
    FORMULA(hard_shrink, tconv_hard_shrink_f64(z), fabsl(x) > 0.5L ? x : 0, -INFINITY,   \
            INFINITY, NAN)                                                               \
    FORMULA(soft_shrink, tconv_soft_shrink_f64(z),                                       \
            x > 0.5L    ? x - 0.5L                                                       \
            : x < -0.5L ? x + 0.5L                                                       \
                        : 0,                                                             \
            -INFINITY, INFINITY, NAN)                                                    \
    FORMULA(tanh_shrink, tconv_tanh_shrink_f64(z), tanh_shrink(x), -INFINITY, INFINITY,  \
            NAN)                                                                         \
    FORMULA(tanh_shrink_slope, tconv_tanh_shrink_slope_f64(z), square(tanhl(x)),         \
            -INFINITY, INFINITY, NAN)                                                    \
    FORMULA(log_sigmoid, tconv_log_sigmoid_f64(z), -softplus(-x), -INFINITY, INFINITY,   \
            NAN)                                                                         \
    FORMULA(log_sigmoid_slope, tconv_log_sigmoid_slope_f64(z), -expm1l(x), -INFINITY, 0, \
            NAN)                                                                         \
    FORMULA(squareplus, tconv_squareplus_f64(z),                                         \
            x < 0 ? 2 / (sqrtl(x * x + 4) - x) + 0 * x : (x + sqrtl(x * x + 4)) / 2,     \
            -INFINITY, INFINITY, NAN)                                                    \
    FORMULA(squareplus_slope, tconv_squareplus_slope_f64(z), squareplus_slope(x),        \
            -INFINITY, INFINITY, NAN)                                                    \
    FORMULA(sparse_plus, tconv_sparse_plus_f64(z),                                       \
            x <= -1 ? 0                                                                  \
            : x < 1 ? square(x + 1) / 4                                                  \
                    : x,                                                                 \
            -INFINITY, INFINITY, NAN)                                                    \
    FORMULA(sparse_plus_slope, tconv_sparse_plus_slope_f64(z), clip(x + 1, 0, 2) / 2,    \
            -INFINITY, INFINITY, NAN)

/* One formula on n numbers, n a multiple of 16. */
typedef void ulp_fine_apply(const double *z, double *y, size_t n);

/* In the order of ULP_FINE_FORMULAS, as this translation unit's flags made them. */
extern ulp_fine_apply *const ulp_fine_scalar[], *const ulp_fine_vectors[],
                                                    *const ulp_fine_fused[];

#endif
