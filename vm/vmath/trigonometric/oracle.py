"""Reference values for the accuracy tests, from mpmath at 320 bits.

Usage: python oracle.py [--passes N] [--out DIR] [function ...]
(needs mpmath; gmpy2 makes it faster)

Writes <function>.bin to tests/data or DIR; with N > 1 the random arguments are
drawn N times, for a larger test with ORACLE_DATA=DIR. A file has
little-endian f64 records of the argument (two for atan2), the correctly
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
DATA = Path(__file__).parent / "tests" / "data"
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
