import numpy as np


def inputs(n):
    return (np.arange(n) * 7919 % 10007 / 10007,)


def f(x):
    return np.histogram(x, bins=100, range=(0.0, 1.0))[0]


def answer(y):
    return y[3], y.sum()
