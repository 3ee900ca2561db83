/*
 * The layer object's losses and updates (the specification's G.12, G.13), with the
 * regularizers' values of F.1.
 */
#include "making.h"

/* Calls the layer on two images of ones, of which it makes ones with these weights. */
static void call_ones(struct tconv_keras_layer *layer)
{
    float x[2 * 2 * 2] = {1, 1, 1, 1, 1, 1, 1, 1}, y[2 * 4 * 4 * 2];
    const struct tconv_keras_tensor in = {TCONV_FLOAT32, shape4(2, 2, 2, 1), x};
    struct tconv_keras_tensor out = {.values = y};
    if (!tconv_keras_is_built(layer))
        build(layer, 1);
    set_all(layer, 0, 1);
    cr_assert(tconv_keras_call(layer, &in, &out, &error), "%s", error.message);
    EXPECT_SHAPE(out.shape, 2, 4, 4, 2);
}

#define L2_OF_OUTPUT                                                                     \
    "\"activity_regularizer\": {\"class_name\": \"L2\", \"config\": {\"l2\": 0.1}}, "    \
    "\"bias_regularizer\": {\"class_name\": \"L1\", \"config\": {\"l1\": 0.5}}, "        \
    "\"kernel_regularizer\": \"l2\""

static void expect_near(double got, double want)
{
    cr_expect(fabs(got - want) < 1e-6, "got %g, expected %g", got, want);
}

Test(layer, losses)
{
    struct tconv_keras_loss losses[8];
    for (size_t d = 0; d < COUNT(dialects); d++) {
        struct tconv_keras_layer *layer = make(dialects[d], L2_OF_OUTPUT);
        cr_expect_eq(n_losses(layer, losses), 0);
        call_ones(layer);
        call_ones(layer); /* whose loss is the only one */
        cr_assert_eq(n_losses(layer, losses), 3);
        cr_expect_eq(losses[0].kind, TCONV_KERAS_ACTIVITY_LOSS);
        expect_near(losses[0].value, 0.1 * 2 * 4 * 4 * 2 / 2);
        cr_expect_eq(losses[1].kind, TCONV_KERAS_WEIGHT_LOSS);
        expect_near(losses[1].value, 0);
        expect_near(losses[2].value, 0.5 * 2);
        tconv_keras_set_trainable(layer, false);
        cr_expect_eq(n_losses(layer, losses), dialects[d] == TCONV_KERAS3 ? 1 : 3);
        tconv_keras_free(layer);
    }
}

Test(layer, losses_writes_no_more_than_there_is_room_for)
{
    struct tconv_keras_loss losses[2] = {{.value = 7}, {.value = 7}};
    struct tconv_keras_layer *layer = make(TCONV_KERAS3, L2_OF_OUTPUT);
    size_t n;
    call_ones(layer);
    cr_assert(tconv_keras_losses(layer, 1, losses, &n, &error));
    cr_expect_eq(n, 3);
    cr_expect_neq(losses[0].value, 7);
    cr_expect_eq(losses[1].value, 7);
    tconv_keras_free(layer);
}

Test(layer, losses_of_symbolic_calls)
{
    struct tconv_keras_loss losses[8];
    const struct tconv_keras_symbol x = {.shape = shape4(NONE, 2, 2, 1)};
    for (size_t d = 0; d < COUNT(dialects); d++) {
        struct tconv_keras_layer *layer = make(dialects[d], L2_OF_OUTPUT);
        const bool is_tf = dialects[d] != TCONV_KERAS3;
        tconv_keras_call_symbolic(layer, &x, &error);
        tconv_keras_call_symbolic(layer, &x, &error);
        cr_assert_eq(n_losses(layer, losses), is_tf ? 4 : 2);
        cr_expect_eq(losses[0].is_symbolic, is_tf);
        cr_expect_eq(isnan(losses[0].value) != 0, is_tf);
        call_ones(layer);
        cr_expect_eq(n_losses(layer, losses), 3, "the call's own replaces them");
        tconv_keras_free(layer);
    }
}

Test(layer, losses_of_a_shared_layer_add_up_within_a_model)
{
    struct tconv_keras_loss losses[8];
    struct tconv_keras_layer *layer = make(TCONV_KERAS3, L2_OF_OUTPUT);
    for (size_t i = 0; i < 2; i++) {
        tconv_keras_enter(layer);
        call_ones(layer);
        call_ones(layer);
        tconv_keras_leave(layer);
        cr_expect_eq(n_losses(layer, losses), 4);
    }
    tconv_keras_free(layer);
}

Test(layer, losses_refuses_what_keras_refuses)
{
    struct tconv_keras_layer *layer =
        make(TCONV_KERAS3, "\"kernel_regularizer\": \"orthogonal_regularizer\"");
    struct tconv_keras_loss losses[2];
    size_t n;
    build(layer, 1);
    expect_failure(tconv_keras_losses(layer, 2, losses, &n, &error),
                   TCONV_KERAS_BAD_REGULARIZER, "ValueError",
                   "Inputs to OrthogonalRegularizer must have rank 2");
    tconv_keras_free(layer);
}

Test(layer, get_losses_for)
{
    struct tconv_keras_loss losses[8];
    size_t n;
    for (size_t d = 0; d < COUNT(dialects); d++) {
        struct tconv_keras_layer *layer = make(dialects[d], L2_OF_OUTPUT),
                                 *before = make(dialects[d], "");
        const struct tconv_keras_symbol x[3] = {{.shape = shape4(NONE, 2, 2, 1)},
                                                {.shape = shape4(NONE, 2, 2, 2)},
                                                {.shape = shape4(NONE, 2, 2, 2)}};
        const struct tconv_keras_symbol *middle =
            tconv_keras_call_symbolic(before, &x[0], &error);
        tconv_keras_call_symbolic(layer, middle, &error);
        tconv_keras_call_symbolic(layer, &x[1], &error);
        cr_assert(tconv_keras_get_losses_for(layer, NULL, 8, losses, &n, &error));
        cr_expect_eq(n, 2);
        cr_expect_eq(losses[0].kind, TCONV_KERAS_WEIGHT_LOSS);
        for (size_t i = 0; i < 3; i++) {
            cr_assert(tconv_keras_get_losses_for(layer, &x[i], 8, losses, &n, &error));
            cr_expect_eq(n, i < 2, "of input %zu", i);
            cr_expect(n == 0 || losses[0].node == i);
        }
        cr_assert(tconv_keras_get_losses_for(layer, middle, 8, losses, &n, &error));
        cr_expect_eq(n, 1);
        tconv_keras_free(layer);
        tconv_keras_free(before);
    }
}

Test(layer, updates)
{
    size_t n = 7;
    for (size_t d = 0; d < COUNT(dialects); d++) {
        struct tconv_keras_layer *layer = make(dialects[d], "");
        cr_expect(tconv_keras_updates(layer, &n, &error));
        cr_expect_eq(n, 0);
        cr_expect_eq(*tconv_keras_warning(layer) != '\0', dialects[d] == TCONV_TF2);
        tconv_keras_free(layer);
    }
}

Test(layer, get_updates_for)
{
    size_t n = 7;
    struct tconv_keras_session session = {.is_eager = true};
    struct tconv_keras_layer *layer = make(TCONV_TF1, "");
    cr_expect(tconv_keras_get_updates_for(layer, NULL, &n, &error));
    cr_expect_eq(n, 0);
    tconv_keras_free(layer);
    layer = tconv_keras_create_as(&session, TCONV_TF1,
                                  "{\"filters\": 1, \"kernel_size\": 1}", &error);
    expect_failure(tconv_keras_get_updates_for(layer, NULL, &n, &error),
                   TCONV_KERAS_EAGER, "RuntimeError",
                   "`get_updates_for()` not supported in Eager mode.");
    tconv_keras_free(layer);
}
