import numpy as np


def inputs(n):
    return (np.arange(n) * 7919 % 10007 / 10007,)


def f(x):
    mask = (x > 0.25) & (x < 0.75)
    return np.count_nonzero(mask), x[mask].sum()


def answer(found):
    return found
