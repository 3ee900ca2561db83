"""Prints the polynomials of runtime/tconv_exp.h, tconv_wide.h, tconv_fine.h and tconv_gelu.h,
and how far they are off.

Minimax by the exchange of extrema (Remez), in 200 bits; made with mpmath 1.3.0.
"""
import mpmath as m

m.mp.prec = 200
TINY = m.mpf(10) ** -20


def extrema(error, low, high, n):
    """Signed extrema of alternating sign, n of them where there are more."""
    steps = 40 * n
    grid = [(low + high) / 2 - (high - low) / 2 * m.cos(m.pi * i / steps) for i in range(steps + 1)]
    found = []
    for x in grid:
        e = error(x)
        if found and found[-1][1] * e > 0:
            found[-1] = max(found[-1], (x, e), key=lambda pair: abs(pair[1]))
        else:
            found.append((x, e))
    while len(found) > n:
        found.pop(0 if abs(found[0][1]) < abs(found[-1][1]) else -1)
    return found


def fit(function, weight, low, high, degree, rounds=6):
    """The polynomial whose largest weight * (function - polynomial) is least, and that error."""
    n = degree + 2
    low, high = m.mpf(low), m.mpf(high)
    points = [(low + high) / 2 - (high - low) / 2 * m.cos(m.pi * i / (n - 1)) for i in range(n)]
    for _ in range(rounds):
        rows = m.matrix(n, n)
        for i, x in enumerate(points):
            for j in range(degree + 1):
                rows[i, j] = x**j
            rows[i, n - 1] = (-1) ** i / weight(x)
        solved = m.lu_solve(rows, m.matrix([function(x) for x in points]))
        factors = [solved[j] for j in range(degree + 1)]
        found = extrema(lambda x: weight(x) * (function(x) - m.polyval(factors[::-1], x)), low, high, n)
        points = [x for x, _ in found]
    return factors, max(abs(e) for _, e in found)


def show(name, factors, error):
    print("%s: off by 2^%.1f" % (name, m.log(error, 2)))
    for factor in factors:
        print("    %s" % float(factor).hex())
    print("    the first is more by %s" % float(factors[0] - float(factors[0])).hex())


def exp_rest(r):
    return (m.exp(r) - 1 - r) / r**2 if abs(r) > TINY else m.mpf(1) / 2


def artanh_rest(u):
    return (m.atanh(m.sqrt(u)) / m.sqrt(u) - 1) / u if u else m.mpf(1) / 3


def tail_at(x):
    return m.erfc(x / m.sqrt(2)) / 2 * m.exp(x * x / 2)


def tail(t):
    return tail_at(4 * (1 + t) / (1 - t))


def flat_tail(t):
    x = 5 * (1 + t) / (1 - t)
    return tail_at(x) * (x + m.mpf("1.25"))


def tanh_shrink(u):
    x = m.sqrt(u)
    return (x - m.tanh(x)) / (x * u) if u > TINY else m.mpf(1) / 3


HALF_OCTAVE = m.log(2) / 2 * m.mpf("1.0001")
show("exp_rest, float", *fit(exp_rest, lambda r: r * r + TINY, -HALF_OCTAVE, HALF_OCTAVE, 4))
show("exp_rest, double", *fit(exp_rest, lambda r: r * r + TINY, -HALF_OCTAVE, HALF_OCTAVE, 9))
show("log1p_wide", *fit(artanh_rest, lambda u: u + TINY, 0, m.mpf(1) / 9, 6))
show("tail_wide", *fit(tail, lambda t: 1 / tail(t), -1, m.mpf("10.5") / m.mpf("18.5"), 20))
show("fine_artanh_rest", *fit(artanh_rest, lambda u: u + TINY, 0, m.mpf(1) / 9, 9))
show("fine_tanh_rest", *fit(tanh_shrink, lambda u: 1 / tanh_shrink(u), 0, 1, 15))
show("gelu_rest", *fit(flat_tail, lambda t: 1 / flat_tail(t), -1, m.mpf(34) / 44, 23))
