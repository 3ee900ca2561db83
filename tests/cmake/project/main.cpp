// An emitted header in C++: it compiles, and its names are C's.
#include "up.h"

#include <cstdio>

int main()
{
    std::printf("%zu bytes\n", up_kernel.packed_bytes);
    return up_kernel.packed_bytes == UP_PACKED_BYTES ? 0 : 1;
}
