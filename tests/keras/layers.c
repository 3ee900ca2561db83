/*
 * layers: replays on layer objects what real Keras gave (layers.txt, by layers.py
 * --write).
 *
 *     layers [--without OPERATION] FILE...
 *
 * A file's lines are layer_text.py's: an operation, then its result. Each case counts as
 * one; a mismatch prints the file's line; the last line is 'N passed, M failed'.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "layer_steps.h"

/* What a file is read into: the line at hand and the case that it is of. */
struct replay {
    const char *path, *without;
    size_t line;
    char name[64];
    struct objects objects;
    bool has_failed;
    size_t passed, failed;
};

static void tell(struct replay *replay, const char *operation, const char *expected,
                 const struct result *got)
{
    replay->has_failed = true;
    printf("%s:%zu: %s: %.100s\n  expected %.300s\n  got %s%s%.300s%s\n", replay->path,
           replay->line, replay->name, operation, expected,
           got->is_failure ? got->error.exception : "", got->is_failure ? " " : "= ",
           got->is_failure ? got->error.message : got->text,
           got->type != NULL ? " values" : "");
}

/* ! EXCEPTION TEXT: our message has to be part of the text. */
static bool is_failure(const struct result *got, char *expected)
{
    const char *exception = strsep(&expected, " ");
    return got->is_failure && strcmp(got->error.exception, exception) == 0 &&
           (expected == NULL || strcmp(expected, "*") == 0 ||
            (got->error.message[0] != 0 && strstr(expected, got->error.message) != NULL));
}

/* Bounds of 0 ask for the same bits, zeros' signs too. */
static bool is_near(double got, double expected, double bound)
{
    if (bound == 0)
        return got == expected && signbit(got) == signbit(expected);
    return fabs(got - expected) <= bound;
}

/* ~ BOUND TYPE N VALUES */
static bool are_values(const struct result *got, char *expected)
{
    char *end = strchr(expected, ' ');
    if (got->is_failure || got->type == NULL || end == NULL)
        return false;
    const double bound = strtod(expected, NULL);
    char type[16];
    size_t n;
    int length;
    if (sscanf(end, "%15s %zu%n", type, &n, &length) != 2 || n != got->n ||
        strcmp(type, got->type) != 0)
        return false;
    end += length;
    for (size_t i = 0; i < n; i++) {
        char *from = end;
        const double value = strtod(from, &end);
        if (end == from || !is_near(got->values[i], value, bound))
            return false;
    }
    return true;
}

static bool is_as_expected(const struct result *got, char *expected)
{
    char *rest = expected[1] == ' ' ? expected + 2 : expected + 1;
    if (expected[0] == '!')
        return is_failure(got, rest);
    if (expected[0] == '~')
        return are_values(got, rest);
    return expected[0] == '=' && !got->is_failure && strcmp(got->text, rest) == 0;
}

static void end_case(struct replay *replay)
{
    if (replay->has_failed)
        replay->failed++;
    else
        replay->passed++;
    objects_free(&replay->objects);
    replay->has_failed = false;
}

static void check(struct replay *replay, char *operation, char *expected)
{
    char *shown = strdup(operation), *kept = strdup(expected);
    static struct result got;
    if (!objects_run(&replay->objects, operation, &got) ||
        !is_as_expected(&got, expected))
        tell(replay, shown, kept, &got);
    free(shown);
    free(kept);
}

static bool read_line(struct replay *replay, FILE *file, char **line, size_t *room)
{
    const ssize_t n = getline(line, room, file);
    if (n <= 0)
        return false;
    (*line)[strcspn(*line, "\n")] = 0;
    replay->line++;
    return true;
}

static void read_file(struct replay *replay, FILE *file)
{
    char *operation = NULL, *expected = NULL;
    size_t room[2] = {0, 0};
    long seed;
    while (read_line(replay, file, &operation, &room[0])) {
        if (operation[0] == '#')
            continue;
        if (sscanf(operation, "case %63s %ld", replay->name, &seed) == 2)
            replay->objects.session.seed = seed;
        else if (strcmp(operation, "end") == 0)
            end_case(replay);
        else if (read_line(replay, file, &expected, &room[1]) &&
                 strncmp(operation, replay->without, strlen(replay->without)) != 0)
            check(replay, operation, expected);
    }
    free(operation);
    free(expected);
}

int main(int argc, char **argv)
{
    struct replay replay = {.without = " "};
    int first = 1;
    if (argc > 2 && strcmp(argv[1], "--without") == 0) {
        replay.without = argv[2];
        first = 3;
    }
    for (int i = first; i < argc; i++) {
        FILE *file = fopen(argv[i], "r");
        replay.path = argv[i];
        replay.line = 0;
        if (file == NULL) {
            perror(argv[i]);
            return 1;
        }
        read_file(&replay, file);
        fclose(file);
    }
    printf("%zu passed, %zu failed\n", replay.passed, replay.failed);
    return replay.failed == 0 && replay.passed > 0 ? 0 : 1;
}
