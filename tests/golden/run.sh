#!/bin/sh
# Emitted text against the text that was read in review: for each NAME.json the files
# NAME.plan.json, NAME.h and NAME.c that `tconv gen` makes of it with the options of the one
# line in NAME.args, byte by byte.
#
#     run.sh TCONV [--update]        --update writes the files instead, to be read again
set -u
golden=$(dirname "$(readlink -f "$0")")
tconv=$(realpath "$1")
update=${2-}
. "$golden/../check.sh"
enter_scratch

# compare FILE: what was made against what is kept
compare()
{
    if [ -n "$update" ]; then
        cmp -s "$1" "$golden/$1" || { cp "$1" "$golden/$1" && echo "updated $1"; }
    fi
    if diff -u "$golden/$1" "$1" >difference 2>&1; then pass; else fail "$1" difference; fi
}

for config in "$golden"/*.json; do
    name=$(basename "$config" .json)
    case $name in *.plan) continue ;; esac
    # shellcheck disable=SC2046 # options are words
    set -- "$config" --name "$name" $(cat "$golden/$name.args")
    check "$name" "$tconv" gen "$@"
    "$tconv" gen "$@" --dump plan >"$name.plan.json"
    for suffix in plan.json h c; do compare "$name.$suffix"; done
done
[ "$failed" -eq 0 ] || echo "when the new text is right: $golden/run.sh $tconv --update"
finish
