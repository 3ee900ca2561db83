/* safetensors, written: the header's JSON, padded to 8 bytes, then the numbers. */
#include "safetensors.h"

#include <stdint.h>
#include <string.h>

#include "emit.h"
#include "json.h"

enum { HEADER_ALIGNMENT = 8 };

static size_t element_bytes(enum tconv_type type)
{
    return type == TCONV_FLOAT32 ? sizeof(float) : sizeof(double);
}

static size_t count_elements(const struct safetensors_array *array)
{
    size_t n = 1;
    for (size_t d = 0; d < array->n_dims; d++)
        n *= array->dims[d];
    return n;
}

static void put_integer(uint64_t bits, size_t bytes, struct text *out)
{
    char little[sizeof bits];
    for (size_t i = 0; i < bytes; i++)
        little[i] = (char)(bits >> 8 * i & 0xff);
    text_add(out, little, bytes);
}

static void put_numbers(const struct safetensors_array *array, struct text *out)
{
    const size_t n = count_elements(array);
    for (size_t e = 0; e < n; e++) {
        uint32_t single = 0;
        uint64_t bits = 0;
        if (array->type == TCONV_FLOAT32)
            memcpy(&single, (const float *)array->data + e, sizeof single);
        else
            memcpy(&bits, (const double *)array->data + e, sizeof bits);
        put_integer(bits | single, element_bytes(array->type), out);
    }
}

static void write_notes(const struct safetensors_note notes[], size_t n, struct text *out)
{
    text_put(out, "{\"__metadata__\": {");
    for (size_t i = 0; i < n; i++) {
        text_put(out, i == 0 ? "" : ", ");
        json_write_string(notes[i].key, out);
        text_put(out, ": ");
        json_write_string(notes[i].value, out);
    }
    text_put(out, "}");
}

/* Returns where the array's bytes end. */
static size_t write_entry(const struct safetensors_array *array, size_t begin,
                          struct text *out)
{
    const size_t end = begin + count_elements(array) * element_bytes(array->type);
    text_put(out, ", ");
    json_write_string(array->name, out);
    text_print(out, ": {\"dtype\": \"%s\", \"shape\": [",
               array->type == TCONV_FLOAT32 ? "F32" : "F64");
    for (size_t d = 0; d < array->n_dims; d++)
        text_print(out, d == 0 ? "%zu" : ", %zu", array->dims[d]);
    text_print(out, "], \"data_offsets\": [%zu, %zu]}", begin, end);
    return end;
}

bool safetensors_write(const char *path, const struct safetensors_array arrays[],
                       size_t n, const struct safetensors_note notes[], size_t n_notes,
                       struct error *err)
{
    struct text header = {0}, file = {0};
    size_t end = 0;
    write_notes(notes, n_notes, &header);
    for (size_t i = 0; i < n; i++)
        end = write_entry(&arrays[i], end, &header);
    text_put(&header, "}");
    while (!header.failed && header.length % HEADER_ALIGNMENT != 0)
        text_put(&header, " ");
    put_integer(header.length, sizeof(uint64_t), &file);
    text_add(&file, text_string(&header), header.length);
    for (size_t i = 0; i < n; i++)
        put_numbers(&arrays[i], &file);
    const bool ok = text_ok(&header, err) && text_ok(&file, err) &&
                    emit_write_atomically(path, file.bytes, file.length, err);
    text_free(&header);
    text_free(&file);
    return ok;
}
