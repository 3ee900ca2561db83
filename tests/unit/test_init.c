/*
 * gen/init: which seed each initializer gets, what a null initializer is, what the file
 * says. The numbers are test_initializer.c's.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "init.h"
#include "safetensors.h"
#include "spec_reading.h"

static struct reading r;
static struct geometry geometry;
static struct init_weights weights;

#define LAYER "\"name\": \"up\", \"filters\": 3, \"kernel_size\": 2"
#define OBJECT(class, config) "{\"class_name\": \"" class "\", \"config\": {" config "}}"

static const struct init_seed given = {INIT_OPTION, 42};

static bool derive(const char *config)
{
    read_into(&r, config, "2,2,5");
    cr_assert(r.ok, "%s", r.err.message);
    cr_assert(geometry_derive(&geometry, &r.spec, &r.arena, &r.err));
    return init_derive(&weights, &r.spec, &geometry, given, &r.arena, &r.err);
}

static void expect_seed(size_t tensor, enum init_origin origin, int64_t seed)
{
    cr_expect_eq(weights.tensors[tensor].origin, origin);
    if (origin != INIT_NO_SEED)
        cr_expect_eq(weights.tensors[tensor].initializer.seed, seed);
}

Test(init, the_option_seeds_what_the_config_does_not)
{
    cr_assert(derive("{" LAYER "}"), "%s", r.err.message);
    cr_expect_str_eq(weights.tensors[0].class_name, "GlorotUniform");
    expect_seed(0, INIT_OPTION, 42);
    expect_seed(1, INIT_NO_SEED, 0);
    cr_expect_eq(weights.dialect, TCONV_KERAS3);
    drop(&r);
}

Test(init, the_seed_of_the_config_wins)
{
    cr_assert(derive("{" LAYER ", \"kernel_initializer\": " OBJECT(
        "HeNormal", "\"seed\": 7") ", \"bias_initializer\": \"random_normal\"}"));
    expect_seed(0, INIT_CONFIG, 7);
    expect_seed(1, INIT_OPTION, 42);
    cr_expect_eq(weights.dialect, TCONV_TF2);
    drop(&r);
}

Test(init, a_seed_generator_is_its_seed)
{
#define GENERATOR(seed)                                                                  \
    "\"seed\": {\"module\": \"keras.random\", \"class_name\": \"SeedGenerator\", "       \
    "\"config\": {\"seed\": " seed ", \"name\": \"s\"}}"
    cr_assert(derive("{" LAYER ", \"kernel_initializer\": " OBJECT(
        "HeNormal",
        GENERATOR("-9")) ", \"bias_initializer\": " OBJECT("HeNormal",
                                                           GENERATOR("null")) "}"));
    expect_seed(0, INIT_CONFIG, -9);
    expect_seed(1, INIT_OPTION, 42);
    drop(&r);
}

Test(init, null_is_glorot_uniform_for_both)
{
    cr_assert(
        derive("{" LAYER ", \"kernel_initializer\": null, \"bias_initializer\": null}"));
    for (size_t i = 0; i < 2; i++) {
        cr_expect_str_eq(weights.tensors[i].class_name, "GlorotUniform");
        expect_seed(i, INIT_OPTION, 42);
    }
    drop(&r);
}

Test(init, shapes_are_keras_layouts)
{
    cr_assert(derive("{" LAYER ", \"data_format\": \"channels_first\", \"use_bias\": "
                     "false}"));
    const size_t dims[] = {2, 2, 3, 2};
    cr_expect_eq(weights.n, 1);
    cr_expect_eq(weights.tensors[0].n_dims, 4);
    cr_expect_arr_eq(weights.tensors[0].dims, dims, sizeof dims);
    drop(&r);
}

Test(init, every_parameter_of_the_config_arrives)
{
    cr_assert(derive(
        "{" LAYER ", \"kernel_initializer\": "
        "{\"module\": \"keras.initializers\", \"class_name\": \"VarianceScaling\", "
        "\"config\": {\"scale\": 0.5, \"mode\": \"fan_out\", \"distribution\": "
        "\"normal\", \"input_axes\": [0, -1], \"output_axes\": []}}, "
        "\"bias_initializer\": {\"module\": \"keras.initializers\", \"class_name\": "
        "\"RandomUniform\", \"config\": {\"minval\": -1, \"maxval\": 0.25}}}"));
    const struct tconv_initializer *v = &weights.tensors[0].initializer;
    cr_expect(v->scale == 0.5 && v->fan == TCONV_FAN_OUT);
    cr_expect_eq(v->distribution, TCONV_TRUNCATED);
    cr_expect(v->input_axes.is_given && v->input_axes.n == 2);
    cr_expect(v->input_axes.axes[0] == 0 && v->input_axes.axes[1] == -1);
    cr_expect(v->output_axes.is_given && v->output_axes.n == 0);
    v = &weights.tensors[1].initializer;
    cr_expect(v->kind == TCONV_RANDOM_UNIFORM && v->minval == -1 && v->maxval == 0.25);
    drop(&r);
}

Test(init, too_many_axes_are_refused_by_place)
{
    cr_expect_not(derive("{" LAYER ", \"kernel_initializer\": " OBJECT(
        "HeNormal", "\"input_axes\": [0,0,0,0,0,0,0,0,0], \"output_axes\": [1]") "}"));
    cr_expect_str_eq(r.err.message,
                     "c.json: kernel_initializer.config.input_axes: got [0, 0, 0, 0, 0, "
                     "0, 0, 0, 0]; expected at most 8 axes");
    drop(&r);
}

Test(init, the_file_tells_where_it_comes_from)
{
    char path[] = "/tmp/tconv_init_XXXXXX", bytes[512];
    struct npy bias;
    const int fd = mkstemp(path);
    cr_assert_geq(fd, 0);
    close(fd);
    cr_assert(derive("{" LAYER ", \"bias_initializer\": \"ones\"}"));
    cr_assert(init_write(&weights, path, &r.err), "%s", r.err.message);
    FILE *file = fopen(path, "rb");
    cr_assert_not_null(file);
    cr_assert_gt(fread(bytes, 1, sizeof bytes, file), 300);
    fclose(file);
    const char *notes = "{\"__metadata__\": {\"layer\": \"up\", \"dialect\": \"keras3\", "
                        "\"kernel_initializer\": \"GlorotUniform\", \"kernel_seed\": "
                        "\"42\", \"bias_initializer\": \"Ones\"}, \"kernel\": ";
    cr_expect_eq(memcmp(bytes + 8, notes, strlen(notes)), 0);
    cr_assert(safetensors_read(&bias, path, "bias", TCONV_FLOAT32, &r.arena, &r.err));
    cr_expect(bias.size == 3 && ((float *)bias.data)[2] == 1);
    remove(path);
    drop(&r);
}

Test(init, drawn_seeds_are_in_the_range_of_keras_and_differ)
{
    const int64_t first = init_draw_seed().value;
    bool differs = false;
    for (int i = 0; i < 1000; i++) {
        const struct init_seed seed = init_draw_seed();
        cr_assert_eq(seed.origin, INIT_DRAWN);
        cr_assert(seed.value >= 1 && seed.value <= 1000000000);
        differs |= seed.value != first;
    }
    cr_expect(differs);
}
