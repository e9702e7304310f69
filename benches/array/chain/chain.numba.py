import numpy as np
from numba import prange


def f(x):
    y = np.empty_like(x)
    for i in prange(len(x)):
        y[i] = np.sin(x[i]) * np.exp(-x[i]) + 0.5 * x[i] * x[i]
    return y
