import sys
from time import perf_counter

import numpy as np


def f(p):
    centres = p[:8]
    d = p[:, None, :] - centres[None, :, :]
    nearest = (d * d).sum(axis=2).argmin(axis=1)
    return np.stack([p[nearest == k].mean(axis=0) for k in range(8)])


n = int(sys.argv[1]) if len(sys.argv) > 1 else 10000000
x = (np.arange(n // 8 * 2) * 7919 % 10007 / 10007).reshape(-1, 2)
answer = f(x)
seconds = float("inf")
for _ in range(5):
    start = perf_counter()
    answer = f(x)
    seconds = min(seconds, perf_counter() - start)
print("answer", repr(float(answer.sum())), repr(float(answer[0, 1])))
print("seconds", seconds)
