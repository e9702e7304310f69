"""The one table of suites and their programs.

A program lives in `benches/<suite>/<program>/`, one file per language. A new
suite is one more entry in `SUITES`, with its peers in `peers.py` and its
must-reach lines in `targets.py`.
"""

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


@dataclass(frozen=True)
class Suite:
    name: str
    contests: tuple[Contest, ...]

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

# The programs of the array suite, whose size is a number of elements.
ARRAY = (
    "scale_shift",
    "chain",
    "black_scholes",
    "softmax_rows",
    "jacobi",
    "standardise",
    "correlation",
    "mask",
    "sort",
    "cumsum",
    "histogram",
    "pairwise",
    "kmeans",
    "image",
)

ARRAY_PEERS = ("quern", "numpy", "numexpr", "numba")

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
    ),
    "array": Suite(
        "array",
        (
            Contest("10 million elements", ARRAY_PEERS, {name: (10_000_000,) for name in ARRAY} | {"matmul": (1024,)}, {}),
            Contest("100,000 elements", ARRAY_PEERS, dict.fromkeys(ARRAY, (100_000,)), {}),
            Contest("1,000 elements", ARRAY_PEERS, dict.fromkeys(ARRAY, (1_000,)), {}),
        ),
    ),
}
