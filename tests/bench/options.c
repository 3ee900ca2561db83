/* options: a table of names, and where each value goes. */
#include "options.h"

#include <stdlib.h>
#include <string.h>

#include "layers.h"
#include "results.h"

enum kind { FLAG, WORD, INTEGER, SECONDS, MANY };

static const struct row {
    const char *name, *value;
    enum kind kind;
    size_t offset;
    const char *help;
} rows[] = {
#define AT(member) offsetof(struct options, member)
    {"--shapes", "FILE", WORD, AT(shapes), "layers, one a line (tests/bench/zoo.csv)"},
    {"--only", "NAME,...", WORD, AT(only), "these layers only"},
    {"--passes", "PASS,...", WORD, AT(passes),
     "of forward, backward_input, backward_weights"},
    {"--peers", "NAME,...", WORD, AT(peers), "these peers only: onednn, xnnpack, gemm"},
    {"--also", "FILE", MANY, AT(also),
     "a CSV of further peers, as --csv writes it; may be repeated"},
    {"--target", "NAME", WORD, AT(target), "what tconv emits for (native)"},
    {"--seconds", "S", SECONDS, AT(seconds), "to time each layer for (2)"},
    {"--cpu", "N", INTEGER, AT(cpu), "the CPU to stay on (where it starts)"},
    {"--csv", "FILE", WORD, AT(csv), "writes every contender's times"},
    {"--json", "FILE", WORD, AT(json), "the same as JSON"},
    {"--prepare", "", FLAG, AT(prepare),
     "only emits and compiles the kernels, to time them later"},
    {"--peers-dir", "DIR", WORD, AT(peers_directory), "where the peers' libraries are"},
    {"--kernels", "DIR", WORD, AT(kernels_directory), "where the kernels are kept"},
    {"--help", "", FLAG, AT(help), "this text"},
#undef AT
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
        for (enum bench_pass pass = 0; pass < BENCH_PASSES; pass++)
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
                                .cpu = -1,
                                .seconds = 2,
                                .peers_directory = "peers",
                                .kernels_directory = "kernels",
                                .shapes = "zoo.csv"};
    for (int i = 1; i < argc; i++) {
        const struct row *row = find(argv[i]);
        if (row == NULL)
            return error_set(err, "got \"%s\"; expected an option of --help", argv[i]);
        if (row->kind == FLAG)
            *(bool *)((char *)options + row->offset) = true;
        else if (i + 1 == argc)
            return error_set(err, "%s: got no value; expected %s", row->name, row->value);
        else if (!read_value(options, row, argv[++i], err))
            return false;
    }
    return check_passes(options->passes, err);
}

bool options_want(const struct options *options, enum bench_pass pass)
{
    return options->passes == NULL || list_has(options->passes, bench_pass_name(pass));
}

void options_put_help(struct text *out)
{
    text_put(
        out,
        "tests/bench/run.sh [OPTIONS]: times tconv's kernels against other libraries.\n"
        "\n"
        "For every layer of a shapes file and every pass: emits, compiles and checks\n"
        "tconv's kernel, opens each peer that can do the pass, checks its result, and\n"
        "times all of them in turns, on one thread of one CPU. A line shows the least\n"
        "times of tconv and of the fastest peer, their shares of the CPU's measured\n"
        "multiply-add peak, and the ratio: above 1, tconv is faster.\n\n");
    for (size_t i = 0; i < N_ROWS; i++) {
        struct text usage = {0};
        text_print(&usage, "%s %s", rows[i].name, rows[i].value);
        text_print(out, "  %-20s %s\n", text_string(&usage), rows[i].help);
        text_free(&usage);
    }
    text_put(
        out,
        "  --svg PREFIX         pictures PREFIX-ratio.svg and PREFIX-roofline.svg\n"
        "\n"
        "examples:\n"
        "  tests/bench/run.sh --only dcgan_4,pose_3 --seconds 5\n"
        "  tests/bench/run.sh --passes forward --csv forward.csv --svg forward\n"
        "  tests/bench/run.sh --also python.csv     # of tests/bench/python.sh\n"
        "\n"
        "Have nothing else run meanwhile. tests/bench/NOTES.md says what is measured\n"
        "and why. Columns of a shapes file: name, n, h, w, cin, cout, kh, kw, sh, sw,\n"
        "padding, output_padding (may be empty), out_h, out_w, crop_top, crop_left\n"
        "(the last four may be left out; they are checked).\n");
}
