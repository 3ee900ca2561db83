# Reads ctest's JUnit report and prints the checks of each label, then 'N passed, M failed'.
#
# A test is LABEL/NAME. It counts what it says itself, 'N passed, M failed' or Criterion's
# synthesis, and one when it says nothing. A test that fails without naming a failed check
# counts one failed. Lines that begin with SKIPPED are repeated.

function attribute(name,    value)
{
    value = $0
    if (!sub(".* " name "=\"", "", value))
        return ""
    sub("\".*", "", value)
    return value
}

/<testcase / {
    label = attribute("name")
    sub("/.*", "", label)
    status = attribute("status")
    if (!(label in tests))
        order[++labels] = label
    tests[label]++
    ok = bad = 0
}

{ sub(".*<system-out>", "") }

/^[0-9]+ passed, [0-9]+ failed/ {
    ok = $1
    bad = $3
}

/Synthesis: Tested:/ {
    gsub(/\033\[[0-9;]*m|&#27;\[[0-9;]*m/, "")
    split($0, part, "[:|]")
    ok = part[5] + 0
    bad = part[7] + part[9]
}

/^SKIPPED/ { skipped[++skips] = $0 }

/<\/testcase>/ {
    if (status == "run" && ok + bad == 0)
        ok = 1
    if (status != "run" && bad == 0)
        bad = 1
    passed[label] += ok
    failed[label] += bad
}

END {
    printf "\n%-10s %6s %8s %8s\n", "label", "tests", "passed", "failed"
    for (i = 1; i <= labels; i++) {
        l = order[i]
        printf "%-10s %6d %8d %8d\n", l, tests[l], passed[l], failed[l]
        n += passed[l]
        m += failed[l]
    }
    for (i = 1; i <= skips; i++)
        print skipped[i]
    printf "%d passed, %d failed\n", n, m
    exit m > 0
}
