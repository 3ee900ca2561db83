/*
 * report: the table as it grows, the means at its end, CSV and JSON.
 */
#ifndef TCONV_BENCH_REPORT_H
#define TCONV_BENCH_REPORT_H

#include "machine.h"
#include "results.h"
#include "text.h"

/* The table's head, with the machine and the peers. */
void report_put_head(const struct machine *machine, struct text *out);

/* One line: a pass of a layer, tconv and the best peer; wrong results are named. */
void report_put_row(const struct results *results, const struct machine *machine,
                    const char *layer, enum tconv_pass pass, struct text *out);

/* Geometric means of each pass. */
void report_put_means(const struct results *results, struct text *out);

/* Every contender of every pass, one line each; the first lines, which begin with '#',
 * and "machine" in JSON, say where. */
void report_put_csv(const struct results *results, const struct machine *machine,
                    struct text *out);
void report_put_json(const struct results *results, const struct machine *machine,
                     struct text *out);

#endif
