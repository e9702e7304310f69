import numpy as np


def inputs(n):
    return ((np.arange(n) * 7919 % 10007 / 10007).reshape(-1, 50),)


def f(x):
    z = (x - x.mean(axis=0)) / x.std(axis=0)
    return z.T @ z / len(z)


def answer(y):
    return np.abs(y).sum(), y[1, 1]
