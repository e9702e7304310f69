import numpy as np


def inputs(n):
    return (np.arange(n) * 7919 % 10007 / 10007,)


def f(x):
    return np.cumsum(x)


def answer(y):
    return y[-1], y[len(y) // 3]
