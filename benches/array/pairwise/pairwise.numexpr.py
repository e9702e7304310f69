import numexpr as ne


def f(p):
    x, y, z = p[:, 0], p[:, 1], p[:, 2]
    a, b, c = x[:, None], y[:, None], z[:, None]
    return ne.evaluate("sqrt((a - x) ** 2 + (b - y) ** 2 + (c - z) ** 2)")
