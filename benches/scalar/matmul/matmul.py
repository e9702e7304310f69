import sys
from time import perf_counter


def fill(n, p, q):
    return [[(i * p + j * q) % 17 / 17 for j in range(n)] for i in range(n)]


def matmul(a, b):
    n = len(a)
    c = []
    for i in range(n):
        ai = a[i]
        ci = [0.0] * n
        for j in range(n):
            s = 0.0
            for k in range(n):
                s += ai[k] * b[k][j]
            ci[j] = s
        c.append(ci)
    return c


def trace_of_product(n):
    c = matmul(fill(n, 3, 5), fill(n, 7, 2))
    trace = 0.0
    for i in range(n):
        trace += c[i][i]
    return trace


n = int(sys.argv[1]) if len(sys.argv) > 1 else 500
trace_of_product(n // 5)
start = perf_counter()
answer = trace_of_product(n)
seconds = perf_counter() - start
print("answer", repr(answer))
print("seconds", seconds)
