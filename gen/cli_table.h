/*
 * cli_table: the verbs and options of tconv, as data. Seen by cli*.c and their test only.
 */
#ifndef TCONV_GEN_CLI_TABLE_H
#define TCONV_GEN_CLI_TABLE_H

#include "cli.h"

struct cli_verb_row {
    const char *name;
    const char *summary; /* one line of `tconv --help` */
    const char *detail;  /* what the verb's own help says first */
    const char *example; /* a command as typed and what it answers */
};

enum cli_kind {
    CLI_TEXT,     /* const char * */
    CLI_FLAG,     /* bool; takes no value */
    CLI_COUNT,    /* uint64_t, from `least` to `most` */
    CLI_SIZE,     /* size_t, likewise */
    CLI_TARGET,   /* const struct target *: any row of the target table */
    CLI_UNROLL,   /* enum plan_unroll */
    CLI_PASSES,   /* bool: whether backward is among them */
    CLI_NUMERICS, /* bool: whether "exact" */
    CLI_DIALECT,  /* const enum tconv_dialect *, NULL where it is not given */
    CLI_DUMP      /* enum cli_dump */
};

struct cli_option_row {
    const char *name;  /* "--batch" */
    const char *value; /* what help calls the value; NULL for a flag */
    enum cli_kind kind;
    size_t field;   /* offset in struct options */
    unsigned verbs; /* bit `verb` is set where the option exists */
    bool is_required;
    uint64_t least, most; /* of a number */
    const char *fallback; /* the default, as one would type it; NULL: none */
    const char *help;
};

/* `option` may not stand beside `other` (excludes), or not without it (needs). */
struct cli_rule {
    const char *option, *other;
    bool needs;
};

#define CLI_MAX_OPTIONS 64 /* no table below has more rows */

extern const struct cli_verb_row cli_verbs[CLI_VERBS];
extern const struct cli_option_row cli_options[];
extern const size_t cli_n_options;
extern const struct cli_rule cli_rules[];
extern const size_t cli_n_rules;

bool cli_option_of_verb(const struct cli_option_row *row, enum cli_verb verb);

/* Sets the option's field from what stands after it ("" for a flag). */
bool cli_read_value(struct options *options, const struct cli_option_row *row,
                    const char *value, struct error *err) MUST_USE;

/* The usage text of tconv as a whole, and of one verb. */
void cli_help(struct text *out);
void cli_verb_help(enum cli_verb verb, struct text *out);

#endif
