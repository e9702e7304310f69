import numexpr as ne
import numpy as np
from scipy.special import erf


# numexpr has no erf.
def f(x):
    rate, volatility, strike = 0.03, 0.2, 100.0
    spot, years = ne.evaluate("80 + 40 * x"), ne.evaluate("0.25 + x")
    root = ne.evaluate("volatility * sqrt(years)")
    d1 = ne.evaluate("(log(spot / strike) + (rate + 0.5 * volatility**2) * years) / root")
    half = np.sqrt(0.5)
    erf1, erf2 = erf(ne.evaluate("d1 * half")), erf(ne.evaluate("(d1 - root) * half"))
    return ne.evaluate("spot * 0.5 * (1 + erf1) - strike * exp(-rate * years) * 0.5 * (1 + erf2)")
