import sys
from time import perf_counter

import numpy as np
from scipy.special import erf


def cdf(x):
    return 0.5 * (1 + erf(x / np.sqrt(2.0)))


def f(x):
    spot, strike, years = 80 + 40 * x, 100.0, 0.25 + x
    rate, volatility = 0.03, 0.2
    root = volatility * np.sqrt(years)
    d1 = (np.log(spot / strike) + (rate + 0.5 * volatility**2) * years) / root
    return spot * cdf(d1) - strike * np.exp(-rate * years) * cdf(d1 - root)


n = int(sys.argv[1]) if len(sys.argv) > 1 else 10000000
x = np.arange(n) * 7919 % 10007 / 10007
answer = f(x)
seconds = float("inf")
for _ in range(5):
    start = perf_counter()
    answer = f(x)
    seconds = min(seconds, perf_counter() - start)
print("answer", repr(float(answer.sum())), repr(float(answer[n // 3])))
print("seconds", seconds)
