"""One layer with its data, and what its passes have to give.

Channels last, float32, no bias: x [n][h][w][in], w [kh][kw][out][in], y and dy
[n][oh][ow][out], as Keras has them. Per axis, o = i*stride + t - crop.
"""
import csv

import numpy as np


class Axis:
    """One spatial direction. `after` is dropped behind the output; negative: zeros added."""

    def __init__(self, n_in, kernel, stride, padding, output_padding):
        self.n_in, self.kernel, self.stride = n_in, kernel, stride
        reach = (n_in - 1) * stride + kernel
        if output_padding is not None:
            self.out = reach + output_padding
            self.out -= 2 * (kernel // 2) if padding == "same" else 0
        elif padding == "same":
            self.out = n_in * stride
        else:
            self.out = n_in * stride + max(kernel - stride, 0)
        self.crop = max(0, reach - self.out) // 2 if padding == "same" else 0
        self.after = reach - self.crop - self.out


class Problem:
    def __init__(self, row):
        size = {key: int(row[key]) for key in "n h w cin cout kh kw sh sw".split()}
        extra = int(row["output_padding"]) if row["output_padding"] else None
        self.name, self.padding, self.output_padding = row["name"], row["padding"], extra
        self.n, self.cin, self.cout = size["n"], size["cin"], size["cout"]
        self.axis = [Axis(size["h"], size["kh"], size["sh"], self.padding, extra),
                     Axis(size["w"], size["kw"], size["sw"], self.padding, extra)]
        for axis, out, crop in zip(self.axis, ("out_h", "out_w"), ("crop_top", "crop_left")):
            for derived, column in ((axis.out, out), (axis.crop, crop)):
                if row.get(column) and int(row[column]) != derived:
                    raise SystemExit(f"{self.name}: {column}: got {row[column]}; "
                                     f"expected {derived}")
        rng = np.random.default_rng(1)
        h, w = self.axis
        self.x = random(rng, (self.n, h.n_in, w.n_in, self.cin))
        self.w = random(rng, (h.kernel, w.kernel, self.cout, self.cin))
        self.dy = random(rng, (self.n, h.out, w.out, self.cout))

    def natural(self):
        """Whether padding alone says it all, without output_padding."""
        return self.output_padding is None

    def expected(self, which):
        """What the pass has to give, in float64, and how far off it may be."""
        sums = [self.sum(which, *operands) for operands in
                ((self.x, self.w, self.dy), map(np.abs, (self.x, self.w, self.dy)))]
        h, w = self.axis
        terms = {"forward": self.cin * taps(h) * taps(w),
                 "backward_input": self.cout * h.kernel * w.kernel,
                 "backward_weights": self.n * h.n_in * w.n_in}[which]
        unit = (terms + 1) * 2.0**-24
        return sums[0], unit / (1 - unit) * sums[1] + terms * 2.0**-149

    def sum(self, which, x, w, dy):
        x, w, dy = (a.astype(np.float64) for a in (x, w, dy))
        result = {"forward": np.zeros(dy.shape), "backward_input": np.zeros(x.shape),
                  "backward_weights": np.zeros(w.shape)}[which]
        for p in range(w.shape[0]):
            for q in range(w.shape[1]):
                (i, o), (j, c) = meeting(self.axis[0], p), meeting(self.axis[1], q)
                ins, outs = (slice(None), i, j), (slice(None), o, c)
                if which == "forward":
                    result[outs] += x[ins] @ w[p, q].T
                elif which == "backward_input":
                    result[ins] += dy[outs] @ w[p, q]
                else:
                    result[p, q] = np.tensordot(dy[outs], x[ins], ((0, 1, 2), (0, 1, 2)))
        return result


def taps(axis):
    """The most taps that one output sees."""
    return -(-axis.kernel // axis.stride)


def meeting(axis, t):
    """The inputs that tap t brings to an output, and those outputs, as slices."""
    first = max(0, -(-(axis.crop - t) // axis.stride))
    last = min(axis.n_in, (axis.out - 1 + axis.crop - t) // axis.stride + 1)
    last = max(first, last)
    start = first * axis.stride + t - axis.crop
    count = last - first
    return slice(first, last), slice(start, start + (count - 1) * axis.stride + 1
                                     if count else start, axis.stride)


def random(rng, shape):
    return rng.uniform(-1, 1, shape).astype(np.float32)


def read(path, only):
    with open(path, newline="") as file:
        for row in csv.DictReader(file):
            if not only or row["name"] in only:
                yield row
