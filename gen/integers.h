/*
 * integers: the little arithmetic that several rooms need.
 */
#ifndef TCONV_GEN_INTEGERS_H
#define TCONV_GEN_INTEGERS_H

#include <stddef.h>

static inline size_t greatest_common_divisor(size_t a, size_t b)
{
    while (b != 0) {
        const size_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

static inline size_t ceil_div(size_t a, size_t b)
{
    return (a + b - 1) / b;
}

#endif
