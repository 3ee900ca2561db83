/*
 * line: one layer as one line of text that reproduces itself.
 *
 * A line is words in any order, each key followed by its value; what is not said has a
 * default, and of two values the last one counts. `#` starts a comment.
 *
 *     in 5x4x3          rows, columns, channels, whatever the data format
 *     filters 7         output channels
 *     kernel 3x2        strides, dilation and op (output_padding) the same; 3 means 3x3
 *     same | valid      padding
 *     channels_first    float64    nobias    forward_only    tf (Keras as TensorFlow's)
 *     activation relu6  a name, or Keras's JSON of an object, without blanks
 *     batch 2           of the data that the kernel is tried on
 *     unroll full       auto, full or tile
 *     statements 500    --max-statements
 *     code 2000         --max-code-bytes
 *     outputs 3x2       minimal filtering F(3 x 2, taps) in all passes, in tiles of
 *     group 4           tiles (a divisor of the lanes), two vectors wide, few at a time
 *     aligned           that begin where their phases do, in forward and the weights'
 *                       gradient
 *     halves 3          products of halves in both passes of positions, in tiles of 3
 *                       pairs by a vector, few at a time
 *     depth 1x4         tiles of a gradient of x whose lanes hold output channels, by two
 *                       thirds of the input channels
 *     spans 2x7         tiles of both passes of positions that span runs, of three
 * vectors target native     one of the table, native, or all that this machine runs
 *     refused           the plan must be over its budget
 *
 * Strides together with a dilation, which Keras refuses, are allowed: the core has them.
 */
#ifndef TCONV_DIFF_LINE_H
#define TCONV_DIFF_LINE_H

#include "plan.h"
#include "spec.h"

enum { LINE_WORD_BYTES = 160 };

struct line {
    size_t in[3], filters, kernel[2], strides[2], dilation[2], op[2], outputs[2],
        depth[2], spans[2];
    bool has_op, is_same, is_channels_first, is_float64, has_no_bias, is_forward_only,
        is_tf, is_refused, is_aligned;
    char activation[LINE_WORD_BYTES], unroll[LINE_WORD_BYTES], target[LINE_WORD_BYTES];
    size_t batch, group, halves, max_statements, max_code_bytes;
};

/* Reads the words of one line; fails, without a place, at the first that it does not
 * know. */
bool line_read(struct line *line, const char *words, struct error *err) MUST_USE;

/* The spec of the layer, by way of a Keras config. `place` must outlive the spec. */
bool line_derive_spec(const struct line *line, const char *place, struct tconv_spec *spec,
                      struct arena *arena, struct error *err) MUST_USE;

/* Unrolling, budget and passes of the plan; the target is the caller's. */
struct plan_request line_request(const struct line *line);

#endif
