import numexpr as ne
import numpy as np


def f(x):
    mask = ne.evaluate("(x > 0.25) & (x < 0.75)")
    return np.count_nonzero(mask), x[mask].sum()
