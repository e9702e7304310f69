import sys
from time import perf_counter

import numpy as np


def f(x):
    return x @ x


n = int(sys.argv[1]) if len(sys.argv) > 1 else 1024
x = (np.arange(n * n) * 7919 % 10007 / 10007).reshape(n, n)
answer = f(x)
seconds = float("inf")
for _ in range(5):
    start = perf_counter()
    answer = f(x)
    seconds = min(seconds, perf_counter() - start)
print("answer", repr(float(np.trace(answer))), repr(float(answer[0, 1])))
print("seconds", seconds)
