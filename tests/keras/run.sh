#!/bin/sh
# Runs every layer of cases/ through `tconv run` and compares with what Keras computed.
#
#     run.sh TCONV COMPARE WORKDIR ["MORE TCONV FLAGS"] [CASE...]
#
# TCONV is the program, COMPARE the built compare.c, WORKDIR an own directory to write in.
# The flags are one argument, for example "--target portable --unroll full". Prints for each
# failure the line that repeats it, and 'N passed, M failed' last. No Python, no Keras.
set -u
tconv=$1 compare=$2 work=$3 flags=${4-}
shift $(($# > 3 ? 4 : 3))
here=$(dirname "$0")
passed=0 failed=0

[ $# -gt 0 ] || set -- "$here"/cases/*/
for case in "$@"; do
    case=${case%/}
    [ -d "$case" ] || case=$here/cases/$case
    out=$work/$(basename "$case")
    rm -rf "$out" && mkdir -p "$out"
    bias="" grad_bias=""
    if [ -f "$case/bias.npy" ]; then
        bias="--bias $case/bias.npy" grad_bias="--grad-bias $out/dbias.npy"
    fi
    command="$tconv run $case/config.json --input $case/x.npy --kernel $case/kernel.npy $bias\
 --output $out/y.npy --grad-output $case/dy.npy --grad-input $out/dx.npy\
 --grad-kernel $out/dkernel.npy $grad_bias $flags"
    if $command >"$out/log" 2>&1 && "$compare" "$case" "$out" >>"$out/log" 2>&1; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        cat "$out/log"
        echo "FAILED: $command && $compare $case $out"
    fi
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
