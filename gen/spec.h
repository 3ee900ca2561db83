/*
 * spec: what the user said. A Keras Conv2DTranspose config, checked and complete.
 *
 * In comes the text of a config as TF 1.13, TF 2 / tf_keras or Keras 3 write it, or the
 * same inside a serialised layer record; out goes a struct in which every default is
 * filled in and every refusal of Keras has been made. It knows nothing of lengths that
 * follow from the shape (geometry) nor of how code is made (plan).
 */
#ifndef TCONV_GEN_SPEC_H
#define TCONV_GEN_SPEC_H

#include "arena.h"
#include "error.h"
#include "text.h"
#include "tconv_spec.h"

/* The largest size of any axis, channel count or product of those: keeps byte counts and
 * offsets of every tensor far from overflow. */
#define SPEC_LARGEST_SIZE 1048576u /* one length, kernel, stride, channel count */
#define SPEC_LARGEST_TENSOR                                                              \
    ((size_t)1 << 31) /* elements of one image or of the weights */

struct spec_given { const char *input_shape; const enum tconv_dialect *dialect; };
bool spec_write_config(const struct tconv_spec *spec, enum tconv_dialect dialect, struct text *out, struct error *err);
/*
 * Reads the config in `json` (length bytes, need not end in 0), which came from `place`.
 *
 * input_shape is what --input-shape gave, "H,W,C" or "C,H,W" for channels_first, or NULL:
 * then the shape comes from build_config, batch_input_shape, batch_shape or input_shape
 * (no batch), and spec->has_input tells whether rows, columns and channels are all known.
 * Warnings (tolerated foreign keys) are appended to `warnings`, each a line `PLACE: PATH:
 * ...`; none when it fails. The spec's texts live in the arena.
 *
 * The dialect (Keras's generation), which decides what hard_sigmoid means and which names
 * are known, is derived from the marks that each writes: spec_reader.h states the rule.
 * Without a mark it is Keras 3.
 *
 * Fails with the first refusal: bad JSON (PLACE:LINE:COLUMN), a wrong class, an unknown
 * key, or any refusal of Keras 3.16 for the config's values (PLACE: KEY.PATH).
 */
bool spec_read(struct tconv_spec *spec, const char *place, const char *json,
               size_t length, const struct spec_given *given, struct text *warnings,
               struct arena *arena, struct error *err) MUST_USE;

/* What spec_read leaves in err->subject for a key that no config has; for a refused value
 * it is the value's key, NULL when there is no config to read. */
#define SPEC_UNKNOWN_KEY "?"

/* Whether a config's key is an argument of the constructor that can be set. */
bool spec_is_argument(const char *key);

/* Sets one argument, as JSON, of a spec whose texts live in the arena. Fails as spec_read
 * does; the spec is then of no use. */
bool spec_set(struct tconv_spec *spec, const char *key, const char *json,
              struct arena *arena, struct error *err) MUST_USE;

/* Sets the input's shape from the sizes of an array (rows, columns, channels), as `run`
 * does. Fails when a size is 0 or above SPEC_LARGEST_SIZE, or contradicts spec's own
 * channels. */
bool spec_set_input(struct tconv_spec *spec, const size_t in[2], size_t in_c,
                    struct error *err) MUST_USE;

/* Fails, saying how to give one, when the shape is not known. */
bool spec_require_input(const struct tconv_spec *spec, struct error *err) MUST_USE;

/* Appends the config as Keras 3 writes it (a serialised layer record with every key, and
 * build_config when the shape is known), JSON on one line, keys in Keras's order;
 * spec_read reads it back as the same spec. Only what Keras 3 does not have (TensorFlow's
 * hard_sigmoid, RadialConstraint, negative penalties) is written with TensorFlow's mark
 * "groups": 1, at which Keras 3 stops.
 */
void spec_write(const struct tconv_spec *spec, struct text *out);

/* Appends the spec for a person to read: one `key: value` line each. */
void spec_dump(const struct tconv_spec *spec, struct text *out);

#endif
