/*
 * keras: the members of the layer object (runtime/tconv_keras.h) that read or write JSON.
 *
 * In comes a config's text, out goes an object whose arguments are the spec, and what the
 * runtime computes of it. Everything else about the object is the runtime's.
 */
#include <stdlib.h>
#include <string.h>

#include "init.h"
#include "spec.h"
#include "tconv_keras_layer.h"
#include "training.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])
#define PLACE "config"

/* ---- failures ---------------------------------------------------------------------- */

static const struct {
    const char *key;
    enum tconv_keras_failure failure;
} failures[] = {
    {"name", TCONV_KERAS_BAD_NAME},
    {"trainable", TCONV_KERAS_BAD_TRAINABLE},
    {"dtype", TCONV_KERAS_BAD_DTYPE},
    {"filters", TCONV_KERAS_BAD_FILTERS},
    {"kernel_size", TCONV_KERAS_BAD_KERNEL_SIZE},
    {"strides", TCONV_KERAS_BAD_STRIDES},
    {"dilation_rate", TCONV_KERAS_BAD_DILATION_RATE},
    {"padding", TCONV_KERAS_BAD_PADDING},
    {"output_padding", TCONV_KERAS_BAD_OUTPUT_PADDING},
    {"data_format", TCONV_KERAS_BAD_DATA_FORMAT},
    {"groups", TCONV_KERAS_BAD_GROUPS},
    {"activation", TCONV_KERAS_BAD_ACTIVATION},
    {"use_bias", TCONV_KERAS_BAD_USE_BIAS},
    {"kernel_initializer", TCONV_KERAS_BAD_INITIALIZER},
    {"bias_initializer", TCONV_KERAS_BAD_INITIALIZER},
    {"kernel_regularizer", TCONV_KERAS_BAD_REGULARIZER},
    {"bias_regularizer", TCONV_KERAS_BAD_REGULARIZER},
    {"activity_regularizer", TCONV_KERAS_BAD_REGULARIZER},
    {"kernel_constraint", TCONV_KERAS_BAD_CONSTRAINT},
    {"bias_constraint", TCONV_KERAS_BAD_CONSTRAINT},
    {"input_shape", TCONV_KERAS_BAD_INPUT_SHAPE},
    {SPEC_UNKNOWN_KEY, TCONV_KERAS_UNKNOWN_ARGUMENT},
};

/* Where Keras does not raise ValueError: for values that are no strings, or for those
 * that are, or any. */
static const struct {
    const char *key, *exception;
    bool is_of_strings, is_of_others;
    bool is_in_tf, is_in_keras3;
} exceptions[] = {
    {"filters", "TypeError", true, false, true, true},
    {"padding", "AttributeError", false, true, true, true},
    {"data_format", "AttributeError", false, true, true, false},
    {"name", "TypeError", false, true, true, false},
    {"trainable", "TypeError", true, true, true, false},
    {"dtype", "TypeError", true, true, true, false},
    {SPEC_UNKNOWN_KEY, "TypeError", true, true, true, false},
};

static const char *exception_of(const struct error *err, enum tconv_dialect dialect)
{
    const bool is_string = strstr(err->message, ": got \"") != NULL;
    for (size_t i = 0; i < COUNT(exceptions); i++)
        if (strcmp(err->subject, exceptions[i].key) == 0 &&
            (is_string ? exceptions[i].is_of_strings : exceptions[i].is_of_others) &&
            (dialect == TCONV_KERAS3 ? exceptions[i].is_in_keras3
                                     : exceptions[i].is_in_tf))
            return exceptions[i].exception;
    return NULL;
}

/* Hands an error of the rooms on: false. */
static bool hand_on(const struct error *err, enum tconv_dialect dialect,
                    struct tconv_keras_error *error)
{
    enum tconv_keras_failure failure = TCONV_KERAS_BAD_CONFIG;
    for (size_t i = 0; err->subject != NULL && i < COUNT(failures); i++)
        if (strcmp(err->subject, failures[i].key) == 0)
            failure = failures[i].failure;
    const char *exception = err->subject == NULL ? NULL : exception_of(err, dialect);
    if (exception != NULL)
        return tconv_keras_raise(error, failure, exception, err->message);
    return tconv_keras_fail(error, failure, "%s", err->message);
}

/* ---- arguments --------------------------------------------------------------------- */

static void free_texts(void *texts)
{
    arena_free(texts);
    free(texts);
}

static bool read_initializer(struct tconv_keras_arguments *arguments, size_t index,
                             struct error *err)
{
    static const char *const keys[] = {"kernel_initializer", "bias_initializer"};
    const struct tconv_spec_object *const objects[] = {
        &arguments->spec.kernel_initializer, &arguments->spec.bias_initializer};
    const struct tconv_spec_object *object = init_object_or_default(objects[index]);
    if (init_read_object(&arguments->initializers[index], object, keys[index], PLACE,
                         &arguments->is_seeded[index], err))
        return true;
    err->subject = keys[index];
    return false;
}

/* The property as the runtime gives it back. */
static bool write_activity_regularizer(struct tconv_keras_arguments *arguments,
                                       struct error *err)
{
    const struct tconv_spec_object *object = &arguments->spec.activity_regularizer;
    struct text text = {0};
    arguments->activity_regularizer = NULL;
    if (object->class_name == NULL)
        return true;
    text_print(&text, "{\"class_name\": \"%s\", \"config\": %s}", object->class_name,
               object->config);
    if (text_ok(&text, err))
        arguments->activity_regularizer =
            arena_copy_text(arguments->texts, text_string(&text), err);
    text_free(&text);
    return arguments->activity_regularizer != NULL;
}

/* What the runtime computes of a spec. */
static bool derive(struct tconv_keras_arguments *arguments, struct error *err)
{
    if (!read_initializer(arguments, TCONV_KERAS_KERNEL, err) ||
        !read_initializer(arguments, TCONV_KERAS_BIAS, err) ||
        !write_activity_regularizer(arguments, err))
        return false;
    if (training_derive(&arguments->training, &arguments->spec, err))
        return true;
    err->subject = "kernel_constraint";
    return false;
}

static bool read_arguments(struct tconv_keras_arguments *arguments, const char *config,
                           const enum tconv_dialect *dialect, struct error *err)
{
    const struct spec_given given = {.dialect = dialect};
    struct text warnings = {0};
    struct arena *arena = arguments->texts;
    const bool ok = spec_read(&arguments->spec, PLACE, config, strlen(config), &given,
                              &warnings, arena, err);
    text_free(&warnings);
    return ok && derive(arguments, err);
}

/* Wrapped: by from_config, whose failures are TypeErrors but in TF 1. */
static void refuse(const struct tconv_keras_arguments *arguments,
                   const enum tconv_dialect *given, bool is_wrapped,
                   const struct error *err, struct tconv_keras_error *error)
{
    const enum tconv_dialect dialect =
        given != NULL ? *given : arguments->spec.dialect; /* Keras 3's for no config */
    hand_on(err, dialect, error);
    if (is_wrapped && dialect != TCONV_TF1 && error != NULL)
        error->exception = "TypeError";
}

static struct tconv_keras_layer *create(struct tconv_keras_session *session,
                                        const char *config,
                                        const enum tconv_dialect *dialect,
                                        bool is_wrapped, struct tconv_keras_error *error)
{
    struct tconv_keras_arguments arguments = {.texts = calloc(1, sizeof(struct arena)),
                                              .free_texts = free_texts};
    struct tconv_keras_layer *layer = NULL;
    struct error err = {0};
    if (arguments.texts == NULL)
        tconv_keras_out_of_memory(error);
    else if (!read_arguments(&arguments, config, dialect, &err))
        refuse(&arguments, dialect, is_wrapped, &err, error);
    else
        layer = tconv_keras_open(session, &arguments, error);
    if (layer == NULL && arguments.texts != NULL)
        free_texts(arguments.texts);
    return layer;
}

struct tconv_keras_layer *tconv_keras_create(struct tconv_keras_session *session,
                                             const char *config,
                                             struct tconv_keras_error *error)
{
    return create(session, config, NULL, false, error);
}

struct tconv_keras_layer *tconv_keras_create_as(struct tconv_keras_session *session,
                                                enum tconv_dialect dialect,
                                                const char *config,
                                                struct tconv_keras_error *error)
{
    return create(session, config, &dialect, false, error);
}

struct tconv_keras_layer *tconv_keras_from_config(struct tconv_keras_session *session,
                                                  const char *config,
                                                  struct tconv_keras_error *error)
{
    return create(session, config, NULL, true, error);
}

/* ---- attributes -------------------------------------------------------------------- */

/* Properties without a setter, in some generation or all. */
static const struct {
    const char *name;
    bool keras3_sets; /* Keras 3 has a setter */
} read_only[] = {
    {"name", true},
    {"dtype", false},
    {"input", false},
    {"output", false},
    {"input_mask", false},
    {"output_mask", false},
    {"input_shape", false},
    {"output_shape", false},
    {"losses", false},
    {"updates", false},
    {"weights", false},
    {"trainable_weights", false},
    {"non_trainable_weights", false},
    {"variables", false},
    {"trainable_variables", false},
    {"non_trainable_variables", false},
};

static bool refuse_read_only(const struct tconv_keras_layer *layer, const char *name,
                             struct tconv_keras_error *error)
{
    if (layer->arguments.spec.dialect == TCONV_KERAS3)
        return tconv_keras_fail(error, TCONV_KERAS_READ_ONLY,
                                "property '%s' of 'Conv2DTranspose' object has no setter",
                                name);
    return tconv_keras_fail(
        error, TCONV_KERAS_READ_ONLY,
        "Can't set the attribute \"%s\", likely because it conflicts with an existing "
        "read-only @property of the object. Please choose a different name.",
        name);
}

/* The weights themselves, which an attribute could only replace by new state. */
static bool refuse_weight(const struct tconv_keras_layer *layer, const char *name,
                          struct tconv_keras_error *error)
{
    const bool is_locked =
        layer->weights != NULL && layer->arguments.spec.dialect == TCONV_KERAS3;
    if (is_locked)
        return tconv_keras_refuse_state(error);
    return tconv_keras_fail(error, TCONV_KERAS_NO_ATTRIBUTE,
                            "%s: got a value to set; expected tconv_keras_set_weights",
                            name);
}

static bool set_argument(struct tconv_keras_layer *layer, const char *name,
                         const char *value, struct tconv_keras_error *error)
{
    struct tconv_keras_arguments changed = layer->arguments;
    struct error err = {0};
    const bool ok = spec_set(&changed.spec, name, value, changed.texts, &err) &&
                    derive(&changed, &err);
    if (!ok)
        return hand_on(&err, changed.spec.dialect, error);
    if (strcmp(name, "name") == 0 && !tconv_keras_rename(layer, changed.spec.name, error))
        return false;
    layer->arguments = changed;
    return true;
}

bool tconv_keras_setattr(struct tconv_keras_layer *layer, const char *name,
                         const char *value, struct tconv_keras_error *error)
{
    const bool is_keras3 = layer->arguments.spec.dialect == TCONV_KERAS3;
    for (size_t i = 0; i < COUNT(read_only); i++)
        if (strcmp(name, read_only[i].name) == 0 &&
            !(is_keras3 && read_only[i].keras3_sets))
            return refuse_read_only(layer, name, error);
    if (strcmp(name, "kernel") == 0 || strcmp(name, "bias") == 0)
        return refuse_weight(layer, name, error);
    if (!spec_is_argument(name))
        return tconv_keras_fail(error, TCONV_KERAS_NO_ATTRIBUTE,
                                "'Conv2DTranspose' object has no attribute '%s' to set",
                                name);
    return set_argument(layer, name, value, error);
}

bool tconv_keras_set_activity_regularizer(struct tconv_keras_layer *layer,
                                          const char *value,
                                          struct tconv_keras_error *error)
{
    return tconv_keras_setattr(layer, "activity_regularizer",
                               value == NULL ? "null" : value, error);
}

/* ---- the config -------------------------------------------------------------------- */

char *tconv_keras_get_config(const struct tconv_keras_layer *layer,
                             enum tconv_dialect dialect, struct tconv_keras_error *error)
{
    struct tconv_spec spec = layer->arguments.spec;
    struct text text = {0};
    struct error err = {0};
    spec.name = layer->name;
    spec.has_name = true;
    if (spec_write_config(&spec, dialect, &text, &err) && text_ok(&text, &err))
        return text.bytes;
    tconv_keras_fail(error, TCONV_KERAS_NOT_IN_DIALECT, "%s", err.message);
    text_free(&text);
    return NULL;
}
