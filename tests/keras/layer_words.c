/* layer_words: words to numbers and shapes, and values of a case. */
#include "layer_words.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const type_names[] = {"float32", "float64"};

/* ---- words ---------------------------------------------------------------------------
 */

char *word(char **rest)
{
    char *found = strsep(rest, " ");
    return found == NULL ? "" : found;
}

long integer(char **rest)
{
    return strtol(word(rest), NULL, 10);
}

enum tconv_type type_of(const char *name)
{
    return strcmp(name, type_names[1]) == 0 ? TCONV_FLOAT64 : TCONV_FLOAT32;
}

struct tconv_keras_shape shape_of(char *text)
{
    struct tconv_keras_shape shape = {.rank = 0};
    if (strcmp(text, "()") == 0)
        return shape;
    for (char *one; (one = strsep(&text, "x")) != NULL;)
        shape.size[shape.rank++] =
            one[0] == '?' ? TCONV_KERAS_NONE : strtol(one, NULL, 10);
    return shape;
}

void say(struct result *r, const char *format, ...)
{
    const size_t at = strlen(r->text);
    va_list args;
    va_start(args, format);
    vsnprintf(r->text + at, sizeof r->text - at, format, args);
    va_end(args);
}

void say_shape(struct result *r, const struct tconv_keras_shape *shape)
{
    if (shape->rank == 0)
        say(r, "()");
    for (size_t a = 0; a < shape->rank; a++)
        if (shape->size[a] == TCONV_KERAS_NONE)
            say(r, "%s?", a == 0 ? "" : "x");
        else
            say(r, "%s%lld", a == 0 ? "" : "x", (long long)shape->size[a]);
}

/* ---- memory and values ---------------------------------------------------------------
 */

void *keep(struct objects *o, size_t n, size_t bytes)
{
    o->kept = realloc(o->kept, (o->n_kept + 1) * sizeof *o->kept);
    return o->kept[o->n_kept++] = calloc(n + 1, bytes);
}

size_t elements(const struct tconv_keras_shape *shape)
{
    size_t n = 1;
    for (size_t a = 0; a < shape->rank; a++)
        n *= (size_t)shape->size[a];
    return n;
}

struct tconv_keras_tensor take(struct objects *o, enum tconv_type type,
                               struct tconv_keras_shape shape)
{
    return (struct tconv_keras_tensor){type, shape,
                                       keep(o, elements(&shape), sizeof(double))};
}

double element(enum tconv_type type, const void *values, size_t i)
{
    return type == TCONV_FLOAT64 ? ((const double *)values)[i]
                                 : (double)((const float *)values)[i];
}

void set_element(const struct tconv_keras_tensor *t, size_t i, double value)
{
    if (t->type == TCONV_FLOAT64)
        ((double *)t->values)[i] = value;
    else
        ((float *)t->values)[i] = (float)value;
}

/* Multiples of 1/4096 from -2 to 2, as layer_object.py draws them, times `scale`. */
struct tconv_keras_tensor draw(struct objects *o, enum tconv_type type,
                               struct tconv_keras_shape shape, long seed, uint64_t what,
                               double scale)
{
    const struct tconv_keras_tensor out = take(o, type, shape);
    uint64_t state = (uint64_t)seed * 16 + what;
    for (size_t i = 0; i <= elements(&shape); i++) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        if (i > 0)
            set_element(&out, i - 1,
                        scale * ((double)((state >> 33) % 16385) - 8192) / 4096);
    }
    return out;
}

bool give(struct objects *o, struct result *r, enum tconv_type type, size_t n,
          const void *values)
{
    r->type = type_names[type];
    r->n = n;
    r->values = keep(o, n, sizeof(double));
    for (size_t i = 0; i < n; i++)
        r->values[i] = element(type, values, i);
    return true;
}

/* Room for what a call with x gives. */
struct tconv_keras_tensor take_output(struct objects *o,
                                      const struct tconv_keras_layer *layer,
                                      const struct tconv_keras_tensor *x)
{
    struct tconv_keras_shape shape;
    if (!tconv_keras_compute_output_shape(layer, &x->shape, &shape, NULL))
        shape.rank = 0;
    return take(o, TCONV_FLOAT64, shape);
}
