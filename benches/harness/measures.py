"""Measures that are not a contest between peers."""

import subprocess
import tempfile
import time
from pathlib import Path

from .peers import BENCHES, VENV_PYTHON, quern_binary
from .runs import RunError, run_once

MEASURES = BENCHES / "measures"
ELEMENT_COUNTS = (1_000, 1_000_000, 100_000_000)
SMALL_ARRAY_LOOPS = 1_000_000
CHAIN_LENGTH = 50_000_000
ARRAY_LENGTHS = (10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000)
# What an element takes in `array_cost.qn`: one f32 read and one written.
ARRAY_COST_BYTES = 8


def hello(repeats: int) -> tuple[float, float]:
    """Best wall time in seconds and peak resident MB of `print("hi")`, as a process.

    GNU time takes the memory: a child of Python would inherit Python's own peak.
    """
    with tempfile.NamedTemporaryFile("w", suffix=".qn") as script:
        script.write('print("hi")\n')
        script.flush()
        command = [str(quern_binary()), script.name]
        best = float("inf")
        for _ in range(10 * repeats):
            start = time.perf_counter()
            done = subprocess.run(command, capture_output=True, text=True)
            best = min(best, time.perf_counter() - start)
            if done.returncode != 0 or done.stdout != "hi\n":
                raise RunError(f'print("hi") printed {done.stdout!r}\n{done.stderr[-2000:]}')
        return best, peak_bytes(command) / 2**20


def peak_bytes(command: list[str]) -> int:
    """Peak resident memory of a process, as GNU time reports it."""
    timed = subprocess.run(["/usr/bin/time", "-f", "%M", *command], capture_output=True, text=True, check=True)
    return int(timed.stderr.split()[-1]) * 1024


def compile_seconds(repeats: int) -> float:
    """Best time to compile a function of 50 lines: its first call less its second."""
    command = [str(quern_binary()), "--jit=eager", str(MEASURES / "compile.qn")]
    return min(run_once(command, ()).seconds[0] for _ in range(repeats))


def element_costs(repeats: int) -> dict[int, float]:
    """Array length -> best seconds per element of a loop over it."""
    return cost_per_element("element_cost.qn", ELEMENT_COUNTS, repeats)


def cost_per_element(script: str, lengths: tuple[int, ...], repeats: int) -> dict[int, float]:
    command = [str(quern_binary()), str(MEASURES / script)]
    costs = dict.fromkeys(lengths, float("inf"))
    for _ in range(repeats):
        for length in lengths:
            costs[length] = min(costs[length], run_once(command, (length,)).seconds[0])
    return costs


def small_array_seconds(repeats: int) -> tuple[float, float]:
    """Best time of one operation on arrays of 10 elements, ours and NumPy's."""
    commands = (
        [str(quern_binary()), str(MEASURES / "small_array.qn")],
        [str(VENV_PYTHON), str(MEASURES / "small_array.numpy.py")],
    )
    rounds = [[run_once(command, (SMALL_ARRAY_LOOPS,)).seconds[0] for command in commands] for _ in range(repeats)]
    return min(ours for ours, _ in rounds), min(numpys for _, numpys in rounds)


def chain_memory() -> float:
    """Peak memory of a process that makes an array and a chain of ten operations on it, in sizes of the array."""
    peak = peak_bytes([str(quern_binary()), str(MEASURES / "chain_memory.qn"), str(CHAIN_LENGTH)])
    return peak / (8 * CHAIN_LENGTH)


def array_costs(repeats: int) -> dict[int, float]:
    """Array length -> best seconds per element of an elementwise chain on f32, where there is memory for it."""
    room = available_bytes()
    lengths = tuple(length for length in ARRAY_LENGTHS if 1.2 * ARRAY_COST_BYTES * length < room)
    return cost_per_element("array_cost.qn", lengths, repeats)


def available_bytes() -> int:
    with open("/proc/meminfo") as meminfo:
        return int(next(line.split()[1] for line in meminfo if line.startswith("MemAvailable"))) * 1024


def cache_sizes() -> list[int]:
    """What each cache level of all cores together holds, in bytes; a level that cores share counts once."""
    sizes: dict[int, dict[str, int]] = {}
    for index in Path("/sys/devices/system/cpu").glob("cpu[0-9]*/cache/index*"):
        if (index / "type").read_text().strip() != "Instruction":
            kilobytes = int((index / "size").read_text().strip().removesuffix("K"))
            shared_by = (index / "shared_cpu_list").read_text().strip()
            sizes.setdefault(int((index / "level").read_text()), {})[shared_by] = kilobytes * 1024
    return [sum(by_sharers.values()) for _, by_sharers in sorted(sizes.items())]


def steepest_level(costs: dict[int, float]) -> float:
    """Dearest over cheapest element among the lengths that fit into the same cache, at its worst."""
    caches = cache_sizes()
    levels: dict[int, list[float]] = {}
    for length, cost in costs.items():
        level = sum(ARRAY_COST_BYTES * length > size for size in caches)
        levels.setdefault(level, []).append(cost)
    return max(max(level) / min(level) for level in levels.values())
