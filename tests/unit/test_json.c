/*
 * gen/json: the grammar's messages, typed reads and their paths, writing.
 */
#include <criterion/criterion.h>
#include <float.h>
#include <locale.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

/* A document made of a C string that does not end in 0, so that a read beyond it is seen.
 */
struct opened {
    struct json *json;
    struct json_value root;
    struct error err;
    bool ok;
};

static struct opened open_bytes(const char *bytes, size_t length)
{
    struct opened o = {0};
    char *exact = malloc(length == 0 ? 1 : length);
    memcpy(exact, bytes, length);
    o.ok = json_open(&o.json, &o.root, "p", exact, length, &o.err);
    free(exact);
    return o;
}

static struct opened open_text(const char *text)
{
    return open_bytes(text, strlen(text));
}

static void expect_fault(const char *text, const char *message)
{
    struct opened o = open_text(text);
    cr_expect_not(o.ok, "%s", text);
    cr_expect_str_eq(o.err.message, message);
    json_close(o.json);
}

Test(json, faults_have_line_and_column)
{
    expect_fault("", "p:1:1: expected a value");
    expect_fault("{\"a\": 1\n  \"b\": 2}", "p:2:3: expected ',' or '}'");
    expect_fault("[1,\r\n 2", "p:2:3: expected ',' or ']'");
    expect_fault("\"\xC3\xA9\" x", "p:1:5: expected the end of the text");
    expect_fault("\xEF\xBB\xBF{x}", "p:1:2: expected '\"' or '}'");
    expect_fault("[nul]", "p:1:2: expected a value");
    expect_fault("[-NaN]", "p:1:3: expected a digit");
    expect_fault("[1.5.2]", "p:1:5: expected ',' or ']'");
    expect_fault("[\"\xED\xA0\x80\"]", "p:1:3: expected UTF-8");
    expect_fault("[\"\xF4\x90\x80\x80\"]", "p:1:3: expected UTF-8");
    expect_fault("[\"\xE2\x82\"]", "p:1:3: expected UTF-8");
}

Test(json, faults_of_the_tree_have_a_path)
{
    expect_fault("{\"a\": [{\"b\": -1e400}]}",
                 "p: a[0].b: got a number beyond float64; expected a finite number");
    expect_fault("{\"a\": {\"b\": 1, \"c\": 2, \"b\": 3}}",
                 "p: a.b: got the key twice; expected it once");
}

Test(json, accepts_what_json_allows)
{
    static const char *const texts[] = {
        "0",
        "-0",
        "1e-400",
        "1E+5",
        "\"\"",
        "[]",
        "{}",
        " \t\r\n[ ] \n",
        "[[],{}]",
        "\"\\ud83d\\ude00 \\\" \\\\ \\/ \\b\\f\\n\\r\\t \x7f\"",
        "{\"\": 0, \"A\": 1, \"a\": 2}",
        "\xEF\xBB\xBF[true, false, null]"};
    for (size_t i = 0; i < COUNT(texts); i++) {
        struct opened o = open_text(texts[i]);
        cr_expect(o.ok, "%s: %s", texts[i], o.err.message);
        json_close(o.json);
    }
}

Test(json, nul_inside_the_text_is_refused)
{
    struct opened o = open_bytes("[1]\0", 4);
    cr_expect_not(o.ok);
    cr_expect_str_eq(o.err.message, "p:1:4: expected the end of the text");
    o = open_bytes("\"a\0b\"", 5);
    cr_expect_not(o.ok);
    o = open_bytes("\0", 1);
    cr_expect_not(o.ok);
}

Test(json, deep_nesting_is_refused_and_does_not_crash)
{
    char *deep = malloc(1000000);
    memset(deep, '[', 1000000);
    struct opened o = open_bytes(deep, 1000000);
    cr_expect_not(o.ok);
    cr_expect_str_eq(o.err.message,
                     "p:1:65: expected at most 64 nested arrays and objects");
    memset(deep + 64, ']', 64);
    o = open_bytes(deep, 128);
    cr_expect(o.ok, "%s", o.err.message);
    json_close(o.json);
    free(deep);
}

Test(json, too_many_members_are_refused)
{
    struct text text = {0};
    for (unsigned i = 0; i <= JSON_MOST_MEMBERS; i++)
        text_print(&text, "%s\"k%u\": 0", i == 0 ? "{" : ", ", i);
    text_put(&text, "}");
    struct opened o = open_text(text_string(&text));
    cr_expect_str_eq(o.err.message, "p: got 4097 members; expected at most 4096");
    text_free(&text);
}

Test(json, a_long_array_is_read_in_linear_time)
{
    enum { N = 300000 };
    struct text text = {0};
    text_put(&text, "[0");
    for (int i = 1; i < N; i++)
        text_put(&text, ",0");
    text_put(&text, "]");
    struct opened o = open_text(text_string(&text));
    cr_assert(o.ok);
    cr_expect_eq(json_count(o.root), (size_t)N);
    cr_expect_not(json_refuse(o.root, &o.err, "less"));
    cr_expect_lt(strlen(o.err.message), 100);
    json_close(o.json);
    text_free(&text);
}

static const char sample[] =
    "{\"n\": 3, \"whole\": 3.0, \"half\": 2.5, \"minus\": -2, \"big\": 9007199254740993,"
    " \"yes\": true, \"no\": false, \"nil\": null, \"s\": \"a\\\"b\\n\","
    " \"list\": [1, {\"x\": [10, 20]}], \"we ird\": 1}";

Test(json, typed_reads)
{
    struct opened o = open_text(sample);
    size_t size;
    int64_t integer;
    double number;
    bool flag;
    const char *string;
    cr_assert(o.ok, "%s", o.err.message);
    cr_expect(json_read_size(json_member(o.root, "n"), 3, 3, &size, &o.err) && size == 3);
    cr_expect(json_read_size(json_member(o.root, "whole"), 0, 9, &size, &o.err) &&
              size == 3);
    cr_expect(json_read_integer(json_member(o.root, "minus"), &integer, &o.err) &&
              integer == -2);
    cr_expect(json_read_number(json_member(o.root, "half"), &number, &o.err) &&
              number == 2.5);
    cr_expect(json_read_bool(json_member(o.root, "yes"), &flag, &o.err) && flag);
    cr_expect(json_read_bool(json_member(o.root, "no"), &flag, &o.err) && !flag);
    cr_expect(json_read_string(json_member(o.root, "s"), &string, &o.err));
    cr_expect_str_eq(string, "a\"b\n");
    cr_expect_eq(json_kind(json_member(o.root, "nil")), JSON_NULL);
    cr_expect_eq(json_kind(json_member(o.root, "N")), JSON_ABSENT);
    cr_expect_eq(json_kind(json_first(json_member(o.root, "n"))), JSON_ABSENT);
    cr_expect_eq(json_count(json_member(o.root, "n")), 0);
    cr_expect_str_eq(json_key(json_item(o.root, 1)), "whole");
    cr_expect_null(json_key(json_item(json_member(o.root, "list"), 0)));
    json_close(o.json);
}

static struct json_value at(const struct opened *o, const char *key)
{
    return json_member(o->root, key);
}

static void expect_message(struct opened *o, bool ok, const char *message)
{
    cr_expect_not(ok, "%s", message);
    cr_expect_str_eq(o->err.message, message);
    o->err = (struct error){0};
}

Test(json, refused_reads_say_where_and_what)
{
    struct opened o = open_text(sample);
    size_t size;
    int64_t integer;
    double number;
    bool flag;
    const char *string;
    cr_assert(o.ok);
    expect_message(&o, json_read_size(at(&o, "n"), 4, 9, &size, &o.err),
                   "p: n: got 3; expected an integer from 4");
    expect_message(&o, json_read_size(at(&o, "n"), 0, 2, &size, &o.err),
                   "p: n: got 3; expected an integer up to 2");
    expect_message(&o, json_read_size(at(&o, "half"), 0, 9, &size, &o.err),
                   "p: half: got 2.5; expected an integer from 0");
    expect_message(&o, json_read_size(at(&o, "minus"), 0, 9, &size, &o.err),
                   "p: minus: got -2; expected an integer from 0");
    expect_message(&o, json_read_size(at(&o, "yes"), 0, 9, &size, &o.err),
                   "p: yes: got true; expected an integer from 0");
    expect_message(&o, json_read_size(at(&o, "none"), 0, 9, &size, &o.err),
                   "p: none: got nothing; expected an integer from 0");
    expect_message(&o, json_read_integer(at(&o, "s"), &integer, &o.err),
                   "p: s: got \"a\\\"b\\n\"; expected an integer");
    expect_message(&o, json_read_number(at(&o, "nil"), &number, &o.err),
                   "p: nil: got null; expected a number");
    expect_message(&o, json_read_bool(at(&o, "n"), &flag, &o.err),
                   "p: n: got 3; expected true or false");
    const struct json_value x = json_member(json_item(at(&o, "list"), 1), "x");
    expect_message(&o, json_read_string(json_item(x, 1), &string, &o.err),
                   "p: list[1].x[1]: got 20; expected a string");
    expect_message(&o, json_read_string(at(&o, "we ird"), &string, &o.err),
                   "p: [\"we ird\"]: got 1; expected a string");
    expect_message(&o, json_need_object(x, "an object", &o.err),
                   "p: list[1].x: got [10, 20]; expected an object");
    expect_message(
        &o, json_need_array(o.root, "a list", &o.err),
        "p: got {\"n\": 3, \"whole\": 3.0, \"half\": 2.5, \"minus\": -2, \"big\": "
        "9007...; expected a list");
    json_close(o.json);
}

Test(json, an_absent_value_stays_absent)
{
    struct opened o = open_text("{\"a\": {\"b\": 1}}");
    size_t size;
    const struct json_value missing = json_member(json_member(o.root, "a"), "c");
    expect_message(&o, json_read_size(json_member(missing, "d"), 0, 1, &size, &o.err),
                   "p: a.c: got nothing; expected an integer from 0");
    expect_message(&o, json_read_size(json_member(at(&o, "b"), "c"), 0, 1, &size, &o.err),
                   "p: b: got nothing; expected an integer from 0");
    json_close(o.json);
}

Test(json, unknown_keys_are_named)
{
    static const char *const keys[] = {"a", "b", "c"};
    struct opened o = open_text("{\"a\": 1, \"z\": {\"y\": 0}}");
    cr_expect(json_check_keys(json_member(o.root, "a"), NULL, 0, &o.err));
    expect_message(&o, json_check_keys(o.root, keys, 3, &o.err),
                   "p: z: got an unknown key; expected a, b or c");
    expect_message(&o, json_check_keys(at(&o, "z"), keys, 1, &o.err),
                   "p: z.y: got an unknown key; expected a");
    expect_message(&o, json_check_keys(at(&o, "z"), keys, 0, &o.err),
                   "p: z.y: got an unknown key; expected no key");
    json_close(o.json);
}

Test(json, long_values_and_keys_are_cut_between_characters)
{
    struct text text = {0};
    text_put(&text, "{\"");
    for (int i = 0; i < 100; i++)
        text_put(&text, "\xC3\xA9");
    text_put(&text, "\": \"");
    for (int i = 0; i < 100; i++)
        text_put(&text, "\xE2\x82\xAC");
    text_put(&text, "\"}");
    struct opened o = open_text(text_string(&text));
    double number;
    cr_assert(o.ok);
    cr_expect_not(json_read_number(json_first(o.root), &number, &o.err));
    /* 29 and 19 whole characters after the quote fit into 60 bytes */
    cr_expect_not_null(strstr(o.err.message, "\xC3\xA9...]: got \"\xE2\x82\xAC"));
    cr_expect_not_null(strstr(o.err.message, "\xE2\x82\xAC...; expected a number"));
    cr_expect_eq(strlen(o.err.message),
                 strlen("p: [\"...]: got \"...; expected a number") + 29 * 2 + 19 * 3);
    json_close(o.json);
    text_free(&text);
}

Test(json, writing_reads_back_the_same)
{
    struct opened o = open_text(sample);
    struct text first = {0}, second = {0};
    json_write(o.root, &first);
    struct opened again = open_text(text_string(&first));
    cr_assert(again.ok, "%s", again.err.message);
    json_write(again.root, &second);
    cr_expect_str_eq(text_string(&first), text_string(&second));
    text_free(&first);
    text_free(&second);
    json_close(o.json);
    json_close(again.json);
}

Test(json, strings_are_escaped)
{
    struct text out = {0};
    json_write_string("\"\\/\b\f\n\r\t\x01\x7f\xC3\xA9", &out);
    cr_expect_str_eq(text_string(&out),
                     "\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\\u007f\xC3\xA9\"");
    text_free(&out);
}

static void expect_number(double number, const char *written)
{
    struct text out = {0};
    json_write_number(number, &out);
    cr_expect(strtod(text_string(&out), NULL) == number, "%s", text_string(&out));
    if (written != NULL)
        cr_expect_str_eq(text_string(&out), written);
    text_free(&out);
}

Test(json, numbers_are_shortest_and_round_trip)
{
    expect_number(0, "0");
    expect_number(-3, "-3");
    expect_number(0.1, "0.1");
    expect_number(1.0 / 3, "0.3333333333333333");
    expect_number(1e-7, "1e-07");
    expect_number(9007199254740992.0, "9007199254740992");
    expect_number(1e22, "1e+22");
    expect_number((double)0.1f, "0.10000000149011612");
    expect_number(DBL_MAX, NULL);
    expect_number(DBL_MIN, NULL);
    expect_number(-DBL_TRUE_MIN, NULL);
    uint64_t state = 1;
    for (int i = 0; i < 20000; i++) {
        double number;
        state = state * 6364136223846793005u + 1442695040888963407u;
        memcpy(&number, &state, sizeof number);
        if (isfinite(number))
            expect_number(number, NULL);
    }
}

static void expect_float(double number, const char *written)
{
    struct text out = {0};
    json_write_float(number, &out);
    cr_expect_str_eq(text_string(&out), written);
    text_free(&out);
}

Test(json, floats_are_written_as_python_does)
{
    expect_float(2, "2.0");
    expect_float(-0.0, "-0.0");
    expect_float(120000, "120000.0");
    expect_float(1e-4, "0.0001");
    expect_float(3e-5, "3e-05");
    expect_float(9007199254740992.0, "9007199254740992.0");
    expect_float(1e16, "1e+16");
    expect_float(12345678901234568.0, "1.2345678901234568e+16");
    expect_float(-1e22, "-1e+22");
    expect_float(1.5e300, "1.5e+300");
}

Test(json, a_number_stays_the_integer_or_the_float_that_it_was)
{
    struct opened o = open_text("{\"a\": [2, 2.0, -1e2, {\"b\": 5E-1, \"c\": -0}], "
                                "\"1.5\": 7}");
    struct text out = {0};
    cr_assert(o.ok);
    cr_expect(!json_is_float(o.root) && !json_is_float(json_member(o.root, "1.5")) &&
              json_is_float(json_item(json_member(o.root, "a"), 1)));
    json_write(o.root, &out);
    cr_expect_str_eq(text_string(&out),
                     "{\"a\": [2, 2.0, -100.0, {\"b\": 0.5, \"c\": -0}], \"1.5\": 7}");
    text_free(&out);
    json_close(o.json);
}

Test(json, ascii_is_what_python_dumps)
{
    struct text out = {0};
    json_write_ascii("{\"a\xC3\xA9\": \"\xE2\x80\xA8 \xF0\x9F\x98\x80\\n\"}", &out);
    cr_expect_str_eq(text_string(&out), "{\"a\\u00e9\": \"\\u2028 \\ud83d\\ude00\\n\"}");
    text_free(&out);
}

Test(json, the_locale_does_not_matter)
{
    static const char *const locales[] = {"de_DE.UTF-8", "fr_FR.UTF-8", "ps_AF.UTF-8"};
    bool is_set = false;
    for (size_t i = 0; i < COUNT(locales) && !is_set; i++)
        is_set = setlocale(LC_ALL, locales[i]) != NULL;
    if (!is_set)
        cr_skip_test("no locale with another decimal point is installed");
    struct opened o = open_text("[0.25]");
    struct text out = {0};
    cr_assert(o.ok);
    json_write(o.root, &out);
    cr_expect_str_eq(text_string(&out), "[0.25]");
    text_free(&out);
    json_close(o.json);
}
