"""What layer_object.py and layer_script.py share: the C structs, and words for shapes, arrays and
optimizers as scripts have them."""

import ctypes as C

import numpy as np

TYPES = ("float32", "float64")
DIALECTS = ("tf1", "tf2", "keras3")
INPUT, DY, WEIGHT, TARGET = 1, 2, 3, 4  # what a seed is for
MISSING = -1


class Raised(Exception):
    """What Keras raises: the class and the text of the exception."""

    def __init__(self, name, text):
        super().__init__(f"{name}: {text}")
        self.name, self.text = name, text


class Shape(C.Structure):
    _fields_ = [("rank", C.c_size_t), ("size", C.c_int64 * 8)]


class Tensor(C.Structure):
    _fields_ = [("type", C.c_int), ("shape", Shape), ("values", C.c_void_p)]


class Symbol(C.Structure):
    _fields_ = [("shape", Shape), ("type", C.c_int), ("mask", C.c_void_p),
                ("producer", C.c_void_p), ("node", C.c_size_t)]


class Variable(C.Structure):
    _fields_ = [("name", C.c_char_p), ("path", C.c_char_p), ("is_trainable", C.c_bool),
                ("shape", Shape), ("type", C.c_int), ("value", C.c_void_p),
                ("gradient", C.c_void_p)]


class Loss(C.Structure):
    _fields_ = [("kind", C.c_int), ("is_symbolic", C.c_bool), ("node", C.c_size_t),
                ("value", C.c_double)]


class Session(C.Structure):
    _fields_ = [("n_named", C.c_size_t), ("seed", C.c_int64), ("is_eager", C.c_bool)]


class Error(C.Structure):
    _fields_ = [("failure", C.c_int), ("exception", C.c_char_p), ("message", C.c_char * 1024)]


class Optimizer(C.Structure):
    _fields_ = [("kind", C.c_int), ("learning_rate", C.c_double), ("momentum", C.c_double),
                ("nesterov", C.c_int), ("beta_1", C.c_double), ("beta_2", C.c_double),
                ("epsilon", C.c_double), ("amsgrad", C.c_int)]


# ---- words ----

def write_shape(sizes):
    return "x".join("?" if n is None else str(n) for n in sizes) or "()"


def read_shape(word):
    return () if word == "()" else tuple(None if n == "?" else int(n) for n in word.split("x"))


def draw(seed, what, shape, dtype):
    """Multiples of 1/4096 from -2 to 2, which layers.c draws too."""
    state, values = (seed * 16 + what) % 2**64, []
    for _ in range(int(np.prod(shape)) + 1):
        state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
        values.append(((state >> 33) % 16385 - 8192) / 4096)
    return np.array(values[1:], dtype).reshape(shape)


def optimizer_of(words):
    a = [float(word) for word in words[1:]]
    if words[0] == "sgd":
        return Optimizer(kind=0, learning_rate=a[0], momentum=a[1], nesterov=int(a[2]))
    return Optimizer(kind=1, learning_rate=a[0], beta_1=a[1], beta_2=a[2], epsilon=a[3],
                     amsgrad=int(a[4]))


def to_c(sizes):
    shape = Shape(rank=len(sizes))
    for axis, size in enumerate(sizes):
        shape.size[axis] = MISSING if size is None else size
    return shape


def from_c(shape):
    return tuple(None if n == MISSING else n for n in list(shape.size)[:shape.rank])


def tensor_of(array):
    return Tensor(TYPES.index(str(array.dtype)), to_c(array.shape), array.ctypes.data)


def array_at(address, shape, kind):
    out = np.empty(from_c(shape), TYPES[kind])
    C.memmove(out.ctypes.data, address, out.nbytes)
    return out


def load(path):
    library = C.CDLL(path)
    for name in ("create", "create_as", "from_config", "call_symbolic", "get_config"):
        getattr(library, f"tconv_keras_{name}").restype = C.c_void_p
    for name in ("name", "dtype", "activity_regularizer", "warning"):
        getattr(library, f"tconv_keras_{name}").restype = C.c_char_p
    for name in ("weights", "trainable_weights", "non_trainable_weights", "get_weights"):
        getattr(library, f"tconv_keras_{name}").restype = C.c_size_t
    for name in ("build", "count_params", "set_weights", "call", "call_recorded", "backward",
                 "step", "losses", "get_losses_for", "compute_output_shape", "compute_mask",
                 "setattr", "trainable", "is_built", "updates"):
        getattr(library, f"tconv_keras_{name}").restype = C.c_bool
    return library


def kinds(losses):
    return " ".join("symbolic" if loss.is_symbolic else "value" for loss in losses)


def weight_arrays(words):
    """The arrays of set_weights: TYPE:SHAPE:SEED each."""
    fields = [word.split(":") for word in words]
    return [np.asarray(draw(int(seed), WEIGHT, read_shape(shape), dtype) / 2, dtype)
            for dtype, shape, seed in fields]
