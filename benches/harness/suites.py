"""The one table of suites and their programs.

A program lives in `benches/<suite>/<program>/`, one file per language. A new
suite is one more entry in `SUITES`, with its peers in `peers.py` and its
must-reach lines in `targets.py`.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from .peers import BENCHES


@dataclass(frozen=True)
class Contest:
    """One table of results: these peers run these programs at these sizes."""

    title: str
    peers: tuple[str, ...]
    # program -> sizes to run it at
    sizes: dict[str, tuple[int, ...]]
    # program -> peers that join only there
    extra_peers: dict[str, tuple[str, ...]]
    # One table for each size instead of one table.
    table_per_size: bool = False


@dataclass(frozen=True)
class Suite:
    name: str
    contests: tuple[Contest, ...]
    # Rounds, in each of which every peer runs once.
    repeats: int
    # How far two answers of a program at a size may lie apart, relative to their size.
    tolerance: Callable[[str, int], float]

    def folder(self, program: str) -> Path:
        return BENCHES / self.name / program

    def programs(self) -> list[str]:
        return list(dict.fromkeys(p for contest in self.contests for p in contest.sizes))


# The numeric programs of the scalar suite, in the order of its targets.
NUMERIC = (
    "fib",
    "mandelbrot",
    "nbody",
    "spectral_norm",
    "fannkuch",
    "sieve",
    "matmul",
    "nqueens",
    "quicksort",
    "collatz",
    "montecarlo_pi",
)

# The programs of the array suite whose size is a number of elements.
ELEMENTS = (
    "scale_shift",
    "triad",
    "chain",
    "black_scholes",
    "softmax_rows",
    "image",
    "kmeans",
    "pairwise",
    "jacobi",
    "standardise",
    "correlation",
    "mask",
    "sort",
    "argsort",
    "cumsum",
    "histogram",
)

# Those with sizes of their own: eight 4K images, paths, matrices, and a transform.
SHAPES = {
    "image": (8 * 2160 * 3840,),
    "gbm": (250_000, 1_000_000),
    "matmul": (1024,),
    "matmul_f32": (1024,),
    "fft": (2**20,),
    "solve": (1000,),
}

ARRAY = (*ELEMENTS, *(program for program in SHAPES if program not in ELEMENTS))

# What the memory of the machine allows, copied and added by C on all cores.
BOUND = "openmp"
ARRAY_PEERS = ("quern", "numpy", "scipy", "numexpr", "numba", "numba-serial", "jax", "torch", BOUND)

TOLERANCE = 1e-9


def scalar_tolerance(_program: str, _size: int) -> float:
    return TOLERANCE


def array_tolerance(program: str, size: int) -> float:
    match program:
        # Single precision, each peer in its own order.
        case "image" | "matmul_f32":
            return 1e-5
        # PyTorch takes distances from products of matrices: a point lies 1e-8 from itself.
        case "pairwise":
            return 1e-8
        # Each peer has its own random numbers. The payoff's standard deviation is 1.51 times the price, so five
        # standard errors of the difference of two prices are this.
        case "gbm":
            return 5 * 1.51 * math.sqrt(2 / size)
        case _:
            return TOLERANCE


SUITES = {
    "scalar": Suite(
        "scalar",
        (
            Contest(
                "compiled, warm",
                ("quern", "gcc", "numba", "luajit", "node", "pypy"),
                {
                    "fib": (35,),
                    "mandelbrot": (800,),
                    "nbody": (2_000_000,),
                    "spectral_norm": (1500,),
                    "fannkuch": (10,),
                    "sieve": (20_000_000,),
                    "matmul": (500,),
                    "nqueens": (14,),
                    "quicksort": (2_000_000,),
                    "collatz": (1_000_000,),
                    "montecarlo_pi": (50_000_000,),
                    "binary_trees": (16,),
                    "word_count": (2_000_000,),
                },
                extra_peers={"word_count": ("python",)},
            ),
            # Smaller, so that an interpreter takes a tenth of a second or so.
            Contest(
                "interpreters",
                ("quern-interpreter", "lua"),
                {
                    "fib": (30,),
                    "mandelbrot": (240,),
                    "nbody": (100_000,),
                    "spectral_norm": (300,),
                    "fannkuch": (9,),
                    "sieve": (2_000_000,),
                    "matmul": (200,),
                    "nqueens": (12,),
                    "quicksort": (300_000,),
                    "collatz": (50_000,),
                    "montecarlo_pi": (3_000_000,),
                    "binary_trees": (12,),
                    "word_count": (500_000,),
                },
                extra_peers={},
            ),
        ),
        repeats=5,
        tolerance=scalar_tolerance,
    ),
    "array": Suite(
        "array",
        (
            Contest(
                "arrays",
                ARRAY_PEERS,
                dict.fromkeys(("copy", *ELEMENTS), (1_000, 100_000, 10_000_000)),
                extra_peers={},
                table_per_size=True,
            ),
            Contest("shapes of their own", ARRAY_PEERS, SHAPES, extra_peers={}),
        ),
        repeats=2,
        tolerance=array_tolerance,
    ),
}
