/*
 * training: what a spec says of training, as the runtime computes it.
 *
 * In come the regularizers and constraints that spec carries; out goes the runtime's
 * struct of them. Which of Keras's generations means what by a name is decided here; the
 * formulas are the runtime's. It knows nothing of geometry and emits nothing.
 */
#ifndef TCONV_GEN_TRAINING_H
#define TCONV_GEN_TRAINING_H

#include "spec.h"

/*
 * Derives the five objects; those that the config has not are zeros.
 *
 * Fails for axes of a norm that the weight has not, or twice: Keras takes them and fails
 * at the first update. PLACE is the object's path in the layer's config.
 */
bool training_derive(struct tconv_training *training, const struct tconv_spec *spec,
                     struct error *err) MUST_USE;

/*
 * The same, and fails for all else that Keras refuses when it trains: an
 * OrthogonalRegularizer (nothing here is a matrix), a RadialConstraint on a bias or on a
 * kernel that is not square. Stores it in spec->training, which lives in the arena.
 */
bool training_require(struct tconv_spec *spec, struct arena *arena,
                      struct error *err) MUST_USE;

#endif
