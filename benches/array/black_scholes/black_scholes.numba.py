import math

import numpy as np
from numba import njit, prange


@njit
def cdf(x):
    return 0.5 * (1 + math.erf(x / math.sqrt(2.0)))


def f(x):
    strike, rate, volatility = 100.0, 0.03, 0.2
    y = np.empty_like(x)
    for i in prange(len(x)):
        spot, years = 80 + 40 * x[i], 0.25 + x[i]
        root = volatility * math.sqrt(years)
        d1 = (math.log(spot / strike) + (rate + 0.5 * volatility**2) * years) / root
        y[i] = spot * cdf(d1) - strike * math.exp(-rate * years) * cdf(d1 - root)
    return y
