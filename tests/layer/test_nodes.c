/*
 * The layer object's nodes: symbolic calls, their accessors and failures (the
 * specification's G.5, G.14), with the messages that real Keras gives.
 */
#include "making.h"

static struct tconv_keras_symbol input(int64_t rows, int64_t columns)
{
    return (struct tconv_keras_symbol){.shape = shape4(NONE, rows, columns, 3)};
}

static const struct tconv_keras_symbol *call(struct tconv_keras_layer *layer,
                                             const struct tconv_keras_symbol *x)
{
    const struct tconv_keras_symbol *y = tconv_keras_call_symbolic(layer, x, &error);
    cr_assert(y != NULL, "%s", error.message);
    return y;
}

typedef bool symbol_property(const struct tconv_keras_layer *,
                             const struct tconv_keras_symbol **,
                             struct tconv_keras_error *);
typedef bool symbol_accessor(const struct tconv_keras_layer *, ptrdiff_t,
                             const struct tconv_keras_symbol **,
                             struct tconv_keras_error *);
typedef bool shape_property(const struct tconv_keras_layer *, struct tconv_keras_shape *,
                            struct tconv_keras_error *);
typedef bool shape_accessor(const struct tconv_keras_layer *, ptrdiff_t,
                            struct tconv_keras_shape *, struct tconv_keras_error *);

/* A shared layer, called twice: property gives node 0, accessor each. */
static void check_symbols(symbol_property *property, symbol_accessor *at, bool is_input,
                          const char *member)
{
    struct tconv_keras_symbol mask = {.shape = {.rank = 3}};
    for (size_t d = 0; d < COUNT(dialects); d++) {
        struct tconv_keras_layer *layer = make(dialects[d], "\"strides\": 2");
        struct tconv_keras_symbol x[2] = {input(4, 4), input(5, 6)};
        const struct tconv_keras_symbol *y[2] = {call(layer, &x[0]), call(layer, &x[1])};
        const struct tconv_keras_symbol *got = &mask;
        for (ptrdiff_t i = -2; i < 2; i++) {
            const size_t node = (size_t)(i < 0 ? i + 2 : i);
            cr_assert(at(layer, i, &got, &error), "%s", error.message);
            cr_expect_eq(got, is_input ? &x[node] : y[node], "%s at %td", member, i);
        }
        cr_assert(property(layer, &got, &error));
        cr_expect_eq(got, is_input ? &x[0] : y[0]);
        tconv_keras_free(layer);
    }
}

/* Failures of an accessor that calls what it looks for `word`. */
static void expect_accessor_fails(bool ok, const char *word, size_t n)
{
    char message[200];
    if (n == 0)
        snprintf(message, sizeof message,
                 "The layer up has never been called and thus has no defined %s.", word);
    else
        snprintf(message, sizeof message,
                 "Asked to get %s at node 7, but the layer has only %zu inbound nodes.",
                 word, n);
    expect_failure(ok, n == 0 ? TCONV_KERAS_NEVER_CALLED : TCONV_KERAS_BAD_INDEX,
                   n == 0 ? "RuntimeError" : "ValueError", message);
}

static void check_symbol_failures(symbol_accessor *at, const char *word)
{
    const struct tconv_keras_symbol *got;
    struct tconv_keras_layer *layer = make(TCONV_TF2, "");
    struct tconv_keras_symbol x = input(4, 4);
    expect_accessor_fails(at(layer, 0, &got, &error), word, 0);
    call(layer, &x);
    expect_accessor_fails(at(layer, 7, &got, &error), word, 1);
    expect_failure(at(layer, -2, &got, &error), TCONV_KERAS_BAD_INDEX, "IndexError",
                   "list index out of range");
    tconv_keras_free(layer);
}

static void check_shape_failures(shape_accessor *at, const char *word)
{
    struct tconv_keras_shape got;
    struct tconv_keras_layer *layer = make(TCONV_TF2, "");
    struct tconv_keras_symbol x = input(4, 4);
    expect_accessor_fails(at(layer, 0, &got, &error), word, 0);
    call(layer, &x);
    expect_accessor_fails(at(layer, 7, &got, &error), word, 1);
    tconv_keras_free(layer);
}

Test(layer, call_symbolic)
{
    struct tconv_keras_layer *layer = make(TCONV_KERAS3, "\"strides\": 2");
    const struct tconv_keras_symbol x = {.shape = shape4(NONE, NONE, 5, 3)};
    const struct tconv_keras_symbol *y = call(layer, &x);
    cr_expect(tconv_keras_is_built(layer));
    EXPECT_SHAPE(y->shape, NONE, NONE, 11, 2);
    cr_expect_eq(y->producer, layer);
    cr_expect_eq(y->node, 0);
    cr_expect_null(y->mask);
    const struct tconv_keras_symbol bad = {.shape = shape4(NONE, 4, 4, 5)};
    expect_failure(
        tconv_keras_call_symbolic(layer, &bad, &error) != NULL,
        TCONV_KERAS_CHANNEL_MISMATCH, "ValueError",
        "Input 0 with name 'None' of layer 'up' is incompatible with the layer: "
        "expected axis -1 of input shape to have value 3, but received input "
        "with shape (None, 4, 4, 5)");
    tconv_keras_free(layer);
}

Test(layer, input)
{
    const struct tconv_keras_symbol *got;
    check_symbols(tconv_keras_input, tconv_keras_get_input_at, true, "input");
    static const char *const messages[] = {
        [TCONV_TF1] = "Layer up is not connected, no input to return.",
        [TCONV_TF2] = "Layer up is not connected, no input to return.",
        [TCONV_KERAS3] =
            "The layer up has never been called and thus has no defined input."};
    for (size_t d = 0; d < COUNT(dialects); d++) {
        struct tconv_keras_layer *layer = make(dialects[d], "");
        expect_failure(tconv_keras_input(layer, &got, &error), TCONV_KERAS_NOT_CONNECTED,
                       "AttributeError", messages[dialects[d]]);
        tconv_keras_free(layer);
    }
}

Test(layer, output)
{
    const struct tconv_keras_symbol *got;
    check_symbols(tconv_keras_output, tconv_keras_get_output_at, false, "output");
    static const char *const messages[] = {
        [TCONV_TF1] = "Layer up has no inbound nodes.",
        [TCONV_TF2] = "Layer up has no inbound nodes.",
        [TCONV_KERAS3] =
            "The layer up has never been called and thus has no defined output."};
    for (size_t d = 0; d < COUNT(dialects); d++) {
        struct tconv_keras_layer *layer = make(dialects[d], "");
        expect_failure(tconv_keras_output(layer, &got, &error), TCONV_KERAS_NOT_CONNECTED,
                       "AttributeError", messages[dialects[d]]);
        tconv_keras_free(layer);
    }
}

Test(layer, get_input_at)
{
    check_symbol_failures(tconv_keras_get_input_at, "input");
}

Test(layer, get_output_at)
{
    check_symbol_failures(tconv_keras_get_output_at, "output");
}

/* A masked input: Keras 3 and TF 2 drop the mask, TF 1 does not take it. */
static void check_masks(symbol_accessor *at, symbol_property *property, bool is_input)
{
    struct tconv_keras_symbol mask = {.shape = {3, {NONE, 4, 4}}}, x = input(4, 4);
    const struct tconv_keras_symbol *got = &x;
    x.mask = &mask;
    for (size_t d = 1; d < COUNT(dialects); d++) {
        struct tconv_keras_layer *layer = make(dialects[d], "");
        call(layer, &x);
        cr_assert(at(layer, 0, &got, &error), "%s", error.message);
        cr_expect_eq(got, is_input ? &mask : NULL);
        cr_assert(property(layer, &got, &error));
        cr_expect_eq(got, is_input ? &mask : NULL);
        cr_expect_eq(*tconv_keras_warning(layer) != '\0', dialects[d] == TCONV_KERAS3);
        tconv_keras_free(layer);
    }
    struct tconv_keras_layer *old = make(TCONV_TF1, "");
    expect_failure(tconv_keras_call_symbolic(old, &x, &error) != NULL, TCONV_KERAS_MASKED,
                   "TypeError",
                   "Layer up does not support masking, but was passed an input_mask: "
                   "Tensor(shape=(None, 4, 4))");
    tconv_keras_free(old);
    check_symbol_failures(at, is_input ? "input" : "output");
}

Test(layer, get_input_mask_at)
{
    check_masks(tconv_keras_get_input_mask_at, tconv_keras_input_mask, true);
}

Test(layer, get_output_mask_at)
{
    check_masks(tconv_keras_get_output_mask_at, tconv_keras_output_mask, false);
}

Test(layer, input_mask)
{
    const struct tconv_keras_symbol *got;
    struct tconv_keras_layer *layer = make(TCONV_TF2, "");
    expect_failure(tconv_keras_input_mask(layer, &got, &error), TCONV_KERAS_NOT_CONNECTED,
                   "AttributeError", "Layer up is not connected, no input to return.");
    tconv_keras_free(layer);
}

Test(layer, output_mask)
{
    const struct tconv_keras_symbol *got;
    struct tconv_keras_layer *layer = make(TCONV_TF2, "");
    expect_failure(tconv_keras_output_mask(layer, &got, &error),
                   TCONV_KERAS_NOT_CONNECTED, "AttributeError",
                   "Layer up has no inbound nodes.");
    tconv_keras_free(layer);
}

Test(layer, compute_mask)
{
    const struct tconv_keras_symbol mask = {.shape = {3, {NONE, 4, 4}}};
    const struct tconv_keras_symbol *got = &mask;
    for (size_t d = 0; d < COUNT(dialects); d++) {
        struct tconv_keras_layer *layer = make(dialects[d], "");
        cr_expect(tconv_keras_compute_mask(layer, NULL, &got, &error));
        cr_expect_null(got);
        if (dialects[d] == TCONV_KERAS3) {
            cr_expect(tconv_keras_compute_mask(layer, &mask, &got, &error));
            cr_expect_eq(got, &mask);
        } else
            expect_failure(tconv_keras_compute_mask(layer, &mask, &got, &error),
                           TCONV_KERAS_MASKED, "TypeError",
                           "Layer up does not support masking, but was passed an "
                           "input_mask: Tensor(shape=(None, 4, 4))");
        tconv_keras_free(layer);
    }
}

Test(layer, get_input_shape_at)
{
    struct tconv_keras_shape got;
    struct tconv_keras_layer *layer = make(TCONV_KERAS3, "");
    struct tconv_keras_symbol x[2] = {input(4, 4), input(5, 6)};
    call(layer, &x[0]);
    call(layer, &x[1]);
    cr_assert(tconv_keras_get_input_shape_at(layer, -1, &got, &error));
    EXPECT_SHAPE(got, NONE, 5, 6, 3);
    tconv_keras_free(layer);
    check_shape_failures(tconv_keras_get_input_shape_at, "input shape");
}

Test(layer, get_output_shape_at)
{
    struct tconv_keras_shape got;
    struct tconv_keras_layer *layer = make(TCONV_KERAS3, "");
    struct tconv_keras_symbol x[2] = {input(4, 4), input(5, 6)};
    call(layer, &x[0]);
    call(layer, &x[1]);
    cr_assert(tconv_keras_get_output_shape_at(layer, 1, &got, &error));
    EXPECT_SHAPE(got, NONE, 7, 8, 2);
    tconv_keras_free(layer);
    check_shape_failures(tconv_keras_get_output_shape_at, "output shape");
}

/* Equal shapes at all nodes are the layer's, others are ill-defined. */
static void check_shape(shape_property *property, const char *uncalled[3],
                        const char *ill_defined[3])
{
    struct tconv_keras_shape got;
    for (size_t d = 0; d < COUNT(dialects); d++) {
        struct tconv_keras_layer *layer = make(dialects[d], "\"padding\": \"same\"");
        struct tconv_keras_symbol x[3] = {input(4, 4), input(4, 4), input(5, 4)};
        expect_failure(property(layer, &got, &error), TCONV_KERAS_NOT_CONNECTED,
                       "AttributeError", uncalled[d]);
        call(layer, &x[0]);
        call(layer, &x[1]);
        cr_assert(property(layer, &got, &error), "%s", error.message);
        cr_expect_eq(got.rank, 4);
        cr_expect_eq(got.size[1], 4);
        call(layer, &x[2]);
        expect_failure(property(layer, &got, &error), TCONV_KERAS_ILL_DEFINED,
                       "AttributeError", ill_defined[d]);
        tconv_keras_free(layer);
    }
}

#define NEVER(name, word)                                                                \
    "The layer " name "has never been called and thus has no defined " word " shape."
#define ILL(close, word)                                                                 \
    "The layer \"up" close " has multiple inbound nodes, with different " word           \
    " shapes. Hence the notion of \"" word                                               \
    " shape\" is ill-defined for the layer. Use `get_" word                              \
    "_shape_at(node_index)` instead."

Test(layer, input_shape)
{
    static const char note[] =
        NEVER("\"up\" ", "input") " Note that the `input_shape` property is only "
                                  "available for Functional and "
                                  "Sequential models.";
    check_shape(
        tconv_keras_input_shape, (const char *[]){NEVER("", "input"), note, note},
        (const char *[]){ILL("", "input"), ILL("\"", "input"), ILL("\"", "input")});
}

Test(layer, output_shape)
{
    check_shape(
        tconv_keras_output_shape,
        (const char *[]){NEVER("", "output"), NEVER("\"up\" ", "output"),
                         NEVER("\"up\" ", "output")},
        (const char *[]){ILL("\"", "output"), ILL("\"", "output"), ILL("\"", "output")});
}

Test(layer, accessors_of_tf1_in_eager_mode)
{
    struct tconv_keras_session session = {.is_eager = true};
    const char *config = "{\"filters\": 2, \"kernel_size\": 3}";
    struct tconv_keras_layer *layer =
        tconv_keras_create_as(&session, TCONV_TF1, config, &error);
    const struct tconv_keras_symbol *symbol;
    struct tconv_keras_shape shape;
    size_t n;
    cr_assert(layer != NULL);
    expect_failure(tconv_keras_input(layer, &symbol, &error), TCONV_KERAS_EAGER,
                   "RuntimeError", "Layer.input not supported in Eager mode.");
    expect_failure(tconv_keras_output_shape(layer, &shape, &error), TCONV_KERAS_EAGER,
                   "RuntimeError", "Layer.output_shape not supported in Eager mode.");
    expect_failure(tconv_keras_get_output_at(layer, 0, &symbol, &error),
                   TCONV_KERAS_EAGER, "RuntimeError",
                   "Layer.get_output_at not supported in Eager mode.");
    expect_failure(tconv_keras_updates(layer, &n, &error), TCONV_KERAS_EAGER,
                   "RuntimeError", "Layer.updates not supported in Eager mode.");
    tconv_keras_free(layer);
}
