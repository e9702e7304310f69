"""Weighted minimax polynomials for the functions (Remez exchange in 60 digits), and split constants.

Run `python coefficients.py [name ...]` (needs mpmath); prints the coefficients, constant
term first, and the largest weighted error after rounding them to doubles.
"""

import sys
import mpmath as mp

mp.mp.dps = 60


def remez(f, weight, lo, hi, degree, rounds=12, grid=1200):
    """Minimises max |weight * (f - p)| over [lo, hi]."""
    lo, hi = mp.mpf(lo), mp.mpf(hi)
    count = degree + 2
    points = [(lo + hi) / 2 - (hi - lo) / 2 * mp.cos(mp.pi * i / (grid - 1)) for i in range(grid)]
    points = [p for p in points if weight(p) != 0]
    grid = len(points)
    values = [f(p) for p in points]
    weights = [weight(p) for p in points]
    index = [round(i * (grid - 1) / (count - 1)) for i in range(count)]
    for _ in range(rounds):
        matrix = mp.matrix(count, count)
        rhs = mp.matrix(count, 1)
        for row, i in enumerate(index):
            for col in range(degree + 1):
                matrix[row, col] = points[i] ** col
            matrix[row, degree + 1] = (-1) ** row / weights[i]
            rhs[row] = values[i]
        solution = mp.lu_solve(matrix, rhs)
        poly = list(solution[: degree + 1])
        error = [w * (v - mp.polyval(poly[::-1], p)) for p, v, w in zip(points, values, weights)]
        # One extremum for each run of equal sign.
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
    rounded = [mp.mpf(float(c)) for c in poly]
    worst = lambda p: max(abs(w * (v - mp.polyval(p[::-1], x))) for x, v, w in zip(points, values, weights))
    return poly, worst(poly), worst(rounded)


def remez_rounded(f, weight, lo, hi, degree, fixed):
    """As `remez`, with the first `fixed` coefficients rounded to doubles one
    by one and the rest fitted to what remains (the interval starts at 0)."""
    head = []
    g, w = f, weight
    for n in range(fixed):
        c = mp.mpf(float(remez(g, w, lo, hi, degree - n)[0][0]))
        head.append(c)
        g = lambda z, h=tuple(head): (f(z) - mp.polyval(h[::-1], z)) / z ** len(h)
        w = lambda z, k=len(head): weight(z) * z**k
        lo = mp.mpf("1e-9")
    poly, exact, _ = remez(g, w, lo, hi, degree - fixed)
    poly = head + poly
    points = [hi * mp.mpf(i) / 1000 for i in range(1, 1001)]
    rounded = max(abs(weight(z) * (f(z) - sum(mp.mpf(float(c)) * z**n for n, c in enumerate(poly)))) for z in points)
    return poly, exact, rounded


def show(name, f, weight, lo, hi, degree, fixed=0):
    if fixed:
        poly, exact, rounded = remez_rounded(f, weight, lo, hi, degree, fixed)
    else:
        poly, exact, rounded = remez(f, weight, lo, hi, degree)
    print(f"// {name}: degree {degree} on [{lo}, {hi}], error 2^{float(mp.log(exact, 2)):.1f}, rounded 2^{float(mp.log(rounded, 2)):.1f}")
    for c in poly:
        print(f"    {float(c)!r},")
    print(f"// low part of the constant term: {float(poly[0] - mp.mpf(float(poly[0])))!r}")


def small(z, series, closed):
    return series if z < mp.mpf("1e-12") else closed(z)


ONE = lambda _: mp.mpf(1)


def atan_tail(z):
    t = mp.sqrt(z)
    return small(z, -mp.mpf(1) / 3 + z / 5, lambda z: (mp.atan(t) / t - 1) / z)


def asin_tail(z):
    t = mp.sqrt(z)
    return small(z, mp.mpf(1) / 6 + 3 * z / 40, lambda z: (mp.asin(t) / t - 1) / z)


def erf_tail(z):
    c = 2 / mp.sqrt(mp.pi)
    t = mp.sqrt(z)
    return small(z, c - 1 - c * z / 3, lambda z: mp.erf(t) / t - 1)


def log_erfc(u):
    return mp.log(mp.erfc(u + mp.mpf(7) / 8))


def erfcx_scaled(k):
    def f(t):
        x = k * (1 + t) / (1 - t)
        return (1 + 2 * x) * mp.exp(x * x) * mp.erfc(x)

    return f


def exp_tail(r):
    return small(abs(r), mp.mpf(1) / 2 + r / 6 + r * r / 24, lambda _: (mp.exp(r) - 1 - r) / r**2)


def log_tail(z):
    """(ln((1+s)/(1-s)) - 2s - 2s^3/3) / s^5, z = s^2."""
    if z < mp.mpf("1e-6"):
        return sum(2 * z**n / (2 * n + 5) for n in range(12))
    s = mp.sqrt(z)
    return (mp.log((1 + s) / (1 - s)) - 2 * s - 2 * s**3 / 3) / s**5


def sinpi_tail(z):
    r = mp.sqrt(z)
    return small(z, -mp.pi**3 / 6 + mp.pi**5 * z / 120, lambda z: (mp.sin(mp.pi * r) / r - mp.pi) / z)


def stirling_ratio(c):
    """ln of Gamma(x) e^x x^(1/2-x) / sqrt(2 pi), t = 1/(x+c)."""

    def f(t):
        if t < mp.mpf("1e-7"):
            return t / 12
        x = 1 / t - c
        return mp.loggamma(x) - (x - mp.mpf(1) / 2) * mp.log(x) + x - mp.log(2 * mp.pi) / 2

    return f


def lgamma_unit(v):
    """lnGamma(1+v) / (v (v-1)) on [0, 1]."""
    if v < mp.mpf("1e-25"):
        return mp.euler
    if abs(1 - v) < mp.mpf("1e-25"):
        return 1 - mp.euler
    return mp.loggamma(1 + v) / (v * (v - 1))


def odd(f, c):
    """(f(s)/s - c)/s^2 in z = s^2, at its limit near zero."""

    def tail(z):
        z = max(z, mp.mpf("1e-12"))
        return (f(mp.sqrt(z)) / mp.sqrt(z) - c) / z

    return tail


def atanh_tail(z):
    """((2 atanh(s)/s - 2)/s^2 - 2/3)/s^2 in z = s^2."""
    z = max(z, mp.mpf("1e-12"))
    return (2 * odd(mp.atanh, 1)(z) - mp.mpf(2) / 3) / z


def cosh_tail(z):
    return small(z, mp.mpf(1) / 2 + z / 24, lambda z: (mp.cosh(mp.sqrt(z)) - 1) / z)


def split(name, value, bits):
    """The value as a high part of so many significant bits and a low part."""
    scale = mp.mpf(2) ** (bits - 1 - int(mp.floor(mp.log(abs(value), 2))))
    high = mp.nint(value * scale) / scale
    print(f"// {name}, the high part of {bits} bits: {float(high)!r}, {float(value - high)!r}")


def splits():
    split("ln 2", mp.log(2), 42)
    split("ln 2", mp.log(2), 53)
    split("1 / ln 2", 1 / mp.log(2), 32)
    split("1 / ln 10", 1 / mp.log(10), 32)
    split("log10 2", mp.log10(2), 42)
    split("2/3", mp.mpf(2) / 3, 53)


REDUCED = mp.mpf("0.3468")
TANGENT = (3 - 2 * mp.sqrt(2)) ** 2
PLAIN = lambda z: z

JOBS = {
    "splits": splits,
    "exp_short": lambda: show("exp_short", exp_tail, abs, -REDUCED, REDUCED * mp.mpf("1.0000001"), 9),
    "sinh": lambda: show("sinh", odd(mp.sinh, 1), PLAIN, 0, REDUCED**2, 4),
    "cosh": lambda: show("cosh", cosh_tail, PLAIN, 0, REDUCED**2, 5),
    "log_short": lambda: show("log_short", lambda z: 2 * odd(mp.atanh, 1)(z), PLAIN, 0, TANGENT, 6),
    "atanh": lambda: show("atanh", odd(mp.atanh, 1), PLAIN, 0, mp.mpf("0.2005") ** 2, 7),
    "log_sum": lambda: show("log_sum", atanh_tail, lambda z: z**2, 0, TANGENT, 7),
    "atan": lambda: show("atan", atan_tail, lambda z: z + mp.mpf("0.01"), 0, 1, 19, fixed=3),
    "asin": lambda: show("asin", asin_tail, lambda z: z + mp.mpf("0.01"), 0, 0.25, 12),
    "erf_small": lambda: show("erf_small", erf_tail, ONE, 0, mp.mpf(9) / 16, 11, fixed=3),
    "erf_large": lambda: show("erf_large", log_erfc, lambda u: mp.erfc(u + mp.mpf(7) / 8), mp.mpf(-1) / 8, mp.mpf(41) / 8, 20),
    "erfcx": lambda: show("erfcx", erfcx_scaled(4), ONE, mp.mpf(-7) / 9, mp.mpf(24) / 32, 22),
    "exp": lambda: show("exp", exp_tail, lambda r: r * r + mp.mpf("0.001"), -0.3467, 0.3467, 10),
    "log": lambda: show("log", log_tail, ONE, 0, 0.02945, 7),
    "sinpi": lambda: show("sinpi", sinpi_tail, lambda z: z + mp.mpf("0.01"), 0, 0.25, 8),
    "stirling": lambda: show("stirling", stirling_ratio(mp.mpf(1)), ONE, 0, mp.mpf(1) / 2, 20),
    "lgamma_unit": lambda: show("lgamma_unit", lgamma_unit, ONE, 0, 1, 20),
}

if __name__ == "__main__":
    for name in sys.argv[1:] or JOBS:
        JOBS[name]()
