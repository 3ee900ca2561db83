/*
 * .npy files: those that NumPy wrote (tests/unit/data, make_npy.py), round trips,
 * refusals.
 */
#include <criterion/criterion.h>

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "npy.h"

#ifndef UNIT_DATA
#define UNIT_DATA "tests/unit/data"
#endif

static struct arena arena;
static struct error err;
static struct npy npy;
static char path[64];

static void begin(void)
{
    arena = (struct arena){0};
    err = (struct error){0};
    strcpy(path, "/tmp/tconv_npy_XXXXXX");
    const int fd = mkstemp(path);
    cr_assert_geq(fd, 0);
    close(fd);
}

static void end(void)
{
    remove(path);
    arena_free(&arena);
}

TestSuite(npy, .init = begin, .fini = end);

static double element(size_t e)
{
    return npy.type == TCONV_FLOAT32 ? (double)((float *)npy.data)[e]
                                     : ((double *)npy.data)[e];
}

/* Element e of every array of make_npy.py is e - 2.5. */
static void expect_ramp(const char *file, size_t n_dims, const size_t *dims)
{
    static const enum tconv_type types[] = {TCONV_FLOAT32, TCONV_FLOAT64};
    for (size_t t = 0; t < 2; t++) {
        size_t size = 1;
        cr_assert(npy_read(&npy, file, types[t], &arena, &err), "%s", err.message);
        cr_assert_eq(npy.n_dims, n_dims, "%s", file);
        for (size_t d = 0; d < n_dims; d++) {
            cr_expect_eq(npy.dims[d], dims[d], "%s", file);
            size *= dims[d];
        }
        cr_expect_eq(npy.size, size);
        cr_expect_eq(npy.type, types[t]);
        for (size_t e = 0; e < size; e++)
            cr_expect_eq(element(e), (double)e - 2.5, "%s: element %zu", file, e);
    }
}

Test(npy, reads_what_numpy_wrote)
{
    expect_ramp(UNIT_DATA "/f4.npy", 2, (const size_t[]){2, 3});
    expect_ramp(UNIT_DATA "/f4_v2.npy", 2, (const size_t[]){2, 3});
    expect_ramp(UNIT_DATA "/f4_v3.npy", 2, (const size_t[]){2, 3});
    expect_ramp(UNIT_DATA "/f8_fortran.npy", 3, (const size_t[]){2, 3, 4});
    expect_ramp(UNIT_DATA "/f4_big.npy", 2, (const size_t[]){3, 2});
    expect_ramp(UNIT_DATA "/f8_big.npy", 1, (const size_t[]){5});
    expect_ramp(UNIT_DATA "/f8_scalar.npy", 0, NULL);
    expect_ramp(UNIT_DATA "/f4_empty.npy", 2, (const size_t[]){0, 3});
}

static size_t read_bytes(const char *file, char *bytes, size_t most)
{
    FILE *in = fopen(file, "rb");
    cr_assert_not_null(in);
    const size_t n = fread(bytes, 1, most, in);
    fclose(in);
    return n;
}

Test(npy, writes_the_bytes_that_numpy_writes)
{
    const float ramp[] = {-2.5, -1.5, -0.5, 0.5, 1.5, 2.5};
    char ours[400], theirs[400];
    cr_assert(npy_write(path, TCONV_FLOAT32, (const size_t[]){2, 3}, 2, ramp, &err));
    const size_t n = read_bytes(path, ours, sizeof ours);
    cr_assert_eq(n, read_bytes(UNIT_DATA "/f4.npy", theirs, sizeof theirs));
    cr_expect_arr_eq(ours, theirs, n);
    const double number = -2.5;
    cr_assert(npy_write(path, TCONV_FLOAT64, NULL, 0, &number, &err));
    const size_t m = read_bytes(path, ours, sizeof ours);
    cr_assert_eq(m, read_bytes(UNIT_DATA "/f8_scalar.npy", theirs, sizeof theirs));
    cr_expect_arr_eq(ours, theirs, m);
}

Test(npy, round_trip_keeps_every_bit)
{
    const double numbers[] = {NAN,  INFINITY, -INFINITY, -0.0,   5e-324, 1e308,
                              -0.1, 1.0 / 3,  2e-308,    1e-200, 7,      0};
    const float singles[] = {NAN, -INFINITY, -0.0f, 1e-45f, 3e38f, 0.1f};
    const size_t dims[] = {1, 3, 1, 4, 1, 1, 1, 1};
    cr_assert(npy_write(path, TCONV_FLOAT64, dims, 8, numbers, &err), "%s", err.message);
    cr_assert(npy_read(&npy, path, TCONV_FLOAT64, &arena, &err), "%s", err.message);
    cr_expect_eq(npy.n_dims, 8);
    cr_expect_arr_eq(npy.dims, dims, sizeof dims);
    cr_expect_eq(memcmp(npy.data, numbers, sizeof numbers), 0);
    cr_assert(npy_write(path, TCONV_FLOAT32, (const size_t[]){6}, 1, singles, &err));
    cr_assert(npy_read(&npy, path, TCONV_FLOAT32, &arena, &err), "%s", err.message);
    cr_expect_eq(memcmp(npy.data, singles, sizeof singles), 0);
}

/* Replaces the file by a header of version 1 around `dict`, then n_data zero bytes. */
static void write_file(const char *dict, size_t n_data)
{
    FILE *out = fopen(path, "wb");
    cr_assert_not_null(out);
    fwrite("\x93NUMPY\x01\0", 1, 8, out);
    fputc((int)strlen(dict), out);
    fputc(0, out);
    fputs(dict, out);
    for (size_t i = 0; i < n_data; i++)
        fputc(0, out);
    fclose(out);
}

static void expect_refusal(const char *file, const char *message)
{
    char whole[400];
    err = (struct error){0};
    cr_expect_not(npy_read(&npy, file, TCONV_FLOAT32, &arena, &err), "%s", message);
    snprintf(whole, sizeof whole, "%s: %s", file, message);
    cr_expect_str_eq(err.message, whole);
}

#define TYPES "expected '<f4', '<f8', '>f4' or '>f8'"
#define KEYS "expected each of 'descr', 'fortran_order', 'shape' once"

Test(npy, refuses_other_types)
{
    expect_refusal(UNIT_DATA "/i4.npy", "descr: got '<i4'; " TYPES);
    expect_refusal(UNIT_DATA "/f2.npy", "descr: got '<f2'; " TYPES);
    expect_refusal(UNIT_DATA "/object.npy", "descr: got '|O'; " TYPES);
    write_file("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,)}", 4);
    expect_refusal(path, "descr: got a structured type; " TYPES);
}

Test(npy, refuses_bad_headers)
{
    static const char *const cases[][2] = {
        {"", "header: got ''; expected {"},
        {"{}", "header: got no 'descr'; expected one"},
        {"{'descr': '<f4', 'shape': (1,)}",
         "header: got no 'fortran_order'; expected one"},
        {"{'descr': '<f4', 'descr': '<f4'}", "header: got ''descr': '<f4'}'; " KEYS},
        {"{'order': '<f4'}", "header: got ''order': '<f4'}'; " KEYS},
        {"{'descr", "header: got ''descr'; expected a quoted string"},
        {"{'descr' '<f4'}", "header: got ''<f4'}'; expected :"},
        {"{'fortran_order': 0}", "header: got '0}'; expected True or False"},
        {"{'shape': (3)}", "header: got ')}'; expected ',' after the length"},
        {"{'shape': (3, 4", "header: got ''; expected )"},
        {"{'shape': (-3,)}", "header: got '-3,)}'; expected a length"},
        {"{'shape': 3}", "header: got '3}'; expected ("},
        {"{'shape': (99999999999999999999,)}",
         "header: got '99999999999999999999,)}'; expected a length that fits in memory"},
        {"{'shape': (1,1,1,1,1,1,1,1,1)}",
         "shape: got more than 8 dimensions; expected at most 8"},
        {"{'descr': '<f4', 'fortran_order': False, 'shape': (4294967296,4294967296)}",
         "shape: got more elements than memory can hold; expected fewer"},
        {"{'descr': '<f4', 'fortran_order': False, 'shape': (1,)} x",
         "header: got 'x'; expected nothing after the dict"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        write_file(cases[i][0], 4);
        expect_refusal(path, cases[i][1]);
    }
}

Test(npy, accepts_how_others_write_headers)
{
    write_file("{\"shape\":(2L,1L),\"descr\":\"<f4\",\"fortran_order\":True}  \n", 8);
    cr_assert(npy_read(&npy, path, TCONV_FLOAT32, &arena, &err), "%s", err.message);
    cr_expect_eq(npy.n_dims, 2);
    cr_expect_eq(npy.dims[0], 2);
    write_file("{'descr': '<f8', 'fortran_order': True, 'shape': (0, 9999999999999)}", 0);
    cr_assert(npy_read(&npy, path, TCONV_FLOAT32, &arena, &err), "%s", err.message);
    cr_expect_eq(npy.size, 0);
}

#define DICT "{'descr': '<f4', 'fortran_order': False, 'shape': (3,)}"
#define LONG "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999,)}"

Test(npy, refuses_data_that_does_not_fit_the_shape)
{
    write_file(DICT, 11);
    expect_refusal(path, "got 11 bytes of data; expected 12");
    write_file(DICT, 13);
    expect_refusal(path, "got 13 bytes of data; expected 12");
    write_file(LONG, 4);
    expect_refusal(path, "got 4 bytes of data; expected 399999999996");
}

Test(npy, refuses_other_files)
{
    cr_assert_eq(truncate(path, 0), 0);
    expect_refusal(path, "got 0 bytes of the .npy magic; expected 8");
    write_file(DICT, 12);
    cr_assert_eq(truncate(path, 9), 0);
    expect_refusal(path, "got 1 bytes of the header's length; expected 2");
    write_file(DICT, 12);
    cr_assert_eq(truncate(path, 20), 0);
    expect_refusal(path, "got 10 bytes of header; expected 55");
    expect_refusal(
        UNIT_DATA "/make_npy.py",
        "got a file of another kind; expected one that starts with \\x93NUMPY");
    expect_refusal("/nowhere/x.npy",
                   "got 'No such file or directory'; expected a readable .npy file");
    expect_refusal("/tmp", "got 'Is a directory'; expected a readable .npy file");
    FILE *out = fopen(path, "r+b");
    fseek(out, 6, SEEK_SET);
    fputc(4, out);
    fclose(out);
    expect_refusal(path, "version: got 4; expected 1, 2 or 3");
}

Test(npy, a_failed_write_leaves_what_was_there)
{
    const float one = 1;
    char beside[100];
    struct stat status;
    cr_expect_not(npy_write("/nowhere/x.npy", TCONV_FLOAT32, NULL, 0, &one, &err));
    cr_expect_str_eq(err.message,
                     "/nowhere/x.npy: got 'No such file or directory'; expected a "
                     "writable place");
    err = (struct error){0};
    cr_expect_not(npy_write("/dev/full", TCONV_FLOAT32, NULL, 0, &one, &err));
    cr_expect_str_eq(
        err.message,
        "/dev/full: got 'No space left on device'; expected a writable place");
    cr_assert_eq(stat("/dev/full", &status), 0);
    cr_expect(S_ISCHR(status.st_mode), "written to, not replaced");
    snprintf(beside, sizeof beside, "%s.%ld.tmp", path, (long)getpid());
    cr_assert_eq(mkdir(beside, 0700), 0); /* the file beside it cannot be opened */
    err = (struct error){0};
    cr_expect_not(npy_write(path, TCONV_FLOAT32, NULL, 0, &one, &err));
    cr_expect_eq(stat(path, &status), 0);
    cr_expect_eq(status.st_size, 0);
    cr_expect_eq(rmdir(beside), 0, "what stood beside it is not ours to remove");
    err = (struct error){0};
    cr_expect(npy_write(path, TCONV_FLOAT32, NULL, 0, &one, &err), "%s", err.message);
    cr_expect_neq(stat(beside, &status), 0, "nothing is left beside it");
}

/* Every file that is one bit away from a good one is read or refused, without harm. */
Test(npy, survives_flipped_bits)
{
    char bytes[400];
    const size_t n = read_bytes(UNIT_DATA "/f8_fortran.npy", bytes, sizeof bytes);
    for (size_t bit = 0; bit < 8 * 128; bit++) {
        bytes[bit / 8] = (char)(bytes[bit / 8] ^ 1 << bit % 8);
        FILE *out = fopen(path, "wb");
        fwrite(bytes, 1, n, out);
        fclose(out);
        bytes[bit / 8] = (char)(bytes[bit / 8] ^ 1 << bit % 8);
        err = (struct error){0};
        const bool ok = npy_read(&npy, path, TCONV_FLOAT64, &arena, &err);
        cr_expect_eq(ok, !err.is_set, "bit %zu", bit);
    }
}
