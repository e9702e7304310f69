import numpy as np


def f(x):
    y = np.empty_like(x)
    total = 0.0
    for i in range(len(x)):
        total += x[i]
        y[i] = total
    return y
