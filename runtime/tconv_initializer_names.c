/*
 * tconv_initializer_names: Keras's names and default arguments, as one table.
 */
#include "tconv_initializer.h"

#include <string.h>

struct named {
    const char *names[4]; /* the last is NULL */
    struct tconv_initializer initializer;
};

/* clang-format off */
#define TF2 .dialect = TCONV_TF2
#define VALUE(v) {.kind = TCONV_CONSTANT, .value = (v), TF2}
#define NORMAL(k) {.kind = (k), .stddev = 0.05, TF2}
#define GAIN(k) {.kind = (k), .gain = 1, TF2}
#define SCALING(s, f, d) \
    {.kind = TCONV_VARIANCE_SCALING, .scale = (s), .fan = (f), .distribution = (d), TF2}

static const struct named table[] = {
    {{"Zeros", "zeros", "zero"}, VALUE(0)},
    {{"Ones", "ones", "one"}, VALUE(1)},
    {{"Constant", "constant"}, VALUE(0)},
    {{"Identity", "identity", "IdentityInitializer"}, GAIN(TCONV_IDENTITY)},
    {{"RandomNormal", "random_normal", "normal"}, NORMAL(TCONV_RANDOM_NORMAL)},
    {{"RandomUniform", "random_uniform", "uniform"},
     {.kind = TCONV_RANDOM_UNIFORM, .minval = -0.05, .maxval = 0.05, TF2}},
    {{"TruncatedNormal", "truncated_normal"}, NORMAL(TCONV_TRUNCATED_NORMAL)},
    {{"VarianceScaling", "variance_scaling"}, SCALING(1, TCONV_FAN_IN, TCONV_TRUNCATED)},
    {{"GlorotUniform", "glorot_uniform"}, SCALING(1, TCONV_FAN_AVERAGE, TCONV_UNIFORM)},
    {{"GlorotNormal", "glorot_normal"}, SCALING(1, TCONV_FAN_AVERAGE, TCONV_TRUNCATED)},
    {{"LecunUniform", "lecun_uniform"}, SCALING(1, TCONV_FAN_IN, TCONV_UNIFORM)},
    {{"LecunNormal", "lecun_normal"}, SCALING(1, TCONV_FAN_IN, TCONV_TRUNCATED)},
    {{"HeUniform", "he_uniform"}, SCALING(2, TCONV_FAN_IN, TCONV_UNIFORM)},
    {{"HeNormal", "he_normal"}, SCALING(2, TCONV_FAN_IN, TCONV_TRUNCATED)},
    {{"Orthogonal", "orthogonal", "OrthogonalInitializer"}, GAIN(TCONV_ORTHOGONAL)},
};
/* clang-format on */

int tconv_initializer_named(const char *name, struct tconv_initializer *out)
{
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        for (size_t k = 0; table[i].names[k] != NULL; k++)
            if (strcmp(name, table[i].names[k]) == 0) {
                *out = table[i].initializer;
                return 1;
            }
    return 0;
}
