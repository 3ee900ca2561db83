/*
 * safetensors files: one that the safetensors library wrote (tests/unit/data,
 * make_safetensors.py), round trips, refusals.
 */
#include <criterion/criterion.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "safetensors.h"

#ifndef UNIT_DATA
#define UNIT_DATA "tests/unit/data"
#endif

#define THEIRS UNIT_DATA "/theirs.safetensors"

static struct arena arena;
static struct error err;
static struct npy array;
static char path[64];

static void begin(void)
{
    arena = (struct arena){0};
    err = (struct error){0};
    strcpy(path, "/tmp/tconv_safetensors_XXXXXX");
    const int fd = mkstemp(path);
    cr_assert_geq(fd, 0);
    close(fd);
}

static void end(void)
{
    remove(path);
    arena_free(&arena);
}

TestSuite(safetensors, .init = begin, .fini = end);

/* Element e of every array of make_safetensors.py is e - 2.5. */
static void expect_ramp(const char *name, size_t n_dims, const size_t *dims)
{
    for (int type = TCONV_FLOAT32; type <= TCONV_FLOAT64; type++) {
        cr_assert(
            safetensors_read(&array, THEIRS, name, (enum tconv_type)type, &arena, &err),
            "%s", err.message);
        cr_expect_eq(array.n_dims, n_dims, "%s", name);
        for (size_t d = 0; d < n_dims; d++)
            cr_expect_eq(array.dims[d], dims[d], "%s", name);
        for (size_t e = 0; e < array.size; e++)
            cr_expect_eq(type == TCONV_FLOAT32 ? (double)((float *)array.data)[e]
                                               : ((double *)array.data)[e],
                         (double)e - 2.5, "%s: element %zu", name, e);
    }
}

Test(safetensors, reads_what_the_library_wrote)
{
    expect_ramp("kernel", 3, (const size_t[]){2, 1, 3});
    expect_ramp("bias", 1, (const size_t[]){4});
    expect_ramp("number", 0, NULL);
    expect_ramp("empty", 2, (const size_t[]){0, 3});
}

Test(safetensors, round_trip_keeps_every_bit)
{
    const double doubles[] = {NAN, INFINITY, -0.0, 5e-324, -1e308, 1.0 / 3};
    const float singles[] = {NAN, -INFINITY, -0.0f, 1e-45f};
    const struct safetensors_array arrays[] = {{.name = "a \"b\"",
                                                .type = TCONV_FLOAT32,
                                                .n_dims = 1,
                                                .dims = {4},
                                                .data = singles},
                                               {.name = "d",
                                                .type = TCONV_FLOAT64,
                                                .n_dims = 3,
                                                .dims = {3, 1, 2},
                                                .data = doubles}};
    const struct safetensors_note note = {"layer", "caf\xc3\xa9"};
    cr_assert(safetensors_write(path, arrays, 2, &note, 1, &err), "%s", err.message);
    cr_assert(safetensors_read(&array, path, "d", TCONV_FLOAT64, &arena, &err));
    cr_expect_arr_eq(array.data, doubles, sizeof doubles);
    cr_expect(array.n_dims == 3 && array.dims[0] == 3 && array.dims[2] == 2);
    cr_assert(safetensors_read(&array, path, "a \"b\"", TCONV_FLOAT32, &arena, &err));
    cr_expect_arr_eq(array.data, singles, sizeof singles);
}

Test(safetensors, the_data_starts_at_a_multiple_of_8)
{
    const float one = 1;
    char key[24] = "";
    for (size_t i = 0; i < 9; i++) {
        const struct safetensors_array a = {
            .name = "a", .type = TCONV_FLOAT32, .data = &one};
        const struct safetensors_note note = {strcat(key, "k"), ""};
        unsigned char length;
        cr_assert(safetensors_write(path, &a, 1, &note, 1, &err), "%s", err.message);
        FILE *file = fopen(path, "rb");
        cr_assert_not_null(file);
        cr_assert_eq(fread(&length, 1, 1, file), 1);
        fclose(file);
        cr_expect_eq(length % 8, 0);
    }
}

Test(safetensors, a_path_says_what_it_is)
{
    cr_expect(safetensors_is_path("w.safetensors"));
    cr_expect(safetensors_is_path(".safetensors"));
    cr_expect_not(safetensors_is_path("w.npy"));
    cr_expect_not(safetensors_is_path("safetensors"));
    cr_expect_not(safetensors_is_path("w.safetensors.npy"));
}

static void expect_refusal(const char *file, const char *name, const char *message)
{
    char whole[400];
    err = (struct error){0};
    cr_expect_not(safetensors_read(&array, file, name, TCONV_FLOAT32, &arena, &err), "%s",
                  message);
    snprintf(whole, sizeof whole, "%s: %s", file, message);
    cr_expect_str_eq(err.message, whole);
}

/* Replaces the file by a header and n_data zero bytes. */
static void write_file(const char *header, size_t n_data)
{
    FILE *out = fopen(path, "wb");
    cr_assert_not_null(out);
    fputc((int)strlen(header), out);
    for (size_t i = 1; i < 8; i++)
        fputc(0, out);
    fputs(header, out);
    for (size_t i = 0; i < n_data; i++)
        fputc(0, out);
    fclose(out);
}

/* The file has an array w of this entry and `n_data` bytes of data. */
static void expect_bad_entry(const char *entry, size_t n_data, const char *message)
{
    char header[200];
    snprintf(header, sizeof header, "{\"w\": %s}", entry);
    write_file(header, n_data);
    expect_refusal(path, "w", message);
}

Test(safetensors, refuses_by_place)
{
    expect_refusal(
        "none.safetensors", "w",
        "got 'No such file or directory'; expected a readable safetensors file");
    expect_refusal(THEIRS, "gamma", "gamma: got nothing; expected an array of that name");
    expect_refusal(THEIRS, "half",
                   "half.dtype: got \"F16\"; expected \"F32\" or \"F64\"");
    expect_bad_entry("3", 0, "w: got 3; expected an array of that name");
    expect_bad_entry("{\"dtype\": \"F32\", \"shape\": 2, \"data_offsets\": [0, 8]}", 8,
                     "w.shape: got 2; expected an array of sizes");
    expect_bad_entry("{\"dtype\": \"F32\", \"shape\": [-1], \"data_offsets\": [0, 8]}", 8,
                     "w.shape[0]: got -1; expected an integer from 0");
    expect_bad_entry(
        "{\"dtype\": \"F32\", \"shape\": [1,1,1,1,1,1,1,1,1], "
        "\"data_offsets\": [0, 4]}",
        4, "w.shape: got [1, 1, 1, 1, 1, 1, 1, 1, 1]; expected at most 8 sizes");
    expect_bad_entry("{\"dtype\": \"F32\", \"shape\": [2000000000, 2000000000, 9], "
                     "\"data_offsets\": [0, 4]}",
                     4,
                     "w.shape: got [2000000000, 2000000000, 9]; expected sizes of an "
                     "array that fits in memory");
    expect_bad_entry("{\"dtype\": \"F32\", \"shape\": [2], \"data_offsets\": [0, 4]}", 4,
                     "w.data_offsets: got [0, 4]; expected two offsets 8 bytes apart");
    expect_bad_entry("{\"dtype\": \"F32\", \"shape\": [2], \"data_offsets\": [8, 0]}", 8,
                     "w.data_offsets: got [8, 0]; expected two offsets 8 bytes apart");
    expect_bad_entry("{\"dtype\": \"F32\", \"shape\": [2], \"data_offsets\": [0, 8]}", 5,
                     "got 5 bytes of w; expected 8");
}

Test(safetensors, refuses_broken_headers)
{
    write_file("{\"w\"", 0);
    cr_expect_not(safetensors_read(&array, path, "w", TCONV_FLOAT32, &arena, &err));
    cr_expect_str_eq(err.message + strlen(path), ":1:5: expected ':'");
    FILE *out = fopen(path, "wb");
    cr_assert_not_null(out);
    fputs("\x93NUMPY\x01", out);
    fclose(out);
    expect_refusal(path, "w", "got 7 bytes of the header's length; expected 8");
    out = fopen(path, "ab");
    cr_assert_not_null(out);
    fputs("\x01rest", out);
    fclose(out);
    expect_refusal(path, "w",
                   "got a header of 72437270444330643 bytes; expected at most 16777216, "
                   "as of a safetensors file");
}
