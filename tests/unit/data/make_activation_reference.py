"""Writes activation_reference.txt, lines of NAME Z Y SLOPE in hexadecimal.

Y and SLOPE (0 where the slope comes from y) are computed with 1500 bits and rounded to float64.
Made with mpmath 1.4.1; formulas from the specification's D.2.
"""
import mpmath as m

m.mp.prec = 1500
SCALE, ALPHA = m.mpf("1.0507009873554804934"), m.mpf("1.6732632423543772848")


def sigmoid(x):
    return 1 / (1 + m.exp(-x))


def softplus(x):
    return m.log(1 + m.exp(x))


def area(x):
    return m.erfc(-x / m.sqrt(2)) / 2


FUNCTIONS = {
    "elu": lambda x: x if x >= 0 else m.exp(x) - 1,
    "selu": lambda x: SCALE * x if x >= 0 else SCALE * ALPHA * (m.exp(x) - 1),
    "sigmoid": sigmoid,
    "tanh": m.tanh,
    "softplus": softplus,
    "softsign": lambda x: x / (1 + abs(x)),
    "exponential": m.exp,
    "silu": lambda x: x * sigmoid(x),
    "gelu": lambda x: x * area(x),
    "mish": lambda x: x * m.tanh(softplus(x)),
}
SLOPES = {
    "softsign": lambda x: 1 / (1 + abs(x)) ** 2,
    "silu": lambda x: sigmoid(x) * (1 + x * sigmoid(-x)),
    "gelu": lambda x: area(x) + x * m.exp(-x * x / 2) / m.sqrt(2 * m.pi),
    "mish": lambda x: m.tanh(softplus(x)) + x * sigmoid(x) * m.sech(softplus(x)) ** 2,
}
MAGNITUDES = """1e-310 1e-40 1e-10 1e-5 0.01 0.125 0.3 0.5 0.75 0.9 1 1.19 1.28 1.7 2.5 3 4.4 5.7
    7.3 9.1 10.3 12.9 13.9 17 20.3 26.5 33.3 37.4 38.1 50 87.5 88.6 100.7 103.5 127.11989559834196 1.5e-8""".split()
FAR_BELOW = "-300.1 -690.3 -708.2 -709.7 -709.9 -715 -725.5 -738.8 -744.2".split()


def hexadecimal(value):
    return float(value).hex()


with open("activation_reference.txt", "w") as out:
    points = [s * float(v) for v in MAGNITUDES for s in (1, -1)] + [float(v) for v in FAR_BELOW]
    for name, function in FUNCTIONS.items():
        for z in points:
            slope = SLOPES.get(name, lambda x: m.mpf(0))(m.mpf(z))
            out.write("%s %s %s %s\n" % (name, z.hex(), hexadecimal(function(m.mpf(z))), hexadecimal(slope)))
