#!/bin/sh
# Installs what compare.py measures Quern against, and prints the versions.
# Safe to run again: what is already there is left alone.
#
#   benches/setup.sh
#
# Debian or Ubuntu; needs root or sudo for the packages. The Python peers
# (NumPy, SciPy, numexpr, Numba, JAX, PyTorch) go into the virtual environment
# benches/.venv. PyTorch is the build without CUDA where its index can be
# reached, else the usual one, some 3 GB larger; both compute alike on a CPU.
set -eu

here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
venv=$here/.venv

if [ "$(id -u)" = 0 ]; then as_root=; else as_root=sudo; fi

# command -> Debian package
missing=
need() {
    command -v "$1" >/dev/null 2>&1 || missing="$missing $2"
}
need gcc gcc
need luajit luajit
need lua5.4 lua5.4
need node nodejs
need pypy3 pypy3
need python3 python3
need /usr/bin/time time
python3 -c 'import ensurepip, venv' >/dev/null 2>&1 || missing="$missing python3-venv"
[ -e /usr/include/stdio.h ] || missing="$missing libc6-dev"

if [ -n "$missing" ]; then
    $as_root apt-get update -q
    # shellcheck disable=SC2086 # a list of package names
    DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -q --no-install-recommends $missing
fi

[ -x "$venv/bin/python" ] || python3 -m venv "$venv"
pip() {
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check "$@"
}
has() {
    "$venv/bin/python" -c "import $1" 2>/dev/null
}
has 'numpy, numba, scipy, numexpr, jax' || pip numpy numba scipy numexpr 'jax[cpu]'
has torch ||
    pip --retries 0 torch --index-url https://download.pytorch.org/whl/cpu 2>/dev/null ||
    pip torch

echo "gcc     $(gcc -dumpfullversion)"
echo "luajit  $(luajit -v | cut -d' ' -f2)"
echo "lua     $(lua5.4 -v | cut -d' ' -f2)"
echo "node    $(node --version)"
echo "pypy    $(pypy3 -c 'import sys; print("%d.%d.%d" % sys.pypy_version_info[:3])')"
echo "python  $("$venv/bin/python" -c 'import platform; print(platform.python_version())')"
for package in numpy scipy numexpr numba jax torch; do
    printf '%-7s ' $package
    "$venv/bin/python" -c "import $package; print($package.__version__)"
done
