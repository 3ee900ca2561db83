#!/bin/sh
# The sources are as clang-format 14 with our .clang-format leaves them. Other versions
# break some lines elsewhere, so without this one there is nothing to check.
set -u
style=$(dirname "$(readlink -f "$0")")
root=$(dirname "$(dirname "$style")")
. "$style/../check.sh"
enter_scratch

for format in clang-format-14 clang-format none; do
    case $($format --version 2>/dev/null) in *"version 14."*) break ;; esac
done
if [ $format = none ]; then
    echo "SKIPPED style/format: it needs clang-format 14"
    pass
    finish
    exit
fi
cd "$root" || exit 2
for path in $(find gen runtime tests examples -name golden -prune -o \
    '(' -name '*.[ch]' -o -name '*.inc' ')' -print); do
    line=$($format --dry-run -Werror "$path" 2>&1 | sed -n 's/^[^:]*:\([0-9]*\):.* error: .*/\1/p')
    if [ -z "$line" ]; then pass; else fail "$path:${line%%[!0-9]*}: $format -i changes this"; fi
done
finish
