"""Reference values for the accuracy tests, from mpmath at 320 bits.

Usage: python oracle.py [--passes N] [--out DIR] [function ...]
(needs mpmath; gmpy2 makes it faster)

Writes <function>.bin beside this file or to DIR; with N > 1 the random arguments
are drawn N times, for a larger test with QUERN_ORACLE=DIR. A file has
little-endian f64 records of the argument (or two of them), the correctly
rounded value, and the remainder (value minus rounded value) in units of the
last place of the rounded value. The remainder is the low part of the value,
scaled so that it survives subnormal results.
"""

import argparse
import itertools
import math
import random
import struct
import sys
from pathlib import Path

import mpmath as mp

mp.mp.prec = 320
DATA = Path(__file__).parent
MIN_SUBNORMAL = 5e-324
MIN_NORMAL = sys.float_info.min
MAX = sys.float_info.max


def from_bits(bits):
    return struct.unpack("<d", struct.pack("<Q", bits))[0]


def neighbours(points, reach=3):
    """The points and the doubles next to them, both signs."""
    for p in points:
        up = down = float(p)
        yield from (up, -up)
        for _ in range(reach):
            up, down = math.nextafter(up, math.inf), math.nextafter(down, -math.inf)
            yield from (up, down, -up, -down)


def near(points, count, rng):
    """Doubles at log-uniform distances from the points."""
    for _ in range(count):
        yield rng.choice(points) + rng.choice((-1, 1)) * 2.0 ** rng.uniform(-53, -1)


def any_bits(count, rng):
    while count:
        x = from_bits(rng.getrandbits(64))
        if math.isfinite(x):
            yield x
            count -= 1


def subnormals(count, rng):
    for _ in range(count):
        yield rng.choice((-1, 1)) * from_bits(rng.getrandbits(rng.randint(1, 52)))


def uniform(lo, hi, count, rng):
    for _ in range(count):
        yield rng.uniform(lo, hi)


def log_uniform(lo, hi, count, rng, signed=True):
    """Magnitudes between 2^lo and 2^hi."""
    for _ in range(count):
        x = math.ldexp(1 + rng.random(), rng.randint(lo, hi - 1))
        yield -x if signed and rng.random() < 0.5 else x


def common(rng):
    yield from (0.0, -0.0, MIN_SUBNORMAL, -MIN_SUBNORMAL, MAX, -MAX)
    yield from any_bits(1000, rng)
    yield from subnormals(200, rng)
    yield from neighbours((MIN_NORMAL, 0.5, 1.0, 2.0, 2.0**-26, 2.0**-27, 2.0**-54, 2.0**-30))
    yield from log_uniform(-60, 6, 1000, rng)


def hardest_multiples():
    """For each binade, a double very close to a multiple of pi/2: the largest
    denominator below 2^53 of a convergent of 2^e * 2/pi (Kahan's method).
    They include 6381956970095103 * 2^797, the worst double of all."""
    with mp.workprec(1400):
        for e in range(-52, 971):
            ratio = mp.ldexp(2 / mp.pi, e)
            q0, q1, rest = 0, 1, ratio - mp.floor(ratio)
            while rest:
                rest = 1 / rest
                a = int(mp.floor(rest))
                rest -= a
                if a * q1 + q0 >= 2**53:
                    break
                q0, q1 = q1, a * q1 + q0
            yield math.ldexp(q1 * ((2**53 - 1) // q1), e)
    yield math.ldexp(6381956970095103, 797)


def trig(rng):
    yield from common(rng)
    yield from uniform(-10, 10, 1500, rng)
    yield from uniform(-1e5, 1e5, 400, rng)
    yield from log_uniform(6, 33, 800, rng)
    yield from log_uniform(33, 1024, 400, rng)
    for _ in range(1200):
        k = rng.getrandbits(rng.randint(1, 31)) + 1
        yield from neighbours([float(k * mp.pi / 2)], 0)
        yield from neighbours([float(k * mp.pi / 4)], 0)
    yield from hardest_multiples()
    yield from neighbours((2.0**32, 1e22, MAX, 1.7e308, math.pi / 4, math.pi / 2))


def inverse(rng):
    yield from common(rng)
    yield from uniform(-1, 1, 2500, rng)
    yield from near([0.5, 1.0, -0.5, -1.0], 1500, rng)


def atan(rng):
    yield from common(rng)
    yield from uniform(-1, 1, 1500, rng)
    yield from uniform(-10, 10, 1500, rng)
    yield from log_uniform(-30, 120, 1000, rng)
    yield from near([1.0, -1.0], 500, rng)


def erf(rng):
    yield from common(rng)
    yield from uniform(-1.1, 1.1, 1500, rng)
    yield from uniform(-6.5, 6.5, 2000, rng)
    yield from neighbours((6.0, 5.9215871957945))


def erfc(rng):
    yield from common(rng)
    yield from uniform(-6.5, 1, 800, rng)
    yield from uniform(0.4, 10, 2500, rng)
    yield from uniform(10, 27.3, 1500, rng)
    yield from uniform(26.4, 27.3, 400, rng)
    yield from neighbours((0.5, 26.543258454250981, 27.226017111108366, 28.0))


def gamma(rng):
    yield from common(rng)
    yield from uniform(0, 3, 1000, rng)
    yield from uniform(1, 20, 700, rng)
    yield from uniform(20, 172, 700, rng)
    yield from uniform(-20, 0, 800, rng)
    yield from uniform(-186, -20, 700, rng)
    yield from near([float(n) for n in range(-186, 172)], 800, rng)
    yield from (float(n) for n in range(1, 173))
    yield from (-n - 0.5 for n in range(188))
    yield from neighbours((171.62437695630272, 5.562684646268003e-309))
    yield from neighbours([n - 2.0**-40 for n in (170, 176, 177, 178, 179, 182, 183, 184)])


def lgamma(rng):
    yield from common(rng)
    yield from uniform(0, 4, 2000, rng)
    yield from uniform(3, 100, 1000, rng)
    yield from near([1.0, 2.0, 3.0], 1000, rng)
    yield from log_uniform(6, 1018, 500, rng, signed=False)
    yield from uniform(-5, 0, 1000, rng)
    yield from uniform(-100, -5, 600, rng)
    yield from neighbours((2.5563481638716906e305, 2.0**900))
    yield from near([float(n) for n in range(-20, 0)], 500, rng)


def atan2(rng):
    for _ in range(2000):
        yield next(any_bits(1, rng)), next(any_bits(1, rng))
    for _ in range(2500):
        yield rng.uniform(-2, 2), rng.uniform(-2, 2)
    for _ in range(1500):
        x = next(any_bits(1, rng))
        y = x * 2.0 ** rng.uniform(-40, 40)
        if math.isfinite(y):
            yield rng.choice((-y, y)), x
    for _ in range(500):
        yield next(subnormals(1, rng)), next(subnormals(1, rng))
    for _ in range(500):
        y, x = next(subnormals(1, rng)), next(log_uniform(-40, 60, 1, rng))
        yield y, x
    for _ in range(500):
        x = rng.uniform(0, 2)
        yield from ((x, math.nextafter(x, 3)), (-x, -x), (x, -math.nextafter(x, 0)))


def decades(rng):
    """Powers of ten and of two, and what is near the points where ways part."""
    yield from (float(f"1e{i}") for i in range(-323, 309, 4))
    yield from (math.ldexp(1, i) for i in range(-1074, 1024, 16))
    yield from neighbours((math.sqrt(2), math.sqrt(0.5)), 8)
    # The ends of the reduced intervals of exponentials and logarithms.
    for _ in range(500):
        yield (rng.randint(-40, 40) + 0.5) * math.log(2) * (1 + next(log_uniform(-53, -8, 1, rng)))
        x = math.ldexp(math.sqrt(0.5), rng.randint(-3, 4)) * (1 + next(log_uniform(-53, -8, 1, rng)))
        yield from (x, x - 1)


def exponential(low, high):
    """Arguments of a function that is neither constant nor out of range between the limits."""

    def arguments(rng):
        both = itertools.chain(
            common(rng),
            decades(rng),
            uniform(low, high, 500, rng),
            uniform(-2, 2, 500, rng),
            uniform(-20, 20, 500, rng),
            (high * (1 - x) for x in log_uniform(-40, -8, 60, rng, signed=False)),
            (low * (1 - x) for x in log_uniform(-40, -8, 60, rng, signed=False)),
            (low * (1 - 0.06 * rng.random()) for _ in range(60)),
            (float(rng.randint(-1100, 1100)) for _ in range(60)),
            neighbours((709.782712893384, -708.3964185322641, -745.1332191019412, 710.4758600739439), 20),
        )
        yield from (x for x in both if low <= x <= high)

    return arguments


def logarithmic(low):
    """Arguments above the limit, where the function begins."""

    def arguments(rng):
        both = itertools.chain(
            common(rng),
            decades(rng),
            uniform(low, 20, 500, rng),
            near([1.0, low], 700, rng),
            log_uniform(-1074, -1020, 60, rng, signed=False),
            log_uniform(1000, 1022, 60, rng, signed=False),
            (float(rng.randint(0, 1100)) ** 3 for _ in range(60)),
        )
        yield from (x for x in both if x > low)

    return arguments


def real(rng):
    yield from common(rng)
    yield from decades(rng)
    yield from uniform(-20, 20, 500, rng)
    yield from log_uniform(-1074, 1022, 500, rng)
    yield from (float(rng.randint(-1100, 1100)) ** 3 for _ in range(60))


def unit(rng):
    yield from (x for x in itertools.chain(common(rng), decades(rng)) if abs(x) < 1)
    yield from uniform(-1, 1, 1500, rng)
    yield from (x for x in near([1.0, -1.0], 1500, rng) if abs(x) < 1)


def pow_arguments(rng):
    def in_range(x, y):
        whole = x > 0 or y == int(y)
        return x != 0 and whole and abs(x) != 1 and abs(y * math.log(abs(x))) < 750

    def all_of():
        for _ in range(400):
            yield next(any_bits(1, rng)), next(any_bits(1, rng))
            x = abs(next(any_bits(1, rng))) or 2.0
            # A result anywhere in the range, and near its ends.
            for target in (rng.uniform(-746, 710), rng.uniform(708, 710), rng.uniform(-746, -700)):
                yield x, target / (math.log(x) or 1.0)
            for x in (
                math.ldexp(1 + rng.random(), rng.randint(-3, 2)),
                1 + next(log_uniform(-52, -2, 1, rng)),
                math.ldexp(math.sqrt(0.5), rng.randint(-3, 4)) * (1 + next(log_uniform(-53, -8, 1, rng))),
            ):
                yield x, rng.uniform(-746, 710) / (math.log(x) or 1.0)
                yield x, rng.uniform(-50, 50)
            yield -rng.uniform(0, 100), float(rng.randint(-150, 150))
            yield float(rng.randint(1, 200)), float(rng.randint(-20, 20))
            yield rng.uniform(0, 1000), rng.choice((0.5, -0.5, 2.0, 3.0, -1.0, 1.5, 1 / 3))
            yield next(subnormals(1, rng)), rng.uniform(-1, 1)

    yield from (pair for pair in all_of() if in_range(*pair))


def hypot_arguments(rng):
    for _ in range(500):
        yield next(any_bits(1, rng)), next(any_bits(1, rng))
        yield rng.uniform(-10, 10), rng.uniform(-10, 10)
        x = next(any_bits(1, rng))
        yield x, x * next(log_uniform(-30, 1, 1, rng))
        # Subnormal and huge squares, and where the scaling begins.
        for low, high in ((-1074, -1000), (1000, 1022), (-434, -430), (496, 500)):
            x = next(log_uniform(low, high, 1, rng))
            yield x, x * next(log_uniform(-5, 1, 1, rng))
        m, k = rng.randint(1, 1000), rng.randint(1, 1000)
        yield float(m * m - k * k), float(2 * m * k)


def near_zero(function, quadratic, cubic):
    """The function, or near zero the first terms of its series, x + quadratic x^2 + cubic x^3."""

    def exact(x):
        small = abs(x) < mp.mpf(2) ** -90
        return x + quadratic * x**2 + cubic * x**3 if small else function(x)

    return exact


def exact_pow(x, y):
    return mp.exp(y * mp.log(abs(x))) * (-1 if x < 0 and y % 2 == 1 else 1)


HALF, THIRD, SIXTH = mp.mpf(1) / 2, mp.mpf(1) / 3, mp.mpf(1) / 6


def exact_gamma(x):
    return None if x <= 0 and x == mp.floor(x) else mp.gamma(x)


def exact_lgamma(x):
    if x <= 0 and x == mp.floor(x):
        return None
    if x > 1e30:
        with mp.workprec(400):
            return (x - 0.5) * mp.log(x) - x + mp.log(2 * mp.pi) / 2 + 1 / (12 * x)
    if x < 0:
        # |Gamma(x)| by reflection, in enough precision for zeros and tiny x.
        with mp.workprec(700):
            return mp.log(mp.pi / abs(x * mp.sinpi(x))) - mp.loggamma(-x)
    return mp.loggamma(x)


FUNCTIONS = {
    "exp": (exponential(-746, 710), mp.exp),
    "exp2": (exponential(-1076, 1024), lambda x: mp.mpf(2) ** x),
    "expm1": (exponential(-40, 710), near_zero(mp.expm1, HALF, SIXTH)),
    "log": (logarithmic(0), mp.log),
    "log1p": (logarithmic(-1), near_zero(mp.log1p, -HALF, THIRD)),
    "log2": (logarithmic(0), lambda x: mp.log(x) / mp.log(2)),
    "log10": (logarithmic(0), lambda x: mp.log(x) / mp.log(10)),
    "cbrt": (real, lambda x: mp.sign(x) * mp.cbrt(abs(x))),
    "sinh": (exponential(-711, 711), near_zero(mp.sinh, 0, SIXTH)),
    "cosh": (exponential(-711, 711), mp.cosh),
    "tanh": (exponential(-22, 22), near_zero(mp.tanh, 0, -THIRD)),
    "asinh": (real, near_zero(mp.asinh, 0, -SIXTH)),
    "acosh": (logarithmic(1), mp.acosh),
    "atanh": (unit, near_zero(mp.atanh, 0, THIRD)),
    "pow": (pow_arguments, exact_pow),
    "hypot": (hypot_arguments, lambda x, y: mp.sqrt(x * x + y * y)),
    "sin": (trig, mp.sin),
    "cos": (trig, mp.cos),
    "tan": (trig, mp.tan),
    "asin": (inverse, lambda x: mp.asin(x) if abs(x) <= 1 else None),
    "acos": (inverse, lambda x: mp.acos(x) if abs(x) <= 1 else None),
    "atan": (atan, mp.atan),
    "atan2": (atan2, mp.atan2),
    "erf": (erf, mp.erf),
    "erfc": (erfc, mp.erfc),
    "gamma": (gamma, exact_gamma),
    "lgamma": (lgamma, exact_lgamma),
}


def rounded(value):
    """The nearest double and the remainder in its units in the last place."""
    if value == 0:
        return 0.0, 0.0
    mantissa, exponent = mp.frexp(abs(value))  # in [1/2, 1)
    unit = max(int(exponent) - 53, -1074)
    steps = int(mp.nint(mp.ldexp(abs(value), -unit)))
    if steps * mp.ldexp(1, unit) >= mp.ldexp(1, 1024):
        return math.copysign(math.inf, value), 0.0
    high = math.ldexp(steps, unit)
    if steps == 2**53:
        unit += 1
    low = float(mp.ldexp(abs(value) - mp.mpf(high), -unit))
    return (high, low) if value > 0 else (-high, -low)


def write(name, passes, folder):
    arguments, function = FUNCTIONS[name]
    seen, records = set(), bytearray()
    draws = (arguments(random.Random(f"{name}{n or ''}")) for n in range(passes))
    for x in itertools.chain.from_iterable(draws):
        x = x if isinstance(x, tuple) else (x,)
        key = struct.pack(f"<{len(x)}d", *x)
        # Zeros and infinities are left to the tests of special cases.
        if key in seen or 0.0 in x or not all(map(math.isfinite, x)):
            continue
        seen.add(key)
        value = function(*map(mp.mpf, x))
        if value is not None:
            records += key + struct.pack("<dd", *rounded(value))
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.bin").write_bytes(records)
    print(name, len(seen), "arguments,", len(records), "bytes")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--passes", type=int, default=1)
    parser.add_argument("--out", type=Path, default=DATA)
    parser.add_argument("functions", nargs="*")
    options = parser.parse_args()
    for name in options.functions or FUNCTIONS:
        write(name, options.passes, options.out)
