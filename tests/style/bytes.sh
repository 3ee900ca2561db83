#!/bin/sh
# Emitted text depends on the config and the options alone: not on the folder, the locale,
# the time, the run, the way a path is written. Files that would not change stay untouched.
#
#     bytes.sh TCONV
set -u
style=$(dirname "$(readlink -f "$0")")
root=$(dirname "$(dirname "$style")")
tconv=$(realpath "$1")
. "$style/../check.sh"
enter_scratch

# A locale that writes 1,5 where C writes 1.5.
export LOCPATH="$scratch/locales"
mkdir locales "other folder"
localedef -i de_DE -f UTF-8 locales/de_DE.UTF-8 >log 2>&1
comma=$(LC_ALL=de_DE.UTF-8 env printf '%.1f' 1 2>/dev/null)
[ "$comma" = 1,0 ] || echo "SKIPPED style/bytes: no locale with a decimal comma here"

in_other_folder() { (cd "other folder" && "$@"); }

for config in "$root"/tests/golden/*.json; do
    name=$(basename "$config" .json)
    case $name in *.plan) continue ;; esac
    read -r options <"$root/tests/golden/$name.args"
    cp "$config" here.json

    # emits WHAT DIRECTORY COMMAND...: the command's files equal the first ones
    emits()
    {
        what="$name: $1" directory=$2
        shift 2
        # shellcheck disable=SC2086 # options are words
        "$@" --name k $options -o "$directory" >log 2>&1 || fail "$what" log
        check "$what" diff -r first "$directory"
    }
    rm -rf first second
    # shellcheck disable=SC2086
    "$tconv" gen here.json --name k $options -o first
    emits 'another run' second "$tconv" gen here.json
    emits 'an absolute path' "$scratch/second" "$tconv" gen "$config"
    rm -rf second
    emits 'standard input' second "$tconv" gen - <here.json
    cp here.json "other folder/a b.json"
    emits 'another folder' "$scratch/second" in_other_folder "$tconv" gen "a b.json"
    emits 'templates from files' second "$tconv" gen here.json --templates "$root/templates"
    rm -rf second
    emits 'an empty environment' second env -i TZ=Asia/Tokyo "$tconv" gen here.json
    if [ "$comma" = 1,0 ]; then
        rm -rf second
        emits 'another locale' second env LC_ALL=de_DE.UTF-8 LANG=de_DE.UTF-8 "$tconv" gen here.json
    fi
    touch -d 2001-01-01 first/k.c first/k.h
    emits 'over old files' first "$tconv" gen here.json
    check "$name: unchanged files were written again" \
        test first/k.c -ot here.json -a first/k.h -ot here.json
done

# Explain and the plan write numbers too.
for verb in explain "explain --json" "gen --dump plan" "gen --dump geometry" "gen --dump spec"; do
    # says FILE COMMAND...: what it prints, which is something
    says()
    {
        to=$1
        shift
        # shellcheck disable=SC2086 # verbs are words
        "$@" $verb --input-shape 2,3,4 "$root/tests/golden/up.json" >"$to" 2>log || fail "$verb" log
    }
    says first.txt "$tconv"
    says second.txt env LC_ALL=de_DE.UTF-8 "$tconv"
    check "$verb in another locale" cmp first.txt second.txt
done
finish
