"""Runs a program of the array suite with a Python library.

    bench.py PEER PROGRAM/PROGRAM.PEER.py SIZE...

The file has the function measured, `f`, as a user of the library writes it. What
it works on and what is printed of its result stand once, in `inputs` and `answer`
of PROGRAM.numpy.py. Compiling, turning NumPy arrays into the library's own and
waiting for results that come later are done here.
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from time import perf_counter
from types import ModuleType
from typing import Any

import numpy as np

# One timing repeats the call until it lasts about this long.
TIMING_S = 0.01
TIMINGS = 5
# No further timing starts after this long.
BUDGET_S = 0.5


def unchanged(x: Any) -> Any:
    return x


@dataclass
class Library:
    # From NumPy's array to the library's.
    convert: Callable[[np.ndarray], Any] = unchanged
    compile: Callable[[Callable], Callable] = unchanged
    # Waits until a result is there; None where a call returns with its result done.
    wait: Callable[[Any], Any] | None = None


def jax_library() -> Library:
    import jax

    jax.config.update("jax_enable_x64", True)
    return Library(jax.device_put, jax.jit, jax.block_until_ready)


def numba_library(parallel: bool) -> Library:
    import numba

    return Library(compile=numba.njit(parallel=parallel))


def torch_library() -> Library:
    import torch

    torch.set_grad_enabled(False)
    return Library(convert=torch.from_numpy)


LIBRARIES = {
    "numpy": Library,
    "scipy": Library,
    "numexpr": Library,
    "numba": lambda: numba_library(parallel=True),
    "numba-serial": lambda: numba_library(parallel=False),
    "jax": jax_library,
    "torch": torch_library,
}


def load(source: Path) -> ModuleType:
    spec = spec_from_file_location(source.name.removesuffix(".py").replace(".", "_"), source)
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def best_time(call: Callable[[], Any]) -> tuple[Any, float]:
    """The result of `call` and its best time in seconds."""
    call()
    start = perf_counter()
    result = call()
    seconds = spent = perf_counter() - start
    for _ in range(TIMINGS):
        if spent > BUDGET_S:
            break
        repeats = max(1, int(TIMING_S / seconds))
        start = perf_counter()
        for _ in range(repeats):
            result = call()
        elapsed = perf_counter() - start
        seconds = min(seconds, elapsed / repeats)
        spent += elapsed
    return result, seconds


def numpy_result(result: Any) -> Any:
    if isinstance(result, tuple):
        return tuple(np.asarray(part) for part in result)
    return np.asarray(result)


def measure(library: Library, program: ModuleType, oracle: ModuleType, size: int) -> None:
    f = library.compile(program.f)
    arguments = [library.convert(array) for array in oracle.inputs(size)]
    wait = library.wait
    call = (lambda: wait(f(*arguments))) if wait else (lambda: f(*arguments))
    result, seconds = best_time(call)
    print("answer", *(number.item() for number in map(np.asarray, oracle.answer(numpy_result(result)))))
    print("seconds", seconds, flush=True)


def main() -> None:
    peer, source, sizes = sys.argv[1], Path(sys.argv[2]), sys.argv[3:]
    library = LIBRARIES[peer]()
    program = load(source)
    oracle = load(source.with_name(f"{source.parent.name}.numpy.py"))
    for size in sizes:
        measure(library, program, oracle, int(size))


if __name__ == "__main__":
    main()
