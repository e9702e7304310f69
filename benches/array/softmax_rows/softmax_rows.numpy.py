import numpy as np


def inputs(n):
    return ((np.arange(n) * 7919 % 10007 / 10007).reshape(-1, 100),)


def f(x):
    e = np.exp(x - x.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def answer(y):
    return y[:, 3].sum(), y[0, 7]
