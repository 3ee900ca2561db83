#include "plan_code.h"

struct plan_loops plan_choose_loops(const struct tile_shape *shape, size_t vectors,
                                    size_t depth)
{
    const size_t taps = shape->row_taps * shape->column_taps;
    const size_t statements = shape->rows * shape->columns * vectors * taps;
    const bool is_short = statements * depth <= PLAN_CHANNELS_STATEMENTS;
    return (struct plan_loops){
        !is_short && (taps > PLAN_STRAIGHT_TAPS || statements > PLAN_TAPS_STATEMENTS),
        !is_short};
}
