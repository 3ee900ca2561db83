/*
 * gen/spec: the activations that are accepted, and what they mean.
 */
#include <criterion/criterion.h>
#include <math.h>

#include "spec_reading.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static void expect_activation(const char *json, const char *name,
                              struct tconv_activation wanted)
{
    struct reading r;
    struct text config = {0};
    text_print(&config, "{\"filters\": 4, \"kernel_size\": 3, \"activation\": %s}", json);
    read_ok(&r, text_string(&config));
    const struct tconv_activation *a = &r.spec.activation;
    cr_expect_str_eq(r.spec.activation_name, name);
    cr_expect_eq(a->function, wanted.function, "%s", json);
    cr_expect_eq(a->slope, wanted.slope, "%s", json);
    cr_expect_eq(a->ceiling, wanted.ceiling, "%s", json);
    cr_expect_eq(a->threshold, wanted.threshold, "%s", json);
    text_free(&config);
    drop(&r);
}

#define ACTIVATION(function, slope, ceiling, threshold)                                  \
    ((struct tconv_activation){function, slope, ceiling, threshold})

Test(spec_activation, activations_by_name)
{
    static const struct {
        const char *json, *name;
        enum tconv_function function;
    } plain[] = {
        {"null", "linear", TCONV_LINEAR},
        {"\"linear\"", "linear", TCONV_LINEAR},
        {"\"selu\"", "selu", TCONV_SELU},
        {"\"sigmoid\"", "sigmoid", TCONV_SIGMOID},
        {"\"tanh\"", "tanh", TCONV_TANH},
        {"\"softplus\"", "softplus", TCONV_SOFTPLUS},
        {"\"softsign\"", "softsign", TCONV_SOFTSIGN},
        {"\"hard_sigmoid\"", "hard_sigmoid", TCONV_HARD_SIGMOID_KERAS3},
        {"\"exponential\"", "exponential", TCONV_EXPONENTIAL},
        {"\"silu\"", "silu", TCONV_SILU},
        {"\"swish\"", "silu", TCONV_SILU},
        {"\"gelu\"", "gelu", TCONV_GELU},
        {"\"mish\"", "mish", TCONV_MISH},
        {"\"hard_silu\"", "hard_silu", TCONV_HARD_SILU},
        {"\"hard_tanh\"", "hard_tanh", TCONV_HARD_TANH},
        {"\"hard_shrink\"", "hard_shrink", TCONV_HARD_SHRINK},
        {"\"soft_shrink\"", "soft_shrink", TCONV_SOFT_SHRINK},
        {"\"tanh_shrink\"", "tanh_shrink", TCONV_TANH_SHRINK},
        {"\"log_sigmoid\"", "log_sigmoid", TCONV_LOG_SIGMOID},
        {"\"squareplus\"", "squareplus", TCONV_SQUAREPLUS},
        {"\"sparse_plus\"", "sparse_plus", TCONV_SPARSE_PLUS},
        {"\"sparse_sigmoid\"", "sparse_sigmoid", TCONV_SPARSE_SIGMOID},
        {"\"hard_swish\"", "hard_silu", TCONV_HARD_SILU},
        {"\"softmax\"", "softmax", TCONV_SOFTMAX},
        {"\"softmax_v2\", \"groups\": 1", "softmax", TCONV_SOFTMAX},
        {"\"log_softmax\"", "log_softmax", TCONV_LOG_SOFTMAX},
        {"\"log_softmax\", \"groups\": 1", "log_softmax", TCONV_LOG_SOFTMAX},
        {"\"sparsemax\"", "sparsemax", TCONV_SPARSEMAX},
        {"{\"module\": \"builtins\", \"class_name\": \"function\", \"config\": \"tanh\", "
         "\"registered_name\": \"function\"}",
         "tanh", TCONV_TANH},
        {"{\"module\": \"keras.activations\", \"class_name\": \"function\", \"config\": "
         "\"gelu\", \"registered_name\": \"gelu\"}",
         "gelu", TCONV_GELU},
    };
    for (size_t i = 0; i < COUNT(plain); i++)
        expect_activation(plain[i].json, plain[i].name,
                          ACTIVATION(plain[i].function, 0, INFINITY, 0));
    expect_activation("\"relu\"", "relu", ACTIVATION(TCONV_RELU, 0, INFINITY, 0));
    expect_activation("\"relu6\"", "relu6", ACTIVATION(TCONV_RELU, 0, 6, 0));
    expect_activation("\"leaky_relu\"", "leaky_relu",
                      ACTIVATION(TCONV_RELU, 0.2, INFINITY, 0));
    expect_activation("\"elu\"", "elu", ACTIVATION(TCONV_ELU, 1, INFINITY, 0));
    expect_activation("\"celu\"", "celu", ACTIVATION(TCONV_ELU, 1, INFINITY, 0));
}

Test(spec_activation, activations_by_object)
{
    expect_activation("{\"class_name\": \"LeakyReLU\"}", "LeakyReLU",
                      ACTIVATION(TCONV_RELU, 0.3, INFINITY, 0));
    expect_activation(
        "{\"class_name\": \"LeakyReLU\", \"config\": {\"negative_slope\": 0}}",
        "LeakyReLU", ACTIVATION(TCONV_RELU, 0, INFINITY, 0));
    expect_activation("{\"class_name\": \"ThresholdedReLU\"}", "ThresholdedReLU",
                      ACTIVATION(TCONV_RELU, 0, INFINITY, 1));
    expect_activation(
        "{\"class_name\": \"ThresholdedReLU\", \"config\": {\"theta\": 0.25}}",
        "ThresholdedReLU", ACTIVATION(TCONV_RELU, 0, INFINITY, 0.25));
    expect_activation("{\"class_name\": \"ReLU\", \"config\": {}}", "ReLU",
                      ACTIVATION(TCONV_RELU, 0, INFINITY, 0));
    expect_activation("{\"class_name\": \"ReLU\", \"config\": {\"max_value\": null}}",
                      "ReLU", ACTIVATION(TCONV_RELU, 0, INFINITY, 0));
    expect_activation(
        "{\"module\": \"keras.layers\", \"class_name\": \"ReLU\", \"config\":"
        " {\"max_value\": 6, \"negative_slope\": 0.5, \"threshold\": 2},"
        " \"registered_name\": null}",
        "ReLU", ACTIVATION(TCONV_RELU, 0.5, 6, 2));
    expect_activation("{\"class_name\": \"ELU\", \"config\": {\"alpha\": -0.5}}", "ELU",
                      ACTIVATION(TCONV_ELU, -0.5, INFINITY, 0));
    expect_activation("{\"class_name\": \"Softmax\", \"config\": {\"axis\": [3]}}",
                      "Softmax", ACTIVATION(TCONV_SOFTMAX, 0, INFINITY, 0));
}

static void expect_written(const char *json, const char *written)
{
    struct reading r;
    struct text config = {0}, out = {0};
    text_print(&config, "{\"filters\": 4, \"kernel_size\": 3, \"activation\": %s}", json);
    read_ok(&r, text_string(&config));
    spec_write(&r.spec, &out);
    cr_expect(strstr(text_string(&out), written) != NULL, "%s: %s", json,
              text_string(&out));
    text_free(&config);
    text_free(&out);
    drop(&r);
}

/* An Activation means what is in it, and stays an object. */
Test(spec_activation, activation_objects)
{
    expect_activation(
        "{\"class_name\": \"Activation\", \"config\": {\"activation\": \"swish\"}}",
        "silu", ACTIVATION(TCONV_SILU, 0, INFINITY, 0));
    expect_activation(
        "{\"class_name\": \"Activation\", \"config\": {\"activation\": null}}", "linear",
        ACTIVATION(TCONV_LINEAR, 0, INFINITY, 0));
    expect_activation("{\"class_name\": \"Activation\", \"config\": {\"activation\": "
                      "{\"class_name\": \"LeakyReLU\", \"config\": {}}}}",
                      "LeakyReLU", ACTIVATION(TCONV_RELU, 0.3, INFINITY, 0));
    expect_activation("{\"class_name\": \"Activation\", \"config\": {\"activation\": "
                      "\"hard_sigmoid\"}}, \"groups\": 1",
                      "hard_sigmoid", ACTIVATION(TCONV_HARD_SIGMOID_TF, 0, INFINITY, 0));
    expect_written(
        "{\"class_name\": \"Activation\", \"config\": {\"activation\": \"swish\"}}",
        "\"activation\": {\"module\": \"keras.layers\", \"class_name\": \"Activation\", "
        "\"config\": {\"name\": \"activation\", \"trainable\": true, \"dtype\": "
        "{\"module\": \"keras\", \"class_name\": \"DTypePolicy\", \"config\": {\"name\": "
        "\"float32\"}, \"registered_name\": null}, \"activation\": \"silu\"}, "
        "\"registered_name\": null}");
    expect_written("{\"class_name\": \"Activation\", \"config\": {\"activation\": null}}",
                   "\"activation\": \"linear\"}, \"registered_name\": null}");
    expect_written("{\"class_name\": \"Activation\", \"config\": {\"name\": \"a\", "
                   "\"activation\": {\"class_name\": \"Softmax\"}}}",
                   "\"activation\": {\"module\": \"keras.layers\", \"class_name\": "
                   "\"Softmax\", \"config\": {\"name\": \"softmax\"");
}

/* As TensorFlow's Keras finds it among its layers; Keras 3 does not. */
Test(spec_activation, classes_by_name)
{
    expect_activation("\"LeakyReLU\", \"groups\": 1", "LeakyReLU",
                      ACTIVATION(TCONV_RELU, 0.3, INFINITY, 0));
    expect_activation("\"ThresholdedReLU\", \"groups\": 1", "ThresholdedReLU",
                      ACTIVATION(TCONV_RELU, 0, INFINITY, 1));
    expect_written("\"Softmax\", \"groups\": 1", "\"class_name\": \"Softmax\"");
}
