/*
 * plan_joined: direct, with the column phases of an output row joined along the lanes.
 * The outputs of all phases at one input column are neighbours, so that stride times
 * out_c channels fill whole vectors where out_c do not.
 */
#include "plan_method.h"

bool plan_joined_applies(const struct plan_work *work)
{
    const struct tconv_layer *layer = &work->geometry->layer;
    return work->pass == PLAN_FORWARD && work->target->vector_bytes > 0 &&
           (layer->out_c % work->lanes != 0 || layer->out_c == work->lanes) &&
           layer->axis[1].stride > 1 && layer->axis[1].dilation == 1 &&
           !layer->channels_first;
}

struct plan_work plan_join_phases(const struct plan_work *work)
{
    struct plan_work joined = *work;
    joined.lane_channels *= work->geometry->axis[1].stride;
    joined.walk[1] = &work->geometry->axis[1].joined;
    return joined;
}

static struct plan_choice name_it(struct plan_choice choice)
{
    choice.method = PLAN_JOINED;
    choice.why = "the column phases together fill the lanes";
    return choice;
}

struct plan_choice plan_joined_predict(const struct plan_work *work,
                                       struct tile_limit tile, size_t vectors)
{
    const struct plan_work joined = plan_join_phases(work);
    return name_it(plan_direct_predict(&joined, tile, vectors, false));
}

void plan_joined_offer(const struct plan_work *work, struct plan_candidates *candidates)
{
    if (!plan_joined_applies(work))
        return;
    const struct plan_work joined = plan_join_phases(work);
    const size_t n_vectors = (joined.lane_channels + joined.lanes - 1) / joined.lanes;
    for (size_t vectors = 1; vectors <= PLAN_MOST_VECTORS && vectors <= n_vectors;
         vectors++)
        for (size_t rows = 1; rows <= PLAN_MOST_TILE_ROWS; rows++)
            for (size_t columns = 1; plan_tile_fits(work, rows * columns, vectors);
                 columns++) {
                const struct plan_choice choice = plan_joined_predict(
                    work, (struct tile_limit){rows, columns}, vectors);
                plan_candidates_add(candidates, &choice);
            }
}

struct plan_choice plan_joined_propose(const struct plan_work *work)
{
    struct plan_candidates candidates = {.n = 0};
    plan_joined_offer(work, &candidates);
    return candidates.list[0];
}
