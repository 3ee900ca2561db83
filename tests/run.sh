#!/bin/sh
# Runs every test: installs what is missing, builds, and counts the checks of each label.
#
#     tests/run.sh [CTEST OPTIONS]        for example tests/run.sh -L 'unit|error'
#
# $CC compiles the emitted code, by default cc. The last line is 'N passed, M failed'.
set -eu
tests=$(dirname "$(readlink -f "$0")")
root=$(dirname "$tests")
. "$tests/build.sh"

need build-essential cmake ninja-build pkg-config clang \
    liblua5.4-dev libcjson-dev libcriterion-dev libpng-dev
build

report=$root/build/tests.xml
rm -f "$report"
status=0
ctest --test-dir "$root/build" --output-on-failure -j "$(nproc)" "$@" \
    --no-tests=error --output-junit "$report" --test-output-size-passed 1000000 \
    --test-output-size-failed 1000000 || status=$?
[ ! -f "$report" ] || awk -f "$tests/count.awk" "$report" || status=1
exit "$status"
