"""Training as real Keras does it, for one layer, written as lines that compare.c reads.

A case is a Python expression in which R, C and O are Keras's regularizers, constraints and
optimizers:

    dict(filters=3, kernel_size=2, kernel_regularizer=R.L1(0.1)), O.Adam(0.01)

Objects given by name ('l2', 'max_norm') stand in the written config by name. All tensors are
drawn by a generator that compare.c has too; only what Keras computed is written.
"""

import json
import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")
import numpy as np

OBJECTS = [f"{what}_regularizer" for what in ("kernel", "bias", "activity")]
OBJECTS += ["kernel_constraint", "bias_constraint"]
UPDATES = 50  # of each optimizer, with given gradients
GROUPS = {"kernel": 1, "bias": 2, "x": 3, "dy": 4, "target": 5, "gradients": 100}


def draw(seed, group, shape, dtype):
    """Multiples of 2^-22 from -2 to 2; about one in eight is 0."""
    state, values = (seed * 1000 + group) % 2**64, []
    for _ in range(int(np.prod(shape)) + 1):
        state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
        value = (state >> 33) % (2**24 + 1)
        values.append(0.0 if value % 8 == 0 else (value - 2**23) / 2**22)
    return np.array(values[1:], dtype).reshape(shape)


def open_keras(name):
    import tensorflow  # noqa: F401 (before keras, which takes it as its backend)
    return __import__(name)


def evaluate(k, expression):
    """The case's values, and its layer's arguments as they are written (names stay)."""
    names = {"R": k.regularizers, "C": k.constraints, "O": k.optimizers}
    values = eval(expression, names)
    return values if isinstance(values, tuple) else (values,)


def written_config(layer, arguments, legacy):
    """get_config() as JSON; objects by name where they were given by name. The shape that
    TensorFlow writes is TensorFlow's own mark."""
    config = layer.get_config()
    for key in OBJECTS:
        if isinstance(arguments.get(key), str):
            config[key] = arguments[key]
        elif legacy and config.get(key) is not None:
            config[key] = {one: config[key][one] for one in ("class_name", "config")}
    return json.dumps(config)


class Keras:
    """One layer of a case, built, with the case's weights."""

    def __init__(self, k, arguments, place):
        self.k, self.arguments, self.place = k, arguments, place
        self.dtype = arguments.get("dtype", "float32")
        self.layer = k.layers.Conv2DTranspose(**arguments)
        self.layer.build((None, *place["input"]))
        self.layer.set_weights([self.drawn(("kernel", "bias")[i], tuple(w.shape)) / 4
                                for i, w in enumerate(self.layer.get_weights())])

    def drawn(self, what, shape, offset=0):
        return draw(self.place["seed"], GROUPS[what] + offset, shape, self.dtype)

    def variables(self):
        return [getattr(v, "value", v) if self.k.__name__ == "keras" else v
                for v in self.layer.trainable_weights]

    def x(self):
        return self.drawn("x", (self.place["batch"], *self.place["input"]))

    def add(self, total, losses):
        """The way Keras adds them up in a training step."""
        for loss in losses:
            total = total + loss
        return total


def weight_results(one, results):
    """Losses of the weights, and gradients of those plus sum(weight * given gradient)."""
    import tensorflow as tf
    names = ["kernel", "bias"][:len(one.variables())]
    with tf.GradientTape() as tape:
        losses = one.layer.losses
        data = [tf.reduce_sum(v * one.drawn("gradients", v.shape, 50 * i))
                for i, v in enumerate(one.variables())]
        total = one.add(tf.add_n(data), losses)
    for name, gradient in zip(names, tape.gradient(total, one.variables())):
        results[f"{name}_gradient"] = gradient.numpy()
    own = [one.arguments.get(f"{name}_regularizer") for name in names]
    losses = iter(losses)
    for name, regularizer in zip(names, own):
        results[f"{name}_loss"] = next(losses).numpy() if regularizer else np.zeros(())
    for name, v in zip(names, one.layer.trainable_weights):
        done = v.constraint(v) if v.constraint is not None else v
        results[f"{name}_constrained"] = np.asarray(done)


def activity_results(one, results):
    """The output, its loss as the layer records it, and dy plus that loss's gradient."""
    import tensorflow as tf
    with tf.GradientTape() as tape:
        weight_losses = len(one.layer.losses)
        y = one.layer(one.x())
        activity = one.layer.losses[:-weight_losses or None]
        dy = one.drawn("dy", y.shape)
        total = one.add(tf.reduce_sum(y * dy), activity)
    results["y"] = y.numpy()
    results["y_loss"] = activity[0].numpy() if activity else np.zeros(())
    results["y_gradient"] = tape.gradient(total, y).numpy()


def update_results(one, optimizer, results):
    """The weights after UPDATES steps whose data gradients are given."""
    import tensorflow as tf
    for step in range(1, UPDATES + 1):
        with tf.GradientTape() as tape:
            data = [tf.reduce_sum(v * one.drawn("gradients", v.shape, 50 * i + step * 1000))
                    for i, v in enumerate(one.variables())]
            total = one.add(tf.add_n(data), one.layer.losses)
        gradients = tape.gradient(total, one.variables())
        optimizer.apply_gradients(list(zip(gradients, one.layer.trainable_weights)))
    for name, value in zip(("kernel", "bias"), one.layer.get_weights()):
        results[f"{name}_updated"] = value


def training_losses(one, optimizer, steps, nudge=0):
    """The whole loss at each step: mean squared error against a drawn target, activity and
    weights; one batch, drawn once. nudge: units of rounding that x is off by."""
    import tensorflow as tf
    losses, x = [], one.x()
    x = x * (1 + nudge * np.finfo(x.dtype).eps)
    target = one.drawn("target", one.layer(x).shape)
    for _ in range(steps):
        with tf.GradientTape() as tape:
            data = tf.reduce_mean(tf.square(one.layer(x) - target))
            total = one.add(data, one.layer.losses)
        gradients = tape.gradient(total, one.variables())
        optimizer.apply_gradients(list(zip(gradients, one.layer.trainable_weights)))
        losses.append(total.numpy())
    return np.array(losses)


def repeats_itself(k, expression, place):
    """Whether Keras's own losses stay within 1e-5 when x changes by one unit of rounding: some
    trainings amplify any rounding beyond what two implementations could agree on."""
    losses = []
    for nudge in (0, 1):
        arguments, optimizer = evaluate(k, expression)
        one = Keras(k, arguments, place)
        losses.append(training_losses(one, optimizer, place["steps"], nudge))
    return np.all(np.abs(losses[0] - losses[1]) <= 1e-5 * np.abs(losses[0]))


def matrix_results(k, regularizer, place, results):
    """OrthogonalRegularizer on a matrix, which no layer of this kind has."""
    import tensorflow as tf
    w = tf.constant(draw(place["seed"], GROUPS["kernel"], place["matrix"], "float32") / 4)
    with tf.GradientTape() as tape:
        tape.watch(w)
        loss = regularizer(w)
    results["kernel_loss"] = loss.numpy()
    results["kernel_gradient"] = tape.gradient(loss, w).numpy()


def optimizer_words(optimizer):
    c = optimizer.get_config()
    if optimizer.__class__.__name__ == "SGD":
        keys = ("learning_rate", "momentum", "nesterov")
    else:
        keys = ("learning_rate", "beta_1", "beta_2", "epsilon", "amsgrad")
    # The learning rate comes back as a float32; in the fewest digits it is what was given.
    values = [str(np.float32(c[key])) if key == "learning_rate" else c[key] for key in keys]
    return " ".join([optimizer.__class__.__name__.lower()] + [repr(float(v)) for v in values])


def number(value, double):
    return f"{float(value):.17g}" if double else f"{float(value):.9g}"


def case_lines(k, title, expression, place, legacy=False):
    """The lines of one case: what it is, then what Keras computed, then `end`."""
    arguments, *optimizer = evaluate(k, expression)
    results, lines = {}, [f"case {title}"]
    if "matrix" in place:
        layer = k.layers.Conv2DTranspose(1, 1, kernel_regularizer=arguments)
        matrix_results(k, arguments, place, results)
        lines += [f"config {written_config(layer, {}, legacy)}", "input 1,1,1"]
        lines += ["matrix {} {}".format(*place["matrix"])]
    else:
        one = Keras(k, arguments, place)
        lines += [f"config {written_config(one.layer, arguments, legacy)}"]
        lines += ["input " + ",".join(map(str, place["input"]))]
        lines += ["optimizer " + optimizer_words(optimizer[0]), f"batch {place['batch']}"]
        if "steps" in place:
            results["losses"] = training_losses(one, optimizer[0], place["steps"])
        else:
            weight_results(one, results)
            activity_results(one, results)
            update_results(one, optimizer[0], results)
    lines += [f"seed {place['seed']}"]
    for name, values in results.items():
        double = values.dtype == np.float64
        texts = [number(value, double) for value in np.ravel(values)]
        lines += [f"{name} {len(texts)} " + " ".join(texts)]
    return lines + ["end"]
