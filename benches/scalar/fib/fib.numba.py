import sys
from time import perf_counter

from numba import njit


@njit
def fib(n):
    if n < 2:
        return n
    return fib(n - 1) + fib(n - 2)


n = int(sys.argv[1]) if len(sys.argv) > 1 else 35
fib(n - 10)
start = perf_counter()
answer = fib(n)
seconds = perf_counter() - start
print("answer", answer)
print("seconds", seconds)
