"""Writes expressions.jsonl: random expressions over arrays with the values NumPy gives them.

    python3 -m venv venv && venv/bin/pip install numpy
    venv/bin/python tests/oracle/expressions.py [SEED FILE COUNT]

Written with NumPy 2.4. `tests/tests/expressions.rs` runs the expressions on every tier. Each line is one:

    p  the operands: names and the formulas that make them
    s  statements before the expression, if any
    e  the expression
    u  the same with every part in `eval(...)`, so that nothing is computed together (long arrays)
    m  true: all parts work element by element, so that numbers give what arrays give
    x  the kind of the error, or
    d  dtype, h shape (none: a number), v elements as text; of a long array, elements at even steps,
    t  and the sum of those that are finite
    r  how far a value may be off, relative to itself; a: relative to the greatest; without both, not a bit
    rt the same for the sum

Our rules for types and errors are modelled here: a number beside an array is weak, integers are checked.
How far a value may be off is measured: the expression is computed again with the result of each operation
that IEEE 754 does not define to the last bit moved by the error allowed to it (`ULPS` and the reductions
below). An expression whose value then changes by much, or at all if it is of integers or bools, is left out.
"""

import json
import math
import pathlib
import re
import sys
import warnings
from fractions import Fraction

import numpy as np

warnings.simplefilter("ignore")
np.seterr(all="ignore")
SEED = int(sys.argv[1]) if len(sys.argv) > 1 else 2026
OUTPUT = pathlib.Path(sys.argv[2]) if len(sys.argv) > 2 else pathlib.Path(__file__).parent / "expressions.jsonl"
COUNT = int(sys.argv[3]) if len(sys.argv) > 3 else 3600
LONG_SHARE = 0.03
MAP_SHARE = 0.1
TRIALS = 8
SAMPLED = 24  # Longer results are shown by some elements and their sum.

rng = np.random.default_rng(SEED)
DTYPES = {
    "bool": np.bool_, "u8": np.uint8, "i32": np.int32, "int": np.int64,
    "f32": np.float32, "float": np.float64, "complex": np.complex128,
}
NAMES = {np.dtype(t): n for n, t in DTYPES.items()}
ORDER = list(DTYPES)
INTS = ("u8", "i32", "int")
WHOLE = ("bool", *INTS)
REALS = (*WHOLE, "f32", "float")
FLOATS = ("f32", "float", "complex")
LIMITS = {"u8": (0, 255), "i32": (-2**31, 2**31 - 1), "int": (-2**63, 2**63 - 1)}


class Fails(Exception):
    """The expression has this kind of error, and this part of it fails."""

    node = None


class Discard(Exception):
    """The expression is of no use here."""


class Value:
    """An array, a number, or a literal, which is weak beside a number too."""

    __slots__ = ("a", "rank")

    def __init__(self, a, rank="array"):
        self.a = np.asarray(a)
        self.rank = rank
        if self.a.dtype.kind == "c" and not np.isfinite(self.a).all():
            raise Discard  # Special values of complex numbers vary with the platform.
        if self.a.ndim == 0 and rank == "array":
            raise Discard

    @property
    def d(self):
        return NAMES[self.a.dtype]

    @property
    def shape(self):
        return self.a.shape


def element(a):
    """A number taken out of an array: small integers become int."""
    a = np.asarray(a)
    return Value(a.astype(np.int64) if a.dtype.kind in "iu" else a, "number")


def reduced(a):
    return element(a) if np.ndim(a) == 0 else Value(a)


# Types ------------------------------------------------------------------------------------------

def promoted(a, b):
    low, high = sorted((a, b), key=ORDER.index)
    return "float" if high == "f32" and low in ("i32", "int") else high


def kind(d):
    return 0 if d == "bool" else 1 if d in INTS else 2 if d in ("f32", "float") else 3


WEAKNESS = {"array": 0, "number": 1, "literal": 2}


def meet(x, y):
    """The dtype of two operands, and the rank of the result."""
    if WEAKNESS[x.rank] > WEAKNESS[y.rank]:
        x, y = y, x
    if x.rank == y.rank or kind(y.d) > kind(x.d):
        return promoted(x.d, y.d), x.rank
    return x.d, x.rank


def cast(x, d):
    """An operand in the dtype of the operation; a weak number has to fit."""
    if d in INTS and x.rank != "array" and x.d in INTS and not LIMITS[d][0] <= int(x.a) <= LIMITS[d][1]:
        raise Fails("OverflowError")
    return x.a.astype(DTYPES[d])


def broadcast(*operands):
    try:
        np.broadcast_shapes(*(x.shape for x in operands))
    except ValueError:
        raise Fails("ShapeError")


def result(a, rank):
    return Value(a, "number" if rank == "literal" else rank)


def fits(a, d):
    """Whole numbers, in Python's own or in int64, as an array of the dtype."""
    a = np.asarray(a)
    low, high = LIMITS[d]
    if a.size and not (low <= a.min() and a.max() <= high):
        raise Fails("OverflowError")
    return a.astype(DTYPES[d])


# What is not exact ------------------------------------------------------------------------------

class Noise:
    """Moves results by the error allowed to them: up, down, or either way from the third trial on."""

    def __init__(self, trial):
        self.trial = trial
        self.rng = np.random.default_rng([SEED, trial])

    def sign(self, a):
        if self.trial < 2:
            return np.full(np.shape(a), 1.0 - 2.0 * self.trial)
        return self.rng.choice([-1.0, 1.0], size=np.shape(a))

    def moved(self, a, scale):
        a = np.asarray(a)
        scale = np.where(np.isfinite(scale), scale, 0.0)
        if a.dtype.kind == "c":
            return a + self.sign(a) * scale + 1j * (self.sign(a) * scale)
        r = a.astype(np.float64) + self.sign(a) * scale
        return np.where(scale > 0, r, a).astype(a.dtype)

    def zeros(self, a):
        """The order of operands decides which zero is the lesser one, or the sum."""
        a = np.asarray(a)
        if a.dtype.kind == "c":
            r = np.array(a)
            r.real, r.imag = self.zeros(a.real), self.zeros(a.imag)
            return r
        return np.where(a == 0, np.copysign(0.0, self.sign(a)), a).astype(a.dtype) if a.dtype.kind == "f" else a


class Exact:
    def moved(self, a, _scale):
        return np.asarray(a)

    def zeros(self, a):
        return np.asarray(a)


EXACT = Exact()


def eps(d):
    return 2.0**-23 if d == "f32" else 2.0**-52


def off(noise, a, ulps):
    """A result that may be off by so many units in the last place of its size."""
    return noise.moved(a, ulps * eps(NAMES[np.asarray(a).dtype]) * np.abs(a)) if ulps else np.asarray(a)


# Operators --------------------------------------------------------------------------------------

def exact_int(op, x, y):
    if op in ("//", "%"):
        if y == 0:
            raise Fails("OverflowError")
        return x // y if op == "//" else x % y
    if y < 0:
        raise Fails("ValueError")
    if op == "^":
        return x**y if abs(x) <= 1 or y <= 64 else 2**70
    return x << min(y, 70) if op == "<<" else x >> min(y, 70)


CHECKED = ("+", "-", "*", "//", "%", "^", "<<", ">>")
ARITHMETIC = {"+": np.add, "-": np.subtract, "*": np.multiply}
FLOATING = {
    **ARITHMETIC, "/": np.divide, "//": np.floor_divide, "%": np.remainder, "^": np.power,
    "min": np.minimum, "max": np.maximum, "hypot": np.hypot, "atan2": np.arctan2,
}
COMPARE = {"==": np.equal, "!=": np.not_equal, "<": np.less, "<=": np.less_equal, ">": np.greater, ">=": np.greater_equal}
BITS = {"&": np.bitwise_and, "|": np.bitwise_or, "xor": np.bitwise_xor}
WRAPPING = {"wrapping_add": np.add, "wrapping_sub": np.subtract, "wrapping_mul": np.multiply}
NO_COMPLEX = ("//", "%", "min", "max", "hypot", "atan2", "<", "<=", ">", ">=")
ULPS = {"^": 4, "hypot": 2, "atan2": 4}
COMPLEX_ULPS = {"*": 2, "/": 4, "^": 64}


def binary(op):
    def run(noise, x, y):
        d, rank = meet(x, y)
        if d == "complex" and op in NO_COMPLEX:
            raise Fails("TypeError")
        if op in BITS or op in WRAPPING or op in ("<<", ">>"):
            if d not in (WHOLE if op in BITS else INTS):
                raise Discard
        broadcast(x, y)
        if op in COMPARE:
            d = "int" if d in INTS else d
            return result(COMPARE[op](x.a.astype(DTYPES[d]), y.a.astype(DTYPES[d])), rank)
        if d == "bool" and op in CHECKED:
            d = "int"
        if d in WHOLE and op in ("/", "hypot", "atan2"):
            d = "float"
        a, b = cast(x, d), cast(y, d)
        if op in BITS or op in WRAPPING:
            return result((BITS.get(op) or WRAPPING[op])(a, b), rank)
        if d in INTS and op in CHECKED:
            return result(whole(op, a, b, d), rank)
        if op == "^":  # NumPy takes the root for one exponent of 0.5, which differs from a power at -inf.
            a, b = (np.array(v) for v in np.broadcast_arrays(a, b))
        if d == "f32" and op in ("^", "hypot", "atan2"):
            r = FLOATING[op](a.astype(np.float64), b.astype(np.float64)).astype(np.float32)
        else:
            r = FLOATING[op](a, b)
        r = off(noise, r, (COMPLEX_ULPS if d == "complex" else ULPS).get(op, 0))
        return result(noise.zeros(r) if op in ("min", "max") else r, rank)
    return run


def whole(op, a, b, d):
    a, b = np.broadcast_arrays(a, b)
    if op in ARITHMETIC:
        reach = FLOATING[op](np.abs(a.astype(float)), np.abs(b.astype(float)) * (-1 if op == "-" else 1))
        wide = object if reach.size and reach.max() > 2.0**62 else np.int64
        return fits(ARITHMETIC[op](a.astype(wide), b.astype(wide)), d)
    if a.size > 100_000:
        raise Discard
    numbers = [exact_int(op, int(p), int(q)) for p, q in zip(a.ravel(), b.ravel())]
    return fits(np.array(numbers, dtype=object).reshape(a.shape), d)


UNARY = {
    "-": np.negative, "abs": np.abs, "sign": np.sign, "floor": np.floor, "ceil": np.ceil, "round": np.rint,
    "trunc": np.trunc, "sqrt": np.sqrt, "cbrt": np.cbrt, "exp": np.exp, "exp2": np.exp2, "expm1": np.expm1,
    "log": np.log, "log1p": np.log1p, "log2": np.log2, "log10": np.log10, "sin": np.sin, "cos": np.cos,
    "tan": np.tan, "asin": np.arcsin, "acos": np.arccos, "atan": np.arctan, "sinh": np.sinh, "cosh": np.cosh,
    "tanh": np.tanh, "asinh": np.arcsinh, "acosh": np.arccosh, "atanh": np.arctanh,
    "erf": np.vectorize(math.erf, otypes=[float]), "erfc": np.vectorize(math.erfc, otypes=[float]),
    "isnan": np.isnan, "isinf": np.isinf, "isfinite": np.isfinite, "real": np.real, "imag": np.imag,
    "conj": np.conj, "angle": np.angle, "radians": np.radians, "degrees": np.degrees, "~": np.invert,
}
TYPE_STAYS = ("-", "abs", "sign", "floor", "ceil", "round", "trunc", "isnan", "isinf", "isfinite", "real", "imag", "conj", "~")
ROUNDED = (*TYPE_STAYS, "sqrt")
REAL_ONLY = ("floor", "ceil", "round", "trunc", "cbrt", "erf", "erfc")
# NumPy's own results are off by more for these, or it has none.
NO_COMPLEX_FUNCTION = ("log1p", "expm1", "exp2", "log2", "radians", "degrees")


def unary(op):
    def run(noise, x):
        a, d = x.a, x.d
        if d == "complex" and op in REAL_ONLY:
            raise Fails("TypeError")
        if op == "~" and d not in WHOLE or d == "complex" and op in NO_COMPLEX_FUNCTION:
            raise Discard
        if d == "bool" and op in ("-", "abs", "sign"):
            a = a.astype(np.int64)
        elif d in WHOLE and op not in TYPE_STAYS:
            a = a.astype(np.float64)
        if a.dtype.kind in "biu" and op in ("floor", "ceil", "round", "trunc", "real", "conj"):
            return Value(a, x.rank)
        if op in ("-", "abs") and a.dtype.kind in "iu":
            return result(fits(UNARY[op](a.astype(object)), NAMES[a.dtype]), x.rank)
        if op == "imag" and d != "complex":
            return result(np.zeros_like(a), x.rank)
        if a.dtype == np.float32 and op not in ROUNDED:
            r = np.asarray(UNARY[op](a.astype(np.float64))).astype(np.float32)
        else:
            r = np.asarray(UNARY[op](a))
        if d == "complex":
            ulps = {"abs": 2, "angle": 4}.get(op, 0 if op in TYPE_STAYS and op != "sign" else 32)
            if ulps == 32 and a.size and np.abs(a).max() > 50:
                raise Discard
        else:
            ulps = 0 if op in ROUNDED else 8
        return result(off(noise, r, ulps), x.rank)
    return run


def fused_multiply_add(x, y, z):
    if not all(map(math.isfinite, (x, y, z))):
        return x * y + z
    exact = Fraction(x) * Fraction(y) + Fraction(z)
    if abs(exact) >= 2**1024 - 2**970:
        return math.copysign(math.inf, exact)
    return float(exact) if exact else x * y + z


def fma(_noise, x, y, z):
    if any(v.d != "float" or v.rank == "literal" for v in (x, y, z)):
        raise Discard
    broadcast(x, y, z)
    rank = "array" if "array" in (x.rank, y.rank, z.rank) else "number"
    return result(np.vectorize(fused_multiply_add, otypes=[float])(x.a, y.a, z.a), rank)


def rounded(digits):
    def run(_noise, x):
        if x.d not in ("f32", "float"):
            raise Discard
        return result(np.round(x.a, digits), x.rank)
    return run


def where(_noise, c, x, y):
    if c.d != "bool" or c.rank != "array":
        raise Discard
    broadcast(c, x, y)
    d, _ = meet(x, y)
    return Value(np.where(c.a, cast(x, d), cast(y, d)))


def isclose(_noise, x, y):
    broadcast(x, y)
    if x.rank != "array" or y.d == "complex" or x.d == "complex":
        raise Discard
    return Value(np.isclose(x.a.astype(float), y.a.astype(float), rtol=0.1))


def divided(op):
    def run(noise, x, y):
        if "complex" in (x.d, y.d) or "literal" in (x.rank, y.rank) or "array" not in (x.rank, y.rank):
            raise Discard
        other = binary("%" if op == "//" else "//")
        other(noise, x, y)
        return binary(op)(noise, x, y)
    return run


def clamp(noise, x, low, high):
    return binary("min")(noise, binary("max")(noise, x, low), high)


def astype(to):
    def run(_noise, x):
        a = x.a
        if x.rank != "array" or x.d == "complex" and to != "complex":
            raise Discard
        if to in INTS and x.d in ("f32", "float"):
            if not np.isfinite(a).all() or np.abs(a).max(initial=0) > 2.0**62:
                raise Discard
            return Value(fits(np.trunc(a).astype(np.int64), to))
        return Value(fits(a, to) if to in INTS else a.astype(DTYPES[to]))
    return run


# Reductions -------------------------------------------------------------------------------------

def steps(n):
    return 4 + n if n <= 64 else 68 + 8 * math.log2(n)


def reduction(op, axis, keep, extra=None):
    def run(noise, x):
        if x.rank != "array":
            raise Discard
        a, d = x.a, x.d
        axes = tuple(range(a.ndim)) if axis is None else axis if isinstance(axis, tuple) else (axis,)
        n = math.prod(a.shape[k] for k in axes)
        how = {"axis": axis, "keepdims": keep}
        if op in ("any", "all"):
            if d != "bool":
                raise Discard
            return reduced(getattr(np, op)(a, **how))
        if op in ("min", "max", "argmin", "argmax", "median", "quantile") and (d == "complex" or n == 0 or a.size == 0):
            raise Discard
        if op in ("min", "max"):
            return reduced(noise.zeros(getattr(np, op)(a, **how)))
        if op in ("argmin", "argmax"):
            if isinstance(axis, tuple):
                raise Discard
            return reduced(np.asarray(getattr(np, op)(a, **how), dtype=np.int64))
        if op in ("sum", "prod") and d in WHOLE:
            wide = object if np.abs(a.astype(float)).sum() > 2.0**60 or op == "prod" else np.int64
            exact = np.asarray(getattr(np, op)(a.astype(wide), **how))
            return reduced(fits(exact if exact.size else exact.astype(np.int64), "int"))
        out = "float" if d in WHOLE else d
        a = a.astype(np.complex128 if d == "complex" else np.float64)
        with_size = np.abs(a)
        if op == "sum":
            scale = steps(n) * with_size.sum(**how)
            r = a.sum(**how)
        elif op == "prod":
            # What overflows on the way to 0 depends on the order.
            if not np.abs(np.log2(with_size, where=with_size > 0, out=np.zeros(a.shape))).sum() < 900:
                raise Discard
            r = a.prod(**how)
            scale = 2 * steps(n) * np.abs(r)
        elif op == "mean":
            scale = steps(n) * with_size.mean(**how)
            r = a.mean(**how)
        elif op in ("var", "std"):
            if n == 0 or n <= extra or not np.isfinite(a).all():
                raise Discard
            r = a.var(ddof=extra, **how)
            scale = steps(n) * (4 * r + eps(out) * with_size.max(initial=0) ** 2)
            out = "float" if d == "complex" else out
            if op == "std":
                moved = noise.moved(r, eps(out) * scale)
                return reduced(off(noise, np.sqrt(np.abs(moved)).astype(DTYPES[out]), 1))
        elif op in ("median", "quantile"):
            if not np.isfinite(a).all():
                raise Discard
            r = np.median(a, **how) if op == "median" else np.quantile(a, extra, **how)
            scale = 4 * with_size.max(**how) if op == "quantile" else 2 * np.abs(r)
        else:
            if n == 0 or not np.isfinite(a).all() or with_size.max(initial=0) > 1e15:
                raise Discard
            r = np.sqrt((with_size**2).sum(**how))
            scale = steps(n) * r
            out = "float" if d == "complex" else out
        r = noise.moved(np.asarray(r).astype(DTYPES[out]), eps(out) * scale)
        return reduced(noise.zeros(r))
    return run


def cumulative(op, axis):
    def run(noise, x):
        if x.rank != "array":
            raise Discard
        if x.d in WHOLE:
            total = getattr(np, op)(x.a.astype(object), axis=axis)
            return Value(fits(total, "int") if total.size else total.astype(np.int64))
        r = getattr(np, op)(x.a, axis=axis)
        return Value(off(noise, r, 2 * r.size if x.d == "complex" and op == "cumprod" else 0))
    return run


def product(noise, x, y):
    if x.rank != "array" or y.rank != "array":
        raise Discard
    d = promoted(x.d, y.d)
    if d in ("bool", "u8"):
        raise Discard
    if x.shape[-1] != y.shape[-2 if len(y.shape) > 1 else 0]:
        raise Fails("ShapeError")
    a, b = x.a.astype(DTYPES[d]), y.a.astype(DTYPES[d])
    if d in INTS:
        if np.abs(a.astype(float)).max(initial=0) * np.abs(b.astype(float)).max(initial=0) > 2.0**45:
            raise Discard
        return reduced(fits(np.asarray(np.matmul(a.astype(np.int64), b.astype(np.int64))), d))
    wide = np.complex128 if d == "complex" else np.float64
    a, b = a.astype(wide), b.astype(wide)
    if not (np.isfinite(a).all() and np.isfinite(b).all()):
        raise Discard
    r = np.asarray(np.matmul(a, b)).astype(DTYPES[d])
    scale = steps(x.shape[-1]) * eps(d) * np.matmul(np.abs(a), np.abs(b))
    return reduced(noise.zeros(noise.moved(r, scale)))


# Nodes ------------------------------------------------------------------------------------------

class Node:
    """A part of an expression: how it is written, how it is computed, and its value."""

    def __init__(self, run, text, *args):
        self.run, self.text, self.args = run, text, args
        try:
            self.v = run(EXACT, *(arg.v for arg in args)) if run else None
        except Fails as error:
            error.node = error.node or self
            raise

    def write(self, alone=False):
        if not self.args:
            return self.text
        written = self.text.format(*(arg.write(alone) for arg in self.args))
        return f"eval{written}" if alone and written.startswith("(") else f"eval({written})" if alone else written

    def again(self, noise, known):
        """The value with what is not exact moved."""
        if not self.run:
            return self.v
        if id(self) not in known:
            known[id(self)] = self.run(noise, *(arg.again(noise, known) for arg in self.args))
        return known[id(self)]


class Named(Node):
    """A node that a statement gave a name."""

    def __init__(self, name, node):
        self.run, self.text, self.args, self.v = True, name, (), node.v
        self.node = node

    def again(self, noise, known):
        return self.node.again(noise, known)


def leaf(name, value):
    node = Node(None, name)
    node.v = value
    return node


# Operands ---------------------------------------------------------------------------------------

def pick(choices):
    return choices[int(rng.integers(0, len(choices)))]


def chance(p):
    return rng.random() < p


def formula(d, n):
    """An array of n elements, as text and as a value."""
    k, m = pick([1, 3, 5, 7, 9, 37]), pick([2, 4, 6, 8, 10, 11, 17, 101])
    i = np.arange(n, dtype=np.int64) * k % m
    index = f"arange({n}) * {k} % {m}"
    if d == "bool":
        limit = m // 2
        return f"({index} > {limit})", i > limit
    if d == "u8":
        return f"({index}).astype(u8)", i.astype(np.uint8)
    if d in ("i32", "int"):
        shift = int(rng.integers(0, m))
        text, a = f"({index} - {shift})", i - shift
        if chance(0.1):
            factor = pick([1 << 20, 10**6]) if d == "i32" else pick([10**9, 1 << 40, 10**16])
            text, a = f"({text} * {factor})", a * factor
        return (f"{text}.astype(i32)", a.astype(np.int32)) if d == "i32" else (text, a)
    factor, shift = pick([0.25, 0.5, 0.125, 0.37, 0.7]), pick([0.0, 0.5, 1.0, 1.25, 2.0])
    text, a = f"({index} * {factor} - {shift})", i * factor - shift
    roll = rng.random()
    if roll < 0.06:
        special, value = pick([("nan", np.nan), ("inf", np.inf), ("-inf", -np.inf), ("-0.0", -0.0)])
        where_ = int(rng.integers(0, 5))
        if d != "complex":
            text = f"where(arange({n}) % 5 == {where_}, {special}, {text})"
            a = np.where(np.arange(n) % 5 == where_, value, a)
    elif roll < 0.1 and d == "float":
        large = pick([1e150, 1e-200, 1e300, 2e-308])
        text, a = f"({text} * {large!r})", a * large
    if d == "f32":
        return f"{text}.astype(f32)", a.astype(np.float32)
    if d == "complex":
        j, l = pick([3, 5, 7]), pick([4, 6, 9])
        return f"({text} + (arange({n}) * {j} % {l} - 2) * 0.5i)", a + (np.arange(n) * j % l - 2) * 0.5j
    return text, a


def view(d, shape):
    """An array of this shape with some order of its elements in memory."""
    rank = len(shape)
    if rank and math.prod(shape) <= 6 and chance(0.12) and math.prod(shape) and d in ("int", "float", "bool"):
        a = formula(d, math.prod(shape))[1].reshape(shape)
        if np.isfinite(a).all():
            return literal_array(a), a
    index, base = [], []
    plain = chance(0.4)
    for n in shape:
        roll = rng.random()
        if plain or roll < 0.5:
            index.append(slice(None))
            base.append(n)
        elif roll < 0.65:
            index.append(slice(1, None, 2))
            base.append(2 * n + 1)
        elif roll < 0.8:
            index.append(slice(1, n + 1))
            base.append(n + 2)
        else:
            index.append(slice(None, None, -1))
            base.append(n)
    text, a = formula(d, math.prod(base))
    if rank != 1:
        order = list(map(int, rng.permutation(rank))) if not plain and chance(0.6) else list(range(rank))
        stored = [0] * rank
        for position, axis in enumerate(order):
            stored[axis] = base[position]
        text, a = f"{text}.reshape({tuple(stored)})", a.reshape(stored)
        if order != sorted(order):
            text = f"{text}.T" if order == sorted(order, reverse=True) else f"{text}.transpose({tuple(order)})"
            a = a.transpose(order)
    if any(i != slice(None) for i in index):
        text, a = f"{text}[{index_text(index)}]", a[tuple(index)]
    assert a.shape == tuple(shape)
    return text, a


def literal_array(a):
    return literal(a) if a.ndim == 0 else "[" + ", ".join(map(literal_array, a)) + "]"


def literal(x):
    x = x.item()
    return str(x).lower() if isinstance(x, bool) else repr(x)


def index_text(index):
    return ", ".join(map(one_index_text, index))


def one_index_text(i):
    if i is None:
        return "newaxis"
    if i is Ellipsis:
        return "..."
    if isinstance(i, np.ndarray):
        return literal_array(i)
    if not isinstance(i, slice):
        return str(i)
    start, stop = ("" if end is None else str(end) for end in (i.start, i.stop))
    return f"{start}..{stop}" + ("" if i.step in (None, 1) else f" by {i.step}")


class Program:
    """One expression in the making."""

    def __init__(self, long):
        self.long = long
        self.operands = []
        self.statements = []
        self.reusable = []

    def shape(self):
        if self.long:
            n = int(rng.integers(10_000, 70_000))
            columns = int(rng.integers(2, 300))
            return (n,) if chance(0.5) else (n // columns, columns)
        rank = pick([1, 1, 1, 2, 2, 2, 3, 3, 4])
        return tuple(0 if chance(0.02) else int(rng.integers(1, 5 if rank > 1 else 9)) for _ in range(rank))

    def operand(self, d=None, shape=None):
        alike = [x for x in self.reusable if (d is None or x.v.d == d) and (shape is None or x.v.shape == shape)]
        if alike and chance(0.35):
            return pick(alike)
        d = d or pick([*ORDER, "int", "float"])
        text, a = view(d, self.shape() if shape is None else shape)
        name = f"a{len(self.operands)}"
        self.operands.append((name, text))
        self.reusable.append(leaf(name, Value(a)))
        return self.reusable[-1]

    def named(self, node):
        name = f"t{len(self.statements)}"
        self.statements.append((name, [f"let {name} = {node.write()}"], [f"let {name} = {node.write(alone=True)}"]))
        self.reusable.append(Named(name, node))
        return self.reusable[-1]

    def assigned(self, node, index, op, value):
        """A copy that is changed at some places."""
        def run(noise, x, v):
            a = x.a.copy()
            new = v if op == "=" else binary(op[:-1])(noise, Value(np.asarray(a[index]), "array" if np.ndim(a[index]) else "number"), v)
            if new.d != x.d or x.rank != "array" or x.d != v.d and v.rank == "array":
                raise Discard
            try:
                a[index] = new.a
            except ValueError:
                raise Discard
            return Value(a)
        made = Node(run, "", node, value)
        name = f"t{len(self.statements)}"
        place = f"{name}[{index_text(index)}]"
        lines = [[f"mut {name} = {node.write(alone)}", f"{place} {op} {value.write(alone)}"] for alone in (False, True)]
        self.statements.append((name, *lines))
        return Named(name, made)

    def updated(self, node, op, value):
        """A variable that is assigned anew, which may happen in place."""
        made = Node(binary(op), "", node, value)
        name = f"t{len(self.statements)}"
        change = pick([f"{name} = {name} {op} {{}}", f"{name} {op}= {{}}"])
        lines = [[f"mut {name} = {node.write(alone)}", change.format(value.write(alone))] for alone in (False, True)]
        self.statements.append((name, *lines))
        return Named(name, made)

    def masked(self, node, compare, limit, op, value):
        """A copy that is changed where a comparison holds."""
        def run(noise, x, limit, v):
            if x.rank != "array" or v.rank == "array":
                raise Discard
            mask = binary(compare)(noise, x, limit).a
            new = v if op == "=" else binary(op[:-1])(noise, Value(x.a[mask]), v)
            if new.d != x.d:
                raise Discard
            a = x.a.copy()
            a[mask] = new.a
            return Value(a)
        made = Node(run, "", node, limit, value)
        name = f"t{len(self.statements)}"
        change = f"{name}[{name} {compare} {limit.write()}] {op} {value.write()}"
        lines = [[f"mut {name} = {node.write(alone)}", change] for alone in (False, True)]
        self.statements.append((name, *lines))
        return Named(name, made)


# Expressions ------------------------------------------------------------------------------------

LITERALS = {
    "int": ["2", "3", "1", "-1", "0", "7", "-2", "5"], "float": ["0.5", "2.5", "-1.25", "0.1", "3.0", "-0.5"],
    "complex": ["2i", "0.5i"],
}


def number(p, literals=0.8):
    d = pick(["int", "int", "float", "float", "float", "complex"] if chance(0.15) else ["int", "float"])
    text = pick(LITERALS[d])
    value = np.asarray(complex(text.replace("i", "j")) if d == "complex" else int(text) if d == "int" else float(text))
    if chance(literals):
        return leaf(f"({text})" if text[0] == "-" else text, Value(value, "literal"))
    if d == "float" and chance(0.4):
        return leaf(f"f32({text})", Value(value.astype(np.float32), "number"))
    name = f"a{len(p.operands)}"
    p.operands.append((name, text))
    return leaf(name, Value(value, "number"))


def stretched(shape):
    """A shape that broadcasts to this one."""
    cut = int(rng.integers(0, len(shape))) if chance(0.3) and shape else 0
    return tuple(1 if chance(0.15) else n for n in shape[cut:])


def partner(p, x, depth, numbers=0.35, d=None):
    if x.v.rank != "array":
        return number(p) if chance(0.5) else grown(p, depth)
    if d is None and chance(numbers):
        return number(p)
    if d is None and depth > 0 and chance(0.5):
        y = grown(p, depth)
        try:
            np.broadcast_shapes(x.v.shape, y.v.shape)
            if p.long or np.broadcast(x.v.a, y.v.a).size < 500:
                return y
        except ValueError:
            pass
    if chance(0.012):
        return p.operand(d)
    return p.operand(d, stretched(x.v.shape))


def condition(p, x, depth):
    """A bool array that broadcasts with x."""
    if chance(0.3):
        return p.operand("bool", stretched(x.v.shape))
    return compared(p, x, depth)


def compared(p, x, depth):
    op = pick(["==", "!=", "<", "<=", ">", ">="])
    if chance(0.06):
        return Node(isclose, "isclose({}, {}, rtol: 0.1)", x, partner(p, x, depth, 0.6))
    return Node(binary(op), f"({{}} {op} {{}})", x, partner(p, x, depth, 0.6))


def elementwise(p, x, depth):
    roll = rng.random()
    if roll < 0.42:
        op = pick(["+", "-", "*", "+", "-", "*", "/", "//", "%", "^", "<<", ">>"])
        if op in ("^", "<<", ">>") and x.v.d in WHOLE:
            y = leaf(pick(["2", "3", "1", "0"]), None)
            y.v = Value(np.asarray(int(y.text)), "literal")
            return Node(binary(op), f"({{}} {op} {{}})", x, y)
        y = partner(p, x, depth)
        sides = (x, y) if chance(0.6) else (y, x)
        if op in ("//", "%") and chance(0.2):
            return Node(divided(op), f"divmod({{}}, {{}})[{'//%'.index(op) // 2}]", *sides)
        if op == "^" and chance(0.3):
            return Node(binary(op), "pow({}, {})", *sides)
        return Node(binary(op), f"({{}} {op} {{}})", *sides)
    if roll < 0.50:
        return compared(p, x, depth)
    if roll < 0.74:
        if chance(0.06):
            digits = pick([1, 2, 3])
            return Node(rounded(digits), f"round({{}}, {digits})", x)
        op = pick(list(TYPE_STAYS if chance(0.4) else UNARY))
        return Node(unary(op), f"({op}{{}})" if op in "-~" else f"{op}({{}})", x)
    if roll < 0.80:
        op = pick(["min", "max", "hypot", "atan2"])
        return Node(binary(op), f"{op}({{}}, {{}})", x, partner(p, x, depth))
    if roll < 0.86:
        c = condition(p, x, depth - 1)
        return Node(where, "where({}, {}, {})", c, x, partner(p, x, depth))
    if roll < 0.89:
        if chance(0.3) and x.v.d != "complex" and x.v.rank == "array":
            low, high = (p.operand(x.v.d, stretched(x.v.shape)) for _ in range(2))
            return Node(clamp, "clamp({}, {}, {})", x, low, high)
        return Node(clamp, "clamp({}, {}, {})", x, *(leaf(t, Value(np.asarray(v), "literal")) for t, v in pick(
            [[("(-1)", -1), ("3", 3)], [("0", 0), ("2.5", 2.5)], [("0.25", 0.25), ("0.75", 0.75)], [("1", 1), ("5", 5)]])))
    if roll < 0.92:
        if x.v.d in WHOLE:
            op = pick([*BITS, *BITS, *(WRAPPING if x.v.d != "bool" else BITS)])
            y = partner(p, x, depth, 0, x.v.d if chance(0.7) else pick(["bool", *INTS]) if op in BITS else pick(INTS))
            return Node(binary(op), f"({{}} {op} {{}})" if op in BITS else f"{op}({{}}, {{}})", x, y)
        return Node(fma, "fma({}, {}, {})", x, partner(p, x, depth, 0, "float"), partner(p, x, depth, 0, "float"))
    to = pick(ORDER)
    return Node(astype(to), f"{{}}.astype({to})" if chance(0.5) else f"{to}({{}})", x)


def axes_of(x):
    rank = x.v.a.ndim
    if rank == 0:
        raise Discard
    if chance(0.2):
        return None
    if chance(0.75):
        return int(rng.integers(-rank, rank))
    return tuple(sorted(map(int, rng.choice(rank, size=int(rng.integers(1, rank + 1)), replace=False))))


def summary(p, x):
    op = pick(["sum", "sum", "mean", "prod", "var", "std", "min", "max", "argmin", "argmax", "any", "all", "median", "quantile", "norm"])
    if x.v.d == "bool" and chance(0.5):
        op = pick(["any", "all", "sum"])
    axis, keep = axes_of(x), chance(0.3)
    extra = None
    named = ""
    if op in ("var", "std"):
        extra = int(chance(0.4))
        named = f", ddof: {extra}" if extra else ""
    if op == "quantile":
        extra = pick([0.25, 0.5, 0.1, 0.9])
        named = f", {extra}"
    named += "" if axis is None else f", axis: {axis}"
    named += ", keepdims: true" if keep else ""
    return Node(reduction(op, axis, keep, extra), f"{op}({{}}{named})" if chance(0.7) or not named else f"{{}}.{op}({named[2:]})", x)


def plain(f):
    """An operation on one array that moves elements."""
    def run(_noise, x):
        if x.rank != "array":
            raise Discard
        return Value(f(x.a))
    return run


def random_index(shape, advanced):
    index, axis, common = [], 0, int(rng.integers(1, 4))
    while axis < len(shape):
        n, roll = shape[axis], rng.random()
        if roll < 0.07:
            index.append(None)
            continue
        if roll < 0.13 and Ellipsis not in [i for i in index if i is Ellipsis]:
            index.append(Ellipsis)
            break
        if roll < 0.3 and n > 0:
            index.append(int(rng.integers(-n, n)))
        elif advanced and roll < 0.5 and 0 < n < 50:
            index.append(rng.integers(-n, n, size=(common,) if chance(0.7) else (2, common) if chance(0.5) else (1,)))
        elif advanced and roll < 0.58 and 0 < n < 12:
            index.append(rng.random(n) < 0.5)
        else:
            bound = lambda: None if chance(0.4) else int(rng.integers(-n - 1, n + 2))
            index.append(slice(bound(), bound(), pick([1, 1, 1, 2, 3, -1, -2])))
        axis += 1
        if chance(0.1):
            break
    return tuple(index)


def indexed(p, x, depth):
    if x.v.rank != "array":
        raise Discard
    if chance(0.2) and depth > 0:
        c = compared(p, x, 0)
        def run(_noise, x, c):
            if c.shape != x.shape or x.rank != "array":
                raise Discard
            return Value(x.a[c.a])
        return Node(run, "{}[{}]", x, c)
    index = random_index(x.v.shape, chance(0.4))
    if chance(0.01):
        index = (x.v.shape[0], *index[1:]) if index else ()
    def run(_noise, x):
        try:
            r = x.a[index]
        except IndexError as error:
            if "broadcast" in str(error):
                raise Fails("ShapeError")
            if "out of bounds" in str(error) and isinstance(index[0], int):
                raise Fails("IndexError")
            raise Discard
        return element(r) if np.ndim(r) == 0 else Value(r)
    return Node(run, f"{{}}[{index_text(index)}]", x)


def changed(p, x, depth):
    if x.v.rank != "array":
        raise Discard
    if chance(0.2):
        return p.updated(x, pick(["+", "-", "*", "/", "+", "*"]), partner(p, x, depth))
    if chance(0.2):
        return p.masked(x, pick(["<", ">", "==", "!="]), number(p), pick(["=", "=", "+=", "*="]), number(p))
    index = random_index(x.v.shape, False)
    if any(i is None for i in index):
        raise Discard
    target = np.shape(x.v.a[index])
    value = p.operand(x.v.d, stretched(target)) if chance(0.7) and len(target) else number(p)
    return p.assigned(x, index, pick(["=", "=", "+=", "-=", "*="]), value)


def arranged(p, x, depth):
    """An operation that moves elements about."""
    a, rank = x.v.a, x.v.a.ndim
    if x.v.rank != "array":
        raise Discard
    axis = int(rng.integers(-rank, rank))
    op = pick(["reshape", "T", "transpose", "swapaxes", "concat", "stack", "tile", "repeat", "roll", "reverse", "diff", "tril",
               "diag", "broadcast_to", "expand_dims", "ravel", "cumsum", "cumprod", "sort", "argsort", "unique", "outer",
               "searchsorted", "newaxis", "cumsum", "sort", "argsort", "nonzero", "trace", "squeeze", "count", "bincount"])
    small = a.size <= 60
    if op == "reshape":
        to = list(map(int, rng.permutation(a.shape)))
        if a.size and chance(0.5):
            to[int(rng.integers(0, rank))] = -1
        return Node(plain(lambda a: a.reshape(to)), f"{{}}.reshape({', '.join(map(str, to))})", x)
    if op == "T":
        return Node(plain(np.transpose), "{}.T", x)
    if op == "newaxis":
        return Node(plain(lambda a: a[None]), "{}[newaxis]", x) if rank < 4 else x
    if op == "transpose":
        order = tuple(map(int, rng.permutation(rank)))
        return Node(plain(lambda a: a.transpose(order)), f"transpose({{}}, {order})", x)
    if op == "swapaxes":
        other = int(rng.integers(-rank, rank))
        return Node(plain(lambda a: a.swapaxes(axis, other)), f"swapaxes({{}}, {axis}, {other})", x)
    if op in ("concat", "stack"):
        y = p.operand(None if chance(0.5) else x.v.d, x.v.shape)
        join = np.concatenate if op == "concat" else np.stack
        def run(_noise, x, y):
            if x.rank != "array" or y.rank != "array":
                raise Discard
            d = DTYPES[promoted(x.d, y.d)]
            return Value(join([x.a.astype(d), y.a.astype(d)], axis=axis))
        # Two arrays of one shape between brackets are an array of one axis more; `list` keeps them two.
        return Node(run, f"{op}(list(({{}}, {{}})), axis: {axis})", x, y)
    if op == "tile" and small:
        counts = [int(n) for n in rng.integers(1, 3, size=int(rng.integers(1, 3)))]
        return Node(plain(lambda a: np.tile(a, counts)), f"tile({{}}, {tuple(counts) if len(counts) > 1 else counts[0]})", x)
    if op == "repeat" and small:
        n = int(rng.integers(0, 4))
        return Node(plain(lambda a: np.repeat(a, n, axis=axis)), f"repeat({{}}, {n}, axis: {axis})", x)
    if op == "roll":
        n = int(rng.integers(-7, 8))
        if chance(0.3):
            return Node(plain(lambda a: np.roll(a, n)), f"roll({{}}, {n})", x)
        return Node(plain(lambda a: np.roll(a, n, axis=axis)), f"roll({{}}, {n}, axis: {axis})", x)
    if op == "reverse":
        return Node(plain(lambda a: np.flip(a, axis)), f"reverse({{}}, axis: {axis})", x)
    if op == "diff" and x.v.d not in ("bool", "u8"):
        n = int(rng.integers(1, 3))
        def run(_noise, x):
            if x.d in INTS:
                return Value(fits(np.diff(x.a.astype(np.int64), n=n, axis=axis), x.d))
            return Value(np.diff(x.a, n=n, axis=axis))
        return Node(run, f"diff({{}}, {n}, axis: {axis})", x)
    if op == "tril" and rank > 1:
        k, op = int(rng.integers(-2, 3)), pick(["tril", "triu"])
        return Node(plain(lambda a: getattr(np, op)(a, k)), f"{op}({{}}, {k})", x)
    if op == "diag" and rank <= 2 and small:
        k = int(rng.integers(-2, 3))
        return Node(plain(lambda a: np.diag(a, k)), f"diag({{}}, {k})", x)
    if op == "broadcast_to" and small:
        to = (2, *(3 if n == 1 else n for n in a.shape))
        return Node(plain(lambda a: np.broadcast_to(a, to)), f"broadcast_to({{}}, {to})", x)
    if op == "expand_dims" and rank < 5:
        return Node(plain(lambda a: np.expand_dims(a, axis)), f"expand_dims({{}}, {axis})", x)
    if op == "ravel":
        return Node(plain(np.ravel), "ravel({})", x)
    if op in ("cumsum", "cumprod"):
        to = None if chance(0.3) else axis
        return Node(cumulative(op, to), f"{op}({{}}" + ("" if to is None else f", axis: {to}") + ")", x)
    if op in ("sort", "argsort", "unique", "searchsorted") and x.v.d == "complex":
        raise Discard
    if op == "sort":
        def run(noise, x):
            if x.d == "complex":
                raise Discard
            return Value(noise.zeros(np.sort(x.a, axis=axis)))
        return Node(run, f"sort({{}}, axis: {axis})", x)
    if op == "argsort":
        return Node(plain(lambda a: np.argsort(a, axis=axis, kind="stable")), f"argsort({{}}, axis: {axis})", x)
    if op == "unique":
        return Node(plain(lambda a: np.unique(a)), "unique({})", x)
    if op == "searchsorted" and small:
        y = p.operand(x.v.d, (4,))
        side = pick(["left", "right"])
        def run(_noise, x, y):
            if "complex" in (x.d, y.d) or x.d != y.d or np.isnan(x.a.astype(float)).any():
                raise Discard
            return Value(np.searchsorted(np.sort(y.a), x.a, side=side).astype(np.int64))
        return Node(run, f'searchsorted(sort({{1}}), {{0}}, side: "{side}")', x, y)
    if op == "outer" and small:
        y = p.operand(x.v.d, (3,))
        def run(noise, x, y):
            if x.rank != "array" or y.rank != "array":
                raise Discard
            return binary("*")(noise, Value(x.a.reshape(-1, 1)), Value(y.a.reshape(1, -1)))
        return Node(run, "outer({}, {})", x, y)
    if op == "nonzero" and x.v.d != "complex":
        axis = int(rng.integers(0, rank))
        return Node(plain(lambda a: np.nonzero(a)[axis].astype(np.int64)), f"nonzero({{}})[{axis}]", x)
    if op == "squeeze":
        return Node(plain(np.squeeze), "squeeze({})", x)
    if op == "count":
        y = number(p, 1.0)
        def run(_noise, x, y):
            if "complex" in (x.d, y.d) or x.d == "bool":
                raise Discard
            return element(np.count_nonzero(binary("==")(EXACT, x, y).a))
        return Node(run, "count({}, {})", x, y)
    if op == "bincount" and x.v.d in WHOLE and rank == 1:
        least = int(rng.integers(0, 6))
        def run(_noise, x):
            if x.d not in WHOLE or x.a.size and not 0 <= x.a.min() <= x.a.max() <= 20:
                raise Discard
            return Value(np.bincount(x.a.astype(np.int64), minlength=least))
        return Node(run, f"bincount({{}}, minlength: {least})", x)
    if op == "trace" and rank == 2:
        def run(noise, x):
            d = np.diagonal(x.a)
            return reduction("sum", None, False)(noise, Value(d.copy()))
        return Node(run, "trace({})", x)
    raise Discard


def multiplied(p, x, depth):
    shape = x.v.shape
    if x.v.rank != "array" or not shape or x.v.a.size > 3000:
        raise Discard
    d = pick([x.v.d, x.v.d, "float", "int"])
    k, n = shape[-1], int(rng.integers(1, 5))
    if chance(0.02):
        k += 1
    to = pick([(k,), (k, n), (k, n), (*shape[:-2], k, n)])
    return Node(product, pick(["({} @ {})", "matmul({}, {})"]), x, p.operand(d, to))


def grown(p, depth):
    """A random expression of at most this depth."""
    if depth <= 0:
        return p.operand()
    x = grown(p, depth - 1)
    if chance(0.3 if p.long else 0.12) and x.args:
        x = p.named(x)
    for _ in range(20):
        try:
            roll = rng.random()
            make = elementwise if roll < (0.72 if p.long else 0.5) else summary if roll < 0.82 else None
            node = (
                make(p, x, depth - 1) if make is elementwise else summary(p, x) if make else
                pick([arranged, arranged, arranged, indexed, indexed, multiplied, changed])(p, x, depth - 1)
            )
            if node.v.a.size > (500 if not p.long else 100_000):
                continue
            return node
        except Discard:
            continue
    raise Discard


def element_by_element(p, n, depth):
    if depth <= 0 or chance(0.1):
        return p.operand(pick(["int", "float", "float", "f32", "complex", "bool"]), (n,))
    x = element_by_element(p, n, depth - 1)
    other = lambda: number(p, 1.0) if chance(0.4) else element_by_element(p, n, depth - 1)
    roll = rng.random()
    for _ in range(20):
        try:
            if roll < 0.6:
                op = pick(["+", "-", "*", "+", "-", "*", "/", "//", "%", "<", ">=", "==", "!=", "&", "|", "xor", "min", "max", "hypot", "atan2"])
                y = other()
                return Node(binary(op), f"{op}({{}}, {{}})" if op in ("min", "max", "hypot", "atan2") else f"({{}} {op} {{}})", x, y)
            if roll < 0.92:
                op = pick(list(UNARY))
                return Node(unary(op), f"({op}{{}})" if op in "-~" else f"{op}({{}})", x)
            y = element_by_element(p, n, depth - 1)
            c = Node(binary("<"), "({} < {})", *pick([(x, y), (y, x)]))
            if x.v.d != y.v.d or x.v.rank != y.v.rank:
                raise Discard
            return Node(where, "where({}, {}, {})", c, x, y)
        except (Discard, Fails):
            roll = rng.random()
    raise Discard


# Cases ------------------------------------------------------------------------------------------

def text(x):
    if isinstance(x, (complex, np.complexfloating)):
        return text(x.real) + "," + text(x.imag)
    if isinstance(x, (bool, np.bool_)):
        return str(int(x))
    if isinstance(x, (int, np.integer)):
        return str(int(x))
    if isinstance(x, np.float32):
        return np.format_float_scientific(x, trim="-") if np.isfinite(x) and x else repr(float(x))
    return repr(float(x)).removesuffix(".0")


def shown(a):
    """What is compared: the elements, and of a long array some of them and the sum."""
    flat = np.ravel(a)
    if flat.size <= SAMPLED:
        return flat, None
    samples = flat[:: flat.size // 8]
    if flat.dtype.kind in "biu":
        exact = int(flat.astype(object).sum())
        if not -2**63 <= exact < 2**63:
            raise Discard
        return samples, np.int64(exact)
    if flat.dtype.kind == "c":
        return samples, np.abs(flat).sum()
    wide = flat.astype(np.float64)
    total = np.where(np.isfinite(wide), wide, 0.0).sum()
    if not np.isfinite(total):
        raise Discard
    return samples, total


def same_bits(a, b):
    return a.dtype == b.dtype and a.shape == b.shape and bool(
        ((a == b) & (np.signbit(a.real) == np.signbit(b.real)) | np.isnan(a) & np.isnan(b)).all()
        and (a.dtype.kind != "c" or (np.signbit(a.imag) == np.signbit(b.imag)).all()))


def tolerance(exact, trials, d):
    """How far the elements may be off: nothing, a relative, or an absolute bound."""
    if all(same_bits(exact, t) for t in trials):
        return {}
    value = exact.astype(np.complex128 if d == "complex" else np.float64)
    moved = np.zeros(exact.shape)
    for t in trials:
        if (np.isnan(t) != np.isnan(exact)).any() or (np.isfinite(t) != np.isfinite(exact)).any():
            raise Discard
        moved = np.maximum(moved, np.where(np.isfinite(exact), np.abs(t.astype(value.dtype) - value), 0.0))
        if not (np.isfinite(exact) | np.isnan(exact) | (t == exact)).all():
            raise Discard
    size = np.where(np.isfinite(value), np.abs(value), 0.0)
    limit = 3e-3 if d == "f32" else 1e-7
    relative = np.where(moved > 0, moved / np.where(size > 0, size, 1e-320), 0.0).max(initial=0)
    if 4 * relative < limit:
        return {"r": float(f"{max(4 * relative, eps(d)):.1e}")}
    absolute = moved.max(initial=0) / max(size.max(initial=0), 1e-320)
    if 4 * absolute < limit:
        return {"a": float(f"{4 * absolute:.1e}")}
    raise Discard


def case_of(p, node, fails=None):
    body = node.write()
    kept = []
    for name, lines, alone in reversed(p.statements):
        if re.search(rf"\b{name}\b", " ".join([body, *(t for ls, _ in kept for t in ls)])):
            kept.insert(0, (lines, alone))
    statements = [line for lines, _ in kept for line in lines]
    used = " ".join([body, *statements])
    case = {"p": [[n, t] for n, t in p.operands if re.search(rf"\b{n}\b", used)]}
    if statements:
        case["s"] = statements
    case["e"] = body
    if fails:
        return {**case, "x": fails}
    v = node.v
    if p.long:
        case["u"] = [[line for _, lines in kept for line in lines], node.write(alone=True)]
    again = [node.again(Noise(n), {}) for n in range(TRIALS)]
    if any(t.d != v.d or t.shape != v.shape for t in again):
        raise Discard
    elements, total = shown(v.a)
    trials = [shown(t.a) for t in again]
    case |= {"d": v.d, "v": " ".join(text(x) for x in elements)}
    if v.rank == "array":
        case["h"] = list(v.shape)
    if v.d in FLOATS:
        case |= tolerance(elements, [t for t, _ in trials], v.d)
        if total is not None:
            size = np.abs(np.where(np.isfinite(v.a), v.a, 0)).sum(dtype=float if v.d != "complex" else None)
            bound = max(abs(t - total) for _, t in trials) * 4 + 1e-13 * abs(size)
            if bound > 1e-6 * abs(size):
                raise Discard
            case |= {"t": text(total), "rt": float(f"{bound:.1e}")}
    else:
        if any(not np.array_equal(t.a, v.a) for t in again):
            raise Discard
        if total is not None:
            case["t"] = text(total)
    return case


def new_case(long, mapped):
    p = Program(long)
    depth = int(rng.integers(2, 6)) if long else pick([1, 2, 2, 3, 3, 4, 5])
    try:
        if mapped:
            node = element_by_element(p, pick([4, 9, 13]), depth)
            if not node.args or node.v.rank != "array":
                raise Discard
            return {**case_of(p, node), "m": True}
        node = grown(p, depth)
        if node.v.a.size > 200 and not long:
            raise Discard
        return case_of(p, node)
    except Fails:
        raise Discard


def failing_case():
    """An expression whose last operation fails."""
    p = Program(False)
    x = grown(p, pick([0, 1, 2]))
    for _ in range(12):
        try:
            pick([elementwise, elementwise, indexed, multiplied])(p, x, 0)
        except Fails as error:
            return case_of(p, error.node, str(error))
        except Discard:
            continue
    raise Discard


def main():
    cases, texts = [], set()
    while len(cases) < COUNT:
        long = chance(LONG_SHARE)
        try:
            case = failing_case() if chance(0.06) else new_case(long, not long and chance(MAP_SHARE))
        except (Discard, Fails):
            continue
        if case["e"] not in texts:
            texts.add(case["e"])
            cases.append(case)
    with OUTPUT.open("w") as f:
        for case in cases:
            f.write(json.dumps(case, separators=(",", ":")) + "\n")
    print(len(cases), "expressions,", OUTPUT.stat().st_size, "bytes")


main()
