# Counting, for test scripts to source: each check passes silently or prints what is wrong.
passed=0
failed=0

pass() { passed=$((passed + 1)); }

# fail WHAT [FILE]: and the first lines of FILE
fail()
{
    failed=$((failed + 1))
    echo "FAIL: $1"
    [ $# -lt 2 ] || sed 's/^/    /; 20q' "$2"
}

# check WHAT COMMAND...: the command succeeds
check()
{
    what=$1
    shift
    if "$@" >check.log 2>&1; then pass; else fail "$what" check.log; fi
}

# none WHAT FILE: the file, a list of offences, is empty
none()
{
    if [ -s "$2" ]; then fail "$1" "$2"; else pass; fi
}

# enter_scratch: an own directory that goes when the script ends
enter_scratch()
{
    scratch=$(mktemp -d)
    trap 'rm -rf "$scratch"' EXIT
    cd "$scratch" || exit 2
}

# finish: the last line and the exit status
finish()
{
    echo "$passed passed, $failed failed"
    [ "$failed" -eq 0 ]
}
