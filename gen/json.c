#include "json.h"

#include <cjson/cJSON.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json_check.h"

enum { SHOWN = 60 }; /* bytes of a value or key that a message repeats */

struct json {
    cJSON *root;
    const char *place;
};

static struct json_value handle(const struct json *json, const cJSON *node)
{
    return (struct json_value){.json = json, .node = node};
}

static bool is_container(const cJSON *node)
{
    return cJSON_IsObject(node) || cJSON_IsArray(node);
}

static bool check_member(const struct json *json, const cJSON *object,
                         const cJSON *member, struct error *err)
{
    if (cJSON_GetObjectItemCaseSensitive(object, member->string) == member)
        return true;
    return json_fault(handle(json, member), err, "got the key twice; expected it once");
}

/* What the grammar does not say: each key once, few members, every number finite. A
 * number's valueint, which cJSON itself has no use for, tells from here on whether it was
 * written as a float: `numbers` says so of each, in the order of the walk. */
static bool check_tree(const struct json *json, cJSON *node, const char **numbers,
                       struct error *err)
{
    if (cJSON_IsNumber(node))
        node->valueint = *(*numbers)++ == JSON_FLOAT;
    if (cJSON_IsNumber(node) && !isfinite(node->valuedouble))
        return json_fault(handle(json, node), err,
                          "got a number beyond float64; expected a finite number");
    if (!is_container(node))
        return true;
    if (cJSON_IsObject(node) && cJSON_GetArraySize(node) > (int)JSON_MOST_MEMBERS)
        return json_fault(handle(json, node), err, "got %d members; expected at most %u",
                          cJSON_GetArraySize(node), JSON_MOST_MEMBERS);
    for (cJSON *child = node->child; child != NULL; child = child->next)
        if ((cJSON_IsObject(node) && !check_member(json, node, child, err)) ||
            !check_tree(json, child, numbers, err))
            return false;
    return true;
}

static bool build_tree(struct json **json, const char *place, const char *text,
                       size_t length, const char *numbers, struct error *err)
{
    *json = calloc(1, sizeof **json);
    if (*json == NULL)
        return error_set(err, "memory: got none left while reading %s", place);
    (*json)->place = place;
    (*json)->root = cJSON_ParseWithLength(text, length);
    if ((*json)->root == NULL)
        error_set(err, "memory: got none left while reading %s", place);
    else if (check_tree(*json, (*json)->root, &numbers, err))
        return true;
    json_close(*json);
    *json = NULL;
    return false;
}

bool json_open(struct json **json, struct json_value *root, const char *place,
               const char *text, size_t length, struct error *err)
{
    const size_t mark = length >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
    struct text numbers = {0};
    const bool done =
        json_check(place, text + mark, length - mark, &numbers, err) &&
        build_tree(json, place, text + mark, length - mark, text_string(&numbers), err);
    if (done)
        *root = handle(*json, (*json)->root);
    text_free(&numbers);
    return done;
}

void json_close(struct json *json)
{
    if (json == NULL)
        return;
    cJSON_Delete(json->root);
    free(json);
}

enum json_kind json_kind(struct json_value value)
{
    const cJSON *node = value.node;
    return node == NULL           ? JSON_ABSENT
           : cJSON_IsObject(node) ? JSON_OBJECT
           : cJSON_IsArray(node)  ? JSON_ARRAY
           : cJSON_IsString(node) ? JSON_STRING
           : cJSON_IsNumber(node) ? JSON_NUMBER
           : cJSON_IsBool(node)   ? JSON_BOOL
                                  : JSON_NULL;
}

bool json_is_present(struct json_value value)
{
    return value.node != NULL;
}

size_t json_count(struct json_value value)
{
    return is_container(value.node) ? (size_t)cJSON_GetArraySize(value.node) : 0;
}

struct json_value json_item(struct json_value value, size_t index)
{
    return handle(value.json, cJSON_GetArrayItem(value.node, (int)index));
}

struct json_value json_first(struct json_value value)
{
    const cJSON *node = value.node;
    return handle(value.json, is_container(node) ? node->child : NULL);
}

struct json_value json_next(struct json_value value)
{
    return handle(value.json, ((const cJSON *)value.node)->next);
}

struct json_value json_member(struct json_value object, const char *key)
{
    if (!json_is_present(object))
        return object;
    const cJSON *node = cJSON_IsObject((const cJSON *)object.node)
                            ? cJSON_GetObjectItemCaseSensitive(object.node, key)
                            : NULL;
    if (node != NULL)
        return handle(object.json, node);
    return (struct json_value){.json = object.json, .inside = object.node, .key = key};
}

const char *json_key(struct json_value value)
{
    const cJSON *node = value.node;
    return node == NULL ? value.key : node->string;
}

bool json_read_bool(struct json_value value, bool *out, struct error *err)
{
    if (json_kind(value) != JSON_BOOL)
        return json_refuse(value, err, "true or false");
    *out = cJSON_IsTrue(value.node);
    return true;
}

static bool is_integer(struct json_value value)
{
    if (json_kind(value) != JSON_NUMBER)
        return false;
    const double number = ((const cJSON *)value.node)->valuedouble;
    return fabs(number) <= (double)JSON_LARGEST_INTEGER && floor(number) == number;
}

bool json_read_integer(struct json_value value, int64_t *out, struct error *err)
{
    if (!is_integer(value))
        return json_refuse(value, err, "an integer");
    *out = (int64_t)((const cJSON *)value.node)->valuedouble;
    return true;
}

bool json_read_size(struct json_value value, size_t low, size_t high, size_t *out,
                    struct error *err)
{
    double number = -1;
    if (json_kind(value) == JSON_NUMBER)
        number = ((const cJSON *)value.node)->valuedouble;
    if (floor(number) != number || number < (double)low)
        return json_refuse(value, err, "an integer from %zu", low);
    if (number > (double)high)
        return json_refuse(value, err, "an integer up to %zu", high);
    *out = (size_t)number;
    return true;
}

bool json_read_number(struct json_value value, double *out, struct error *err)
{
    if (json_kind(value) != JSON_NUMBER)
        return json_refuse(value, err, "a number");
    *out = ((const cJSON *)value.node)->valuedouble;
    return true;
}

bool json_is_float(struct json_value value)
{
    return json_kind(value) == JSON_NUMBER && ((const cJSON *)value.node)->valueint != 0;
}

bool json_read_string(struct json_value value, const char **out, struct error *err)
{
    if (json_kind(value) != JSON_STRING)
        return json_refuse(value, err, "a string");
    *out = ((const cJSON *)value.node)->valuestring;
    return true;
}

bool json_need_object(struct json_value value, const char *expected, struct error *err)
{
    return json_kind(value) == JSON_OBJECT || json_refuse(value, err, "%s", expected);
}

bool json_need_array(struct json_value value, const char *expected, struct error *err)
{
    return json_kind(value) == JSON_ARRAY || json_refuse(value, err, "%s", expected);
}

static bool is_one_of(const char *key, const char *const keys[], size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(key, keys[i]) == 0)
            return true;
    return false;
}

static bool refuse_key(struct json_value member, const char *const keys[], size_t n,
                       struct error *err)
{
    struct text list = {0};
    for (size_t i = 0; i < n; i++)
        text_print(&list, "%s%s", i == 0 ? "" : i + 1 < n ? ", " : " or ", keys[i]);
    json_fault(member, err, "got an unknown key; expected %s",
               n == 0 ? "no key" : text_string(&list));
    text_free(&list);
    return false;
}

bool json_check_keys(struct json_value object, const char *const keys[], size_t n,
                     struct error *err)
{
    struct json_value member = json_first(object);
    for (; json_is_present(member); member = json_next(member))
        if (!is_one_of(json_key(member), keys, n))
            return refuse_key(member, keys, n, err);
    return true;
}

/* At most SHOWN bytes, never half a character, and dots for the rest. */
static void put_cut(struct text *out, const char *string)
{
    size_t n = strlen(string);
    const bool is_long = n > SHOWN;
    if (is_long)
        for (n = SHOWN; ((unsigned char)string[n] & 0xC0) == 0x80; n--)
            ;
    text_add(out, string, n);
    text_put(out, is_long ? "..." : "");
}

static void put_key(struct text *out, const char *key)
{
    const char *const plain =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789";
    if (key[0] != '\0' && key[strspn(key, plain)] == '\0') {
        text_put(out, out->length == 0 ? "" : ".");
        put_cut(out, key);
        return;
    }
    struct text quoted = {0};
    json_write_string(key, &quoted);
    text_put(out, "[");
    put_cut(out, text_string(&quoted));
    text_put(out, "]");
    text_free(&quoted);
}

/* One step on the way from the root to a value. */
struct step {
    const struct step *before; /* NULL at the root */
    const cJSON *node;
    size_t index;
};

static void put_steps(struct text *out, const struct step *last)
{
    if (last->before == NULL)
        return;
    put_steps(out, last->before);
    if (last->node->string != NULL)
        put_key(out, last->node->string);
    else
        text_print(out, "[%zu]", last->index);
}

/* Looks for `wanted` below `here` and appends the way to it; false when it is not there.
 */
static bool put_way(struct text *out, const struct step *here, const cJSON *wanted)
{
    if (here->node == wanted) {
        put_steps(out, here);
        return true;
    }
    if (!is_container(here->node))
        return false;
    struct step next = {here, here->node->child, 0};
    for (; next.node != NULL; next.node = next.node->next, next.index++)
        if (put_way(out, &next, wanted))
            return true;
    return false;
}

void json_path(struct json_value value, struct text *out)
{
    const struct step root = {NULL, value.json->root, 0};
    struct text path = {0};
    put_way(&path, &root, value.node == NULL ? value.inside : value.node);
    if (value.node == NULL)
        put_key(&path, value.key);
    text_put(out, text_string(&path));
    text_free(&path);
}

static bool fault_with(struct json_value value, struct error *err, const char *before,
                       const char *format, va_list args)
{
    char what[1536];
    vsnprintf(what, sizeof what, format, args);
    struct text path = {0};
    json_path(value, &path);
    error_set(err, "%s: %s%s%s%s", value.json->place, text_string(&path),
              path.length == 0 ? "" : ": ", before, what);
    text_free(&path);
    return false;
}

bool json_fault(struct json_value value, struct error *err, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fault_with(value, err, "", format, args);
    va_end(args);
    return false;
}

bool json_refuse(struct json_value value, struct error *err, const char *expected, ...)
{
    struct text shown = {0}, got = {0};
    json_write(value, &shown);
    text_put(&got, "got ");
    put_cut(&got, json_is_present(value) ? text_string(&shown) : "nothing");
    text_put(&got, "; expected ");
    va_list args;
    va_start(args, expected);
    fault_with(value, err, text_string(&got), expected, args);
    va_end(args);
    text_free(&shown);
    text_free(&got);
    return false;
}
