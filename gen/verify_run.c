/*
 * verify_run: every way to run a kernel, in a child process, so that a fault is a
 * finding.
 *
 * Before each call the child notes in shared memory what it is about to do; when it dies,
 * the note says where. Results that must not differ are compared here; whether they are
 * right is the judge's business.
 */
#include "verify_parts.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MOST_PARTS = 3, WITH_DX = 1, WITH_DW = 2, WITH_DB = 4, WITH_ALL = 7 };
enum { CHILD_DONE = 0, CHILD_FOUND = 3 };

struct run {
    struct verify_trial *trial;
    struct guarded buffers[VERIFY_BUFFERS];
    enum guard_place place;
    bool has_result[VERIFY_CHECKS];
};

/* One call of a kernel's function, and the buffers it may write, as bits. */
struct pass {
    const char *name;
    unsigned writes;
    void (*call)(const struct run *run, size_t part, size_t parts, unsigned gradients);
};

#define BIT(buffer) (1u << (buffer))

static const char *const buffer_names[] = {
    [VERIFY_X] = "x",
    [VERIFY_W] = "w",
    [VERIFY_B] = "b",
    [VERIFY_DY] = "dy",
    [VERIFY_Y] = "y",
    [VERIFY_PACKED] = "packed",
    [VERIFY_GRAD_X] = "dx",
    [VERIFY_GRAD_W] = "dw",
    [VERIFY_GRAD_B] = "db",
    [VERIFY_SAVED] = "saved",
    [VERIFY_WORKSPACE] = "workspace",
};

static void *at(const struct run *run, enum verify_buffer buffer)
{
    return run->buffers[buffer].at;
}

static void *at_if(const struct run *run, enum verify_buffer buffer, bool wanted)
{
    return wanted ? run->buffers[buffer].at : NULL;
}

static void call_pack(const struct run *run, size_t part, size_t parts,
                      unsigned gradients)
{
    (void)part, (void)parts, (void)gradients;
    const struct tconv_kernel *kernel = run->trial->kernel;
    kernel->pack(at(run, VERIFY_W), at_if(run, VERIFY_B, kernel->layer.use_bias),
                 at(run, VERIFY_PACKED));
}

static void call_forward(const struct run *run, size_t part, size_t parts,
                         unsigned gradients)
{
    (void)gradients;
    run->trial->kernel->forward(part, parts, run->trial->batch, at(run, VERIFY_X),
                                at(run, VERIFY_PACKED), at(run, VERIFY_Y),
                                at(run, VERIFY_WORKSPACE));
}

static void call_train(const struct run *run, size_t part, size_t parts,
                       unsigned gradients)
{
    (void)gradients;
    const struct tconv_kernel *kernel = run->trial->kernel;
    kernel->forward_train(part, parts, run->trial->batch, at(run, VERIFY_X),
                          at(run, VERIFY_PACKED), at(run, VERIFY_Y),
                          at_if(run, VERIFY_SAVED, kernel->saved_bytes != 0),
                          at(run, VERIFY_WORKSPACE));
}

static void call_backward(const struct run *run, size_t part, size_t parts,
                          unsigned gradients)
{
    const struct tconv_kernel *kernel = run->trial->kernel;
    kernel->backward(
        part, parts, run->trial->batch, at(run, VERIFY_X), at(run, VERIFY_PACKED),
        at(run, VERIFY_Y), at_if(run, VERIFY_SAVED, kernel->saved_bytes != 0),
        at(run, VERIFY_DY), at_if(run, VERIFY_GRAD_X, gradients & WITH_DX),
        at_if(run, VERIFY_GRAD_W, gradients & WITH_DW),
        at_if(run, VERIFY_GRAD_B, gradients & WITH_DB), at(run, VERIFY_WORKSPACE));
}

static const struct pass pack = {"pack", BIT(VERIFY_PACKED), call_pack};
static const struct pass forward = {"forward", BIT(VERIFY_Y) | BIT(VERIFY_WORKSPACE),
                                    call_forward};
static const struct pass train = {
    "forward_train", BIT(VERIFY_Y) | BIT(VERIFY_SAVED) | BIT(VERIFY_WORKSPACE),
    call_train};
static const struct pass backward = {"backward",
                                     BIT(VERIFY_GRAD_X) | BIT(VERIFY_GRAD_W) |
                                         BIT(VERIFY_GRAD_B) | BIT(VERIFY_WORKSPACE),
                                     call_backward};

PRINTF_LIKE(2, 3) static void note(const struct run *run, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf((char *)run->trial->notes.at, VERIFY_NOTE_BYTES, format, args);
    va_end(args);
}

/* Appends to the note and ends the child. */
static void finding(const struct run *run, const char *buffer, const char *what)
{
    char *text = (char *)run->trial->notes.at;
    const size_t length = strlen(text);
    snprintf(text + length, VERIFY_NOTE_BYTES - length, ": %s %s", buffer, what);
    _exit(CHILD_FOUND);
}

static void empty(const struct guarded *buffer)
{
    memset(buffer->at, 0xff, buffer->bytes);
}

static void run_parts(const struct run *run, const struct pass *pass, size_t parts,
                      unsigned gradients)
{
    for (int i = 0; i < VERIFY_BUFFERS; i++) {
        guard_allow_writes(&run->buffers[i], (pass->writes & BIT(i)) != 0);
        if ((pass->writes & BIT(i)) != 0)
            empty(&run->buffers[i]);
    }
    for (size_t part = parts; part-- > 0;) {
        note(run, "%s, part %zu of %zu, gradients%s%s%s%s, %s", pass->name, part, parts,
             gradients & WITH_DX ? " dx" : "", gradients & WITH_DW ? " dw" : "",
             gradients & WITH_DB ? " db" : "", gradients ? "" : " none",
             guard_place_name(run->place));
        if (pass != &pack)
            empty(&run->buffers[VERIFY_WORKSPACE]);
        pass->call(run, part, parts, gradients);
    }
    for (int i = 0; i < VERIFY_BUFFERS; i++)
        if (!guard_is_whole(&run->buffers[i]))
            finding(run, buffer_names[i], "was written beside its ends");
}

/* Keeps the first result of a check; later ones must equal it bit by bit. */
static void compare(struct run *run, enum verify_check check, enum verify_buffer buffer)
{
    const struct guarded *first = &run->trial->results[check],
                         *now = &run->buffers[buffer];
    if (!run->has_result[check])
        memcpy(first->at, now->at, now->bytes);
    else if (memcmp(first->at, now->at, now->bytes) != 0)
        finding(run, buffer_names[buffer], "differs from the first run's");
    run->has_result[check] = true;
}

static void run_backward(struct run *run, size_t parts, unsigned gradients)
{
    run_parts(run, &backward, parts, gradients);
    if ((gradients & WITH_DX) != 0)
        compare(run, VERIFY_DX, VERIFY_GRAD_X);
    if ((gradients & WITH_DW) != 0)
        compare(run, VERIFY_DW, VERIFY_GRAD_W);
    if ((gradients & WITH_DB) != 0)
        compare(run, VERIFY_DB, VERIFY_GRAD_B);
}

static void run_training(struct run *run)
{
    for (size_t parts = 1; parts <= MOST_PARTS; parts++) {
        run_parts(run, &train, parts, 0);
        compare(run, VERIFY_TRAIN_Y, VERIFY_Y);
        compare(run, VERIFY_TRAIN_Z, VERIFY_SAVED);
        run_backward(run, parts, WITH_ALL);
    }
    run_backward(run, 2, WITH_DX);
    run_backward(run, 2, WITH_DW);
    run_backward(run, 2, WITH_DB);
    run_backward(run, 2, 0);
}

static void run_place(struct run *run)
{
    for (int i = 0; i < VERIFY_BUFFERS; i++)
        guard_put(&run->buffers[i], run->place);
    for (int i = 0; i <= VERIFY_DY; i++)
        memcpy(run->buffers[i].at, run->trial->given[i], run->trial->bytes[i]);
    run_parts(run, &pack, 1, 0);
    for (size_t parts = 1; parts <= MOST_PARTS; parts++) {
        run_parts(run, &forward, parts, 0);
        compare(run, VERIFY_FORWARD_Y, VERIFY_Y);
    }
    if (run->trial->kernel->backward != NULL)
        run_training(run);
}

static void run_child(struct run *run)
{
    for (int place = 0; place < GUARD_PLACES; place++) {
        run->place = (enum guard_place)place;
        run_place(run);
    }
    _exit(CHILD_DONE);
}

static void read_ending(const struct run *run, int status, struct verify_report *report)
{
    const char *notes = (const char *)run->trial->notes.at;
    if (WIFSIGNALED(status))
        snprintf(report->crash, sizeof report->crash, "%s: %s", notes,
                 strsignal(WTERMSIG(status)));
    else if (WEXITSTATUS(status) == CHILD_FOUND)
        snprintf(report->crash, sizeof report->crash, "%s", notes);
    else if (WEXITSTATUS(status) != CHILD_DONE)
        snprintf(report->crash, sizeof report->crash, "%s: exit status %d", notes,
                 WEXITSTATUS(status));
}

static bool run_in_child(struct run *run, struct verify_report *report, struct error *err)
{
    int status;
    const pid_t child = fork();
    if (child < 0)
        return error_set(err, "fork: got \"%s\"; expected a process", strerror(errno));
    if (child == 0)
        run_child(run);
    while (waitpid(child, &status, 0) < 0)
        if (errno != EINTR)
            return error_set(err, "waitpid: got \"%s\"; expected the child's end",
                             strerror(errno));
    read_ending(run, status, report);
    return true;
}

bool verify_run(struct verify_trial *trial, struct verify_report *report,
                struct error *err)
{
    struct run run = {.trial = trial};
    bool is_mapped = true;
    for (int i = 0; i < VERIFY_BUFFERS && is_mapped; i++)
        is_mapped =
            guard_map(&run.buffers[i], trial->bytes[i], trial->element_bytes, err);
    const bool done = is_mapped && run_in_child(&run, report, err);
    for (int i = 0; i < VERIFY_BUFFERS; i++)
        guard_unmap(&run.buffers[i]);
    return done;
}
