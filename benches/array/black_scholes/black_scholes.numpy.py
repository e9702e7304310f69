import numpy as np
from scipy.special import erf


def inputs(n):
    return (np.arange(n) * 7919 % 10007 / 10007,)


def cdf(x):
    return 0.5 * (1 + erf(x / np.sqrt(2.0)))


def f(x):
    spot, strike, years = 80 + 40 * x, 100.0, 0.25 + x
    rate, volatility = 0.03, 0.2
    root = volatility * np.sqrt(years)
    d1 = (np.log(spot / strike) + (rate + 0.5 * volatility**2) * years) / root
    return spot * cdf(d1) - strike * np.exp(-rate * years) * cdf(d1 - root)


def answer(y):
    return y.sum(), y[len(y) // 3]
