"""The kinds of scripts: a whole layer, nodes, names of several layers, refused arguments."""

import json

import layer_draw
import layer_script as parts
from layer_words import DY, INPUT, draw, write_shape
from layer_script import Script


def create(script, drawn, random, slot="0"):
    """The layer in Keras, and the step that makes it in C."""
    dialect = drawn.dialect
    fresh(drawn.k)  # objects are numbered too
    config = drawn.json()
    fresh(drawn.k)
    layer = drawn.make()
    if random.random() < 0.3:  # what get_config gives says by itself whose it is
        whole = layer.get_config()
        if drawn.name is None:
            del whole["name"]
        way = random.choice(["create {} own", "create {} " + dialect, "from_config {}"])
        script.plain(f"{way.format(slot)} {json.dumps(whole)}")
    else:
        script.plain(f"create {slot} {dialect} {config}")
    script.plain(f"config {slot} {dialect}", json.dumps(layer.get_config()))
    return layer


def fresh(k):
    getattr(k, "utils" if k.__name__ == "keras" else "backend").clear_session()


def whole_layer(k, random):
    drawn = layer_draw.Drawn(k, random)
    script = Script(k, drawn.session_seed)
    layer = create(script, drawn, random)
    shape = drawn.layer.input_shape(None)
    parts.attributes(script, layer, "0")
    if random.random() < 0.3:
        parts.output_shapes(script, random, drawn, layer, "0")
    if random.random() < 0.2:
        script.does("set_weights 0 float32:2:1",
                    lambda: layer.set_weights(parts.weight_arrays(["float32:2:1"])))
    if random.random() < 0.2:
        bad_build(script, random, layer, shape)
    builds = not drawn.is_callable or random.random() < 0.7
    is_exact = True
    if builds:
        script.does(f"build 0 {write_shape(shape)}", lambda: layer.build(shape))
        is_exact = parts.initial_weights(script, drawn, layer, "0")
        built(script, random, drawn, layer)
    if drawn.is_callable:
        called(script, random, drawn, layer, builds and is_exact)
    if random.random() < 0.5:
        attributes_set(script, random, drawn, layer)
    if ":" not in drawn.layer.activation:  # the object's own state would be in it
        script.plain(f"config 0 {drawn.dialect}", json.dumps(layer.get_config()))
    return script


def bad_build(script, random, layer, shape):
    bad = list(shape)
    if random.random() < 0.5:
        bad[1 if layer.data_format == "channels_first" else 3] = None
    elif script.is_tf:
        bad = bad[:3] if random.random() < 0.5 else bad + [2]
    else:
        return
    script.does(f"build 0 {write_shape(bad)}", lambda: layer.build(tuple(bad)))
    script.text("built 0", lambda: int(layer.built))


def built(script, random, drawn, layer):
    parts.attributes(script, layer, "0")
    parts.weight_lists(script, layer, "0")
    parts.losses_of(script, layer, "0", 1e-4 if drawn.layer.type == "float32" else 1e-12)
    if script.is_tf:
        script.text("updates 0", lambda: len(layer.updates))
    parts.output_shapes(script, random, drawn, layer, "0")
    if random.random() < 0.3:
        parts.set_weights(script, random, layer, "0", wrong=True)
    if random.random() < 0.15:
        shape = drawn.layer.input_shape(None)
        script.does(f"build 0 {write_shape(shape)}", lambda: layer.build(shape))
        parts.weight_lists(script, layer, "0")
        parts.losses_of(script, layer, "0",
                        1e-4 if drawn.layer.type == "float32" else 1e-12)


def bad_call(script, random, drawn, layer):
    """Values of a wrong rank or with other channels."""
    shape = list(drawn.layer.input_shape(2))
    roll = random.random()
    if roll < 0.4 and layer.built:
        shape[1 if drawn.layer.first else 3] += 1
    elif roll < 0.8 or not layer.built:
        shape = shape[:random.integers(1, 4)]
    elif script.is_tf:
        shape = shape + [2]
    else:
        return
    x = draw(1, 1, shape, drawn.layer.type)
    script.does(f"call 0 {drawn.layer.type} {write_shape(shape)} 1",
                lambda: layer(parts.tensor(x)))
    script.text("built 0", lambda: int(layer.built))


def called(script, random, drawn, layer, may_keep_weights):
    g = drawn.layer
    if random.random() < 0.3:
        bad_call(script, random, drawn, layer)
    shape = g.input_shape(g.batch)
    if drawn.is_refused:
        x = draw(1, 1, shape, g.type)
        script.does(f"call 0 {g.type} {write_shape(shape)} 1", lambda: layer(parts.tensor(x)))
        parts.attributes(script, layer, "0")
        return
    if not layer.built:
        x = draw(1, 1, shape, g.type)
        y = layer(parts.tensor(x))
        script.plain(f"call 0 {g.type} {write_shape(shape)} 1",
                     f"{y.dtype.name} {write_shape(tuple(y.shape))}")
        parts.initial_weights(script, drawn, layer, "0")
    if not may_keep_weights or random.random() < 0.6:
        parts.set_weights(script, random, layer, "0", wrong=False)
    if random.random() < 0.2:
        trainable(script, random, layer)
    seed = parts.call_and_gradients(script, random, drawn, layer, "0")
    is_one = g.activation == "softmax" and \
        layer.compute_output_shape(shape)[-1] == 1  # y is 1, gradients rounding
    if seed is not None and random.random() < 0.6 and layer.trainable and not is_one:
        last = next(step.line for step in reversed(script.steps)
                    if step.line.startswith("record"))
        _, _, dtype, _, _ = last.split()
        dy = draw(seed, DY, layer.compute_output_shape(shape), g.type)
        parts.training_steps(script, random, drawn, layer, "0", seed, shape, dtype, dy)
    trainable(script, random, layer)
    parts.weight_lists(script, layer, "0")
    if random.random() < 0.15:
        parts.set_weights(script, random, layer, "0", wrong=False)  # after any steps
        called_twice(script, drawn, layer)


def called_twice(script, drawn, layer):
    """Inside one outermost call, a model's: losses add up."""
    base = script.k.layers.Layer

    class Twice(base):
        def __init__(self):
            super().__init__(dtype=drawn.layer.type)
            self.inner = layer

        def call(self, x):
            return self.inner(x) + self.inner(x)
    g = drawn.layer
    shape = g.input_shape(g.batch)
    x = draw(5, INPUT, shape, g.type)
    Twice()(parts.tensor(x))
    out = f"{g.type} {parts.shape_text(layer.compute_output_shape(shape))}"
    script.plain("enter 0")
    for _ in range(2):
        script.plain(f"call 0 {g.type} {write_shape(shape)} 5", out)
    script.plain("leave 0")
    parts.losses_of(script, layer, "0", 1e-4 if g.type == "float32" else 1e-9)


def trainable(script, random, layer):
    value = bool(random.random() < 0.5)

    def set_it():
        layer.trainable = value
    script.does(f"setattr 0 trainable {json.dumps(value)}", set_it)
    script.text("trainable 0", lambda: int(layer.trainable))
    script.plain("losses_count 0", str(len(layer.losses)))


READ_ONLY = """name losses weights trainable_weights non_trainable_weights variables
    trainable_variables non_trainable_variables input output dtype""".split()


def attributes_set(script, random, drawn, layer):
    for _ in range(3):
        roll = random.random()
        if roll < 0.5:
            name = str(random.choice(READ_ONLY))
            if name in ("name", "dtype") and not script.is_tf:
                continue  # the one can be set; the other if the constructor was given one
            value = "float32" if name == "dtype" else "other"
            script.does(f"setattr 0 {name} {json.dumps(value)}",
                        lambda: setattr(layer, name, value))
        elif roll < 0.7:
            value = int(random.integers(1, 9))
            script.does(f"setattr 0 filters {value}", lambda: setattr(layer, "filters", value))
            parts.output_shapes(script, random, drawn, layer, "0")
        elif roll < 0.8:
            lengths_set(script, random, drawn, layer)
        elif roll < 0.9:
            value = drawn.k.regularizers.L2(0.25) if random.random() < 0.7 else None
            text = '{"class_name": "L2", "config": {"l2": 0.25}}' if value else "null"
            script.does(f"setattr 0 activity_regularizer {text}",
                        lambda: setattr(layer, "activity_regularizer", value))
        else:
            trainable(script, random, layer)


def lengths_set(script, random, drawn, layer):
    """Arguments of the lengths, which later shapes and calls follow."""
    name = str(random.choice(["strides", "padding", "output_padding"]))
    value = {"strides": tuple(int(n) for n in random.integers(1, 4, 2)),
             "padding": str(random.choice(["same", "valid"])),
             "output_padding": (0, 0) if random.random() < 0.5 else None}[name]
    is_valid = layer.output_padding in (None, (0, 0)) and tuple(layer.dilation_rate) == (1, 1)
    if name != "padding" and not is_valid:
        return
    script.does(f"setattr 0 {name} {json.dumps(value)}", lambda: setattr(layer, name, value))
    parts.output_shapes(script, random, drawn, layer, "0")
    g = drawn.layer
    if not drawn.is_callable or not layer.built or tuple(layer.dilation_rate) != (1, 1):
        return
    shape = g.input_shape(g.batch)

    def call():
        y = layer(parts.tensor(draw(1, INPUT, shape, g.type)))
        return f"{y.dtype.name} {write_shape(tuple(y.shape))}"
    fits = layer.filters == layer.get_weights()[0].shape[2]
    script.text(f"call 0 {g.type} {write_shape(shape)} 1", call, any_text=not fits)


# ---- nodes ----

MEMBERS = "input output input_mask output_mask input_shape output_shape".split()


class Nodes:
    """Symbols by name, of Keras."""

    def __init__(self, script, k):
        self.script, self.k, self.named, self.count = script, k, {}, 0

    def name_of(self, symbol):
        names = [name for name, own in self.named.items() if own is symbol]
        return names[0] if names else "none" if symbol is None else "another"

    def text(self, value):
        if isinstance(value, (tuple, list)):
            return parts.shape_text(value)
        return self.name_of(value)

    def new(self, symbol):
        name = f"s{self.count}"
        self.count += 1
        self.named[name] = symbol
        return name

    def add_input(self, shape, dtype, masked):
        made = self.k.Input(batch_shape=shape, dtype=dtype) if self.k.__name__ == "keras" else \
            self.k.Input(shape=shape[1:], batch_size=shape[0], dtype=dtype)
        if not masked:
            name = self.new(made)
            self.script.plain(f"symbol {name} {dtype} {write_shape(shape)}")
            return name
        made = self.k.layers.Masking()(made)
        mask = self.new(getattr(made, "_keras_mask"))
        name = self.new(made)
        self.script.plain(f"symbol {mask} {dtype} {write_shape(shape[:3])}")
        self.script.plain(f"symbol {name} {dtype} {write_shape(shape)} {mask}")
        return name

    def call(self, layer, name):
        new = f"s{self.count}"
        # tf_keras checks no symbol against a built layer's spec: its operation refuses it
        any_text = self.script.is_tf and layer.built

        def does():
            made = layer(self.named[name])
            self.new(made)
            mask = getattr(made, "_keras_mask", None)
            kind = made.dtype if isinstance(made.dtype, str) else made.dtype.name
            return f"{kind} {parts.shape_text(made.shape)} {self.name_of(mask)}"
        return new if self.script.text(f"call_symbolic 0 {name} {new}", does,
                                       any_text) else None

    def members(self, layer, random):
        is_tf = self.script.is_tf
        for member in MEMBERS if is_tf else ["input", "output"]:
            self.script.text(f"get 0 {member}", lambda: self.text(getattr(layer, member)))
        if not is_tf:
            return
        for member in MEMBERS:
            index = int(random.integers(-4, 5))
            self.script.text(f"get 0 get_{member}_at {index}", lambda: self.text(
                getattr(layer, f"get_{member}_at")(index)))


def nodes(k, random):
    drawn = layer_draw.Drawn(k, random)
    drawn.layer.dilation = (1, 1) if not drawn.is_callable else drawn.layer.dilation
    script = Script(k, drawn.session_seed)
    layer = create(script, drawn, random)
    made = Nodes(script, k)
    made.members(layer, random)
    channels = drawn.layer.channels
    for _ in range(int(random.integers(1, 5))):
        spatial = [None if random.random() < 0.2 else int(n) for n in random.integers(1, 5, 2)]
        batch = None if random.random() < 0.5 else int(random.integers(1, 4))
        if random.random() < 0.6:
            spatial = list(drawn.layer.size)
        inner = [*spatial, channels]
        shape = [batch] + (inner[-1:] + inner[:-1] if drawn.layer.first else inner)
        roll = random.random()
        if roll < 0.1 and not (script.is_tf and layer.built):
            shape = shape[:3]
        elif roll < 0.2 and layer.built:
            shape[1 if drawn.layer.first else 3] += 1
        elif roll < 0.25:
            shape[1 if drawn.layer.first else 3] = None
        name = made.add_input(shape, drawn.layer.type, len(shape) == 4 and random.random() < 0.25)
        made.call(layer, name)
        script.text("built 0", lambda: int(layer.built))
        if random.random() < 0.5:
            made.members(layer, random)
    made.members(layer, random)
    script.plain("losses_count 0", str(len(layer.losses)))
    if script.is_tf and layer.built:
        parts.losses_of(script, layer, "0", 1e-4)
    if layer.built and random.random() < 0.3:
        script.plain("compute_mask 0 none", "none")
        if not script.is_tf and made.named:
            name = next(iter(made.named))
            script.text(f"compute_mask 0 {name}", lambda: made.name_of(
                layer.compute_mask(None, made.named[name])))
        elif made.named:
            name = next(iter(made.named))
            script.does(f"compute_mask 0 {name}",
                        lambda: layer.compute_mask(None, made.named[name]), any_text=True)
    return script


# ---- names ----

def names(k, random):
    fresh(k)
    script = Script(k, 0)
    for slot in range(int(random.integers(2, 7))):
        given = {"filters": 2, "kernel_size": 3}
        if random.random() < 0.4:
            given["name"] = str(random.choice(["up", "conv2d_transpose", "conv2d_transpose_1",
                                               "conv2d_transpose_3", "down"]))
        layer = k.layers.Conv2DTranspose(**given)
        script.plain(f"create {slot} {script.dialect} {json.dumps(given)}")
        script.text(f"name {slot}", lambda: layer.name)
        layer.build((None, 4, 4, 3))
        script.plain(f"build {slot} ?x4x4x3")
        parts.weight_lists(script, layer, str(slot))
    return script
