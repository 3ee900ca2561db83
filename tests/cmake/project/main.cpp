// An emitted header in C++: it compiles, and its names are C's.
#include "up.h"

#include "trained.h"

#include <cstdio>

int main()
{
    std::printf("%zu bytes\n", up_kernel.packed_bytes);
    std::printf("norm over axes %u\n", trained_training.kernel_constraint.axes);
    return up_kernel.packed_bytes == UP_PACKED_BYTES ? 0 : 1;
}
