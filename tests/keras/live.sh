#!/bin/sh
# Compares with real Keras, computing now, over random layers; --help says how.
set -eu
keras=$(dirname "$(readlink -f "$0")")
root=$(dirname "$(dirname "$keras")")
. "$root/tests/build.sh"

help()
{
    cat <<'END'
tests/keras/live.sh [OPTIONS]: random layers, real Keras and tconv beside it

Installs tf_keras, Keras 3 and TensorFlow of PyPI (requirements.txt, some gigabytes) into
build/keras and builds what it compares, then draws layers over every argument:

  layers        the layer object: weights, names, shapes, outputs, gradients, losses, steps of
                optimizers, nodes, configs, failures, whole trainings
  configs       what get_config() writes, in each dialect, read by the real Keras again
  kernels       outputs and gradients of emitted kernels
  initializers  the numbers of tconv init
  training      regularizers, constraints, 50 updates, trainings of 200 steps

  --only NAME,...   these comparisons only
  --count N         how many of each (400): layers of each generation, configs of each
                    dialect, of the others in all
  --seed N          where the drawing begins (0)

Each prints 'N passed, M failed', and what repeats a mismatch; the exit status is 1 when one
failed. 400 of each take about half an hour.
END
}

only=layers,configs,kernels,initializers,training count=400 seed=0
while [ $# -gt 0 ]; do
    case $1 in
    -h | --help) help && exit ;;
    --only) only=$2 ;;
    --count) count=$2 ;;
    --seed) seed=$2 ;;
    *)
        echo "$0: got $1; expected --only, --count, --seed or --help" >&2
        exit 2
        ;;
    esac
    shift 2
done

need build-essential cmake ninja-build pkg-config liblua5.4-dev libcjson-dev
here=$root/build/keras
mkdir -p "$here"
build tconv tconv_keras_shared training_compare >"$here/build.log" 2>&1 || {
    cat "$here/build.log"
    exit 1
}
if ! cmp -s "$keras/requirements.txt" "$here/installed.txt"; then
    python3 -m venv "$here"
    "$here/bin/pip" install --quiet --requirement "$keras/requirements.txt"
    cp "$keras/requirements.txt" "$here/installed.txt"
fi

status=0
# run SCRIPT ARGUMENTS
run()
{
    "$here/bin/python" "$@" --count "$count" --seed "$seed" || status=1
}

export PYTHONDONTWRITEBYTECODE=1 TF_CPP_MIN_LOG_LEVEL=3 TF_ENABLE_ONEDNN_OPTS=0
for name in $(echo "$only" | tr , ' '); do
    echo "==== $name"
    case $name in
    layers)
        for generation in tf_keras keras; do
            run "$keras/layers.py" --library "$root/build/tests/libtconv_keras_shared.so" \
                --keras "$generation"
        done
        ;;
    configs) run "$keras/configs.py" --tconv "$root/build/tconv" ;;
    kernels) run "$keras/live.py" --tconv "$root/build/tconv" ;;
    initializers) run "$keras/initializers.py" live --tconv "$root/build/tconv" ;;
    training) run "$root/tests/training/live.py" --compare "$root/build/tests/training_compare" ;;
    *)
        echo "$0: --only: got $name; expected layers, configs, kernels, initializers or training" >&2
        exit 2
        ;;
    esac
done
exit "$status"
