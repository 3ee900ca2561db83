/*
 * spec_fields: one reader for each key of the config; spec.c's table names them.
 *
 * Each reads a value that may be absent and stores it in r->spec, or leaves the default.
 */
#ifndef TCONV_GEN_SPEC_FIELDS_H
#define TCONV_GEN_SPEC_FIELDS_H

#include "spec_reader.h"

bool spec_read_name(struct spec_reader *r, struct json_value value);
bool spec_read_trainable(struct spec_reader *r, struct json_value value);
bool spec_read_dtype(struct spec_reader *r, struct json_value value);
bool spec_read_filters(struct spec_reader *r, struct json_value value);
bool spec_read_kernel_size(struct spec_reader *r, struct json_value value);
bool spec_read_strides(struct spec_reader *r, struct json_value value);
bool spec_read_dilation_rate(struct spec_reader *r, struct json_value value);
bool spec_read_padding(struct spec_reader *r, struct json_value value);
bool spec_read_output_padding(struct spec_reader *r, struct json_value value);
bool spec_read_data_format(struct spec_reader *r, struct json_value value);
bool spec_read_use_bias(struct spec_reader *r, struct json_value value);
bool spec_read_groups(struct spec_reader *r, struct json_value value);
bool spec_read_kernel_initializer(struct spec_reader *r, struct json_value value);
bool spec_read_bias_initializer(struct spec_reader *r, struct json_value value);
bool spec_read_kernel_regularizer(struct spec_reader *r, struct json_value value);
bool spec_read_bias_regularizer(struct spec_reader *r, struct json_value value);
bool spec_read_activity_regularizer(struct spec_reader *r, struct json_value value);
bool spec_read_kernel_constraint(struct spec_reader *r, struct json_value value);
bool spec_read_bias_constraint(struct spec_reader *r, struct json_value value);

#endif
