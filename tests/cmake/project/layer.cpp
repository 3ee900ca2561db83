// The layer object from C++, with an emitted kernel. The project has an error_set of its
// own: tconv::keras keeps its names to itself.
#include <cstdio>

#include "tconv_keras.h"
#include "up.h"

int error_set = 3;

int main()
{
    tconv_keras_session session = {};
    tconv_keras_error error = {};
    float x[UP_IN_H * UP_IN_W * UP_IN_C], y[UP_OUT_H * UP_OUT_W * UP_OUT_C];
    for (float &value : x)
        value = 1;
    tconv_keras_layer *layer = tconv_keras_create(&session, up_kernel.config, &error);
    const tconv_keras_tensor in = {TCONV_FLOAT32, {4, {1, UP_IN_H, UP_IN_W, UP_IN_C}}, x};
    tconv_keras_tensor out = {};
    out.values = y;
    const bool ok = layer && tconv_keras_register(layer, &up_kernel, &error) &&
                    tconv_keras_kernel_for(layer, &in.shape) == &up_kernel &&
                    tconv_keras_call(layer, &in, &out, &error);
    std::printf("%s: %s\n", ok ? tconv_keras_name(layer) : "failed", error.message);
    tconv_keras_free(layer);
    return ok && error_set == 3 ? 0 : 1;
}
