import sys
from time import perf_counter

import numpy as np
from numba import njit


@njit
def fill(n, p, q):
    m = np.zeros((n, n))
    for i in range(n):
        for j in range(n):
            m[i, j] = (i * p + j * q) % 17 / 17
    return m


@njit
def matmul(a, b):
    n = len(a)
    c = np.zeros((n, n))
    for i in range(n):
        for j in range(n):
            s = 0.0
            for k in range(n):
                s += a[i, k] * b[k, j]
            c[i, j] = s
    return c


@njit
def trace_of_product(n):
    c = matmul(fill(n, 3, 5), fill(n, 7, 2))
    trace = 0.0
    for i in range(n):
        trace += c[i, i]
    return trace


n = int(sys.argv[1]) if len(sys.argv) > 1 else 500
trace_of_product(n // 5)
start = perf_counter()
answer = trace_of_product(n)
seconds = perf_counter() - start
print("answer", repr(float(answer)))
print("seconds", seconds)
