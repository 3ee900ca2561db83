"""Scripts: operations of layer_object.py with what real Keras gave for each.

Only real Keras is asked here; check() compares the C object's results with a script's.

What may differ: nothing in texts, constants and uniform initial values; normal ones by 2 ulp,
orthogonal ones as initializers.py says; y and gradients by layer_draw.bounds, losses by the
rounding of their sums; weights after steps of an optimizer by 32 times what Keras itself
changes when x and dy are nudged by units of rounding; losses of 200 steps by 1e-4. A message of
the C object has to be part of Keras's, which adds to it; of refused arguments, and of TensorFlow
where a symbol or a set attribute no longer fits a built layer, the class alone counts.

Not compared: losses after a call that failed (Keras has dropped them, C has not); kernels set by
a failed set_weights (Keras 3 has set the kernel when the bias is refused, C nothing); names and
flags of TensorFlow's variables (write_weights); the state of an activation object.
"""

import json
import warnings

import numpy as np

import initializers
import layer_draw
from layer_object import Objects
from layer_words import (DY, INPUT, TARGET, TYPES, Raised, draw, read_shape, weight_arrays,
                         write_shape)

ANY_TEXT = None


class Expected:
    """Of one operation: a text; values and how far off each may be; or an exception whose
    text may be any."""

    def __init__(self, line, text=None, values=None, bound=None, raised=None):
        self.line, self.text, self.values, self.raised = line, text, values, raised
        if values is not None:
            self.bound = np.broadcast_to(np.asarray(bound, np.float64), values.shape)


class Script:
    def __init__(self, k, seed):
        self.k, self.seed, self.steps, self.names = k, seed, [], {}
        self.is_tf = k.__name__ == "tf_keras"
        self.dialect = layer_draw.DIALECT[k.__name__]

    def text(self, line, function, any_text=False):
        """Keras does `function`, whose text the operation has to give, or raise the same."""
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                text = function()
            self.steps.append(Expected(line, text="" if text is None else str(text)))
            return True
        except Exception as error:
            raised = type(error).__name__, ANY_TEXT if any_text else message_of(error)
            self.steps.append(Expected(line, raised=raised))
            return False

    def does(self, line, function, any_text=False):
        """The same for what gives nothing."""
        return self.text(line, lambda: [function(), ""][1], any_text)

    def plain(self, line, text=""):
        self.steps.append(Expected(line, text=text))

    def values(self, line, values, bound):
        self.steps.append(Expected(line, values=np.asarray(values), bound=bound))


def message_of(error):
    return str(error.args[0] if error.args and isinstance(error.args[0], str) else error)


# ---- the comparison ----

def difference(step, got):
    """Between a result and the expected one; empty when there is none."""
    if step.raised is not None:
        if not isinstance(got, Raised):
            return f"got {got!r}; Keras raises {step.raised[0]}: {step.raised[1]}"
        name, text = step.raised
        if got.name != name:
            return f"got {got}; Keras raises {name}: {text}"
        return "" if text is ANY_TEXT or (got.text and got.text in text) else \
            f"got {got.text!r}; Keras says {text!r}"
    if isinstance(got, Raised):
        return f"got {got}; Keras gives {step.text if step.values is None else 'values'}"
    if step.values is None:
        same = same_json(got, step.text) if got[:1] == "{" else got == step.text
        return "" if same else f"got {got!r}; Keras gives {step.text!r}"
    want = step.values
    if got.shape != want.shape or got.dtype != want.dtype:
        return f"got {got.dtype}{got.shape}; Keras gives {want.dtype}{want.shape}"
    if not step.bound.any():
        return "" if got.tobytes() == want.tobytes() else "got other bits"
    error = np.abs(got.astype(np.float64) - want.astype(np.float64))
    error[np.isnan(error)] = np.inf
    error[(got == want) | (np.isnan(got) & np.isnan(want))] = 0
    ratio = np.max(np.where(error == 0, 0, error / np.maximum(step.bound, 1e-300)), initial=0)
    return "" if ratio <= 1 else f"error/bound {ratio:.3g} (error {error.max():.3g})"


def same_json(got, want):
    ours, theirs = json.loads(got), json.loads(want)
    return ours == theirs and \
        json.dumps(ours, sort_keys=True) == json.dumps(theirs, sort_keys=True)


def check(library, script, skip=()):
    """What differs, a line for each operation; and how many operations were compared."""
    objects, wrong, count = Objects(library, script.seed), [], 0
    for step in script.steps:
        if step.line.split()[0] in skip:
            continue
        try:
            got = objects.run(step.line)
        except Raised as raised:
            got = raised
        except (KeyError, IndexError) as error:
            got = Raised("Missing", f"{error}")
        told, count = difference(step, got), count + 1
        if told:
            wrong.append(f"{step.line}: {told}")
    objects.close()
    return wrong, count


# ---- parts of a layer's script ----

def shape_text(shape):
    return write_shape(tuple(None if n is None else int(n) for n in tuple(shape)))


def write_weights(script, layer, variables):
    """TensorFlow names variables without the layer when build is not called by a call, and
    leaves their own flag True when the layer's changes: C does neither."""
    kind = lambda v: v.dtype.name if script.is_tf else str(v.dtype)
    path = lambda v: v.path if not script.is_tf else f"{layer.name}/{v.name.split('/')[-1]}"
    return "; ".join(f"{path(v)} {kind(v)} {shape_text(v.shape)} {int(layer.trainable)}"
                     for v in variables)


def attributes(script, layer, slot):
    dtype = layer.dtype
    script.text(f"name {slot}", lambda: layer.name)
    script.text(f"dtype {slot}", lambda: dtype)
    script.text(f"trainable {slot}", lambda: int(layer.trainable))
    script.text(f"built {slot}", lambda: int(layer.built))
    script.text(f"count_params {slot}", lambda: layer.count_params())
    one = layer.activity_regularizer
    script.plain(f"activity_regularizer {slot}", "None" if one is None else json.dumps(
        {"class_name": type(one).__name__, "config": one.get_config()}))


def weight_lists(script, layer, slot):
    for which in ("weights", "trainable_weights", "non_trainable_weights"):
        script.text(f"{which} {slot}",
                    lambda: write_weights(script, layer, getattr(layer, which)))


def initial_weights(script, drawn, layer, slot):
    """Values after build; False when an orthogonal one is only near."""
    is_near = False
    for index, value in enumerate(layer.get_weights()):
        name, arguments = drawn.effective(("kernel_initializer", "bias_initializer")[index])
        rule = initializers.rule_of(name, arguments)
        bound = 0
        if rule == "ulp":
            size = np.maximum(np.abs(value), abs(arguments.get("mean", 0))).astype(value.dtype)
            bound = 2 * np.spacing(size).astype(np.float64)
        elif rule == "within":
            is_near = True
            matrix = initializers.normal_matrix(drawn.dialect, arguments, value.shape,
                                                value.dtype)
            unit = np.finfo(value.dtype).eps / 2
            bound = abs(arguments["gain"]) * (
                2 * unit + 2 * initializers.orthogonal_bound(matrix, 2. ** -53) +
                initializers.orthogonal_bound(matrix, unit))
        script.values(f"value {slot} {index}", value, bound)
    return not is_near


def output_shapes(script, random, drawn, layer, slot):
    for _ in range(4):
        shape = [int(n) for n in random.integers(1, 9, 4)]
        for axis in range(4):
            if random.random() < 0.3:
                shape[axis] = None
        if random.random() < 0.3:
            shape = shape[:random.integers(1, 4)] if random.random() < 0.6 else shape + [3]
        script.text(f"output_shape {slot} {write_shape(shape)}",
                    lambda: shape_text(layer.compute_output_shape(tuple(shape))))


def set_weights(script, random, layer, slot, wrong):
    """With drawn weights; `wrong`: of another shape, or too many or few."""
    own = [(w.shape, str(w.dtype)) for w in layer.get_weights()]
    words = [f"{TYPES[int(random.integers(2))] if random.random() < 0.3 else kind}:"
             f"{write_shape(shape)}:{random.integers(10 ** 6)}" for shape, kind in own]
    if wrong and random.random() < 0.5:
        words = words[:-1] if random.random() < 0.5 else words + words[:1]
    elif wrong and words:
        at = int(random.integers(len(words)))
        shape = list(own[at][0]) if own[at] else [1]
        if random.random() < 0.5:
            shape[int(random.integers(len(shape)))] += 1
        else:
            shape = shape[1:] if random.random() < 0.5 else shape + [1]
        words[at] = f"{own[at][1]}:{write_shape(shape)}:1"
        if at == 1 and not script.is_tf:  # Keras 3 has set the kernel by then; here: nothing
            words = words[1:]
    script.does(" ".join([f"set_weights {slot}", *words]),
                lambda: layer.set_weights(weight_arrays(words)))


def losses_of(script, layer, slot, scale):
    """Their number and values; scale: what relative rounding is allowed."""
    losses = layer.losses
    is_symbolic = lambda loss: script.is_tf and not hasattr(loss, "numpy")
    script.plain(f"losses {slot}", " ".join("symbolic" if is_symbolic(one) else "value"
                                            for one in losses))
    values = np.array([float(one) for one in losses if not is_symbolic(one)])
    script.values(f"loss_values {slot}", values, scale * np.abs(values) + 1e-300)


def tensor(values):
    import tensorflow as tf
    return tf.constant(values)


def variables_of(script, layer):
    return [v if script.is_tf else v.value for v in layer.trainable_variables]


def record_call(script, layer, x, dy, more=0):
    """Real Keras: y, losses, and the gradients of sum(y*dy) and of that with all losses."""
    import tensorflow as tf
    x = tf.constant(x)
    variables = variables_of(script, layer)
    n_weights = weight_loss_count(layer)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        y = layer(x)
        losses = layer.losses
        activity = losses[:len(losses) - n_weights]
        plain = tf.reduce_sum(y * tf.constant(dy.astype(y.dtype.name)))
        for loss in activity:
            plain = plain + loss
        total = plain
        for loss in losses[len(losses) - n_weights:]:
            total = total + loss
    return y.numpy(), tape.gradient(plain, [x, *variables]), tape.gradient(total, variables)


def weight_loss_count(layer):
    if layer.__module__.startswith("keras") and not layer.trainable:
        return 0
    return sum(one is not None for one in (
        layer.kernel_regularizer, layer.bias_regularizer if layer.use_bias else None))


def call_and_gradients(script, random, drawn, layer, slot):
    """One recorded call and its backward; the seed when gradients could be compared."""
    g = drawn.layer
    shape = g.input_shape(g.batch)
    w, *b = layer.get_weights()
    b = b[0] if b else None
    dtype = TYPES[1 - TYPES.index(g.type)] if random.random() < 0.15 else g.type
    start = int(random.integers(10 ** 6))
    seed = layer_draw.choose_seed(drawn, shape, dtype, w, b, start)
    x = draw(start if seed is None else seed, INPUT, shape, dtype)
    line = f"{dtype} {write_shape(shape)} {start if seed is None else seed}"
    y_shape = read_shape(shape_text(layer.compute_output_shape(shape)))
    dy = draw(seed or start, DY, y_shape, g.type)
    y, gradients, _ = record_call(script, layer, x, dy)
    limit = layer_draw.bounds(drawn, x, w, b, y, dy)
    is_recorded = seed is not None
    script.plain(f"{'record' if is_recorded else 'call'} {slot} {line}",
                 f"{y.dtype} {shape_text(y.shape)}")
    if is_recorded or "threshold" not in g.activation:
        script.values(f"y {slot}", y, limit["y"])
        losses_of(script, layer, slot, loss_scale(drawn, y, limit["y"]))
    if not is_recorded:
        return None
    script.plain(f"backward {slot} {seed}")
    dx = gradients[0].numpy()
    script.values(f"dx {slot}", dx.astype(g.type), limit["dx"] + np.abs(dx) *
                  (np.finfo(dx.dtype).eps if dx.dtype != g.type else 0))
    for index, gradient in enumerate(gradients[1:]):
        script.values(f"gradient {slot} {index}", gradient.numpy(),
                      limit[("dkernel", "dbias")[index]])
    return seed


def loss_scale(drawn, y, of_y):
    """Relative rounding of a sum, and what y's error makes of a sum of |y| or y^2."""
    unit = 2.0 ** -52 if drawn.layer.type == "float64" else 2.0 ** -23
    size = np.abs(y.astype(np.float64))
    l1, l2 = drawn.training("activity_regularizer")
    whole = (l1 * size + l2 * size ** 2).sum()
    moved = ((l1 + 2 * l2 * size) * of_y).sum()
    return (256 + 16) * unit + (moved / whole if whole > 0 else 0)


# ---- steps of an optimizer ----

def steps_of(script, drawn, layer_weights, x, dy, optimizer, n, nudge=None):
    """The weights after each of n steps, from the given ones. nudge: a generator of changes
    of a few units of rounding."""
    layer = drawn.make()
    layer.trainable = True
    layer.build(x.shape)
    layer.set_weights(layer_weights)
    made, out = drawn.value(optimizer), []
    for _ in range(n):
        parts = [x.astype(drawn.layer.type), dy]
        if nudge is not None:
            unit = np.finfo(dy.dtype).eps
            parts = [(one * (1 + 4 * unit * nudge.integers(-1, 2, one.shape))).astype(dy.dtype)
                     for one in parts]
        _, _, gradients = record_call(script, layer, *parts)
        made.apply_gradients(list(zip(gradients, layer.trainable_weights)))
        out.append(layer.get_weights())
    return out


def training_steps(script, random, drawn, layer, slot, seed, shape, dtype, dy):
    """Steps from where the recorded call was; those that rounding moves much are left out."""
    optimizer = training_optimizer(random)
    start = layer.get_weights()
    n = int(random.integers(1, 4)) if drawn.layer.activation in layer_draw.SMOOTH else 1
    x = draw(seed, INPUT, shape, dtype)
    made = steps_of(script, drawn, start, x, dy, optimizer, n)
    moved = [steps_of(script, drawn, start, x, dy, optimizer, n,
                      np.random.default_rng([seed, i])) for i in range(2)]
    words = layer_draw.training_reference.optimizer_words(drawn.value(optimizer))
    words = " ".join(word if i == 0 else str(float(word))
                     for i, word in enumerate(words.split()))
    unit = np.finfo(drawn.layer.type).eps
    for step in range(n):
        limits = []
        for i, value in enumerate(made[step]):
            nudged = max(np.abs(one[step][i] - value).max() for one in moved)
            change = np.abs(value - start[i]).max()
            limits.append(32 * nudged + 32 * unit * change + 8 * unit * np.abs(value).max())
            if not limits[-1] <= 0.01 * (change + 1e-3 * np.abs(value).max()):
                return
        if step > 0:
            script.plain(f"record {slot} {dtype} {write_shape(shape)} {seed}",
                         f"{drawn.layer.type} {write_shape(dy.shape)}")
            script.plain(f"backward {slot} {seed}")
        script.plain(f"step {slot} {words}")
        for i, value in enumerate(made[step]):
            script.values(f"value {slot} {i}", value, limits[i])


def training_optimizer(random):
    return layer_draw.training_live.draw_optimizer(random)


def training_whole(script, drawn, slot, seed, steps, optimizer):
    """The losses of a training; False when Keras does not repeat them itself."""
    import tensorflow as tf
    g, runs = drawn.layer, []
    shape = g.input_shape(g.batch)
    for nudge in (0, 1):
        layer = drawn.make()
        x = draw(seed, INPUT, shape, g.type)
        x = x * (1 + nudge * np.finfo(x.dtype).eps)
        made, losses = drawn.value(optimizer), []
        layer.build(shape)
        target = draw(seed, TARGET, layer.compute_output_shape(shape), g.type)
        for _ in range(steps):
            with tf.GradientTape() as tape:
                total = tf.reduce_mean(tf.square(layer(tf.constant(x)) - target))
                for loss in layer.losses:
                    total = total + loss
            gradients = tape.gradient(total, variables_of(script, layer))
            made.apply_gradients(list(zip(gradients, layer.trainable_weights)))
            losses.append(float(total))
        runs.append(np.array(losses))
    if not np.all(np.abs(runs[0] - runs[1]) <= 1e-5 * np.abs(runs[0])):
        return False
    words = layer_draw.training_reference.optimizer_words(drawn.value(optimizer))
    script.values(f"train {slot} {g.type} {write_shape(shape)} {seed} {steps} {words}",
                  runs[0], 1e-4 * np.abs(runs[0]))
    return True
