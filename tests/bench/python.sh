#!/bin/sh
# Times the frameworks of PyPI on the layers of a shapes file, for run.sh --also; --help.
set -eu
bench=$(dirname "$(readlink -f "$0")")
root=$(dirname "$(dirname "$bench")")

help()
{
    cat <<'END'
tests/bench/python.sh [OPTIONS]: PyTorch, TensorFlow, ONNX Runtime and OpenVINO of PyPI

Installs them (python/requirements.txt, some gigabytes) into build/bench/venv, checks each
result, and times each framework in a process of its own, on one thread of one CPU. Then
tests/bench/run.sh --also FILE counts them among the peers.

  --csv FILE             where the times go (build/bench/python.csv); written anew
  --frameworks NAME,...  of torch, tensorflow, onnxruntime, openvino (all)
  --shapes FILE, --only NAME,..., --passes PASS,..., --seconds S, --cpu N    as run.sh
END
}

csv=$root/build/bench/python.csv frameworks=torch,tensorflow,onnxruntime,openvino
shapes=$bench/zoo.csv
n=$#
while [ "$n" -gt 0 ]; do
    case $1 in
    -h | --help) help && exit ;;
    --csv) csv=$2 ;;
    --frameworks) frameworks=$2 ;;
    --shapes) shapes=$2 ;;
    *) set -- "$@" "$1" "$2" ;;
    esac
    shift 2
    n=$((n - 2))
done

venv=$root/build/bench/venv
if ! cmp -s "$bench/python/requirements.txt" "$venv/installed.txt"; then
    python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet --requirement "$bench/python/requirements.txt"
    cp "$bench/python/requirements.txt" "$venv/installed.txt"
fi
mkdir -p "$(dirname "$csv")"
: >"$csv"
for framework in $(echo "$frameworks" | tr , ' '); do
    OMP_NUM_THREADS=1 GLIBC_TUNABLES=glibc.malloc.hugetlb=1 PYTHONDONTWRITEBYTECODE=1 \
        "$venv/bin/python" "$bench/python/bench.py" "$framework" --shapes "$shapes" --csv "$csv" "$@"
done
echo "$csv"
