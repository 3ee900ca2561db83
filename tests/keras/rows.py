"""The activations that work on a row, in float64; arrays have their channels last."""

import numpy as np

# What works on a row, the last axis as laid out.
ROWS = ["softmax", "log_softmax", "sparsemax", "glu"]


def row_axis(layer):
    """The last axis as laid out."""
    return 2 if layer.first else 3


def through_rows(layer, z, dy):
    """y and dz of an activation that works on rows."""
    axis = row_axis(layer)
    total = lambda array: array.sum(axis, keepdims=True)
    if layer.activation == "glu":
        a, b = np.split(z, 2, axis)
        s = 1 / (1 + np.exp(-b))
        return a * s, np.concatenate([dy * s, dy * a * s * (1 - s)], axis)
    if layer.activation == "sparsemax":
        above = z > threshold(layer, z)
        y = np.where(above, z - threshold(layer, z), 0)
        return y, np.where(above, dy - total(dy * above) / total(above), 0)
    exp = np.exp(z - z.max(axis, keepdims=True))
    share = exp / total(exp)
    if layer.activation == "softmax":
        return share, share * (dy - total(dy * share))
    return np.log(share), dy - share * total(dy)


def threshold(layer, z):
    """The tau of sparsemax."""
    axis = row_axis(layer)
    falling = -np.sort(-z, axis)
    number = np.arange(1, z.shape[axis] + 1).reshape([-1 if a == axis else 1 for a in range(4)])
    candidates = (falling.cumsum(axis) - 1) / number
    count = (falling > candidates).sum(axis, keepdims=True)
    return np.take_along_axis(candidates, count - 1, axis)


def corrected_sparsemax(x, axis=-1):
    """
    Keras's own, but for what Keras 3.16 corrects (its issue #23425): up to 3.15 the cumulative
    sums of the support are summed, not its elements.
    """
    from keras import ops
    falling = -ops.sort(-x, axis)
    shape = [1] * len(x.shape)
    shape[axis] = -1
    number = ops.reshape(ops.arange(1, x.shape[axis] + 1, dtype=x.dtype), shape)
    support = falling - (ops.cumsum(falling, axis) - 1) / number > 0
    count = ops.sum(ops.cast(support, x.dtype), axis, keepdims=True)
    return ops.maximum(
        x - (ops.sum(ops.where(support, falling, 0.0), axis, keepdims=True) - 1) / count, 0.0)
