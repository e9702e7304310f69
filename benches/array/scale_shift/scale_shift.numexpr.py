import numexpr as ne


def f(x):
    return ne.evaluate("2.5 * x + 1")
