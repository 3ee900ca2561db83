/* The smallest use of an emitted kernel: ones everywhere, so every output is known. */
#include <stdio.h>

#include "up.h"

static _Alignas(64) unsigned char packed[UP_PACKED_BYTES];
static _Alignas(64) unsigned char workspace[UP_WORKSPACE_BYTES + 64];
static float w[UP_WEIGHTS], b[UP_OUT_C], x[UP_IN_H * UP_IN_W * UP_IN_C];
static float y[UP_OUT_H * UP_OUT_W * UP_OUT_C];

int main(void)
{
    for (int i = 0; i < UP_WEIGHTS; i++)
        w[i] = 1;
    for (int i = 0; i < UP_IN_H * UP_IN_W * UP_IN_C; i++)
        x[i] = 1;
    up_pack(w, b, packed);
    up_forward(1, x, packed, y, workspace);
    printf("%d x %d x %d, first %g, last %g\n", UP_OUT_H, UP_OUT_W, UP_OUT_C,
           (double)y[0], (double)y[sizeof y / sizeof y[0] - 1]);
    return 0;
}
