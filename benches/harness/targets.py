"""The must-reach table of each suite: what was measured against what it must be."""

import math
import subprocess
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from . import measures
from .runs import Row, RunError
from .suites import ARRAY, BOUND, NUMERIC


@dataclass
class Check:
    measure: str
    value: float
    limit: float
    unit: str

    @property
    def passed(self) -> bool:
        return self.value <= self.limit

    def to_json(self) -> dict:
        return {**vars(self), "passed": self.passed}


def geometric_mean(values: Iterable[float]) -> float:
    logs = [math.log(value) for value in values]
    return math.exp(sum(logs) / len(logs))


class Times:
    """Best seconds by program and peer, with ratios only where both were measured."""

    def __init__(self, rows: list[Row]):
        self.seconds = {(row.program, row.peer): row.seconds for row in rows}

    def ratio(self, program: str, ours: str, *peers: str) -> float | None:
        mine = self.seconds.get((program, ours))
        theirs = [self.seconds[program, peer] for peer in peers if (program, peer) in self.seconds]
        return mine / min(theirs) if mine is not None and theirs else None

    def best(self, program: str, peers: Iterable[str]) -> str | None:
        """The fastest of the peers at a program."""
        known = [peer for peer in peers if (program, peer) in self.seconds]
        return min(known, key=lambda peer: self.seconds[program, peer], default=None)

    def mean_ratio(self, programs: Iterable[str], ours: str, peer: str) -> float | None:
        ratios = [self.ratio(program, ours, peer) for program in programs]
        known = [ratio for ratio in ratios if ratio is not None]
        return geometric_mean(known) if known else None


def scalar_contests(rows: list[Row]) -> list[Check]:
    times = Times(rows)
    programs = list(dict.fromkeys(row.program for row in rows))
    lines = [
        (f"{program} against the faster of LuaJIT and Node", times.ratio(program, "quern", "luajit", "node"), 1.0)
        for program in NUMERIC
    ]
    lines += [
        ("numeric programs against Numba, geometric mean", times.mean_ratio(NUMERIC, "quern", "numba"), 1.05),
        ("numeric programs against gcc -O2, geometric mean", times.mean_ratio(NUMERIC, "quern", "gcc"), 1.25),
        ("binary_trees against PyPy", times.ratio("binary_trees", "quern", "pypy"), 1.0),
        ("word_count against Python's dict loop", times.ratio("word_count", "quern", "python"), 1.0),
        ("interpreter against Lua 5.4, geometric mean", times.mean_ratio(programs, "quern-interpreter", "lua"), 1.5),
    ]
    return [Check(measure, value, limit, "x") for measure, value, limit in lines if value is not None]


def attempt(all_measures: Iterable[Callable[[], list[Check]]]) -> tuple[list[Check], list[str]]:
    """Takes every measure; one that fails is a problem and does not keep the others from being taken."""
    checks: list[Check] = []
    problems: list[str] = []
    for measure in all_measures:
        try:
            checks += measure()
        except (RunError, OSError, ValueError, subprocess.SubprocessError) as error:
            problems.append(f"{measure.__name__}: {error}")
    return checks, problems


def scalar_measures(repeats: int) -> tuple[list[Check], list[str]]:
    def hello() -> list[Check]:
        seconds, megabytes = measures.hello(repeats)
        return [
            Check('whole process of print("hi")', seconds * 1e3, 10, "ms"),
            Check('peak resident memory of print("hi")', megabytes, 15, "MB"),
        ]

    def compile_time() -> list[Check]:
        return [Check("compiling a function of 50 lines", measures.compile_seconds(repeats) * 1e3, 5, "ms")]

    def element_cost() -> list[Check]:
        costs = measures.element_costs(repeats)
        return [Check("one element over 1e3, 1e6, 1e8: dearest to cheapest", max(costs.values()) / min(costs.values()), 1.5, "x")]

    return attempt((hello, compile_time, element_cost))


# Those that have to come close to a library of decades; the other programs must not be slower than NumPy.
LIBRARY = ("matmul", "matmul_f32", "fft", "solve", "sort", "argsort")
BANDWIDTH_BYTES = {"scale_shift": 16, "triad": 24}
COPY_BYTES = 16


def array_contests(rows: list[Row]) -> list[Check]:
    """At the largest size of each program, against NumPy, the best of all peers, and the memory of the machine."""
    largest: dict[str, int] = {}
    for row in rows:
        largest[row.program] = max(row.size, largest.get(row.program, 0))
    times = Times([row for row in rows if row.size == largest[row.program]])
    peers = list(dict.fromkeys(row.peer for row in rows if row.peer not in ("quern", BOUND)))

    lines = []
    for program in ARRAY:
        if program in LIBRARY:
            lines.append((f"{program} against NumPy and SciPy", times.ratio(program, "quern", "numpy", "scipy"), 1 / 0.9))
        else:
            lines.append((f"{program} against NumPy", times.ratio(program, "quern", "numpy"), 1.0))
    lines.append(("all against NumPy, geometric mean", times.mean_ratio(ARRAY, "quern", "numpy"), 1 / 4))

    best = {program: times.best(program, peers) for program in ARRAY}
    ratios = {program: times.ratio(program, "quern", peer) for program, peer in best.items() if peer is not None}
    known = {program: ratio for program, ratio in ratios.items() if ratio is not None}
    lines += [(f"{program} against the best, {best[program]}", ratio, 1 / 0.9) for program, ratio in known.items()]
    if known:
        lines.append(("all against the best, geometric mean", geometric_mean(known.values()), 1 / 1.5))
    return [Check(measure, value, limit, "x") for measure, value, limit in lines if value is not None] + against_copy(times, largest)


def against_copy(times: Times, largest: dict[str, int]) -> list[Check]:
    copy = times.seconds.get(("copy", BOUND))
    checks = []
    for program, moved in BANDWIDTH_BYTES.items():
        seconds = times.seconds.get((program, "quern"))
        if copy is not None and seconds is not None and largest[program] == largest["copy"]:
            slowdown = seconds / moved / (copy / COPY_BYTES)
            checks.append(Check(f"bandwidth of a copy over that of {program}", slowdown, 1 / 0.85, "x"))
    chain = times.seconds.get(("chain", "quern"))
    if copy is not None and chain is not None and largest["chain"] == largest["copy"]:
        checks.append(Check("chain against a plain copy", chain / copy, 2.5, "x"))
    return checks


def array_measures(repeats: int) -> tuple[list[Check], list[str]]:
    def small_arrays() -> list[Check]:
        ours, numpys = measures.small_array_seconds(repeats)
        return [
            Check("one operation on 10 elements in a compiled loop", ours * 1e9, 60, "ns"),
            Check("one operation on 10 elements against NumPy", ours / numpys, 1 / 5, "x"),
        ]

    def memory() -> list[Check]:
        return [Check("peak memory of a chain of ten operations, in arrays", measures.chain_memory(), 2.2, "x")]

    def array_cost() -> list[Check]:
        costs = measures.array_costs(repeats)
        span = " to ".join(f"1e{round(math.log10(length))}" for length in (min(costs), max(costs)))
        title = f"one f32 element, {span}: dearest to cheapest in one cache level"
        return [Check(title, measures.steepest_level(costs), 1.5, "x")]

    return attempt((small_arrays, memory, array_cost))


# suite -> (checks from its rows, checks that measure for themselves)
TARGETS = {
    "scalar": (scalar_contests, scalar_measures),
    "array": (array_contests, array_measures),
}
