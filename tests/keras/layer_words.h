/*
 * layer_words: what the operations of layer_steps share.
 */
#ifndef TCONV_TESTS_LAYER_WORDS_H
#define TCONV_TESTS_LAYER_WORDS_H

#include "layer_steps.h"

enum { INPUT = 1, DY, WEIGHT, TARGET }; /* what a seed is for */

extern const char *const type_names[];

/* The layer whose slot is the next word. */
#define LAYER o->layers[integer(&rest)]

/* ---- words: the next one of the rest, "" when there is none */
char *word(char **rest);
long integer(char **rest);
enum tconv_type type_of(const char *name);
struct tconv_keras_shape shape_of(char *text); /* ?x8x8x3; changes the text */

/* ---- results */
void say(struct result *r, const char *format, ...) __attribute__((format(printf, 2, 3)));
void say_shape(struct result *r, const struct tconv_keras_shape *shape);
bool give(struct objects *o, struct result *r, enum tconv_type type, size_t n,
          const void *values);

/* ---- values: zeroed memory that lives as long as the case */
void *keep(struct objects *o, size_t n, size_t bytes);
size_t elements(const struct tconv_keras_shape *shape);
struct tconv_keras_tensor take(struct objects *o, enum tconv_type type,
                               struct tconv_keras_shape shape);
double element(enum tconv_type type, const void *values, size_t i);
void set_element(const struct tconv_keras_tensor *t, size_t i, double value);

/* Multiples of 1/4096 from -2 to 2, as layer_object.py draws them, times `scale`. */
struct tconv_keras_tensor draw(struct objects *o, enum tconv_type type,
                               struct tconv_keras_shape shape, long seed, uint64_t what,
                               double scale);

/* Room for what a call with x gives. */
struct tconv_keras_tensor take_output(struct objects *o,
                                      const struct tconv_keras_layer *layer,
                                      const struct tconv_keras_tensor *x);

/* ---- operations of other files */
bool run_losses(struct objects *o, char *rest, struct result *r);
bool run_losses_count(struct objects *o, char *rest, struct result *r);
bool run_loss_values(struct objects *o, char *rest, struct result *r);
bool run_updates(struct objects *o, char *rest, struct result *r);
bool run_step(struct objects *o, char *rest, struct result *r);
bool run_train(struct objects *o, char *rest, struct result *r);
bool run_symbol(struct objects *o, char *rest, struct result *r);
bool run_call_symbolic(struct objects *o, char *rest, struct result *r);
bool run_compute_mask(struct objects *o, char *rest, struct result *r);
bool run_get(struct objects *o, char *rest, struct result *r);

#endif
