"""Makes the arrays in cases/ with real Keras; requirements.txt pins the versions.

    python -m venv KERAS && KERAS/bin/pip install -r requirements.txt
    KERAS/bin/python make.py                            (about a minute)

Each case is one line in the language of reference.py, computed by the Keras that heads its
list: TensorFlow 2's (tf_keras), Keras 3 on TensorFlow, or Keras 3 on JAX, which alone does
channels_first and uneven dilation on a CPU. A case's directory holds config.json exactly as
that Keras writes it, x, kernel, bias, y, dy, and the gradients of sum(y * dy). The seeds are
fixed: the same versions make the same inputs, and outputs that agree to rounding.

Every array is also checked here against float64: within half the bounds of reference.py,
the other half being the other side's.
"""

import os
import pathlib
import shutil
import subprocess
import sys

import numpy as np

import reference

CASES = pathlib.Path(__file__).resolve().parent / "cases"

LISTS = {
    ("tf2", "tf_keras", "tensorflow"): """
        1x1x1x1 f1 k1x1 s1x1 valid linear
        2x4x3x3 f4 k3x3 s1x1 valid relu form:record
        1x5x4x3 f5 k3x3 s2x2 same relu6 form:legacy extra:1
        2x3x5x4 f3 k4x4 s2x2 same leaky_relu form:shaped
        1x4x3x5 f6 k5x5 s2x2 same elu form:record extra:2
        3x3x4x2 f3 k5x4 s3x2 same selu form:legacy
        1x6x5x3 f2 k2x2 s2x2 valid sigmoid form:shaped extra:3
        2x4x5x3 f3 k3x2 s2x3 valid tanh form:record
        1x3x3x6 f4 k6x6 s4x4 same softplus form:legacy extra:4
        1x2x3x4 f5 k7x7 s2x2 same softsign form:record
        2x5x3x2 f4 k3x5 s2x1 same hard_sigmoid form:config
        1x4x4x3 f3 k3x3 s2x2 same hard_sigmoid form:legacy extra:5
        1x3x4x3 f4 k4x3 s3x2 valid exponential form:record
        2x4x3x4 f5 k4x4 s2x2 valid silu form:legacy
        1x5x6x3 f4 k3x4 s1x2 same gelu form:record
        1x4x5x5 f3 k5x3 s1x1 same mish form:config
        2x3x4x3 f7 k4x4 s2x2 same softmax form:record
        1x4x3x3 f4 k3x3 s2x2 valid LeakyReLU:0.1 form:legacy
        2x3x3x4 f3 k4x2 s2x2 same ReLU:max=1.5:slope=0.1:threshold=0.25 form:record
        1x5x3x3 f4 k3x3 s1x2 same ELU:0.7 form:shaped
        1x4x4x3 f3 k3x3 s2x2 same op1x1 relu form:record
        2x3x5x2 f4 k3x5 s2x3 same op0x2 tanh form:legacy
        1x3x4x4 f3 k4x4 s2x3 same op1x1 linear
        1x4x3x3 f2 k2x3 s3x4 valid op2x0 elu form:record
        1x3x3x2 f3 k1x1 s2x2 same leaky_relu form:legacy
        2x3x2x3 f4 k2x3 s4x5 same relu form:record
        1x2x3x3 f3 k2x1 s5x3 valid sigmoid nobias form:shaped
        1x5x5x3 f4 k3x3 s1x1 d2x2 same relu form:record
        2x4x5x2 f3 k2x3 s1x1 d3x3 valid gelu form:legacy
        1x5x4x3 f4 k4x2 s1x1 d2x2 same nobias tanh
        1x4x5x3 f6 k4x4 s2x2 same relu first form:record
        2x3x4x4 f3 k3x5 s2x2 valid softmax first form:legacy
        1x3x3x3 f4 k3x3 s1x1 d2x2 same selu first form:record
        1x1x1x16 f8 k4x4 s1x1 valid relu form:record extra:1
        1x1x9x3 f4 k3x3 s2x2 same silu nobias form:legacy
        1x7x1x3 f4 k5x3 s2x3 valid op1x2 mish form:record
        1x3x2x17 f18 k3x3 s2x2 same relu form:shaped
        2x4x3x3 f4 k4x4 s2x2 same sigmoid float64 form:record
        1x3x3x2 f3 k5x5 s3x3 valid softplus float64 form:legacy
        1x3x4x3 f5 k3x3 s2x2 same op1x0 softmax float64
        2x3x4x3 f5 k3x3 s2x2 same log_softmax form:record
        1x4x3x3 f4 k3x5 s2x2 valid log_softmax first form:legacy
        1x3x4x3 f4 k4x4 s2x2 same Activation:hard_sigmoid form:record
        """,
    ("keras3", "keras", "tensorflow"): """
        1x1x1x1 f1 k2x2 s2x2 same linear form:record
        2x3x4x3 f5 k3x3 s1x1 same relu
        1x4x5x2 f4 k4x4 s2x2 same relu6 form:record extra:1
        2x5x3x3 f3 k3x3 s2x2 same leaky_relu
        1x3x4x4 f4 k5x5 s2x2 valid elu form:record extra:2
        1x3x3x3 f4 k5x3 s3x2 same selu extra:3
        2x4x3x2 f3 k4x4 s3x3 same sigmoid form:record
        1x4x3x5 f3 k6x4 s2x2 same tanh form:record extra:4
        1x3x4x3 f4 k7x5 s3x2 valid softplus
        1x5x3x3 f3 k3x4 s2x2 same softsign form:record extra:5
        2x3x3x3 f4 k3x3 s2x2 same hard_sigmoid form:record
        1x4x4x2 f3 k4x4 s2x2 valid hard_sigmoid
        1x3x3x3 f3 k3x3 s2x2 same exponential form:record
        2x4x3x4 f4 k5x5 s2x2 same silu form:record
        1x3x5x3 f4 k4x4 s2x2 same gelu form:record
        1x4x3x3 f5 k4x6 s2x3 same mish
        2x3x3x4 f6 k3x3 s2x2 same softmax form:record
        1x5x3x2 f4 k3x3 s2x2 same LeakyReLU:0.3 form:record
        1x3x3x4 f3 k4x4 s2x2 valid ReLU:max=2:slope=0.2:threshold=0.5 form:record
        2x3x4x3 f3 k2x2 s2x2 same ELU:1.3
        1x4x3x3 f4 k3x3 s2x2 same op1x0 silu form:record
        1x3x4x2 f3 k5x4 s3x4 valid op2x3 relu form:record
        2x3x3x3 f3 k4x3 s2x3 same op1x2 elu
        1x3x2x3 f4 k1x2 s3x4 same tanh nobias form:record
        1x2x2x4 f3 k3x1 s5x2 valid leaky_relu form:record
        1x1x8x3 f4 k4x4 s2x2 same mish form:record
        1x6x1x4 f3 k3x2 s1x2 valid selu nobias
        3x1x1x8 f12 k4x4 s1x1 valid relu form:record
        1x3x2x16 f33 k2x2 s2x2 valid linear form:record
        1x4x3x3 f4 k3x3 s2x2 same tanh float64 form:record
        2x3x3x3 f3 k4x5 s3x2 valid mish float64
        1x3x4x3 f4 k4x4 s2x2 same celu form:record
        2x4x3x3 f5 k3x3 s2x2 same hard_silu form:record
        1x3x3x4 f3 k3x4 s2x2 valid hard_swish
        1x4x3x2 f4 k4x4 s2x2 same hard_tanh form:record
        2x3x3x3 f6 k3x3 s2x2 same hard_shrink
        1x3x5x3 f4 k2x3 s1x2 same soft_shrink form:record
        1x4x4x3 f3 k3x3 s2x2 valid tanh_shrink
        1x3x3x5 f4 k4x4 s2x2 same log_sigmoid form:record
        2x3x4x3 f3 k3x3 s2x2 same squareplus
        1x4x3x4 f5 k5x4 s2x2 same sparse_plus form:record
        1x3x4x3 f4 k4x4 s3x2 valid sparse_sigmoid
        2x3x3x4 f6 k3x3 s2x2 same log_softmax form:record
        1x4x3x3 f7 k4x4 s2x2 same sparsemax form:record
        1x3x4x2 f5 k3x4 s2x2 valid sparsemax float64
        2x3x4x3 f6 k3x3 s2x2 same glu form:record
        1x3x3x3 f4 k4x4 s2x2 valid Activation:softmax form:record
        """,
    ("keras3jax", "keras", "jax"): """
        1x5x4x3 f4 k3x3 s1x1 d2x2 same relu form:record
        2x4x5x3 f3 k3x2 s1x1 d1x3 valid gelu form:record
        1x4x4x3 f4 k2x4 s1x1 d3x2 same silu
        1x5x5x3 f3 k3x3 s1x1 d2x3 same op0x0 elu form:record
        2x3x4x4 f5 k4x4 s2x2 same leaky_relu first form:record
        1x4x3x3 f4 k3x5 s2x3 same op1x2 softmax first form:record
        1x3x4x2 f3 k5x4 s3x2 valid op2x0 sigmoid first
        2x4x3x3 f4 k3x2 s1x1 d2x1 valid hard_sigmoid first form:record
        1x3x3x5 f4 k2x2 s3x3 same selu nobias first form:record
        1x3x4x3 f4 k4x4 s2x2 same softplus first float64 form:record
        2x3x3x3 f4 k4x4 s2x2 valid exponential form:record
        1x4x3x6 f5 k6x6 s4x4 same LeakyReLU:0.05 form:record
        1x3x4x3 f3 k3x3 s2x2 same sparsemax first form:record
        2x3x3x4 f5 k4x4 s2x2 same glu first form:record
        1x4x3x2 f3 k3x4 s2x2 valid log_softmax first
        """,
}


def name_of(prefix, number, layer):
    """A directory's name that says what the case is about."""
    pair = lambda letter, one: f"{letter}{one[0]}x{one[1]}"
    words = [f"{prefix}_{number:02}", pair("k", layer.kernel), pair("s", layer.stride)]
    words += [pair("d", layer.dilation)] if max(layer.dilation) > 1 else []
    words += [layer.padding] + ([pair("op", layer.pad_out)] if layer.pad_out else [])
    words += ["activation"] * layer.wrapped + [layer.activation.split(":")[0].lower()]
    words += ["first"] * layer.first + ["nobias"] * (not layer.bias)
    words += ["f64"] * (layer.type == "float64")
    return "_".join(words)


def make(prefix, keras_name, backend):
    """All cases of one list, in a process of its own: Keras 3 has one backend for life."""
    k = reference.open_keras(keras_name)
    lines = LISTS[prefix, keras_name, backend].split("\n")
    lines = [line.strip() for line in lines if line.strip()]
    for number, line in enumerate(lines, 1):
        layer = reference.Layer(line)
        config, arrays = reference.compute(k, layer, [number, *prefix.encode()])
        check(layer, arrays, keras_name == "keras")
        case = CASES / name_of(prefix, number, layer)
        case.mkdir(parents=True)
        (case / "config.json").write_text(config)
        for name, array in arrays.items():
            np.save(case / f"{name}.npy", array)
    write_versions(prefix, k, backend, len(lines))


def check(layer, arrays, new):
    """Keras's own results against float64, which half of the bound must explain."""
    exact = reference.float64_results(layer, arrays, new)
    over = {name: ratio for name, ratio in
            reference.excesses(layer, arrays, exact).items() if ratio > 0.5}
    if over:
        raise SystemExit(f"{layer.line}: Keras differs from float64: error/bound {over}")


def write_versions(prefix, k, backend, count):
    on = __import__(backend)
    line = (f"{prefix}: {count} cases by {k.__name__} {k.__version__} on {backend} "
            f"{on.__version__}, numpy {np.__version__}, Python {sys.version.split()[0]}\n")
    with open(CASES / "VERSIONS.txt", "a") as file:
        file.write(line)


def main():
    if len(sys.argv) > 1:
        return make(*sys.argv[1:])
    shutil.rmtree(CASES, ignore_errors=True)
    for one in LISTS:
        environment = os.environ | {"KERAS_BACKEND": one[2]}
        subprocess.run([sys.executable, __file__, *one], env=environment, check=True)
    print((CASES / "VERSIONS.txt").read_text(), end="")


if __name__ == "__main__":
    main()
