#!/bin/sh
# The whole tree, the example's emitted kernels and the benchmark, builds without a warning.
#
#     warnings.sh COMPILER BUILD        BUILD stays, to be quick the next time
set -u
style=$(dirname "$(readlink -f "$0")")
root=$(dirname "$(dirname "$style")")
. "$style/../check.sh"
compiler=$1 build=$2
if ! command -v "$compiler" >/dev/null; then
    echo "SKIPPED style/warnings: there is no $compiler"
    pass
    finish
    exit
fi
mkdir -p "$build"
cd "$build" || exit 2
check "configure" env -u CFLAGS cmake -S "$root" -B . -G Ninja -DCMAKE_C_COMPILER="$compiler" \
    -DCMAKE_C_FLAGS="-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror"
env -u CFLAGS cmake --build . --target all bench --parallel 1 -- -k 0 >build.log 2>&1
status=$?
grep -E '(warning|error):' build.log | sort -u >offences
none "$compiler warns" offences
check "$compiler builds everything: $build/build.log" test $status -eq 0
finish
