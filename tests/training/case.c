/* case: lines of a keyword and its words, up to `end`. */
#include "case.h"

#include <stdlib.h>
#include <string.h>

#include "training.h"

static bool read_config(struct training_case *c, const char *json, const char *input,
                        struct arena *arena, struct error *err)
{
    struct text warnings = {0};
    const struct spec_given given = {.input_shape = input};
    const char *place = arena_copy_text(arena, c->name, err);
    const bool done =
        place != NULL &&
        spec_read(&c->spec, place, json, strlen(json), &given, &warnings, arena, err) &&
        spec_require_input(&c->spec, err) &&
        geometry_derive(&c->geometry, &c->spec, arena, err) &&
        training_derive(&c->training, &c->spec, err);
    text_free(&warnings);
    return done;
}

/* sgd RATE MOMENTUM NESTEROV, or adam RATE BETA_1 BETA_2 EPSILON AMSGRAD */
static bool read_optimizer(struct training_case *c, const char *words, struct error *err)
{
    struct tconv_optimizer *o = &c->optimizer;
    double a, b, d, e, f;
    if (sscanf(words, "sgd %lf %lf %lf", &a, &b, &d) == 3)
        *o = (struct tconv_optimizer){
            .kind = TCONV_SGD, .learning_rate = a, .momentum = b, .nesterov = d != 0};
    else if (sscanf(words, "adam %lf %lf %lf %lf %lf", &a, &b, &d, &e, &f) == 5)
        *o = (struct tconv_optimizer){.kind = TCONV_ADAM,
                                      .learning_rate = a,
                                      .beta_1 = b,
                                      .beta_2 = d,
                                      .epsilon = e,
                                      .amsgrad = f != 0};
    else
        return error_set(err, "%s: got optimizer \"%s\"; expected sgd or adam", c->name,
                         words);
    return true;
}

/* NAME COUNT VALUES, of the layer's type */
static bool read_array(struct training_case *c, const char *key, const char *words,
                       struct arena *arena, struct error *err)
{
    char *end;
    if (c->n_arrays == CASE_MOST_ARRAYS)
        return error_set(err, "%s: got array \"%s\"; expected fewer", c->name, key);
    struct case_array *array = &c->arrays[c->n_arrays++];
    snprintf(array->name, sizeof array->name, "%s", key);
    array->n = strtoul(words, &end, 10);
    array->values = arena_take(arena, array->n, sizeof(double), err);
    for (size_t e = 0; array->values != NULL && e < array->n; e++) {
        const char *from = end;
        array->values[e] = c->spec.type == TCONV_FLOAT32 ? (double)strtof(from, &end)
                                                         : strtod(from, &end);
        if (end == from)
            return error_set(err, "%s: got %zu values of %s; expected %zu", c->name, e,
                             key, array->n);
    }
    return array->values != NULL;
}

/* `config` waits in *json for `input`. */
static bool read_line(struct training_case *c, char **json, const char *key,
                      const char *words, struct arena *arena, struct error *err)
{
    if (strcmp(key, "case") == 0)
        snprintf(c->name, sizeof c->name, "%s", words);
    else if (strcmp(key, "config") == 0)
        return (*json = arena_copy_text(arena, words, err)) != NULL;
    else if (strcmp(key, "input") == 0)
        return *json != NULL && read_config(c, *json, words, arena, err);
    else if (strcmp(key, "optimizer") == 0)
        return read_optimizer(c, words, err);
    else if (strcmp(key, "batch") == 0)
        c->batch = strtoul(words, NULL, 10);
    else if (strcmp(key, "seed") == 0)
        c->seed = strtoull(words, NULL, 10);
    else if (strcmp(key, "matrix") == 0) {
        c->matrix.rank = 2;
        c->is_matrix =
            sscanf(words, "%zu %zu", &c->matrix.size[0], &c->matrix.size[1]) == 2;
    } else
        return read_array(c, key, words, arena, err);
    return true;
}

bool case_read(struct training_case *c, FILE *file, bool *found, struct arena *arena,
               struct error *err)
{
    char *line = NULL, *json = NULL;
    size_t size = 0;
    bool done = true, ended = false;
    *c = (struct training_case){.seed = 0};
    *found = false;
    while (done && !ended && getline(&line, &size, file) > 0) {
        *found = true;
        line[strcspn(line, "\n")] = '\0';
        char *words = line + strcspn(line, " ");
        if (*words != '\0')
            *words++ = '\0';
        ended = strcmp(line, "end") == 0;
        done = ended || read_line(c, &json, line, words, arena, err);
    }
    free(line);
    if (done && *found && !ended)
        return error_set(err, "%s: got the end of the file; expected `end`", c->name);
    return done;
}

static const struct case_array *find(const struct training_case *c, const char *name)
{
    for (size_t i = 0; i < c->n_arrays; i++)
        if (strcmp(c->arrays[i].name, name) == 0)
            return &c->arrays[i];
    return NULL;
}

bool case_has(const struct training_case *c, const char *name)
{
    return find(c, name) != NULL;
}

const double *case_find(const struct training_case *c, const char *name, size_t n,
                        struct error *err)
{
    const struct case_array *array = find(c, name);
    if (array != NULL && array->n == n)
        return array->values;
    error_set(err, "%s: got %zu values of %s; expected %zu", c->name,
              array == NULL ? 0 : array->n, name, n);
    return NULL;
}

void *case_draw(const struct training_case *c, size_t group, size_t n, double divisor,
                struct arena *arena, struct error *err)
{
    const bool is_float = c->spec.type == TCONV_FLOAT32;
    uint64_t state = c->seed * 1000 + group;
    void *values = arena_take(arena, n, is_float ? sizeof(float) : sizeof(double), err);
    for (size_t e = 0; values != NULL && e <= n; e++) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        const int64_t drawn = (int64_t)((state >> 33) % (((uint64_t)1 << 24) + 1));
        const double value =
            drawn % 8 == 0 ? 0 : (double)(drawn - 8388608) / 4194304 / divisor;
        if (e > 0 && is_float) /* the first hardly differs from seed to seed */
            ((float *)values)[e - 1] = (float)value;
        else if (e > 0)
            ((double *)values)[e - 1] = value;
    }
    return values;
}
