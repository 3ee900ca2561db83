/* cli: walks argv once, by the tables of cli_table.c. */
#include "cli_table.h"

#include <string.h>

#ifndef TCONV_VERSION
#define TCONV_VERSION "unknown"
#endif

/* One verb's command line as far as it was read. */
struct reading {
    struct options *options;
    int argc;
    char *const *argv;
    int next;                    /* the first word not yet read */
    bool given[CLI_MAX_OPTIONS]; /* by row of cli_options */
};

static const struct cli_option_row *find_option(enum cli_verb verb, const char *name,
                                                size_t length)
{
    for (size_t i = 0; i < cli_n_options; i++) {
        const struct cli_option_row *row = &cli_options[i];
        if (cli_option_of_verb(row, verb) && strlen(row->name) == length &&
            memcmp(row->name, name, length) == 0)
            return row;
    }
    return NULL;
}

static bool was_given(const struct reading *reading, const char *name)
{
    const struct cli_option_row *row =
        find_option(reading->options->verb, name, strlen(name));
    return row != NULL && reading->given[row - cli_options];
}

/* The value of an option: after its '=', or the next word; NULL with an error when
 * missing. */
static const char *take_value(struct reading *reading, const struct cli_option_row *row,
                              const char *equals, struct error *err)
{
    if (row->kind == CLI_FLAG) {
        if (equals != NULL)
            return error_set(err, "%s: got a value; expected none", row->name), NULL;
        return "";
    }
    if (equals != NULL)
        return equals + 1;
    if (reading->next == reading->argc)
        return error_set(err, "%s: got no value; expected %s", row->name, row->value),
               NULL;
    return reading->argv[reading->next++];
}

static bool read_option(struct reading *reading, const char *word, struct error *err)
{
    const char *equals = strncmp(word, "--", 2) == 0 ? strchr(word, '=') : NULL;
    const size_t length = equals == NULL ? strlen(word) : (size_t)(equals - word);
    const enum cli_verb verb = reading->options->verb;
    const struct cli_option_row *row = find_option(verb, word, length);
    if (row == NULL)
        return error_set(err, "%.*s: got an option that %s does not have", (int)length,
                         word, cli_verbs[verb].name);
    if (reading->given[row - cli_options])
        return error_set(err, "%s: got it twice; expected it once", row->name);
    reading->given[row - cli_options] = true;
    const char *value = take_value(reading, row, equals, err);
    return value != NULL && cli_read_value(reading->options, row, value, err);
}

static bool read_operand(struct reading *reading, const char *word, struct error *err)
{
    if (reading->options->config != NULL)
        return error_set(err, "%s: got \"%s\" after \"%s\"; expected one CONFIG.json",
                         cli_verbs[reading->options->verb].name, word,
                         reading->options->config);
    if (word[0] == '\0')
        return error_set(err, "%s: got \"\"; expected CONFIG.json",
                         cli_verbs[reading->options->verb].name);
    reading->options->config = word;
    return true;
}

static bool read_words(struct reading *reading, struct error *err)
{
    bool options_ended = false;
    while (reading->next < reading->argc) {
        const char *word = reading->argv[reading->next++];
        const bool is_option = !options_ended && word[0] == '-' && word[1] != '\0';
        if (is_option && strcmp(word, "--") == 0)
            options_ended = true;
        else if (!(is_option ? read_option : read_operand)(reading, word, err))
            return false;
    }
    return true;
}

static bool set_defaults(struct options *options, struct error *err)
{
    options->request.backward = true;
    for (size_t i = 0; i < cli_n_options; i++) {
        const struct cli_option_row *row = &cli_options[i];
        if (cli_option_of_verb(row, options->verb) && row->fallback != NULL &&
            !cli_read_value(options, row, row->fallback, err))
            return false;
    }
    return true;
}

static bool check_required(const struct reading *reading, struct error *err)
{
    const enum cli_verb verb = reading->options->verb;
    if (reading->options->config == NULL)
        return error_set(err, "%s: got no operand; expected CONFIG.json",
                         cli_verbs[verb].name);
    for (size_t i = 0; i < cli_n_options; i++) {
        const struct cli_option_row *row = &cli_options[i];
        if (cli_option_of_verb(row, verb) && row->is_required && !reading->given[i])
            return error_set(err, "%s: got no %s; expected %s %s", cli_verbs[verb].name,
                             row->name, row->name, row->value);
    }
    return true;
}

static bool check_rules(const struct reading *reading, struct error *err)
{
    for (size_t i = 0; i < cli_n_rules; i++) {
        const struct cli_rule *rule = &cli_rules[i];
        if (was_given(reading, rule->option) &&
            was_given(reading, rule->other) != rule->needs)
            return error_set(err, "%s: got it %s %s; expected %s", rule->option,
                             rule->needs ? "without" : "with", rule->other,
                             rule->needs ? "both" : "only one of them");
    }
    if (was_given(reading, "--grad-output") && !was_given(reading, "--grad-input") &&
        !was_given(reading, "--grad-kernel") && !was_given(reading, "--grad-bias"))
        return error_set(err, "--grad-output: got it alone; expected --grad-input, "
                              "--grad-kernel or --grad-bias beside it");
    return true;
}

static bool asks_help(int argc, char *const argv[])
{
    for (int i = 0; i < argc && strcmp(argv[i], "--") != 0; i++)
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
            return true;
    return false;
}

static void point_to_help(const char *verb, struct text *out)
{
    text_print(out, "try `tconv %s%s--help`\n", verb, *verb ? " " : "");
}

static enum cli_answer read_verb(struct options *options, int argc, char *const argv[],
                                 struct text *out, struct error *err)
{
    if (asks_help(argc, argv)) {
        cli_verb_help(options->verb, out);
        return CLI_TELL;
    }
    struct reading reading = {.options = options, .argc = argc, .argv = argv};
    point_to_help(cli_verbs[options->verb].name, out);
    if (!set_defaults(options, err) || !read_words(&reading, err) ||
        !check_required(&reading, err) || !check_rules(&reading, err))
        return CLI_WRONG;
    options->has_seed = was_given(&reading, "--seed");
    if (options->verb == CLI_RUN)
        options->request.backward = options->grad_output != NULL;
    return CLI_WALK;
}

static bool find_verb(const char *name, enum cli_verb *verb)
{
    for (int i = 0; i < CLI_VERBS; i++)
        if (strcmp(name, cli_verbs[i].name) == 0) {
            *verb = (enum cli_verb)i;
            return true;
        }
    return false;
}

static enum cli_answer refuse_verb(const char *got, struct text *out, struct error *err)
{
    struct text names = {0};
    for (int i = 0; i < CLI_VERBS; i++)
        text_print(&names, " %s", cli_verbs[i].name);
    error_set(err, "got \"%s\"; expected one of the verbs%s", got, text_string(&names));
    text_free(&names);
    point_to_help("", out);
    return CLI_WRONG;
}

/* `tconv help [VERB]`, `tconv --help`, `tconv --version`; `rest` words follow the first.
 */
static enum cli_answer read_question(const char *word, int rest, char *const argv[],
                                     struct text *out, struct error *err)
{
    enum cli_verb verb;
    if (strcmp(word, "--version") == 0)
        text_put(out, "tconv " TCONV_VERSION "\n");
    else if (rest == 0 || strcmp(word, "help") != 0)
        cli_help(out);
    else if (find_verb(argv[0], &verb))
        cli_verb_help(verb, out);
    else
        return refuse_verb(argv[0], out, err);
    return CLI_TELL;
}

enum cli_answer cli_read(struct options *options, int argc, char *const argv[],
                         struct text *out, struct error *err)
{
    static const char *const questions[] = {"help", "--help", "-h", "--version"};
    *options = (struct options){0};
    if (argc < 2) {
        error_set(err, "got no verb; expected `tconv VERB CONFIG.json`");
        cli_help(out);
        return CLI_WRONG;
    }
    for (size_t i = 0; i < sizeof questions / sizeof questions[0]; i++)
        if (strcmp(argv[1], questions[i]) == 0)
            return read_question(argv[1], argc - 2, argv + 2, out, err);
    if (!find_verb(argv[1], &options->verb))
        return refuse_verb(argv[1], out, err);
    return read_verb(options, argc - 2, argv + 2, out, err);
}
