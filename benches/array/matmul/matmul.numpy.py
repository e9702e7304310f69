import numpy as np


def inputs(n):
    return ((np.arange(n * n) * 7919 % 10007 / 10007).reshape(n, n),)


def f(x):
    return x @ x


def answer(y):
    return np.trace(y), y[0, 1]
