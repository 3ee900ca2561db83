/*
 * bind_pass: the part of the templates' data that describes the passes: operands, blocks
 * of channels, regions, tiles and the micro-kernels they share.
 */
#ifndef TCONV_GEN_BIND_PASS_H
#define TCONV_GEN_BIND_PASS_H

#include "bind.h"
#include "plan_code.h"

/* Sets a field of the table on top of the stack. */
void bind_size(struct lua_State *lua, const char *field, size_t value);
void bind_bool(struct lua_State *lua, const char *field, bool value);
void bind_string(struct lua_State *lua, const char *field, const char *value);

/* Sets a list of pieces {n, size, first} of `cut`; `first` is the element at which they
 * begin. */
void bind_set_pieces(struct lua_State *lua, const char *field,
                     const struct tile_cut cut[2]);

/* Appends the value on top of the stack to the list below it. */
void bind_append(struct lua_State *lua);

/* What the first element of a run reads by its lowest tap. */
size_t bind_lowest_read(const struct axis_run *run);

/* Sets the fields of a compact pass: row_pieces, column_pieces, n_bands and the steps of
 * its walk. */
void bind_set_table(struct lua_State *lua, const struct plan_work *work,
                    const struct plan_choice *choice);

/* Sets the fields that every pass has: its names, its tile, how it rounds. */
void bind_set_choice(struct lua_State *lua, const struct bind_data *data,
                     enum plan_pass pass);

/* Sets a tensor that a pass reads: where it lies, and what of it is staged. */
void bind_set_operand(struct lua_State *lua, const char *field,
                      const struct layout_operand *operand);

/* Sets the blocks of lane channels: all full ones as one entry, then the last, narrower
 * one. Packed weights begin at `packed`, rows_of_block of them a block. */
void bind_set_blocks(struct lua_State *lua, const struct lanes_split *split, bool widens,
                     size_t packed, size_t rows_of_block);

/* Pushes the table of backward_weights. */
void bind_push_weights_pass(struct lua_State *lua, const struct bind_data *data);

/* Sets the fields forward, and with backward backward_input and backward_weights, of the
 * table on top of the stack. */
void bind_push_passes(struct lua_State *lua, const struct bind_data *data);

/* Sets the field columns of a pass whose lanes are columns. */
void bind_set_columns(struct lua_State *lua, const struct bind_data *data,
                      enum plan_pass pass);

/* Sets the field strassen of a pass that multiplies halves. */
void bind_set_strassen(struct lua_State *lua, const struct bind_data *data,
                       enum plan_pass pass);

/* Sets the fields scatter and pieces of a forward pass that scatters. */
void bind_set_scatter(struct lua_State *lua, const struct bind_data *data);

#endif
