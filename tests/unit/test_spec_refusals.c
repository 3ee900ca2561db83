/*
 * gen/spec: what it refuses. The cases of tests/error give the same message without the
 * program around; the constructor cases are judged as Keras 3.16 judged them; broken
 * texts never do harm.
 *
 * Needs UNIT_DATA, the path of tests/unit/data.
 */
#include <criterion/criterion.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "geometry.h"
#include "json.h"
#include "spec.h"
#include "training.h"

#define ERROR_CASES UNIT_DATA "/../../error/"
#define GEOMETRY_CASES UNIT_DATA "/../geometry-cases.json"

/* The whole file, exactly as long as it is, so that a read beyond its end is seen; NULL
 * when there is none. */
static char *read_file(const char *path, size_t *length)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return NULL;
    fseek(file, 0, SEEK_END);
    *length = (size_t)ftell(file);
    rewind(file);
    char *bytes = malloc(*length == 0 ? 1 : *length);
    cr_assert_eq(fread(bytes, 1, *length, file), *length);
    fclose(file);
    return bytes;
}

/* What a case asks for besides its config. */
struct wanted {
    struct spec_given given;
    bool needs_input, trains;
};

static bool refuses(const char *place, const char *bytes, size_t length,
                    struct wanted wanted, struct error *err)
{
    struct tconv_spec spec;
    struct text warnings = {0};
    struct arena arena = {0};
    struct geometry geometry;
    const bool ok =
        spec_read(&spec, place, bytes, length, &wanted.given, &warnings, &arena, err) &&
        (!wanted.trains || training_require(&spec, &arena, err)) &&
        (!wanted.needs_input || (spec_require_input(&spec, err) &&
                                 geometry_derive(&geometry, &spec, &arena, err)));
    text_free(&warnings);
    arena_free(&arena);
    return !ok;
}

/* NAME.args: --training, "--dialect keras3" on two lines, or --input-shape and a second
 * line, its value, which is the caller's to free; nothing when there is no such file. */
static char *read_arguments(const char *name, struct wanted *wanted)
{
    char path[1024];
    size_t length = 0;
    snprintf(path, sizeof path, ERROR_CASES "%s.args", name);
    char *bytes = read_file(path, &length);
    if (bytes == NULL)
        return NULL;
    static const enum tconv_dialect keras3 = TCONV_KERAS3;
    wanted->trains = length == 11 && strncmp(bytes, "--training\n", 11) == 0;
    if (length == 17 && strncmp(bytes, "--dialect\nkeras3\n", 17) == 0)
        wanted->given.dialect = &keras3;
    if (wanted->trains || wanted->given.dialect != NULL)
        return bytes;
    cr_assert_eq(strncmp(bytes, "--input-shape\n", 14), 0, "%s", path);
    char *shape = calloc(1, length);
    memcpy(shape, bytes + 14, length - 15);
    free(bytes);
    wanted->given.input_shape = shape;
    return shape;
}

static void expect_case(const char *name)
{
    char config[1024], expect[1024], place[512];
    size_t length, wanted_length;
    struct error err = {0};
    snprintf(place, sizeof place, "%s.json", name);
    snprintf(config, sizeof config, ERROR_CASES "%s", place);
    snprintf(expect, sizeof expect, ERROR_CASES "%s.expect", name);
    char *bytes = read_file(config, &length), *wanted = read_file(expect, &wanted_length);
    struct wanted asked = {.needs_input = true};
    char *arguments = read_arguments(name, &asked);
    cr_assert(bytes != NULL && wanted != NULL && wanted_length > 0, "%s", name);
    cr_expect(refuses(place, bytes, length, asked, &err), "%s", name);
    cr_expect_eq(strlen(err.message), wanted_length - 1, "%s: %s", name, err.message);
    cr_expect_eq(strncmp(err.message, wanted, wanted_length - 1), 0, "%s: %s", name,
                 err.message);
    free(bytes);
    free(wanted);
    free(arguments);
}

/* What another verb than gen refuses may be refused by a room above spec. */
static bool belongs_to_other_verb(const char *name)
{
    char path[1024];
    snprintf(path, sizeof path, ERROR_CASES "%s.verb", name);
    return access(path, F_OK) == 0;
}

Test(spec_refusals, each_case_of_tests_error_gets_its_message)
{
    DIR *directory = opendir(ERROR_CASES);
    size_t n = 0;
    cr_assert_not_null(directory);
    for (struct dirent *entry; (entry = readdir(directory)) != NULL;) {
        char name[256];
        snprintf(name, sizeof name, "%s", entry->d_name);
        char *dot = strrchr(name, '.');
        if (dot == NULL || strcmp(dot, ".expect") != 0)
            continue;
        *dot = '\0';
        if (belongs_to_other_verb(name))
            continue;
        expect_case(name);
        n++;
    }
    closedir(directory);
    cr_expect_gt(n, 200);
}

/* Looks at one case of geometry-cases.json; returns whether it is a constructor's. */
static bool expect_constructor(struct json_value value)
{
    struct error err = {0};
    struct text args = {0};
    const char *kind = "", *id = "";
    cr_assert(json_read_string(json_member(value, "kind"), &kind, &err));
    cr_assert(json_read_string(json_member(value, "id"), &id, &err));
    if (strcmp(kind, "constructor") != 0)
        return false;
    json_write(json_member(value, "args"), &args);
    const bool is_refused = json_kind(json_member(value, "keras3_16")) != JSON_NULL;
    cr_expect_eq(refuses("c", text_string(&args), args.length, (struct wanted){0}, &err),
                 is_refused, "%s: %s", id, err.message);
    text_free(&args);
    return true;
}

Test(spec_refusals, constructor_cases_are_judged_as_keras_does)
{
    size_t length, n = 0;
    struct json *json = NULL;
    struct json_value root;
    struct error err = {0};
    char *bytes = read_file(GEOMETRY_CASES, &length);
    cr_assert_not_null(bytes);
    cr_assert(json_open(&json, &root, "geometry-cases.json", bytes, length, &err), "%s",
              err.message);
    struct json_value item = json_first(json_member(root, "cases"));
    for (; json_is_present(item); item = json_next(item))
        n += expect_constructor(item);
    cr_expect_geq(n, 20);
    json_close(json);
    free(bytes);
}

Test(spec_refusals, sizes_near_overflow)
{
    static const char *const sizes[] = {
        "1048577",   "2147483648",           "4294967297", "9007199254740993",
        "1e19",      "18446744073709551617", "1e308",      "-9223372036854775809",
        "1048576.5",
    };
    static const char *const keys[] = {"filters", "kernel_size", "strides",
                                       "dilation_rate", "output_padding"};
    for (size_t k = 0; k < sizeof keys / sizeof keys[0]; k++)
        for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
            struct text json = {0};
            struct error err = {0};
            text_print(&json, "{%s%s\"%s\": %s}", k == 0 ? "" : "\"filters\": 1, ",
                       k == 1 ? "" : "\"kernel_size\": 1, ", keys[k], sizes[i]);
            cr_expect(
                refuses("c", text_string(&json), json.length, (struct wanted){0}, &err),
                "%s", text_string(&json));
            text_free(&json);
        }
}

static const char valid[] =
    "{\"module\": \"keras.layers\", \"class_name\": \"Conv2DTranspose\", \"config\": "
    "{\"name\":"
    " \"u\\u00e9\\ud83d\\ude00p\", \"dtype\": {\"class_name\": \"DTypePolicy\", "
    "\"config\":"
    " {\"name\": \"float32\"}}, \"filters\": 4, \"kernel_size\": [3, 3], \"strides\": 2,"
    " \"output_padding\": [1, 0], \"activation\": {\"class_name\": \"ReLU\", \"config\":"
    " {\"max_value\": 6.5e0}}, \"kernel_initializer\": {\"class_name\": \"HeNormal\","
    " \"config\": {\"seed\": -7}}, \"kernel_regularizer\": \"l2\"}, \"build_config\":"
    " {\"input_shape\": [null, 8, 8, 3]}}";

/* Whatever the text: read without harm, and a refusal is one line of plain text. */
static void expect_no_harm(const char *bytes, size_t length)
{
    char *exact = malloc(length == 0 ? 1 : length);
    struct error err = {0};
    memcpy(exact, bytes, length);
    if (refuses("c", exact, length, (struct wanted){0}, &err)) {
        cr_assert(err.is_set && strncmp(err.message, "c:", 2) == 0);
        cr_assert_eq(strpbrk(err.message, "\n\r\t"), NULL);
    }
    free(exact);
}

Test(spec_refusals, a_text_cut_anywhere_is_refused)
{
    struct error err = {0};
    const struct wanted whole = {.needs_input = true};
    cr_assert_not(refuses("c", valid, sizeof valid - 1, whole, &err), "%s", err.message);
    for (size_t n = 0; n < sizeof valid - 1; n++) {
        err = (struct error){0};
        expect_no_harm(valid, n);
        cr_expect(refuses("c", valid, n, (struct wanted){0}, &err));
    }
}

Test(spec_refusals, a_text_changed_anywhere_does_no_harm)
{
    static const char bytes[] = "\0\x01\"\\{}[],:0-9.eEtn/ \n\x7f\x80\xC3\xFF";
    char text[sizeof valid];
    for (size_t at = 0; at < sizeof valid - 1; at++)
        for (size_t i = 0; i < sizeof bytes - 1; i++) {
            memcpy(text, valid, sizeof valid);
            text[at] = bytes[i];
            expect_no_harm(text, sizeof valid - 1);
        }
}

static unsigned long draw(unsigned long *state)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return *state >> 33;
}

/* Pieces of the text copied over other pieces: the shape of JSON, but odd. */
Test(spec_refusals, a_text_shuffled_does_no_harm)
{
    unsigned long state = 1;
    char text[sizeof valid];
    for (int round = 0; round < 20000; round++) {
        memcpy(text, valid, sizeof valid);
        for (int i = 0; i < 3; i++) {
            const size_t length = draw(&state) % 24;
            const size_t from = draw(&state) % (sizeof valid - length);
            const size_t to = draw(&state) % (sizeof valid - length);
            memmove(text + to, valid + from, length);
        }
        expect_no_harm(text, sizeof valid - 1);
    }
}
