import sys
from time import perf_counter

from numba import njit


@njit
def escape_time(cr, ci, limit):
    zr = zi = 0.0
    for i in range(limit):
        zr2 = zr * zr
        zi2 = zi * zi
        if zr2 + zi2 > 4.0:
            return i
        zi = 2.0 * zr * zi + ci
        zr = zr2 - zi2 + cr
    return limit


@njit
def mandelbrot(n):
    total = 0
    for y in range(n):
        ci = 2.5 * y / n - 1.25
        for x in range(n):
            total += escape_time(2.5 * x / n - 2.0, ci, 256)
    return total


n = int(sys.argv[1]) if len(sys.argv) > 1 else 800
mandelbrot(n // 10)
start = perf_counter()
answer = mandelbrot(n)
seconds = perf_counter() - start
print("answer", answer)
print("seconds", seconds)
