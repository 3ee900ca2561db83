/*
 * plan_method: what each method's file offers to plan. A method proposes its cheapest
 * choice for a pass with the cycles it predicts; plan takes the cheapest proposal.
 */
#ifndef TCONV_GEN_PLAN_METHOD_H
#define TCONV_GEN_PLAN_METHOD_H

#include "plan.h"
#include "plan_candidates.h"
#include "spans.h"
#include "tiles.h"
#include "lanes.h"

/* Cycles from a multiply-add to the next one of the same sum: Zen 4, and close on its
 * neighbours. */
enum { PLAN_FMA_LATENCY = 4 };

/* What a pass iterates over, whichever method computes it (DESIGN: rows, lanes,
 * reduction). */
struct plan_work {
    const struct geometry *geometry;
    const struct target *target;
    enum plan_pass pass;
    const struct axis_walk *walk[2]; /* forward and backward_input: rows, columns */
    size_t lane_channels;  /* forward, lanes_out: out_c; both backward passes: in_c */
    size_t inner_channels; /* reduction (or rows, in backward_weights): the other */
    size_t lanes;          /* elements of a vector */
    bool lanes_out;        /* backward_weights: plan_turn_channels */
    size_t depth_lanes;    /* backward_input: plan_lay_depth; 0 where lanes hold others */
    bool spans;            /* plan_span_runs */
};

struct plan_work plan_describe_work(const struct geometry *geometry,
                                    const struct target *target, enum plan_pass pass);

/* The same of what a choice iterates over; its walks may lie in `spans`, which is the
 * caller's. */
struct plan_work plan_describe_choice(const struct geometry *geometry,
                                      const struct target *target, enum plan_pass pass,
                                      const struct plan_choice *choice,
                                      struct spans *spans);

/* Statements of a straight pass: one for each vector multiply-add, each stored vector or
 * element, and each element that must be staged first. */
size_t plan_count_statements(const struct plan_work *work);

/* Fails when a position pass has more than PLAN_MOST_REGIONS. */
bool plan_check_regions(const struct plan_work *work, const char *place,
                        struct error *err) MUST_USE;

/* Bytes of the weights of taps that meet anything: what a pass reads of them. */
double plan_weight_bytes(const struct plan_work *work);

/* Cycles of products that read `bytes` beside them, out of a working set: none where the
 * second-level cache keeps it, from the cache that all cores share at the same time, from
 * memory afterwards. */
double plan_streamed(const struct target_core *core, double products, double bytes,
                     double working_set);

/* Bytes a cycle of `bytes` that do not stay in the second-level cache: of the shared one
 * where they fit that, else of memory. */
double plan_far_rate(const struct target_core *core, double bytes);

/* Elements of an image of dz that meet taps: kernels shorter than the strides leave out
 * some. */
double plan_met_outputs(const struct geometry *g);

/* Cycles that images take which do not stay in the second-level cache, where all of them
 * is transformed or summed once and products do not hide it. */
double plan_image_cycles(const struct plan_work *work);

/* What of a second-level cache stays beside what streams through it. */
double plan_kept_bytes(const struct target_core *core);

/* Whether the accumulators, weights and broadcasts of such a tile fit the registers. */
bool plan_tile_fits(const struct plan_work *work, size_t rows, size_t vectors);

/* The channels of even blocks that tiles may loop over, as many as the target likes; 0
 * where it has vectors, or the channels are few. */
size_t plan_loop_channels(const struct plan_work *work);

/* The products of a row that one step of such a loop sums: neighbours in the reduction.
 * Four, as a sum is then loaded and stored less often; two where the reduction is so
 * short that it would be a few steps. A single channel is summed over column taps
 * instead. */
size_t plan_loop_terms(const struct plan_work *work);

/* Whether, without vectors, a pass has a single lane channel and so many channels to sum
 * over that a compiler finds its vectors there; and whether a choice loops over them. */
bool plan_is_deep(const struct plan_work *work);
bool plan_loops_depth(const struct plan_work *work, const struct plan_choice *choice);

/* The most vectors of a tile's row, and rows of an image in a tile, that are tried. */
enum { PLAN_MOST_VECTORS = 4, PLAN_MOST_TILE_ROWS = 4 };

/* Whether a unit of work of a direct or joined choice goes through all images of a batch
 * before the next one does, so that its weights come from far once: where they do, and
 * images are small beside them. What is staged, or activated by rows, is of one image. */
bool plan_loops_images(const struct plan_work *work, const struct plan_choice *choice);

static inline double plan_larger(double a, double b)
{
    return a > b ? a : b;
}

/* The vectors of one tile row: `n`, and how many elements they hold together. */
struct plan_width {
    size_t n, elements;
};

/* Whether sums of a narrow vector beside whole ones are whole vectors. */
bool plan_widens(const struct plan_work *work);

/* Loads of one step of a register tile. One that leaves no register to a broadcast number
 * loads it again for each of its products, which matters where two of these are started
 * in a cycle. */
double plan_count_loads(const struct plan_work *work, size_t rows, size_t vectors);

/* Cycles of a tile beside its products and stores: its call, and the first sums. */
enum { PLAN_TILE_OVERHEAD = 24 };

/* The partial sums that a position tile keeps of each of its n_sums, one for every
 * so-manieth of `depth` channels: 1, or, where the products of a few sums would wait for
 * one another, as many as keep the multipliers busy. */
size_t plan_count_chains(const struct plan_work *work, size_t n_sums, size_t depth);

/* Cycles that products wait for an image that does not stay in the second-level cache, of
 * a tile of so many rows; the rows of tiles that go through all blocks of channels
 * together (0: all), and whether what is stored is worth asking for early. */
double plan_stream_image(const struct plan_work *work, size_t rows);
size_t plan_choose_group(const struct plan_work *work, struct tile_limit tile,
                         size_t vectors);
bool plan_fetches_stored(const struct plan_work *work);

/* Cycles that storing the image takes, at least, by `vectors` of each pixel at a time;
 * and what of it shows beside what else takes `cycles`. */
double plan_stored_image(const struct plan_work *work, double cycles, size_t vectors);

/* One step of the reduction: rows broadcasts, a width of loads, their products, each sum
 * in so many chains. `from` is where the loads come from, NULL for the first level. */
double plan_step_cycles(const struct plan_work *work, size_t rows,
                        struct plan_width width, size_t chains,
                        const struct target_cache *from);

/* Where an operand of so many bytes stays that tile after tile reads: half of the first
 * level (NULL), or most of the second. */
const struct target_cache *plan_place_operand(const struct plan_work *work, size_t bytes);

/* Cycles of `depth` such steps: one tap of a register tile, or several. */
double plan_tap_cycles(const struct plan_work *work, size_t rows, struct plan_width width,
                       size_t chains, size_t depth, const struct target_cache *from);

/* What a tile of so many rows and taps takes besides: its stores, and its loops. */
double plan_tile_ends(const struct plan_work *work, size_t rows, struct plan_width width,
                      size_t taps);

/* Cycles of a register tile of `rows` by a width that sums over taps * depth, of which it
 * reads the vectors of `kept` again and again. */
double plan_tile_cycles(const struct plan_work *work, size_t rows,
                        struct plan_width width, size_t taps, size_t depth, size_t kept);

/* The blocks of lane channels, of `vectors` each, that have the width written: all full
 * ones, or the last, narrower one. */
size_t plan_count_blocks(const struct plan_work *work, size_t vectors, bool is_last,
                         struct plan_width *width);

/* Whether scatter can do the pass, and if so how many vectors the products of one pixel
 * take. */
bool plan_scatter_applies(const struct plan_work *work);
size_t plan_scatter_vectors(const struct plan_work *work);

/* channels_first: cycles of staging and turning of a position pass by that method; 0 for
 * channels_last. */
double plan_planes_cycles(const struct plan_work *work, enum plan_method method);

/* Whether a method makes only the products that the definition has, and sums them as they
 * are: what exact numerics asks for. Windows of one tap are plain pixels. */
bool plan_is_exact(const struct plan_work *work, enum plan_method method);

/* Whether the lanes can hold columns, and if so how many vectors a row of them takes, and
 * how many rows of sums a tile of so many channels has. */
bool plan_columns_applies(const struct plan_work *work);
size_t plan_columns_vectors(const struct plan_work *work);
size_t plan_columns_rows(const struct plan_work *work, size_t channels);

/* Whether no output needs zeros around the rows, which are multiplied with weights too:
 * an infinite one makes NaN of them. */
bool plan_columns_are_exact(const struct plan_work *work);

/* Whether a choice is better than another: the cheaper within the limit, or, where
 * neither is, the smaller. */
bool plan_is_better(const struct plan_choice *a, const struct plan_choice *b,
                    size_t max_code_bytes);

/* Whether the column phases of an output row can be joined along the lanes, and what is
 * iterated over then. */
bool plan_joined_applies(const struct plan_work *work);
struct plan_work plan_join_phases(const struct plan_work *work);

/* Whether the vectors of the weights' gradient can hold output channels, which pays where
 * input channels fill no vector, and what is iterated over then. */
bool plan_turns_channels(const struct plan_work *work);
struct plan_work plan_turn_channels(const struct plan_work *work);

/* Whether the vectors of the gradient of x can hold the output channels of all column
 * taps, which pays where input channels fill no vectors, and what is iterated over then:
 * lanes of their own for input channels, and steps of depth_lanes, of which so many
 * column taps take some. A tile's sums are added up over their lanes last, which takes so
 * many cycles. */
bool plan_lays_depth(const struct plan_work *work);
struct plan_work plan_lay_depth(const struct plan_work *work);
size_t plan_depth_steps(const struct plan_work *work, size_t column_taps);
double plan_depth_cycles(const struct plan_work *work, size_t n_sums);

/* Cycles that a step of such a tile of `rows` positions by `channels` takes to load its
 * vectors, most of which lie across two lines unless pixels are whole lines, and to read
 * from the second level: weights where they come `from` there, and dz, each tap anew
 * where the tile's dz of a row of taps does not stay in the first level. */
double plan_depth_loads(const struct plan_work *work, size_t rows, size_t channels,
                        const struct target_cache *from);

/* What of `cycles` of such tiles shows beside dz that does not stay in the second-level
 * cache: a band of so many rows is read from afar by every block of channels, unless it
 * stays there. */
double plan_depth_streams(const struct plan_work *work, double cycles, size_t rows,
                          size_t vectors);

/* Taps of a single channel are laid out without loops, and compilers then keep what
 * neighbouring taps read in registers that sums need. */
enum { PLAN_SPANS_CHANNELS = 2 };

/* Whether the tiles of a pass can span runs, what is iterated over then, and the cycles
 * of a tile of size[0] rows by size[1] columns of a region that does: as
 * plan_tile_cycles. */
bool plan_spans_runs(const struct plan_work *work);
struct plan_work plan_span_runs(const struct plan_work *work, struct tile_limit tile,
                                struct spans *spans);
double plan_span_cycles(const struct plan_work *work, const struct tile_region *region,
                        const size_t size[2], struct plan_width width, size_t kept);

/* plan_direct_predict of tiles that span runs, where they can and that saves enough; else
 * of those that do not. What tuning tries of them: those whose code is not long. */
struct plan_choice plan_spans_predict(const struct plan_work *work,
                                      struct tile_limit tile, size_t vectors,
                                      bool is_compact, size_t max_code_bytes);
void plan_spans_offer(const struct plan_work *work, struct tile_limit tile,
                      size_t vectors, struct plan_candidates *candidates);

/* The most of an image that a group of bands reads: more was never faster. */
enum { PLAN_GROUP_BYTES = 524288 };

/* channels_first: the rows of what direct reads that are staged at a time; 0 for
 * channels_last. All of them where they stay in the cache, or every block of channels
 * goes through the image; else what a group of bands reads, staged once for all blocks.
 */
size_t plan_choose_window(const struct plan_work *work, struct tile_limit tile,
                          size_t vectors, size_t group_bands);

/* The choice of that tile, with what it is predicted to cost. */
struct plan_choice plan_direct_predict(const struct plan_work *work,
                                       struct tile_limit tile, size_t vectors,
                                       bool is_compact);
/* The same for backward_weights, when the tile holds the sums of taps[0] by taps[1]
 * taps. */
struct plan_choice plan_weights_predict(const struct plan_work *work,
                                        struct tile_limit tile, size_t vectors,
                                        const size_t taps[2]);
struct plan_choice plan_straight_predict(const struct plan_work *work,
                                         struct tile_limit tile, size_t vectors);
struct plan_choice plan_joined_predict(const struct plan_work *work,
                                       struct tile_limit tile, size_t vectors);
struct plan_choice plan_columns_predict(const struct plan_work *work,
                                        struct tile_limit tile, size_t vectors);
struct plan_choice plan_scatter_predict(const struct plan_work *work,
                                        struct tile_limit tile, size_t vectors);

/* Whether minimal filtering can do the pass, whether in aligned tiles, too, and its
 * choice for a form. `rows` and `vectors` are those of its products, which fit where
 * plan_product_fits says so; needs winograd_fits for both axes. */
bool plan_winograd_applies(const struct plan_work *work);
bool plan_winograd_aligns(const struct plan_work *work);
bool plan_product_fits(const struct plan_work *work, size_t rows, size_t vectors);
struct plan_choice plan_winograd_predict(const struct plan_work *work,
                                         const struct winograd_form *form, size_t rows,
                                         size_t vectors);

/* Whether products of halves can do the pass, and its choice for products of so many
 * pairs of pixels by `vectors` of either half of the lane channels, which needs
 * plan_strassen_fits. It costs accuracy: whether it saves enough beside a choice that
 * does not. */
bool plan_strassen_applies(const struct plan_work *work);
bool plan_strassen_fits(const struct plan_work *work, size_t rows, size_t vectors);
struct plan_choice plan_strassen_predict(const struct plan_work *work, size_t rows,
                                         size_t vectors);
bool plan_strassen_pays(const struct plan_choice *choice,
                        const struct plan_choice *plain);

/* The cheapest choice of each method, cycles < 0 where there is none; of direct and
 * winograd, among those within max_code_bytes, or the smallest of those that they tried
 * where none is.
 * plan_weights proposes direct for backward_weights. */
struct plan_choice plan_direct_propose(const struct plan_work *work,
                                       size_t max_code_bytes);
struct plan_choice plan_weights_propose(const struct plan_work *work,
                                        size_t max_code_bytes);
struct plan_choice plan_straight_propose(const struct plan_work *work);
struct plan_choice plan_winograd_propose(const struct plan_work *work,
                                         size_t max_code_bytes);
struct plan_choice plan_scatter_propose(const struct plan_work *work);
struct plan_choice plan_joined_propose(const struct plan_work *work);
struct plan_choice plan_columns_propose(const struct plan_work *work);
struct plan_choice plan_strassen_propose(const struct plan_work *work);

/* All choices of a method that may be worth trying, the proposed one among them, if it
 * can do the pass; in any order: plan_candidates_add sorts them. */
void plan_direct_offer(const struct plan_work *work, struct plan_candidates *candidates);
void plan_weights_offer(const struct plan_work *work, struct plan_candidates *candidates);
void plan_straight_offer(const struct plan_work *work,
                         struct plan_candidates *candidates);
void plan_winograd_offer(const struct plan_work *work,
                         struct plan_candidates *candidates);
void plan_scatter_offer(const struct plan_work *work, struct plan_candidates *candidates);
void plan_joined_offer(const struct plan_work *work, struct plan_candidates *candidates);
void plan_columns_offer(const struct plan_work *work, struct plan_candidates *candidates);
void plan_strassen_offer(const struct plan_work *work,
                         struct plan_candidates *candidates);

#endif
