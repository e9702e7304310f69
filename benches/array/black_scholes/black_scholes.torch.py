import math

import torch


def cdf(x):
    return 0.5 * (1 + torch.erf(x / math.sqrt(2.0)))


def f(x):
    spot, strike, years = 80 + 40 * x, 100.0, 0.25 + x
    rate, volatility = 0.03, 0.2
    root = volatility * torch.sqrt(years)
    d1 = (torch.log(spot / strike) + (rate + 0.5 * volatility**2) * years) / root
    return spot * cdf(d1) - strike * torch.exp(-rate * years) * cdf(d1 - root)
