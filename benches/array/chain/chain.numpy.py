import numpy as np


def inputs(n):
    return (np.arange(n) * 7919 % 10007 / 10007,)


def f(x):
    return np.sin(x) * np.exp(-x) + 0.5 * x * x


def answer(y):
    return y.sum(), y[len(y) // 3]
