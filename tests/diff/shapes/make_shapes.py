#!/usr/bin/env python3
"""Writes axes.txt, channels.txt, activations.txt and machines.txt beside itself.

The files are committed; run this again only to change what they cover. Draws are from
random.Random(SEED).random(), which Python keeps the same in all versions.
"""
import pathlib
import random

HERE = pathlib.Path(__file__).parent
SEED = 1

NAMES = ("linear relu relu6 leaky_relu elu selu sigmoid tanh softplus softsign "
         "hard_sigmoid exponential silu swish gelu mish softmax celu hard_silu hard_tanh "
         "hard_shrink soft_shrink tanh_shrink log_sigmoid squareplus sparse_plus "
         "sparse_sigmoid log_softmax sparsemax").split()


def layer_object(name, config):
    return '{"class_name":"%s","config":{%s}}' % (name, config)


OBJECTS = [
    layer_object("LeakyReLU", '"negative_slope":0.17'),
    layer_object("LeakyReLU", '"negative_slope":0'),
    layer_object("LeakyReLU", '"negative_slope":1.75'),
    layer_object("ThresholdedReLU", '"theta":0.4'),
    layer_object("LeakyReLU", ""),
    layer_object("ReLU", '"max_value":0.7'),
    layer_object("ReLU", '"max_value":1.1,"negative_slope":0.3,"threshold":0.4'),
    layer_object("ReLU", '"negative_slope":1.3,"threshold":0.2'),
    layer_object("ReLU", '"max_value":0'),
    layer_object("ReLU", '"threshold":0.5'),
    layer_object("ReLU", ""),
    layer_object("ELU", '"alpha":0.37'),
    layer_object("ELU", '"alpha":0'),
    layer_object("ELU", '"alpha":-0.6'),
    layer_object("ELU", ""),
    layer_object("Softmax", ""),
    layer_object("Activation", '"activation":"tanh"'),
]


class Draw:
    def __init__(self):
        self.random = random.Random(SEED).random

    def number(self, low, high):
        return low + int(self.random() * (high - low + 1))

    def one(self, items):
        return items[self.number(0, len(items) - 1)]


def op_range(kernel, stride, is_same):
    """Output paddings that TensorFlow's op takes (the specification's A.2 and B.4)."""
    low = 1 if is_same and kernel % 2 == 0 else 0
    return range(low, stride)


def axes(draw):
    """Every kernel 1..7 by every stride 1..5 on one axis, by another on the other."""
    yield "# Every kernel 1..7 with every stride 1..5, both paddings, with op and without."
    for padding in ("valid", "same"):
        for has_op in (False, True):
            for kernel in range(1, 8):
                for stride in range(1, 6):
                    first = (kernel, stride)
                    second = (draw.number(1, 4), draw.number(1, 3))
                    pairs = [first, second]
                    if draw.number(0, 1):
                        pairs.reverse()
                    ops = [op_range(k, s, padding == "same") for k, s in pairs]
                    if has_op and not all(ops):
                        continue
                    kernels, strides = zip(*pairs)
                    words = ["in %dx%dx%d" % (draw.number(1, 5), draw.number(1, 5),
                                              draw.number(1, 4)),
                             "filters %d" % draw.number(1, 4),
                             "kernel %dx%d" % kernels, "strides %dx%d" % strides, padding]
                    if has_op:
                        words.append("op %dx%d" % tuple(draw.one(o) for o in ops))
                    words.append(draw.one(["", "channels_first"]))
                    words.append(draw.one(["", "", "float64"]))
                    words.append(draw.one(["", "", "nobias"]))
                    words.append(draw.one(["", "", "batch 2", "batch 3"]))
                    words.append(draw.one(["unroll tile", "unroll tile", "",
                                           "unroll tile target portable"]))
                    yield words


def channels(draw):
    """Each side through 1..70, the other side through a few."""
    yield "# Channels 1..70 on either side: the tails of 4, 8 and 16 lanes."
    others = [1, 2, 3, 5, 8, 16, 17]
    for count in range(1, 71):
        for side in range(2):
            if count > 36 and (count + side) % 2:
                continue
            pair = [count, others[count % len(others)]]
            if side:
                pair.reverse()
            yield ["in %s" % draw.one(["2x3", "3x1", "2x2", "1x4"]) + "x%d" % pair[0],
                   "filters %d" % pair[1],
                   "kernel %s" % draw.one(["2", "2x1", "1x3"]),
                   "strides %s" % draw.one(["2", "1", "2x1", "1x2"]),
                   draw.one(["valid", "same"]), draw.one(["", "channels_first"]),
                   draw.one(["", "", "float64"]), draw.one(["", "activation relu"]),
                   "unroll tile", draw.one(["", "", "target x86-64-v3", "batch 2"])]


def activations(draw):
    """Every activation in both types and both formats."""
    yield "# Every activation; hard_sigmoid of Keras 3 and, with tf, of TensorFlow."
    cases = [(name, "") for name in NAMES] + [("hard_sigmoid", "tf")]
    cases += [(text, "") for text in OBJECTS]
    for name, mark in cases:
        for kind in ("", "float64"):
            for form in ("", "channels_first"):
                if form and kind and name[0] == "{":
                    continue
                yield ["in %dx%dx%d" % (draw.number(1, 3), draw.number(2, 3),
                                        draw.number(1, 5)),
                       "filters %d" % draw.one([2, 3, 5, 9, 17]), "kernel 2",
                       "strides %s" % draw.one(["1", "2", "2x1"]), mark, kind, form,
                       "activation " + name, draw.one(["batch 2", "", ""]),
                       draw.one(["unroll tile", "unroll tile target portable",
                                 "unroll tile nobias"])]


def machines(draw):
    """Every target with every unrolling, type and format."""
    yield "# Every target, unrolling, type and data format."
    for unroll in ("auto", "full", "tile"):
        for kind in ("", "float64"):
            for form in ("", "channels_first"):
                for function in ("linear", draw.one(["gelu", "sigmoid", "relu"])):
                    yield ["in %dx%dx%d" % (draw.number(1, 3), draw.number(2, 3),
                                            draw.number(1, 3)),
                           "filters %d" % draw.number(1, 3),
                           "kernel %dx%d" % (draw.number(1, 3), draw.number(1, 3)),
                           "strides %dx%d" % (draw.number(1, 2), draw.number(1, 3)),
                           draw.one(["valid", "same"]), kind, form,
                           "activation " + function, "batch %d" % draw.number(1, 3),
                           "unroll " + unroll, "target all"]


for make in (axes, channels, activations, machines):
    with open(HERE / (make.__name__ + ".txt"), "w") as out:
        for words in make(Draw()):
            line = words if isinstance(words, str) else " ".join(w for w in words if w)
            out.write(line + "\n")
