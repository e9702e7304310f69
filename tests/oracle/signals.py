"""Writes tests/scripts/stdlib/fft/oracle.qn and tests/scripts/stdlib/dsp/oracle.qn: calls of the modules fft and
dsp, and whether the results are those of NumPy and SciPy.

    python3 -m venv venv && venv/bin/pip install numpy scipy
    venv/bin/python tests/oracle/signals.py

Written with NumPy 2.4 and SciPy 1.17.
"""

import pathlib

import numpy as np
from scipy import signal

rng = np.random.default_rng(2026)
lines = []


def number(x):
    if isinstance(x, complex):
        return f"{x.real!r} {'-' if x.imag < 0 else '+'} {abs(x.imag)!r}i"
    return repr(x)


def literal(a):
    """A number or array as a script writes it."""
    a = np.asarray(a)
    if a.ndim == 0:
        return number(a.item())
    if a.size == 0:
        return f"zeros({', '.join(map(str, a.shape))})"
    return "[" + ", ".join(literal(part) for part in a) + "]"


def draw(dtype, *shape):
    x = np.round(rng.normal(size=shape) * 4, 2)
    if dtype is complex:
        x = x + 1j * np.round(rng.normal(size=shape) * 4, 2)
    return np.round(x).astype(int) if dtype is int else x.astype(dtype)


def check(call, wanted):
    lines.append(f"check({call}, {literal(wanted)})")


def write(module, head=""):
    text = f"""# Written by tests/oracle/signals.py with NumPy and SciPy. Only what is wrong is printed.

fn check(found, wanted) {{
    if found.shape != wanted.shape {{ print("shape", found, wanted) }}
    else if wanted.size > 0 and found.dtype != wanted.dtype {{ print("dtype", found, wanted) }}
    else if wanted.size > 0 and max(abs(found - wanted)) > 1e-12 * (1 + max(abs(wanted))) {{
        print("value", found, wanted)
    }}
}}
{head}
"""
    out = pathlib.Path(__file__).parent.parent / f"scripts/stdlib/{module}/oracle.qn"
    out.parent.mkdir(exist_ok=True)
    out.write_text(text + "\n".join(lines) + '\nprint("checked")  # expect: checked\n')
    print(len(lines), "lines,", out.stat().st_size, "bytes")
    lines.clear()


# ---- fft -------------------------------------------------------------------------------------------

F = np.fft
for dtype in (float, complex, int):
    for n in (1, 2, 3, 5, 8, 13, 30):
        x = draw(dtype, n)
        X = literal(x)
        check(f"fft.fft({X})", F.fft(x))
        check(f"fft.ifft({X})", F.ifft(x))
        if n > 1:
            check(f"fft.irfft({X})", F.irfft(x))
        check(f"fft.irfft({X}, {2 * n - 1})", F.irfft(x, 2 * n - 1))
        if dtype is not complex:
            check(f"fft.rfft({X})", F.rfft(x))
        check(f"fft.fftshift({X})", F.fftshift(x) * 1)
        check(f"fft.ifftshift({X})", F.ifftshift(x) * 1)
    x = draw(dtype, 6)
    for n in (1, 3, 6, 7, 10):
        for name in ("fft", "ifft", "irfft") + (() if dtype is complex else ("rfft",)):
            check(f"fft.{name}({literal(x)}, {n})", getattr(F, name)(x, n))
    x = draw(dtype, 2, 3, 2)
    X = literal(x)
    for axis in (0, 1, -1):
        for name in ("fft", "ifft", "irfft") + (() if dtype is complex else ("rfft",)):
            check(f"fft.{name}({X}, axis: {axis})", getattr(F, name)(x, axis=axis))
            check(f"fft.{name}({X}, 5, {axis})", getattr(F, name)(x, 5, axis))
        check(f"fft.fftshift({X}, {axis})", F.fftshift(x, axis))
        check(f"fft.ifftshift({X}, {axis})", F.ifftshift(x, axis))
    for name in ("fft2", "ifft2", "fftn", "ifftn"):
        transform = getattr(F, name)
        check(f"fft.{name}({X})", transform(x))
        check(f"fft.{name}({X}, (3, 2))", transform(x, (3, 2), axes=(-2, -1)))
        check(f"fft.{name}({X}, axes: (0, 2))", transform(x, axes=(0, 2)))
        check(f"fft.{name}({X}, (4, 3), (2, 0))", transform(x, (4, 3), axes=(2, 0)))
    check(f"fft.fftshift({X})", F.fftshift(x))
    check(f"fft.fftshift({X}, (0, 2))", F.fftshift(x, (0, 2)))
    # Views: transposed, reversed, every other element.
    x = draw(dtype, 4, 6)
    for view, text in [(x.T, ".T"), (x[::-1], "[3..=0 by -1]"), (x[:, ::2], "[.., 0..6 by 2]")]:
        for axis in (0, 1):
            check(f"fft.fft({literal(x)}{text}, axis: {axis})", F.fft(view, axis=axis))
            check(f"fft.ifft({literal(x)}{text}, axis: {axis})", F.ifft(view, axis=axis))
for n in range(1, 10):
    for d in (1, 0.1):
        check(f"fft.fftfreq({n}, {d})", F.fftfreq(n, d))
        check(f"fft.rfftfreq({n}, {d})", F.rfftfreq(n, d))
check("fft.fft(zeros(0), 4)", F.fft(np.zeros(0), 4))
check("fft.fft(zeros(0, 4))", F.fft(np.zeros((0, 4))))
check("fft.fft(zeros(2, 0), 3)", F.fft(np.zeros((2, 0)), 3))
check("fft.rfft(f32([1, 2.5, 4]))", F.rfft(np.array([1, 2.5, 4])))
check("fft.irfft([1 + 2i, 3 + 1i, 5 - 1i])", F.irfft([1 + 2j, 3 + 1j, 5 - 1j]))
write("fft")

# ---- dsp -------------------------------------------------------------------------------------------

for m, n in [(1, 1), (1, 4), (4, 1), (3, 3), (5, 2), (2, 5), (9, 4), (4, 9), (8, 8)]:
    for a, b in [(draw(float, m), draw(float, n)), (draw(complex, m), draw(float, n)), (draw(complex, m), draw(complex, n))]:
        for mode in ("full", "same", "valid"):
            check(f"dsp.convolve({literal(a)}, {literal(b)}, \"{mode}\")", signal.convolve(a, b, mode))
            check(f"dsp.correlate({literal(a)}, {literal(b)}, \"{mode}\")", signal.correlate(a, b, mode))
for m, n in [(600, 400), (300, 1000), (257, 256)]:
    a, b = np.cos(np.arange(m)), np.sin(np.arange(n) ** 2 * 0.1)
    A, B = f"cos(1.0 * arange({m}))", f"sin(arange({n}) ^ 2 * 0.1)"
    for mode in ("full", "same", "valid"):
        check(f"some(dsp.convolve({A}, {B}, \"{mode}\"))", signal.convolve(a, b, mode)[::37])
        check(f"some(dsp.correlate({A} * 1i, {B}, \"{mode}\"))", signal.correlate(a * 1j, b, mode)[::37])
for order in (1, 2, 4):
    for b, a in [signal.butter(order, 0.3), signal.cheby1(order, 1, 0.2), (draw(float, order + 2), draw(float, 1) + 9),
                 (draw(float, 1), [2.0, 0.5])]:
        x = draw(float, 20)
        check(f"dsp.filter({literal(b)}, {literal(a)}, {literal(x)})", signal.lfilter(b, a, x))
check("dsp.filter([1.0], [1.0, 0.5], zeros(0))", np.zeros(0))
for name in ("hann", "hamming", "blackman"):
    for n in range(8):
        for sym in (True, False):
            check(f"dsp.{name}({n}, {str(sym).lower()})", getattr(signal.windows, name)(n, sym))


def spectra(x, X, options, **others):
    for name in ("welch", "spectrogram"):
        found = getattr(signal, name)(x, **{"window": "hann", **others})
        call = f"dsp.{name}({X}{options})"
        check(f"{call}.frequencies", found[0])
        check(f"{call}.power", found[-1])
        if name == "spectrogram":
            check(f"{call}.times", found[1])


x = np.sin(np.arange(60) * 0.7) + 3
X = "(sin(arange(60) * 0.7) + 3)"
spectra(x, X, ", nperseg: 16", nperseg=16)
spectra(x, X, ", 10, nperseg: 15", fs=10, nperseg=15)
spectra(x, X, ", nperseg: 100", nperseg=60)
spectra(x, X, ', window: "hamming", nperseg: 20, noverlap: 15', window="hamming", nperseg=20, noverlap=15)
spectra(x, X, ', window: "blackman", nperseg: 20, noverlap: 0, detrend: none', window="blackman", nperseg=20,
        noverlap=0, detrend=False)
spectra(x, X, ', window: "boxcar", nperseg: 8, scaling: "spectrum"', window="boxcar", nperseg=8, scaling="spectrum")
spectra(x, X, ", window: [1, 2, 3, 2.5, 1]", window=[1, 2, 3, 2.5, 1], nperseg=5)
spectra(x, X, ", nperseg: 1", nperseg=1)
write("dsp", "\nfn some(x) { x[0..len(x) by 37] }\n")
