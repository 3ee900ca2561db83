/*
 * plan_choosing: a plan chosen for a config, or read from a file. For the tests of plans.
 */
#ifndef TCONV_TEST_PLAN_CHOOSING_H
#define TCONV_TEST_PLAN_CHOOSING_H

#include <criterion/criterion.h>

#include "geometry_deriving.h"
#include "plan.h"
#include "plan_method.h"

static struct derived layer;
static struct plan plan;
static struct error err;

static inline void choose_unrolled(const char *config, const char *shape,
                                   const char *target, enum plan_unroll unroll)
{
    struct error unknown = {0};
    derive_ok(&layer, config, shape);
    const struct plan_request asked = {.target = target_find(target, &unknown),
                                       .unroll = unroll,
                                       .backward = true,
                                       .max_statements = PLAN_MAX_STATEMENTS};
    cr_assert(plan_choose(&plan, &layer.geometry, &asked, "c.json", &err), "%s",
              err.message);
}

static inline const struct plan_choice *choose(const char *config, const char *shape,
                                               const char *target, enum plan_pass pass)
{
    choose_unrolled(config, shape, target, PLAN_UNROLL_AUTO);
    return &plan.pass[pass];
}

static inline void drop_layer(void)
{
    drop(&layer.reading);
}

static inline bool read_plan(const char *json)
{
    err = (struct error){0};
    return plan_read(&plan, &layer.geometry, "p.json", json, strlen(json), &err);
}

static const char without_overlap[] =
    "{\"filters\": 32, \"kernel_size\": 2, \"strides\": 2}";

static const char whole[] = "{\"filters\": 32, \"kernel_size\": 3, \"strides\": 2}";

#endif
