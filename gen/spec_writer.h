/*
 * spec_writer: what the rooms of spec share while a config is written. Not for other
 * rooms.
 */
#ifndef TCONV_GEN_SPEC_WRITER_H
#define TCONV_GEN_SPEC_WRITER_H

#include "spec.h"

/* Fails at the first thing of the spec that the generation has not, or has with another
 * meaning: what is written for it then would be another layer. */
bool spec_check_expressible(const struct tconv_spec *spec, enum tconv_dialect dialect,
                            struct error *err) MUST_USE;

/* Append a nested object as the generation serialises it; null where there is none. The
 * generation must be able to say it, except that Keras 3 serialises anything. */
void spec_write_initializer(const struct tconv_spec_object *object,
                            enum tconv_dialect dialect, struct text *out);
void spec_write_regularizer(const struct tconv_spec_object *object,
                            enum tconv_dialect dialect, struct text *out);
void spec_write_constraint(const struct tconv_spec_object *object,
                           enum tconv_dialect dialect, struct text *out);
void spec_write_activation(const struct tconv_spec *spec, enum tconv_dialect dialect,
                           struct text *out);

/* Appends the layer's dtype: null in TF 1 where none was given, a name, or a policy. */
void spec_write_dtype(const struct tconv_spec *spec, enum tconv_dialect dialect,
                      struct text *out);

#endif
