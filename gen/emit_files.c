/*
 * emit_files: how emitted text reaches the disk: whole or not at all, and only when it
 * changed.
 */
#include "emit.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool holds_same_bytes(const char *path, const char *bytes, size_t length)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return false;
    bool same = true;
    char piece[4096];
    size_t n;
    while (same && (n = fread(piece, 1, sizeof piece, file)) > 0) {
        same = n <= length && memcmp(piece, bytes, n) == 0;
        bytes += same ? n : 0;
        length -= same ? n : 0;
    }
    same = same && length == 0 && !ferror(file);
    fclose(file);
    return same;
}

static bool refuse(const char *path, struct error *err)
{
    return error_set(err, "%s: got \"%s\" from the system; expected a place to write to",
                     path, strerror(errno));
}

/* The permissions that a plainly created file would have. */
static mode_t plain_mode(void)
{
    const mode_t mask = umask(0);
    umask(mask);
    return 0666 & ~mask;
}

static bool write_temporary(int descriptor, const char *bytes, size_t length)
{
    FILE *file = fdopen(descriptor, "wb");
    if (file == NULL) {
        close(descriptor);
        return false;
    }
    const bool written =
        fwrite(bytes, 1, length, file) == length && fchmod(descriptor, plain_mode()) == 0;
    return fclose(file) == 0 && written;
}

/* Whether something else than a file is at the path: a pipe, a device. */
static bool is_special(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && !S_ISREG(status.st_mode) &&
           !S_ISDIR(status.st_mode);
}

static bool write_directly(const char *path, const char *bytes, size_t length)
{
    FILE *file = fopen(path, "wb");
    if (file == NULL)
        return false;
    const bool written = fwrite(bytes, 1, length, file) == length;
    return fclose(file) == 0 && written;
}

bool emit_write_atomically(const char *path, const char *bytes, size_t length,
                           struct error *err)
{
    if (is_special(path))
        return write_directly(path, bytes, length) || refuse(path, err);
    if (holds_same_bytes(path, bytes, length))
        return true;
    struct text temporary = {0};
    text_print(&temporary, "%s.XXXXXX", path);
    if (!text_ok(&temporary, err))
        return false;
    const int descriptor = mkstemp(temporary.bytes);
    bool ok = descriptor >= 0;
    if (ok) {
        ok = write_temporary(descriptor, bytes, length) &&
             rename(temporary.bytes, path) == 0;
        if (!ok) {
            const int reason = errno;
            unlink(temporary.bytes);
            errno = reason;
        }
    }
    text_free(&temporary);
    return ok || refuse(path, err);
}

/* mkdir -p. */
static bool make_directory(const char *directory, struct error *err)
{
    struct text path = {0};
    bool ok = true;
    for (const char *c = directory; ok && *c != '\0'; c++) {
        const bool is_end = c[1] == '\0' || (c[1] == '/' && c[0] != '/');
        text_add(&path, c, 1);
        if (is_end && !path.failed && mkdir(text_string(&path), 0777) != 0 &&
            errno != EEXIST)
            ok = refuse(text_string(&path), err);
    }
    ok = ok && text_ok(&path, err);
    text_free(&path);
    return ok;
}

static bool write_part(const char *directory, const char *name, const char *suffix,
                       const struct text *text, struct error *err)
{
    struct text path = {0};
    text_print(&path, "%s/%s%s", directory, name, suffix);
    const bool ok =
        text_ok(&path, err) &&
        emit_write_atomically(text_string(&path), text_string(text), text->length, err);
    text_free(&path);
    return ok;
}

bool emit_write_files(const struct emitted *emitted, const char *directory,
                      struct error *err)
{
    return make_directory(directory, err) &&
           write_part(directory, emitted->name, ".h", &emitted->header, err) &&
           write_part(directory, emitted->name, ".c", &emitted->source, err);
}

/* A path as make and ninja read it in a rule: blanks, # and $ escaped. */
static void put_escaped(struct text *rule, const char *path)
{
    for (; *path != '\0'; path++) {
        if (*path == ' ' || *path == '#' || *path == '\\')
            text_put(rule, "\\");
        if (*path == '$')
            text_put(rule, "$");
        text_add(rule, path, 1);
    }
}

bool emit_write_depfile(const char *path, const char *output, const char *const inputs[],
                        size_t n, struct error *err)
{
    struct text rule = {0};
    put_escaped(&rule, output);
    text_put(&rule, ":");
    for (size_t i = 0; i < n; i++) {
        text_put(&rule, " \\\n  ");
        put_escaped(&rule, inputs[i]);
    }
    text_put(&rule, "\n");
    const bool ok =
        text_ok(&rule, err) && emit_write_atomically(path, rule.bytes, rule.length, err);
    text_free(&rule);
    return ok;
}
