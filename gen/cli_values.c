/* cli_values: what stands after an option -> its field. One reader for each kind. */
#include "cli_table.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

typedef bool value_reader(const struct cli_option_row *row, const char *value,
                          void *field, struct error *err);

static bool read_text(const struct cli_option_row *row, const char *value, void *field,
                      struct error *err)
{
    *(const char **)field = value;
    return value[0] != '\0' ||
           error_set(err, "%s: got \"\"; expected a value", row->name);
}

static bool read_flag(const struct cli_option_row *row, const char *value, void *field,
                      struct error *err)
{
    (void)row, (void)value, (void)err;
    *(bool *)field = true;
    return true;
}

static bool read_count(const struct cli_option_row *row, const char *value, void *field,
                       struct error *err)
{
    const size_t digits = strspn(value, "0123456789");
    errno = 0;
    const unsigned long long number = strtoull(value, NULL, 10);
    if (digits == 0 || value[digits] != '\0' || errno == ERANGE || number < row->least ||
        number > row->most)
        return error_set(err, "%s: got \"%s\"; expected an integer from %llu to %llu",
                         row->name, value, (unsigned long long)row->least,
                         (unsigned long long)row->most);
    *(uint64_t *)field = number;
    return true;
}

static bool read_size(const struct cli_option_row *row, const char *value, void *field,
                      struct error *err)
{
    uint64_t number = 0;
    if (!read_count(row, value, &number, err))
        return false;
    *(size_t *)field = (size_t)number;
    return true;
}

static bool read_target(const struct cli_option_row *row, const char *value, void *field,
                        struct error *err)
{
    (void)row;
    const struct target *target = target_find(value, err);
    *(const struct target **)field = target;
    return target != NULL;
}

/* The place of `value` among two or three words; the third may be NULL. */
static bool find_word(const char *const words[3], const struct cli_option_row *row,
                      const char *value, unsigned *place, struct error *err)
{
    const unsigned n = words[2] == NULL ? 2 : 3;
    for (*place = 0; *place < n; ++*place)
        if (strcmp(words[*place], value) == 0)
            return true;
    return error_set(err, "%s: got \"%s\"; expected one of %s %s%s%s", row->name, value,
                     words[0], words[1], n > 2 ? " " : "", n > 2 ? words[2] : "");
}

static bool read_unroll(const struct cli_option_row *row, const char *value, void *field,
                        struct error *err)
{
    static const char *const words[] = {[PLAN_UNROLL_AUTO] = "auto",
                                        [PLAN_UNROLL_FULL] = "full",
                                        [PLAN_UNROLL_TILE] = "tile"};
    unsigned place;
    if (!find_word(words, row, value, &place, err))
        return false;
    *(enum plan_unroll *)field = (enum plan_unroll)place;
    return true;
}

static bool read_passes(const struct cli_option_row *row, const char *value, void *field,
                        struct error *err)
{
    static const char *const words[] = {"forward", "forward,backward",
                                        "backward,forward"};
    unsigned place;
    if (!find_word(words, row, value, &place, err))
        return false;
    *(bool *)field = place != 0;
    return true;
}

static bool read_numerics(const struct cli_option_row *row, const char *value,
                          void *field, struct error *err)
{
    const char *const words[3] = {plan_numerics_name(false), plan_numerics_name(true)};
    unsigned place;
    if (!find_word(words, row, value, &place, err))
        return false;
    *(bool *)field = place != 0;
    return true;
}

static bool read_dump(const struct cli_option_row *row, const char *value, void *field,
                      struct error *err)
{
    static const char *const words[] = {"spec", "geometry", "plan"};
    unsigned place;
    if (!find_word(words, row, value, &place, err))
        return false;
    *(enum cli_dump *)field = (enum cli_dump)(CLI_DUMP_SPEC + place);
    return true;
}

static bool read_dialect(const struct cli_option_row *row, const char *value, void *field,
                         struct error *err)
{
    static const enum tconv_dialect dialects[] = {TCONV_TF1, TCONV_TF2, TCONV_KERAS3};
    const char *words[3];
    unsigned place;
    for (size_t i = 0; i < 3; i++)
        words[i] = spec_dialect_word(dialects[i]);
    if (!find_word(words, row, value, &place, err))
        return false;
    *(const enum tconv_dialect **)field = &dialects[place];
    return true;
}

static value_reader *const readers[] = {
    [CLI_TEXT] = read_text,         [CLI_FLAG] = read_flag,
    [CLI_COUNT] = read_count,       [CLI_SIZE] = read_size,
    [CLI_TARGET] = read_target,     [CLI_UNROLL] = read_unroll,
    [CLI_PASSES] = read_passes,     [CLI_DUMP] = read_dump,
    [CLI_NUMERICS] = read_numerics, [CLI_DIALECT] = read_dialect,
};

bool cli_read_value(struct options *options, const struct cli_option_row *row,
                    const char *value, struct error *err)
{
    return readers[row->kind](row, value, (char *)options + row->field, err);
}
