"""Writes the reference values of the accuracy test: `oracle.py DIRECTORY [SCALE [SEED]]`.

For every function a file `NAME.bin` of little-endian records: the argument bits (u64, two of them
for a function of two arguments), the bits of the correctly rounded result (u64) and the distance of
the exact result from it in units of its last place (f32). Records whose result is zero, infinite by
more than a few units, or not a number are left to the table of special values. SCALE multiplies the
number of arguments. Requires mpmath; the checked-in files are made with SCALE 1.
"""

import math
import random
import struct
import sys

import mpmath
from mpmath import mp, mpf

mp.prec = 300

MIN, MAX, NORMAL = 5e-324, sys.float_info.max, sys.float_info.min


def small_or(function, quadratic, cubic):
    """The function, or near zero the first terms of its series, x + quadratic x^2 + cubic x^3."""
    return lambda x: x + quadratic * x**2 + cubic * x**3 if abs(x) < mpf(2) ** -90 else function(x)


half, third, sixth = mpf(1) / 2, mpf(1) / 3, mpf(1) / 6
UNARY = {
    "exp": mpmath.exp,
    "exp2": lambda x: mpf(2) ** x,
    "expm1": small_or(mpmath.expm1, half, sixth),
    "log": mpmath.log,
    "log1p": small_or(mpmath.log1p, -half, third),
    "log2": lambda x: mpmath.log(x) / mpmath.log(2),
    "log10": lambda x: mpmath.log(x) / mpmath.log(10),
    "cbrt": lambda x: mpmath.sign(x) * mpmath.cbrt(abs(x)),
    "sinh": small_or(mpmath.sinh, 0, sixth),
    "cosh": mpmath.cosh,
    "tanh": small_or(mpmath.tanh, 0, -third),
    "asinh": small_or(mpmath.asinh, 0, -sixth),
    "acosh": mpmath.acosh,
    "atanh": small_or(mpmath.atanh, 0, third),
}
BINARY = {
    "pow": lambda x, y: mpmath.exp(y * mpmath.log(abs(x))) * (-1 if x < 0 and y % 2 == 1 else 1),
    "hypot": lambda x, y: mpmath.sqrt(x * x + y * y),
}

# The domain and the interval in which the result is neither constant nor out of range.
DOMAIN = {
    "exp": (-746, 710),
    "exp2": (-1076, 1024),
    "expm1": (-40, 710),
    "log": (0, MAX),
    "log1p": (-1, MAX),
    "log2": (0, MAX),
    "log10": (0, MAX),
    "cbrt": (-MAX, MAX),
    "sinh": (-711, 711),
    "cosh": (-711, 711),
    "tanh": (-22, 22),
    "asinh": (-MAX, MAX),
    "acosh": (1, MAX),
    "atanh": (-1, 1),
}


def from_bits(bits):
    return struct.unpack("<d", struct.pack("<Q", bits))[0]


def to_bits(x):
    return struct.unpack("<Q", struct.pack("<d", x))[0]


def neighbours(x, reach):
    """x and doubles within reach units of it."""
    return [from_bits((to_bits(x) + i) % 2**64) for i in range(-reach, reach + 1)]


def any_bits(rng):
    return from_bits(rng.getrandbits(64))


def any_magnitude(rng, low, high):
    """Either sign, the exponent uniform in an interval."""
    return rng.choice((-1, 1)) * math.ldexp(1 + rng.random(), rng.randint(low, high))


def unary_arguments(name, rng, n):
    low, high = DOMAIN[name]
    yield from (any_bits(rng) for _ in range(n // 2))
    for _ in range(n):
        if high < 2000:
            yield rng.uniform(low, high)
        yield rng.uniform(max(low, -2), 2)
        yield rng.uniform(max(low, -20), min(high, 20))
        yield any_magnitude(rng, -60, 10)
        yield 1 + any_magnitude(rng, -53, -1)
        # Around the ends of the reduced intervals of exponentials and logarithms.
        yield (rng.randint(-40, 40) + 0.5) * math.log(2) * (1 + any_magnitude(rng, -53, -8))
        yield math.ldexp(math.sqrt(0.5), rng.randint(-3, 4)) * (1 + any_magnitude(rng, -53, -8))
        yield math.ldexp(math.sqrt(0.5), rng.randint(-3, 4)) * (1 + any_magnitude(rng, -53, -8)) - 1
    for _ in range(n // 8):
        yield any_magnitude(rng, -1074, -1020)
        yield any_magnitude(rng, 1000, 1022)
        yield -1 + abs(any_magnitude(rng, -53, -1))
        yield from_bits(rng.getrandbits(rng.randint(1, 52)))
        yield float(rng.randint(-1100, 1100))
        yield float(rng.randint(-1100, 1100)) ** 3
        if high < 2000:
            yield high * (1 - abs(any_magnitude(rng, -40, -8)))
            yield low * (1 - abs(any_magnitude(rng, -40, -8)))
            yield low * (1 - 0.06 * rng.random())
    for x in (MIN, NORMAL, MAX, 1.0, 0.5, 2.0, math.sqrt(2), math.sqrt(0.5)):
        yield from neighbours(x, 8)
        yield from neighbours(-x, 8)
    for x in (709.782712893384, -708.3964185322641, -745.1332191019412, 710.4758600739439):
        yield from neighbours(x, 20)
    for i in range(-323, 309, 4):
        yield float(f"1e{i}")
    for i in range(-1074, 1024, 16):
        yield math.ldexp(1, i)


def pow_arguments(rng, n):
    for _ in range(n):
        yield any_bits(rng), any_bits(rng)
        x = abs(any_bits(rng)) or 1.0
        if 0 < x < math.inf and x != 1:
            # A result anywhere in the range, and near its ends.
            for target in (rng.uniform(-746, 710), rng.uniform(708, 710), rng.uniform(-746, -700)):
                yield x, target / math.log(x)
        x = math.ldexp(1 + rng.random(), rng.randint(-3, 2))
        yield x, rng.uniform(-746, 710) / math.log(x) if x != 1 else 2.0
        yield x, rng.uniform(-50, 50)
        x = 1 + any_magnitude(rng, -52, -2)
        yield x, rng.uniform(-746, 710) / math.log(x) if x != 1 else 2.0
        x = math.ldexp(math.sqrt(0.5), rng.randint(-3, 4)) * (1 + any_magnitude(rng, -53, -8))
        yield x, rng.uniform(-746, 710) / math.log(x) if x != 1 else 2.0
        yield -rng.uniform(0, 100), float(rng.randint(-150, 150))
        yield float(rng.randint(1, 200)), float(rng.randint(-20, 20))
        yield rng.uniform(0, 1000), rng.choice((0.5, -0.5, 2.0, 3.0, -1.0, 1.5, 1 / 3))
        yield from_bits(rng.getrandbits(rng.randint(1, 52))), rng.uniform(-1, 1)


def hypot_arguments(rng, n):
    for _ in range(n):
        yield any_bits(rng), any_bits(rng)
        yield rng.uniform(-10, 10), rng.uniform(-10, 10)
        x = any_bits(rng)
        yield x, x * any_magnitude(rng, -30, 1)
        x = any_magnitude(rng, -1074, -1000)
        yield x, x * any_magnitude(rng, -5, 5)
        x = any_magnitude(rng, 1000, 1022)
        yield x, x * any_magnitude(rng, -5, 1)
        x = any_magnitude(rng, -434, -430)
        yield x, x * any_magnitude(rng, -5, 1)
        x = any_magnitude(rng, 496, 500)
        yield x, x * any_magnitude(rng, -5, 1)
        m, k = rng.randint(1, 1000), rng.randint(1, 1000)
        yield float(m * m - k * k), float(2 * m * k)


def rounded(value):
    """The nearest double's bits and the rest in units of its last place, or None."""
    if not mpmath.isfinite(value) or value == 0:
        return None
    _, exponent = mpmath.frexp(value)
    unit = max(int(exponent) - 53, -1074)
    scaled = mpmath.ldexp(value, -unit)
    nearest = int(mpmath.nint(scaled))
    if abs(nearest) == 2**53:
        unit, nearest = unit + 1, nearest // 2
        scaled /= 2
    if unit > 971:
        # Beyond the range: relative to the largest double, if near.
        nearest = int(mpmath.sign(value)) * (2**53 - 1)
        scaled, unit = mpmath.ldexp(value, -971), 971
        if abs(scaled) > 2**53 + 4:
            return None
    if nearest == 0:
        return None
    return to_bits(math.ldexp(nearest, unit)), float(scaled - nearest)


def write(path, arguments, function, domain):
    records = []
    for x in arguments:
        if not all(map(math.isfinite, x)) or not domain(*x):
            continue
        result = rounded(function(*map(mpf, x)))
        if result:
            records.append(b"".join(struct.pack("<d", v) for v in x) + struct.pack("<Qf", *result))
    with open(path, "wb") as file:
        file.write(b"".join(records))
    print(path, len(records))


def interesting(name, x):
    low, high = DOMAIN[name]
    return low <= x <= high and x != 0 and not (low == 0 and x < 0)


def pow_domain(x, y):
    if x == 0 or x < 0 and y != int(y):
        return False
    return abs(x) != 1 and abs(y * math.log(abs(x))) < 750


def main():
    directory = sys.argv[1]
    scale = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    seed = sys.argv[3] if len(sys.argv) > 3 else "vmath"
    for name, function in UNARY.items():
        rng = random.Random(seed + name)
        arguments = ((x,) for x in unary_arguments(name, rng, 500 * scale))
        write(f"{directory}/{name}.bin", arguments, function, lambda x: interesting(name, x))
    arguments = pow_arguments(random.Random(seed + "pow"), 400 * scale)
    write(f"{directory}/pow.bin", arguments, BINARY["pow"], pow_domain)
    arguments = hypot_arguments(random.Random(seed + "hypot"), 500 * scale)
    write(f"{directory}/hypot.bin", arguments, BINARY["hypot"], lambda x, y: True)


if __name__ == "__main__":
    main()
