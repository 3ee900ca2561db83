#!/bin/sh
# The decoder as a project without CMake would build it: `tconv gen --with-runtime`, then one
# command of $CC. For every target that this machine runs, its pictures are Keras's.
#
#     run.sh TCONV WORK
set -u
here=$(dirname "$(readlink -f "$0")")
decoder=$(dirname "$(dirname "$here")")/examples/decoder
tconv=$(realpath "$1")
. "$here/../check.sh"
rm -rf "$2" && mkdir -p "$2" && cd "$2" || exit 2

for target in portable native; do
    for layer in 1 2 3 4; do
        check "layer $layer is emitted for $target" "$tconv" gen "$decoder/model/layer$layer.json" \
            --name decoder_$layer --target $target --with-runtime -o $target
    done
    # shellcheck disable=SC2086 # CC may hold options
    check "the decoder is compiled for $target" ${CC:-cc} -std=c11 -O2 -ffp-contract=fast \
        -I $target -I "$decoder" "$decoder"/*.c $target/*.c -o decoder-$target -lpng -lm
    check "the pictures are Keras's, $target" \
        ./decoder-$target "$decoder/model" atlas-$target.png
    check "the atlas is written, $target" test -s atlas-$target.png
done
finish
