#!/bin/sh
# What emitted code costs to make, per layer: generation, compilation, and the machine code of
# each pass against what the plan predicted.
#
#     tests/bench/code.sh TCONV SHAPES [TARGET...]
#
# SHAPES: tests/bench/zoo.csv or a file of tests/diff/shapes; TARGET: by default portable,
# x86-64-v3 and x86-64-v4. $CC compiles, by default cc, at -O2. Writes one line a layer and
# target, then what is worst and in the middle. Ratios are predicted / compiled bytes.
set -eu
tconv=$(realpath "$1")
shapes=$(realpath "$2")
here=$(dirname "$(readlink -f "$0")")
root=$(dirname "$(dirname "$here")")
shift 2
[ $# -gt 0 ] || set -- portable x86-64-v3 x86-64-v4
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"

awk -f "$here/shapes.awk" "$shapes" >layers
tab=$(printf '\t')

# milliseconds COMMAND...: how long it ran, into $took
milliseconds()
{
    began=$(date +%s%N)
    "$@"
    took=$((($(date +%s%N) - began) / 1000000))
}

# measure NAME OPTIONS...: one layer of k.json
measure()
{
    layer=$1
    shift
    milliseconds "$tconv" gen k.json --name k "$@" >gen.log 2>&1 || {
        echo "$layer $target refused: $(cat gen.log)"
        return 0
    }
    made=$took
    "$tconv" gen k.json --name k "$@" --dump plan >k.plan
    flags=$(sed -n 's/^ \* Compile with: //p' k.c | sed 's/-O3/-O2/')
    # shellcheck disable=SC2086 # flags are words
    milliseconds ${CC:-cc} -std=c11 -fPIC $flags -I "$root/runtime" -c k.c -o k.o
    nm -S --defined-only k.o | awk -v layer="$layer" -v target="$target" -v made="$made" \
        -v compiled="$took" -f "$here/code.awk" k.plan -
}

for target in "$@"; do
    while IFS=$tab read -r name config options; do
        printf '%s\n' "$config" >k.json
        case $options in *--target*) [ "$target" = portable ] || continue ;; esac
        case $options in
        # shellcheck disable=SC2086 # options are words
        *--target*) measure "$name" $options ;;
        *) measure "$name" $options --target "$target" ;;
        esac
    done <layers
done | tee lines
awk -f "$here/code_summary.awk" lines
