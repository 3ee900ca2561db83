/*
 * cli: argv -> options; and the usage texts.
 *
 * Verbs and options are two tables (cli_table.c); reading, defaults and help all walk
 * them, so that an option cannot be read but not explained. Nothing here prints or exits.
 */
#ifndef TCONV_GEN_CLI_H
#define TCONV_GEN_CLI_H

#include <stdint.h>

#include "error.h"
#include "plan.h"
#include "spec.h"
#include "text.h"

enum cli_verb {
    CLI_GEN,
    CLI_EXPLAIN,
    CLI_RUN,
    CLI_VERIFY,
    CLI_BENCH,
    CLI_INIT,
    CLI_TUNE,
    CLI_CONFIG,
    CLI_VERBS
};
enum cli_dump { CLI_DUMP_NOTHING, CLI_DUMP_SPEC, CLI_DUMP_GEOMETRY, CLI_DUMP_PLAN };

/* What the user asked for; texts point into argv. An option that the verb has not is 0.
 */
struct options {
    enum cli_verb verb;
    const char *config;           /* a file's name, or "-" for standard input */
    struct spec_given given;      /* --input-shape, --dialect */
    const enum tconv_dialect *to; /* what config writes; NULL: the config's own */
    const char *name;
    const char *directory, *plan, *templates, *depfile;
    struct plan_request
        request; /* backward: gen as --passes says, run for gradients only */
    enum cli_dump dump;
    bool training, with_runtime, to_stdout, json, report;
    const char *input, *kernel, *bias, *output; /* .npy files of run; tune's plan */
    const char *grad_output, *grad_input, *grad_kernel, *grad_bias;
    uint64_t batch, seed, seconds;
    bool has_seed; /* whether --seed was given, not a default */
    size_t threads, candidates;
};

enum cli_answer {
    CLI_WALK, /* options are complete: walk the verb; `out` is for wrong usage found later
               */
    CLI_TELL, /* `out` holds what was asked for (help, version); exit 0 */
    CLI_WRONG /* wrong usage: the error is set, `out` holds where to read more; exit 2 */
};

/* Reads the command line. Options stand before or after the operand, as `--opt value` or
 * `--opt=value`, each once; "--" ends them. Fails only as CLI_WRONG. */
enum cli_answer cli_read(struct options *options, int argc, char *const argv[],
                         struct text *out, struct error *err);

#endif
