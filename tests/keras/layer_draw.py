"""Random whole layers: arguments for real Keras and the same as JSON for the C object."""

import importlib.util
import json
import pathlib
import sys

import numpy as np

import initializers
import reference
from layer_words import INPUT, draw

DIALECT = {"tf_keras": "tf2", "keras": "keras3"}
SMOOTH = ("linear", "tanh", "sigmoid", "softplus", "silu", "mish", "softmax", "softsign")
ACTIVATIONS = """linear linear relu relu6 leaky_relu elu selu sigmoid tanh softplus softsign
    hard_sigmoid exponential silu gelu mish softmax LeakyReLU:0.1 ELU:0.6
    ReLU:max=2:slope=0.2 ReLU:threshold=0.5""".split()
MORE_ACTIVATIONS = """celu hard_silu hard_swish hard_tanh hard_shrink soft_shrink tanh_shrink
    log_sigmoid squareplus sparse_plus sparse_sigmoid""".split()
FLOAT64_ACTIVATIONS = "linear relu elu selu sigmoid softplus silu mish softmax".split()


def load_training(name):
    """A module of tests/training, whose names are taken here too."""
    path = pathlib.Path(__file__).parent.parent / "training" / f"{name}.py"
    spec = importlib.util.spec_from_file_location(f"training_{name}", path)
    module = importlib.util.module_from_spec(spec)
    own = sys.modules["reference"]
    sys.modules["reference"] = sys.modules.get("training_reference", own)
    sys.modules[f"training_{name}"] = module
    spec.loader.exec_module(module)
    sys.modules["reference"] = own
    return module


training_reference = load_training("reference")
training_live = load_training("live")


class Drawn:
    """A layer's arguments. layer: reference.Layer of its geometry; chosen: for Keras, where
    text() gives expressions' values; made anew at each make(), as objects keep state."""

    def __init__(self, k, random):
        self.k, self.dialect = k, DIALECT[k.__name__]
        self.is_tf = self.dialect == "tf2"
        self.session_seed = int(random.integers(0, 2 ** 31))
        self.draw_geometry(random)
        self.expressions = self.draw_objects(random)
        self.initializers = self.draw_initializers(random)
        self.name = None if random.random() < 0.4 else f"up_{random.integers(1000)}"
        self.trainable = None if random.random() < 0.7 else bool(random.random() < 0.5)
        self.says_type = self.layer.type == "float64" or random.random() < 0.5
        self.drops = [key for key in ("strides", "padding", "output_padding", "data_format",
                                      "dilation_rate", "activation", "use_bias")
                      if random.random() < 0.3]
        self.shortens = random.random() < 0.5

    def draw_geometry(self, random):
        chance = lambda share: random.random() < share
        pick = lambda low, high: [int(n) for n in random.integers(low, high + 1, 2)]
        pair = lambda letter, one: f"{letter}{one[0]}x{one[1]}"
        kernel, stride, dilation = pick(1, 4), pick(1, 4), [1, 1]
        self.is_callable = True
        first = chance(0.2)
        if chance(0.15):
            stride, dilation = [1, 1], [int(random.integers(2, 4))] * 2
        if not self.is_tf and (first or dilation != [1, 1]):
            self.is_callable = False  # TensorFlow's op on a CPU has neither
        if chance(0.3):
            kernel[1] = kernel[0]
        channels, (rows, columns) = pick(1, 4), pick(1, 4)
        words = [f"{random.integers(1, 4)}x{rows}x{columns}x{channels[0]}", f"f{channels[1]}",
                 pair("k", kernel), pair("s", stride), pair("d", dilation),
                 "same" if chance(0.6) else "valid"]
        if chance(0.35):
            op = [int(random.integers(0, s)) for s in stride]
            words += [pair("op", op)]
            even = [((k - 1) * d + 1) % 2 == 0 and o == 0
                    for k, d, o in zip(kernel, dilation, op)]
            self.is_refused = words[5] == "same" and any(even)
        else:
            self.is_refused = False
        if self.is_refused and (dilation != [1, 1] or not self.is_callable):
            self.is_callable = self.is_refused = False
        double = chance(0.2)
        names = ACTIVATIONS + MORE_ACTIVATIONS * (not self.is_tf)
        words += [str(random.choice(FLOAT64_ACTIVATIONS if double else names))]
        words += ["float64"] * double + ["first"] * first + ["nobias"] * chance(0.2)
        self.layer = reference.Layer(" ".join(words))

    def draw_objects(self, random):
        out = {}
        square = self.layer.kernel[0] == self.layer.kernel[1] > 1
        for key in training_reference.OBJECTS:
            if random.random() < 0.6:
                continue
            rank = 4 if key.startswith("kernel") else 1
            out[key] = (training_live.draw_regularizer(random, self.is_tf)
                        if "regularizer" in key else
                        training_live.draw_constraint(random, self.is_tf,
                                                      self.layer.type == "float32", rank,
                                                      rank == 4 and square))
        return out

    def draw_initializers(self, random):
        out = {}
        for key, names in (("kernel_initializer", initializers.RANDOM + ("Orthogonal",) * 2 +
                            ("Constant",)), ("bias_initializer", initializers.CONSTANTS +
                                             initializers.RANDOM)):
            if random.random() < 0.15:
                continue
            one = initializers.draw_initializer(random, self.dialect, names)
            if key == "bias_initializer":
                one[1].pop("input_axes", None)
                one[1].pop("output_axes", None)
            out[key] = one
        return out

    def initializer(self, one):
        """The real one. Without a seed of its own it draws with the session's, and its config
        does not say so."""
        made = initializers.with_seed(self.dialect, one, self.session_seed)
        if one[2] is None and hasattr(made, "seed"):
            setattr(made, "seed" if self.is_tf else "_init_seed", None)
        return made

    def effective(self, key):
        """Name and arguments of the initializer with its seed."""
        name, arguments, seed = self.initializers.get(
            key, ("GlorotUniform", {}, None) if key[0] == "k" else ("Zeros", {}, None))
        if name in initializers.CONSTANTS:
            return name, arguments
        return name, arguments | dict(seed=self.session_seed if seed is None else seed)

    def value(self, text):
        names = {"R": self.k.regularizers, "C": self.k.constraints, "O": self.k.optimizers}
        return eval(text, names)

    def arguments(self):
        out = self.layer.arguments(self.k)
        out = {key: value for key, value in out.items() if key != "dtype" or self.says_type}
        out |= {key: self.value(text) for key, text in self.expressions.items()}
        plain = ("kernel_initializer", ("GlorotUniform", {}, None))
        out |= {key: self.initializer(one)
                for key, one in ({plain[0]: plain[1]} | self.initializers).items()}
        if self.name is not None:
            out["name"] = self.name
        if self.trainable is not None:
            out["trainable"] = self.trainable
        return out

    def make(self):
        return self.k.layers.Conv2DTranspose(**self.arguments())

    def json(self):
        """The arguments as a user would write them: plain values, names, objects' records."""
        given = self.arguments()
        config = self.k.layers.Conv2DTranspose(**given).get_config()
        objects = {key for key, value in given.items()
                   if not isinstance(value, (str, int, float, bool, tuple, list, type(None)))}
        out = {key: config[key] if key in objects else value for key, value in given.items()}
        defaults = dict(strides=(1, 1), padding="valid", output_padding=None,
                        data_format="channels_last", dilation_rate=(1, 1), use_bias=True,
                        activation="linear", kernel_initializer=None)
        for key in self.drops:
            if out.get(key) == defaults[key]:
                del out[key]
        if "kernel_initializer" not in self.initializers:
            del out["kernel_initializer"]
        for key in ("kernel_size", "strides"):
            if self.shortens and key in out and out[key][0] == out[key][1]:
                out[key] = out[key][0]
        return json.dumps(out)

    def training(self, key):
        """l1 and l2 of a regularizer."""
        if key not in self.expressions:
            return 0.0, 0.0
        one = self.value(f"{self.expressions[key]}")
        one = self.k.regularizers.get(one)
        return abs(float(getattr(one, "l1", 0))), abs(float(getattr(one, "l2", 0)))

    def knees(self):
        more = [0] if self.training("activity_regularizer")[0] else []
        return reference.knees(self.layer, not self.is_tf) + more


def near_knee(drawn, x, w, b):
    """Also on it: TensorFlow's slope of celu at 0 is 2, the sum of both sides'."""
    layer = drawn.layer
    z = reference.forward(layer, reference.to_last(layer, x).astype(np.float64),
                          w.astype(np.float64))
    z = z + (b if layer.bias else 0)
    first = reference.to_first(layer, z)
    margin = 2 * reference.bounds(layer, x, w, b, first, first)["z"]
    return any((np.abs(z - knee) <= margin).any() for knee in drawn.knees())


def choose_seed(drawn, shape, dtype, w, b, start):
    """A seed of x that leaves no pre-activation within rounding of a knee; None: none found."""
    for seed in range(start, start + 40):
        if not near_knee(drawn, draw(seed, INPUT, shape, dtype), w, b):
            return seed
    return None


def bounds(drawn, x, w, b, y, dy):
    """reference.bounds, with what an activity regularizer adds to dy and its error."""
    layer, n = drawn.layer, x.shape[0]
    l1, l2 = drawn.training("activity_regularizer")
    whole = np.abs(dy) + (l1 + 2 * l2 * np.abs(y)) / n
    limit = reference.bounds(layer, x, w, b, y, whole)
    if l2:
        wrong = reference.to_last(layer, 2 * l2 / n * limit["y"])
        slope = 2 * np.maximum(1, np.abs(y).max() if layer.activation == "exponential" else 1)
        wide = np.abs(reference.to_last(layer, x).astype(np.float64))
        if layer.activation == "softmax":
            wrong = wrong.max(keepdims=True) + 0 * wrong
        dx, dw, db = reference.backward(layer, wide, np.abs(w.astype(np.float64)),
                                        slope * wrong)
        limit["dx"] = limit["dx"] + reference.to_first(layer, dx)
        limit["dkernel"], limit["dbias"] = limit["dkernel"] + dw, limit["dbias"] + db
    return limit
