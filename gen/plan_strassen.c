/*
 * plan_strassen: products of halves, for layers of many channels whose outputs meet one
 * tap each, where nothing but that takes fewer multiplications. See strassen.h.
 */
#include "plan_code.h"

#include "integers.h"
#include "plan_walk.h"
#include "strassen.h"

/* It rounds by norms, and must leave no more than this share of the cycles of what does
 * not. */
static const double worth_norms = 0.96;

/* Blocks of c that all products are stored or added to, and additions of blocks of a. */
enum { STORED_BLOCKS = 4, ADDED_BLOCKS = 8, ADDED_READS = 5 };

/* The share of weights' loads that products do not hide. Measured on Golden Cove, where
 * 6 by 4 vectors take up to a tenth longer than 14 by 2. */
static const double beside_products = 0.03;

/* Of a product's call. */
enum { CALL_CYCLES = 30 };

static size_t half_vectors(const struct plan_work *work)
{
    return work->lane_channels / 2 / work->lanes;
}

bool plan_strassen_applies(const struct plan_work *work)
{
    const size_t half = 2 * work->lanes;
    return work->pass != PLAN_BACKWARD_WEIGHTS && work->target->vector_bytes > 0 &&
           !work->geometry->layer.channels_first &&
           geometry_meets_one_tap(work->geometry) && work->lane_channels % half == 0 &&
           work->inner_channels % half == 0;
}

bool plan_strassen_fits(const struct plan_work *work, size_t rows, size_t vectors)
{
    return half_vectors(work) % vectors == 0 && plan_tile_fits(work, rows, vectors);
}

/* Cycles of a vector of outputs; those of an image that streams are not hidden. */
static double output_cycles(const struct plan_work *work)
{
    const struct target_core *core = work->target->core;
    const struct geometry *g = work->geometry;
    const size_t n = work->pass == PLAN_FORWARD ? g->z_size : g->x_size;
    const bool streams = n * g->element_bytes > core->l2.bytes;
    return 2 * core->move_cycles + core->add_cycles +
           (streams ? core->stream_cycles * (double)work->target->vector_bytes : 0);
}

/* Sums of blocks of a for one vector of each. */
static double transform_cycles(const struct plan_work *work, double block)
{
    const struct target_core *core = work->target->core;
    return core->move_cycles * (4 + STRASSEN_PRODUCTS) + core->add_cycles * ADDED_READS +
           plan_stored_cycles(work, block, STRASSEN_PRODUCTS);
}

/* What a choice makes of the pass. */
struct halving {
    size_t rows, vectors, block_pairs;
    size_t pairs, depth, n_groups, n_blocks;
    size_t n_targets; /* taps that pixels are multiplied with one by one */
    size_t n_columns; /* of weights: by target, and by twice `vectors` of lane channels */
};

static struct halving derive(const struct plan_work *work, size_t rows, size_t vectors,
                             size_t block_pairs)
{
    const struct geometry *g = work->geometry;
    const bool is_forward = work->pass == PLAN_FORWARD;
    const size_t pairs = strassen_pairs(g);
    const size_t n_targets = is_forward ? g->axis[0].kernel * g->axis[1].kernel : 1;
    return (struct halving){.rows = rows,
                            .vectors = vectors,
                            .block_pairs = block_pairs,
                            .pairs = pairs,
                            .depth = strassen_depth(g, is_forward),
                            .n_groups = ceil_div(pairs, rows),
                            .n_blocks = ceil_div(pairs, block_pairs),
                            .n_targets = n_targets,
                            .n_columns = n_targets * (half_vectors(work) / vectors)};
}

/* Bytes of the sums of halves of a block of pairs. */
static double count_block(const struct plan_work *work, const struct halving *h)
{
    return (double)(STRASSEN_PRODUCTS * h->block_pairs * h->depth *
                    work->geometry->element_bytes);
}

static double product_cycles(const struct plan_work *work, const struct halving *h)
{
    const struct geometry *g = work->geometry;
    const size_t row_bytes = h->depth * g->element_bytes;
    const size_t width_bytes = h->vectors * work->target->vector_bytes;
    const double loads =
        beside_products * (double)width_bytes / work->target->core->l2.bytes_per_cycle;
    const struct plan_walk walk = {
        .weights = (double)(STRASSEN_PRODUCTS * g->w_size * g->element_bytes) / 4,
        .point = (double)(h->depth * width_bytes),
        .group = (double)(row_bytes * h->rows),
        .block = count_block(work, h),
        .sums = (double)(4 * h->block_pairs * width_bytes),
        .n_groups = (double)h->n_groups / (double)h->n_blocks,
        .step = plan_product_step(work, ceil_div(h->pairs, h->n_groups), h->vectors,
                                  PLAN_LOAD_CYCLES) +
                loads};
    return (double)(h->n_blocks * h->n_columns) *
           plan_walk_cycles(work, &walk, (double)(STRASSEN_PRODUCTS * h->depth),
                            (double)h->depth);
}

/* Calls of products, whose sums are stored, or loaded and added first. */
static double call_cycles(const struct halving *h)
{
    const size_t moves = (STORED_BLOCKS + 2 * ADDED_BLOCKS) * h->rows * h->vectors;
    return (double)(h->n_groups * h->n_columns *
                    (STRASSEN_PRODUCTS * CALL_CYCLES + moves));
}

static double pass_cycles(const struct plan_work *work, size_t rows, size_t vectors,
                          size_t block_pairs)
{
    const struct halving h = derive(work, rows, vectors, block_pairs);
    const size_t read = h.pairs * (h.depth / work->lanes);
    const size_t computed = 2 * h.pairs * h.n_targets * 2 * half_vectors(work);
    return product_cycles(work, &h) + call_cycles(&h) +
           (double)read * transform_cycles(work, count_block(work, &h)) +
           (double)computed * output_cycles(work);
}

/* Pairs of a block. The fewest groups are the best, as what they read stays nearer; but
 * fewer than a row has vectors would ask for more than a line of the next weights in each
 * step, which comes late. */
static size_t choose_block(const struct plan_work *work, size_t rows, size_t vectors)
{
    enum { FEWEST_GROUPS = 2 };
    const size_t n_groups = ceil_div(strassen_pairs(work->geometry), rows);
    const size_t groups = vectors < FEWEST_GROUPS ? FEWEST_GROUPS : vectors;
    const size_t n_blocks = n_groups < groups ? 1 : n_groups / groups;
    return ceil_div(n_groups, n_blocks) * rows;
}

struct plan_choice plan_strassen_predict(const struct plan_work *work, size_t rows,
                                         size_t vectors)
{
    const size_t block_pairs = choose_block(work, rows, vectors);
    struct plan_choice choice = {
        .method = PLAN_STRASSEN,
        .tile = {1, rows},
        .vectors = vectors,
        .block_tiles = block_pairs,
        .prefetches = work->target->core->asks_ahead,
        .cycles = pass_cycles(work, rows, vectors, block_pairs),
        .statements = rows * vectors,
        .why = "one tap for each output, and seven products of halves instead of eight"};
    choice.code_bytes = plan_predict_code(work, &choice);
    return choice;
}

void plan_strassen_offer(const struct plan_work *work, struct plan_candidates *candidates)
{
    if (!plan_strassen_applies(work))
        return;
    for (size_t vectors = 1; vectors <= PLAN_MOST_VECTORS; vectors++)
        for (size_t rows = 1; plan_strassen_fits(work, rows, vectors); rows++) {
            const struct plan_choice choice = plan_strassen_predict(work, rows, vectors);
            plan_candidates_add(candidates, &choice);
        }
}

struct plan_choice plan_strassen_propose(const struct plan_work *work)
{
    struct plan_candidates candidates = {.n = 0};
    plan_strassen_offer(work, &candidates);
    return candidates.list[0];
}

/* Its weights are so many more that it was never faster where they are not asked for
 * early. */
bool plan_strassen_pays(const struct plan_choice *choice, const struct plan_choice *plain)
{
    return choice->prefetches && choice->cycles <= worth_norms * plain->cycles;
}

void plan_count_strassen(struct plan_counts *counts, const struct plan_work *work,
                         const struct plan_choice *choice)
{
    struct tile_cut cut[2];
    tiles_cut_evenly(strassen_pairs(work->geometry), choice->tile[1], cut);
    for (int i = 0; i < 2; i++) {
        if (cut[i].n == 0)
            continue;
        const size_t sums = cut[i].size * choice->vectors;
        counts->of[CODE_PRODUCTS] += STRASSEN_UPDATES * sums;
        counts->of[CODE_BROADCASTS] += STRASSEN_UPDATES * cut[i].size;
        counts->of[CODE_LOADS] += STRASSEN_UPDATES * choice->vectors;
        counts->of[CODE_SUMS] += (STORED_BLOCKS + ADDED_BLOCKS) * sums;
        counts->of[CODE_FUNCTIONS] += STRASSEN_UPDATES;
        counts->of[CODE_CALLS] += STRASSEN_PRODUCTS;
    }
    counts->of[CODE_MOVES] += 4 + STRASSEN_PRODUCTS + 4 * choice->vectors;
    counts->of[CODE_ADDS] += ADDED_READS;
    counts->of[CODE_ACTIVATED] += plan_is_activated(work) ? 2 * choice->vectors : 0;
    counts->of[CODE_BLOCKS]++;
}
