/*
 * npy_header: a scanner for the one dict that NumPy writes, and its writer.
 */
#include "npy_header.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define ALIGNMENT 64
#define TYPES_ACCEPTED "'<f4', '<f8', '>f4' or '>f8'"

static void skip_spaces(struct npy_header *h)
{
    h->rest += strspn(h->rest, " \t\n\r");
}

/* Steps over `token` and the spaces before it, if it is what comes next. */
static bool accept(struct npy_header *h, const char *token)
{
    skip_spaces(h);
    const size_t length = strlen(token);
    if (strncmp(h->rest, token, length) != 0)
        return false;
    h->rest += length;
    return true;
}

static bool refuse(const struct npy_header *h, const char *expected, struct error *err)
{
    return error_set(err, "%s: header: got '%.40s'; expected %s", h->path, h->rest,
                     expected);
}

static bool expect(struct npy_header *h, const char *token, struct error *err)
{
    return accept(h, token) || refuse(h, token, err);
}

/* A quoted string without escapes, which lies from *string on for *length bytes. */
static bool read_string(struct npy_header *h, const char **string, size_t *length,
                        struct error *err)
{
    skip_spaces(h);
    const char quote = *h->rest;
    const char *end = quote == '\'' || quote == '"' ? strchr(h->rest + 1, quote) : NULL;
    if (end == NULL)
        return refuse(h, "a quoted string", err);
    *string = h->rest + 1;
    *length = (size_t)(end - *string);
    h->rest = end + 1;
    return true;
}

static bool read_descr(struct npy_header *h, struct error *err)
{
    const char *descr = "";
    size_t length = 0;
    if (accept(h, "["))
        return error_set(
            err, "%s: descr: got a structured type; expected " TYPES_ACCEPTED, h->path);
    if (!read_string(h, &descr, &length, err))
        return false;
    const bool known = length == 3 && (descr[0] == '<' || descr[0] == '>') &&
                       descr[1] == 'f' && (descr[2] == '4' || descr[2] == '8');
    if (!known)
        return error_set(err, "%s: descr: got '%.*s'; expected " TYPES_ACCEPTED, h->path,
                         (int)(length < 40 ? length : 40), descr);
    h->big_endian = descr[0] == '>';
    h->element_bytes = (size_t)(descr[2] - '0');
    return true;
}

static bool read_order(struct npy_header *h, struct error *err)
{
    h->fortran_order = accept(h, "True");
    return h->fortran_order || accept(h, "False") || refuse(h, "True or False", err);
}

/* One length; Python 2 wrote an L behind it. */
static bool read_dim(struct npy_header *h, struct error *err)
{
    char *end;
    skip_spaces(h);
    if (*h->rest < '0' || *h->rest > '9')
        return refuse(h, "a length", err);
    if (h->n_dims == NPY_MOST_DIMS)
        return error_set(err,
                         "%s: shape: got more than %d dimensions; expected at most %d",
                         h->path, NPY_MOST_DIMS, NPY_MOST_DIMS);
    errno = 0;
    const unsigned long long dim = strtoull(h->rest, &end, 10);
    if (errno != 0 || dim > SIZE_MAX)
        return refuse(h, "a length that fits in memory", err);
    h->dims[h->n_dims++] = (size_t)dim;
    h->rest = end + (*end == 'L' ? 1 : 0);
    return true;
}

static bool read_shape(struct npy_header *h, struct error *err)
{
    if (!expect(h, "(", err))
        return false;
    while (!accept(h, ")")) {
        if (!read_dim(h, err))
            return false;
        if (accept(h, ","))
            continue;
        return h->n_dims > 1 ? expect(h, ")", err)
                             : refuse(h, "',' after the length", err);
    }
    return true;
}

static bool read_entry(struct npy_header *h, struct error *err)
{
    static const struct {
        const char *key;
        size_t seen;
        bool (*read)(struct npy_header *, struct error *);
    } entries[] = {
        {"descr", offsetof(struct npy_header, has_descr), read_descr},
        {"fortran_order", offsetof(struct npy_header, has_order), read_order},
        {"shape", offsetof(struct npy_header, has_shape), read_shape},
    };
    const char *key = "", *at = h->rest;
    size_t length = 0;
    if (!read_string(h, &key, &length, err) || !expect(h, ":", err))
        return false;
    for (size_t i = 0; i < sizeof entries / sizeof entries[0]; i++) {
        bool *seen = (bool *)((char *)h + entries[i].seen);
        if (strlen(entries[i].key) != length || memcmp(entries[i].key, key, length) != 0)
            continue;
        if (*seen)
            break;
        *seen = true;
        return entries[i].read(h, err);
    }
    h->rest = at;
    return refuse(h, "each of 'descr', 'fortran_order', 'shape' once", err);
}

static bool read_dict(struct npy_header *h, struct error *err)
{
    if (!expect(h, "{", err))
        return false;
    while (!accept(h, "}")) {
        if (!read_entry(h, err))
            return false;
        if (!accept(h, ","))
            return expect(h, "}", err);
    }
    return true;
}

/* Elements of the shape; fails when their bytes as float64 would overflow. */
static bool count_elements(struct npy_header *h, struct error *err)
{
    h->size = 1;
    for (size_t d = 0; d < h->n_dims; d++)
        if (h->dims[d] == 0)
            h->size = 0;
    for (size_t d = 0; d < h->n_dims && h->size != 0; d++) {
        if (h->dims[d] > PTRDIFF_MAX / sizeof(double) / h->size)
            return error_set(err,
                             "%s: shape: got more elements than memory can hold; "
                             "expected fewer",
                             h->path);
        h->size *= h->dims[d];
    }
    return true;
}

bool npy_header_read(struct npy_header *header, const char *path, const char *text,
                     struct error *err)
{
    *header = (struct npy_header){.path = path, .rest = text};
    if (!read_dict(header, err))
        return false;
    skip_spaces(header);
    if (*header->rest != '\0')
        return refuse(header, "nothing after the dict", err);
    const char *missing = !header->has_descr   ? "descr"
                          : !header->has_order ? "fortran_order"
                          : !header->has_shape ? "shape"
                                               : NULL;
    if (missing != NULL)
        return error_set(err, "%s: header: got no '%s'; expected one", path, missing);
    return count_elements(header, err);
}

void npy_header_write(struct text *out, enum tconv_type type, const size_t *dims,
                      size_t n_dims)
{
    struct text dict = {0};
    text_print(&dict, "{'descr': '<f%c', 'fortran_order': False, 'shape': (",
               type == TCONV_FLOAT32 ? '4' : '8');
    for (size_t d = 0; d < n_dims; d++)
        text_print(&dict, d == 0 ? "%zu," : d == 1 ? " %zu" : ", %zu", dims[d]);
    text_put(&dict, "), }");
    const size_t before = NPY_MAGIC_BYTES + 2 + 2;
    while ((before + dict.length + 1) % ALIGNMENT != 0 && !dict.failed)
        text_put(&dict, " ");
    text_put(&dict, "\n");
    const char length[2] = {(char)(dict.length & 0xff), (char)(dict.length >> 8)};
    text_add(out, NPY_MAGIC "\x01\0", NPY_MAGIC_BYTES + 2);
    text_add(out, length, sizeof length);
    text_add(out, text_string(&dict), dict.length);
    out->failed |= dict.failed;
    text_free(&dict);
}
