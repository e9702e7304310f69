"""Writes tests/scripts/stdlib/*/scipy.qn: the numeric modules beside what SciPy and NumPy give.

    python3 -m venv venv && venv/bin/pip install numpy scipy
    venv/bin/python tests/oracle/modules.py

Written with NumPy 2.4 and SciPy 1.17. Each line of a script compares one call with the numbers SciPy gave;
nothing but the last line is printed while all agree. Where SciPy itself is known to be less exact than the
bound (deep tails of t, F and beta), it is not asked.
"""

import pathlib
import warnings

import numpy as np
import scipy.sparse
from scipy import integrate, interpolate, optimize, stats

warnings.simplefilter("ignore")
SCRIPTS = pathlib.Path(__file__).parent.parent / "scripts" / "stdlib"
HEAD = """\
# Written by tests/oracle/modules.py: {what}
fn check(name, found, expected, bound) {{
    let off = abs(found - expected) / where(abs(expected) < 1e-300, 1.0, abs(expected))
    let worst = max(where(expected == found, 0.0, off))
    if not (worst <= bound) {{ print(f"{{name}}: {{found}}, not {{expected}}") }}
}}
"""


def text(value):
    """A number or array as a literal."""
    if isinstance(value, (list, tuple, np.ndarray)):
        return "[" + ", ".join(text(v) for v in value) + "]"
    if isinstance(value, (int, np.integer)):
        return str(value)
    value = float(value)
    return repr(value) if np.isfinite(value) else "nan" if np.isnan(value) else "inf" if value > 0 else "-inf"


class Script:
    def __init__(self, module, what):
        self.path = SCRIPTS / module / "scipy.qn"
        self.lines = [HEAD.format(what=what)]

    def add(self, line):
        self.lines.append(line + "\n")

    def check(self, call, expected, bound=1e-12):
        name = call.split("(")[0]
        self.add(f'check("{name}", {call}, {text(expected)}, {bound!r})')

    def write(self):
        self.add('print("done")  # expect: done')
        self.path.write_text("".join(self.lines))


def distributions():
    script = Script("stats", "distributions, tests and regression by SciPy")
    xs = {
        "norm": [-38, -10, -3, -1, -0.1, 0, 1e-10, 0.5, 2, 5, 9, 20],
        "t": [-1e5, -30, -4, -1, -1e-3, 0, 0.3, 2.5, 10, 1e3, 1e9],
        "positive": [1e-5, 0.01, 0.1, 0.3, 0.5, 0.9, 1, 1.5, 2, 5, 10, 19, 50, 100, 300, 800],
        "unit": [1e-5, 0.01, 0.1, 0.3, 0.5, 0.7, 0.9, 0.99],
    }
    ps = [1e-50, 1e-10, 1e-5, 0.01, 0.1, 0.25, 0.4, 0.5, 0.6, 0.9, 0.99, 0.999999]
    continuous = [
        ("norm", stats.norm, "norm", [(0, 1), (3, 2.5)]),
        ("t", stats.t, "t", [(1,), (2,), (3.5,), (30,), (1000,), (0.5,)]),
        ("chi2", stats.chi2, "positive", [(1,), (2,), (5,), (60,), (1000,)]),
        ("f", stats.f, "positive", [(1, 1), (2, 5), (3, 10), (10, 3), (1.5, 7)]),
        ("gamma", lambda a, s: stats.gamma(a, scale=s), "positive", [(0.01, 1), (0.3, 2), (1, 1), (2.5, 0.5), (20, 1), (300, 1)]),
        ("beta", stats.beta, "unit", [(0.5, 0.5), (1, 3), (2, 2), (5, 1), (30, 60), (0.1, 4), (500, 300)]),
        ("exponential", lambda s: stats.expon(scale=s), "positive", [(1,), (3,)]),
        ("uniform", lambda a, b: stats.uniform(a, b - a), "unit", [(0, 1), (-1, 3)]),
    ]
    for name, make, kind, parameters in continuous:
        for p in parameters:
            frozen, args = make(*p), ", ".join(map(repr, p))
            for function in ("pdf", "cdf", "sf"):
                expected = getattr(frozen, function)(xs[kind])
                script.check(f"stats.{name}_{function}({text(xs[kind])}, {args})", expected)
            quantiles = frozen.ppf(ps)
            good = np.isfinite(quantiles) & (np.abs(quantiles) > 1e-290)
            script.check(f"stats.{name}_ppf({text(np.array(ps)[good])}, {args})", quantiles[good])
    counts = [
        ("binomial", stats.binom, [(1, 0.3), (10, 0.5), (100, 0.01), (1000, 0.7), (100000, 0.2)]),
        ("poisson", stats.poisson, [(0.1,), (1,), (7.5,), (200,)]),
    ]
    for name, make, parameters in counts:
        for p in parameters:
            frozen, args = make(*p), ", ".join(map(repr, p))
            mean, deviation = frozen.mean(), frozen.std()
            ks = {max(0, int(k)) for k in [0, 1, 2, mean - 1, mean, mean + 1] + [mean + s * deviation for s in (-8, -3, 3, 8)]}
            ks = sorted(k for k in ks if name != "binomial" or k <= p[0])
            for function in ("pmf", "cdf", "sf"):
                script.check(f"stats.{name}_{function}({text(ks)}, {args})", getattr(frozen, function)(ks))
            qs = [1e-10, 0.01, 0.1, 0.3, 0.5, 0.77, 0.9, 0.999]
            script.check(f"stats.{name}_ppf({text(qs)}, {args})", frozen.ppf(qs))
    rng = np.random.default_rng(5)
    a, b = np.round(rng.normal(3, 2, 12), 3), np.round(rng.normal(4, 1, 12), 3)
    script.add(f"let a = {text(a)}")
    script.add(f"let b = {text(b)}")
    for alternative in ("two-sided", "less", "greater"):
        tests = [
            (f'stats.ttest_1samp(a, 2.5, alternative: "{alternative}")', stats.ttest_1samp(a, 2.5, alternative=alternative)),
            (f'stats.ttest_ind(a, b[..9], alternative: "{alternative}")', stats.ttest_ind(a, b[:9], alternative=alternative)),
            (f'stats.ttest_ind(a, b, equal_var: false, alternative: "{alternative}")', stats.ttest_ind(a, b, equal_var=False, alternative=alternative)),
            (f'stats.ttest_rel(a, b, alternative: "{alternative}")', stats.ttest_rel(a, b, alternative=alternative)),
        ]
        for call, result in tests:
            script.check(call + ".statistic", result.statistic)
            script.check(call + ".pvalue", result.pvalue)
    line = stats.linregress(a, b)
    for field in ("slope", "intercept", "rvalue", "pvalue", "stderr", "intercept_stderr"):
        script.check(f"stats.linregress(a, b).{field}", getattr(line, field))
    described = stats.describe(a)
    for field in ("mean", "variance", "skewness", "kurtosis"):
        script.check(f"stats.describe(a).{field}", getattr(described, field))
    script.check("stats.cov([a, b, a * b])", np.cov([a, b, a * b]))
    script.check("stats.corr([a, b, a * b])", np.corrcoef([a, b, a * b]))
    script.check("stats.cov(a, b, ddof: 0)", np.cov(a, b, ddof=0)[0, 1])
    for rule in ("scott", "silverman", 0.3):
        argument = f'"{rule}"' if isinstance(rule, str) else rule
        script.check(f"stats.kde(a, bandwidth: {argument})([0.0, 2.5, 9.0])", stats.gaussian_kde(a, bw_method=rule)([0, 2.5, 9]))
    script.check("stats.histogram(a, bins: 5, density: true).counts", np.histogram(a, 5, density=True)[0])
    script.write()


def interpolation():
    script = Script("interp", "interpolation by NumPy and SciPy")
    rng = np.random.default_rng(7)
    at = np.round(np.linspace(-0.5, 9.5, 23), 4)
    for n in (2, 3, 4, 9):
        x = np.round(np.cumsum(rng.uniform(0.2, 1.5, n)), 3)
        y = np.round(rng.normal(0, 3, n), 3)
        points = f"{text(x)}, {text(y)}"
        script.check(f"interp.linear({text(at)}, {points})", np.interp(at, x, y), 1e-11)
        splines = [
            ("", "not-a-knot"), (', bc: "natural"', "natural"), (', bc: "clamped"', "clamped"),
            (", bc: (1.5, -2.0)", ((1, 1.5), (1, -2.0))),
        ]
        for argument, bc in splines:
            spline = interpolate.CubicSpline(x, y, bc_type=bc)
            for order in (0, 1) if n < 4 else (0, 1, 2, 3):
                script.check(f"interp.spline({points}{argument})({text(at)}, {order})", spline(at, order), 1e-9)
        pchip = interpolate.PchipInterpolator(x, y)
        for order in (0, 1):
            script.check(f"interp.pchip({points})({text(at)}, {order})", pchip(at, order), 1e-9)
    script.write()


def integrals():
    script = Script("integrate", "integrals by SciPy")
    functions = [
        ("x => exp(-x^2) * cos(3 * x)", lambda x: np.exp(-x * x) * np.cos(3 * x), [(0, 2), (-1, 5), (0, np.inf), (-np.inf, np.inf)]),
        ("x => 1 / (1 + x^2)", lambda x: 1 / (1 + x * x), [(-1, 1), (-np.inf, 0), (2, np.inf), (3, -4)]),
        ("x => sin(20 * x) + x", lambda x: np.sin(20 * x) + x, [(0, 7)]),
    ]
    for source, function, limits in functions:
        for a, b in limits:
            script.check(f"integrate.quad({source}, {text(a)}, {text(b)})[0]", integrate.quad(function, a, b, epsabs=1e-12, epsrel=1e-12)[0], 1e-8)
    singular = [
        ("log", np.log, 0, 1),
        ("x => 1 / sqrt(x)", lambda x: 1 / np.sqrt(x), 0, 1),
        ("x => x^-0.9", lambda x: x**-0.9, 0, 1),
        ("x => log(x) / sqrt(x)", lambda x: np.log(x) / np.sqrt(x), 0, 2),
        ("x => 1 / sqrt(abs(x - 0.3))", lambda x: 1 / np.sqrt(abs(x - 0.3)), 0, 1),
        ("x => sqrt(abs(x - 1 / 3))", lambda x: np.sqrt(abs(x - 1 / 3)), -1, 1),
        ("x => if x < 0.3 { 0.0 } else { exp(x) }", lambda x: 0.0 if x < 0.3 else np.exp(x), 0, 1),
        ("x => exp(-x) / sqrt(x)", lambda x: np.exp(-x) / np.sqrt(x), 0, np.inf),
        ("x => x^-1.1", lambda x: x**-1.1, 1, np.inf),
    ]
    for source, function, a, b in singular:
        value, bound = integrate.quad(function, a, b)
        script.add(f"let (value, bound) = integrate.quad({source}, {text(a)}, {text(b)})")
        script.check("value", value, 1e-9)
        script.add(f'if not (abs(value - {value!r}) <= bound + {bound!r}) {{ print("{source}", value, bound) }}')
    rng = np.random.default_rng(3)
    for n in (2, 3, 4, 5, 8):
        y, x = np.round(rng.normal(size=(n, 3)), 3), np.round(np.cumsum(rng.uniform(0.1, 1, n)), 3)
        for axis, extra in ((0, f", x: {text(x)}"), (0, ", dx: 0.5"), (1, ", dx: 0.25")):
            options = {"x": x} if "x:" in extra and "dx" not in extra else {"dx": 0.5 if axis == 0 else 0.25}
            script.check(f"integrate.trapezoid({text(y)}{extra}, axis: {axis})", integrate.trapezoid(y, axis=axis, **options))
            script.check(f"integrate.simpson({text(y)}{extra}, axis: {axis})", integrate.simpson(y, axis=axis, **options), 1e-11)
            script.check(f"integrate.cumulative_trapezoid({text(y)}{extra}, axis: {axis}, initial: 0)", integrate.cumulative_trapezoid(y, axis=axis, initial=0, **options), 1e-11)
    script.write()


def polynomials():
    script = Script("poly", "polynomials by NumPy")
    P = np.polynomial.polynomial
    rng = np.random.default_rng(11)
    for m, n in ((1, 1), (1, 4), (5, 3), (9, 6)):
        a, b = np.round(rng.normal(size=m), 3), np.round(rng.normal(size=n), 3)
        script.check(f"poly.add({text(a)}, {text(b)})", P.polyadd(a, b))
        script.check(f"poly.sub({text(a)}, {text(b)})", P.polysub(a, b))
        script.check(f"poly.mul({text(a)}, {text(b)})", P.polymul(a, b), 1e-10)
        quotient, rest = P.polydiv(a, b)
        script.check(f"poly.div({text(a)}, {text(b)})[0]", quotient, 1e-10)
        script.check(f"poly.div({text(a)}, {text(b)})[1]", rest, 1e-9)
        script.check(f"poly.derivative({text(a)}, 2)", P.polyder(a, 2))
        script.check(f"poly.integral({text(a)}, 2, k: 1.5)", P.polyint(a, 2, k=[1.5, 1.5]))
        script.check(f"poly.eval({text(a)}, {text(b)})", P.polyval(b, a), 1e-10)
    for degree in (0, 1, 3, 7):
        x, y, w = np.round(np.linspace(-2, 3, 15), 4), np.round(rng.normal(size=15), 3), np.round(rng.uniform(0.5, 2, 15), 3)
        script.check(f"poly.fit({text(x)}, {text(y)}, {degree})", P.polyfit(x, y, degree), 1e-9)
        script.check(f"poly.fit({text(x)}, {text(y)}, {degree}, w: {text(w)})", P.polyfit(x, y, degree, w=w), 1e-9)
    for degree in (1, 2, 3, 5, 10, 20):
        c = np.round(rng.normal(size=degree + 1), 3)
        roots = np.sort_complex(P.polyroots(c).astype(complex))
        # Pairs may be ordered either way where their real parts are equal but for rounding.
        script.check(f"real(poly.roots({text(c)}))", roots.real, 1e-7)
        script.check(f"sort(imag(poly.roots({text(c)})))", np.sort(roots.imag), 1e-7)
    script.write()


def minima():
    script = Script("optimize", "minima, fits and linear programs by SciPy")
    script.check("optimize.brentq(x => x^3 - 2 * x - 5, 2, 3)", optimize.brentq(lambda x: x**3 - 2 * x - 5, 2, 3))
    script.check("optimize.newton(x => exp(x) - 3, 1.0)", np.log(3), 1e-9)
    script.check("optimize.minimize_scalar(x => x^4 - 3 * x^3 + 2, bracket: (1, 2)).x", 2.25, 1e-6)
    script.check("optimize.minimize_scalar(x => (x - 2) * x * (x + 2)^2, bounds: (-3, -1)).x", -2, 1e-6)
    rosen = "x => sum(100 * (x[1..] - x[..-1]^2)^2 + (1 - x[..-1])^2)"
    script.check(f"optimize.minimize({rosen}, [1.3, 0.7, 0.8, 1.9]).x", [1, 1, 1, 1], 1e-5)
    script.check(f'optimize.minimize({rosen}, [-1.2, 1], method: "nelder-mead").x', [1, 1], 1e-6)
    t = np.round(np.linspace(0, 3, 13), 4)
    y = np.round(2.5 * np.exp(-1.3 * t) + 0.5 + 0.05 * np.random.default_rng(2).normal(size=13), 4)
    fit = optimize.least_squares(lambda p: p[0] * np.exp(-p[1] * t) + p[2] - y, [1, 1, 0], xtol=1e-15, ftol=1e-15, gtol=1e-15)
    script.add(f"let t = {text(t)}")
    script.add(f"let y = {text(y)}")
    script.add("let fit = optimize.least_squares(p => p[0] * exp(-p[1] * t) + p[2] - y, [1, 1, 0], gtol: 1e-12)")
    script.check("fit.x", fit.x, 1e-7)
    script.check("fit.cost", fit.cost, 1e-10)
    rng = np.random.default_rng(23)
    for n, m, k in ((2, 3, 0), (3, 4, 1), (5, 6, 2), (8, 12, 3), (12, 10, 4)):
        c, a, b = np.round(rng.normal(size=n), 2), np.round(rng.normal(size=(m, n)), 2), np.round(rng.uniform(0.5, 4, m), 2)
        e = np.round(rng.normal(size=(k, n)), 2)
        # Feasible by construction, and bounded by a box.
        inside = np.round(rng.uniform(0, 0.1, n), 2)
        f, upper = np.round(e @ inside, 6), np.round(np.maximum(b, a @ inside + 0.1), 6)
        result = optimize.linprog(c, a, upper, e if k else None, f if k else None, (-1, 5))
        equal = f", a_eq: {text(e)}, b_eq: {text(f)}" if k else ""
        if result.status == 0:
            script.check(f"optimize.linprog({text(c)}, a_ub: {text(a)}, b_ub: {text(upper)}{equal}, bounds: (-1, 5)).fun", result.fun, 1e-8)
    script.write()


def equations():
    script = Script("ode", "initial value problems by SciPy")
    problems = [
        ("(t, y) => [y[1], -y[0]]", lambda t, y: [y[1], -y[0]], (0, 10), [0, 1]),
        ("(t, y) => [y[0] * (1 - y[1]), y[1] * (y[0] - 1)]", lambda t, y: [y[0] * (1 - y[1]), y[1] * (y[0] - 1)], (0, 8), [1.5, 0.5]),
        ("(t, y) => [cos(t) * y[0]]", lambda t, y: [np.cos(t) * y[0]], (3, -2), [1]),
    ]
    for source, f, span, y0 in problems:
        # The same method makes the same steps.
        result = integrate.solve_ivp(f, span, y0, rtol=1e-6, atol=1e-9)
        call = f"ode.rk45({source}, {span}, {text(y0)}, rtol: 1e-6, atol: 1e-9)"
        script.check(call + ".t", result.t, 1e-7)
        script.check(call + ".y", result.y, 1e-6)
        script.check(call + ".nfev", result.nfev)
        exact = integrate.solve_ivp(f, span, y0, method="DOP853", rtol=1e-13, atol=1e-13).y[:, -1]
        script.check(f"ode.rosenbrock({source}, {span}, {text(y0)}, rtol: 1e-7, atol: 1e-9).y[.., -1]", exact, 1e-5)
    robertson = "(t, y) => [-0.04 * y[0] + 1e4 * y[1] * y[2], 0.04 * y[0] - 1e4 * y[1] * y[2] - 3e7 * y[1]^2, 3e7 * y[1]^2]"

    def rates(t, y):
        slow, fast, last = -0.04 * y[0] + 1e4 * y[1] * y[2], 3e7 * y[1] ** 2, 0
        return [slow, -slow - fast, fast]

    exact = integrate.solve_ivp(rates, (0, 1e4), [1, 0, 0], method="Radau", rtol=1e-11, atol=1e-15).y[:, -1]
    script.check(f"ode.rosenbrock({robertson}, (0, 1e4), [1, 0, 0], rtol: 1e-6, atol: 1e-10).y[.., -1]", exact, 1e-4)
    script.check(f"ode.bdf({robertson}, (0, 1e4), [1, 0, 0], rtol: 1e-8, atol: 1e-12).y[.., -1]", exact, 1e-6)
    oscillator = "(t, y) => [y[1], 100 * (1 - y[0]^2) * y[1] - y[0]]"
    exact = integrate.solve_ivp(lambda t, y: [y[1], 100 * (1 - y[0] ** 2) * y[1] - y[0]], (0, 50), [2, 0], method="Radau", rtol=1e-11, atol=1e-13).y[:, -1]
    script.check(f"ode.rosenbrock({oscillator}, (0, 50), [2, 0], rtol: 1e-7, atol: 1e-9).y[.., -1]", exact, 1e-5)
    # The formulas are SciPy's, so with the derivatives given both make the same steps.
    stiff = [
        ("(t, y) => [y[1], -y[0]]", "(t, y) => [[0, 1], [-1, 0]]", lambda t, y: [y[1], -y[0]], lambda t, y: [[0, 1], [-1, 0]], (0, 10), [0, 1]),
        (
            robertson,
            "(t, y) => [[-0.04, 1e4 * y[2], 1e4 * y[1]], [0.04, -1e4 * y[2] - 6e7 * y[1], -1e4 * y[1]], [0, 6e7 * y[1], 0]]",
            rates, lambda t, y: [[-0.04, 1e4 * y[2], 1e4 * y[1]], [0.04, -1e4 * y[2] - 6e7 * y[1], -1e4 * y[1]], [0, 6e7 * y[1], 0]],
            (0, 1e4), [1, 0, 0],
        ),
        (
            "(t, y) => [y[1], 1000 * (1 - y[0]^2) * y[1] - y[0]]",
            "(t, y) => [[0, 1], [-2000 * y[0] * y[1] - 1, 1000 * (1 - y[0]^2)]]",
            lambda t, y: [y[1], 1000 * (1 - y[0] ** 2) * y[1] - y[0]],
            lambda t, y: [[0, 1], [-2000 * y[0] * y[1] - 1, 1000 * (1 - y[0] ** 2)]],
            (0, 3000), [2, 0],
        ),
    ]
    for source, jac_source, f, jac, span, y0 in stiff:
        for rtol, atol in ((1e-3, 1e-6), (1e-6, 1e-9)):
            result = integrate.solve_ivp(f, span, y0, method="BDF", rtol=rtol, atol=atol, jac=jac)
            script.add(f"let r = ode.bdf({source}, {span}, {text(y0)}, rtol: {rtol}, atol: {atol}, jac: {jac_source})")
            for field, expected, bound in (("nfev", result.nfev, 0.02), ("t.size", len(result.t), 0.02), ("y[.., -1]", result.y[:, -1], 10 * rtol)):
                script.check(f"r.{field}", expected, bound)
    script.write()


def sparse_matrices():
    script = Script("sparse", "sparse matrices by SciPy")
    rng = np.random.default_rng(31)

    def draw(m, n, density):
        return np.where(rng.random((m, n)) < density, np.round(rng.normal(size=(m, n)), 2), 0.0)

    def check(call, expected, bound=1e-12):
        for field in ("data", "indices", "indptr"):
            script.check(f"{call}.{field}", getattr(expected, field), bound)

    for m, k, n, density in ((3, 4, 5, 0.5), (1, 6, 2, 0.7), (9, 7, 8, 0.3), (20, 15, 12, 0.15)):
        a, b, other = draw(m, k, density), draw(k, n, density), draw(m, k, density)
        x, columns = np.round(rng.normal(size=k), 2), np.round(rng.normal(size=(k, 3)), 2)
        left, right, added = (scipy.sparse.csr_array(c) for c in (a, b, other))
        script.add(f"let a = sparse.from_dense({text(a)})")
        check("a", left)
        script.add(f"let b = sparse.from_dense({text(b)})")
        check("sparse.transpose(a)", left.T.tocsr())
        script.check(f"sparse.matvec(a, {text(x)})", left @ x, 1e-11)
        script.check(f"sparse.matvec(a, {text(columns)})", left @ columns, 1e-11)
        product = (left @ right).tocsr()
        product.sort_indices()
        check("sparse.matmul(a, b)", product, 1e-10)
        check(f"sparse.add(a, sparse.from_dense({text(other)}))", left + added, 1e-11)
        rows, cols = rng.integers(0, m, 30), rng.integers(0, n, 30)
        values = np.round(rng.normal(size=30), 2)
        collected = scipy.sparse.coo_array((values, (rows, cols)), shape=(m, n)).tocsr()
        check(f"sparse.from_coo({text(values)}, {text(rows)}, {text(cols)}, {(m, n)})", collected, 1e-10)
    for offsets, shape in (([-1, 0, 2], (5, 5)), ([0, 3], (4, 6)), ([-2, 1], (6, 4))):
        diagonals = [np.round(rng.normal(size=np.eye(*shape, k).sum().astype(int)), 2) for k in offsets]
        matrix = scipy.sparse.diags_array(diagonals, offsets=offsets, shape=shape).tocsr()
        matrix.sort_indices()
        check(f"sparse.diags(list({text(diagonals)}), {offsets}, {shape})", matrix)
    for n in (5, 25):
        c = draw(n, n, 0.2)
        matrix = np.round(c @ c.T + np.diag(rng.uniform(1, 30, n)), 3)
        right = np.round(rng.normal(size=n), 2)
        solution = np.linalg.solve(matrix, right)
        script.add(f"let s = sparse.from_dense({text(matrix)})")
        for options in ("", ', preconditioner: "jacobi"'):
            script.check(f"sparse.cg(s, {text(right)}, tol: 1e-13{options}).x", solution, 1e-8)
    script.write()


for part in (distributions, interpolation, integrals, polynomials, minima, equations, sparse_matrices):
    part()
