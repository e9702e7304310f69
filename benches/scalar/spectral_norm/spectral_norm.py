import sys
from math import sqrt
from time import perf_counter


def a(i, j):
    return 1 / ((i + j) * (i + j + 1) // 2 + i + 1)


def multiply(v, out):
    n = len(v)
    for i in range(n):
        s = 0.0
        for j in range(n):
            s += a(i, j) * v[j]
        out[i] = s


def multiply_transposed(v, out):
    n = len(v)
    for i in range(n):
        s = 0.0
        for j in range(n):
            s += a(j, i) * v[j]
        out[i] = s


def spectral_norm(n):
    u = [1.0] * n
    v = [0.0] * n
    t = [0.0] * n
    for _ in range(10):
        multiply(u, t)
        multiply_transposed(t, v)
        multiply(v, t)
        multiply_transposed(t, u)
    uv = vv = 0.0
    for i in range(n):
        uv += u[i] * v[i]
        vv += v[i] * v[i]
    return sqrt(uv / vv)


n = int(sys.argv[1]) if len(sys.argv) > 1 else 1500
spectral_norm(n // 10)
start = perf_counter()
answer = spectral_norm(n)
seconds = perf_counter() - start
print("answer", repr(answer))
print("seconds", seconds)
