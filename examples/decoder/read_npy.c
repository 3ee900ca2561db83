/*
 * The .npy format: 6 bytes of magic, 2 of version, the length of a header (2 bytes, from
 * version 2 on 4), the header (a Python dict as text), then the elements. Written for
 * little-endian machines, whose floats are the file's bytes.
 */
#include "read_npy.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The product of the sizes in "...'shape': (4, 4, 64, 16), ..."; 0 when there is none. */
static size_t read_count(const char *header)
{
    const char *at = strstr(header, "'shape': (");
    if (at == NULL)
        return 0;
    at += strlen("'shape': (");
    size_t count = 1;
    while (*at != ')') {
        char *end;
        const unsigned long size = strtoul(at, &end, 10);
        if (end == at || size == 0 || size > (size_t)-1 / sizeof(float) / count)
            return 0;
        count *= size;
        at = end + strspn(end, ", ");
    }
    return count;
}

static float *read_open(FILE *file, size_t *count)
{
    unsigned char start[12];
    if (fread(start, 1, 10, file) != 10 || memcmp(start, "\x93NUMPY", 6) != 0)
        return NULL;
    size_t length = start[8] | (size_t)start[9] << 8;
    if (start[6] > 1) {
        if (fread(start + 10, 1, 2, file) != 2)
            return NULL;
        length |= (size_t)start[10] << 16 | (size_t)start[11] << 24;
    }
    char header[4096] = "";
    if (length >= sizeof header || fread(header, 1, length, file) != length)
        return NULL;
    *count = read_count(header);
    if (*count == 0 || strstr(header, "'<f4'") == NULL || strstr(header, "False") == NULL)
        return NULL;
    float *data = malloc(*count * sizeof *data);
    if (data != NULL && fread(data, sizeof *data, *count, file) == *count)
        return data;
    free(data);
    return NULL;
}

float *read_npy(const char *path, size_t *count)
{
    FILE *file = fopen(path, "rb");
    float *data = file != NULL ? read_open(file, count) : NULL;
    if (data == NULL)
        fprintf(stderr, "%s: expected a float32 array in C order (.npy)\n", path);
    if (file != NULL)
        fclose(file);
    return data;
}
