/*
 * json: typed reads that know their path. The only room that sees cJSON.
 *
 * A value is a small handle into a document. It may be absent: json_member gives an
 * absent value for a key that is not there, and every read of it fails with "got
 * nothing", so that a required member needs no test of its own. Messages have the form
 * `PLACE: config.strides[1]: got VALUE; expected WHAT`.
 */
#ifndef TCONV_GEN_JSON_H
#define TCONV_GEN_JSON_H

#include <stdint.h>

#include "error.h"
#include "text.h"

#define JSON_MOST_MEMBERS 4096u                 /* of one object */
#define JSON_LARGEST_INTEGER ((int64_t)1 << 53) /* beyond, a double skips integers */

struct json; /* a document: owns everything its values point to */

struct json_value {
    const struct json *json;
    const void *node;   /* NULL when absent; then: */
    const void *inside; /* the object that lacks it, and under which key */
    const char *key;
};

enum json_kind {
    JSON_ABSENT,
    JSON_NULL,
    JSON_BOOL,
    JSON_NUMBER,
    JSON_STRING,
    JSON_ARRAY,
    JSON_OBJECT
};

/*
 * Reads a document (length bytes, need not end in 0) and gives its outermost value.
 * `place` must outlive the document. A UTF-8 byte order mark is skipped. Fails with
 * `PLACE:LINE:COLUMN: expected WHAT` where the text is not JSON (json_check.h), with a
 * path for a key that stands twice or a number beyond float64; then there is nothing to
 * close.
 */
bool json_open(struct json **json, struct json_value *root, const char *place,
               const char *text, size_t length, struct error *err) MUST_USE;

/* Frees the document, its values and their strings; NULL is allowed. */
void json_close(struct json *json);

enum json_kind json_kind(struct json_value value);
bool json_is_present(struct json_value value);

/* Members of an object or items of an array; 0 for any other kind. */
size_t json_count(struct json_value value);

/* Item or member number `index` < json_count, in the order of the text. */
struct json_value json_item(struct json_value value, size_t index);

/* The same as a walk: first(container), then next until the value is absent. */
struct json_value json_first(struct json_value value);
struct json_value json_next(struct json_value value);

/* The member under `key`, compared by bytes; absent when there is none or `object` is not
 * an object. A member of an absent value is that absent value. */
struct json_value json_member(struct json_value object, const char *key);

/* The key under which a member stands; NULL for items and the root. */
const char *json_key(struct json_value value);

/* Typed reads. Strings live as long as the document. json_read_size takes whole numbers
 * of low <= n <= high, high <= 2^53 (3.0 is 3: JSON does not tell them apart);
 * json_read_integer takes any whole number up to 2^53 in magnitude. */
bool json_read_bool(struct json_value value, bool *out, struct error *err) MUST_USE;
bool json_read_size(struct json_value value, size_t low, size_t high, size_t *out,
                    struct error *err) MUST_USE;
bool json_read_integer(struct json_value value, int64_t *out, struct error *err) MUST_USE;
bool json_read_number(struct json_value value, double *out, struct error *err) MUST_USE;
bool json_read_string(struct json_value value, const char **out,
                      struct error *err) MUST_USE;

/* Whether a number was written with a point or an exponent, as Python writes a float: its
 * 2.0 is another value than 2 when it is written back. */
bool json_is_float(struct json_value value);

/* Fails unless the value is an object, or an array, of what `expected` names. */
bool json_need_object(struct json_value value, const char *expected,
                      struct error *err) MUST_USE;
bool json_need_array(struct json_value value, const char *expected,
                     struct error *err) MUST_USE;

/* Fails at the first member whose key is not one of the n, and names those. */
bool json_check_keys(struct json_value object, const char *const keys[], size_t n,
                     struct error *err) MUST_USE;

/* The two ways to refuse a value; both return false.
 * refuse: `PLACE: PATH: got VALUE; expected ...`     fault: `PLACE: PATH: ...` */
bool json_refuse(struct json_value value, struct error *err, const char *expected, ...)
    PRINTF_LIKE(3, 4);
bool json_fault(struct json_value value, struct error *err, const char *format, ...)
    PRINTF_LIKE(3, 4);

/* Appends where the value stands, e.g. `config.strides[1]`; nothing for the root. */
void json_path(struct json_value value, struct text *out);

/* Writing, in the style of Python's json.dumps: `{"a": [1, 2.0]}` on one line. A number
 * is the shortest text that reads back as the same double, in any locale; it must be
 * finite. json_write_number writes whole ones as integers, json_write_float all as
 * Python's repr of a float, json_write each as it was read. */
void json_write(struct json_value value, struct text *out);
void json_write_string(const char *string, struct text *out);
void json_write_number(double number, struct text *out);
void json_write_float(double number, struct text *out);

/* Appends JSON text with every character beyond ASCII as \u and four digits, as
 * json.dumps writes it. */
void json_write_ascii(const char *json, struct text *out);

#endif
