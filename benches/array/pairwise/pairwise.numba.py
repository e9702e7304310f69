import numpy as np
from numba import prange


def f(p):
    m = len(p)
    y = np.empty((m, m))
    for i in prange(m):
        for j in range(m):
            total = 0.0
            for k in range(3):
                d = p[i, k] - p[j, k]
                total += d * d
            y[i, j] = np.sqrt(total)
    return y
