import numpy as np


def inputs(n):
    m = int(np.sqrt(n))
    return ((np.arange(3 * m) * 7919 % 10007 / 10007).reshape(m, 3),)


def f(p):
    d = p[:, None, :] - p[None, :, :]
    return np.sqrt((d * d).sum(axis=2))


def answer(y):
    return y.sum(), y[0, 1]
