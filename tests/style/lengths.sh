#!/bin/sh
# Lines of 100 bytes at most, functions of 60 lines, files of fewer than 450.
set -u
style=$(dirname "$(readlink -f "$0")")
root=$(dirname "$(dirname "$style")")
. "$style/../check.sh"
enter_scratch
cd "$root" || exit 2

for path in $(find gen runtime tests examples -name golden -prune -o \
    '(' -name '*.[ch]' -o -name '*.inc' ')' -print); do
    awk 'length > 100 { print FNR ": " length " bytes" }
        /^{/ { first = FNR }
        /^}/ && first {
            if (FNR - first > 61) print first ": a function of " FNR - first - 1 " lines"
            first = 0
        }
        END { if (FNR >= 450) print FNR " lines" }' "$path" >"$scratch/offences"
    none "$path" "$scratch/offences"
done
for path in $(find gen templates tests examples .ci -name '*.tmpl' -o -name '*.lua' -o \
    -name '*.sh' -o -name '*.py' -o -name '*.cmake' -o -name CMakeLists.txt); do
    awk 'END { if (FNR >= 450) print FNR " lines" }' "$path" >"$scratch/offences"
    none "$path" "$scratch/offences"
done
finish
