import sys
from time import perf_counter

from numba import njit


@njit
def place(all, columns, left, right):
    if columns == all:
        return 1
    count = 0
    free = all & ~(columns | left | right)
    while free != 0:
        bit = free & -free
        free &= ~bit
        count += place(all, columns | bit, (left | bit) << 1, (right | bit) >> 1)
    return count


@njit
def queens(n):
    return place((1 << n) - 1, 0, 0, 0)


n = int(sys.argv[1]) if len(sys.argv) > 1 else 14
queens(n - 4)
start = perf_counter()
answer = queens(n)
seconds = perf_counter() - start
print("answer", answer)
print("seconds", seconds)
