#include "json_check.h"

#include <string.h>

struct scan {
    const char *place, *text;
    size_t length, at;
    struct text *numbers; /* JSON_INTEGER or JSON_FLOAT for each */
    struct error *err;
};

static bool fault(const struct scan *s, const char *what)
{
    size_t line = 1, column = 1;
    for (size_t i = 0; i < s->at; i++) {
        if (s->text[i] == '\n') {
            line++;
            column = 1;
        } else if (((unsigned char)s->text[i] & 0xC0) != 0x80)
            column++;
    }
    return error_set(s->err, "%s:%zu:%zu: %s", s->place, line, column, what);
}

/* The character `ahead` of here; 0, which no JSON text holds, beyond the end. */
static char peek(const struct scan *s, size_t ahead)
{
    return ahead < s->length - s->at ? s->text[s->at + ahead] : '\0';
}

static bool take(struct scan *s, char wanted)
{
    if (s->at == s->length || s->text[s->at] != wanted)
        return false;
    s->at++;
    return true;
}

static void skip_space(struct scan *s)
{
    while (s->at < s->length && s->text[s->at] != '\0' &&
           strchr(" \t\r\n", s->text[s->at]) != NULL)
        s->at++;
}

static bool take_digits(struct scan *s)
{
    const size_t first = s->at;
    while (peek(s, 0) >= '0' && peek(s, 0) <= '9')
        s->at++;
    return s->at > first;
}

static bool check_number(struct scan *s)
{
    const size_t first = s->at;
    bool is_float = false;
    (void)take(s, '-');
    if (!take(s, '0') && !take_digits(s))
        return fault(s, "expected a digit");
    if (take(s, '.')) {
        is_float = true;
        if (!take_digits(s))
            return fault(s, "expected a digit");
    }
    if (take(s, 'e') || take(s, 'E')) {
        is_float = true;
        if (!take(s, '+'))
            (void)take(s, '-');
        if (!take_digits(s))
            return fault(s, "expected a digit");
    }
    if (s->at - first <= JSON_LONGEST_NUMBER) {
        text_add(s->numbers, &(char){is_float ? JSON_FLOAT : JSON_INTEGER}, 1);
        return true;
    }
    s->at = first;
    return fault(s, "expected a number of at most 63 characters");
}

/* The value of the four hexadecimal digits `ahead` of here; -1 when they are not that. */
static long read_hex(const struct scan *s, size_t ahead)
{
    static const char digits[] = "00112233445566778899aAbBcCdDeEfF";
    long value = 0;
    for (size_t i = 0; i < 4; i++) {
        const char c = peek(s, ahead + i);
        const char *found = c == '\0' ? NULL : strchr(digits, c);
        if (found == NULL)
            return -1;
        value = value * 16 + (found - digits) / 2;
    }
    return value;
}

static bool check_unicode_escape(struct scan *s)
{
    const long code = read_hex(s, 2);
    if (code < 0)
        return fault(s, "expected four hexadecimal digits after \\u");
    if (code == 0)
        return fault(s, "got \\u0000; expected text without NUL");
    const bool is_high = code >= 0xD800 && code < 0xDC00;
    const bool is_low = code >= 0xDC00 && code < 0xE000;
    const long next = peek(s, 6) == '\\' && peek(s, 7) == 'u' ? read_hex(s, 8) : -1;
    if (is_low || (is_high && (next < 0xDC00 || next >= 0xE000)))
        return fault(s, "got half a surrogate pair; expected both halves");
    s->at += is_high ? 12 : 6;
    return true;
}

static bool check_escape(struct scan *s)
{
    const char c = peek(s, 1);
    if (c == 'u')
        return check_unicode_escape(s);
    if (c == '\0' || strchr("\"\\/bfnrt", c) == NULL)
        return fault(
            s, "expected an escape of JSON (\\\" \\\\ \\/ \\b \\f \\n \\r \\t \\u)");
    s->at += 2;
    return true;
}

/* One character of more than one byte: shortest form, no surrogate, up to U+10FFFF. */
static bool check_utf8(struct scan *s)
{
    const unsigned lead = (unsigned char)peek(s, 0);
    const size_t more = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : 1;
    unsigned long code = lead & (0x3Fu >> more);
    bool is_valid = lead >= 0xC2 && lead <= 0xF4;
    for (size_t i = 1; i <= more; i++) {
        const unsigned byte = (unsigned char)peek(s, i);
        is_valid = is_valid && (byte & 0xC0) == 0x80;
        code = code << 6 | (byte & 0x3F);
    }
    static const unsigned long least[] = {0, 0x80, 0x800, 0x10000};
    if (!is_valid || code < least[more] || code > 0x10FFFF || (code >> 11) == 0x1B)
        return fault(s, "expected UTF-8");
    s->at += more + 1;
    return true;
}

static bool check_string(struct scan *s)
{
    if (!take(s, '"'))
        return fault(s, "expected '\"'");
    while (!take(s, '"')) {
        if (s->at == s->length)
            return fault(s, "expected '\"' at the end of the string");
        const unsigned char c = (unsigned char)peek(s, 0);
        if (c < 0x20)
            return fault(s, "expected no control character in a string, but an escape");
        if (c == '\\' ? !check_escape(s) : c >= 0x80 && !check_utf8(s))
            return false;
        if (c != '\\' && c < 0x80)
            s->at++;
    }
    return true;
}

/* A word of JSON, or one that only Python writes; false with no error when it is neither.
 */
static bool take_word(struct scan *s)
{
    static const struct {
        const char *word, *fault;
    } words[] = {
        {"true", NULL},
        {"false", NULL},
        {"null", NULL},
        {"NaN", "got NaN; expected a finite number"},
        {"Infinity", "got Infinity; expected a finite number"},
        {"-Infinity", "got -Infinity; expected a finite number"},
    };
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        const size_t n = strlen(words[i].word);
        if (s->length - s->at < n || memcmp(s->text + s->at, words[i].word, n) != 0)
            continue;
        if (words[i].fault != NULL)
            return fault(s, words[i].fault);
        s->at += n;
        return true;
    }
    return false;
}

static bool check_value(struct scan *s, unsigned depth);

static bool check_array(struct scan *s, unsigned depth)
{
    s->at++;
    skip_space(s);
    if (take(s, ']'))
        return true;
    do {
        if (!check_value(s, depth + 1))
            return false;
    } while (take(s, ','));
    return take(s, ']') || fault(s, "expected ',' or ']'");
}

static bool check_member(struct scan *s, unsigned depth)
{
    skip_space(s);
    if (!check_string(s))
        return false;
    skip_space(s);
    return (take(s, ':') || fault(s, "expected ':'")) && check_value(s, depth + 1);
}

static bool check_object(struct scan *s, unsigned depth)
{
    s->at++;
    skip_space(s);
    if (take(s, '}'))
        return true;
    if (peek(s, 0) != '"')
        return fault(s, "expected '\"' or '}'");
    do {
        if (!check_member(s, depth))
            return false;
    } while (take(s, ','));
    return take(s, '}') || fault(s, "expected ',' or '}'");
}

static bool check_bare(struct scan *s)
{
    if (take_word(s))
        return true;
    const char c = peek(s, 0);
    const bool is_number = c == '-' || (c >= '0' && c <= '9');
    return is_number && !s->err->is_set ? check_number(s) : fault(s, "expected a value");
}

/* A value and the space around it. */
static bool check_value(struct scan *s, unsigned depth)
{
    skip_space(s);
    const char c = peek(s, 0);
    if (depth >= JSON_DEEPEST && (c == '{' || c == '['))
        return fault(s, "expected at most 64 nested arrays and objects");
    const bool ok = c == '{'   ? check_object(s, depth)
                    : c == '[' ? check_array(s, depth)
                    : c == '"' ? check_string(s)
                               : check_bare(s);
    skip_space(s);
    return ok;
}

bool json_check(const char *place, const char *text, size_t length, struct text *numbers,
                struct error *err)
{
    struct scan s = {place, text, length, 0, numbers, err};
    if (!check_value(&s, 0))
        return false;
    return (s.at == s.length || fault(&s, "expected the end of the text")) &&
           text_ok(numbers, err);
}
