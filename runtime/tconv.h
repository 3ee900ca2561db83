/*
 * tconv.h: what an emitted kernel and the program that calls it agree on.
 *
 * Header-only. Every file that `tconv gen` writes includes this file and refuses to
 * compile against another TCONV_ABI. Nothing here needs to be linked.
 */
#ifndef TCONV_H
#define TCONV_H

#include <stddef.h>

/* Raised when a struct below changes, or a formula that emitted code calls; emitted files
 * compare it at compile time. */
#define TCONV_ABI 5

/* Before a function of emitted code that stays a function of its own: straight-line code
 * is split into functions because compilers' time grows faster than a function's length.
 */
#if defined(__GNUC__)
#define TCONV_NOINLINE __attribute__((noinline))
#else
#define TCONV_NOINLINE
#endif

#ifdef __cplusplus
extern "C" {
#endif

enum tconv_type { TCONV_FLOAT32, TCONV_FLOAT64 };

/* Activation functions; the formulas and derivatives stand in tconv_activation.h. */
enum tconv_function {
    TCONV_LINEAR,
    TCONV_RELU, /* with slope, ceiling, threshold: relu, relu6, leaky_relu, ReLU objects
                 */
    TCONV_ELU,  /* with slope (Keras: alpha) */
    TCONV_SELU,
    TCONV_SIGMOID,
    TCONV_TANH,
    TCONV_SOFTPLUS,
    TCONV_SOFTSIGN,
    TCONV_HARD_SIGMOID_TF,     /* clip(0.2 z + 0.5, 0, 1): TensorFlow's Keras 1 and 2 */
    TCONV_HARD_SIGMOID_KERAS3, /* clip(z + 3, 0, 6) / 6: Keras 3 */
    TCONV_EXPONENTIAL,
    TCONV_SILU,
    TCONV_GELU,
    TCONV_MISH,
    TCONV_HARD_SILU, /* z * hard_sigmoid(z) of Keras 3 */
    TCONV_HARD_TANH,
    TCONV_HARD_SHRINK, /* 0 from -0.5 to 0.5 */
    TCONV_SOFT_SHRINK,
    TCONV_TANH_SHRINK, /* z - tanh z */
    TCONV_LOG_SIGMOID,
    TCONV_SQUAREPLUS, /* (z + sqrt(z^2 + 4)) / 2 */
    TCONV_SPARSE_PLUS,
    TCONV_SPARSE_SIGMOID,
    /* Over a row, the last axis of the tensor as laid out: */
    TCONV_SOFTMAX,
    TCONV_LOG_SOFTMAX,
    TCONV_SPARSEMAX,
    TCONV_GLU /* one half times the sigmoid of the other: y has half of z's row */
};

struct tconv_activation {
    enum tconv_function function;
    double slope;     /* RELU: below the threshold; ELU: alpha */
    double ceiling;   /* RELU: largest output; INFINITY where there is none */
    double threshold; /* RELU: z above it passes unchanged */
};

/*
 * One spatial direction. Input i and tap t meet output
 *     o = i*stride + t*dilation - crop,   0 <= o < out.
 */
struct tconv_axis {
    size_t in, out, kernel, stride, dilation, crop;
};

/* All that the layer's definition needs; axis[0] is rows, axis[1] columns. out_c and
 * axis[].out are those of z: y's last axis is half as long where tconv_halves. */
struct tconv_layer {
    enum tconv_type type;
    int channels_first; /* x [batch][in_c][rows][columns] instead of channels last */
    size_t in_c, out_c;
    struct tconv_axis axis[2];
    int use_bias;
    struct tconv_activation activation;
};

/* Whether y has half of z's last axis, as laid out; tconv_shape.h has y's shape. */
static inline int tconv_halves(const struct tconv_layer *layer)
{
    return layer->activation.function == TCONV_GLU;
}

/*
 * How a pass rounds. One that sums its products as they are has growth 1 and reach 0. One
 * that filters windows (minimal filtering) is off by at most `growth` times more,
 * relative to the sums in which every magnitude is the largest that lies up to `reach`
 * rows and columns away in the same phase. One that is_normwise is off by `growth` times
 * more, relative to the sums in which every magnitude is the largest of its tensor.
 * tconv_judge.h makes bounds of it.
 */
struct tconv_rounding {
    double growth;
    size_t reach[2];
    int is_normwise;
};

enum tconv_pass { TCONV_FORWARD, TCONV_BACKWARD_INPUT, TCONV_BACKWARD_WEIGHTS };

/*
 * A kernel by table. The pointers are to elements of layer.type; no two buffers overlap.
 *
 * x        [batch] images of the layer's input          dx  the same
 * w        [kernel rows][kernel columns][out_c][in_c]   dw  the same
 * b        [out_c], ignored (may be NULL) without bias  db  the same
 * y        [batch] images of the layer's output         dy  the same; see tconv_halves
 * packed   packed_bytes, written by pack, private layout; any alignment, 64 is fastest
 * saved    batch * saved_bytes, written by forward_train; with 0 bytes it may be NULL
 * workspace  workspace_bytes for each part that runs at the same time; any batch
 *
 * Each pass runs as part `part` of `parts`, in any order, on any thread; the parts
 * together write every element once, and the values do not depend on `parts`.
 * (0, 1) is the whole.
 *
 * backward writes the gradients (it does not add to them); NULL skips one. With a batch
 * of 0 forward writes nothing and backward writes zeros to dw and db.
 */
struct tconv_kernel {
    unsigned abi;
    const char *name;
    struct tconv_layer layer;
    struct tconv_rounding rounding[3]; /* by enum tconv_pass */
    size_t packed_bytes, saved_bytes, workspace_bytes;
    void (*pack)(const void *w, const void *b, void *packed);
    void (*forward)(size_t part, size_t parts, size_t batch, const void *x,
                    const void *packed, void *y, void *workspace);
    /* NULL where the kernel was emitted without its backward passes: */
    void (*forward_train)(size_t part, size_t parts, size_t batch, const void *x,
                          const void *packed, void *y, void *saved, void *workspace);
    void (*backward)(size_t part, size_t parts, size_t batch, const void *x,
                     const void *packed, const void *y, const void *saved, const void *dy,
                     void *dx, void *dw, void *db, void *workspace);
    const char *config; /* the layer's Keras config, JSON */
};

/* The first of `total` units that part `part` of `parts` owns; it ends before the next's.
 */
static inline size_t tconv_share(size_t total, size_t part, size_t parts)
{
    const size_t each = total / parts, extra = total % parts;
    return part * each + (part < extra ? part : extra);
}

#ifdef __cplusplus
}
#endif

#endif
