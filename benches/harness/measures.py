"""Measures of the scalar suite that are not a contest between peers."""

import subprocess
import tempfile
import time
from pathlib import Path

from .peers import BENCHES, quern_binary
from .runs import RunError, run_once

MEASURES = BENCHES / "measures"
ELEMENT_COUNTS = (1_000, 1_000_000, 100_000_000)


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
        timed = subprocess.run(
            ["/usr/bin/time", "-f", "%M", *command], capture_output=True, text=True, check=True
        )
    return best, int(timed.stderr.split()[-1]) / 1024


def compile_seconds(repeats: int) -> float:
    """Best time to compile a function of 50 lines: its first call less its second."""
    command = [str(quern_binary()), "--jit=eager", str(MEASURES / "compile.qn")]
    return min(run_once(command)[1] for _ in range(repeats))


def element_costs(repeats: int) -> dict[int, float]:
    """Array length -> best seconds per element of a loop over it."""
    source = str(MEASURES / "element_cost.qn")
    costs = {count: float("inf") for count in ELEMENT_COUNTS}
    for _ in range(repeats):
        for count in ELEMENT_COUNTS:
            seconds = run_once([str(quern_binary()), source, str(count)])[1]
            costs[count] = min(costs[count], seconds)
    return costs
