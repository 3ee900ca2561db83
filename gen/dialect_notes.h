/*
 * dialect: where the generations of Keras, or their releases and backends, part over a
 * layer.
 *
 * In comes a spec, out go sentences. What the layer computes here, its dialect decides
 * elsewhere; this room only tells who else computes, writes or reads it otherwise.
 */
#ifndef TCONV_GEN_DIALECT_NOTES_H
#define TCONV_GEN_DIALECT_NOTES_H

#include "spec.h"

#define DIALECT_MOST_NOTES 32u

/* Puts a sentence for each difference that touches the layer in notes and returns how
 * many. The spec's input must be known. The texts live forever. */
size_t dialect_find_notes(const struct tconv_spec *spec,
                          const char *notes[DIALECT_MOST_NOTES]);

#endif
