/* safetensors, read: one array, found by its name in the header. */
#include "safetensors.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "json.h"

#define SUFFIX ".safetensors"

bool safetensors_is_path(const char *path)
{
    const size_t length = strlen(path), suffix = strlen(SUFFIX);
    return length >= suffix && strcmp(path + length - suffix, SUFFIX) == 0;
}

/* Where an array lies: bytes of the data that follow the header. */
struct extent {
    size_t begin, bytes, element_bytes;
};

static bool read_bytes(FILE *file, const char *path, const char *what, void *to, size_t n,
                       struct error *err)
{
    const size_t got = fread(to, 1, n, file);
    return got == n ||
           error_set(err, "%s: got %zu bytes of %s; expected %zu", path, got, what, n);
}

static uint64_t little_endian(const unsigned char *bytes, size_t n)
{
    uint64_t bits = 0;
    for (size_t i = n; i-- > 0;)
        bits = bits << 8 | bytes[i];
    return bits;
}

/* The header's text into the arena; the file then stands at the data. */
static bool read_header(FILE *file, const char *path, char **text, size_t *length,
                        struct arena *arena, struct error *err)
{
    unsigned char bytes[sizeof(uint64_t)];
    if (!read_bytes(file, path, "the header's length", bytes, sizeof bytes, err))
        return false;
    const uint64_t n = little_endian(bytes, sizeof bytes);
    if (n > SAFETENSORS_LARGEST_HEADER)
        return error_set(err,
                         "%s: got a header of %llu bytes; expected at most %zu, as of "
                         "a safetensors file",
                         path, (unsigned long long)n, SAFETENSORS_LARGEST_HEADER);
    *length = (size_t)n;
    *text = arena_take(arena, *length, 1, err);
    return *text != NULL && read_bytes(file, path, "header", *text, *length, err);
}

static bool read_dtype(struct json_value entry, struct extent *extent, struct error *err)
{
    const struct json_value value = json_member(entry, "dtype");
    const char *name;
    if (!json_read_string(value, &name, err))
        return false;
    extent->element_bytes = strcmp(name, "F32") == 0   ? sizeof(float)
                            : strcmp(name, "F64") == 0 ? sizeof(double)
                                                       : 0;
    return extent->element_bytes != 0 || json_refuse(value, err, "\"F32\" or \"F64\"");
}

static bool read_shape(struct json_value entry, struct npy *array, struct error *err)
{
    const struct json_value shape = json_member(entry, "shape");
    if (!json_need_array(shape, "an array of sizes", err))
        return false;
    if (json_count(shape) > NPY_MOST_DIMS)
        return json_refuse(shape, err, "at most %d sizes", NPY_MOST_DIMS);
    array->n_dims = json_count(shape);
    array->size = 1;
    for (size_t d = 0; d < array->n_dims; d++)
        if (!json_read_size(json_item(shape, d), 0, INT32_MAX, &array->dims[d], err))
            return false;
        else if (__builtin_mul_overflow(array->size, array->dims[d], &array->size) ||
                 array->size > SIZE_MAX / sizeof(double))
            return json_refuse(shape, err, "sizes of an array that fits in memory");
    return true;
}

static bool read_offsets(struct json_value entry, const struct npy *array,
                         struct extent *extent, struct error *err)
{
    const struct json_value offsets = json_member(entry, "data_offsets");
    const size_t bytes = array->size * extent->element_bytes, most = INT64_MAX >> 11;
    size_t end;
    if (!json_need_array(offsets, "an array of two offsets", err) ||
        !json_read_size(json_item(offsets, 0), 0, most, &extent->begin, err) ||
        !json_read_size(json_item(offsets, 1), 0, most, &end, err))
        return false;
    extent->bytes = bytes;
    return (json_count(offsets) == 2 && end >= extent->begin &&
            end - extent->begin == bytes) ||
           json_refuse(offsets, err, "two offsets %zu bytes apart", bytes);
}

static bool find_array(const char *path, const char *text, size_t length,
                       const char *name, struct npy *array, struct extent *extent,
                       struct error *err)
{
    struct json *header;
    struct json_value root;
    if (!json_open(&header, &root, path, text, length, err))
        return false;
    const struct json_value entry = json_member(root, name);
    const bool ok = json_need_object(entry, "an array of that name", err) &&
                    read_dtype(entry, extent, err) && read_shape(entry, array, err) &&
                    read_offsets(entry, array, extent, err);
    json_close(header);
    return ok;
}

static void convert(struct npy *array, const unsigned char *raw, size_t element_bytes)
{
    float *singles = array->data;
    double *doubles = array->data;
    for (size_t e = 0; e < array->size; e++) {
        const uint64_t bits = little_endian(raw + e * element_bytes, element_bytes);
        const uint32_t low = (uint32_t)bits;
        float single;
        double number;
        memcpy(&single, &low, sizeof single);
        memcpy(&number, &bits, sizeof number);
        if (element_bytes == sizeof single)
            number = (double)single;
        if (array->type == TCONV_FLOAT32)
            singles[e] = (float)number;
        else
            doubles[e] = number;
    }
}

static bool read_array(FILE *file, const char *path, const char *name, struct npy *array,
                       struct arena *arena, struct error *err)
{
    char *text = NULL;
    size_t length = 0;
    struct extent extent;
    if (!read_header(file, path, &text, &length, arena, err) ||
        !find_array(path, text, length, name, array, &extent, err))
        return false;
    if (fseek(file, (long)extent.begin, SEEK_CUR) != 0)
        return error_set(err, "%s: %s: got no data at byte %zu; expected %zu bytes", path,
                         name, extent.begin, extent.bytes);
    unsigned char *raw = arena_take(arena, extent.bytes, 1, err);
    array->data = arena_take(arena, array->size, sizeof(double), err);
    if (raw == NULL || array->data == NULL ||
        !read_bytes(file, path, name, raw, extent.bytes, err))
        return false;
    convert(array, raw, extent.element_bytes);
    return true;
}

bool safetensors_read(struct npy *array, const char *path, const char *name,
                      enum tconv_type as, struct arena *arena, struct error *err)
{
    *array = (struct npy){.type = as};
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return error_set(err, "%s: got '%s'; expected a readable safetensors file", path,
                         strerror(errno));
    const bool ok = read_array(file, path, name, array, arena, err);
    fclose(file);
    return ok;
}
