"""Prints the polynomial coefficients and split constants used by the kernels.

Each polynomial is the minimax approximation of its function on the reduced interval (Remez
exchange on a dense grid), rounded to f64. Requires mpmath.
"""

from mpmath import atanh, cos, cosh, exp, log, lu_solve, matrix, mp, mpf, pi, polyval, sinh, sqrt

mp.prec = 300


def minimax(f, lo, hi, degree, weight):
    """Coefficients of the polynomial p that minimises max |weight * (p - f)|, by Remez exchange."""
    n = degree + 2
    grid = [(lo + hi) / 2 - (hi - lo) / 2 * cos(pi * i / 1200) for i in range(1201)]
    grid = [x for x in grid if weight(x) != 0]
    values = [f(x) for x in grid]
    weights = [weight(x) for x in grid]
    points = [i * (len(grid) - 1) // (n - 1) for i in range(n)]
    for _ in range(12):
        rows = [
            [grid[p] ** j for j in range(degree + 1)] + [(-1) ** i / weights[p]]
            for i, p in enumerate(points)
        ]
        solution = lu_solve(matrix(rows), matrix([values[p] for p in points]))
        c = [solution[j] for j in range(degree + 1)]
        error = [w * (polyval(c[::-1], x) - v) for x, v, w in zip(grid, values, weights)]
        # The largest error of every run of equal sign.
        runs = []
        for i, e in enumerate(error):
            if not runs or (e > 0) != (error[runs[-1]] > 0):
                runs.append(i)
            elif abs(e) > abs(error[runs[-1]]):
                runs[-1] = i
        while len(runs) > n:
            runs.pop(0 if abs(error[runs[0]]) < abs(error[runs[-1]]) else -1)
        if len(runs) < n or runs == points:
            break
        points = runs
    return c


def show(name, f, lo, hi, degree, weight):
    lo, hi = mpf(lo), mpf(hi)
    coefficients = [float(c) for c in minimax(f, lo, hi, degree, weight)]
    worst = mpf(0)
    for i in range(2001):
        x = lo + (hi - lo) * (i + mpf(1) / 3) / 2001
        p = mpf(0)
        for c in reversed(coefficients):
            p = p * x + c
        worst = max(worst, abs((p - f(x)) * weight(x)))
    print(f"/// error 2^{float(log(worst, 2)):.1f}")
    print(f"const {name}: [f64; {degree + 1}] = [")
    for c in coefficients:
        print(f"    {c!r},")
    print("];")


def split(name, value, bits):
    """value as a high part of the given number of significant bits and a low part."""
    scale = mpf(2) ** (bits - 1 - int(mp.floor(log(abs(value), 2))))
    high = mp.nint(value * scale) / scale
    print(f"const {name}_HI: f64 = {float(high)!r};")
    print(f"const {name}_LO: f64 = {float(value - high)!r};")


def odd(f, c, z):
    """(f(s)/s - c)/s**2 with z = s**2."""
    s = sqrt(z)
    return (f(s) / s - c) / z


def atanh2(z):
    return (2 * odd(atanh, 1, z) - mpf(2) / 3) / z


R = mpf("0.3468")
show("EXP", lambda r: (exp(r) - 1 - r) / r**2, -R, R * mpf("1.0000001"), 9, abs)
show("SINH", lambda z: odd(sinh, 1, z), 0, R**2, 4, lambda z: z)
show("COSH", lambda z: (cosh(sqrt(z)) - 1) / z, 0, R**2, 5, lambda z: z)
show("LOG", lambda z: 2 * odd(atanh, 1, z), 0, (3 - 2 * sqrt(mpf(2))) ** 2, 6, lambda z: z)
show("ATANH", lambda z: odd(atanh, 1, z), 0, mpf("0.2005") ** 2, 7, lambda z: z)
show("LOG_SUM", atanh2, 0, (3 - 2 * sqrt(mpf(2))) ** 2, 7, lambda z: z**2)
split("LN2", log(2), 42)
split("LN_2", log(2), 53)
split("LOG2_E", 1 / log(2), 32)
split("LOG10_E", 1 / log(10), 32)
split("LOG10_2", log(2) / log(10), 42)
split("TWO_THIRDS", mpf(2) / 3, 53)
