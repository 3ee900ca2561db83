/*
 * tconv_diff: emitted kernels against the layer's definition, for many layers.
 *
 *     tconv_diff [OPTIONS] shapes/NAME.txt...      all layers of these files
 *     tconv_diff [OPTIONS] --line 'WORDS'          one layer; its words: line.h
 *
 * Options: --jobs N       processes at a time (1)
 *          --cc CC        the compiler of the emitted code, as $CC
 *          --cflags FLAGS after the target's own flags, as $CFLAGS
 *          --filter TEXT  lines that contain it
 *          --every N      one line in N
 *          --target T     instead of the lines' own
 *          --warnings     only compiles, with -Werror and all warnings of DESIGN
 *
 * Built and run with -fsanitize=address,undefined, and with the same in --cflags and the
 * same compiler in --cc, it runs the kernels under the sanitizers.
 *
 * Exits with 0 when all passed, 1 when some failed, 2 for wrong usage.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "session.h"

enum { REPEAT_BYTES = 512, EXIT_USAGE = 2 };

struct command {
    struct session session;
    char repeat[REPEAT_BYTES];
    struct arena arena; /* holds the files' texts */
};

static void repeat_option(struct command *command, const char *name, const char *value)
{
    const size_t used = strlen(command->repeat);
    snprintf(command->repeat + used, REPEAT_BYTES - used, " %s%s%s%s", name,
             value == NULL ? "" : " '", value == NULL ? "" : value,
             value == NULL ? "" : "'");
}

/* Cuts the text of a file into lines, in place. */
static bool add_lines(struct command *command, const char *file, char *text,
                      struct error *err)
{
    const char *slash = strrchr(file, '/');
    size_t number = 1;
    for (char *end; text != NULL; text = end, number++) {
        end = strchr(text, '\n');
        if (end != NULL)
            *end++ = '\0';
        if (!session_add(&command->session, slash == NULL ? file : slash + 1, number,
                         text, err))
            return false;
    }
    return true;
}

static bool add_file(struct command *command, const char *path, struct error *err)
{
    struct text bytes = {0};
    char *copy = NULL;
    if (file_read(path, &bytes, err))
        copy = arena_copy_text(&command->arena, text_string(&bytes), err);
    text_free(&bytes);
    return copy != NULL && add_lines(command, path, copy, err);
}

static bool read_count(const char *value, size_t *count, struct error *err)
{
    *count = strtoul(value, NULL, 10);
    return *count > 0 || error_set(err, "got \"%s\"; expected a number from 1", value);
}

/* An option with a value; the layers come last, when all options are known. */
static bool read_option(struct command *command, const char *name, const char *value,
                        struct error *err)
{
    if (strcmp(name, "--jobs") == 0)
        return read_count(value, &command->session.jobs, err);
    if (strcmp(name, "--every") == 0)
        return read_count(value, &command->session.every, err);
    if (strcmp(name, "--filter") == 0) {
        command->session.filter = value;
        return true;
    }
    if (strcmp(name, "--target") == 0) {
        command->session.target = value;
        return true;
    }
    const bool is_cc = strcmp(name, "--cc") == 0;
    if (!is_cc && strcmp(name, "--cflags") != 0)
        return error_set(err, "got \"%s\"; expected an option of main.c", name);
    setenv(is_cc ? "CC" : "CFLAGS", value, 1);
    repeat_option(command, name, value);
    return true;
}

static bool read_command(struct command *command, int argc, char *argv[],
                         struct error *err)
{
    const char *line = NULL;
    int i = 1;
    for (; i < argc && strncmp(argv[i], "--", 2) == 0; i++) {
        if (strcmp(argv[i], "--warnings") == 0) {
            command->session.is_syntax_only = true;
            repeat_option(command, argv[i], NULL);
            continue;
        }
        if (i + 1 == argc)
            return error_set(err, "%s: got no value; expected one", argv[i]);
        if (strcmp(argv[i], "--line") == 0)
            line = argv[i + 1];
        else if (!read_option(command, argv[i], argv[i + 1], err))
            return false;
        i++;
    }
    if (line != NULL && !session_add(&command->session, "line", 1, line, err))
        return false;
    for (; i < argc; i++)
        if (!add_file(command, argv[i], err))
            return false;
    return command->session.n_layers > 0 || command->session.n_skipped > 0 ||
           error_set(err, "got no layer; expected --line 'WORDS' or files");
}

int main(int argc, char *argv[])
{
    struct command command = {.session = {.jobs = 1, .every = 1}};
    struct error err = {0};
    size_t n_passed = 0, n_failed = 0;
    command.session.repeat = command.repeat;
    int status = EXIT_USAGE;
    if (read_command(&command, argc, argv, &err)) {
        const bool done = session_run(&command.session, &n_passed, &n_failed, &err);
        status = done && n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
    }
    if (err.is_set)
        fprintf(stderr, "tconv_diff: %s\n", err.message);
    if (status != EXIT_USAGE) {
        if (command.session.n_skipped > 0)
            printf("%zu skipped, whose target this CPU does not run\n",
                   command.session.n_skipped);
        printf("%zu passed, %zu failed\n", n_passed, n_failed);
    }
    session_free(&command.session);
    arena_free(&command.arena);
    return status;
}
