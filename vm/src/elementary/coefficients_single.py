"""Weighted minimax polynomials for the functions of single precision (Remez exchange).

Where the interval has one sign, coefficients are rounded one by one, lowest first, and the rest fitted to
what remains, which matters more for singles than for doubles.

Run `python coefficients_single.py [name[:degree] ...]` (needs mpmath); prints the coefficients, constant term
first, and the largest weighted error before and after rounding.
"""

import struct
import sys
import mpmath as mp

mp.mp.dps = 50


def single(c):
    return mp.mpf(struct.unpack("<f", struct.pack("<f", float(c)))[0])


def double(c):
    return mp.mpf(float(c))


class Samples:
    """The function and its weight at Chebyshev's points of an interval."""

    def __init__(self, f, weight, lo, hi, count=400):
        lo, hi = mp.mpf(lo), mp.mpf(hi)
        points = [(lo + hi) / 2 - (hi - lo) / 2 * mp.cos(mp.pi * i / (count - 1)) for i in range(count)]
        self.points = [p for p in points if abs(p) > mp.mpf("1e-6")]
        self.values = [f(p) for p in self.points]
        self.weights = [weight(p) for p in self.points]

    def errors(self, poly):
        return [w * (v - mp.polyval(poly[::-1], p)) for p, v, w in zip(self.points, self.values, self.weights)]


def remez(samples, head, degree, rounds=12):
    """The polynomial that begins with `head` and whose largest weighted error is least."""
    first = len(head)
    free = degree + 1 - first
    count, grid = free + 1, len(samples.points)
    rest = [v - mp.polyval(head[::-1], p) if head else v for p, v in zip(samples.points, samples.values)]
    index = [round(i * (grid - 1) / (count - 1)) for i in range(count)]
    poly = head
    for _ in range(rounds):
        matrix, rhs = mp.matrix(count, count), mp.matrix(count, 1)
        for row, i in enumerate(index):
            # Rows divided by the power that all columns share are the better conditioned.
            power = samples.points[i] ** first
            for col in range(free):
                matrix[row, col] = samples.points[i] ** col
            matrix[row, free] = (-1) ** row / (samples.weights[i] * power)
            rhs[row] = rest[i] / power
        solution = mp.lu_solve(matrix, rhs)
        poly = head + list(solution[:free])
        error = samples.errors(poly)
        extrema = [0]
        for i in range(1, grid):
            if error[i] * error[extrema[-1]] > 0:
                if abs(error[i]) > abs(error[extrema[-1]]):
                    extrema[-1] = i
            else:
                extrema.append(i)
        while len(extrema) > count:
            extrema.pop(0 if abs(error[extrema[0]]) < abs(error[extrema[-1]]) else -1)
        if len(extrema) < count or extrema == index:
            break
        index = extrema
    return poly


def show(name, f, weight, lo, hi, degree, head=(), rounded=single):
    samples = Samples(f, weight, lo, hi)
    head = [mp.mpf(c) for c in head]
    poly = remez(samples, head, degree)
    exact = max(map(abs, samples.errors(poly)))
    while len(head) <= degree:
        head.append(rounded(poly[len(head)]))
        # Powers of both signs are no Chebyshev system, for which alone the exchange is made.
        if mp.mpf(lo) >= 0 and len(head) <= degree:
            poly = remez(samples, head, degree)
    worst = max(map(abs, samples.errors(head)))
    print(f"// {name}: degree {degree} on [{mp.nstr(mp.mpf(lo), 6)}, {mp.nstr(mp.mpf(hi), 6)}], "
          f"error 2^{float(mp.log(exact, 2)):.1f}, rounded 2^{float(mp.log(worst, 2)):.1f}")
    for c in head:
        print(f"    {shortest(c) if rounded is single else repr(float(c))},")
    sys.stdout.flush()


def shortest(c):
    """The shortest decimal that reads back as the single `c`."""
    for digits in range(1, 10):
        text = f"{float(c):.{digits}g}"
        if single(float(text)) == c:
            return text
    raise ValueError(c)


def split(name, value, *bits):
    parts = []
    for b in bits:
        scale = mp.mpf(2) ** (b - 1 - int(mp.floor(mp.log(abs(value), 2))))
        parts.append(mp.nint(value * scale) / scale)
        value -= parts[-1]
    print(f"// {name}: " + ", ".join(repr(float(p)) for p in parts) + f", rest {mp.nstr(value, 3)}")


def splits():
    split("ln 2", mp.log(2), 15, 24)
    split("1 / ln 2", 1 / mp.log(2), 24, 24)
    split("1 / ln 10", 1 / mp.log(10), 24, 24)
    split("log10 2", mp.log10(2), 15, 24)
    split("pi / 2", mp.pi / 2, 24, 24, 24)
    split("pi", mp.pi, 24, 24)


R = mp.mpf("0.3475")
LO, HI = mp.sqrt(0.5) - 1, mp.sqrt(2) - 1
Q = (mp.pi / 4 * mp.mpf("1.01")) ** 2
root = lambda f: lambda z: f(mp.sqrt(z))

ONE = lambda _: mp.mpf(1)


def scaled_erfc(t):
    x = 3 * (1 + t) / (1 - t)
    return (1 + 2 * x) * mp.exp(x * x) * mp.erfc(x)


def stirling(t):
    if t < mp.mpf("1e-5"):
        return (mp.log(2 * mp.pi) / 2 + t / 12) / mp.log(2)
    y = 1 / t - 1
    return (mp.loggamma(y) - (y - 0.5) * mp.log(y) + y) / mp.log(2)


def lgamma_unit(v):
    if abs(1 - v) < mp.mpf("1e-15"):
        return 1 - mp.euler
    return mp.loggamma(1 + v) / (v * (v - 1))


JOBS = {
    "splits": splits,
    # (e^r - 1 - r) / r^2, relative to e^r - 1.
    "exp": lambda d=4: show("exp", lambda r: (mp.expm1(r) - r) / r**2, lambda r: abs(r**2 / mp.expm1(r)), -R, R, d),
    # (2^f - 1) / f, relative to 2^f.
    "exp2": lambda d=5: show("exp2", lambda f: (mp.mpf(2) ** f - 1) / f, lambda f: abs(f) / mp.mpf(2) ** f, -0.5, 0.5, d),
    # (log(1 + f) - f + f^2 / 2) / f^3, relative to log(1 + f).
    "log": lambda d=7: show("log", lambda f: (mp.log1p(f) - f + f * f / 2) / f**3, lambda f: f**3 / mp.log1p(f), LO, HI, d),
    "sin": lambda d=2: show("sin", root(lambda r: (mp.sin(r) / r - 1) / r**2), root(lambda r: r**3 / mp.sin(r)), 0, Q, d),
    "cos": lambda d=2: show("cos", root(lambda r: (mp.cos(r) - 1 + r**2 / 2) / r**4), root(lambda r: r**4 / mp.cos(r)), 0, Q, d),
    "tan": lambda d=6: show("tan", root(lambda r: (mp.tan(r) / r - 1) / r**2), root(lambda r: r**3 / mp.tan(r)), 0, Q, d),
    "sinh": lambda d=2: show("sinh", root(lambda r: (mp.sinh(r) / r - 1) / r**2), root(lambda r: r**2), 0, R**2, d),
    "cosh": lambda d=2: show("cosh", root(lambda r: (mp.cosh(r) - 1) / r**2), root(lambda r: r**2), 0, R**2, d, head=[0.5]),
    "tanh": lambda d=4: show("tanh", root(lambda a: (mp.tanh(a) / a - 1) / a**2), root(lambda a: a**3 / mp.tanh(a)), 0, 0.36, d),
    "atanh": lambda d=5: show("atanh", root(lambda a: (mp.atanh(a) / a - 1) / a**2), root(lambda a: a**3 / mp.atanh(a)), 0, 0.25, d),
    "asinh": lambda d=7: show("asinh", root(lambda a: (mp.asinh(a) / a - 1) / a**2), root(lambda a: a**3 / mp.asinh(a)), 0, 1, d),
    "atan": lambda d=8: show("atan", root(lambda t: (mp.atan(t) / t - 1) / t**2), root(lambda t: t**3 / mp.atan(t)), 0, 1, d),
    "asin": lambda d=4: show("asin", root(lambda t: (mp.asin(t) / t - 1) / t**2), root(lambda t: t**3 / mp.asin(t)), 0, 0.25, d),
    "erf": lambda d=6: show("erf", root(lambda t: mp.erf(t) / t - 1), root(lambda t: t / mp.erf(t)), 0, 1, d),
    "log2_double": lambda d=12: show("log2_double", lambda f: mp.log(1 + f, 2) / f, lambda f: f / mp.log(1 + f, 2), LO, HI, d, rounded=double),
    "exp2_double": lambda d=6: show("exp2_double", lambda f: mp.mpf(2) ** f, lambda f: mp.mpf(2) ** -f, -0.5, 0.5, d, rounded=double),
    # log(erfc(x)) in x - 1, as the error of erf.
    "erf_large": lambda d=6: show("erf_large", lambda u: mp.log(mp.erfc(1 + u)), lambda u: mp.erfc(1 + u), 0, 3, d),
    # (1 + 2x) exp(x^2) erfc(x) in (x - 3) / (x + 3) for x in [0, 11].
    "erfc": lambda d=11: show("erfc", scaled_erfc, ONE, -1, mp.mpf(8) / 14, d, rounded=double),
    "sinpi": lambda d=5: show("sinpi", root(lambda r: mp.sin(mp.pi * r) / r), root(lambda r: r / mp.sin(mp.pi * r)), 0, 0.25, d, rounded=double),
    # log2 Gamma(y) - ((y - 1/2) log2(y) - y / ln 2) in 1 / (y + 1) for y >= 1.
    "stirling": lambda d=10: show("stirling", stirling, ONE, 0, 0.5, d, rounded=double),
    # ln Gamma(1 + v) / (v (v - 1)).
    "lgamma": lambda d=10: show("lgamma", lgamma_unit, ONE, 0, 1, d, rounded=double),
}

if __name__ == "__main__":
    for name in sys.argv[1:] or JOBS:
        name, _, degree = name.partition(":")
        JOBS[name](*([int(degree)] if degree else []))
