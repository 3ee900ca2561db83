#include "spans.h"

/* Where the runs end that begin with number `begin` and follow each other in one phase.
 */
static size_t find_end(const struct axis_walk *walk, size_t begin)
{
    const struct axis_run *runs = walk->runs;
    size_t end = begin + 1;
    while (end < walk->n_runs && runs[begin].n_taps > 0 && runs[end].n_taps > 0 &&
           runs[end].phase == runs[begin].phase)
        end++;
    return end;
}

bool spans_apply(const struct axis_walk *walk)
{
    if (walk->n_runs > SPANS_MOST_RUNS)
        return false;
    for (size_t r = 0; r < walk->n_runs; r++)
        if (find_end(walk, r) > r + 1)
            return true;
    return false;
}

/* The part of a run that begins with its element number `first`. */
static struct axis_run cut_run(const struct axis_run *run, size_t first, size_t count)
{
    struct axis_run part = *run;
    part.count = count;
    part.to += first * run->to_step;
    part.from += first * run->from_step;
    return part;
}

/* Elements of several runs as one, which has the taps of all: `first` is the number of
 * its first element in the first of the runs. */
static struct axis_run put_together(const struct axis_run *runs, size_t n, size_t first,
                                    size_t count, size_t length)
{
    struct axis_run run = cut_run(&runs[0], first, count);
    size_t end = 0;
    ptrdiff_t least = (ptrdiff_t)length;
    for (size_t r = 0; r < n; r++) {
        const size_t last = runs[r].tap + runs[r].n_taps * runs[r].tap_step;
        run.tap = runs[r].tap < run.tap ? runs[r].tap : run.tap;
        end = last > end ? last : end;
    }
    run.n_taps = (end - run.tap) / run.tap_step;
    run.length = length;
    run.base = (ptrdiff_t)run.from -
               (ptrdiff_t)((runs[0].tap - run.tap) / run.tap_step) * run.from_tap_step;
    for (size_t t = 0; t < run.n_taps; t++) {
        const struct axis_met met = axis_run_meets(&run, t, count);
        const ptrdiff_t from = axis_run_read(&run, met.first, t);
        least = met.count > 0 && from < least ? from : least;
    }
    run.from = (size_t)least;
    return run;
}

static void add_run(struct axis_walk *walk, struct axis_run run)
{
    struct axis_run *last = walk->n_runs == 0 ? NULL : &walk->runs[walk->n_runs - 1];
    if (last != NULL && run.length + last->length == 0 && last->phase == run.phase &&
        last->tap == run.tap && last->n_taps == run.n_taps)
        last->count += run.count;
    else
        walk->runs[walk->n_runs++] = run;
}

/* The `count` elements from number `first` on of runs that follow each other. */
static void add_piece(struct axis_walk *walk, const struct axis_run *runs, size_t first,
                      size_t count, size_t length)
{
    size_t n = 1;
    while (first >= runs->count)
        first -= runs++->count;
    for (size_t end = runs->count; end < first + count; n++)
        end += runs[n].count;
    add_run(walk, n == 1 ? cut_run(runs, first, count)
                         : put_together(runs, n, first, count, length));
}

static void lay_axis(struct axis_walk *laid, const struct axis_walk *walk, size_t length,
                     size_t most)
{
    for (size_t begin = 0, end; begin < walk->n_runs; begin = end) {
        size_t n_elements = 0, first = 0;
        struct tile_cut cut[2];
        end = find_end(walk, begin);
        for (size_t r = begin; r < end; r++)
            n_elements += walk->runs[r].count;
        tiles_cut_evenly(n_elements, most, cut);
        for (size_t i = 0; i < cut[0].n + cut[1].n; i++) {
            const size_t size = cut[i < cut[0].n ? 0 : 1].size;
            add_piece(laid, &walk->runs[begin], first, size, length);
            first += size;
        }
    }
}

void spans_lay(struct spans *spans, const struct axis_walk *const walk[2],
               const size_t length[2], struct tile_limit limit)
{
    struct axis_walk *rows = &spans->walk[0], *columns = &spans->walk[1];
    *columns = (struct axis_walk){.runs = spans->runs[1], .shares_rows = true};
    lay_axis(columns, walk[1], length[1], limit.columns);
    const size_t most_rows = tiles_most_rows(columns, 0, limit);
    *rows = *walk[0];
    if (most_rows == 1 || !spans_apply(walk[0]))
        return;
    *rows = (struct axis_walk){.runs = spans->runs[0]};
    lay_axis(rows, walk[0], length[0], most_rows);
}

bool spans_region(const struct tile_region *region)
{
    return region->run[0]->length + region->run[1]->length > 0;
}
