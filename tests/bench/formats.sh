#!/bin/sh
# How fast channels_first is: the least time of channels_last over that of channels_first, per pass.
#
#     formats.sh TCONV SHAPES.csv LAYER...    for example build/tconv tests/bench/zoo.csv pose_2
#
# $CPU is the CPU to stay on (0). Both formats are timed in turns, $TURNS times (2).
set -eu
tconv=$1 shapes=$2
shift 2
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# least LAYER FORMAT SHAPE: adds a run's least times to $scratch/LAYER.FORMAT, a pass a line.
least()
{
    taskset -c "${CPU:-0}" "$tconv" bench "$scratch/$1.$2.json" --input-shape "$3" --json |
        sed -n 's/.*"\(forward\|backward_[a-z]*\)": {"min_us": \([0-9.]*\).*/\1 \2/p' \
            >>"$scratch/$1.$2"
}

for layer; do
    line=$(grep "^$layer," "$shapes")
    IFS=, read -r _ _ h w in out kh kw sh sw padding _ <<END
$line
END
    for format in last first; do
        echo "{\"name\": \"layer\", \"filters\": $out, \"kernel_size\": [$kh, $kw]," \
            "\"strides\": [$sh, $sw], \"padding\": \"$padding\"," \
            "\"data_format\": \"channels_$format\"}" >"$scratch/$layer.$format.json"
    done
    turn=0
    while [ "$turn" -lt "${TURNS:-2}" ]; do
        least "$layer" last "$h,$w,$in"
        least "$layer" first "$in,$h,$w"
        turn=$((turn + 1))
    done
    awk -v layer="$layer" '
        !((FILENAME, $1) in us) || $2 < us[FILENAME, $1] { us[FILENAME, $1] = $2 }
        END {
            printf "%-14s", layer
            for (i = split("forward backward_input backward_weights", pass); i > 0; i--)
                names[i] = pass[i]
            for (i = 1; i <= 3; i++)
                printf "  %s %.2f", names[i], us[ARGV[1], names[i]] / us[ARGV[2], names[i]]
            print ""
        }' "$scratch/$layer.last" "$scratch/$layer.first"
done
