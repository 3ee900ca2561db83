/* batch: one C file that includes the others, the compiler, dlopen. */
#include "batch.h"

#include <ctype.h>
#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

#include "compile.h"
#include "emit.h"
#include "plan_method.h"
#include "output.h"
#include "strassen.h"
#include "tconv_shape.h"

enum { PATH_BYTES = 512 };

static bool expect_refusal(const struct layer *layer, bool is_planned, struct error *err)
{
    if (!is_planned && strstr(err->message, "--max-statements") != NULL) {
        *err = (struct error){0};
        return true;
    }
    return error_set(err, "%s: got a plan within %zu statements; expected a refusal",
                     layer->place, layer->line.max_statements);
}

static bool render(struct layer *layer, const struct tconv_spec *spec,
                   const struct plan *plan, const char *directory, struct arena *arena,
                   struct error *err)
{
    struct emitted emitted;
    if (!emit_render(&emitted, layer->name, spec, &layer->geometry, plan, NULL, arena,
                     err))
        return false;
    const bool done = emit_write_files(&emitted, directory, err);
    emit_free(&emitted);
    return done;
}

/* The vectors, or channels, of a tile's row that leave a narrower last block. */
static size_t choose_vectors(const struct plan_work *work)
{
    if (work->target->vector_bytes == 0)
        return work->lane_channels - work->lane_channels / 3;
    return work->lane_channels > work->lanes ? 2 : 1;
}

/* Gives every pass the filter that the line asks for; where the channels are fewer than a
 * target's lanes there is none. */
static bool filter_passes(const struct layer *layer, struct plan *plan, struct error *err)
{
    for (int pass = 0; pass < (plan->backward ? PLAN_PASSES : 1); pass++) {
        const struct plan_work work =
            plan_describe_work(&layer->geometry, plan->target, (enum plan_pass)pass);
        if (work.lane_channels < work.lanes || work.inner_channels < work.lanes)
            continue;
        if (!plan_winograd_applies(&work))
            return error_set(err, "%s: got a layer that cannot be filtered; expected one",
                             layer->place);
        const struct winograd_form form = {
            .outputs = {layer->line.outputs[0], layer->line.outputs[1]},
            .is_aligned = layer->line.is_aligned && plan_winograd_aligns(&work)};
        plan->pass[pass] =
            plan_winograd_predict(&work, &form, layer->line.group, choose_vectors(&work));
        plan->pass[pass].block_tiles = 2 * layer->line.group;
    }
    return true;
}

/* Gives both passes of positions the products of halves that the line asks for; where
 * half of the channels are no whole vectors of a target there are none. */
static bool halve_passes(const struct layer *layer, struct plan *plan, struct error *err)
{
    if (!geometry_meets_one_tap(&layer->geometry))
        return error_set(err,
                         "%s: got outputs of several taps, or none; expected one each",
                         layer->place);
    for (int pass = 0; pass < (plan->backward ? PLAN_BACKWARD_WEIGHTS : 1); pass++) {
        const struct plan_work work =
            plan_describe_work(&layer->geometry, plan->target, (enum plan_pass)pass);
        if (!plan_strassen_applies(&work))
            continue;
        plan->pass[pass] = plan_strassen_predict(&work, layer->line.halves, 1);
        plan->pass[pass].block_tiles = 2 * layer->line.halves;
    }
    return true;
}

/* Makes a tile smaller until the registers of the target hold it. */
static void fit_tile(const struct plan_work *work, struct tile_limit *tile,
                     size_t *vectors)
{
    while (!plan_tile_fits(work, tile->rows * tile->columns, *vectors)) {
        size_t *largest = tile->columns > 1 ? &tile->columns
                          : tile->rows > 1  ? &tile->rows
                                            : vectors;
        --*largest;
    }
}

/* Gives both passes of positions tiles that span runs, as the line asks for, or what of
 * them the registers of the target hold; where there is nothing to span they have none.
 */
static void span_passes(const struct layer *layer, struct plan *plan)
{
    for (int pass = 0; pass < PLAN_BACKWARD_WEIGHTS && (pass == 0 || plan->backward);
         pass++) {
        enum { MOST_VECTORS = 3 };
        struct spans spans;
        struct tile_limit tile = {layer->line.spans[0], layer->line.spans[1]};
        const struct plan_work work =
            plan_describe_work(&layer->geometry, plan->target, (enum plan_pass)pass);
        size_t vectors = (work.lane_channels + work.lanes - 1) / work.lanes;
        if (!plan_spans_runs(&work))
            continue;
        vectors = vectors < MOST_VECTORS ? vectors : MOST_VECTORS;
        fit_tile(&work, &tile, &vectors);
        const struct plan_work spanning = plan_span_runs(&work, tile, &spans);
        plan->pass[pass] = plan_direct_predict(&spanning, tile, vectors, false);
    }
}

/* Gives the gradient of x the tile that the line asks for, whose lanes hold output
 * channels, or what of it the registers of the target hold; where input channels fill
 * vectors of a target it has none. */
static void lay_pass(const struct layer *layer, struct plan *plan)
{
    struct tile_limit tile = {layer->line.depth[0], layer->line.depth[1]};
    const struct plan_work work =
        plan_describe_work(&layer->geometry, plan->target, PLAN_BACKWARD_INPUT);
    if (!plan_lays_depth(&work))
        return;
    const struct plan_work laid = plan_lay_depth(&work);
    size_t vectors = work.lane_channels - work.lane_channels / 3;
    fit_tile(&laid, &tile, &vectors);
    plan->pass[PLAN_BACKWARD_INPUT] = plan_direct_predict(&laid, tile, vectors, false);
}

bool layer_emit(struct layer *layer, const char *directory, struct arena *arena,
                struct error *err)
{
    struct tconv_spec spec;
    struct plan plan;
    struct plan_request request = line_request(&layer->line);
    request.target = layer->target;
    if (!line_derive_spec(&layer->line, layer->place, &spec, arena, err) ||
        !geometry_derive(&layer->geometry, &spec, arena, err))
        return false;
    const bool is_planned =
        plan_choose(&plan, &layer->geometry, &request, layer->place, err);
    if (layer->line.is_refused)
        return expect_refusal(layer, is_planned, err);
    if (is_planned && layer->line.depth[0] > 0)
        lay_pass(layer, &plan);
    if (is_planned && layer->line.spans[0] > 0)
        span_passes(layer, &plan);
    return is_planned &&
           (layer->line.outputs[0] == 0 || filter_passes(layer, &plan, err)) &&
           (layer->line.halves == 0 || halve_passes(layer, &plan, err)) &&
           render(layer, &spec, &plan, directory, arena, err);
}

/* The macros of the header, against the geometry. */
static void write_assertions(const struct layer *layer, struct text *source)
{
    const struct tconv_layer *l = &layer->geometry.layer;
    const struct tconv_shape y = tconv_output_shape(l, 1);
    char upper[LAYER_NAME_BYTES];
    size_t i = 0;
    for (; layer->name[i] != '\0'; i++)
        upper[i] = (char)toupper((unsigned char)layer->name[i]);
    upper[i] = '\0';
    const struct {
        const char *suffix;
        size_t size;
    } macros[] = {{"IN_H", l->axis[0].in},
                  {"IN_W", l->axis[1].in},
                  {"IN_C", l->in_c},
                  {"OUT_H", l->axis[0].out},
                  {"OUT_W", y.size[l->channels_first ? 3 : 2]},
                  {"OUT_C", y.size[l->channels_first ? 1 : 3]},
                  {"WEIGHTS", layer->geometry.w_size}};
    for (size_t m = 0; m < sizeof macros / sizeof macros[0]; m++)
        text_print(source, "_Static_assert(%s_%s == %zu, \"%s.h\");\n", upper,
                   macros[m].suffix, macros[m].size, layer->name);
}

/* Every emitted file has a type `vec` of its own. */
static void write_includes(struct layer *const layers[], size_t n, struct text *source)
{
    for (size_t i = 0; i < n; i++) {
        text_print(source, "#undef vec\n#define vec vec_%s\n#include \"%s.c\"\n",
                   layers[i]->name, layers[i]->name);
        write_assertions(layers[i], source);
    }
}

static const char *choose_flags(const struct target *target, bool is_syntax_only)
{
    if (!is_syntax_only)
        return target->flags;
    return target->vector_bytes == 0
               ? "-fsyntax-only -Wno-unused-command-line-argument -Werror -Wall -Wextra "
                 "-Wpedantic -Wconversion -Wshadow"
               : "-fsyntax-only -Wno-unused-command-line-argument -Werror -Wall -Wextra "
                 "-Wshadow";
}

static bool compile(const struct batch_place *place, const struct target *target,
                    const struct text *source, struct error *err)
{
    char path[PATH_BYTES];
    double milliseconds;
    sigset_t none;
    sigemptyset(&none);
    snprintf(path, sizeof path, "%s/batch.c", place->directory);
    const struct compile_job job = {.directory = place->directory,
                                    .source = "batch.c",
                                    .library = "batch.so",
                                    .flags = choose_flags(target, place->is_syntax_only),
                                    .signal_mask = &none};
    return emit_write_atomically(path, text_string(source), source->length, err) &&
           output_write_runtime(place->directory, err) &&
           compile_library(&job, &milliseconds, err);
}

static void *find_symbol(void *library, const struct layer *layer, const char *suffix)
{
    char symbol[PATH_BYTES];
    snprintf(symbol, sizeof symbol, "%s_%s", layer->name, suffix);
    return dlsym(library, symbol);
}

static bool is_complete(const struct layer *layer)
{
    const struct named_functions *f = &layer->named;
    const bool trains = !layer->line.is_forward_only;
    return layer->kernel != NULL && layer->kernel->abi == TCONV_ABI &&
           strcmp(layer->kernel->name, layer->name) == 0 && f->pack != NULL &&
           f->forward != NULL && (f->forward_train != NULL) == trains &&
           (f->backward != NULL) == trains &&
           (layer->kernel->forward_train != NULL) == trains &&
           (layer->kernel->backward != NULL) == trains;
}

static bool find_kernel(void *library, struct layer *layer, struct error *err)
{
    struct named_functions *f = &layer->named;
    layer->kernel = find_symbol(library, layer, "kernel");
    *(void **)&f->pack = find_symbol(library, layer, "pack");
    *(void **)&f->forward = find_symbol(library, layer, "forward");
    *(void **)&f->forward_train = find_symbol(library, layer, "forward_train");
    *(void **)&f->backward = find_symbol(library, layer, "backward");
    return is_complete(layer) ||
           error_set(err, "%s: got another set of functions; expected those of tconv.h",
                     layer->place);
}

static bool load(struct layer *const layers[], size_t n, const char *directory,
                 void **library, struct error *err)
{
    char path[PATH_BYTES];
    snprintf(path, sizeof path, "%s/batch.so", directory);
    *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (*library == NULL)
        return error_set(err, "%s: got \"%s\"; expected a library that loads",
                         layers[0]->place, dlerror());
    for (size_t i = 0; i < n; i++)
        if (!find_kernel(*library, layers[i], err))
            return false;
    return true;
}

bool batch_build(struct layer *const layers[], size_t n, const struct batch_place *place,
                 void **library, struct error *err)
{
    struct text source = {0};
    *library = NULL;
    write_includes(layers, n, &source);
    const bool done =
        text_ok(&source, err) && compile(place, layers[0]->target, &source, err);
    text_free(&source);
    return done &&
           (place->is_syntax_only || load(layers, n, place->directory, library, err));
}
