import sys
from time import perf_counter

import numpy as np


def f(x):
    e = np.exp(x - x.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


n = int(sys.argv[1]) if len(sys.argv) > 1 else 10000000
x = (np.arange(n) * 7919 % 10007 / 10007).reshape(-1, 100)
answer = f(x)
seconds = float("inf")
for _ in range(5):
    start = perf_counter()
    answer = f(x)
    seconds = min(seconds, perf_counter() - start)
print("answer", repr(float(answer[:, 3].sum())), repr(float(answer[0, 7])))
print("seconds", seconds)
