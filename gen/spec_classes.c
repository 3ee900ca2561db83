/*
 * The tables of spec_objects, and how each kind of parameter is checked (specification
 * E.2, F.1, F.2).
 */
#include <string.h>
#include <strings.h>

#include "spec_objects.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static bool read_number(struct spec_reader *r, struct json_value value, struct text *out)
{
    double number;
    if (!json_read_number(value, &number, r->err))
        return false;
    json_write(value, out);
    return true;
}

static bool read_number_from(struct spec_reader *r, struct json_value value, double low,
                             bool is_open, const char *expected, struct text *out)
{
    double number;
    if (json_kind(value) != JSON_NUMBER || !json_read_number(value, &number, r->err) ||
        number < low || (is_open && number == low))
        return json_refuse(value, r->err, "%s", expected);
    json_write(value, out);
    return true;
}

static bool read_scale(struct spec_reader *r, struct json_value value, struct text *out)
{
    return read_number_from(r, value, 0, true, "a number above 0", out);
}

/* Of a regularizer: a float, in TensorFlow, which takes negative ones too, of float32. */
static bool put_penalty(struct spec_reader *r, struct json_value value, bool is_rounded,
                        struct text *out)
{
    const bool is_tf = r->spec->dialect != TCONV_KERAS3;
    double number;
    if (json_kind(value) != JSON_NUMBER || !json_read_number(value, &number, r->err) ||
        (number < 0 && !is_tf))
        return json_refuse(value, r->err, is_tf ? "a number" : "a number from 0");
    r->spec->needs_tf |= number < 0;
    json_write_float(is_tf || is_rounded ? spec_round_number(number) : number, out);
    return true;
}

static bool read_penalty(struct spec_reader *r, struct json_value value, struct text *out)
{
    return put_penalty(r, value, false, out);
}

/* One that Keras 3 keeps in float32 too. */
static bool read_rounded(struct spec_reader *r, struct json_value value, struct text *out)
{
    return put_penalty(r, value, true, out);
}

/* null, an integer, or Keras 3's generator object, which is carried as it is. */
static bool read_seed(struct spec_reader *r, struct json_value value, struct text *out)
{
    struct spec_wrapped generator;
    struct error ignored = {0};
    int64_t seed;
    if (json_kind(value) == JSON_OBJECT) {
        if (!spec_read_wrapped(r, value, "a seed", &generator))
            return false;
        if (strcmp(generator.class_name, "SeedGenerator") != 0)
            return json_refuse(json_member(value, "class_name"), r->err,
                               "\"SeedGenerator\"");
    } else if (json_kind(value) != JSON_NULL &&
               !json_read_integer(value, &seed, &ignored))
        return json_refuse(value, r->err, "null, an integer or a SeedGenerator");
    json_write(value, out);
    return true;
}

static bool is_axis(struct json_value value, int64_t low, int64_t high)
{
    struct error ignored = {0};
    int64_t axis;
    return json_read_integer(value, &axis, &ignored) && axis >= low && axis <= high;
}

static bool are_axes(struct json_value value, int64_t low, int64_t high)
{
    struct json_value item = json_first(value);
    for (; json_is_present(item); item = json_next(item))
        if (!is_axis(item, low, high))
            return false;
    return json_kind(value) == JSON_ARRAY;
}

/* The axes whose product is a fan: Keras 3 since 3.15. */
static bool read_fan_axes(struct spec_reader *r, struct json_value value,
                          struct text *out)
{
    const int64_t rank = (int64_t)r->rank;
    if (json_kind(value) != JSON_NULL && !are_axes(value, -rank, rank - 1))
        return json_refuse(value, r->err, "null or an array of axes from %d to %d",
                           -(int)rank, (int)rank - 1);
    json_write(value, out);
    return true;
}

/* The axes of a norm: Keras checks them where it applies the constraint. */
static bool read_norm_axes(struct spec_reader *r, struct json_value value,
                           struct text *out)
{
    const int64_t most = JSON_LARGEST_INTEGER;
    if (json_kind(value) != JSON_NULL && !is_axis(value, -most, most) &&
        !are_axes(value, -most, most))
        return json_refuse(value, r->err, "an integer or an array of integers");
    json_write(value, out);
    return true;
}

/* Writes the word of the list that the value is; false, and nothing, when it is none. */
static bool put_word(struct json_value value, const char *const words[], size_t n,
                     int (*compare)(const char *, const char *), struct text *out)
{
    struct error ignored = {0};
    const char *string;
    if (!json_read_string(value, &string, &ignored))
        return false;
    for (size_t i = 0; i < n; i++)
        if (compare(string, words[i]) == 0) {
            json_write_string(words[i], out);
            return true;
        }
    return false;
}

static bool read_mode(struct spec_reader *r, struct json_value value, struct text *out)
{
    static const char *const words[] = {"fan_in", "fan_out", "fan_avg"};
    return put_word(value, words, COUNT(words), strcmp, out) ||
           json_refuse(value, r->err, "\"fan_in\", \"fan_out\" or \"fan_avg\"");
}

/* In any letter case, as Keras lowers it; "normal" is an older name. */
static bool read_distribution(struct spec_reader *r, struct json_value value,
                              struct text *out)
{
    static const char *const words[] = {"uniform", "truncated_normal",
                                        "untruncated_normal"};
    static const char *const old[] = {"normal"};
    struct text ignored = {0};
    const bool is_old = put_word(value, old, COUNT(old), strcasecmp, &ignored);
    text_free(&ignored);
    if (is_old)
        json_write_string("truncated_normal", out);
    return is_old || put_word(value, words, COUNT(words), strcasecmp, out) ||
           json_refuse(value, r->err,
                       "\"uniform\", \"truncated_normal\" or \"untruncated_normal\"");
}

static bool read_matrix_mode(struct spec_reader *r, struct json_value value,
                             struct text *out)
{
    static const char *const words[] = {"rows", "columns"};
    return put_word(value, words, COUNT(words), strcmp, out) ||
           json_refuse(value, r->err, "\"rows\" or \"columns\"");
}

#define ROUNDED "0.009999999776482582" /* 0.01 as a float32 */

/* The fields of a parameter that several classes have. */
#define SEED .key = "seed", .read = read_seed, .otherwise = "null"
#define FAN(name) .key = name, .read = read_fan_axes, .otherwise = "null"
#define NUMBER(name, text) .key = name, .read = read_number, .otherwise = text
#define PENALTY(name, text)                                                              \
    .key = name, .read = read_penalty, .otherwise = text, .null_is_otherwise = true
#define AXIS .key = "axis", .read = read_norm_axes, .otherwise = "0"

static const struct spec_class initializers[] = {
    {.names = {"Zeros", "zeros", "zero"}},
    {.names = {"Ones", "ones", "one"}},
    {.names = {"Constant", "constant"},
     .parameters = {{NUMBER("value", "0.0"), .tf_otherwise = "0"}}},
    {.names = {"RandomNormal", "random_normal", "normal"},
     .parameters = {{SEED}, {NUMBER("mean", "0.0")}, {NUMBER("stddev", "0.05")}}},
    {.names = {"RandomUniform", "random_uniform", "uniform"},
     .parameters = {{SEED}, {NUMBER("minval", "-0.05")}, {NUMBER("maxval", "0.05")}}},
    {.names = {"TruncatedNormal", "truncated_normal"},
     .parameters = {{SEED}, {NUMBER("mean", "0.0")}, {NUMBER("stddev", "0.05")}}},
    {.names = {"VarianceScaling", "variance_scaling"},
     .parameters = {{SEED},
                    {.key = "scale", .read = read_scale, .otherwise = "1.0"},
                    {.key = "mode", .read = read_mode, .otherwise = "\"fan_in\""},
                    {.key = "distribution",
                     .read = read_distribution,
                     .otherwise = "\"truncated_normal\""},
                    {FAN("input_axes")},
                    {FAN("output_axes")}}},
    {.names = {"GlorotUniform", "glorot_uniform"},
     .parameters = {{SEED}, {FAN("input_axes")}, {FAN("output_axes")}}},
    {.names = {"GlorotNormal", "glorot_normal"},
     .parameters = {{SEED}, {FAN("input_axes")}, {FAN("output_axes")}}},
    {.names = {"LecunUniform", "lecun_uniform"},
     .parameters = {{SEED}, {FAN("input_axes")}, {FAN("output_axes")}}},
    {.names = {"LecunNormal", "lecun_normal"},
     .parameters = {{SEED}, {FAN("input_axes")}, {FAN("output_axes")}}},
    {.names = {"HeUniform", "he_uniform"},
     .parameters = {{SEED}, {FAN("input_axes")}, {FAN("output_axes")}}},
    {.names = {"HeNormal", "he_normal"},
     .parameters = {{SEED}, {FAN("input_axes")}, {FAN("output_axes")}}},
    {.names = {"Orthogonal", "orthogonal", "OrthogonalInitializer"},
     .parameters = {{SEED}, {NUMBER("gain", "1.0")}},
     .low_rank = 2,
     .high_rank = 8},
    {.names = {"Identity", "identity", "IdentityInitializer"},
     .parameters = {{NUMBER("gain", "1.0")}},
     .low_rank = 2,
     .high_rank = 2},
    {.names = {"STFT", "stft", "STFTInitializer"}, .low_rank = 3, .high_rank = 3},
};

static const struct spec_class regularizers[] = {
    {.names = {"L1", "l1"},
     .parameters = {{.key = "l1",
                     .read = read_rounded,
                     .otherwise = ROUNDED,
                     .null_is_otherwise = true}}},
    {.names = {"L2", "l2"},
     .parameters = {{PENALTY("l2", "0.01"), .tf_otherwise = ROUNDED}}},
    {.names = {"L1L2", "l1l2"},
     .parameters = {{PENALTY("l1", "0.0")}, {PENALTY("l2", "0.0")}}},
    {.names = {"L1L2", "l1_l2"},
     .parameters = {{PENALTY("l1", ROUNDED)}, {PENALTY("l2", ROUNDED)}},
     .is_tf_only = true},
    {.names = {"OrthogonalRegularizer", "orthogonal_regularizer"},
     .parameters = {{.key = "factor", .read = read_rounded, .otherwise = ROUNDED},
                    {.key = "mode", .read = read_matrix_mode, .otherwise = "\"rows\""}}},
};

static const struct spec_class constraints[] = {
    {.names = {"MaxNorm", "max_norm"},
     .parameters = {{NUMBER("max_value", "2")}, {AXIS}}},
    {.names = {"MaxNorm", "maxnorm"},
     .parameters = {{NUMBER("max_value", "2")}, {AXIS}},
     .is_tf_only = true},
    {.names = {"NonNeg", "non_neg"}},
    {.names = {"NonNeg", "nonneg"}, .is_tf_only = true},
    {.names = {"UnitNorm", "unit_norm"}, .parameters = {{AXIS}}},
    {.names = {"UnitNorm", "unitnorm"}, .parameters = {{AXIS}}, .is_tf_only = true},
    {.names = {"MinMaxNorm", "min_max_norm"},
     .parameters = {{NUMBER("min_value", "0.0")},
                    {NUMBER("max_value", "1.0")},
                    {NUMBER("rate", "1.0")},
                    {AXIS}}},
    {.names = {"RadialConstraint", "radial_constraint"},
     .is_tf_only = true,
     .keras3_has_none = true},
};

const struct spec_family spec_initializers = {"an initializer", initializers,
                                              COUNT(initializers)};
const struct spec_family spec_regularizers = {"a regularizer", regularizers,
                                              COUNT(regularizers)};
const struct spec_family spec_constraints = {"a constraint", constraints,
                                             COUNT(constraints)};
