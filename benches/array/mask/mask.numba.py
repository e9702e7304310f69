from numba import prange


def f(x):
    count, total = 0, 0.0
    for i in prange(len(x)):
        if x[i] > 0.25 and x[i] < 0.75:
            count += 1
            total += x[i]
    return count, total
