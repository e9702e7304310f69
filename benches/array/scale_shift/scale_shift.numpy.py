import numpy as np


def inputs(n):
    return (np.arange(n) * 7919 % 10007 / 10007,)


def f(x):
    return 2.5 * x + 1


def answer(y):
    return y.sum(), y[len(y) // 3]
