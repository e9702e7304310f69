import numpy as np


def inputs(n):
    x = np.arange(n) * 7919 % 10007 / 10007
    return (x + 1j * x[::-1],)


def f(x):
    return np.fft.fft(x)


def answer(y):
    return np.abs(y).sum(), np.abs(y[len(y) // 3])
