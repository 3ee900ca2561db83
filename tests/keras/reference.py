"""One layer as a line of text, what real Keras computes for it, and how far off one may be.

A layer is one line, input shape first (batch x rows x columns x channels), then words:

    2x5x4x3 f6 k3x2 s2x1 same op1x0 relu first nobias float64 form:legacy extra:2

fN filters, k kernel, s strides, d dilation, op output padding, same or valid, an activation
(LeakyReLU:0.1, ELU:0.5 and ReLU:max=4:slope=0.1:threshold=0.5 are activation objects, as is
Activation:NAME around a name), first for channels_first, form: how the config is written, extra: a set from EXTRAS.
"""

import json
import math
import os
import re

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
# With oneDNN, TensorFlow 2.19 gets dx wrong (not by rounding) for a batch of 2, one filter,
# one column and stride 2: "2x5x1x4 f1 k3x3 s1x2 same". Without, it agrees with float64.
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")
import numpy as np

from rows import ROWS, corrected_sparsemax, row_axis, threshold, through_rows

# Initializers and the like: they do not change the numbers here, only the config to be read.
EXTRAS = {
    1: lambda k: dict(kernel_initializer="he_normal", bias_initializer="ones",
                      kernel_regularizer=k.regularizers.L2(0.01)),
    2: lambda k: dict(kernel_initializer=k.initializers.RandomNormal(0.0, 0.02, seed=3),
                      bias_initializer=k.initializers.Constant(0.1),
                      kernel_regularizer=k.regularizers.L1L2(0.001, 0.002),
                      activity_regularizer=k.regularizers.L1(0.001)),
    3: lambda k: dict(kernel_initializer=k.initializers.VarianceScaling(
                          2.0, "fan_out", "uniform", seed=5),
                      kernel_constraint=k.constraints.MaxNorm(3.0, axis=[0, 1, 2]),
                      bias_constraint=k.constraints.NonNeg()),
    4: lambda k: dict(kernel_initializer=k.initializers.Orthogonal(gain=0.5, seed=9),
                      kernel_regularizer=k.regularizers.OrthogonalRegularizer(0.01),
                      bias_regularizer="l1", kernel_constraint="unit_norm"),
    5: lambda k: dict(kernel_initializer=k.initializers.LecunUniform(seed=1),
                      bias_initializer=k.initializers.TruncatedNormal(stddev=0.1),
                      kernel_constraint=k.constraints.MinMaxNorm(0.1, 2.0, rate=0.9),
                      trainable=True, name="decoder_up_3"),
}


class Layer:
    """A parsed line."""

    def __init__(self, line):
        self.line = line
        words = line.split()
        self.batch, *self.size, self.channels = map(int, words[0].split("x"))
        self.kernel, self.stride, self.dilation, self.pad_out = (1, 1), (1, 1), (1, 1), None
        self.padding, self.first, self.bias, self.type = "valid", False, True, "float32"
        self.activation, self.wrapped = "linear", False
        self.form, self.extra, self.filters = "config", 0, 1
        for word in words[1:]:
            self.read(word)

    def read(self, word):
        pair = lambda text: tuple(int(n) for n in text.split("x"))
        flags = {"first": ("first", True), "nobias": ("bias", False),
                 "float64": ("type", "float64"), "same": ("padding", "same"),
                 "valid": ("padding", "valid")}
        match = re.fullmatch(r"(op|[fksd])(\d+(?:x\d+)?)", word)
        if word in flags:
            setattr(self, *flags[word])
        elif word.startswith("form:"):
            self.form = word[5:]
        elif word.startswith("extra:"):
            self.extra = int(word[6:])
        elif match and match[1] == "f":
            self.filters = int(match[2])
        elif match:
            key = {"k": "kernel", "s": "stride", "d": "dilation", "op": "pad_out"}[match[1]]
            setattr(self, key, pair(match[2]))
        elif word.startswith("Activation:"):
            self.activation, self.wrapped = word[11:], True
        else:
            self.activation = word

    def activation_object(self, k):
        name, *words = self.activation.split(":")
        if not words:
            return k.layers.Activation(name) if self.wrapped else name
        new = k.__name__.startswith("keras")
        if name == "LeakyReLU":
            return k.layers.LeakyReLU(**{"negative_slope" if new else "alpha": float(words[0])})
        if name == "ELU":
            return k.layers.ELU(alpha=float(words[0]))
        keys = {"max": "max_value", "slope": "negative_slope", "threshold": "threshold"}
        values = dict(word.split("=") for word in words)
        return k.layers.ReLU(**{keys[key]: float(value) for key, value in values.items()})

    def arguments(self, k):
        chosen = dict(
            filters=self.filters, kernel_size=self.kernel, strides=self.stride,
            padding=self.padding, output_padding=self.pad_out, dilation_rate=self.dilation,
            data_format="channels_first" if self.first else "channels_last",
            activation=self.activation_object(k), use_bias=self.bias, dtype=self.type)
        return chosen | (EXTRAS[self.extra](k) if self.extra else {})

    def input_shape(self, batch):
        shape = self.size + [self.channels]
        return (batch, *(shape[-1:] + shape[:-1] if self.first else shape))

    def axes(self):
        """Per axis: output length and crop (the specification's B.1 and B.2)."""
        return [lengths(*one, self.padding, op) for *one, op in
                zip(self.size, self.kernel, self.stride, self.dilation,
                    self.pad_out or (None, None))]


def lengths(n, k, s, d, padding, op):
    ke = (k - 1) * d + 1
    if padding == "valid":
        return (n - 1) * s + (max(ke, s) if op is None else ke + op), 0
    out = n * s if op is None else (n - 1) * s + ke % 2 + op
    return out, max(0, (n - 1) * s + ke - out) // 2


# ---- the identity o = i*s + t*d - crop in float64, channels last ----

def meetings(layer, natural):
    """For each tap (p, q): the part of the natural output that it touches, one per input."""
    for p in range(layer.kernel[0]):
        for q in range(layer.kernel[1]):
            h, w = (slice(t * d, t * d + (n - 1) * s + 1, s) for t, d, n, s in
                    zip((p, q), layer.dilation, layer.size, layer.stride))
            yield p, q, natural[:, h, w, :]


def natural_output(layer, out):
    """Zeros that hold the uncropped output, and the window in them that is the output."""
    sizes = [max((n - 1) * s + (k - 1) * d + 1, length + crop) for n, s, k, d, (length, crop)
             in zip(layer.size, layer.stride, layer.kernel, layer.dilation, layer.axes())]
    natural = np.zeros((layer.batch, *sizes, layer.filters))
    (rows, top), (columns, left) = layer.axes()
    window = natural[:, top:top + rows, left:left + columns, :]
    if out is not None:
        window[...] = out
    return natural, window


def forward(layer, x, w):
    natural, z = natural_output(layer, None)
    for p, q, part in meetings(layer, natural):
        part += x @ w[p, q].T
    return z


def backward(layer, x, w, dz):
    """dx, dw, db for the gradient dz of the pre-activation."""
    natural, _ = natural_output(layer, dz)
    dx, dw = np.zeros(x.shape), np.zeros(w.shape)
    for p, q, part in meetings(layer, natural):
        dx += part @ w[p, q]
        dw[p, q] = np.einsum("nhwf,nhwc->fc", part, x)
    return dx, dw, dz.sum((0, 1, 2))


# ---- the same results in float64, for the checks ----

def activate(layer, z, new):
    """y for the pre-activation z, as the specification's D.2 writes it."""
    name, *words = layer.activation.split(":")
    if name == "ReLU":
        values = {key: float(value) for key, value in (word.split("=") for word in words)}
        at, slope = values.get("threshold", 0), values.get("slope", 0)
        return np.minimum(np.where(z > at, z, slope * (z - at)), values.get("max", np.inf))
    value = float(words[0]) if words else {"leaky_relu": 0.2}.get(name, 1.0)
    sigmoid, softplus = lambda: 1 / (1 + np.exp(-z)), lambda: np.logaddexp(0, z)
    elu = lambda a: np.where(z > 0, z, a * np.expm1(np.minimum(z, 0)))
    formulas = {
        "linear": lambda: z, "relu": lambda: np.maximum(z, 0), "tanh": lambda: np.tanh(z),
        "relu6": lambda: np.clip(z, 0, 6), "elu": lambda: elu(value),
        "leaky_relu": lambda: np.where(z > 0, z, value * z),
        "selu": lambda: 1.0507009873554804934 * elu(1.6732632423543772848),
        "sigmoid": sigmoid, "softplus": softplus, "softsign": lambda: z / (1 + np.abs(z)),
        "hard_sigmoid": lambda: np.clip((z + 3) / 6 if new else 0.2 * z + 0.5, 0, 1),
        "exponential": lambda: np.exp(z), "silu": lambda: z * sigmoid(),
        "gelu": lambda: z / 2 * (1 + np.vectorize(math.erf)(z / math.sqrt(2))),
        "mish": lambda: z * np.tanh(softplus()), "celu": lambda: elu(1.0),
        "hard_silu": lambda: z * np.clip(z + 3, 0, 6) / 6,
        "hard_tanh": lambda: np.clip(z, -1, 1),
        "hard_shrink": lambda: np.where(np.abs(z) > 0.5, z, 0),
        "soft_shrink": lambda: np.sign(z) * np.maximum(np.abs(z) - 0.5, 0),
        "tanh_shrink": lambda: z - np.tanh(z), "log_sigmoid": lambda: -np.logaddexp(0, -z),
        "squareplus": lambda: (z + np.sqrt(z * z + 4)) / 2,
        "sparse_plus": lambda: np.where(z < 1, np.maximum(z + 1, 0) ** 2 / 4, z),
        "sparse_sigmoid": lambda: np.clip((z + 1) / 2, 0, 1),
    }
    names = {"LeakyReLU": "leaky_relu", "ELU": "elu", "hard_swish": "hard_silu"}
    return formulas[names.get(name, name)]()


def float64_results(layer, arrays, new):
    """y and the gradients of the arrays' x, kernel, bias and dy; y alone where the slope,
    a difference quotient here, would be too coarse for float64 arrays."""
    x, dy = (to_last(layer, arrays[name]).astype(np.float64) for name in ("x", "dy"))
    w = arrays["kernel"].astype(np.float64)
    z = forward(layer, x, w) + (arrays["bias"] if layer.bias else 0)
    if layer.activation in ROWS:
        y, dz = through_rows(layer, z, dy)
    else:
        y, h = activate(layer, z, new), 2.0**-20
        dz = dy * (activate(layer, z + h, new) - activate(layer, z - h, new)) / (2 * h)
        if layer.activation != "linear" and layer.type == "float64":
            return {"y": to_first(layer, y)}
    dx, dw, db = backward(layer, x, w, dz)
    results = {"y": to_first(layer, y), "dx": to_first(layer, dx), "dkernel": dw}
    return results | ({"dbias": db} if layer.bias else {})


# ---- how far off a result may be ----

def knees(layer, new):
    """Where the activation's slope jumps, or with a threshold the activation itself."""
    name, *words = layer.activation.split(":")
    if name == "ReLU":
        values = dict(word.split("=") for word in words)
        return [float(values.get("threshold", 0)), float(values.get("max", 0))]
    return {"relu6": [0, 6], "hard_sigmoid": [-3, 3] if new else [-2.5, 2.5],
            "hard_silu": [-3, 3], "hard_swish": [-3, 3], "hard_tanh": [-1, 1],
            "hard_shrink": [-0.5, 0.5], "soft_shrink": [-0.5, 0.5],
            "sparse_sigmoid": [-1, 1]}.get(
        name, [0] if "elu" in name.lower() and name != "gelu" else [])


def near_knees(layer, z, margin, new):
    """Which gradients hang on a slope that rounding may change; sparsemax's on its row's."""
    if layer.activation == "sparsemax":
        near = np.abs(z - threshold(layer, z)) < 2 * margin.max(row_axis(layer), keepdims=True)
        return near.any(row_axis(layer), keepdims=True) | np.zeros(z.shape, bool)
    near = np.zeros(z.shape, bool)
    for knee in knees(layer, new):
        near |= np.abs(z - knee) < margin
    return near


def to_last(layer, array):
    return np.moveaxis(array, 1, -1) if layer.first else array


def to_first(layer, array):
    return np.moveaxis(array, -1, 1) if layer.first else array


def bounds(layer, x, w, b, y, dy):
    """
    The largest difference that rounding explains between two correct results, per element
    of y, dx, dw and db. Each of the two sums `terms` products in its own order and type, so
    each is off by no more than (terms + 16) * 2^-24 * S with S = sum |x*w| + |b|; together
    twice that. Through an activation the error grows at most by its slope, which is 2 or
    less (exponential: y), and the activation itself is allowed 1e-5 of y, because Keras
    uses fast approximations, and 2^-22, because it computes elu as e^z - 1. A gradient |dz|
    is at most D = slope * |dy|, and it is off by no more than D * (error of z + 1e-5), as
    no slope changes faster than by 2 for each unit of z. For float64 all of this is 2^-29
    of it. compare.c computes the same.
    """
    double = layer.type == "float64"
    unit, approximation = (2.0**-52, 1e-5 * 2.0**-29) if double else (2.0**-23, 1e-5)
    rounding = lambda terms: (terms + 16) * unit
    z = forward(layer, to_last(layer, x).astype(np.float64), w.astype(np.float64))
    z += b if layer.bias else 0
    x, y, dy = (np.abs(to_last(layer, one).astype(np.float64)) for one in (x, y, dy))
    w, b = np.abs(w.astype(np.float64)), np.abs(b.astype(np.float64)) if layer.bias else 0
    taps = layer.kernel[0] * layer.kernel[1]
    of_z = rounding(taps * layer.channels) * (forward(layer, x, w) + b)
    axis = row_axis(layer)
    spread, amplitude, curvature = of_z, dy, 2
    if layer.activation == "linear":
        of_y, curvature, approximation = of_z, 0, 0
    elif layer.activation == "glu":  # slopes below max(1, |a|)
        slope = np.maximum(1, np.abs(np.split(z, 2, axis)[0]))
        spread = np.maximum(*np.split(of_z, 2, axis))
        of_y = 2 * slope * spread + approximation * y + 2 * unit
        spread, amplitude = (np.concatenate([one, one], axis) for one in (spread, slope * dy))
    elif layer.activation in ROWS:  # each output sees the errors of its whole row
        spread = of_z.max(axis, keepdims=True) + 0 * of_z
        of_row = dy.sum if layer.activation == "log_softmax" else dy.max
        amplitude = 2 * of_row(axis, keepdims=True) + 0 * dy
        of_y = 2 * spread + approximation * y + 2 * unit
    else:
        slope = 2 * np.maximum(1, y) if layer.activation == "exponential" else 2
        of_y, amplitude = slope * of_z + approximation * y + 2 * unit, slope * dy
    outputs = z.shape[0] * z.shape[1] * z.shape[2]
    of_dz = amplitude * (curvature * spread + approximation)
    more = lambda terms: of_dz + amplitude * rounding(terms)
    dx = backward(layer, x, w, more(taps * layer.filters))[0]
    _, dw, db = backward(layer, x, w, more(outputs))
    return {"y": to_first(layer, of_y), "dx": to_first(layer, dx), "dkernel": dw, "dbias": db,
            "z": of_z}


# ---- real Keras ----

def draw(layer, seed, new):
    """
    Random x, kernel, bias and dy. Where a pre-activation is within rounding of a knee, dy is
    0, as either slope would be right there; where y itself leaps, all is drawn again.
    """
    random = np.random.default_rng(seed)
    terms = layer.channels * np.prod([-(-k // s) for k, s in zip(layer.kernel, layer.stride)])
    shape = (layer.batch, *(length for length, _ in layer.axes()), layer.filters)
    y_shape = list(shape)
    y_shape[row_axis(layer)] //= 2 if layer.activation == "glu" else 1
    for _ in range(200):
        x = random.standard_normal(layer.input_shape(layer.batch)).astype(layer.type)
        w = random.standard_normal((*layer.kernel, layer.filters, layer.channels))
        w = (1.5 * w / np.sqrt(terms)).astype(layer.type)
        b = (0.5 * random.standard_normal(layer.filters)).astype(layer.type)
        dy = random.standard_normal(y_shape).astype(layer.type)
        z = forward(layer, to_last(layer, x).astype(np.float64), w.astype(np.float64))
        z += b if layer.bias else 0
        if layer.activation == "glu":  # no knees, and y is smaller than z
            return x, w, b, np.ascontiguousarray(to_first(layer, dy))
        margin = 2 * bounds(layer, x, w, b, to_first(layer, z), to_first(layer, dy))["z"]
        near = near_knees(layer, z, margin, new)
        if "threshold" not in layer.activation or not near.any():
            dy[near] = 0
            return x, w, b, np.ascontiguousarray(to_first(layer, dy))
    raise ValueError(f"{layer.line}: every draw has a pre-activation at a knee")


def compute(k, layer, seed):
    """Real Keras (module k): the config as text and a dict of arrays."""
    new = k.__name__.startswith("keras")
    x, w, b, dy = draw(layer, seed, new)
    arguments = layer.arguments(k)
    if layer.form == "shaped":  # only the Keras of TensorFlow 2 writes a shape in the config
        arguments["batch_input_shape"] = layer.input_shape(None)
    keras_layer = k.layers.Conv2DTranspose(**arguments)
    keras_layer.build(layer.input_shape(None))
    keras_layer.set_weights([w, b] if layer.bias else [w])
    gradients = by_jax if new and k.backend.backend() == "jax" else by_tensorflow
    y, dx, dw, *db = gradients(keras_layer, x, dy)
    arrays = {"x": x, "kernel": w, "y": y, "dy": dy, "dx": dx, "dkernel": dw}
    if layer.bias:
        arrays |= {"bias": b, "dbias": db[0]}
    arrays = {name: np.ascontiguousarray(array) for name, array in arrays.items()}
    assert all(array.dtype == layer.type for array in arrays.values()), layer.line
    return json.dumps(record(k, keras_layer, layer.form), indent=1) + "\n", arrays


def record(k, keras_layer, form):
    if form in ("config", "shaped"):
        return keras_layer.get_config()
    if form == "legacy":
        return k.layers.serialize(keras_layer, use_legacy_format=True)
    if k.__name__.startswith("keras"):
        return k.saving.serialize_keras_object(keras_layer)
    return k.layers.serialize(keras_layer)


def by_tensorflow(keras_layer, x, dy):
    import tensorflow as tf
    x = tf.constant(x)
    variables = [variable if isinstance(variable, tf.Variable) else variable.value
                 for variable in keras_layer.trainable_variables]
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = keras_layer(x)
        loss = tf.reduce_sum(y * tf.constant(dy))
    gradients = tape.gradient(loss, [x, *variables])
    return [array.numpy() for array in (y, *gradients)]


def by_jax(keras_layer, x, dy):
    import jax

    def loss(x, variables):
        return keras_layer.stateless_call(variables, [], x)[0]

    variables = [variable.value for variable in keras_layer.trainable_variables]
    y, pull = jax.vjp(loss, jax.numpy.asarray(x), variables)
    dx, gradients = pull(jax.numpy.asarray(dy))
    return [np.asarray(array) for array in (y, dx, *gradients)]


def open_keras(name):
    """tf_keras or keras (its backend: KERAS_BACKEND), ready for float64."""
    if name == "tf_keras":
        import tf_keras as k
        return k
    import keras as k
    if k.backend.backend() == "jax":
        import jax
        jax.config.update("jax_enable_x64", True)
    if tuple(map(int, k.version().split(".")[:2])) < (3, 16):
        from keras.src import backend
        backend.nn.sparsemax = corrected_sparsemax
    return k



def excesses(layer, arrays, got):
    """error/bound by name, the largest of each array of `got` against `arrays`."""
    limits = bounds(layer, arrays["x"], arrays["kernel"], arrays.get("bias"), arrays["y"],
                    arrays["dy"])
    ratios = {}
    for name, value in got.items():
        error = np.abs(value.astype(np.float64) - arrays[name])
        error[np.isnan(error)] = np.inf
        ratios[name] = float(np.max(np.where(error == 0, 0,
                                             error / np.maximum(limits[name], 1e-300))))
    return ratios
