import sys
from time import perf_counter

import numpy as np


def f(x):
    return np.histogram(x, bins=100, range=(0.0, 1.0))[0]


n = int(sys.argv[1]) if len(sys.argv) > 1 else 10000000
x = np.arange(n) * 7919 % 10007 / 10007
answer = f(x)
seconds = float("inf")
for _ in range(5):
    start = perf_counter()
    answer = f(x)
    seconds = min(seconds, perf_counter() - start)
print("answer", int(answer[3]), int(answer.sum()))
print("seconds", seconds)
