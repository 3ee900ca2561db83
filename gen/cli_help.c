/* cli_help: usage texts, written from the tables. */
#include "cli_table.h"

#include <stdio.h>
#include <string.h>

#ifndef TCONV_VERSION
#define TCONV_VERSION "unknown"
#endif

enum { HELP_COLUMN = 26 };

void cli_help(struct text *out)
{
    text_put(
        out,
        "tconv " TCONV_VERSION ": a Keras Conv2DTranspose layer as C source, forward "
        "and backward\n\n"
        "usage: tconv VERB CONFIG.json [OPTIONS]\n\n"
        "CONFIG.json is the layer's get_config() or its record in a model, as TF 1.13,\n"
        "TF 2, tf_keras or Keras 3 write it; - reads it from standard input.\n\n"
        "verbs:\n");
    for (int verb = 0; verb < CLI_VERBS; verb++)
        text_print(out, "  %-9s %s\n", cli_verbs[verb].name, cli_verbs[verb].summary);
    text_put(
        out,
        "\ntconv VERB --help explains a verb; tconv --version prints the version.\n\n"
        "example:\n  tconv gen up1.json -o kernels\n\n"
        "exit status: 0 done; 1 the config, a file or a check is wrong; 2 wrong "
        "usage\n");
}

/* The option's help in its column, further lines below the first. */
static void add_help_lines(const char *help, struct text *out)
{
    const char *line = help;
    for (const char *end; (end = strchr(line, '\n')) != NULL; line = end + 1)
        text_print(out, "%.*s\n%*s", (int)(end - line), line, HELP_COLUMN, "");
    text_put(out, line);
}

static void add_option(const struct cli_option_row *row, struct text *out)
{
    char left[64];
    snprintf(left, sizeof left, "  %s %s", row->name, row->value ? row->value : "");
    text_print(out, "%-*s", HELP_COLUMN, left);
    add_help_lines(row->help, out);
    if (row->is_required)
        text_put(out, " (required)");
    if (row->fallback != NULL)
        text_print(out, " (default %s)", row->fallback);
    text_put(out, "\n");
}

static bool has_targets(enum cli_verb verb)
{
    for (size_t i = 0; i < cli_n_options; i++)
        if (cli_option_of_verb(&cli_options[i], verb) &&
            cli_options[i].kind == CLI_TARGET)
            return true;
    return false;
}

static void add_targets(struct text *out)
{
    text_put(out, "\ntargets:\n");
    const struct target *target;
    for (size_t i = 0; (target = target_row(i)) != NULL; i++)
        text_print(out, "  %-*s%s\n", HELP_COLUMN - 2, target->name, target->summary);
    text_print(out, "  %-*s%s\n", HELP_COLUMN - 2, "native",
               "the best of these that this CPU runs");
}

static void add_required(enum cli_verb verb, struct text *out)
{
    for (size_t i = 0; i < cli_n_options; i++)
        if (cli_option_of_verb(&cli_options[i], verb) && cli_options[i].is_required)
            text_print(out, " %s %s", cli_options[i].name, cli_options[i].value);
}

void cli_verb_help(enum cli_verb verb, struct text *out)
{
    const struct cli_verb_row *row = &cli_verbs[verb];
    text_print(out, "usage: tconv %s CONFIG.json", row->name);
    add_required(verb, out);
    text_print(out, " [OPTIONS]\n\n%s\n\noptions:\n", row->detail);
    for (size_t i = 0; i < cli_n_options; i++)
        if (cli_option_of_verb(&cli_options[i], verb))
            add_option(&cli_options[i], out);
    if (has_targets(verb))
        add_targets(out);
    text_print(out, "\nexample:\n%s", row->example);
}
