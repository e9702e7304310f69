import sys
from time import perf_counter

import numpy as np


def f(p):
    d = p[:, None, :] - p[None, :, :]
    return np.sqrt((d * d).sum(axis=2))


n = int(sys.argv[1]) if len(sys.argv) > 1 else 10000000
m = int(np.sqrt(n / 10))
x = (np.arange(3 * m) * 7919 % 10007 / 10007).reshape(m, 3)
answer = f(x)
seconds = float("inf")
for _ in range(5):
    start = perf_counter()
    answer = f(x)
    seconds = min(seconds, perf_counter() - start)
print("answer", repr(float(answer.sum())), repr(float(answer[0, 1])))
print("seconds", seconds)
