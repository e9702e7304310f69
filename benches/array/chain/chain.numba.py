import sys
from time import perf_counter

import numpy as np
from numba import njit, prange


@njit(parallel=True)
def f(x):
    y = np.empty_like(x)
    for i in prange(len(x)):
        y[i] = np.sin(x[i]) * np.exp(-x[i]) + 0.5 * x[i] * x[i]
    return y


n = int(sys.argv[1]) if len(sys.argv) > 1 else 10000000
x = np.arange(n) * 7919 % 10007 / 10007
answer = f(x)
seconds = float("inf")
for _ in range(5):
    start = perf_counter()
    answer = f(x)
    seconds = min(seconds, perf_counter() - start)
print("answer", repr(float(answer.sum())), repr(float(answer[n // 3])))
print("seconds", seconds)
