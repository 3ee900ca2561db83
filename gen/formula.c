#include "formula.h"

static const struct formula table[] = {
    [TCONV_LINEAR] = {"linear", "TCONV_LINEAR", FORMULA_PLAIN, 0},
    [TCONV_RELU] = {"relu", "TCONV_RELU", FORMULA_PLAIN, 3},
    [TCONV_ELU] = {"elu", "TCONV_ELU", FORMULA_EXP, 1},
    [TCONV_SELU] = {"selu", "TCONV_SELU", FORMULA_EXP, 0},
    [TCONV_SIGMOID] = {"sigmoid", "TCONV_SIGMOID", FORMULA_EXP, 0},
    [TCONV_TANH] = {"tanh", "TCONV_TANH", FORMULA_EXP, 0},
    [TCONV_SOFTPLUS] = {"softplus", "TCONV_SOFTPLUS", FORMULA_WIDE, 0},
    [TCONV_SOFTSIGN] = {"softsign", "TCONV_SOFTSIGN", FORMULA_WIDE, 0},
    [TCONV_HARD_SIGMOID_TF] = {"hard_sigmoid_tf", "TCONV_HARD_SIGMOID_TF", FORMULA_PLAIN,
                               0},
    [TCONV_HARD_SIGMOID_KERAS3] = {"hard_sigmoid_keras3", "TCONV_HARD_SIGMOID_KERAS3",
                                   FORMULA_PLAIN, 0},
    [TCONV_EXPONENTIAL] = {"exponential", "TCONV_EXPONENTIAL", FORMULA_EXP, 0},
    [TCONV_SILU] = {"silu", "TCONV_SILU", FORMULA_WIDE, 0},
    [TCONV_GELU] = {"gelu", "TCONV_GELU", FORMULA_WIDE, 0},
    [TCONV_MISH] = {"mish", "TCONV_MISH", FORMULA_WIDE, 0},
    [TCONV_HARD_SILU] = {"hard_silu", "TCONV_HARD_SILU", FORMULA_WIDE, 0},
    [TCONV_HARD_TANH] = {"hard_tanh", "TCONV_HARD_TANH", FORMULA_PLAIN, 0},
    [TCONV_HARD_SHRINK] = {"hard_shrink", "TCONV_HARD_SHRINK", FORMULA_PLAIN, 0},
    [TCONV_SOFT_SHRINK] = {"soft_shrink", "TCONV_SOFT_SHRINK", FORMULA_PLAIN, 0},
    [TCONV_TANH_SHRINK] = {"tanh_shrink", "TCONV_TANH_SHRINK", FORMULA_WIDE, 0},
    [TCONV_LOG_SIGMOID] = {"log_sigmoid", "TCONV_LOG_SIGMOID", FORMULA_WIDE, 0},
    [TCONV_SQUAREPLUS] = {"squareplus", "TCONV_SQUAREPLUS", FORMULA_WIDE, 0},
    [TCONV_SPARSE_PLUS] = {"sparse_plus", "TCONV_SPARSE_PLUS", FORMULA_PLAIN, 0},
    [TCONV_SPARSE_SIGMOID] = {"sparse_sigmoid", "TCONV_SPARSE_SIGMOID", FORMULA_PLAIN, 0},
    [TCONV_SOFTMAX] = {"softmax", "TCONV_SOFTMAX", FORMULA_ROWS, 0},
    [TCONV_LOG_SOFTMAX] = {"log_softmax", "TCONV_LOG_SOFTMAX", FORMULA_ROWS, 0},
    [TCONV_SPARSEMAX] = {"sparsemax", "TCONV_SPARSEMAX", FORMULA_ROWS, 0},
    [TCONV_GLU] = {"glu", "TCONV_GLU", FORMULA_ROWS, 0},
};

const struct formula *formula_of(enum tconv_function function)
{
    return &table[function];
}

const char *formula_header(const struct formula *formula, enum tconv_type type)
{
    static const char *const headers[][2] = {
        [FORMULA_PLAIN] = {"tconv_plain.h", "tconv_plain.h"},
        [FORMULA_EXP] = {"tconv_exp.h", "tconv_exp.h"},
        [FORMULA_WIDE] = {"tconv_wide.h", "tconv_fine.h"},
        [FORMULA_ROWS] = {"tconv_rows.h", "tconv_rows_fine.h"},
    };
    return headers[formula->family][type == TCONV_FLOAT64];
}

size_t formula_lanes(const struct formula *formula, const struct tconv_layer *layer,
                     const struct target *target)
{
    const enum tconv_type type =
        formula->family <= FORMULA_EXP ? layer->type : TCONV_FLOAT64;
    const size_t lanes = target_lanes(target, type);
    const size_t last = layer->channels_first ? layer->axis[1].out : layer->out_c;
    const size_t row = tconv_halves(layer) ? last / 2 : last;
    if (target->vector_bytes == 0 || (formula->family == FORMULA_ROWS && row < lanes))
        return 0;
    return lanes;
}
