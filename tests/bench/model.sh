#!/bin/sh
# How good the cost model is: for each layer of a shapes file, the time of the plan that it
# chose over that of the best plan found by trying, pass by pass; and how often it is within
# 5 %. On an idle machine; each layer takes about SECONDS.
#
#     model.sh TCONV [SECONDS [ZOO.csv [NAME...]]]     20, all layers of zoo.csv beside this
set -eu
here=$(dirname "$(readlink -f "$0")")
tconv=$(realpath "$1")
seconds=${2:-20}
zoo=$(realpath "${3:-$here/zoo.csv}")
[ $# -le 3 ] || { shift 3 && names=" $* "; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

list_layers() { tail -n +2 "$zoo" | tr -d '\r'; }

while IFS=, read -r name n h w cin cout kh kw sh sw padding output_padding rest; do
    case ${names- $name } in *" $name "*) ;; *) continue ;; esac
    output_padding=${output_padding:-null}
    cat >"$name.json" <<JSON
{"name": "$name", "filters": $cout, "kernel_size": [$kh, $kw], "strides": [$sh, $sw],
 "padding": "$padding", "output_padding": $output_padding}
JSON
    "$tconv" tune "$name.json" --input-shape "$h,$w,$cin" --batch "$n" -o "$name.plan" \
        --seconds "$seconds" --candidates 24 --report </dev/null >"$name.txt" 2>log || {
        cat log >&2
        exit 1
    }
    awk -v name="$name" 'NR == 1 {
        for (i = 1; i <= NF; i++) if ($i == "of_best") ratio = i
        if (!ratio) exit 1
        next
    }
    {
        tried[$1]++
        if ($2 == 0) { first[$1] = $ratio; order[++n] = $1 }
        if ($ratio == "1.000") best[$1] = $2
    }
    END {
        for (i = 1; i <= n; i++) {
            pass = order[i]
            printf "%-16s %-17s %6.3f  best is candidate %d of %d\n", name, pass, first[pass],
                best[pass], tried[pass]
        }
    }' "$name.txt" | tee -a all
    [ -z "${KEEP-}" ] || cp "$name.txt" "$KEEP"
done <<LAYERS
$(list_layers)
LAYERS

awk '{
    n[$2]++
    within[$2] += $3 <= 1.05
    if ($3 > worst[$2]) { worst[$2] = $3; at[$2] = $1 }
}
END {
    for (pass in n)
        printf "%s: the first choice is within 5 %% of the best found on %d of %d layers; " \
            "worst %.2f times (%s)\n", pass, within[pass], n[pass], worst[pass], at[pass]
}' all | sort
