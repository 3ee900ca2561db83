"""Random layers: real Keras now, `tconv run` on the same arrays, and a comparison.

    KERAS/bin/python live.py --tconv TCONV [--count 100] [--seed 0] [--keras tf_keras|keras]
                             [--target T] [--unroll U]
    KERAS/bin/python live.py --tconv TCONV --keras K --layer "2x5x4x3 f6 k3x2 s2x1 same relu"

Without --keras both are used in turn, tf_keras and Keras 3 (KERAS_BACKEND tells it where to
compute: tensorflow, or jax for channels_first and dilation too). What may differ is stated at
`bounds` in reference.py: rounding, (terms + 16) * 2^-24 * sum |x*w| for each side, and 1e-5
where Keras approximates an activation. A mismatch prints the line that repeats it; the last
line is 'N passed, M failed'.
"""

import argparse
import pathlib
import subprocess
import sys
import tempfile

import numpy as np

import reference

ACTIVATIONS = """linear relu relu6 leaky_relu elu selu sigmoid tanh softplus softsign
    hard_sigmoid exponential silu gelu mish softmax log_softmax LeakyReLU:0.1 ELU:0.6
    ReLU:max=2:slope=0.2 Activation:hard_sigmoid Activation:log_softmax""".split()

# Only Keras 3 knows these.
MORE_ACTIVATIONS = """celu hard_silu hard_swish hard_tanh hard_shrink soft_shrink tanh_shrink
    log_sigmoid squareplus sparse_plus sparse_sigmoid sparsemax glu""".split()

# In float64 the others are not float64 everywhere: TensorFlow rounds some constants to float32
# (gelu's sqrt(2), leaky_relu's slope), JAX a whole tanh. That is not to be imitated.
FLOAT64_ACTIVATIONS = "linear relu elu selu sigmoid softplus silu mish softmax log_softmax".split()


def draw_line(random, keras_name, backend):
    """A random valid layer that the given Keras can compute."""
    full = keras_name == "tf_keras" or backend == "jax"
    pick = lambda low, high: [int(n) for n in random.integers(low, high + 1, 2)]
    pair = lambda letter, one: f"{letter}{one[0]}x{one[1]}"
    chance = lambda share: random.random() < share
    kernel, stride, dilation = pick(1, 7), pick(1, 5), [1, 1]
    if full and chance(0.2):
        stride, dilation = [1, 1], pick(1, 3)
        if keras_name == "tf_keras":
            dilation = [dilation[0]] * 2
    channels = random.choice([1, 2, 3, 4, 5, 7, 8, 16, 17, 33], 2)
    rows, columns = pick(1, 6)
    padding = "same" if chance(0.6) else "valid"
    words = [f"{random.integers(1, 4)}x{rows}x{columns}x{channels[0]}", f"f{channels[1]}",
             pair("k", kernel), pair("s", stride), pair("d", dilation), padding]
    if chance(0.35):
        op = [int(random.integers(0, s)) for s in stride]
        # TensorFlow's op refuses an even effective kernel with output_padding 0.
        even = [((k - 1) * d + 1) % 2 == 0 and o == 0
                for k, d, o in zip(kernel, dilation, op)]
        words += [] if padding == "same" and any(even) else [pair("op", op)]
    double = chance(0.1)
    single = ACTIVATIONS + MORE_ACTIVATIONS * (keras_name == "keras")
    words += [str(random.choice(FLOAT64_ACTIVATIONS if double else single))]
    words += ["float64"] * double + ["first"] * (full and chance(0.25))
    if "glu" in words and not halves_evenly(reference.Layer(" ".join(words))):
        words[words.index("glu")] = "silu"
    words += ["nobias"] * chance(0.15)
    forms = ["config", "record"] + ["legacy", "shaped"] * (keras_name == "tf_keras")
    return " ".join(words + [f"form:{random.choice(forms)}", f"extra:{random.integers(6)}"])


def halves_evenly(layer):
    return (layer.axes()[1][0] if layer.first else layer.filters) % 2 == 0


def run_tconv(options, layer, config, arrays, directory):
    """What `tconv run` computes, as a dict of arrays; its message when it fails."""
    directory = pathlib.Path(directory)
    (directory / "config.json").write_text(config)
    for name, array in arrays.items():
        np.save(directory / f"{name}.npy", array)
    files = {"--input": "x", "--kernel": "kernel", "--output": "got_y", "--grad-output": "dy",
             "--grad-input": "got_dx", "--grad-kernel": "got_dkernel"}
    if layer.bias:
        files |= {"--bias": "bias", "--grad-bias": "got_dbias"}
    command = [options.tconv, "run", str(directory / "config.json")]
    for flag, name in files.items():
        command += [flag, str(directory / f"{name}.npy")]
    for flag in ("target", "unroll"):
        command += [f"--{flag}", getattr(options, flag)] if getattr(options, flag) else []
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        return f"exit {done.returncode}: {done.stderr.strip()}"
    return {name[4:]: np.load(directory / f"{name}.npy") for name in files.values()
            if name.startswith("got_")}


def compare(layer, arrays, got):
    """What is wrong, as text; empty when nothing is."""
    if isinstance(got, str):
        return got
    for name, value in got.items():
        if value.shape != arrays[name].shape or value.dtype != arrays[name].dtype:
            return f"{name} is {value.dtype}{value.shape}, not {arrays[name].dtype}" \
                   f"{arrays[name].shape}"
    over = {name: f"{ratio:.3g}" for name, ratio in
            reference.excesses(layer, arrays, got).items() if not ratio <= 1}
    return f"error/bound {over}" if over else ""


def passes(options, keras_name, line, seed):
    layer = reference.Layer(line)
    config, arrays = reference.compute(reference.open_keras(keras_name), layer, seed)
    with tempfile.TemporaryDirectory() as directory:
        got = run_tconv(options, layer, config, arrays, directory)
    wrong = compare(layer, arrays, got)
    if wrong:
        flags = "".join(f" --{flag} {getattr(options, flag)}" for flag in ("target", "unroll")
                        if getattr(options, flag))
        print(f"FAILED: {wrong}\n  live.py --tconv {options.tconv} --keras {keras_name} "
              f"--seed {seed} --layer \"{line}\"{flags}", flush=True)
    return not wrong


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--tconv", required=True)
    options.add_argument("--count", type=int, default=100)
    options.add_argument("--seed", type=int, default=0)
    options.add_argument("--keras", choices=("tf_keras", "keras"))
    options.add_argument("--layer")
    options.add_argument("--target")
    options.add_argument("--unroll")
    options = options.parse_args()
    names = [options.keras] if options.keras else ["tf_keras", "keras"]
    if options.layer:
        done = [passes(options, names[0], options.layer, options.seed)]
    else:
        done = []
        for number in range(options.count):
            seed, name = options.seed + number, names[number % len(names)]
            k = reference.open_keras(name)
            backend = k.backend.backend() if name == "keras" else "tensorflow"
            line = draw_line(np.random.default_rng(seed), name, backend)
            done.append(passes(options, name, line, seed))
    print(f"{sum(done)} passed, {len(done) - sum(done)} failed")
    return 0 if all(done) else 1


if __name__ == "__main__":
    sys.exit(main())
