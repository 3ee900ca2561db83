/*
 * spec_reader: what the rooms of spec share while a config is read. Not for other rooms.
 */
#ifndef TCONV_GEN_SPEC_READER_H
#define TCONV_GEN_SPEC_READER_H

#include "json.h"
#include "spec.h"

struct spec_reader {
    struct tconv_spec *spec;
    struct json_value config; /* what get_config() gave */
    struct json_value
        record;          /* the serialised layer around it; absent for a bare config */
    bool is_from_keras3; /* Keras 3 wrote it, not a hand (spec_derive_dialect) */
    unsigned rank;       /* of the tensor that the object being read acts on */
    struct text *warnings;
    struct arena *arena;
    struct error *err;
};

/* {"class_name": ..., "config": ..., "module": ..., ...}, opened. */
struct spec_wrapped {
    const char *class_name;
    struct json_value config; /* may be absent */
};

/* Appends `PLACE: PATH: WHAT` as one line of warnings. */
void spec_warn(struct spec_reader *r, struct json_value value, const char *what);

/* Opens a serialised object. Refuses unknown keys around it and objects that are not
 * Keras's own (a foreign module, or a registered name "PACKAGE>NAME"). `expected` names
 * what could stand here instead. */
bool spec_read_wrapped(struct spec_reader *r, struct json_value value,
                       const char *expected, struct spec_wrapped *out) MUST_USE;

/* Reads a dtype: null (float32), a name, or a policy object. */
bool spec_read_type(struct spec_reader *r, struct json_value value,
                    enum tconv_type *type) MUST_USE;

/* The name of a type in Keras. */
const char *spec_type_name(enum tconv_type type);

/*
 * Tells which Keras wrote the config; sets generation and is_from_keras3. In this order:
 *   TF 1     an initializer's config has "dtype"
 *   TF 2     "groups" or "batch_input_shape" (tf_keras's records too)
 *   Keras 3  a nested object with "module", a DTypePolicy, or a record with "module",
 *            "registered_name" or "build_config"
 *   TF 2     a nested object without "module"
 *   Keras 3  otherwise: nothing tells, a hand wrote it
 */
void spec_derive_dialect(struct spec_reader *r);

/* Reads the activation: null, a name, an object or a serialised function. */
bool spec_read_activation(struct spec_reader *r, struct json_value value) MUST_USE;

/* Reads an initializer, regularizer or constraint: null, a name or an object. Absent is
 * left as it is. What is stored has every parameter, in Keras 3's order. */
bool spec_read_initializer(struct spec_reader *r, struct json_value value,
                           struct tconv_spec_object *out) MUST_USE;
bool spec_read_regularizer(struct spec_reader *r, struct json_value value,
                           struct tconv_spec_object *out) MUST_USE;
bool spec_read_constraint(struct spec_reader *r, struct json_value value,
                          struct tconv_spec_object *out) MUST_USE;

/* Reads the input's shape: from argument (--input-shape) when not NULL, else the config.
 */
bool spec_read_shape(struct spec_reader *r, const char *argument) MUST_USE;

/* Appends a Keras object as Keras 3 serialises it; null when it has no class. */
void spec_write_object(const char *module, const struct tconv_spec_object *object,
                       struct text *out);

/* Appends the spec's activation as Keras 3 writes it: a name or an object. */
void spec_write_activation(const struct tconv_spec *spec, struct text *out);

/* Appends a type as Keras 3 writes it: a DTypePolicy object. */
void spec_write_type(enum tconv_type type, struct text *out);

#endif
