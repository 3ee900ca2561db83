#!/bin/sh
# No room but main prints, ends the program or gives up on it; nor does the runtime.
#
# Exception: verify_run.c runs a kernel in a child process, which ends itself with _exit.
set -u
style=$(dirname "$(readlink -f "$0")")
root=$(dirname "$(dirname "$style")")
. "$style/../check.sh"
enter_scratch

# code FILE: its lines as NUMBER:LINE, without strings and comments
code()
{
    awk '{
        gsub(/\\"/, "")
        gsub(/"[^"]*"/, "\"\"")
        gsub(/\/\*([^*]|\*+[^*\/])*\*+\//, "")
        sub(/\/\/.*/, "")
        if (inside) { if (!sub(/.*\*\//, "")) next; inside = 0 }
        if (sub(/\/\*.*/, "")) inside = 1
        print FNR ":" $0
    }' "$1"
}

words='(stdout|stderr)([^a-zA-Z0-9_]|$)'
words="$words|(v?printf|puts|putchar|perror|exit|_Exit|quick_exit|abort|assert) *\("
children='_exit *\('
for path in "$root"/gen/*.[ch] "$root"/runtime/*; do
    case $path in
    */gen/main.c) continue ;;
    */gen/verify_run.c) pattern=$words ;;
    *) pattern="$words|$children" ;;
    esac
    code "$path" | grep -E "[^a-zA-Z0-9_]($pattern)" >offences
    none "${path#"$root"/} prints or ends the program" offences
done
finish
