import numpy as np


def inputs(n):
    side = int(np.sqrt(n))
    return ((np.arange(side * side) * 7919 % 10007 / 10007).reshape(side, side),)


def f(x):
    u = x.copy()
    for _ in range(10):
        u[1:-1, 1:-1] = 0.25 * (u[:-2, 1:-1] + u[2:, 1:-1] + u[1:-1, :-2] + u[1:-1, 2:])
    return u


def answer(y):
    return y.sum(), y[1, 2]
