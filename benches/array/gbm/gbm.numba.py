import math

import numpy as np
from numba import prange

RATE, VOLATILITY, YEARS, STRIKE, STEPS = 0.03, 0.2, 1.0, 100.0, 256
DRIFT = (RATE - 0.5 * VOLATILITY**2) * YEARS / STEPS
SPREAD = VOLATILITY * math.sqrt(YEARS / STEPS)


def f(start):
    payoff = 0.0
    for path in prange(len(start)):
        price, total = start[path], 0.0
        for _ in range(STEPS):
            price *= math.exp(DRIFT + SPREAD * np.random.standard_normal())
            total += price
        payoff += max(total / STEPS - STRIKE, 0.0)
    return math.exp(-RATE * YEARS) * payoff / len(start)
