/* compile: $CC, the target's flags, $CFLAGS; posix_spawn and wait. */
#include "compile.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "file.h"

extern char **environ;

enum { MAX_WORDS = 128, PATH_BYTES = 1024 };

/* The compiler's command line, ended by NULL. Words point into `held`. */
struct command {
    char *words[MAX_WORDS + 1];
    size_t n;
    char *held[3]; /* copies that were cut into words */
    size_t n_held;
    bool is_full;
};

static void add_word(struct command *command, const char *word)
{
    if (command->n == MAX_WORDS)
        command->is_full = true;
    else
        command->words[command->n++] = (char *)word;
}

static void add_words(struct command *command, const char *words)
{
    char *copy = strdup(words), *rest = NULL;
    if (copy == NULL) {
        command->is_full = true;
        return;
    }
    command->held[command->n_held++] = copy;
    for (char *word = strtok_r(copy, " \t", &rest); word;
         word = strtok_r(NULL, " \t", &rest))
        add_word(command, word);
}

static void free_command(struct command *command)
{
    for (size_t i = 0; i < command->n_held; i++)
        free(command->held[i]);
}

static const char *environment(const char *name, const char *otherwise)
{
    const char *value = getenv(name);
    return value != NULL && strspn(value, " \t") != strlen(value) ? value : otherwise;
}

struct paths {
    char source[PATH_BYTES], library[PATH_BYTES], complaints[PATH_BYTES];
};

static void fill_command(struct command *command, const struct compile_job *job,
                         const struct paths *paths)
{
    static const char *const fixed[] = {"-std=c11", "-shared", "-fPIC", "-g0"};
    add_words(command, environment("CC", "cc"));
    for (size_t i = 0; i < sizeof fixed / sizeof fixed[0]; i++)
        add_word(command, fixed[i]);
    add_words(command, job->flags);
    add_words(command, environment("CFLAGS", ""));
    const char *const last[] = {"-I", job->directory, paths->source,
                                "-o", paths->library, "-lm"};
    for (size_t i = 0; i < sizeof last / sizeof last[0]; i++)
        add_word(command, last[i]);
    command->words[command->n] = NULL;
}

/* Starts the command with its output in `complaints`; 0 or an errno. */
static int start(const struct command *command, const char *complaints,
                 const sigset_t *signal_mask, pid_t *child)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, complaints,
                                     O_WRONLY | O_CREAT | O_TRUNC, 0600);
    posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO, STDOUT_FILENO);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
    posix_spawnattr_setsigmask(&attributes, signal_mask);
    const int failed = posix_spawnp(child, command->words[0], &actions, &attributes,
                                    command->words, environ);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    return failed;
}

static int wait_for(pid_t child)
{
    int status;
    while (waitpid(child, &status, 0) < 0)
        if (errno != EINTR)
            return -1;
    return status;
}

/* The first line of the complaints with "error" in it, else the first line. */
static bool refuse(const char *compiler, const char *complaints, int status,
                   struct error *err)
{
    struct text said = {0};
    struct error unread = {0};
    if (!file_read(complaints, &said, &unread) || said.length == 0)
        text_print(&said, WIFSIGNALED(status) ? "signal %d" : "exit status %d",
                   WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
    const char *all = text_string(&said), *line = strstr(all, "error");
    while (line != NULL && line > all && line[-1] != '\n')
        line--;
    line = line == NULL ? all : line;
    error_set(err, "%s: got \"%.*s\"; expected the emitted file to compile", compiler,
              (int)strcspn(line, "\n"), line);
    text_free(&said);
    return false;
}

static bool run_command(const struct command *command, const struct compile_job *job,
                        const char *complaints, struct error *err)
{
    pid_t child;
    const char *compiler = command->words[0];
    if (command->is_full)
        return error_set(err,
                         "%s: got more than %d words of options; expected fewer in "
                         "CC and CFLAGS",
                         compiler, MAX_WORDS);
    const int failed = start(command, complaints, job->signal_mask, &child);
    if (failed != 0)
        return error_set(err, "%s: got \"%s\"; expected a C compiler, named by CC",
                         compiler, strerror(failed));
    const int status = wait_for(child);
    return status == 0 || refuse(compiler, complaints, status, err);
}

bool compile_library(const struct compile_job *job, double *milliseconds,
                     struct error *err)
{
    struct paths paths;
    const char *directory = job->directory;
    snprintf(paths.source, PATH_BYTES, "%s/%s", directory, job->source);
    snprintf(paths.library, PATH_BYTES, "%s/%s", directory, job->library);
    snprintf(paths.complaints, PATH_BYTES, "%s/complaints", directory);
    struct command command = {.n = 0};
    fill_command(&command, job, &paths);
    const double began = clock_seconds();
    const bool done = run_command(&command, job, paths.complaints, err);
    *milliseconds = (clock_seconds() - began) * 1e3;
    free_command(&command);
    return done;
}
