import numpy as np
from numba import prange


def f(x):
    y = np.empty_like(x)
    for i in prange(len(x)):
        y[i] = 2.5 * x[i] + 1
    return y
