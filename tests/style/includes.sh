#!/bin/sh
# The rules of the house that #include lines can break; rooms.txt has the order of the rooms.
#
# The runtime includes nothing of gen. No room includes a later one. One file sees cJSON, and
# only the rooms bind and render see Lua.
set -u
style=$(dirname "$(readlink -f "$0")")
root=$(dirname "$(dirname "$style")")
. "$style/../check.sh"
enter_scratch
cd "$root" || exit 2
set -f

# The line of rooms.txt that has a file, counted without comments; 0 when none has it.
floor_of()
{
    file=${1%.*} floor=0
    while read -r patterns; do
        case $patterns in '#'*) continue ;; esac
        floor=$((floor + 1))
        for pattern in $patterns; do
            # shellcheck disable=SC2254 # a pattern
            case $file in $pattern) return ;; esac
        done
    done <"$style/rooms.txt"
    floor=0
}

# includes FILE: what it includes in quotes
includes() { sed -n 's/^#include "\(.*\)".*/\1/p' "$1"; }

for path in $(find runtime -name '*.[ch]' -o -name '*.inc'); do
    for header in $(includes "$path"); do
        if [ -f "runtime/$header" ]; then
            pass
        else
            fail "$path includes $header; the runtime includes only itself"
        fi
    done
done

for path in $(find gen -name '*.[ch]'); do
    name=${path#gen/}
    floor_of "$name"
    own=$floor
    [ "$own" -gt 0 ] || fail "$path: no room; tests/style/rooms.txt has to place it"
    for header in $(includes "$path"); do
        floor_of "$header"
        if [ -f "runtime/$header" ]; then
            pass
        elif [ ! -f "gen/$header" ]; then
            fail "$path includes $header, which neither gen nor runtime has"
        elif [ "$floor" -gt "$own" ]; then
            fail "$path includes $header, a room above it"
        else
            pass
        fi
    done
done

# only WHO HEADERS FILES: files that include HEADERS are among FILES; both are patterns
only()
{
    grep -rnE "^#include [<\"]($2)" gen runtime | grep -vE "^gen/($3):" >"$scratch/offences"
    none "$1 sees what it may not" "$scratch/offences"
}

only 'a file but json.c' '(cjson/)?cJSON' 'json\.c'
only 'a file but bind*.c and render.c' '(lua[0-9.]*/)?(lua|lauxlib|lualib)\.h' \
    '(bind[a-z_]*|render)\.c'
finish
