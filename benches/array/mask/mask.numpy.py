import sys
from time import perf_counter

import numpy as np


def f(x):
    mask = (x > 0.25) & (x < 0.75)
    return np.count_nonzero(mask), x[mask].sum()


n = int(sys.argv[1]) if len(sys.argv) > 1 else 10000000
x = np.arange(n) * 7919 % 10007 / 10007
answer = f(x)
seconds = float("inf")
for _ in range(5):
    start = perf_counter()
    answer = f(x)
    seconds = min(seconds, perf_counter() - start)
print("answer", int(answer[0]), repr(float(answer[1])))
print("seconds", seconds)
