import sys
from time import perf_counter


def estimate_pi(n):
    seed = 42
    inside = 0
    for _ in range(n):
        seed = (seed * 1664525 + 1013904223) & 0xFFFFFFFF
        x = seed / 4294967296
        seed = (seed * 1664525 + 1013904223) & 0xFFFFFFFF
        y = seed / 4294967296
        if x * x + y * y <= 1.0:
            inside += 1
    return 4 * inside / n


n = int(sys.argv[1]) if len(sys.argv) > 1 else 50_000_000
estimate_pi(n // 100)
start = perf_counter()
answer = estimate_pi(n)
seconds = perf_counter() - start
print("answer", repr(answer))
print("seconds", seconds)
