#!/bin/sh
# The README shows one emitted file whole: it must be the one kept here.
set -u
golden=$(dirname "$(readlink -f "$0")")
. "$golden/../check.sh"
enter_scratch
sed -n '/writes, whole:/,/^```$/p' "$golden/../../README.md" | sed '1,/^```c$/d; $d' >shown
if diff -u "$golden/up.c" shown >difference 2>&1; then pass; else fail "README.md shows up.c" difference; fi
finish
