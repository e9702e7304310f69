"""The must-reach table of each suite: what was measured against what it must be."""

import math
import subprocess
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from . import measures
from .runs import Row, RunError
from .suites import ARRAY, NUMERIC


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


def scalar_measures(repeats: int) -> tuple[list[Check], list[str]]:
    checks: list[Check] = []
    problems: list[str] = []

    def attempt(measure: Callable[[], list[Check]]) -> None:
        try:
            checks.extend(measure())
        except (RunError, OSError, ValueError, subprocess.SubprocessError) as error:
            problems.append(f"{measure.__name__}: {error}")

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

    for measure in (hello, compile_time, element_cost):
        attempt(measure)
    return checks, problems


def array_contests(rows: list[Row]) -> list[Check]:
    """At the largest size, against NumPy and against the best of all peers."""
    programs = (*ARRAY, "matmul")
    largest = {program: max((row.size for row in rows if row.program == program), default=0) for program in programs}
    times = Times([row for row in rows if row.size == largest[row.program]])
    peers = sorted({row.peer for row in rows} - {"quern"})
    lines = [(f"{program} against NumPy", times.ratio(program, "quern", "numpy"), 1.0) for program in programs]
    lines.append(("all against NumPy, geometric mean", times.mean_ratio(programs, "quern", "numpy"), 0.25))
    best = [times.ratio(program, "quern", *peers) for program in programs]
    known = [ratio for ratio in best if ratio is not None]
    if known:
        lines.append(("the slowest against the best peer", max(known), 1 / 0.9))
        lines.append(("all against the best peers, geometric mean", geometric_mean(known), 1 / 1.5))
    return [Check(measure, value, limit, "x") for measure, value, limit in lines if value is not None]


def no_measures(_repeats: int) -> tuple[list[Check], list[str]]:
    return [], []


# suite -> (checks from its rows, checks that measure for themselves)
TARGETS = {
    "scalar": (scalar_contests, scalar_measures),
    "array": (array_contests, no_measures),
}
