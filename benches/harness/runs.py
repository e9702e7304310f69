"""Runs programs, all peers interleaved, and keeps the best of the repeats.

Every program takes its sizes as arguments and prints two lines for each:
`answer <values>` and `seconds <float>`, the time of its computation after
start-up and warm-up. The time of the whole process is taken here.
"""

import math
import os
import subprocess
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path

from .peers import PEERS
from .suites import Contest, Suite

# A program that takes longer than this has hung.
TIMEOUT_S = 300
# Peers choose their threads and kernels by themselves.
CHOICES = ("OMP_", "OPENBLAS_", "MKL_", "NUMBA_", "NUMEXPR_", "XLA_")
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith(CHOICES)}


class RunError(Exception):
    """A program failed, hung, or printed something else than its lines."""


@dataclass
class Row:
    suite: str
    program: str
    size: int
    peer: str
    seconds: float
    # None where a process ran several sizes.
    process_seconds: float | None
    answer: str

    def to_json(self) -> dict:
        return vars(self)


@dataclass
class Outcome:
    """What one process printed, an answer and its seconds for each size, and how long it took."""

    answers: list[str]
    seconds: list[float]
    process_seconds: float


def run_once(command: list[str], sizes: tuple[int, ...]) -> Outcome:
    command = [*command, *map(str, sizes)]
    start = time.perf_counter()
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT_S, env=ENVIRONMENT)
    except subprocess.TimeoutExpired:
        raise RunError(f"no answer after {TIMEOUT_S} s: {' '.join(command)}") from None
    whole = time.perf_counter() - start
    if done.returncode != 0:
        raise RunError(f"exit status {done.returncode}: {' '.join(command)}\n{done.stderr[-2000:]}")
    lines = [line.partition(" ") for line in done.stdout.splitlines()]
    try:
        answers = [rest for word, _, rest in lines if word == "answer"]
        seconds = [float(rest) for word, _, rest in lines if word == "seconds"]
    except ValueError:
        answers, seconds = [], []
    expected = max(1, len(sizes))
    if len(answers) != expected or len(seconds) != expected:
        raise RunError(f"expected `answer` and `seconds` {expected} times: {' '.join(command)}\n{done.stdout[-2000:]}")
    return Outcome(answers, seconds, whole)


def answers_equal(a: str, b: str, tolerance: float) -> bool:
    xs, ys = a.split(), b.split()
    if len(xs) != len(ys):
        return False
    try:
        return all(math.isclose(float(x), float(y), rel_tol=tolerance) for x, y in zip(xs, ys))
    except ValueError:
        return xs == ys


def compare_answers(suite: Suite, rows: list[Row]) -> list[str]:
    """What differs among the answers to one program at one size."""
    # The first peer that is not Quern says what the answer is.
    oracle = next((row for row in rows if not row.peer.startswith("quern")), None)
    if oracle is None:
        return []
    tolerance = suite.tolerance(oracle.program, oracle.size)
    return [
        f"{row.program} {row.size}: {row.peer} answers {row.answer}, {oracle.peer} {oracle.answer}"
        for row in rows
        if not answers_equal(row.answer, oracle.answer, tolerance)
    ]


def run_program(
    suite: Suite, program: str, sizes: tuple[int, ...], peers: tuple[str, ...], repeats: int
) -> tuple[list[Row], list[str]]:
    """Runs one program with every peer that has it; returns rows and what went wrong."""
    commands: dict[str, list[str]] = {}
    problems: list[str] = []
    for name in peers:
        peer = PEERS[name]
        source = peer.source(suite.folder(program))
        if source is not None and peer.needs():
            commands[name] = peer.command(source)
    rows: dict[str, list[Row]] = {}
    for _ in range(repeats):
        for name in list(commands):
            try:
                outcome = run_once(commands[name], sizes)
            except RunError as error:
                problems.append(f"{program}, {name}: {error}")
                del commands[name]
                rows.pop(name, None)
                continue
            whole = outcome.process_seconds if len(sizes) == 1 else None
            found = [
                Row(suite.name, program, size, name, seconds, whole, answer)
                for size, seconds, answer in zip(sizes, outcome.seconds, outcome.answers)
            ]
            rows[name] = [better(row, new) for row, new in zip(rows.get(name, found), found)]
    by_size = [list(same_size) for same_size in zip(*rows.values())]
    for same_size in by_size:
        problems += compare_answers(suite, same_size)
    return [row for same_size in by_size for row in same_size], problems


def better(row: Row, new: Row) -> Row:
    """The newer answer with the best times of both."""
    whole = None if row.process_seconds is None else min(row.process_seconds, new.process_seconds)
    return replace(new, seconds=min(row.seconds, new.seconds), process_seconds=whole)


def run_contest(
    suite: Suite, contest: Contest, only: list[str], peers: list[str], largest: int | None, repeats: int
) -> tuple[list[Row], list[str]]:
    rows: list[Row] = []
    problems: list[str] = []
    for program, all_sizes in contest.sizes.items():
        sizes = tuple(size for size in all_sizes if largest is None or size <= largest)
        if (only and program not in only) or not sizes:
            continue
        names = contest.peers + contest.extra_peers.get(program, ())
        names = tuple(name for name in names if not peers or name in peers)
        print(f"  {program} {' '.join(map(str, sizes))}", file=sys.stderr, flush=True)
        new_rows, new_problems = run_program(suite, program, sizes, names, repeats)
        rows += new_rows
        problems += new_problems
    return rows, problems
