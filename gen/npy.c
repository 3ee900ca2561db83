/*
 * npy: the numbers, then the files. The header's text is npy_header's.
 */
#include "npy.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "npy_header.h"

#define LONGEST_HEADER 65535

/* The numbers: bytes in either order, elements in either order. */

static size_t bytes_of(enum tconv_type type)
{
    return type == TCONV_FLOAT32 ? sizeof(float) : sizeof(double);
}

static uint64_t bits_of(const unsigned char *bytes, size_t n, bool big_endian)
{
    uint64_t bits = 0;
    for (size_t i = 0; i < n; i++)
        bits = bits << 8 | bytes[big_endian ? i : n - 1 - i];
    return bits;
}

static double decode(const unsigned char *bytes, size_t n, bool big_endian)
{
    const uint64_t bits = bits_of(bytes, n, big_endian);
    const uint32_t low = (uint32_t)bits;
    float single;
    double number;
    memcpy(&single, &low, sizeof single);
    memcpy(&number, &bits, sizeof number);
    return n == sizeof single ? (double)single : number;
}

/*
 * Where element e in C order lies in the file. Fortran's order is C's with the dimensions
 * reversed: index i of dimension d is worth the product of all dimensions before d.
 */
static size_t position_in_file(const struct npy_header *h, size_t e)
{
    if (!h->fortran_order)
        return e;
    size_t worth = 1, position = 0;
    for (size_t d = 0; d < h->n_dims; d++)
        worth *= h->dims[d];
    for (size_t d = h->n_dims; d-- > 0; e /= h->dims[d]) {
        worth /= h->dims[d];
        position += e % h->dims[d] * worth;
    }
    return position;
}

static void convert(struct npy *npy, const struct npy_header *h, const unsigned char *raw)
{
    float *singles = npy->data;
    double *doubles = npy->data;
    for (size_t e = 0; e < npy->size; e++) {
        const unsigned char *bytes = raw + position_in_file(h, e) * h->element_bytes;
        const double number = decode(bytes, h->element_bytes, h->big_endian);
        if (npy->type == TCONV_FLOAT32)
            singles[e] = (float)number;
        else
            doubles[e] = number;
    }
}

/* Files. */

static bool read_bytes(FILE *file, const char *path, const char *what, void *to, size_t n,
                       struct error *err)
{
    const size_t got = fread(to, 1, n, file);
    if (ferror(file))
        return error_set(err, "%s: got '%s'; expected a readable .npy file", path,
                         strerror(errno));
    if (got != n)
        return error_set(err, "%s: got %zu bytes of %s; expected %zu", path, got, what,
                         n);
    return true;
}

/* The header's text, 0-terminated, into the arena; the file then stands at the data. */
static bool read_header(FILE *file, const char *path, struct npy_header *h,
                        struct arena *arena, struct error *err)
{
    unsigned char start[NPY_MAGIC_BYTES + 2], length_bytes[4];
    if (!read_bytes(file, path, "the .npy magic", start, sizeof start, err))
        return false;
    if (memcmp(start, NPY_MAGIC, NPY_MAGIC_BYTES) != 0)
        return error_set(err,
                         "%s: got a file of another kind; expected one that starts with "
                         "\\x93NUMPY",
                         path);
    const unsigned version = start[NPY_MAGIC_BYTES];
    if (version < 1 || version > 3)
        return error_set(err, "%s: version: got %u; expected 1, 2 or 3", path, version);
    const size_t n = version == 1 ? 2 : 4;
    if (!read_bytes(file, path, "the header's length", length_bytes, n, err))
        return false;
    const size_t length = (size_t)bits_of(length_bytes, n, false);
    if (length > LONGEST_HEADER)
        return error_set(err, "%s: header: got %zu bytes; expected at most %d", path,
                         length, LONGEST_HEADER);
    char *text = arena_take(arena, length + 1, 1, err);
    if (text == NULL || !read_bytes(file, path, "header", text, length, err))
        return false;
    if (strlen(text) != length)
        return error_set(err, "%s: header: got a zero byte; expected text", path);
    return npy_header_read(h, path, text, err);
}

/* Fails before memory is taken when a plain file is shorter than it claims. */
static bool check_length(FILE *file, const char *path, size_t n, struct error *err)
{
    struct stat status;
    const long at = ftell(file);
    if (at < 0 || fstat(fileno(file), &status) != 0 || !S_ISREG(status.st_mode))
        return true;
    const size_t left = status.st_size < at ? 0 : (size_t)(status.st_size - at);
    if (left != n)
        return error_set(err, "%s: got %zu bytes of data; expected %zu", path, left, n);
    return true;
}

static bool read_array(FILE *file, const char *path, struct npy *npy, struct arena *arena,
                       struct error *err)
{
    struct npy_header h;
    if (!read_header(file, path, &h, arena, err))
        return false;
    const size_t n = h.size * h.element_bytes;
    if (!check_length(file, path, n, err))
        return false;
    npy->n_dims = h.n_dims;
    npy->size = h.size;
    memcpy(npy->dims, h.dims, sizeof npy->dims);
    unsigned char *raw = arena_take(arena, n, 1, err);
    npy->data = arena_take(arena, npy->size, bytes_of(npy->type), err);
    if (raw == NULL || npy->data == NULL || !read_bytes(file, path, "data", raw, n, err))
        return false;
    if (fgetc(file) != EOF)
        return error_set(err, "%s: got more than %zu bytes of data; expected %zu", path,
                         n, n);
    convert(npy, &h, raw);
    return true;
}

bool npy_read(struct npy *npy, const char *path, enum tconv_type as, struct arena *arena,
              struct error *err)
{
    *npy = (struct npy){.type = as};
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return error_set(err, "%s: got '%s'; expected a readable .npy file", path,
                         strerror(errno));
    const bool ok = read_array(file, path, npy, arena, err);
    fclose(file);
    return ok;
}

static void put_number(unsigned char *to, enum tconv_type type, const void *data,
                       size_t e)
{
    uint32_t single = 0;
    uint64_t bits = 0;
    if (type == TCONV_FLOAT32)
        memcpy(&single, (const float *)data + e, sizeof single);
    else
        memcpy(&bits, (const double *)data + e, sizeof bits);
    bits |= single;
    for (size_t i = 0; i < bytes_of(type); i++)
        to[i] = (unsigned char)(bits >> 8 * i & 0xff);
}

/* Header and numbers; whether all was written. errno tells why not. */
static bool write_all(FILE *file, const struct text *header, enum tconv_type type,
                      const void *data, size_t size)
{
    bool ok = fwrite(header->bytes, 1, header->length, file) == header->length;
    for (size_t e = 0; ok && e < size; e++) {
        unsigned char number[sizeof(double)];
        put_number(number, type, data, e);
        ok = fwrite(number, bytes_of(type), 1, file) == 1;
    }
    return fclose(file) == 0 && ok;
}

static bool write_directly(const char *path, const struct text *header,
                           enum tconv_type type, const void *data, size_t size)
{
    FILE *file = fopen(path, "wb");
    return file != NULL && write_all(file, header, type, data, size);
}

/* Beside it, then renamed; nothing is left when that fails. errno tells why. */
static bool replace_file(const char *path, const char *beside, const struct text *header,
                         enum tconv_type type, const void *data, size_t size)
{
    FILE *file = fopen(beside, "wbx");
    if (file == NULL)
        return false;
    if (write_all(file, header, type, data, size) && rename(beside, path) == 0)
        return true;
    const int why = errno;
    remove(beside);
    errno = why;
    return false;
}

bool npy_write(const char *path, enum tconv_type type, const size_t *dims, size_t n_dims,
               const void *data, struct error *err)
{
    struct text header = {0}, beside = {0};
    struct stat status;
    size_t size = 1;
    for (size_t d = 0; d < n_dims; d++)
        size *= dims[d];
    npy_header_write(&header, type, dims, n_dims);
    text_print(&beside, "%s.%ld.tmp", path, (long)getpid());
    bool ok = text_ok(&header, err) && text_ok(&beside, err);
    if (ok) {
        const bool direct = stat(path, &status) == 0 && !S_ISREG(status.st_mode);
        ok = direct ? write_directly(path, &header, type, data, size)
                    : replace_file(path, beside.bytes, &header, type, data, size);
        if (!ok)
            error_set(err, "%s: got '%s'; expected a writable place", path,
                      strerror(errno));
    }
    text_free(&header);
    text_free(&beside);
    return ok;
}
