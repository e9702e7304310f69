import numexpr as ne


def f(x):
    return ne.evaluate("sin(x) * exp(-x) + 0.5 * x * x")
