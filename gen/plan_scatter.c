/*
 * plan_scatter: every input pixel by all taps at once, for few output channels: the lanes
 * hold taps times output channels. See scatter.h for what becomes of the products.
 */
#include "plan_code.h"

#include "scatter.h"

/* Cycles that were measured on Zen 4: a vector of products added to a chunk, and one
 * moved from the state to the output. */
#define GATHER_CYCLES 1.5
#define FINISH_CYCLES 3.0

/* The work of one product: its lanes hold taps times output channels. */
static struct plan_work describe_product(const struct plan_work *work,
                                         const struct scatter *scatter)
{
    struct plan_work product = *work;
    product.lane_channels = scatter->columns;
    return product;
}

/* The columns of a block that loops over them; 0 where vectors hold them. */
static size_t loop_columns(const struct plan_work *work)
{
    const struct scatter scatter = scatter_derive(work->geometry, work->lanes);
    const struct plan_work product = describe_product(work, &scatter);
    return plan_loop_channels(&product);
}

/* The sums of a chunk of outputs stay in registers while its pixels are added. */
static bool holds_chunk(const struct plan_work *work)
{
    return scatter_derive(work->geometry, work->lanes).chunk <
           work->target->n_registers * work->lanes;
}

bool plan_scatter_applies(const struct plan_work *work)
{
    return work->pass == PLAN_FORWARD && scatter_applies(work->geometry) &&
           (work->target->vector_bytes > 0 ? holds_chunk(work) : loop_columns(work) > 0);
}

size_t plan_scatter_vectors(const struct plan_work *work)
{
    const struct scatter scatter = scatter_derive(work->geometry, work->lanes);
    return (scatter.columns + work->lanes - 1) / work->lanes;
}

/* The products of an input row by a block of columns. Its weights stay near from one
 * piece of the row to the next; the first one's come from where those of all blocks do,
 * unless that is too far: stream_weights. */
static double row_cycles(const struct plan_work *product, const struct tile_cut cut[2],
                         struct plan_width width)
{
    const size_t depth = product->inner_channels;
    const size_t row = width.elements * product->geometry->element_bytes;
    const size_t all = (size_t)plan_weight_bytes(product);
    const bool is_far = (double)all > plan_kept_bytes(product->target->core);
    double cycles = 0;
    for (int i = 0; i < 2; i++)
        cycles += cut[i].n == 0
                      ? 0
                      : (double)cut[i].n * plan_tile_cycles(product, cut[i].size, width,
                                                            1, depth, depth);
    if (!is_far)
        cycles += plan_tile_cycles(product, cut[0].size, width, 1, depth, all / row) -
                  plan_tile_cycles(product, cut[0].size, width, 1, depth, depth);
    return cycles;
}

static double product_cycles(const struct plan_work *product, size_t rows, size_t vectors)
{
    struct tile_cut cut[2];
    tiles_cut_evenly(product->geometry->axis[1].in, rows, cut);
    double cycles = 0;
    for (int is_last = 0; is_last < 2; is_last++) {
        struct plan_width width;
        const size_t n_blocks = plan_count_blocks(product, vectors, is_last == 1, &width);
        if (n_blocks > 0)
            cycles += (double)n_blocks * row_cycles(product, cut, width);
    }
    return (double)product->geometry->axis[0].in * cycles;
}

/* All weights are read for every input row; where they are worth asking for early they
 * are not read beside products without it. */
static double stream_weights(const struct target_core *core, double products,
                             double weights, double n_rows)
{
    const bool waits = core->asks_ahead && weights > (double)core->l2.bytes;
    return waits ? products + n_rows * weights / core->shared.bytes_per_cycle
                 : plan_streamed(core, products, weights * n_rows, weights);
}

static double gather_cycles(const struct plan_work *work, const struct scatter *scatter)
{
    const struct geometry *geometry = work->geometry;
    const double vectors = (double)((scatter->chunk + work->lanes - 1) / work->lanes);
    const double chunks = (double)(scatter->n_chunks - scatter->first);
    const double row = chunks * vectors * ((double)scatter->reach + 1) * GATHER_CYCLES;
    return (double)geometry->axis[0].out * row +
           (double)(geometry->y_size / work->lanes) * FINISH_CYCLES;
}

/* For every input row its state is read and written, from afar where it does not stay
 * in the second-level cache with the weights. */
static double state_cycles(const struct plan_work *work, const struct scatter *scatter)
{
    const struct target_core *core = work->target->core;
    const struct geometry *g = work->geometry;
    const double bytes = (double)(scatter->state_size * g->element_bytes);
    if (core->shared_stored_per_cycle == 0 ||
        bytes + (double)(g->w_size * g->element_bytes) <= plan_kept_bytes(core))
        return 0;
    return (double)g->axis[0].in * bytes *
           (1 / core->shared.bytes_per_cycle + 1 / core->shared_stored_per_cycle);
}

struct plan_choice plan_scatter_predict(const struct plan_work *work,
                                        struct tile_limit tile, size_t vectors)
{
    const struct scatter scatter = scatter_derive(work->geometry, work->lanes);
    const struct plan_work product = describe_product(work, &scatter);
    const size_t rows = tile.rows * tile.columns;
    const struct geometry *geometry = work->geometry;
    const double weights = (double)(geometry->w_size * geometry->element_bytes);
    const double products =
        stream_weights(work->target->core, product_cycles(&product, rows, vectors),
                       weights, (double)geometry->axis[0].in);
    struct plan_choice choice = {
        .method = PLAN_SCATTER,
        .tile = {tile.rows, tile.columns},
        .vectors = vectors,
        .cycles = plan_stored_image(work, products + gather_cycles(work, &scatter),
                                    plan_scatter_vectors(work)) +
                  state_cycles(work, &scatter) + plan_planes_cycles(work, PLAN_SCATTER),
        .statements = rows * vectors,
        .widens = plan_widens(work),
        .why = "few output channels: the lanes hold those of all taps"};
    choice.code_bytes = plan_predict_code(work, &choice);
    return choice;
}

/* The vectors of a tile's row that are tried. */
static void list_vectors(const struct plan_work *work, size_t *least, size_t *most)
{
    const size_t n_vectors = plan_scatter_vectors(work), columns = loop_columns(work);
    *least = columns > 0 ? columns : 1;
    *most = columns > 0                     ? columns
            : n_vectors < PLAN_MOST_VECTORS ? n_vectors
                                            : PLAN_MOST_VECTORS;
}

void plan_scatter_offer(const struct plan_work *work, struct plan_candidates *candidates)
{
    if (!plan_scatter_applies(work))
        return;
    size_t least, most;
    list_vectors(work, &least, &most);
    for (size_t vectors = least; vectors <= most; vectors++)
        for (size_t rows = 1; plan_tile_fits(work, rows, vectors); rows++) {
            const struct plan_choice choice =
                plan_scatter_predict(work, (struct tile_limit){1, rows}, vectors);
            plan_candidates_add(candidates, &choice);
        }
}

struct plan_choice plan_scatter_propose(const struct plan_work *work)
{
    size_t least, most;
    list_vectors(work, &least, &most);
    struct plan_choice best = {.cycles = -1};
    for (size_t vectors = least; vectors <= most; vectors++)
        for (size_t rows = 1; plan_tile_fits(work, rows, vectors); rows++) {
            const struct plan_choice choice =
                plan_scatter_predict(work, (struct tile_limit){1, rows}, vectors);
            if (best.cycles < 0 || choice.cycles < best.cycles)
                best = choice;
        }
    return best;
}
