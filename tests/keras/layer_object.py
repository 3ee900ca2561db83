"""The C layer object (runtime/tconv_keras.h) through ctypes, driven by words.

A script is a list of steps, each an operation as a line of words; layers.c reads the same
lines. Object.run gives what the operation gave: a text, or an array where the operation is one
of VALUES. What Keras would raise comes as Raised.

    create SLOT DIALECT JSON       DIALECT: tf1, tf2, keras3, or own: what the config says
    from_config SLOT JSON
    build SLOT SHAPE               shapes: ?x8x8x3, () for none at all
    name | dtype | trainable | built | count_params | activity_regularizer SLOT
    weights | trainable_weights | non_trainable_weights SLOT
    output_shape SLOT SHAPE
    set_weights SLOT TYPE:SHAPE:SEED ...
    call | record SLOT TYPE SHAPE SEED       y is the array of the last one
    backward SLOT SEED                       dx is the array of the last one
    losses SLOT                              "value" or "symbolic" for each
    step SLOT sgd RATE MOMENTUM NESTEROV | adam RATE BETA_1 BETA_2 EPSILON AMSGRAD
    train SLOT TYPE SHAPE SEED STEPS OPTIMIZER    to a drawn target, by mean squared error
    symbol NAME TYPE SHAPE [MASK]            an input, with a mask: another symbol
    call_symbolic SLOT SYMBOL NAME
    get SLOT MEMBER [INDEX]                  input, get_output_at, ...
    compute_mask SLOT SYMBOL
    losses_count | updates SLOT              how many
    setattr SLOT NAME JSON
    enter | leave SLOT
    config SLOT DIALECT
    VALUES: value SLOT INDEX, gradient SLOT INDEX, y SLOT, dx SLOT, loss_values SLOT
"""

import ctypes as C

import numpy as np

from layer_words import (DIALECTS, DY, INPUT, TARGET, TYPES, Error, Loss, Raised, Session, Shape,
                         Symbol, Tensor, Variable, array_at, draw, from_c, kinds, optimizer_of,
                         read_shape, tensor_of, to_c, weight_arrays, write_shape)


class Objects:
    """The layers and symbols of one script."""

    def __init__(self, library, seed):
        self.library, self.error = library, Error()
        self.session = Session(0, seed, False)
        self.layers, self.symbols, self.kept = {}, {}, []
        self.results = {}

    def close(self):
        for layer in self.layers.values():
            self.c("free", layer)

    def c(self, name, layer, *arguments):
        function = getattr(self.library, f"tconv_keras_{name}")
        return function(C.c_void_p(layer) if layer is not None else None, *arguments)

    def must(self, done):
        if not done:
            raise Raised(self.error.exception.decode(), self.error.message.decode())
        return done

    def run(self, line):
        operation, *rest = line.split(" ", 1)
        return getattr(self, "do_" + operation)(*rest)

    # ---- making

    def keep(self, slot, made):
        self.must(made)
        if slot in self.layers:
            self.c("free", self.layers[slot])
        self.layers[slot] = made
        return ""

    def do_create(self, rest):
        slot, dialect, config = rest.split(" ", 2)
        session, error = C.byref(self.session), C.byref(self.error)
        if dialect == "own":
            return self.keep(slot, self.library.tconv_keras_create(session, config.encode(),
                                                                   error))
        return self.keep(slot, self.library.tconv_keras_create_as(
            session, DIALECTS.index(dialect), config.encode(), error))

    def do_from_config(self, rest):
        slot, config = rest.split(" ", 1)
        return self.keep(slot, self.library.tconv_keras_from_config(
            C.byref(self.session), config.encode(), C.byref(self.error)))

    def do_config(self, rest):
        slot, dialect = rest.split()
        text = self.must(self.c("get_config", self.layers[slot], DIALECTS.index(dialect),
                                C.byref(self.error)))
        out = C.string_at(text).decode()
        C.CDLL(None).free(C.c_void_p(text))
        return out

    # ---- attributes

    def text_of(self, name, slot):
        text = self.c(name, self.layers[slot])
        return "None" if text is None else text.decode()

    def do_name(self, slot):
        return self.text_of("name", slot)

    def do_dtype(self, slot):
        return self.text_of("dtype", slot)

    def do_activity_regularizer(self, slot):
        return self.text_of("activity_regularizer", slot)

    def do_trainable(self, slot):
        return str(int(self.c("trainable", self.layers[slot])))

    def do_built(self, slot):
        return str(int(self.c("is_built", self.layers[slot])))

    def do_setattr(self, rest):
        slot, name, value = rest.split(" ", 2)
        self.must(self.c("setattr", self.layers[slot], name.encode(), value.encode(),
                         C.byref(self.error)))
        return ""

    # ---- weights

    def do_build(self, rest):
        slot, shape = rest.split()
        self.must(self.c("build", self.layers[slot], C.byref(to_c(read_shape(shape))),
                         C.byref(self.error)))
        return ""

    def do_count_params(self, slot):
        n = C.c_size_t()
        self.must(self.c("count_params", self.layers[slot], C.byref(n), C.byref(self.error)))
        return str(n.value)

    def variables(self, slot, which="weights"):
        out = (Variable * 2)()
        return list(out)[:self.c(which, self.layers[slot], out)]

    def write_weights(self, slot, which):
        return "; ".join(f"{v.path.decode()} {TYPES[v.type]} {write_shape(from_c(v.shape))} "
                         f"{int(v.is_trainable)}" for v in self.variables(slot, which))

    def do_weights(self, slot):
        return self.write_weights(slot, "weights")

    def do_trainable_weights(self, slot):
        return self.write_weights(slot, "trainable_weights")

    def do_non_trainable_weights(self, slot):
        return self.write_weights(slot, "non_trainable_weights")

    def do_value(self, rest):
        slot, index = rest.split()
        given, arrays = (Tensor * 2)(), []
        for i in range(self.c("get_weights", self.layers[slot], given)):
            arrays.append(np.empty(from_c(given[i].shape), TYPES[given[i].type]))
            given[i].values = arrays[i].ctypes.data
        self.c("get_weights", self.layers[slot], given)
        return arrays[int(index)]

    def do_gradient(self, rest):
        slot, index = rest.split()
        v = self.variables(slot)[int(index)]
        return array_at(v.gradient, v.shape, v.type)

    def do_set_weights(self, rest):
        slot, *words = rest.split()
        arrays = weight_arrays(words)
        tensors = (Tensor * max(1, len(arrays)))(*map(tensor_of, arrays))
        self.must(self.c("set_weights", self.layers[slot], len(arrays), tensors,
                         C.byref(self.error)))
        return ""

    # ---- calls

    def do_output_shape(self, rest):
        slot, shape = rest.split()
        out = Shape()
        self.must(self.c("compute_output_shape", self.layers[slot],
                         C.byref(to_c(read_shape(shape))), C.byref(out), C.byref(self.error)))
        return write_shape(from_c(out))

    def compute(self, slot, x, function):
        shape = Shape()
        room = 0
        if self.c("compute_output_shape", self.layers[slot], C.byref(to_c(x.shape)),
                  C.byref(shape), None):
            room = max(0, int(np.prod(from_c(shape))))
        memory = np.empty(room + 1, np.float64)
        y = Tensor(0, Shape(), memory.ctypes.data)
        self.kept += [x, memory]
        given = tensor_of(x)
        self.must(self.c(function, self.layers[slot], C.byref(given), C.byref(y),
                         C.byref(self.error)))
        return array_at(memory.ctypes.data, y.shape, y.type)

    def calls(self, rest, function):
        slot, dtype, shape, seed = rest.split()
        x = draw(int(seed), INPUT, read_shape(shape), dtype)
        y = self.compute(slot, x, function)
        self.results[slot] = {"x": x, "y": y}
        return f"{y.dtype} {write_shape(y.shape)}"

    def do_call(self, rest):
        return self.calls(rest, "call")

    def do_record(self, rest):
        return self.calls(rest, "call_recorded")

    def pull(self, slot, dy, dx):
        self.must(self.c("backward", self.layers[slot], C.c_void_p(dy.ctypes.data),
                         C.c_void_p(dx.ctypes.data) if dx is not None else None,
                         C.byref(self.error)))

    def do_backward(self, rest):
        slot, seed = rest.split()
        last = self.results[slot]
        dy = draw(int(seed), DY, last["y"].shape, str(last["y"].dtype))
        last["dx"] = np.empty(last["x"].shape, last["y"].dtype)
        self.pull(slot, dy, last["dx"])
        return ""

    def do_y(self, slot):
        return self.results[slot]["y"]

    def do_dx(self, slot):
        return self.results[slot]["dx"]

    def do_enter(self, slot):
        self.c("enter", self.layers[slot])
        return ""

    def do_leave(self, slot):
        self.c("leave", self.layers[slot])
        return ""

    # ---- losses and training

    def do_updates(self, slot):
        n = C.c_size_t()
        self.must(self.c("updates", self.layers[slot], C.byref(n), C.byref(self.error)))
        return str(n.value)

    def losses(self, slot):
        out, n = (Loss * 32)(), C.c_size_t()
        self.must(self.c("losses", self.layers[slot], 32, out, C.byref(n),
                         C.byref(self.error)))
        return list(out)[:n.value]

    def do_losses(self, slot):
        return kinds(self.losses(slot))

    def do_losses_count(self, slot):
        return str(len(self.losses(slot)))

    def do_loss_values(self, slot):
        return np.array([loss.value for loss in self.losses(slot) if not loss.is_symbolic])

    def do_step(self, rest):
        slot, *words = rest.split()
        self.must(self.c("step", self.layers[slot], C.byref(optimizer_of(words)),
                         C.byref(self.error)))
        return ""

    def do_train(self, rest):
        slot, dtype, shape, seed, steps, *words = rest.split()
        x = draw(int(seed), INPUT, read_shape(shape), dtype)
        totals = []
        for _ in range(int(steps)):
            self.kept.clear()
            y = self.compute(slot, x, "call_recorded")
            off = y - draw(int(seed), TARGET, y.shape, dtype)
            added = sum(loss.value for loss in self.losses(slot))
            totals.append(np.mean(off.astype(np.float64) ** 2) + added)
            self.pull(slot, np.ascontiguousarray((2 / y.size * off).astype(dtype)), None)
            self.do_step(f"{slot} {' '.join(words)}")
        return np.array(totals)

    # ---- symbols and nodes

    def symbol(self, name):
        return None if name == "none" else C.c_void_p(self.symbols[name])

    def name_of(self, address):
        names = [name for name, own in self.symbols.items() if own == address]
        return names[0] if names else "none" if address is None else "another"

    def do_symbol(self, rest):
        name, dtype, shape, *mask = rest.split()
        made = Symbol(to_c(read_shape(shape)), TYPES.index(dtype),
                      self.symbols[mask[0]] if mask else None, None, 0)
        self.kept.append(made)
        self.symbols[name] = C.addressof(made)
        return ""

    def do_call_symbolic(self, rest):
        slot, name, new = rest.split()
        made = self.must(self.c("call_symbolic", self.layers[slot], self.symbol(name),
                                C.byref(self.error)))
        self.symbols[new] = made
        symbol = C.cast(made, C.POINTER(Symbol)).contents
        return f"{TYPES[symbol.type]} {write_shape(from_c(symbol.shape))} " \
               f"{self.name_of(symbol.mask)}"

    def do_get(self, rest):
        slot, member, *index = rest.split()
        out = Shape() if "shape" in member else C.c_void_p()
        function = getattr(self.library, f"tconv_keras_{member}")
        function.restype = C.c_bool
        self.must(function(C.c_void_p(self.layers[slot]), *[C.c_ssize_t(int(i)) for i in index],
                           C.byref(out), C.byref(self.error)))
        return write_shape(from_c(out)) if "shape" in member else self.name_of(out.value)

    def do_compute_mask(self, rest):
        slot, name = rest.split()
        out = C.c_void_p()
        self.must(self.c("compute_mask", self.layers[slot], self.symbol(name), C.byref(out),
                         C.byref(self.error)))
        return self.name_of(out.value)
