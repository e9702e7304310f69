import numexpr as ne


def f(x):
    u = x.copy()
    for _ in range(10):
        above, below, left, right = u[:-2, 1:-1], u[2:, 1:-1], u[1:-1, :-2], u[1:-1, 2:]
        u[1:-1, 1:-1] = ne.evaluate("0.25 * (above + below + left + right)")
    return u
