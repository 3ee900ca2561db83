/*
 * geometry_deriving: a config's geometry, with all that must be freed after it. For the
 * tests of the rooms behind spec.
 */
#ifndef TCONV_TEST_GEOMETRY_DERIVING_H
#define TCONV_TEST_GEOMETRY_DERIVING_H

#include "geometry.h"
#include "spec_reading.h"

struct derived {
    struct reading reading; /* drop(&derived.reading) at the end */
    struct geometry geometry;
    bool ok;
};

/* The error, of spec or of geometry, is in reading.err. */
static inline void derive_into(struct derived *d, const char *json,
                               const char *input_shape)
{
    read_into(&d->reading, json, input_shape);
    d->ok = d->reading.ok && geometry_derive(&d->geometry, &d->reading.spec,
                                             &d->reading.arena, &d->reading.err);
}

static inline void derive_ok(struct derived *d, const char *json, const char *input_shape)
{
    derive_into(d, json, input_shape);
    cr_assert(d->ok, "%s", d->reading.err.message);
}

#endif
