import sys
from time import perf_counter

import numpy as np


def f(x):
    y = np.clip((x - np.float32(0.1)) * np.float32(1.2), 0, 1)
    return y ** np.float32(1 / 2.2)


n = int(sys.argv[1]) if len(sys.argv) > 1 else 10000000
x = (np.arange(n) * 7919 % 10007 / 10007).astype(np.float32)
answer = f(x)
seconds = float("inf")
for _ in range(5):
    start = perf_counter()
    answer = f(x)
    seconds = min(seconds, perf_counter() - start)
print("answer", round(float(answer.astype(float).mean()), 4), round(float(answer[n // 3]), 4))
print("seconds", seconds)
