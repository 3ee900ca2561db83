/*
 * tconv_activation.h: every activation and its derivative by table, for code that learns
 * the activation at run time. Emitted code includes only the formulas that it needs:
 *
 *     tconv_plain.h                        plain arithmetic
 *     tconv_exp.h                          one exponential away
 *     tconv_wide.h, tconv_fine.h           what float32, float64 need more digits for
 *     tconv_rows.h, tconv_rows_fine.h      over a row: float32, float64
 *
 * For a function NAME of one number they have
 *
 *     tconv_NAME_f32, tconv_NAME_f64              y from the pre-activation z
 *     tconv_NAME_slope_f32, tconv_NAME_slope_f64  dy/dz from y, or from z: tconv_keeps_z
 *
 * and tconv_rows.h tells what they have for a row. Parameters have the layer's type.
 * Formulas: the specification's D.2 and D.3; kinks, NaN and infinities as in Keras
 * (slopes of silu, gelu and mish are NaN at the infinities). Accuracy: within 2 ulp of
 * the correctly rounded result for all arguments; tconv_fine.h names the exceptions of
 * float64.
 *
 * This file includes itself twice, once per type.
 */
#ifndef TCONV_ACTIVATION_H
#define TCONV_ACTIVATION_H

#ifdef TCONV_LANES
#error "a table chooses for one number at a time: include this file without TCONV_LANES"
#endif

#include "tconv.h"
#include "tconv_fine.h"
#include "tconv_rows.h"
#include "tconv_rows_fine.h"

/* Whether the function works on a row, the last axis as laid out, not on each number. */
static inline int tconv_works_on_rows(const struct tconv_activation *a)
{
    return a->function >= TCONV_SOFTMAX;
}

/*
 * Whether dy/dz needs z (1), or y alone tells it (0). The one slope function of relu
 * takes either: with no threshold and a slope >= 0, y and z lie on the same side of 0 and
 * of the ceiling. elu has a function for each.
 */
static inline int tconv_keeps_z(const struct tconv_activation *a)
{
    switch (a->function) {
    case TCONV_RELU:
        return !(a->slope >= 0 && a->threshold == 0 && a->ceiling > 0);
    case TCONV_ELU:
        return !(a->slope > 0);
    case TCONV_SOFTSIGN:
    case TCONV_SILU:
    case TCONV_GELU:
    case TCONV_MISH:
    case TCONV_HARD_SILU:
    case TCONV_TANH_SHRINK:
    case TCONV_SQUAREPLUS:
    case TCONV_SPARSE_PLUS:
    case TCONV_GLU:
        return 1;
    default:
        return 0;
    }
}

#undef TCONV_BITS
#define TCONV_BITS 32
#include "tconv_activation.h"

#undef TCONV_BITS
#define TCONV_BITS 64
#include "tconv_activation.h"

#else

#include "tconv_exp.h"
#include "tconv_plain.h"

/* y by table, for code that learns the activation at run time. What works on rows is not
 * elementwise: z passes unchanged, ready for tconv_activate_row. */
static inline TCONV_REAL TCONV_FN(activate)(const struct tconv_activation *a,
                                            TCONV_REAL z)
{
    switch (a->function) {
    case TCONV_LINEAR:
    case TCONV_SOFTMAX:
    case TCONV_LOG_SOFTMAX:
    case TCONV_SPARSEMAX:
    case TCONV_GLU:
        return TCONV_FN(linear)(z);
    case TCONV_RELU:
        return TCONV_FN(relu)(z, (TCONV_REAL)a->slope, (TCONV_REAL)a->ceiling,
                              (TCONV_REAL)a->threshold);
    case TCONV_ELU:
        return TCONV_FN(elu)(z, (TCONV_REAL)a->slope);
    case TCONV_SELU:
        return TCONV_FN(selu)(z);
    case TCONV_SIGMOID:
        return TCONV_FN(sigmoid)(z);
    case TCONV_TANH:
        return TCONV_FN(tanh)(z);
    case TCONV_SOFTPLUS:
        return TCONV_FN(softplus)(z);
    case TCONV_SOFTSIGN:
        return TCONV_FN(softsign)(z);
    case TCONV_HARD_SIGMOID_TF:
        return TCONV_FN(hard_sigmoid_tf)(z);
    case TCONV_HARD_SIGMOID_KERAS3:
        return TCONV_FN(hard_sigmoid_keras3)(z);
    case TCONV_EXPONENTIAL:
        return TCONV_FN(exponential)(z);
    case TCONV_SILU:
        return TCONV_FN(silu)(z);
    case TCONV_GELU:
        return TCONV_FN(gelu)(z);
    case TCONV_MISH:
        return TCONV_FN(mish)(z);
    case TCONV_HARD_SILU:
        return TCONV_FN(hard_silu)(z);
    case TCONV_HARD_TANH:
        return TCONV_FN(hard_tanh)(z);
    case TCONV_HARD_SHRINK:
        return TCONV_FN(hard_shrink)(z);
    case TCONV_SOFT_SHRINK:
        return TCONV_FN(soft_shrink)(z);
    case TCONV_TANH_SHRINK:
        return TCONV_FN(tanh_shrink)(z);
    case TCONV_LOG_SIGMOID:
        return TCONV_FN(log_sigmoid)(z);
    case TCONV_SQUAREPLUS:
        return TCONV_FN(squareplus)(z);
    case TCONV_SPARSE_PLUS:
        return TCONV_FN(sparse_plus)(z);
    case TCONV_SPARSE_SIGMOID:
        return TCONV_FN(sparse_sigmoid)(z);
    }
    return z;
}

/* dy/dz by table; z is not looked at (give y) when tconv_keeps_z is 0. 1 for what
 * works on rows. */
static inline TCONV_REAL TCONV_FN(activation_slope)(const struct tconv_activation *a,
                                                    TCONV_REAL y, TCONV_REAL z)
{
    const int keeps_z = tconv_keeps_z(a);
    switch (a->function) {
    case TCONV_LINEAR:
    case TCONV_SOFTMAX:
    case TCONV_LOG_SOFTMAX:
    case TCONV_SPARSEMAX:
    case TCONV_GLU:
        return TCONV_FN(linear_slope)(y);
    case TCONV_RELU:
        return TCONV_FN(relu_slope)(keeps_z ? z : y, (TCONV_REAL)a->slope,
                                    (TCONV_REAL)a->ceiling, (TCONV_REAL)a->threshold);
    case TCONV_ELU:
        return keeps_z ? TCONV_FN(elu_slope_of_z)(z, (TCONV_REAL)a->slope)
                       : TCONV_FN(elu_slope)(y, (TCONV_REAL)a->slope);
    case TCONV_SELU:
        return TCONV_FN(selu_slope)(y);
    case TCONV_SIGMOID:
        return TCONV_FN(sigmoid_slope)(y);
    case TCONV_TANH:
        return TCONV_FN(tanh_slope)(y);
    case TCONV_SOFTPLUS:
        return TCONV_FN(softplus_slope)(y);
    case TCONV_SOFTSIGN:
        return TCONV_FN(softsign_slope)(z);
    case TCONV_HARD_SIGMOID_TF:
        return TCONV_FN(hard_sigmoid_tf_slope)(y);
    case TCONV_HARD_SIGMOID_KERAS3:
        return TCONV_FN(hard_sigmoid_keras3_slope)(y);
    case TCONV_EXPONENTIAL:
        return TCONV_FN(exponential_slope)(y);
    case TCONV_SILU:
        return TCONV_FN(silu_slope)(z);
    case TCONV_GELU:
        return TCONV_FN(gelu_slope)(z);
    case TCONV_MISH:
        return TCONV_FN(mish_slope)(z);
    case TCONV_HARD_SILU:
        return TCONV_FN(hard_silu_slope)(z);
    case TCONV_HARD_TANH:
        return TCONV_FN(hard_tanh_slope)(y);
    case TCONV_HARD_SHRINK:
        return TCONV_FN(hard_shrink_slope)(y);
    case TCONV_SOFT_SHRINK:
        return TCONV_FN(soft_shrink_slope)(y);
    case TCONV_TANH_SHRINK:
        return TCONV_FN(tanh_shrink_slope)(z);
    case TCONV_LOG_SIGMOID:
        return TCONV_FN(log_sigmoid_slope)(y);
    case TCONV_SQUAREPLUS:
        return TCONV_FN(squareplus_slope)(z);
    case TCONV_SPARSE_PLUS:
        return TCONV_FN(sparse_plus_slope)(z);
    case TCONV_SPARSE_SIGMOID:
        return TCONV_FN(sparse_sigmoid_slope)(y);
    }
    return 1;
}

/* y of a row of n by table, in place or not, but for glu not; nothing where
 * tconv_works_on_rows is 0. */
static inline void TCONV_FN(activate_row)(const struct tconv_activation *a,
                                          const TCONV_REAL *z, TCONV_REAL *y, size_t n)
{
    if (a->function == TCONV_SOFTMAX)
        TCONV_FN(softmax)(z, y, n);
    else if (a->function == TCONV_LOG_SOFTMAX)
        TCONV_FN(log_softmax)(z, y, n);
    else if (a->function == TCONV_SPARSEMAX)
        TCONV_FN(sparsemax)(z, y, n);
    else if (a->function == TCONV_GLU)
        TCONV_FN(glu)(z, y, n);
}

/* dz likewise, from z where tconv_keeps_z, else from y. */
static inline void TCONV_FN(back_through_row)(const struct tconv_activation *a,
                                              const TCONV_REAL *told,
                                              const TCONV_REAL *dy, TCONV_REAL *dz,
                                              size_t n)
{
    if (a->function == TCONV_SOFTMAX)
        TCONV_FN(softmax_backward)(told, dy, dz, n, 1);
    else if (a->function == TCONV_LOG_SOFTMAX)
        TCONV_FN(log_softmax_backward)(told, dy, dz, n, 1);
    else if (a->function == TCONV_SPARSEMAX)
        TCONV_FN(sparsemax_backward)(told, dy, dz, n, 1);
    else if (a->function == TCONV_GLU)
        TCONV_FN(glu_backward)(told, dy, dz, n, 1);
}

#endif
