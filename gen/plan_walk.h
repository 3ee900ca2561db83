/*
 * plan_walk: what products of matrices cost that go through packed weights column by
 * column. A column belongs to a block of lane channels; it is walked point by point
 * (a product of minimal filtering, or of halves of channels), and at each point by every
 * group of what is multiplied with it.
 */
#ifndef TCONV_GEN_PLAN_WALK_H
#define TCONV_GEN_PLAN_WALK_H

#include "plan_method.h"

/* What products read beside themselves. */
struct plan_walk {
    double weights, point; /* bytes of all weights; of a column's weights at one point */
    double group, block;   /* of a group's windows at one point; of all windows that
                              are kept at once */
    double sums;           /* of a block's products */
    double n_groups;       /* of a block */
    double step;           /* cycles of a step when all is near */
};

/* Cycles of a column's n_steps, each by all groups of a block. Where these ask for the
 * next weights meanwhile they share what that takes; windows stay near where a block of
 * them does. What is asked for may be driven out before it is used, by what one point
 * reads until then. */
double plan_walk_cycles(const struct plan_work *work, const struct plan_walk *walk,
                        double n_steps, double n_steps_of_point);

/* Cycles of two things that go on beside each other: the shorter one shows the more the
 * nearer they are, `shown` of it where they are alike. */
double plan_beside(double a, double b, double shown);

/* One step of a product's reduction, as for a direct tile, where a load beside products
 * takes so many cycles. */
double plan_product_step(const struct plan_work *work, size_t rows, size_t vectors,
                         double load_cycles);

/* What it takes at least: measured on Zen 4. */
#define PLAN_LOAD_CYCLES 0.02

/* Storing a vector at all points, where so many bytes are kept till they are read. */
double plan_stored_cycles(const struct plan_work *work, double kept, size_t points);

#endif
