"""What Quern is measured against: how each peer finds its source file and runs it.

A peer's source is the first `<program><suffix>` that exists in the program's
folder; a program without one is not run by that peer. Where the suite's folder
has a `bench.py`, that runs the Python programs.
"""

import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

BENCHES = Path(__file__).resolve().parent.parent
REPOSITORY = BENCHES.parent
BUILD = BENCHES / "build"
VENV = BENCHES / ".venv"
VENV_PYTHON = VENV / "bin" / "python"


@dataclass(frozen=True)
class Peer:
    name: str
    suffixes: tuple[str, ...]
    # The command that starts a program, from its source file.
    command: Callable[[Path], list[str]]
    # What must exist for the peer to run at all.
    needs: Callable[[], bool]

    def source(self, folder: Path) -> Path | None:
        candidates = (folder / f"{folder.name}{suffix}" for suffix in self.suffixes)
        return next((path for path in candidates if path.exists()), None)


def quern_binary() -> Path:
    target = Path(os.environ.get("CARGO_TARGET_DIR", "target"))
    return REPOSITORY / target / "release" / "jit"


def build_quern() -> None:
    subprocess.run(
        ["cargo", "build", "--release", "--package", "quern-lang", "--bin", "jit"],
        cwd=REPOSITORY,
        check=True,
    )


def compiled_c(source: Path, *options: str) -> list[str]:
    """Builds `source` with gcc when it is newer than its binary."""
    binary = BUILD / source.parent.parent.name / source.stem
    headers = BENCHES.glob("*/*.h")
    newest = max(path.stat().st_mtime for path in [source, *headers])
    if not binary.exists() or binary.stat().st_mtime < newest:
        binary.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run(["gcc", *options, "-o", binary, source, "-lm"], check=True)
    return [str(binary)]


def _tool(name: str, suffixes: tuple[str, ...], executable: str) -> Peer:
    return Peer(
        name,
        suffixes,
        command=lambda source: [executable, str(source)],
        needs=lambda: shutil.which(executable) is not None,
    )


def _gcc(name: str, suffix: str, *options: str) -> Peer:
    return Peer(
        name,
        (suffix,),
        command=lambda source: compiled_c(source, *options),
        needs=lambda: shutil.which("gcc") is not None,
    )


def _venv(name: str, package: str, *other_suffixes: str) -> Peer:
    def command(source: Path) -> list[str]:
        driver = source.parent.parent / "bench.py"
        return [str(VENV_PYTHON), *([str(driver), name] if driver.exists() else []), str(source)]

    return Peer(
        name,
        (f".{name}.py", *other_suffixes),
        command,
        needs=lambda: any(VENV.glob(f"lib/python*/site-packages/{package}")),
    )


def _quern(name: str, *options: str) -> Peer:
    return Peer(
        name,
        (".qn",),
        command=lambda source: [str(quern_binary()), *options, str(source)],
        needs=lambda: quern_binary().exists(),
    )


PEERS = {
    peer.name: peer
    for peer in [
        _quern("quern"),
        _quern("quern-interpreter", "--jit=off"),
        _gcc("gcc", ".c", "-O2"),
        _gcc("openmp", ".openmp.c", "-O3", "-march=native", "-fopenmp"),
        _venv("numpy", "numpy"),
        _venv("scipy", "scipy"),
        _venv("numexpr", "numexpr"),
        _venv("numba", "numba"),
        _venv("numba-serial", "numba", ".numba.py"),
        _venv("jax", "jax"),
        _venv("torch", "torch"),
        _tool("luajit", (".luajit.lua", ".lua"), "luajit"),
        _tool("node", (".js",), "node"),
        _tool("pypy", (".py",), "pypy3"),
        Peer(
            "python",
            (".py",),
            command=lambda source: [str(VENV_PYTHON), str(source)],
            needs=VENV_PYTHON.exists,
        ),
        _tool("lua", (".lua",), "lua5.4"),
    ]
}
