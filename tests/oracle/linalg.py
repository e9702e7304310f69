"""Writes tests/scripts/stdlib/linalg/oracle.qn: random calls of the module linalg, and whether the results
are those of NumPy and SciPy.

    python3 -m venv venv && venv/bin/pip install numpy scipy
    venv/bin/python tests/oracle/linalg.py

Written with NumPy 2.4 and SciPy 1.17. What they and we may choose freely (signs of vectors, the order of
eigenvalues) is not compared; that the factors make the matrix again is tested instead.
"""

import pathlib

import numpy as np
import scipy.linalg

rng = np.random.default_rng(2026)
lines = []


def number(x):
    if isinstance(x, (complex, np.complexfloating)):
        return f"{float(x.real)!r} {'-' if x.imag < 0 else '+'} {abs(float(x.imag))!r}i"
    if isinstance(x, (bool, np.bool_)):
        return str(bool(x)).lower()
    return repr(int(x)) if isinstance(x, (int, np.integer)) else repr(float(x))


def literal(a):
    """A number or array as a script writes it."""
    a = np.asarray(a)
    if a.ndim == 0:
        return number(a[()])
    if a.size == 0:
        return f"zeros({', '.join(map(str, a.shape))})"
    text = "[" + ", ".join(literal(part) for part in a) + "]"
    return text


def typed(a):
    return f"f32({literal(a)})" if a.dtype == np.float32 else literal(a)


def matrix(dtype, *shape):
    a = rng.normal(size=shape)
    if dtype is complex:
        a = a + 1j * rng.normal(size=shape)
    a = np.round(a * 4, 2)
    return np.round(a).astype(int) if dtype is int else a.astype(dtype)


def check(call, wanted, dtype=float):
    wanted = np.asarray(wanted)
    tolerance = 1e-4 if dtype is np.float32 else 1e-9
    lines.append(f"check({call}, {literal(wanted)}, {wanted.ndim}, {tolerance})")


def statement(text):
    lines.append(text)


DTYPES = [float, np.float32, complex, int]

for dtype in DTYPES:
    for n in (1, 2, 3, 5):
        a = matrix(dtype, n, n) + 3 * np.eye(n).astype(dtype)
        A = typed(a)
        wide = a.astype(complex if dtype is complex else float)
        b, c = matrix(dtype, n), matrix(dtype, n, 2)
        check(f"linalg.solve({A}, {typed(b)})", np.linalg.solve(wide, b), dtype)
        check(f"linalg.solve({A}, {typed(c)})", np.linalg.solve(wide, c), dtype)
        check(f"linalg.inv({A})", np.linalg.inv(wide), dtype)
        check(f"linalg.det({A})", np.linalg.det(wide), dtype)
        sign, logdet = np.linalg.slogdet(wide)
        check(f"linalg.slogdet({A}).sign", sign, dtype)
        check(f"linalg.slogdet({A}).logdet", logdet, dtype)
        positive = a.conj().T @ a + np.eye(n).astype(dtype)
        check(f"linalg.cholesky({typed(positive)})",
              np.linalg.cholesky(positive.astype(wide.dtype)), dtype)
        for part, wanted in zip("plu", scipy.linalg.lu(wide)):
            check(f"linalg.lu({A}).{part}", wanted, dtype)
        check(f"linalg.eigh({typed(positive)}).values", np.linalg.eigvalsh(positive.astype(wide.dtype)), dtype)
        check(f"spectrum(linalg.eig({A}).values, {literal(np.linalg.eigvals(wide))})", 0.0, dtype)
        tolerance = 1e-4 if dtype is np.float32 else 1e-9
        statement(f"decomposed({A}, {typed(positive)}, {tolerance})")
        check(f"linalg.matrix_power({A}, 3)", np.linalg.matrix_power(a, 3), dtype)
        check(f"linalg.matrix_power({A}, -2)", np.linalg.matrix_power(wide, -2), dtype)
        check(f"linalg.expm({A} / 4)", scipy.linalg.expm(wide / 4), dtype)
        check(f"linalg.expm({A} / 100)", scipy.linalg.expm(wide / 100), dtype)
        check(f"linalg.trace({A})", np.trace(a), dtype)
        for p, text in [(None, "none"), (2, "2"), (-2, "-2"), (1, "1"), (np.inf, "inf"), ("fro", '"fro"')]:
            check(f"linalg.cond({A}, {text})", np.linalg.cond(wide, p), dtype)
    for shape in ((2, 4), (4, 2), (5, 3), (3, 3)):
        a = matrix(dtype, *shape)
        wide = a.astype(complex if dtype is complex else float)
        A = typed(a)
        b = matrix(dtype, shape[0])
        check(f"linalg.svd({A}).s", np.linalg.svd(wide)[1], dtype)
        check(f"linalg.pinv({A})", np.linalg.pinv(wide), dtype)
        check(f"linalg.rank({A})", np.linalg.matrix_rank(wide), dtype)
        for part, wanted in zip(("x", "residuals", "rank", "s"), np.linalg.lstsq(wide, b.astype(wide.dtype))):
            check(f"linalg.lstsq({A}, {typed(b)}).{part}", wanted, dtype)
        check(f"abs(linalg.qr({A}).r)", abs(np.linalg.qr(wide)[1]), dtype)
        statement(f"factored({A}, {1e-4 if dtype is np.float32 else 1e-9})")
        for p, text in [(None, "none"), ("fro", '"fro"'), ("nuc", '"nuc"'), (1, "1"), (-1, "-1"), (2, "2"),
                        (-2, "-2"), (np.inf, "inf"), (-np.inf, "-inf")]:
            check(f"linalg.norm({A}, {text})", np.linalg.norm(wide, p), dtype)
        for p, text in [(None, "none"), (1, "1"), (2, "2"), (3, "3"), (0, "0"), (np.inf, "inf"), (-np.inf, "-inf")]:
            check(f"linalg.norm({A}, {text}, axis: 0)", np.linalg.norm(wide, p, axis=0), dtype)
            check(f"linalg.norm({A}, {text}, axis: -1, keepdims: true)",
                  np.linalg.norm(wide, p, axis=-1, keepdims=True), dtype)
        check(f"linalg.kron({A}, {typed(b)})", np.kron(a, b), dtype)
        check(f"linalg.kron({A}, {typed(a.T[:2])})", np.kron(a, a.T[:2]), dtype)

# Stacks, and right sides that broadcast.
a, b, c = matrix(float, 2, 3, 3), matrix(float, 3), matrix(float, 2, 3, 2)
A = literal(a)
check(f"linalg.solve({A}, {literal(c)})", np.linalg.solve(a, c))
check(f"linalg.solve({A}, {literal(c[0])})", np.linalg.solve(a, c[0]))
check(f"linalg.solve({A}, {literal(b)})", np.linalg.solve(a, b))
check(f"linalg.solve({literal(a[0])}, {literal(c)})", np.linalg.solve(a[0], c))
check(f"linalg.inv({A})", np.linalg.inv(a))
check(f"linalg.det({A})", np.linalg.det(a))
check(f"linalg.slogdet({A}).logdet", np.linalg.slogdet(a)[1])
check(f"linalg.svd({A}).s", np.linalg.svd(a)[1])
check(f"linalg.pinv({A})", np.linalg.pinv(a))
check(f"linalg.rank({A})", np.linalg.matrix_rank(a))
check(f"linalg.trace({A})", np.trace(a, axis1=1, axis2=2))
check(f"linalg.matrix_power({A}, 2)", np.linalg.matrix_power(a, 2))
check(f"linalg.expm({A})", scipy.linalg.expm(a))
check(f"linalg.cholesky({literal(np.eye(3) + a.swapaxes(1, 2) @ a)})",
      np.linalg.cholesky(np.eye(3) + a.swapaxes(1, 2) @ a))
for p, text in [("fro", '"fro"'), ("nuc", '"nuc"'), (1, "1"), (-2, "-2"), (np.inf, "inf")]:
    for axes in ((1, 2), (2, 0), (-1, -3)):
        for keep in (False, True):
            check(f"linalg.norm({A}, {text}, {axes}, {str(keep).lower()})",
                  np.linalg.norm(a, p, axis=axes, keepdims=keep))
# Views: transposed, reversed, every other element.
big = matrix(float, 6, 6)
B = literal(big)
for view, text in [(big.T, ".T"), (big[::-1], "[5..=0 by -1]"), (big[:, ::-1], "[.., 5..=0 by -1]")]:
    check(f"linalg.inv({B}{text})", np.linalg.inv(view))
    check(f"{B}{text} @ {B}", view @ big)
check(f"linalg.det({B}[0..6 by 2, 0..6 by 2])", np.linalg.det(big[::2, ::2]))
# Large and small numbers, nearly equal rows, no elements.
for scale in (1e200, 1e-200, 1e-310):
    check(f"linalg.svd({literal(big)} * {scale}).s / {scale}", np.linalg.svd(big * scale)[1] / scale)
    symmetric = (big + big.T) * scale
    check(f"linalg.eigh({literal(big + big.T)} * {scale}).values / {scale}",
          np.linalg.eigvalsh(symmetric) / scale)
check("linalg.det(zeros(0, 0))", 1.0)
check("linalg.inv(zeros(0, 0))", np.zeros((0, 0)))
check("linalg.solve(zeros(0, 0), zeros(0, 2))", np.zeros((0, 2)))
check("linalg.svd(zeros(3, 0)).u", np.eye(3))
check("linalg.pinv(zeros(0, 3))", np.zeros((3, 0)))
check("linalg.rank(zeros(0, 3))", 0)
check("linalg.eig(zeros(0, 0)).values", np.zeros(0))
check("linalg.det(zeros(0, 3, 3))", np.zeros(0))
check("linalg.qr(zeros(3, 0), mode: \"complete\").q", np.eye(3))

HEAD = """# Written by tests/oracle/linalg.py with NumPy and SciPy. Only what is wrong is printed.

fn check(found, wanted, rank, tolerance) {
    let same = if rank == 0 { true } else { found.shape == wanted.shape }
    let size = if rank == 0 or wanted.size > 0 { 1 + max(abs(wanted)) } else { 1 }
    if not same { print("shape", found, wanted) }
    else if not allclose(found, wanted, rtol: 0, atol: tolerance * size) { print("value", found, wanted) }
}

# How far the numbers found are from being those wanted, in any order.
fn spectrum(found, wanted) {
    mut distance = 0.0
    for x in wanted { distance = max(distance, min(abs(found - x))) }
    for x in found { distance = max(distance, min(abs(wanted - x))) }
    distance
}

fn close(a, b, tolerance) {
    check(a, b, 2, tolerance)
}

fn adjoint(a) { conj(transpose(a)) }

# Eigenvectors of a square and of a positive matrix, the Cholesky factor, and the permutation.
fn decomposed(a, positive, tolerance) {
    let general = linalg.eig(a)
    close(a @ general.vectors, general.vectors * general.values, tolerance * 10)
    close(norm(general.vectors, axis: 0).reshape(1, -1), ones(1, len(a)), tolerance)
    let symmetric = linalg.eigh(positive)
    close(positive @ symmetric.vectors, symmetric.vectors * symmetric.values, tolerance * 10)
    close(adjoint(symmetric.vectors) @ symmetric.vectors, eye(len(a)), tolerance)
    let l = linalg.cholesky(positive)
    close(l @ adjoint(l), positive, tolerance)
    let f = linalg.lu(a)
    close(f.p @ f.l @ f.u, a, tolerance)
}

fn factored(a, tolerance) {
    let (m, n) = a.shape
    let k = min(m, n)
    for mode in ["reduced", "complete"] {
        let f = linalg.qr(a, mode: mode)
        close(f.q @ f.r, a, tolerance)
        close(adjoint(f.q) @ f.q, eye(f.q.shape[1]), tolerance)
        close(tril(f.r, -1), zeros(f.r.shape), tolerance)
    }
    let thin = linalg.svd(a, full_matrices: false)
    close(thin.u * thin.s @ thin.vt, a, tolerance)
    let full = linalg.svd(a)
    close(full.u[.., 0..k] * full.s @ full.vt[0..k], a, tolerance)
    close(adjoint(full.u) @ full.u, eye(m), tolerance)
    close(full.vt @ adjoint(full.vt), eye(n), tolerance)
}

"""

out = pathlib.Path(__file__).parent.parent / "scripts/stdlib/linalg/oracle.qn"
out.parent.mkdir(exist_ok=True)
out.write_text(HEAD + "\n".join(lines) + '\nprint("checked")  # expect: checked\n')
print(len(lines), "lines,", out.stat().st_size, "bytes")
