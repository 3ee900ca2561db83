/* file: reading only; what is written goes through emit_write_atomically. */
#include "file.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

const char *file_place(const char *path)
{
    return strcmp(path, "-") == 0 ? "<stdin>" : path;
}

static bool refuse(const char *path, struct error *err)
{
    return error_set(err, "%s: got \"%s\"; expected a file that can be read",
                     file_place(path), strerror(errno));
}

static bool read_stream(FILE *stream, const char *path, struct text *bytes,
                        struct error *err)
{
    char block[16 * 1024];
    size_t length, total = 0;
    while ((length = fread(block, 1, sizeof block, stream)) > 0) {
        text_add(bytes, block, length);
        total += length;
        if (total > FILE_LARGEST_BYTES)
            return error_set(err, "%s: got more than %zu bytes; expected a smaller file",
                             file_place(path), FILE_LARGEST_BYTES);
    }
    return ferror(stream) ? refuse(path, err) : text_ok(bytes, err);
}

bool file_read(const char *path, struct text *bytes, struct error *err)
{
    if (strcmp(path, "-") == 0)
        return read_stream(stdin, path, bytes, err);
    FILE *stream = fopen(path, "rb");
    if (stream == NULL)
        return refuse(path, err);
    const bool done = read_stream(stream, path, bytes, err);
    fclose(stream);
    return done;
}
