/* also: the columns by name, a line each. */
#include "also.h"

#include <stdlib.h>
#include <string.h>

#include "csv.h"
#include "file.h"

enum { MOST_FIELDS = 32 };

enum column { LAYER, PASS, CONTENDER, VARIANT, OUTCOME, MIN, MEDIAN, COLUMNS };

static const char *const names[COLUMNS] = {"layer",   "pass",   "contender", "variant",
                                           "outcome", "min_us", "median_us"};

static bool read_header(char *fields[], size_t n, size_t *at, const char *path,
                        struct error *err)
{
    for (size_t column = 0; column < COLUMNS; column++) {
        at[column] = 0;
        while (at[column] < n && strcmp(fields[at[column]], names[column]) != 0)
            at[column]++;
        if (at[column] == n)
            return error_set(err, "%s: got no column \"%s\"; expected one", path,
                             names[column]);
    }
    return true;
}

static bool read_line(struct results *results, char *fields[], const size_t *at,
                      const char *path, struct error *err)
{
    struct result r = {.layer = fields[at[LAYER]],
                       .name = fields[at[CONTENDER]],
                       .variant = fields[at[VARIANT]],
                       .outcome = OUTCOME_TIMED,
                       .min_us = strtod(fields[at[MIN]], NULL),
                       .median_us = strtod(fields[at[MEDIAN]], NULL)};
    while (r.pass < BENCH_PASSES &&
           strcmp(bench_pass_name(r.pass), fields[at[PASS]]) != 0)
        r.pass++;
    if (strcmp(fields[at[OUTCOME]], "timed") != 0 || strcmp(r.name, OURS_NAME) == 0)
        return true;
    if (r.pass == BENCH_PASSES || !(r.min_us > 0) || !(r.median_us > 0))
        return error_set(err,
                         "%s: got pass \"%s\", %s and %s us at layer %s; expected a "
                         "pass and its times",
                         path, fields[at[PASS]], fields[at[MIN]], fields[at[MEDIAN]],
                         r.layer);
    return results_add(results, &r, err);
}

static bool read_lines(struct results *results, const char *path, char *text,
                       struct error *err)
{
    char *fields[MOST_FIELDS], *end;
    size_t at[COLUMNS], n_columns = 0;
    for (; text != NULL; text = end) {
        end = strchr(text, '\n');
        if (end != NULL)
            *end++ = '\0';
        if (text[0] == '#' || text[0] == '\0')
            continue;
        const size_t n = csv_cut(text, fields, MOST_FIELDS);
        if (n_columns == 0) {
            n_columns = n;
            if (!read_header(fields, n, at, path, err))
                return false;
        } else if (n != n_columns) {
            return error_set(err, "%s: got %zu fields; expected %zu", path, n, n_columns);
        } else if (!read_line(results, fields, at, path, err)) {
            return false;
        }
    }
    return true;
}

bool also_read(struct results *results, const char *path, struct arena *arena,
               struct error *err)
{
    struct text bytes = {0};
    char *copy = NULL;
    if (file_read(path, &bytes, err))
        copy = arena_copy_text(arena, text_string(&bytes), err);
    text_free(&bytes);
    return copy != NULL && read_lines(results, path, copy, err);
}
