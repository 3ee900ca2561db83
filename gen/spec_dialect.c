/*
 * The three generations by name: as options say them, and in words.
 */
#include "spec.h"

static const struct {
    const char *word, *title;
} dialects[] = {
    [TCONV_TF1] = {"tf1", "TensorFlow 1"},
    [TCONV_TF2] = {"tf2", "TensorFlow 2"},
    [TCONV_KERAS3] = {"keras3", "Keras 3"},
};

const char *spec_dialect_word(enum tconv_dialect dialect)
{
    return dialects[dialect].word;
}

const char *spec_dialect_title(enum tconv_dialect dialect)
{
    return dialects[dialect].title;
}
