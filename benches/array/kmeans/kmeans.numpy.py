import numpy as np


def inputs(n):
    return ((np.arange(n // 8 * 2) * 7919 % 10007 / 10007).reshape(-1, 2),)


def f(p):
    centres = p[:8]
    d = p[:, None, :] - centres[None, :, :]
    nearest = (d * d).sum(axis=2).argmin(axis=1)
    return np.stack([p[nearest == k].mean(axis=0) for k in range(8)])


def answer(y):
    return y.sum(), y[0, 1]
