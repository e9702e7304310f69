import numpy as np


def inputs(n):
    i = np.arange(n * n)
    return (i * i % 10007 / 10007).reshape(n, n), np.arange(n) * 7919 % 10007 / 10007


def f(a, b):
    return np.linalg.solve(a, b)


def answer(x):
    return np.abs(x).sum(), x[len(x) // 3]
