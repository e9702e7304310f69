import numpy as np
from numba import prange


def f(x):
    rows, columns = x.shape
    y = np.empty_like(x)
    for i in prange(rows):
        largest = x[i].max()
        total = 0.0
        for j in range(columns):
            y[i, j] = np.exp(x[i, j] - largest)
            total += y[i, j]
        for j in range(columns):
            y[i, j] /= total
    return y
