import numexpr as ne


def f(a, b):
    return ne.evaluate("a + 3 * b")
