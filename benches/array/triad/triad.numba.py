import numpy as np
from numba import prange


def f(a, b):
    y = np.empty_like(a)
    for i in prange(len(a)):
        y[i] = a[i] + 3 * b[i]
    return y
