/*
 * formulas.h: the float32 formulas of the runtime, for the test of their last digits.
 *
 *     FORMULA(label, call on z, reference at x, least z, largest z)
 *
 * The reference is in long double, written otherwise than the formula where that is
 * possible. Slopes from y have the range of y.
 */
#ifndef TCONV_TESTS_ULP_FORMULAS_H
#define TCONV_TESTS_ULP_FORMULAS_H

#include <stddef.h>

#define ULP_FORMULAS(FORMULA)                                                            \
    FORMULA(relu, tconv_relu_f32(z, 0, INFINITY, 0), x <= 0 ? 0 : x, -INFINITY,          \
            INFINITY)                                                                    \
    FORMULA(leaky_relu, tconv_relu_f32(z, 0.2f, INFINITY, 0),                            \
            x > 0 ? x : (long double)0.2f * x, -INFINITY, INFINITY)                      \
    FORMULA(relu_object, tconv_relu_f32(z, 0.3f, 6, 1),                                  \
            x <= 1  ? (long double)0.3f * (x - 1)                                        \
            : x > 6 ? 6                                                                  \
                    : x,                                                                 \
            -INFINITY, INFINITY)                                                         \
    FORMULA(hard_sigmoid_tf, tconv_hard_sigmoid_tf_f32(z), clip((x + 2.5L) / 5, 0, 1),   \
            -INFINITY, INFINITY)                                                         \
    FORMULA(hard_sigmoid_keras3, tconv_hard_sigmoid_keras3_f32(z),                       \
            clip((x + 3) / 6, 0, 1), -INFINITY, INFINITY)                                \
    FORMULA(exponential, tconv_exponential_f32(z), expl(x), -INFINITY, INFINITY)         \
    FORMULA(sigmoid, tconv_sigmoid_f32(z), sigmoid(x), -INFINITY, INFINITY)              \
    FORMULA(sigmoid_slope, tconv_sigmoid_slope_f32(z), x *(1 - x), 0, 1)                 \
    FORMULA(tanh, tconv_tanh_f32(z), tanhl(x), -INFINITY, INFINITY)                      \
    FORMULA(tanh_slope, tconv_tanh_slope_f32(z), (1 - x) * (1 + x), -1, 1)               \
    FORMULA(elu, tconv_elu_f32(z, 1), x >= 0 ? x : expm1l(x), -INFINITY, INFINITY)       \
    FORMULA(elu_object, tconv_elu_f32(z, 0.7f),                                          \
            x >= 0 ? x : (long double)0.7f * expm1l(x), -INFINITY, INFINITY)             \
    FORMULA(elu_slope, tconv_elu_slope_f32(z, 0.7f), x >= 0 ? 1 : x + 0.7f, -0.7f,       \
            INFINITY)                                                                    \
    FORMULA(elu_slope_of_z, tconv_elu_slope_of_z_f32(z, -0.7f),                          \
            x >= 0 ? 1 : (long double)-0.7f * expl(x), -INFINITY, INFINITY)              \
    FORMULA(selu, tconv_selu_f32(z), SELU_SCALE *(x >= 0 ? x : SELU_ALPHA * expm1l(x)),  \
            -INFINITY, INFINITY)                                                         \
    FORMULA(selu_slope, tconv_selu_slope_f32(z),                                         \
            x >= 0 ? SELU_SCALE : x + SELU_SCALE * SELU_ALPHA, -1.7580993f, INFINITY)    \
    FORMULA(softplus, tconv_softplus_f32(z), softplus(x), -INFINITY, INFINITY)           \
    FORMULA(softplus_slope, tconv_softplus_slope_f32(z), -expm1l(-x), 0, INFINITY)       \
    FORMULA(softsign, tconv_softsign_f32(z), x / (1 + fabsl(x)), -INFINITY, INFINITY)    \
    FORMULA(softsign_slope, tconv_softsign_slope_f32(z), 1 / square(1 + fabsl(x)),       \
            -INFINITY, INFINITY)                                                         \
    FORMULA(silu, tconv_silu_f32(z), x *sigmoid(x), -INFINITY, INFINITY)                 \
    FORMULA(silu_slope, tconv_silu_slope_f32(z), sigmoid(x) * (1 + x * sigmoid(-x)),     \
            -INFINITY, INFINITY)                                                         \
    FORMULA(gelu, tconv_gelu_f32(z), x *area(x), -INFINITY, INFINITY)                    \
    FORMULA(gelu_slope, tconv_gelu_slope_f32(z), area(x) + x * density(x), -INFINITY,    \
            INFINITY)                                                                    \
    FORMULA(mish, tconv_mish_f32(z), x *tanhl(softplus(x)), -INFINITY, INFINITY)         \
    FORMULA(mish_slope, tconv_mish_slope_f32(z), mish_slope(x), -INFINITY, INFINITY)     \
    FORMULA(hard_silu, tconv_hard_silu_f32(z), x *clip(x + 3, 0, 6) / 6, -INFINITY,      \
            INFINITY)                                                                    \
    FORMULA(hard_silu_slope, tconv_hard_silu_slope_f32(z),                               \
            x <= -3  ? 0                                                                 \
            : x >= 3 ? 1                                                                 \
                     : (2 * x + 3) / 6,                                                  \
            -INFINITY, INFINITY)                                                         \
    FORMULA(hard_tanh, tconv_hard_tanh_f32(z), clip(x, -1, 1), -INFINITY, INFINITY)      \
    FORMULA(hard_shrink, tconv_hard_shrink_f32(z), fabsl(x) > 0.5L ? x : 0, -INFINITY,   \
            INFINITY)                                                                    \
    FORMULA(soft_shrink, tconv_soft_shrink_f32(z),                                       \
            x > 0.5L    ? x - 0.5L                                                       \
            : x < -0.5L ? x + 0.5L                                                       \
                        : 0,                                                             \
            -INFINITY, INFINITY)                                                         \
    FORMULA(tanh_shrink, tconv_tanh_shrink_f32(z), tanh_shrink(x), -INFINITY, INFINITY)  \
    FORMULA(tanh_shrink_slope, tconv_tanh_shrink_slope_f32(z), square(tanhl(x)),         \
            -INFINITY, INFINITY)                                                         \
    FORMULA(log_sigmoid, tconv_log_sigmoid_f32(z), -softplus(-x), -INFINITY, INFINITY)   \
    FORMULA(log_sigmoid_slope, tconv_log_sigmoid_slope_f32(z), -expm1l(x), -INFINITY, 0) \
    FORMULA(squareplus, tconv_squareplus_f32(z),                                         \
            x < 0 ? 2 / (sqrtl(x * x + 4) - x) + 0 * x : (x + sqrtl(x * x + 4)) / 2,     \
            -INFINITY, INFINITY)                                                         \
    FORMULA(squareplus_slope, tconv_squareplus_slope_f32(z), squareplus_slope(x),        \
            -INFINITY, INFINITY)                                                         \
    FORMULA(sparse_plus, tconv_sparse_plus_f32(z),                                       \
            x <= -1 ? 0                                                                  \
            : x < 1 ? square(x + 1) / 4                                                  \
                    : x,                                                                 \
            -INFINITY, INFINITY)                                                         \
    FORMULA(sparse_plus_slope, tconv_sparse_plus_slope_f32(z), clip(x + 1, 0, 2) / 2,    \
            -INFINITY, INFINITY)

/* One formula on n numbers, n a multiple of 16. */
typedef void ulp_apply(const float *z, float *y, size_t n);

/* In the order of ULP_FORMULAS, as this translation unit's flags made them. */
extern ulp_apply *const ulp_scalar[], *const ulp_vectors[], *const ulp_fused[];

#endif
