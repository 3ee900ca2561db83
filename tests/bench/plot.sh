#!/bin/sh
# Draws what run.sh measured: plot.sh RESULTS.csv PREFIX writes PREFIX-ratio.svg (best peer /
# tconv by layer, a bar for each pass) and PREFIX-roofline.svg (speed over intensity).
set -eu
bench=$(dirname "$(readlink -f "$0")")
csv=$1 prefix=$2
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# For each pass a file: layer, best peer / tconv, flops per byte, GFLOP/s of tconv, of the peer.
awk -F, -v to="$scratch" '
    /^# (peak_gflops|memory_gbytes): / {
        split($0, words, /[ :]+/)
        print words[2] " = " words[3] >(to "/machine.gp")
    }
    /^#/ { next }
    !at["layer"] {
        for (i = 1; i <= NF; i++) at[$i] = i
        next
    }
    $at["outcome"] != "timed" { next }
    {
        key = $at["pass"] SUBSEP $at["layer"]
        time = $at["min_us"]
        if ($at["contender"] == "tconv") {
            order[++n] = key
            ours[key] = time
            flops[key] = $at["flops"]
            bytes[key] = $at["bytes"]
        } else if (!(key in best) || time < best[key])
            best[key] = time
    }
    END {
        for (i = 1; i <= n; i++) {
            key = order[i]
            if (!(key in best)) continue
            split(key, parts, SUBSEP)
            print parts[2], best[key] / ours[key], flops[key] / bytes[key],
                flops[key] / ours[key] / 1e3, flops[key] / best[key] / 1e3 >(to "/" parts[1])
        }
    }' "$csv"
passes=""
for pass in forward backward_input backward_weights; do
    [ ! -f "$scratch/$pass" ] || passes="$passes $pass"
done
gnuplot -e "folder='$scratch'; prefix='$prefix'; passes='$passes'" "$bench/plot.gp"
