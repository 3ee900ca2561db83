#include "strassen.h"

const struct strassen_product strassen_products[STRASSEN_PRODUCTS] = {
    {.a = {{1, 0}, {0, 1}}, .b = {{1, 0}, {0, 1}}, .c = {{1, 0}, {0, 1}}},
    {.a = {{0, 0}, {1, 1}}, .b = {{1, 0}, {0, 0}}, .c = {{0, 0}, {1, -1}}},
    {.a = {{1, 0}, {0, 0}}, .b = {{0, 1}, {0, -1}}, .c = {{0, 1}, {0, 1}}},
    {.a = {{0, 0}, {0, 1}}, .b = {{-1, 0}, {1, 0}}, .c = {{1, 0}, {1, 0}}},
    {.a = {{1, 1}, {0, 0}}, .b = {{0, 0}, {0, 1}}, .c = {{-1, 1}, {0, 0}}},
    {.a = {{-1, 0}, {1, 0}}, .b = {{1, 1}, {0, 0}}, .c = {{0, 0}, {0, 1}}},
    {.a = {{0, 1}, {0, -1}}, .b = {{0, 0}, {1, 1}}, .c = {{1, 0}, {0, 0}}},
};

size_t strassen_depth(const struct geometry *geometry, bool is_forward)
{
    const struct tconv_layer *layer = &geometry->layer;
    if (is_forward)
        return layer->in_c / 2;
    return layer->axis[0].kernel * layer->axis[1].kernel * layer->out_c / 2;
}

size_t strassen_pairs(const struct geometry *geometry)
{
    return (geometry->axis[0].in * geometry->axis[1].in + 1) / 2;
}

struct tconv_rounding strassen_rounding(void)
{
    return (struct tconv_rounding){.growth = 6, .is_normwise = 1};
}
