#!/bin/sh
# Times tconv's kernels against other libraries; --help says how. Builds what it needs, and
# installs the peers' Debian packages where it may.
set -eu
bench=$(dirname "$(readlink -f "$0")")
root=$(dirname "$(dirname "$bench")")
. "$root/tests/build.sh"
here=$root/build/bench

help()
{
    cat <<'END'
tests/bench/run.sh [OPTIONS]: tconv's kernels against other libraries, in one run

For every layer of a shapes file and every pass: emits, compiles and checks tconv's kernel,
opens every peer that can do the pass, checks its result, and times all of them in turns, on
one thread of one CPU. A line shows the least times of tconv and of the fastest peer, their
shares of the CPU's multiply-add peak, which the same run measures, and the ratio: above 1,
tconv is faster. A wrong result is reported and not timed.

  --shapes FILE      layers, one a line (tests/bench/zoo.csv)
  --only NAME,...    these layers only
  --passes PASS,...  of forward, backward_input, backward_weights
  --peers NAME,...   these peers only: onednn, onednn3 (after tests/bench/onednn3.sh), xnnpack,
                     gemm; '' for none
  --also FILE        a CSV of further peers, as --csv writes it; may be repeated
  --target NAME      what tconv emits for (native)
  --numerics KIND    fast, or exact: without methods that round more than a sum (fast)
  --plans DIR        takes DIR/LAYER.json as a layer's plan where it is there
  --seconds S        to time each layer for (2)
  --cpu N            the CPU to stay on (where it starts)
  --prepare          only emits and compiles; what is compiled stays until it changes
  --csv FILE         writes the times of every contender
  --json FILE        the same as JSON
  --svg PREFIX       draws PREFIX-ratio.svg and PREFIX-roofline.svg

Have nothing else run meanwhile. The whole zoo takes about three minutes. Examples:

  tests/bench/run.sh --only dcgan_4,pose_3 --seconds 5
  tests/bench/run.sh --passes forward --csv forward.csv --svg forward
  tests/bench/python.sh --csv python.csv && tests/bench/run.sh --also python.csv

A shapes file names its columns: name, n, h, w, cin, cout, kh, kw, sh, sw, padding,
output_padding (may be empty); out_h, out_w, crop_top, crop_left may be left out, and are
checked. tests/bench/NOTES.md says what is measured and why, and how to add a peer.
END
}

# wish WHAT PACKAGE...: as need, but goes on without
wish()
{
    what=$1
    shift
    (need "$@") || echo "going on without $what"
}

csv=$here/last.csv svg='' previous=''
for argument in "$@"; do
    case $argument in -h | --help) help && exit ;; esac
    case $previous in --csv) csv=$argument ;; --svg) svg=$argument ;; esac
    previous=$argument
done

need build-essential cmake ninja-build pkg-config liblua5.4-dev libcjson-dev
wish oneDNN libdnnl-dev
wish XNNPACK libxnnpack-dev libpthreadpool-dev
wish OpenBLAS libopenblas-dev
[ -z "$svg" ] || need gnuplot-nox
mkdir -p "$here"
build bench >"$here/build.log" 2>&1 || {
    cat "$here/build.log"
    exit 1
}
grep '^-- bench:' "$root/build/configure.log" | sed 's/^-- //' || true

# oneDNN 3 of PyPI runs as a SYCL program, which finds its parts and its CPU device so.
if [ -d "$here/onednn3" ]; then
    export LD_LIBRARY_PATH="${LD_LIBRARY_PATH:+$LD_LIBRARY_PATH:}$here/onednn3/lib"
    export OCL_ICD_FILENAMES="$here/onednn3/lib/libintelocl.so"
fi

# All but --svg is for tconv_bench.
set -- "$@" --csv "$csv"
n=$#
while [ "$n" -gt 0 ]; do
    argument=$1
    shift
    n=$((n - 1))
    if [ "$argument" = --svg ]; then
        shift
        n=$((n - 1))
    else
        set -- "$@" "$argument"
    fi
done

# OpenBLAS takes a CPU that is younger than itself for one of twenty years ago (it says which
# in the line of peers); its kernels for the first AVX-512 cores run on all of them.
if [ -z "${OPENBLAS_CORETYPE:-}" ] && grep -qw avx512bw /proc/cpuinfo; then
    export OPENBLAS_CORETYPE=SkylakeX
fi

# Large pages for what the libraries allocate themselves, too: as for the benchmark's buffers.
export GLIBC_TUNABLES="${GLIBC_TUNABLES:+$GLIBC_TUNABLES:}glibc.malloc.hugetlb=1"
"$here/tconv_bench" --shapes "$bench/zoo.csv" --peers-dir "$here/peers" \
    --kernels-dir "$here/kernels" "$@"
[ -z "$svg" ] || "$bench/plot.sh" "$csv" "$svg"
