"""Initializers: what real TensorFlow draws, as committed vectors or compared live.

    KERAS/bin/python initializers.py make >../unit/data/initializer_reference.txt
    KERAS/bin/python initializers.py live --tconv TCONV [--count 300] [--seed 0]

`make` writes the vectors that tests/unit/test_initializer.c reads; the first line names the
versions, requirements.txt pins them. `live` takes 60 fixed layers (glorot_uniform, seeds 0, 1,
42, 1234, five kernels) and COUNT random ones, has Keras build each and `tconv init` do the same
from the config that Keras wrote; it prints a line for each mismatch, the worst differences,
and last 'N passed, M failed'. Both take turns with tf_keras, Keras 3 on TensorFlow and
TensorFlow 1's own initializers (tf.compat.v1, in a graph and a session).

What may differ: nothing in constants and uniform values; 2 ulp of max(|value|, |mean|) in
normal ones; Orthogonal as orthogonal_bound says.
"""

import argparse
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import zlib

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")
os.environ["KERAS_BACKEND"] = "tensorflow"
import keras
import numpy as np
import tensorflow as tf
import tf_keras
from tf_keras.src.initializers import initializers_v1

tf.get_logger().setLevel("ERROR")

V1 = tf.compat.v1
TF1_CLASSES = {
    "Zeros": V1.zeros_initializer, "Ones": V1.ones_initializer,
    "Constant": V1.constant_initializer, "RandomNormal": initializers_v1.RandomNormal,
    "RandomUniform": initializers_v1.RandomUniform,
    "TruncatedNormal": initializers_v1.TruncatedNormal,
    "VarianceScaling": V1.variance_scaling_initializer,
    "GlorotUniform": V1.glorot_uniform_initializer,
    "GlorotNormal": V1.glorot_normal_initializer, "Orthogonal": V1.orthogonal_initializer,
}
DIALECTS = ("tf2", "keras3", "tf1")
CONSTANTS = ("Zeros", "Ones", "Constant")
HE_LECUN = ("HeUniform", "HeNormal", "LecunUniform", "LecunNormal")
SCALING = ("VarianceScaling", "GlorotUniform", "GlorotNormal") + HE_LECUN
RANDOM = ("RandomNormal", "RandomUniform", "TruncatedNormal") + SCALING


def make_initializer(dialect, name, arguments):
    """The real object."""
    if dialect == "tf1":
        return TF1_CLASSES[name](**arguments)
    return getattr((tf_keras if dialect == "tf2" else keras).initializers, name)(**arguments)


def values_of(dialect, initializer, shape, dtype):
    """What its next call gives."""
    if dialect != "tf1":
        return np.asarray(initializer(shape, dtype=dtype))
    with tf.Graph().as_default(), V1.Session() as session:
        return session.run(initializer(shape, dtype=tf.as_dtype(dtype)))


# What may differ

def normal_matrix(dialect, arguments, shape, dtype):
    """The matrix that Orthogonal decomposes, drawn by the same Keras."""
    rows, columns = int(np.prod(shape[:-1])), shape[-1]
    seed = arguments["seed"]
    normal = make_initializer(dialect, "RandomNormal", dict(mean=0., stddev=1., seed=seed))
    return values_of(dialect, normal, (max(rows, columns), min(rows, columns)), dtype)


def orthogonal_bound(matrix, unit):
    """How far Q's elements move by rounding with `unit` in Householder's method.

    The first-order change of Q is sqrt(2) cond(A) |dA| / norm(A) (Sun 1991), and the backward
    error |dA| is below c m n unit |A| (Higham, theorem 19.4); sqrt(m n) for m n as errors are
    random.
    """
    matrix = matrix.astype(np.float64)
    singular = np.linalg.svd(matrix, compute_uv=False)
    frobenius = np.sqrt((singular ** 2).sum())
    return np.sqrt(2 * matrix.size) * unit * frobenius / singular[-1]


def exact_orthogonal(matrix, shape, gain):
    """Keras's formula in float64."""
    q, r = np.linalg.qr(matrix.astype(np.float64))
    q *= np.sign(np.diag(r))
    return gain * (q.T if np.prod(shape[:-1]) < shape[-1] else q).reshape(shape)


def rule_of(name, arguments):
    uniform = "Uniform" in name or arguments.get("distribution") == "uniform"
    if name in CONSTANTS or name == "Identity" or uniform:
        return "exact"
    return "within" if name == "Orthogonal" else "ulp"


worst = {"ulp of normal values": 0.0, "of the bound of orthogonal ones": 0.0}


def mismatch(dialect, name, arguments, got, want):
    """What is wrong with `got`; empty when nothing is."""
    if got.dtype != want.dtype or got.shape != want.shape:
        return f"{got.dtype}{got.shape}, not {want.dtype}{want.shape}"
    rule = rule_of(name, arguments)
    if rule == "exact":
        return "" if got.tobytes() == want.tobytes() else "other bits"
    off = np.abs(got.astype(np.longdouble) - want)
    if rule == "ulp":
        size = np.maximum(np.maximum(np.abs(got), np.abs(want)),
                          abs(arguments.get("mean", 0))).astype(got.dtype)
        ulp = float((off / np.spacing(size)).max())
        worst["ulp of normal values"] = max(worst["ulp of normal values"], ulp)
        return "" if ulp <= 2 else f"{ulp:.3g} ulp"
    gain, unit = abs(arguments["gain"]), np.finfo(want.dtype).eps / 2
    matrix = normal_matrix(dialect, arguments, want.shape, want.dtype)
    exact = exact_orthogonal(matrix, want.shape, arguments["gain"])
    ours = np.abs(got - exact).max() / gain
    limit = 2 * unit + 2 * orthogonal_bound(matrix, 2. ** -53)
    theirs = off.max() / gain
    bound = limit + orthogonal_bound(matrix, unit)
    share = "of the bound of orthogonal ones"
    worst[share] = max(worst[share], float(theirs / bound))
    if ours > limit:
        return f"{ours:.3g} from float64, more than {limit:.3g}"
    return "" if theirs <= bound else f"{theirs:.3g} from Keras, more than {bound:.3g}"


# The committed vectors

SHAPES = ((3, 3, 4, 8), (4, 4, 32, 64), (2, 2, 64, 17), (5, 5, 3, 33), (1, 7, 21, 10))


def vector(dialect, name, arguments, shape, dtype, draws=0):
    """One line: tab-separated fields, the last ones samples INDEX=VALUE."""
    initializer = make_initializer(dialect, name, arguments)
    for _ in range(draws):
        values_of(dialect, initializer, shape, dtype)
    values = values_of(dialect, initializer, shape, dtype)
    rule, bound = rule_of(name, arguments), 0.0
    if rule == "within":
        matrix = normal_matrix(dialect, arguments, shape, dtype)
        unit = np.finfo(dtype).eps / 2
        bound = abs(arguments["gain"]) * (orthogonal_bound(matrix, unit) + 2 * unit)
    flat = values.ravel()
    picks = sorted({int(i) for i in np.linspace(0, flat.size - 1, 3 if rule == "exact" else 9)})
    config = {key: keras.saving.serialize_keras_object(value)
              if isinstance(value, keras.random.SeedGenerator) else value
              for key, value in arguments.items()}
    short = lambda number: re.sub(r"\.?0*p", "p", float(number).hex())
    fields = [dialect, dtype, "x".join(map(str, shape)), name, json.dumps(config), str(draws),
              rule, short(bound), f"{zlib.crc32(values.tobytes()):08x}"]
    print("\t".join(fields + [f"{i}={short(flat[i])}" for i in picks]))


def make_vectors():
    print(f"# tf_keras {tf_keras.__version__}, keras {keras.__version__}, TensorFlow "
          f"{tf.__version__}, numpy {np.__version__}, Python {sys.version.split()[0]}")
    for dialect in DIALECTS:
        for seed in (0, 1, 42, 1234):
            for shape in SHAPES:
                vector(dialect, "GlorotUniform", dict(seed=seed), shape, "float32")
    arguments = {
        "Zeros": [{}], "Ones": [{}], "Constant": [dict(value=0.1)],
        "RandomNormal": [dict(mean=0., stddev=1.), dict(mean=-2., stddev=0.3)],
        "RandomUniform": [dict(minval=-0.05, maxval=0.05), dict(minval=0.1, maxval=2.7)],
        "TruncatedNormal": [dict(mean=0., stddev=1.), dict(mean=0.5, stddev=0.05)],
        "VarianceScaling": [dict(scale=0.3, mode=mode, distribution=kind)
                            for mode in ("fan_in", "fan_out", "fan_avg")
                            for kind in ("uniform", "truncated_normal", "untruncated_normal")],
        "Orthogonal": [dict(gain=1.), dict(gain=0.7)],
    }
    for dialect in DIALECTS:
        for name in CONSTANTS + RANDOM + ("Orthogonal",):
            if dialect == "tf1" and name in HE_LECUN:
                continue
            for number, one in enumerate(arguments.get(name, [{}])):
                for dtype, shape in (("float32", (3, 2, 5, 9)), ("float64", (2, 3, 3, 4)),
                                     ("float32", (7,)), ("float32", (1, 1, 3, 40))):
                    if name == "Orthogonal" and len(shape) == 1:
                        continue
                    seed = {} if name in CONSTANTS else dict(seed=17 + 1000 * number)
                    vector(dialect, name, one | seed, shape, dtype)
        for seed in (-5, 2 ** 31 - 2, 2 ** 31 - 1, 2 ** 40 + 3):
            vector(dialect, "HeUniform" if dialect != "tf1" else "GlorotUniform",
                   dict(seed=seed), (2, 2, 3, 5), "float32")
    for draws in (0, 1, 5):
        vector("keras3", "LecunUniform", dict(seed=keras.random.SeedGenerator(7)),
               (2, 2, 3, 5), "float32", draws)
    for axes in (dict(input_axes=[3], output_axes=[0, 1, -2]), dict(input_axes=[3])):
        vector("keras3", "GlorotUniform", dict(seed=3) | axes, (2, 2, 3, 5), "float32")
    for gain in (1., -2.5):
        vector("tf2", "Identity", dict(gain=gain), (3, 5), "float32")


# Live

def draw_arguments(random, dialect, name):
    number = lambda low, high: round(float(random.uniform(low, high)), 3)
    if name == "Constant":
        return dict(value=number(-2, 2))
    if name == "RandomUniform":
        low = number(-1, 1)
        return dict(minval=low, maxval=round(low + number(0, 2), 3))
    if name in ("RandomNormal", "TruncatedNormal"):
        return dict(mean=float(random.choice([0, number(-1, 1)])), stddev=number(0.01, 2))
    arguments = dict(gain=number(0.1, 2)) if name == "Orthogonal" else {}
    if name == "VarianceScaling":
        arguments = dict(scale=number(0.1, 3), mode=str(random.choice(
            ["fan_in", "fan_out", "fan_avg"])), distribution=str(random.choice(
                ["uniform", "truncated_normal", "untruncated_normal"])))
    if dialect == "keras3" and name in SCALING and random.random() < 0.2:
        arguments |= dict(input_axes=[-1], output_axes=[0])
    return arguments


def draw_seed(random):
    """A seed of any size, or None for an initializer without one."""
    if random.random() < 0.3:
        return None
    return int(random.choice([random.integers(0, 100), random.integers(0, 2 ** 31),
                              random.integers(0, 2 ** 53), -random.integers(1, 2 ** 31)]))


def draw_initializer(random, dialect, names):
    names = [name for name in names if dialect != "tf1" or name in TF1_CLASSES]
    name = str(random.choice(names))
    arguments = draw_arguments(random, dialect, name)
    return name, arguments, None if name in CONSTANTS else draw_seed(random)


def with_seed(dialect, one, otherwise):
    """The real initializer; `otherwise` is the seed of one that has none."""
    name, arguments, seed = one
    if name in CONSTANTS:
        return make_initializer(dialect, name, arguments)
    return make_initializer(dialect, name,
                            arguments | dict(seed=otherwise if seed is None else seed))


def write_config(dialect, layer, kernel, bias):
    """The layer's config as that Keras writes it, seeds as drawn."""
    objects = [with_seed(dialect, one, None) for one in (kernel, bias)]
    if dialect != "tf1":
        k = tf_keras if dialect == "tf2" else keras
        made = k.layers.Conv2DTranspose(kernel_initializer=objects[0],
                                        bias_initializer=objects[1], **layer)
        return json.dumps(made.get_config())
    wrap = lambda one: {"class_name": type(one).__name__,
                        "config": one.get_config() | {"dtype": layer["dtype"]}}
    return json.dumps(layer | dict(kernel_initializer=wrap(objects[0]),
                                   bias_initializer=wrap(objects[1])))


def build(dialect, layer, kernel, bias, channels, otherwise):
    """kernel and bias as real Keras makes them."""
    objects = [with_seed(dialect, one, otherwise) for one in (kernel, bias)]
    if dialect == "tf1":
        shape = (*layer["kernel_size"], layer["filters"], channels)
        arrays = [values_of("tf1", objects[0], shape, layer["dtype"])]
        if layer["use_bias"]:
            arrays.append(values_of("tf1", objects[1], (layer["filters"],), layer["dtype"]))
        return arrays
    k = tf_keras if dialect == "tf2" else keras
    made = k.layers.Conv2DTranspose(kernel_initializer=objects[0],
                                    bias_initializer=objects[1], **layer)
    made.build((None, 4, 4, channels))
    return made.get_weights()


def read_safetensors(path):
    data = path.read_bytes()
    start = 8 + int.from_bytes(data[:8], "little")
    header = json.loads(data[8:start])
    notes = header.pop("__metadata__")
    arrays = {}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        kind = {"F32": "<f4", "F64": "<f8"}[entry["dtype"]]
        arrays[name] = np.frombuffer(data[start + begin:start + end], kind).reshape(
            entry["shape"])
    return notes, arrays


def draw_layer(number, dialect):
    """A random layer: its arguments, input channels, two initializers, and --seed."""
    random = np.random.default_rng([number, 5])
    kernel = draw_initializer(random, dialect, CONSTANTS[2:] + RANDOM + ("Orthogonal",) * 2)
    bias = draw_initializer(random, dialect, CONSTANTS + RANDOM)
    bias[1].pop("input_axes", None)
    layer = dict(name=f"up{number}", filters=int(random.integers(1, 40)),
                 kernel_size=[int(n) for n in random.integers(1, 6, 2)],
                 use_bias=bool(random.random() < 0.8),
                 dtype="float64" if random.random() < 0.25 else "float32")
    return layer, int(random.integers(1, 60)), kernel, bias, int(random.integers(0, 2 ** 40))


def what_differs(tconv, dialect, drawn, directory):
    """Keras builds the layer, tconv init does from its config; what differs, as text."""
    layer, channels, kernel, bias, option = drawn
    config, file = directory / "config.json", directory / "w.safetensors"
    config.write_text(write_config(dialect, layer, kernel, bias))
    done = subprocess.run([tconv, "init", config, "--input-shape", f"4,4,{channels}", "--seed",
                           str(option), "-o", file], capture_output=True, text=True)
    if done.returncode != 0:
        return done.stderr.strip()
    notes, got = read_safetensors(file)
    want = dict(zip(("kernel", "bias"), build(dialect, layer, kernel, bias, channels, option)))
    if got.keys() != want.keys() or notes["dialect"] != dialect:
        return f"got {list(got)} of {notes}"
    for key, (name, arguments, seed) in (("kernel", kernel), ("bias", bias)):
        if key in want:
            arguments = arguments | dict(seed=option if seed is None else seed)
            wrong = mismatch(dialect, name, arguments, got[key], want[key])
            if wrong:
                return f"{key}, {name} {arguments}: {wrong}"
    return ""


def fixed_layers():
    """glorot_uniform by --seed alone: four seeds, five kernels, every dialect."""
    for dialect in DIALECTS:
        for option in (0, 1, 42, 1234):
            for shape in SHAPES:
                layer = dict(name="up", filters=shape[2], kernel_size=list(shape[:2]),
                             use_bias=True, dtype="float32")
                kernel, bias = ("GlorotUniform", {}, None), ("Zeros", {}, None)
                yield dialect, (layer, shape[3], kernel, bias, option)


def random_layers(first, count):
    for number in range(first, first + count):
        dialect = DIALECTS[number % len(DIALECTS)]
        yield dialect, draw_layer(number, dialect)


def compare_live(options):
    failed, done = 0, 0
    with tempfile.TemporaryDirectory() as directory:
        for dialect, drawn in (*fixed_layers(), *random_layers(options.seed, options.count)):
            wrong = what_differs(options.tconv, dialect, drawn, pathlib.Path(directory))
            done, failed = done + 1, failed + bool(wrong)
            if wrong:
                print(f"FAILED: {dialect}, {drawn[0]}, {drawn[1]} channels, --seed "
                      f"{drawn[4]}: {wrong}", flush=True)
    print("worst: " + ", ".join(f"{value:.3g} {what}" for what, value in worst.items()))
    print(f"{done - failed} passed, {failed} failed")
    return 1 if failed else 0


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("mode", choices=("make", "live"))
    parser.add_argument("--tconv")
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    if options.mode == "make":
        return make_vectors()
    if not options.tconv:
        parser.error("live needs --tconv")
    return compare_live(options)


if __name__ == "__main__":
    sys.exit(main())
