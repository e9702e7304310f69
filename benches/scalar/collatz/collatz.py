import sys
from time import perf_counter


def collatz_length(start):
    n = start
    length = 1
    while n != 1:
        n = n // 2 if n % 2 == 0 else 3 * n + 1
        length += 1
    return length


def longest(limit):
    best = best_length = 1
    for start in range(1, limit):
        length = collatz_length(start)
        if length > best_length:
            best = start
            best_length = length
    return best, best_length


n = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
longest(n // 100)
start = perf_counter()
best, best_length = longest(n)
seconds = perf_counter() - start
print("answer", best, best_length)
print("seconds", seconds)
