"""Random layers: what real Keras's get_config() gives, against what `tconv config` writes.

    KERAS/bin/python configs.py --tconv TCONV [--count 300] [--seed 0]
                                [--dialect tf1|tf2|keras3]
    KERAS/bin/python configs.py --write ../unit/data/configs.txt --count 12
                                --seed 1000

Without --dialect all three are used in turn. For tf2 (tf_keras) and keras3, tconv reads the
layer's get_config() and writes it back: the same JSON, key order and all, 2 and 2.0 apart; the
text written loads in the real Keras, whose get_config() is again the same. TF 1 cannot be
installed: its config is made here of tf_keras's by the rules of the specification's A.4, tconv
must write back just that, and tf_keras must load it as the layer that it came from. Last, each
config is written for every other generation: refused, or loaded by that Keras as a layer with
the same arguments. --write compares nothing, it keeps the configs: a dialect and its JSON a
line. A mismatch prints the seed that repeats it; the last line is
'N passed, M failed'.
"""

import argparse
import json
import os
import subprocess
import sys

os.environ |= {"KERAS_BACKEND": "tensorflow", "TF_ENABLE_ONEDNN_OPTS": "0",
               "CUDA_VISIBLE_DEVICES": "-1", "TF_CPP_MIN_LOG_LEVEL": "3"}

import numpy as np  # noqa: E402
import keras  # noqa: E402
import tf_keras  # noqa: E402

DIALECTS = ("tf1", "tf2", "keras3")
WRITERS = {"tf1": tf_keras, "tf2": tf_keras, "keras3": keras}

TF1_NAMES = """linear relu elu selu sigmoid tanh softplus softsign hard_sigmoid exponential
    softmax""".split()
TF2_NAMES = TF1_NAMES + "relu6 leaky_relu silu swish gelu mish".split()
KERAS3_NAMES = TF2_NAMES + """celu hard_silu hard_swish hard_tanh hard_shrink soft_shrink
    tanh_shrink log_sigmoid squareplus sparse_plus sparse_sigmoid""".split()
NAMES = {"tf1": TF1_NAMES, "tf2": TF2_NAMES, "keras3": KERAS3_NAMES}
SCALINGS = {"HeNormal": (2.0, "truncated_normal"), "HeUniform": (2.0, "uniform"),
            "LecunNormal": (1.0, "truncated_normal"), "LecunUniform": (1.0, "uniform")}


class Draw:
    """Random arguments of a layer for one generation."""

    def __init__(self, dialect, seed):
        self.dialect, self.k = dialect, WRITERS[dialect]
        self.random = np.random.default_rng(seed)

    def chance(self, share):
        return self.random.random() < share

    def one(self, *values):
        return values[self.random.integers(len(values))]

    def pair(self, low, high):
        return self.one(int(self.random.integers(low, high + 1)),
                        [int(n) for n in self.random.integers(low, high + 1, 2)])

    def number(self, low=-2.0, high=2.0):
        """An integer or a float, now and then far from 1."""
        return self.one(round(float(self.random.uniform(low, high)), 3), float(round(high)),
                        int(round(high)), float(self.random.uniform(low, high)),
                        float(high * 10.0 ** self.random.integers(-9, 9)))

    def seed(self):
        seeds = [None, int(self.random.integers(2 ** 31))]
        if self.dialect == "keras3" and self.chance(0.2):
            return keras.random.SeedGenerator(seeds[1], name=self.one("s", "größe"))
        return self.one(*seeds)

    def initializer(self, is_kernel):
        i, seed, number = self.k.initializers, self.seed(), self.number
        plain = ["GlorotUniform", "GlorotNormal", *SCALINGS]
        axes = {}
        if self.dialect == "keras3" and self.chance(0.2):
            axes = {"input_axes": self.one(None, [0], (0, -1)) if is_kernel else [0],
                    "output_axes": self.one(None, [-1])}
        kinds = [
            lambda: None, lambda: self.one("zeros", "ones", "Zeros", "he_normal", "uniform"),
            lambda: i.Constant(number()), lambda: i.Zeros(), lambda: i.Ones(),
            lambda: i.RandomNormal(number(), number(), seed=seed) if self.chance(0.7)
            else i.RandomNormal(),
            lambda: i.RandomUniform(number(), number(), seed=seed) if self.chance(0.7)
            else i.RandomUniform(),
            lambda: i.TruncatedNormal(number(), number(), seed=seed),
            lambda: i.VarianceScaling(
                number(0.1, 3), self.one("fan_in", "fan_out", "fan_avg"),
                self.one("uniform", "truncated_normal", "untruncated_normal", "normal"),
                seed=seed, **axes),
            lambda: getattr(i, self.one(*plain))(seed=seed, **axes)]
        if is_kernel:
            kinds.append(lambda: i.Orthogonal(number(), seed=seed) if self.chance(0.7)
                         else i.Orthogonal())
        return self.one(*kinds)()

    def regularizer(self):
        r = self.k.regularizers
        low = 0.0 if self.dialect == "keras3" else -1.0
        number = lambda: abs(self.number()) if low == 0 else self.number(low, 2)
        kinds = [lambda: None, lambda: self.one("l1", "l2", "L1L2"), lambda: r.L1(number()),
                 lambda: r.L2(number()), lambda: r.L1L2(number(), number()),
                 lambda: r.L1L2(l2=number()), lambda: r.L2()]
        if self.dialect != "tf1":
            kinds.append(lambda: r.OrthogonalRegularizer(number(),
                                                         self.one("rows", "columns")))
        if self.dialect != "keras3":
            kinds.append(lambda: self.one("l1_l2", r.l1_l2()))
        return self.one(*kinds)()

    def constraint(self):
        c, number = self.k.constraints, self.number
        axis = self.one(0, -1, [0, 1, 3], (0, 1), None)
        kinds = [lambda: None, lambda: self.one("max_norm", "NonNeg", "unit_norm"),
                 lambda: c.MaxNorm(number(), axis), lambda: c.MaxNorm(), lambda: c.NonNeg(),
                 lambda: c.UnitNorm(axis), lambda: c.MinMaxNorm(),
                 lambda: c.MinMaxNorm(number(), number(), number(), axis)]
        if self.dialect != "keras3":
            kinds.append(lambda: self.one("maxnorm", c.RadialConstraint()))
        return self.one(*kinds)()

    def activation(self, dtype):
        l = self.k.layers
        common = {} if dtype is None else {"dtype": dtype}
        if self.chance(0.3):
            common["name"] = self.one("act", "ä/1" if self.dialect == "tf2" else "ä1")
        if self.chance(0.2):
            common["trainable"] = False
        number = lambda: abs(self.number())
        kinds = [lambda: l.LeakyReLU(number(), **common), lambda: l.LeakyReLU(**common),
                 lambda: l.ReLU(number(), number(), number(), **common),
                 lambda: l.ReLU(**common), lambda: l.ELU(number(), **common),
                 lambda: l.ELU(**common),
                 lambda: l.Softmax(axis=self.one(-1, 3, [-1]), **common)]
        if self.dialect != "keras3":
            kinds.append(lambda: l.ThresholdedReLU(number(), **common))
        name = self.one(*NAMES[self.dialect])
        return self.one(*kinds)() if self.chance(0.4) else self.one(None, name, name)

    def layer(self):
        dtype = self.one(None, "float32", "float64")
        stride, dilation = self.pair(1, 4), 1
        if self.chance(0.3):
            stride, dilation = 1, self.pair(1, 3)
        strides = [stride] * 2 if isinstance(stride, int) else stride
        op = self.one(None, [int(self.random.integers(s)) for s in strides], 0)
        arguments = {
            "filters": int(self.random.integers(1, 99)), "kernel_size": self.pair(1, 5),
            "strides": stride, "dilation_rate": dilation, "output_padding": op,
            "padding": self.one("same", "valid", "SAME"), "dtype": dtype,
            "data_format": self.one(None, "channels_first", "channels_last"),
            "use_bias": self.chance(0.7), "trainable": self.chance(0.7),
            "name": self.one(None, "up1", "a \"b\"\\ü\t😀"),
            "activation": self.activation(dtype),
            "kernel_initializer": self.initializer(True),
            "bias_initializer": self.initializer(False)}
        arguments |= {key: self.regularizer() for key in
                      ("kernel_regularizer", "bias_regularizer", "activity_regularizer")}
        arguments |= {key: self.constraint() for key in
                      ("kernel_constraint", "bias_constraint")}
        if self.dialect != "keras3":
            shape = [None] * 3
            shape[0 if arguments["data_format"] == "channels_first" else 2] = 3
            shape = self.one([8, 9, 3], shape) if shape[2] == 3 else shape
            arguments |= self.one({}, {"input_shape": shape},
                                  {"batch_input_shape": [self.one(None, 4)] + shape})
        return self.k.layers.Conv2DTranspose(**arguments)


def tf1_object(value):
    """A nested object of tf_keras as TF 1 writes it: A.4's table."""
    if not isinstance(value, dict):
        return value
    name, config = value["class_name"], dict(value["config"])
    if value["module"] == "keras.initializers":
        if name in SCALINGS:
            scale, distribution = SCALINGS[name]
            config = {"scale": scale, "mode": "fan_in", "distribution": distribution, **config}
            name = "VarianceScaling"
        config["dtype"] = "float32"
    if value["module"] == "keras.regularizers":
        config = {"l1": config.get("l1", 0.0), "l2": config.get("l2", 0.0)}
        name = "L1L2"
    return {"class_name": name, "config": config}


def tf1_config(config, has_dtype):
    """The config of TF 1: what tf_keras wrote, by the rules of A.4."""
    made = {key: tf1_object(value) for key, value in config.items() if key != "groups"}
    dtype = made.pop("dtype") if has_dtype else made.pop("dtype") and None
    if isinstance(made["activation"], dict):
        made["activation"]["config"]["dtype"] = dtype
    keys = list(made)
    at = keys.index("filters")
    items = [(key, made[key]) for key in keys[:at]] + [("dtype", dtype)]
    return dict(items + [(key, made[key]) for key in keys[at:]])


def order_elu(config):
    """Keras 3's ELU has no get_config: its keys stand in the order of the call's keywords.
    Here they stand as tconv writes them, in the order without keywords."""
    activation = config["activation"]
    if isinstance(activation, dict) and activation["class_name"] == "ELU":
        elu = activation["config"]
        activation["config"] = {key: elu[key] for key in ("name", "alpha", "trainable", "dtype")}


def write(options, dialect, text, to=None):
    """What `tconv config` prints; None with its message when it refuses."""
    command = [options.tconv, "config", "-", "--dialect", dialect]
    command += ["--to", to] if to else []
    done = subprocess.run(command, input=text, capture_output=True, text=True)
    return (done.stdout, "") if done.returncode == 0 else (None, done.stderr.strip())


def load(dialect, text):
    """get_config() of the layer that the real Keras makes of the text."""
    k = WRITERS[dialect]
    config = json.loads(text)
    return json.loads(json.dumps(k.layers.Conv2DTranspose.from_config(config).get_config()))


def meaning(config):
    """The arguments that all generations share, in one form."""
    plain = {key: config[key] for key in
             ("name", "trainable", "filters", "kernel_size", "strides", "padding",
              "data_format", "dilation_rate", "use_bias", "output_padding")}
    for key, value in config.items():
        if isinstance(value, dict) and key.split("_")[-1] in ("regularizer", "constraint"):
            numbers = value["config"].items()
            plain[key] = {k: np.float32(v) if isinstance(v, float) else v
                          for k, v in numbers if v != 0.0}
    return plain


def draw_config(dialect, seed):
    """get_config() of a random layer."""
    config = Draw(dialect, seed).layer().get_config()
    if dialect == "keras3":
        order_elu(config)
    if dialect == "tf1":
        # a dtype is written where one was given; tf_keras always has one
        config = tf1_config(config, has_dtype=config["dtype"] == "float64" or seed % 2 == 0)
    return config


def compare(options, dialect, seed):
    """What is wrong, as text; empty when nothing is."""
    config = draw_config(dialect, seed)
    text = json.dumps(config)
    got, message = write(options, dialect, text)
    if got is None:
        return message
    if got != text + "\n":
        return f"\n  keras {text}\n  tconv {got}"
    loaded = load(dialect, got)
    if dialect == "keras3":
        order_elu(loaded)
    if dialect == "tf1":
        loaded = tf1_config(loaded, has_dtype=config["dtype"] is not None)
    if json.dumps(loaded) != text:
        return f"loaded\n  keras {text}\n  again {json.dumps(loaded)}"
    for to in DIALECTS:
        got, message = write(options, dialect, text, to)
        if got is None and "; expected " in message and to != dialect:
            continue
        if got is None:
            return f"--to {to}: {message}"
        if meaning(load(to, got)) != meaning(json.loads(text)):
            return f"--to {to}\n  keras {text}\n  tconv {got}"
    return ""


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--tconv")
    options.add_argument("--write")
    options.add_argument("--count", type=int, default=300)
    options.add_argument("--seed", type=int, default=0)
    options.add_argument("--dialect", choices=DIALECTS)
    options = options.parse_args()
    dialects = [options.dialect] if options.dialect else DIALECTS
    if options.write:
        with open(options.write, "w") as file:
            print(f"# tf_keras {tf_keras.__version__}, keras {keras.__version__}: configs.py "
                  f"--count {options.count} --seed {options.seed}", file=file)
            for seed in range(options.seed, options.seed + options.count):
                for dialect in dialects:
                    print(dialect, json.dumps(draw_config(dialect, seed)), file=file)
        return 0
    failed = 0
    for seed in range(options.seed, options.seed + options.count):
        for dialect in dialects:
            wrong = compare(options, dialect, seed)
            failed += wrong != ""
            if wrong:
                print(f"FAILED: --dialect {dialect} --seed {seed} --count 1: {wrong}",
                      flush=True)
    passed = options.count * len(dialects) - failed
    print(f"{passed} passed, {failed} failed")
    return 0 if failed == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
