/* options: a table of names, and where each value goes. */
#include "options.h"

#include <stdlib.h>
#include <string.h>

#include "layers.h"
#include "results.h"

enum kind { FLAG, WORD, INTEGER, SECONDS, MANY };

static const struct row {
    const char *name;
    enum kind kind;
    size_t offset;
} rows[] = {
    {"--shapes", WORD, offsetof(struct options, shapes)},
    {"--only", WORD, offsetof(struct options, only)},
    {"--passes", WORD, offsetof(struct options, passes)},
    {"--peers", WORD, offsetof(struct options, peers)},
    {"--peers-dir", WORD, offsetof(struct options, peers_directory)},
    {"--also", MANY, offsetof(struct options, also)},
    {"--target", WORD, offsetof(struct options, target)},
    {"--numerics", WORD, offsetof(struct options, numerics)},
    {"--plans", WORD, offsetof(struct options, plans)},
    {"--kernels-dir", WORD, offsetof(struct options, kernels_directory)},
    {"--seconds", SECONDS, offsetof(struct options, seconds)},
    {"--cpu", INTEGER, offsetof(struct options, cpu)},
    {"--csv", WORD, offsetof(struct options, csv)},
    {"--json", WORD, offsetof(struct options, json)},
    {"--prepare", FLAG, offsetof(struct options, prepare)},
};
enum { N_ROWS = sizeof rows / sizeof rows[0] };

static const struct row *find(const char *name)
{
    for (size_t i = 0; i < N_ROWS; i++)
        if (strcmp(rows[i].name, name) == 0)
            return &rows[i];
    return NULL;
}

static bool add_also(const char **also, const char *value, struct error *err)
{
    size_t n = 0;
    while (also[n] != NULL)
        n++;
    if (n + 1 == MOST_ALSO)
        return error_set(err, "--also: got more than %d; expected fewer", MOST_ALSO - 1);
    also[n] = value;
    return true;
}

static bool read_value(struct options *options, const struct row *row, const char *value,
                       struct error *err)
{
    void *to = (char *)options + row->offset;
    char *end = NULL;
    if (row->kind == MANY)
        return add_also(to, value, err);
    if (row->kind == WORD)
        return memcpy(to, &value, sizeof value), true;
    const double number = strtod(value, &end);
    if (end == value || *end != '\0' || !(number >= 0) || number > 1e6)
        return error_set(err, "%s: got \"%s\"; expected a number", row->name, value);
    const int integer = (int)number;
    if (row->kind == INTEGER)
        memcpy(to, &integer, sizeof integer);
    else
        memcpy(to, &number, sizeof number);
    return true;
}

static bool check_passes(const char *passes, struct error *err)
{
    for (size_t length; passes != NULL && *passes != '\0';
         passes += length, passes += *passes == ',') {
        bool is_known = false;
        length = strcspn(passes, ",");
        for (enum tconv_pass pass = 0; pass < BENCH_PASSES; pass++)
            is_known = is_known || (strlen(bench_pass_name(pass)) == length &&
                                    strncmp(passes, bench_pass_name(pass), length) == 0);
        if (!is_known)
            return error_set(
                err,
                "--passes: got \"%.*s\"; expected forward, backward_input or "
                "backward_weights",
                (int)length, passes);
    }
    return true;
}

bool options_read(struct options *options, int argc, char *argv[], struct error *err)
{
    *options = (struct options){.target = "native",
                                .numerics = "fast",
                                .cpu = -1,
                                .seconds = 2,
                                .peers_directory = "peers",
                                .kernels_directory = "kernels",
                                .shapes = "zoo.csv"};
    for (int i = 1; i < argc; i++) {
        const struct row *row = find(argv[i]);
        if (row == NULL)
            return error_set(err, "got \"%s\"; expected an option of run.sh --help",
                             argv[i]);
        if (row->kind == FLAG)
            *(bool *)((char *)options + row->offset) = true;
        else if (i + 1 == argc)
            return error_set(err, "%s: got no value; expected one", row->name);
        else if (!read_value(options, row, argv[++i], err))
            return false;
    }
    if (strcmp(options->numerics, "fast") != 0 && strcmp(options->numerics, "exact") != 0)
        return error_set(err, "--numerics: got \"%s\"; expected fast or exact",
                         options->numerics);
    return check_passes(options->passes, err);
}

bool options_want(const struct options *options, enum tconv_pass pass)
{
    return options->passes == NULL || list_has(options->passes, bench_pass_name(pass));
}
