import numpy as np


def inputs(n):
    return ((np.arange(n) * 2654435761 % 4294967296) / 4294967296,)


def f(x):
    return np.argsort(x)


def answer(y):
    return y[0], y[len(y) // 3]
