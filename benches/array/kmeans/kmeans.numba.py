import numpy as np
from numba import prange


def f(p):
    nearest = np.empty(len(p), np.int64)
    for i in prange(len(p)):
        least, best = np.inf, 0
        for k in range(8):
            dx, dy = p[i, 0] - p[k, 0], p[i, 1] - p[k, 1]
            distance = dx * dx + dy * dy
            if distance < least:
                least, best = distance, k
        nearest[i] = best
    total, count = np.zeros((8, 2)), np.zeros((8, 1))
    for i in range(len(p)):
        k = nearest[i]
        total[k, 0] += p[i, 0]
        total[k, 1] += p[i, 1]
        count[k, 0] += 1
    return total / count
