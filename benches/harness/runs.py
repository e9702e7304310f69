"""Runs programs, all peers interleaved, and keeps the best of the repeats.

Every program takes its size as first argument and prints two lines:
`answer <values>` and `seconds <float>`, the time of its computation after
start-up and warm-up. The time of the whole process is taken here.
"""

import math
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from .peers import PEERS
from .suites import Contest, Suite

# A program that takes longer than this has hung.
TIMEOUT_S = 300
# How far two answers may lie apart, relative to their size.
TOLERANCE = 1e-9


class RunError(Exception):
    """A program failed, hung, or printed something else than its two lines."""


@dataclass
class Row:
    suite: str
    program: str
    size: int
    peer: str
    seconds: float
    process_seconds: float
    answer: str

    def to_json(self) -> dict:
        return vars(self)


def run_once(command: list[str]) -> tuple[str, float, float]:
    """Returns the answer, its seconds, and the seconds of the whole process."""
    start = time.perf_counter()
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT_S)
    except subprocess.TimeoutExpired:
        raise RunError(f"no answer after {TIMEOUT_S} s: {' '.join(command)}") from None
    whole = time.perf_counter() - start
    if done.returncode != 0:
        raise RunError(f"exit status {done.returncode}: {' '.join(command)}\n{done.stderr[-2000:]}")
    lines = dict(line.split(" ", 1) for line in done.stdout.splitlines() if " " in line)
    try:
        return lines["answer"], float(lines["seconds"]), whole
    except (KeyError, ValueError):
        raise RunError(f"expected `answer` and `seconds`: {' '.join(command)}\n{done.stdout[-2000:]}") from None


def answers_equal(a: str, b: str) -> bool:
    xs, ys = a.split(), b.split()
    if len(xs) != len(ys):
        return False
    try:
        return all(math.isclose(float(x), float(y), rel_tol=TOLERANCE) for x, y in zip(xs, ys))
    except ValueError:
        return xs == ys


def run_program(
    suite: Suite, contest: Contest, program: str, size: int, peers: tuple[str, ...], repeats: int
) -> tuple[list[Row], list[str]]:
    """Runs one program with every peer that has it; returns rows and what went wrong."""
    commands: dict[str, list[str]] = {}
    problems: list[str] = []
    for name in peers:
        peer = PEERS[name]
        source = peer.source(suite.folder(program))
        if source is not None and peer.needs():
            commands[name] = [*peer.command(source), str(size)]
    rows: dict[str, Row] = {}
    for _ in range(repeats):
        for name in list(commands):
            try:
                answer, seconds, whole = run_once(commands[name])
            except RunError as error:
                problems.append(f"{program}, {name}: {error}")
                del commands[name]
                rows.pop(name, None)
                continue
            row = rows.setdefault(name, Row(suite.name, program, size, name, seconds, whole, answer))
            row.seconds = min(row.seconds, seconds)
            row.process_seconds = min(row.process_seconds, whole)
    listed = list(rows.values())
    # The first peer that is not Quern says what the answer is.
    oracle = next((row for row in listed if not row.peer.startswith("quern")), None)
    for row in listed:
        if oracle is not None and not answers_equal(row.answer, oracle.answer):
            problems.append(f"{program}: {row.peer} answers {row.answer}, {oracle.peer} {oracle.answer}")
    return listed, problems


def run_contest(
    suite: Suite, contest: Contest, only: list[str], peers: list[str], repeats: int
) -> tuple[list[Row], list[str]]:
    rows: list[Row] = []
    problems: list[str] = []
    for program, sizes in contest.sizes.items():
        if only and program not in only:
            continue
        names = contest.peers + contest.extra_peers.get(program, ())
        names = tuple(name for name in names if not peers or name in peers)
        for size in sizes:
            print(f"  {program} {size}", file=sys.stderr, flush=True)
            new_rows, new_problems = run_program(suite, contest, program, size, names, repeats)
            rows += new_rows
            problems += new_problems
    return rows, problems
