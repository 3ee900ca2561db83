/*
 * spec_objects: Keras's initializers, regularizers and constraints, as tables.
 *
 * tconv computes none of them; it checks them as Keras does and carries them.
 */
#ifndef TCONV_GEN_SPEC_OBJECTS_H
#define TCONV_GEN_SPEC_OBJECTS_H

#include "spec_reader.h"

/* Checks a parameter and appends it as Keras 3 writes it. */
typedef bool spec_parameter_reader(struct spec_reader *r, struct json_value value,
                                   struct text *out);

struct spec_parameter {
    const char *key;
    spec_parameter_reader *read;
    const char *otherwise;    /* JSON text when the config does not give it */
    const char *tf_otherwise; /* TensorFlow's; NULL: the same */
    bool null_is_otherwise;   /* null stands for that too */
};

struct spec_class {
    const char *names[4]; /* as configs call it; the first as Keras 3 writes it */
    struct spec_parameter parameters[7];
    bool is_tf_only;              /* these names are TensorFlow's alone */
    bool keras3_has_none;         /* and so is what they name */
    unsigned low_rank, high_rank; /* of the tensors it is made for; 0: any */
};

struct spec_family {
    const char *what; /* "an initializer" */
    const struct spec_class *classes;
    size_t n;
};

extern const struct spec_family spec_initializers, spec_regularizers, spec_constraints;

#endif
