import numexpr as ne


def f(x):
    largest = x.max(axis=1, keepdims=True)
    e = ne.evaluate("exp(x - largest)")
    total = e.sum(axis=1, keepdims=True)
    return ne.evaluate("e / total")
