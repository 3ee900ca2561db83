/* layer_steps: a table of operations; each reads its words and asks tconv_keras. */
#include "layer_steps.h"

#include <stdlib.h>
#include <string.h>

#include "layer_words.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

/* ---- making and attributes -----------------------------------------------------------
 */

static bool put(struct objects *o, size_t slot, struct tconv_keras_layer *made)
{
    if (made == NULL)
        return false;
    tconv_keras_free(o->layers[slot]);
    o->layers[slot] = made;
    return true;
}

static bool create(struct objects *o, char *rest, struct result *r)
{
    const size_t slot = (size_t)integer(&rest);
    const char *dialect = word(&rest);
    static const char *const dialects[] = {"tf1", "tf2", "keras3"};
    for (size_t i = 0; i < COUNT(dialects); i++)
        if (strcmp(dialect, dialects[i]) == 0)
            return put(o, slot,
                       tconv_keras_create_as(&o->session, (enum tconv_dialect)i, rest,
                                             &r->error));
    return put(o, slot, tconv_keras_create(&o->session, rest, &r->error));
}

static bool from_config(struct objects *o, char *rest, struct result *r)
{
    const size_t slot = (size_t)integer(&rest);
    return put(o, slot, tconv_keras_from_config(&o->session, rest, &r->error));
}

static bool config(struct objects *o, char *rest, struct result *r)
{
    struct tconv_keras_layer *layer = LAYER;
    char *text = tconv_keras_get_config(layer, tconv_keras_dialect(layer), &r->error);
    if (text != NULL)
        say(r, "%s", text);
    free(text);
    return r->text[0] != 0;
}

static bool name(struct objects *o, char *rest, struct result *r)
{
    say(r, "%s", tconv_keras_name(LAYER));
    return true;
}

static bool dtype(struct objects *o, char *rest, struct result *r)
{
    const char *text = tconv_keras_dtype(LAYER);
    say(r, "%s", text == NULL ? "None" : text);
    return true;
}

static bool activity_regularizer(struct objects *o, char *rest, struct result *r)
{
    const char *text = tconv_keras_activity_regularizer(LAYER);
    say(r, "%s", text == NULL ? "None" : text);
    return true;
}

static bool trainable(struct objects *o, char *rest, struct result *r)
{
    say(r, "%d", tconv_keras_trainable(LAYER));
    return true;
}

static bool built(struct objects *o, char *rest, struct result *r)
{
    say(r, "%d", tconv_keras_is_built(LAYER));
    return true;
}

static bool set_attribute(struct objects *o, char *rest, struct result *r)
{
    struct tconv_keras_layer *layer = LAYER;
    const char *attribute = word(&rest);
    return tconv_keras_setattr(layer, attribute, rest, &r->error);
}

/* ---- weights -------------------------------------------------------------------------
 */

static bool build(struct objects *o, char *rest, struct result *r)
{
    struct tconv_keras_layer *layer = LAYER;
    const struct tconv_keras_shape shape = shape_of(word(&rest));
    return tconv_keras_build(layer, &shape, &r->error);
}

static bool count_params(struct objects *o, char *rest, struct result *r)
{
    size_t n;
    if (!tconv_keras_count_params(LAYER, &n, &r->error))
        return false;
    say(r, "%zu", n);
    return true;
}

static bool say_weights(struct result *r, size_t n,
                        const struct tconv_keras_variable *weights)
{
    for (size_t i = 0; i < n; i++) {
        say(r, "%s%s %s ", i == 0 ? "" : "; ", weights[i].path,
            type_names[weights[i].type]);
        say_shape(r, &weights[i].shape);
        say(r, " %d", weights[i].is_trainable);
    }
    return true;
}

static bool weights(struct objects *o, char *rest, struct result *r)
{
    struct tconv_keras_variable own[2];
    const size_t n = tconv_keras_weights(LAYER, own);
    return say_weights(r, n, own);
}

static bool trainable_weights(struct objects *o, char *rest, struct result *r)
{
    struct tconv_keras_variable own[2];
    const size_t n = tconv_keras_trainable_weights(LAYER, own);
    return say_weights(r, n, own);
}

static bool non_trainable_weights(struct objects *o, char *rest, struct result *r)
{
    struct tconv_keras_variable own[2];
    const size_t n = tconv_keras_non_trainable_weights(LAYER, own);
    return say_weights(r, n, own);
}

static bool value(struct objects *o, char *rest, struct result *r)
{
    const struct tconv_keras_layer *layer = LAYER;
    const size_t index = (size_t)integer(&rest);
    struct tconv_keras_tensor own[2] = {{.values = NULL}, {.values = NULL}};
    const size_t n = tconv_keras_get_weights(layer, own);
    for (size_t i = 0; i < n; i++)
        own[i] = take(o, own[i].type, own[i].shape);
    tconv_keras_get_weights(layer, own);
    return index < n &&
           give(o, r, own[index].type, elements(&own[index].shape), own[index].values);
}

static bool gradient(struct objects *o, char *rest, struct result *r)
{
    struct tconv_keras_variable own[2];
    const size_t n = tconv_keras_weights(LAYER, own), index = (size_t)integer(&rest);
    return index < n &&
           give(o, r, own[index].type, elements(&own[index].shape), own[index].gradient);
}

static bool set_weights(struct objects *o, char *rest, struct result *r)
{
    struct tconv_keras_layer *layer = LAYER;
    struct tconv_keras_tensor given[4];
    size_t n = 0;
    while (rest != NULL && n < COUNT(given)) {
        char *one = word(&rest);
        const enum tconv_type type = type_of(strsep(&one, ":"));
        const struct tconv_keras_shape shape = shape_of(strsep(&one, ":"));
        given[n++] = draw(o, type, shape, strtol(one, NULL, 10), WEIGHT, 0.5);
    }
    return tconv_keras_set_weights(layer, n, given, &r->error);
}

/* ---- calls ---------------------------------------------------------------------------
 */

static bool output_shape(struct objects *o, char *rest, struct result *r)
{
    struct tconv_keras_layer *layer = LAYER;
    const struct tconv_keras_shape in = shape_of(word(&rest));
    struct tconv_keras_shape out;
    if (!tconv_keras_compute_output_shape(layer, &in, &out, &r->error))
        return false;
    say_shape(r, &out);
    return true;
}

static bool call_with(struct objects *o, char *rest, struct result *r, bool is_recorded)
{
    const size_t slot = (size_t)integer(&rest);
    const enum tconv_type type = type_of(word(&rest));
    const struct tconv_keras_shape shape = shape_of(word(&rest));
    struct tconv_keras_tensor x = draw(o, type, shape, integer(&rest), INPUT, 1);
    struct tconv_keras_tensor y = take_output(o, o->layers[slot], &x);
    const bool ok = is_recorded
                        ? tconv_keras_call_recorded(o->layers[slot], &x, &y, &r->error)
                        : tconv_keras_call(o->layers[slot], &x, &y, &r->error);
    if (!ok)
        return false;
    o->x[slot] = x;
    o->y[slot] = y;
    say(r, "%s ", type_names[y.type]);
    say_shape(r, &y.shape);
    return true;
}

static bool call(struct objects *o, char *rest, struct result *r)
{
    return call_with(o, rest, r, false);
}

static bool record(struct objects *o, char *rest, struct result *r)
{
    return call_with(o, rest, r, true);
}

static bool backward(struct objects *o, char *rest, struct result *r)
{
    const size_t slot = (size_t)integer(&rest);
    const struct tconv_keras_tensor *y = &o->y[slot];
    const struct tconv_keras_tensor dy =
        draw(o, y->type, y->shape, integer(&rest), DY, 1);
    o->dx[slot] = take(o, y->type, o->x[slot].shape);
    return tconv_keras_backward(o->layers[slot], dy.values, o->dx[slot].values,
                                &r->error);
}

static bool last_y(struct objects *o, char *rest, struct result *r)
{
    const struct tconv_keras_tensor *y = &o->y[integer(&rest)];
    return give(o, r, y->type, elements(&y->shape), y->values);
}

static bool last_dx(struct objects *o, char *rest, struct result *r)
{
    const struct tconv_keras_tensor *dx = &o->dx[integer(&rest)];
    return give(o, r, dx->type, elements(&dx->shape), dx->values);
}

static bool enter(struct objects *o, char *rest, struct result *r)
{
    (void)r;
    tconv_keras_enter(LAYER);
    return true;
}

static bool leave(struct objects *o, char *rest, struct result *r)
{
    (void)r;
    tconv_keras_leave(LAYER);
    return true;
}
/* ---- the table -----------------------------------------------------------------------
 */

static const struct {
    const char *name;
    bool (*run)(struct objects *o, char *rest, struct result *r);
} operations[] = {
    {"create", create},
    {"from_config", from_config},
    {"config", config},
    {"name", name},
    {"dtype", dtype},
    {"activity_regularizer", activity_regularizer},
    {"trainable", trainable},
    {"built", built},
    {"setattr", set_attribute},
    {"build", build},
    {"count_params", count_params},
    {"weights", weights},
    {"trainable_weights", trainable_weights},
    {"non_trainable_weights", non_trainable_weights},
    {"value", value},
    {"gradient", gradient},
    {"set_weights", set_weights},
    {"output_shape", output_shape},
    {"call", call},
    {"record", record},
    {"backward", backward},
    {"y", last_y},
    {"dx", last_dx},
    {"enter", enter},
    {"leave", leave},
    {"losses", run_losses},
    {"losses_count", run_losses_count},
    {"loss_values", run_loss_values},
    {"updates", run_updates},
    {"step", run_step},
    {"train", run_train},
    {"symbol", run_symbol},
    {"call_symbolic", run_call_symbolic},
    {"compute_mask", run_compute_mask},
    {"get", run_get},
};

bool objects_run(struct objects *o, char *line, struct result *r)
{
    const char *operation = word(&line);
    *r = (struct result){.is_failure = false};
    for (size_t i = 0; i < COUNT(operations); i++)
        if (strcmp(operation, operations[i].name) == 0) {
            r->is_failure = !operations[i].run(o, line, r);
            return true;
        }
    return false;
}

void objects_free(struct objects *o)
{
    for (size_t i = 0; i < MOST_SLOTS; i++)
        tconv_keras_free(o->layers[i]);
    for (size_t i = 0; i < o->n_kept; i++)
        free(o->kept[i]);
    free(o->kept);
    *o = (struct objects){.n_kept = 0};
}
