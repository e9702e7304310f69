import sys
from time import perf_counter

import numpy as np


def f(x):
    return np.cumsum(x)


n = int(sys.argv[1]) if len(sys.argv) > 1 else 10000000
x = np.arange(n) * 7919 % 10007 / 10007
answer = f(x)
seconds = float("inf")
for _ in range(5):
    start = perf_counter()
    answer = f(x)
    seconds = min(seconds, perf_counter() - start)
print("answer", repr(float(answer[-1])), repr(float(answer[n // 3])))
print("seconds", seconds)
