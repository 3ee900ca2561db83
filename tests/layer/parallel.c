/*
 * Distinct layers with distinct sessions on several threads at once: each trains as it
 * does alone, bit by bit, and under the sanitizers there is no race, no leak and no bad
 * access.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tconv_keras.h"

enum { THREADS = 4, STEPS = 5, X = 2 * 4 * 4 * 3, Y = 2 * 9 * 9 * 5, W = 3 * 3 * 5 * 3 };

static const char config[] =
    "{\"filters\": 5, \"kernel_size\": 3, \"strides\": 2, \"activation\": \"tanh\", "
    "\"kernel_regularizer\": \"l2\", \"activity_regularizer\": \"l1\", "
    "\"kernel_constraint\": {\"class_name\": \"MaxNorm\", \"config\": {\"max_value\": 1, "
    "\"axis\": [0, 1, 3]}}}";

struct result {
    int64_t seed;
    char name[64];
    float w[W];
    double loss;
};

static void fill(float *values, size_t n, unsigned seed)
{
    for (size_t i = 0; i < n; i++) {
        seed = seed * 1664525u + 1013904223u;
        values[i] = (float)(seed >> 8) / (float)(1 << 23) - 1;
    }
}

static bool train(struct tconv_keras_layer *layer, const float *x, float *y,
                  struct tconv_keras_error *error)
{
    const struct tconv_optimizer adam = TCONV_ADAM_DEFAULT;
    const struct tconv_keras_tensor in = {TCONV_FLOAT32, {4, {2, 4, 4, 3}}, (void *)x};
    struct tconv_keras_tensor out = {.values = y};
    for (int step = 0; step < STEPS; step++)
        if (!tconv_keras_call_recorded(layer, &in, &out, error) ||
            !tconv_keras_backward(layer, y, NULL, error) ||
            !tconv_keras_step(layer, &adam, error))
            return false;
    return true;
}

/* Everything that a program does with a layer, from making it to freeing it. */
static void *run(void *argument)
{
    struct result *result = argument;
    struct tconv_keras_session session = {.seed = result->seed};
    struct tconv_keras_error error = {.message = ""};
    struct tconv_keras_layer *layer = tconv_keras_create(&session, config, &error);
    struct tconv_keras_tensor weights[2] = {{.values = result->w}};
    struct tconv_keras_loss losses[4];
    size_t n = 0;
    float *x = malloc(X * sizeof *x), *y = malloc(Y * sizeof *y);
    const struct tconv_keras_symbol symbol = {.shape = {4, {-1, 4, 4, 3}}};
    if (layer == NULL || x == NULL || y == NULL)
        abort();
    fill(x, X, (unsigned)result->seed);
    const bool ok = train(layer, x, y, &error) &&
                    tconv_keras_losses(layer, 4, losses, &n, &error) &&
                    tconv_keras_call_symbolic(layer, &symbol, &error) != NULL;
    result->loss = ok && n == 2 ? losses[0].value + losses[1].value : -1;
    tconv_keras_get_weights(layer, weights);
    snprintf(result->name, sizeof result->name, "%s", tconv_keras_name(layer));
    char *written = tconv_keras_get_config(layer, TCONV_KERAS3, &error);
    if (!ok || written == NULL)
        printf("FAIL: %s\n", error.message);
    free(written);
    free(x);
    free(y);
    tconv_keras_free(layer);
    return NULL;
}

int main(void)
{
    pthread_t threads[THREADS];
    struct result together[THREADS] = {{0}}, alone = {0};
    int passed = 0, failed = 0;
    for (int i = 0; i < THREADS; i++) {
        together[i].seed = i;
        if (pthread_create(&threads[i], NULL, run, &together[i]) != 0)
            abort();
    }
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    for (int i = 0; i < THREADS; i++) {
        alone = (struct result){.seed = i};
        run(&alone);
        const bool ok = alone.loss > 0 && alone.loss == together[i].loss &&
                        memcmp(alone.w, together[i].w, sizeof alone.w) == 0 &&
                        strcmp(together[i].name, "conv2d_transpose") == 0;
        passed += ok;
        failed += !ok;
    }
    printf("%d passed, %d failed\n", passed, failed);
    return failed > 0;
}
