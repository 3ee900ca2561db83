/* tconv_keras_memory: arrays that grow, sizes of tensors, casts between types. */
#include <stdlib.h>
#include <string.h>

#include "tconv_keras_layer.h"

void *tconv_keras_grow(void *array, size_t n, size_t size)
{
    char *grown = realloc(array, (n + 1) * size);
    if (grown != NULL)
        memset(grown + n * size, 0, size);
    return grown;
}

size_t tconv_keras_elements(const struct tconv_keras_shape *shape)
{
    size_t n = 1;
    for (size_t a = 0; a < shape->rank; a++)
        if (__builtin_mul_overflow(n, (size_t)shape->size[a], &n))
            return SIZE_MAX;
    return n;
}

size_t tconv_keras_type_bytes(enum tconv_type type)
{
    return type == TCONV_FLOAT64 ? sizeof(double) : sizeof(float);
}

void tconv_keras_cast(enum tconv_type from_type, const void *from,
                      enum tconv_type to_type, void *to, size_t n)
{
    if (from_type == to_type) {
        memcpy(to, from, n * tconv_keras_type_bytes(to_type));
        return;
    }
    for (size_t i = 0; i < n; i++)
        if (to_type == TCONV_FLOAT64)
            ((double *)to)[i] = (double)((const float *)from)[i];
        else
            ((float *)to)[i] = (float)((const double *)from)[i];
}
