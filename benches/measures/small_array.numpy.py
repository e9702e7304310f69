# One operation on arrays of 10 elements in a loop: `seconds` is per operation.
import sys
from time import perf_counter

import numpy as np


def add_up(step, n):
    total = step
    for _ in range(n):
        total = total + step
    return total


n = int(sys.argv[1])
step = np.linspace(0, 1, 10)
total = add_up(step, n)
start = perf_counter()
total = add_up(step, n)
seconds = (perf_counter() - start) / n
print("answer", total.sum().item())
print("seconds", seconds)
