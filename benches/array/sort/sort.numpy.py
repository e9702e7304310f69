import numpy as np


def inputs(n):
    return ((np.arange(n) * 2654435761 % 4294967296) / 4294967296,)


def f(x):
    return np.sort(x)


def answer(y):
    return y.sum(), y[len(y) // 3]
