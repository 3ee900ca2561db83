#!/bin/sh
# Nothing in the tree names a place on the machine where it was written.
set -u
style=$(dirname "$(readlink -f "$0")")
root=$(dirname "$(dirname "$style")")
. "$style/../check.sh"
enter_scratch
cd "$root" || exit 2

for place in '/[w]ork/' '/[r]oot/' '/[h]ome/' '/[t]mp/bash'; do
    grep -rnI --exclude-dir=.git --exclude-dir='build*' --exclude-dir=__pycache__ \
        "$place" . >"$scratch/offences"
    none "$place is named" "$scratch/offences"
done
finish
