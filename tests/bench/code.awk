# A plan as --dump plan writes it, then `nm -S` of the object: one line of
# LAYER TARGET generated-ms compiled-ms and, per pass, method:predicted/compiled bytes.

FILENAME != "-" && match($0, /"(forward|backward_input|backward_weights)": /) {
    pass = substr($0, RSTART + 1, RLENGTH - 4)
    order[++n] = pass
    match($0, /"method": "[a-z]+"/)
    method[pass] = substr($0, RSTART + 11, RLENGTH - 12)
    match($0, /"code_bytes": [0-9]+/)
    predicted[pass] = substr($0, RSTART + 14, RLENGTH - 14)
}

FILENAME == "-" && NF == 4 && $3 ~ /[tT]/ {
    for (i = 1; i <= n; i++)
        if (index($4, "k_" order[i]) == 1) compiled_bytes[order[i]] += hex($2)
}

function hex(digits,    i, value)
{
    for (i = 1; i <= length(digits); i++)
        value = value * 16 + index("0123456789abcdef", substr(digits, i, 1)) - 1
    return value
}

END {
    printf "%s %s %d ms %.2f s", layer, target, made, compiled / 1000
    for (i = 1; i <= n; i++)
        printf " %s:%d/%d", method[order[i]], predicted[order[i]], compiled_bytes[order[i]]
    print ""
}
