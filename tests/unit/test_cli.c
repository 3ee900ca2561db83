/*
 * cli: the tables agree with each other, defaults, and every way to write an option.
 */
#include <criterion/criterion.h>

#include <stdio.h>
#include <string.h>

#include "cli_table.h"

static struct options options;
static struct text out;
static struct error err;

static void begin(void)
{
    out = (struct text){0};
    err = (struct error){0};
}

static void end(void)
{
    text_free(&out);
}

TestSuite(cli, .init = begin, .fini = end);

enum { MOST_WORDS = 24 };

/* Reads words parted by single spaces, as a shell would pass them. */
static enum cli_answer read_line(const char *line)
{
    static char copy[512];
    char *argv[MOST_WORDS + 1] = {(char *)"tconv"};
    int argc = 1;
    strncpy(copy, line, sizeof copy - 1);
    for (char *word = strtok(copy, " "); word != NULL; word = strtok(NULL, " "))
        argv[argc++] = word;
    return cli_read(&options, argc, argv, &out, &err);
}

Test(cli, defaults_of_gen)
{
    cr_assert_eq(read_line("gen up1.json"), CLI_WALK);
    cr_expect_eq(options.verb, CLI_GEN);
    cr_expect_str_eq(options.config, "up1.json");
    cr_expect_str_eq(options.directory, ".");
    cr_expect_str_eq(options.request.target->name, "portable");
    cr_expect_eq(options.request.unroll, PLAN_UNROLL_AUTO);
    cr_expect_eq(options.request.max_statements, PLAN_MAX_STATEMENTS);
    cr_expect(options.request.backward);
    cr_expect_eq(options.dump, CLI_DUMP_NOTHING);
    cr_expect_null(options.name);
    cr_expect_null(options.plan);
    cr_expect_not(options.to_stdout);
}

Test(cli, defaults_of_the_others)
{
    cr_assert_eq(read_line("verify up1.json"), CLI_WALK);
    cr_expect_eq(options.batch, 2);
    cr_expect_eq(options.seed, 1);
    cr_expect_eq(options.request.target, target_find("native", &err));
    cr_assert_eq(read_line("bench up1.json"), CLI_WALK);
    cr_expect_eq(options.batch, 1);
    cr_assert_eq(read_line("explain up1.json"), CLI_WALK);
    cr_expect_str_eq(options.request.target->name, "portable");
}

Test(cli, options_stand_anywhere_in_either_form)
{
    cr_assert_eq(
        read_line("gen --unroll=full -o d up1.json --target x86-64-v3 --max-statements "
                  "7 --input-shape=1,2,3 --passes backward,forward --dump=plan"),
        CLI_WALK);
    cr_expect_str_eq(options.config, "up1.json");
    cr_expect_str_eq(options.directory, "d");
    cr_expect_str_eq(options.given.input_shape, "1,2,3");
    cr_expect_str_eq(options.request.target->name, "x86-64-v3");
    cr_expect_eq(options.request.unroll, PLAN_UNROLL_FULL);
    cr_expect_eq(options.request.max_statements, 7);
    cr_expect(options.request.backward);
    cr_expect_eq(options.dump, CLI_DUMP_PLAN);
}

Test(cli, forward_alone)
{
    cr_assert_eq(read_line("gen up1.json --passes forward"), CLI_WALK);
    cr_expect_not(options.request.backward);
}

Test(cli, run_emits_backward_only_for_gradients)
{
    cr_assert_eq(read_line("run a --input x --kernel k --output y"), CLI_WALK);
    cr_expect_not(options.request.backward);
    cr_assert_eq(
        read_line("run a --input x --kernel k --output y --grad-output g --grad-bias b"),
        CLI_WALK);
    cr_expect(options.request.backward);
    cr_expect_str_eq(options.grad_bias, "b");
}

Test(cli, two_dashes_end_options_and_one_is_an_operand)
{
    cr_assert_eq(read_line("gen -- --help"), CLI_WALK);
    cr_expect_str_eq(options.config, "--help");
    cr_assert_eq(read_line("gen -"), CLI_WALK);
    cr_expect_str_eq(options.config, "-");
}

Test(cli, the_largest_seed)
{
    cr_assert_eq(read_line("verify a --seed 18446744073709551615"), CLI_WALK);
    cr_expect_eq(options.seed, UINT64_MAX);
}

Test(cli, wrong_usage_says_what_and_where_to_read)
{
    cr_assert_eq(read_line("bench a --batch 0"), CLI_WRONG);
    cr_expect_str_eq(err.message,
                     "--batch: got \"0\"; expected an integer from 1 to 65536");
    cr_expect_str_eq(text_string(&out), "try `tconv bench --help`\n");
}

Test(cli, only_the_verbs_own_options)
{
    for (size_t i = 0; i < cli_n_options; i++)
        for (int verb = 0; verb < CLI_VERBS; verb++) {
            char line[128];
            if (cli_option_of_verb(&cli_options[i], (enum cli_verb)verb))
                continue;
            bool is_elsewhere = false;
            for (size_t j = 0; j < cli_n_options; j++)
                is_elsewhere |= strcmp(cli_options[i].name, cli_options[j].name) == 0 &&
                                cli_option_of_verb(&cli_options[j], (enum cli_verb)verb);
            if (is_elsewhere)
                continue;
            snprintf(line, sizeof line, "%s a %s 1", cli_verbs[verb].name,
                     cli_options[i].name);
            cr_expect_eq(read_line(line), CLI_WRONG, "%s", line);
        }
}

Test(cli, every_option_is_explained_with_its_default)
{
    for (int verb = 0; verb < CLI_VERBS; verb++) {
        text_free(&out);
        cli_verb_help((enum cli_verb)verb, &out);
        cr_expect_not_null(strstr(out.bytes, cli_verbs[verb].example));
        for (size_t i = 0; i < cli_n_options; i++) {
            const struct cli_option_row *row = &cli_options[i];
            if (!cli_option_of_verb(row, (enum cli_verb)verb))
                continue;
            const char *at = strstr(out.bytes, row->help);
            cr_expect_not_null(strstr(out.bytes, row->name), "%s", row->name);
            cr_expect(at != NULL || strchr(row->help, '\n') != NULL, "%s", row->name);
            if (row->fallback != NULL)
                cr_expect_not_null(strstr(out.bytes, row->fallback), "%s", row->name);
        }
    }
}

Test(cli, no_help_line_is_wider_than_90_columns)
{
    for (int verb = 0; verb < CLI_VERBS; verb++)
        cli_verb_help((enum cli_verb)verb, &out);
    cli_help(&out);
    for (const char *line = out.bytes; line != NULL; line = strchr(line, '\n')) {
        line += *line == '\n';
        cr_expect_leq(strcspn(line, "\n"), 90, "%.60s", line);
    }
}

Test(cli, rules_name_options_that_exist)
{
    for (size_t i = 0; i < cli_n_rules; i++) {
        bool has_option = false, has_other = false;
        for (size_t j = 0; j < cli_n_options; j++) {
            has_option |= strcmp(cli_rules[i].option, cli_options[j].name) == 0;
            has_other |= strcmp(cli_rules[i].other, cli_options[j].name) == 0;
        }
        cr_expect(has_option && has_other, "%s", cli_rules[i].option);
    }
}
