#!/bin/sh
# The README's tables of the layer's members: none is missing, each C name stands in the file
# that it links to, and each test has its name there.
set -u
style=$(dirname "$(readlink -f "$0")")
root=$(dirname "$(dirname "$style")")
. "$style/../check.sh"
enter_scratch
cd "$root" || exit 2

# What Keras documents of Conv2DTranspose: arguments, methods, properties.
members="filters kernel_size strides padding output_padding data_format dilation_rate activation
    use_bias kernel_initializer bias_initializer kernel_regularizer bias_regularizer
    activity_regularizer kernel_constraint bias_constraint name trainable dtype input_shape
    __init__ __call__ __setattr__ apply build compute_mask compute_output_shape count_params
    from_config get_config get_input_at get_input_mask_at get_input_shape_at get_losses_for
    get_output_at get_output_mask_at get_output_shape_at get_updates_for get_weights set_weights
    input input_mask losses non_trainable_variables non_trainable_weights output output_mask
    output_shape trainable_variables trainable_weights updates variables weights"

# Rows as: member, C name, its file, suite, test, its file
sed -nE 's/^\| `([a-z_]+)( \(symbolic\))?` \| \[`([a-z_0-9]+)`\]\(([^)]+)\) \| \[([a-z]+)\/([a-z_]+)\]\(([^)]+)\) \|$/\1 \3 \4 \5 \6 \7/p' \
    README.md >"$scratch/rows"
for member in $members; do
    if grep -q "^$member " "$scratch/rows"; then pass; else fail "README.md has no row of $member"; fi
done
for member in activity_regularizer name trainable dtype input_shape; do # argument and property
    if [ "$(grep -c "^$member " "$scratch/rows")" -eq 2 ]; then pass; else fail "two rows of $member"; fi
done
while read -r member c_name header suite test source; do
    if grep -qw "$c_name" "$header"; then pass; else fail "$member: $header has no $c_name"; fi
    if grep -q "^Test($suite, $test)" "$source"; then
        pass
    else
        fail "$member: $source has no Test($suite, $test)"
    fi
done <"$scratch/rows"
finish
