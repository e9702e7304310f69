import numpy as np


def inputs(n):
    a = np.arange(n) * 7919 % 10007 / 10007
    return a, 1 - a


def f(a, b):
    return a + 3 * b


def answer(y):
    return y.sum(), y[len(y) // 3]
