import sys
from time import perf_counter

import numpy as np
from numba import njit


@njit
def random_ints(n):
    a = np.zeros(n, np.int64)
    seed = 42
    for i in range(n):
        seed = (seed * 1664525 + 1013904223) & 0xFFFFFFFF
        a[i] = seed % 1000003
    return a


@njit
def quicksort(a, lo, hi):
    i = lo
    j = hi
    pivot = a[(lo + hi) // 2]
    while i <= j:
        while a[i] < pivot:
            i += 1
        while a[j] > pivot:
            j -= 1
        if i <= j:
            a[i], a[j] = a[j], a[i]
            i += 1
            j -= 1
    if lo < j:
        quicksort(a, lo, j)
    if i < hi:
        quicksort(a, i, hi)


@njit
def checksum(a):
    s = 0
    for i in range(len(a)):
        s += a[i] * (i % 7)
    return s


@njit
def sorted_checksum(n):
    a = random_ints(n)
    quicksort(a, 0, n - 1)
    return checksum(a)


n = int(sys.argv[1]) if len(sys.argv) > 1 else 2_000_000
sorted_checksum(n // 100)
start = perf_counter()
answer = sorted_checksum(n)
seconds = perf_counter() - start
print("answer", answer)
print("seconds", seconds)
