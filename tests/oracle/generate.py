"""Writes arrays.jsonl: random array operations with the results NumPy and SciPy give.

    python3 -m venv venv && venv/bin/pip install numpy scipy
    venv/bin/python tests/oracle/generate.py [SEED FILE]

Written with NumPy 2.4 and SciPy 1.17. Each line is one case: the operation, its arguments, and "r",
the result, or "err" where an error is expected. `vm/tests/array_oracle.rs` replays the lines. Where
our rules differ from NumPy's on purpose (integer overflow is an error, bools are counted in
arithmetic) the expectation is computed here from Python's own integers. Arrays are {"d": dtype, "s": shape, "v": elements as text}; an
operand may add "T" (a permutation of its axes) and "i" (an index) which are applied in that order
to make views with all kinds of strides.
"""

import cmath
import json
import pathlib
import sys
import warnings

import numpy as np
import scipy.special

warnings.simplefilter("ignore")
seed, output = (int(sys.argv[1]), sys.argv[2]) if len(sys.argv) > 2 else (2026, pathlib.Path(__file__).parent / "arrays.jsonl")
rng = np.random.default_rng(seed)
DTYPES = {
    "bool": np.bool_, "u8": np.uint8, "i32": np.int32, "int": np.int64,
    "f32": np.float32, "float": np.float64, "complex": np.complex128,
}
NAMES = {np.dtype(t): n for n, t in DTYPES.items()}
INTS = ("u8", "i32", "int")
REALS = ("bool", "u8", "i32", "int", "f32", "float")
cases = []


# Values and arrays -------------------------------------------------------------------------------

SPECIAL = [0.0, -0.0, np.inf, -np.inf, np.nan, 1.0, -1.0, 0.5, 2.0, 1e-300, 5e-324, 1e300]
SPECIAL32 = [0.0, -0.0, np.inf, -np.inf, np.nan, 1.0, -1.0, 0.5, 2.0, 1e-40, 1e38]


def reals(n, single, special=0.15, small=False):
    x = rng.normal(size=n) * (3 if small else 10.0 ** rng.integers(-3, 4, size=n))
    if not small and rng.random() < 0.2:
        x = x * 10.0 ** (rng.integers(-20, 20, size=n) if single else rng.integers(-250, 250, size=n))
    if rng.random() < 0.3:
        x = np.round(x * 4) / 4
    if rng.random() < 0.4:
        pool = SPECIAL32 if single else SPECIAL
        hit = rng.random(n) < special
        x[hit] = rng.choice(pool, size=hit.sum())
    return x


def values(dtype, n, wide=False, small=False):
    if dtype == "bool":
        return rng.random(n) < 0.5
    if dtype == "u8":
        return rng.integers(0, 256 if wide else 12, size=n).astype(np.uint8)
    if dtype == "i32":
        x = rng.integers(-30, 30, size=n)
        if wide:
            x = np.where(rng.random(n) < 0.4, rng.integers(-2**31, 2**31, size=n), x)
        return x.astype(np.int32)
    if dtype == "int":
        x = rng.integers(-50, 50, size=n)
        if wide:
            x = np.where(rng.random(n) < 0.4, rng.integers(-2**63, 2**63 - 1, size=n), x)
        return x
    if dtype == "f32":
        return reals(n, True, small=small).astype(np.float32)
    if dtype == "float":
        return reals(n, False, small=small)
    return reals(n, True, small=small) + 1j * reals(n, True, small=small)


def shape(max_rank=4, max_side=3, least_rank=0, empty=0.06):
    rank = int(rng.integers(least_rank, max_rank + (rng.random() < 0.5)))
    return tuple(0 if rng.random() < empty else int(rng.integers(1, max_side + 1)) for _ in range(rank))


def number(x):
    if isinstance(x, (complex, np.complexfloating)):
        return number(x.real) + "," + number(x.imag)
    if isinstance(x, (bool, np.bool_)):
        return "1" if x else "0"
    if isinstance(x, (int, np.integer)):
        return str(int(x))
    if isinstance(x, np.float32):
        return np.format_float_scientific(x, trim="-") if np.isfinite(x) else str(float(x))
    return repr(float(x)).removesuffix(".0")


def array(a):
    a = np.asarray(a)
    return {"d": NAMES[a.dtype], "s": list(a.shape), "v": " ".join(number(x) for x in a.ravel())}


def view(dtype, want, **kw):
    """An operand of shape `want` with random strides: its JSON and the NumPy array."""
    rank = len(want)
    kind = rng.integers(0, 4)
    if kind == 0 or rank == 0:
        a = values(dtype, int(np.prod(want)), **kw).reshape(want)
        return array(a), a
    spec = []
    base_shape = []
    for n in want:
        if kind == 1 or rng.random() < 0.5:
            base_shape.append(n)
            spec.append({"s": [None, None, 1]})
        elif rng.random() < 0.5:
            base_shape.append(n * 2 + 1)
            spec.append({"s": [1, None, 2]})
        else:
            base_shape.append(n)
            spec.append({"s": [None, None, -1]})
    order = list(map(int, rng.permutation(rank)))
    stored = [0] * rank
    for position, axis in enumerate(order):
        stored[axis] = base_shape[position]
    base = values(dtype, int(np.prod(stored)), **kw).reshape(stored)
    a = base.transpose(order)[index_of(spec)]
    assert a.shape == tuple(want), (a.shape, want)
    return {**array(base), "T": order, "i": spec}, a


def index_of(spec):
    out = []
    for e in spec:
        if isinstance(e, int):
            out.append(e)
        elif e == "...":
            out.append(Ellipsis)
        elif e == "new":
            out.append(None)
        elif "s" in e:
            out.append(slice(*e["s"]))
        else:
            out.append(e["np"])
    return tuple(out)


def without_arrays(spec):
    return [{k: v for k, v in e.items() if k != "np"} if isinstance(e, dict) else e for e in spec]


def add(**case):
    cases.append(case)


# Elementwise -------------------------------------------------------------------------------------

LIMITS = {"u8": (0, 255), "i32": (-2**31, 2**31 - 1), "int": (-2**63, 2**63 - 1)}
ORDER = ["bool", "u8", "i32", "int", "f32", "float", "complex"]


def promoted(a, b):
    low, high = sorted((a, b), key=ORDER.index)
    return "float" if high == "f32" and low in ("i32", "int") else high


def kind(d):
    return 0 if d == "bool" else 1 if d in INTS else 2 if d in ("f32", "float") else 3


def meet(a, b, weak_a, weak_b):
    if weak_a and not weak_b:
        return b if kind(a) <= kind(b) else promoted(a, b)
    if weak_b and not weak_a:
        return a if kind(b) <= kind(a) else promoted(a, b)
    return promoted(a, b)


def exact_int(op, x, y):
    x, y = int(x), int(y)
    if op == "+":
        return x + y
    if op == "-":
        return x - y
    if op == "*":
        return x * y
    if op == "//":
        return x // y if y else None
    if op == "%":
        return x % y if y else None
    if op == "^":
        if y < 0:
            return None
        if abs(x) > 1 and y > 64:
            return 2**70
        return x**y
    if op == "<<":
        return None if y < 0 else (x << min(y, 70))
    return None if y < 0 else x >> min(y, 70)


def broadcast_pair():
    full = shape()
    def part():
        cut = int(rng.integers(0, len(full) + 1)) if rng.random() < 0.4 else 0
        return tuple(1 if rng.random() < 0.2 else n for n in full[cut:])
    return (full, part()) if rng.random() < 0.5 else (part(), full)


def scalar_of(dtype):
    x = values({"u8": "int", "i32": "int", "f32": "float"}.get(dtype, dtype), 1, small=True)[0]
    return x.item()


FLOAT_OPS = {
    "+": np.add, "-": np.subtract, "*": np.multiply, "/": np.divide, "//": np.floor_divide,
    "%": np.remainder, "^": np.power, "min": np.minimum, "max": np.maximum, "hypot": np.hypot,
    "atan2": np.arctan2, "copysign": np.copysign,
}
COMPARE = {"==": np.equal, "!=": np.not_equal, "<": np.less, "<=": np.less_equal, ">": np.greater, ">=": np.greater_equal}
BITS = {"&": np.bitwise_and, "|": np.bitwise_or, "xor": np.bitwise_xor}
WRAPPING = {"wrapping_add": np.add, "wrapping_sub": np.subtract, "wrapping_mul": np.multiply}
CHECKED = ("+", "-", "*", "//", "%", "^", "<<", ">>")


def binary_case():
    op = str(rng.choice([*FLOAT_OPS, *COMPARE, *BITS, *WRAPPING, "<<", ">>", "+", "-", "*"]))
    da, db = rng.choice(ORDER, size=2)
    if op in BITS:
        da, db = rng.choice(["bool", *INTS], size=2)
    elif op in WRAPPING or op in ("<<", ">>"):
        da, db = rng.choice(INTS, size=2)
    da, db = str(da), str(db)
    sa, sb = broadcast_pair()
    wide = rng.random() < 0.15
    ja, a = view(da, sa, wide=wide)
    jb, b = view(db, sb, wide=wide and op not in ("^", "<<", ">>"))
    weak = rng.random()
    weak_a = weak_b = False
    if weak < 0.15:
        a, weak_a = scalar_of(da), True
        da = {"u8": "int", "i32": "int", "f32": "float"}.get(da, da)
        ja = {"d": da, "v": number(a)}
    elif weak < 0.3:
        b, weak_b = scalar_of(db), True
        db = {"u8": "int", "i32": "int", "f32": "float"}.get(db, db)
        jb = {"d": db, "v": number(b)}
    case = {"k": "bin", "op": op, "a": ja, "b": jb}
    d = meet(da, db, weak_a, weak_b)
    out_shape = np.broadcast_shapes(np.shape(a), np.shape(b))
    # A weak integer that does not fit.
    for x, is_weak in ((a, weak_a), (b, weak_b)):
        if is_weak and d in INTS and op in (*CHECKED, *BITS, *WRAPPING, "min", "max") and not LIMITS[d][0] <= int(x) <= LIMITS[d][1]:
            add(**case, err="OverflowError")
            return
    if op in COMPARE:
        if d == "complex" and op not in ("==", "!="):
            add(**case, err="TypeError")
            return
        if d in INTS:
            d = "int"
        r = COMPARE[op](np.asarray(a).astype(DTYPES[d]), np.asarray(b).astype(DTYPES[d]))
        add(**case, r=array(r))
        return
    if op in BITS or op in WRAPPING:
        r = (BITS.get(op) or WRAPPING[op])(np.asarray(a).astype(DTYPES[d]), np.asarray(b).astype(DTYPES[d]))
        add(**case, r=array(r))
        return
    if d == "bool" and op in CHECKED:
        d = "int"
    if d in ("bool", *INTS) and op in ("/", "hypot", "atan2", "copysign"):
        d = "float"
    if d == "complex" and op in ("//", "%", "min", "max", "hypot", "atan2", "copysign"):
        add(**case, err="TypeError")
        return
    x = np.broadcast_to(np.asarray(a).astype(DTYPES[d]), out_shape)
    y = np.broadcast_to(np.asarray(b).astype(DTYPES[d]), out_shape)
    if d in INTS and op in CHECKED:
        low, high = LIMITS[d]
        results = [exact_int(op, p, q) for p, q in zip(x.ravel(), y.ravel())]
        if any(v is None or not low <= v <= high for v in results):
            first = next(v for v in results if v is None or not low <= v <= high)
            add(**case, err="ValueError" if first is None and op in ("^", "<<", ">>") else "OverflowError")
        else:
            add(**case, r=array(np.array(results, dtype=DTYPES[d]).reshape(out_shape)))
        return
    if d == "complex" and op == "^" and not (np.isfinite(x).all() and np.isfinite(y).all()):
        return  # Up to the platform in NumPy.
    r = FLOAT_OPS[op](x, y)
    ulp = {"^": 4, "hypot": 2, "atan2": 4}.get(op, 0)
    if op in ("min", "max"):
        ulp = -3  # NumPy leaves open which zero is the lesser one.
    if d == "complex":
        # The plain product is exact to the last bit; powers and quotients are not.
        ulp = {"^": -2, "/": -2, "*": -2}.get(op, 0)
    add(**case, r=array(r), ulp=ulp)


UNARY = {
    "-": np.negative, "abs": np.abs, "sign": np.sign, "floor": np.floor, "ceil": np.ceil,
    "round": np.rint, "trunc": np.trunc, "sqrt": np.sqrt, "cbrt": np.cbrt, "exp": np.exp,
    "exp2": np.exp2, "expm1": np.expm1, "log": np.log, "log1p": np.log1p, "log2": np.log2,
    "log10": np.log10, "sin": np.sin, "cos": np.cos, "tan": np.tan, "asin": np.arcsin,
    "acos": np.arccos, "atan": np.arctan, "sinh": np.sinh, "cosh": np.cosh, "tanh": np.tanh,
    "asinh": np.arcsinh, "acosh": np.arccosh, "atanh": np.arctanh, "erf": scipy.special.erf,
    "erfc": scipy.special.erfc, "gamma": scipy.special.gamma, "lgamma": scipy.special.gammaln,
    "isnan": np.isnan, "isinf": np.isinf, "isfinite": np.isfinite, "real": np.real, "imag": np.imag,
    "conj": np.conj, "angle": np.angle, "~": np.invert,
}
EXACT = ("-", "abs", "sign", "floor", "ceil", "round", "trunc", "sqrt", "isnan", "isinf", "isfinite", "real", "imag", "conj", "~")
WHOLE_STAYS = ("-", "abs", "sign", "floor", "ceil", "round", "trunc", "isnan", "isinf", "isfinite", "real", "imag", "conj", "~")
REAL_ONLY = ("floor", "ceil", "round", "trunc", "cbrt", "erf", "erfc", "gamma", "lgamma")


def unary_case():
    op = str(rng.choice(list(UNARY)))
    d = str(rng.choice(ORDER))
    if op == "~":
        d = str(rng.choice(["bool", *INTS]))
    small = rng.random() < 0.7
    ja, a = view(d, shape(), wide=rng.random() < 0.2, small=small)
    case = {"k": "un", "op": op, "a": ja}
    if d == "complex" and op in REAL_ONLY:
        add(**case, err="TypeError")
        return
    x = a
    if d == "bool" and op in ("-", "abs", "sign"):
        x = a.astype(np.int64)
    elif d in ("bool", *INTS) and op not in WHOLE_STAYS:
        x = a.astype(np.float64)
    if op in ("-", "abs") and x.dtype.kind in "iu":
        low, high = LIMITS[NAMES[x.dtype]]
        results = [-int(v) if op == "-" else abs(int(v)) for v in x.ravel()]
        if any(not low <= v <= high for v in results):
            add(**case, err="OverflowError")
            return
        add(**case, r=array(np.array(results, dtype=x.dtype).reshape(x.shape)))
        return
    if op in ("gamma", "lgamma"):
        x = np.clip(x, -20, 20)
        x = np.where(np.abs(x) < 1e-30, 0, x).astype(x.dtype)  # SciPy overflows too early there.
        ja = array(x)
        case["a"] = ja
    if d == "bool" and op in ("floor", "ceil", "round", "trunc"):
        r = x
    elif op in ("floor", "ceil", "round", "trunc") and x.dtype.kind in "iu":
        r = x
    elif op in ("erf", "erfc", "gamma", "lgamma"):
        r = UNARY[op](x.astype(np.float64)).astype(x.dtype)
    elif op == "conj" and d != "complex":
        r = x
    elif op == "imag" and d != "complex":
        r = np.zeros_like(x)
    elif op == "angle" and d == "f32":
        r = np.angle(x).astype(np.float32)
    else:
        r = UNARY[op](x)
    r = np.asarray(r)
    ulp = 0 if op in EXACT else {"gamma": 30, "lgamma": 200, "erfc": 30}.get(op, 4)
    if d == "complex" and op not in ("-", "real", "imag", "conj", "isnan", "isinf", "isfinite"):
        # Only finite arguments: NumPy's own special values vary with the platform.
        if not np.isfinite(a).all():
            return
        if op in ("log1p", "expm1") and (np.abs(a) < 0.01).any():
            return  # NumPy cancels there.
        ulp = -1
    if op in ("gamma", "lgamma", "erf", "erfc") and d == "f32":
        ulp = 1
    if op == "erfc" and (r[np.isfinite(r)] < 1e-290).any():
        return  # SciPy underflows too early.
    add(**case, r=array(r), ulp=ulp)


def complex_special_case():
    """Python's cmath follows ISO C Annex G, which NumPy leaves to the platform."""
    op = ANNEX_G.pop()
    parts = [0.0, -0.0, 1.0, -1.5, 0.5, 1e-200, -1e200, 720.0, np.inf, -np.inf, np.nan]
    cases_of = {-1: ([], []), -2: ([], [])}
    for z in (complex(x, y) for x in parts for y in parts):
        if op in ("tan", "tanh") and not np.isfinite([z.real, z.imag]).all() and z.real * z.imag != z.real * z.imag:
            continue  # C17 and Python differ on tanh(0 + inf i).
        try:
            w = getattr(cmath, op)(z)
        except (ValueError, OverflowError):
            continue
        # Annex G leaves signs of zero open beside NaN and at double infinities.
        open_sign = z != z or np.isinf([z.real, z.imag]).all()
        points, results = cases_of[-2 if open_sign else -1]
        points.append(z)
        results.append(w)
    for ulp, (points, results) in cases_of.items():
        add(k="un", op=op, a=array(np.array(points)), r=array(np.array(results)), ulp=ulp)


ANNEX_G = ["exp", "log", "log10", "sqrt", "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh", "asinh",
           "acosh", "atanh"]


def select_case():
    a_shape, b_shape = broadcast_pair()
    d = str(rng.choice(ORDER))
    ja, a = view(d, a_shape)
    jb, b = view(d, b_shape)
    full = np.broadcast_shapes(a_shape, b_shape)
    jc, c = view("bool", full)
    add(k="where", c=jc, a=ja, b=jb, r=array(np.where(c, a, b)))


# Reductions and scans ----------------------------------------------------------------------------

def axes_of(rank):
    if rank == 0 or rng.random() < 0.3:
        return None
    if rng.random() < 0.7:
        return [int(rng.integers(-rank, rank))]
    count = int(rng.integers(1, rank + 1))
    return sorted(map(int, rng.choice(rank, size=count, replace=False)))


def reduce_case():
    op = str(rng.choice(["sum", "prod", "min", "max", "argmin", "argmax", "any", "all", "mean", "var", "std", "median", "quantile", "norm"]))
    d = "bool" if op in ("any", "all") else str(rng.choice(REALS if op in ("min", "max", "argmin", "argmax", "median", "quantile") else ORDER))
    big = rng.random() < 0.08
    s = (int(rng.integers(100, 700)),) if big else shape()
    ja, a = view(d, s, small=rng.random() < 0.7, wide=rng.random() < 0.1)
    axes = axes_of(len(s))
    if op in ("argmin", "argmax") and axes is not None and len(axes) != 1:
        axes = axes[:1]
    keep = bool(rng.random() < 0.3)
    case = {"k": "red", "op": op, "a": ja, "axes": axes, "keep": keep}
    axis = None if axes is None else tuple(axes)
    n = a.size if axes is None else int(np.prod([a.shape[x] for x in axes]))
    contiguous = "T" not in ja and (axes is None or axes in ([-1], [len(s) - 1]))
    ulp = 0 if contiguous else -2
    x = a.astype(np.float64) if d in ("bool", *INTS) else a
    if op in ("sum", "prod") and d in ("bool", *INTS):
        exact = a.astype(object)
        r = exact.sum(axis=axis, keepdims=keep) if op == "sum" else exact.prod(axis=axis, keepdims=keep)
        flat = [int(v) for v in np.ravel(np.asarray(r, dtype=object))]
        if any(not -2**63 <= v < 2**63 for v in flat):
            add(**case, err="OverflowError")
        else:
            add(**case, r=array(np.array(flat, dtype=np.int64).reshape(np.shape(r))))
        return
    if op in ("min", "max", "argmin", "argmax") and n == 0 and a.size == 0:
        out = np.sum(a, axis=axis, keepdims=keep)
        if out.size > 0:
            add(**case, err="ValueError")
        return
    if op in ("argmin", "argmax"):
        r = getattr(np, op)(a, axis=None if axes is None else axes[0], keepdims=keep)
        add(**case, r=array(np.asarray(r, dtype=np.int64)))
        return
    if op in ("var", "std"):
        if n == 0 or not np.isfinite(x).all():
            return
        case["ddof"] = int(rng.integers(0, 2))
        add(**case, r=array(getattr(np, op)(x, axis=axis, keepdims=keep, ddof=case["ddof"])), ulp=-2)
        return
    if op in ("median", "quantile"):
        if a.size == 0:
            return
        if n == 0 or not np.isfinite(x).all():
            return
        case["q"] = 0.5 if op == "median" else float(np.round(rng.random(), 3))
        f = np.median(x, axis=axis, keepdims=keep) if op == "median" else np.quantile(x.astype(np.float64), case["q"], axis=axis, keepdims=keep)
        add(**case, r=array(np.asarray(f).astype(x.dtype)), ulp=-2)
        return
    if op == "norm":
        if n == 0 or not np.isfinite(x).all() or np.abs(x).max(initial=0) > 1e15:
            return
        r = np.sqrt((np.abs(x.astype(np.complex128)) ** 2).sum(axis=axis, keepdims=keep))
        add(**case, r=array(np.asarray(r).astype(np.float32 if d == "f32" else np.float64)), ulp=-2)
        return
    if op in ("mean", "prod") and d == "complex" and not np.isfinite(x).all():
        return  # NumPy divides by a complex n, and multiplies in the order of memory.
    r = getattr(np, op)(x if op == "mean" else a, axis=axis, keepdims=keep)
    if d == "complex" or op == "prod":
        ulp = -2
    if op in ("min", "max", "any", "all"):
        ulp = 0
    if ulp == 0:
        ulp = -3  # NumPy sums from 0.0, except where it does not.
    add(**case, r=array(r), ulp=ulp)


def scan_case():
    op = str(rng.choice(["cumsum", "cumprod"]))
    d = str(rng.choice(ORDER))
    s = shape(least_rank=1)
    ja, a = view(d, s, small=True)
    if op == "cumprod" and d in INTS:
        a = np.clip(a, 0, 3)
        ja = array(a)
    axis = None if rng.random() < 0.3 else int(rng.integers(-len(s), len(s)))
    x = a.astype(np.int64) if d in ("bool", *INTS) else a
    add(k="scan", op=op, a=ja, axis=axis, r=array(getattr(np, op)(x, axis=axis)), ulp=-2 if d == "complex" else 0)


# Indexing ----------------------------------------------------------------------------------------

def random_index(s, advanced):
    spec = []
    axis = 0
    common = int(rng.integers(1, 4))
    ellipsis = False
    while axis < len(s):
        n = s[axis]
        roll = rng.random()
        if roll < 0.08:
            spec.append("new")
            continue
        if roll < 0.14 and not ellipsis:
            ellipsis = True
            spec.append("...")
            skip = int(rng.integers(0, len(s) - axis + 1))
            axis += skip
            spec_tail = len(s) - axis
            for _ in range(spec_tail):
                spec.append({"s": [None, None, 1]})
            return spec
        if roll < 0.35 and n > 0:
            spec.append(int(rng.integers(-n, n)))
        elif advanced and roll < 0.6 and n > 0:
            own = (common,) if rng.random() < 0.7 else (2, common) if rng.random() < 0.5 else (1,)
            picks = rng.integers(-n, n, size=own)
            spec.append({"t": array(picks), "np": picks})
        elif advanced and roll < 0.7 and n > 0:
            mask = rng.random(n) < 0.5
            spec.append({"m": array(mask), "np": mask})
        else:
            pick = lambda: None if rng.random() < 0.35 else int(rng.integers(-n - 2, n + 3))
            step = int(rng.choice([1, 1, 1, 2, 3, -1, -2]))
            spec.append({"s": [pick(), pick(), step]})
        axis += 1
        if rng.random() < 0.1:
            break
    return spec


def index_case():
    d = str(rng.choice(ORDER))
    s = shape(least_rank=1)
    ja, a = view(d, s)
    spec = random_index(s, rng.random() < 0.5)
    if rng.random() < 0.08:
        mask = rng.random(s) < 0.4
        spec = [{"m": array(mask), "np": mask}]
    case = {"k": "get", "a": ja, "i": without_arrays(spec)}
    try:
        r = a[index_of(spec)]
    except IndexError as error:
        if "broadcast" in str(error):
            add(**case, err="ShapeError")
        return
    add(**case, r=array(r))
    # The same place on the left of =.
    if rng.random() < 0.6:
        b = a.copy()
        # A place named twice keeps the last value in both, but only one order is promised.
        if rng.random() < 0.5:
            v = np.asarray(values(d, 1)[0])
            jv = {"d": {"u8": "int", "i32": "int", "f32": "f32"}.get(d, d), "v": number(v[()])}
        else:
            vs = np.shape(r)[int(rng.integers(0, np.ndim(r) + 1)):]
            vs = tuple(1 if rng.random() < 0.15 else n for n in vs)
            jv, v = view(d, vs)
        b[index_of(spec)] = v
        add(k="set", a=ja, i=without_arrays(spec), b=jv, r=array(b))


# Shapes ------------------------------------------------------------------------------------------

def shape_case():
    d = str(rng.choice(ORDER))
    s = shape(least_rank=1)
    ja, a = view(d, s)
    rank = len(s)
    axis = int(rng.integers(-rank, rank))
    op = str(rng.choice(["reshape", "transpose", "swapaxes", "concat", "stack", "tile", "repeat", "roll", "reverse",
                         "diff", "tril", "triu", "diag", "broadcast_to", "squeeze", "expand_dims", "ravel", "outer", "meshgrid"]))
    case = {"k": "shape", "op": op, "a": ja}
    if op == "reshape":
        to = list(map(int, rng.permutation(s)))
        if a.size and rng.random() < 0.5:
            to[int(rng.integers(0, rank))] = -1
        add(**case, args=to, r=array(a.reshape(to)))
    elif op == "transpose":
        to = list(map(int, rng.permutation(rank)))
        add(**case, args=to, r=array(a.transpose(to)))
    elif op == "swapaxes":
        other = int(rng.integers(-rank, rank))
        add(**case, args=[axis, other], r=array(a.swapaxes(axis, other)))
    elif op in ("concat", "stack"):
        bs = list(s)
        if op == "concat":
            bs[axis] = int(rng.integers(0, 4))
        db = str(rng.choice(["bool", "u8", "float", d]))
        jb, b = view(db, tuple(bs))
        to = DTYPES[promoted(d, db)]
        f = np.concatenate if op == "concat" else np.stack
        add(**case, b=jb, args=[axis], r=array(f([a.astype(to), b.astype(to)], axis=axis)))
    elif op == "tile":
        counts = [int(n) for n in rng.integers(0, 3, size=int(rng.integers(1, 4)))]
        add(**case, args=counts, r=array(np.tile(a, counts)))
    elif op == "repeat":
        ax = None if rng.random() < 0.3 else axis
        n = int(rng.integers(0, 4))
        add(**case, args=[n, ax], r=array(np.repeat(a, n, axis=ax)))
    elif op == "roll":
        ax = None if rng.random() < 0.3 else axis
        n = int(rng.integers(-7, 8))
        add(**case, args=[n, ax], r=array(np.roll(a, n, axis=ax)))
    elif op == "reverse":
        ax = None if rng.random() < 0.3 else axis
        add(**case, args=[ax], r=array(np.flip(a, axis=ax)))
    elif op == "diff":
        n = int(rng.integers(0, 3))
        if d in ("bool", "u8"):
            a = a.astype(np.int64)
            case["a"] = array(a)
        add(**case, args=[n, axis], r=array(np.diff(a, n=n, axis=axis)))
    elif op in ("tril", "triu"):
        if rank >= 2:
            k = int(rng.integers(-3, 4))
            add(**case, args=[k], r=array(getattr(np, op)(a, k)))
    elif op == "diag":
        if rank <= 2:
            k = int(rng.integers(-3, 4))
            add(**case, args=[k], r=array(np.diag(a, k)))
    elif op == "broadcast_to":
        to = [int(rng.integers(1, 3)) for _ in range(int(rng.integers(0, 2)))] + [int(rng.integers(0, 4)) if n == 1 else n for n in s]
        add(**case, args=to, r=array(np.broadcast_to(a, to)))
    elif op == "squeeze":
        add(**case, args=[None], r=array(np.squeeze(a)))
    elif op == "expand_dims":
        ax = int(rng.integers(-rank - 1, rank + 1))
        add(**case, args=[ax], r=array(np.expand_dims(a, ax)))
    elif op == "ravel":
        add(**case, args=[], r=array(a.ravel()))
    elif op == "outer":
        if d in ("i32", "int", "f32", "float"):
            jb, b = view(d, (3,), small=True)
            add(**case, b=jb, args=[], r=array(np.outer(a, b)))
    else:
        jx, x = view(d, (int(rng.integers(1, 4)),))
        jb, b = view(d, (int(rng.integers(1, 4)),))
        for which in (0, 1):
            add(k="shape", op=op, a=jx, b=jb, args=[which], r=array(np.meshgrid(x, b)[which]))


# Creation, order, products, casts ----------------------------------------------------------------

def create_case():
    if rng.random() < 0.5:
        if rng.random() < 0.5:
            start, stop = (int(n) for n in rng.integers(-20, 20, size=2))
            step = int(rng.choice([1, 2, 3, -1, -4]))
        else:
            start, stop = (float(np.round(x, 2)) for x in rng.normal(size=2) * 5)
            step = float(rng.choice([0.1, 0.25, -0.3, 1.0, 0.7]))
        r = np.arange(start, stop, step)
        add(k="arange", args=[number(start), number(stop), number(step)], r=array(r))
    else:
        start, stop = (float(np.round(x, 2)) for x in rng.normal(size=2) * 5)
        n = int(rng.integers(0, 12))
        add(k="linspace", args=[number(start), number(stop), n], r=array(np.linspace(start, stop, n)))


def order_case():
    op = str(rng.choice(["sort", "argsort", "searchsorted", "unique", "bincount", "histogram", "nonzero"]))
    d = str(rng.choice(REALS))
    s = shape(least_rank=1, max_rank=3)
    ja, a = view(d, s, small=True)
    if d in ("f32", "float"):
        a = np.round(a)
        ja = array(a + 0.0)
        a = a + 0.0
    axis = int(rng.integers(-len(s), len(s)))
    case = {"k": "order", "op": op, "a": ja}
    if op == "sort":
        add(**case, axis=axis, r=array(np.sort(a, axis=axis)), ulp=-3)
    elif op == "argsort":
        add(**case, axis=axis, r=array(np.argsort(a, axis=axis, kind="stable")))
    elif op == "searchsorted":
        v = np.sort(values(d, 8, small=True))
        right = bool(rng.random() < 0.5)
        add(**case, b=array(v), right=right, r=array(np.searchsorted(v, a, side="right" if right else "left")))
    elif op == "unique":
        v, c = np.unique(a, return_counts=True)
        add(**case, r=array(v), counts=array(c))
    elif op == "bincount":
        v = rng.integers(0, 9, size=int(rng.integers(0, 20)))
        least = int(rng.integers(0, 12))
        add(k="order", op=op, a=array(v), min=least, r=array(np.bincount(v, minlength=least)))
    elif op == "histogram":
        x = rng.normal(size=int(rng.integers(1, 60)))
        bins = int(rng.integers(1, 12))
        span = None if rng.random() < 0.5 else (-1.0, 1.5)
        c, e = np.histogram(x, bins=bins, range=span)
        add(k="order", op=op, a=array(x), bins=bins, range=span, counts=array(c), r=array(e))
    elif d != "complex":
        add(**case, r=array(np.argwhere(a)))


def matmul_case():
    d = str(rng.choice(["int", "i32", "f32", "float", "complex"]))
    m, k, n = (int(x) for x in rng.integers(1, 6, size=3))
    roll = rng.random()
    if roll < 0.15:
        sa, sb = (k,), (k,)
    elif roll < 0.3:
        sa, sb = (m, k), (k,)
    elif roll < 0.45:
        sa, sb = (k,), (k, n)
    elif roll < 0.6:
        sa, sb = (2, m, k), (k, n)
    elif roll < 0.7:
        sa, sb = (3, 1, m, k), (2, k, n)
    else:
        sa, sb = (m, k), (k, n)
    ja, a = view(d, sa, small=True)
    jb, b = view(d, sb, small=True)
    if not (np.isfinite(a).all() and np.isfinite(b).all()):
        return
    if d == "f32":
        r = np.matmul(a.astype(np.float64), b.astype(np.float64)).astype(np.float32)
    else:
        r = np.matmul(a, b)
    size = np.matmul(np.abs(a).astype(np.float64), np.abs(b).astype(np.float64))
    add(k="matmul", a=ja, b=jb, r=array(r), size=array(size))


def cast_case():
    da, db = (str(x) for x in rng.choice(ORDER, size=2))
    ja, a = view(da, shape(), wide=rng.random() < 0.3, small=rng.random() < 0.8)
    case = {"k": "cast", "a": ja, "to": db}
    if db in INTS and da not in ("bool",):
        if da == "complex" and np.any(a.imag != 0):
            add(**case, err=True)
            return
        x = a.real if da == "complex" else a
        low, high = LIMITS[db]
        if any(not np.isfinite(v) or not low <= int(v) <= high for v in x.ravel()):
            add(**case, err=True)
            return
        r = np.array([int(v) for v in x.ravel()], dtype=DTYPES[db]).reshape(x.shape)
    elif da == "complex" and db in ("f32", "float"):
        if np.any(a.imag != 0) or np.any(np.isnan(a.imag)):
            add(**case, err=True)
            return
        r = a.real.astype(DTYPES[db])
    else:
        r = a.astype(DTYPES[db])
    add(**case, r=array(r))


# Printing ----------------------------------------------------------------------------------------

def text_case():
    d = str(rng.choice(ORDER))
    roll = rng.random()
    if roll < 0.04:
        s = (int(rng.integers(1001, 1300)),)
    elif roll < 0.08:
        s = (int(rng.integers(30, 60)), int(rng.integers(30, 60)))
    elif roll < 0.11:
        s = (11, 10, 11)
    elif roll < 0.3:
        s = (int(rng.integers(5, 60)),)
    else:
        s = shape(least_rank=1, max_side=7)
    total = int(np.prod(s))
    if total > 1000:
        # A formula, so that large arrays need no data here.
        a = (np.arange(total) * 37 % 101).reshape(s)
        divisor = int(rng.choice([1, 7, 1000]))
        a = a / divisor if d in ("f32", "float") else a % 2 == 0 if d == "bool" else a
        a = a.astype(DTYPES[d])
        ja = {"d": d, "s": list(s), "formula": divisor}
    else:
        a = values(d, total, wide=rng.random() < 0.2, small=rng.random() < 0.5).reshape(s)
        if d in ("f32", "float") and rng.random() < 0.3:
            a = np.round(a, 2)
        ja = array(a)
    text = str(a)
    if d == "bool":
        text = text.replace("True", "true").replace("False", "false")
    if d == "complex":
        text = text.replace("j", "i")
    add(k="str", a=ja, text=text)


PLAN = [
    (binary_case, 1450), (unary_case, 1000), (complex_special_case, len(ANNEX_G)), (select_case, 60), (reduce_case, 800), (scan_case, 120),
    (index_case, 680), (shape_case, 500), (create_case, 80), (order_case, 250), (matmul_case, 120),
    (cast_case, 200), (text_case, 300),
]

for make, count in PLAN:
    for _ in range(count):
        make()

out = pathlib.Path(output)
with out.open("w") as f:
    for case in cases:
        f.write(json.dumps(case, separators=(",", ":")) + "\n")
print(len(cases), "cases,", out.stat().st_size, "bytes")
