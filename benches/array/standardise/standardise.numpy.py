import numpy as np


def inputs(n):
    return ((np.arange(n) * 7919 % 10007 / 10007).reshape(-1, 50),)


def f(x):
    return (x - x.mean(axis=0)) / x.std(axis=0)


def answer(y):
    return (y * y).sum(), y[1, 2]
