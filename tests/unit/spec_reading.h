/*
 * spec_reading: a config read, with all that must be freed after it. For the tests of
 * spec.
 */
#ifndef TCONV_TEST_SPEC_READING_H
#define TCONV_TEST_SPEC_READING_H

#include <criterion/criterion.h>
#include <string.h>

#include "spec.h"

struct reading {
    struct tconv_spec spec;
    struct text warnings;
    struct arena arena;
    struct error err;
    bool ok;
};

static inline void read_given(struct reading *r, const char *json,
                              const struct spec_given *given)
{
    *r = (struct reading){0};
    r->ok = spec_read(&r->spec, "c.json", json, strlen(json), given, &r->warnings,
                      &r->arena, &r->err);
}

static inline void read_into(struct reading *r, const char *json, const char *input_shape)
{
    read_given(r, json, &(struct spec_given){.input_shape = input_shape});
}

static inline void drop(struct reading *r)
{
    text_free(&r->warnings);
    arena_free(&r->arena);
}

static inline void read_ok(struct reading *r, const char *json)
{
    read_into(r, json, NULL);
    cr_assert(r->ok, "%s", r->err.message);
}

#endif
