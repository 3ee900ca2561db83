/*
 * json_write: JSON text out of values, strings and numbers; on one line, as Python spaces
 * it.
 */
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"

static void write_escaped(unsigned char c, struct text *out)
{
    static const char names[] = "\"\"\\\\\bb\ff\nn\rr\tt";
    for (size_t i = 0; i + 1 < sizeof names - 1; i += 2)
        if ((unsigned char)names[i] == c) {
            text_print(out, "\\%c", names[i + 1]);
            return;
        }
    text_print(out, "\\u%04x", c);
}

void json_write_string(const char *string, struct text *out)
{
    text_put(out, "\"");
    for (const char *c = string; *c != '\0'; c++) {
        const unsigned char byte = (unsigned char)*c;
        if (byte < 0x20 || byte == '"' || byte == '\\' || byte == 0x7F)
            write_escaped(byte, out);
        else
            text_add(out, c, 1);
    }
    text_put(out, "\"");
}

/* Puts '.' where the locale has another decimal point. */
static void write_with_point(const char *digits, struct text *out)
{
    const char *point = localeconv()->decimal_point;
    const char *at = point[0] == '\0' ? NULL : strstr(digits, point);
    if (at == NULL) {
        text_put(out, digits);
        return;
    }
    text_add(out, digits, (size_t)(at - digits));
    text_put(out, ".");
    text_put(out, at + strlen(point));
}

void json_write_float(double number, struct text *out)
{
    char digits[64];
    const bool is_large = fabs(number) >= 1e16; /* from here on repr has an exponent */
    if (floor(number) == number && !is_large) {
        text_print(out, "%.0f.0", number);
        return;
    }
    for (int precision = 1; precision <= 17; precision++) {
        if (is_large)
            snprintf(digits, sizeof digits, "%.*e", precision - 1, number);
        else
            snprintf(digits, sizeof digits, "%.*g", precision, number);
        if (strtod(digits, NULL) == number)
            break;
    }
    write_with_point(digits, out);
}

void json_write_number(double number, struct text *out)
{
    if (floor(number) == number && fabs(number) <= (double)JSON_LARGEST_INTEGER)
        text_print(out, "%.0f", number);
    else
        json_write_float(number, out);
}

static void write_scalar(struct json_value value, struct text *out)
{
    struct error err = {0};
    double number;
    bool is_true;
    const char *string;
    if (json_kind(value) == JSON_NUMBER && json_read_number(value, &number, &err))
        (json_is_float(value) ? json_write_float : json_write_number)(number, out);
    else if (json_kind(value) == JSON_STRING && json_read_string(value, &string, &err))
        json_write_string(string, out);
    else if (json_kind(value) == JSON_BOOL && json_read_bool(value, &is_true, &err))
        text_put(out, is_true ? "true" : "false");
    else
        text_put(out, "null");
}

void json_write(struct json_value value, struct text *out)
{
    const bool is_object = json_kind(value) == JSON_OBJECT;
    if (!is_object && json_kind(value) != JSON_ARRAY) {
        write_scalar(value, out);
        return;
    }
    text_put(out, is_object ? "{" : "[");
    const char *between = "";
    struct json_value item = json_first(value);
    for (; json_is_present(item); item = json_next(item), between = ", ") {
        text_put(out, between);
        if (is_object) {
            json_write_string(json_key(item), out);
            text_put(out, ": ");
        }
        json_write(item, out);
    }
    text_put(out, is_object ? "}" : "]");
}

/* The code point at `*at`, valid UTF-8, which is moved behind it. */
static unsigned long take_code(const unsigned char **at)
{
    const unsigned lead = *(*at)++;
    const int more = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : lead >= 0xC0 ? 1 : 0;
    unsigned long code = more == 0 ? lead : lead & (0x3Fu >> more);
    for (int i = 0; i < more; i++)
        code = code << 6 | (*(*at)++ & 0x3Fu);
    return code;
}

void json_write_ascii(const char *json, struct text *out)
{
    const unsigned char *at = (const unsigned char *)json;
    while (*at != '\0') {
        const unsigned long code = take_code(&at);
        if (code < 0x80)
            text_add(out, (const char *)at - 1, 1);
        else if (code < 0x10000)
            text_print(out, "\\u%04lx", code);
        else
            text_print(out, "\\u%04lx\\u%04lx", 0xD7C0 + (code >> 10),
                       0xDC00 + (code & 0x3FF));
    }
}
