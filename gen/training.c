/* training: each class of spec_classes.c as a struct of the runtime. */
#include "training.h"

#include <string.h>

#include "json.h"

enum { KERNEL_RANK = 4, BIAS_RANK = 1 };

/* One object of the spec: where it stands and what it says. */
struct reading {
    const struct tconv_spec *spec;
    const char *key; /* "kernel_constraint" */
    const struct tconv_spec_object *object;
    struct json_value config;
    struct error *err;
};

static bool is_class(const struct reading *r, const char *name)
{
    return strcmp(r->object->class_name, name) == 0;
}

/* A parameter that spec has checked; 0 where the class has none of that name. */
static double number(const struct reading *r, const char *key)
{
    struct error ignored = {0};
    double value;
    return json_read_number(json_member(r->config, key), &value, &ignored) ? value : 0;
}

static bool read_regularizer(const struct reading *r, struct tconv_regularizer *out)
{
    const bool is_tf = r->spec->dialect != TCONV_KERAS3;
    struct error ignored = {0};
    const char *mode = "rows";
    *out = (struct tconv_regularizer){.kind = TCONV_L1L2,
                                      .l1 = number(r, "l1"),
                                      .l2 = number(r, "l2"),
                                      .divides_by_batch = 1};
    if (!is_class(r, "OrthogonalRegularizer"))
        return true;
    out->kind = TCONV_ORTHOGONAL_ROWS;
    out->factor = number(r, "factor");
    out->by_columns = json_read_string(json_member(r->config, "mode"), &mode, &ignored) &&
                      strcmp(mode, "columns") == 0;
    out->unit_length = is_tf ? TCONV_UNIT_LENGTH_TF : TCONV_UNIT_LENGTH_KERAS3;
    return true;
}

static bool refuse_axes(const struct reading *r, struct json_value axes, unsigned rank)
{
    struct text got = {0};
    json_write(axes, &got);
    error_set(
        r->err,
        "%s: %s.config.axis: got %s; expected axes of a tensor of rank %u, each once",
        r->spec->place, r->key, text_string(&got), rank);
    text_free(&got);
    return false;
}

/* Adds one axis, counted from the end when negative. */
static bool add_axis(struct json_value value, unsigned rank, unsigned *axes)
{
    struct error ignored = {0};
    int64_t axis;
    if (!json_read_integer(value, &axis, &ignored) || axis >= (int64_t)rank ||
        axis < -(int64_t)rank)
        return false;
    const unsigned bit = 1u << (axis < 0 ? axis + (int64_t)rank : axis);
    const bool is_new = (*axes & bit) == 0;
    *axes |= bit;
    return is_new;
}

/* An axis, a list of some, or null for all. */
static bool read_axes(const struct reading *r, unsigned rank, unsigned *axes)
{
    const struct json_value value = json_member(r->config, "axis");
    *axes = 0;
    if (json_kind(value) == JSON_NULL)
        *axes = (1u << rank) - 1;
    if (json_kind(value) == JSON_NUMBER && !add_axis(value, rank, axes))
        return refuse_axes(r, value, rank);
    struct json_value item = json_first(value);
    for (; json_is_present(item); item = json_next(item))
        if (!add_axis(item, rank, axes))
            return refuse_axes(r, value, rank);
    return true;
}

static bool read_constraint(const struct reading *r, unsigned rank,
                            struct tconv_constraint *out)
{
    *out = (struct tconv_constraint){.kind = TCONV_MAX_NORM,
                                     .min_value = number(r, "min_value"),
                                     .max_value = number(r, "max_value"),
                                     .rate = number(r, "rate")};
    if (is_class(r, "NonNeg"))
        out->kind =
            r->spec->dialect == TCONV_KERAS3 ? TCONV_NON_NEG_KERAS3 : TCONV_NON_NEG_TF;
    else if (is_class(r, "RadialConstraint"))
        out->kind = TCONV_RADIAL;
    else if (is_class(r, "UnitNorm"))
        out->kind = TCONV_UNIT_NORM;
    else if (is_class(r, "MinMaxNorm"))
        out->kind = TCONV_MIN_MAX_NORM;
    return read_axes(r, rank, &out->axes);
}

/* Opens the object's config and reads it as a regularizer, or a constraint of a weight of
 * that rank, whichever is not NULL. */
static bool read_object(struct reading *r, struct tconv_regularizer *regularizer,
                        struct tconv_constraint *constraint, unsigned rank)
{
    struct json *json;
    if (r->object->class_name == NULL)
        return true;
    if (!json_open(&json, &r->config, r->spec->place, r->object->config,
                   strlen(r->object->config), r->err))
        return false;
    const bool done = regularizer != NULL ? read_regularizer(r, regularizer)
                                          : read_constraint(r, rank, constraint);
    json_close(json);
    return done;
}

bool training_derive(struct tconv_training *t, const struct tconv_spec *s,
                     struct error *err)
{
    const struct {
        const char *key;
        const struct tconv_spec_object *object;
        struct tconv_regularizer *regularizer;
        struct tconv_constraint *constraint;
        unsigned rank;
    } rows[] = {
        {"kernel_regularizer", &s->kernel_regularizer, &t->kernel_regularizer, NULL, 0},
        {"bias_regularizer", &s->bias_regularizer, &t->bias_regularizer, NULL, 0},
        {"activity_regularizer", &s->activity_regularizer, &t->activity_regularizer, NULL,
         0},
        {"kernel_constraint", &s->kernel_constraint, NULL, &t->kernel_constraint,
         KERNEL_RANK},
        {"bias_constraint", &s->bias_constraint, NULL, &t->bias_constraint, BIAS_RANK},
    };
    *t = (struct tconv_training){.kernel_constraint = {0}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct reading r = {.spec = s, .key = rows[i].key, .object = rows[i].object};
        r.err = err;
        if (!read_object(&r, rows[i].regularizer, rows[i].constraint, rows[i].rank))
            return false;
    }
    return true;
}

static bool check(const struct tconv_spec *spec, const char *key, const char *class_name,
                  const char *refusal, struct error *err)
{
    return refusal == NULL ||
           error_set(err, "%s: %s: got %s; expected none, as in Keras: %s", spec->place,
                     key, class_name, refusal);
}

bool training_require(struct tconv_spec *s, struct arena *arena, struct error *err)
{
    const struct tconv_shape kernel = {KERNEL_RANK,
                                       {s->kernel[0], s->kernel[1], s->filters, s->in_c}};
    const struct tconv_shape bias = {BIAS_RANK, {s->filters}};
    struct tconv_training *t = arena_take(arena, 1, sizeof *t, err);
    if (t == NULL || !training_derive(t, s, err))
        return false;
    s->training = t;
    return check(s, "kernel_regularizer", s->kernel_regularizer.class_name,
                 tconv_regularizer_refusal(&t->kernel_regularizer, &kernel), err) &&
           check(s, "bias_regularizer", s->bias_regularizer.class_name,
                 tconv_regularizer_refusal(&t->bias_regularizer, &bias), err) &&
           check(s, "activity_regularizer", s->activity_regularizer.class_name,
                 tconv_regularizer_refusal(&t->activity_regularizer, &kernel), err) &&
           check(s, "kernel_constraint", s->kernel_constraint.class_name,
                 tconv_constraint_refusal(&t->kernel_constraint, &kernel), err) &&
           check(s, "bias_constraint", s->bias_constraint.class_name,
                 tconv_constraint_refusal(&t->bias_constraint, &bias), err);
}
