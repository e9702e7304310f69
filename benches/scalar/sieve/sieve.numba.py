import sys
from time import perf_counter

import numpy as np
from numba import njit


@njit
def count_primes(n):
    is_prime = np.ones(n + 1, np.bool_)
    is_prime[0] = False
    is_prime[1] = False
    i = 2
    while i * i <= n:
        if is_prime[i]:
            for j in range(i * i, n + 1, i):
                is_prime[j] = False
        i += 1
    count = 0
    for k in range(n + 1):
        if is_prime[k]:
            count += 1
    return count


n = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000_000
count_primes(n // 100)
start = perf_counter()
answer = count_primes(n)
seconds = perf_counter() - start
print("answer", answer)
print("seconds", seconds)
