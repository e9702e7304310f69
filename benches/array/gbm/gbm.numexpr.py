import numexpr as ne
import numpy as np

RATE, VOLATILITY, YEARS, STRIKE, STEPS = 0.03, 0.2, 1.0, 100.0, 256
DRIFT = (RATE - 0.5 * VOLATILITY**2) * YEARS / STEPS
SPREAD = VOLATILITY * np.sqrt(YEARS / STEPS)


def f(start):
    random = np.random.default_rng(1)
    price, total = start.copy(), np.zeros_like(start)
    constants = {"drift": DRIFT, "spread": SPREAD}
    for _ in range(STEPS):
        z = random.standard_normal(len(start))
        ne.evaluate("price * exp(drift + spread * z)", constants | {"price": price, "z": z}, out=price)
        total += price
    return np.exp(-RATE * YEARS) * np.maximum(total / STEPS - STRIKE, 0).mean()
