import sys
from time import perf_counter

import numpy as np


def f(x):
    u = x.copy()
    for _ in range(10):
        u[1:-1, 1:-1] = 0.25 * (u[:-2, 1:-1] + u[2:, 1:-1] + u[1:-1, :-2] + u[1:-1, 2:])
    return u


n = int(sys.argv[1]) if len(sys.argv) > 1 else 10000000
side = int(np.sqrt(n))
x = (np.arange(side * side) * 7919 % 10007 / 10007).reshape(side, side)
answer = f(x)
seconds = float("inf")
for _ in range(5):
    start = perf_counter()
    answer = f(x)
    seconds = min(seconds, perf_counter() - start)
print("answer", repr(float(answer.sum())), repr(float(answer[1, 2])))
print("seconds", seconds)
