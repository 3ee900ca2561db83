/*
 * gen/spec: the config as each generation writes it. data/configs.txt holds what real
 * Keras wrote (tests/keras/configs.py compares more); here stands what must be seen one
 * by one: each generation's forms, numbers, refusals, and what --dialect decides.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "spec_reading.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static const enum tconv_dialect dialects[] = {TCONV_TF1, TCONV_TF2, TCONV_KERAS3};

static const enum tconv_dialect *dialect_called(const char *word)
{
    for (size_t i = 0; i < COUNT(dialects); i++)
        if (strcmp(spec_dialect_word(dialects[i]), word) == 0)
            return &dialects[i];
    cr_assert_fail("%s", word);
    return NULL;
}

/* Reads a config of that generation and writes it for the same. */
static void expect_written_back(const char *word, const char *config)
{
    struct reading r;
    struct text out = {0};
    const struct spec_given given = {.dialect = dialect_called(word)};
    read_given(&r, config, &given);
    cr_assert(r.ok, "%s", r.err.message);
    cr_assert(spec_write_config(&r.spec, r.spec.dialect, &out, &r.err), "%s",
              r.err.message);
    cr_expect_str_eq(text_string(&out), config);
    text_free(&out);
    drop(&r);
}

Test(spec_write, what_keras_wrote_is_written_back_byte_by_byte)
{
    FILE *file = fopen(UNIT_DATA "/configs.txt", "r");
    char *line = NULL;
    size_t room = 0, n = 0;
    cr_assert_not_null(file);
    while (getline(&line, &room, file) > 0) {
        if (line[0] == '#')
            continue;
        line[strcspn(line, "\n")] = '\0';
        char *config = strchr(line, ' ');
        *config = '\0';
        expect_written_back(line, config + 1);
        n++;
    }
    cr_expect_eq(n, 36);
    free(line);
    fclose(file);
}

/* What a config with these keys is in that generation: `part` stands in it. */
static void expect_part(const char *more, const char *from, const char *to,
                        const char *part)
{
    struct reading r;
    struct text json = {0}, out = {0};
    const struct spec_given given = {.dialect = dialect_called(from)};
    text_print(&json, "{\"filters\": 4, \"kernel_size\": 3%s}", more);
    read_given(&r, text_string(&json), &given);
    cr_assert(r.ok, "%s", r.err.message);
    cr_assert(spec_write_config(&r.spec, *dialect_called(to), &out, &r.err), "%s",
              r.err.message);
    cr_expect_not_null(strstr(text_string(&out), part), "%s\nin %s", part,
                       text_string(&out));
    text_free(&json);
    text_free(&out);
    drop(&r);
}

Test(spec_write, defaults_are_those_of_the_constructors)
{
    expect_part(", \"bias_initializer\": \"constant\"", "tf2", "tf2", "{\"value\": 0}");
    expect_part(", \"bias_initializer\": \"Constant\"", "keras3", "keras3",
                "{\"value\": 0.0}");
    expect_part(", \"bias_initializer\": \"normal\"", "tf2", "tf2",
                "{\"mean\": 0.0, \"stddev\": 0.05, \"seed\": null}");
    expect_part(", \"kernel_initializer\": \"orthogonal\"", "keras3", "keras3",
                "{\"seed\": null, \"gain\": 1.0}");
    expect_part(", \"kernel_regularizer\": \"l2\"", "keras3", "keras3",
                "\"L2\", \"config\": {\"l2\": 0.01}");
    expect_part(", \"kernel_regularizer\": \"l2\"", "tf2", "tf2",
                "\"L2\", \"config\": {\"l2\": 0.009999999776482582}");
    expect_part(", \"kernel_regularizer\": \"l1\"", "keras3", "keras3",
                "{\"l1\": 0.009999999776482582}");
    expect_part(", \"kernel_constraint\": \"max_norm\"", "tf2", "keras3",
                "{\"max_value\": 2, \"axis\": 0}");
    expect_part(", \"kernel_constraint\": \"min_max_norm\"", "keras3", "tf2",
                "{\"min_value\": 0.0, \"max_value\": 1.0, \"rate\": 1.0, \"axis\": 0}");
    expect_part("", "tf1", "tf1", "\"trainable\": true, \"dtype\": null, \"filters\"");
    expect_part(", \"dtype\": \"float32\"", "tf1", "tf1", "\"dtype\": \"float32\"");
}

Test(spec_write, numbers_stay_what_they_were)
{
    static const char *const more =
        ", \"kernel_constraint\": {\"class_name\": \"MinMaxNorm\", \"config\": "
        "{\"min_value\": 2, \"max_value\": 2.0, \"rate\": 1e-5, \"axis\": [0, 1]}}";
    static const char *const part =
        "{\"min_value\": 2, \"max_value\": 2.0, \"rate\": 1e-05, \"axis\": [0, 1]}";
    for (size_t i = 0; i < COUNT(dialects); i++)
        expect_part(more, "tf2", spec_dialect_word(dialects[i]), part);
    expect_part(", \"activation\": {\"class_name\": \"LeakyReLU\", \"config\": {"
                "\"negative_slope\": 1}}",
                "keras3", "keras3", "\"negative_slope\": 1}");
    expect_part(", \"activation\": {\"class_name\": \"LeakyReLU\", \"config\": {"
                "\"negative_slope\": 0.3}}",
                "keras3", "tf2", "\"alpha\": 0.30000001192092896}");
    expect_part(", \"activity_regularizer\": {\"class_name\": \"L2\", \"config\": "
                "{\"l2\": 3}}",
                "keras3", "keras3", "{\"l2\": 3.0}");
    expect_part(", \"bias_regularizer\": {\"class_name\": \"L1L2\", \"config\": "
                "{\"l1\": 0.1, \"l2\": 1e300}}",
                "keras3", "tf2", "{\"l1\": 0.10000000149011612, \"l2\": 1e+300}");
}

Test(spec_write, each_generation_has_its_own_forms)
{
    static const char *const he = ", \"kernel_initializer\": {\"class_name\": "
                                  "\"HeUniform\", \"config\": {\"seed\": "
                                  "7}}";
    expect_part(he, "tf2", "tf1",
                "{\"class_name\": \"VarianceScaling\", \"config\": {\"scale\": 2.0, "
                "\"mode\": \"fan_in\", \"distribution\": \"uniform\", \"seed\": 7, "
                "\"dtype\": \"float32\"}}");
    expect_part(he, "tf2", "tf2", "\"HeUniform\", \"config\": {\"seed\": 7}");
    expect_part(he, "tf2", "keras3",
                "{\"seed\": 7, \"input_axes\": null, \"output_axes\": null}");
    expect_part(", \"kernel_initializer\": \"lecun_normal\"", "keras3", "tf1",
                "{\"scale\": 1.0, \"mode\": \"fan_in\", \"distribution\": "
                "\"truncated_normal\", \"seed\": null, \"dtype\": \"float32\"}");
    expect_part(", \"kernel_regularizer\": \"l2\"", "keras3", "tf1",
                "{\"class_name\": \"L1L2\", \"config\": {\"l1\": 0.0, \"l2\": "
                "0.009999999776482582}}");
    expect_part(", \"activation\": \"silu\"", "keras3", "tf2", "\"swish\"");
    expect_part(", \"activation\": \"swish\"", "tf2", "keras3", "\"silu\"");
    expect_part(", \"activation\": {\"class_name\": \"ELU\", \"config\": {\"alpha\": 2}}",
                "tf2", "keras3", "{\"name\": \"elu\", \"alpha\": 2, \"trainable\": true");
    expect_part(", \"input_shape\": [8, null, 3]", "tf2", "tf2",
                "\"batch_input_shape\": [null, 8, null, 3]");
    expect_part(", \"batch_input_shape\": [2, 8, 8, 3]", "tf1", "tf1",
                "\"batch_input_shape\": [2, 8, 8, 3], \"dtype\": null");
    expect_part(", \"batch_input_shape\": [2, 8, 8, 3]", "tf2", "keras3",
                "\"registered_name\": null}, \"filters\": 4");
    expect_part("", "keras3", "tf2", "\"groups\": 1, \"activation\": \"linear\"");
}

static void expect_refusal(const char *more, const char *from, const char *to,
                           const char *message)
{
    struct reading r;
    struct text json = {0}, out = {0};
    const struct spec_given given = {.dialect = dialect_called(from)};
    text_print(&json, "{\"filters\": 4, \"kernel_size\": 3%s}", more);
    read_given(&r, text_string(&json), &given);
    cr_assert(r.ok, "%s", r.err.message);
    cr_expect_not(spec_write_config(&r.spec, *dialect_called(to), &out, &r.err));
    cr_expect_str_eq(r.err.message, message);
    cr_expect_eq(out.length, 0);
    text_free(&json);
    drop(&r);
}

Test(spec_write, refuses_what_a_generation_cannot_say)
{
    expect_refusal(", \"activation\": \"hard_sigmoid\"", "tf1", "keras3",
                   "c.json: activation: got the hard_sigmoid of TensorFlow; expected an "
                   "activation of Keras 3, whose hard_sigmoid is another function");
    expect_refusal(", \"activation\": \"hard_sigmoid\"", "keras3", "tf2",
                   "c.json: activation: got the hard_sigmoid of Keras 3; expected an "
                   "activation of TensorFlow 2, whose hard_sigmoid is another function");
    expect_refusal(", \"activation\": \"gelu\"", "tf2", "tf1",
                   "c.json: activation: got \"gelu\"; expected a name that TensorFlow 1 "
                   "knows");
    expect_refusal(", \"activation\": \"celu\"", "keras3", "tf2",
                   "c.json: activation: got \"celu\"; expected a name that TensorFlow 2 "
                   "knows");
    expect_refusal(", \"activation\": {\"class_name\": \"ThresholdedReLU\"}", "tf2",
                   "keras3",
                   "c.json: activation: got ThresholdedReLU; expected a class that Keras "
                   "3 has");
    expect_refusal(", \"activation\": {\"class_name\": \"ELU\", \"config\": {\"name\": "
                   "\"a/b\"}}",
                   "tf2", "keras3",
                   "c.json: activation.config.name: got \"a/b\"; expected a string "
                   "without '/', as in Keras 3");
    expect_refusal(", \"kernel_constraint\": \"radial_constraint\"", "tf2", "keras3",
                   "c.json: kernel_constraint: got RadialConstraint; expected a class "
                   "that Keras 3 has");
    expect_refusal(
        ", \"bias_regularizer\": \"OrthogonalRegularizer\"", "tf2", "tf1",
        "c.json: bias_regularizer: got OrthogonalRegularizer; expected a class "
        "that TensorFlow 1 has");
    expect_refusal(", \"activity_regularizer\": {\"class_name\": \"L1\", \"config\": "
                   "{\"l1\": -0.5}}",
                   "tf1", "keras3",
                   "c.json: activity_regularizer.config.l1: got -0.5; expected a number "
                   "from 0, as in Keras 3");
    expect_refusal(
        ", \"kernel_initializer\": {\"class_name\": \"HeNormal\", \"config\": "
        "{\"input_axes\": [0]}}",
        "keras3", "tf2",
        "c.json: kernel_initializer.config.input_axes: got [0]; expected null, "
        "as in TensorFlow 2");
    expect_refusal(", \"bias_initializer\": {\"class_name\": \"RandomNormal\", "
                   "\"config\": {\"seed\": {\"class_name\": \"SeedGenerator\"}}}",
                   "keras3", "tf1",
                   "c.json: bias_initializer.config.seed: got {\"class_name\": "
                   "\"SeedGenerator\"}; expected null or an integer, as in TensorFlow 1");
}

/* One config, read in the given generation: NULL for what its marks say. */
static struct tconv_spec read_as(struct reading *r, const char *more, const char *word)
{
    struct text json = {0};
    const struct spec_given given = {.dialect =
                                         word == NULL ? NULL : dialect_called(word)};
    text_print(&json, "{\"filters\": 4, \"kernel_size\": 3%s}", more);
    read_given(r, text_string(&json), &given);
    text_free(&json);
    drop(r);
    return r->spec;
}

Test(spec_write, the_dialect_that_is_given_decides_what_names_mean)
{
    struct reading r;
    static const char *const hard = ", \"groups\": 1, \"activation\": \"hard_sigmoid\"";
    static const char *const both = ", \"bias_regularizer\": \"l1_l2\"";
    cr_expect_eq(read_as(&r, hard, NULL).activation.function, TCONV_HARD_SIGMOID_TF);
    cr_expect_not(r.spec.has_dialect);
    cr_expect_eq(read_as(&r, hard, "keras3").activation.function,
                 TCONV_HARD_SIGMOID_KERAS3);
    cr_expect(r.ok && r.spec.has_dialect);
    cr_expect_eq(read_as(&r, hard + strlen(", \"groups\": 1"), "tf1").activation.function,
                 TCONV_HARD_SIGMOID_TF);
    read_as(&r, both, NULL);
    cr_expect_not(r.ok);
    cr_expect_eq(read_as(&r, both, "tf2").dialect, TCONV_TF2);
    cr_expect(r.ok);
    read_as(&r, ", \"activation\": \"celu\"", "tf2");
    cr_expect_not(r.ok);
}

Test(spec_write, which_activations_are_known)
{
    cr_expect(spec_knows_activation("softplus", TCONV_TF1));
    cr_expect_not(spec_knows_activation("silu", TCONV_TF1));
    cr_expect(spec_knows_activation("silu", TCONV_TF2));
    cr_expect_not(spec_knows_activation("hard_silu", TCONV_TF2));
    cr_expect(spec_knows_activation("hard_silu", TCONV_KERAS3));
}
