#!/bin/sh
# Every refusal, end to end: `tconv gen CASE.json` must exit with 1, say the one line that
# CASE.expect holds, and write nothing. CASE.args holds further arguments, one on a line;
# CASE.verb another verb that takes -o. A line that begins with an option is wrong usage: exit status 2, and where to read more.
#
# usage: run.sh TCONV_BINARY
set -u
[ $# -eq 1 ] || { echo "usage: run.sh TCONV_BINARY" >&2; exit 2; }
tconv=$(realpath -- "$1") || exit 2
cd "$(dirname -- "$0")" || exit 2
scratch=$(mktemp -d) || exit 2
trap 'rm -rf "$scratch"' EXIT
passed=0
failed=0

# Prints what is wrong with what the last run left in $scratch; nothing when all is right.
judge() {
    printf 'tconv: ' | cat - "$1.expect" >"$scratch/wanted"
    status=1
    case $(cat "$1.expect") in
    --*) status=2 && echo "try \`tconv $verb --help\`" >>"$scratch/wanted" ;;
    esac
    [ "$2" -eq $status ] || echo "exit status $2; expected $status"
    [ ! -s "$scratch/out" ] || echo "something on stdout; expected nothing"
    [ -z "$(ls -A "$scratch/dir")" ] || echo "files in the output directory; expected none"
    diff "$scratch/wanted" "$scratch/err" >"$scratch/diff" ||
        sed 's/^</expected:/; s/^>/     got:/; /^[0-9]/d; /^---$/d' "$scratch/diff"
}

for config in *.json; do
    name=${config%.json}
    verb=gen
    [ ! -f "$name.verb" ] || read -r verb <"$name.verb"
    set --
    if [ -f "$name.args" ]; then
        while IFS= read -r argument; do set -- "$@" "$argument"; done <"$name.args"
    fi
    mkdir "$scratch/dir"
    "$tconv" "$verb" "$config" "$@" -o "$scratch/dir" >"$scratch/out" 2>"$scratch/err"
    faults=$(judge "$name" $?)
    if [ -z "$faults" ]; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        printf 'FAILED: cd %s && %s %s %s' "$PWD" "$tconv" "$verb" "$config"
        printf " '%s'" "$@" -o /tmp/x
        printf '\n%s\n' "$faults"
    fi
    rm -rf "$scratch/dir"
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
