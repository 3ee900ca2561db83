/* init_write: the weights as a file, and a word about each. */
#include "init.h"

#include <stdio.h>
#include <string.h>

#include "safetensors.h"

enum { LONGEST_SEED = 24, NOTES_OF_LAYER = 2, NOTES_OF_TENSOR = 2 };

/* Whose numbers they are. */
static const char *const titles[] = {[TCONV_TF1] = "TensorFlow 1",
                                     [TCONV_TF2] = "TensorFlow 2 and tf_keras",
                                     [TCONV_KERAS3] = "Keras 3 on TensorFlow"};

/* Keys of a tensor's notes: its initializer, its seed. */
static const char *const note_keys[][NOTES_OF_TENSOR] = {
    {"kernel_initializer", "kernel_seed"}, {"bias_initializer", "bias_seed"}};

bool init_write(const struct init_weights *weights, const char *path, struct error *err)
{
    struct safetensors_array arrays[2];
    struct safetensors_note notes[NOTES_OF_LAYER + 2 * NOTES_OF_TENSOR] = {
        {"layer", weights->layer}, {"dialect", spec_dialect_word(weights->dialect)}};
    char seeds[2][LONGEST_SEED];
    size_t n_notes = NOTES_OF_LAYER;
    for (size_t i = 0; i < weights->n; i++) {
        const struct init_tensor *t = &weights->tensors[i];
        arrays[i] = (struct safetensors_array){.name = t->name,
                                               .type = weights->type,
                                               .n_dims = t->n_dims,
                                               .data = t->values};
        memcpy(arrays[i].dims, t->dims, sizeof t->dims);
        notes[n_notes++] = (struct safetensors_note){note_keys[i][0], t->class_name};
        snprintf(seeds[i], sizeof seeds[i], "%lld", (long long)t->initializer.seed);
        if (t->origin != INIT_NO_SEED)
            notes[n_notes++] = (struct safetensors_note){note_keys[i][1], seeds[i]};
    }
    return safetensors_write(path, arrays, weights->n, notes, n_notes, err);
}

static void report_tensor(const struct init_tensor *tensor, struct text *out)
{
    const long long seed = tensor->initializer.seed;
    text_print(out, "%-6s ", tensor->name);
    for (size_t d = 0; d < tensor->n_dims; d++)
        text_print(out, "[%zu]", tensor->dims[d]);
    text_print(out, "  %s", tensor->class_name);
    if (tensor->origin == INIT_DRAWN)
        text_print(out, ", seed %lld (drawn; --seed %lld gives it again)", seed, seed);
    else if (tensor->origin != INIT_NO_SEED)
        text_print(out, ", seed %lld (%s)", seed,
                   tensor->origin == INIT_CONFIG ? "config" : "--seed");
    text_put(out, "\n");
}

void init_report(const struct init_weights *weights, struct text *out)
{
    text_print(out, "weights of \"%s\" as in %s\n", weights->layer,
               titles[weights->dialect]);
    for (size_t i = 0; i < weights->n; i++)
        report_tensor(&weights->tensors[i], out);
}
