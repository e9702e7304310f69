import sys
from time import perf_counter

import numpy as np


def f(x):
    return np.sort(x), np.argsort(x, kind="stable")


n = int(sys.argv[1]) if len(sys.argv) > 1 else 10000000
x = (np.arange(n) * 2654435761 % 4294967296) / 4294967296
answer = f(x)
seconds = float("inf")
for _ in range(5):
    start = perf_counter()
    answer = f(x)
    seconds = min(seconds, perf_counter() - start)
print("answer", repr(float(answer[0][n // 3])), int(answer[1][n // 3]))
print("seconds", seconds)
