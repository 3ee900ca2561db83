/*
 * emit: which templates make which files, and how files are written.
 */
#ifndef TCONV_GEN_EMIT_H
#define TCONV_GEN_EMIT_H

#include "geometry.h"
#include "plan.h"
#include "spec.h"

struct emitted {
    const char *name; /* of the kernel: NAME.h, NAME.c, every emitted identifier */
    struct text header, source; /* freed by emit_free */
};

/*
 * Renders the two files of one layer. `name` is a C identifier (emit_check_name).
 * templates_dir overrides the templates in the binary; NULL for those. Fails only for a
 * template's own errors: PLACE is the template's line.
 */
bool emit_render(struct emitted *emitted, const char *name, const struct tconv_spec *spec,
                 const struct geometry *geometry, const struct plan *plan,
                 const char *templates_dir, struct arena *arena,
                 struct error *err) MUST_USE;
void emit_free(struct emitted *emitted);

/* The kernel's name: `wanted` if not NULL (an error unless it is a C identifier that is
 * no keyword), else made from the layer's name: characters an identifier cannot have
 * become '_'. */
const char *emit_choose_name(const char *wanted, const char *layer_name,
                             struct arena *arena, struct error *err) MUST_USE;

/* Writes NAME.h and NAME.c in `directory` (made when missing, with parents). Each file is
 * written beside itself and renamed; one that has the same bytes already is left
 * untouched. */
bool emit_write_files(const struct emitted *emitted, const char *directory,
                      struct error *err) MUST_USE;

/* Writes a depfile for the file `output`: it depends on the n inputs. Same atomicity. */
bool emit_write_depfile(const char *path, const char *output, const char *const inputs[],
                        size_t n, struct error *err) MUST_USE;

/* Writes `length` bytes to `path` by a temporary file beside it and a rename; leaves the
 * file untouched when it holds the same bytes. What is no file (a pipe, /dev/stdout) is
 * written to directly. */
bool emit_write_atomically(const char *path, const char *bytes, size_t length,
                           struct error *err) MUST_USE;

/* Text number `index` of those compiled into the binary (templates, runtime headers): its
 * file name and bytes. False past the end. */
bool emit_builtin(size_t index, const char **name, const char **bytes, size_t *length);

#endif
